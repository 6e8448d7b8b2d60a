import type { ReceiptService } from '../../data/consent/receipts/service.ts';
import type { ConsentService } from '../../data/consent/service.ts';
import type { ProfileService } from '../../data/profiles/service.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import type { VisitsService } from '../../data/visits/service.ts';
import type { AccessService } from '../../foundations/access/service.ts';
import type { OutboxService } from '../../foundations/outbox/service.ts';
import type { Register } from '../../register/view/service.ts';
import type { ErasureService } from '../erasure/service.ts';
import type { PortalService } from '../portals/service.ts';
import type { RecipientService } from '../recipients/service.ts';
import type { RectificationService } from '../rectification/service.ts';
import type { PackageService } from '../reports/package/service.ts';
import type { IdentityService } from './identity/service.ts';
import type { RequestLetterService } from './letters/service.ts';

/**
 * What requests ask of others, every one of them there: where one could be left out, its protection would be, too.
 * Whatever writes comes in two halves: prepared before the transaction (keys, seals, codes), written inside it, so that
 * a check, a letter and the event that tells of it are one commit.
 */
export interface RequestPorts {
  register: Pick<Register, 'view'>;
  /** What pages call who acted. */
  access: Pick<AccessService, 'labelsOf'>;
  letters: Pick<RequestLetterService, 'make'>;
  outbox: Pick<OutboxService, 'prepare' | 'add' | 'statesOf'>;
  /** Who it is (Art. 12(6)). */
  identity: Pick<IdentityService, 'askByCode' | 'askForDocuments' | 'tryCode' | 'decide' | 'revokeCode'>;
  profiles: Pick<ProfileService, 'accountOfEmail' | 'emailOf'>;
  receipts: Pick<ReceiptService, 'subjectOf'>;
  visits: Pick<VisitsService, 'subjectOfTrace'>;
  packages: Pick<PackageService, 'prepare' | 'get' | 'approve' | 'release'>;
  /** Where somebody outside finds a path of this service; null where nobody knows its address. */
  packageUrl(path: string): string | null;
  erasures: Pick<ErasureService, 'eraseOnRequest' | 'checkOnRequest' | 'preview' | 'get' | 'ofRequest'>;
  holds: Pick<RetentionService['holds'], 'place' | 'releaseOfRequest'>;
  rectification: Pick<RectificationService, 'rectify'>;
  /** Where others reach this service; undefined where it knows no address of its own. */
  publicUrl: string | undefined;
  consents: Pick<ConsentService, 'agreedTo' | 'withdrawAll'>;
  recipients: Pick<RecipientService, 'open' | 'send' | 'of'>;
  /** Other portals where the person is known, and who answers there. */
  portals: PortalService;
}
