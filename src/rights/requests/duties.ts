import type { File } from './case-file.ts';
import { TOLD } from './states.ts';

export const DUTIES = [
  'acknowledge',
  'identify',
  'execute',
  'approve',
  'look-at-duplicates',
  'look-at-evidence',
  'approve-package',
  'release-package',
  'tell-person',
  'review-restriction',
  'lift',
  'erase-what-is-held',
] as const;
export interface Duty {
  duty: (typeof DUTIES)[number];
  due: string | null;
}

/** Whether the person has been told that what was begun is not through everywhere. */
export const toldOfDelay = ({ life }: Pick<File, 'life'>): boolean =>
  life.letters.some(({ kind, sent }) => kind === 'erasure-incomplete' && sent !== null);

/** What is still to be done, and by when. */
export function openDuties({ life, timing }: Pick<File, 'life' | 'timing'>): Duty[] {
  const { state } = life;
  const due = timing.dueOn;
  const duties: Duty[] = [];
  const add = (duty: Duty['duty'], by: string | null = due) => duties.push({ duty, due: by });
  const untold = !TOLD.includes(state);
  if (untold && life.acknowledgedAt === null) add('acknowledge', timing.complaint?.acknowledgeBy ?? due);
  if (untold && life.received.similar.length > 0 && state === 'open') add('look-at-duplicates');
  if (untold && life.subject === null && life.evidence.length > 0) add('look-at-evidence');
  if (state === 'awaiting-identity') add('identify');
  if (state === 'awaiting-approval') add('approve');
  if (state === 'open' || state === 'approved' || state === 'executing') add('execute');
  // An erasure that waits for a place is no answer: within the month the person is told how it stands.
  if (state === 'executing' && life.part === 'erasure' && !toldOfDelay({ life })) add('tell-person');
  if (state === 'executed') {
    if (life.packageId !== null && life.packageApproval === null) add('approve-package');
    if (life.packageId !== null && life.releasedAt === null) add('release-package');
    add('tell-person');
  }
  if (state === 'lifting-announced') add('lift', null);
  if (state === 'awaiting-release') add('erase-what-is-held', null);
  if (life.untold) add('tell-person', null);
  for (const { reviewOn } of TOLD.includes(state) ? life.restrictions : []) add('review-restriction', reviewOn);
  return duties;
}
