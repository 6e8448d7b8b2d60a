import { createHash } from 'node:crypto';
import { accountOfVisitor } from '../../data/consent/links.ts';
import type { ConsentService } from '../../data/consent/service.ts';
import type { ItemDecisionService } from '../../data/content/item-decisions.ts';
import type { ProfileService } from '../../data/profiles/service.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import type { SuppressionService } from '../../data/suppression/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import { indexesOfEach } from '../../foundations/audit/subject-index.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Holder, ItemOrder } from '../../foundations/holders/holder.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { parseSubjectRef, type SubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { basisPoint } from '../../law/vocabulary.ts';
import { requireId } from '../../register/policies/known.ts';
import type { Purpose } from '../../register/policies/model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { checkOrder, decideErasure, groundInWords, keyStillNeeded, underHolds } from './decide-categories.ts';
import type { Outside } from './erase-outside.ts';
import type { Actor, Intent } from './intent.ts';
import { keepOtherBases } from './keep-other-bases.ts';
import type { ErasureOrder, ErasurePreview } from './model.ts';
import { decideProposal, erasureOfRequest, insertErasure, type RunningErasure, runningErasureOf } from './table.ts';

export interface OrderDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Policies;
  holders: Holder[];
  /** Categories of theirs that are sealed under the person's own key. */
  sealedPerSubject: readonly string[];
  consent: Pick<ConsentService, 'linkedSubjects' | 'givenNow'>;
  retention: Pick<RetentionService, 'heldCategories' | 'objectedPurposes' | 'clockWatch'>;
  profiles: Pick<ProfileService, 'emailIndexOf'>;
  itemDecisions: Pick<ItemDecisionService, 'resolve' | 'shown'>;
  suppression: Pick<SuppressionService, 'orderFor' | 'place'>;
  outside: Pick<Outside, 'count' | 'seal' | 'begin' | 'forgetKnown'>;
}

/** By whom an erasure was decided, where it was not the caller alone. */
export interface Decided {
  requestId?: string;
  /** Who proposed it, where another carries it out. */
  requestedBy?: Actor;
  /** Who agreed, as the second person. */
  approvedBy?: Actor[];
  /** The proposal that it was until now. */
  proposed?: string;
}

/** Whom an erasure reaches, and whose holds protect them. */
type Whom = Pick<Intent, 'subjectIds' | 'protectedAs'>;

/** What an officer decided beside the policies. */
interface Ordered {
  categories?: ErasureOrder['categories'];
  items?: ItemOrder[];
  /** Only what was processed for these purposes; with the others that the person agreed to. */
  only?: { purposes: readonly string[]; agreed: ReadonlySet<string> };
}

/** What an erasure would do now; touches nothing. The digest binds an order to exactly this. */
export async function previewErasure(
  deps: OrderDeps,
  context: Context,
  reference: string,
  order?: ErasureOrder,
): Promise<ErasurePreview> {
  const { ref, subjectId, ordered } = await readOrder(deps, context, reference, order);
  const decided = await deps.store.read(async (q) =>
    decideNow(deps, q, context, await reached(deps, q, context, ref.kind, subjectId), ordered),
  );
  const outside = await deps.outside.count(context, ref, subjectId);
  return {
    digest: digestOf(decided),
    keyDestroyed: decided.destroyKey,
    categories: Object.values(decided.decisions).map(({ category, action, ground, reviewAt, neededFor }) => ({
      category,
      action,
      rows: decided.found[category] ?? outside[category] ?? null,
      ground: ground ?? null,
      groundInWords: groundInWords(ground),
      reviewAt: reviewAt?.toISOString() ?? null,
      neededFor,
    })),
    items: deps.itemDecisions.shown(context, order?.items ?? []),
  };
}

/**
 * Decides what will be done and writes it down, before anything is: from here on the erasure is completed whatever
 * happens. The same request of the person gets the same erasure.
 * @throws Problem naming what of the order cannot be; `plan-changed` when it was bound to a preview that no longer holds.
 */
