import assert from 'node:assert/strict';

/** One thing that reads what strangers send, and what must hold of it for any bytes. */
export interface FuzzTarget {
  name: string;
  /** Pieces its grammar is made of: mutations put them in. */
  words: readonly (string | Uint8Array)[];
  /** How many times the usual time its work may take for each kilobyte, where that is much and yet linear. */
  slower?: number;
  /** @throws whatever is wrong with what the parser made of the input */
  run(input: Buffer): void | Promise<void>;
}

export const wordsOf = ({ words }: FuzzTarget): Buffer[] =>
  words.map((word) => (typeof word === 'string' ? Buffer.from(word) : Buffer.from(word)));

/** What the parser answers, or undefined where it refuses in its own words. @throws any other error */
export function readOr<T>(refusals: (abstract new (...args: never[]) => Error)[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return undefined;
    throw error;
  }
}

/** The same for what is read over several turns. */
export async function readOrAsync<T>(
  refusals: (abstract new (...args: never[]) => Error)[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return undefined;
    throw error;
  }
}

/** Bytes in pieces of a size that the input chose, and no more than some hundreds of them. */
export function piecesOf(bytes: Buffer, chosen = 0): Buffer[] {
  const size = Math.max(chosen + 1, bytes.length >> 9);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const KEYS = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length);

/** Nobody has put anything on what every object inherits from. */
export function assertNoPollution(): void {
  for (const [n, prototype] of PROTOTYPES.entries())
    assert.equal(Reflect.ownKeys(prototype).length, KEYS[n], 'a prototype was changed');
}

/** What comes out is no more than so many times what went in. */
export function assertBounded(output: unknown, input: Buffer, times: number): void {
  const length = typeof output === 'string' ? output.length : (JSON.stringify(output)?.length ?? 0);
  const most = 1_000 + times * input.length;
  assert.ok(length <= most, `${length} characters out of ${input.length} bytes`);
}
