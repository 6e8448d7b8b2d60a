import assert from 'node:assert/strict';
import { asc } from 'drizzle-orm';
import { consentHolder } from '../../../src/data/consent/holder.ts';
import type { ConsentInput } from '../../../src/data/consent/model.ts';
import type { RetentionAction } from '../../../src/foundations/holders/holder.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { testContext } from '../../support/context.ts';
import { collected, dueRows, erasureOrder, exportedNames, sweepAll } from '../../support/due.ts';
import { onBothEngines } from '../../support/engines.ts';
import { connection, consentOf, decision, eventsOf, FIREFOX, somebody } from './stage.ts';

const DECISION = 'consents.decision';
const EVIDENCE = 'consents.evidence';
const LINK = 'consents.link';
const RULES: Record<string, { action: RetentionAction; clock: string }> = {
  [DECISION]: { action: 'erase', clock: 'ended' },
  [EVIDENCE]: { action: 'reduce', clock: 'recorded' },
  [LINK]: { action: 'erase', clock: 'linked' },
};
const later = (at: Date | string, ms = 1) => new Date(new Date(at).getTime() + ms);

onBothEngines('The holder of consents', (ground) => {
  const context = testContext();
  const holder = () => consentHolder(ground().vault);
  const consent = () => consentOf(ground());
  const record = (at: string, over: Partial<ConsentInput>) => {
    context.now = new Date(at);
    return consent().record(
      context,
      decision({ evidence: { address: '203.0.113.77', userAgent: FIREFOX }, ...over }),
      connection(),
    );
  };
  const idOf = ({ kind, id }: ConsentInput['subject']) => ground().vault.subjectId('north', kind, id);
  const personOf = async (...subjects: ConsentInput['subject'][]) => ({
    tenantId: 'north',
    timeZone: 'Europe/Berlin',
    subjectIds: await Promise.all(subjects.map(idOf)),
  });
  type Person = Awaited<ReturnType<typeof personOf>>;
  const exported = (person: Person) => ground().store.read((q) => collected(holder().export(q, person)));
  const count = (person: Person) => ground().store.read((q) => holder().count(q, person));
  const erase = (person: Person, decisions: Parameters<typeof erasureOrder>[0]) =>
    ground().store.write((tx) => holder().erase(tx, person, erasureOrder(decisions)));
  const linksOf = () =>
    ground().store.read((q) => q.select().from(q.tables.subjectLinks).orderBy(asc(q.tables.subjectLinks.visitorId)));
  const due = (category: string, before: Date, held: string[] = [], clock?: string) => {
    const rule = RULES[category] as (typeof RULES)[string];
    return dueRows({ category, before, action: rule.action, clock: clock ?? rule.clock }, held);
  };
  const plan = (...of: Parameters<typeof due>) => ground().store.read((q) => holder().plan(q, due(...of)));
  const sweep = (...of: Parameters<typeof due>) => sweepAll(ground().store, holder(), due(...of), 2);
  const empty = async () => {
    const far = new Date('2100-01-01T00:00:00Z');
    for (const category of [DECISION, LINK]) await sweep(category, far);
  };
  beforeEach(empty);

  /** An account and its visitor: three events, two of them with evidence, and the link. */
  async function household() {
    const [account, visitor] = [somebody('account'), somebody()];
    await record('2026-03-02T12:00:00Z', { subject: account });
    await record('2026-03-03T12:00:00Z', { subject: visitor, purpose: 'external-media' });
    await record('2026-03-04T12:00:00Z', { subject: account, status: 'withdrawn', evidence: {} });
    await consent().link(context, `account:${account.id}`, visitor.id);
    return { account, visitor, person: await personOf(account, visitor) };
  }

  describe('exports', () => {
    it('every event, its evidence opened, and the links, under the names it declares', async () => {
      const { person } = await household();
      const records = await exported(person);
      assert.deepEqual(
        records.map(({ category }) => category),
        [DECISION, EVIDENCE, DECISION, EVIDENCE, DECISION, LINK],
      );
      for (const { category, fields } of records)
        assert.deepEqual(Object.keys(fields).sort(), exportedNames(holder(), category));
      assert.deepEqual(JSON.parse(records[1]?.fields['evidence'] as string), {
        network: '203.0.113.0',
        browser: 'Firefox',
        browserMajor: '143',
        platform: 'Linux',
      });
      const last = records[4]?.fields;
      assert.deepEqual(
        [last?.['status'], last?.['noticeVersion'], last?.['decidedAs'], last?.['expiresAt']],
        ['withdrawn', '1.1', 'account', '2026-09-03T22:00:00.000Z'],
      );
    });

    it('a link also to the visitor asked for alone', async () => {
      const { visitor } = await household();
      const records = await exported(await personOf(visitor));
      assert.deepEqual(
        records.map(({ category }) => category),
        [DECISION, EVIDENCE, LINK],
      );
    });

    it('nothing of anybody else, or of another tenant', async () => {
      const { person } = await household();
      assert.deepEqual(await exported(await personOf(somebody('account'))), []);
      assert.deepEqual(await exported({ ...person, tenantId: 'south' }), []);
      assert.deepEqual(await count({ ...person, tenantId: 'south' }), { [DECISION]: 0, [EVIDENCE]: 0, [LINK]: 0 });
    });

    it('the event without its evidence once the person’s key is gone', async () => {
      const subject = somebody();
      await record('2026-03-02T12:00:00Z', { subject });
      await ground().vault.shred('north', [subjectScope(await idOf(subject))]);
      assert.deepEqual(
        (await exported(await personOf(subject))).map(({ category }) => category),
        [DECISION],
      );
    });

    it('as many rows as it counts', async () => {
      const { person } = await household();
      const records = await exported(person);
      const counted = await count(person);
      assert.deepEqual(counted, { [DECISION]: 3, [EVIDENCE]: 2, [LINK]: 1 });
      for (const [category, rows] of Object.entries(counted))
        assert.equal(records.filter((one) => one.category === category).length, rows);
    });
  });

  describe('erases on request', () => {
    it('everything of the person and nothing of others, and a second time without effect', async () => {
      const { person } = await household();
      const others = await household();
      const outcomes = await erase(person, { [DECISION]: {}, [EVIDENCE]: {}, [LINK]: {} });
      assert.deepEqual(
        outcomes.map(({ category, removed, reduced, retained }) => [category, removed, reduced, retained]),
        [
          [DECISION, 3, 0, 0],
          [EVIDENCE, 2, 0, 0],
          [LINK, 1, 0, 0],
        ],
      );
      assert.deepEqual(await count(person), { [DECISION]: 0, [EVIDENCE]: 0, [LINK]: 0 });
      assert.deepEqual(await count(others.person), { [DECISION]: 3, [EVIDENCE]: 2, [LINK]: 1 });
      const again = await erase(person, { [DECISION]: {}, [EVIDENCE]: {}, [LINK]: {} });
      assert.ok(again.every(({ removed, reduced, retained }) => removed + reduced + retained === 0));
    });

    it('only the evidence, where the decision is kept as proof, and says on which ground', async () => {
      const { person } = await household();
      const reviewAt = '2029-03-04';
      const ground17 = 'JustificationA17LegalClaims';
      const outcomes = await erase(person, {
        [DECISION]: { action: 'retain', ground: ground17, reviewAt } as never,
        [EVIDENCE]: {},
        [LINK]: {},
      });
      assert.deepEqual(outcomes[0], {
        category: DECISION,
        removed: 0,
        reduced: 0,
        retained: 3,
        ground: ground17,
        reviewAt,
      });
      assert.deepEqual([outcomes[1]?.removed, outcomes[1]?.retained], [2, 0]);
      assert.deepEqual(await count(person), { [DECISION]: 3, [EVIDENCE]: 0, [LINK]: 0 });
    });

    it('no history that held evidence lies in, so that no withdrawn consent stands again', async () => {
      const { account, person } = await household();
      await record('2026-03-05T12:00:00Z', { subject: account, purpose: 'external-media', evidence: {} });
      const outcomes = await erase(person, { [DECISION]: {}, [EVIDENCE]: { action: 'held' }, [LINK]: {} });
      assert.deepEqual([outcomes[0]?.removed, outcomes[0]?.retained, outcomes[1]?.retained], [1, 3, 2]);
      assert.deepEqual(
        (await eventsOf(ground(), account)).map(({ status }) => status),
        ['given', 'withdrawn'],
      );
    });

    it('nothing of what is held', async () => {
      const { person } = await household();
      const held = { action: 'held' } as const;
      const outcomes = await erase(person, { [DECISION]: held, [EVIDENCE]: held, [LINK]: held });
      assert.deepEqual(
        outcomes.map(({ removed, retained }) => [removed, retained]),
        [
          [0, 3],
          [0, 2],
          [0, 1],
        ],
      );
      assert.deepEqual(await count(person), { [DECISION]: 3, [EVIDENCE]: 2, [LINK]: 1 });
    });
  });

  describe('counts retention of a decision', () => {
    const ENDS: [what: string, history: [string, ConsentInput['status']][], ends: string[]][] = [
      ['from its end by time', [['2026-03-02T12:00:00Z', 'given']], ['2026-09-01T22:00:00.000Z']],
      [
        'from the decision that replaced it',
        [
          ['2026-03-02T12:00:00Z', 'given'],
          ['2026-04-05T06:07:08.009Z', 'withdrawn'],
        ],
        ['2026-04-05T06:07:08.009Z', '2026-10-04T22:00:00.000Z'],
      ],
      [
        'from when it was recorded, where it never stood',
        [['2026-03-02T12:00:00.123Z', 'deferred']],
        ['2026-03-02T12:00:00.123Z'],
      ],
    ];
    for (const [what, history, ends] of ENDS)
      it(`${what}, to the millisecond`, async () => {
        const subject = somebody();
        for (const [at, status] of history) await record(at, { subject, status });
        for (const [index, end] of ends.entries()) {
          assert.equal((await plan(DECISION, new Date(end))).due, 0, `not yet at ${end}`);
          const found = await plan(DECISION, later(end));
          assert.deepEqual([found.due, found.oldest?.toISOString()], [1, end]);
          assert.deepEqual(await sweep(DECISION, new Date(end)), [0]);
          assert.deepEqual(await sweep(DECISION, later(end)), [1]);
          assert.equal((await eventsOf(ground(), subject)).length, history.length - index - 1);
        }
      });

    for (const [when, ran] of [
      ['at once', '2026-09-01T22:00:00Z'],
      ['a year late', '2027-09-02T03:00:00Z'],
    ] as const)
      it(`from its end by time also once the job has written that down, ${when}`, async () => {
        const subject = somebody();
        await record('2026-03-02T12:00:00Z', { subject });
        context.now = new Date(ran);
        await consent().expireConsents(context);
        const end = new Date('2026-09-01T22:00:00Z');
        assert.equal((await plan(DECISION, end)).due, 0);
        const found = await plan(DECISION, later(end));
        assert.deepEqual([found.due, found.oldest], [2, end]);
        assert.deepEqual(await sweep(DECISION, later(end)), [2, 0]);
        assert.deepEqual(await eventsOf(ground(), subject), []);
      });

    it('from its end by time also where a decision followed long after it', async () => {
      const subject = somebody();
      await record('2026-03-02T12:00:00Z', { subject });
      await record('2027-05-05T12:00:00Z', { subject });
      const end = new Date('2026-09-01T22:00:00Z');
      assert.equal((await plan(DECISION, end)).due, 0);
      assert.equal((await plan(DECISION, later(end))).due, 1);
      assert.deepEqual(await sweep(DECISION, later(end)), [1]);
    });

    it('from when it was recorded, where the rule says so', async () => {
      const at = '2026-03-02T12:00:00.123Z';
      await record(at, { subject: somebody() });
      assert.equal((await plan(DECISION, new Date(at), [], 'recorded')).due, 0);
      assert.equal((await plan(DECISION, later(at), [], 'recorded')).due, 1);
      assert.deepEqual(await sweep(DECISION, later(at), [], 'recorded'), [1]);
    });
  });

  it('takes away evidence when its time is over, and leaves the decision', async () => {
    const at = '2026-03-02T12:00:00.123Z';
    const subject = somebody();
    await record(at, { subject });
    await record('2026-03-02T12:00:00.123Z', { subject: somebody(), evidence: {} });
    assert.equal((await plan(EVIDENCE, new Date(at))).due, 0);
    const found = await plan(EVIDENCE, later(at));
    assert.deepEqual([found.due, found.total], [1, 1]);
    assert.deepEqual(await sweep(EVIDENCE, later(at)), [1]);
    assert.deepEqual(await sweep(EVIDENCE, later(at)), [0]);
    const [row] = await eventsOf(ground(), subject);
    assert.deepEqual([row?.status, row?.evidenceSealed], ['given', null]);
    assert.deepEqual(await count(await personOf(subject)), { [DECISION]: 1, [EVIDENCE]: 0, [LINK]: 0 });
  });

  it('forgets links when their time is over', async () => {
    context.now = new Date('2026-03-02T12:00:00.123Z');
    await consent().link(context, `account:${somebody('account').id}`, somebody().id);
    assert.equal((await plan(LINK, context.now)).due, 0);
    assert.deepEqual(await sweep(LINK, later(context.now)), [1]);
    assert.deepEqual(await linksOf(), []);
  });

  describe('under a hold', () => {
    const FAR = new Date('2099-01-01T00:00:00Z');
    it('plans and sweeps around it, and says how much it protects', async () => {
      const { account, visitor } = await household();
      const held = [await idOf(account)];
      const found = await plan(DECISION, FAR, held);
      assert.deepEqual([found.due, found.held, found.total], [1, 2, 3]);
      assert.deepEqual(
        (await sweep(DECISION, FAR, held)).reduce((a, b) => a + b),
        1,
      );
      assert.equal((await eventsOf(ground(), account)).length, 2);
      assert.equal((await eventsOf(ground(), visitor)).length, 0);
      assert.equal((await plan(EVIDENCE, FAR, held)).held, 1);
    });

    for (const side of ['account', 'visitor'] as const)
      it(`on the ${side} keeps the link between both`, async () => {
        const both = await household();
        const held = [await idOf(both[side])];
        assert.deepEqual([(await plan(LINK, FAR, held)).due, (await plan(LINK, FAR, held)).held], [0, 1]);
        assert.deepEqual(await sweep(LINK, FAR, held), [0]);
        assert.equal((await linksOf()).length, 1);
      });
  });

  it('sweeps in batches until nothing is due, and plans what it then sweeps', async () => {
    for (let n = 0; n < 5; n += 1)
      await record(`2026-03-0${n + 1}T12:00:00Z`, { subject: somebody(), status: 'deferred' });
    const before = new Date('2026-03-05T00:00:00Z');
    const found = await plan(DECISION, before);
    assert.deepEqual([found.due, found.total, found.sample.length], [4, 5, 3]);
    assert.equal((await plan(DECISION, before)).digest, found.digest);
    assert.deepEqual(await sweep(DECISION, before), [2, 2, 0]);
    assert.notEqual((await plan(DECISION, before)).digest, found.digest);
  });

  it('touches no other tenant', async () => {
    const south = testContext({ tenantId: 'south', at: '2020-01-01T00:00:00Z' });
    const subject = somebody();
    await consent().record(
      south,
      decision({ subject, notice: { id: 'consent-banner', version: '1.0', language: 'en' } }),
      connection(),
    );
    await empty();
    assert.equal((await eventsOf(ground(), subject, 'south')).length, 1);
  });
});
