import type { Audit } from '../../../foundations/audit/audit.ts';
import { showing } from '../../../foundations/audit/reading.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import { writeOnce } from '../../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../../foundations/store/store.ts';
import { uuidv7 } from '../../../foundations/store/uuid.ts';
import type { Vault } from '../../../foundations/vault/vault.ts';
import { scopeOf } from './closing.ts';
import { isOf, type MediaType } from './media.ts';
import { type DocumentInput, type IdentityDocument, MOST_BYTES } from './model.ts';
import { checksOf, documentsOf, findDocument, insertDocument, moveCheck, requestOf } from './table.ts';

/** Copies one check may have. */
const MOST_DOCUMENTS = 10;

export interface DocumentDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  /** Days a copy waits for the decision at most. */
  keptUntil(from: Date): Date;
  /** What the request records of the answer, ready for the transaction. */
  answered(context: Context, about: { requestId: string; checkId: string }): Promise<(tx: Query) => Promise<void>>;
}

/** Copies of documents that show who somebody is: sealed under the key of their check, and gone with its decision. */
export function createDocuments({ store, audit, vault, keptUntil, answered }: DocumentDeps) {
  const placeOf = (tenant: string, row: string) => ({
    tenant,
    row,
    table: 'identity_documents',
    column: 'content_sealed',
  });

  return {
    /** @throws Problem `not-found`; `conflict` when no documents are asked for; `unprocessable-request` for the copy. */
    async receive(context: Context, requestId: string, input: DocumentInput): Promise<IdentityDocument> {
      const tenantId = context.tenant.id;
      const mediaType = input.mediaType as MediaType;
      const bytes = Buffer.from(input.content, 'base64');
      // Checked here: a pattern over millions of characters can exhaust the stack of the expression engine.
      if (bytes.toString('base64').replace(/={0,2}$/, '') !== input.content.replace(/={0,2}$/, ''))
        throw invalidField('/content', 'must be Base64 (RFC 4648 §4).');
      if (bytes.length > MOST_BYTES) throw invalidField('/content', `may have ${MOST_BYTES} bytes at most.`);
      if (!isOf(mediaType, bytes)) throw invalidField('/content', 'is not of the type that /mediaType names.');
      const checks = await store.read(async (q) => {
        if (!(await requestOf(q, tenantId, requestId)))
          throw new Problem('not-found', 'There is no such request here.');
        return checksOf(q, tenantId, requestId);
      });
      const check = checks.find(({ method, status }) => method === 'documents' && status === 'open');
      if (!check) throw new Problem('conflict', 'No documents are asked for in this request.');
      const now = context.clock();
      const documentId = uuidv7(now);
      const key = await vault.existingKey(tenantId, scopeOf(check.checkId));
      if (!key) throw new Problem('conflict', 'The check is over.');
      const contentSealed = key.seal(placeOf(tenantId, documentId), bytes.toString('base64'));
      const record = await answered(context, { requestId, checkId: check.checkId });
      return writeOnce(store, context, async (tx) => {
        const there = (await documentsOf(tx, tenantId, requestId)).filter(({ checkId }) => checkId === check.checkId);
        if (there.length >= MOST_DOCUMENTS)
          throw new Problem('conflict', `A check takes ${MOST_DOCUMENTS} copies at most.`);
        // Also sees that the check is still open.
        if (!(await moveCheck(tx, check, { expiresAt: keptUntil(now) })))
          throw new Problem('conflict', 'The check has just been decided.');
        const row = { tenantId, documentId, requestId, checkId: check.checkId, mediaType, contentSealed };
        await insertDocument(tx, { ...row, receivedAt: now });
        await audit.add(tx, context, {
          action: 'identity.document-received',
          detail: { request: requestId, check: check.checkId, document: documentId, mediaType, bytes: bytes.length },
        });
        await record(tx);
        return { documentId, checkId: check.checkId, mediaType, receivedAt: now.toISOString() };
      });
    },

    /** The copy itself, for who decides. @throws Problem `not-found`, also once it is destroyed. */
    async look(context: Context, requestId: string, documentId: string): Promise<{ mediaType: string; bytes: Buffer }> {
      const tenantId = context.tenant.id;
      const [row, request] = await store.read((q) =>
        Promise.all([findDocument(q, { tenantId, requestId, documentId }), requestOf(q, tenantId, requestId)]),
      );
      const key = row && (await vault.existingKey(tenantId, scopeOf(row.checkId)));
      const content = row && key?.open(placeOf(tenantId, documentId), row.contentSealed);
      if (content === undefined) throw new Problem('not-found', 'There is no such document here, or no longer.');
      if (request?.subjectId) showing(context, request.subjectId);
      return { mediaType: row?.mediaType ?? '', bytes: Buffer.from(content, 'base64') };
    },
  };
}
