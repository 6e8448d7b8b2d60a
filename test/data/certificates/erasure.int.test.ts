import assert from 'node:assert/strict';
import fc from 'fast-check';
import { certificateHash } from '../../../src/data/certificates/document.ts';
import type { Holder } from '../../../src/foundations/holders/holder.ts';
import { liveThrough, pseudonymsOf } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { policiesWith } from '../retention/stage.ts';
import { bundleOf, faulty, lineOf, linesOf, missing, only } from './stage.ts';

const WHAT_THERE_IS = {
  'consents.decision': 2,
  'consents.evidence': 2,
  'consents.link': 1,
  'visits.full': 2,
  'profiles.identity': 1,
  'profiles.contact': 1,
  'profiles.interests': 1,
  'profiles.location': 1,
  'content.private-association': 1,
  'content.public-association': 1,
  'recipients.disclosure': 1,
};

onBothEngines('The certificate of an erasure', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  let people = 0;
  const somebody = () => liveThrough(app, `cert${++people}`);
  const eraseBy = async (faults: Parameters<typeof faulty>[2], account: string) => {
    const services = await faulty(ground(), app, faults);
    const erasure = await services.erasures.erase(await app.contextOf('north', 'dpo'), account);
    await services.close();
    return { erasure, ...(await bundleOf(app, erasure.certificateId)) };
  };
  const entriesOf = async (erasureId: string) =>
    (await ground().store.read((q) => q.select().from(q.tables.auditEntries)))
      .filter(({ detail }) => (detail as { erasure?: string }).erasure === erasureId)
      .sort((a, b) => (a.entryId < b.entryId ? -1 : 1));

  it('says per holder and category what was removed, reduced or retained, on which ground and until when', async () => {
    const { account } = await somebody();
    const { body: erasure } = await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
    const { certificate } = await bundleOf(app, erasure.certificateId);
    assert.deepEqual(linesOf(certificate), {
      'consents.decision': 'removed 2/0/0/0/0',
      'consents.evidence': 'removed 2/0/0/0/0',
      'consents.link': 'removed 1/0/0/0/0',
      'visits.full': 'removed 2/0/0/0/0',
      'profiles.identity': 'removed 1/0/0/0/0',
      'profiles.contact': 'removed 1/0/0/0/0',
      'profiles.interests': 'removed 1/0/0/0/0',
      'profiles.location': 'removed 1/0/0/0/0',
      'recipients.disclosure': 'removed 1/0/0/0/0',
      'content.private-association': 'removed 1/0/0/0/0',
      'content.public-association': 'reduced 0/1/0/0/0',
    });
    const { ground: why, groundInWords, until } = lineOf(certificate, 'content.public-association');
    assert.deepEqual([why, until], ['JustificationA17Archiving', '2031-02-28T23:00:00.000Z']);
    assert.match(groundInWords ?? '', /archiving/);
    assert.deepEqual(certificate.totals, { removed: 13, reduced: 1, anonymised: 0, retained: 0, failed: 0 });
    assert.equal(certificate.verdict, 'complete-with-exceptions');
    assert.equal(certificate.keyDestroyed, true);
    assert.equal(certificate.policyHash, app.policies.current().hash);
    assert.deepEqual([certificate.kind, certificate.actId], ['erasure', erasure.erasureId]);
    assert.deepEqual([certificate.tenant, certificate.institution], ['north', 'Portal north']);
  });

  it('names who decides on what was there and who else has it, and must be told (Art. 19)', async () => {
    const { account } = await somebody();
    const { body: erasure } = await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
    const { certificate } = await bundleOf(app, erasure.certificateId);
    const parties = certificate.parties ?? [];
    assert.deepEqual(
      parties.map(({ party, role }) => `${party}: ${role}`),
      [
        'platform-provider: controller',
        'institution: controller',
        'hosting-company: processor',
        'platform-provider: processor',
        'hosting-company: sub-processor',
        'doi-registry: recipient',
      ],
    );
    const registry = parties.find(({ party }) => party === 'doi-registry');
    assert.deepEqual(registry?.categories, ['content.public-association']);
    assert.ok(!parties.some(({ party }) => party === 'hosting-company-ch'), 'it serves another region');
    const page = await app.as('dpo').get(`/v1/certificates/${erasure.certificateId}/page`).expect(200);
    assert.match(page.text, /Whom it concerns[\s\S]*Example DOI Registration Agency/);
  });

  it('names the entries that begin and end the erasure, and the last of them carries its hash', async () => {
    const { account } = await somebody();
    const { body: erasure } = await app.as('platform').post(`/v1/subjects/${account}/erasure`).expect(200);
    const { certificate, log } = await bundleOf(app, erasure.certificateId);
    const entries = await entriesOf(erasure.erasureId);
    const [first, last] = [entries[0], entries.at(-1)];
    assert.deepEqual([first?.action, last?.action], ['erasure.started', 'erasure.finished']);
    assert.deepEqual(certificate.entries, { first: first?.entryId, last: last?.entryId });
    assert.equal(log.entryId, last?.entryId);
    assert.equal((last?.detail as Record<string, unknown>)?.['certificateHash'], certificateHash(certificate));
    assert.deepEqual(certificate.requestedBy, { id: first?.actor, role: 'platform' });
  });

  it('of an erasure done again after a backup came back begins with that entry; without any, it says so', async () => {
    const context = await app.contextOf('north', 'admin');
    const act = { kind: 'erasure', actId: '0190c7a4-0000-7000-8000-0000000000aa', startedAt: app.time.now } as const;
    const draft = { finishedAt: app.time.now, asOf: null, planDigest: null, keyDestroyed: true, policyHash: 'p' };
    const issue = async () => {
      const certify = await app.services.certificates.prepare(context, act);
      return ground().store.write(async (tx) => (await certify(tx, { ...draft, findings: [] })).certificate);
    };
    const unknown = await issue();
    assert.deepEqual([unknown.entries.first, unknown.requestedBy], [null, null]);
    const entryId = await ground().store.write((tx) =>
      ground().audit.add(tx, context, { action: 'erasure.replayed', policyHash: 'p', detail: { erasure: act.actId } }),
    );
    const replayed = await issue();
    assert.deepEqual([replayed.entries.first, replayed.requestedBy?.role], [entryId, 'admin']);
  });

  it('holds no personal data and no pseudonym, and nothing that leads to the person once the key is gone (REQ-A34)', async () => {
    const left = await somebody();
    const pseudonyms = await pseudonymsOf(ground().vault, left);
    const named = await Promise.all(pseudonyms.map((subjectId) => ground().vault.commitment('north', subjectId)));
    const entries = await ground().store.read((q) => q.select().from(q.tables.auditEntries));
    const names = named.flatMap((one) => [
      one.indexFor('erasure'),
      ...entries.map(({ entryId }) => one.subjectOf(entryId)),
    ]);
    const { body: erasure } = await app.as('dpo').post(`/v1/subjects/${left.account}/erasure`).expect(200);
    const { certificate } = await bundleOf(app, erasure.certificateId);
    const page = (await app.as('dpo').get(`/v1/certificates/${erasure.certificateId}/page`).expect(200)).text;
    for (const text of [JSON.stringify(certificate), page])
      for (const value of [...Object.values(left), ...pseudonyms, ...names]) assert.ok(!text.includes(value), value);
    assert.ok(certificate.holders.every(({ categories }) => categories.every(({ commitment }) => commitment === null)));
  });

  for (const [category, rows] of Object.entries(WHAT_THERE_IS))
    it(`says incomplete, where and how many, when ${category} is missed and said to be gone`, async () => {
      const { account } = await somebody();
      const { certificate, erasure } = await eraseBy({ holder: missing(category) }, account);
      assert.deepEqual([certificate.verdict, erasure.verdict], ['incomplete', 'incomplete']);
      const line = lineOf(certificate, category);
      assert.deepEqual([line.result, line.failed, line.removed, line.retained], ['failed', rows, 0, 0]);
      // Evidence lies in the decisions, and keeps them.
      const failed = category === 'consents.evidence' ? rows + 2 : rows;
      assert.equal(certificate.totals.failed, failed);
      const others = Object.entries(linesOf(certificate)).filter(
        ([other]) => other.split('.')[0] !== category.split('.')[0],
      );
      assert.ok(others.every(([, said]) => !said.startsWith('failed')));
    });

  it('says failed of exactly what is left, whatever is missed', async function () {
    this.timeout(180_000);
    await fc.assert(
      fc.asyncProperty(fc.subarray(Object.keys(WHAT_THERE_IS)), async (missed) => {
        const { account } = await somebody();
        const holder = (honest: Holder) => missed.reduce((faulted, category) => missing(category)(faulted), honest);
        const { certificate } = await eraseBy({ holder }, account);
        const left = missed.includes('consents.evidence') ? new Set([...missed, 'consents.decision']) : new Set(missed);
        for (const [category, rows] of Object.entries(WHAT_THERE_IS)) {
          const { result, failed, removed, reduced } = lineOf(certificate, category);
          if (left.has(category)) assert.deepEqual([category, result, failed, removed], [category, 'failed', rows, 0]);
          else assert.deepEqual([category, failed, removed + reduced], [category, 0, rows]);
        }
        assert.equal(certificate.verdict, missed.length > 0 ? 'incomplete' : 'complete-with-exceptions');
      }),
      { numRuns: 15 },
    );
  });

  it('says incomplete when a row is left of several', async () => {
    const { account } = await somebody();
    const holder = only('consents', (consents) => ({
      erase: async (tx, person, order) => {
        const outcomes = await consents.erase(tx, { ...person, subjectIds: person.subjectIds.slice(1) }, order);
        return outcomes.map((outcome) => ({ ...outcome, removed: 2 }));
      },
    }));
    const { certificate } = await eraseBy({ holder }, account);
    const { result, removed, failed } = lineOf(certificate, 'consents.decision');
    assert.deepEqual([result, removed, failed], ['failed', 1, 1]);
  });

  it('says incomplete when visits that should have gone are only reduced', async () => {
    const { account } = await somebody();
    const holder = only('visits', (visits) => ({
      erase: (tx, person, order) =>
        visits.erase(tx, person, {
          ...order,
          decisions: {
            'visits.full': { category: 'visits.full', action: 'reduce' },
            'visits.reduced': { category: 'visits.reduced', action: 'retain' },
          },
        }),
    }));
    const { certificate } = await eraseBy({ holder }, account);
    assert.equal(certificate.verdict, 'incomplete');
    assert.equal(linesOf(certificate)['visits.full'], 'failed 0/2/0/0/0');
    assert.equal(linesOf(certificate)['visits.reduced'], 'failed 0/0/0/0/2');
  });

  it('says incomplete when a published name that should have gone is only reduced', async () => {
    const { account } = await somebody();
    const category = 'content.public-association';
    const policies = policiesWith(ground(), 'retention.yaml', [
      `- category: ${category}\n    action: reduce\n    ground: JustificationA17Archiving\n    reviewAfter: P5Y\n`,
      `- category: ${category}\n    action: erase\n`,
    ]);
    const holder = only('content', (content) => ({
      erase: (tx, person, order) => {
        assert.equal(order.decisions[category]?.action, 'erase');
        const decisions = { ...order.decisions, [category]: { category, action: 'reduce' as const } };
        return content.erase(tx, person, { ...order, decisions });
      },
    }));
    const { certificate } = await eraseBy({ holder, policies }, account);
    assert.equal(linesOf(certificate)[category], 'failed 0/1/0/0/0');
    assert.equal(certificate.verdict, 'incomplete');
  });

  it('says of the key what a second look finds, not what was meant', async () => {
    const { account } = await somebody();
    const { certificate, erasure } = await eraseBy({ vault: { shred: async () => 0 } }, account);
    assert.deepEqual([erasure.keyDestroyed, certificate.keyDestroyed], [false, false]);
  });

  it('says what is held, by which kind of hold, and that the key stays', async () => {
    const { account } = await somebody();
    const hold = { kind: 'legal', reference: 'case-1', subject: account };
    const { body: placed } = await app.as('dpo').post('/v1/holds').send(hold).expect(201);
    const { body: erasure } = await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
    await app.as('dpo').post(`/v1/holds/${placed.holdId}/release`).expect(200);
    const { certificate } = await bundleOf(app, erasure.certificateId);
    const { result, retained, failed, ground: why, groundInWords } = lineOf(certificate, 'profiles.contact');
    assert.deepEqual([result, retained, failed, why, groundInWords], ['retained', 1, 0, 'legal', 'legal hold']);
    assert.deepEqual([certificate.verdict, certificate.keyDestroyed], ['complete-with-exceptions', false]);
    assert.equal(certificate.totals.removed, 0);
  });
});
