import Type from 'typebox';
import { closed, Line, PolicyId } from '../../foundations/contract/schemas.ts';

/** As the directory of the Data Rights Protocol names agents and businesses. */
const DIRECTORY_ID = '^[A-Za-z0-9_.-]{1,100}$';

/** Which agents may send requests of persons by the Data Rights Protocol 1.0, and what our portals are called there. */
export const DataRightsProtocol = Type.Object(
  {
    businesses: Type.Record(PolicyId, Type.String({ pattern: DIRECTORY_ID }), {
      minProperties: 1,
      description: 'By portal (tenant): the `business-id` it has in the directory. Others do not take part.',
    }),
    agents: Type.Record(
      Type.String({ pattern: DIRECTORY_ID }),
      Type.Object(
        {
          name: Line,
          verifyKey: Type.String({
            pattern: '^[A-Za-z0-9+/]{43}=$',
            description: 'Its Ed25519 public key, 32 bytes in base64, as `verify_key` of the directory has it.',
          }),
        },
        closed,
      ),
      { description: 'By `agent-id`.' },
    ),
    ccpa: Type.Optional(
      Type.Boolean({
        description: 'Requests under the regime `ccpa` are taken, too, and dealt with by the law of the portal.',
      }),
    ),
  },
  { ...closed, description: 'Agents may send requests of persons (Data Rights Protocol 1.0). Absent: none may.' },
);
