import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eq } from 'drizzle-orm';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { createVisits } from '../../../src/data/visits/service.ts';
import type { Problem } from '../../../src/foundations/contract/problem.ts';
import type { DueRows } from '../../../src/foundations/holders/holder.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import type { Store } from '../../../src/foundations/store/store.ts';
import { onBehalfOf } from '../../../src/foundations/store/workload.ts';
import { robotsOf, SHIPPED_LISTS } from '../../../src/law/robots.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import {
  AT,
  contentsOf,
  countsIn,
  dueFor,
  entriesIn,
  logOf,
  stageOn,
  sweepAll,
  visitPolicies,
  visitsIn,
} from './stage.ts';

const inTenant = (tenantId: string) => testContext({ tenantId, at: AT, role: 'operator' });
const SAMPLE = join(packageRoot, 'test/data/access-combined.log');

/** A store whose n-th write never reaches the database, as if the process had been killed there. */
function failingAt(store: Store, n: number): Store {
  let writes = 0;
  return {
    ...store,
    write: (fn, options) => {
      writes += 1;
      return writes === n ? Promise.reject(new Error('killed')) : store.write(fn, options);
    },
  };
}

onBothEngines('Importing an access log', (ground) => {
  const importsIn = (tenantId: string) =>
    ground().store.read((q) => q.select().from(q.tables.imports).where(eq(q.tables.imports.tenantId, tenantId)));

  it('reads every line, keeps a person of the log in neither file nor audit entry, and says what it did', async () => {
    const { visits } = stageOn(ground());
    const { file, rejected } = await logOf(ground(), 'whole.log', 2500);
    const steps: number[] = [];
    const summary = await visits.importAccessLog(inTenant('whole'), file, {
      portal: 'north',
      onProgress: ({ readBytes, totalBytes }) => steps.push(readBytes / totalBytes),
    });
    assert.deepEqual(
      { ...summary, importId: '' },
      {
        importId: '',
        state: 'imported',
        resumed: false,
        accepted: 2475,
        rejected: 25,
        added: { accepted: 2475, rejected: 25 },
        bytes: statSync(file).size,
        openLine: false,
        counts: {},
      },
    );
    assert.equal(steps.at(-1), 1);
    const rows = await visitsIn(ground(), 'whole');
    assert.equal(rows.length, 2475);
    assert.ok(rows.every(({ portal, life, subjectId }) => portal === 'north' && life === 'full' && subjectId === null));
    assert.equal(rejected.length, 25);
    const [row] = await importsIn('whole');
    assert.ok(!JSON.stringify(row).includes('whole.log'));
    const entries = await entriesIn(ground(), 'whole');
    assert.deepEqual(
      entries.map(({ action, detail }) => [action, detail['accepted'], detail['rejected']]),
      [
        ['visits.imported', 990, 10],
        ['visits.imported', 990, 10],
        ['visits.imported', 495, 5],
        ['import.finished', 2475, 25],
      ],
    );
  });

  it('does nothing when the same file comes again, under whatever name', async () => {
    const { visits } = stageOn(ground());
    const { file } = await logOf(ground(), 'twice.log', 300);
    await visits.importAccessLog(inTenant('twice'), file, { portal: 'north' });
    const copy = join(ground().folder, 'copy.log');
    writeFileSync(copy, readFileSync(file));
    const again = await visits.importAccessLog(inTenant('twice'), copy, { portal: 'north' });
    assert.deepEqual([again.state, again.resumed, again.accepted, again.rejected], ['nothing-new', true, 297, 3]);
    assert.deepEqual(again.added, { accepted: 0, rejected: 0 });
    assert.equal((await visitsIn(ground(), 'twice')).length, 297);
    assert.equal((await visits.importAccessLog(inTenant('another'), file, { portal: 'n' })).state, 'imported');
  });

  for (const compressed of [false, true])
    it(`goes on where it was killed, wherever that was${compressed ? ', in a gzip file too' : ''}`, async () => {
      const { store, audit, vault } = ground();
      const policies = visitPolicies(true);
      const made = await logOf(ground(), `killed-${compressed}.log`, 3300);
      const file = compressed ? `${made.file}.gz` : made.file;
      if (compressed) writeFileSync(file, gzipSync(readFileSync(made.file)));
      const whole = await visitsOfImport(`unkilled-${compressed}`, file);
      for (let n = 1; n <= 6; n += 1) {
        const tenantId = `killed-${compressed}-${n}`;
        const rejectFile = join(ground().folder, `${tenantId}.rejects`);
        const options = { portal: 'north', rejectFile };
        const doomed = createVisits({
          store: failingAt(store, n),
          audit,
          vault,
          policies,
          processing: createProcessing(policies),
          suppression: createSuppression({ store, audit, vault, policies }),
        });
        await assert.rejects(doomed.importAccessLog(inTenant(tenantId), file, options), /killed/);
        const summary = await createVisits({
          store,
          audit,
          vault,
          policies,
          processing: createProcessing(policies),
          suppression: createSuppression({ store, audit, vault, policies }),
        }).importAccessLog(inTenant(tenantId), file, options);
        assert.deepEqual([summary.accepted, summary.rejected, summary.resumed], [3267, 33, n > 1]);
        assert.deepEqual(await contentsOf(ground(), tenantId), whole);
        const [head, ...rejects] = readFileSync(rejectFile, 'utf8').trimEnd().split('\n');
        assert.match(head as string, /^# lines rejected by import /);
        assert.deepEqual(rejects, made.rejected);
      }
    }).timeout(180_000);

  const CASES: [what: string, first: (bytes: Buffer) => Buffer, then: (bytes: Buffer) => Buffer][] = [
    ['that has grown', (log) => log.subarray(0, log.length * 0.6), (log) => log],
    ['that has grown in the middle of a line', (log) => log.subarray(0, log.indexOf(10, 90_000) - 9), (log) => log],
    ['that has grown from one line', (log) => log.subarray(0, log.indexOf(10) + 1), (log) => log],
    ['that is packed now', (log) => log, (log) => gzipSync(log)],
    ['that has grown and is packed now', (log) => log.subarray(0, log.length * 0.3), (log) => gzipSync(log)],
    ['that was packed in parts', (log) => gzipSync(log.subarray(0, 99_999)), (log) => log],
    ['whose packed copy was cut', (log) => cutGzip(log, 0.7), (log) => gzipSync(log)],
    ['whose packed copy was cut, unpacked later', (log) => cutGzip(log, 0.2), (log) => log],
    ['of which an older copy comes after it', (log) => log, (log) => log.subarray(0, log.length * 0.4)],
    ['of which a few lines come after it', (log) => log, (log) => log.subarray(0, 1500)],
  ];
  const cutGzip = (log: Buffer, share: number) => {
    const packed = gzipSync(log);
    return packed.subarray(0, packed.length * share);
  };

  it('counts every line once, whatever becomes of the file between two imports', async () => {
    const { visits } = stageOn(ground());
    const { file, rejected } = await logOf(ground(), 'once.log', 1500);
    const log = Buffer.from(`${readFileSync(file, 'utf8').trimEnd()}\n`);
    const whole = await visitsOfImport('once-whole', file);
    for (const [n, [what, first, then]] of CASES.entries()) {
      const tenantId = `once-${n}`;
      const [one, two] = [join(ground().folder, `once-${n}.log`), join(ground().folder, `once-${n}.log.1`)];
      writeFileSync(one, first(log));
      const before = await visits.importAccessLog(inTenant(tenantId), one, { portal: 'north' });
      assert.equal((await visitsIn(ground(), tenantId)).length, before.added.accepted, what);
      assert.equal(before.state, what.includes('cut') ? 'cut' : 'imported', what);
      writeFileSync(two, then(log));
      const after = await visits.importAccessLog(inTenant(tenantId), two, { portal: 'north' });
      assert.deepEqual([after.accepted, after.rejected, after.resumed], [1485, rejected.length, true], what);
      assert.equal(after.added.accepted, 1485 - before.added.accepted, what);
      assert.equal(after.importId, before.importId, what);
      assert.deepEqual(await contentsOf(ground(), tenantId), whole, what);
      const again = await visits.importAccessLog(inTenant(tenantId), file, { portal: 'north' });
      assert.deepEqual([again.state, again.accepted], ['nothing-new', 1485], what);
    }
  }).timeout(180_000);

  it('takes two logs that begin alike for two', async () => {
    const { visits } = stageOn(ground());
    const { file } = await logOf(ground(), 'alike.log', 40);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const other = join(ground().folder, 'alike.other.log');
    writeFileSync(other, `${[...lines.slice(0, 5), ...lines.slice(20)].join('\n')}\n`);
    for (const [path, accepted] of [
      [file, 40],
      [other, 25],
    ] as const) {
      const summary = await visits.importAccessLog(inTenant('alike'), path, { portal: 'north' });
      assert.deepEqual([summary.state, summary.accepted], ['imported', accepted]);
    }
    for (const path of [file, other])
      assert.equal((await visits.importAccessLog(inTenant('alike'), path, { portal: 'north' })).state, 'nothing-new');
  });

  it('takes nothing of a damaged file, and all of it once it is whole', async () => {
    const { visits } = stageOn(ground());
    const { file } = await logOf(ground(), 'damaged.log', 1500);
    const packed = gzipSync(readFileSync(file));
    for (const [n, at] of [packed.length >> 1, packed.length - 6].entries()) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] as number) ^ 0x55;
      const path = join(ground().folder, `damaged-${n}.gz`);
      writeFileSync(path, damaged);
      await refused(visits.importAccessLog(inTenant('damaged'), path, { portal: 'north' }), 'unprocessable-request');
    }
    assert.equal((await importsIn('damaged')).length, 0);
    writeFileSync(`${file}.gz`, packed);
    const { accepted } = await visits.importAccessLog(inTenant('damaged'), `${file}.gz`, { portal: 'north' });
    assert.deepEqual([accepted, (await visitsIn(ground(), 'damaged')).length], [1485, 1485]);
  });

  it('takes nothing of a log in another format, and all of it in its own', async () => {
    const { visits } = stageOn(ground());
    const { file } = await logOf(ground(), 'format.log', 300);
    const hosted = join(ground().folder, 'hosted.log');
    writeFileSync(hosted, readFileSync(file, 'utf8').replace(/^(?=.)/gm, 'north.example.org:443 '));
    await refused(visits.importAccessLog(inTenant('format'), hosted, { portal: 'north' }), 'unprocessable-request');
    assert.equal((await importsIn('format')).length, 0);
    const wrong = { portal: 'north', format: 'no-such-format' };
    await refused(visits.importAccessLog(inTenant('format'), hosted, wrong), 'unprocessable-request', '/format');
    const { accepted, rejected } = await visits.importAccessLog(inTenant('format'), hosted, {
      portal: 'north',
      format: 'vhost-combined',
    });
    assert.deepEqual([accepted, rejected], [297, 3]);
    const written = { portal: 'north', format: '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"' };
    assert.equal((await visits.importAccessLog(inTenant('format'), hosted, written)).state, 'nothing-new');
    assert.equal((await visits.importAccessLog(inTenant('formats'), hosted, written)).accepted, 297);
    assert.deepEqual(await contentsOf(ground(), 'formats'), await contentsOf(ground(), 'format'));
  });

  async function visitsOfImport(tenantId: string, file: string) {
    await stageOn(ground()).visits.importAccessLog(inTenant(tenantId), file, { portal: 'north' });
    return contentsOf(ground(), tenantId);
  }

  it('writes rejected lines only where it is told to, readable by the owner alone', async () => {
    const { visits } = stageOn(ground());
    const { file, rejected } = await logOf(ground(), 'rejects.log', 500);
    const rejectFile = join(ground().folder, 'rejects.txt');
    await visits.importAccessLog(inTenant('rejects'), file, { portal: 'north', rejectFile });
    assert.equal(statSync(rejectFile).mode & 0o777, 0o600);
    assert.deepEqual(readFileSync(rejectFile, 'utf8').trimEnd().split('\n').slice(1), rejected);
  });

  it('never touches a file that is there already', async () => {
    const { visits } = stageOn(ground());
    const { file } = await logOf(ground(), 'guard.log', 200);
    const rejectFile = join(ground().folder, 'precious.txt');
    writeFileSync(rejectFile, 'precious, and longer than any head line could possibly be, by far and away');
    const before = readFileSync(rejectFile);
    await refused(visits.importAccessLog(inTenant('guard'), file, { portal: 'n', rejectFile }), 'conflict');
    await refused(visits.importAccessLog(inTenant('guard'), file, { portal: 'n', rejectFile }), 'conflict');
    assert.deepEqual(readFileSync(rejectFile), before);
  });

  it('refuses a second run while a first one reads the same file', async () => {
    const { visits } = stageOn(ground());
    const { file } = await logOf(ground(), 'race.log', 3000);
    const runs = await Promise.allSettled([
      visits.importAccessLog(inTenant('race'), file, { portal: 'n' }),
      visits.importAccessLog(inTenant('race'), file, { portal: 'n' }),
    ]);
    for (const run of runs)
      if (run.status === 'rejected') assert.equal((run.reason as Problem).type, 'conflict', String(run.reason));
    const last = await visits.importAccessLog(inTenant('race'), file, { portal: 'n' });
    assert.equal(last.accepted, 2970);
    assert.equal((await visitsIn(ground(), 'race')).length, 2970);
  });

  it('keeps no full address where no purpose needs it', async () => {
    const { visits } = stageOn(ground(), { full: false });
    const { file } = await logOf(ground(), 'reduced.log', 200);
    await visits.importAccessLog(inTenant('reduced'), file, { portal: 'north' });
    const rows = await visitsIn(ground(), 'reduced');
    assert.equal(rows.length, 198);
    assert.ok(rows.every((row) => row.life === 'reduced' && row.addressSealed === null && row.addressIndex === null));
  });

  it('counts as robots’ what the policies’ own list of robots says too', async () => {
    const { store, audit, vault } = ground();
    const list = { name: 'ours', version: '1', licence: 'MIT', caseSensitive: false, patterns: ['AdaReader'] };
    const policies = { ...visitPolicies(true), robots: () => robotsOf([...SHIPPED_LISTS, list]) };
    const suppression = createSuppression({ store, audit, vault, policies });
    const visits = createVisits({ store, audit, vault, policies, processing: createProcessing(policies), suppression });
    const file = join(ground().folder, 'robots.log');
    const agents = ['adareader/2', 'Scrapy/2.11.0 (+https://scrapy.org)', 'Opera/9.80 (Windows NT 6.1)'];
    const line = (agent: string) =>
      `203.0.113.9 - - [02/Mar/2026:08:09:10 +0000] "GET / HTTP/1.1" 200 1 "-" "${agent}"\n`;
    writeFileSync(file, agents.map(line).join(''));
    await visits.importAccessLog(inTenant('robots'), file, { portal: 'north' });
    const rows = await visitsIn(ground(), 'robots');
    assert.deepEqual(rows.map(({ browser, robot }) => [browser, robot]).sort(), [
      ['Opera', false],
      ['other', true],
      ['other', true],
    ]);
  });

  it('refuses a portal that could not stand in the counts', async () => {
    const { visits } = stageOn(ground());
    const wrong = visits.importAccessLog(inTenant('portal'), SAMPLE, { portal: 'The Portal' });
    await refused(wrong, 'unprocessable-request', '/portal');
  });

  it('of ten thousand lines is reduced and counted later on exactly as the plans said', async () => {
    const { visits, holder } = stageOn(ground());
    const { file } = await logOf(ground(), 'ten-thousand.log', 10_000);
    const { accepted } = await visits.importAccessLog(inTenant('ten-thousand'), file, { portal: 'north' });
    assert.equal(accepted, 9900);
    // Sweeps are batches: their statements have more time than those of a request.
    const asBatch = <T>(work: () => Promise<T>) => onBehalfOf({ lane: 'batch', name: 'retention-sweep' }, work);
    const treat = async (due: DueRows) => {
      const plan = await asBatch(() => ground().store.read((q) => holder.plan(q, due)));
      const outcome = await asBatch(() => sweepAll(ground(), holder, due, 500));
      assert.ok(plan.due > 0);
      assert.equal(outcome.treated, plan.due);
      return { ...outcome, left: plan.total - plan.due };
    };
    const due = dueFor('ten-thousand', { category: 'visits.full', action: 'reduce', before: new Date('2026-11-16') });
    const first = await treat(due);
    assert.equal(first.treated + first.left, 9900);
    const later = { ...due, before: new Date('2027-06-01') };
    const second = await treat(later);
    assert.deepEqual([first.treated + second.treated, second.left], [9900, 0]);
    const { treated, suppressed } = await treat({ ...later, category: 'visits.reduced', action: 'anonymise' });
    assert.equal(treated, 9900);
    const published = (await countsIn(ground(), 'ten-thousand')).reduce((sum, { visits: count }) => sum + count, 0);
    assert.equal(published + suppressed, 9900);
    assert.ok(published > 9000);
    assert.equal((await visitsIn(ground(), 'ten-thousand')).length, 0);
  }).timeout(180_000);

  it('reads a log as web servers write it', async function () {
    if (!existsSync(SAMPLE)) return this.skip();
    const { visits } = stageOn(ground());
    const lines = readFileSync(SAMPLE, 'utf8')
      .split('\n')
      .filter((line) => line !== '').length;
    const { accepted, rejected } = await visits.importAccessLog(inTenant('sample'), SAMPLE, { portal: 'north' });
    assert.equal(accepted + rejected, lines);
    assert.ok(accepted > 0);
    assert.equal((await visitsIn(ground(), 'sample')).length, accepted);
  });
});
