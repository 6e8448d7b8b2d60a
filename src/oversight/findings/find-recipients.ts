import type { RegisterView } from '../../register/view/view-model.ts';
import { found } from './found.ts';
import type { Finding } from './model.ts';

/** A party that was given everything one holder keeps: an export to it was released. */
export interface UsedRecipient {
  party: string;
  holder: string;
  /** The first time. */
  since: Date;
}

/** Parties that were really given something, held against the register (Art. 30(1)(d)). */
export function recipientFindings(view: RegisterView, used: UsedRecipient[]): Finding[] {
  return used.flatMap(({ party, holder, since }) =>
    view.policies.categories
      .filter((category) => category.holder === holder && !category.anonymous && !receives(view, party, category.id))
      .map(({ id: category }) =>
        found(
          'recipient-not-in-register',
          { party, holder, category },
          `${party} was given ${category} by an export, and no activity with this category names it.`,
          since,
        ),
      ),
  );
}

const receives = (view: RegisterView, party: string, category: string) =>
  view.covering({ category }).some(({ chain }) => chain.some((link) => link.party.id === party && link.engaged));
