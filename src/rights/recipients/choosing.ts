import type { PartyRole } from '../../law/vocabulary.ts';
import type { PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import type { ErasureOutcome } from '../erasure/tell-outcome.ts';
import type { Told } from './model.ts';

/** Whoever keeps a copy of its own: processors work on ours, and what is erased here is erased there (Art. 28(3)(a)). */
const RECEIVING: readonly PartyRole[] = ['recipient', 'third-party'];

export interface Disclosed {
  party: string;
  categories: string[];
  reference: string | null;
}

/** One recipient to be told, of what, and what it knows the person by. */
export interface ToTell {
  party: PartyRecord;
  categories: string[];
  references: string[];
}

/**
 * Who is to be told that data of these categories was corrected, erased or restricted (GDPR Art. 19): each recipient in
 * the person's ledger, and each that the register has for a category of which there is data. Once per recipient, in the
 * order of their ids.
 */
export function whoIsToBeTold(view: RegisterView, ledger: Disclosed[], categories: readonly string[]): ToTell[] {
  const found = new Map<string, { categories: Set<string>; references: Set<string> }>();
  const add = (party: string, category: string, reference: string | null) => {
    const one = found.get(party) ?? { categories: new Set<string>(), references: new Set<string>() };
    one.categories.add(category);
    if (reference !== null) one.references.add(reference);
    found.set(party, one);
  };
  for (const { party, categories: disclosed, reference } of ledger)
    for (const category of disclosed) if (categories.includes(category)) add(party, category, reference);
  for (const category of categories)
    for (const { chain } of view.covering({ category }))
      for (const { party, role, engaged } of chain)
        if (engaged && RECEIVING.includes(role)) add(party.id, category, null);
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, { categories: told, references }]) => {
      const party = view.party(id);
      return party ? [{ party, categories: [...told].sort(), references: [...references] }] : [];
    });
}

/**
 * Of what an erasure concerns at one recipient: what it is told is erased, what stays, and what it will be told later.
 * Where there is no outcome the act was about all of it.
 */
export function whatToTell(
  categories: readonly string[],
  outcome: ErasureOutcome | undefined,
): { told: string[]; stays: string[]; later: string[] } {
  if (!outcome) return { told: [...categories], stays: [], later: [] };
  const among = (ids: readonly string[]) => categories.filter((category) => ids.includes(category));
  const held = outcome.held.map(({ category }) => category);
  const told = among(outcome.erased);
  return { told, stays: among([...outcome.kept.map(({ category }) => category), ...held]), later: among(held) };
}

/** By which way a recipient is told: what it has said it listens to, else a person has to. */
export function channelOf(
  { notices, opendsr }: PartyRecord,
  what: Told,
  account: string | null,
): 'webhook' | 'email' | 'opendsr' | 'manual' {
  // Of what recipients are told, OpenDSR has erasures only, and of whom the account.
  if (opendsr && what === 'erasure' && account !== null) return 'opendsr';
  if (notices?.webhook) return 'webhook';
  return notices?.email ? 'email' : 'manual';
}
