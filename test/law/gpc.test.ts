import assert from 'node:assert/strict';
import fc from 'fast-check';
import { globalPrivacyControl } from '../../src/law/gpc.ts';

describe('The Global Privacy Control signal (REQ-C08)', () => {
  const cases: [what: string, rawHeaders: string[], on: boolean][] = [
    ['is on for exactly 1', ['Sec-GPC', '1'], true],
    ['is on whatever the case of its name', ['sec-gpc', '1'], true],
    ['is on when one of several fields is 1', ['Sec-GPC', '0', 'Sec-GPC', '1'], true],
    ['is on when the first of several fields is 1', ['SEC-GPC', '1', 'Sec-GPC', 'x'], true],
    ['is on among other headers', ['Host', 'x', 'Sec-GPC', '1', 'Accept', '*/*'], true],
    ['is off without the field', [], false],
    ['is off for 0', ['Sec-GPC', '0'], false],
    ['is off for true', ['Sec-GPC', 'true'], false],
    ['is off with parameters', ['Sec-GPC', '1;x'], false],
    ['is off for 01', ['Sec-GPC', '01'], false],
    ['is off for an empty value', ['Sec-GPC', ''], false],
    ['is off for a list in one field', ['Sec-GPC', '0, 1'], false],
    ['is off for 1 with a blank', ['Sec-GPC', '1 '], false],
    ['is off for a 1 of another header', ['DNT', '1'], false],
    ['is off where the name stands as a value', ['Sec-GPC', 'x', 'X', 'sec-gpc', '1', '1'], false],
    ['is off for a header list cut short', ['Sec-GPC'], false],
  ];
  for (const [what, rawHeaders, on] of cases)
    it(what, () => {
      assert.equal(globalPrivacyControl(rawHeaders), on);
    });

  it('is on exactly when some field of that name is 1', () => {
    const field = fc.tuple(
      fc.constantFrom('Sec-GPC', 'sec-gpc', 'DNT', 'X'),
      fc.oneof(fc.constantFrom('1', '0'), fc.string()),
    );
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const on = fields.some(([name, value]) => name.toLowerCase() === 'sec-gpc' && value === '1');
        assert.equal(globalPrivacyControl(fields.flat()), on);
      }),
    );
  });
});
