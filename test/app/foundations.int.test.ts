import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../src/app/config.ts';
import { masterKeyFile, nextMasterKeyFile, openFoundations } from '../../src/app/foundations.ts';
import { newMasterKey, parseMasterKey, writeMasterKeyFile } from '../../src/foundations/vault/master-key.ts';

const place = { tenant: 'north', table: 'profiles', column: 'name_sealed', row: '1' };

describe('The foundations', () => {
  let folder: string;
  let config: Config;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-foundations-'));
    config = readConfig({ LETHE_DATA: folder });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('complete a change of the master key that was cut off after the keys were wrapped', async () => {
    const first = await openFoundations(config);
    const sealed = (await first.vault.key('north', 'scope')).seal(place, 'Ada');
    const next = newMasterKey();
    writeMasterKeyFile(nextMasterKeyFile(config), next);
    await first.vault.rotateMasterKey(parseMasterKey(next));
    await first.close();

    const second = await openFoundations(config);
    assert.equal((await second.vault.existingKey('north', 'scope'))?.open(place, sealed), 'Ada');
    await second.close();
    assert.equal(readFileSync(masterKeyFile(config), 'utf8').trim(), next);
    assert.ok(!existsSync(nextMasterKeyFile(config)));
  });

  it('go on with the old master key when the change was cut off before the keys were wrapped', async () => {
    const first = await openFoundations(config);
    const sealed = (await first.vault.key('north', 'scope')).seal(place, 'Ada');
    await first.close();
    writeMasterKeyFile(nextMasterKeyFile(config), newMasterKey());

    const second = await openFoundations(config);
    assert.equal((await second.vault.existingKey('north', 'scope'))?.open(place, sealed), 'Ada');
    await second.close();
  });

  it('touch no database when a policy is wrong', async () => {
    await assert.rejects(openFoundations({ ...config, policies: folder }), { name: 'PolicyError' });
    assert.ok(!existsSync(config.database));
    assert.ok(!existsSync(masterKeyFile(config)));
  });
});
