import Type from 'typebox';
import { closed } from '../../foundations/contract/schemas.ts';
import type { AsOf } from './service.ts';

export const AS_OF = {
  at: Type.Optional(
    Type.String({ format: 'date-time', description: 'What was true at this instant; now when absent.' }),
  ),
  'known-at': Type.Optional(
    Type.String({ format: 'date-time', description: 'By what had been recorded up to this instant; now when absent.' }),
  ),
};

/** Every read of the register takes both instants (REQ-G02). */
export const AS_OF_QUERY = Type.Object(AS_OF, closed);

export function asOf(query: { at?: string; 'known-at'?: string }): AsOf {
  return {
    at: query.at === undefined ? undefined : new Date(query.at),
    knownAt: query['known-at'] === undefined ? undefined : new Date(query['known-at']),
  };
}
