import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/app/config.ts';
import { openFoundations } from '../../src/app/foundations.ts';
import { buildServices } from '../../src/app/services.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { ENGINES } from '../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';
import { adminCall, type RunningServer, startServer } from '../support/service-process.ts';

const VISITS = 6_000;

for (const engine of ENGINES)
  describe(`an erasure of visits, killed in the middle (${engine})`, function () {
    this.timeout(180_000);
    let folder: string;
    let environment: Record<string, string>;
    let server: RunningServer | undefined;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-visits-kill-'));
      environment = {
        LETHE_DATA: join(folder, 'data'),
        ...(engine === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}),
      };
      server = await startServer('src/main.ts', environment);
    });
    after(async () => {
      await server?.kill().catch(() => undefined);
      if (environment['DATABASE_URL']) await dropPostgresDatabase(environment['DATABASE_URL']);
      rmSync(folder, { recursive: true, force: true });
    });

    const tokenOf = async (role: string) =>
      (await adminCall<{ secret: string }>(server?.url ?? '', 'POST', '/v1/tokens', { role, label: role })).secret;
    const call = async (secret: string, path: string, body: string, type = 'application/json') => {
      const response = await fetch(`${server?.url}${path}`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${secret}`,
          'Idempotency-Key': `"${crypto.randomUUID()}"`,
          'Content-Type': type,
        },
        body,
      });
      assert.ok(response.ok, `${path}: ${response.status}`);
      return (await response.json()) as Record<string, string>;
    };

    it('goes on after the restart, and counts every visit once', async () => {
      const [platform, officer] = [await tokenOf('platform'), await tokenOf('dpo')];
      const line = JSON.stringify({ portal: 'killed', address: '203.0.113.7', occurredAt: '2026-05-03T10:00:00Z' });
      const lines = Array.from({ length: VISITS }, () => line).join('\n');
      const { accepted } = await call(platform, '/v1/visits/batch', lines, 'application/x-ndjson');
      assert.equal(accepted, VISITS);
      const wanted = { from: '2026-05-03T00:00:00Z', until: '2026-05-04T00:00:00Z', network: '203.0.113.0/24' };
      const proposed = await call(officer, '/v1/visits/erasures', JSON.stringify(wanted));
      const { erasureId, digest } = proposed;
      await adminCall(server?.url ?? '', 'POST', `/v1/visits/erasures/${erasureId}/approval`, { digest });
      await server?.kill();
      server = undefined;

      // The same data in this process, when the claims of the killed one have run out: what the jobs do then.
      const foundations = await openFoundations(readConfig({ ...environment }));
      const services = await buildServices({
        ...foundations,
        clock: () => new Date(Date.now() + 600_000),
        log: createLog('silent'),
        config: readConfig({ ...environment }),
      });
      try {
        const principal = { id: 'system:test', role: 'operator', everyTenant: true } as const;
        const context = await services.access.contextFor('main', principal);
        await services.visitErasures.resume(context);
        const erasure = await services.visitErasures.get(context, erasureId as string);
        assert.deepEqual([erasure.status, erasure.removed], ['completed', VISITS]);
        const entries = await foundations.store.read((q) => q.select().from(q.tables.auditEntries));
        const batches = entries.filter(({ action }) => action === 'visits.erased');
        const rows = batches.map(({ detail }) => Number((detail as Record<string, unknown>)['rows']));
        assert.equal(
          rows.reduce((sum, one) => sum + one, 0),
          VISITS,
        );
        assert.equal(entries.filter(({ action }) => action === 'visit-erasure.finished').length, 1);
        const left = await foundations.store.read((q) => q.select().from(q.tables.visits));
        assert.deepEqual(left, []);
      } finally {
        await services.close();
        await foundations.close();
      }
    });
  });
