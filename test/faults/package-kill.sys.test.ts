import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { readConfig } from '../../src/app/config.ts';
import { openFoundations } from '../../src/app/foundations.ts';
import { buildServices } from '../../src/app/services.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { uuidv7Maker } from '../../src/foundations/store/uuid.ts';
import { bytesOf, unpacked } from '../rights/reports/package/unpacked.ts';
import { ENGINES } from '../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';
import { type RunningServer, startServer } from '../support/service-process.ts';

const ROWS = 12_000;
const VISITOR = '0190c7a4-0000-7000-8000-00000000000d';
const nobody = { address: undefined, userAgent: undefined, globalPrivacyControl: false };

for (const engine of ENGINES)
  describe(`a package whose maker is killed (${engine})`, function () {
    this.timeout(180_000);
    let folder: string;
    let environment: Record<string, string>;
    let server: RunningServer | undefined;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-package-kill-'));
      environment = {
        LETHE_DATA: folder,
        ...(engine === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}),
      };
    });
    after(async () => {
      await server?.kill().catch(() => undefined);
      if (environment['DATABASE_URL']) await dropPostgresDatabase(environment['DATABASE_URL']);
      rmSync(folder, { recursive: true, force: true });
    });

    /** The same data in this process, so much later: leases of the killed one have ended after ten minutes. */
    async function inside<T>(
      later: number,
      work: (all: Awaited<ReturnType<typeof openAll>>) => Promise<T>,
    ): Promise<T> {
      const all = await openAll(later);
      try {
        return await work(all);
      } finally {
        await all.services.close();
        await all.close();
      }
    }
    async function openAll(later: number) {
      const foundations = await openFoundations(readConfig({ ...environment }));
      const clock = () => new Date(Date.now() + later);
      const services = await buildServices({ ...foundations, clock, log: createLog('silent') });
      await services.access.bootstrap({ secret: undefined, announce: () => undefined });
      const context = await services.access.contextFor('main', { id: 'system:test', role: 'dpo', everyTenant: true });
      return { ...foundations, services, context };
    }
    const moments: [when: string, reached: (positions: number[]) => boolean][] = [
      ['while rows are gathered', (positions) => positions.filter((at) => at < 0).length > 3],
      ['while the file is written', (positions) => positions.some((at) => at >= 0)],
    ];
    for (const [when, reached] of moments)
      it(`${when}, is made once, whole, and nothing of the first attempt is left`, async () => {
        const packageId = await inside(0, async ({ services, context, store, vault }) => {
          const at = new Date(Date.now() - 86_400_000);
          const subjectId = await vault.subjectId('main', 'visitor', VISITOR);
          const count = (await store.read((q) => q.select().from(q.tables.visits))).length;
          if (count === 0) {
            const visit = { portal: 'north', visitor: VISITOR, address: '203.0.113.9', userAgent: 'Firefox/143.0' };
            await services.visits.record(context, { ...visit, occurredAt: at.toISOString() }, nobody);
            const makeId = uuidv7Maker();
            await store.write(async (tx) => {
              const { visits } = tx.tables;
              const [model] = await tx.select().from(visits).limit(1);
              assert.ok(model && model.subjectId === subjectId);
              const copy = { ...model, addressSealed: null, userAgentSealed: null, life: 'reduced' };
              for (let from = 1; from < ROWS; from += 500)
                await tx
                  .insert(visits)
                  .values(Array.from({ length: Math.min(500, ROWS - from) }, () => ({ ...copy, visitId: makeId(at) })));
            });
          }
          const order = { subject: `visitor:${VISITOR}`, kind: 'access' as const };
          return (await services.packages.prepare(context, order)).packageId;
        });

        // The job that makes packages runs at the start of the service.
        const watching = await openFoundations(readConfig({ ...environment }));
        server = await startServer('src/main.ts', environment);
        for (const until = Date.now() + 60_000; ; ) {
          const { packageChunks: chunks } = watching.store.tables;
          const rows = await watching.store.read((q) =>
            q.select({ position: chunks.position }).from(chunks).where(eq(chunks.packageId, packageId)),
          );
          if (reached(rows.map(({ position }) => position))) break;
          assert.ok(Date.now() < until, 'it never got so far');
        }
        await server.kill();
        server = undefined;
        await watching.close();
        const state = await inside(0, ({ services, context }) => services.packages.get(context, packageId));
        assert.equal(state.status, 'preparing', 'it was killed in the middle');

        await inside(600_000, async ({ services, context, store }) => {
          assert.equal((await services.packages.work(context)).made, 1);
          assert.equal((await services.packages.work(context)).made, 0);
          const made = await services.packages.get(context, packageId);
          assert.deepEqual([made.status, made.records], ['ready', ROWS]);
          const reading = { purpose: 'access-request' as const, what: 'test', subjects: new Set<string>() };
          const { stream, bytes } = await services.packages.content({ ...context, reading }, packageId);
          const zip = await bytesOf(stream);
          assert.equal(zip.length, bytes);
          const files = await unpacked(zip);
          const lines = (files.get('data/visits.reduced.csv')?.toString().trim().split('\r\n') ?? []).length;
          const other = (files.get('data/visits.reduced.csv')?.toString().trim().split('\n') ?? []).length;
          assert.ok([lines, other].includes(ROWS), `${lines}, ${other}`);
          const positions = (await store.read((q) => q.select().from(q.tables.packageChunks)))
            .filter((chunk) => chunk.packageId === packageId)
            .map(({ position }) => position)
            .filter((at) => at > -1_000_000_000);
          assert.ok(
            positions.every((at) => at >= 0),
            'gathered rows are gone',
          );
          assert.equal(positions.length, Math.max(...positions) + 1, 'no piece twice, none beyond the end');
          const entries = await store.read((q) => q.select().from(q.tables.auditEntries));
          const said = entries.filter(
            ({ action, detail }) => action === 'package.made' && (detail as { package?: string }).package === packageId,
          );
          assert.equal(said.length, 1);
          await services.packages.destroy(context, packageId);
        });
      });
  });
