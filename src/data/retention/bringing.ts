import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { RecordFault } from '../../foundations/imports/record-import.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { KnownBy, SuppressionService } from '../suppression/service.ts';
import type { Processing } from './processing.ts';

/** What a line that is brought from elsewhere would write, and about whom. */
export interface BroughtLine {
  line: number;
  /** Where the line names the person. */
  pointer: string;
  who: KnownBy;
  /** Whose rows they become. */
  subjectId: string;
  categories: readonly string[];
  /** Values that are here would be overwritten. */
  overwrites: boolean;
}

interface BringingDeps {
  suppression: Pick<SuppressionService, 'keptOut' | 'erasedNow'>;
  processing: Pick<Processing, 'stoppedHere'>;
}

/**
 * Who stays out of what is brought along, asked by every kind: people who were erased here, and those whose data a hold
 * that was placed here wants as it is. Asked when lines are decided on, and again inside the transaction that writes.
 */
export function createBringing({ suppression, processing }: BringingDeps) {
  const people = (lines: readonly BroughtLine[]) => new Map(lines.map(({ line, who }) => [line, who]));

  async function stopped(q: Query, context: Context, lines: readonly BroughtLine[]): Promise<Set<number>> {
    const found = new Set<number>();
    // Lines of one kind differ in few ways: one question for each of these.
    const alike = new Map<string, BroughtLine[]>();
    for (const one of lines) {
      const key = `${one.overwrites} ${one.categories.join(' ')}`;
      alike.set(key, [...(alike.get(key) ?? []), one]);
    }
    for (const some of alike.values()) {
      const { categories, overwrites } = some[0] as BroughtLine;
      const subjects = some.map(({ subjectId }) => subjectId);
      const change = overwrites ? 'change' : 'add';
      const held = await processing.stoppedHere(q, context.tenant.id, categories, subjects, context.clock(), change);
      for (const { line, subjectId } of some) if (held.has(subjectId)) found.add(line);
    }
    return found;
  }

  return {
    /** One fault for each line that must stay out; makes no key. */
    async faultsOf(q: Query, context: Context, lines: readonly BroughtLine[]): Promise<RecordFault[]> {
      const erased = await suppression.erasedNow(context, people(lines));
      const held = await stopped(q, context, lines);
      return lines.flatMap(({ line, pointer }): RecordFault[] => {
        if (erased.has(line)) return [{ line, pointer, detail: ERASED }];
        return held.has(line) ? [{ line, pointer, detail: HELD }] : [];
      });
    },

    /**
     * What must be called inside the (serializable) transaction that writes these lines.
     * @throws Problem `conflict`, from what is answered, when somebody was erased or held meanwhile.
     */
    async recheck(context: Context, lines: readonly BroughtLine[]): Promise<(tx: Query) => Promise<void>> {
      const { meanwhile } = await suppression.keptOut(context, people(lines));
      return async (tx) => {
        if ((await meanwhile(tx)).size > 0 || (await stopped(tx, context, lines)).size > 0) throw overtaken();
      };
    },
  };
}
export type Bringing = ReturnType<typeof createBringing>;

/** What a line is about changed while it was brought; begun again, the import looks at it anew. */
export const overtaken = (): Problem =>
  new Problem('conflict', 'What these lines are about has just been changed here. Start again; the import goes on.');

const ERASED =
  'erased-subject: this person was erased here on request; leave them out, or admit them first (POST /v1/subjects/{id}/admission)';
const HELD =
  'processing-stopped: a hold that was placed here wants the data of this person as it is; leave them out, or release the hold first';
