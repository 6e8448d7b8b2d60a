import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { and, eq } from 'drizzle-orm';
import pg from 'pg';
import { parseVerifierKey } from '../../../../src/foundations/audit/log/note.ts';
import { followLog } from '../../../../src/foundations/audit/verify/mirror.ts';
import { boundedFetch, directorySource, urlSource } from '../../../../src/foundations/audit/verify/source.ts';
import { verifyLog } from '../../../../src/foundations/audit/verify/verify-log.ts';
import { liveThrough } from '../../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

onBothEngines('The log of the service itself', (ground, engine) => {
  let app: TestApp;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-own-log-'));
    app = await openApp(ground());
    await liveThrough(app, 'ada');
    await liveThrough(app, 'bea');
  });
  after(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const advance = async () => {
    app.time.now = new Date(app.time.now.getTime() + 2000);
    await app.services.merkleLog.advance(() => app.time.now);
  };
  const source = () =>
    urlSource(
      `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/log/north`,
      boundedFetch(async () => undefined),
    );
  const verifier = async () => parseVerifierKey((await app.as('nobody').get('/log/north/key')).text);

  it('verifies, with all that a life leaves in it, and is mirrored as it grows', async () => {
    await advance();
    const follow = async () => followLog({ source: source(), directory: folder, verifier: await verifier() });
    const { size } = await follow();
    assert.ok(size > 15);
    const context = await app.contextOf('north');
    await ground().store.write(async (tx) => {
      for (let n = 0; n < 700; n += 1)
        await ground().audit.add(tx, context, {
          action: 'test.done',
          detail: { z: n, '10': 0.1, '9': [{ b: 'Žižek 🗝', a: null }], 'é"\\': true },
        });
    });
    await advance();
    assert.equal((await follow()).added, 700);
    const whole = await verifyLog({ source: directorySource(folder), verifier: await verifier() });
    assert.equal(whole.checked, size + 700);
  });

  it('does not, once an entry was altered in the database: the check names the entry', async () => {
    const entryId = await ground().store.read(async (q) => {
      const { logLeaves: t } = q.tables;
      const [row] = await q
        .select()
        .from(t)
        .where(and(eq(t.tenantId, 'north'), eq(t.leafIndex, 300)));
      return row?.entryId as string;
    });
    await alter(entryId);
    await assert.rejects(
      verifyLog({ source: source(), verifier: await verifier() }),
      /tile\/entries\/001: leaf 300 does not fit hash 44 of tile\/0\/001/,
    );
  });

  /** As somebody who may do everything with the database. */
  async function alter(entryId: string): Promise<void> {
    const change = `UPDATE audit_entries SET action = 'nothing.happened' WHERE entry_id = '${entryId}'`;
    if (engine === 'sqlite') {
      const database = new Database(ground().location);
      const triggers = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit_entries'")
        .all() as { name: string }[];
      for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
      database.exec(change);
      database.close();
    } else {
      const client = new pg.Client({ connectionString: ground().location });
      await client.connect();
      await client.query(`ALTER TABLE audit_entries DISABLE TRIGGER ALL; ${change}`);
      await client.end();
    }
  }
});
