import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../../src/app/job.ts';
import { startScheduler } from '../../../src/app/scheduler.ts';
import type { Context } from '../../../src/foundations/contract/context.ts';
import { PERMISSIONS, type Permission } from '../../../src/foundations/contract/permissions.ts';
import type { Holder } from '../../../src/foundations/holders/holder.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { PolicyError } from '../../../src/register/policies/policies.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { addressOf, operationsOf, sampleOf } from '../../support/samples.ts';

type Document = Parameters<typeof operationsOf>[0];
const toSwitzerland = (app: TestApp, tenant: 'north' | 'south', region: string | null = 'ch') =>
  app.as('installation').patch(`/v1/tenants/${tenant}`).set('If-Match', '*').send({ region });

onOneEngine('An instance for one region', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { region: 'eu' });
    await toSwitzerland(app, 'south').expect(200);
  });
  after(() => app.close());

  it('serves the portals of its region', async () => {
    await app.as('dpo', 'north').get('/v1/register').expect(200);
    await app.as('nobody').get('/register/north/sub-processors').expect(200);
  });

  it('answers every request for a portal of another region with 421, the region and the address that serves it', async () => {
    const document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Document;
    const operations = operationsOf(document).filter(({ installationOnly }) => !installationOnly);
    const entries = async () => (await ground().store.read((q) => q.select().from(q.tables.auditEntries))).length;
    const before = await entries();
    let asked = 0;
    for (const operation of operations) {
      const isPublic = operation.permission === 'public';
      if (isPublic && !operation.path.includes('{tenant}')) continue;
      asked += 1;
      const role = isPublic ? 'nobody' : PERMISSIONS[operation.permission as Permission][0];
      const path = addressOf(operation, document, { tenant: 'south' });
      const test = app.as(role, 'south')[operation.method](path).set('If-Match', '*');
      const answer = await (operation.body ? test.send(sampleOf(operation.body, document) as object) : test);
      assert.equal(answer.status, 421, `${operation.operationId} answers ${answer.status}`);
      assert.deepEqual(
        [answer.body.type, answer.body.region, answer.body.address],
        ['/problems/misdirected-request', 'ch', 'https://ch.repository.example.org'],
      );
      assert.doesNotMatch(answer.text, /south/i);
    }
    assert.ok(asked > 60, String(asked));
    assert.equal(await entries(), before, 'nothing was done');
  });

  it('answers what is the installation’s own, wherever its credentials are at home', async () => {
    await app.as('installation').post('/v1/policies/reload').set('Lethe-Tenant', 'south').expect(200);
    await app.as('installation').get('/v1/register').set('Lethe-Tenant', 'south').expect(421);
  });
});

onBothEngines('What an instance for one region does with the data of another', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { region: 'eu' });
    await toSwitzerland(app, 'south').expect(200);
  });
  after(() => app.close());

  it('shows no receipt and takes no withdrawal of another region', async () => {
    await toSwitzerland(app, 'south', null).expect(200);
    const { body } = await app
      .as('platform', 'south')
      .post('/v1/consents')
      .send({
        subject: { kind: 'visitor', id: 'v-1' },
        purpose: 'usage-statistics',
        status: 'given',
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      })
      .expect(201);
    const link = body.links.receipt;
    await app.as('nobody').get(link).expect(200);
    await toSwitzerland(app, 'south').expect(200);
    await app.as('nobody').get(link).expect(421);
  });

  it('runs its jobs for its own portals only', async () => {
    const seen: string[] = [];
    const job: Job = {
      name: 'looks-around',
      schedule: '0 0 1 1 *',
      atStart: true,
      run: async ({ context }: { context: Context }) => {
        seen.push(context.tenant.id);
        return {};
      },
    };
    const scheduler = await startScheduler(app.services, {
      log: createLog('silent', { write: () => undefined }),
      clock: () => app.time.now,
      ready: {},
      jobs: [job],
    });
    await scheduler.idle();
    await scheduler.stop();
    assert.deepEqual(seen.sort(), ['main', 'north']);
  });
});

