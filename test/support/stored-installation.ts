import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import type { Engine } from './engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from './postgres.ts';

/** Installations as releases have left them, whole: database, keyring and master key (of tests). See test/fixtures/README.md. */
export const storedAt = (version: string, engine: Engine): string =>
  join(packageRoot, 'test/fixtures', version, engine);

export interface Installation {
  folder: string;
  /** The environment to start on it. */
  environment: Record<string, string>;
  remove(): Promise<void>;
}

/** A copy of a stored installation that may be started on. */
export async function unpackInstallation(version: string, engine: Engine): Promise<Installation> {
  const stored = storedAt(version, engine);
  const folder = mkdtempSync(join(tmpdir(), 'lethe-stored-'));
  for (const name of ['keyring.db', 'lethe.db'])
    if (existsSync(join(stored, `${name}.gz`)))
      writeFileSync(join(folder, name), gunzipSync(readFileSync(join(stored, `${name}.gz`))), { mode: 0o600 });
  copyFileSync(join(stored, 'master.key'), join(folder, 'master.key'));
  chmodSync(join(folder, 'master.key'), 0o600);
  const environment: Record<string, string> = { LETHE_DATA: folder };
  if (engine === 'postgres') {
    environment['DATABASE_URL'] = await newPostgresDatabase({ empty: true });
    await loadPlain(environment['DATABASE_URL'], gunzipSync(readFileSync(join(stored, 'lethe.sql.gz'))));
  }
  return {
    folder,
    environment,
    remove: async () => {
      if (environment['DATABASE_URL']) await dropPostgresDatabase(environment['DATABASE_URL']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Executes plain SQL with rows in it, as `psql` does: the tables are those of then, not those of now. */
async function loadPlain(url: string, dump: Buffer): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rest = dump.toString('latin1');
    for (;;) {
      const copy = /^COPY .* FROM stdin;\n/m.exec(rest);
      const statements = rest.slice(0, copy?.index);
      if (statements.trim() !== '') await client.query(Buffer.from(statements, 'latin1').toString('utf8'));
      if (!copy) return;
      const rows = rest.slice(copy.index + copy[0].length);
      const end = rows.startsWith('\\.\n') ? 0 : rows.indexOf('\n\\.\n') + 1;
      const stream = client.query(from(copy[0].replace(/;\n$/, '')));
      stream.end(Buffer.from(rows.slice(0, end), 'latin1'));
      await finished(stream);
      rest = rows.slice(end + 3);
    }
  } finally {
    await client.end();
  }
}
