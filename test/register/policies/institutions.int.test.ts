import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildServices } from '../../../src/app/services.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { recordFact } from '../../../src/register/facts/facts.ts';
import { keepOverlay, latestFact, policySet } from '../../../src/register/facts/table.ts';
import { TENANT_POLICIES } from '../../../src/register/facts/tenant-words.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { type OverlayFact, overlayOf } from '../../../src/register/policies/tenant-overlay.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { agreedFolder } from '../../support/approved.ts';
import { onBothEngines } from '../../support/engines.ts';

const RULE = (after: string) => `
rules:
  - id: visits-reduce
    category: visits.full
    action: reduce
    after: ${after}
    from: occurred
    approval: brake
    reason: Ours.
erasureRequests: []
`;
const BANNER = '# Ours\n\nThe banner of the northern institution.\n';

/** The shipped policies where institutions are controllers of visits, and one of them has a word of its own. */
function policiesOf(parent: string): string {
  const folder = agreedFolder(parent);
  const edit = (file: string, from: string | RegExp, to: string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    assert.ok(typeof from === 'string' ? text.includes(from) : from.test(text), file);
    writeFileSync(join(folder, file), text.replace(from, to));
  };
  const parties = /parties:\n(.*?)\ntransfers:/s.exec(
    readFileSync(join(folder, 'activities/accounts.yaml'), 'utf8'),
  )?.[1];
  for (const activity of ['portal-visits', 'usage-counts', 'external-media'])
    edit(`activities/${activity}.yaml`, /parties:\n.*?\ntransfers:/s, `parties:\n${parties}\ntransfers:`);
  edit(
    'parties.yaml',
    'kind: tenant',
    'kind: tenant\n    address: Nordweg 1, 10115 Berlin\n    contact: privacy@institution.example.org\n    phone: +49 30 5550200',
  );
  edit(
    'installation.yaml',
    '  categories:\n',
    '  categories:\n    - { category: visits.full, atLeast: P1D, atMost: P30D }\n',
  );
  edit('installation.yaml', 'change: [privacy-policy]', 'change: [privacy-policy, consent-banner]');
  rmSync(join(folder, 'tenants'), { recursive: true });
  write(folder, 'retention.yaml', RULE('P2D'));
  write(
    folder,
    'notices/consent-banner.yaml',
    'id: consent-banner\nkind: consent-banner\nversions:\n  - { version: "1.2", validFrom: "2026-03-01", languages: [en], purposes: [usage-statistics, external-media] }\n',
  );
  write(folder, 'notices/consent-banner/1.2/en.md', BANNER);
  return folder;
}

