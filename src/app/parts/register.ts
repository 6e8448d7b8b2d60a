import { createInstructions } from '../../register/agreements/instructions.ts';
import { agreementRoutes } from '../../register/agreements/routes.ts';
import { createAgreements } from '../../register/agreements/service.ts';
import { registerRecordRoutes } from '../../register/facts/record-routes.ts';
import { createRegisterRecords } from '../../register/facts/recording.ts';
import { publicJointControllerRoutes } from '../../register/joint-controllers/routes.ts';
import { proposalRoutes } from '../../register/proposals/routes.ts';
import { createProposals, type ProposalDeps } from '../../register/proposals/service.ts';
import { listUrlAt } from '../../register/sub-processors/list-url.ts';
import { createResponses } from '../../register/sub-processors/responses.ts';
import { publicSubProcessorRoutes, subProcessorRoutes } from '../../register/sub-processors/routes.ts';
import { createSubProcessors } from '../../register/sub-processors/service.ts';
import type { EnactmentDeps } from '../../register/view/enact-policies.ts';
import { createLocation } from '../../register/view/location.ts';
import { publicRegister } from '../../register/view/public-register.ts';
import { registerRoutes } from '../../register/view/routes.ts';
import { createRegister } from '../../register/view/service.ts';
import type { FoundationServices } from './foundations.ts';
import type { ServiceDeps } from './service-deps.ts';

/**
 * What is processed, by whom, for what and where. What else must be kept of policies (`keep`), and what they
 * would find due (`look`), others tell.
 */
export function buildRegister(
  { store, policies, config }: ServiceDeps,
  { access, audit, outbox, signer, everyTenant, publicContext }: FoundationServices,
  { keep, look }: Pick<EnactmentDeps, 'keep'> & Pick<ProposalDeps, 'look'>,
) {
  const register = createRegister({ store, policies });
  const agreements = createAgreements({ store, audit, policies, register });
  const privateTargets = config?.outbox?.privateTargets ?? false;
  const registerRecords = createRegisterRecords({ store, audit, policies, register, privateTargets });
  const location = createLocation({ policies, register, region: config?.region, place: config?.place });
  const instructions = createInstructions({ store, audit, policies, register, agreements, signer, outbox });
  const listUrl = listUrlAt(config?.publicUrl);
  const subProcessors = createSubProcessors({
    store,
    audit,
    policies,
    register,
    outbox,
    listUrl,
    tenants: everyTenant,
  });
  const responses = createResponses({ store, audit, policies, register, outbox });
  const proposals = createProposals({ store, audit, policies, register, outbox, look, keep, privateTargets });
  const publicRegisterOf = publicRegister({ register, contextFor: publicContext });

  return {
    services: { register, agreements, registerRecords, location, instructions, subProcessors, responses, proposals },
    routes: [
      ...registerRoutes({
        ...{ store, audit, policies, keep, register, look },
        tenantIds: access.tenantIds,
        tenants: everyTenant,
      }),
      ...proposalRoutes(proposals),
      ...registerRecordRoutes(register, registerRecords),
      ...agreementRoutes(agreements, instructions),
      ...subProcessorRoutes(subProcessors, responses),
      ...publicSubProcessorRoutes(publicRegisterOf, listUrl),
      ...publicJointControllerRoutes(publicRegisterOf),
    ],
  };
}

export type RegisterServices = ReturnType<typeof buildRegister>['services'];
