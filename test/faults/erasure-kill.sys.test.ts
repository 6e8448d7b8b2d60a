import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { readConfig } from '../../src/app/config.ts';
import { openFoundations } from '../../src/app/foundations.ts';
import { buildServices } from '../../src/app/services.ts';
import { environmentSecrets } from '../../src/foundations/holders/open.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { type Forum, openForum, policiesWithForum, type Received } from '../foundations/holders/forum.ts';
import { ENGINES } from '../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';
import { adminCall, type RunningServer, startServer } from '../support/service-process.ts';

/** The forum's policies with two databases beside it: one on PostgreSQL, one in a file. */
function policiesWithThree(): string {
  const folder = policiesWithForum();
  const edit = (file: string, from: string, to: string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    assert.ok(text.includes(from), `${file} does not say ${from}`);
    writeFileSync(join(folder, file), text.replace(from, to));
  };
  for (const [id, engine] of [
    ['archive', 'sqlite'],
    ['platform', 'postgres'],
  ] as const) {
    writeFileSync(
      join(folder, 'holders', `${id}.yaml`),
      `id: ${id}
kind: sql
title: The ${id}
place: frankfurt
engine: ${engine}
tenants: [main]
connection: { read: ${id.toUpperCase()}_URL, write: ${id.toUpperCase()}_URL }
tables:
  - id: notes
    table: notes
    key: [id]
    subject: { by: account, column: user_id }
    clocks: { occurred: at }
    columns: { body: { category: ${id}.notes, action: delete } }
`,
    );
    edit(
      'categories.yaml',
      'categories:\n',
      `categories:\n  - { id: ${id}.notes, title: Notes, holder: ${id}, special: false, source: platform }\n`,
    );
    edit(
      'retention.yaml',
      'rules:\n',
      `rules:\n  - { id: ${id}-notes-erase, category: ${id}.notes, action: erase, after: P10Y, from: occurred, reason: Long enough. }\n`,
    );
    edit('retention.yaml', 'erasureRequests:\n', `erasureRequests:\n  - { category: ${id}.notes, action: erase }\n`);
    edit('activities/accounts.yaml', 'categories: [', `categories: [${id}.notes, `);
  }
  return folder;
}

const NOTES = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, body TEXT, at TEXT);';
const rowsOf = (account: number) =>
  [1, 2, 3]
    .map((n) => `INSERT INTO notes VALUES (${account * 10 + n}, '${account}', 'Words', '2026-01-01T00:00:00Z');`)
    .join('');

