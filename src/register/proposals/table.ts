import { and, desc, eq, lt } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import type { Difference, ProposalNumbers, ProposedFiles } from './model.ts';

export interface ProposalRow {
  tenantId: string;
  proposalId: string;
  status: 'proposed' | 'withdrawn' | 'rejected' | 'accepted';
  inForceFrom: string;
  reason: string;
  base: string;
  overlay: string;
  policyHash: string;
  files: ProposedFiles;
  difference: Difference;
  numbers: ProposalNumbers;
  digest: string;
  proposedAt: Date;
  proposedBy: string;
  decidedAt: Date | null;
  decidedBy: string | null;
  because: string | null;
  /** Version of the register fact that says it is in force from its day; null before it is accepted. */
  factVersion: number | null;
}

export async function insertProposal(tx: Query, row: ProposalRow): Promise<void> {
  await tx.insert(tx.tables.policyProposals).values(row);
}

export async function findProposal(q: Query, tenantId: string, proposalId: string): Promise<ProposalRow | undefined> {
  const { policyProposals: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.proposalId, proposalId)));
  return row as ProposalRow | undefined;
}

/** Newest first. */
export async function proposalsBefore(
  q: Query,
  tenantId: string,
  before: string | undefined,
  limit: number,
): Promise<ProposalRow[]> {
  const { policyProposals: t } = q.tables;
  const rows = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), before === undefined ? undefined : lt(t.proposalId, before)))
    .orderBy(desc(t.proposalId))
    .limit(limit);
  return rows as ProposalRow[];
}

/** Whether it still stood as it was read: of two who decide, or put it on another set, at once, one comes too late. */
export async function updateProposal(
  tx: Query,
  {
    tenantId,
    proposalId,
    status,
    digest,
    proposedBy,
  }: Pick<ProposalRow, 'tenantId' | 'proposalId' | 'status' | 'digest' | 'proposedBy'>,
  values: Partial<ProposalRow>,
): Promise<boolean> {
  const { policyProposals: t } = tx.tables;
  const changed = await tx
    .update(t)
    .set(values)
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.proposalId, proposalId),
        eq(t.status, status),
        eq(t.digest, digest),
        eq(t.proposedBy, proposedBy),
      ),
    )
    .returning({ proposalId: t.proposalId });
  return changed.length > 0;
}
