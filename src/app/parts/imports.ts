import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consentImport } from '../../data/consent/import-consents.ts';
import type { RecordImport } from '../../foundations/imports/record-import.ts';
import { importRoutes } from '../../foundations/imports/routes.ts';
import { createImports } from '../../foundations/imports/service.ts';
import type { DataServices } from './data.ts';
import type { FoundationServices } from './foundations.ts';
import type { HolderServices } from './holders.ts';
import { importedKinds } from './imported-kinds.ts';
import type { RegisterServices } from './register.ts';
import type { ServiceDeps } from './service-deps.ts';

/** Bytes of an import over HTTP where no setting says. */
const LIMIT = 2_147_483_648;

/** What is brought along: every kind of record, each from its domain. */
export function buildImports(
  deps: ServiceDeps,
  below: HolderServices & FoundationServices & RegisterServices & DataServices,
) {
  const { store, vault, policies, log, config } = deps;
  const { audit, register, suppression } = below;
  const kinds: RecordImport[] = [
    consentImport({ store, audit, vault, policies, register, suppression }) as RecordImport,
    ...importedKinds(deps, below),
  ];
  const folder = join(config?.dataFolder ?? tmpdir(), 'imports');
  const imports = createImports({ store, audit, vault, kinds, folder, log });
  return { services: { imports, importedKinds: kinds }, routes: importRoutes(imports, config?.importLimit ?? LIMIT) };
}
