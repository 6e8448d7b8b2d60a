import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConsentInput } from '../../../src/data/consent/model.ts';
import { placeOfEnd, placeOfRecorded } from '../../../src/data/consent/place.ts';
import { type ConsentStatus, isDecided, permitsProcessing } from '../../../src/law/consent-status.ts';
import { endOfPeriod } from '../../../src/law/duration.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { connection, consentOf, decision, eventsOf, somebody } from './stage.ts';

const MEDIA = 'external-media';
type Subject = ConsentInput['subject'];

onBothEngines('What stands equals a naive fold over the history', (ground) => {
  const context = testContext();
  const consent = () => consentOf(ground());
  const record = (subject: Subject, status: ConsentInput['status'], over: Partial<ConsentInput> = {}) =>
    consent().record(context, decision({ subject, status, ...over }), connection());
  const state = async ({ kind, id }: Subject, purpose = 'usage-statistics') => {
    const { purposes } = await consent().current(context, `${kind}:${id}`);
    const found = purposes.find((one) => one.purpose === purpose);
    assert.ok(found);
    return found;
  };
  const link = (account: Subject, visitor: Subject) => consent().link(context, `account:${account.id}`, visitor.id);

  it('whatever is decided, signalled and put off, and whenever the job runs', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constantFrom('given', 'refused', 'withdrawn', 'deferred', 'requested'),
        days: fc.integer({ min: 0, max: 250 }),
      }),
      fc.record({ do: fc.constantFrom('signal', 'job'), days: fc.integer({ min: 0, max: 250 }) }),
    ) as fc.Arbitrary<{ do: ConsentInput['status'] | 'signal' | 'job'; days: number }>;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        context.now = new Date('2026-03-02T12:00:00Z');
        const subject = somebody();
        let [status, end]: [ConsentStatus, Date | null] = ['unknown', null];
        /** Where each event stands, and whether the last of them has ended with nothing written down of it. */
        const places: number[] = [];
        let unwritten = false;
        const take = (next: ConsentStatus) => {
          places.push(placeOfRecorded(context.now, places.at(-1) ?? 0));
          unwritten = false;
          status = next;
          end = isDecided(next) ? endOfPeriod(context.now, 'P6M', 'Europe/Berlin') : null;
        };
        for (const { do: act, days } of steps) {
          context.now = new Date(context.now.getTime() + days * 86_400_000 + 1);
          if (end && (end as Date) <= context.now) [status, end, unwritten] = ['expired', null, true];
          const decided = isDecided(status);
          if (act === 'job') {
            await consent().expireConsents(context);
            if (unwritten) places.push(placeOfEnd(places.at(-1) ?? 0));
            unwritten = false;
          } else if (act === 'signal') {
            const { refused: purposes } = await consent().signal(
              context,
              subject,
              connection({ globalPrivacyControl: true }),
            );
            assert.deepEqual(purposes, decided ? [] : [MEDIA]);
            if (!decided) take('refused');
          } else {
            const allowed = !(decided && (act === 'deferred' || act === 'requested'));
            const work = record(subject, act, { purpose: MEDIA });
            if (!allowed) await refused(work, 'conflict', '/status');
            else {
              const event = await work;
              if (act === 'given') take(permitsProcessing(status) ? 'renewed' : 'given');
              else if (act === 'refused') take(permitsProcessing(status) ? 'withdrawn' : 'refused');
              else take(act);
              assert.equal(event.status, status);
            }
          }
          const found = await state(subject, MEDIA);
          assert.equal(found.status, status);
          assert.equal(found.permitsProcessing, permitsProcessing(status));
          assert.equal(found.needsDecision, !isDecided(status));
        }
        const rows = await eventsOf(ground(), subject);
        assert.deepEqual(
          rows.map(({ seq }) => seq),
          places,
        );
      }),
      { numRuns: 40 },
    );
  }).timeout(180_000);

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
          if (job) await consent().expireConsents(context);
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
  }).timeout(180_000);
});
