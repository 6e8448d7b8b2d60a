import type { Query, Store } from '../../../foundations/store/store.ts';
import { dropPieces, GATHERED_FROM, inPieces, type PieceKeeper, readPiece, writePiece, ZIP_AT } from './chunks.ts';

/** What was gathered under one name: a kind of data, or one of the lists about the person. */
interface Strand {
  count: number;
  /** Names of fields in the order they were first met. */
  fields: Set<string>;
  /** The first rows, for what is read on paper. */
  first: unknown[];
  positions: number[];
  pieces: ReturnType<typeof inPieces>;
}

/**
 * Rows on their way into a package: every holder is read once, and its rows wait, sealed, in pieces of the package until
 * the files are written from them. So the snapshot is open only while rows are read, a holder outside is asked only
 * once, and memory holds one piece of each kind of data.
 */
export function createGathering(
  store: Store,
  keeper: PieceKeeper,
  options: { first: number; also(tx: Query): Promise<void> },
) {
  const strands = new Map<string, Strand>();
  let position = GATHERED_FROM;

  function strandOf(name: string): Strand {
    const standing = strands.get(name);
    if (standing) return standing;
    const positions: number[] = [];
    const pieces = inPieces(async (piece) => {
      const at = position;
      position += 1;
      await writePiece(store, keeper, at, piece, options.also);
      positions.push(at);
    });
    const strand: Strand = { count: 0, fields: new Set(), first: [], positions, pieces };
    strands.set(name, strand);
    return strand;
  }

  return {
    async add(name: string, row: object, fields: Iterable<string> = []): Promise<void> {
      const strand = strandOf(name);
      strand.count += 1;
      for (const field of fields) strand.fields.add(field);
      if (strand.first.length < options.first) strand.first.push(row);
      await strand.pieces.addText(`${JSON.stringify(row)}\n`);
    },

    /** Everything is written; from here on it is only read. */
    async close(): Promise<void> {
      for (const { pieces } of strands.values()) await pieces.flush();
    },

    names: (): string[] => [...strands.keys()],
    count: (name: string): number => strands.get(name)?.count ?? 0,
    fields: (name: string): string[] => [...(strands.get(name)?.fields ?? [])],
    first: <T>(name: string): T[] => (strands.get(name)?.first ?? []) as T[],

    /** The rows as they were added, each as a line of JSON. */
    async *lines(name: string): AsyncGenerator<string> {
      let rest: Buffer = Buffer.alloc(0);
      for (const at of strands.get(name)?.positions ?? []) {
        const bytes = Buffer.concat([rest, await readPiece(store, keeper, at)]);
        const end = bytes.lastIndexOf(0x0a) + 1;
        rest = bytes.subarray(end);
        if (end > 0) yield* bytes.toString('utf8', 0, end - 1).split('\n');
      }
    },

    discard: (): Promise<void> => dropPieces(store, keeper, GATHERED_FROM, ZIP_AT),
  };
}

export type Gathering = ReturnType<typeof createGathering>;
