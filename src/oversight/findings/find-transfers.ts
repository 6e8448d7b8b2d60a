import { flowsFreely, type TransferFault, transferStands } from '../../law/adequacy.ts';
import { regimeOf } from '../../law/jurisdictions.ts';
import type { Transfer } from '../../register/policies/model.ts';
import type { ChainLink, RegisterView } from '../../register/view/view-model.ts';
import { found, soonBefore } from './found.ts';
import type { Finding } from './model.ts';

const FAULT_IN_WORDS: Record<TransferFault, string> = {
  'not-begun': 'it has not begun',
  ended: 'its time is over',
  'no-adequacy-decision': 'there is no adequacy decision for the country',
  'framework-missing': 'the importer takes part in no framework that the adequacy decision asks for',
  'adequacy-not-begun': 'the adequacy decision is not in force yet',
  'adequacy-ended': 'the adequacy decision has ended',
  'module-missing': 'the standard contractual clauses name no module',
};

/** Whether what leaves the Union, or the region of the portal, leaves it under something that stands (Art. 44–49). */
export function transferFindings(view: RegisterView): Finding[] {
  return view.activities.flatMap(({ id, chain }) =>
    chain
      .filter(({ engaged }) => engaged)
      .flatMap((link) => [
        ...link.transfers.flatMap((transfer) => standing(view, id, link, transfer)),
        ...missing(view, id, link),
        ...outside(view, id, link),
      ]),
  );
}

const questionOf = (view: RegisterView, { party }: ChainLink, transfer: Transfer) => ({
  ...transfer,
  regime: regimeOf(view.tenant.jurisdiction),
  importerFrameworks: party.frameworks ?? [],
  at: view.at,
});

const stands = (view: RegisterView, link: ChainLink, transfer: Transfer) =>
  transferStands(questionOf(view, link, transfer)).stands;

function standing(view: RegisterView, activity: string, link: ChainLink, transfer: Transfer): Finding[] {
  const { importer, country, tool } = transfer;
  const about = { activity, party: importer, country };
  const answer = transferStands(questionOf(view, link, transfer));
  if (!answer.stands) {
    const other = link.transfers.some((one) => one.country === country && stands(view, link, one));
    if (other) return [];
    const words = FAULT_IN_WORDS[answer.reason];
    return [
      found(
        'transfer-not-covered',
        about,
        `${importer} receives data in ${country} under ${tool}: ${words}.`,
        answer.since,
      ),
    ];
  }
  if (answer.until === null || soonBefore(answer.until) > view.at) return [];
  const day = answer.until.toISOString().slice(0, 10);
  return [
    found(
      'transfer-ends-soon',
      about,
      `What the transfer to ${importer} in ${country} rests on (${tool}) ends on ${day}.`,
      soonBefore(answer.until),
    ),
  ];
}

/** A recipient or processor in a third country, and nothing says on which ground. */
function missing(view: RegisterView, activity: string, { party, places, transfers, tier }: ChainLink): Finding[] {
  if (tier === 0) return [];
  const countries = new Set([...places.map(({ country }) => country), ...(party.country ? [party.country] : [])]);
  return [...countries]
    .filter(
      (country) =>
        !flowsFreely(regimeOf(view.tenant.jurisdiction), country) &&
        !transfers.some((transfer) => transfer.country === country),
    )
    .map((country) =>
      found(
        'transfer-missing',
        { activity, party: party.id, country },
        `${party.id} is in ${country}, and no transfer says on which ground data goes there.`,
      ),
    );
}

/** Data kept outside the region of the portal, without a transfer that covers it. */
function outside(view: RegisterView, activity: string, link: ChainLink): Finding[] {
  const { region } = view.tenant;
  if (region === null) return [];
  return link.places
    .filter((place) => place.region !== region)
    .filter(({ country }) => !link.transfers.some((one) => one.country === country && stands(view, link, one)))
    .map((place) =>
      found(
        'outside-region',
        { activity, party: link.party.id, place: place.id },
        `${link.party.id} keeps data of this portal at ${place.id}, in the region ${place.region} instead of ${region}.`,
      ),
    );
}
