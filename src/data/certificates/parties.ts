import type { RegisterView } from '../../register/view/view-model.ts';
import type { Certificate, CertifiedHolder } from './model.ts';

type Parties = NonNullable<Certificate['parties']>;

/**
 * Who else the register has for the kinds of data an act touched, controllers first: each acts on the same decision, and
 * each recipient is to be told of an erasure (GDPR Art. 19, 28(3)(g)).
 */
export function partiesOf(view: RegisterView, holders: CertifiedHolder[]): Parties {
  const parties = new Map<string, Parties[number] & { tier: number }>();
  const touched = holders
    .flatMap(({ categories }) => categories)
    .filter(({ result }) => result !== 'nothing-held')
    .map(({ category }) => category);
  for (const category of new Set(touched))
    for (const { chain } of view.covering({ category }))
      for (const { party, role, tier, engaged } of chain) {
        if (!engaged) continue;
        const known = parties.get(`${party.id}\0${role}`);
        if (known) known.categories = [...new Set([...known.categories, category])];
        else
          parties.set(`${party.id}\0${role}`, {
            party: party.id,
            name: party.name,
            role,
            categories: [category],
            tier: tier ?? Number.MAX_SAFE_INTEGER,
          });
      }
  return [...parties.values()].sort((a, b) => a.tier - b.tier).map(({ tier: _, ...party }) => party);
}
