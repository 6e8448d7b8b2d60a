import { createHash } from 'node:crypto';
import { configure, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';

configure({ useWebWorkers: false });

/** A file of a ZIP, as its manifest names it. */
export interface ZippedFile {
  name: string;
  bytes: number;
  sha256: string;
}

/** A ZIP that is written as it grows: one file in memory at a time. The same files at the same date give the same bytes. */
export function writeZip(sink: WritableStream<Uint8Array>, date: Date) {
  const zip = new ZipWriter(sink, {
    ...{ lastModDate: date, rawLastModDate: dosTime(date), extendedTimestamp: false, level: 6 },
  });
  return {
    async add(name: string, content: string | Uint8Array): Promise<ZippedFile> {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      await zip.add(name, new Uint8ArrayReader(bytes));
      return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    close: async (): Promise<void> => void (await zip.close()),
  };
}

/** A ZIP's own form of an instant, to two seconds. Its readers take it for local time; here it is UTC, the same everywhere. */
function dosTime(at: Date): number {
  const day = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
