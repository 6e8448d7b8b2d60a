import type { Context } from '../../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import type { File } from '../case-file.ts';
import type { EventData } from '../events.ts';
import { STRIKABLE } from '../replay.ts';
import { checkExtension, checkFee, momentOf } from '../rules.ts';
import { likeThese } from '../table.ts';
import { checkReceipt } from '../timing.ts';
import type { ActDeps, Acting, Input } from './acting.ts';

const EVER = new Date(0);

/** What happens to a request on its way: received, told of, asked about, extended, withdrawn, corrected. */
export function createCourseActs(deps: ActDeps, { letter, acting, possible, named }: Acting) {
  const { store, records } = deps;

  async function firstCopy(context: Context, { row }: File): Promise<boolean> {
    const about = {
      types: ['access'],
      subjectId: row.subjectId,
      requesterIndex: row.requesterIndex,
      since: EVER,
      limit: 200,
    };
    const earlier = await store.read((q) => likeThese(q, context.tenant.id, about));
    return !earlier.some(({ requestId, state }) => requestId !== row.requestId && state === 'answered');
  }

  return {
    acknowledge: (context: Context, file: File, { at, sent }: Input<'Acknowledgement'>) =>
      acting(context, file, async (now) => {
        possible(file, 'acknowledged');
        const { told, also } = await letter(context, file, 'acknowledged', { sent });
        return { events: [{ kind: 'acknowledged', data: told, occurredAt: momentOf(file, at, now) }], also };
      }),

    assign: (context: Context, file: File, { to }: Input<'Assignment'>) =>
      acting(context, file, () => ({ events: [{ kind: 'assigned', data: { to } }] })),

    note: (context: Context, file: File, { text }: Input<'Note'>) =>
      acting(context, file, () => ({ events: [{ kind: 'noted', data: { text } }] })),

    /** Keeps the person informed (REQ-A59). */
    inform: (context: Context, file: File, { text, sent }: Input<'Information'>) =>
      acting(context, file, () => ({ events: [{ kind: 'informed', data: { text, sent } }] })),

    nameSubject: (context: Context, file: File, { subject }: Input<'SubjectNaming'>) =>
      acting(context, file, async () => ({
        events: [{ kind: 'subject-named', data: { by: 'officer', subject } }],
        ...(await named(context, file, subject, 'officer')),
      })),

    askClarification: (context: Context, file: File, { question, sent }: Input<'Clarification'>) =>
      acting(context, file, async () => {
        possible(file, 'clarification-asked');
        const { told, also } = await letter(context, file, 'clarification-asked', { words: question, sent });
        return { events: [{ kind: 'clarification-asked', data: { question, ...told } }], also };
      }),

    clarified: (context: Context, file: File, { text, at }: Input<'ClarificationAnswer'>) =>
      acting(context, file, (now) => ({
        events: [{ kind: 'clarification-answered', data: { text }, occurredAt: momentOf(file, at, now) }],
      })),

    /** A fee, announced before the work (Art. 12(5)(a), 15(3); REQ-A16, A25). */
    askFee: (context: Context, file: File, { sent, ...fee }: Input<'Fee'>) =>
      acting(context, file, async () => {
        possible(file, 'fee-asked');
        checkFee(fee);
        if (fee.basis === 'further-copy') {
          if (file.life.part !== 'access' || (await firstCopy(context, file)))
            throw invalidField(
              '/basis',
              'the first copy is free (Art. 15(3)): there is no earlier answer to a request of this person',
            );
        } else if (
          file.life.state !== 'approved' ||
          file.life.proposal?.what !== 'abusive-fee' ||
          file.life.proposal.abuse?.which !== fee.basis
        )
          throw new Problem(
            'conflict',
            'A fee for an abusive request is proposed with its evidence first, and agreed to by a second person (Art. 12(5)).',
          );
        const amount = `${(fee.amount / 100).toFixed(2)} ${fee.currency}`;
        const { told, also } = await letter(context, file, 'fee-asked', { fee: amount, reasons: [fee.basis], sent });
        return { events: [{ kind: 'fee-asked', data: { ...fee, ...told } }], also };
      }),

    feePaid: (context: Context, file: File, { at }: Input<'Payment'>) =>
      acting(context, file, (now) => ({
        events: [{ kind: 'fee-paid', data: {}, occurredAt: momentOf(file, at, now) }],
      })),

    /** Art. 12(3): told within the first month, with its reasons (REQ-A14). */
    extend: (context: Context, file: File, { reasons, text, at, sent }: Input<'Extension'>) =>
      acting(context, file, async (now) => {
        const occurredAt = momentOf(file, at, now);
        checkExtension(records, context, file, { kind: 'extended', data: { reasons, text }, occurredAt });
        const { told, also } = await letter(context, file, 'extended', { reasons, words: text, sent });
        return { events: [{ kind: 'extended', data: { reasons, text, ...told }, occurredAt }], also };
      }),

    withdraw: (context: Context, file: File, by: EventData['withdrawn']['by']) =>
      acting(context, file, () => ({ events: [{ kind: 'withdrawn', data: { by } }] })),

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
        const { told, also } = await letter(context, file, 'duplicate', { words: first.row.reference, sent });
        return { events: [{ kind: 'duplicate-marked', data: { of, ...told } }], also };
      }),

    reopen: (context: Context, file: File, { because, text, at, sent }: Input<'Reopening'>) =>
      acting(context, file, async (now) => {
        possible(file, 'reopened');
        const { told, also } = await letter(context, file, 'reopened', { words: text, reasons: [because], sent });
        return {
          events: [{ kind: 'reopened', data: { because, text, ...told }, occurredAt: momentOf(file, at, now) }],
          also,
        };
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
