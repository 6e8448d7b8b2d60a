import assert from 'node:assert/strict';
import type { AuditEntry } from '../../../src/rights/reports/model.ts';
import { liveThrough, pseudonymsOf, type Traces } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';

onBothEngines('Reading the audit log', (ground) => {
  let app: TestApp;
  let ada: Traces;
  before(async () => {
    app = await openApp(ground());
    ada = await liveThrough(app, 'ada');
    app.time.now = new Date('2026-03-02T12:00:00Z');
    await liveThrough(app, 'bea');
    await app.as('dpo').get(`/v1/subjects/${ada.account}/report`).expect(200);
  });
  after(() => app.close());

  const list = async (query = '', role: 'dpo' | 'auditor' = 'auditor'): Promise<AuditEntry[]> =>
    (await app.as(role).get(`/v1/audit?limit=200${query}`).expect(200)).body.items;
  const lines = (text: string): AuditEntry[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  it('shows who decided what, in order of time', async () => {
    const entries = await list();
    assert.ok(entries.length > 15);
    assert.deepEqual(
      entries.map(({ recordedAt }) => recordedAt),
      entries.map(({ recordedAt }) => recordedAt).sort(),
    );
    for (const { policyHash, actor, role, requestId } of entries) assert.ok(policyHash && actor && role && requestId);
  });

  it('finds by action, and by the beginning of one', async () => {
    const given = await list('&action=consent.given');
    assert.deepEqual(
      given.map(({ action }) => action),
      ['consent.given', 'consent.given'],
    );
    const consents = await list('&action=consent');
    assert.deepEqual([...new Set(consents.map(({ action }) => action))].sort(), ['consent.given', 'consent.refused']);
    assert.deepEqual(await list('&action=cons'), []);
  });

  it('finds by who acted', async () => {
    const [report] = await list('&action=report.generated');
    assert.ok(report);
    const mine = await list(`&actor=${encodeURIComponent(report.actor)}`);
    assert.deepEqual(
      mine.map(({ action }) => action),
      ['report.generated', 'personal-data.read', 'personal-data.read'],
    );
    assert.ok(mine.every(({ actor, role }) => actor === report.actor && role === 'dpo'));
  });

  it('finds by time, the beginning counted and the end not', async () => {
    const day = '&from=2026-03-02T12:00:00Z';
    assert.ok((await list(day)).every(({ recordedAt }) => recordedAt === '2026-03-02T12:00:00.000Z'));
    assert.deepEqual(await list('&from=2026-03-01T12:00:01Z&until=2026-03-02T12:00:00Z'), []);
    const first = await list('&until=2026-03-02T12:00:00Z');
    assert.equal(first.length + (await list(day)).length, (await list()).length);
  });

  it('finds by person, with the id in the body and not in the address, while the person’s key stands', async () => {
    const search = async (subject: string) =>
      (await app.as('dpo').post('/v1/audit/search').send({ subject }).expect(200)).body.items as AuditEntry[];
    const found = await search(ada.account);
    assert.ok(found.some(({ action }) => action === 'profile.created'));
    assert.equal(
      new Set(found.map(({ subject }) => subject)).size,
      found.length,
      'each names the person in another way',
    );
    assert.ok((await search(`visitor:${ada.visitor}`)).some(({ action }) => action === 'consent.given'));
    assert.deepEqual(await search('a-stranger'), []);
    const gone = await liveThrough(app, 'gone');
    assert.deepEqual(
      (await search(gone.account)).map(({ action }) => action),
      [
        'profile.created',
        'profile.rectified',
        'subject.linked',
        'consent.refused',
        'association.recorded',
        'association.recorded',
        'recipient.recorded',
      ],
    );
    await app.as('dpo').post(`/v1/subjects/${gone.account}/erasure`).expect(200);
    assert.deepEqual(await search(gone.account), []);
  });

  it('comes in pages that together are the whole, each entry once', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor && `&cursor=${cursor}`;
      const page = await app.as('dpo').get(`/v1/audit?limit=7${query}`).expect(200);
      const { items, next } = page.body as { items: AuditEntry[]; next: string | null };
      assert.ok(items.length <= 7);
      seen.push(...items.map(({ entryId }) => entryId));
      cursor = next;
    }
    assert.deepEqual(
      seen,
      (await list()).map(({ entryId }) => entryId),
    );
  });

  it('gives one entry by its id, in its own tenant', async () => {
    const [entry] = await list();
    assert.deepEqual((await app.as('auditor').get(`/v1/audit/${entry?.entryId}`).expect(200)).body, entry);
    await app.as('auditor', 'south').get(`/v1/audit/${entry?.entryId}`).expect(404);
    await app.as('auditor').get(`/v1/audit/${crypto.randomUUID()}`).expect(404);
    await app.as('auditor').get('/v1/audit/no-id').expect(400);
  });

  it('exports the same as lines of JSON, with the same filters', async () => {
    const { text, headers } = await app.as('auditor').get('/v1/audit/export').buffer(true).expect(200);
    assert.match(headers['content-type'] as string, /^application\/x-ndjson/);
    assert.deepEqual(lines(text), await list());
    const { text: some } = await app.as('auditor').get('/v1/audit/export?action=consent').buffer(true).expect(200);
    assert.deepEqual(lines(some), await list('&action=consent'));
  });

  it('exports a log of any length piece by piece, whole, and ends though the log grows meanwhile', async () => {
    const context = await app.contextOf('south', 'auditor');
    const entry = (n: number) => ({ action: 'test.done', detail: { n } });
    for (let block = 0; block < 5; block += 1)
      await ground().store.write(async (tx) => {
        for (let n = 0; n < 500; n += 1) await ground().audit.add(tx, context, entry(block * 500 + n));
      });
    let pieces = 0;
    const numbers: unknown[] = [];
    for await (const piece of app.services.reports.auditLog.export(context, { action: 'test' })) {
      pieces += 1;
      numbers.push(...lines(piece).map(({ detail }) => detail['n']));
      await ground().store.write((tx) => ground().audit.add(tx, context, entry(-1)));
    }
    assert.equal(pieces, 3);
    assert.deepEqual(
      numbers,
      Array.from({ length: 2500 }, (_, n) => n),
    );
  });

  it('exports nothing from an empty log', async () => {
    const context = { ...(await app.contextOf('south', 'auditor')) };
    const pieces: string[] = [];
    const elsewhere = { ...context, tenant: { ...context.tenant, id: 'nowhere' } };
    for await (const piece of app.services.reports.auditLog.export(elsewhere, {})) pieces.push(piece);
    assert.deepEqual(pieces, []);
  });

  it('shows nothing of another tenant', async () => {
    const { body } = await app.as('auditor', 'south').get('/v1/audit?action=consent').expect(200);
    assert.deepEqual(body.items, []);
  });
});

