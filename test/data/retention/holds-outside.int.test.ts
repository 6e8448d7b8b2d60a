import assert from 'node:assert/strict';
import { holdScope } from '../../../src/data/retention/holds-outside.ts';
import type { ExternalDue, ExternalHolder } from '../../../src/foundations/holders/external.ts';
import { policiesWithPlatform } from '../../foundations/holders/policies.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const CATEGORIES = ['platform.account', 'platform.comments', 'platform.logins'];

/** A platform that knows people by account, those of its comments by address, those of its logins by visitor too. */
function platform() {
  const asked = new Map<string, ExternalDue['held']>();
  const each = <T>(value: T) => Object.fromEntries(CATEGORIES.map((category) => [category, value]));
  const holder: ExternalHolder = {
    id: 'platform',
    describe: () => ({
      title: 'Platform',
      place: 'frankfurt',
      categories: CATEGORIES,
      actions: each(['erase', 'reduce']),
      clocks: each(['occurred', 'last-activity']),
      knownBy: {
        'platform.account': ['account'],
        'platform.comments': ['email'],
        'platform.logins': ['account', 'visitor'],
      },
    }),
    async *export() {},
    count: async () => each(0),
    erase: async () => ({ status: 'done', outcomes: [] }),
    plan: async ({ category, held }) => {
      asked.set(category, held);
      const spared = held === 'all' ? 10 : held.length;
      const nothing = { total: 10, withoutClock: 2, oldest: null, digest: '0'.repeat(64), sample: [] };
      return { due: 10 - spared, held: spared, people: null, ...nothing };
    },
    sweep: async () => ({ treated: 0, suppressed: 0, cursor: null, done: true }),
  };
  return { holder, asked };
}

onBothEngines('A hold and holders outside', (ground) => {
  const { holder, asked } = platform();
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), {
      policies: policiesWithPlatform('sqlite'),
      externalHolders: [holder],
      now: '2026-06-01T00:00:00Z',
    });
  });
  after(() => app.close());

  const place = async (subject: string | undefined, more: object = {}) =>
    (
      await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind: subject === undefined ? 'legal' : 'access-request', reference: 'DSR-1', subject, ...more })
        .expect(201)
    ).body as { holdId: string; standsStill: { category: string; why: string }[] };
  const release = (holdId: string) => app.as('dpo').post(`/v1/holds/${holdId}/release`).expect(200);
  const planned = async () => {
    const { body } = await app.as('operator').post('/v1/retention/plans').send({}).expect(201);
    const rules = (
      body.rules as { category: string; due: number; standsStill: string | null; withoutClock: number }[]
    ).filter(({ category }) => CATEGORIES.includes(category));
    return Object.fromEntries(rules.map(({ category, due, standsStill }) => [category, [due, standsStill]]));
  };
  const free = { 'platform.account': [10, null], 'platform.comments': [10, null], 'platform.logins': [10, null] };

  it('on an account without a profile spares that account, and says what stands still and why', async () => {
    assert.deepEqual(await planned(), free);
    const { holdId, standsStill } = await place('account:nobody-here');
    const why =
      'A hold is on somebody whom platform knows by e-mail address, and no address of theirs is recorded. ' +
      'Nothing of platform.comments is destroyed there until it is lifted.';
    assert.deepEqual(standsStill, [{ holder: 'platform', category: 'platform.comments', persons: 1, why }]);
    assert.deepEqual(await planned(), {
      'platform.account': [9, null],
      'platform.comments': [0, why],
      'platform.logins': [9, null],
    });
    const [person] = asked.get('platform.logins') as Exclude<ExternalDue['held'], 'all'>;
    assert.deepEqual([person?.accountId, person?.visitorIds], ['nobody-here', []]);

    const context = await app.contextOf('north');
    await app.services.sweepAlarms(context, 36);
    const alarm =
      'nothing of platform.comments is destroyed at platform: a hold is on somebody whom nobody can name there';
    assert.deepEqual(await app.services.standingAlarms(), [alarm]);
    const { items } = await app.services.findings.list(context);
    assert.ok(items.some(({ code }) => code === 'sweep-stands-still'));

    await release(holdId);
    assert.deepEqual(await planned(), free);
    await app.services.sweepAlarms(context, 36);
    assert.deepEqual(await app.services.standingAlarms(), []);
  });

  it('keeps the name it was placed for only until it is over', async () => {
    const name = async (holdId: string) => {
      const rows = await ground().store.read((q) => q.select().from(q.tables.holds));
      const key = await ground().vault.existingKey('north', holdScope(holdId));
      return [rows.find((row) => row.holdId === holdId)?.knownAsSealed != null, key !== undefined];
    };
    const first = await place('account:mallory');
    assert.deepEqual(await name(first.holdId), [true, true]);
    await release(first.holdId);
    assert.deepEqual(await name(first.holdId), [false, false]);
    const { holdId } = await place('account:mallory', { until: '2026-06-02T00:00:00Z' });
    await app.services.housekeeping();
    assert.deepEqual(await name(holdId), [true, true]);
    app.time.now = new Date('2026-06-03T00:00:00Z');
    await app.services.housekeeping();
    assert.deepEqual(await name(holdId), [false, false]);
  });

  it('on a visitor spares that visitor', async () => {
    const { holdId, standsStill } = await place('visitor:0190c7a4-0000-7000-8000-0000000000b1');
    assert.deepEqual(standsStill, []);
    assert.deepEqual((await planned())['platform.logins'], [9, null]);
    const [person] = asked.get('platform.logins') as Exclude<ExternalDue['held'], 'all'>;
    assert.deepEqual(person?.visitorIds, ['0190c7a4-0000-7000-8000-0000000000b1']);
    await release(holdId);
  });

  it('on an account whose visitors nobody can name keeps what is known by visitor', async () => {
    const visitor = '0190c7a4-0000-7000-8000-0000000000b2';
    const context = await app.contextOf('north', 'platform');
    await app.services.profiles.put(context, 'ada', { name: 'Ada', email: 'ada@example.org' });
    await app.services.consent.link(context, 'account:ada', visitor);
    const { holdId, standsStill } = await place('account:ada');
    assert.deepEqual(
      standsStill.map(({ category }) => category),
      ['platform.logins'],
    );
    assert.match(standsStill[0]?.why ?? '', /visitor/);
    assert.deepEqual((await planned())['platform.comments'], [9, null]);
    // Once the visitor is named, nothing stands still.
    const named = await place(`visitor:${visitor}`);
    assert.deepEqual((await planned())['platform.logins'], [8, null]);
    for (const one of [holdId, named.holdId]) await release(one);
  });

  it('for everybody is no hold on somebody nobody can name', async () => {
    const { holdId, standsStill } = await place(undefined, { category: 'platform.account' });
    assert.deepEqual(standsStill, []);
    assert.deepEqual((await planned())['platform.account'], [0, null]);
    await release(holdId);
  });

  it('of a request: the answer says it too', async () => {
    const { body } = await app
      .as('dpo')
      .post('/v1/requests')
      .send({
        type: 'access',
        channel: 'email',
        subject: 'account:nobody-here',
        receivedAt: app.time.now.toISOString(),
      })
      .expect(201);
    assert.deepEqual(body.standsStill?.length, 1, JSON.stringify(body));
    assert.match(body.standsStill[0], /platform\.comments/);
    assert.deepEqual((await planned())['platform.account'], [9, null]);
  });
});
