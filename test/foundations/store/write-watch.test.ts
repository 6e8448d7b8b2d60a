import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { StoreError } from '../../../src/foundations/store/errors.ts';
import { createWriteWatch } from '../../../src/foundations/store/write-watch.ts';

const fails = (error: unknown) => () => Promise.reject(error);
const full = new StoreError('full', 'SQLITE_FULL');

describe('What is watched where it is written', () => {
  function stage(attempt: () => Promise<unknown> = async () => undefined) {
    const time = { now: Date.parse('2026-03-01T12:00:00Z') };
    let attempts = 0;
    const watch = createWriteWatch(
      () => new Date(time.now),
      () => {
        attempts += 1;
        return attempt();
      },
    );
    return { time, watch, attempts: () => attempts };
  }
  const write = (watch: ReturnType<typeof stage>['watch'], error?: unknown) =>
    watch.write(error === undefined ? async () => 1 : fails(error)).catch(() => undefined);

  it('is not tried again while a write has just succeeded, and is when nobody has written for a while', async () => {
    const { time, watch, attempts } = stage();
    assert.deepEqual(await watch.state(), { ok: true });
    assert.equal(attempts(), 1, 'before the first write');
    await write(watch);
    time.now += 9_000;
    await watch.state();
    assert.equal(attempts(), 1);
    time.now += 2_000;
    await watch.state();
    assert.equal(attempts(), 2);
  });

  it('is tried once for all who ask at the same time', async () => {
    const { watch, attempts } = stage();
    await Promise.all(Array.from({ length: 5 }, () => watch.state()));
    assert.equal(attempts(), 1);
  });

  it('cannot be written from the first failure on until a write has succeeded', async () => {
    const refusing = { error: new StoreError('unavailable', 'ECONNREFUSED') as unknown };
    const { time, watch } = stage(async () => {
      if (refusing.error) throw refusing.error;
    });
    await write(watch);
    await write(watch, refusing.error);
    const first = await watch.state();
    assert.ok(!first.ok);
    assert.equal(first.fault, 'unavailable');
    time.now += 60_000;
    const later = await watch.state();
    assert.ok(!later.ok);
    assert.equal(later.since, first.since);
    refusing.error = undefined;
    time.now += 1_000;
    assert.deepEqual(await watch.state(), { ok: true }, 'within a second of its return');
  });

  it('stays full for ten seconds although a small write would fit, unless another has succeeded', async () => {
    const { time, watch } = stage();
    await write(watch, full);
    time.now += 9_000;
    assert.equal((await watch.state()).ok, false);
    time.now += 1_000;
    assert.equal((await watch.state()).ok, true);
    await write(watch, full);
    await write(watch);
    assert.equal((await watch.state()).ok, true);
  });

  it('is damaged for good once a page was, whoever met it', async () => {
    const { time, watch } = stage();
    await watch.read(fails(new StoreError('other', 'SQLITE_CORRUPT_VTAB'))).catch(() => undefined);
    await write(watch);
    time.now += 3_600_000;
    const state = await watch.state();
    assert.ok(!state.ok);
    assert.equal(state.fault, 'damaged');
    assert.match(state.remedy, /restore/);
  });

  it('is not held to be failing for what is wrong with what was to be written', async () => {
    const ofTheRow = fc.constantFrom<unknown>(
      new StoreError('unique', '23505'),
      new StoreError('evidence', 'LE001'),
      new StoreError('serialization', '40001'),
      new StoreError('misuse', 'async-writer'),
      new Problem('conflict', 'no'),
      new TypeError('ours'),
    );
    const rules = fc.asyncProperty(fc.array(ofTheRow, { maxLength: 5 }), async (errors) => {
      const { watch } = stage();
      for (const error of errors) await write(watch, error);
      assert.deepEqual(await watch.state(), { ok: true });
    });
    await fc.assert(rules, { numRuns: 30 });
  });

  it('says by its code why it cannot be written', async () => {
    for (const [error, fault] of [
      [new StoreError('other', 'XX001'), 'damaged'],
      [new StoreError('other', 'SQLITE_NOTADB'), 'damaged'],
      [Object.assign(new Error(), { code: 'SQLITE_FULL' }), 'full'],
      [Object.assign(new Error(), { code: 'ENOSPC' }), 'full'],
      [new StoreError('full', '53100'), 'full'],
      [new StoreError('other', 'SQLITE_READONLY_DBMOVED'), 'read-only'],
      [new StoreError('other', '25006'), 'read-only'],
      [new StoreError('busy', 'SQLITE_BUSY'), 'busy'],
      [new StoreError('unavailable', '57P03'), 'unavailable'],
      [new StoreError('other', '42501'), 'failed'],
    ] as const) {
      const { watch } = stage();
      await write(watch, error);
      const state = await watch.state();
      assert.equal(state.ok ? 'ok' : state.fault, fault);
    }
  });
});
