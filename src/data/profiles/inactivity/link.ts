import type { Store } from '../../../foundations/store/store.ts';
import type { Vault } from '../../../foundations/vault/vault.ts';

/** Whose account a link keeps, since when it was not used, and until when the link works. */
export interface KeepLink {
  subjectId: string;
  inactiveSince: Date;
  validUntil: Date;
}

const SCOPE = 'account-links';

/** Links that keep an account: nothing of them is stored, and nothing of the account stands in them readable. */
export function createKeepLinks({ vault }: { store: Store; vault: Vault }) {
  const place = (tenant: string) => ({ tenant, table: 'profiles', column: 'keep_link', row: 'link' });
  return {
    async seal(tenantId: string, { subjectId, inactiveSince, validUntil }: KeepLink): Promise<string> {
      const key = await vault.key(tenantId, SCOPE);
      const text = JSON.stringify([subjectId, inactiveSince.getTime(), validUntil.getTime()]);
      return key.seal(place(tenantId), text).toString('base64url');
    },

    /** Undefined for what was never made here, or has ended. */
    async open(tenantId: string, token: string, now: Date): Promise<KeepLink | undefined> {
      const key = await vault.key(tenantId, SCOPE);
      const text = key.open(place(tenantId), Buffer.from(token, 'base64url'));
      if (text === undefined) return undefined;
      const [subjectId, since, until] = JSON.parse(text) as [string, number, number];
      if (until <= now.getTime()) return undefined;
      return { subjectId, inactiveSince: new Date(since), validUntil: new Date(until) };
    },
  };
}

/** Where an account is kept; null where the service knows no address of its own. */
export const keepUrlAt =
  (publicUrl: string | undefined) =>
  (tenantId: string, token: string): string | null =>
    publicUrl ? `${publicUrl}/accounts/${tenantId}/keep/${token}` : null;
