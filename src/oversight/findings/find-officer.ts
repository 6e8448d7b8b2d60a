import type { PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import { found } from './found.ts';
import type { Finding } from './model.ts';

/** One reason why an officer may not be free: see `oversight/officer`. */
export interface KnownConflict {
  why: 'decided-on-policies' | 'also-operates';
  label: string;
  with: string;
  since: string;
}

/** Whether the officers of controllers stand as the law wants (Art. 37(7), 38(5), (6)). */
export function officerFindings(view: RegisterView, conflicts: KnownConflict[]): Finding[] {
  const controllers = new Set(view.activities.flatMap((activity) => activity.controllers.map(({ id }) => id)));
  return [
    ...view.parties.filter(({ id }) => controllers.has(id)).flatMap(standing),
    ...(conflicts.length > 0 ? [conflictFinding(view, conflicts)] : []),
  ];
}

function standing({ id, dataProtectionOfficer: officer }: PartyRecord): Finding[] {
  if (!officer) return [];
  const missing = [
    ...(officer.published ? [] : ['since when and where the contact is published (Art. 37(7))']),
    ...(officer.notifiedToAuthority ? [] : ['when it was sent to the authority (Art. 37(7))']),
    ...(officer.secrecyNotice ? [] : ['when the officer was bound to secrecy (Art. 38(5))']),
  ];
  if (missing.length === 0) return [];
  return [
    found('officer-incomplete', { party: id }, `Of the officer of ${id} this is not recorded: ${missing.join('; ')}.`),
  ];
}

const IN_WORDS = {
  'decided-on-policies': 'decided as officer',
  'also-operates': 'also holds a token of role',
} as const;

function conflictFinding(view: RegisterView, conflicts: KnownConflict[]): Finding {
  const party = view.parties.find(({ kind }) => kind === 'tenant')?.id;
  const first = conflicts.map(({ since }) => since).sort()[0];
  const detail = conflicts.map(({ why, label, with: what }) => `"${label}" ${IN_WORDS[why]}: ${what}`).join('; ');
  return found(
    'officer-conflict',
    party === undefined ? {} : { party },
    `The officer may not decide what they watch over: ${detail}.`,
    first === undefined ? null : new Date(first),
  );
}
