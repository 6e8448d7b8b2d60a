import assert from 'node:assert/strict';
import { type AnyColumn, isNull, or, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { insertVisits, type NewVisit } from '../../../src/data/visits/table.ts';
import { localDay } from '../../../src/law/duration.ts';
import { type Ground, onBothEngines } from '../../support/engines.ts';
import { countsIn, dueFor, reducedVisit, stageOn, sweepAll, visitsIn } from './stage.ts';

const HELD = 'd'.repeat(32);

const ZONE = 'Europe/Berlin';
const END = new Date('2026-03-01T00:00:00+01:00');

const anonymise = (tenantId: string, fields: Partial<Parameters<typeof dueFor>[1]> = {}) =>
  dueFor(tenantId, { category: 'visits.reduced', action: 'anonymise', before: END, ...fields });

function insert(ground: Ground, rows: NewVisit[]): Promise<void> {
  return ground.store.write((tx) => insertVisits(tx, rows));
}

const at = (text: string) => new Date(text);
const times = (count: number, make: (n: number) => NewVisit) => Array.from({ length: count }, (_, n) => make(n));
const noon = (tenantId: string, count: number, fields: Partial<NewVisit> = {}) =>
  times(count, () => reducedVisit(tenantId, at('2026-02-10T12:00:00Z'), fields));

type Cells = Awaited<ReturnType<typeof countsIn>>;
const shown = (cells: Cells) =>
  cells.map(({ day, portal, browser, platform, visits }) => `${day} ${portal} ${browser} ${platform} ${visits}`).sort();

/** Visits that fall into few cells and a few rare ones, over some days around a change of the clocks. */
function crowd(tenantId: string, seed: number[], start = '2026-02-20T00:00:00Z'): NewVisit[] {
  return seed.map((value, n) =>
    reducedVisit(tenantId, new Date(at(start).getTime() + (value % 8) * 86_400_000 + (n % 24) * 3_600_000), {
      portal: value % 3 === 0 ? 'north' : 'south',
      browser: ['Chrome', 'Chrome', 'Firefox', 'Safari', 'Ladybird'][value % 5] as string,
      platform: value % 7 === 0 ? 'Windows' : 'Linux',
      robot: value % 11 === 0,
    }),
  );
}

const cellOf = (row: Pick<NewVisit, 'occurredAt' | 'portal' | 'browser' | 'platform' | 'robot'>) => ({
  day: localDay(row.occurredAt, ZONE),
  portal: row.portal,
  browser: row.robot ? 'robot' : row.browser,
  platform: row.robot ? 'robot' : row.platform,
});

function expectedCounts(rows: NewVisit[], k: number): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const name = Object.values(cellOf(row)).join(' ');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, visits]) => visits >= k)
    .map(([name, visits]) => `${name} ${visits}`)
    .sort();
}

