import { createTitleMarks } from '../../data/content/mark-title.ts';
import { createStatementMarks } from '../../data/profiles/mark-statement.ts';
import { callerContexts, joinedContext, ledgerContext } from '../../foundations/access/system-contexts.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import { disclosureRoutes } from '../../rights/disclosures/routes.ts';
import { createDisclosures } from '../../rights/disclosures/service.ts';
import { createReplay } from '../../rights/erasure/replay-erasures.ts';
import { erasureRoutes, holderCompletionRoutes } from '../../rights/erasure/routes.ts';
import { createErasures } from '../../rights/erasure/service.ts';
import { createPortals } from '../../rights/portals/service.ts';
import { merkleLogRoutes } from '../../rights/reports/log-routes.ts';
import { packageLinkRoutes, packageRoutes } from '../../rights/reports/package/routes.ts';
import { createPackages } from '../../rights/reports/package/service.ts';
import { reportRoutes } from '../../rights/reports/routes.ts';
import { createReports } from '../../rights/reports/service.ts';
import { createWordMarks } from '../../rights/requests/mark-words.ts';
import { specialTextRoutes } from '../../rights/special-texts/routes.ts';
import { createSpecialTexts } from '../../rights/special-texts/service.ts';
import type { DataServices } from './data.ts';
import type { FoundationServices } from './foundations.ts';
import type { HolderServices } from './holders.ts';
import type { RegisterServices } from './register.ts';
import type { ServiceDeps } from './service-deps.ts';

/** What is done for people who ask: shown, erased, told to whom their data went. */
export function buildRights(
  { store, vault, policies, config }: ServiceDeps,
  below: HolderServices & FoundationServices & RegisterServices & DataServices,
) {
  const { audit, holders, externalHolders, access, merkleLog, signer, publicContext, recordReading } = below;
  const { register, location } = below;
  const { consent, certificates, itemDecisions, processing, profiles, retention, suppression, visits } = below;

  const shown = { store, audit, vault, policies, register, holders, externalHolders, consent, merkleLog, retention };
  const reports = createReports(shown);
  /** A portal that has moved to another region is no longer here. */
  const contextIn = async (context: Context, tenantId: string) => {
    const there = await joinedContext(access, context, tenantId);
    return there && location.serves(there.tenant) ? there : undefined;
  };
  const packages = createPackages({ ...shown, signer, contextIn });
  const erasures = createErasures({
    store,
    audit,
    vault,
    policies,
    holders,
    externalHolders,
    retention,
    packages,
    consent,
    certificates,
    profiles,
    suppression,
    itemDecisions,
  });
  const portals = createPortals({
    register,
    erasures,
    vault,
    serves: location.serves,
    everywhere: (context) => callerContexts(access, context),
    contextIn,
    recordReading,
  });
  const { replay } = createReplay({
    store,
    audit,
    vault,
    holders,
    suppression,
    erasures,
    contextFor: (tenantId) => ledgerContext(access, tenantId),
    tenantIds: access.tenantIds,
  });
  const specialTexts = createSpecialTexts({
    store,
    audit,
    vault,
    titles: createTitleMarks({ vault }),
    statements: createStatementMarks({ vault }),
    words: createWordMarks({ vault }),
  });
  const { recipientFits } = location;
  const disclosures = createDisclosures({
    store,
    audit,
    policies,
    holders,
    visits,
    recordReading,
    processing,
    specialTexts,
    recipientFits,
  });

  return {
    services: {
      reports,
      packages,
      erasures,
      portals,
      /** Forgets again whom a restored database has brought back; nothing may be served before. */
      replay,
      disclosures,
    },
    routes: [
      ...erasureRoutes(erasures),
      ...holderCompletionRoutes(erasures, publicContext),
      ...reportRoutes(reports),
      ...disclosureRoutes(disclosures),
      ...specialTextRoutes(specialTexts),
      ...merkleLogRoutes(merkleLog, below.witnessing),
      ...packageRoutes(packages),
      ...packageLinkRoutes({
        packages,
        contextFor: publicContext,
        senderFor: async (context) => senderOf(await register.view(context)),
        publicUrl: config?.publicUrl,
      }),
    ],
  };
}

export type RightsServices = ReturnType<typeof buildRights>['services'];
