import { type Context, withoutIdempotencyKey } from '../../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import { localDay } from '../../../law/duration.ts';
import { recordedInstitution } from '../../../register/view/speaker.ts';
import type { File } from '../case-file.ts';
import { checkGround } from '../check-ground.ts';
import type { EventData, NewEvent } from '../events.ts';
import { STRIKABLE, TELLING } from '../replay.ts';
import { checkExtension, checkFee, checkFurtherCopy, momentOf } from '../rules.ts';
import { CLOSED, TOLD } from '../states.ts';
import { likeThese } from '../table.ts';
import { checkReceipt } from '../timing.ts';
import { erasureSoFar, recipientsTold } from '../what-was-done.ts';
import type { ActDeps, Acting, Input } from './acting.ts';

/**
 * Of two that are the same the one by which it was first shown who asks counts: nobody's right is dealt with in what a
 * stranger has sent in their name. What protects the person now is not given up for what has ended.
 */
function checkFirst({ life }: File, { life: first }: File): void {
  if (life.verifiedAt !== null && (first.verifiedAt === null || life.verifiedAt < first.verifiedAt))
    throw invalidField(
      '/requestId',
      'was not verified before this one: the request verified first counts, so mark that one as the duplicate',
    );
  if ((life.part === 'restriction' || life.part === 'objection') && CLOSED.includes(first.state))
    throw invalidField('/requestId', 'protects the person no more, as this one does');
}

