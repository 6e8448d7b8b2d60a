import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressSpellings, comparableEmail } from '../../../src/foundations/contract/comparable-email.ts';

/** What a database makes of an address it keeps: nothing around it, A to Z in lower case, everything else as it is. */
const folded = (kept: string) => kept.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

describe('An address as it is compared', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'aAbBzZ09.-+äÄéÉßøØ'), minLength: 1, maxLength: 8 });
  const address = fc.tuple(letters, letters).map(([local, domain]) => `${local}@${domain}.org`);
  /** The same address, written by somebody else. */
  const rewritten = (text: string, upper: boolean[], decomposed: boolean) => {
    const cased = [...text].map((letter, at) => (upper[at] && letter !== 'ß' ? letter.toUpperCase() : letter)).join('');
    return ` ${cased.normalize(decomposed ? 'NFD' : 'NFC')} `;
  };

  it('is found in a database however it was written there', () => {
    fc.assert(
      fc.property(address, fc.array(fc.boolean(), { maxLength: 24 }), fc.boolean(), (text, upper, decomposed) => {
        const kept = rewritten(text, upper, decomposed);
        fc.pre([...text].filter((letter) => letter > '\x7f').length <= 6);
        assert.equal(comparableEmail(kept), comparableEmail(text));
        assert.ok(addressSpellings(text).includes(folded(kept)), kept);
      }),
    );
  });

  it('is one whether a letter and its accent have a form together or not', () => {
    for (const [small, capital] of [
      ['\u01f0', 'J\u030c'],
      ['\u1e96', 'H\u0331'],
    ])
      assert.equal(comparableEmail(`${capital}@example.org`), comparableEmail(`${small}@example.org`));
  });

  it('is nobody else’s', () => {
    fc.assert(
      fc.property(address, address, (one, other) => {
        if (comparableEmail(one) !== comparableEmail(other)) assert.ok(!addressSpellings(one).includes(folded(other)));
      }),
    );
  });
});
