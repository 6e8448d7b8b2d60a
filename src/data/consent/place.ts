import type { ConsentStatus } from '../../law/consent-status.ts';

/**
 * Where a decision stands in the history of a person and a purpose. Places grow with the instant of the decision, so
 * that an imported one finds its own between those that are there, whenever it comes, and nothing is moved for it. Each
 * millisecond has 32 of them: at the end that of a decision recorded here, before it those of imported ones, each
 * followed by one for its own end by time.
 */
const PER_MILLISECOND = 32;
const RECORDED = 30;
/** Of two imported decisions of one instant the one stands that permits less. */
const IMPORTED = { given: 2, refused: 4, withdrawn: 6 } as const satisfies Partial<Record<ConsentStatus, number>>;

export type ImportedStatus = keyof typeof IMPORTED;
export const IMPORTED_STATUSES = Object.keys(IMPORTED) as ImportedStatus[];

/** The place of what is recorded now: after all that stands, also where a clock has gone back or is behind another's. */
export const placeOfRecorded = (at: Date, latest: number): number =>
  Math.max(latest + 1, at.getTime() * PER_MILLISECOND + RECORDED);

/** The place of an imported decision: of a person, a purpose, an instant and a status there is one. */
export const placeOfImported = (at: Date, status: ImportedStatus): number =>
  at.getTime() * PER_MILLISECOND + IMPORTED[status];

/** That a decision has ended by itself follows it at once: what was decided later stands over it, whenever it came. */
export const placeOfEnd = (of: number): number => of + 1;
