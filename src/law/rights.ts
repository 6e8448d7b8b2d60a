import { basisPoint, type LawfulBasis } from './vocabulary.ts';

/** Rights of a person that depend on why data is processed, by their DPV 2.3 `eu-gdpr:` ids. */
export const RIGHTS = ['A15', 'A16', 'A17', 'A18', 'A19', 'A20', 'A21', 'A7-3', 'A77'] as const;
type Right = (typeof RIGHTS)[number];

export const RIGHT_IN_WORDS: Record<Right, string> = {
  A15: 'to know what is held about you, and to have a copy',
  A16: 'to have wrong data corrected',
  A17: 'to have data erased',
  A18: 'to have processing restricted',
  A19: 'to be told to whom a correction, erasure or restriction was passed on',
  A20: 'to receive the data you provided, and have it passed on',
  A21: 'to object',
  'A7-3': 'to withdraw consent at any time',
  A77: 'to complain to a supervisory authority',
};

/** `16`, `7(3)`. */
export const articleOf = (right: Right): string => (right === 'A7-3' ? '7(3)' : right.slice(1));

interface RightStanding {
  right: Right;
  /** `limited`: it exists, and the law bounds it, as the reason says. */
  exists: 'yes' | 'limited' | 'no';
  /** Why it does not exist, or how it is bounded; null: nothing bounds it. */
  reason: string | null;
}

type Point = ReturnType<typeof basisPoint>;
type Answer = Omit<RightStanding, 'right'>;

const yes: Answer = { exists: 'yes', reason: null };
const no = (reason: string): Answer => ({ exists: 'no', reason });
const limited = (reason: string): Answer => ({ exists: 'limited', reason });

const NOT_PORTABLE = no('Only where processing rests on consent or a contract (GDPR Art. 20(1)(a)).');
const NO_OBJECTION = no(
  'Only where processing rests on a task in the public interest or legitimate interests (GDPR Art. 21(1)).',
);
const NO_CONSENT = no('The processing does not rest on consent (GDPR Art. 7(3)).');

const ERASURE: Partial<Record<Point, Answer>> = {
  c: limited('Not as far as a law requires the processing (GDPR Art. 17(3)(b)).'),
  e: limited(
    'After an objection that prevails (GDPR Art. 17(1)(c)); not as far as the task needs the processing (GDPR Art. 17(3)(b)).',
  ),
};

/** What each basis makes of the rights that not every basis gives; of the others the answer is yes. */
const BY_BASIS: Partial<Record<Right, (point: Point) => Answer>> = {
  A17: (point) => ERASURE[point] ?? yes,
  A20: (point) => (point === 'a' || point === 'b' ? yes : NOT_PORTABLE),
  A21: (point) =>
    // UK GDPR Art. 21(1) names (ea) beside (e) and (f).
    point === 'e' || point === 'ea' || point === 'f'
      ? yes
      : point === 'a'
        ? no('The processing rests on consent: withdraw it instead (GDPR Art. 7(3)).')
        : NO_OBJECTION,
  'A7-3': (point) => (point === 'a' ? yes : NO_CONSENT),
};

/** Which rights exist against processing on a basis, each with the reason where it does not or only in part (REQ-A08). */
export function rightsUnder(basis: LawfulBasis): RightStanding[] {
  const point = basisPoint(basis);
  return RIGHTS.map((right) => ({ right, ...(BY_BASIS[right]?.(point) ?? yes) }));
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
