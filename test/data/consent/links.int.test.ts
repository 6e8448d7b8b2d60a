import assert from 'node:assert/strict';
import { and, eq } from 'drizzle-orm';
import type { ConsentInput } from '../../../src/data/consent/model.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { connection, consentOf, decision, eventsOf, lasting, somebody } from './stage.ts';

onBothEngines('A visitor who signs in', (ground) => {
  const context = testContext();
  const at = (instant: string) => {
    context.now = new Date(instant);
  };
  beforeEach(() => at('2026-03-01T12:00:00Z'));
  const consent = () => consentOf(ground());
  const record = (over: Partial<ConsentInput>) => {
    context.now = new Date(context.now.getTime() + 60_000);
    return consent().record(context, decision(over), connection());
  };
  const link = (account: string, visitor: string) => consent().link(context, `account:${account}`, visitor);
  const stateOf = async ({ kind, id }: ConsentInput['subject'], purpose = 'usage-statistics') =>
    (await consent().current(context, `${kind}:${id}`)).purposes.find((one) => one.purpose === purpose);
  const pair = () => ({ account: somebody('account'), visitor: somebody() });

  it('keeps both histories as they were', async () => {
    const { account, visitor } = pair();
    await record({ subject: account });
    await record({ subject: visitor, status: 'refused' });
    const before = [await eventsOf(ground(), account), await eventsOf(ground(), visitor)];
    await link(account.id, visitor.id);
    assert.deepEqual([await eventsOf(ground(), account), await eventsOf(ground(), visitor)], before);
  });

  for (const [what, first, second, expected] of [
    ['the refusal of the visitor after the consent of the account', 'account', 'visitor', 'refused'],
    ['the consent of the account after the refusal of the visitor', 'visitor', 'account', 'given'],
  ] as const)
    it(`is bound by what came last: ${what}`, async () => {
      const both = pair();
      const status = { account: 'given', visitor: 'refused' } as const;
      await record({ subject: both[first], status: status[first] });
      await record({ subject: both[second], status: status[second] });
      await link(both.account.id, both.visitor.id);
      const state = await stateOf(both.account);
      assert.deepEqual([state?.status, state?.decidedAs], [expected, second]);
    });

  it('is asked for as a visitor by the visitor’s own history only', async () => {
    const { account, visitor } = pair();
    await link(account.id, visitor.id);
    await record({ subject: account });
    assert.equal((await stateOf(visitor))?.status, 'unknown');
  });

  it('is not displaced by a banner shown in another browser, nor by its signal', async () => {
    const { account, visitor } = pair();
    await link(account.id, visitor.id);
    await record({ subject: account, purpose: 'external-media' });
    await record({ subject: visitor, purpose: 'external-media', status: 'deferred' });
    assert.equal((await stateOf(account, 'external-media'))?.status, 'given');
    context.now = new Date(context.now.getTime() + 60_000);
    await consent().signal(context, visitor, connection({ globalPrivacyControl: true }));
    const state = await stateOf(account, 'external-media');
    assert.deepEqual([state?.status, state?.decidedAs, state?.source], ['given', 'account', 'api']);
  });

  it('is each purpose by itself', async () => {
    const [account, phone] = [somebody('account'), somebody()];
    await record({ subject: account, status: 'given' });
    at('2026-03-02T12:00:00Z');
    await record({ subject: phone, status: 'refused', purpose: 'external-media' });
    await link(account.id, phone.id);
    assert.equal((await stateOf(account))?.status, 'given');
    assert.equal((await stateOf(account, 'external-media'))?.status, 'refused');
  });

  it('is not ended by the end of an older decision, whether the job has run or not', async () => {
    const [account, phone] = [somebody('account'), somebody()];
    await record({ subject: phone, status: 'refused' });
    at('2026-04-01T12:00:00Z');
    await record({ subject: account, status: 'given' });
    await link(account.id, phone.id);
    at('2026-09-15T12:00:00Z');
    const before = await stateOf(account);
    assert.equal(before?.status, 'given');
    await consentOf(ground()).expireConsents(context);
    assert.equal((await eventsOf(ground(), phone)).at(-1)?.status, 'expired');
    assert.deepEqual(await stateOf(account), before);
  });

  it('lets no older consent rise again once the refusal after it has ended', async () => {
    const [account, phone] = [somebody('account'), somebody()];
    await consentOf(ground(), lasting('P5Y')).record(context, decision({ subject: phone }), connection());
    at('2026-03-02T12:00:00Z');
    await record({ subject: account, status: 'refused' });
    await link(account.id, phone.id);
    at('2026-10-01T12:00:00Z');
    assert.equal((await stateOf(account))?.status, 'expired');
    await record({ subject: account, status: 'deferred' });
    const state = await stateOf(account);
    assert.deepEqual([state?.status, state?.because, state?.permitsProcessing], ['deferred', 'undecided', false]);
  });

  it('may have several browsers; all of them count', async () => {
    const { account, visitor } = pair();
    const other = somebody();
    for (const { id } of [visitor, other]) await link(account.id, id);
    await record({ subject: visitor });
    await record({ subject: other, status: 'refused' });
    assert.equal((await stateOf(account))?.status, 'refused');
    await record({ subject: visitor, status: 'given' });
    assert.equal((await stateOf(account))?.status, 'renewed');
    const { items } = await consent().history(context, `account:${account.id}`, {});
    assert.deepEqual(
      items.map(({ status }) => status),
      ['given', 'refused', 'renewed'],
    );
  });

  it('belongs to one account: a second one is refused', async () => {
    const { account, visitor } = pair();
    const second = somebody('account');
    await link(account.id, visitor.id);
    await refused(link(second.id, visitor.id), 'conflict', '/visitor');
    assert.equal((await stateOf(second))?.status, 'unknown');
  });

  it('can be linked again, also at the same instant, without effect', async () => {
    const { account, visitor } = pair();
    const all = await Promise.all(Array.from({ length: 5 }, () => link(account.id, visitor.id)));
    context.now = new Date('2026-04-01T00:00:00Z');
    all.push(await link(account.id, visitor.id));
    assert.equal(new Set(all.map(({ linkedAt }) => linkedAt)).size, 1);
    const { store, vault } = ground();
    const accountId = await vault.subjectId('north', 'account', account.id);
    const commitment = await vault.commitment('north', accountId);
    const entries = await store.read((q) => {
      const { auditEntries: t } = q.tables;
      return q
        .select()
        .from(t)
        .where(and(eq(t.action, 'subject.linked'), eq(t.subjectIndex, commitment.indexFor('subject'))));
    });
    assert.equal(entries.length, 1);
  });

  it('is linked to one account when two claim the visitor at the same instant', async () => {
    const { account, visitor } = pair();
    const second = somebody('account');
    const outcomes = await Promise.allSettled([link(account.id, visitor.id), link(second.id, visitor.id)]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  it('is linked within one tenant only', async () => {
    const { account, visitor } = pair();
    await link(account.id, visitor.id);
    await record({ subject: visitor });
    const south = testContext({ tenantId: 'south' });
    const { purposes } = await consent().current(south, `account:${account.id}`);
    assert.ok(purposes.every(({ status }) => status === 'unknown'));
    await consent().link(south, `account:${somebody('account').id}`, visitor.id);
  });

  it('is linked to an account, not to another visitor', async () => {
    await refused(consent().link(context, `visitor:${somebody().id}`, somebody().id), 'unprocessable-request', '{id}');
  });
});

onBothEngines('The history of a person', (ground) => {
  const context = testContext();
  const consent = () => consentOf(ground());

  for (const limit of [1, 2, 3, 7, 100])
    it(`comes whole and in order, in pages of ${limit}`, async () => {
      const [account, visitor] = [somebody('account'), somebody()];
      await consent().link(context, `account:${account.id}`, visitor.id);
      const recorded: string[] = [];
      // Several within one millisecond, for several purposes and subjects.
      for (let n = 0; n < 12; n += 1) {
        context.now = new Date(Date.parse('2026-03-02T12:00:00Z') + Math.floor(n / 4));
        const subject = n % 3 === 0 ? account : visitor;
        const purpose = n % 2 === 0 ? 'usage-statistics' : 'external-media';
        const event = await consent().record(context, decision({ subject, purpose }), connection());
        recorded.push(event.eventId);
      }
      const seen: { eventId: string; recordedAt: string }[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await consent().history(context, `account:${account.id}`, cursor ? { limit, cursor } : { limit });
        assert.ok(page.items.length <= limit);
        seen.push(...page.items);
        cursor = page.next;
      }
      assert.deepEqual(seen.map(({ eventId }) => eventId).sort(), recorded.sort());
      const times = seen.map(({ recordedAt }) => recordedAt);
      assert.deepEqual(times, [...times].sort());
    });

  for (const cursor of ['', 'x', '1.2', '1.1.not-a-uuid', `99999999999999999999.1.${crypto.randomUUID()}`, "' OR 1=1"])
    it(`cannot be gone on with from ${JSON.stringify(cursor)}`, async () => {
      await refused(consent().history(context, 'visitor:v', { cursor }), 'invalid-request', '?cursor');
    });

  it('of nobody is empty', async () => {
    assert.deepEqual(await consent().history(context, 'visitor:nobody', {}), { items: [], next: null });
  });
});
