import { requestsForAgents } from '../../rights/drp/enter-request.ts';
import { drpRoutes } from '../../rights/drp/routes.ts';
import { createDrp } from '../../rights/drp/service.ts';
import { certificateUrlAt } from '../../rights/opendsr/addresses.ts';
import { requestsForControllers } from '../../rights/opendsr/enter-request.ts';
import { openDsrRoutes } from '../../rights/opendsr/routes.ts';
import { createOpenDsr } from '../../rights/opendsr/service.ts';
import { identityRoutes } from '../../rights/requests/identity/routes.ts';
import { createIdentity } from '../../rights/requests/identity/service.ts';
import { createRequestLetters } from '../../rights/requests/letters/service.ts';
import type { RequestPorts } from '../../rights/requests/ports.ts';
import { publicRequestRoutes } from '../../rights/requests/public-routes.ts';
import { requestRoutes } from '../../rights/requests/routes.ts';
import { createRequests } from '../../rights/requests/service.ts';
import { confirmationUrlAt } from '../../rights/requests/unconfirmed/confirmation-url.ts';
import { unconfirmedRoutes } from '../../rights/requests/unconfirmed/routes.ts';
import { createUnconfirmed } from '../../rights/requests/unconfirmed/service.ts';
import type { DataServices } from './data.ts';
import type { FoundationServices } from './foundations.ts';
import type { RecipientServices } from './recipients.ts';
import type { RegisterServices } from './register.ts';
import type { RightsServices } from './rights.ts';
import type { ServiceDeps } from './service-deps.ts';

/** Requests of persons, from letter to archive, and those that controllers send on. */
export function buildRequests(
  deps: ServiceDeps,
  below: FoundationServices & RegisterServices & DataServices & RightsServices & RecipientServices,
) {
  const { store, vault, policies, config } = deps;
  const { audit, outbox, publicContext, register, consent, profiles, receipts, retention, visits } = below;
  const { erasures, packages, recipients, rectification } = below;

  const letters = createRequestLetters({ register });
  const identity = createIdentity({
    store,
    audit,
    vault,
    outbox,
    letters,
    answered: (context, about) => requests.identityAnswered(context, about),
  });
  const ports: RequestPorts = {
    register,
    access: below.access,
    letters,
    outbox,
    identity,
    profiles,
    receipts,
    visits,
    packages,
    packageUrl: (path) => (config?.publicUrl ? `${config.publicUrl}${path}` : null),
    erasures,
    holds: retention.holds,
    rectification,
    publicUrl: config?.publicUrl,
    consents: consent,
    recipients,
    portals: below.portals,
  };
  const unconfirmed = createUnconfirmed({
    store,
    vault,
    mail: below.mail,
    confirmationUrl: confirmationUrlAt(config?.publicUrl),
  });
  const requests = createRequests({
    store,
    audit,
    vault,
    policies,
    ports: deps.requestPorts?.(ports) ?? ports,
    unconfirmed,
  });
  const opendsr = createOpenDsr({
    store,
    audit,
    vault,
    outbox,
    signer: config?.opendsr,
    certificateUrl: certificateUrlAt(config?.publicUrl),
    privateTargets: config?.outbox?.privateTargets ?? false,
    accountsOfEmailThat: profiles.accountsOfEmailThat,
    requests: requestsForControllers(requests, register),
  });
  const drp = createDrp({
    store,
    vault,
    outbox,
    policies,
    privateTargets: config?.outbox?.privateTargets ?? false,
    requests: requestsForAgents(requests),
  });

  return {
    services: { letters, identity, unconfirmed, requests, opendsr, drp },
    routes: [
      ...identityRoutes(identity),
      ...openDsrRoutes(opendsr),
      ...drpRoutes(drp, publicContext),
      ...unconfirmedRoutes(unconfirmed, requests),
      ...requestRoutes(requests),
      ...publicRequestRoutes(requests, publicContext),
    ],
  };
}
