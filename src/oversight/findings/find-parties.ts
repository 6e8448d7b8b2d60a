import { inEea } from '../../law/adequacy.ts';
import { regimeOf, rulesOf } from '../../law/jurisdictions.ts';
import type { ChainLink, PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import type { FindingCode } from './codes.ts';
import { found, listed } from './found.ts';
import type { Finding } from './model.ts';

/** What must be known of everybody who appears in a record of processing (Art. 30(1)(a), 27, 37). */
export function partyFindings(view: RegisterView): Finding[] {
  const controllers = new Set(view.activities.flatMap((activity) => activity.controllers.map(({ id }) => id)));
  const involved = new Set(view.activities.flatMap(({ chain }) => chain.map(({ party }) => party.id)));
  const represented = needRepresentative(view);
  return view.parties
    .filter(({ id }) => involved.has(id))
    .flatMap((party) => [
      ...incomplete(party),
      ...(controllers.has(party.id) ? officerFindings(party) : []),
      ...(represented.has(party.id) ? representativeFindings(view, party) : []),
    ]);
}

function incomplete(party: PartyRecord): Finding[] {
  const missing = (['address', 'contact', 'country'] as const).filter((field) => party[field] === undefined);
  if (missing.length === 0) return [];
  const code: FindingCode = party.kind === 'tenant' ? 'institution-incomplete' : 'party-incomplete';
  return [found(code, { party: party.id }, `Of ${party.id} this is not recorded: ${listed(missing)}.`)];
}

function officerFindings(party: PartyRecord): Finding[] {
  if (party.kind !== 'tenant' || party.dataProtectionOfficer) return [];
  return [
    found('institution-officer-missing', { party: party.id }, 'The institution names no data protection officer.'),
  ];
}

const inUk = (view: RegisterView): boolean => rulesOf(view.tenant.jurisdiction) === 'UK';

/** Established where the law of this portal applies by itself: in the EEA, or under the UK GDPR in the UK. */
const established = (view: RegisterView, country: string): boolean => (inUk(view) ? country === 'GB' : inEea(country));

/**
 * Who must have a representative if it has no establishment (Art. 27(1)): controllers whose data subjects are here, and
 * processors of such controllers. Whoever processes for a controller that is established here is bound by its contract
 * and needs none (EDPB Guidelines 3/2018, section 1(d)). Of Swiss law (FADP Art. 14) nothing is said here, and the
 * institutions of the Union have no such duty.
 */
function needRepresentative(view: RegisterView): Set<string> {
  if (!['gdpr', 'uk-gdpr'].includes(regimeOf(view.tenant.jurisdiction))) return new Set();
  const outside = ({ party }: ChainLink) => party.country !== undefined && !established(view, party.country);
  return new Set(
    view.activities.flatMap(({ chain }) => {
      const controllers = chain.filter(({ tier }) => tier === 0);
      const processors = controllers.every(outside) ? chain.filter(({ tier, engaged }) => tier && engaged) : [];
      return [...controllers, ...processors].filter(outside).map(({ party }) => party.id);
    }),
  );
}

function representativeFindings(view: RegisterView, party: PartyRecord): Finding[] {
  if (party.representativeExemption) return [];
  const about = { party: party.id };
  const where = inUk(view) ? 'the UK' : 'the Union';
  const representative = inUk(view) ? party.ukRepresentative : party.representative;
  if (!representative)
    return [
      found(
        'representative-missing',
        about,
        `${party.id} is in ${party.country}, and no representative in ${where} is recorded.`,
      ),
    ];
  const country = inUk(view) ? undefined : party.representative?.country;
  if (country !== undefined && !inEea(country))
    return [
      found(
        'representative-missing',
        about,
        `The representative of ${party.id} is in ${country}, not in a Member State (Art. 27(3)).`,
      ),
    ];
  return [];
}
