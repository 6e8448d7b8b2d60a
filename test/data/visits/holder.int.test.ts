import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyColumn, getTableColumns, isNull, or, sql } from 'drizzle-orm';
import { insertVisits } from '../../../src/data/visits/table.ts';
import type { ErasureOrder, ExportedRecord, Person } from '../../../src/foundations/holders/holder.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { localDay, startOfLocalDay } from '../../../src/law/duration.ts';
import { startOfLocalHour } from '../../../src/law/local-hour.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { CHROME, dueFor, reducedVisit, stageOn, sweepAll, visitsIn } from './stage.ts';

const BUSY = 'b'.repeat(32);
const server = { address: undefined, userAgent: undefined, globalPrivacyControl: false };

onBothEngines('The holder of visits', (ground) => {
  /** Full visits of two visitors and of nobody, one a day from 1 to 20 February at noon UTC. */
  async function prepared(tenantId: string) {
    const stage = stageOn(ground());
    const context = testContext({ tenantId });
    for (let day = 1; day <= 20; day += 1)
      await stage.visits.record(
        context,
        {
          address: `203.0.113.${day}`,
          userAgent: `${CHROME} Day/${day}`,
          occurredAt: `2026-02-${String(day).padStart(2, '0')}T12:00:00Z`,
          ...(day % 4 === 1 ? { visitor: 'ann' } : day % 4 === 2 ? { visitor: 'bob' } : {}),
        },
        server,
      );
    const subjectOf = (id: string) => ground().vault.subjectId(tenantId, 'visitor', id);
    const person = async (...ids: string[]): Promise<Person> => ({
      tenantId,
      timeZone: 'Europe/Berlin',
      subjectIds: await Promise.all(ids.map(subjectOf)),
    });
    const reduce = (before: string) =>
      dueFor(tenantId, { category: 'visits.full', action: 'reduce', before: new Date(before) });
    const plan = (due: ReturnType<typeof reduce>) => ground().store.read((q) => stage.holder.plan(q, due));
    return { ...stage, person, subjectOf, reduce, plan };
  }

  const heldFor = (subjectId: string) => (column: AnyColumn | undefined) =>
    column && (or(isNull(column), sql`${column} <> ${sql.param(subjectId, column)}`) as ReturnType<typeof sql>);

  const order = (decisions: Record<string, 'erase' | 'reduce' | 'retain' | 'held'>): ErasureOrder => ({
    at: new Date(),
    policyHash: 'policies',
    decisions: Object.fromEntries(
      Object.entries(decisions).map(([category, action]) => [category, { category, action }]),
    ),
  });

  it('claims every column of its tables, and can treat every category it claims', () => {
    const { holder } = stageOn(ground());
    const { columns, actions, clocks } = holder.describe();
    for (const table of ['visits', 'visitDays'] as const) {
      const claims = columns[table] ?? {};
      assert.deepEqual(Object.keys(claims).sort(), Object.keys(getTableColumns(ground().store.tables[table])).sort());
      for (const claim of Object.values(claims)) {
        if ('structure' in claim) continue;
        assert.ok(actions[claim.category]?.includes('erase'), claim.category);
        assert.deepEqual(clocks[claim.category], ['occurred']);
        if (claim.exportedAs === null) assert.ok(claim.reason);
      }
    }
  });

  it('exports under the names it claims, with the sealed values opened (REQ-A02)', async () => {
    const { holder, person } = await prepared('export');
    const records: ExportedRecord[] = [];
    const who = await person('ann', 'bob');
    await ground().store.read(async (q) => {
      for await (const record of holder.export(q, who)) records.push(record);
    });
    assert.equal(records.length, 10);
    const [first] = records;
    assert.deepEqual(first?.fields, {
      address: '203.0.113.1',
      userAgent: `${CHROME} Day/1`,
      occurredAt: '2026-02-01T12:00:00.000Z',
      portal: 'export',
      network: '203.0.113.0',
      browser: 'Chrome',
      browserMajor: '141',
      platform: 'Linux',
      robot: false,
    });
    const names = Object.values(holder.describe().columns.visits ?? {}).flatMap((claim) =>
      'structure' in claim || claim.exportedAs === null ? [] : [claim.exportedAs],
    );
    assert.deepEqual(Object.keys(first?.fields ?? {}).sort(), names.sort());
    const counts = await ground().store.read((q) => holder.count(q, who));
    assert.deepEqual(counts, { 'visits.full': 10, 'visits.reduced': 0 });
  });

  it('exports more visits than one page holds, each once', async () => {
    const { holder } = stageOn(ground());
    const rows = Array.from({ length: 1203 }, (_, n) =>
      reducedVisit('pages', new Date(Date.UTC(2026, 0, 1, 0, 0, n % 40)), { subjectId: BUSY }),
    );
    await ground().store.write((tx) => insertVisits(tx, rows));
    const ids = new Set<string>();
    await ground().store.read(async (q) => {
      const person = { tenantId: 'pages', timeZone: 'UTC', subjectIds: [BUSY] };
      for await (const { id } of holder.export(q, person)) ids.add(id);
    });
    assert.equal(ids.size, 1203);
  });

  it('shows a sealed value as gone once the person’s key is destroyed', async () => {
    const { holder, person, subjectOf } = await prepared('shredded');
    await ground().vault.shred('shredded', [subjectScope(await subjectOf('ann'))]);
    const who = await person('ann');
    await ground().store.read(async (q) => {
      for await (const { fields } of holder.export(q, who))
        assert.deepEqual([fields['address'], fields['userAgent']], [null, null]);
    });
  });

  it('plans what is due without touching it, and the same due set has the same digest', async () => {
    const { plan, reduce } = await prepared('plan');
    const first = await plan(reduce('2026-02-11T00:00:00Z'));
    assert.deepEqual(
      { ...first, digest: '', sample: first.sample.length },
      { due: 10, held: 0, people: 2, total: 20, oldest: new Date('2026-02-01T12:00:00Z'), digest: '', sample: 5 },
    );
    assert.deepEqual(await plan(reduce('2026-02-11T00:00:00Z')), first);
    assert.notEqual((await plan(reduce('2026-02-12T13:00:00Z'))).digest, first.digest);
    assert.ok((await visitsIn(ground(), 'plan')).every(({ life }) => life === 'full'));
  });

  it('reduces exactly what the plan said, by forgetting the sealed part', async () => {
    const { holder, plan, reduce } = await prepared('reduce');
    const due = reduce('2026-02-11T00:00:00Z');
    const planned = await plan(due);
    const before = await visitsIn(ground(), 'reduce');
    assert.deepEqual(await sweepAll(ground(), holder, due, 3), {
      treated: planned.due,
      suppressed: 0,
      batches: 4,
      largest: 3,
    });
    const after = await visitsIn(ground(), 'reduce');
    const forgotten = { life: 'reduced', addressSealed: null, userAgentSealed: null, addressIndex: null };
    assert.deepEqual(
      after,
      before.map((row) => (row.occurredAt < due.before ? { ...row, ...forgotten } : row)),
    );
    assert.deepEqual((await plan(due)).due, 0);
  });

  for (const timeZone of ['Europe/Berlin', 'Asia/Kolkata'])
    it(`leaves of what it reduces the local hour, by sweep and by erasure, and an id that tells no more (${timeZone})`, async () => {
      const tenantId = `hours-${timeZone.slice(-4).toLowerCase()}`;
      const { visits, holder } = stageOn(ground());
      const context = testContext({ tenantId, timeZone });
      const instants = [3, 17, 29, 31, 44, 59].flatMap((minute) =>
        [17, 18, 23].map((hour) => new Date(Date.UTC(2026, 1, 3, hour, minute, 12, 345))),
      );
      for (const [n, at] of instants.entries())
        await visits.record(
          context,
          {
            address: `203.0.113.${n}`,
            userAgent: CHROME,
            occurredAt: at.toISOString(),
            visitor: n % 2 ? 'ann' : 'bob',
          },
          server,
        );
      const plan = () =>
        ground().store.read((q) =>
          holder.plan(q, { ...dueFor(tenantId, { category: 'visits.full', action: 'reduce', before: day }), timeZone }),
        );
      const day = startOfLocalDay(new Date('2026-02-04T12:00:00Z'), timeZone);
      const due = instants.filter((at) => at < day).length;
      assert.ok(due > 0 && due < instants.length);
      assert.equal((await plan()).due, due);
      const reduce = dueFor(tenantId, { category: 'visits.full', action: 'reduce', before: day });
      assert.equal((await sweepAll(ground(), holder, { ...reduce, timeZone }, 4)).treated, due);
      const bob = await ground().vault.subjectId(tenantId, 'visitor', 'bob');
      const order = {
        at: new Date('2026-02-10T12:00:00Z'),
        policyHash: 'p',
        decisions: Object.fromEntries(
          (['visits.full', 'visits.reduced'] as const).map((category) => [
            category,
            { category, action: category === 'visits.full' ? ('reduce' as const) : ('retain' as const) },
          ]),
        ),
      };
      await ground().store.write((tx) => holder.erase(tx, { tenantId, timeZone, subjectIds: [bob] }, order));
      const rows = await visitsIn(ground(), tenantId);
      const hours = new Set(instants.map((at) => startOfLocalHour(at, timeZone).getTime()));
      const exact = new Set(instants.map((at) => at.getTime()));
      assert.ok(rows.some(({ life }) => life === 'full'));
      for (const { visitId, occurredAt, life } of rows) {
        assert.ok((life === 'full' ? exact : hours).has(occurredAt.getTime()));
        const inId = Number.parseInt(visitId.replace('-', '').slice(0, 12), 16);
        assert.equal(inId, startOfLocalHour(occurredAt, timeZone).getTime());
      }
      assert.deepEqual(
        rows.map(({ occurredAt }) => localDay(occurredAt, timeZone)).sort(),
        instants.map((at) => localDay(at, timeZone)).sort(),
      );
    });

  it('leaves out what a hold protects, tells how much, and goes on by itself when the hold is lifted', async () => {
    const { holder, plan, reduce, subjectOf } = await prepared('held');
    const due = reduce('2026-02-11T00:00:00Z');
    const ann = await subjectOf('ann');
    const held = { ...due, notHeld: heldFor(ann) };
    const planned = await plan(held);
    assert.deepEqual([planned.due, planned.held, planned.total], [7, 3, 20]);
    assert.equal((await sweepAll(ground(), holder, held, 2)).treated, 7);
    const left = (await visitsIn(ground(), 'held')).filter((row) => row.life === 'full' && row.occurredAt < due.before);
    assert.deepEqual(
      left.map(({ subjectId }) => subjectId),
      [ann, ann, ann],
    );
    assert.equal((await sweepAll(ground(), holder, due)).treated, 3);
  });

  it('erases a life when a rule says so, and nothing of another tenant', async () => {
    const { holder, reduce } = await prepared('erase');
    await prepared('bystander');
    const due = reduce('2026-02-11T00:00:00Z');
    await sweepAll(ground(), holder, reduce('2026-02-06T00:00:00Z'));
    assert.equal((await sweepAll(ground(), holder, { ...due, action: 'erase' }, 2)).treated, 5);
    assert.equal(
      (await sweepAll(ground(), holder, { ...due, action: 'erase', category: 'visits.reduced' })).treated,
      5,
    );
    assert.equal((await visitsIn(ground(), 'erase')).length, 10);
    assert.equal((await visitsIn(ground(), 'bystander')).length, 20);
  });

  it('erases one person as the policies decide per category', async () => {
    const { holder, person, reduce } = await prepared('forget');
    await sweepAll(ground(), holder, reduce('2026-02-08T00:00:00Z'));
    const [ann, bob] = [await person('ann'), await person('bob')];
    const erase = (who: Person, decisions: Parameters<typeof order>[0]) =>
      ground().store.write((tx) => holder.erase(tx, who, order(decisions)));
    const kept = await erase(ann, { 'visits.full': 'held', 'visits.reduced': 'retain' });
    assert.deepEqual(
      kept.map(({ retained }) => retained),
      [3, 2],
    );
    const outcome = await erase(ann, { 'visits.full': 'erase', 'visits.reduced': 'erase' });
    assert.deepEqual(
      outcome.map(({ category, removed }) => [category, removed]),
      [
        ['visits.full', 3],
        ['visits.reduced', 2],
      ],
    );
    const again = await erase(ann, { 'visits.full': 'erase', 'visits.reduced': 'erase' });
    assert.deepEqual(
      again.map(({ removed }) => removed),
      [0, 0],
    );
    const reduced = await erase(bob, { 'visits.full': 'reduce', 'visits.reduced': 'retain' });
    assert.deepEqual(
      reduced.map((one) => [one.removed, one.reduced, one.retained]),
      [
        [0, 3, 0],
        [0, 0, 5],
      ],
    );
    const counts = (who: Person) => ground().store.read((q) => holder.count(q, who));
    assert.deepEqual(await counts(ann), { 'visits.full': 0, 'visits.reduced': 0 });
    assert.deepEqual(await counts(bob), { 'visits.full': 0, 'visits.reduced': 5 });
    assert.equal((await visitsIn(ground(), 'forget')).length, 15);
  });

  it('names the months whose key nothing needs any more, and never the newest', async () => {
    const { holder, visits } = stageOn(ground());
    const context = testContext({ tenantId: 'months' });
    for (const occurredAt of [
      '2025-11-30T23:59:59Z',
      '2025-12-31T23:59:59Z',
      '2026-01-01T00:00:00Z',
      '2026-02-01T00:00:00Z',
    ])
      await visits.record(context, { address: '203.0.113.7', occurredAt }, server);
    const spent = () => ground().store.read((q) => holder.spentScopes?.(q, 'months'));
    assert.deepEqual(await spent(), []);
    const reduce = (before: string) =>
      sweepAll(
        ground(),
        holder,
        dueFor('months', { category: 'visits.full', action: 'reduce', before: new Date(before) }),
      );
    await reduce('2026-01-01T00:00:00Z');
    assert.deepEqual(await spent(), ['visits:2025-11', 'visits:2025-12']);
    await reduce('2026-03-01T00:00:00Z');
    assert.deepEqual(await spent(), ['visits:2025-11', 'visits:2025-12', 'visits:2026-01']);
  });

  it('ends the life of daily counts by whole days, when a rule says so', async () => {
    const { holder } = stageOn(ground());
    const cell = (day: string, browser: string) => ({
      tenantId: 'days',
      day,
      portal: 'p',
      browser,
      platform: 'Linux',
      visits: 20,
    });
    await ground().store.write(async (tx) => {
      await tx
        .insert(tx.tables.visitDays)
        .values(
          ['2026-01-01', '2026-01-02', '2026-01-03'].flatMap((day) => [cell(day, 'Chrome'), cell(day, 'Firefox')]),
        );
    });
    const due = dueFor('days', { category: 'visits.daily', action: 'erase', before: new Date('2026-01-02T23:00:00Z') });
    const planned = await ground().store.read((q) => holder.plan(q, due));
    assert.deepEqual([planned.due, planned.total, planned.sample], [4, 6, ['2026-01-01', '2026-01-02']]);
    assert.equal((await sweepAll(ground(), holder, due, 1)).treated, 4);
  });
});

