import type { Context } from '../../foundations/contract/context.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Fact, FactKind } from './as-of.ts';
import { countFactsOf, newestFacts } from './table.ts';

/** Facts that are written once each and read by themselves, not as part of the register's view. */
export function createDiary({ store }: { store: Store }, kind: FactKind) {
  return {
    count: (context: Context): Promise<number> => store.read((q) => countFactsOf(q, context.tenant.id, kind)),
    /** Newest first: those before `before`, recorded up to `until`. */
    newest: (
      context: Context,
      wanted: { before?: string | undefined; until?: Date | undefined; limit: number },
    ): Promise<Fact[]> => store.read((q) => newestFacts(q, context.tenant.id, kind, wanted)),
  };
}
