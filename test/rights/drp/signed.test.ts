import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openCombined, readBase64, verifyKeyOf } from '../../../src/rights/drp/signed.ts';

interface Vectors {
  testGroups: {
    publicKey: { pk: string };
    tests: { tcId: number; comment: string; msg: string; sig: string; result: 'valid' | 'invalid' }[];
  }[];
}

const VECTORS = join(packageRoot, 'test/vectors/wycheproof/ed25519_test.json');
const { testGroups } = JSON.parse(readFileSync(VECTORS, 'utf8')) as Vectors;

describe('What an agent has signed (REQ-D06)', () => {
  it('is believed as Wycheproof has it, signature before message', () => {
    const found = { valid: 0, invalid: 0 };
    for (const { publicKey, tests } of testGroups) {
      const key = verifyKeyOf(Buffer.from(publicKey.pk, 'hex').toString('base64'));
      for (const { tcId, comment, msg, sig, result } of tests) {
        const opened = openCombined(key, Buffer.from(sig + msg, 'hex'));
        assert.equal(opened?.toString('hex'), result === 'valid' ? msg : undefined, `${tcId} ${comment}`);
        found[result] += 1;
      }
    }
    assert.deepEqual(found, { valid: 8, invalid: 36 });
  });

  it('is read in base64 of one spelling', () => {
    assert.equal(readBase64('YWJj\n')?.toString(), 'abc');
    for (const text of ['YWJj*', 'YWJ', 'YW=j', 'YWJj YWJj', 'YW-_']) assert.equal(readBase64(text), undefined, text);
  });
});
