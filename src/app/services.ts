import { randomUUID } from 'node:crypto';
import { certificateRoutes } from '../data/certificates/routes.ts';
import { createCertificates } from '../data/certificates/service.ts';
import { consentHolder } from '../data/consent/holder.ts';
import { keepNoticeTexts } from '../data/consent/receipts/notice-texts.ts';
import { receiptRoutes } from '../data/consent/receipts/routes.ts';
import { createReceipts } from '../data/consent/receipts/service.ts';
import { consentRoutes } from '../data/consent/routes.ts';
import { createConsent } from '../data/consent/service.ts';
import { createContentHolder } from '../data/content/holder.ts';
import { createItemDecisions } from '../data/content/item-decisions.ts';
import { contentRoutes } from '../data/content/routes.ts';
import { createContent } from '../data/content/service.ts';
import { createProfilesHolder } from '../data/profiles/holder.ts';
import { profileRoutes } from '../data/profiles/routes.ts';
import { createProfiles } from '../data/profiles/service.ts';
import { sweepAlarms } from '../data/retention/alarm.ts';
import { createProcessing } from '../data/retention/processing.ts';
import { retentionRoutes } from '../data/retention/routes.ts';
import { createRetention } from '../data/retention/service.ts';
import { suppressionRoutes } from '../data/suppression/routes.ts';
import { createSuppression } from '../data/suppression/service.ts';
import { createVisitsHolder } from '../data/visits/holder.ts';
import { visitsRoutes } from '../data/visits/routes.ts';
import { createVisits } from '../data/visits/service.ts';
import { accessRoutes } from '../foundations/access/routes.ts';
import { createAccess } from '../foundations/access/service.ts';
import { createMerkleLog } from '../foundations/audit/log/service.ts';
import { recordReading } from '../foundations/audit/reading.ts';
import { createWitnessing } from '../foundations/audit/witnessing.ts';
import type { Context } from '../foundations/contract/context.ts';
import type { Route } from '../foundations/contract/contract.ts';
import { describedAsInside } from '../foundations/holders/describe.ts';
import type { ExternalHolder, Secrets } from '../foundations/holders/external.ts';
import type { Holder } from '../foundations/holders/holder.ts';
import { createExternalHolders, environmentSecrets } from '../foundations/holders/open.ts';
import { createMailTransport, type MailTransport } from '../foundations/outbox/mail.ts';
import { outboxRoutes } from '../foundations/outbox/routes.ts';
import { createOutbox } from '../foundations/outbox/service.ts';
import { createWebhookTransport, type WebhookTransport } from '../foundations/outbox/webhook.ts';
import type { Clock } from '../foundations/process/clock.ts';
import type { Log } from '../foundations/process/log.ts';
import { createSigner } from '../foundations/signing/signer.ts';
import { forgetIdempotencyKeys } from '../foundations/store/idempotency.ts';
import { forgetJobRuns } from '../foundations/store/job-runs.ts';
import type { Store } from '../foundations/store/store.ts';
import type { Vault } from '../foundations/vault/vault.ts';
import type { BreachRules } from '../law/rule-sets.ts';
import { authorityPackRoutes } from '../oversight/authority/routes.ts';
import { createAuthorityPacks } from '../oversight/authority/service.ts';
import { breachRoutes } from '../oversight/breaches/routes.ts';
import { createBreaches } from '../oversight/breaches/service.ts';
import { findingRoutes } from '../oversight/findings/routes.ts';
import { createFindings } from '../oversight/findings/service.ts';
import { annexRoutes, noticeRoutes, publicScheduleRoutes, recordsRoutes } from '../oversight/records/routes.ts';
import { createRecords } from '../oversight/records/service.ts';
import { createInstructions } from '../register/agreements/instructions.ts';
import { agreementRoutes } from '../register/agreements/routes.ts';
import { createAgreements } from '../register/agreements/service.ts';
import { registerRecordRoutes } from '../register/facts/record-routes.ts';
import { createRegisterRecords } from '../register/facts/records.ts';
import { publicJointControllerRoutes } from '../register/joint-controllers/routes.ts';
import type { PolicySet } from '../register/policies/model.ts';
import { type Policies, PolicyError } from '../register/policies/policies.ts';
import { createResponses } from '../register/sub-processors/responses.ts';
import { publicSubProcessorRoutes, subProcessorRoutes } from '../register/sub-processors/routes.ts';
import { createSubProcessors } from '../register/sub-processors/service.ts';
import { createLocation } from '../register/view/location.ts';
import { publicRegister } from '../register/view/public-register.ts';
import { registerRoutes } from '../register/view/routes.ts';
import { createRegister } from '../register/view/service.ts';
import { disclosureRoutes } from '../rights/disclosures/routes.ts';
import { createDisclosures } from '../rights/disclosures/service.ts';
import { createErasures } from '../rights/erasure/erasure.ts';
import { createParts } from '../rights/erasure/parts.ts';
import { createReplay } from '../rights/erasure/replay.ts';
import { erasureRoutes, holderCompletionRoutes } from '../rights/erasure/routes.ts';
import { createProcessorClient, type ProcessorClient } from '../rights/opendsr/client.ts';
import { createOpenDsrController } from '../rights/opendsr/controller.ts';
import { PROGRESS } from '../rights/opendsr/progress.ts';
import { openDsrCallbackRoutes, openDsrRoutes } from '../rights/opendsr/routes.ts';
import { createOpenDsr } from '../rights/opendsr/service.ts';
import { createRecipientsHolder } from '../rights/recipients/holder.ts';
import { recipientRoutes } from '../rights/recipients/routes.ts';
import { createRecipients } from '../rights/recipients/service.ts';
import { rectificationRoutes } from '../rights/rectification/routes.ts';
import { createRectification } from '../rights/rectification/service.ts';
import { merkleLogRoutes } from '../rights/reports/log-routes.ts';
import { packageLinkRoutes, packageRoutes } from '../rights/reports/package/routes.ts';
import { createPackages } from '../rights/reports/package/service.ts';
import { reportRoutes } from '../rights/reports/routes.ts';
import { createReports } from '../rights/reports/service.ts';
import { createRequestsHolder } from '../rights/requests/holder.ts';
import { identityRoutes } from '../rights/requests/identity/routes.ts';
import { createIdentity } from '../rights/requests/identity/service.ts';
import { createRequestLetters } from '../rights/requests/letters/service.ts';
import type { RequestPorts } from '../rights/requests/ports.ts';
import { publicRequestRoutes } from '../rights/requests/public-routes.ts';
import { requestRoutes } from '../rights/requests/routes.ts';
import { createRequests } from '../rights/requests/service.ts';
import { termsOf } from '../rights/requests/timing.ts';
import type { Config } from './config.ts';

