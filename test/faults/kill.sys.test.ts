import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { and, count, eq } from 'drizzle-orm';
import { readConfig } from '../../src/app/config.ts';
import { openFoundations } from '../../src/app/foundations.ts';
import { buildServices } from '../../src/app/services.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { uuidv7Maker } from '../../src/foundations/store/uuid.ts';
import { agreedFolder } from '../support/approved.ts';
import { ENGINES } from '../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';
import { adminCall, type RunningServer, startServer } from '../support/service-process.ts';

const nobody = { address: undefined, userAgent: undefined, globalPrivacyControl: false };

for (const engine of ENGINES)
  describe(`a process that is killed (${engine})`, function () {
    this.timeout(120_000);
    let folder: string;
    let environment: Record<string, string>;
    let server: RunningServer | undefined;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-kill-'));
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

    /** The same data, opened in this process a minute later: the killed one's leases have ended by then. */
    async function reopen() {
      const foundations = await openFoundations(readConfig({ ...environment }));
      const clock = () => new Date(Date.now() + 60_000);
      const services = await buildServices({ ...foundations, clock, log: createLog('silent') });
      const context = await services.access.contextFor('main', {
        id: 'system:test',
        role: 'operator',
        everyTenant: true,
      });
      return {
        ...foundations,
        services,
        context,
        done: async () => {
          await services.close();
          await foundations.close();
        },
      };
    }

    it('has lost no decision that it acknowledged, and doubled none that is sent again', async () => {
      server = await startServer('src/main.ts', environment);
      const { url } = server;
      const { secret } = await adminCall<{ secret: string }>(url, 'POST', '/v1/tokens', {
        role: 'platform',
        label: 'kill',
      });
      const sent: { visitor: string; key: string; acknowledged?: string }[] = [];
      const post = async (base: string, decision: { visitor: string; key: string }) => {
        const response = await fetch(`${base}/v1/consents`, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${secret}`,
            'Idempotency-Key': `"${decision.key}"`,
            'Content-Type': 'application/json',
          },
          body: JSON.stringify({
            subject: { kind: 'visitor', id: decision.visitor },
            purpose: 'usage-statistics',
            status: 'given',
            notice: { id: 'consent-banner', version: '1.1', language: 'en' },
          }),
        });
        assert.equal(response.status, 201);
        return ((await response.json()) as { eventId: string }).eventId;
      };
      let killing: Promise<void> | undefined;
      const caller = async (n: number) => {
        for (let i = 0; killing === undefined; i += 1) {
          const decision: (typeof sent)[number] = { visitor: `v-${n}-${i}`, key: crypto.randomUUID() };
          sent.push(decision);
          decision.acknowledged = await post(url, decision);
          if (sent.length > 300) killing ??= server?.kill();
        }
      };
      await Promise.allSettled(Array.from({ length: 20 }, (_, n) => caller(n)));
      await killing;
      const acknowledged = sent.filter((decision) => decision.acknowledged);
      assert.ok(acknowledged.length >= 250, `${acknowledged.length} acknowledged`);

      // Started again, everybody repeats what they are not sure of; some repeat what was acknowledged.
      server = await startServer('src/main.ts', environment);
      for (const decision of [...sent.filter((one) => !one.acknowledged), ...acknowledged.slice(-20)]) {
        const eventId = await post(server.url, decision);
        assert.equal(eventId, decision.acknowledged ?? eventId);
        decision.acknowledged = eventId;
      }
      await server.stop();
      server = undefined;

      const again = await reopen();
      try {
        for (const { visitor, acknowledged: eventId } of sent) {
          const { items } = await again.services.consent.history(again.context, `visitor:${visitor}`, {});
          assert.deepEqual(
            items.map((item) => item.eventId),
            [eventId],
          );
        }
        const [entries] = await again.store.read((q) =>
          q.select({ n: count() }).from(q.tables.auditEntries).where(eq(q.tables.auditEntries.action, 'consent.given')),
        );
        assert.equal(Number(entries?.n), sent.length);
      } finally {
        await again.done();
      }
    });

    it('has treated no row half or twice in a sweep, and the sweep completes', async () => {
      const rows = 40_000;
      const seeding = await reopen();
      // The sweep that every first start makes may have been interrupted above; it must not take part here.
      await seeding.services.retention.sweeps.resume(seeding.context);
      const makeId = uuidv7Maker();
      const at = new Date(Date.now() - 30 * 86_400_000);
      await seeding.services.visits.record(
        seeding.context,
        { portal: 'north', address: '203.0.113.9', userAgent: 'Firefox/143.0', occurredAt: at.toISOString() },
        nobody,
      );
      await seeding.store.write(async (tx) => {
        const { visits } = tx.tables;
        const [model] = await tx.select().from(visits).limit(1);
        assert.ok(model);
        for (let from = 1; from < rows; from += 500)
          await tx
            .insert(visits)
            .values(Array.from({ length: Math.min(500, rows - from) }, () => ({ ...model, visitId: makeId(at) })));
      });
      await seeding.done();

      const policies = agreedFolder(folder);
      server = await startServer('src/main.ts', { ...environment, LETHE_POLICIES: policies });
      const { url } = server;
      const { sweepId } = await adminCall<{ sweepId: string }>(url, 'POST', '/v1/retention/sweeps', {
        rules: ['visits-reduce'],
      });
      for (let treated = 0; treated === 0; ) {
        const state = await adminCall<{ steps: { treated: number }[] }>(url, 'GET', `/v1/retention/sweeps/${sweepId}`);
        treated = state.steps[0]?.treated ?? 0;
      }
      await server.kill();
      server = undefined;

      environment['LETHE_POLICIES'] = policies;
      const again = await reopen();
      try {
        const { services, context, store } = again;
        const before = await services.retention.sweeps.get(context, sweepId);
        const interrupted = before.status === 'running';
        assert.deepEqual(await services.retention.sweeps.resume(context), interrupted ? [sweepId] : []);
        const after = await services.retention.sweeps.get(context, sweepId);
        assert.equal(after.status, 'completed');
        assert.equal(after.steps[0]?.treated, rows);
        const { certificate } = await services.certificates.get(context, after.certificateId as string);
        assert.equal(certificate.verdict, 'complete');
        const { left, half, audited } = await store.read(async (q) => {
          const { visits, auditEntries } = q.tables;
          const [full] = await q.select({ n: count() }).from(visits).where(eq(visits.life, 'full'));
          const [sealed] = await q
            .select({ n: count(visits.addressSealed) })
            .from(visits)
            .where(and(eq(visits.tenantId, 'main'), eq(visits.life, 'reduced')));
          const entries = await q
            .select({ detail: auditEntries.detail })
            .from(auditEntries)
            .where(eq(auditEntries.action, 'retention.reduced'));
          return {
            left: Number(full?.n),
            half: Number(sealed?.n),
            audited: entries.reduce((sum, { detail }) => sum + Number(detail['rows']), 0),
          };
        });
        assert.deepEqual({ left, half, audited }, { left: 0, half: 0, audited: rows });
      } finally {
        await again.done();
      }
    });
  });
