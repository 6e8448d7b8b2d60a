import { join } from 'node:path';
import type { Context } from '../src/foundations/contract/context.ts';
import { packageRoot } from '../src/foundations/process/package-root.ts';
import { openStore } from '../src/foundations/store/open.ts';
import type { Store } from '../src/foundations/store/store.ts';
import type { PolicySet } from '../src/register/policies/model.ts';
import { openPolicies } from '../src/register/policies/policies.ts';
import { createRegister, type Register } from '../src/register/view/service.ts';
import { type Bench, median, quantile } from './harness.ts';
import { temporaryFolder } from './million-visits.ts';

const SMALL = { activities: 10, tenants: 10 };
const LARGE = { activities: 10_000, tenants: 200 };
const QUESTIONS = 200_000;
const KINDS = ['accounts', 'portal-visits'];

/** Who is controller and processor of one category and purpose of one tenant: asked of a large register and a small one. */
export const bench: Bench = {
  name: 'register-resolution',
  async run(rounds) {
    const { folder, remove } = temporaryFolder();
    const stores: Store[] = [];
    try {
      const [small, large] = [await registerOf(SMALL), await registerOf(LARGE)];
      const p99 = { small: [] as number[], large: [] as number[] };
      await asked(small, QUESTIONS);
      await asked(large, QUESTIONS);
      for (let round = 0; round < rounds; round += 1) {
        p99.small.push(await asked(small, QUESTIONS));
        p99.large.push(await asked(large, QUESTIONS));
      }
      return [
        {
          name: 'register resolution, p99',
          ratioOf: `${LARGE.activities} activities × ${LARGE.tenants} tenants ÷ ${SMALL.activities} × ${SMALL.tenants}`,
          ratios: p99.large.map((value, round) => value / (p99.small[round] as number)),
          aim: { atMost: 1.5 },
          figures: {
            smallMicroseconds: (median(p99.small) * 1000).toFixed(1),
            largeMicroseconds: (median(p99.large) * 1000).toFixed(1),
            questionsPerRound: QUESTIONS,
          },
        },
      ];
    } finally {
      for (const store of stores) await store.close();
      remove();
    }

    /** A register in a database: so many activities, and per tenant its own details and one agreement on all of them. */
    async function registerOf(size: typeof SMALL) {
      const store = await openStore(join(folder, `${size.activities}.db`));
      stores.push(store);
      const policies = openPolicies(join(packageRoot, 'policies'));
      policies.adopt(grown(policies.current(), size.activities));
      const service = createRegister({ store, policies });
      const contexts = Array.from({ length: size.tenants }, (_, n) => contextOf(`tenant-${n}`));
      await service.recordPolicies(contextOf('*'), policies.current());
      const template = policies.current().agreements.find(({ id }) => id === 'processing-standard');
      const from = new Date(Date.now() - 1000);
      for (const { tenant } of contexts)
        await store.write(async (tx) => {
          const of = (kind: string, entityId: string, value: object) => ({
            tenantId: tenant.id,
            kind,
            entityId,
            version: 1,
            value,
            validFrom: from,
            validUntil: null,
            recordedAt: from,
            recordedBy: 'system:bench',
            reason: null,
            policyHash: policies.current().hash,
          });
          await tx.insert(tx.tables.registerFacts).values([
            of('institution', 'institution', { legalName: `University of ${tenant.id}`, country: 'DE' }),
            of('agreement', crypto.randomUUID(), {
              ...template,
              status: 'active',
              scope: 'tenant',
              template: null,
              file: null,
              signedOn: null,
              activities: policies.current().activities.map(({ id }) => id),
              validFrom: from.toISOString(),
              validUntil: null,
            }),
          ]);
        });
      return { service, contexts, activities: size.activities };
    }
  },
};

/** p99 in milliseconds of questions that go round all tenants and all activities. */
async function asked(
  { service, contexts, activities }: { service: Register; contexts: Context[]; activities: number },
  questions: number,
): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < questions; n += 1) {
    const number = (n * 7919) % activities;
    const context = contexts[(n * 31) % contexts.length] as Context;
    const began = performance.now();
    const { activities: found } = await service.resolve(context, {
      category: `kind-${number}.data`,
      purpose: `purpose-${number}`,
    });
    times.push(performance.now() - began);
    const processes = found[0]?.chain.some(({ role, agreement }) => role === 'processor' && agreement !== null);
    if (found.length !== 1 || (number % 2 === 0 && !processes)) throw new Error(`no answer for activity ${number}`);
  }
  return quantile(times, 0.99);
}

/** So many activities in turn like two of the shipped ones, each with a purpose and a category of its own. */
function grown(set: PolicySet, activities: number): PolicySet {
  const models = KINDS.map((kind) => set.activities.find(({ id }) => id === kind)) as PolicySet['activities'];
  const [purpose] = set.purposes as [PolicySet['purposes'][number]];
  const [category] = set.categories as [PolicySet['categories'][number]];
  const numbers = Array.from({ length: activities }, (_, n) => n);
  return {
    ...set,
    hash: activities.toString(16).padStart(64, '0'),
    purposes: numbers.map((n) => ({ ...purpose, id: `purpose-${n}` })),
    categories: numbers.map((n) => ({ ...category, id: `kind-${n}.data` })),
    activities: numbers.map((n) => ({
      ...(models[n % models.length] as PolicySet['activities'][number]),
      id: `activity-${n}`,
      purpose: `purpose-${n}`,
      categories: [`kind-${n}.data`],
    })),
  };
}

function contextOf(tenantId: string): Context {
  return {
    tenant: {
      id: tenantId,
      name: tenantId,
      timeZone: 'Europe/Berlin',
      jurisdiction: 'DE',
      language: 'en',
      region: 'eu',
    },
    principal: { id: 'system:bench', role: 'dpo', everyTenant: true },
    clock: () => new Date(),
    requestId: 'bench',
  };
}
