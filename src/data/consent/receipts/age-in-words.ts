import type { AgeCheck } from '../../../law/child-consent.ts';

/** What a receipt says of the age of who agreed (GDPR Art. 8). Who the parent is, it does not say. */
export const AGE_IN_RECEIPTS: Record<AgeCheck, (method: string | null) => string> = {
  'of-age': () => 'Old enough to agree without a parent, by what was stated (GDPR Art. 8(1)).',
  parental: (method) =>
    `Authorised by a holder of parental responsibility, verified by: ${method ?? 'not stated'} (GDPR Art. 8(1), (2)).`,
  'parental-missing': () =>
    'Not valid: too young to agree alone, and no holder of parental responsibility has authorised it (GDPR Art. 8(1)).',
};
