import { Problem } from '../../foundations/contract/problem.ts';
import type { PartyRecord, RegisterView } from './view-model.ts';

/** The institution, as far as it is recorded who it is: a name that a portal merely has signs no letter. */
export function recordedInstitution({ parties }: Pick<RegisterView, 'parties'>): PartyRecord | undefined {
  return parties.find(({ kind, legalName }) => kind === 'tenant' && legalName !== undefined);
}

/**
 * Before a letter is made in the institution’s name.
 * @throws Problem `conflict` saying what is missing, and where it is recorded.
 */
export function requireInstitution(view: Pick<RegisterView, 'parties'>): void {
  if (recordedInstitution(view)) return;
  throw new Problem(
    'conflict',
    'No letter can be made: it is not recorded which institution it speaks for. Record at least its legal name first: ' +
      'PUT /v1/register/institution, or `lethe register institution`.',
    { members: { missing: ['institution'], calls: ['PUT /v1/register/institution'] } },
  );
}
