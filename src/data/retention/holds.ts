import { sql } from 'drizzle-orm';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { DueRows, RetentionAction } from '../../foundations/holders/holder.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { isNoneOf, valueList } from '../../foundations/store/value-lists.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Policies, PolicyView } from '../../register/policies/policies.ts';
import { LINK_CATEGORY } from '../consent/links.ts';
import { deferring, type HoldKind, isDirectMarketing, purposesOf } from './hold-kinds.ts';
import { type HoldsOutsideDeps, holdScope, sealName, standingStill } from './holds-outside.ts';
import type { Hold, HoldInput, PlacedHold } from './model.ts';
import {
  countKeeping,
  findHold,
  forgetName,
  type HoldRow,
  holdGrounds,
  holdScopes,
  holdsAfter,
  holdsOfRequest,
  insertHold,
  keepingHolds,
  namedAfterEnd,
  needsLink,
  protectedSubjects,
  releaseHold,
  stoppingHolds,
} from './table.ts';

/** A hold as it is placed: by an officer over HTTP, or by a request of the person. */
export type HoldOrder = HoldInput & { requestId?: string };

export interface HoldDeps extends Omit<HoldsOutsideDeps, 'policies'> {
  audit: Audit;
  policies: Policies;
}

/** What of a category is asked about: which purposes it serves, and what is to be done with it. */
export interface Treatment {
  purposes?: readonly string[];
  action?: RetentionAction;
}

/**
 * The one choke point of protection: everything that destroys asks here, inside its own transaction, which rows it must
 * leave alone. With no hold there is no condition at all.
 */
export async function protection(
  q: Query,
  tenantId: string,
  category: string,
  now: Date,
  { purposes = [], action }: Treatment = {},
): Promise<DueRows['notHeld']> {
  const question = { category, purposes, kinds: deferring(action) };
  const { everybody, somebody } = await holdScopes(q, tenantId, question, now);
  if (everybody) return () => sql`1 = 0`;
  if (!somebody) return () => undefined;
  // A row is free when neither its subject nor an account that its visitor is linked to is held.
  const held = await protectedSubjects(q, tenantId, question, now);
  return (subjectColumn) => (subjectColumn ? isNoneOf(q, subjectColumn, valueList(subjectColumn, held)) : undefined);
}

/** By which kinds of hold what is asked about is kept now, and until when: what a certificate says of it. */
export const groundsOfHolds = (q: Query, tenantId: string, question: Parameters<typeof holdGrounds>[2], now: Date) =>
  holdGrounds(q, tenantId, question, now);

/** Purposes for which nothing may be done with the data of any of these people. */
export async function objectedPurposes(
  q: Query,
  tenantId: string,
  subjectIds: string[],
  now: Date,
): Promise<Set<string>> {
  const holds = await stoppingHolds(q, tenantId, subjectIds, now);
  return new Set(holds.flatMap(({ purpose }) => (purpose === null ? [] : [purpose])));
}

/**
 * The same question for one person: which categories are held, by which kind of hold; `*` stands for all. Without the
 * register a hold on a purpose holds everything.
 */
export async function heldCategories(
  q: Query,
  tenantId: string,
  subjectIds: string[],
  now: Date,
  policies?: Pick<Policies, 'of'>,
): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  const hold = (category: string | null, kind: string, ofPerson: boolean) => {
    held.set(category ?? '*', kind);
    if (ofPerson && needsLink(category)) held.set(LINK_CATEGORY, kind);
  };
  for (const { subjectId, category, purpose, kind } of await keepingHolds(q, tenantId, now)) {
    if (subjectId !== null && !subjectIds.includes(subjectId)) continue;
    const reached =
      purpose === null || !policies ? [category] : categoriesServing(policies.of(tenantId), purpose, category);
    for (const one of reached) hold(one, kind, subjectId !== null);
  }
  return held;
}

function categoriesServing(policies: Pick<Policies, 'current'>, purpose: string, only: string | null): string[] {
  const ids = policies.current().categories.map(({ id }) => id);
  return ids.filter((id) => (only === null || id === only) && purposesOf(policies, id).includes(purpose));
}

