import { createHash } from 'node:crypto';

/** An import that began with the same line, and where its source was known by what. */
export interface Candidate<T> {
  import: T;
  /** Ends of lines, in order, each with the keyed hash of everything before it. */
  marks: { position: number; prefixIndex: string }[];
}

/**
 * Which import a source belongs to: the one that read what this source begins with, whatever the file is called now,
 * packed or not, shorter or longer than it was then. Of several (a source that was read short, and again as another)
 * the one that came furthest.
 * @returns the SHA-256 of the first line, and how many imports began with it; undefined when there is no whole line yet.
 */
export async function knownAs<T>(
  bytes: AsyncIterable<Buffer>,
  index: (digest: string) => Promise<string>,
  candidates: (firstLine: string) => Promise<Candidate<T>[]>,
): Promise<{ firstLine: string; known: Candidate<T> | undefined; others: number } | undefined> {
  const prefix = createHash('sha256');
  let firstLine: string | undefined;
  let found: Candidate<T>[] = [];
  /** Places where a candidate is known by something, still to come. */
  let places: number[] = [];
  /** What everything up to the last place passed hashes to. */
  const digests = new Map<number, string>();
  let length = 0;
  let blank = true;

  for await (const piece of bytes) {
    let hashed = 0;
    if (firstLine === undefined) {
      let end = 0;
      for (; end < piece.length && (blank || piece[end] !== 10); end += 1)
        if (piece[end] !== 10 && piece[end] !== 13) blank = false;
      if (end < piece.length) {
        hashed = end + 1;
        prefix.update(piece.subarray(0, hashed));
        firstLine = prefix.copy().digest('hex');
        found = await candidates(firstLine);
        places = [...new Set(found.flatMap(({ marks }) => marks.map(({ position }) => position)))].sort(
          (a, b) => b - a,
        );
        while ((places.at(-1) ?? Number.POSITIVE_INFINITY) < length + hashed) places.pop();
      }
    }
    for (let place = places.at(-1); place !== undefined && place <= length + piece.length; place = places.at(-1)) {
      prefix.update(piece.subarray(hashed, place - length));
      hashed = place - length;
      digests.set(place, prefix.copy().digest('hex'));
      places.pop();
    }
    prefix.update(piece.subarray(hashed));
    length += piece.length;
  }
  if (firstLine === undefined) return undefined;

  const reach = ({ marks }: Candidate<T>) => marks.at(-1)?.position ?? 0;
  for (const candidate of found.toSorted((a, b) => reach(b) - reach(a))) {
    const last = candidate.marks.findLast(({ position }) => digests.has(position));
    if (!last || (await index(digests.get(last.position) as string)) === last.prefixIndex)
      return { firstLine, known: candidate, others: found.length };
  }
  return { firstLine, known: undefined, others: found.length };
}