onBothEngines('The disk after visits are reduced', (ground, engine) => {
  if (engine === 'sqlite')
    it('holds no byte of what was forgotten, in the data file or its log', async () => {
      const { visits, holder } = stageOn(ground());
      const context = testContext({ tenantId: 'forensic' });
      for (let n = 0; n < 50; n += 1)
        await visits.record(
          context,
          { address: `203.0.113.${n}`, userAgent: CHROME, occurredAt: '2026-02-01T00:00:00Z' },
          server,
        );
      const rows = await visitsIn(ground(), 'forensic');
      const traces = rows.flatMap((row) => [
        row.addressSealed as Buffer,
        row.userAgentSealed as Buffer,
        Buffer.from(row.addressIndex as string),
      ]);
      const found = () => {
        const files = readdirSync(ground().folder).filter((name) => name.startsWith('lethe.db'));
        const bytes = files.map((name) => readFileSync(join(ground().folder, name)));
        return traces.filter((trace) => bytes.some((file) => file.includes(trace))).length;
      };
      assert.equal(found(), traces.length);
      const due = dueFor('forensic', { category: 'visits.full', action: 'reduce', before: new Date('2026-03-01') });
      assert.equal((await sweepAll(ground(), holder, due, 20)).treated, 50);
      await ground().store.scrub();
      assert.equal(found(), 0);
    });
});
