import { type AnyColumn, and, type SQL, sql } from 'drizzle-orm';
import { audit } from '../audit/audit.ts';
import { isVisitorOf, LINK_CATEGORY } from '../consent/links.ts';
import type { Context } from '../context.ts';
import type { DueRows } from '../holders/holder.ts';
import { DEFAULT_PAGE, pageFrom } from '../page.ts';
import { invalidField, Problem } from '../problem.ts';
import type { Register } from '../register/register.ts';
import { writeOnce } from '../store/idempotency.ts';
import type { Query, Store } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../vault/subjects.ts';
import type { Vault } from '../vault/vault.ts';
import type { Hold, HoldInput } from './model.ts';
import {
  covers,
  findHold,
  type HoldRow,
  holdScopes,
  holdsAfter,
  holdsInForce,
  inForce,
  insertHold,
  needsLink,
  releaseHold,
} from './table.ts';

export interface HoldDeps {
  store: Store;
  vault: Vault;
  register: Register;
}

/**
 * The one choke point of protection: everything that destroys asks here, inside its own transaction, which rows it must
 * leave alone. With no hold there is no condition at all.
 */
export async function protection(q: Query, tenantId: string, category: string, now: Date): Promise<DueRows['notHeld']> {
  const { everybody, somebody } = await holdScopes(q, tenantId, category, now);
  if (everybody) return () => sql`1 = 0`;
  if (!somebody) return () => undefined;
  return (subjectColumn) => (subjectColumn ? notProtected(q, tenantId, category, now, subjectColumn) : undefined);
}

/** A row is free when neither its subject nor an account that its visitor is linked to is held. */
function notProtected(q: Query, tenantId: string, category: string, now: Date, subjectColumn: AnyColumn): SQL {
  const { holds: h } = q.tables;
  const heldSubject = (column: AnyColumn) =>
    sql`EXISTS (SELECT 1 FROM ${h} WHERE ${inForce(q, tenantId, now)} AND ${covers(q, category)} AND ${h.subjectId} = ${column})`;
  return and(
    sql`NOT ${heldSubject(subjectColumn)}`,
    sql`NOT ${isVisitorOf(q, tenantId, subjectColumn, heldSubject)}`,
  ) as SQL;
}

/** The same question for one person: which categories are held, by which kind of hold; `*` stands for all. */
export async function heldCategories(
  q: Query,
  tenantId: string,
  subjectIds: string[],
  now: Date,
): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  for (const { subjectId, category, kind } of await holdsInForce(q, tenantId, now))
    if (subjectId === null || subjectIds.includes(subjectId)) {
      held.set(category ?? '*', kind);
      if (subjectId !== null && needsLink(category)) held.set(LINK_CATEGORY, kind);
    }
  return held;
}

export function createHolds({ store, vault, register }: HoldDeps) {
  return {
    /** Places a hold: nothing it covers is destroyed until it is released or ends. */
    async place(context: Context, input: HoldInput): Promise<Hold> {
      const tenantId = context.tenant.id;
      if (input.category) register.requireCategory(input.category);
      const until = input.until === undefined ? null : new Date(input.until);
      if (until && until <= context.clock()) throw invalidField('/until', 'must lie ahead');
      const subject =
        input.subject === undefined ? undefined : await subjectOf(vault, tenantId, parseSubjectRef(input.subject));
      const commitment = subject && (await vault.commitment(tenantId, subject.subjectId));
      return writeOnce(store, context, async (tx) => {
        const placedAt = context.clock();
        const row: HoldRow = {
          tenantId,
          holdId: uuidv7(placedAt),
          kind: input.kind,
          subjectId: subject?.subjectId ?? null,
          category: input.category ?? null,
          purpose: null,
          requestId: null,
          reference: input.reference,
          placedAt,
          placedBy: context.principal.id,
          until,
          releasedAt: null,
          releasedBy: null,
        };
        await insertHold(tx, row);
        await audit.add(tx, context, {
          action: 'hold.placed',
          ...(commitment ? { subject: commitment } : {}),
          policyHash: register.policies().hash,
          detail: {
            hold: row.holdId,
            kind: row.kind,
            category: row.category ?? 'all',
            everybody: row.subjectId === null,
          },
        });
        return toHold(row);
      });
    },

    /** Lifts a hold; what it deferred happens in the next sweep by itself. Lifting twice changes nothing. */
    async release(context: Context, holdId: string): Promise<Hold> {
      const tenantId = context.tenant.id;
      return writeOnce(store, context, async (tx) => {
        const at = context.clock();
        const row = await findHold(tx, tenantId, holdId);
        if (!row) throw new Problem('not-found', 'There is no hold of this id.');
        if (!(await releaseHold(tx, tenantId, holdId, { at, by: context.principal.id }))) return toHold(row);
        await audit.add(tx, context, {
          action: 'hold.released',
          policyHash: register.policies().hash,
          detail: { hold: holdId, kind: row.kind },
        });
        return toHold({ ...row, releasedAt: at, releasedBy: context.principal.id });
      });
    },

    async list(context: Context, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) => holdsAfter(q, context.tenant.id, page.cursor, limit + 1));
      const { items, next } = pageFrom(rows, limit, ({ holdId }) => holdId);
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
    reference: row.reference,
    placedAt: row.placedAt.toISOString(),
    placedBy: row.placedBy,
    until: row.until?.toISOString() ?? null,
    releasedAt: row.releasedAt?.toISOString() ?? null,
    releasedBy: row.releasedBy,
  };
}
