import type { Agreement } from '../agreements/model.ts';
import type { ChainLink, RegisterView } from '../view/view-model.ts';

/** An institution on whose behalf a processor acts, directly or further down, with the contract that says how it objects. */
export interface Affected {
  view: RegisterView;
  agreement: Agreement;
  /** The activities concerned, of those that were asked for. */
  activities: string[];
}

/** The tier directly under the controller, above or at `link`. */
function firstTier(chain: readonly ChainLink[], link: ChainLink): ChainLink | undefined {
  let at: ChainLink | undefined = link;
  for (let steps = 0; at && at.tier !== 1 && steps < chain.length; steps += 1) {
    const above: string | null = at.actsFor;
    at = chain.find(({ party }) => party.id === above);
  }
  return at?.tier === 1 ? at : undefined;
}

/**
 * Whether an institution is a controller for whom `processor` acts in one of the activities, and under which agreement
 * (Art. 28(2), (4)): with several, the one that gives the most time stands first.
 * `undefined`: it is none of its business. `without`: it is, and there is no agreement.
 */
export function affectedBy(
  view: RegisterView,
  { processor, activities }: { processor: string; activities: readonly string[] },
): Affected[] | 'without' | undefined {
  const byAgreement = new Map<string, Affected>();
  let concerned = false;
  for (const id of activities) {
    const record = view.activity(id);
    if (!record?.controllers.some(({ kind }) => kind === 'tenant')) continue;
    const link = record.chain.find(({ party }) => party.id === processor);
    const first = link && firstTier(record.chain, link);
    if (!first) continue;
    concerned = true;
    if (!first.agreement) continue;
    const known = byAgreement.get(first.agreement.agreementId);
    if (known) known.activities.push(id);
    else byAgreement.set(first.agreement.agreementId, { view, agreement: first.agreement, activities: [id] });
  }
  if (byAgreement.size > 0) return [...byAgreement.values()];
  return concerned ? 'without' : undefined;
}
