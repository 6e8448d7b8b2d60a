import { accessRoutes } from '../../foundations/access/routes.ts';
import { type AccessDeps, createAccess } from '../../foundations/access/service.ts';
import { publicContext, registerContexts } from '../../foundations/access/system-contexts.ts';
import { tokenEnds } from '../../foundations/access/token-ends.ts';
import { createAudit } from '../../foundations/audit/audit.ts';
import { createMerkleLog } from '../../foundations/audit/log/service.ts';
import { recordReading } from '../../foundations/audit/reading.ts';
import { createWitnessing } from '../../foundations/audit/witnessing.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { createMailTransport } from '../../foundations/outbox/mail.ts';
import { outboxRoutes } from '../../foundations/outbox/routes.ts';
import { createOutbox } from '../../foundations/outbox/service.ts';
import { createWebhookTransport } from '../../foundations/outbox/webhook.ts';
import { createSigner } from '../../foundations/signing/signer.ts';
import { forgetFirstToken } from '../first-token.ts';
import type { ServiceDeps } from './service-deps.ts';

/** The log, what leaves the house, signatures, and who may come in. Regions are the register's: access is told of them. */
export async function buildFoundations(deps: ServiceDeps, { checkRegion }: Pick<AccessDeps, 'checkRegion'>) {
  const { store, vault, policies, clock, config, transports } = deps;
  const audit = createAudit(policies);
  const privateTargets = config?.outbox?.privateTargets ?? false;

  const merkleLog = await createMerkleLog({ store, audit, vault, publicUrl: config?.publicUrl });
  const witnessing = createWitnessing({ store, merkleLog, witnesses: config?.witnesses ?? [], fetch, clock });
  const mail = transports?.mail ?? (config?.outbox && createMailTransport(config.outbox));
  const outbox = createOutbox({
    store,
    audit,
    vault,
    webhook: transports?.webhook ?? createWebhookTransport({ privateTargets }),
    mail,
    mailFrom: config?.outbox?.mailFrom,
  });
  const signer = createSigner(vault);
  const access = createAccess({
    store,
    audit,
    vault,
    clock,
    checkRegion,
    ends: deps.tokenEnds ?? tokenEnds(config?.tokenMaxDays),
    failedSignIns: config?.failedSignIns,
    firstTokenUsed: config && (() => forgetFirstToken(config.dataFolder)),
  });

  return {
    services: {
      audit,
      merkleLog,
      witnessing,
      outbox,
      /** Straight to a mailbox, for what must leave no row: nothing else may pass by the outbox. */
      mail,
      signer,
      access,
      publicContext: (tenantId: string) => publicContext(access, tenantId),
      /** A context for every tenant, whichever region it is in. */
      everyTenant: () => registerContexts(access),
      /** Writes down a person's look at personal data; the way in of every look (HTTP, command line) calls it. */
      recordReading: (context: Context) => recordReading({ store, audit, vault }, context),
    },
    routes: [...outboxRoutes(outbox), ...accessRoutes(access)],
  };
}

export type FoundationServices = Awaited<ReturnType<typeof buildFoundations>>['services'];
