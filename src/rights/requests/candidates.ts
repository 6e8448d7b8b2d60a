import Type, { type Static } from 'typebox';
import { lookedFor } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import type { File } from './case-file.ts';
import type { Evidence } from './events.ts';
import type { RequestPorts } from './ports.ts';

export const RequestCandidates = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          by: Type.Enum(['address', 'consent-receipt', 'visitor-id', 'trace']),
          seq: OrNull(Type.Integer({ description: 'The event with which it was brought; null: the address given.' })),
          at: OrNull(Instant),
          brought: Type.Record(Type.String(), Type.Unknown(), { description: 'As the person brought it.' }),
          fits: Type.Boolean({ description: 'Whether it is of exactly one person of whom anything is kept.' }),
          subject: OrNull(Type.String()),
        },
        closed,
      ),
    ),
  },
  {
    ...closed,
    title: 'RequestCandidates',
    description: 'What it says is evidence, not proof: whoever brings something of a person need not be that person.',
  },
);
export type RequestCandidates = Static<typeof RequestCandidates>;

/**
 * Whom a request could be about, by what the person gave. Looked up for officers only, when they ask: whoever brings it
 * learns nothing from the answer, nor from how long it takes, nor from the log (GDPR Art. 11(2), 32).
 */
export function createCandidates(
  vault: Vault,
  { profiles, receipts, visits }: Pick<RequestPorts, 'profiles' | 'receipts' | 'visits'>,
) {
  async function referenceOf(context: Context, given: Evidence): Promise<string | undefined> {
    if (given.by === 'visitor-id') return `visitor:${given.visitor}`;
    const subjectId =
      given.by === 'consent-receipt'
        ? await receipts.subjectOf(context, given.receiptId)
        : await visits.subjectOfTrace(context, { at: new Date(given.at), address: given.address });
    return subjectId && `pseudonym:${subjectId}`;
  }

  /** Whom it is of, as a reference, if anything is kept of them; a look, whether or not. */
  async function subjectOfEvidence(context: Context, given: Evidence): Promise<string | undefined> {
    const reference = await referenceOf(context, given);
    const found = reference && (await subjectOf(vault, context.tenant.id, parseSubjectRef(reference))).subjectId;
    const kept = found && (await vault.existingKey(context.tenant.id, subjectScope(found)));
    lookedFor(context, kept ? found : undefined);
    return kept ? reference : undefined;
  }

  return {
    subjectOfEvidence,

    async of(context: Context, { requester, life }: File): Promise<RequestCandidates> {
      const items: RequestCandidates['items'] = [];
      if (requester?.email) {
        const found = await profiles.accountOfEmail(context, requester.email);
        lookedFor(context, found?.subjectId);
        items.push({
          by: 'address',
          seq: null,
          at: null,
          brought: { email: requester.email },
          fits: found !== undefined,
          subject: found?.account ?? null,
        });
      }
      for (const { seq, at, evidence } of life.evidence) {
        const { by, ...brought } = evidence;
        const subject = await subjectOfEvidence(context, evidence);
        items.push({ by, seq, at: at.toISOString(), brought, fits: subject !== undefined, subject: subject ?? null });
      }
      return { items };
    },
  };
}
export type Candidates = ReturnType<typeof createCandidates>;
