import { isDirectMarketing } from '../../../data/retention/hold-kinds.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import { HAS_LEFT } from '../../../foundations/outbox/model.ts';
import { localDay } from '../../../law/duration.ts';
import { type ErasureGround, erasureGroundsUnder } from '../../../law/rights.ts';
import { requireId } from '../../../register/policies/known.ts';
import { callTo } from '../calls.ts';
import type { File } from '../case-file.ts';
import { claimOf } from '../check-ground.ts';
import type { EventData, EventKind, NewEvent } from '../events.ts';
import { FULFILMENT } from '../fulfilment/by-type.ts';
import { purposesOf } from '../fulfilment/erasure.ts';
import { nobody } from '../fulfilment/fulfilment.ts';
import type { RequestPorts } from '../ports.ts';
import type { Input } from './acting.ts';

/** What tells a person that something will be lifted. */
const NOTICES: readonly EventKind[] = ['lifting-announced', 'refusal-told'];

export const waitsFor = (why: string, missing: string, call: string) =>
  new Problem('conflict', `${why}: ${callTo(call)}.`, {
    members: { missing: [missing], calls: [callTo(call)] },
  });

/** Whether something is stopped or kept for as long as it is not decided. */
export const protects = (file: File): boolean =>
  ['restriction', 'objection'].includes(file.life.part) &&
  !nobody(file) &&
  FULFILMENT[file.life.part].holds(file).length > 0;

/** A refusal that lifts something waits for that; where there is nothing to be lifted, it ends at once. */
export const refusedBy = (file: File, told: NewEvent): NewEvent[] =>
  protects(file) ? [told] : [told, { kind: 'lifted', data: {} }];

/** An objection to direct marketing stands for good (Art. 21(3)). @throws Problem naming what would end it */
export function checkLiftable({ life }: File): void {
  if (claimOf(life) === 'marketing-objection')
    throw new Problem(
      'unprocessable-request',
      'An objection to direct marketing is absolute and is never lifted (Art. 21(3)). Only consent given anew permits it.',
      { members: { right: 'marketing-objection', possible: [] } },
    );
}

/** What a decision must satisfy beside its ground, where the register or the outbox say so. */
export function createDecisionChecks({ register, outbox }: Pick<RequestPorts, 'register' | 'outbox'>) {
  /** Per kind of data, and only with the ground it belongs to (Art. 17(3); REQ-A30). */
  async function checkExceptions(
    context: Context,
    exceptions: Input<'Refusal'>['exceptions'],
    ground: string,
    now: Date,
    { life }: File,
  ): Promise<void> {
    if (ground !== 'exception') {
      if (exceptions) throw invalidField('/exceptions', 'are of the ground "exception" only');
      return;
    }
    if (!exceptions)
      throw invalidField(
        '/exceptions',
        'must say which kind of data is kept on which exception, and until when (Art. 17(3))',
      );
    const { policies } = await register.view(context);
    for (const [n, { category, reviewOn }] of exceptions.entries()) {
      requireId(`/exceptions/${n}/category`, 'category', category, policies.categories, 'undeclared-category');
      if (reviewOn <= localDay(now, life.received.terms.timeZone))
        throw invalidField(`/exceptions/${n}/reviewOn`, 'must lie ahead');
    }
  }

  /** A ground of Art. 17(1) that the basis of what is to go can have (REQ-A08). */
  async function checkErasureGround(context: Context, { life }: File, ground: ErasureGround): Promise<void> {
    const ids = purposesOf(life);
    if (ids === undefined) return;
    const { policies } = await register.view(context);
    const about = policies.purposes.filter(({ id }) => ids.includes(id));
    const declared = { purpose: (id: string) => about.find((one) => one.id === id) };
    const possibleHere = about.flatMap(({ id, basis }) =>
      erasureGroundsUnder(basis, { marketing: isDirectMarketing(declared, id) }),
    );
    if (about.length > 0 && !possibleHere.includes(ground))
      throw new Problem('unprocessable-request', `/ground: "${ground}" is no ground on this basis (Art. 17(1)).`, {
        errors: [{ pointer: '/ground', detail: `must be one of ${[...new Set(possibleHere)].join(', ')}` }],
        members: { right: 'erasure', ground, possible: [...new Set(possibleHere)] },
      });
  }

  /**
   * The person knows that it will be lifted: the mail has left, or somebody has recorded by which way else it went
   * (Art. 18(3); REQ-A36).
   * @throws Problem `conflict`
   */
  async function checkNotice(context: Context, { life, events }: File): Promise<void> {
    const since = events.find(({ seq, kind }) => NOTICES.includes(kind) && !life.struck.includes(seq))?.seq ?? 0;
    const notices = events.flatMap(({ seq, kind, data }) =>
      seq >= since && !life.struck.includes(seq) && (NOTICES.includes(kind) || kind === 'informed')
        ? [data as EventData['lifting-announced' | 'refusal-told' | 'informed']]
        : [],
    );
    const mailed = notices.flatMap(({ letter }) => (letter?.messageId === undefined ? [] : [letter.messageId]));
    const states = await outbox.statesOf(context, mailed);
    const reached = notices.some(({ letter, sent }) => {
      const state = letter?.messageId === undefined ? undefined : states.get(letter.messageId);
      // By mail goes what has a message; whatever else was said of it, somebody has handed it over.
      return state === undefined ? sent !== undefined && sent !== 'email' : HAS_LEFT.includes(state);
    });
    if (!reached)
      throw waitsFor(
        'The person must know before it is lifted (Art. 18(3)), and no notice has left yet: deliver it, or tell them another way and record that',
        'the person must be told before it is lifted',
        life.state === 'refusal-told' ? 'information' : 'lifting-notice',
      );
  }

  return { checkErasureGround, checkExceptions, checkNotice };
}
