import { inEea } from '../law/adequacy.ts';
import type { PartyRecord, RegisterView } from '../register/view-model.ts';
import type { FindingCode } from './codes.ts';
import { found, listed } from './found.ts';
import type { Finding } from './model.ts';

/** What must be known of everybody who appears in a record of processing (Art. 30(1)(a), 27, 37). */
export function partyFindings(view: RegisterView): Finding[] {
  const controllers = new Set(view.activities.flatMap((activity) => activity.controllers.map(({ id }) => id)));
  const involved = new Set(view.activities.flatMap(({ chain }) => chain.map(({ party }) => party.id)));
  return view.parties
    .filter(({ id }) => involved.has(id))
    .flatMap((party) => [...incomplete(party), ...(controllers.has(party.id) ? controllerFindings(party) : [])]);
}

function incomplete(party: PartyRecord): Finding[] {
  const missing = (['address', 'contact', 'country'] as const).filter((field) => party[field] === undefined);
  if (missing.length === 0) return [];
  const code: FindingCode = party.kind === 'tenant' ? 'institution-incomplete' : 'party-incomplete';
  return [found(code, { party: party.id }, `Of ${party.id} this is not recorded: ${listed(missing)}.`)];
}

function controllerFindings(party: PartyRecord): Finding[] {
  const about = { party: party.id };
  const findings: Finding[] = [];
  if (party.kind === 'tenant' && !party.dataProtectionOfficer)
    findings.push(found('institution-officer-missing', about, 'The institution names no data protection officer.'));
  if (party.country && !inEea(party.country) && !party.representative && !party.representativeExemption)
    findings.push(
      found(
        'representative-missing',
        about,
        `${party.id} is a controller in ${party.country}, and no representative in the Union is recorded.`,
      ),
    );
  return findings;
}
