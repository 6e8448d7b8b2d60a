import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  decodeOpening,
  encodeOpening,
  entryText,
  isLeaf,
  leafOf,
  salts,
} from '../../../../src/foundations/audit/log/leaf.ts';
import { leafHash } from '../../../../src/foundations/audit/log/merkle.ts';
import { encodeBundle } from '../../../../src/foundations/audit/log/tile.ts';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { subjectUnder } from '../../../../src/foundations/vault/vault.ts';

describe('A leaf of the log', () => {
  it('is, byte for byte, what docs/log-format.md says (REQ-F01)', () => {
    const page = readFileSync(join(packageRoot, 'docs/log-format.md'), 'utf8');
    const told = (name: string) => new RegExp(`^\\| ${name} \\| \`(.*)\` \\|$`, 'm').exec(page)?.[1] as string;
    const id = '0195f6a0-0000-7000-8000-000000000001';
    const entry = entryText({
      tenantId: 'main',
      entryId: id,
      recordedAt: new Date('2026-03-01T12:00:00Z'),
      actor: 'token-1',
      role: 'platform',
      action: 'consent.given',
      subject: subjectUnder(Buffer.from(told('opening'), 'hex'), id),
      subjectIndex: 'in no leaf',
      policyHash: '5e1f',
      requestId: 'r-1',
      detail: { purpose: 'usage-statistics' },
    });
    assert.equal(entry, told('entry'));
    const leaf = leafOf(Buffer.from(told('salt'), 'hex'), entry);
    assert.equal(leaf.toString('hex'), told('leaf'));
    assert.equal(leafHash(leaf).toString('hex'), told('leaf hash'));
    assert.equal(encodeBundle([leaf]).toString('hex'), told('bundle of it alone'));
  });

  it('is opened by its own entry and salt, as a proof carries them, and by no other', () => {
    const salt = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(salt, text, salt, text, (mine, entry, theirs, other) => {
        const leaf = leafOf(mine, entry);
        assert.ok(isLeaf(leaf));
        assert.deepEqual(decodeOpening(encodeOpening({ salt: mine, entry })), { version: 1, salt: mine, entry });
        if (!mine.equals(theirs)) assert.ok(!leafOf(theirs, entry).equals(leaf));
        if (entry !== other) assert.ok(!leafOf(mine, other).equals(leaf));
      }),
    );
  });

  it('is not read from what is cut off, no text, or of a version nobody knows', () => {
    const whole = encodeOpening({ salt: salts(1), entry: '{}' });
    for (const bytes of [Buffer.alloc(0), whole.subarray(0, 33), Buffer.concat([whole, Buffer.from([0xff])])])
      assert.equal(decodeOpening(bytes), undefined);
    const other = Buffer.from(whole);
    other[0] = 2;
    assert.equal(decodeOpening(other), undefined);
    assert.throws(() => leafOf(salts(1), '{}', 2), /version 2 is not known/);
    assert.equal(new Set(Array.from({ length: 500 }, () => salts(1).toString('hex'))).size, 500);
  });
});
