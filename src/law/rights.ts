import { basisPoint, type LawfulBasis } from './vocabulary.ts';

/** Rights of a person that depend on why data is processed, by their DPV 2.3 `eu-gdpr:` ids. */
export const RIGHTS = ['A15', 'A16', 'A17', 'A18', 'A19', 'A20', 'A21', 'A7-3', 'A77'] as const;
type Right = (typeof RIGHTS)[number];

/** `16`, `7(3)`. */
export const articleOf = (right: Right): string => (right === 'A7-3' ? '7(3)' : right.slice(1));

/** Why a right does not exist on a basis, or how it is bounded there. */
export type Bound =
  /** Art. 20(1)(a). */
  | 'consent-or-contract-only'
  /** Art. 21(1). */
  | 'task-or-interests-only'
  /** Art. 7(3), instead of an objection. */
  | 'withdraw-instead'
  | 'not-consent'
  /** Art. 17(3)(b). */
  | 'required-by-law'
  /** Art. 17(1)(c), (3)(b). */
  | 'task-after-objection';

export interface RightStanding {
  right: Right;
  /** `limited`: it exists, and the law bounds it, as the reason says. */
  exists: 'yes' | 'limited' | 'no';
  /** Why it does not exist, or how it is bounded; null: nothing bounds it. */
  reason: Bound | null;
}

type Point = ReturnType<typeof basisPoint>;
type Answer = Omit<RightStanding, 'right'>;

const yes: Answer = { exists: 'yes', reason: null };
const no = (reason: Bound): Answer => ({ exists: 'no', reason });
const limited = (reason: Bound): Answer => ({ exists: 'limited', reason });

const NOT_PORTABLE = no('consent-or-contract-only');
const NO_OBJECTION = no('task-or-interests-only');
const NO_CONSENT = no('not-consent');

const ERASURE: Partial<Record<Point, Answer>> = {
  c: limited('required-by-law'),
  e: limited('task-after-objection'),
};

/** What each basis makes of the rights that not every basis gives; of the others the answer is yes. */
const BY_BASIS: Partial<Record<Right, (point: Point) => Answer>> = {
  A17: (point) => ERASURE[point] ?? yes,
  A20: (point) => (point === 'a' || point === 'b' ? yes : NOT_PORTABLE),
  A21: (point) =>
    // UK GDPR Art. 21(1) names (ea) beside (e) and (f).
    point === 'e' || point === 'ea' || point === 'f' ? yes : point === 'a' ? no('withdraw-instead') : NO_OBJECTION,
  'A7-3': (point) => (point === 'a' ? yes : NO_CONSENT),
};

/** Which rights exist against processing on a basis, each with the reason where it does not or only in part (REQ-A08). */
export function rightsUnder(basis: LawfulBasis): RightStanding[] {
  const point = basisPoint(basis);
  return RIGHTS.map((right) => ({ right, ...(BY_BASIS[right]?.(point) ?? yes) }));
}

/** Grounds of erasure: GDPR Art. 17(1)(a) to (f). */
export const ERASURE_GROUNDS = ['17-1-a', '17-1-b', '17-1-c', '17-1-d', '17-1-e', '17-1-f'] as const;
export type ErasureGround = (typeof ERASURE_GROUNDS)[number];

/**
 * On which grounds processing on a basis can end in erasure (GDPR Art. 17(1); REQ-A08, A30). No longer needed (a),
 * unlawful (d) and demanded by law (e) know no basis; consent withdrawn (b) and a child's consent (f) are of consent, an
 * objection (c) of a task or an interest, and of direct marketing on whatever basis.
 */
export function erasureGroundsUnder(basis: LawfulBasis, { marketing = false } = {}): ErasureGround[] {
  const point = basisPoint(basis);
  const objection = marketing || point === 'e' || point === 'ea' || point === 'f';
  return ERASURE_GROUNDS.filter((ground) => {
    if (ground === '17-1-b' || ground === '17-1-f') return point === 'a';
    return ground !== '17-1-c' || objection;
  });
}

/** Whether a purpose is direct marketing, which can be objected to on any basis (GDPR Art. 21(2), (3)). */
export function isMarketing({ dpv, fides }: { dpv?: string | undefined; fides?: string | undefined }): boolean {
  return fides?.split('.')[0] === 'marketing' || (dpv !== undefined && MARKETING.has(dpv));
}

/** In terms of DPV 2.3: `Marketing` and what is narrower. */
const MARKETING = new Set([
  'Marketing',
  'Advertising',
  'DirectMarketing',
  'PersonalisedAdvertising',
  'TargetedAdvertising',
  'SocialMediaMarketing',
]);

const WEIGHT = { no: 0, limited: 1, yes: 2 } as const;

/** Rights against several processings at once: each as far as it exists against any of them. Without any: none is lost. */
export function rightsUnderAny(bases: readonly LawfulBasis[]): RightStanding[] {
  if (bases.length === 0) return RIGHTS.map((right) => ({ right, ...yes }));
  const each = bases.map(rightsUnder);
  return RIGHTS.map((_, index) =>
    each
      .map((standings) => standings[index] as RightStanding)
      .reduce((best, one) => (WEIGHT[one.exists] > WEIGHT[best.exists] ? one : best)),
  );
}