function write(folder: string, file: string, text: string): void {
  const path = join(folder, 'tenants/north', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Says what becomes of the rows collected under the period that was: the new one counts for all. */
function forAll(folder: string, was: string, tenant = 'north'): void {
  const rule = `{ id: visits-reduce, category: visits.full, action: reduce, after: ${was}, from: occurred, reason: x }`;
  writeFileSync(
    join(folder, 'tenants', tenant, 'transitions.yaml'),
    `transitions: [{ rule: visits-reduce, was: ${rule}, since: "2026-03-10", oldRows: new-period, reason: x }]\n`,
  );
}

onBothEngines('An institution that decides for itself', (ground) => {
  let app: TestApp;
  let folder: string;
  const effective = (tenant: 'north' | 'south') => app.policies.of(tenant).current();
  const period = (set: { rules: { id: string; after: string }[] }) =>
    set.rules.find(({ id }) => id === 'visits-reduce')?.after;
  const reload = () => app.as('installation').post('/v1/policies/reload');

  before(async () => {
    folder = policiesOf(ground().folder);
    app = await openApp(ground(), { policies: folder, asShipped: true });
  });
  after(() => app.close());

  it('has its own set, in the answers too, and leaves the others theirs', async () => {
    assert.equal(app.policies.of('south'), app.policies, 'where there is no word, the installation’s itself');
    const { body: north } = await app.as('dpo').get('/v1/policies').expect(200);
    const { body: south } = await app.as('dpo', 'south').get('/v1/policies').expect(200);
    assert.deepEqual([period(north), period(south)], ['P2D', 'P7D']);
    assert.equal(south.hash, app.policies.current().hash);
    assert.notEqual(north.hash, south.hash);
    assert.equal(north.words.rules['visits-reduce'].by, 'institution');
    assert.equal(north.words.rules['visits-reduce'].since, '2026-03-01');
    assert.equal(south.words, undefined);
    const { body: register } = await app.as('dpo').get('/v1/register').expect(200);
    assert.equal(register.policyHash, north.hash);
    assert.deepEqual(Object.keys(register.words.rules), ['visits-reduce']);
  });

  it('takes consent under its own notice: the receipt shows it, and nobody else does', async () => {
    const shown = await app.as('portal').get('/v1/notices/current').query({ purpose: 'usage-statistics' });
    assert.deepEqual([shown.status, shown.body.version, shown.body.text], [200, '1.2', BANNER]);
    assert.equal(shown.body.word.by, 'institution');
    const decide = (tenant: 'north' | 'south') =>
      app
        .as('platform', tenant)
        .post('/v1/consents')
        .send({
          subject: { kind: 'visitor', id: 'v-1' },
          purpose: 'usage-statistics',
          status: 'given',
          notice: { id: 'consent-banner', version: '1.2', language: 'en' },
        });
    const { body: event } = await decide('north').expect(201);
    await decide('south').expect(422);
    const rows = await ground().store.read((q) => q.select().from(q.tables.consentEvents));
    assert.deepEqual(
      rows.map(({ policyHash }) => policyHash),
      [effective('north').hash],
    );
    const receipt = await app.as('nobody').get(`/receipts/north/${event.eventId}`).expect(200);
    assert.ok(receipt.text.includes('1.2'));
    const page = await app.as('nobody').get(`/notices/${shown.body.hash}`).expect(200);
    assert.ok(page.text.includes('The banner of the northern institution.'));
    await app.as('platform').get('/v1/notices/consent-banner/versions/1.2').expect(200);
    await app.as('platform', 'south').get('/v1/notices/consent-banner/versions/1.2').expect(404);
  });

  it('is swept by its own period, and the plan says whose word that is', async () => {
    for (const tenant of ['north', 'south'] as const)
      await app
        .as('platform', tenant)
        .post('/v1/visits')
        .send({ visitor: 'v-1', address: '203.0.113.77', userAgent: 'Firefox/140.0' })
        .expect(201);
    app.time.now = new Date('2026-03-04T12:00:00Z');
    const treated: Record<string, number> = {};
    for (const tenant of ['north', 'south'] as const) {
      const wanted = { rules: ['visits-reduce'] };
      const { body: plan } = await app.as('operator', tenant).post('/v1/retention/plans').send(wanted).expect(201);
      assert.equal(plan.rules[0].due, tenant === 'north' ? 1 : 0);
      assert.equal(plan.rules[0].word?.by, tenant === 'north' ? 'institution' : undefined);
      const { body: sweep } = await app.as('operator', tenant).post('/v1/retention/sweeps').send(wanted).expect(202);
      await app.services.retention.sweeps.settled();
      const { body } = await app.as('operator', tenant).get(`/v1/retention/sweeps/${sweep.sweepId}`).expect(200);
      treated[tenant] = body.steps[0].treated;
      assert.equal(body.policyHash, effective(tenant).hash);
    }
    assert.deepEqual(treated, { north: 1, south: 0 });
  });

  it('has another word by a reload: old instants show the set of then, and its hash still says what it was', async () => {
    const old = effective('north');
    app.time.now = new Date('2026-03-10T12:00:00Z');
    write(folder, 'retention.yaml', RULE('P20D'));
    await reload().expect(409);
    forAll(folder, 'P2D');
    const base = app.policies.current().hash;
    const { body } = await reload().expect(200);
    assert.deepEqual(body, { policyHash: base, changed: false }, 'the installation’s own set is the same');
    assert.equal(period(effective('north')), 'P20D');
    const then = await app.as('dpo').get('/v1/register').query({ at: '2026-03-04T12:00:00Z' }).expect(200);
    assert.equal(then.body.policyHash, old.hash);
    assert.equal(period(then.body), 'P2D');
    const known = { at: '2026-03-10T12:00:00Z', 'known-at': '2026-03-09T12:00:00Z' };
    const before = await app.as('dpo').get('/v1/register').query(known).expect(200);
    assert.equal(period(before.body), 'P2D');
    const kept = await ground().store.read((q) => policySet(q, old.hash, 'north'));
    assert.equal(kept && period(kept), 'P2D');
    const { body: log } = await app.as('auditor').get('/v1/audit').query({ action: 'policies.institution-loaded' });
    assert.equal(log.items.length, 1);
    assert.equal(log.items[0].policyHash, effective('north').hash);
    // Loaded again, nothing is recorded again.
    await reload().expect(200);
    const fact = await ground().store.read((q) => latestFact(q, 'north', 'tenant-policies', TENANT_POLICIES));
    assert.equal(fact?.version, 2);
  });

  it('decides no more by a word that another instance has replaced, until it has that too', async () => {
    const { store, vault } = ground();
    const other = openPolicies(folder);
    const log = createLog('silent', { write: () => undefined });
    const services = await buildServices({ store, vault, policies: other, clock: () => app.time.now, log });
    const stale = other.of('north').current().hash;
    await store.read((q) => other.requireInForce(q, 'north', stale));
    app.time.now = new Date('2026-03-11T12:00:00Z');
    write(folder, 'retention.yaml', RULE('P3D'));
    forAll(folder, 'P20D');
    await reload().expect(200);
    const ask = (hash: string) => store.read((q) => other.requireInForce(q, 'north', hash));
    await assert.rejects(ask(stale), { type: 'policies-superseded' });
    await store.read((q) => other.requireInForce(q, 'south', other.current().hash));
    await other.refresh(store);
    assert.equal(period(other.of('north').current()), 'P3D');
    await ask(other.of('north').current().hash);
    await assert.rejects(ask(stale), { type: 'policies-superseded' });
    await services.close();
  });

  it('has a set that begins by itself at its instant; no folder overrides what it has decided itself', async () => {
    const { store, vault } = ground();
    const { rules } = effective('north');
    const own = rules.find(({ id }) => id === 'visits-reduce');
    assert.ok(own);
    const decided = overlayOf('north', { rules: [{ ...own, after: 'P5D' }] });
    const begins = new Date('2026-03-12T00:00:00Z');
    const context = await app.contextOf('north', 'dpo');
    await store.write(async (tx) => {
      await keepOverlay(tx, decided, app.time.now);
      const last = await latestFact(tx, 'north', 'tenant-policies', TENANT_POLICIES);
      await recordFact<OverlayFact>(tx, context, {
        tenantId: 'north',
        kind: 'tenant-policies',
        entityId: TENANT_POLICIES,
        onVersion: last?.version ?? 0,
        value: { overlay: decided.hash, from: 'proposal', proposal: 'p-1' },
        validFrom: begins,
        policyHash: effective('north').hash,
      });
    });
    await app.policies.refreshTenants(store);
    // A folder changes what stands until then, and nothing of what comes.
    write(folder, 'retention.yaml', RULE('P4D'));
    forAll(folder, 'P3D');
    await reload().expect(200);
    assert.equal(period(effective('north')), 'P4D');
    app.time.now = new Date(begins.getTime() - 1);
    assert.equal(period(effective('north')), 'P4D');
    app.time.now = begins;
    assert.equal(period(effective('north')), 'P5D');
    assert.equal(effective('north').words?.rules?.['visits-reduce']?.proposal, 'p-1');
    const { body } = await reload().expect(409);
    assert.equal(body.errors[0].pointer, 'tenants/north');
    assert.ok(body.errors[0].detail.includes('proposal p-1'));
    // A start is not kept from happening by it, and what was decided stands.
    const log = createLog('silent', { write: () => undefined });
    const policies = openPolicies(folder);
    await (await buildServices({ store, vault, policies, clock: () => app.time.now, log })).close();
    assert.equal(period(policies.of('north').current()), 'P5D');
    rmSync(join(folder, 'tenants/north'), { recursive: true });
    await reload().expect(200);
    assert.equal(period(effective('north')), 'P5D', 'a folder that says nothing says nothing else');
  });

  it('loses its word with its folder, where it was the folder’s', async () => {
    const south = join(folder, 'tenants/south');
    mkdirSync(south);
    writeFileSync(join(south, 'retention.yaml'), RULE('P9D'));
    forAll(folder, 'P7D', 'south');
    await reload().expect(200);
    assert.equal(period(effective('south')), 'P9D');
    rmSync(join(south, 'retention.yaml'));
    forAll(folder, 'P9D', 'south');
    await reload().expect(200);
    assert.equal(period(effective('south')), 'P7D');
    rmSync(south, { recursive: true });
    await reload().expect(200);
    assert.equal(app.policies.of('south'), app.policies);
  });
});