for (const engine of ENGINES)
  describe(`an erasure with three holders, killed in the middle (${engine})`, function () {
    this.timeout(180_000);
    let folder: string;
    let environment: Record<string, string>;
    let server: RunningServer | undefined;
    let forum: Forum;
    let platform: pg.Pool;
    let archive: Database.Database;
    let secret: string;
    let account = 0;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-erasure-kill-'));
      forum = await openForum();
      const platformUrl = await newPostgresDatabase({ empty: true });
      const archiveFile = join(folder, 'archive.db');
      environment = {
        LETHE_DATA: join(folder, 'data'),
        LETHE_POLICIES: policiesWithThree(),
        LETHE_OUTBOX_PRIVATE_TARGETS: 'true',
        FORUM_URL: forum.url,
        FORUM_SECRET: forum.secret,
        PLATFORM_URL: platformUrl,
        ARCHIVE_URL: `sqlite:${archiveFile}`,
        ...(engine === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}),
      };
      platform = new pg.Pool({ connectionString: platformUrl, max: 2 });
      platform.on('error', () => undefined);
      await platform.query(NOTES.replace('at TEXT', 'at TIMESTAMPTZ'));
      archive = new Database(archiveFile);
      archive.exec(NOTES);
      server = await startServer('src/main.ts', environment);
      ({ secret } = await adminCall<{ secret: string }>(server.url, 'POST', '/v1/tokens', {
        role: 'platform',
        label: 'kill',
      }));
    });
    after(async () => {
      await server?.kill().catch(() => undefined);
      await forum.close();
      await platform.end();
      archive.close();
      await dropPostgresDatabase(environment['PLATFORM_URL'] as string);
      if (environment['DATABASE_URL']) await dropPostgresDatabase(environment['DATABASE_URL']);
      rmSync(folder, { recursive: true, force: true });
    });

    const call = async (method: string, path: string, key: string, body?: object) => {
      const response = await fetch(`${server?.url}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${secret}`,
          'Idempotency-Key': `"${key}"`,
          'Content-Type': 'application/json',
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      assert.ok(response.ok, `${method} ${path}: ${response.status}`);
      return (await response.json()) as Record<string, string>;
    };
    const left = async () => ({
      archive: (
        archive.prepare('SELECT count(*) AS n FROM notes WHERE user_id = ?').get(String(account)) as { n: number }
      ).n,
      platform: Number(
        (await platform.query('SELECT count(*) AS n FROM notes WHERE user_id = $1', [String(account)])).rows[0].n,
      ),
      forum: [...forum.rows.values()].filter((row) => row.account === String(account)).length,
    });

    /** The same data in this process, when the claims of the killed one have run out: what the jobs do then. */
    async function jobsLater(erasureId: string) {
      const foundations = await openFoundations(readConfig({ ...environment }));
      const services = await buildServices({
        ...foundations,
        clock: () => new Date(Date.now() + 600_000),
        log: createLog('silent'),
        secrets: environmentSecrets(environment),
        config: readConfig({ ...environment }),
      });
      try {
        const context = await services.access.contextFor('main', {
          id: 'system:test',
          role: 'operator',
          everyTenant: true,
        });
        await services.erasures.resume(context);
        await services.erasures.retryParts(context);
        await services.erasures.retryParts(context);
        const erasure = await services.erasures.get(context, erasureId);
        const entries = await foundations.store.read((q) => q.select().from(q.tables.auditEntries));
        return {
          erasure,
          entries: entries
            .map(({ action, detail }) => ({ action, detail: detail as Record<string, unknown> }))
            .filter(({ detail }) => detail['erasure'] === erasureId),
        };
      } finally {
        await services.close();
        await foundations.close();
      }
    }

    const moments: [when: string, type: string, acted: boolean][] = [
      ['before the second of them has begun', 'holder.erase', false],
      ['when the second has done its part and nobody has heard of it', 'holder.erase', true],
      ['during the second look at it', 'holder.locate', true],
    ];
    for (const [when, type, acted] of moments)
      it(`${when}, completes exactly once after a restart`, async () => {
        account += 1;
        server ??= await startServer('src/main.ts', environment);
        await call('PUT', `/v1/subjects/account:${account}`, crypto.randomUUID(), { name: 'Ada Killed' });
        archive.exec(rowsOf(account));
        await platform.query(rowsOf(account));
        for (const n of [1, 2])
          forum.rows.set(`${account}-${n}`, {
            category: 'forum.posts',
            account: String(account),
            at: '2026-01-01T00:00:00Z',
            words: 'Words',
          });
        forum.received.length = 0;
        let killing: Promise<void> | undefined;
        forum.from((message: Received, response: ServerResponse) => {
          const own = message.data['person']?.accountId === String(account);
          if (message.type !== type || !own || killing) return forum.usually(message, response);
          if (acted && type === 'holder.erase') forum.usually(message, forum.unheard());
          killing = server?.kill();
        });
        const key = crypto.randomUUID();
        const path = `/v1/subjects/account:${account}/erasure`;
        await assert.rejects(call('POST', path, key));
        await killing;
        server = undefined;
        assert.equal((await left()).archive, 0, 'the first was through');
        assert.equal((await left()).platform, 3, 'the third had not begun');

        forum.from();
        server = await startServer('src/main.ts', environment);
        const repeated = await call('POST', path, key);
        assert.deepEqual([repeated['status'], repeated['verdict']], ['finished', 'incomplete']);
        assert.equal((await left()).platform, 0);
        await server.stop();
        server = undefined;

        const { erasure, entries } = await jobsLater(repeated['erasureId'] as string);
        assert.equal(erasure.verdict, 'complete');
        assert.deepEqual(await left(), { archive: 0, platform: 0, forum: 0 });
        assert.deepEqual(
          erasure.parts?.map(({ holder, status }) => [holder, status]),
          [
            ['archive', 'done'],
            ['forum', 'done'],
            ['platform', 'done'],
          ],
        );
        const removed = Object.fromEntries(
          erasure.holders.flatMap(({ categories }) => categories.map(({ category, removed: n }) => [category, n])),
        );
        assert.deepEqual([removed['archive.notes'], removed['platform.notes']], [3, 3]);
        // Each step once: begun, each holder inside, and certified when it was known and when it was complete.
        const times = (action: string) => entries.filter((entry) => entry.action === action).length;
        assert.equal(times('erasure.started'), 1);
        const inside = entries
          .filter(({ action }) => action === 'erasure.holder-done')
          .map(({ detail }) => detail['holder']);
        assert.equal(new Set(inside).size, inside.length);
        assert.deepEqual(
          entries.filter(({ action }) => action === 'erasure.finished').map(({ detail }) => detail['verdict']),
          ['incomplete', 'complete'],
        );
        const ids = new Set(forum.sent('erase').map(({ id }) => id));
        assert.equal(ids.size, 1, 'the holder can tell the repeat from another erasure');
      });
  });
