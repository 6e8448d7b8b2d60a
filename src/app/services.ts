import { keepNoticeTexts } from '../data/consent/receipts/notice-texts.ts';
import type { Context } from '../foundations/contract/context.ts';
import type { Route } from '../foundations/contract/contract.ts';
import { onBehalfOf } from '../foundations/store/workload.ts';
import { inUnitOfWork } from '../foundations/vault/unit-of-work.ts';
import type { PolicySet } from '../register/policies/model.ts';
import { enactAtStart } from '../register/view/enact-policies.ts';
import { createAlarms } from './alarms.ts';
import { createDataSteps } from './data-steps.ts';
import { runHousekeeping } from './housekeeping.ts';
import { buildData } from './parts/data.ts';
import { buildFoundations } from './parts/foundations.ts';
import { openHolders } from './parts/holders.ts';
import { buildImports } from './parts/imports.ts';
import { buildOversight } from './parts/oversight.ts';
import { buildRecipients } from './parts/recipients.ts';
import { buildRegister } from './parts/register.ts';
import { buildRequests } from './parts/requests.ts';
import { buildRights } from './parts/rights.ts';
import type { ServiceDeps } from './parts/service-deps.ts';

export type { ServiceDeps } from './parts/service-deps.ts';

/**
 * Builds the rooms from the ground up, each over those below it. What a lower one needs of a higher one it names in an
 * interface of its own, and is given here: regions (access), what is kept of policies and
 * what these would find due (register), what erasures have left
 * to do (retention).
 */
export async function buildServices(given: ServiceDeps) {
  // Nobody writes past the keys: every room gets the guarded store.
  const deps = { ...given, store: given.vault.guard(given.store) };
  const { store, policies, clock } = deps;
  // Before anything reads: what the release before this one has written becomes what this one reads.
  const dataSteps = createDataSteps({ ...deps, steps: given.dataSteps });
  await dataSteps.before();
  const keep = (next: PolicySet, now: Date, tenantId?: string) => keepNoticeTexts(store, next, now, tenantId);
  policies.by(clock);
  const holders = openHolders(deps);
  const foundations = await buildFoundations(deps, {
    checkRegion: (region) => register.services.location.checkRegion(region),
  });
  const register = buildRegister(deps, foundations.services, {
    keep,
    look: (...asked) => data.services.retention.lookAtRows(...asked),
  });
  const onRegister = { ...holders.services, ...foundations.services, ...register.services };
  const data = buildData(deps, onRegister, {
    resumeErasures: (context) => rights.services.erasures.resumeHeldBack(context),
  });
  const onData = { ...onRegister, ...data.services };
  const rights = buildRights(deps, onData);
  const recipients = buildRecipients(deps, onData);
  const requests = buildRequests(deps, { ...onData, ...rights.services, ...recipients.services });
  const oversight = buildOversight(deps, { ...onData, ...rights.services });
  const imports = buildImports(deps, onData);

  const services = {
    store,
    vault: deps.vault,
    policies,
    ...onData,
    ...rights.services,
    ...recipients.services,
    ...requests.services,
    ...oversight.services,
    ...imports.services,
  };
  const alarms = createAlarms({ ...services, store, log: deps.log });
  services.access.signIns.onAlarm((state) =>
    onBehalfOf({ lane: 'batch', name: 'sign-ins' }, () => inUnitOfWork(() => alarms.tellOfFailedSignIns(state))),
  );
  // The busiest first: routes are tried in this order.
  const routes: Route[] = [
    ...data.routes,
    ...rights.routes,
    ...recipients.routes,
    ...requests.routes,
    ...register.routes,
    ...oversight.routes,
    ...imports.routes,
    ...foundations.routes,
  ];

  // First of all: whatever is written at a start with a wrong clock must not vouch for it.
  await services.retention.clockWatch.remember();
  const { audit, register: ofRegister, access } = services;
  const warn = (message: string) => deps.log.warn(message);
  const enactment = { register: ofRegister, keep, audit, tenantIds: access.tenantIds, warn };
  await enactAtStart(enactment, policies.current(), clock, policies.overlays());
  await services.location.checkStart(await services.everyTenant(), [...services.holders, ...services.externalHolders]);

  return {
    ...services,
    alarms,
    routes,
    /** What a release rewrites of the data of the one before it. */
    dataSteps,

    /** What is wrong with a tenant's sweeps, in words; remembered for `/readyz`. */
    sweepAlarms: (context: Context, lateAfterHours: number) => services.sweepWatch.look(context, lateAfterHours),

    /** The alarms of the last look, without tenants: `/readyz` tells them to tokens of any. */
    standingAlarms: async () => [
      ...new Set([...(await services.sweepWatch.standing()), ...(await services.requests.standingAlarms(clock()))]),
    ],

    /**
     * Forgets again what a restored database has brought back, tenants first; nothing may be served before.
     * @throws ReplayError
     */
    replay: async (progress?: Parameters<typeof services.replay>[0]) => {
      const tenants = await services.leaving.replayEnds(clock);
      return { ...(await services.replay(progress)), tenants };
    },

    /** What could not be scrubbed when it was wanted, as somebody was reading. */
    scrubLate: async () => {
      await deps.vault.scrubLate();
      await store.scrubLate();
    },

    housekeeping: () =>
      runHousekeeping({
        store,
        clock,
        suppression: services.suppression,
        holds: services.retention.holds,
        imports: services.imports,
      }),

    async close(): Promise<void> {
      await dataSteps.stop();
      await services.imports.stop();
      await services.retention.sweeps.stop();
      await services.visitErasures.stop();
      await holders.close();
      await services.access.close();
    },
  };
}

export type Services = Awaited<ReturnType<typeof buildServices>>;
