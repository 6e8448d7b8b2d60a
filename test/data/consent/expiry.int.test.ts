import assert from 'node:assert/strict';
import { and, eq } from 'drizzle-orm';
import type { ConsentInput } from '../../../src/data/consent/model.ts';
import { placeOfEnd, placeOfRecorded } from '../../../src/data/consent/place.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { connection, consentOf, decision, eventsOf, shipped, somebody } from './stage.ts';

const DECIDED = '2026-03-02T12:00:00Z';
/** P6M from then in Berlin. */
const END = '2026-09-01T22:00:00Z';
/** Where what is decided at these instants stands, and where the end of the first by time does. */
const FIRST = placeOfRecorded(new Date(DECIDED), 0);
const ENDED = placeOfEnd(FIRST);
const RENEWED = placeOfRecorded(new Date(END), 0);

onBothEngines('The expiry of decisions', (ground) => {
  let tenants = 0;
  let context: ReturnType<typeof testContext>;
  beforeEach(() => {
    tenants += 1;
    context = testContext({ tenantId: `tenant-${tenants}`, at: DECIDED });
  });
  const consent = () => consentOf(ground());
  const record = (over: Partial<ConsentInput>) => consent().record(context, decision(over), connection());
  const events = (subject: ConsentInput['subject']) => eventsOf(ground(), subject, context.tenant.id);
  const auditOf = (action: string) =>
    ground().store.read((q) => {
      const { auditEntries: t } = q.tables;
      return q
        .select()
        .from(t)
        .where(and(eq(t.tenantId, context.tenant.id), eq(t.action, action)));
    });
  const expire = () => consent().expireConsents(context);

  it('is read at once, and written down by the job as an event of its own', async () => {
    const subject = somebody();
    const given = await record({ subject, evidence: { userAgent: 'Firefox/143.0' } });
    context.now = new Date(Date.parse(END) + 3 * 86_400_000);
    const read = async () => (await consent().current(context, `visitor:${subject.id}`)).purposes[1];
    const before = await read();
    assert.deepEqual([before?.status, before?.permitsProcessing], ['expired', false]);
    assert.equal((await events(subject)).length, 1);

    assert.deepEqual(await expire(), { expired: 1 });
    const [first, second] = await events(subject);
    assert.equal(first?.status, 'given');
    assert.deepEqual(
      [second?.seq, second?.status, second?.source, second?.act, second?.method, second?.expiresAt],
      [ENDED, 'expired', 'job', 'time-passed', 'schedule', new Date(END)],
    );
    assert.equal(second?.evidenceSealed, null);
    assert.equal(second?.noticeHash, given.notice.hash);
    assert.equal(second?.policyHash, shipped.current().hash);
    assert.deepEqual(second?.recordedAt, context.now);
    assert.deepEqual(await read(), before, 'nothing that is read depends on the job');
  });

  it('waits for the very millisecond', async () => {
    await record({ subject: somebody() });
    context.now = new Date(Date.parse(END) - 1);
    assert.deepEqual(await expire(), { expired: 0 });
    context.now = new Date(END);
    assert.deepEqual(await expire(), { expired: 1 });
  });

  it('reaches refusals and withdrawals as well as grants, and nothing that was never decided', async () => {
    for (const status of ['given', 'refused', 'withdrawn', 'deferred', 'requested'] as const)
      await record({ subject: somebody(), status });
    context.now = new Date('2030-01-01T00:00:00Z');
    assert.deepEqual(await expire(), { expired: 3 });
  });

  it('is written once, however often the job runs', async () => {
    const subject = somebody();
    await record({ subject });
    context.now = new Date(END);
    assert.deepEqual(await expire(), { expired: 1 });
    assert.deepEqual(await expire(), { expired: 0 });
    assert.equal((await events(subject)).length, 2);
    assert.deepEqual(
      (await auditOf('consent.expired')).map(({ detail, subject: of }) => [detail, of]),
      [[{ events: 1 }, null]],
    );
  });

  it('is written once when several instances run the job at once', async () => {
    const subjects = Array.from({ length: 30 }, () => somebody());
    await Promise.all(subjects.map((subject) => record({ subject })));
    context.now = new Date(END);
    const runs = await Promise.all([expire(), expire(), expire()]);
    assert.equal(
      runs.reduce((sum, { expired }) => sum + expired, 0),
      30,
    );
    for (const subject of subjects)
      assert.deepEqual(
        (await events(subject)).map(({ seq, status }) => [seq, status]),
        [
          [FIRST, 'given'],
          [ENDED, 'expired'],
        ],
      );
  });

  it('gives way to a decision that comes at the same instant', async () => {
    const subject = somebody();
    await record({ subject });
    context.now = new Date(END);
    const [again] = await Promise.all([record({ subject }), expire()]);
    assert.equal(again.status, 'given');
    const rows = await events(subject);
    // The job wrote the end down before, or found that another decision had followed.
    assert.deepEqual(
      rows.map(({ seq }) => seq),
      rows.length === 2 ? [FIRST, RENEWED] : [FIRST, ENDED, RENEWED],
    );
    assert.equal(rows.at(-1)?.status, 'given');
  });

  it('leaves alone what was renewed in time', async () => {
    const subject = somebody();
    await record({ subject });
    context.now = new Date('2026-08-01T12:00:00Z');
    await record({ subject });
    context.now = new Date(END);
    assert.deepEqual(await expire(), { expired: 0 });
    assert.equal((await consent().current(context, `visitor:${subject.id}`)).purposes[1]?.status, 'renewed');
  });

  it('is one tenant’s at a time', async () => {
    const subject = somebody();
    await record({ subject });
    const other = testContext({ tenantId: `${context.tenant.id}-other`, at: END });
    assert.deepEqual(await consent().expireConsents(other), { expired: 0 });
    assert.equal((await events(subject)).length, 1);
  });

  it('goes through more than one page of what has ended', async () => {
    for (let turn = 0; turn < 41; turn += 1)
      await Promise.all(Array.from({ length: 10 }, () => record({ subject: somebody() })));
    context.now = new Date(END);
    assert.deepEqual(await expire(), { expired: 410 });
    assert.deepEqual(await expire(), { expired: 0 });
  }).timeout(120_000);
});
