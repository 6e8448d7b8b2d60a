import type { Context } from '../../foundations/contract/context.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { File } from '../requests/case-file.ts';
import type { RequestService } from '../requests/service.ts';
import type { Exercise } from './model.ts';

/** What the protocol's actions are here. Opting out of a sale is no right of the GDPR; it is refused. */
export const ACTIONS = {
  deletion: 'erasure',
  access: 'access',
  'access:categories': 'access',
  'access:specific': 'access',
} as const;

export interface RequestsOfAgents {
  /** `also` is written in the transaction that opens it. */
  open(context: Context, asked: Asked, also: (tx: Query, requestId: string) => Promise<void>): Promise<unknown>;
  file(context: Context, requestId: string): Promise<File>;
  /** @throws Problem `conflict` when it is too late. */
  withdraw(context: Context, file: File): Promise<unknown>;
}
interface Asked {
  action: keyof typeof ACTIONS;
  agent: string;
  said: Exercise;
}

const asText = (address: Exercise['address']): string | undefined =>
  typeof address === 'object' ? Object.values(address).join('\n') || undefined : address;

/** What the agent says beside name, e-mail and post address, for whoever deals with the request. */
function inWords({ agent, said }: Asked): string {
  const members = ['exercise', 'regime', 'relationships', 'phone_number', 'power_of_attorney'] as const;
  const flags = ['email_verified', 'phone_number_verified', 'address_verified'] as const;
  const lines = [...members, ...flags].flatMap((name) => {
    const value = said[name];
    return value === undefined ? [] : [`${name}: ${Array.isArray(value) ? value.join(', ') : value}`];
  });
  return [`Data Rights Protocol, agent ${agent}`, ...lines].join('\n');
}

/**
 * Requests of persons, as far as agents have to do with them. What an agent says of the person is theirs to say, and
 * confirms nothing: nobody is looked up by it, and identity is established as of any letter (Art. 12(6)).
 */
export function requestsForAgents(requests: Pick<RequestService, 'openFor' | 'file' | 'acts'>): RequestsOfAgents {
  return {
    open: (context, asked, also) => {
      const { name, email, address } = asked.said;
      return requests.openFor(context, {
        type: ACTIONS[asked.action],
        text: inWords(asked),
        requester: { name, email, address: asText(address) },
        receivedAt: context.clock(),
        channel: 'drp',
        enteredBy: 'agent',
        subjectBy: null,
        identity: null,
        acknowledge: false,
        also,
      });
    },
    file: requests.file,
    withdraw: (context, file) => requests.acts.withdraw(context, file, 'agent'),
  };
}
