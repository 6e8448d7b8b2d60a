import type { Server } from 'node:http';
import { join } from 'node:path';
import supertest from 'supertest';
import type { PartCheck } from '../../src/app/readiness.ts';
import { buildServices, type ServiceDeps, type Services } from '../../src/app/services.ts';
import type { ClockLimits } from '../../src/data/retention/clock-watch.ts';
import type { AccessService } from '../../src/foundations/access/service.ts';
import { type Context, ROLES, type Role } from '../../src/foundations/contract/context.ts';
import type { Route } from '../../src/foundations/contract/contract.ts';
import type { Holder } from '../../src/foundations/holders/holder.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { createApp } from '../../src/interfaces/http/app.ts';
import { exchangeOf } from '../../src/interfaces/http/exchange.ts';
import { openApiDocument } from '../../src/interfaces/http/openapi.ts';
import { createHttpServer } from '../../src/interfaces/http/server.ts';
import { type Loaded, loadPolicies } from '../../src/register/policies/load.ts';
import { openPolicies, type Policies } from '../../src/register/policies/policies.ts';
import { agreedPolicies } from './approved.ts';
import { type ApiDocument, checkAnswers } from './check-answers.ts';
import type { Ground } from './engines.ts';

const TENANTS = ['north', 'south'] as const;
type TenantName = (typeof TENANTS)[number];

export interface TestApp {
  server: Server;
  access: AccessService;
  services: Services;
  policies: Policies;
  routes: Route[];
  /** The present instant; set it to travel. */
  time: { now: Date };
  /** A token of every role, in each of the two tenants. */
  tokens: Record<TenantName, Record<Role, string>>;
  /** Administrator of the whole installation, at home in `main`. */
  installation: string;
  /** Every line written to the log. */
  logged: string[];
  /** `app.as('platform').post('/v1/…')`: a call with that role's token, of `north` unless told otherwise. */
  as(role: Role | 'installation' | 'nobody', tenant?: TenantName): Caller;
  contextOf(tenant: TenantName, role?: Role): Promise<Context>;
  close(): Promise<void>;
}

interface Caller {
  get(path: string): supertest.Test;
  put(path: string): supertest.Test;
  patch(path: string): supertest.Test;
  delete(path: string): supertest.Test;
  /** Sends a new Idempotency-Key; `.set('Idempotency-Key', …)` replaces it. */
  post(path: string): supertest.Test;
}

export interface TestAppOptions {
  /** Instead of those of the whole service. */
  routes?: Route[];
  now?: string | Date;
  trustedProxies?: string[];
  /** Requests a minute from one address; 0 (as here when absent): no limit. */
  rateLimit?: number;
  /** Milliseconds within which a body must arrive; as usual when absent. */
  bodyPatience?: number;
  ready?: Record<string, PartCheck>;
  origins?: Partial<Record<TenantName, string[]>>;
  /** Folder of policies; the shipped ones when absent. */
  policies?: string;
  /** Rules and brake as the policies have them: runs wait for an officer. Absent: officers have agreed to all. */
  asShipped?: boolean;
  /** How far the clock may be off; absent: it is believed, so that tests may travel. */
  clockLimits?: ClockLimits;
  requestPorts?: ServiceDeps['requestPorts'];
  /** `unrecorded`: nobody has recorded yet who the institutions are. */
  institutions?: 'unrecorded';
  /** Wraps the holders, to plant a fault in one. */
  holders?: (holders: Holder[]) => Holder[];
  /** Speaks OpenDSR as this processor. */
  opendsr?: NonNullable<ServiceDeps['config']>['opendsr'];
  /** When tokens end; absent: not while a test travels. */
  tokenEnds?: ServiceDeps['tokenEnds'];
  /** Failed sign-ins from one network before others must wait; absent: no limit. */
  failedSignIns?: number;
  /** Serves the portals of one region only. */
  region?: string;
  /** Where the service can be reached from outside, for links in mails. */
  publicUrl?: string;
  /** Lets webhooks and the like be on this machine. */
  privateTargets?: boolean;
  /** Instead of the law as it stands. */
  breachRules?: ServiceDeps['breachRules'];
  /** Instead of the holders outside that the policies declare. */
  externalHolders?: NonNullable<ServiceDeps['externalHolders']>;
  /** Instead of the transports that leave the house. */
  transports?: NonNullable<ServiceDeps['transports']>;
}

const SHIPPED = join(packageRoot, 'policies');
let shipped: Loaded | undefined;

/** Read and checked once a process: a set is frozen, and the files do not change under a test. */
function openShippedPolicies(): Policies {
  shipped ??= loadPolicies(SHIPPED);
  return openPolicies(SHIPPED, { first: shipped });
}

