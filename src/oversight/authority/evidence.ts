import type { CertificateService } from '../../data/certificates/service.ts';
import { entryText } from '../../foundations/audit/log/leaf.ts';
import { type AuditRow, entriesAfter } from '../../foundations/audit/table.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { PackFile } from './contents.ts';

export interface EvidenceDeps {
  store: Store;
  certificates: Pick<CertificateService, 'get'>;
  merkleLog: { proofOf(tenantId: string, entryId: string): Promise<string | undefined> };
}

const PAGE = 200;
/** What the log says of the papers in a pack: who recorded what in the register, and of breaches, and what was erased. */
const ABOUT = [
  'policies',
  'institution',
  'agreement',
  'instruction',
  'sub-processor-change',
  'sub-processor-notice',
  'sub-processor-objection',
  'breach',
  'erasure.finished',
  'sweep.finished',
];

async function* entries({ store }: EvidenceDeps, context: Context, until: Date): AsyncGenerator<AuditRow> {
  for (const action of ABOUT)
    for (let after: string | undefined; ; ) {
      const rows: AuditRow[] = await store.read((q) =>
        entriesAfter(q, context.tenant.id, { action, until }, after, PAGE),
      );
      yield* rows;
      if (rows.length < PAGE) break;
      after = rows.at(-1)?.entryId;
    }
}

/**
 * The entries behind a pack, as they are hashed, and the certificates they close. A certificate is without its proof, which
 * grows with the log and lies beside, with the salt that opens the leaf.
 */
export async function* evidenceOf(deps: EvidenceDeps, context: Context, until: Date): AsyncGenerator<PackFile> {
  for await (const row of entries(deps, context, until)) {
    yield [`log/entries/${row.entryId}.json`, entryText(row)];
    const { certificate } = row.detail as { certificate?: unknown };
    if (typeof certificate !== 'string') continue;
    const { log, ...bundle } = await deps.certificates.get(context, certificate);
    const { entryId, entry } = log;
    const file = { ...bundle, log: { entryId, entry } };
    yield [`certificates/${certificate}.json`, `${JSON.stringify(file, null, 2)}\n`];
  }
}

/** The proofs of those entries that a signed checkpoint covers by now. */
export async function* proofsOf(deps: EvidenceDeps, context: Context, until: Date): AsyncGenerator<PackFile> {
  for await (const { entryId } of entries(deps, context, until)) {
    const proof = await deps.merkleLog.proofOf(context.tenant.id, entryId);
    if (proof !== undefined) yield [`log/proofs/${entryId}.tlog-proof`, proof];
  }
}
