import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAudit } from '../../../../src/foundations/audit/audit.ts';
import { openCheckpoint } from '../../../../src/foundations/audit/log/checkpoint.ts';
import { LEAF_FORMATS, leafOf } from '../../../../src/foundations/audit/log/leaf.ts';
import { parseVerifierKey } from '../../../../src/foundations/audit/log/note.ts';
import { createMerkleLog } from '../../../../src/foundations/audit/log/service.ts';
import { decodeBundle } from '../../../../src/foundations/audit/log/tile.ts';
import { Problem } from '../../../../src/foundations/contract/problem.ts';
import { openStore } from '../../../../src/foundations/store/open.ts';
import type { Store } from '../../../../src/foundations/store/store.ts';
import { openSqliteKeyring } from '../../../../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../../../../src/foundations/vault/master-key.ts';
import { openVault, type Vault } from '../../../../src/foundations/vault/vault.ts';
import { testContext } from '../../../support/context.ts';

const TENANT = 'north';

describe('A log never has two histories', () => {
  let folder: string;
  let store: Store;
  let vault: Vault;
  const audit = createAudit({ of: () => ({ current: () => ({ hash: 'hash' }) }) });
  const time = { now: new Date('2026-03-01T12:00:00Z') };
  const clock = () => new Date(time.now);
  const context = { ...testContext(), clock };
  const file = (name: string) => join(folder, name);

  const open = async () => {
    store = await openStore(file('lethe.db'));
    return createMerkleLog({ store, audit, vault, publicUrl: 'https://privacy.example' });
  };
  const add = (count: number) =>
    store.write(async (tx) => {
      for (let n = 0; n < count; n += 1) await audit.add(tx, context, { action: 'test.done' });
    });
  const advance = async (log: Awaited<ReturnType<typeof open>>) => {
    time.now = new Date(time.now.getTime() + 2000);
    await log.advance(clock, async () => [TENANT]);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-histories-'));
    vault = await openVault(openSqliteKeyring(file('keyring.db')), parseMasterKey(newMasterKey()));
    const log = await open();
    await add(300);
    await advance(log);
    await store.close();
    copyFileSync(file('lethe.db'), file('backup.db'));
  });
  afterEach(async () => {
    await store.close();
    await vault.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Goes on after the backup, then puts the backup back. */
  async function restoreAfter(more: number) {
    const log = await open();
    await add(more);
    await advance(log);
    const published = await log.checkpoint(TENANT);
    await store.close();
    copyFileSync(file('backup.db'), file('lethe.db'));
    return { log: await open(), published };
  }

  it('signs on after an ordinary restart', async () => {
    const log = await open();
    await add(5);
    await advance(log);
    assert.equal((await log.checkpoint(TENANT)).split('\n')[1], '305');
    assert.equal(log.refusalOf(TENANT), undefined);
  });

  it('signs nothing on a database older than what it published, from the start on and before a word is written (REQ-F02)', async () => {
    const { log } = await restoreAfter(10);
    await advance(log);
    assert.equal(log.refusalOf(TENANT), 'behind');
    assert.deepEqual((await log.lag(clock())).refusals, ['behind']);
    await add(3);
    await advance(log);
    assert.equal((await log.checkpoint(TENANT)).split('\n')[1], '300', 'the old checkpoint stays');
    assert.equal(log.refusalOf(TENANT), 'behind');
  });

  it('signs nothing when the old database has outgrown what was published with other entries', async () => {
    const { log } = await restoreAfter(10);
    await add(50);
    await advance(log);
    assert.equal(log.refusalOf(TENANT), 'forked');
    assert.equal((await log.checkpoint(TENANT)).split('\n')[1], '300');
  });

  it('notices an empty database in the place of the real one', async () => {
    rmSync(file('lethe.db'));
    const log = await open();
    await advance(log);
    assert.equal(log.refusalOf(TENANT), 'behind');
  });

  it('goes on only openly: under a new name and key, with an entry that says where the old one was left', async () => {
    const { log, published } = await restoreAfter(10);
    await advance(log);
    const oldKey = await log.key(TENANT);
    assert.equal(await log.continueUnderNewName(context), 'privacy.example/log/north~2');
    await advance(log);
    assert.equal(log.refusalOf(TENANT), undefined);
    const key = parseVerifierKey(await log.key(TENANT));
    assert.notEqual(key.keyId, parseVerifierKey(oldKey).keyId);
    assert.equal(key.name, 'privacy.example/log/north~2');
    assert.equal(openCheckpoint(await log.checkpoint(TENANT), key).size, 301);
    const [origin, size, root] = published.split('\n');
    const before = { generation: 1, origin, size: Number(size), root, leafVersion: 1, checkpoint: published };
    assert.deepEqual(await firstOf(log, 300), { generation: 2, origin: key.name, size: 300, leafVersion: 1, before });
    // The newer database of the old name is now the one that is refused.
    assert.equal((await vault.keptApart.published(TENANT))?.generation, 2);
  });

  /** What the entry at this place says: it must be the one that continues a log. */
  async function firstOf(log: Awaited<ReturnType<typeof open>>, place: number): Promise<unknown> {
    const [leaf] = await log.openedLeaves(TENANT, place, 1);
    const { action, detail } = JSON.parse(leaf?.entry ?? '{}') as { action?: string; detail?: unknown };
    assert.equal(action, 'log.continued');
    return detail;
  }

  it('names the old log in the very first entry under the new name, whatever waits', async () => {
    const { log } = await restoreAfter(10);
    await add(400);
    await advance(log);
    await add(20);
    time.now = new Date(time.now.getTime() + 5000);
    await log.continueUnderNewName(context);
    await advance(log);
    const { size } = openCheckpoint(await log.checkpoint(TENANT), parseVerifierKey(await log.key(TENANT)));
    assert.equal(size, 721);
    assert.match(JSON.stringify(await firstOf(log, 700)), /"before":\{.*"generation":1,.*"size":310\}/);
  });

  it('ends with a last checkpoint when leaves get another encoding, and the next one names it', async () => {
    const log = await open();
    await advance(log);
    const [key, last] = [parseVerifierKey(await log.key(TENANT)), await log.checkpoint(TENANT)];
    await add(7);
    const formats = new Map([
      ...LEAF_FORMATS,
      [
        2,
        (salt: Uint8Array, entry: Uint8Array | string) =>
          Buffer.concat([Buffer.from([2]), leafOf(salt, entry).subarray(1)]),
      ],
    ] as const);
    const next = () =>
      createMerkleLog({ store, audit, vault, publicUrl: 'https://privacy.example', leafVersion: 2, formats });
    const newer = await next();
    // Two instances of the newer program start at once: one log is closed once.
    await Promise.all([advance(newer), advance(await next())]);
    await advance(newer);
    const [nextKey, checkpoint] = [parseVerifierKey(await newer.key(TENANT)), await newer.checkpoint(TENANT)];
    assert.equal(nextKey.name, `${key.name}~2`);
    assert.equal(openCheckpoint(checkpoint, nextKey).size, 308);
    const [origin, size, root] = last.split('\n');
    assert.equal(size, '300');
    const before = { generation: 1, origin, size: 300, root, leafVersion: 1, checkpoint: last };
    assert.deepEqual(await firstOf(newer, 300), {
      generation: 2,
      origin: nextKey.name,
      size: 300,
      leafVersion: 2,
      before,
    });
    assert.equal(openCheckpoint(last, key).size, 300, 'whoever followed the old one has its end');
    const leaves = decodeBundle(await newer.tile(TENANT, { level: 'entries', index: 1, width: 52 }));
    assert.deepEqual(
      leaves.map(([version]) => version),
      [...Array(44).fill(1), ...Array(8).fill(2)],
      'old leaves are what they were',
    );
    // Once is enough, and an older program beside it adds nothing and takes nothing back.
    await advance(await next());
    await add(3);
    await advance(log);
    assert.equal((await newer.checkpoint(TENANT)).split('\n')[1], '308');
    assert.equal((await newer.key(TENANT)).split('+')[0], nextKey.name);
    await advance(newer);
    assert.equal((await newer.checkpoint(TENANT)).split('\n')[1], '311');
  });

  it('does not go on under a new name while it is whole', async () => {
    const log = await open();
    await advance(log);
    await assert.rejects(
      log.continueUnderNewName(context),
      (error) => error instanceof Problem && error.type === 'conflict',
    );
  });
});
