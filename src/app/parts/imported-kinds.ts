import { createLinkImport } from '../../data/consent/import-link.ts';
import { createItemImport } from '../../data/content/import-item.ts';
import { createProfileImport } from '../../data/profiles/import-profile.ts';
import { createBringing } from '../../data/retention/bringing.ts';
import { createHoldImport } from '../../data/retention/import-hold.ts';
import { createVisitImport } from '../../data/visits/import-visit.ts';
import type { RecordImport } from '../../foundations/imports/record-import.ts';
import { createRequestRecords } from '../../rights/requests/case-file.ts';
import { createRequestImport } from '../../rights/requests/import-request.ts';
import type { DataServices } from './data.ts';
import type { FoundationServices } from './foundations.ts';
import type { HolderServices } from './holders.ts';
import type { RegisterServices } from './register.ts';
import type { ServiceDeps } from './service-deps.ts';

/** What can be brought along, beside consents: the kinds of lines of an import. */
export function importedKinds(
  { store, vault, policies }: ServiceDeps,
  below: HolderServices & FoundationServices & RegisterServices & DataServices,
): RecordImport[] {
  const { audit, externalHolders, register, suppression, processing } = below;
  const bringing = createBringing({ suppression, processing });
  const deps = { store, audit, vault, policies };
  const records = createRequestRecords(deps);
  return [
    createProfileImport({ ...deps, bringing }),
    createItemImport({ ...deps, bringing }),
    createLinkImport({ ...deps, bringing }),
    createRequestImport({ store, vault, records, register, suppression }),
    createHoldImport({ audit, vault, policies, externalHolders }),
    createVisitImport({ ...deps, suppression, processing }),
  ] as RecordImport[];
}