export async function orderErasure(
  deps: OrderDeps,
  context: Context,
  reference: string,
  order?: ErasureOrder & Decided,
): Promise<string> {
  const { store, audit, vault, profiles, suppression, outside } = deps;
  const tenantId = context.tenant.id;
  const { ref, subjectId, ordered } = await readOrder(deps, context, reference, order);
  // Somebody who has no key must not get one by asking to be forgotten.
  const commitment = await vault.existingCommitment(tenantId, subjectId);
  const keepOut = ref.kind === 'account' && !ordered.only ? await suppression.orderFor(context) : undefined;
  const startedAt = context.clock();
  const erasureId = order?.proposed ?? uuidv7(startedAt);
  const { subjectIds, protectedAs } = await store.read((q) => reached(deps, q, context, ref.kind, subjectId));
  const indexes = (await indexesOfEach(vault, tenantId, subjectIds)).flat();
  const knownAsSealed = await outside.seal(context, ref, subjectId, { erasureId, protectedAs });
  const requestId = order?.requestId ?? null;

  const writeDown = async (tx: Query): Promise<string> => {
    const before =
      (requestId === null ? undefined : await erasureOfRequest(tx, tenantId, requestId)) ??
      (await runningErasureOf(tx, tenantId, subjectId));
    if (before !== undefined && order?.proposed)
      throw new Problem('conflict', 'An erasure of this person runs already. Once it has ended, look at what is left.');
    if (before !== undefined) return before;
    const whom = await reached(deps, tx, context, ref.kind, subjectId);
    await deps.policies.requireInForce(tx, tenantId, deps.policies.of(tenantId).current().hash);
    const decided = await decideNow(deps, tx, context, whom, ordered);
    if (order?.digest !== undefined && order.digest !== digestOf(decided))
      throw new Problem(
        'plan-changed',
        'What would be erased is no longer what the preview said, so nothing was done. Look at a new preview.',
      );
    const intent: Intent = {
      ...whom,
      ...decided,
      indexes: indexes.length > 0 ? indexes : undefined,
      ground: order?.ground,
      partial: ordered.only ? true : undefined,
      suppression: keepOut?.({
        account: subjectId,
        email: await profiles.emailIndexOf(tx, tenantId, subjectId),
        visitors: whom.subjectIds.filter((id) => id !== subjectId),
      }),
      done: {},
    };
    const row: RunningErasure = {
      tenantId,
      erasureId,
      subjectId,
      status: 'running',
      startedAt,
      finishedAt: null,
      requestId,
      knownAsSealed,
      held: null,
      orderSealed: null,
      outcome: intent,
    };
    if (order?.proposed === undefined) await insertErasure(tx, row);
    else if (!(await decideProposal(tx, row, row)))
      throw new Problem('conflict', 'This proposal has just been decided by somebody else.');
    if (knownAsSealed) await outside.begin(tx, context, erasureId, intent.decisions);
    if (intent.suppression) await suppression.place(tx, context, erasureId, intent.suppression, startedAt);
    await audit.add(tx, context, {
      action: 'erasure.started',
      subject: commitment,
      detail: {
        erasure: erasureId,
        destroyKey: intent.destroyKey,
        ground: order?.ground,
        decided: order && Object.keys(order.categories ?? {}),
        items: order && (ordered.items ?? []).length,
        request: requestId ?? undefined,
        requestedBy: order?.requestedBy,
        approvedBy: order?.approvedBy,
      },
    });
    return erasureId;
  };
  // A request of the person is itself what happens once.
  const once = requestId === null ? context : { ...context, idempotency: undefined };
  const standing = await writeOnce(store, once, writeDown, { isolation: 'serializable' });
  // It was begun before: what this call has sealed is of no use to anybody.
  if (knownAsSealed && standing !== erasureId) await outside.forgetKnown(context, erasureId);
  return standing;
}

