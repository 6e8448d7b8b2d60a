/** Facts of the installation stand under this instead of a tenant. */
export const INSTALLATION = '*';

export type FactKind =
  | 'policies'
  /** Which word of its own an institution has over the installation's policies. */
  | 'tenant-policies'
  | 'institution'
  | 'agreement'
  | 'instruction'
  | 'instruction-refusal'
  | 'sub-processor-change'
  | 'sub-processor-notice'
  | 'objection'
  /** What the officer did: never part of the view, read by itself. */
  | 'officer-task';

/** One thing that was recorded about one entity: this value, from this instant, until that one. */
export interface Fact<V = unknown> {
  tenantId: string;
  kind: FactKind;
  entityId: string;
  /** 1, 2, 3 … per entity. */
  version: number;
  value: V | null;
  validFrom: Date;
  /** Exclusive; null: for good. */
  validUntil: Date | null;
  recordedAt: Date;
  recordedBy: string;
  reason: string | null;
  policyHash: string;
}

/** The point of view of a question: what was true at `at`, by what had been recorded up to `knownAt`. */
export interface PointOfView {
  at: Date;
  knownAt: Date;
}

/**
 * What stands of one entity: the latest thing recorded about the instant. A correction of a week of May is said later
 * and covers that week only; what was said before stands for the rest, and for whoever asks what was known in between.
 */
export function factAsOf<V>(facts: readonly Fact<V>[], { at, knownAt }: PointOfView): Fact<V> | undefined {
  let found: Fact<V> | undefined;
  for (const fact of facts)
    if (
      fact.recordedAt <= knownAt &&
      fact.validFrom <= at &&
      (fact.validUntil === null || at < fact.validUntil) &&
      (found === undefined || fact.version > found.version)
    )
      found = fact;
  return found;
}

/** All entities of a kind as they stand, in the order in which they were first recorded. */
export function factsAsOf<V>(facts: readonly Fact[], kind: FactKind, view: PointOfView): Fact<V>[] {
  const entities = new Map<string, Fact<V>[]>();
  for (const fact of facts as readonly Fact<V>[])
    if (fact.kind === kind) {
      const known = entities.get(fact.entityId);
      if (known) known.push(fact);
      else entities.set(fact.entityId, [fact]);
    }
  return [...entities.values()].flatMap((history) => {
    const fact = factAsOf(history, view);
    return fact && fact.value !== null ? [fact] : [];
  });
}
