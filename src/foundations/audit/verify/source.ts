import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a log is read from: `checkpoint`, `key`, `tile/…`, as C2SP tlog-tiles names them. */
export interface LogSource {
  /** What a reader sees in messages. */
  readonly name: string;
  /** The file's bytes; undefined when there is none. At most `limit` bytes. @throws SourceError */
  read(path: string, limit: number): Promise<Buffer | undefined>;
}

/** The source cannot be read: not a fault of the log, but nothing can be said of it either. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/** A directory in the layout of tlog-tiles, such as `lethe log follow` keeps. */
export function directorySource(directory: string): LogSource {
  return {
    name: directory,
    read: async (path, limit) => {
      try {
        const file = await open(join(directory, path));
        try {
          const about = await file.stat();
          if (!about.isFile()) throw new SourceError(`${path}: is no file`);
          if (about.size > limit) throw new SourceError(`${path}: more than ${limit} bytes`);
          return await file.readFile();
        } finally {
          await file.close();
        }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        if (code !== undefined) throw new SourceError(`${path}: cannot be read (${code})`);
        throw error;
      }
    },
  };
}

/** Milliseconds one answer may take. */
const PATIENCE = 30_000;
const ATTEMPTS = 4;

/** Reads over HTTP; undefined where there is nothing. @throws SourceError */
export type BoundedFetch = (
  url: string,
  limit: number,
  headers?: Record<string, string>,
) => Promise<Buffer | undefined>;

/** The server is not trusted: answers are bounded in size and time, redirects not followed; asked again where that helps. */
export function boundedFetch(pause: (ms: number) => Promise<void>): BoundedFetch {
  async function once(...[url, limit, headers]: Parameters<BoundedFetch>): Promise<Buffer | undefined | 'again'> {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE), redirect: 'error' });
    if (response.status === 404 || response.status === 410) return undefined;
    if (response.status === 429 || response.status >= 500) return 'again';
    if (response.status === 401 || response.status === 403)
      throw new SourceError(`${pathOf(url)}: the server refuses the token (${response.status})`);
    if (!response.ok) throw new SourceError(`${pathOf(url)}: the server answers ${response.status}`);
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of response.body ?? []) {
      length += (piece as Uint8Array).length;
      if (length > limit) throw new SourceError(`${pathOf(url)}: the server sends more than ${limit} bytes`);
      pieces.push(piece as Uint8Array);
    }
    return Buffer.concat(pieces);
  }

  return async (url, limit, headers) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await once(url, limit, headers);
        if (answer !== 'again') return answer;
      } catch (error) {
        if (error instanceof SourceError) throw error;
        if (attempt === ATTEMPTS) throw new SourceError(`${pathOf(url)}: no answer from ${new URL(url).origin}`);
      }
      if (attempt === ATTEMPTS) throw new SourceError(`${pathOf(url)}: the server is not able to answer`);
      await pause(250 * 2 ** attempt);
    }
  };
}

const pathOf = (url: string) => new URL(url).pathname.replace(/^.*?\/log\/[^/]+\//, '').replace(/^\//, '');

/** A log over HTTP. */
export function urlSource(url: string, fetched: BoundedFetch): LogSource {
  const base = url.replace(/\/+$/, '');
  return { name: base, read: (path, limit) => fetched(`${base}/${path}`, limit) };
}
