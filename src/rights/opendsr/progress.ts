import type { RequestState } from '../requests/states.ts';
import type { OpenDsrStatus } from './model.ts';

/**
 * What a controller is told of a request. Who is not found is told of like who is: nothing is held of them, or nothing
 * any more. What was refused was not done, and so is not called completed.
 */
export const PROGRESS: Record<RequestState, OpenDsrStatus> = {
  open: 'pending',
  'awaiting-identity': 'pending',
  'awaiting-clarification': 'pending',
  'awaiting-fee': 'pending',
  'awaiting-approval': 'pending',
  approved: 'pending',
  executing: 'in_progress',
  executed: 'in_progress',
  'awaiting-release': 'in_progress',
  unidentified: 'completed',
  'in-force': 'completed',
  'lifting-announced': 'completed',
  'refusal-told': 'cancelled',
  answered: 'completed',
  duplicate: 'completed',
  refused: 'cancelled',
  withdrawn: 'cancelled',
};
