import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consentImport } from '../../data/consent/import-consents.ts';
import type { RecordImport } from '../../foundations/imports/record-import.ts';
import { importRoutes } from '../../foundations/imports/routes.ts';
import { createImports } from '../../foundations/imports/service.ts';
import type { DataServices } from './data.ts';
import type { FoundationServices } from './foundations.ts';
import type { RegisterServices } from './register.ts';
import type { ServiceDeps } from './service-deps.ts';

/** Bytes of an import over HTTP where no setting says. */
const LIMIT = 2_147_483_648;

/** What is brought along: every kind of record, each from its domain. */
export function buildImports(
  { store, vault, policies, log, config }: ServiceDeps,
  below: FoundationServices & RegisterServices & DataServices,
) {
  const { audit, register, suppression } = below;
  const kinds: RecordImport[] = [
    consentImport({ store, audit, vault, policies, register, suppression }) as RecordImport,
  ];
  const folder = join(config?.dataFolder ?? tmpdir(), 'imports');
  const imports = createImports({ store, audit, vault, kinds, folder, log });
  return { services: { imports }, routes: importRoutes(imports, config?.importLimit ?? LIMIT) };
}
