import assert from 'node:assert/strict';
import { reduceUserAgent } from '../../src/law/reduce-user-agent.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';

// What is remembered is the same object again; what was forgotten is an equal one.
describe('The memory for user agents', () => {
  it('is bounded', () => {
    const before = reduceUserAgent(FIREFOX);
    assert.equal(reduceUserAgent(FIREFOX), before);
    for (let n = 0; n < 513; n += 1) reduceUserAgent(`Filler/${n}`);
    assert.ok(reduceUserAgent(FIREFOX) !== before);
    assert.deepEqual(reduceUserAgent(FIREFOX), before);
  });

  it('forgets the least recently seen first', () => {
    const kept = reduceUserAgent(`${FIREFOX} kept`);
    for (let n = 0; n < 2000; n += 1) {
      reduceUserAgent(`Other/${n}`);
      if (n % 100 === 0) assert.equal(reduceUserAgent(`${FIREFOX} kept`), kept);
    }
  });
});
