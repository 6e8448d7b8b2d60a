import type { Sender } from '../../foundations/print/model.ts';
import type { PartyRecord, RegisterView } from './view-model.ts';

/** Whose papers and pages they are: name, address, contact and logo, as the register of that instant has them. */
export function senderOf(view: RegisterView, party = ownParty(view)): Required<Sender> {
  const { address, contact, phone, logo } = party ?? {};
  const reached = [contact, phone].filter(Boolean).join(' · ');
  return {
    institution: party?.name ?? view.tenant.name,
    letterhead: {
      lines: [address, reached].filter((line): line is string => line !== undefined && line !== ''),
      logo: logo === undefined ? undefined : view.policies.logos?.[logo],
    },
  };
}

const ownParty = ({ parties }: RegisterView): PartyRecord | undefined => parties.find(({ kind }) => kind === 'tenant');
