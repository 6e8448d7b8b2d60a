import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callerContexts } from '../../foundations/access/system-contexts.ts';
import { describedAsInside } from '../../foundations/holders/describe.ts';
import { packageRoot } from '../../foundations/process/package-root.ts';
import { authorityPackRoutes } from '../../oversight/authority/routes.ts';
import { createAuthorityPacks } from '../../oversight/authority/service.ts';
import { breachRoutes } from '../../oversight/breaches/routes.ts';
import { createBreaches } from '../../oversight/breaches/service.ts';
import { findingRoutes } from '../../oversight/findings/routes.ts';
import { createFindings } from '../../oversight/findings/service.ts';
import { departureRoutes } from '../../oversight/leaving/routes.ts';
import { createLeaving } from '../../oversight/leaving/service.ts';
import { officerRoutes } from '../../oversight/officer/routes.ts';
import { createOfficer } from '../../oversight/officer/service.ts';
import { annexRoutes, noticeRoutes, publicScheduleRoutes, recordsRoutes } from '../../oversight/records/routes.ts';
import { createRecords } from '../../oversight/records/service.ts';
import { listUrlAt } from '../../register/sub-processors/list-url.ts';
import type { DataServices } from './data.ts';
import type { FoundationServices } from './foundations.ts';
import type { HolderServices } from './holders.ts';
import type { RegisterServices } from './register.ts';
import type { RightsServices } from './rights.ts';
import type { ServiceDeps } from './service-deps.ts';

/** What officers and authorities look at (Art. 5(2), 30, 31, 33). */
export function buildOversight(
  { store, vault, policies, clock, config, breachRules }: ServiceDeps,
  below: HolderServices & FoundationServices & RegisterServices & DataServices & RightsServices,
) {
  const { audit, holders, externalHolders, access, merkleLog, signer, publicContext, register } = below;
  const { consent, informing, retention, certificates, disclosures, profiles, receipts } = below;
  const records = createRecords({ register });
  const officer = createOfficer({ store, audit, register, access });
  const findings = createFindings({
    register,
    retention,
    certificates,
    disclosures,
    informing,
    officer,
    holders: [...holders, ...externalHolders.map(describedAsInside)],
  });
  const breaches = createBreaches({
    store,
    audit,
    vault,
    policies,
    register,
    holders,
    accountsOfVisitors: consent.accountsOfVisitors,
    rules: breachRules,
    tenants: (caller) => callerContexts(access, caller),
    labelsOf: access.labelsOf,
  });
  const authorityPacks = createAuthorityPacks({
    store,
    audit,
    register,
    records,
    breaches,
    findings,
    officer,
    certificates,
    merkleLog,
    signer,
    listUrl: listUrlAt(config?.publicUrl),
  });

  const leaving = createLeaving({
    store,
    vault,
    audit,
    access,
    signer,
    merkleLog,
    policies,
    clock,
    holders,
    externalHolders,
    profiles,
    receipts,
    certificates,
    keepingHolds: (context) => retention.holds.keeping(context),
    installation: config?.publicUrl ?? 'lethe',
    release: (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version,
  });

  return {
    services: { officer, records, findings, breaches, authorityPacks, leaving },
    routes: [
      ...breachRoutes(breaches),
      ...findingRoutes(findings),
      ...officerRoutes(officer),
      ...recordsRoutes(records),
      ...annexRoutes(records),
      ...noticeRoutes(records),
      ...authorityPackRoutes(authorityPacks),
      ...departureRoutes(leaving),
      ...publicScheduleRoutes(records, publicContext),
    ],
  };
}
