import { join } from 'node:path';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { createVisits } from '../../../src/data/visits/service.ts';
import { createAudit } from '../../../src/foundations/audit/audit.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../../../src/foundations/vault/keyring.sqlite.ts';
import { parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { openVault } from '../../../src/foundations/vault/vault.ts';
import { testContext } from '../../support/context.ts';
import { visitPolicies } from './stage.ts';

/** A process of its own that imports a log and tells its parent of every step; the parent kills it. */
const [location, folder, masterKey, file, rejectFile, at] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const vault = await openVault(openSqliteKeyring(join(folder, 'keyring.db')), parseMasterKey(masterKey));
const store = await openStore(location, undefined, undefined, vault.pseudonyms);
const policies = visitPolicies(true);
const audit = createAudit(policies);
const visits = createVisits({
  store,
  audit,
  vault,
  policies,
  processing: createProcessing(policies),
  suppression: createSuppression({ store, audit, vault, policies }),
});
const context = testContext({ tenantId: 'killed', at, role: 'operator' });
const summary = await visits.importAccessLog(context, file, {
  portal: 'north',
  rejectFile,
  onProgress: ({ accepted }) => process.send?.({ accepted }),
});
process.send?.({ summary });
await store.close();
await vault.close();
process.disconnect();