onBothEngines('The audit log', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('holds nothing personal, and no pseudonym, after everything that can be done to a person was done', async () => {
    const ada = await liveThrough(app, 'ada');
    const bea = await liveThrough(app, 'bea');
    const [platform, dpo] = [app.as('platform'), app.as('dpo')];
    const pseudonyms = [...(await pseudonymsOf(ground().vault, ada)), ...(await pseudonymsOf(ground().vault, bea))];
    const { headers } = await platform.get(`/v1/subjects/${ada.account}`).expect(200);
    await app
      .as('platform')
      .patch(`/v1/subjects/${ada.account}`)
      .set('If-Match', headers['etag'] as string)
      .set('Content-Type', 'application/merge-patch+json')
      .send(JSON.stringify({ city: 'Sentinelcity-new' }));
    await app.as('dpo').post('/v1/profiles/search').send({ email: ada.email });
    const wanted = { address: ada.address, from: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z' };
    await app.as('dpo').post('/v1/visits/search').send(wanted).expect(200);
    const held = await dpo
      .post('/v1/holds')
      .send({ kind: 'legal', reference: 'case-1', subject: bea.account })
      .expect(201);
    await app.as('dpo').get(`/v1/subjects/${ada.account}/report`).expect(200);
    await app.as('dpo').post('/v1/audit/search').send({ subject: ada.account }).expect(200);
    await app.as('dpo').post(`/v1/subjects/${bea.account}/erasure`).expect(200);
    await app.as('dpo').post(`/v1/holds/${held.body.holdId}/release`).expect(200);
    await app.as('dpo').post(`/v1/subjects/${bea.account}/erasure`).expect(200);
    app.time.now = new Date('2027-03-20T12:00:00Z');
    await app.as('operator').post('/v1/retention/plans').send({}).expect(201);
    const { body: sweep } = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    for (let status = 'running'; status === 'running'; )
      ({ status } = (await app.as('operator').get(`/v1/retention/sweeps/${sweep.sweepId}`).expect(200)).body);
    await app.services.consent.expireConsents(await app.contextOf('north', 'operator'));

    const { text } = await app.as('auditor').get('/v1/audit/export').buffer(true).expect(200);
    const actions = new Set(
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as AuditEntry).action),
    );
    for (const action of [
      'consent.given',
      'consent.refused',
      'visit.recorded',
      'visits.recorded',
      'visits.searched',
      'subject.linked',
      'profile.created',
      'profile.updated',
      'association.recorded',
      'hold.placed',
      'hold.released',
      'report.generated',
      'erasure.started',
      'erasure.finished',
      'token.issued',
    ])
      assert.ok(actions.has(action), `${action} is missing among ${[...actions].join(' ')}`);
    for (const value of [...Object.values(ada), ...Object.values(bea), ...pseudonyms])
      assert.ok(!text.includes(value), value);
    assert.doesNotMatch(text, /sentinel/i);
  });
});

onOneEngine('The audit log refused', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  for (const [what, query, pointer] of [
    ['an action that can be none', 'action=%25', '?action'],
    ['a day that does not exist', 'from=2026-02-30T00:00:00Z', '?from'],
    ['a page of nothing', 'limit=0', '?limit'],
    ['a person in the address', 'subject=ada', '?subject'],
  ] as const)
    it(`refuses ${what}, naming ${pointer}`, async () => {
      const { body } = await app.as('auditor').get(`/v1/audit?${query}`).expect(400);
      assert.equal(body.errors[0].pointer, pointer);
    });

  for (const role of ['admin', 'operator', 'platform', 'portal'] as const)
    it(`is not for ${role}`, async () => {
      await app.as(role).get('/v1/audit').expect(403);
      await app.as(role).get('/v1/audit/export').expect(403);
      await app.as(role).post('/v1/audit/search').send({ subject: 'ada' }).expect(403);
    });
});
