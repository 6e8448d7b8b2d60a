import assert from 'node:assert/strict';
import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { UnwrappedKey } from '../../../src/foundations/vault/data-key.ts';
import { derived, infoOf, joined, type Label } from '../../../src/foundations/vault/derivation.ts';

const LABELS: Label[] = [
  'wrap',
  'check',
  'seal',
  'index',
  'opening',
  'signing',
  'pseudonyms',
  'webhook',
  'follow',
  'agentToken',
  'due',
];
/** What tries hardest to look like the seam between two parts. */
const part = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  fc.stringMatching(/^[0-9:\0a]{0,6}$/),
  fc.constantFrom('', '\0', '0:', '1:a', '2:a\0', 'a\0b', ...LABELS),
);
const use = fc.record({ label: fc.constantFrom(...LABELS), parts: fc.array(part, { maxLength: 4 }) });

describe('What is derived from a data key', () => {
  it('has an input of its own: no two labels with their parts give the same bytes', () => {
    fc.assert(
      fc.property(use, use, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        assert.equal(infoOf(one.label, one.parts).equals(infoOf(other.label, other.parts)), same);
      }),
      { numRuns: 2_000 },
    );
  });

  it('cannot be given for something else by whoever chooses what stands in a part', () => {
    assert.notEqual(joined(['a\0b', 'c']), joined(['a', 'b\0c']));
    const key = new UnwrappedKey('s', [{ number: 1, keyId: '', pending: false, dataKey: randomBytes(64) }]);
    assert.notEqual(key.index('email\0x', 'y'), key.index('email', 'x\0y'));
    assert.notDeepEqual(key.derive('webhook', 'a', 'b'), key.derive('webhook', 'a\0b'));
    assert.notDeepEqual(key.derive('webhook', 'a', ''), key.derive('webhook', '', 'a'));
    fc.assert(
      fc.property(part, part, part, part, (purpose, value, otherPurpose, otherValue) => {
        const same = purpose === otherPurpose && value === otherValue;
        assert.equal(key.index(purpose, value) === key.index(otherPurpose, otherValue), same);
      }),
    );
  });

  it('is the second half of HKDF with SHA-256, the label first (RFC 5869 §2.3)', () => {
    const material = Buffer.alloc(32, 7);
    const info = Buffer.from('7:lethe 27:webhook5:party1:1');
    // The first half, with no salt, makes a root as ours is from the start.
    const root = createHmac('sha256', Buffer.alloc(32)).update(material).digest();
    assert.deepEqual(
      derived(createSecretKey(root), 'webhook', 'party', '1'),
      Buffer.from(hkdfSync('sha256', material, '', info, 32)),
    );
    const bare = Buffer.from(hkdfSync('sha256', material, '', Buffer.from('7:lethe 24:seal'), 32));
    for (const again of [1, 2]) assert.deepEqual(derived(createSecretKey(root), 'seal'), bare, String(again));
  });
});
