import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { line, ndjson, sent } from '../../data/consent/import-stage.ts';
import { foundBelow } from '../../forensics/bytes.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';

const SENTINEL = 'Zwetschgenkuchen-5523';

onBothEngines('Imports over HTTP', (ground, engine) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-02T12:00:00Z' });
  });
  after(() => app.close());
  const visitor = (id: string) => ({ kind: 'visitor', id });

  it('are the same import for the same content, and a dry run beside it that writes nothing', async () => {
    const lines = [line({ subject: visitor('http-1') }), line({ subject: visitor('http-2') })];
    const tried = await sent(app, lines, { dryRun: true });
    assert.deepEqual([tried.state, tried.counts], ['tried', { consent: { taken: 2, known: 0, faulty: 0 } }]);
    const first = await sent(app, lines);
    assert.notEqual(first.importId, tried.importId);
    assert.deepEqual(await sent(app, lines), first);
    const again = await sent(app, lines, { dryRun: true });
    assert.deepEqual([again.importId, again.counts], [tried.importId, { consent: { taken: 0, known: 2, faulty: 0 } }]);
    const { body } = await app.as('platform').get('/v1/imports').expect(200);
    assert.deepEqual(
      new Set(body.items.map(({ importId }: { importId: string }) => importId)),
      new Set([first.importId, tried.importId]),
    );
    // Another institution knows nothing of it.
    await app.as('platform', 'south').get(`/v1/imports/${first.importId}`).expect(404);
    assert.notEqual((await sent(app, lines, { tenant: 'south' })).importId, first.importId);
  });

  it('tell of faults without what stands there, give the lines once, and leave no byte of them', async () => {
    const wrong = line({ subject: visitor(SENTINEL), purpose: 'no-such-purpose' });
    const run = await sent(app, [
      line({ subject: visitor('http-3') }),
      wrong,
      `{"kind":"consent","subject":"${SENTINEL}"}`,
    ]);
    assert.deepEqual([run.faults, run.linesKeptUntil?.slice(0, 19)], [2, '2026-03-09T12:00:00']);
    const { text } = await app.as('platform').get(`/v1/imports/${run.importId}/faults?limit=1`).expect(200);
    const page = JSON.parse(text);
    assert.deepEqual([page.items[0].line, page.items[0].pointer, page.next], [2, '/purpose', '2']);
    assert.ok(!text.includes(SENTINEL));
    const folder = ground().folder;
    // Sealed meanwhile, and nothing else of what was sent lies anywhere.
    if (engine === 'sqlite') assert.deepEqual(foundBelow([folder], { line: SENTINEL }), []);
    assert.deepEqual(existsSync(join(folder, 'imports')) ? readdirSync(join(folder, 'imports')) : [], []);
    const fetched = await app.as('platform').post(`/v1/imports/${run.importId}/rejected-lines`).expect(200);
    const got = fetched.text
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one));
    assert.deepEqual(
      got.map((one) => one.line),
      [2, 3],
    );
    assert.deepEqual(JSON.parse(got[0].text), wrong);
    assert.equal(await ground().vault.existingKey('north', `import:${run.importId}`), undefined);
    const later = await app.as('platform').post(`/v1/imports/${run.importId}/rejected-lines`).expect(200);
    assert.ok(!later.text.includes(SENTINEL));
    assert.ok(!app.logged.join('\n').includes(SENTINEL));
  });

  it('destroy lines that nobody has fetched in seven days', async () => {
    const run = await sent(app, [line({ subject: visitor('http-4'), purpose: 'no-such-purpose' })]);
    const { imports } = app.services;
    assert.equal(await imports.forgetLines(new Date('2026-03-09T11:59:00Z')), 0);
    assert.equal(await imports.forgetLines(new Date('2026-03-09T12:01:00Z')), 1);
    assert.equal(await ground().vault.existingKey('north', `import:${run.importId}`), undefined);
    assert.equal(await imports.forgetLines(new Date('2026-03-09T12:01:00Z')), 0);
  });

  it('go on where an instance was lost that had begun them', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => line({ subject: visitor(`lost-${index}`) }));
    const run = await sent(app, lines);
    await ground().store.write(async (tx) => {
      const { importRuns: t } = tx.tables;
      await tx.update(t).set({ state: 'running', finishedAt: null });
    });
    const stands = async () => (await app.as('platform').get(`/v1/imports/${run.importId}`).expect(200)).body.state;
    assert.equal(await stands(), 'running');
    app.time.now = new Date(app.time.now.getTime() + 200_000);
    assert.equal(await stands(), 'interrupted');
    const again = await sent(app, lines);
    assert.deepEqual([again.importId, again.state, again.counts], [run.importId, 'imported', run.counts]);
  });

  it('end with the contract of the institution, wherever they were begun', async () => {
    const context = await app.contextOf('south');
    const bring = (id: string) => {
      const content = Buffer.from(`${JSON.stringify(line({ subject: visitor(id) }))}\n`);
      const pieces = async function* () {
        yield content;
      };
      return app.services.imports.fromLines(context, pieces());
    };
    assert.equal((await bring('leaves-1')).accepted, 1);
    const leaves = (leavingSince: Date | null) =>
      ground().store.write(async (tx) => {
        const { tenants: t } = tx.tables;
        await tx.update(t).set({ leavingSince }).where(eq(t.tenantId, 'south'));
      });
    await leaves(app.time.now);
    await refused(bring('leaves-2'), 'tenant-leaving');
    await leaves(null);
    assert.equal((await bring('leaves-2')).accepted, 1);
  });

  it('are for the platform and administrators, and NDJSON alone', async () => {
    const body = ndjson([line()]);
    const post = (role: 'dpo' | 'portal' | 'platform', type: string) =>
      app.as(role).post('/v1/imports').set('Content-Type', type).send(body);
    await post('dpo', 'application/x-ndjson').expect(403);
    await post('portal', 'application/x-ndjson').expect(403);
    await post('platform', 'text/csv').expect(415);
  });
});
