import type { Context } from '../../foundations/contract/context.ts';
import { notAsItStands, Problem } from '../../foundations/contract/problem.ts';
import type { Query } from '../../foundations/store/store.ts';
import { type Fact, INSTALLATION } from '../facts/as-of.ts';
import { recordFact } from '../facts/facts.ts';
import { factsOfKind, latestFact } from '../facts/table.ts';
import type { ChangeFact, NoticeFact, ObjectionFact } from './facts.ts';
import type { ChangeStanding } from './model.ts';

type FactOf = {
  'sub-processor-change': ChangeFact;
  'sub-processor-notice': NoticeFact;
  objection: ObjectionFact;
};

/** The call that begins another change. */
const ANNOUNCEMENT = 'POST /v1/register/sub-processor-changes';
export const callTo = (name: string): string => `${ANNOUNCEMENT}/{changeId}/${name}`;

export const noChange = () => new Problem('not-found', 'There is no such change here.');

/** @throws Problem `conflict` when the change was activated or withdrawn. */
export function stillAnnounced({ status }: ChangeFact): void {
  if (status !== 'announced') throw notAsItStands(`This change is ${status} already.`, [ANNOUNCEMENT]);
}

/** The next version of a change, a notice or an objection; of two at once the second is refused. */
export async function newVersion<K extends keyof FactOf>(
  tx: Query,
  context: Context,
  scope: { tenantId: string; kind: K; entityId: string },
  value: FactOf[K],
  policyHash: string,
): Promise<void> {
  const last = await latestFact(tx, scope.tenantId, scope.kind, scope.entityId);
  await recordFact(tx, context, { ...scope, onVersion: last?.version ?? 0, value, validFrom: 'now', policyHash });
}

export const changeScope = (changeId: string) => ({
  tenantId: INSTALLATION,
  kind: 'sub-processor-change' as const,
  entityId: changeId,
});
export const noticeScope = (tenantId: string, changeId: string) => ({
  tenantId,
  kind: 'sub-processor-notice' as const,
  entityId: changeId,
});
export const objectionScope = (tenantId: string, objectionId: string) => ({
  tenantId,
  kind: 'objection' as const,
  entityId: objectionId,
});

/** The change as it was last recorded. @throws Problem `not-found` */
export async function changeIn(q: Query, changeId: string): Promise<ChangeFact> {
  const fact = await latestFact(q, INSTALLATION, 'sub-processor-change', changeId);
  if (!fact?.value) throw noChange();
  return fact.value as ChangeFact;
}

/** What was recorded last of each entity of a kind, in every tenant. */
export async function newestOf<K extends keyof FactOf>(
  q: Query,
  kind: K,
): Promise<{ tenantId: string; entityId: string; value: FactOf[K] }[]> {
  const newest = new Map<string, Fact>();
  for (const fact of await factsOfKind(q, kind)) newest.set(`${fact.tenantId}\0${fact.entityId}`, fact);
  return [...newest.values()].flatMap(({ tenantId, entityId, value }) =>
    value === null ? [] : [{ tenantId, entityId, value: value as FactOf[K] }],
  );
}

/** How a change stands with every controller that was told of it. */
export async function controllersIn(q: Query, changeId: string): Promise<ChangeStanding['controllers']> {
  const objections = (await newestOf(q, 'objection')).filter(({ value }) => value.changeId === changeId);
  return (await newestOf(q, 'sub-processor-notice'))
    .filter(({ entityId }) => entityId === changeId)
    .map(({ tenantId, value }) => ({
      tenant: tenantId,
      delivered: value.deliveredAt !== null,
      windowEndsAt: value.windowEndsAt,
      authorisation: value.authorisation,
      approved: value.approvedAt !== null,
      openObjections: objections.filter(
        (objection) => objection.tenantId === tenantId && objection.value.outcome === 'open' && !objection.value.late,
      ).length,
    }));
}

/**
 * What keeps a change from being activated, in sentences; and the instant from which nothing does, where only time is
 * missing. Taking a sub-processor away asks nobody (Art. 28(2) speaks of additions and replacements).
 */
export function inTheWayOf(
  { kind, status }: Pick<ChangeFact, 'kind' | 'status'>,
  controllers: ChangeStanding['controllers'],
  notTold: readonly string[],
  now: Date,
): Pick<ChangeStanding, 'inTheWay' | 'earliestActivation'> {
  if (status !== 'announced') return { inTheWay: [`This change is ${status} already.`], earliestActivation: null };
  if (kind === 'removal') return { inTheWay: [], earliestActivation: now.toISOString() };
  const named = (those: { tenant: string }[]) => those.map(({ tenant }) => tenant).join(', ');
  const inTheWay: string[] = [];
  const say = (those: { tenant: string }[], text: (names: string) => string) => {
    if (those.length > 0) inTheWay.push(text(named(those)));
  };
  say(
    notTold.map((tenant) => ({ tenant })),
    (names) => `These have not been told yet: ${names}.`,
  );
  say(
    controllers.filter(({ delivered }) => !delivered),
    (names) => `The notice has not come through to: ${names}.`,
  );
  say(
    controllers.filter(({ openObjections }) => openObjections > 0),
    (names) => `Objections are open: ${names}.`,
  );
  say(
    controllers.filter(({ authorisation, approved }) => authorisation === 'specific' && !approved),
    (names) => `The contract asks for agreement in words, not yet given: ${names}.`,
  );
  const timeOnly = inTheWay.length === 0;
  // Who has agreed in words need not be waited for.
  const running = controllers.filter(({ windowEndsAt, approved }) => !approved && new Date(windowEndsAt) > now);
  const last = running
    .map(({ windowEndsAt }) => windowEndsAt)
    .sort()
    .at(-1);
  if (last) inTheWay.push(`The objection window runs until ${last}.`);
  return { inTheWay, earliestActivation: timeOnly ? (last ?? now.toISOString()) : null };
}