/** The real app over a ground, with two tenants and tokens of every role. Answers are held against their schemas. */
export async function openApp(ground: Ground, options: TestAppOptions = {}): Promise<TestApp> {
  const { store, vault } = ground;
  const time = { now: new Date(options.now ?? '2026-03-01T12:00:00Z') };
  const clock = () => new Date(time.now);
  const logged: string[] = [];
  const log = createLog('trace', { write: (line) => void logged.push(line) });
  const opened = options.policies
    ? openPolicies(options.policies, { privateTargets: options.privateTargets })
    : openShippedPolicies();
  const policies = options.asShipped ? opened : agreedPolicies(SHIPPED, opened);
  const services = await buildServices({
    store,
    vault,
    clock,
    log,
    policies,
    holders: options.holders,
    breachRules: options.breachRules,
    externalHolders: options.externalHolders,
    transports: options.transports,
    requestPorts: options.requestPorts,
    // Tests travel by years; what a year is to a token has tests of its own.
    tokenEnds: options.tokenEnds ?? { usual: 36_500, longest: 36_500 },
    config:
      options.region || options.opendsr || options.clockLimits || options.publicUrl || options.failedSignIns
        ? {
            dataFolder: ground.folder,
            region: options.region,
            clockLimits: options.clockLimits,
            failedSignIns: options.failedSignIns,
            opendsr: options.opendsr,
            publicUrl: options.publicUrl ?? (options.opendsr ? 'https://localhost' : undefined),
            outbox: {
              smtpUrl: undefined,
              mailFrom: 'lethe@localhost',
              allowPlain: false,
              privateTargets: options.privateTargets ?? false,
            },
          }
        : undefined,
  });
  const { access } = services;
  const routes = options.routes ?? services.routes;

  const installation = `lethe_admin_${'installation'.padEnd(43, 'x')}`;
  await access.bootstrap({ secret: installation, announce: () => undefined });
  const tokens = {} as TestApp['tokens'];
  for (const id of TENANTS) {
    const root = await access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    const origins = options.origins?.[id] ?? [`https://${id}.example`];
    // On a database that was used before, the tenants are there.
    if (!(await access.tenantIds()).includes(id))
      await access.createTenant(root, { id, name: `Portal ${id}`, origins });
    const context = await access.contextFor(id, { id: 'system:test', role: 'admin', everyTenant: true });
    if (options.institutions !== 'unrecorded') {
      const { registerRecords } = services;
      const { party } = await registerRecords.institution(context);
      if (party.legalName === undefined)
        await registerRecords.recordInstitution(context, { legalName: `Portal ${id}` });
    }
    tokens[id] = {} as Record<Role, string>;
    for (const role of ROLES)
      tokens[id][role] = (await access.issueToken(context, { role, label: role })).secret as string;
  }

  const app = createApp({
    routes,
    access,
    recordReading: services.recordReading,
    checkLocation: services.location.check,
    log,
    clock,
    config: {
      trustedProxies: options.trustedProxies ?? [],
      rateLimit: options.rateLimit ?? 0,
      bodyPatience: options.bodyPatience,
    },
    ready: options.ready ?? {},
  });
  const server = createHttpServer(app);
  let document: ApiDocument | undefined;
  checkAnswers(
    server,
    () => {
      document ??= openApiDocument(routes.map(({ spec }) => spec)) as unknown as ApiDocument;
      return document;
    },
    (response) => exchangeOf(response).route,
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  return {
    server,
    services,
    access,
    policies,
    routes,
    time,
    tokens,
    installation,
    logged,
    as: (role, tenant = 'north') => {
      const secret = role === 'nobody' ? undefined : role === 'installation' ? installation : tokens[tenant][role];
      const call = (method: 'get' | 'put' | 'patch' | 'delete' | 'post') => (path: string) => {
        const test = supertest(server)[method](path);
        if (method === 'post') test.set('Idempotency-Key', `"${crypto.randomUUID()}"`);
        if (secret === undefined) return test;
        // Whoever looks at personal data says why; `.set('Lethe-Purpose', …)` says something else, `.unset` nothing.
        return test.set('Authorization', `Bearer ${secret}`).set('Lethe-Purpose', 'data-quality');
      };
      return {
        get: call('get'),
        put: call('put'),
        patch: call('patch'),
        delete: call('delete'),
        post: call('post'),
      };
    },
    contextOf: (tenant, role = 'platform') => access.contextFor(tenant, { id: `system:${role}`, role }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await services.close();
    },
  };
}
