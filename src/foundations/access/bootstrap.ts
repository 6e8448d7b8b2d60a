import type { Audit } from '../audit/audit.ts';
import type { Context } from '../contract/context.ts';
import type { Store } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import type { Vault } from '../vault/vault.ts';
import { newSecret, secretHash, secretHint } from './secret.ts';
import { insertTenant, insertToken, replaceSecret, type TokenRow, tokenByCreator } from './table.ts';
import { endOf, type TokenEnds, tokenEnds } from './token-ends.ts';
import { sealedToken } from './token-seal.ts';

export const FIRST_TENANT = 'main';
export const CREATOR = 'system:bootstrap';
/** Milliseconds after which a first token that was made but never shown counts as abandoned by a crashed start. */
const ABANDONED = 10_000;

export const FIRST_TENANT_ROW = {
  region: null as string | null,
  tenantId: FIRST_TENANT,
  name: 'Main portal',
  timeZone: 'Europe/Berlin',
  jurisdiction: 'EU',
  language: 'en',
  origins: [] as string[],
  leavingSince: null as Date | null,
};

export interface BootstrapOptions {
  /** The first administrator's secret, chosen by the operator; made here when absent. */
  secret?: string | undefined;
  /** Shows a secret that was made here to the operator, or puts it where only they can read it. */
  announce: (secret: string) => void;
  ends?: TokenEnds;
}

/**
 * The first start: one tenant and one administrator of the whole installation. The token works only once it was shown:
 * it is made expired, announced, then brought to life, so that a crash between leaves a token nobody can use, which the
 * next start replaces. Of two instances that start together one makes everything.
 */
export async function bootstrap(
  { store, audit, vault }: { store: Store; audit: Audit; vault: Vault },
  context: Context,
  options: BootstrapOptions,
) {
  const secret = options.secret ?? newSecret('admin');
  const now = context.clock();
  const end = endOf(now, undefined, options.ends ?? tokenEnds());
  const row = await sealedToken(vault, {
    tenantId: FIRST_TENANT,
    tokenId: uuidv7(now),
    everyTenant: true,
    role: 'admin',
    label: 'First administrator',
    secretHash: secretHash(secret),
    hint: secretHint(secret),
    createdAt: now,
    createdBy: CREATOR,
    expiresAt: options.secret === undefined ? now : end,
    revokedAt: null,
    lastUsedAt: null,
    endToldAt: null,
  });

  // Sealing asks for a key: what a start before this one may have left is looked at before the transaction.
  const left = await store.read((q) => tokenByCreator(q, FIRST_TENANT, CREATOR));
  const renewed =
    left && isAbandoned(left, now)
      ? await sealedToken(vault, { ...left, ...secretOf(row), createdAt: now })
      : undefined;

  const mine = await store.write(async (tx) => {
    if (await insertTenant(tx, { ...FIRST_TENANT_ROW, gpcSince: now, createdAt: now })) {
      await insertToken(tx, row);
      await audit.add(tx, context, { action: 'tenant.created', detail: { tenant: FIRST_TENANT } });
      await audit.add(tx, context, {
        action: 'token.issued',
        detail: { token: row.tokenId, role: row.role, everyTenant: true },
      });
      return row;
    }
    if (!left || !renewed) return undefined;
    const { seal, createdAt } = renewed;
    return (await replaceSecret(tx, left, { ...secretOf(renewed), createdAt, seal })) ? renewed : undefined;
  });
  if (!mine || options.secret !== undefined) return;

  options.announce(secret);
  const { seal, expiresAt } = await sealedToken(vault, { ...mine, expiresAt: end });
  await store.write((tx) => replaceSecret(tx, mine, { expiresAt, seal }));
}

const secretOf = ({ secretHash, hint, expiresAt }: TokenRow) => ({ secretHash, hint, expiresAt });

/** Made, and never shown: whoever made it has had the time to. */
function isAbandoned(first: TokenRow, now: Date): boolean {
  const unshown = first.expiresAt?.getTime() === first.createdAt.getTime() && !first.revokedAt;
  return unshown && now.getTime() - first.createdAt.getTime() >= ABANDONED;
}
