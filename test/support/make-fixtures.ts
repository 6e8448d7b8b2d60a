import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDump } from '../../src/foundations/backup/dump.ts';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { ENGINES, type Engine } from './engines.ts';
import { dropPostgresDatabase, newPostgresDatabase, stopPostgres } from './postgres.ts';
import { adminCall, startServer } from './service-process.ts';
import { storedAt } from './stored-installation.ts';

/**
 * `npm run fixtures`: stores an installation of this version on each engine, as its service leaves it when it stops. Once
 * a version is released what it has stored stays as it is; the next one gets a folder of its own.
 */
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
const NOTICE = { id: 'consent-banner', version: '1.1', language: 'en' };

async function make(engine: Engine): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-fixture-'));
  const url = engine === 'postgres' ? await newPostgresDatabase({ empty: true }) : undefined;
  const server = await startServer('src/main.ts', { LETHE_DATA: folder, ...(url ? { DATABASE_URL: url } : {}) });
  // Whatever fails, it does not outlive this.
  process.once('exit', () => server.child.kill('SIGKILL'));
  const token = async (role: string) =>
    (await adminCall<{ secret: string }>(server.url, 'POST', '/v1/tokens', { role, label: role })).secret;
  const tokens = { platform: await token('platform'), dpo: await token('dpo') };

  async function post<T>(role: keyof typeof tokens, path: string, body?: unknown): Promise<T> {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${tokens[role]}`,
        'Lethe-Purpose': 'data-quality',
        'Idempotency-Key': `"${crypto.randomUUID()}"`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  const decide = (id: string) =>
    post<{ eventId: string }>('platform', '/v1/consents', {
      subject: { kind: 'account', id },
      purpose: 'usage-statistics',
      status: 'given',
      notice: NOTICE,
    });

  const { eventId } = await decide('ada');
  await decide('bea');
  const { certificateId } = await post<{ certificateId: string }>('dpo', '/v1/subjects/bea/erasure');
  const { requestId } = await post<{ requestId: string }>('dpo', '/v1/requests', {
    type: 'rectification',
    channel: 'email',
    subject: 'ada',
    receivedAt: new Date(Date.now() - 60_000).toISOString(),
    text: 'That is not how I am called.',
    changes: { nameAsPublished: 'Ada N.' },
  });
  // Its end gives everything a place in the log, and signs it.
  const ended = new Promise((exit) => server.child.once('exit', exit));
  server.child.kill('SIGTERM');
  await ended;

  const stored = storedAt(version, engine);
  rmSync(stored, { recursive: true, force: true });
  mkdirSync(stored, { recursive: true });
  const zipped = (bytes: Buffer) => gzipSync(bytes, { level: 9 });
  for (const name of ['keyring.db', ...(url ? [] : ['lethe.db'])])
    writeFileSync(join(stored, `${name}.gz`), zipped(readFileSync(join(folder, name))));
  if (url) {
    const dump = await openDump(url, 'data');
    const pieces: Buffer[] = [];
    for await (const piece of dump.content) pieces.push(piece);
    await dump.close();
    writeFileSync(join(stored, 'lethe.sql.gz'), zipped(Buffer.concat(pieces)));
    await dropPostgresDatabase(url);
  }
  copyFileSync(join(folder, 'master.key'), join(stored, 'master.key'));
  const known = { tokens, eventId, requestId, certificateId };
  writeFileSync(join(stored, 'known.json'), `${JSON.stringify(known, null, 2)}\n`);
  rmSync(folder, { recursive: true, force: true });
}

try {
  for (const engine of ENGINES) await make(engine);
} finally {
  await stopPostgres();
}
