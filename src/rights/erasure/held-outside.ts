import { accountsByVisitor } from '../../data/consent/links.ts';
import type { ConsentService } from '../../data/consent/service.ts';
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
  consent: Pick<ConsentService, 'linkedSubjects'>;
  retention: Pick<RetentionService, 'heldCategories'>;
}

/** Whom an erasure is about outside: what holders know them by, and whose holds protected them when it was ordered. */
export interface KnownOutside {
  known: KnownPerson;
  protectedAs: string[];
}

/**
 * Kinds of holds by category (`*`: all) that protect now what holders outside have of a person. A person is one: the
 * account, the visitors linked to it now, and those that were linked when the erasure was ordered, which has taken the
 * links away since. A hold on any of them counts, as it does inside.
 */
export async function findHeldOutside(
  { store, vault, policies, consent, retention }: HeldOutsideDeps,
  context: Context,
  { known: { accountId, visitorIds }, protectedAs }: KnownOutside,
): Promise<Map<string, string>> {
  const { id } = context.tenant;
  const visitors = await Promise.all(visitorIds.map((visitor) => vault.subjectId(id, 'visitor', visitor)));
  const account = accountId === undefined ? [] : [await vault.subjectId(id, 'account', accountId)];
  const named = [...new Set([...account, ...visitors, ...protectedAs])];
  if (named.length === 0) return new Map();
  return store.read(async (q) => {
    const accounts = (await accountsByVisitor(q, id, named)).values();
    const linked = await Promise.all(account.map((one) => consent.linkedSubjects(context, one, q)));
    const all = [...new Set([...named, ...accounts, ...linked.flat()])];
    return retention.heldCategories(q, id, all, context.clock(), policies);
  });
}
