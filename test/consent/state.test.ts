import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ConsentInput } from '../../src/consent/model.ts';
import { type ConsentStatus, permitsProcessing } from '../../src/law/consent-status.ts';
import { packageRoot } from '../../src/package-root.ts';
import { openRegister, type Register } from '../../src/register/register.ts';
import { testContext } from '../support/context.ts';
import { onBothEngines } from '../support/engines.ts';
import { refused } from '../support/refused.ts';
import { connection, consentOf, decision, eventsOf, policiesWith, shipped, somebody } from './stage.ts';

const durations = JSON.parse(readFileSync(join(packageRoot, 'test/vectors/durations.json'), 'utf8')) as {
  vectors: { start: string; duration: string; end: string; why: string }[];
};

/** Policies with the banner 1.2 from May and 2.0 from June. */
function changing(edit?: (folder: string) => void): Register {
  const versions = [
    { version: '1.2', validFrom: '2026-05-01' },
    { version: '2.0', validFrom: '2026-06-01' },
  ];
  const folder = policiesWith(versions, edit);
  const register = openRegister(folder);
  rmSync(folder, { recursive: true });
  return register;
}

const lasting = (duration: string) =>
  changing((folder) => {
    const file = join(folder, 'purposes.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('duration: P6M', `duration: ${duration}`));
  });

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
    register = shipped,
  ) => consentOf(ground(), register).record(context, decision({ subject, status, ...over }), connection());
  const state = async (subject: Subject, purpose = 'usage-statistics', register = shipped) => {
    const { purposes } = await consentOf(ground(), register).current(context, ref(subject));
    const found = purposes.find((one) => one.purpose === purpose);
    assert.ok(found);
    return found;
  };
  const brief = async (...parameters: Parameters<typeof state>) => {
    const { status, because, permitsProcessing: permits, needsDecision: asks } = await state(...parameters);
    return { status, because, permits, asks };
  };
  const link = (account: Subject, visitor: Subject) => consentOf(ground()).link(context, ref(account), visitor.id);

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

  it('is not displaced by showing the banner again', async () => {
    const subject = somebody();
    await record(subject, 'given');
    await refused(record(subject, 'deferred'), 'conflict', '/status');
    assert.equal((await state(subject)).status, 'given');
  });

  describe('ends by rule', () => {
    for (const { start, duration, end, why } of durations.vectors)
      it(`${start} + ${duration} on ${end} (${why})`, async () => {
        const register = lasting(duration);
        for (const status of ['given', 'refused', 'withdrawn'] as const) {
          const subject = somebody();
          // Late in the evening in Berlin: the local day counts, not that of UTC.
          at(`${start}T22:30:00+01:00`);
          const { expiresAt } = await record(
            subject,
            status,
            { notice: { id: 'consent-banner', version: '1.0', language: 'en' } },
            register,
          );
          assert.ok(expiresAt);
          const local = new Date(expiresAt).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' });
          assert.equal(local, `${end} 00:00:00`, status);
          context.now = new Date(Date.parse(expiresAt) - 1);
          assert.equal((await state(subject, 'usage-statistics', register)).status, status);
          context.now = new Date(expiresAt);
          const after = await brief(subject, 'usage-statistics', register);
          assert.deepEqual(after, { status: 'expired', because: 'expired', permits: false, asks: true });
        }
      });

    it('for refusals on the same day as for grants', async () => {
      const [yes, no, gone] = await Promise.all(
        (['given', 'refused', 'withdrawn'] as const).map((status) => record(somebody(), status)),
      );
      assert.deepEqual([no?.expiresAt, gone?.expiresAt], [yes?.expiresAt, yes?.expiresAt]);
    });

    it('and what was no decision has no end', async () => {
      for (const status of ['deferred', 'requested'] as const)
        assert.equal((await record(somebody(), status)).expiresAt, null);
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
    const register = changing();
    const stands = (subject: Subject, purpose?: string) => brief(subject, purpose, register);

    it('stands on after a minor change, and asks again after a major one', async () => {
      const subject = somebody();
      await record(subject, 'given', {}, register);
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
      await record(subject, 'refused', {}, register);
      at('2026-05-31T21:59:59.999Z');
      assert.equal((await stands(subject)).asks, false);
      at('2026-05-31T22:00:00Z');
      assert.equal((await stands(subject)).asks, true);
    });

    it('can be put off, withdrawn and given anew then', async () => {
      const subject = somebody();
      await record(subject, 'given', {}, register);
      at('2026-06-02T12:00:00Z');
      const notice = { id: 'consent-banner', version: '2.0', language: 'en' };
      await record(subject, 'deferred', { notice }, register);
      assert.deepEqual(await stands(subject), { status: 'deferred', because: 'undecided', permits: false, asks: true });
      assert.equal((await record(subject, 'given', { notice }, register)).status, 'given');
      assert.deepEqual(await stands(subject), { status: 'given', because: 'decided', permits: true, asks: false });
    });

    it('looks at the notice that was shown, where several ask for a purpose', async () => {
      const [banner, media] = [somebody(), somebody()];
      const purpose = 'external-media';
      at('2026-05-31T12:00:00Z');
      await record(
        banner,
        'given',
        { purpose, notice: { id: 'consent-banner', version: '1.2', language: 'en' } },
        register,
      );
      await record(
        media,
        'given',
        { purpose, notice: { id: 'media-notice', version: '1.0', language: 'en' } },
        register,
      );
      assert.equal((await stands(media, purpose)).asks, false);
      at('2026-06-01T12:00:00Z');
      assert.equal((await stands(media, purpose)).because, 'notice-changed');
      await record(
        media,
        'given',
        { purpose, notice: { id: 'media-notice', version: '2.0', language: 'en' } },
        register,
      );
      assert.equal((await stands(media, purpose)).because, 'decided');
    });
  });

  describe('for an account and the visitors linked to it', () => {
    it('is the latest decision of any of them, and says whose it was; no event is touched', async () => {
      const [account, phone, laptop] = [somebody('account'), somebody(), somebody()];
      await record(phone, 'refused');
      at('2026-03-02T12:00:00Z');
      const given = await record(account, 'given');
      const before = await Promise.all([account, phone, laptop].map((one) => eventsOf(ground(), one)));
      await link(account, phone);
      await link(account, laptop);
      assert.deepEqual(await Promise.all([account, phone, laptop].map((one) => eventsOf(ground(), one))), before);
      let found = await state(account);
      assert.deepEqual([found.status, found.decidedAs, found.eventId], ['given', 'account', given.eventId]);
      assert.equal((await state(phone)).status, 'refused', 'the visitor’s own history stays its own');
      at('2026-03-03T12:00:00Z');
      const withdrawn = await record(laptop, 'withdrawn');
      found = await state(account);
      assert.deepEqual([found.status, found.decidedAs, found.eventId], ['withdrawn', 'visitor', withdrawn.eventId]);
    });

    it('is each purpose by itself', async () => {
      const [account, phone] = [somebody('account'), somebody()];
      await record(account, 'given');
      at('2026-03-02T12:00:00Z');
      await record(phone, 'refused', { purpose: 'external-media' });
      await link(account, phone);
      assert.equal((await state(account)).status, 'given');
      assert.equal((await state(account, 'external-media')).status, 'refused');
    });

    it('is not displaced by a banner shown in another browser', async () => {
      const [account, phone] = [somebody('account'), somebody()];
      await record(account, 'given');
      await link(account, phone);
      at('2026-03-02T12:00:00Z');
      await record(phone, 'deferred');
      assert.equal((await state(account)).status, 'given');
    });

    it('is not ended by the end of an older decision, whether the job has run or not', async () => {
      const [account, phone] = [somebody('account'), somebody()];
      await record(phone, 'refused');
      at('2026-04-01T12:00:00Z');
      await record(account, 'given');
      await link(account, phone);
      at('2026-09-15T12:00:00Z');
      const before = await state(account);
      assert.equal(before.status, 'given');
      await consentOf(ground()).expireConsents(context);
      assert.equal((await eventsOf(ground(), phone)).at(-1)?.status, 'expired');
      assert.deepEqual(await state(account), before);
    });

    it('lets no older consent rise again once the refusal after it has ended', async () => {
      const [account, phone] = [somebody('account'), somebody()];
      await consentOf(ground(), lasting('P5Y')).record(context, decision({ subject: phone }), connection());
      at('2026-03-02T12:00:00Z');
      await record(account, 'refused');
      await link(account, phone);
      at('2026-10-01T12:00:00Z');
      assert.equal((await state(account)).status, 'expired');
      await record(account, 'deferred');
      assert.deepEqual(await brief(account), { status: 'deferred', because: 'undecided', permits: false, asks: true });
    });

    it('is linked once, however often it is told', async () => {
      const [account, phone] = [somebody('account'), somebody()];
      const first = await link(account, phone);
      at('2026-03-02T12:00:00Z');
      assert.deepEqual(await link(account, phone), first);
      assert.equal((await Promise.all([link(account, phone), link(account, phone)])).length, 2);
      const subjectId = await ground().vault.subjectId('north', 'account', account.id);
      const visitorId = await ground().vault.subjectId('north', 'visitor', phone.id);
      assert.deepEqual(await consentOf(ground()).linkedSubjects(context, subjectId), [subjectId, visitorId]);
    });

    it('cannot be two accounts for one visitor, nor a visitor for a visitor', async () => {
      const [account, other, phone] = [somebody('account'), somebody('account'), somebody()];
      await link(account, phone);
      await refused(link(other, phone), 'conflict', '/visitor');
      await refused(link(phone, somebody()), 'unprocessable-request', '?id');
    });
  });

  describe('equals a naive fold over the history', () => {
    const step = fc.record({
      who: fc.constantFrom('account' as const, 'phone' as const, 'laptop' as const),
      status: fc.constantFrom('given' as const, 'refused' as const, 'withdrawn' as const, 'deferred' as const),
      days: fc.integer({ min: 0, max: 120 }),
      job: fc.boolean(),
    });

    it('for random decisions of one person in several browsers, whenever the job runs', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
          const people = { account: somebody('account'), phone: somebody(), laptop: somebody() };
          await link(people.account, people.phone);
          await link(people.account, people.laptop);
          context.now = new Date('2026-03-01T12:00:00Z');
          const told: { who: keyof typeof people; status: ConsentStatus; until: number }[] = [];
          const ofOne = (who: keyof typeof people) => told.filter((one) => one.who === who).at(-1);
          for (const { who, status, days, job } of steps) {
            context.now = new Date(context.now.getTime() + days * 86_400_000 + 1);
            const now = context.now.getTime();
            if (job) await consentOf(ground()).expireConsents(context);
            const last = ofOne(who);
            const stands = last !== undefined && last.status !== 'deferred' && last.until > now;
            const event = await record(people[who], status).catch(() => undefined);
            assert.equal(event === undefined, status === 'deferred' && stands);
            if (event) told.push({ who, status, until: event.expiresAt ? Date.parse(event.expiresAt) : 0 });
          }
          const now = context.now.getTime();
          const fold = (all: typeof told) => {
            const decided = all.filter(({ status }) => status !== 'deferred').at(-1);
            const last = decided && decided.until > now ? decided : all.at(-1);
            if (!last) return 'no';
            return last.status === 'given' && last.until > now
              ? 'yes'
              : last === decided && last.until <= now
                ? 'over'
                : 'no';
          };
          const seen = async (subject: Subject) => {
            const { status, permitsProcessing: permits } = await state(subject);
            assert.equal(permits, permitsProcessing(status));
            return permits ? 'yes' : status === 'expired' ? 'over' : 'no';
          };
          assert.equal(await seen(people.account), fold(told));
          assert.equal(await seen(people.phone), fold(told.filter(({ who }) => who === 'phone')));
        }),
        { numRuns: 40 },
      );
    }).timeout(60_000);
  });
});

