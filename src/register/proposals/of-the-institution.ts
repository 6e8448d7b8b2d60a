import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';

/** What an institution decides is its own officers' to say: not of whoever runs the installation for it. */
export function ofTheInstitution(context: Context): Context {
  if (context.principal.everyTenant)
    throw new Problem(
      'forbidden',
      'An institution’s own policies are decided by its officers: use a token of this tenant.',
    );
  return context;
}
