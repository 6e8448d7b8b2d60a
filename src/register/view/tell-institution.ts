import type { Context } from '../../foundations/contract/context.ts';
import type { Outgoing } from '../../foundations/outbox/model.ts';
import type { OutboxService, PreparedMessage } from '../../foundations/outbox/service.ts';
import type { Register } from './service.ts';
import type { PartyRecord } from './view-model.ts';

/** Where the officer of a party is reached. */
export const officerAddressOf = ({ dataProtectionOfficer, notices, contact }: PartyRecord): string | undefined =>
  dataProtectionOfficer?.contact ?? notices?.email ?? contact;

interface TellDeps {
  register: Pick<Register, 'view'>;
  outbox: Pick<OutboxService, 'prepare'>;
}

/** A mail to the officers of the tenant's own institution; none where nobody has recorded how they are reached. */
export async function letterToInstitution(
  { register, outbox }: TellDeps,
  context: Context,
  letter: Pick<Outgoing, 'topic' | 'data' | 'subject' | 'text'>,
): Promise<PreparedMessage[]> {
  const { parties } = await register.view(context);
  const letters = new Map<string, Outgoing>();
  for (const party of parties.filter(({ kind }) => kind === 'tenant')) {
    const address = officerAddressOf(party);
    if (address !== undefined)
      letters.set(address, { ...letter, party: party.id, delivery: { channel: 'email', address } });
  }
  return outbox.prepare(context, [...letters.values()]);
}
