import type { PolicyKind } from './model.ts';

/** What mistakes call the entries of a file; what is not here stands in the entry itself. */
const KIND_OF: Record<string, PolicyKind | 'text'> = {
  party: 'parties',
  purpose: 'purposes',
  category: 'categories',
  activity: 'activity',
  rule: 'retention',
  'erasure request': 'retention',
  notice: 'notice',
  text: 'text',
  place: 'places',
  holder: 'holder',
  region: 'installation',
  relation: 'relations',
  role: 'relations',
  attribute: 'relations',
};

/** What a mistake presumes to be missing: an entry of this id, or, without one, any further entry of this kind. */
export interface Missing {
  noun: string;
  id?: string;
}

/**
 * What could not be read of a folder of policies. The rest is still checked, and a mistake that this may be the cause of
 * is not told: it would be gone once what is told already is corrected.
 */
export class Gaps {
  readonly #unread = new Set<PolicyKind | 'text'>();
  readonly #named = new Map<PolicyKind, Set<string>>();
  #anywhere = false;

  /** A file that could not be read at all. */
  unread(kind: PolicyKind | 'text'): void {
    this.#unread.add(kind);
  }

  /** A file of which nobody knows what it was meant to be. */
  stranger(): void {
    this.#anywhere = true;
  }

  /** An entry that does not fit its schema; its id is known if it can be read. */
  broken(kind: PolicyKind, entry: unknown): void {
    const { id } = (entry ?? {}) as { id?: unknown };
    if (typeof id !== 'string') this.#unread.add(kind);
    else this.#named.set(kind, (this.#named.get(kind) ?? new Set()).add(id));
  }

  mayBeTheCauseOf({ noun, id }: Missing): boolean {
    const kind = KIND_OF[noun];
    if (kind === undefined) return false;
    if (this.#anywhere || this.#unread.has(kind)) return true;
    const named = kind === 'text' ? undefined : this.#named.get(kind);
    return id === undefined ? named !== undefined : named?.has(id) === true;
  }
}
