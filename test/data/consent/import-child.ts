import { join } from 'node:path';
import { consentImport } from '../../../src/data/consent/import-consents.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { createAudit } from '../../../src/foundations/audit/audit.ts';
import { importRecords } from '../../../src/foundations/imports/import-records.ts';
import type { RecordImport } from '../../../src/foundations/imports/record-import.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../../../src/foundations/vault/keyring.sqlite.ts';
import { parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { openVault } from '../../../src/foundations/vault/vault.ts';
import { createRegister } from '../../../src/register/view/service.ts';
import { testContext } from '../../support/context.ts';
import { shipped } from './stage.ts';

/** A process of its own that imports consents and tells its parent of every step; the parent kills it. */
const [location, folder, masterKey, file, rejectFile, tenantId, at] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const vault = await openVault(openSqliteKeyring(join(folder, 'keyring.db')), parseMasterKey(masterKey));
const bare = await openStore(location, undefined, undefined, vault.pseudonyms);
const store = vault.guard(bare);
const policies = shipped;
const audit = createAudit(policies);
const suppression = createSuppression({ store, audit, vault, policies });
const register = createRegister({ store, policies });
const kind = consentImport({ store, audit, vault, policies, register, suppression }) as RecordImport;
process.send?.({ ready: true });
const summary = await importRecords(
  { store, audit, vault },
  testContext({ tenantId, at, role: 'operator' }),
  file,
  [kind],
  {
    rejectFile,
    onProgress: ({ accepted }) => process.send?.({ accepted }),
  },
);
process.send?.({ summary });
await store.close();
await vault.close();
process.disconnect();
