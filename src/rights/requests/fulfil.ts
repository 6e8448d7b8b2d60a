import { type Context, withoutIdempotencyKey } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Store } from '../../foundations/store/store.ts';
import { recordedInstitution } from '../../register/view/speaker.ts';
import { outcomeOfErasure } from '../erasure/tell-outcome.ts';
import type { File, RequestRecords } from './case-file.ts';
import { toldOfDelay } from './duties.ts';
import type { NewEvent } from './events.ts';
import { FULFILMENT } from './fulfilment/by-type.ts';
import { leastDone, outcomeFor } from './fulfilment/erasure.ts';
import { nobody, REQUEST_HOLDS, resultOf, type WantedHold } from './fulfilment/fulfilment.ts';
import { portalContexts } from './fulfilment/other-portals.ts';
import { telling } from './letters.ts';
import type { RequestPorts } from './ports.ts';
import { CLOSED } from './states.ts';
import { findRequest, inState } from './table.ts';
import { erasureSoFar, erasuresOf, whatWasDone } from './what-was-done.ts';

const PAGE = 200;
/** Days before the last one at which the person is told that an erasure is not through. */
const TELL_BEFORE = 3;

interface FulfilDeps {
  store: Store;
  records: RequestRecords;
  ports: RequestPorts;
}

const isOvertaken = (error: unknown) => error instanceof Problem && error.type === 'conflict';

