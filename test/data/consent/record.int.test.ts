import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { type ConsentInput, REPORTED } from '../../../src/data/consent/model.ts';
import { receiptDigest } from '../../../src/data/consent/views.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import type { ConsentStatus } from '../../../src/law/consent-status.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { connection, consentOf, decision, eventsOf, FIREFOX, registerWith, shipped, somebody } from './stage.ts';

onBothEngines('A decision', (ground) => {
  const context = testContext();
  const browser = testContext({ role: 'portal' });
  const consent = () => consentOf(ground());
  const record = (over: Partial<ConsentInput> = {}, at = context) => consent().record(at, decision(over), connection());
  const evidenceOf = async (subject: ConsentInput['subject']) => {
    const { vault } = ground();
    const subjectId = await vault.subjectId('north', subject.kind, subject.id);
    const key = await vault.key('north', subjectScope(subjectId));
    return (await eventsOf(ground(), subject)).map(({ eventId, evidenceSealed: sealed }) => {
      const place = { tenant: 'north', table: 'consent_events', column: 'evidence_sealed', row: eventId };
      return sealed && JSON.parse(key.open(place, sealed) as string);
    });
  };

  it('stores everything the proof of it needs (REQ-C01)', async () => {
    const subject = somebody();
    const event = await record({ subject, act: 'clicked-accept', method: 'banner-3.1' });
    const [row] = await eventsOf(ground(), subject);
    assert.ok(row);
    const { evidenceSealed, subjectId, ...plain } = row;
    assert.deepEqual(plain, {
      tenantId: 'north',
      eventId: event.eventId,
      subjectKind: 'visitor',
      purposeId: 'usage-statistics',
      seq: context.now.getTime() * 32 + 30,
      status: 'given',
      consentType: 'expressed',
      purposeVersion: '1.0',
      noticeId: 'consent-banner',
      noticeMajor: 1,
      noticeMinor: 1,
      noticeHash: shipped.notice('consent-banner', '1.1')?.texts['en']?.hash,
      language: 'en',
      controllers: ['Example Repository Platform GmbH'],
      act: 'clicked-accept',
      method: 'banner-3.1',
      source: 'api',
      ageCheck: null,
      parentalMethod: null,
      parentalSealed: null,
      jurisdiction: 'DE',
      recordedAt: context.now,
      importedAt: null,
      vouchedBy: null,
      // P6M from 1 March, until the end of that day in Berlin's summer.
      expiresAt: new Date('2026-08-31T22:00:00Z'),
      policyHash: shipped.current().hash,
    });
    assert.match(event.eventId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(subjectId, /^[0-9a-f]{32}$/);
    assert.equal(evidenceSealed, null);
  });

  it('is explicit where the purpose asks for that (REQ-A10)', async () => {
    assert.equal((await record({ subject: somebody(), purpose: 'external-media' })).consentType, 'explicit');
  });

  it('answers with what was recorded, without the person', async () => {
    const subject = { kind: 'account' as const, id: 'ada.lovelace' };
    const event = await record({ subject });
    assert.deepEqual(await consent().get(context, event.eventId), event);
    assert.equal(event.subjectKind, 'account');
    assert.equal(event.links.self, `/v1/consents/${event.eventId}`);
    assert.equal(event.links.notice, '/v1/notices/consent-banner/versions/1.1?language=en');
    assert.equal(event.links.receipt, `/receipts/north/${event.eventId}`);
    assert.ok(!JSON.stringify(event).includes('ada'));
  });

  it('is nowhere for another tenant', async () => {
    const { eventId } = await record({ subject: somebody() });
    await refused(consent().get(testContext({ tenantId: 'south' }), eventId), 'not-found');
  });

  it('writes one audit entry, in the same transaction and without the person', async () => {
    const subject = somebody();
    const { eventId } = await record({ subject });
    const { store, vault } = ground();
    const subjectId = await vault.subjectId('north', subject.kind, subject.id);
    const commitment = await vault.commitment('north', subjectId);
    const entries = await store.read((q) => {
      const { auditEntries: t } = q.tables;
      return q
        .select()
        .from(t)
        .where(eq(t.subjectIndex, commitment.indexFor('consent')));
    });
    assert.deepEqual(
      entries.map(({ action, detail }) => [action, detail]),
      [
        [
          'consent.given',
          {
            purpose: 'usage-statistics',
            receipt: receiptDigest(eventId),
            notice: 'consent-banner 1.1',
            source: 'api',
          },
        ],
      ],
    );
    // The log is public, and who knows a receipt's id can withdraw with it.
    assert.ok(!JSON.stringify(entries).includes(eventId));
    assert.ok(!JSON.stringify(entries).includes(subjectId) && !JSON.stringify(entries).includes(subject.id));
  });

  describe('as evidence', () => {
    it('keeps the network and the browser family of a browser’s own connection, sealed (REQ-C01)', async () => {
      const subject = somebody();
      await consent().record(browser, decision({ subject }), connection());
      const kept = { network: '203.0.113.0', browser: 'Firefox', browserMajor: 143, platform: 'Linux' };
      assert.deepEqual(Object.keys((await evidenceOf(subject))[0]), Object.keys(kept));
      const [evidence] = await evidenceOf(subject);
      assert.equal(evidence.network, kept.network);
      assert.equal(evidence.browser, kept.browser);
      assert.equal(Number(evidence.browserMajor), kept.browserMajor);
      const [row] = await eventsOf(ground(), subject);
      assert.ok(!row?.evidenceSealed?.toString('latin1').includes('203.0.113'));
      assert.equal(row?.source, 'ui');
    });

    it('refuses what a browser says of itself, naming the field', async () => {
      const input = decision({ evidence: { address: '198.51.100.1' } });
      await refused(consent().record(browser, input, connection()), 'unprocessable-request', '/evidence');
    });

    it('takes from the platform’s server what it says, never its own connection', async () => {
      const [with_, without] = [somebody(), somebody()];
      await record({ subject: with_, evidence: { address: '2001:db8:85a3:8d3::7', userAgent: FIREFOX } });
      await record({ subject: without });
      assert.equal((await evidenceOf(with_))[0].network, '2001:db8:85a3::');
      assert.deepEqual(await evidenceOf(without), [null]);
    });

    for (const address of ['203.0.113', '0313.0.0.7', 'localhost', '203.0.113.7, 10.0.0.1', ''])
      it(`keeps nothing of an address that is none (${JSON.stringify(address)})`, async () => {
        const [alone, withBrowser] = [somebody(), somebody()];
        await record({ subject: alone, evidence: { address } });
        await record({ subject: withBrowser, evidence: { address, userAgent: FIREFOX } });
        assert.deepEqual(await evidenceOf(alone), [null]);
        assert.equal((await evidenceOf(withBrowser))[0].network, null);
        assert.equal((await evidenceOf(withBrowser))[0].browser, 'Firefox');
      });
  });

  describe('is refused', () => {
    const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
    const cases: [what: string, over: Partial<ConsentInput>, type: Parameters<typeof refused>[1], pointer: string][] = [
      ['on a purpose nobody declared', { purpose: 'mind-reading' }, 'undeclared-category', '/purpose'],
      [
        'on a purpose that rests on something else',
        { purpose: 'portal-security' },
        'unprocessable-request',
        '/purpose',
      ],
      ['under an unknown notice', { notice: { ...notice, id: 'other' } }, 'unprocessable-request', '/notice'],
      ['under a version never shown', { notice: { ...notice, version: '9.9' } }, 'unprocessable-request', '/notice'],
      [
        'under a notice that does not ask for it',
        { notice: { id: 'privacy-policy', version: '1.0', language: 'en' } },
        'unprocessable-request',
        '/notice',
      ],
      [
        'in a language nobody declared',
        { notice: { ...notice, language: 'fr' } },
        'unprocessable-request',
        '/notice/language',
      ],
    ];
    for (const [what, over, type, pointer] of cases)
      it(what, async () => {
        const subject = somebody();
        await refused(record({ ...over, subject }), type, pointer);
        assert.deepEqual(await eventsOf(ground(), subject), []);
      });

    for (const status of REPORTED.filter((one) => one !== 'withdrawn'))
      it(`without the notice that was shown, when ${status}`, async () => {
        const { notice: _, ...bare } = decision({ status, subject: somebody() });
        await refused(consent().record(context, bare, connection()), 'invalid-request', '/notice');
      });
  });

  describe('is withdrawn', () => {
    const bare = (subject: ConsentInput['subject']): ConsentInput => ({
      subject,
      purpose: 'usage-statistics',
      status: 'withdrawn',
    });

    it('with less than it was given with, at once, under the notice it was given under', async () => {
      const subject = somebody();
      const given = await record({ subject, notice: { id: 'consent-banner', version: '1.0', language: 'de' } });
      const withdrawn = await consent().record(context, bare(subject), connection());
      assert.deepEqual([withdrawn.status, withdrawn.permitsProcessing], ['withdrawn', false]);
      assert.deepEqual(withdrawn.notice, given.notice);
    });

    it('even where nothing was given before, and twice', async () => {
      const subject = somebody();
      const first = await consent().record(context, bare(subject), connection());
      assert.equal(first.notice.version, '1.1');
      assert.equal((await consent().record(context, bare(subject), connection())).status, 'withdrawn');
    });

    it('even where the notice has left the policies since', async () => {
      const subject = somebody();
      const before = registerWith([{ version: '2.0', validFrom: '2026-04-01' }]);
      const april = testContext({ at: '2026-04-02T12:00:00Z' });
      const notice = { id: 'consent-banner', version: '2.0', language: 'de' };
      const given = await consentOf(ground(), before).record(april, decision({ subject, notice }), connection());
      const withdrawn = await consent().record(april, bare(subject), connection());
      assert.deepEqual(withdrawn.notice, given.notice);
    });
  });

  describe('has its place by the order in which the server took it', () => {
    const statuses = async (subject: ConsentInput['subject']) =>
      (await eventsOf(ground(), subject)).map(({ status }) => status);

    it('even if the clock goes back in between', async () => {
      const subject = somebody();
      const moving = testContext();
      for (const [status, at] of [
        ['given', '2026-03-02T12:00:00Z'],
        ['withdrawn', '2026-03-01T12:00:00Z'],
        ['given', '2026-02-28T12:00:00Z'],
        ['refused', '2026-02-27T12:00:00Z'],
      ] as const) {
        moving.now = new Date(at);
        await record({ subject, status }, moving);
      }
      assert.deepEqual(await statuses(subject), ['given', 'withdrawn', 'given', 'withdrawn']);
      const { purposes } = await consent().current(moving, `visitor:${subject.id}`);
      assert.equal(purposes.find(({ purpose }) => purpose === 'usage-statistics')?.status, 'withdrawn');
    });

    it('without gaps, however many come at once', async () => {
      const subject = somebody();
      const reported = Array.from({ length: 40 }, (_, n) => (n % 3 === 0 ? 'withdrawn' : 'given') as 'given');
      const events = await Promise.all(reported.map((status) => record({ subject, status })));
      const rows = await eventsOf(ground(), subject);
      assert.deepEqual(
        rows.map(({ seq }) => seq),
        reported.map((_, n) => context.now.getTime() * 32 + 30 + n),
      );
      assert.deepEqual(new Set(rows.map(({ eventId }) => eventId)), new Set(events.map(({ eventId }) => eventId)));
      // Each was decided knowing the one before.
      let before: ConsentStatus = 'unknown';
      for (const { status } of rows) {
        if (status === 'given') assert.ok(before === 'unknown' || before === 'withdrawn', `given after ${before}`);
        if (status === 'renewed') assert.ok(before === 'given' || before === 'renewed', `renewed after ${before}`);
        before = status as ConsentStatus;
      }
    }).timeout(120_000);

    it('takes back once, however often it is asked at once, each time at an instant of its own', async () => {
      const subject = somebody();
      await record({ subject });
      const [given] = await eventsOf(ground(), subject);
      assert.ok(given);
      let ticks = 0;
      const ticking = { ...context, clock: () => new Date(context.now.getTime() + ++ticks) };
      const answers = await Promise.all(Array.from({ length: 6 }, () => consent().withdraw(ticking, given)));
      const [, withdrawn] = await eventsOf(ground(), subject);
      assert.deepEqual(
        answers.map((answer) => [answer?.eventId, answer?.status]),
        answers.map(() => [withdrawn?.eventId, 'withdrawn']),
      );
      assert.deepEqual(await statuses(subject), ['given', 'withdrawn']);
    });

    it('for each purpose by itself', async () => {
      const subject = somebody();
      await record({ subject });
      await record({ subject, purpose: 'external-media', status: 'refused' });
      assert.deepEqual(await statuses(subject), ['refused', 'given']);
    });
  });

  it('is recorded once when its request comes twice, also at the same instant', async () => {
    const subject = somebody();
    const claim = () => ({ key: 'k-1', operation: 'recordConsent', fingerprint: 'f' });
    const send = () => consent().record({ ...context, idempotency: claim() }, decision({ subject }), connection());
    const [first, second] = await Promise.all([send(), send()]);
    assert.deepEqual(second, first);
    assert.deepEqual(await send(), first);
    assert.equal((await eventsOf(ground(), subject)).length, 1);
  });
});
