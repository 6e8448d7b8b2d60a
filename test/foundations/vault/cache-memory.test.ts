import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { joined } from '../../../src/foundations/vault/derivation.ts';
import type { Keyring } from '../../../src/foundations/vault/keyring.ts';
import { newMasterKey, parseMasterKey, wrap } from '../../../src/foundations/vault/master-key.ts';
import { openVault, subjectScope, type VaultCache } from '../../../src/foundations/vault/vault.ts';

const MEGABYTE = 1_048_576;
const PERSONS = 4_000;

describe('The cache of unwrapped keys', () => {
  const master = parseMasterKey(newMasterKey());
  /** A key for everybody who is asked for, kept nowhere: what grows is the cache. */
  const keyring = {
    claim: async (check: string) => check,
    find: async (tenantId: string, scope: string) => {
      const keyId = randomBytes(16).toString('hex');
      const wrapped = wrap(master, joined([tenantId, scope, '1', keyId]), randomBytes(64));
      return [{ tenantId, scope, number: 1, keyId, wrapped, epoch: 0, pending: false }];
    },
    close: async () => undefined,
  } as Partial<Keyring> as Keyring;

  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  /**
   * Bytes of the heap that so many more persons take, after as many as fill whatever is bounded. Outside of it a key
   * takes four times as much; that cannot be told from what the process has got and not given back.
   */
  async function growth(cache: VaultCache): Promise<number> {
    const vault = await openVault(keyring, master, cache);
    let persons = 0;
    const seeMany = async (many: number) => {
      for (let n = 0; n < many; n += 1) {
        persons += 1;
        const id = `person-${persons}`;
        (await vault.commitment('north', id)).subjectOf('entry');
        (await vault.existingKey('north', subjectScope(id)))?.seal(
          { tenant: 'north', table: 'visits', column: 'address_sealed', row: id },
          '203.0.113.7',
        );
      }
      collect();
    };
    await seeMany(PERSONS / 2);
    const before = process.memoryUsage().heapUsed;
    await seeMany(PERSONS);
    const grown = process.memoryUsage().heapUsed - before;
    await vault.close();
    return grown;
  }

  it('levels: however many persons come by, it takes what it may and no more', async () => {
    // First what the engine learns by it.
    await growth({ cachedKeys: 100 });
    const small = await growth({ cachedKeys: 100 });
    assert.ok(small < MEGABYTE / 2, `with a hundred keys it grew by ${Math.round(small / 1024)} KiB`);
    const large = await growth({ cachedKeys: 10 * PERSONS });
    assert.ok(large > MEGABYTE, `with room for all it grew by ${Math.round(large / 1024)} KiB only`);
  }).timeout(120_000);

  it('keeps nothing that it trusts no longer', async () => {
    const asked: string[] = [];
    const watched: Keyring = {
      ...keyring,
      find: (tenantId, scope) => {
        asked.push(scope);
        return keyring.find(tenantId, scope);
      },
    };
    const vault = await openVault(watched, master, { cacheLife: 20 });
    const held = new WeakRef((await vault.existingKey('north', 'scope')) as object);
    await new Promise((next) => setTimeout(next, 60));
    collect();
    assert.equal(held.deref(), undefined);
    await vault.existingKey('north', 'scope');
    assert.equal(asked.filter((scope) => scope === 'scope').length, 2);
    await vault.close();
  });
});
