import { sql } from 'drizzle-orm';
import type { Foundations } from './foundations.ts';

/** What one part of the service says of itself: never personal data. */
interface PartState {
  /** False takes the whole instance out of rotation; a warning leaves it in. */
  ok: boolean;
  [detail: string]: unknown;
}

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
  writing,
}: Pick<Foundations, 'store' | 'vault' | 'writing'>): Record<string, PartCheck> {
  return {
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
