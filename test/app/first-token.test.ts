import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announceFirstToken, firstTokenFile, forgetFirstToken } from '../../src/app/first-token.ts';

describe('The first administrator’s token', () => {
  let dataFolder: string;
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'lethe-first-'));
  });
  afterEach(() => rmSync(dataFolder, { recursive: true }));
  const announce = (terminal: boolean) => {
    const said: string[] = [];
    const file = announceFirstToken('lethe_admin_secret', {
      dataFolder,
      terminal,
      say: (text) => void said.push(text),
    });
    return { file, said: said.join('\n') };
  };

  it('is shown on a terminal, and then is nowhere else', () => {
    const { file, said } = announce(true);
    assert.match(said, /lethe_admin_secret/);
    assert.equal(file, undefined);
    assert.ok(!existsSync(firstTokenFile(dataFolder)));
  });

  it('is said nowhere without one, where whatever is said is kept: it lies in a file of its owner’s alone', () => {
    // What a crashed start has left behind may have another mode.
    writeFileSync(firstTokenFile(dataFolder), 'old', { mode: 0o644 });
    const { file, said } = announce(false);
    assert.equal(file, firstTokenFile(dataFolder));
    assert.doesNotMatch(said, /lethe_admin_secret/);
    assert.ok(said.includes(firstTokenFile(dataFolder)));
    assert.equal(statSync(firstTokenFile(dataFolder)).mode & 0o777, 0o600);
    assert.equal(readFileSync(firstTokenFile(dataFolder), 'utf8'), 'lethe_admin_secret\n');
    forgetFirstToken(dataFolder);
    forgetFirstToken(dataFolder);
    assert.ok(!existsSync(firstTokenFile(dataFolder)));
  });
});
