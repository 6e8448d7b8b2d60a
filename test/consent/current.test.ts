import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import type { ConsentInput } from '../../src/consent/model.ts';
import { type ConsentStatus, isDecided, permitsProcessing } from '../../src/law/consent-status.ts';
import { endOfPeriod } from '../../src/law/duration.ts';
import { Problem } from '../../src/problem.ts';
import { openRegister, type Register } from '../../src/register/register.ts';
import { type TestContext, testContext } from '../support/context.ts';
import { onBothEngines } from '../support/engines.ts';
import { refused } from '../support/refused.ts';
import { connection, consentOf, decision, eventsOf, policiesWith, shipped, somebody } from './stage.ts';

const DAY = 86_400_000;
const STATISTICS = 'usage-statistics';
const MEDIA = 'external-media';
const GPC = connection({ globalPrivacyControl: true });

onBothEngines('What stands', (ground) => {
  const at = (instant: string, timeZone = 'Europe/Berlin') => testContext({ at: instant, timeZone });
  const consent = (register: Register = shipped) => consentOf(ground(), register);
  const record = (context: TestContext, over: Partial<ConsentInput>, register?: Register) =>
    consent(register).record(context, decision(over), connection());
  async function stateOf(
    context: TestContext,
    subject: ConsentInput['subject'],
    purpose = STATISTICS,
    register?: Register,
  ) {
    const { purposes } = await consent(register).current(context, `${subject.kind}:${subject.id}`);
    const state = purposes.find((one) => one.purpose === purpose);
    assert.ok(state);
    return state;
  }

  it('is unknown for every purpose that rests on consent, before anything was decided', async () => {
    const { purposes } = await consent().current(at('2026-03-01T12:00:00Z'), 'visitor:nobody');
    assert.deepEqual(
      purposes.map(({ purpose, status, permitsProcessing: permits, needsDecision, because, eventId }) => [
        purpose,
        status,
        permits,
        needsDecision,
        because,
        eventId,
      ]),
      [MEDIA, STATISTICS].map((purpose) => [purpose, 'unknown', false, true, 'undecided', null]),
    );
  });

  it('names the event it follows from', async () => {
    const context = at('2026-03-02T12:00:00Z');
    const subject = somebody();
    const event = await record(context, { subject });
    const state = await stateOf(context, subject);
    assert.deepEqual(
      [state.eventId, state.recordedAt, state.expiresAt, state.notice, state.decidedAs, state.source],
      [event.eventId, event.recordedAt, event.expiresAt, event.notice, 'visitor', 'api'],
    );
    assert.deepEqual([state.permitsProcessing, state.needsDecision, state.because], [true, false, 'decided']);
  });

  it('is another tenant’s own affair', async () => {
    const context = at('2026-03-02T12:00:00Z');
    const subject = somebody();
    await record(context, { subject });
    const south = testContext({ tenantId: 'south', at: '2026-03-02T12:00:00Z' });
    assert.equal((await stateOf(south, subject)).status, 'unknown');
  });

  describe('of a notice that was shown, or a consent asked for,', () => {
    for (const status of ['deferred', 'requested'] as const) {
      it(`is ${status} without an end, and still to be decided`, async () => {
        const context = at('2026-03-02T12:00:00Z');
        const subject = somebody();
        const event = await record(context, { subject, status });
        assert.equal(event.expiresAt, null);
        assert.equal((await eventsOf(ground(), subject))[0]?.expiresAt, null);
        context.now = new Date('2036-03-02T12:00:00Z');
        const state = await stateOf(context, subject);
        assert.deepEqual(
          [state.status, state.permitsProcessing, state.needsDecision, state.because, state.expiresAt],
          [status, false, true, 'undecided', null],
        );
      });

      for (const standing of ['given', 'refused', 'withdrawn'] as const)
        it(`never displaces ${standing} (${status})`, async () => {
          const context = at('2026-03-02T12:00:00Z');
          const subject = somebody();
          await record(context, { subject, status: standing });
          await refused(record(context, { subject, status }), 'conflict', '/status');
          assert.equal((await stateOf(context, subject)).status, standing);
          assert.equal((await eventsOf(ground(), subject)).length, 1);
          context.now = new Date('2026-10-01T12:00:00Z');
          assert.equal((await record(context, { subject, status })).status, status);
        });
    }
  });

  describe('ends by itself', () => {
    const LIVES: [what: string, decided: string, timeZone: string, end: string][] = [
      ['over the beginning of summer time', '2026-01-15T12:00:00Z', 'Europe/Berlin', '2026-07-14T22:00:00Z'],
      ['over the end of summer time', '2026-07-15T12:00:00Z', 'Europe/Berlin', '2027-01-14T23:00:00Z'],
      ['by the local day, not that of London', '2026-03-01T23:30:00Z', 'Europe/Berlin', '2026-09-01T22:00:00Z'],
      ['in UTC', '2026-03-01T23:30:00Z', 'UTC', '2026-09-01T00:00:00Z'],
      ['on the last day of a short month', '2026-08-31T10:00:00Z', 'UTC', '2027-02-28T00:00:00Z'],
      [
        'at the first instant of a day that has no midnight',
        '2026-03-06T12:00:00Z',
        'America/Santiago',
        '2026-09-06T04:00:00Z',
      ],
    ];
    for (const [what, decided, timeZone, end] of LIVES)
      for (const status of ['given', 'refused', 'withdrawn'] as const)
        it(`${what}, when ${status}: after six months, to the millisecond`, async () => {
          const context = at(decided, timeZone);
          const subject = somebody();
          const event = await record(context, { subject, status });
          assert.equal(event.expiresAt, new Date(end).toISOString());
          context.now = new Date(Date.parse(end) - 1);
          assert.equal((await stateOf(context, subject)).status, status);
          context.now = new Date(end);
          const state = await stateOf(context, subject);
          assert.deepEqual(
            [state.status, state.permitsProcessing, state.needsDecision, state.because],
            ['expired', false, true, 'expired'],
          );
        });

    it('later when it was renewed, and counted from then', async () => {
      const context = at('2026-03-02T12:00:00Z');
      const subject = somebody();
      await record(context, { subject });
      context.now = new Date('2026-06-02T12:00:00Z');
      const renewed = await record(context, { subject });
      assert.deepEqual([renewed.status, renewed.expiresAt], ['renewed', '2026-12-01T23:00:00.000Z']);
    });

    it('no later for being looked at', async () => {
      const context = at('2026-03-02T12:00:00Z');
      const subject = somebody();
      const { expiresAt } = await record(context, { subject });
      context.now = new Date('2026-08-30T12:00:00Z');
      for (let n = 0; n < 3; n += 1) assert.equal((await stateOf(context, subject)).expiresAt, expiresAt);
    });
  });

  describe('when the notice changes', () => {
    let folder = '';
    let register: Register;
    before(() => {
      folder = policiesWith([
        { version: '1.2', validFrom: '2026-04-01' },
        { version: '2.0', validFrom: '2026-05-01' },
        { version: '2.1', validFrom: '2026-06-01' },
      ]);
      register = openRegister(folder);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    for (const status of ['given', 'refused'] as const)
      it(`in its wording only, stays ${status}; in a major version, asks again`, async () => {
        const context = at('2026-03-10T12:00:00Z');
        const subject = somebody();
        await record(context, { subject, status }, register);
        const seen = async (day: string) => {
          context.now = new Date(`${day}T12:00:00Z`);
          const state = await stateOf(context, subject, STATISTICS, register);
          return [state.because, state.needsDecision, state.permitsProcessing, state.status];
        };
        const permits = status === 'given';
        assert.deepEqual(await seen('2026-04-02'), ['decided', false, permits, status]);
        assert.deepEqual(await seen('2026-05-02'), ['notice-changed', true, false, status]);

        const deferred = {
          subject,
          status: 'deferred',
          notice: { id: 'consent-banner', version: '2.0', language: 'de' },
        };
        await record(context, deferred as Partial<ConsentInput>, register);
        assert.deepEqual(await seen('2026-05-03'), ['undecided', true, false, 'deferred']);

        await record(context, { ...deferred, status: 'given' } as Partial<ConsentInput>, register);
        assert.deepEqual(await seen('2026-06-02'), ['decided', false, true, 'given']);
      });

    it('begins to ask on the tenant’s own day', async () => {
      const context = at('2026-03-10T12:00:00Z', 'Pacific/Auckland');
      const subject = somebody();
      await record(context, { subject }, register);
      const seen = async (instant: string) => {
        context.now = new Date(instant);
        return (await stateOf(context, subject, STATISTICS, register)).because;
      };
      assert.equal(await seen('2026-04-30T11:59:59.999Z'), 'decided');
      assert.equal(await seen('2026-04-30T12:00:00.000Z'), 'notice-changed');
    });

    it('does not ask because another notice has a new major version', async () => {
      const context = at('2026-05-10T12:00:00Z');
      const subject = somebody();
      const notice = { id: 'consent-banner', version: '2.0', language: 'en' };
      await record(context, { subject, purpose: MEDIA, notice }, register);
      context.now = new Date('2026-06-10T12:00:00Z');
      assert.equal((await stateOf(context, subject, MEDIA, register)).because, 'decided');
    });
  });

  it('equals a plain fold over what was acknowledged, for any history', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constantFrom('given', 'refused', 'withdrawn', 'deferred', 'requested'),
        days: fc.integer({ min: 0, max: 250 }),
      }),
      fc.record({ do: fc.constantFrom('signal', 'job'), days: fc.integer({ min: 0, max: 250 }) }),
    ) as fc.Arbitrary<{ do: ConsentInput['status'] | 'signal' | 'job'; days: number }>;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const context = at('2026-03-02T12:00:00Z');
        const subject = somebody();
        let [status, end]: [ConsentStatus, Date | null] = ['unknown', null];
        const take = (next: ConsentStatus) => {
          status = next;
          end = isDecided(next) ? endOfPeriod(context.now, 'P6M', 'Europe/Berlin') : null;
        };
        for (const { do: act, days } of steps) {
          context.now = new Date(context.now.getTime() + days * DAY + 1);
          if (end && (end as Date) <= context.now) [status, end] = ['expired', null];
          const decided = isDecided(status);
          if (act === 'job') await consent().expireConsents(context);
          else if (act === 'signal') {
            const { refused: purposes } = await consent().signal(context, subject, GPC);
            assert.deepEqual(purposes, decided ? [] : [MEDIA]);
            if (!decided) take('refused');
          } else {
            const allowed = !(decided && (act === 'deferred' || act === 'requested'));
            const work = record(context, { subject, purpose: MEDIA, status: act });
            if (!allowed) await refused(work, 'conflict', '/status');
            else {
              const event = await work;
              if (act === 'given') take(permitsProcessing(status) ? 'renewed' : 'given');
              else if (act === 'refused') take(permitsProcessing(status) ? 'withdrawn' : 'refused');
              else take(act);
              assert.equal(event.status, status);
            }
          }
          const state = await stateOf(context, subject, MEDIA);
          assert.equal(state.status, status);
          assert.equal(state.permitsProcessing, permitsProcessing(status));
          assert.equal(state.needsDecision, !isDecided(status));
        }
        const rows = await eventsOf(ground(), subject);
        assert.deepEqual(
          rows.map(({ seq }) => seq),
          rows.map((_, n) => n + 1),
        );
      }),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it('of an account and its visitors is the latest decision that holds, else the latest event, for any histories', async () => {
    const step = fc.record({
      who: fc.constantFrom(0, 1, 2),
      status: fc.constantFrom<ConsentInput['status']>('given', 'refused', 'withdrawn', 'deferred', 'requested'),
      days: fc.integer({ min: 0, max: 120 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const context = at('2026-03-02T12:00:00Z');
        const [account, ...visitors] = [somebody('account'), somebody(), somebody()];
        for (const { id } of visitors) await consent().link(context, `account:${account.id}`, id);
        const events: { status: ConsentStatus; end: string | null; who: number }[] = [];
        for (const { who, status, days } of steps) {
          context.now = new Date(context.now.getTime() + days * DAY + 1);
          const subject = [account, ...visitors][who] as ConsentInput['subject'];
          try {
            const event = await record(context, { subject, status });
            events.push({ status: event.status, end: event.expiresAt, who });
          } catch (error) {
            assert.ok(error instanceof Problem && error.type === 'conflict');
          }
          const holds = ({ end }: { end: string | null }) => end === null || new Date(end) > context.now;
          const last = events.findLast((event) => isDecided(event.status));
          const deciding = last && holds(last) ? last : events.at(-1);
          const state = await stateOf(context, account);
          assert.equal(state.status, !deciding ? 'unknown' : holds(deciding) ? deciding.status : 'expired');
          assert.equal(state.decidedAs, deciding ? (deciding.who === 0 ? 'account' : 'visitor') : null);
        }
      }),
      { numRuns: 30 },
    );
  }).timeout(60_000);
});