/** What happens to a request on its way: received, told of, asked about, extended, withdrawn, corrected. */
export function createCourseActs(deps: ActDeps, { told, acting, actingOnWho, possible, named }: Acting) {
  const { store, records, ports } = deps;

  /** The day on which the person was last told of a copy; undefined: never, and this is the first (Art. 15(3)). */
  async function copyBefore(context: Context, { row, life }: File): Promise<string | undefined> {
    const { subjectId, requesterIndex } = row;
    const about = { types: ['access'], subjectId, requesterIndex, since: new Date(0), limit: 200, withdrawn: true };
    const earlier = await store.read((q) => likeThese(q, context.tenant.id, about));
    for (const { requestId } of earlier.filter((one) => one.requestId !== row.requestId)) {
      const { letters } = (await records.load(context, requestId)).life;
      const copy = letters.findLast(({ kind }) => kind === 'answered-access');
      if (copy) return localDay(copy.at, life.received.terms.timeZone);
    }
    return undefined;
  }

  return {
    acknowledge: (context: Context, file: File, { at, sent }: Input<'Acknowledgement'>) =>
      acting(context, file, () => {
        possible(file, 'acknowledged');
        return told(context, file, { kind: 'acknowledged', data: {} }, 'acknowledged', { sent, at });
      }),

    assign: (context: Context, file: File, { to }: Input<'Assignment'>) =>
      acting(context, file, () => ({ events: [{ kind: 'assigned', data: { to } }] })),

    note: (context: Context, file: File, { text }: Input<'Note'>) =>
      acting(context, file, () => ({ events: [{ kind: 'noted', data: { text } }] })),

    /** Keeps the person informed (REQ-A59): in an officer's words, of who was told (Art. 19), of what is still to be erased. */
    inform: (context: Context, file: File, { text, about, sent }: Input<'Information'>) =>
      acting(context, file, async () => {
        const event: NewEvent = { kind: 'informed', data: { text } };
        if (about === 'recipients') {
          const recipients = await recipientsTold(withoutIdempotencyKey(context), file, ports);
          return told(context, file, event, 'recipients-told', { recipients, words: text, sent });
        }
        if (about === 'erasure') {
          const stands = await erasureSoFar(withoutIdempotencyKey(context), file, ports);
          if (!stands?.unfinished)
            throw new Problem('conflict', 'No erasure of this request waits for a place that has not carried it out.');
          return told(context, file, event, 'erasure-incomplete', { ...stands, words: text, sent });
        }
        if (text === undefined) throw invalidField('/text', 'must say what the person is told');
        return told(context, file, event, 'informed', { words: text, sent });
      }),

    nameSubject: (context: Context, file: File, { subject }: Input<'SubjectNaming'>) =>
      actingOnWho(context, file, async () => ({
        events: [{ kind: 'subject-named', data: { by: 'officer', subject } }],
        ...(await named(context, file, subject, 'officer')),
      })),

    /** Answered for other portals too, where the same controllers answer; what they are is kept as the officer saw it. */
    joinPortals: (context: Context, file: File, { portals }: Input<'PortalJoining'>) =>
      acting(context, file, async () => {
        possible(file, 'portals-joined');
        const { subject, subjectBy } = file.life;
        if (subject === null || subjectBy === null)
          throw new Problem('conflict', 'Say whom it is about first: only then can it be seen where they are known.');
        const joined = await ports.portals.joinable(withoutIdempotencyKey(context), subject, portals);
        return { events: [{ kind: 'portals-joined', data: { portals: joined } }] };
      }),

    askClarification: (context: Context, file: File, { question, sent }: Input<'Clarification'>) =>
      acting(context, file, async () => {
        checkGround(file, { field: '/question', ground: 'clarification', effect: 'ask' });
        possible(file, 'clarification-asked');
        const event: NewEvent = { kind: 'clarification-asked', data: { question } };
        return told(context, file, event, 'clarification-asked', { words: question, sent });
      }),

    clarified: (context: Context, file: File, { text, at }: Input<'ClarificationAnswer'>) =>
      acting(context, file, (now) => ({
        events: [{ kind: 'clarification-answered', data: { text }, occurredAt: momentOf(file, at, now) }],
      })),

    /** A fee, announced before the work (Art. 12(5)(a), 15(3); REQ-A16, A25). */
    askFee: (context: Context, file: File, { sent, unchanged = false, ...fee }: Input<'Fee'>) =>
      acting(context, file, async (now) => {
        checkGround(file, { field: '/basis', ground: fee.basis, effect: 'fee' });
        possible(file, 'fee-asked');
        checkFee(fee);
        const { life } = file;
        const { basis, amount, currency, costs } = fee;
        const said = { fee: { amount, currency }, costs, reasons: [basis], sent };
        const event: NewEvent = { kind: 'fee-asked', data: { ...fee, unchanged } };
        if (basis === 'further-copy') {
          const on = life.part === 'access' ? await copyBefore(context, file) : undefined;
          checkFurtherCopy(on, unchanged, now);
          return told(context, file, event, 'fee-asked', { ...said, copyBefore: { on, unchanged } });
        }
        if (life.state !== 'approved' || life.proposal?.what !== 'abusive-fee' || life.proposal.abuse?.which !== basis)
          throw new Problem(
            'conflict',
            'A fee for an abusive request is proposed with its evidence first, and agreed to by a second person (Art. 12(5)).',
          );
        const { earlierRequests } = life.proposal.abuse;
        return told(context, file, event, 'fee-asked', { ...said, earlierRequests });
      }),

    feePaid: (context: Context, file: File, { at }: Input<'Payment'>) =>
      acting(context, file, (now) => ({
        events: [{ kind: 'fee-paid', data: {}, occurredAt: momentOf(file, at, now) }],
      })),

    /** Art. 12(3): told within the first month, with its reasons (REQ-A14). */
    extend: (context: Context, file: File, { reasons, text, at, sent }: Input<'Extension'>) =>
      acting(context, file, async (now) => {
        for (const [n, ground] of reasons.entries())
          checkGround(file, { field: `/reasons/${n}`, ground, effect: 'extend' });
        const event: NewEvent = { kind: 'extended', data: { reasons, text } };
        checkExtension(records, context, file, { ...event, occurredAt: momentOf(file, at, now) });
        return told(context, file, event, 'extended', { reasons, words: text, sent, at });
      }),

    /** The person no longer wants it, and is told that it has ended, as far as mail reaches them. */
    withdraw: (context: Context, file: File, by: EventData['withdrawn']['by']) =>
      acting(context, file, async () => {
        possible(file, 'withdrawn');
        const event: NewEvent = { kind: 'withdrawn', data: { by } };
        // Whatever is not recorded yet of the institution, nobody is kept from taking a request back.
        const mailed =
          by !== 'processor' && file.requester?.email && recordedInstitution(await ports.register.view(context));
        return mailed ? told(context, file, event, 'withdrawn', {}) : { events: [event] };
      }),

    /** Says that it is the same as another; dealt with there, and the person is told. */
    markDuplicate: (context: Context, file: File, { requestId: of, sent }: Input<'DuplicateOf'>) =>
      acting(context, file, async () => {
        possible(file, 'duplicate-marked');
        if (of === file.row.requestId) throw invalidField('/requestId', 'must be another request');
        const first = await records.load(context, of).catch((error: unknown) => {
          if (error instanceof Problem && error.type === 'not-found')
            throw invalidField('/requestId', 'must be a request of this portal');
          throw error;
        });
        if (first.life.type !== file.life.type) throw invalidField('/requestId', 'asks for something else');
        if (['withdrawn', 'refused', 'duplicate', 'unidentified'].includes(first.life.state))
          throw invalidField('/requestId', 'is not being answered itself');
        checkFirst(file, first);
        const { row, life, timing } = first;
        const answered = life.closedAt ?? first.events.findLast(({ kind }) => TELLING.includes(kind))?.occurredAt;
        const other = {
          reference: row.reference,
          dueOn: timing.dueOn,
          answeredOn: TOLD.includes(life.state) && answered ? localDay(answered, life.received.terms.timeZone) : null,
        };
        return told(context, file, { kind: 'duplicate-marked', data: { of } }, 'duplicate', { other, sent });
      }),

    reopen: (context: Context, file: File, { because, text, at, sent }: Input<'Reopening'>) =>
      acting(context, file, async (now) => {
        possible(file, 'reopened');
        // What was ordered was ordered then: the time runs from that day, whenever the letter goes.
        const event: NewEvent = { kind: 'reopened', data: { because, text }, occurredAt: momentOf(file, at, now) };
        return told(context, file, event, 'reopened', { words: text, reasons: [because], sent });
      }),

    /** Puts right when something happened, or that it never did; everything is computed again. */
    correct: (context: Context, file: File, input: Input<'Correction'>) =>
      acting(context, file, (now) => {
        const event = file.events.find(({ seq }) => seq === input.corrects);
        if (!event || event.kind === 'corrected')
          throw invalidField('/corrects', 'must be the number of an event of this request');
        if (input.at === null && !STRIKABLE.includes(event.kind))
          throw invalidField('/at', `only what has had no effect can be taken back: ${STRIKABLE.join(', ')}`);
        if (input.reasons !== undefined && event.kind !== 'extended')
          throw invalidField('/reasons', 'are of an extension');
        if (input.at !== null && event.kind === 'received')
          checkReceipt(new Date(input.at), file.life.received.terms, now);
        else if (input.at !== null) momentOf(file, input.at, now);
        return { events: [{ kind: 'corrected', data: input }] };
      }),
  };
}