onBothEngines('Anonymising visits', (ground) => {
  it('turns ten visits into one count, and suppresses nine (k = 10) (REQ-E02)', async () => {
    const { holder } = stageOn(ground());
    await insert(ground(), [...noon('ten', 10), ...noon('ten', 9, { browser: 'Firefox' })]);
    const { treated, suppressed } = await sweepAll(ground(), holder, anonymise('ten'));
    assert.deepEqual([treated, suppressed], [19, 9]);
    assert.deepEqual(shown(await countsIn(ground(), 'ten')), ['2026-02-10 main Chrome Linux 10']);
    assert.deepEqual(await visitsIn(ground(), 'ten'), []);
  });

  it('counts a day as the tenant lives it, also when the clocks change', async () => {
    const { holder } = stageOn(ground());
    const night = ['2026-03-28T22:59:59Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z'];
    await insert(
      ground(),
      night.flatMap((instant) => times(10, () => reducedVisit('zone', at(instant)))),
    );
    await sweepAll(ground(), holder, anonymise('zone', { before: at('2026-04-10T00:00:00Z') }));
    assert.deepEqual(shown(await countsIn(ground(), 'zone')), [
      '2026-03-28 main Chrome Linux 10',
      '2026-03-29 main Chrome Linux 20',
      '2026-03-30 main Chrome Linux 10',
    ]);
  });

  it('waits until all of a day is due', async () => {
    const { holder } = stageOn(ground());
    await insert(ground(), noon('part', 20));
    const half = anonymise('part', { before: at('2026-02-10T20:00:00Z') });
    assert.equal((await ground().store.read((q) => holder.plan(q, half))).due, 0);
    assert.equal((await sweepAll(ground(), holder, half)).treated, 0);
    const whole = anonymise('part', { before: at('2026-02-11T00:00:00+01:00') });
    assert.equal((await ground().store.read((q) => holder.plan(q, whole))).due, 20);
    assert.equal((await sweepAll(ground(), holder, whole)).treated, 20);
  });

  it('counts all robots of a day and portal as one family', async () => {
    const { holder } = stageOn(ground());
    const robots = [...noon('robots', 6, { browser: 'Googlebot' }), ...noon('robots', 6, { browser: 'BingCrawler' })];
    await insert(ground(), [...robots.map((row) => ({ ...row, robot: true })), ...noon('robots', 12)]);
    await sweepAll(ground(), holder, anonymise('robots'));
    assert.deepEqual(shown(await countsIn(ground(), 'robots')), [
      '2026-02-10 main Chrome Linux 12',
      '2026-02-10 main robot robot 12',
    ]);
  });

  it('adds a late visit to a published cell, and asks k of any other newcomers alone', async () => {
    const { holder } = stageOn(ground());
    await insert(ground(), [...noon('late', 12), ...noon('late', 9, { browser: 'Firefox' })]);
    await sweepAll(ground(), holder, anonymise('late'));
    await insert(ground(), [...noon('late', 1), ...noon('late', 9, { browser: 'Firefox' })]);
    const { treated, suppressed } = await sweepAll(ground(), holder, anonymise('late'));
    assert.deepEqual([treated, suppressed], [10, 9]);
    assert.deepEqual(shown(await countsIn(ground(), 'late')), ['2026-02-10 main Chrome Linux 13']);
  });

  it('leaves visits under a hold, and counts them when it is lifted', async () => {
    const { holder } = stageOn(ground());
    await insert(ground(), [...noon('hold', 12), ...noon('hold', 3, { subjectId: HELD })]);
    const notHeld = (column: AnyColumn | undefined) =>
      column && (or(isNull(column), sql`${column} <> ${sql.param(HELD, column)}`) as ReturnType<typeof sql>);
    const planned = await ground().store.read((q) => holder.plan(q, anonymise('hold', { notHeld })));
    assert.deepEqual([planned.due, planned.held], [12, 3]);
    assert.equal((await sweepAll(ground(), holder, anonymise('hold', { notHeld }))).treated, 12);
    assert.equal((await visitsIn(ground(), 'hold')).length, 3);
    assert.equal((await sweepAll(ground(), holder, anonymise('hold'))).treated, 3);
    assert.deepEqual(shown(await countsIn(ground(), 'hold')), ['2026-02-10 main Chrome Linux 15']);
  });

  it('leaves visits alone that are still full', async () => {
    const { holder } = stageOn(ground());
    await insert(ground(), noon('still-full', 12, { life: 'full' }));
    assert.equal((await sweepAll(ground(), holder, anonymise('still-full'))).treated, 0);
  });

  it('keeps batches small on a day with many more visits than a batch, with the same counts in the end', async () => {
    const { holder } = stageOn(ground());
    const rows = times(2000, (n) => ({
      ...reducedVisit('busy', new Date(at('2026-02-10T05:00:00Z').getTime() + n * 1000)),
      browser: n % 400 === 7 ? 'Ladybird' : n % 3 === 0 ? 'Firefox' : 'Chrome',
    }));
    await insert(ground(), rows);
    const { treated, suppressed, largest } = await sweepAll(ground(), holder, anonymise('busy'), 100);
    assert.deepEqual([treated, suppressed], [2000, 5]);
    assert.ok(largest <= 100, String(largest));
    assert.deepEqual(shown(await countsIn(ground(), 'busy')), expectedCounts(rows, 10));
  });

  it('that is killed anywhere ends with the same counts, no visit lost and none counted twice', async () => {
    const { holder } = stageOn(ground());
    const rows = crowd(
      'killed',
      Array.from({ length: 900 }, (_, n) => (n * n) % 97),
    );
    await insert(ground(), rows);
    let cursor: string | null = null;
    let treated = 0;
    for (let batch = 0; ; batch += 1) {
      const from = cursor;
      const work = (dies: boolean) =>
        ground().store.write(async (tx) => {
          const outcome = await holder.sweep(tx, anonymise('killed'), { rows: 60, cursor: from });
          if (dies) throw new Error('killed');
          return outcome;
        });
      await assert.rejects(work(true), /killed/);
      const outcome = await work(false);
      treated += outcome.treated;
      // A killed run may also have lost its place.
      cursor = batch % 2 === 0 ? outcome.cursor : null;
      if (outcome.done) break;
    }
    assert.equal(treated, 900);
    assert.deepEqual(shown(await countsIn(ground(), 'killed')), expectedCounts(rows, 10));
  });

  it('counts or keeps a visit that arrives while its day is being treated', async () => {
    const { holder } = stageOn(ground());
    await insert(ground(), noon('meanwhile', 600));
    const arriving = Array.from({ length: 30 }, () => insert(ground(), noon('meanwhile', 20)));
    const outcomes = [await sweepAll(ground(), holder, anonymise('meanwhile'), 25)];
    await Promise.all(arriving);
    outcomes.push(await sweepAll(ground(), holder, anonymise('meanwhile'), 25));
    assert.equal(
      outcomes.reduce((sum, { treated }) => sum + treated, 0),
      1200,
    );
    assert.deepEqual(shown(await countsIn(ground(), 'meanwhile')), ['2026-02-10 main Chrome Linux 1200']);
  });

  it('always adds up, and never publishes a cell below k (REQ-E02)', async () => {
    const { holder } = stageOn(ground());
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(400), { minLength: 1, maxLength: 250 }),
        fc.array(fc.nat(400), { maxLength: 60 }),
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 120 }),
        async (seed, late, minimumCell, batch) => {
          run += 1;
          const tenantId = `property-${run}`;
          const due = anonymise(tenantId, { minimumCell, before: at('2026-04-10T00:00:00Z') });
          const rows = crowd(tenantId, seed, '2026-03-25T22:00:00Z');
          await insert(ground(), rows);
          const first = await sweepAll(ground(), holder, due, batch);
          assert.deepEqual(shown(await countsIn(ground(), tenantId)), expectedCounts(rows, minimumCell));
          await insert(ground(), crowd(tenantId, late, '2026-03-25T22:00:00Z'));
          const second = await sweepAll(ground(), holder, due, batch);
          const cells = await countsIn(ground(), tenantId);
          const published = cells.reduce((sum, { visits }) => sum + visits, 0);
          assert.equal(first.treated + second.treated, seed.length + late.length);
          assert.equal(published + first.suppressed + second.suppressed, seed.length + late.length);
          assert.ok(cells.every(({ visits }) => visits >= minimumCell));
          assert.deepEqual(await visitsIn(ground(), tenantId), []);
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(120_000);

  /**
   * REQ-E07: the attacker has the output and everything about the originals, and tries to single somebody out by any two
   * attributes: a class of the output that is smaller than k, or a combination of the output that belongs to fewer than
   * k of the originals.
   */
  it('withstands an attempt to single somebody out by any two attributes (REQ-E07)', async () => {
    const k = 10;
    const { holder } = stageOn(ground());
    const originals = crowd(
      'attack',
      Array.from({ length: 3000 }, (_, n) => (n * 7919 + (n % 13) * n) % 1009),
    ).map((row, n) => ({
      ...row,
      network: `203.0.${n % 256}.0`,
      browserMajor: String(n % 40),
      subjectId: n % 5 ? null : n.toString(16).padStart(32, '0'),
    }));
    await insert(ground(), originals);
    const { suppressed } = await sweepAll(ground(), holder, anonymise('attack'), 200);
    const output = await countsIn(ground(), 'attack');
    assert.ok(output.length > 20 && suppressed > 0);

    const attributes = ['day', 'portal', 'browser', 'platform'] as const;
    const pairs = attributes.flatMap((one, n) => attributes.slice(n).map((two) => [one, two] as const));
    for (const [one, two] of pairs) {
      const classes = new Map<string, { published: number; originals: number }>();
      const classOf = (cell: Record<(typeof attributes)[number], string>) => {
        const name = `${cell[one]} ${cell[two]}`;
        const found = classes.get(name) ?? { published: 0, originals: 0 };
        classes.set(name, found);
        return found;
      };
      for (const cell of output) classOf(cell).published += cell.visits;
      for (const row of originals) classOf(cellOf(row)).originals += 1;
      for (const [name, { published, originals: candidates }] of classes) {
        if (published === 0) continue;
        assert.ok(published >= k, `${one} and ${two}: ${name} singles out ${published}`);
        assert.ok(candidates >= published, `${one} and ${two}: ${name} counts visits that never were`);
      }
    }
    const text = JSON.stringify(output);
    for (const trace of ['203.0.', 's-5', ...originals.slice(0, 50).map(({ visitId }) => visitId)])
      assert.ok(!text.includes(trace), trace);
  });
});
