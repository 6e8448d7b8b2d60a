import type { RetentionService } from '../../data/retention/service.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { KnownPerson } from '../../foundations/holders/external.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';

interface HeldOutsideDeps {
  store: Pick<Store, 'read'>;
  vault: Pick<Vault, 'subjectId'>;
  policies: Policies;
  retention: Pick<RetentionService, 'heldCategories'>;
}

/**
 * Kinds of holds by category (`*`: all) that protect now what holders outside have of a person: those of the account
 * where they know it, otherwise those of the visitor. Of somebody known by neither nothing can be held.
 */
export async function findHeldOutside(
  { store, vault, policies, retention }: HeldOutsideDeps,
  context: Context,
  { accountId, visitorIds: [visitor] }: KnownPerson,
): Promise<Map<string, string>> {
  const { id } = context.tenant;
  const known = accountId ?? visitor;
  if (known === undefined) return new Map();
  const subjectId = await vault.subjectId(id, accountId === undefined ? 'visitor' : 'account', known);
  return store.read((q) => retention.heldCategories(q, id, [subjectId], context.clock(), policies));
}
