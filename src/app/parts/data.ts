import { certificateRoutes } from '../../data/certificates/routes.ts';
import { createCertificates } from '../../data/certificates/service.ts';
import { receiptContext } from '../../data/consent/receipts/receipt-context.ts';
import { receiptRoutes } from '../../data/consent/receipts/routes.ts';
import { createReceipts } from '../../data/consent/receipts/service.ts';
import { consentRoutes } from '../../data/consent/routes.ts';
import { createConsent } from '../../data/consent/service.ts';
import { createItemDecisions } from '../../data/content/item-decisions.ts';
import { contentRoutes } from '../../data/content/routes.ts';
import { createContent } from '../../data/content/service.ts';
import { informingRoutes } from '../../data/informing/routes.ts';
import { createInforming } from '../../data/informing/service.ts';
import { keepUrlAt } from '../../data/profiles/inactivity/link.ts';
import { inactivityRoutes } from '../../data/profiles/inactivity/routes.ts';
import { createInactivity } from '../../data/profiles/inactivity/service.ts';
import { profileRoutes } from '../../data/profiles/routes.ts';
import { createProfiles } from '../../data/profiles/service.ts';
import { relationRoutes } from '../../data/relations/routes.ts';
import { createRelations } from '../../data/relations/service.ts';
import { createProcessing } from '../../data/retention/processing.ts';
import { reviewRoutes } from '../../data/retention/review-routes.ts';
import { retentionRoutes } from '../../data/retention/routes.ts';
import { createRetention } from '../../data/retention/service.ts';
import type { SweepDeps } from '../../data/retention/sweep-run.ts';
import { watchSweeps } from '../../data/retention/watch-sweeps.ts';
import { suppressionRoutes } from '../../data/suppression/routes.ts';
import { createSuppression } from '../../data/suppression/service.ts';
import { visitErasureRoutes } from '../../data/visits/erasures/routes.ts';
import { createVisitErasures } from '../../data/visits/erasures/service.ts';
import { visitsRoutes } from '../../data/visits/routes.ts';
import { createVisits } from '../../data/visits/service.ts';
import type { FoundationServices } from './foundations.ts';
import type { HolderServices } from './holders.ts';
import type { RegisterServices } from './register.ts';
import type { ServiceDeps } from './service-deps.ts';

/** What is kept of people, for how long, and what proves its end. */
export function buildData(
  { store, vault, policies, log, config }: ServiceDeps,
  below: HolderServices & FoundationServices & RegisterServices,
  above: Pick<SweepDeps, 'resumeErasures'>,
) {
  const { audit, holders, externalHolders, merkleLog, signer, access, register, location, outbox } = below;
  const suppression = createSuppression({ store, audit, vault, policies });
  const consent = createConsent({ store, audit, vault, policies, register, suppression });
  const processing = createProcessing(policies);
  const visits = createVisits({ store, audit, vault, policies, processing, suppression });
  const profiles = createProfiles({ store, audit, vault, policies, suppression, processing });
  const content = createContent({ store, audit, vault, policies, suppression, processing });
  const relations = createRelations({ store, audit, vault, policies, suppression, processing });
  const informing = createInforming({ store, audit, vault, policies, itemOf: content.itemOf, whoIs: profiles.whoIs });
  const itemDecisions = createItemDecisions({ store, vault });
  const certificates = createCertificates({ store, vault, policies, register, signer, access, merkleLog });
  const receipts = createReceipts({
    store,
    vault,
    register,
    signer,
    consent,
    merkleLog,
    publicUrl: config?.publicUrl,
    contextFor: (tenantId) => receiptContext({ access, location }, tenantId),
  });
  const { whoIs } = profiles;
  const retention = createRetention({
    store,
    audit,
    vault,
    policies,
    holders,
    externalHolders,
    certificates,
    log,
    whoIs,
    relations,
    register,
    outbox,
    clockLimits: config?.clockLimits ?? {
      aheadHours: Number.POSITIVE_INFINITY,
      serverMinutes: Number.POSITIVE_INFINITY,
    },
    resumeErasures: above.resumeErasures,
  });
  const inactivity = createInactivity({
    store,
    audit,
    vault,
    policies,
    holders,
    processing,
    register,
    outbox,
    reviews: retention.reviews,
    keepUrl: keepUrlAt(config?.publicUrl),
  });
  const visitErasures = createVisitErasures({ store, audit, vault, policies, certificates, log });
  const sweepWatch = watchSweeps(retention.sweeps);

  return {
    services: {
      suppression,
      consent,
      processing,
      visits,
      visitErasures,
      profiles,
      content,
      relations,
      informing,
      itemDecisions,
      certificates,
      receipts,
      retention,
      inactivity,
      sweepWatch,
    },
    routes: [
      ...consentRoutes(consent),
      ...visitsRoutes(visits),
      ...visitErasureRoutes(visitErasures),
      ...profileRoutes(profiles),
      ...contentRoutes(content),
      ...relationRoutes(relations),
      ...informingRoutes(informing),
      ...suppressionRoutes(suppression, profiles.indexOfEmail),
      ...retentionRoutes(retention),
      ...reviewRoutes(retention.reviews),
      ...inactivityRoutes(inactivity, (tenantId) => receiptContext({ access, location }, tenantId)),
      ...certificateRoutes(certificates),
      ...receiptRoutes(receipts),
    ],
  };
}

export type DataServices = ReturnType<typeof buildData>['services'];
