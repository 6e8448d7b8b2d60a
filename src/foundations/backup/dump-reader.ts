import { FIRST_LINE, LAST_LINE } from './dump.ts';
import { BackupError } from './manifest.ts';

/** A line longer than this is no row of Lethe's. */
const LONGEST_LINE = 64 * 1024 * 1024;
const NEWLINE = 10;
const COPY = /^COPY "([a-z_]{1,63})" \(("[a-z_0-9]{1,63}"(?:, "[a-z_0-9]{1,63}")*)\) FROM stdin;$/;

/** How many rows of which table there may be: what the manifest counts. */
type Bounds = Record<string, number>;

/** Takes the rows of one table, in pieces that end with a row. */
export interface RowSink {
  rows(piece: Buffer): Promise<void>;
  end(): Promise<void>;
}

/**
 * Reads a dump by its structure and hands over the rows, no more than there may be; of the SQL around them nothing is
 * ever executed. Answers the number of rows per table.
 * @throws BackupError when it is not a whole dump, or more than one
 */
export async function readDump(
  content: AsyncIterable<Buffer>,
  open: (table: string, columns: string) => Promise<RowSink>,
  bounds: Bounds,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let table: { name: string; sink: RowSink } | undefined;
  let rest: Buffer = Buffer.alloc(0);
  let lines = 0;
  let last = '';

  async function text(line: string): Promise<void> {
    lines += 1;
    if (lines === 1 && line !== FIRST_LINE) throw new BackupError('It does not begin as a backup of Lethe does.');
    last = line;
    const match = COPY.exec(line);
    if (!match) return;
    const [, name, columns] = match as unknown as [string, string, string];
    if (!Object.hasOwn(bounds, name))
      throw new BackupError(`Its manifest does not name the table ${name}: it was altered.`);
    if (counts[name] !== undefined) throw new BackupError(`It holds the table ${name} twice.`);
    counts[name] = 0;
    table = { name, sink: await open(name, columns) };
  }

  /** Rows up to the end of the piece or of the table; answers where it went on. */
  async function rowsFrom(piece: Buffer, from: number, open: { name: string; sink: RowSink }): Promise<number> {
    let at = from;
    for (;;) {
      const end = piece.indexOf(NEWLINE, at);
      const over = end - at === 2 && piece[at] === 0x5c && piece[at + 1] === 0x2e;
      if ((end < 0 || over) && at > from) await open.sink.rows(piece.subarray(from, at));
      if (end < 0) return at;
      if (over) {
        await open.sink.end();
        table = undefined;
        return end + 1;
      }
      const count = (counts[open.name] ?? 0) + 1;
      if (count > (bounds[open.name] ?? 0))
        throw new BackupError(`It holds more rows of ${open.name} than its manifest says: it was altered.`);
      counts[open.name] = count;
      at = end + 1;
    }
  }

  for await (const chunk of content) {
    const piece = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      if (table) {
        at = await rowsFrom(piece, at, table);
        if (table) break;
        continue;
      }
      const end = piece.indexOf(NEWLINE, at);
      if (end < 0) break;
      await text(piece.toString('utf8', at, end));
      at = end + 1;
    }
    rest = piece.subarray(at);
    if (rest.length > LONGEST_LINE) throw new BackupError('It has a line that no backup of Lethe has.');
  }
  if (table || rest.length > 0 || last !== LAST_LINE) throw new BackupError('It breaks off before its end.');
  return counts;
}