onBothEngines('The browser’s Global Privacy Control', (ground) => {
  const context = testContext({ role: 'portal' });
  const on = connection({ globalPrivacyControl: true });
  const consent = () => consentOf(ground());
  const media = async (subject: Subject, from = on, at = context) =>
    (await consent().current(at, ref(subject), from)).purposes.find(({ purpose }) => purpose === 'external-media');

  it('refuses the purposes it concerns, and only those, from the first contact', async () => {
    const subject = somebody();
    const { purposes } = await consent().current(context, ref(subject), on);
    assert.deepEqual(
      purposes.map(({ purpose, status, needsDecision, source }) => [purpose, status, needsDecision, source]),
      [
        ['external-media', 'refused', false, 'gpc'],
        ['usage-statistics', 'unknown', true, null],
      ],
    );
    assert.equal((await media(subject, connection()))?.status, 'unknown', 'reading writes nothing');
    assert.equal((await media(subject))?.eventId, null);
  });

  it('is recorded as a refusal, with its source, once', async () => {
    const subject = somebody();
    assert.deepEqual(await consent().signal(context, subject, on), {
      globalPrivacyControl: true,
      refused: ['external-media'],
    });
    assert.deepEqual((await consent().signal(context, subject, on)).refused, []);
    const events = await eventsOf(ground(), subject);
    assert.deepEqual(
      events.map(({ purposeId, status, source, act }) => [purposeId, status, source, act]),
      [['external-media', 'refused', 'gpc', 'sent-sec-gpc']],
    );
    assert.ok(events[0]?.evidenceSealed);
    assert.equal((await media(subject, connection()))?.status, 'refused');
  });

  it('does nothing when it is off', async () => {
    const subject = somebody();
    assert.deepEqual(await consent().signal(context, subject, connection()), {
      globalPrivacyControl: false,
      refused: [],
    });
    assert.deepEqual(await eventsOf(ground(), subject), []);
  });

  it('gives way to a choice made explicitly, before or after it', async () => {
    for (const order of ['before', 'after']) {
      const subject = somebody();
      if (order === 'after') await consent().signal(context, subject, on);
      const given = await consent().record(context, decision({ subject, purpose: 'external-media' }), on);
      assert.equal(given.status, 'given');
      assert.deepEqual((await consent().signal(context, subject, on)).refused, []);
      assert.equal((await media(subject))?.permitsProcessing, true, order);
    }
  });

  it('is told in the audit entry of a consent that was given in spite of it', async () => {
    const subject = somebody();
    await consent().record(context, decision({ subject, purpose: 'external-media' }), on);
    const entries = await ground().store.read((q) => q.select().from(q.tables.auditEntries));
    assert.ok(
      entries.some(({ action, detail }) => action === 'consent.given' && detail['globalPrivacyControl'] === true),
    );
  });

  it('counts again when the explicit choice has ended', async () => {
    const subject = somebody();
    await consent().record(context, decision({ subject, purpose: 'external-media' }), on);
    const later = testContext({ role: 'portal', at: '2026-10-01T12:00:00Z' });
    assert.equal((await media(subject, on, later))?.status, 'refused');
    assert.deepEqual((await consent().signal(later, subject, on)).refused, ['external-media']);
  });

  it('of one browser does not undo what the person said in another', async () => {
    const [account, phone] = [somebody('account'), somebody()];
    const platform = testContext();
    await consent().link(platform, ref(account), phone.id);
    await consent().record(platform, decision({ subject: account, purpose: 'external-media' }), connection());
    const later = testContext({ role: 'portal', at: '2026-03-02T12:00:00Z' });
    assert.deepEqual((await consent().signal(later, phone, on)).refused, ['external-media']);
    const { purposes } = await consent().current(testContext({ at: '2026-03-02T13:00:00Z' }), ref(account));
    assert.equal(purposes.find(({ purpose }) => purpose === 'external-media')?.status, 'given');
    assert.deepEqual((await consent().signal(later, account, on)).refused, []);
  });

  it('never overtakes a consent given at the same instant', async () => {
    for (let round = 0; round < 8; round += 1) {
      const subject = somebody();
      const choice = () => consent().record(context, decision({ subject, purpose: 'external-media' }), on);
      await Promise.all([consent().signal(context, subject, on), choice(), consent().signal(context, subject, on)]);
      assert.equal((await media(subject))?.status, 'given');
    }
  });

  it('has the same answer when its request is repeated', async () => {
    const subject = somebody();
    const claim = () => ({ ...context, idempotency: { key: 'gpc-1', operation: 'recordSignal', fingerprint: 'f' } });
    const first = await consent().signal(claim(), subject, on);
    assert.deepEqual(await consent().signal(claim(), subject, on), first);
    assert.equal((await eventsOf(ground(), subject)).length, 1);
  });

  it('erases nothing', async () => {
    const subject = somebody();
    await consent().record(context, decision({ subject }), on);
    await consent().signal(context, subject, on);
    assert.deepEqual(
      (await eventsOf(ground(), subject)).map(({ purposeId, status }) => [purposeId, status]),
      [
        ['external-media', 'refused'],
        ['usage-statistics', 'given'],
      ],
    );
  });

  it('of an officer’s own browser says nothing about the person looked up', async () => {
    assert.equal((await media(somebody(), on, testContext({ role: 'dpo' })))?.status, 'unknown');
  });
});
