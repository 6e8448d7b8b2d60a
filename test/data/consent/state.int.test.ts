import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsentInput } from '../../../src/data/consent/model.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { connection, consentOf, decision, eventsOf, lasting, registerWith, shipped, somebody } from './stage.ts';

const durations = JSON.parse(readFileSync(join(packageRoot, 'test/vectors/durations.json'), 'utf8')) as {
  vectors: { start: string; duration: string; end: string; why: string }[];
};

const changing = () =>
  registerWith([
    { version: '1.2', validFrom: '2026-05-01' },
    { version: '2.0', validFrom: '2026-06-01' },
  ]);

type Subject = ConsentInput['subject'];
const ref = ({ kind, id }: Subject) => `${kind}:${id}`;

onBothEngines('What stands', (ground) => {
  const context = testContext();
  beforeEach(() => {
    context.now = new Date('2026-03-01T12:00:00Z');
  });
  const at = (instant: string) => {
    context.now = new Date(instant);
  };
  const record = (
    subject: Subject,
    status: ConsentInput['status'],
    over: Partial<ConsentInput> = {},
    policies = shipped,
  ) => consentOf(ground(), policies).record(context, decision({ subject, status, ...over }), connection());
  const state = async (subject: Subject, purpose = 'usage-statistics', policies = shipped) => {
    const { purposes } = await consentOf(ground(), policies).current(context, ref(subject));
    const found = purposes.find((one) => one.purpose === purpose);
    assert.ok(found);
    return found;
  };
  const brief = async (...parameters: Parameters<typeof state>) => {
    const { status, because, permitsProcessing: permits, needsDecision: asks } = await state(...parameters);
    return { status, because, permits, asks };
  };

  it('is unknown for somebody never met, for every purpose that rests on consent, and asks', async () => {
    const { purposes } = await consentOf(ground()).current(context, ref(somebody()));
    assert.deepEqual(
      purposes.map(({ purpose, status, needsDecision, eventId }) => [purpose, status, needsDecision, eventId]),
      [
        ['external-media', 'unknown', true, null],
        ['usage-statistics', 'unknown', true, null],
      ],
    );
  });

  const table: [reported: ConsentInput['status'], expected: Awaited<ReturnType<typeof brief>>][] = [
    ['given', { status: 'given', because: 'decided', permits: true, asks: false }],
    ['refused', { status: 'refused', because: 'decided', permits: false, asks: false }],
    ['withdrawn', { status: 'withdrawn', because: 'decided', permits: false, asks: false }],
    ['deferred', { status: 'deferred', because: 'undecided', permits: false, asks: true }],
    ['requested', { status: 'requested', because: 'undecided', permits: false, asks: true }],
  ];
  for (const [reported, expected] of table)
    it(`after ${reported}`, async () => {
      const subject = somebody();
      const event = await record(subject, reported);
      assert.deepEqual(await brief(subject), expected);
      assert.equal((await state(subject)).eventId, event.eventId);
      assert.deepEqual((await state(subject)).notice, event.notice);
    });

  it('is nothing to another tenant', async () => {
    const subject = somebody();
    await record(subject, 'given');
    const south = await consentOf(ground()).current(testContext({ tenantId: 'south' }), ref(subject));
    assert.ok(south.purposes.every(({ status }) => status === 'unknown'));
  });

  for (const reported of ['deferred', 'requested'] as const)
    for (const standing of ['given', 'refused', 'withdrawn'] as const)
      it(`is not displaced by showing or asking again: ${standing} by ${reported}`, async () => {
        const subject = somebody();
        await record(subject, standing);
        await refused(record(subject, reported), 'conflict', '/status');
        assert.equal((await state(subject)).status, standing);
        assert.equal((await eventsOf(ground(), subject)).length, 1);
        at('2026-10-01T12:00:00Z');
        assert.equal((await record(subject, reported)).status, reported);
      });

  describe('ends by rule (REQ-B08, C06)', () => {
    for (const { start, duration, end, why } of durations.vectors)
      it(`${start} + ${duration} on ${end} (${why})`, async () => {
        const policies = lasting(duration);
        for (const status of ['given', 'refused', 'withdrawn'] as const) {
          const subject = somebody();
          // Late in the evening in Berlin: the local day counts, not that of UTC.
          at(`${start}T22:30:00+01:00`);
          const { expiresAt } = await record(
            subject,
            status,
            { notice: { id: 'consent-banner', version: '1.0', language: 'en' } },
            policies,
          );
          assert.ok(expiresAt);
          const local = new Date(expiresAt).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' });
          assert.equal(local, `${end} 00:00:00`, status);
          context.now = new Date(Date.parse(expiresAt) - 1);
          assert.equal((await state(subject, 'usage-statistics', policies)).status, status);
          context.now = new Date(expiresAt);
          const after = await brief(subject, 'usage-statistics', policies);
          assert.deepEqual(after, { status: 'expired', because: 'expired', permits: false, asks: true });
        }
      });

    it('for refusals on the same day as for grants', async () => {
      const [yes, no, gone] = await Promise.all(
        (['given', 'refused', 'withdrawn'] as const).map((status) => record(somebody(), status)),
      );
      assert.deepEqual([no?.expiresAt, gone?.expiresAt], [yes?.expiresAt, yes?.expiresAt]);
    });

    for (const [what, timeZone, decided, end] of [
      ['over the beginning of summer time', 'Europe/Berlin', '2026-01-15T12:00:00Z', '2026-07-14T22:00:00Z'],
      ['over the end of summer time', 'Europe/Berlin', '2026-07-15T12:00:00Z', '2027-01-14T23:00:00Z'],
      ['in UTC', 'UTC', '2026-03-01T23:30:00Z', '2026-09-01T00:00:00Z'],
      ['on a day that has no midnight', 'America/Santiago', '2026-03-06T12:00:00Z', '2026-09-06T04:00:00Z'],
    ] as const)
      it(`at the first instant of the tenant’s own day: ${what}`, async () => {
        const elsewhere = testContext({ at: decided, timeZone });
        for (const status of ['given', 'refused', 'withdrawn'] as const) {
          const event = await consentOf(ground()).record(
            elsewhere,
            decision({ subject: somebody(), status }),
            connection(),
          );
          assert.equal(event.expiresAt, new Date(end).toISOString());
        }
      });

    it('and what was no decision has no end', async () => {
      for (const status of ['deferred', 'requested'] as const) {
        const subject = somebody();
        assert.equal((await record(subject, status)).expiresAt, null);
        assert.equal((await eventsOf(ground(), subject))[0]?.expiresAt, null);
        at('2036-03-01T12:00:00Z');
        assert.equal((await state(subject)).status, status);
      }
    });

    it('whatever the person visits meanwhile', async () => {
      const subject = somebody();
      const { expiresAt } = await record(subject, 'given');
      at('2026-06-09T12:00:00Z');
      for (let visit = 0; visit < 3; visit += 1) {
        assert.equal((await state(subject)).expiresAt, expiresAt);
        await refused(record(subject, 'deferred'), 'conflict');
      }
      assert.equal((await state(subject)).expiresAt, expiresAt);
    });

    it('and is prolonged by deciding again', async () => {
      const subject = somebody();
      await record(subject, 'given');
      at('2026-06-01T12:00:00Z');
      const renewed = await record(subject, 'given');
      assert.deepEqual([renewed.status, renewed.expiresAt], ['renewed', '2026-11-30T23:00:00.000Z']);
    });
  });

  describe('when the notice changes', () => {
    const policies = changing();
    const stands = (subject: Subject, purpose?: string) => brief(subject, purpose, policies);

    it('stands on after a minor change, and asks again after a major one', async () => {
      const subject = somebody();
      await record(subject, 'given', {}, policies);
      at('2026-05-15T12:00:00Z');
      assert.deepEqual(await stands(subject), { status: 'given', because: 'decided', permits: true, asks: false });
      at('2026-06-01T12:00:00Z');
      assert.deepEqual(await stands(subject), {
        status: 'given',
        because: 'notice-changed',
        permits: false,
        asks: true,
      });
    });

    it('asks from the first moment of the local day on which the major version is in force', async () => {
      const subject = somebody();
      await record(subject, 'refused', {}, policies);
      at('2026-05-31T21:59:59.999Z');
      assert.equal((await stands(subject)).asks, false);
      at('2026-05-31T22:00:00Z');
      assert.equal((await stands(subject)).asks, true);
    });

    it('can be put off, withdrawn and given anew then', async () => {
      const subject = somebody();
      await record(subject, 'given', {}, policies);
      at('2026-06-02T12:00:00Z');
      const notice = { id: 'consent-banner', version: '2.0', language: 'en' };
      await record(subject, 'deferred', { notice }, policies);
      assert.deepEqual(await stands(subject), { status: 'deferred', because: 'undecided', permits: false, asks: true });
      assert.equal((await record(subject, 'given', { notice }, policies)).status, 'given');
      assert.deepEqual(await stands(subject), { status: 'given', because: 'decided', permits: true, asks: false });
    });

    it('does not ask because another notice for the same purpose has a new major version', async () => {
      const subject = somebody();
      const purpose = 'external-media';
      const unchanged = registerWith([]);
      await record(subject, 'given', { purpose }, unchanged);
      at('2026-06-02T12:00:00Z');
      assert.equal((await brief(subject, purpose, unchanged)).because, 'decided');
    });

    it('looks at the notice that was shown, where several ask for a purpose', async () => {
      const [banner, media] = [somebody(), somebody()];
      const purpose = 'external-media';
      at('2026-05-31T12:00:00Z');
      await record(
        banner,
        'given',
        { purpose, notice: { id: 'consent-banner', version: '1.2', language: 'en' } },
        policies,
      );
      await record(
        media,
        'given',
        { purpose, notice: { id: 'media-notice', version: '1.0', language: 'en' } },
        policies,
      );
      assert.equal((await stands(media, purpose)).asks, false);
      at('2026-06-01T12:00:00Z');
      assert.equal((await stands(media, purpose)).because, 'notice-changed');
      const notice = { id: 'consent-banner', version: '2.0', language: 'en' };
      assert.equal((await stands(banner, purpose)).because, 'notice-changed');
      await record(banner, 'given', { purpose, notice }, policies);
      assert.equal((await stands(banner, purpose)).because, 'decided');
      await record(
        media,
        'given',
        { purpose, notice: { id: 'media-notice', version: '2.0', language: 'en' } },
        policies,
      );
      assert.equal((await stands(media, purpose)).because, 'decided');
    });
  });
});
