import type { Context } from '../../foundations/contract/context.ts';
import type { Connection } from '../../foundations/contract/contract.ts';
import { instantOf, latestPast } from '../../foundations/contract/instant.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { USER_AGENT_LIMIT } from '../../law/reduce-user-agent.ts';
import type { ObservedVisit } from './capture.ts';
import type { VisitInput } from './model.ts';

/** Nobody visited a web page before this. */
const FIRST_YEAR = 1991;
/** Fields only a server may give: a browser's own come from the connection. */
const OF_SERVERS = ['address', 'userAgent', 'occurredAt'] as const;

/** A visit as a browser's connection shows it. */
export function fromConnection(context: Context, input: VisitInput, connection: Connection): ObservedVisit {
  for (const field of OF_SERVERS)
    if (input[field] !== undefined)
      throw invalidField(`/${field}`, 'comes from the connection; only a server with a platform token may give it');
  return {
    portal: input.portal ?? context.tenant.id,
    visitor: input.visitor,
    address: connection.address,
    userAgent: connection.userAgent?.slice(0, USER_AGENT_LIMIT),
    occurredAt: context.clock(),
  };
}

/** A visit as a server tells it. What is no address is absent from then on. */
export function fromServer(context: Context, input: VisitInput): ObservedVisit {
  const now = context.clock();
  const occurredAt = input.occurredAt === undefined ? now : instantOf('/occurredAt', input.occurredAt);
  if (occurredAt.getUTCFullYear() < FIRST_YEAR)
    throw invalidField('/occurredAt', `must not lie before ${FIRST_YEAR}: there was no web page to visit`);
  if (occurredAt > latestPast(now)) throw invalidField('/occurredAt', 'must not lie in the future');
  const { portal = context.tenant.id, visitor, address, userAgent } = input;
  return { portal, visitor, address, userAgent, occurredAt };
}
