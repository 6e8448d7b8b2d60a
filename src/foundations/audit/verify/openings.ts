import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenedLeaf, SALT_BYTES } from '../log/leaf.ts';
import { LARGEST_ENTRY, TILE_WIDTH, tilePath } from '../log/tile.ts';
import { LogFault } from './bundle.ts';
import { type BoundedFetch, SourceError } from './source.ts';

/** Where the entries and salts of a log are read from: they are not public. */
export interface OpeningSource {
  /** What opens the leaves of one bundle, as many as are known. @throws SourceError, LogFault */
  read(index: number, width: number): Promise<OpenedLeaf[]>;
}

/** Bytes of one bundle's openings at most: every character of an entry may be written as an escape of six. */
const LARGEST = TILE_WIDTH * (6 * LARGEST_ENTRY + 256);

/** One line for one leaf, as `/v1/audit/leaves` answers it and a mirror keeps it. */
export const openingLine = ({ index, salt, entry }: OpenedLeaf): string =>
  `${JSON.stringify({ index, salt: salt.toString('hex'), entry })}\n`;

/** @throws LogFault naming the line that is no opening */
export function parseOpenings(text: string, name: string): OpenedLeaf[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new LogFault(`${name}: is cut off`);
  return lines.map((line, n) => {
    try {
      const { index, salt, entry } = JSON.parse(line) as Record<string, unknown>;
      const bytes = typeof salt === 'string' ? Buffer.from(salt, 'hex') : undefined;
      if (Number.isSafeInteger(index) && typeof entry === 'string' && bytes?.length === SALT_BYTES)
        return { index: index as number, salt: bytes, entry };
    } catch {
      // Said below.
    }
    throw new LogFault(`${name}: line ${n + 1} is not an entry with its place and its salt`);
  });
}

/** Where a mirror keeps what opens a bundle's leaves: beside the bundles, where no reader of tiles looks. */
export const openingsPath = (index: number): string =>
  `${tilePath('entries', index).replace(/^tile\/entries/, 'openings')}.ndjson`;

/** The openings a mirror keeps, as far as it was followed with a token. */
export function directoryOpenings(directory: string): OpeningSource {
  return {
    read: async (index) => {
      const path = openingsPath(index);
      const text = await readFile(join(directory, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
        throw new SourceError(`${path}: cannot be read (${error.code})`);
      });
      return text === '' ? [] : parseOpenings(text, path);
    },
  };
}

/** The openings a service gives to a token that may read its audit; `url` is that of the log. */
export function urlOpenings(url: string, token: string, fetched: BoundedFetch): OpeningSource {
  const [, service, tenant] = /^(.*)\/log\/([^/]+)\/*$/.exec(url) ?? [];
  if (service === undefined || tenant === undefined)
    throw new SourceError('the URL does not end in /log/TENANT: entries cannot be asked for');
  const headers = { Authorization: `Bearer ${token}`, 'Lethe-Tenant': tenant };
  return {
    read: async (index, width) => {
      const path = `v1/audit/leaves?from=${index * TILE_WIDTH}&limit=${width}`;
      const bytes = await fetched(`${service}/${path}`, LARGEST, headers);
      if (!bytes) throw new SourceError(`${path}: the server has no such answer`);
      return parseOpenings(bytes.toString('utf8'), path);
    },
  };
}
