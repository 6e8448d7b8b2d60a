import assert from 'node:assert/strict';
import { buildServices } from '../../../src/app/services.ts';
import type { AssociationInput } from '../../../src/data/content/model.ts';
import type { Holder } from '../../../src/foundations/holders/holder.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import type { AccessReport } from '../../../src/rights/reports/model.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { exportedNames } from '../../support/due.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { liveThrough, publicDoi, type Traces } from '../erasure/person.ts';

onBothEngines('The report of what is held about one person', (ground) => {
  let app: TestApp;
  let ada: Traces;
  const reportOf = async (id: string, tenant: 'north' | 'south' = 'north'): Promise<AccessReport> =>
    (await app.as('dpo', tenant).get(`/v1/subjects/${id}/report`).expect(200)).body;
  const fieldsOf = (report: AccessReport, category: string) =>
    report.categories.find((one) => one.category === category)?.records.map(({ fields }) => fields) ?? [];
  before(async () => {
    app = await openApp(ground());
    ada = await liveThrough(app, 'ada');
    await liveThrough(app, 'bea');
  });
  after(() => app.close());

  it('has everything of every holder: each value that was given comes back (REQ-A02, A23)', async () => {
    const report = await reportOf(ada.account);
    const text = JSON.stringify(report);
    const { visitor, address6, ...others } = ada;
    for (const value of Object.values(others)) assert.ok(text.includes(value), value);
    assert.ok(text.includes('2001:db8:77:1234:5678:9abc:def0:7777') || text.includes(address6));
    const { counts } = report;
    assert.deepEqual(counts, {
      'consents.decision': 2,
      'consents.evidence': 2,
      'consents.link': 1,
      'visits.full': 2,
      'visits.reduced': 0,
      'profiles.identity': 1,
      'profiles.contact': 1,
      'profiles.interests': 1,
      'profiles.location': 1,
      'recipients.disclosure': 1,
      'relations.standing': 0,
      'requests.correspondence': 0,
      'content.public-association': 1,
      'content.private-association': 1,
      'content.minimal-association': 0,
    });
    for (const { category, records } of report.categories)
      assert.equal(records.length, (counts as Record<string, number>)[category]);
  });

  it('names every field that a holder declares to export', async () => {
    const report = await reportOf(ada.account);
    for (const { category, records } of report.categories) {
      const holder = app.services.holders.find(({ id }) => id === category.split('.')[0]);
      assert.ok(holder);
      const names = new Set(records.flatMap(({ fields }) => Object.keys(fields)));
      for (const name of exportedNames(holder, category)) assert.ok(names.has(name), `${category}: ${name}`);
    }
  });

  it('says what each kind of data is for, on which basis, who has it, how long, and where it came from', async () => {
    const report = await reportOf(ada.account);
    for (const { category, title, activities, retention, source, onErasureRequest } of report.categories) {
      assert.ok(title && source && onErasureRequest, category);
      assert.ok(activities.length > 0, category);
      assert.ok(retention.length > 0 && retention.every((rule) => / after /.test(rule)), category);
      for (const { purpose, basis, basisInWords, parties } of activities) {
        assert.ok(purpose && basisInWords, category);
        assert.match(basis, /^eu-gdpr:A6|^A6|Art/);
        assert.ok(parties.length > 0 && parties.every(({ name, role }) => name && role), category);
      }
    }
    assert.ok(report.complaint.authority && report.complaint.contact);
    assert.equal(report.institution, 'Portal north');
    assert.equal(report.policyHash, app.policies.current().hash);
    assert.equal(report.generatedAt, '2026-03-01T12:00:00.000Z');
  });

  it('offers the rights that the bases of what is held give, and no other without the reason', async () => {
    const account = await reportOf(ada.account);
    const articles = (rights: { article: string }[]) => rights.map(({ article }) => article);
    assert.deepEqual(articles(account.rights), ['15', '16', '17', '18', '19', '20', '21', '7(3)']);
    assert.deepEqual(account.rightsNotGiven, []);
    // A contract gives portability and no objection, a public task the other way round.
    const rightsOf = (category: string) =>
      account.categories.find((one) => one.category === category)?.activities.flatMap(({ rights }) => rights) ?? [];
    assert.deepEqual(rightsOf('profiles.contact'), ['15', '16', '17', '18', '19', '20', '77']);
    assert.deepEqual(rightsOf('content.public-association'), ['15', '16', '17', '18', '19', '21', '77']);
    await app.as('platform').put('/v1/subjects/only-an-account').send({ name: 'Only Account' }).expect(201);
    const profileOnly = await reportOf('only-an-account');
    assert.equal(profileOnly.held, true);
    assert.deepEqual(articles(profileOnly.rightsNotGiven), ['21', '7(3)']);
    assert.ok(profileOnly.rightsNotGiven.every(({ reason }) => /Art\. (21\(1\)|7\(3\)) GDPR/.test(reason)));
  });

  it('is about the person’s browsers too, and the other way round not about the account', async () => {
    const account = await reportOf(ada.account);
    assert.deepEqual([account.subjectKind, account.linkedVisitors], ['account', 1]);
    const visitor = await reportOf(`visitor:${ada.visitor}`);
    assert.deepEqual([visitor.subjectKind, visitor.linkedVisitors], ['visitor', 0]);
    assert.equal(visitor.counts['visits.full'], 2);
    assert.equal(visitor.counts['profiles.identity'], 0);
    assert.equal(fieldsOf(visitor, 'consents.decision').length, 1);
  });

  it('shows nothing of another contributor of the same item, and says that this is left out and why', async () => {
    const doi = encodeURIComponent(publicDoi('ada'));
    await app
      .as('platform')
      .put(`/v1/subjects/co-author/items/${doi}`)
      .send({
        title: 'Of the co-author',
        version: '1.0',
        role: 'Editor',
        nameAsPublished: 'Coauthor, Sentinel',
        visibility: 'public',
        publishedOn: '2025-11-30',
      })
      .expect(201);
    const report = await reportOf(ada.account);
    assert.doesNotMatch(JSON.stringify(report), /Coauthor|Of the co-author|sentinel\.mail\.bea/);
    assert.ok(report.withheld.some(({ what, reason }) => /contributors/.test(what) && /15\(4\)/.test(reason)));
    assert.ok(report.withheld.every(({ reason }) => reason.length > 0));
  });

  it('also answers that nothing is held, and what was looked for', async () => {
    const report = await reportOf('a-stranger');
    assert.deepEqual([report.held, report.categories, report.history], [false, [], []]);
    assert.ok(Object.values(report.counts).every((count) => count === 0));
    assert.equal(report.searched.length, Object.keys(report.counts).length);
    assert.equal((await reportOf(ada.account, 'south')).held, false);
  });

  it('makes no key for somebody nobody ever heard of', async () => {
    await reportOf('another-stranger');
    const { vault } = ground();
    const subjectId = await vault.subjectId('north', 'account', 'another-stranger');
    assert.equal(await vault.existingKey('north', `subject:${subjectId}`), undefined);
  });

  it('tells what was done with the data of the account and its browsers, and who looked: by role, in order', async () => {
    const { history } = await reportOf(ada.account);
    const actions = history.map(({ action }) => action);
    for (const action of ['consent.given', 'consent.refused', 'profile.created', 'subject.linked', 'visit.recorded'])
      assert.ok(actions.includes(action), `${action} is missing: ${actions}`);
    assert.ok(history.every(({ role }) => ['platform', 'dpo'].includes(role)));
    assert.deepEqual(
      history.map(({ at }) => at),
      history.map(({ at }) => at).sort(),
    );
    const looks = actions.filter((action) => action === 'report.generated').length;
    const again = (await reportOf(ada.account)).history.filter(({ action }) => action === 'report.generated');
    assert.equal(again.length, looks + 1);
    assert.equal(again[0]?.role, 'dpo');
  });

  it('is itself an entry of the log, with counts and nothing personal', async () => {
    await reportOf(ada.account);
    const { vault, store } = ground();
    const commitment = await vault.commitment('north', await vault.subjectId('north', 'account', ada.account));
    const entries = await store.read((q) => q.select().from(q.tables.auditEntries));
    const last = entries.find(
      ({ action, subject, entryId }) => action === 'report.generated' && subject === commitment.subjectOf(entryId),
    );
    assert.deepEqual(last?.detail, { held: true, records: 14 });
  });

  it('shows one instant: what is written while it is made is not in it', async () => {
    const context = await app.contextOf('north', 'dpo');
    const { account } = await liveThrough(app, 'eva');
    const draft = { title: 'Meanwhile', version: '1', role: 'creator', nameAsPublished: 'Eva', visibility: 'private' };
    const services = await buildServices({
      store: ground().store,
      vault: ground().vault,
      policies: app.policies,
      clock: () => app.time.now,
      log: createLog('silent', { write: () => undefined }),
      holders: (holders) =>
        holders.map((holder) => ({
          ...holder,
          async *export(...call: Parameters<Holder['export']>) {
            yield* holder.export(...call);
            if (holder.id !== 'consents') return;
            await app.services.content.put(context, account, '10.5072/meanwhile', draft as AssociationInput);
          },
        })),
    });
    const report = await services.reports.access.generate(context, account);
    assert.equal(report.counts['content.private-association'], 1);
    assert.equal((await reportOf(account)).counts['content.private-association'], 2);
  });
});

onOneEngine('The report of what is held, asked for by whoever may not', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  for (const role of ['admin', 'auditor', 'operator', 'platform', 'portal'] as const)
    it(`is not for ${role}`, () => app.as(role).get('/v1/subjects/ada/report').expect(403));
});
