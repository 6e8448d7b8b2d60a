import type { ProfileService } from '../../../data/profiles/service.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import type { Store } from '../../../foundations/store/store.ts';

interface KnownAddressDeps {
  store: Pick<Store, 'read'>;
  profiles: Pick<ProfileService, 'indexOfEmail' | 'emailIndexOf'>;
}

/** Whether the account of a pseudonym has this address already; compared by blind index, nothing is opened for it. */
export async function isKnownAddress(
  { store, profiles }: KnownAddressDeps,
  { tenant }: Context,
  subjectId: string,
  address: string,
): Promise<boolean> {
  const index = await profiles.indexOfEmail(tenant.id, address);
  return (await store.read((q) => profiles.emailIndexOf(q, tenant.id, subjectId))) === index;
}
