import type { Context } from '../context.ts';
import { DEFAULT_PAGE, pageFrom } from '../page.ts';
import { Problem } from '../problem.ts';
import type { Store } from '../store/store.ts';
import type { Certificate } from './model.ts';
import { type CertificateRow, certificatesBefore, findCertificate } from './table.ts';

/** What sweeps and erasures have certified; the database lets nobody change it. */
export function createCertificates({ store }: { store: Store }) {
  return {
    async get(context: Context, certificateId: string): Promise<Certificate> {
      const row = await store.read((q) => findCertificate(q, context.tenant.id, certificateId));
      if (!row) throw new Problem('not-found', 'There is no certificate of this id.');
      return toCertificate(row);
    },

    async list(context: Context, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) => certificatesBefore(q, context.tenant.id, page.cursor, limit + 1));
      const { items, next } = pageFrom(rows, limit, ({ certificateId }) => certificateId);
      return { items: items.map(toCertificate), next };
    },
  };
}

function toCertificate(row: CertificateRow): Certificate {
  return { certificateId: row.certificateId, kind: row.kind, issuedAt: row.issuedAt.toISOString(), body: row.body };
}
