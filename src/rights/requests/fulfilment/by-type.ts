import type { RequestType } from '../types.ts';
import { complaint, review, withdrawal } from './decided.ts';
import { erasure } from './erasure.ts';
import type { Fulfilment } from './fulfilment.ts';
import { access, portability } from './packages.ts';
import { rectification } from './rectification.ts';
import { objection, restriction } from './restriction.ts';

export const FULFILMENT: Record<RequestType, Fulfilment> = {
  access,
  portability,
  rectification,
  erasure,
  restriction,
  objection,
  complaint,
  'consent-withdrawal': withdrawal,
  'human-review': review,
};
