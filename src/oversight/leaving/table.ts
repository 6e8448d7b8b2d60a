import { and, desc, eq, inArray } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Actor, DepartureCertificate, Found, NewDeparture, Status } from './model.ts';

type Stored = Tables['departures']['$inferSelect'];

/** What each holder outside has done. */
export interface OutsideCount {
  people: number;
  removed: number;
  left: number;
  unreached: number;
}

/** How far a deletion has come: whatever is begun again from here does nothing twice that does harm. */
export interface Progress {
  stage: 'outside' | 'keys' | 'rows' | 'look';
  /** Of holders outside: which is asked, after whom (a pseudonym of profiles on disk), under which reference. */
  holder: number;
  after: string;
  cursor: string | null;
  reference: string | null;
  failure: string | null;
  outside: Record<string, OutsideCount>;
  keys: number;
  rows: Record<string, number>;
}

export type DepartureRow = Omit<
  Stored,
  | 'status'
  | 'choice'
  | 'reason'
  | 'found'
  | 'proposedBy'
  | 'decidedBy'
  | 'acknowledgedBy'
  | 'deletionBy'
  | 'progress'
  | 'certificate'
> & {
  status: Status;
  choice: NewDeparture['choice'];
  reason: NewDeparture['reason'];
  found: Found;
  proposedBy: Actor;
  decidedBy: Actor | null;
  acknowledgedBy: Actor | null;
  deletionBy: Actor | null;
  progress: Progress | null;
  certificate: DepartureCertificate | null;
};

/** From the day both have agreed until everything is erased. */
const UNDER_WAY = ['approved', 'returned', 'acknowledged', 'deleting'] as const;
/** What a return has must stay what there is: nothing works on the data by itself. */
export const STILL = ['returned', 'acknowledged', 'deleting'] as const;

export async function insertDeparture(tx: Query, row: DepartureRow): Promise<void> {
  await tx.insert(tx.tables.departures).values(row).onConflictDoNothing();
}

export async function findDeparture(q: Query, departureId: string): Promise<DepartureRow | undefined> {
  const { departures: t } = q.tables;
  const [row] = await q.select().from(t).where(eq(t.departureId, departureId));
  return row as DepartureRow | undefined;
}

/** Of one tenant, or of all; the newest first. */
export async function listDepartures(q: Query, tenantId?: string): Promise<DepartureRow[]> {
  const { departures: t } = q.tables;
  const rows = await q
    .select()
    .from(t)
    .where(tenantId === undefined ? undefined : eq(t.tenantId, tenantId))
    .orderBy(desc(t.departureId))
    .limit(1000);
  return rows as DepartureRow[];
}

export async function openDepartures(
  q: Query,
  tenantId: string,
  statuses: readonly Status[] = ['proposed', ...UNDER_WAY],
): Promise<DepartureRow[]> {
  const { departures: t } = q.tables;
  const rows = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.status, [...statuses])));
  return rows as DepartureRow[];
}

/** False when somebody else has moved it on meanwhile. */
export async function moveDeparture(
  tx: Query,
  { tenantId, departureId, status }: Pick<DepartureRow, 'tenantId' | 'departureId' | 'status'>,
  change: Partial<DepartureRow>,
): Promise<boolean> {
  const { departures: t } = tx.tables;
  const moved = await tx
    .update(t)
    .set(change)
    .where(and(eq(t.tenantId, tenantId), eq(t.departureId, departureId), eq(t.status, status)))
    .returning({ id: t.departureId });
  return moved.length === 1;
}
