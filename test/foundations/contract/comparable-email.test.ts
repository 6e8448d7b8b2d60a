import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { addressSpellings, addressText, comparableEmail } from '../../../src/foundations/contract/comparable-email.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

/** What a database makes of an address it keeps: nothing around it, A to Z in lower case, everything else as it is. */
const folded = (kept: string) => kept.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
const same = (one: string, other: string) => comparableEmail(one) === comparableEmail(other);

describe('An address as it is compared', () => {
  const local = fc.string({ unit: fc.constantFrom(...'aAbBkKzZ09.-+_äÄéÉßøıſ'), minLength: 1, maxLength: 8 });
  const label = fc
    .string({ unit: fc.constantFrom(...'aAbBkKzZ09äÄéÉßøØ'), minLength: 1, maxLength: 6 })
    .map((text) => `a${text}`);
  const address = fc.tuple(local, label).map(([before, after]) => `${before}@${after}.org`);
  /** The same address, written by somebody else: other case of A to Z, accents apart, blanks around it. */
  const rewritten = (text: string, upper: boolean[], decomposed: boolean) => {
    const at = text.indexOf('@');
    const cased = [...text]
      .map((letter, n) => {
        const free = letter <= '\x7f' || (n > at && !'ßı'.includes(letter));
        return upper[n] && free ? letter.toUpperCase() : letter;
      })
      .join('');
    return ` ${addressText(cased, decomposed ? 'NFD' : 'NFC')} `;
  };

  it('is found in a database however it was written there', () => {
    fc.assert(
      fc.property(address, fc.array(fc.boolean(), { maxLength: 24 }), fc.boolean(), (text, upper, decomposed) => {
        const kept = rewritten(text, upper, decomposed);
        assert.ok(same(kept, text), `${kept} and ${text}`);
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
        if (!same(one, other)) assert.ok(!addressSpellings(one).includes(folded(other)));
      }),
    );
  });

  it('is no other by a letter that only looks, sounds or decomposes like one of ASCII', () => {
    for (const [one, other] of [
      ['\u212aim@known.example', 'kim@known.example'],
      ['kim@\u212anown.example', 'kim@known.example'],
      ['k\u0131m@known.example', 'kim@known.example'],
      ['k\u0130m@known.example', 'kim@known.example'],
      ['kim@k\u0131m.example', 'kim@kim.example'],
      ['\uff4bim@known.example', 'kim@known.example'],
      ['kim@\uff4bnown.example', 'kim@known.example'],
      ['kim@kn\u00adown.example', 'kim@known.example'],
      ['kim@known\u3002example', 'kim@known.example'],
      ['stra\u017fe@known.example', 'strase@known.example'],
      ['\u00dcber@known.example', '\u00fcber@known.example'],
      ['kim@stra\u00dfe.example', 'kim@strasse.example'],
      ['a\u037eb@known.example', 'a;b@known.example'],
      ['kim@b\u00fc.example/x', 'kim@b\u00fc.example'],
      ['kim@b\u00fc%41.example', 'kim@b\u00fca.example'],
      ['kim@127.1', 'kim@127.0.0.1'],
    ] as const)
      assert.ok(!same(one, other), `${one} and ${other}`);
  });

  it('is the same by case of A to Z, by accents apart, and by the A-label of its domain', () => {
    for (const [one, other] of [
      ['KIM@Known.Example', 'kim@known.example'],
      [' kim@known.example ', 'kim@known.example'],
      ['u\u0308ber@known.example', '\u00fcber@known.example'],
      ['kim@B\u00dcCHER.example', 'kim@b\u00fccher.example'],
      ['kim@xn--bcher-kva.example', 'kim@b\u00fccher.example'],
      ['kim@XN--BCHER-KVA.example', 'kim@bu\u0308cher.example'],
    ] as const)
      assert.ok(same(one, other), `${one} and ${other}`);
  });

  it('of any two letters is the same only for A to Z in both cases, or where Unicode has two ways to write one', () => {
    const letter = fc.integer({ min: 0x21, max: 0x2ffff }).map((point) => String.fromCodePoint(point));
    const plain = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-.');
    fc.assert(
      fc.property(letter, plain, (strange, known) => {
        fc.pre(strange > '\x7f' && strange.trim() !== '');
        assert.ok(!same(`x${strange}x@known.example`, `x${known}x@known.example`));
        assert.ok(!same(`kim@x${strange}x.example`, `kim@x${known}x.example`));
        assert.equal(
          comparableEmail(comparableEmail(`${strange}@x${strange}x.org`)),
          comparableEmail(`${strange}@x${strange}x.org`),
        );
      }),
      { numRuns: 2_000 },
    );
    // Each of the two planes that people write in, once, against every letter of ASCII at a time.
    for (let point = 0x80; point <= 0xffff; point += 1) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const strange = String.fromCodePoint(point);
      if (strange.trim() === '') continue;
      assert.match(comparableEmail(`x${strange}x@known.example`), /[^\0-\x7f]/, point.toString(16));
    }
  });

  it('is folded here and nowhere else in the code', () => {
    const files = readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('comparable-email.ts'),
    );
    const folding = files.flatMap((file) =>
      readFileSync(join(packageRoot, 'src', file), 'utf8')
        .split('\n')
        .filter((line) => /(mail|address)\w*(\)|\.\w+\([^)]*\))*\.to(Locale)?(Lower|Upper)Case\(/i.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    assert.deepEqual(folding, []);
  });
});
