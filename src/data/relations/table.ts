import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import type { StandingKind, StandingRow } from './standing.ts';

export interface Named {
  kind: StandingKind;
  name: string;
  referenceIndex: string;
}

export async function findStanding(
  q: Query,
  tenantId: string,
  subjectId: string,
  { kind, name, referenceIndex }: Named,
): Promise<StandingRow | undefined> {
  const { standings: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.subjectId, subjectId),
        eq(t.kind, kind),
        eq(t.name, name),
        eq(t.referenceIndex, referenceIndex),
      ),
    );
  return row;
}

export async function allStandings(q: Query, tenantId: string, subjectIds: readonly string[]): Promise<StandingRow[]> {
  const { standings: t } = q.tables;
  if (subjectIds.length === 0) return [];
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.subjectId, [...subjectIds])))
    .orderBy(asc(t.kind), asc(t.name), asc(t.recordedAt), asc(t.standingId));
}

/** False when somebody else has said it first. */
export async function insertStanding(tx: Query, row: StandingRow): Promise<boolean> {
  const { standings: t } = tx.tables;
  const made = await tx.insert(t).values(row).onConflictDoNothing().returning({ id: t.standingId });
  return made.length === 1;
}

/** False when the row is no longer as it was read. */
export async function updateStanding(tx: Query, read: StandingRow, values: Partial<StandingRow>): Promise<boolean> {
  const { standings: t } = tx.tables;
  const changed = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, read.tenantId), eq(t.standingId, read.standingId), eq(t.updatedAt, read.updatedAt)))
    .returning({ id: t.standingId });
  return changed.length === 1;
}