/** Carrying out what was asked for: each step is recorded before it is begun, and done again after a crash. */
export function createFulfilments({ store, records, ports }: FulfilDeps) {
  /** Requests whose protection may not be as it should be: a crash, or a fault, came in between. */
  const unsettled = new Set<string>();
  const looked = new Set<string>();

  /** Lets the holds of a request be what its state wants; places and releases nothing twice. */
  async function settle(caller: Context, file: File): Promise<void> {
    const { holds } = ports;
    const { row, life } = file;
    const context = withoutIdempotencyKey(caller);
    const mark = `${row.tenantId}\0${row.requestId}`;
    unsettled.add(mark);
    const wanted: WantedHold[] =
      CLOSED.includes(life.state) || row.subjectId === null || nobody(file) ? [] : FULFILMENT[life.part].holds(file);
    const still = new Set<string>();
    const unwanted = REQUEST_HOLDS.filter((kind) => !wanted.some((one) => one.kind === kind));
    const elsewhere = (await portalContexts(context, file, ports)).map(({ there }) => there);
    for (const tenant of life.portalsLeft) {
      const left = await ports.portals.contextIn(context, tenant);
      if (left) await holds.releaseOfRequest(left, row.requestId, [...REQUEST_HOLDS]);
    }
    for (const where of [context, ...elsewhere]) {
      for (const hold of wanted) {
        const { standsStill } = await holds.place(where, {
          ...hold,
          subject: life.subject as string,
          requestId: row.requestId,
          reference: row.reference,
        });
        for (const { why } of standsStill) still.add(why);
      }
      await holds.releaseOfRequest(where, row.requestId, unwanted);
    }
    file.standsStill = [...still];
    // Where something was recorded meanwhile, what it wants may have been undone just now: the job looks again.
    const now = await store.read((q) => findRequest(q, row.tenantId, row.requestId));
    if (now?.seq === row.seq) unsettled.delete(mark);
  }

  /** Goes on with what was begun, as far as it goes now; answers the request as it then stands. */
  async function advance(caller: Context, begun: File): Promise<File> {
    if (begun.life.state !== 'executing') return begun;
    const context = withoutIdempotencyKey(caller);
    const fulfilment = FULFILMENT[begun.life.part];
    let file = begun;
    for (const { step, run } of fulfilment.steps(begun)) {
      const known = file.life.steps.find((one) => one.step === step);
      if (known?.doneAt) continue;
      if (!known) file = await records.act(context, file, { events: [{ kind: 'step-begun', data: { step } }] });
      const found = await run(context, file, ports);
      if (!found.done) return file;
      // As it is now: an erasure has taken the pseudonym out, and nobody's key must be made anew.
      file = await records.current(context, file);
      const done: NewEvent = { kind: 'step-done', data: { step, result: found.result } };
      file = await records.act(context, file, { events: [done] });
    }
    const data = { part: file.life.part, ...fulfilment.outcome(file) };
    return records.act(context, file, { events: [{ kind: 'executed', data }] });
  }

  /** What a hold had kept back is gone: recipients are told of it, and the person, as far as mail reaches them. */
  async function tellOfRest(context: Context, file: File): Promise<boolean> {
    const { requestId } = file.row;
    const { erasureId } = resultOf(file, 'erasure') as { erasureId?: string };
    if (erasureId === undefined) return false;
    const all = await erasuresOf(context, file, ports);
    const outcome = leastDone(all.map(({ erasure }) => outcomeFor(erasure)));
    const isThrough = all.every(({ erasure }) => erasure.status === 'finished' && erasure.verdict !== 'incomplete');
    if (!isThrough || outcome === 'held-back') return false;
    for (const { where, erasure } of all)
      await ports.recipients.send(where, requestId, 'erasure', outcomeOfErasure(erasure));
    const said = await whatWasDone(context, file, outcome, ports);
    const data = { outcome, erasureId, certificateId: all[0]?.erasure.certificateId ?? null };
    const act = await telling(
      { ports, records },
      context,
      file,
      { kind: 'rest-erased', data },
      outcome === 'nothing-held' ? 'answered-no-data' : 'answered-erasure',
      outcome === 'nothing-held' ? {} : said,
    );
    await settle(context, await records.act(context, file, act));
    return true;
  }

  /**
   * A place has not carried its part of an erasure out, and the month is about to end: the person is told how it stands
   * (Art. 12(3)), once, as far as mail reaches them; for anybody else it stays a duty.
   */
  async function tellOfDelay(context: Context, file: File): Promise<void> {
    const { life, timing, requester } = file;
    const { dueOn, daysLeft } = timing;
    if (life.state !== 'executing' || life.part !== 'erasure' || dueOn === null || daysLeft === null) return;
    if (daysLeft > TELL_BEFORE || toldOfDelay(file) || !requester?.email) return;
    if (!recordedInstitution(await ports.register.view(context))) return;
    const stands = await erasureSoFar(context, file, ports);
    if (!stands?.unfinished) return;
    const event: NewEvent = { kind: 'informed', data: {} };
    await records.act(
      context,
      file,
      await telling({ ports, records }, context, file, event, 'erasure-incomplete', stands),
    );
  }

  /** The same for one that was left in the middle, what protects it first; whether it is through now. */
  async function resumeOne(context: Context, requestId: string): Promise<boolean> {
    const file = await records.load(context, requestId);
    if (file.life.state === 'awaiting-release') return tellOfRest(context, file);
    if (file.life.state === 'executing') await settle(context, file);
    const after = await advance(context, file);
    await tellOfDelay(context, after);
    return after.life.state !== 'executing';
  }

  return {
    settle,
    advance,

    /** The same of what has begun by itself; where the job was faster, as it has left it. */
    async carryOn(context: Context, begun: File): Promise<File> {
      try {
        return await advance(context, begun);
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        return records.load(context, begun.row.requestId);
      }
    },

    /** For a job: what a crash interrupted, and what waits for others. One that fails keeps no other waiting. */
    async resume(context: Context): Promise<{ carriedOn: number; settled: number }> {
      const faults: unknown[] = [];
      let [carriedOn, settled] = [0, 0];
      for (let after = ''; ; ) {
        const ids = await store.read((q) =>
          inState(q, context.tenant.id, ['executing', 'awaiting-release'], after, PAGE),
        );
        for (const id of ids)
          try {
            if (await resumeOne(context, id)) carriedOn += 1;
          } catch (error) {
            // Another instance, or an officer, was faster.
            if (!isOvertaken(error)) faults.push(error);
          }
        after = ids.at(-1) ?? '';
        if (ids.length < PAGE) break;
      }
      const all = looked.has(context.tenant.id)
        ? [...unsettled].filter((mark) => mark.startsWith(`${context.tenant.id}\0`))
        : undefined;
      for (let after = ''; ; ) {
        const ids =
          all?.map((mark) => mark.split('\0')[1] as string) ??
          (await store.read((q) => inState(q, context.tenant.id, undefined, after, PAGE)));
        for (const id of ids)
          try {
            await settle(context, await records.load(context, id));
            settled += 1;
          } catch (error) {
            faults.push(error);
          }
        after = ids.at(-1) ?? '';
        if (all || ids.length < PAGE) break;
      }
      looked.add(context.tenant.id);
      if (faults.length > 0) throw faults[0];
      return { carriedOn, settled };
    },
  };
}
export type Fulfilments = ReturnType<typeof createFulfilments>;
