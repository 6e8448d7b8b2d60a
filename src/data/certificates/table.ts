import { and, desc, eq, lt } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';

export type CertificateRow = Tables['certificates']['$inferSelect'];

export async function insertCertificate(tx: Query, row: CertificateRow): Promise<void> {
  await tx.insert(tx.tables.certificates).values(row);
}

export async function findCertificate(
  q: Query,
  tenantId: string,
  certificateId: string,
): Promise<CertificateRow | undefined> {
  const { certificates: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.certificateId, certificateId)));
  return row;
}

export async function certificatesBefore(
  q: Query,
  tenantId: string,
  before: string | undefined,
  limit: number,
): Promise<CertificateRow[]> {
  const { certificates: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), before === undefined ? undefined : lt(t.certificateId, before)))
    .orderBy(desc(t.certificateId))
    .limit(limit);
}
