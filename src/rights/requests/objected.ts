import { isDirectMarketing } from '../../data/retention/hold-kinds.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { rightsUnder } from '../../law/rights.ts';
import type { PolicySet } from '../../register/policies/model.ts';

/** What an objection is about: to direct marketing, or to what rests on a task or an interest, and which purposes it stops. */
interface Objected {
  marketing: boolean;
  stops: string[];
}

/**
 * What an objection reaches by the policies of now (Art. 21). To direct marketing: every such purpose, or the one that is
 * named, on whatever basis. Otherwise those whose basis gives the right: of one that is named and gives none, nothing.
 * @throws Problem where marketing is objected to and the purpose is none.
 */
export function objectedTo(
  { purposes }: Pick<PolicySet, 'purposes'>,
  { purpose, marketing }: { purpose?: string; marketing?: boolean },
): Objected {
  const declared = { purpose: (id: string) => purposes.find((one) => one.id === id) };
  const isMarketing = (id: string) => isDirectMarketing(declared, id);
  const about = purpose === undefined ? purposes : purposes.filter(({ id }) => id === purpose);
  if (marketing && purpose !== undefined && !isMarketing(purpose))
    throw invalidField('/marketing', 'must be absent: this purpose is no direct marketing (Art. 21(2))');
  if (marketing || (purpose !== undefined && isMarketing(purpose)))
    return { marketing: true, stops: about.map(({ id }) => id).filter(isMarketing) };
  const givesRight = ({ basis }: PolicySet['purposes'][number]) =>
    rightsUnder(basis).some(({ right, exists }) => right === 'A21' && exists !== 'no');
  return { marketing: false, stops: about.filter(givesRight).map(({ id }) => id) };
}
