import { createHash } from 'node:crypto';
import { accountOfVisitor } from '../../data/consent/links.ts';
import type { ConsentService } from '../../data/consent/service.ts';
import type { ItemDecisionService } from '../../data/content/item-decisions.ts';
import type { ProfileService } from '../../data/profiles/service.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import type { SuppressionOrder, SuppressionService } from '../../data/suppression/service.ts';
import { audit } from '../../foundations/audit/audit.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import { type Context, withoutIdempotencyKey } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { KnownPerson } from '../../foundations/holders/external.ts';
import type { Holder, ItemOrder, Person } from '../../foundations/holders/holder.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import type { LedgerEntry } from '../../foundations/vault/kept-apart.ts';
import { parseSubjectRef, type SubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { basisPoint } from '../../law/vocabulary.ts';
import { requireId } from '../../register/policies/known.ts';
import type { Purpose } from '../../register/policies/model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { checkOrder, decideErasure, groundInWords, keyStillNeeded } from './decisions.ts';
import type { ErasureOrder, ErasurePreview } from './model.ts';
import { keepOtherBases } from './other-bases.ts';
import { type KeptDecision, type KeptOutcome, plain } from './outcome.ts';
import { erasureScope, type PartService } from './parts.ts';
import {
  type ErasureRow,
  erasureOfRequest,
  findErasure,
  insertErasure,
  insertParts,
  runningErasureOf,
  updateErasure,
} from './table.ts';

export interface IntentDeps {
  store: Store;
  vault: Vault;
  policies: Policies;
  holders: Holder[];
  consent: Pick<ConsentService, 'linkedSubjects' | 'current'>;
  retention: Pick<RetentionService, 'heldCategories' | 'objectedPurposes'>;
  profiles: Pick<ProfileService, 'emailIndexOf' | 'emailOf'>;
  itemDecisions: Pick<ItemDecisionService, 'resolve' | 'shown'>;
  parts: PartService;
  suppression: Pick<SuppressionService, 'orderFor' | 'place'>;
}

/** What an officer decided beside the policies. */
interface Decided {
  categories?: ErasureOrder['categories'];
  items?: ItemOrder[];
  /** Only what was processed for one purpose; with the other purposes that the person agreed to. */
  only?: { purpose: string; agreed: ReadonlySet<string> } | undefined;
}

/** What the ledger remembers of an erasure beside whom it was about. */
export interface RememberedErasure {
  decisions: Record<string, KeptDecision>;
  destroyKey: boolean;
  suppression?: SuppressionOrder;
  partial?: true;
}

/** What a running erasure needs to go on after a crash; gone when it is finished. */
export interface Intent {
  subjectIds: string[];
  /** Whose holds protect this person: the subjects themselves, and the account a visitor is linked to. */
  protectedAs: string[];
  /** The audit log's name for the person, taken while the key stood; absent when there was no key. */
  commitment?: string;
  decisions: Record<string, KeptDecision>;
  /** Rows found per category when it was decided; absent in what an older version began. */
  found?: Record<string, number>;
  destroyKey: boolean;
  /** Why: GDPR Art. 17(1)(a) to (f), where an officer said so. */
  ground?: string;
  /** What keeps the person out afterwards. */
  suppression?: SuppressionOrder;
  /** For one purpose only: the person stays. */
  partial?: true;
  /** Done again after a backup came back: what was decided then stands, and the ledger has it already. */
  replayed?: boolean;
  /** Per holder that is done: what it did. */
  done: Record<string, KeptOutcome[]>;
}

export const serializable = { isolation: 'serializable' } as const;

/**
 * What an erasure will do, written down before it does anything: from the request, from the ledger after a restore, and
 * again when a hold is placed meanwhile.
 */
export function createIntents(deps: IntentDeps) {
  const { store, vault, policies, holders, consent, retention, profiles, suppression, parts, itemDecisions } = deps;

  const personOf = (context: Context, subjectIds: string[]): Person => ({
    tenantId: context.tenant.id,
    timeZone: context.tenant.timeZone,
    subjectIds,
  });

  async function countAll(q: Query, person: Person): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const holder of holders) Object.assign(counts, await holder.count(q, person));
    return counts;
  }

  /** What is to become of each category now, and whether the key may go. */
  async function decide(
    q: Query,
    context: Context,
    { subjectIds, protectedAs }: Pick<Intent, 'subjectIds' | 'protectedAs'>,
    { categories: ordered, items = [], only }: Decided = {},
  ) {
    const at = context.clock();
    const held = await retention.heldCategories(q, context.tenant.id, protectedAs, at, policies);
    const whole = decideErasure(policies, held, at, context.tenant.timeZone, ordered, items);
    const objected = only ? await retention.objectedPurposes(q, context.tenant.id, protectedAs, at) : new Set<string>();
    const active = ({ id, basis }: Purpose) =>
      basisPoint(basis) === 'a' ? (only?.agreed.has(id) ?? false) : !objected.has(id);
    const decisions = only
      ? keepOtherBases(whole, {
          policies: policies.current(),
          holders,
          purpose: only.purpose,
          active,
          ordered: Object.keys(ordered ?? {}),
        })
      : whole;
    const counts = await countAll(q, personOf(context, subjectIds));
    return {
      decisions: plain<Intent['decisions']>(decisions),
      found: counts,
      destroyKey: !keyStillNeeded(holders, decisions, counts),
    };
  }

  /** Whom an erasure of this subject reaches, and whose holds protect them. */
  async function reached(q: Query, context: Context, kind: 'account' | 'visitor', subjectId: string) {
    const account = kind === 'visitor' ? await accountOfVisitor(q, context.tenant.id, subjectId) : undefined;
    const subjectIds = kind === 'account' ? await consent.linkedSubjects(context, subjectId, q) : [subjectId];
    return { subjectIds, protectedAs: account === undefined ? subjectIds : [...subjectIds, account] };
  }

  /** What holders outside know the person by. */
  async function knownOutside(
    { tenant, ...context }: Context,
    ref: SubjectRef,
    subjectId: string,
  ): Promise<KnownPerson> {
    const email = ref.kind === 'account' ? await profiles.emailOf({ tenant, ...context }, subjectId) : undefined;
    return {
      tenantId: tenant.id,
      timeZone: tenant.timeZone,
      ...(ref.kind === 'account' ? { accountId: ref.id, visitorIds: [] } : { visitorIds: [ref.id] }),
      email,
    };
  }

  /** Of an erasure for one purpose: to what else the person has agreed. @throws Problem for a purpose there is not. */
  async function onlyFor(context: Context, reference: string, order?: ErasureOrder): Promise<Decided['only']> {
    if (order?.purpose === undefined) return undefined;
    requireId('/purpose', 'purpose', order.purpose, policies.current().purposes);
    const { purposes } = await consent.current(withoutIdempotencyKey(context), reference);
    const agreed = purposes.filter(({ status }) => status === 'given').map(({ purpose }) => purpose);
    return { purpose: order.purpose, agreed: new Set(agreed) };
  }

  /** What an erasure would do now; touches nothing. The digest binds an order to exactly this. */
  async function preview(context: Context, reference: string, order?: ErasureOrder): Promise<ErasurePreview> {
    checkOrder(policies, order?.categories);
    const ref = parseSubjectRef(reference);
    const { subjectId } = await subjectOf(vault, context.tenant.id, ref);
    const whom = await store.read((q) => reached(q, context, ref.kind, subjectId));
    const items = await itemDecisions.resolve(context, whom.subjectIds, order?.items ?? []);
    const only = await onlyFor(context, reference, order);
    const decided = await store.read((q) => decide(q, context, whom, { categories: order?.categories, items, only }));
    const outside = await parts.count(await knownOutside(context, ref, subjectId));
    const categories = Object.values(decided.decisions).map(({ category, action, ground, reviewAt, neededFor }) => ({
      category,
      action,
      rows: decided.found[category] ?? outside[category] ?? null,
      ground: ground ?? null,
      groundInWords: groundInWords(ground),
      reviewAt: reviewAt ?? null,
      neededFor,
    }));
    return {
      digest: digestOf(decided),
      keyDestroyed: decided.destroyKey,
      categories,
      items: itemDecisions.shown(context, order?.items ?? []),
    };
  }

  /**
   * Writes down what will be done, before anything is: from here on the erasure is completed whatever happens. The same
   * request of the person gets the same erasure.
   * @throws Problem naming what of the order cannot be; `plan-changed` when it was bound to a preview that no longer holds.
   */
  async function intend(
    context: Context,
    reference: string,
    order?: ErasureOrder & { requestId?: string },
  ): Promise<string> {
    checkOrder(policies, order?.categories);
    const tenantId = context.tenant.id;
    const ref = parseSubjectRef(reference);
    const { subjectId } = await subjectOf(vault, tenantId, ref);
    // Asking for a commitment would make a key: somebody who has none must not get one by asking to be forgotten.
    const known = (await vault.existingKey(tenantId, subjectScope(subjectId))) !== undefined;
    const commitment = known ? await vault.commitment(tenantId, subjectId) : undefined;
    const keepOut = await suppression.orderFor(context);
    const startedAt = context.clock();
    const erasureId = uuidv7(startedAt);
    const knownAsSealed = await parts.seal(await knownOutside(context, ref, subjectId), erasureId);
    const items = order?.items?.length
      ? await itemDecisions.resolve(
          context,
          (await store.read((q) => reached(q, context, ref.kind, subjectId))).subjectIds,
          order.items,
        )
      : [];
    const only = await onlyFor(context, reference, order);
    const requestId = order?.requestId ?? null;
    const once = requestId === null ? context : { ...context, idempotency: undefined };
    const standing = await writeOnce(
      store,
      once as Context,
      async (tx) => {
        const before = requestId === null ? undefined : await erasureOfRequest(tx, tenantId, requestId);
        if (before) return before.erasureId;
        const running = await runningErasureOf(tx, tenantId, subjectId);
        if (running) return running.erasureId;
        const whom = await reached(tx, context, ref.kind, subjectId);
        const decided = await decide(tx, context, whom, { categories: order?.categories, items, only });
        if (order?.digest !== undefined && order.digest !== digestOf(decided))
          throw new Problem(
            'plan-changed',
            'What would be erased is no longer what the preview said, so nothing was done. Look at a new preview.',
          );
        const intent: Intent = {
          ...whom,
          commitment,
          ...decided,
          ground: order ? order.ground : undefined,
          partial: only ? (true as const) : undefined,
          suppression:
            ref.kind === 'account' && !only
              ? keepOut({
                  account: subjectId,
                  email: await profiles.emailIndexOf(tx, tenantId, subjectId),
                })
              : undefined,
          done: {},
        };
        await insertErasure(tx, {
          tenantId,
          erasureId,
          subjectId,
          status: 'running',
          startedAt,
          finishedAt: null,
          requestId,
          knownAsSealed,
          outcome: intent,
        });
        await insertParts(tx, parts.begin(context, erasureId, intent.decisions));
        if (intent.suppression) await suppression.place(tx, context, erasureId, intent.suppression, startedAt);
        await record(tx, context, 'started', intent, {
          erasure: erasureId,
          destroyKey: intent.destroyKey,
          ...(order ? { ground: order.ground, decided: Object.keys(order.categories ?? {}), items: items.length } : {}),
          request: requestId ?? undefined,
        });
        return erasureId;
      },
      serializable,
    );
    // It was begun before: what this call has sealed is of no use to anybody.
    if (knownAsSealed && standing !== erasureId) await vault.shred(tenantId, [erasureScope(erasureId)]);
    return standing;
  }

  /** What would have to be done again if the database came back from before it, remembered apart from it. */
  async function remember(context: Context, { erasureId, startedAt }: ErasureRow, intent: Intent): Promise<void> {
    if (intent.replayed) return;
    const tenantId = context.tenant.id;
    const { decisions, destroyKey, suppression: order, partial } = intent;
    await vault.keptApart.recordErasure({
      tenantId,
      erasureId,
      subjects: await Promise.all(intent.subjectIds.map((subjectId) => vault.ledgerName(tenantId, subjectId))),
      recordedAt: startedAt,
      decisions: {
        decisions,
        destroyKey,
        suppression: order,
        partial,
      } satisfies RememberedErasure,
    });
  }

  /** Begins an erasure of the ledger again, for those of its people whom the database holds (again). */
  async function beginAgain(
    context: Context,
    { erasureId, recordedAt }: Pick<LedgerEntry, 'erasureId' | 'recordedAt'>,
    remembered: RememberedErasure,
    subjectIds: string[],
  ): Promise<void> {
    const { tenant } = context;
    await store.write(async (tx) => {
      const row = await findErasure(tx, tenant.id, erasureId);
      if (row) {
        // The backup was made in the middle of it: what was held back later stays held.
        if (row.status === 'running') await keepHeld(tx, row, remembered);
        return;
      }
      const { suppression: order, ...decided } = remembered;
      const found = await countAll(tx, personOf(context, subjectIds));
      const intent: Intent = { ...decided, subjectIds, protectedAs: subjectIds, found, replayed: true, done: {} };
      await insertErasure(tx, {
        tenantId: tenant.id,
        erasureId,
        subjectId: null,
        status: 'running',
        startedAt: context.clock(),
        finishedAt: null,
        requestId: null,
        knownAsSealed: null,
        outcome: intent,
      });
      if (order) await suppression.place(tx, context, erasureId, order, recordedAt);
      await record(tx, context, 'replayed', intent, { erasure: erasureId, subjects: subjectIds.length });
    }, serializable);
  }

  async function keepHeld(tx: Query, row: ErasureRow, remembered: RememberedErasure): Promise<void> {
    const intent = row.outcome as Intent;
    const held = Object.entries(remembered.decisions).filter(([, { action }]) => action === 'held');
    const outcome: Intent = {
      ...intent,
      decisions: { ...intent.decisions, ...Object.fromEntries(held) },
      destroyKey: intent.destroyKey && remembered.destroyKey,
    };
    await updateErasure(tx, row.tenantId, row.erasureId, { outcome });
  }

  function record(
    tx: Query,
    context: Context,
    what: string,
    { commitment }: Intent,
    detail: Record<string, unknown>,
    id: { entryId?: string } = {},
  ) {
    return audit.add(tx, context, {
      ...id,
      action: `erasure.${what}`,
      subject: commitment,
      policyHash: policies.current().hash,
      detail,
    });
  }

  /** Before an interrupted erasure goes on: a hold placed meanwhile protects what is still there. */
  async function respectNewHolds(context: Context, erasureId: string): Promise<void> {
    const tenantId = context.tenant.id;
    const before = await find(context, erasureId);
    if (before.status === 'finished' || (before.outcome as Intent).replayed) return;
    const scopes = (before.outcome as Intent).subjectIds.map(subjectScope);
    const keys = await Promise.all(scopes.map((scope) => vault.existingKey(tenantId, scope)));
    const destroyed = keys.every((key) => key === undefined);
    await store.write(async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'running') return;
      const intent = row.outcome as Intent;
      const now = await decide(tx, context, intent);
      const decisions = { ...intent.decisions };
      const newlyHeld: string[] = [];
      for (const [category, decision] of Object.entries(now.decisions)) {
        if (decision.action !== 'held' || decisions[category]?.action === 'held') continue;
        decisions[category] = decision;
        newlyHeld.push(category);
      }
      if (newlyHeld.length === 0) return;
      const destroyKey = intent.destroyKey && (destroyed || now.destroyKey);
      await updateErasure(tx, tenantId, erasureId, { outcome: { ...intent, decisions, destroyKey } satisfies Intent });
      await record(tx, context, 'held-back', intent, { erasure: erasureId, categories: newlyHeld, destroyKey });
    }, serializable);
  }

  async function find(context: Context, erasureId: string): Promise<ErasureRow> {
    const row = await store.read((q) => findErasure(q, context.tenant.id, erasureId));
    if (!row) throw new Problem('not-found', 'There is no erasure of this id.');
    return row;
  }

  return { personOf, countAll, preview, intend, remember, beginAgain, respectNewHolds, record, find };
}

/** Over what was decided per category and how many rows it is about, whatever the time. */
function digestOf({ decisions, found, destroyKey }: Pick<Intent, 'decisions' | 'found' | 'destroyKey'>): string {
  const decided = Object.values(decisions).map(({ reviewAt: _, items, ...decision }) => ({
    ...decision,
    items: items ? items.map(({ id, decision: what, ground }) => ({ id, what, ground: ground ?? null })) : undefined,
  }));
  return createHash('sha256')
    .update(canonical({ decided, found: found ?? {}, destroyKey }))
    .digest('hex');
}
