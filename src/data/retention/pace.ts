/**
 * The pace of a sweep beside other people's writes. On SQLite a batch and its commit hold the only writer: batches are
 * kept short, and between them the sweep stands aside for as long as others wait, but never for good.
 */
export interface Pace {
  /** Rows of the next batch. */
  rows(): number;
  /** Tells how long the last batch's own statements took, in milliseconds; its commit takes about as long again. */
  observe(took: number): void;
  /** Milliseconds to stand aside when others wait. */
  pause(): number;
}

/** Milliseconds a batch should take: SQLite's writers wait behind it, PostgreSQL's do not. */
const TARGET = { sqlite: 6, postgres: 150 };
/** How much longer than a batch the others get, when there are others. */
const GIVE_WAY = { sqlite: 2, postgres: 0 };
const SMALLEST = 50;
const LARGEST = 20_000;

export function createPace(engine: 'sqlite' | 'postgres'): Pace {
  let rows = 200;
  let last = 0;
  return {
    rows: () => rows,
    observe: (took) => {
      last = took;
      // At most a half more or less: one slow disk flush should not throw the size about.
      const factor = Math.min(1.5, Math.max(0.5, TARGET[engine] / Math.max(took, 0.1)));
      rows = Math.round(Math.min(LARGEST, Math.max(SMALLEST, rows * factor)));
    },
    pause: () => Math.min(100, GIVE_WAY[engine] * last),
  };
}
