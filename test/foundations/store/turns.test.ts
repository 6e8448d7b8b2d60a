import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createTurns } from '../../../src/foundations/store/connections.ts';

const settled = () => new Promise((next) => setImmediate(next));

describe('Places that are shared out by name', () => {
  it('are never more than there are, never more for one than are free, and all who wait get theirs', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.boolean()), { maxLength: 80 }),
        async (size, steps) => {
          const turns = createTurns(size, 60_000);
          const held: { name: string; end: () => void }[] = [];
          let asked = 0;
          for (const [name, ends] of steps) {
            if (ends) held.shift()?.end();
            else {
              asked += 1;
              const before = held.filter((one) => one.name === name).length;
              const free = size - held.length;
              void Promise.resolve(turns.take(name)).then((end) => held.push({ name, end }));
              await settled();
              if (before === 0 && free > 0)
                assert.ok(
                  held.some((one) => one.name === name),
                  'a newcomer finds a place',
                );
            }
            await settled();
            assert.ok(held.length <= size);
            for (const each of ['a', 'b', 'c', 'd']) {
              const its = held.filter((one) => one.name === each).length;
              assert.ok(its <= Math.max(1, Math.ceil(size / 2)), `${its} of ${size}`);
            }
          }
          let served = held.length;
          const ended = asked - held.length - turns.waiting();
          for (let one = held.shift(); one; one = held.shift()) {
            one.end();
            await settled();
            served = Math.max(served, held.length);
          }
          assert.equal(turns.waiting(), 0);
          assert.ok(ended >= 0);
        },
      ),
      { numRuns: 60 },
    ));

  it('are refused after the time that waiting may take', async () => {
    const turns = createTurns(1, 20);
    const end = await turns.take('a');
    await assert.rejects(Promise.resolve(turns.take('b')), { fault: 'busy', code: 'no-connection' });
    assert.equal(turns.waiting(), 0);
    end();
    end();
    (await turns.take('b'))();
    (await turns.take('a'))();
  });
});
