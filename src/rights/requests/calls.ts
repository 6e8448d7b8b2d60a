import type { EventKind } from './events.ts';
import type { Life } from './replay.ts';
import { legalEvents } from './states.ts';

/** By which call an officer brings an event about; absent: nobody does, it follows from another. */
const CALLS: Partial<Record<EventKind, readonly string[]>> = {
  acknowledged: ['acknowledgement'],
  informed: ['information'],
  noted: ['notes'],
  assigned: ['assignment'],
  corrected: ['corrections'],
  'subject-named': ['subject', 'identification'],
  'identity-asked': ['identity-checks'],
  'identity-answered': ['identity-answer'],
  'identity-confirmed': ['identity-decision', 'identity-code'],
  'identity-failed': ['identity-decision'],
  'cannot-identify': ['unidentifiable'],
  'identification-supplied': ['identification'],
  'clarification-asked': ['clarification'],
  'clarification-answered': ['clarification-answer'],
  'fee-asked': ['fee'],
  'fee-paid': ['payment'],
  'portals-joined': ['portals'],
  extended: ['extension'],
  limited: ['limitation'],
  proposed: ['proposals'],
  approved: ['approval'],
  rejected: ['rejection'],
  'execution-begun': ['execution'],
  'package-approved': ['package-approval'],
  released: ['release'],
  'first-part-answered': ['answer'],
  answered: ['answer'],
  granted: ['answer'],
  'answered-in-part': ['answer'],
  'lifting-announced': ['lifting-notice'],
  lifted: ['lifting'],
  refused: ['refusal'],
  withdrawn: ['withdrawal'],
  'duplicate-marked': ['duplicate-of'],
  'ground-ended': ['ground-end'],
  reopened: ['reopening'],
};

export const callTo = (name: string): string => `POST /v1/requests/{requestId}/${name}`;

/** The calls that are possible now. */
export function possibleCalls(life: Pick<Life, 'part' | 'state'>): string[] {
  return [...new Set(legalEvents(life.part, life.state).flatMap((event) => CALLS[event] ?? []))].map(callTo);
}

/** What the request waits for, where an event cannot come yet; undefined where nothing would let it. */
export function missingFor({ part, state }: Pick<Life, 'part' | 'state'>, event: EventKind): string | undefined {
  switch (state) {
    case 'awaiting-identity':
      return 'it must be shown who asks';
    case 'awaiting-clarification':
      return 'the person must answer what they were asked';
    case 'awaiting-fee':
      return 'the fee must be paid';
    case 'unidentified':
      return 'the person must bring what identifies them';
    case 'awaiting-approval':
      return 'a second person must agree to what was proposed';
    case 'executing':
      return 'it is still being carried out';
    case 'awaiting-release':
      return 'a hold must end before the rest is erased';
    case 'open':
    case 'approved':
      if (part === 'erasure' && event === 'execution-begun')
        return 'it must be proposed, and a second person must agree';
      return event === 'approved' ? 'something must be proposed first' : 'it must be carried out first';
    case 'executed':
      return 'the person must be told what was done';
    default:
      return undefined;
  }
}
