import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSecretOpen, readSecretFile, type SecretFile } from '../../../src/foundations/process/own-files.ts';

describe('A file that holds a secret', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-own-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is not taken when others can read or change it, and says what to do', () => {
    const file = join(folder, 'secret');
    writeFileSync(file, 'open sesame\n');
    for (const mode of [0o600, 0o400, 0o700]) {
      chmodSync(file, mode);
      assert.deepEqual(readSecretFile(file), { secret: 'open sesame' }, mode.toString(8));
    }
    for (const mode of [0o640, 0o604, 0o660, 0o620, 0o444, 0o644, 0o777]) {
      chmodSync(file, mode);
      assert.deepEqual(
        readSecretFile(file),
        { fault: 'can be read by others; set its mode to 0600' },
        mode.toString(8),
      );
    }
  });

  it('is told apart from one that is empty or not there', () => {
    const file = join(folder, 'empty');
    writeFileSync(file, ' \n', { mode: 0o600 });
    assert.deepEqual(readSecretFile(file), { fault: 'is empty' });
    assert.deepEqual(readSecretFile(join(folder, 'none')), { fault: 'cannot be read' });
  });

  it('is taken as a container runtime or systemd hands it over: the superuser’s, in memory, where nobody writes', () => {
    const handedOver: SecretFile = { mode: 0o100_444, uid: 0, inMemory: true, readOnly: true };
    assert.equal(isSecretOpen(handedOver), false);
    assert.equal(isSecretOpen({ ...handedOver, mode: 0o100_440 }), false);
    const others: Partial<SecretFile>[] = [
      { uid: 1000 },
      { inMemory: false },
      { readOnly: false },
      { mode: 0o100_664 },
      { mode: 0o100_446 },
    ];
    for (const one of others) assert.equal(isSecretOpen({ ...handedOver, ...one }), true, JSON.stringify(one));
  });
});
