import { type AnyColumn, and, type SQL, sql } from 'drizzle-orm';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { DueRows, RetentionAction } from '../../foundations/holders/holder.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { isVisitorOf, LINK_CATEGORY } from '../consent/links.ts';
import { deferring, type HoldKind, isDirectMarketing, purposesOf } from './hold-kinds.ts';
import type { Hold, HoldInput } from './model.ts';
import {
  covers,
  findHold,
  type HoldQuestion,
  type HoldRow,
  holdScopes,
  holdsAfter,
  holdsOfRequest,
  inForce,
  insertHold,
  keepingHolds,
  needsLink,
  releaseHold,
  stoppingHolds,
} from './table.ts';

/** A hold as it is placed: by an officer over HTTP, or by a request of the person. */
export type HoldOrder = HoldInput & { requestId?: string };

export interface HoldDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
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
  return (subjectColumn) => (subjectColumn ? notProtected(q, tenantId, question, now, subjectColumn) : undefined);
}

/** A row is free when neither its subject nor an account that its visitor is linked to is held. */
function notProtected(q: Query, tenantId: string, question: HoldQuestion, now: Date, subjectColumn: AnyColumn): SQL {
  const { holds: h } = q.tables;
  const heldSubject = (column: AnyColumn) =>
    sql`EXISTS (SELECT 1 FROM ${h} WHERE ${inForce(q, tenantId, now)} AND ${covers(q, question)} AND ${h.subjectId} = ${column})`;
  return and(
    sql`NOT ${heldSubject(subjectColumn)}`,
    sql`NOT ${isVisitorOf(q, tenantId, subjectColumn, heldSubject)}`,
  ) as SQL;
}

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
  policies?: Pick<Policies, 'current'>,
): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  const hold = (category: string | null, kind: string, ofPerson: boolean) => {
    held.set(category ?? '*', kind);
    if (ofPerson && needsLink(category)) held.set(LINK_CATEGORY, kind);
  };
  for (const { subjectId, category, purpose, kind } of await keepingHolds(q, tenantId, now)) {
    if (subjectId !== null && !subjectIds.includes(subjectId)) continue;
    const reached = purpose === null || !policies ? [category] : categoriesServing(policies, purpose, category);
    for (const one of reached) hold(one, kind, subjectId !== null);
  }
  return held;
}

function categoriesServing(policies: Pick<Policies, 'current'>, purpose: string, only: string | null): string[] {
  const ids = policies.current().categories.map(({ id }) => id);
  return ids.filter((id) => (only === null || id === only) && purposesOf(policies, id).includes(purpose));
}

export function createHolds({ store, audit, vault, policies }: HoldDeps) {
  const standsForGood = ({ kind, purpose }: HoldRow) => kind === 'objection' && isDirectMarketing(policies, purpose);

  async function lift(tx: Query, context: Context, row: HoldRow): Promise<HoldRow> {
    const released = { at: context.clock(), by: context.principal.id };
    if (!(await releaseHold(tx, row.tenantId, row.holdId, released))) return row;
    await audit.add(tx, context, {
      action: 'hold.released',
      detail: { hold: row.holdId, kind: row.kind },
    });
    return { ...row, releasedAt: released.at, releasedBy: released.by };
  }

  return {
    /**
     * Places a hold: until it is released or ends, nothing it covers is destroyed or processed further, as its kind
     * says. What a request places stands once per request, kind, category and purpose: placing it again answers it.
     * @throws Problem naming a purpose or instant that cannot be; `undeclared-category`.
     */
    async place(context: Context, input: HoldOrder): Promise<Hold> {
      const tenantId = context.tenant.id;
      const { requestId = null, kind } = input;
      if (input.category) policies.requireCategory(input.category);
      if (input.purpose !== undefined && !policies.purpose(input.purpose))
        throw invalidField('/purpose', 'must be a purpose that the policies declare');
      if (kind !== 'legal' && input.subject === undefined)
        throw invalidField('/subject', 'must name whose data it is: only a legal hold may be for everybody');
      const until = input.until === undefined ? null : new Date(input.until);
      if (until && until <= context.clock()) throw invalidField('/until', 'must lie ahead');
      const subject =
        input.subject === undefined ? undefined : await subjectOf(vault, tenantId, parseSubjectRef(input.subject));
      const commitment = subject && (await vault.commitment(tenantId, subject.subjectId));
      const write = async (tx: Query) => {
        const placedAt = context.clock();
        const row: HoldRow = {
          tenantId,
          holdId: uuidv7(placedAt),
          kind,
          subjectId: subject?.subjectId ?? null,
          category: input.category ?? null,
          purpose: input.purpose ?? null,
          requestId,
          reference: input.reference,
          placedAt,
          placedBy: context.principal.id,
          until,
          releasedAt: null,
          releasedBy: null,
        };
        if (requestId !== null) {
          const standing = await holdsOfRequest(tx, tenantId, requestId, placedAt);
          const same = standing.find(
            (one) => one.kind === kind && one.category === row.category && one.purpose === row.purpose,
          );
          if (same) return toHold(same);
        }
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
      return requestId === null ? writeOnce(store, context, write) : store.write(write, { isolation: 'serializable' });
    },

    /**
     * Lifts a hold; what it deferred happens in the next sweep by itself. Lifting twice changes nothing.
     * @throws Problem `conflict` for an objection to direct marketing: it stands for good (GDPR Art. 21(3)).
     */
    async release(context: Context, holdId: string): Promise<Hold> {
      const tenantId = context.tenant.id;
      return writeOnce(store, context, async (tx) => {
        const row = await findHold(tx, tenantId, holdId);
        if (!row) throw new Problem('not-found', 'There is no hold of this id.');
        if (standsForGood(row))
          throw new Problem(
            'conflict',
            'An objection to direct marketing stands for good (GDPR Art. 21(3)). Only consent given anew permits it.',
          );
        return toHold(await lift(tx, context, row));
      });
    },

    /**
     * Lifts what a request placed; of the given kinds only, where some are given. An objection to direct marketing
     * stays. Doing it twice changes nothing.
     */
    async releaseOfRequest(context: Context, requestId: string, kinds?: readonly HoldKind[]): Promise<void> {
      await store.write(async (tx) => {
        const rows = await holdsOfRequest(tx, context.tenant.id, requestId, context.clock());
        for (const row of rows)
          if ((!kinds || kinds.includes(row.kind as HoldKind)) && !standsForGood(row)) await lift(tx, context, row);
      });
    },

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
    until: row.until?.toISOString() ?? null,
    releasedAt: row.releasedAt?.toISOString() ?? null,
    releasedBy: row.releasedBy,
  };
}