/** What is asked for, of whom. @throws Problem naming what of the order cannot be. */
async function readOrder(
  deps: OrderDeps,
  context: Context,
  reference: string,
  order?: ErasureOrder,
): Promise<{ ref: SubjectRef; subjectId: string; ordered: Ordered }> {
  const { store, vault, policies, consent, itemDecisions } = deps;
  const { categories, items = [], purpose, purposes: several } = order ?? {};
  await policies.refresh(store);
  if (categories) checkOrder(policies.of(context.tenant.id).current(), categories);
  const ref = parseSubjectRef(reference);
  const { subjectId } = await subjectOf(vault, context.tenant.id, ref);
  const ordered: Ordered = { categories };
  if (items.length > 0) {
    const { subjectIds } = await store.read((q) => reached(deps, q, context, ref.kind, subjectId));
    ordered.items = await itemDecisions.resolve(context, subjectIds, items);
  }
  const only = several ?? (purpose === undefined ? undefined : [purpose]);
  if (only !== undefined) {
    if (purpose !== undefined)
      requireId('/purpose', 'purpose', purpose, policies.of(context.tenant.id).current().purposes);
    ordered.only = { purposes: only, agreed: new Set(await consent.givenNow(context, reference)) };
  }
  return { ref, subjectId, ordered };
}

/** An account takes the visitors linked to it along; a visitor is protected by the holds of its account. */
async function reached(
  { consent }: OrderDeps,
  q: Query,
  context: Context,
  kind: SubjectRef['kind'],
  subjectId: string,
): Promise<Whom> {
  if (kind === 'account') {
    const subjectIds = await consent.linkedSubjects(context, subjectId, q);
    return { subjectIds, protectedAs: subjectIds };
  }
  const account = await accountOfVisitor(q, context.tenant.id, subjectId);
  return { subjectIds: [subjectId], protectedAs: account === undefined ? [subjectId] : [subjectId, account] };
}

type DecideDeps = Pick<OrderDeps, 'policies' | 'holders' | 'sealedPerSubject' | 'retention'>;

/** What is to become of each category now, and whether the key may go. */
async function decideNow(
  { policies, holders, sealedPerSubject, retention }: DecideDeps,
  q: Query,
  context: Context,
  { subjectIds, protectedAs }: Whom,
  { categories, items, only }: Ordered = {},
) {
  const { id: tenantId, timeZone } = context.tenant;
  const at = context.clock();
  const inForce = policies.of(context.tenant.id).current();
  const held = await retention.heldCategories(q, tenantId, protectedAs, at, policies);
  let decisions = decideErasure(inForce, new Map(), at, timeZone, categories, items);
  if (only) {
    const objected = await retention.objectedPurposes(q, tenantId, protectedAs, at);
    const active = ({ id, basis }: Purpose) => (basisPoint(basis) === 'a' ? only.agreed.has(id) : !objected.has(id));
    decisions = keepOtherBases(decisions, {
      policies: inForce,
      holders,
      only: only.purposes,
      active,
      ordered: Object.keys(categories ?? {}),
    });
  }
  decisions = underHolds(decisions, held);
  const found = await countRows(holders, q, context, subjectIds);
  return { decisions, found, destroyKey: !keyStillNeeded(sealedPerSubject, decisions, found) };
}

/** How many rows of each category the holders have of a person. */
export async function countRows(
  holders: readonly Holder[],
  q: Query,
  { tenant: { id: tenantId, timeZone } }: Context,
  subjectIds: string[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const holder of holders) Object.assign(counts, await holder.count(q, { tenantId, timeZone, subjectIds }));
  return counts;
}

/** Over what was decided per category and how many rows it is about, whatever the time. */
function digestOf({ decisions, found, destroyKey }: Pick<Intent, 'decisions' | 'found' | 'destroyKey'>): string {
  const decided = Object.values(decisions).map(({ reviewAt: _, onRelease, items, ...decision }) => ({
    ...decision,
    onRelease: onRelease?.action,
    items: items?.map(({ id, decision: what, ground }) => ({ id, what, ground: ground ?? null })),
  }));
  return createHash('sha256')
    .update(canonical({ decided, found: found ?? {}, destroyKey }))
    .digest('hex');
}
