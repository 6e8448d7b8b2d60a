import type { EventData } from '../requests/events.ts';
import type { Life } from '../requests/replay.ts';
import type { RequestState } from '../requests/states.ts';

export const STATUSES = ['in_progress', 'fulfilled', 'revoked', 'denied'] as const;
export const REASONS = [
  'need_user_verification',
  'insuf_verification',
  'claim_not_covered',
  'too_many_requests',
  'other',
] as const;

export interface DrpState {
  status: (typeof STATUSES)[number];
  reason: (typeof REASONS)[number] | null;
}

const STATUS: Record<RequestState, DrpState['status']> = {
  open: 'in_progress',
  'awaiting-identity': 'in_progress',
  'awaiting-clarification': 'in_progress',
  'awaiting-fee': 'in_progress',
  'awaiting-approval': 'in_progress',
  approved: 'in_progress',
  executing: 'in_progress',
  executed: 'in_progress',
  'awaiting-release': 'in_progress',
  'in-force': 'fulfilled',
  'lifting-announced': 'fulfilled',
  answered: 'fulfilled',
  withdrawn: 'revoked',
  unidentified: 'denied',
  refused: 'denied',
  'refusal-told': 'denied',
  duplicate: 'denied',
};

const DENIED: Record<EventData['refused']['ground'], DrpState['reason']> = {
  'manifestly-unfounded': 'other',
  excessive: 'too_many_requests',
  'right-does-not-apply': 'claim_not_covered',
  exception: 'claim_not_covered',
  'compelling-grounds': 'claim_not_covered',
  'national-restriction': 'claim_not_covered',
  'rights-of-others': 'claim_not_covered',
  'identity-not-shown': 'insuf_verification',
  'fee-not-paid': 'other',
  'not-responsible': 'other',
};

/**
 * What an agent is told of a request. Until the portal itself has established who the person is, every reason is one of
 * verification, so that an agent learns nothing of somebody it only names.
 */
export function drpState({ state, identity, refusal }: Pick<Life, 'state' | 'identity' | 'refusal'>): DrpState {
  const status = STATUS[state];
  const verified = identity?.state === 'confirmed';
  if (status === 'in_progress') return { status, reason: verified ? null : 'need_user_verification' };
  if (status !== 'denied') return { status, reason: null };
  if (!verified || state === 'unidentified') return { status, reason: 'insuf_verification' };
  return { status, reason: state === 'refused' && refusal ? DENIED[refusal.ground] : 'other' };
}