/** Answers when it ends by itself. @throws Problem naming what of a hold cannot be; `undeclared-category` */
export function checkHold(policies: PolicyView, input: Omit<HoldInput, 'reference'>, now: Date): Date | null {
  if (input.category) policies.requireCategory(input.category);
  if (input.purpose !== undefined && !policies.purpose(input.purpose))
    throw invalidField('/purpose', 'must be a purpose that the policies declare');
  if (input.kind !== 'legal' && input.subject === undefined)
    throw invalidField('/subject', 'must name whose data it is: only a legal hold may be for everybody');
  const until = input.until === undefined ? null : new Date(input.until);
  if (until && until <= now) throw invalidField('/until', 'must lie ahead');
  return until;
}

export function createHolds(deps: HoldDeps) {
  const { store, audit, vault, policies, externalHolders } = deps;
  const standsForGood = ({ tenantId, kind, purpose }: HoldRow) =>
    kind === 'objection' && isDirectMarketing(policies.of(tenantId), purpose);

  async function lift(tx: Query, context: Context, row: HoldRow): Promise<HoldRow> {
    const released = { at: context.clock(), by: context.principal.id };
    if (!(await releaseHold(tx, row.tenantId, row.holdId, released))) return row;
    await audit.add(tx, context, {
      action: 'hold.released',
      detail: { hold: row.holdId, kind: row.kind },
    });
    return { ...row, releasedAt: released.at, releasedBy: released.by };
  }

  /** Key first: from then on the name is noise in every copy. What a crash leaves, the job takes up. */
  async function forgetNames(holds: readonly Pick<HoldRow, 'tenantId' | 'holdId'>[]): Promise<void> {
    for (const hold of holds) {
      await vault.shred(hold.tenantId, [holdScope(hold.holdId)]);
      await store.write((tx) => forgetName(tx, hold));
    }
  }

  return {
    /**
     * Places a hold: until it is released or ends, nothing it covers is destroyed or processed further, as its kind
     * says. What a request places stands once per request, kind, category and purpose: placing it again answers it.
     * @throws Problem naming a purpose or instant that cannot be; `undeclared-category`.
     */
    async place(context: Context, input: HoldOrder): Promise<PlacedHold> {
      const tenantId = context.tenant.id;
      const { requestId = null, kind } = input;
      const until = checkHold(policies.of(tenantId), input, context.clock());
      const subject =
        input.subject === undefined ? undefined : await subjectOf(vault, tenantId, parseSubjectRef(input.subject));
      const answer = async (hold: Hold): Promise<PlacedHold> => ({
        ...hold,
        standsStill: await standingStill(deps, context, hold.holdId),
      });
      const sameAs = (one: HoldRow) =>
        one.kind === kind && one.category === (input.category ?? null) && one.purpose === (input.purpose ?? null);
      const standing = (q: Query, at: Date) =>
        requestId === null ? Promise.resolve([]) : holdsOfRequest(q, tenantId, requestId, at);
      const before = (await store.read((q) => standing(q, context.clock()))).find(sameAs);
      if (before) return answer(toHold(before));
      const commitment = subject && (await vault.commitment(tenantId, subject.subjectId));
      const holdId = uuidv7(context.clock());
      // Only holders outside need a name: those inside know everybody by the pseudonym.
      const ref =
        input.subject === undefined || externalHolders.length === 0 ? undefined : parseSubjectRef(input.subject);
      const knownAsSealed = ref ? await sealName(vault, { tenantId, holdId }, ref) : null;
      const write = async (tx: Query) => {
        const placedAt = context.clock();
        const row: HoldRow = {
          tenantId,
          holdId,
          kind,
          subjectId: subject?.subjectId ?? null,
          category: input.category ?? null,
          purpose: input.purpose ?? null,
          requestId,
          reference: input.reference,
          placedAt,
          placedBy: context.principal.id,
          since: null,
          knownAsSealed,
          until,
          releasedAt: null,
          releasedBy: null,
        };
        const same = (await standing(tx, placedAt)).find(sameAs);
        if (same) return toHold(same);
        await insertHold(tx, row);
        await audit.add(tx, context, {
          action: 'hold.placed',
          subject: commitment,
          detail: {
            hold: row.holdId,
            kind: row.kind,
            category: row.category ?? 'all',
            purpose: row.purpose ?? undefined,
            request: requestId ?? undefined,
            everybody: row.subjectId === null,
          },
        });
        return toHold(row);
      };
      const placed = await (requestId === null
        ? writeOnce(store, context, write)
        : store.write(write, { isolation: 'serializable' }));
      // Somebody was faster, or the request was repeated: another hold has the name.
      if (knownAsSealed && placed.holdId !== holdId) await vault.shred(tenantId, [holdScope(holdId)]);
      return answer(placed);
    },

    /**
     * Lifts a hold; what it deferred happens in the next sweep by itself. Lifting twice changes nothing.
     * @throws Problem `conflict` for what a request of the person has placed: it ends with that, after a notice
     * (GDPR Art. 18(3)); for an objection to direct marketing: it stands for good (GDPR Art. 21(3)).
     */
    async release(context: Context, holdId: string): Promise<Hold> {
      const tenantId = context.tenant.id;
      const released = await writeOnce(store, context, async (tx) => {
        const row = await findHold(tx, tenantId, holdId);
        if (!row) throw new Problem('not-found', 'There is no hold of this id.');
        if (standsForGood(row))
          throw new Problem(
            'conflict',
            'An objection to direct marketing stands for good (GDPR Art. 21(3)). Only consent given anew permits it.',
          );
        if (row.requestId !== null && row.releasedAt === null)
          throw new Problem(
            'conflict',
            'A request of the person has placed this hold, and it ends with that: the person is told before (GDPR Art. 18(3)).',
          );
        return toHold(await lift(tx, context, row));
      });
      if (externalHolders.length > 0) await forgetNames([{ tenantId, holdId }]);
      return released;
    },

    /**
     * Lifts what a request placed; of the given kinds only, where some are given. An objection to direct marketing
     * stays. Doing it twice changes nothing.
     */
    async releaseOfRequest(context: Context, requestId: string, kinds?: readonly HoldKind[]): Promise<void> {
      const lifted = await store.write(async (tx) => {
        const rows = await holdsOfRequest(tx, context.tenant.id, requestId, context.clock());
        const over = rows.filter((row) => (!kinds || kinds.includes(row.kind as HoldKind)) && !standsForGood(row));
        for (const row of over) await lift(tx, context, row);
        return over;
      });
      await forgetNames(lifted.filter(({ knownAsSealed }) => knownAsSealed !== null));
    },

    /** Forgets the names that holds were placed for which are over; of every tenant. Answers how many. */
    async forgetEndedNames(now: Date): Promise<number> {
      const ended = await store.read((q) => namedAfterEnd(q, now));
      await forgetNames(ended);
      return ended.length;
    },

    /** How many holds in force keep data from being destroyed. */
    keeping: ({ tenant, clock }: Context): Promise<number> => store.read((q) => countKeeping(q, tenant.id, clock())),

    /** What stands still outside, by all holds in force. */
    standingStill: (context: Context) => standingStill(deps, context),

    async list(context: Context, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) => holdsAfter(q, context.tenant.id, page.cursor, limit + 1));
      const { items, next } = cursorPageFrom(rows, limit, ({ holdId }) => holdId);
      return { items: items.map(toHold), next };
    },
  };
}

function toHold(row: HoldRow): Hold {
  return {
    holdId: row.holdId,
    kind: row.kind,
    forEverybody: row.subjectId === null,
    category: row.category,
    purpose: row.purpose,
    requestId: row.requestId,
    reference: row.reference,
    placedAt: row.placedAt.toISOString(),
    placedBy: row.placedBy,
    since: (row.since ?? row.placedAt).toISOString(),
    until: row.until?.toISOString() ?? null,
    releasedAt: row.releasedAt?.toISOString() ?? null,
    releasedBy: row.releasedBy,
  };
}