onBothEngines('The region of a portal', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('is one of the policies, and set with credentials for every tenant only', async () => {
    const { body } = await toSwitzerland(app, 'north', 'us').expect(422);
    assert.equal(body.errors[0].pointer, '/region');
    assert.match(body.errors[0].detail, /there are: eu, ch/);
    await app.as('admin').patch('/v1/tenants/north').set('If-Match', '*').send({ region: 'ch' }).expect(403);
    const { body: made } = await app
      .as('installation')
      .post('/v1/tenants')
      .send({ id: 'zurich', name: 'Zürich', region: 'ch' })
      .expect(201);
    assert.equal(made.region, 'ch');
  });

  it('decides who its sub-processor is, and where its data lies', async () => {
    await toSwitzerland(app, 'south').expect(200);
    const hosts = async (tenant: 'north' | 'south') => {
      const { body } = await app.as('dpo', tenant).get('/v1/register/resolution?category=profiles.contact').expect(200);
      return body.activities[0].chain
        .filter(({ role }: { role: string }) => role === 'sub-processor')
        .map(({ party, places }: { party: string; places: { country: string }[] }) => [party, places[0]?.country]);
    };
    assert.deepEqual(await hosts('north'), [['hosting-company', 'DE']]);
    assert.deepEqual(await hosts('south'), [['hosting-company-ch', 'CH']]);
  });

  it('keeps backups of its data inside it', async () => {
    const { location, everyTenant } = app.services;
    const contexts = await everyTenant();
    const at = async (place: string) => (await location.refusedAt(contexts, 'backups', place)).refused.sort();
    assert.deepEqual(await at('frankfurt-backups'), ['south', 'zurich']);
    assert.deepEqual(await at('zurich'), ['main', 'north']);
    await assert.rejects(at('atlantis'), /no place of this id/);
    await assert.rejects(at('frankfurt'), /does not keep backups/);
  });

  it('keeps what is handed over inside the Union and the region, unless a transfer covers the recipient', async () => {
    const ask = (recipient: string) =>
      app
        .as('dpo', 'north')
        .post('/v1/disclosures')
        .send({ kind: 'export', purpose: 'authority-inquiry', target: { holder: 'profiles' }, recipient });
    await ask('doi-registry').expect(201);
    const { body } = await ask('hosting-company-ch').expect(422);
    assert.match(body.errors[0].detail, /outside the region.*Art\. 44/);
  });
});

onOneEngine('A place outside the region', (ground) => {
  /** The shipped policies in which portals of the Union use the Swiss host, under its adequacy decision until a day. */
  function withSwissHost(until?: string): string {
    const policies = join(ground().folder, `policies-${until ?? 'open'}`);
    cpSync(join(packageRoot, 'policies'), policies, { recursive: true });
    for (const name of readdirSync(join(policies, 'activities'))) {
      const file = join(policies, 'activities', name);
      const text = readFileSync(file, 'utf8')
        .replace('party: hosting-company-ch, ', 'party: hosting-company-ch, ')
        .replace(/(party: hosting-company-ch,.*)regions: \[ch\]/, '$1regions: [ch, eu]')
        .replace('since: "2024-05-02" }', `since: "2024-05-02"${until ? `, until: "${until}"` : ''} }`);
      writeFileSync(file, text);
    }
    return policies;
  }

  const start = (options: Parameters<typeof openApp>[1]) => openApp(ground(), options);
  const holdersAt = (place: string) => (holders: Holder[]) =>
    holders.map((holder) => ({ ...holder, describe: () => ({ ...holder.describe(), place }) }) as Holder);

  it('is no place for a holder: the instance does not start, and names holder, portal and place', async () => {
    await (await start({})).close();
    await assert.rejects(start({ holders: holdersAt('zurich') }), (error: unknown) => {
      assert.ok(error instanceof PolicyError);
      const told = error.mistakes.map(({ message }) => message).join('\n');
      assert.match(told, /The holder profiles keeps data of portal main at zurich, in region ch instead of eu/);
      return true;
    });
    await assert.rejects(start({ holders: holdersAt('atlantis') }), /The policies have/);
    await (await start({ holders: holdersAt('frankfurt') })).close();
  });

  it('is one while a transfer covers it, and no longer once that has ended', async () => {
    const app = await start({ policies: withSwissHost(), holders: holdersAt('zurich') });
    await fillRegister(app);
    const { location } = app.services;
    assert.deepEqual((await location.refusedAt([await app.contextOf('north')], 'backups', 'zurich')).refused, []);
    await app.close();
    const until = withSwissHost('2026-06-30');
    const early = await start({ policies: until, holders: holdersAt('zurich'), now: '2026-06-30T12:00:00Z' });
    await early.close();
    await assert.rejects(
      start({ policies: until, holders: holdersAt('zurich'), now: '2026-07-02T12:00:00Z' }),
      (error: unknown) =>
        error instanceof PolicyError && /no transfer covers that now/.test(error.mistakes[0]?.message ?? ''),
    );
  });

  it('is no region either: an instance of a region nobody declared does not start', async () => {
    await assert.rejects(start({ region: 'us' }), (error: unknown) => {
      assert.ok(error instanceof PolicyError);
      assert.match(error.mistakes[0]?.message ?? '', /LETHE_REGION names a region/);
      return true;
    });
  });
});
