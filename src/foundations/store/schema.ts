import type { Kit } from './columns.ts';
import { defineAccessTables } from './tables/access.ts';
import { defineAuditTables } from './tables/audit.ts';
import { defineBreachesTables } from './tables/breaches.ts';
import { defineCertificatesTables } from './tables/certificates.ts';
import { defineConsentTables } from './tables/consent.ts';
import { defineContentTables } from './tables/content.ts';
import { defineDeparturesTables } from './tables/departures.ts';
import { defineDisclosuresTables } from './tables/disclosures.ts';
import { defineDrpTables } from './tables/drp.ts';
import { defineErasureTables } from './tables/erasure.ts';
import { defineHolderTables } from './tables/holders.ts';
import { defineIdempotencyTables } from './tables/idempotency.ts';
import { defineImportsTables } from './tables/imports.ts';
import { defineJobsTables } from './tables/jobs.ts';
import { defineKeysTables } from './tables/keys.ts';
import { defineOpendsrTables } from './tables/opendsr.ts';
import { defineOutboxTables } from './tables/outbox.ts';
import { defineProfilesTables } from './tables/profiles.ts';
import { defineRecipientsTables } from './tables/recipients.ts';
import { defineRegisterTables } from './tables/register.ts';
import { defineRelationsTables } from './tables/relations.ts';
import { defineReportsTables } from './tables/reports.ts';
import { defineRequestsTables } from './tables/requests.ts';
import { defineRetentionTables } from './tables/retention.ts';
import { defineSuppressionTables } from './tables/suppression.ts';
import { defineVisitsTables } from './tables/visits.ts';

/**
 * Every table, declared once for both engines, a file a domain. They stand under the store and not with their domains
 * because every query is typed by all of them, and the store knows nothing above it. Rules that hold for all of them:
 * a primary key starts with `tenant_id` (`*` where a row belongs to the installation); what identifies a person is
 * sealed (`…_sealed`), a keyed hash (`…_index`) or a pseudonym (`pseudonym(…)`), another one in each domain, so that no
 * statement can compare columns of two of them: what joins them goes through the code. What is none of these stands in
 * in-the-clear.ts with its reason. Defaults are given by the code, never by the engine.
 */
export function defineTables(kit: Kit) {
  return {
    ...defineAccessTables(kit),
    ...defineIdempotencyTables(kit),
    ...defineConsentTables(kit),
    ...defineVisitsTables(kit),
    ...defineImportsTables(kit),
    ...defineProfilesTables(kit),
    ...defineContentTables(kit),
    ...defineRelationsTables(kit),
    ...defineRetentionTables(kit),
    ...defineCertificatesTables(kit),
    ...defineErasureTables(kit),
    ...defineHolderTables(kit),
    ...defineRequestsTables(kit),
    ...defineReportsTables(kit),
    ...defineRecipientsTables(kit),
    ...defineOpendsrTables(kit),
    ...defineDrpTables(kit),
    ...defineSuppressionTables(kit),
    ...defineDisclosuresTables(kit),
    ...defineRegisterTables(kit),
    ...defineBreachesTables(kit),
    ...defineDeparturesTables(kit),
    ...defineOutboxTables(kit),
    ...defineJobsTables(kit),
    ...defineKeysTables(kit),
    ...defineAuditTables(kit),
  };
}

export type Tables = ReturnType<typeof defineTables>;