export interface ServiceDeps {
  store: Store;
  vault: Vault;
  policies: Policies;
  clock: Clock;
  log: Log;
  config?: Pick<Config, 'dataFolder' | 'publicUrl'> &
    Partial<Pick<Config, 'witnesses' | 'outbox' | 'opendsr' | 'region' | 'place'>>;
  /** Instead of the law as it stands: for tests of one to come. */
  breachRules?: readonly BreachRules[];
  /** Instead of the real ones: for tests that watch what is sent. */
  transports?: { webhook?: WebhookTransport; mail?: MailTransport; opendsr?: ProcessorClient };
  /** Instead of the real ones: for tests of a request alone. */
  requestPorts?: (real: RequestPorts) => RequestPorts;
  /** Instead of the holders below: for tests that plant a fault in one. */
  holders?: (holders: Holder[]) => Holder[];
  /** Instead of those the policies declare: for tests that plant a fault in one. */
  externalHolders?: ExternalHolder[];
  /** Instead of the environment: where settings that holders outside name are found. */
  secrets?: Secrets;
}

/** Builds every domain once and hands each what it needs: the one place that knows them all. */
export async function buildServices(deps: ServiceDeps) {
  const { store, vault, policies, clock, log } = deps;
  const own = [
    consentHolder(vault),
    createVisitsHolder({ vault }),
    createProfilesHolder({ vault }),
    createContentHolder({ vault }),
    createRecipientsHolder({ vault }),
    createRequestsHolder({ vault, clock }),
  ];
  const holders = deps.holders?.(own) ?? own;
  const opened = deps.externalHolders
    ? []
    : createExternalHolders({
        policies: policies.current(),
        secrets: deps.secrets ?? environmentSecrets(process.env),
        clock,
        privateTargets: deps.config?.outbox?.privateTargets ?? false,
      });
  const externalHolders: ExternalHolder[] = deps.externalHolders ?? opened;

  const merkleLog = await createMerkleLog({ store, vault, publicUrl: deps.config?.publicUrl });
  const witnessing = createWitnessing({ store, merkleLog, witnesses: deps.config?.witnesses ?? [], fetch, clock });
  const outgoing = deps.config?.outbox;
  const outbox = createOutbox({
    store,
    vault,
    policyHash: () => policies.current().hash,
    webhook: deps.transports?.webhook ?? createWebhookTransport({ privateTargets: outgoing?.privateTargets ?? false }),
    mail: deps.transports?.mail ?? createMailTransport(outgoing ?? { mailFrom: 'lethe@localhost' }),
  });
  const register = createRegister({ store, policies });
  const agreements = createAgreements({ store, policies, register });
  const registerRecords = createRegisterRecords({ store, policies, register });
  const location = createLocation({
    policies,
    register,
    region: deps.config?.region,
    place: deps.config?.place,
  });
  const access = createAccess({ store, vault, clock, policies, checkRegion: location.checkRegion });
  const suppression = createSuppression({ store, vault, policies });
  const consent = createConsent({ store, vault, policies, register, suppression });
  const processing = createProcessing(policies);
  const visits = createVisits({ store, vault, policies, processing });
  const profiles = createProfiles({ store, vault, policies, suppression, processing });
  const content = createContent({ store, vault, policies, suppression, processing });
  const signer = createSigner(vault);
  const instructions = createInstructions({ store, policies, register, agreements, signer, outbox });
  const certificates = createCertificates({ store, vault, policies, register, signer, merkleLog });
  const receipts = createReceipts({
    store,
    vault,
    register,
    signer,
    consent,
    merkleLog,
    publicUrl: deps.config?.publicUrl,
    contextFor: async (tenantId) => {
      const tenant = await access.tenant(tenantId);
      if (tenant) location.check(tenant.scope);
      return tenant && access.contextFor(tenantId, { id: 'system:receipt', role: 'portal' });
    },
  });
  const keepTexts = (policies: PolicySet, now: Date) => keepNoticeTexts(store, policies, now);
  await keepTexts(policies.current(), clock());
  const refused = await register.mistakesInChange(policies.current(), clock());
  if (refused.length > 0) throw new PolicyError(refused);
  await register.recordPolicies(
    {
      tenant: { id: '*', name: '*', timeZone: 'UTC', jurisdiction: 'EU', language: 'en', region: null },
      principal: { id: 'system:start', role: 'operator', everyTenant: true },
      clock,
      requestId: randomUUID(),
    },
    policies.current(),
  );
  const retention = createRetention({
    store,
    vault,
    policies,
    holders,
    externalHolders,
    certificates,
    log,
    whoIs: profiles.whoIs,
  });
  const reports = createReports({ store, vault, policies, register, holders, externalHolders, consent, merkleLog });
  const packages = createPackages({
    store,
    vault,
    policies,
    register,
    holders,
    externalHolders,
    consent,
    signer,
    merkleLog,
  });
  const parts = createParts({
    store,
    vault,
    policies,
    externalHolders,
    heldNow: async (context, { accountId, visitorIds: [visitor] }) => {
      const { id } = context.tenant;
      const known = accountId ?? visitor;
      if (known === undefined) return new Map();
      const subjectId = await vault.subjectId(id, accountId === undefined ? 'visitor' : 'account', known);
      return store.read((q) => retention.heldCategories(q, id, [subjectId], context.clock(), policies));
    },
  });
  const erasures = createErasures({
    store,
    vault,
    policies,
    holders,
    parts,
    retention: {
      ...retention,
      forgetPerson: async (tx, tenantId, subjectIds, now) => {
        await retention.forgetPerson(tx, tenantId, subjectIds, now);
        await packages.forgetPerson(tx, tenantId, subjectIds, now);
      },
    },
    consent,
    certificates,
    profiles,
    suppression,
    itemDecisions: createItemDecisions({ store, vault }),
  });
  const { replay } = createReplay({
    store,
    vault,
    holders,
    erasures,
    contextFor: (tenantId) => access.contextFor(tenantId, { id: 'system:ledger', role: 'operator', everyTenant: true }),
    tenantIds: () => access.tenantIds(),
  });

  const recorded = (context: Context) =>
    recordReading({ store, vault, policyHash: () => policies.current().hash }, context);
  const disclosures = createDisclosures({
    store,
    policies,
    holders,
    visits,
    recordReading: recorded,
    processing,
    recipientFits: location.recipientFits,
  });
  const records = createRecords({ register });
  const findings = createFindings({
    register,
    retention,
    certificates,
    disclosures,
    holders: [...holders, ...externalHolders.map(describedAsInside)],
  });

  const inEveryTenant = { id: 'system:register', role: 'operator', everyTenant: true } as const;
  const everyTenant = async (): Promise<Context[]> =>
    Promise.all((await access.tenantIds()).map((id) => access.contextFor(id, inEveryTenant)));
  await location.checkStart(await everyTenant(), [...holders, ...externalHolders]);
  const listUrl = (tenantId: string) => `${deps.config?.publicUrl ?? ''}/register/${tenantId}/sub-processors`;
  const subProcessors = createSubProcessors({
    store,
    policies,
    register,
    outbox,
    listUrl,
    tenants: everyTenant,
  });
  /** What anybody may read of a portal, without credentials. */
  const publicContext = async (id: string) =>
    (await access.tenant(id)) ? access.contextFor(id, { id: 'system:public', role: 'portal' }) : undefined;
  const publicRegisterOf = publicRegister({ register, contextFor: publicContext });
  const responses = createResponses({ store, policies, register, outbox });

  const breaches = createBreaches({
    store,
    vault,
    policies,
    register,
    holders,
    accountsOfVisitors: consent.accountsOfVisitors,
    rules: deps.breachRules,
    tenants: async (caller) => {
      const everywhere = (await access.tenantIds()).map((id) => access.contextFor(id, caller.principal));
      return (await Promise.all(everywhere)).map((own) => ({ ...own, requestId: caller.requestId }));
    },
  });

  const controller = createOpenDsrController({
    store,
    vault,
    register,
    policyHash: () => policies.current().hash,
    client: deps.transports?.opendsr ?? createProcessorClient({ privateTargets: outgoing?.privateTargets ?? false }),
    token: (setting) => process.env[setting],
    callbackUrl: (tenantId) =>
      deps.config?.publicUrl ? `${deps.config.publicUrl}/opendsr/${tenantId}/v1/callbacks` : null,
  });
  const recipients = createRecipients({
    opendsr: controller,
    store,
    vault,
    register,
    consent,
    outbox,
    answerUrl: (tenantId, taskId) =>
      deps.config?.publicUrl ? `${deps.config.publicUrl}/v1/public/${tenantId}/recipient-tasks/${taskId}/answer` : null,
  });
  const rectification = createRectification({ store, profiles, content, recipients });

  const letters = createRequestLetters({ register });
  const identity = createIdentity({
    store,
    vault,
    outbox,
    letters,
    policyHash: () => policies.current().hash,
    answered: (context, about) => requests.identityAnswered(context, about),
    isKnownAddress: async ({ tenant }, subjectId, address) => {
      const index = await profiles.indexOfEmail(tenant.id, address);
      return (await store.read((q) => profiles.emailIndexOf(q, tenant.id, subjectId))) === index;
    },
  });

  const requestPorts: RequestPorts = {
    register,
    letters,
    outbox,
    identity,
    profiles,
    receipts,
    visits,
    packages,
    erasures,
    holds: retention.holds,
    rectification,
    consents: consent,
    recipients,
  };
  const requests = createRequests({
    store,
    vault,
    policyHash: () => policies.current().hash,
    ports: deps.requestPorts?.(requestPorts) ?? requestPorts,
  });

  const processors = controller.with(recipients);
  const opendsr = createOpenDsr({
    store,
    vault,
    outbox,
    policyHash: () => policies.current().hash,
    signer: deps.config?.opendsr,
    certificateUrl: `${deps.config?.publicUrl ?? ''}/opendsr/certificate.pem`,
    privateTargets: outgoing?.privateTargets ?? false,
    accountsOfEmailThat: profiles.accountsOfEmailThat,
    requests: {
      // The controller has established who it is; it says so by sending it (Art. 28(3)(a)).
      openRequest: (context, { subject, ...asked }, also) =>
        requests.openFor(context, {
          ...asked,
          subject,
          also,
          channel: 'opendsr',
          enteredBy: 'processor',
          subjectBy: 'platform',
          identity: 'platform',
          acknowledge: false,
        }),
      stateOf: async (context, id) => PROGRESS[(await requests.file(context, id)).life.state],
      withdraw: async (context, id) => requests.acts.withdraw(context, await requests.file(context, id), 'processor'),
      termsOf: async (context) => termsOf(await register.view(context)),
    },
  });

  const authorityPacks = createAuthorityPacks({
    store,
    register,
    records,
    breaches,
    findings,
    certificates,
    merkleLog,
    signer,
    listUrl,
  });

  const alarms = new Map<string, string[]>();

  // The busiest first: routes are tried in this order.
  const routes: Route[] = [
    ...consentRoutes(consent),
    ...visitsRoutes(visits),
    ...profileRoutes(profiles),
    ...contentRoutes(content),
    ...rectificationRoutes(rectification),
    ...erasureRoutes(erasures),
    ...holderCompletionRoutes(parts, publicContext),
    ...suppressionRoutes(suppression, profiles.indexOfEmail),
    ...reportRoutes(reports),
    ...disclosureRoutes(disclosures),
    ...breachRoutes(breaches),
    ...recipientRoutes(recipients, publicContext),
    ...identityRoutes(identity),
    ...openDsrRoutes(opendsr),
    ...openDsrCallbackRoutes(processors, publicContext),
    ...requestRoutes(requests),
    ...publicRequestRoutes(requests, publicContext),
    ...retentionRoutes(retention),
    ...certificateRoutes(certificates),
    ...receiptRoutes(receipts),
    ...merkleLogRoutes(merkleLog, witnessing),
    ...registerRoutes({ store, policies, keep: keepTexts, register }),
    ...registerRecordRoutes(register, registerRecords),
    ...agreementRoutes(agreements, instructions),
    ...findingRoutes(findings),
    ...recordsRoutes(records),
    ...annexRoutes(records),
    ...noticeRoutes(records),
    ...authorityPackRoutes(authorityPacks),
    ...publicScheduleRoutes(records, publicContext),
    ...outboxRoutes(outbox),
    ...subProcessorRoutes(subProcessors, responses),
    ...publicSubProcessorRoutes(publicRegisterOf, listUrl),
    ...publicJointControllerRoutes(publicRegisterOf),
    ...packageRoutes(packages),
    ...packageLinkRoutes({ packages, contextFor: publicContext }),
    ...accessRoutes(access),
  ];

  return {
    store,
    policies,
    register,
    registerRecords,
    agreements,
    holders,
    externalHolders,
    access,
    consent,
    visits,
    profiles,
    content,
    retention,
    certificates,
    reports,
    packages,
    erasures,
    disclosures,
    breaches,
    recipients,
    letters,
    identity,
    requests,
    opendsr,
    /** Those that recipients' erasures were sent to by OpenDSR. */
    processors,
    findings,
    records,
    authorityPacks,
    outbox,
    location,
    /** A context for every tenant, whichever region it is in. */
    everyTenant,
    subProcessors,
    responses,
    suppression,
    /** Writes down a person's look at personal data; the way in of every look (HTTP, command line) calls it. */
    recordReading: recorded,
    /** Forgets again whom a restored database has brought back; nothing may be served before. */
    replay,
    merkleLog,
    witnessing,
    routes,

    /** What is wrong with a tenant's sweeps, in words; remembered for `/readyz`. */
    async sweepAlarms(context: Context, lateAfterHours: number): Promise<string[]> {
      const found = sweepAlarms(await retention.sweeps.state(context), context.clock(), lateAfterHours).map(
        ({ text }) => text,
      );
      alarms.set(context.tenant.id, found);
      return found;
    },

    /** The alarms of the last look, without tenants: `/readyz` is public. */
    standingAlarms: (): string[] => [...new Set([...[...alarms.values()].flat(), ...requests.standingAlarms()])],

    /** What the service keeps about itself, past its time. */
    async housekeeping(): Promise<Record<string, number>> {
      const now = clock();
      return {
        idempotencyKeys: await forgetIdempotencyKeys(store, now),
        jobRuns: await forgetJobRuns(store, now),
        suppressions: await suppression.forgetExpired(now),
      };
    },

    async close(): Promise<void> {
      await retention.sweeps.stop();
      for (const holder of opened) await holder.close();
      await access.close();
    },
  };
}

export type Services = Awaited<ReturnType<typeof buildServices>>;
