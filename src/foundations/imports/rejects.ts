import { type FileHandle, open } from 'node:fs/promises';
import { Problem } from '../contract/problem.ts';
import type { ImportRow } from './table.ts';

/** Where lines that were not taken go, as they were. */
export interface Rejects {
  append(lines: string[]): Promise<void>;
  /** Length of the file after all that was appended. */
  bytes(): number;
  close(): Promise<void>;
}

/**
 * Opens the reject file, cut to what belongs to lines already read: what a killed run had written beyond that comes
 * again. Its first line names the import, so that no other file is ever cut.
 * @throws Problem `conflict` when another file is there already.
 */
export async function openRejects(
  path: string,
  row: Pick<ImportRow, 'importId' | 'rejectedBytes'>,
  headOf = (importId: string) => `# lines rejected by import ${importId}`,
): Promise<Rejects> {
  const head = Buffer.from(`${headOf(row.importId)}\n`);
  const { handle, size } = await openOwn(path, head);
  if (size === 0) await handle.write(head, 0, head.length, 0);
  let length = Math.max(Math.min(size, row.rejectedBytes), head.length);
  await handle.truncate(length);
  return {
    append: async (lines) => {
      if (lines.length === 0) return;
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      await handle.write(bytes, 0, bytes.length, length);
      await handle.sync();
      length += bytes.length;
    },
    bytes: () => length,
    close: () => handle.close(),
  };
}

/** A new file only its owner can read, or the one an earlier run of the same import began. */
async function openOwn(path: string, head: Buffer): Promise<{ handle: FileHandle; size: number }> {
  try {
    return { handle: await open(path, 'wx', 0o600), size: 0 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const handle = await open(path, 'r+');
  const { size } = await handle.stat();
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(head.length), 0, head.length, 0);
  if (size > 0 && !buffer.subarray(0, bytesRead).equals(head)) {
    await handle.close();
    throw new Problem('conflict', 'The reject file is there already. Move it away, or name another.');
  }
  await handle.chmod(0o600);
  return { handle, size };
}
