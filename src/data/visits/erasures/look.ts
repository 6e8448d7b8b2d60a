import { createHash } from 'node:crypto';
import type { Context } from '../../../foundations/contract/context.ts';
import type { Query } from '../../../foundations/store/store.ts';
import { localDay } from '../../../law/duration.ts';
import type { Policies } from '../../../register/policies/policies.ts';
import { questionOf } from '../../retention/hold-kinds.ts';
import { protection } from '../../retention/holds.ts';
import { countedOn, pagesOfMatching } from '../table/matching.ts';
import type { Life } from '../table.ts';
import type { SeenVisits } from './model.ts';
import { besideAddress, type NamedOrder, namedBy } from './name-visits.ts';

const SAMPLE = 5;
export const LIVES: readonly Life[] = ['full', 'reduced'];

/** What holds keep of visits of a life, asked inside the transaction that would erase them. */
export function heldVisits(q: Query, policies: Policies, context: Context, life: Life) {
  const { category, purposes } = questionOn(policies, context, life);
  return protection(q, context.tenant.id, category, context.clock(), { purposes, action: 'erase' });
}
export const questionOn = (policies: Policies, { tenant }: Context, life: Life) =>
  questionOf(policies.of(tenant.id), { category: `visits.${life}`, action: 'erase' });

export interface Looked {
  seen: SeenVisits;
  /** By life. */
  due: Record<Life, number>;
  held: Record<Life, number>;
  digest: string;
}

/** What the order would do now; touches nothing. */
export async function lookFor(q: Query, policies: Policies, context: Context, order: NamedOrder): Promise<Looked> {
  const { id: tenantId, timeZone } = context.tenant;
  const named = await namedBy(q, tenantId, order);
  const hash = createHash('sha256');
  const [due, held]: Record<Life, number>[] = [
    { full: 0, reduced: 0 },
    { full: 0, reduced: 0 },
  ] as [Looked['due'], Looked['held']];
  const people = new Set<string>();
  const sample: string[] = [];
  const times: Date[] = [];
  for (const life of LIVES) {
    const notHeld = await heldVisits(q, policies, context, life);
    for await (const page of pagesOfMatching(q, tenantId, life, named, notHeld))
      for (const visit of page) {
        if (visit.held) {
          held[life] += 1;
          continue;
        }
        due[life] += 1;
        if (visit.subjectId !== null) people.add(visit.subjectId);
        if (sample.length < SAMPLE) sample.push(visit.visitId);
        hash.update(`${life} ${visit.visitId}\n`);
        const [oldest = visit.occurredAt, newest = visit.occurredAt] = times;
        times[0] = visit.occurredAt < oldest ? visit.occurredAt : oldest;
        times[1] = visit.occurredAt > newest ? visit.occurredAt : newest;
      }
  }
  const beside = besideAddress(order);
  let untold = 0;
  if (beside)
    for await (const page of pagesOfMatching(q, tenantId, 'reduced', beside, () => undefined)) untold += page.length;
  const counted =
    'visitId' in order
      ? 0
      : await countedOn(q, tenantId, {
          first: localDay(new Date(order.from), timeZone),
          last: localDay(new Date(new Date(order.until).getTime() - 1), timeZone),
          portal: order.portal,
        });
  const seen: SeenVisits = {
    due: due.full + due.reduced,
    held: held.full + held.reduced,
    people: people.size,
    untold,
    counted,
    oldest: times[0]?.toISOString() ?? null,
    newest: times[1]?.toISOString() ?? null,
    sample,
  };
  return { seen, due, held, digest: hash.digest('hex') };
}
