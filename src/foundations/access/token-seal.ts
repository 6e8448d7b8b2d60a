import { canonical } from '../contract/canonical-json.ts';
import type { Vault } from '../vault/vault.ts';
import type { TokenRow } from './table.ts';

/** What a token is and may do. When it ended is not in it: that is kept apart from the database as well. */
type Sealed = Pick<
  TokenRow,
  'tenantId' | 'tokenId' | 'everyTenant' | 'role' | 'secretHash' | 'createdAt' | 'createdBy' | 'expiresAt'
>;

/**
 * The seal of a token's row, under a key of the vault: who can write to the database alone can make none, nor change what
 * one is over.
 */
function sealOf(vault: Pick<Vault, 'index'>, row: Sealed): Promise<string> {
  const { tokenId, everyTenant, role, secretHash, createdAt, createdBy, expiresAt } = row;
  const what = { tokenId, everyTenant, role, secretHash, createdBy };
  const times = { createdAt: createdAt.toISOString(), expiresAt: expiresAt?.toISOString() ?? null };
  return vault.index(row.tenantId, 'api-token', canonical({ ...what, ...times }));
}

/** The row as it is written: call it before the transaction, with every change to what is sealed. */
export async function sealedToken<R extends Sealed>(
  vault: Pick<Vault, 'index'>,
  row: R,
): Promise<R & { seal: string }> {
  return { ...row, seal: await sealOf(vault, row) };
}

/** Why a row that is there stands for nobody; undefined when it does. */
export async function tokenFault(
  vault: Pick<Vault, 'index' | 'keptApart'>,
  row: TokenRow,
): Promise<'altered' | 'ended-before' | undefined> {
  if (row.seal !== (await sealOf(vault, row))) return 'altered';
  return (await vault.keptApart.tokenEnded(row.tenantId, row.tokenId)) ? 'ended-before' : undefined;
}
