import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eq } from 'drizzle-orm';
import type { Plan } from '../../../src/data/retention/model.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { merged } from '../../../src/register/policies/tenant-overlay.ts';
import { findProposal, type ProposalRow, updateProposal } from '../../../src/register/proposals/table.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { agreedFolder } from '../../support/approved.ts';
import { onBothEngines } from '../../support/engines.ts';

const PATH = '/v1/policies/proposals';
const BOUNDS = '    - { category: visits.full, atLeast: P1D, atMost: P30D }\n    - { category: profiles.identity,';
const retention = (after: string) => ({
  'retention.yaml': `rules:
  - id: visits-reduce
    category: visits.full
    action: reduce
    after: ${after}
    from: occurred
    approval: brake
    reason: Our own network sees an attack within days.
erasureRequests: []
`,
});
const proposal = (after: string, more: Record<string, unknown> = {}) => ({
  files: retention(after),
  inForceFrom: '2026-03-05',
  reason: 'Our own period.',
  ...more,
});

onBothEngines('An institution’s own policies, proposed by one officer and agreed to by another', (ground) => {
  let app: TestApp;
  let folder: string;
  before(async () => {
    folder = agreedFolder(ground().folder);
    const installation = join(folder, 'installation.yaml');
    writeFileSync(
      installation,
      readFileSync(installation, 'utf8').replace(/ {4}- \{ category: profiles.identity,/, BOUNDS),
    );
    // Visits are the institutions' own here, so that their periods are theirs to set.
    const visits = join(folder, 'activities/portal-visits.yaml');
    writeFileSync(
      visits,
      readFileSync(visits, 'utf8').replace(
        '  - { party: platform-provider, role: controller }',
        '  - { party: platform-provider, role: joint-controller }\n  - { party: institution, role: joint-controller }',
      ),
    );
    app = await openApp(ground(), { policies: folder, asShipped: true });
    for (const [visitor, occurredAt] of [
      ['v-1', '2026-02-28T10:00:00Z'],
      ['v-2', '2026-02-27T10:00:00Z'],
    ])
      await app
        .as('platform')
        .post('/v1/visits')
        .send({ visitor, occurredAt, address: '203.0.113.77', userAgent: 'A' })
        .expect(201);
  });
  after(() => app?.close());
  const lives = async () => {
    const { visits: t } = ground().store.tables;
    const rows = await ground().store.read((q) => q.select().from(t).where(eq(t.tenantId, 'north')));
    return rows.map(({ life }) => life).sort();
  };
  const propose = (body: object) => app.as('dpo').post(PATH).send(body);
  const planned = async (): Promise<Record<string, number>> => {
    const { body } = await app.as('dpo').post('/v1/retention/plans').send({}).expect(201);
    return Object.fromEntries(
      (body as Plan).rules.filter(({ category }) => category === 'visits.full').map(({ rule, due }) => [rule, due]),
    );
  };

  it('are refused with every mistake: file, line, and what would be right', async () => {
    const { body: typo } = await propose({
      ...proposal('P2D'),
      files: { 'retention.yaml': 'rules:\n  - id: X Y\n' },
    }).expect(422);
    assert.match(typo.errors[0].pointer, /^retention\.yaml:\d+:\d+$/);
    const { body: stray } = await propose({ ...proposal('P2D'), files: { 'parties.yaml': 'parties: []\n' } }).expect(
      422,
    );
    assert.match(stray.errors[0].pointer, /^parties\.yaml/);
    const { body: far } = await propose(proposal('P90D')).expect(422);
    assert.match(JSON.stringify(far.errors), /atMost P30D/);
    assert.match(far.errors[0].pointer, /^retention\.yaml:5:/);
    await propose({
      ...proposal('P2D', { oldRows: { 'visits-reduce': 'new-period' } }),
      inForceFrom: '2026-02-01',
    }).expect(422);
  });

  it('need a word on the rows collected under the old one', async () => {
    const { body } = await propose(proposal('P2D')).expect(422);
    assert.deepEqual(body.rules, ['visits-reduce']);
    assert.equal(body.errors[0].pointer, '/oldRows/visits-reduce');
  });

  it('come into force on their day, by a second person, and the rows of before keep the period of before', async () => {
    const { body: one } = await propose(proposal('P2D', { oldRows: { 'visits-reduce': 'old-period' } })).expect(201);
    assert.equal(one.status, 'proposed');
    assert.deepEqual(one.difference.changes.rules.changed, ['visits-reduce']);
    assert.equal(one.difference.newlyErased.length, 1);
    assert.deepEqual(one.numbers.oldRows, [
      {
        rule: 'visits-reduce',
        change: 'shortened',
        category: 'visits.full',
        decided: 'old-period',
        asItIs: { now: 0, onTheDay: 0 },
        withNewPeriod: { now: 1, onTheDay: 2 },
        withOldPeriod: { now: 0, onTheDay: 0 },
      },
    ]);
    assert.deepEqual(one.files, ['retention.yaml', 'transitions.yaml']);
    const act = `${PATH}/${one.proposalId}`;
    await app.as('dpo').post(`${act}/approval`).send({ digest: one.digest }).expect(403);
    await app
      .as('installation')
      .post(`${act}/approval`)
      .set('Lethe-Tenant', 'north')
      .send({ digest: one.digest })
      .expect(403);
    await app
      .as('admin')
      .post(`${act}/approval`)
      .send({ digest: '0'.repeat(64) })
      .expect(409);
    await app.as('admin', 'south').get(act).expect(404);
    const { body: agreed } = await app.as('admin').post(`${act}/approval`).send({ digest: one.digest }).expect(200);
    assert.equal(agreed.status, 'accepted');
    await app.as('admin').post(`${act}/approval`).send({ digest: one.digest }).expect(409);
    // Not before its day, and nothing else meanwhile.
    assert.deepEqual(await planned(), { 'visits-reduce': 0 });
    await propose(proposal('P3D', { oldRows: { 'visits-reduce': 'old-period' } })).expect(409);

    app.time.now = new Date('2026-03-05T12:00:00Z');
    assert.equal((await app.as('auditor').get(act).expect(200)).body.status, 'in-force');
    assert.deepEqual(await planned(), { 'visits-reduce': 0, 'visits-reduce-before-2026-03-05': 0 });
    await app
      .as('platform')
      .post('/v1/visits')
      .send({ visitor: 'v-3', occurredAt: '2026-03-05T10:00:00Z', address: '203.0.113.77', userAgent: 'A' })
      .expect(201);
    // One of before is due by the old word (7 days), one by none; the one of after by the new (2 days).
    app.time.now = new Date('2026-03-07T00:30:00Z');
    assert.deepEqual(await planned(), { 'visits-reduce': 1, 'visits-reduce-before-2026-03-05': 2 });
    app.time.now = new Date('2026-03-06T12:00:00Z');
    assert.deepEqual(await planned(), { 'visits-reduce': 0, 'visits-reduce-before-2026-03-05': 1 });
    app.time.now = new Date('2026-03-07T00:30:00Z');
    const { body: sweep } = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    await app.services.retention.sweeps.settled();
    const { body: done } = await app.as('dpo').get(`/v1/retention/sweeps/${sweep.sweepId}`).expect(200);
    assert.equal(done.status, 'completed');
    assert.equal(done.policyHash, one.policyHash);
    assert.deepEqual(await lives(), ['reduced', 'reduced', 'reduced']);

    // Whose word it was: the certificate, the register and the records say it.
    const { certificate } = await app.services.certificates.get(await app.contextOf('north'), done.certificateId);
    const rule = certificate.holders
      .flatMap(({ categories }) => categories)
      .find((category) => category.rule === 'visits-reduce');
    assert.deepEqual(rule?.word, {
      by: 'institution',
      overlay: one.overlay,
      since: '2026-03-05',
      proposal: one.proposalId,
    });
    const { body: register } = await app.as('dpo').get('/v1/register').expect(200);
    assert.equal(register.words.rules['visits-reduce'].proposal, one.proposalId);
    assert.equal(register.transitions[0].oldRows, 'old-period');
    const schedule = await app.services.records.schedule(await app.contextOf('north', 'dpo'));
    assert.match(
      JSON.stringify(schedule),
      new RegExp(`own word, in force since .{1,20}2026, proposal ${one.proposalId}`),
    );
    assert.match(JSON.stringify(schedule), /the word of before/);
  });

  it('are never overridden by a reload, and go into the folder as the same files', async () => {
    const { body: list } = await app.as('auditor').get(PATH).expect(200);
    const [{ proposalId, policyHash, overlay }] = list.items;
    const own = join(folder, 'tenants/north');
    const write = (files: Record<string, string>) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(own, path)), { recursive: true });
        writeFileSync(join(own, path), text);
      }
    };
    write(retention('P4D'));
    const { body } = await app.as('installation').post('/v1/policies/reload').expect(409);
    assert.match(JSON.stringify(body.errors), /tenants\/north/);
    assert.match(JSON.stringify(body.errors), /policies export --tenant north/);
    const { body: files } = await app.as('auditor').get(`${PATH}/${proposalId}/files`).expect(200);
    assert.equal(files.overlay, overlay);
    write(files.files);
    const { policies: base, overlays = [], mistakes } = loadPolicies(folder);
    assert.deepEqual(mistakes, []);
    const exported = overlays.find(({ tenantId }) => tenantId === 'north');
    assert.ok(base && exported);
    assert.equal(exported.hash, overlay);
    assert.equal(merged(base, exported).hash, policyHash);
    await app.as('installation').post('/v1/policies/reload').expect(200);
    assert.equal((await app.as('auditor').get(`${PATH}/${proposalId}`).expect(200)).body.status, 'in-force');
  });

  it('can be refused, taken back, and put on what is in force by then', async () => {
    const longer = {
      files: retention('P5D'),
      reason: 'x',
      inForceFrom: '2026-03-20',
      oldRows: { 'visits-reduce': 'new-period' },
    };
    const undecided = await propose(longer).expect(422);
    assert.deepEqual(undecided.body.rules, ['visits-reduce-before-2026-03-05']);
    const oldRows = { 'visits-reduce': 'new-period', 'visits-reduce-before-2026-03-05': 'new-period' };
    const { body: first } = await propose({ ...longer, oldRows }).expect(201);
    const { body: second } = await propose({ ...longer, oldRows }).expect(201);
    const { body: third } = await propose({ ...longer, files: {}, oldRows }).expect(201);
    const { body: refused } = await app
      .as('admin')
      .post(`${PATH}/${second.proposalId}/rejection`)
      .send({ reason: 'No.' })
      .expect(200);
    assert.deepEqual([refused.status, refused.because], ['rejected', 'No.']);
    await app.as('admin').post(`${PATH}/${first.proposalId}/approval`).send({ digest: first.digest }).expect(200);
    const { body: back } = await app
      .as('dpo')
      .post(`${PATH}/${first.proposalId}/withdrawal`)
      .send({ reason: 'Not yet.' })
      .expect(200);
    assert.equal(back.status, 'withdrawn');
    app.time.now = new Date('2026-03-19T12:00:00Z');
    const { body: inForce } = await app.as('dpo').get('/v1/policies').expect(200);
    assert.equal(inForce.rules.find(({ id }: { id: string }) => id === 'visits-reduce').after, 'P2D');
    // The installation's set changes meanwhile: what was counted over the one of before is not agreed to unseen.
    const file = join(folder, 'retention.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('An attack is noticed within days', 'Attacks are noticed within days'),
    );
    const purposes = join(folder, 'purposes.yaml');
    writeFileSync(purposes, readFileSync(purposes, 'utf8').replace(/title: \{ en: "?/, '$&A '));
    await app.as('installation').post('/v1/policies/reload').expect(200);
    const approve = (digest: string) => app.as('admin').post(`${PATH}/${third.proposalId}/approval`).send({ digest });
    await approve(third.digest).expect(409);
    const read = (await ground().store.read((q) => findProposal(q, 'north', third.proposalId))) as ProposalRow;
    const { body: rebased } = await app.as('dpo').post(`${PATH}/${third.proposalId}/rebase`).expect(200);
    assert.notEqual(rebased.base, third.base);
    // What was read before the rebase decides nothing any more.
    assert.equal(await ground().store.write((tx) => updateProposal(tx, read, { because: 'late' })), false);
    await approve(rebased.digest).expect(200);
    app.time.now = new Date('2026-03-20T12:00:00Z');
    const { body: after } = await app.as('dpo').get('/v1/policies').expect(200);
    assert.equal(after.rules.find(({ id }: { id: string }) => id === 'visits-reduce').after, 'P7D');
    assert.deepEqual(after.words ?? {}, {});
    const { body: audit } = await app.as('auditor').get('/v1/audit').expect(200);
    const actions = audit.items.map(({ action }: { action: string }) => action);
    for (const action of ['proposed', 'accepted', 'rejected', 'withdrawn', 'rebased'])
      assert.ok(actions.includes(`policies.${action}`), action);
  });

  it('of the installation’s folder too: a reload that shortens a period says what becomes of the rows, in numbers', async () => {
    const file = join(folder, 'retention.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('after: P7D', 'after: P6D'));
    await app
      .as('platform', 'south')
      .post('/v1/visits')
      .send({ visitor: 'v-9', occurredAt: '2026-03-13T11:00:00Z', address: '203.0.113.77', userAgent: 'A' })
      .expect(201);
    app.time.now = new Date('2026-03-19T12:30:00Z');
    const { body } = await app.as('installation').post('/v1/policies/reload').expect(409);
    assert.deepEqual(body.rules, ['visits-reduce']);
    assert.match(body.errors[0].detail, /are due now: 0 as it stands, 1 with new-period, 0 with old-period/);
    const [, lines] = /transitions\.yaml: (\{.*\})/s.exec(body.errors[0].detail) ?? [];
    writeFileSync(join(folder, 'transitions.yaml'), lines as string);
    await app.as('installation').post('/v1/policies/reload').expect(200);
    const { body: plan } = await app.as('dpo', 'south').post('/v1/retention/plans').send({}).expect(201);
    const due = (plan as Plan).rules
      .filter(({ category }) => category === 'visits.full')
      .map((one) => [one.rule, one.due]);
    assert.deepEqual(Object.fromEntries(due), { 'visits-reduce': 0, 'visits-reduce-before-2026-03-19': 0 });
  });
});
