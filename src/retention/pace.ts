/** Batch sizes that keep everybody else's writes short: on SQLite a batch holds the only writer. */
export interface Pace {
  /** Rows of the next batch. */
  rows(): number;
  /** Milliseconds the last one took. */
  observe(took: number): void;
}

/** Milliseconds a batch should take: SQLite's writers wait behind it, PostgreSQL's do not. */
const TARGET = { sqlite: 8, postgres: 150 };
const SMALLEST = 50;
const LARGEST = 20_000;

export function createPace(engine: 'sqlite' | 'postgres'): Pace {
  let rows = 500;
  return {
    rows: () => rows,
    observe: (took) => {
      // At most double or halve: one slow disk flush should not throw the size about.
      const factor = Math.min(2, Math.max(0.5, TARGET[engine] / Math.max(took, 0.1)));
      rows = Math.round(Math.min(LARGEST, Math.max(SMALLEST, rows * factor)));
    },
  };
}
