import { sql } from 'drizzle-orm';
import type { Store } from '../foundations/store/store.ts';
import type { Policies } from '../register/policies/policies.ts';
import type { Foundations } from './foundations.ts';
import type { Services } from './services.ts';

/** What one part of the service says of itself: never personal data. */
interface PartState {
  /** False takes the whole instance out of rotation; a warning leaves it in. */
  ok: boolean;
  [detail: string]: unknown;
}

/** How long, milliseconds, a folder that has not what is in force is not read again: `/readyz` is public. */
const LOOK_AGAIN = 2_000;

/** An instance that decides by other policies than those in force serves, but destroys nothing. */
export function policiesCheck(policies: Pick<Policies, 'refresh'>, store: Pick<Store, 'read'>): PartCheck {
  let last: { state: PartState; at: number } | undefined;
  return async () => {
    if (last && performance.now() - last.at < LOOK_AGAIN) return last.state;
    const { hash, inForce, same } = await policies.refresh(store);
    if (same) return { ok: true, hash };
    const state = { ok: true, degraded: ['policies'], alarms: [SUPERSEDED], hash, inForce };
    last = { state, at: performance.now() };
    return state;
  };
}

const SUPERSEDED =
  'other policies are in force than this instance has in its folder; it sweeps and erases nothing until it has them';

export type PartCheck = () => PartState | Promise<PartState>;

export interface Readiness {
  ready: boolean;
  parts: Record<string, PartState>;
}

/** Milliseconds a part may take to answer. */
const PATIENCE = 2_000;

/** Gathers what the parts say; a part that fails or does not answer is not ready. */
export async function readinessOf(parts: Record<string, PartCheck>): Promise<Readiness> {
  const states = await Promise.all(
    Object.entries(parts).map(async ([name, check]): Promise<[string, PartState]> => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<PartState>((resolve) => {
        timer = setTimeout(() => resolve({ ok: false, fault: 'no answer' }), PATIENCE);
      });
      const state = await Promise.race([
        (async () => check())().catch((): PartState => ({ ok: false, fault: 'failed' })),
        late,
      ]);
      clearTimeout(timer);
      return [name, state];
    }),
  );
  return { ready: states.every(([, state]) => state.ok), parts: Object.fromEntries(states) };
}

/** What `/readyz` asks of the foundations: whether they answer, and whether they can be written to. */
export function foundationChecks({
  store,
  vault,
  policies,
  writing,
}: Pick<Foundations, 'store' | 'vault' | 'policies' | 'writing'>): Record<string, PartCheck> {
  return {
    policies: policiesCheck(policies, store),
    database: async () => {
      const state = await writing.database.state();
      if (state.ok) await store.read((q) => q.rows(sql`SELECT 1`));
      return { ...state, engine: store.engine };
    },
    keyring: async () => {
      const state = await writing.keyring.state();
      if (state.ok) await vault.scopes('*', 'readyz', '', 1);
      return state;
    },
  };
}

const UNDELIVERED = 'mail waits and no mail server is set; lethe outbox export hands it over (LETHE_SMTP_URL)';
const ENDING = 'tokens end within 30 days; see lethe tokens list';
const OF_NOBODY = 'policies/tenants has folders of tenants that there are not; see lethe policies check';
const GUESSED = 'sign-ins fail unusually often';

const worth = (isDegraded: boolean, name: string, alarm: string) =>
  isDegraded ? { degraded: [name], alarms: [alarm] } : {};

/** Milliseconds for which a count over a table stands: whoever asks without a token has it made, too. */
const COUNT_AGAIN = 5_000;

function counted(count: () => Promise<number>): () => Promise<number> {
  let last: { value: number; at: number } | undefined;
  return async () => {
    if (last && performance.now() - last.at < COUNT_AGAIN) return last.value;
    last = { value: await count(), at: performance.now() };
    return last.value;
  };
}

/** Tenants of whom the folder of policies has something and the service knows nothing. */
export async function withoutTenant(
  policies: Pick<Policies, 'overlays'>,
  access: Pick<Services['access'], 'tenantIds'>,
): Promise<string[]> {
  const named = policies.overlays().map(({ tenantId }) => tenantId);
  if (named.length === 0) return [];
  const known = new Set(await access.tenantIds());
  return named.filter((id) => !known.has(id));
}

/** What `/readyz` tells of the edges: mail that goes nowhere, tokens that end, sign-ins that fail. Numbers only. */
export function edgeChecks({
  outbox,
  access,
  policies,
}: Pick<Services, 'outbox' | 'access' | 'policies'>): Record<string, PartCheck> {
  const undeliveredMail = counted(outbox.undelivered);
  const endingTokens = counted(async () => (await access.ending()).length);
  const foldersOfNobody = counted(async () => (await withoutTenant(policies, access)).length);
  return {
    mail: async () => {
      const undelivered = await undeliveredMail();
      return { ok: true, server: outbox.sendsMail, undelivered, ...worth(undelivered > 0, 'mail', UNDELIVERED) };
    },
    tokens: async () => {
      const ending = await endingTokens();
      return { ok: true, ending, ...worth(ending > 0, 'tokens', ENDING) };
    },
    institutions: async () => {
      const unknown = await foldersOfNobody();
      return { ok: true, unknown, ...worth(unknown > 0, 'institutions', OF_NOBODY) };
    },
    signIns: () => {
      const { alarming, ...counts } = access.signIns.state();
      return { ok: true, ...counts, ...worth(alarming, 'sign-ins', GUESSED) };
    },
  };
}
