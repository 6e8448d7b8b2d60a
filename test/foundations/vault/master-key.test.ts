import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkValue,
  MasterKeyError,
  masterKeyFromFile,
  newMasterKey,
  parseMasterKey,
  writeMasterKeyFile,
} from '../../../src/foundations/vault/master-key.ts';

describe('The master key', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-master-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is made on first start, in a file only its owner can read, and read again afterwards', () => {
    const file = join(folder, 'first', 'master.key');
    const first = masterKeyFromFile(file);
    assert.equal(first.created, true);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, 'first')).mode & 0o077, 0);
    const second = masterKeyFromFile(file);
    assert.equal(second.created, false);
    assert.ok(second.key.equals(first.key));
  });

  for (const mode of [0o644, 0o640, 0o604, 0o660])
    it(`is refused when its file has mode ${mode.toString(8)}`, () => {
      const file = join(folder, `mode-${mode}`);
      writeMasterKeyFile(file, newMasterKey());
      chmodSync(file, mode);
      assert.throws(() => masterKeyFromFile(file), MasterKeyError);
    });

  it('replaces its file whole or not at all', () => {
    const file = join(folder, 'replaced');
    writeMasterKeyFile(file, 'old');
    writeFileSync(`${file}.${process.pid}.new`, 'half of a crashed wri', { mode: 0o644 });
    const next = newMasterKey();
    writeMasterKeyFile(file, next);
    assert.equal(readFileSync(file, 'utf8').trim(), next);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(existsSync(`${file}.${process.pid}.new`), false);
  });

  it('is 32 bytes in base64 or hex, and nothing else', () => {
    const bytes = Buffer.alloc(32, 7);
    assert.ok(parseMasterKey(bytes.toString('hex')).equals(parseMasterKey(` ${bytes.toString('base64')}\n`)));
    for (const text of ['', 'short', bytes.subarray(1).toString('base64'), `${bytes.toString('hex')}00`])
      assert.throws(() => parseMasterKey(text), MasterKeyError);
  });

  it('has a check value that tells keys apart and gives nothing away', () => {
    const [one, two] = [newMasterKey(), newMasterKey()];
    assert.equal(checkValue(parseMasterKey(one)), checkValue(parseMasterKey(one)));
    assert.notEqual(checkValue(parseMasterKey(one)), checkValue(parseMasterKey(two)));
    assert.ok(!checkValue(parseMasterKey(one)).includes(Buffer.from(one, 'base64').toString('hex')));
  });
});
