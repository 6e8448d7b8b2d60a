import fc from 'fast-check';

/** One change of an input. Places are numbers of any size: they are taken by the length of what is changed. */
type Change =
  | { kind: 'byte'; at: number; value: number }
  | { kind: 'word'; at: number; which: number }
  | { kind: 'replace'; at: number; which: number }
  | { kind: 'cut'; at: number; length: number }
  | { kind: 'double'; at: number; length: number }
  | { kind: 'pump'; at: number; length: number; times: number }
  | { kind: 'other'; at: number; which: number; from: number };

/** A new input: which known one it begins as, and what is changed of it. */
interface Mutation {
  base: number;
  changes: Change[];
}

const place = fc.nat(1_000_003);
const short = fc.integer({ min: 1, max: 24 });
const often = <T>(arbitrary: fc.Arbitrary<T>) => ({ arbitrary, weight: 4 });
const change: fc.Arbitrary<Change> = fc.oneof(
  often(fc.record({ kind: fc.constant('byte' as const), at: place, value: fc.integer({ min: 0, max: 255 }) })),
  often(fc.record({ kind: fc.constant('word' as const), at: place, which: place })),
  often(fc.record({ kind: fc.constant('replace' as const), at: place, which: place })),
  often(fc.record({ kind: fc.constant('cut' as const), at: place, length: short })),
  often(fc.record({ kind: fc.constant('double' as const), at: place, length: short })),
  often(fc.record({ kind: fc.constant('other' as const), at: place, which: place, from: place })),
  // Repeated for long: what takes time with the square of it shows.
  fc.record({
    kind: fc.constant('pump' as const),
    at: place,
    length: short,
    times: fc.integer({ min: 2, max: 4_096 }),
  }),
);

export const mutations: fc.Arbitrary<Mutation> = fc.record({
  base: place,
  changes: fc.array(change, { minLength: 1, maxLength: 5 }),
});

/** Bytes of an input at most: what a body may have. */
export const LARGEST = 65_536;

export function mutated(corpus: readonly Buffer[], words: readonly Buffer[], { base, changes }: Mutation): Buffer {
  let bytes = corpus[base % corpus.length] ?? Buffer.alloc(0);
  for (const one of changes) bytes = changed(bytes, one, corpus, words);
  return bytes.subarray(0, LARGEST);
}

function changed(bytes: Buffer, one: Change, corpus: readonly Buffer[], words: readonly Buffer[]): Buffer {
  const at = one.at % (bytes.length + 1);
  const spliced = (drop: number, put: Uint8Array) =>
    Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]);
  switch (one.kind) {
    case 'byte':
      return spliced(1, Buffer.of(one.value));
    case 'word':
      return spliced(0, words[one.which % words.length] ?? Buffer.of());
    case 'replace': {
      const word = words[one.which % words.length] ?? Buffer.of();
      return spliced(word.length, word);
    }
    case 'cut':
      return spliced(one.length, Buffer.of());
    case 'double':
      return spliced(0, bytes.subarray(at, at + one.length));
    case 'pump': {
      const unit = bytes.subarray(at, at + one.length);
      if (unit.length === 0) return bytes;
      return spliced(unit.length, Buffer.alloc(Math.min(one.times * unit.length, LARGEST), unit));
    }
    case 'other': {
      const other = corpus[one.which % corpus.length] ?? Buffer.of();
      return spliced(bytes.length, other.subarray(one.from % (other.length + 1)));
    }
  }
}

/** A smaller input that still fails, found by leaving pieces out. */
export async function shrunk(input: Buffer, fails: (input: Buffer) => Promise<boolean>): Promise<Buffer> {
  let best = input;
  for (let size = best.length >> 1; size >= 1; size = size >> 1)
    for (let at = 0; at < best.length; ) {
      const without = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await fails(without)) best = without;
      else at += size;
    }
  return best;
}
