import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { canonical } from '../../../src/foundations/contract/canonical-json.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

const VECTORS = ['arrays', 'french', 'structures', 'unicode', 'values', 'weird'];
const vector = (name: string) => readFileSync(join(packageRoot, 'test/vectors/jcs', name), 'utf8');

describe('Canonical JSON (RFC 8785)', () => {
  for (const name of VECTORS)
    it(`has the bytes of the published vector: ${name} (REQ-H06)`, () => {
      const text = canonical(JSON.parse(vector(`${name}.in.json`)));
      assert.equal(text, vector(`${name}.out.json`));
      assert.equal(Buffer.from(text).toString('hex'), vector(`${name}.hex.txt`).replaceAll(/\s/g, ''));
    });

  // RFC 8785, appendix B: the bits of a number and its text.
  const numbers: [bits: string, text: string][] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ];
  it('writes numbers as the appendix of the standard does', () => {
    for (const [bits, text] of numbers) assert.equal(canonical(Buffer.from(bits, 'hex').readDoubleBE(0)), text, bits);
  });

  it('has no text for what JSON has no word for', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, { a: Number.NaN }, '\ud800', undefined])
      assert.throws(() => canonical(value));
  });

  it('is the same whatever the order of keys, and reads back as what was written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        assert.equal(canonical(turned), canonical(value));
        assert.equal(canonical(JSON.parse(canonical(value))), canonical(value));
      }),
    );
  });
});
