import type { Audit } from '../audit/audit.ts';
import { entriesAfter } from '../audit/table.ts';
import type { Context } from '../contract/context.ts';
import type { Query, Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { revokeToken, type TokenRow, tokensAfter } from './table.ts';
import { tokenFault } from './token-seal.ts';

const PAGE = 500;

/**
 * Ends every token of a tenant that its log does not know as it stands, whose row was not written by the service, or that
 * was ended before the database came back. Answers how many.
 */
export async function endUnknownTokens(
  { store, audit, vault }: { store: Store; audit: Audit; vault: Vault },
  context: Context,
): Promise<number> {
  const tenantId = context.tenant.id;
  const standing = (await store.read((q) => allTokens(q, tenantId))).filter(({ revokedAt }) => revokedAt === null);
  if (standing.length === 0) return 0;
  const issued = await store.read((q) => issuedBy(q, tenantId));
  let ended = 0;
  for (const row of standing) {
    const reason = (await tokenFault(vault, row)) ?? (issued.has(asIssued(row)) ? undefined : 'unknown-to-the-log');
    if (reason === undefined) continue;
    await vault.keptApart.recordTokenEnd(tenantId, row.tokenId);
    await store.write(async (tx) => {
      if (!(await revokeToken(tx, tenantId, row.tokenId, context.clock()))) return;
      // Its id may be anything that was written there.
      const token = /^[0-9a-f-]{36}$/.test(row.tokenId) ? row.tokenId : 'no id of ours';
      await audit.add(tx, context, { action: 'token.revoked', detail: { token, reason } });
    });
    ended += 1;
  }
  return ended;
}

async function allTokens(q: Query, tenantId: string): Promise<TokenRow[]> {
  const all: TokenRow[] = [];
  for (;;) {
    const page = await tokensAfter(q, tenantId, false, all.at(-1)?.tokenId ?? '', PAGE);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** What a token must be to be the one that was issued. */
const asIssued = ({ tokenId, role, everyTenant }: Pick<TokenRow, 'tokenId' | 'role' | 'everyTenant'>) =>
  `${tokenId} ${role} ${everyTenant}`;

async function issuedBy(q: Query, tenantId: string): Promise<Set<string>> {
  const issued = new Set<string>();
  for (let after: string | undefined; ; ) {
    const page = await entriesAfter(q, tenantId, { action: 'token.issued' }, after, PAGE);
    for (const { detail } of page) {
      const { token, role, everyTenant } = detail as { token: string; role: string; everyTenant: boolean };
      issued.add(asIssued({ tokenId: token, role, everyTenant }));
    }
    after = page.at(-1)?.entryId;
    if (page.length < PAGE) return issued;
  }
}
