import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { openCheckpoint } from '../../../../src/foundations/audit/log/checkpoint.ts';
import { decodeOpening, entryText, leafOf } from '../../../../src/foundations/audit/log/leaf.ts';
import {
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../../src/foundations/audit/log/merkle.ts';
import { parseVerifierKey } from '../../../../src/foundations/audit/log/note.ts';
import { parseProof } from '../../../../src/foundations/audit/log/proof-file.ts';
import { createMerkleLog, type MerkleLog } from '../../../../src/foundations/audit/log/service.ts';
import { decodeBundle } from '../../../../src/foundations/audit/log/tile.ts';
import { Problem } from '../../../../src/foundations/contract/problem.ts';
import { openStore } from '../../../../src/foundations/store/open.ts';
import { testContext } from '../../../support/context.ts';
import { onBothEngines } from '../../../support/engines.ts';

const TENANT = 'north';
const missing = (error: unknown) => error instanceof Problem && error.type === 'not-found';

/** The tree over these hashes as RFC 9162 §2.1.1 defines it, by recursion and nothing else. */
function plainRoot(hashes: Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0] as Buffer;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(plainRoot(hashes.slice(0, k)), plainRoot(hashes.slice(k)));
}

onBothEngines('The log of a tenant', (ground, engine) => {
  const time = { now: new Date('2026-03-01T12:00:00Z') };
  const clock = () => new Date(time.now);
  const context = { ...testContext(), clock };
  let merkleLog: MerkleLog;
  before(async () => {
    merkleLog = await createMerkleLog({ ...ground(), publicUrl: 'https://privacy.example' });
  });

  const add = (count: number) =>
    ground().store.write(async (tx) => {
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1)
        ids.push(await ground().audit.add(tx, context, { action: 'test.done', detail: { n, text: 'ü' } }));
      return ids;
    });
  const advance = async (seconds = 2) => {
    time.now = new Date(time.now.getTime() + seconds * 1000);
    return merkleLog.advance(clock);
  };
  const signed = async () =>
    openCheckpoint(await merkleLog.checkpoint(TENANT), parseVerifierKey(await merkleLog.key(TENANT)));

  /** Every entry the log shows, bundle by bundle. */
  async function leaves(size: number): Promise<Buffer[]> {
    const all: Buffer[] = [];
    for (let index = 0; index * 256 < size; index += 1) {
      const width = Math.min(256, size - index * 256);
      all.push(...decodeBundle(await merkleLog.tile(TENANT, { level: 'entries', index, width })));
    }
    return all;
  }

  /** The ids of the entries that open these leaves, in order. */
  async function idsIn(size: number, leaves: readonly Buffer[]): Promise<string[]> {
    const opened = await merkleLog.openedLeaves(TENANT, 0, size);
    assert.ok(opened.every(({ index, salt, entry }) => leafOf(salt, entry).equals(leaves[index] as Buffer)));
    return opened.map(({ entry }) => JSON.parse(entry).id as string).sort();
  }

  it('is not there before its first entry', async () => {
    assert.equal(await advance(), 0);
    await assert.rejects(merkleLog.checkpoint(TENANT), missing);
    await assert.rejects(merkleLog.key(TENANT), missing);
    assert.equal(await merkleLog.proofOf(TENANT, crypto.randomUUID()), undefined);
  });

  it('holds every committed entry exactly once, and its signed root is the tree over exactly those', async () => {
    const written: string[] = [];
    // Over the edges of tiles: 1, 255, 256, 257, 511, and many batches at once.
    for (const count of [1, 254, 1, 1, 254, 1, 1500]) {
      written.push(...(await add(count)));
      assert.equal(await advance(), count);
      const { origin, size, root } = await signed();
      assert.equal(origin, 'privacy.example/log/north');
      assert.equal(size, written.length);
      const entries = await leaves(size);
      assert.deepEqual(root, plainRoot(entries.map(leafHash)));
      assert.ok(entries.every((leaf) => leaf.length === 33 && leaf[0] === 1));
      assert.deepEqual(await idsIn(size, entries), [...written].sort());
    }
  });

  it('hashes each entry as canonical JSON of what was written, and nothing else (REQ-H06)', async () => {
    const [entryId] = await add(1);
    await advance();
    const [row] = await ground().store.read((q) =>
      q.select().from(q.tables.auditEntries).where(sql`${q.tables.auditEntries.entryId} = ${entryId}`),
    );
    assert.ok(row && entryId);
    assert.equal(await merkleLog.entryAt(TENANT, entryId), entryText(row));
    assert.equal(
      entryText({
        ...row,
        entryId: '0190',
        recordedAt: new Date(0),
        subject: 'c0',
        detail: { b: 1, a: [null, 'ü'] },
      }),
      '{"action":"test.done","actor":"test-token","at":"1970-01-01T00:00:00.000Z","detail":{"a":[null,"ü"],"b":1},' +
        '"id":"0190","policyHash":"hash","requestId":"test-request","role":"platform","subject":"c0","tenant":"north","version":2}',
    );
  });

  it('proves where an entry stands, and that it only ever grew', async () => {
    const before = await signed();
    const [entryId] = await add(300);
    assert.ok(entryId);
    assert.equal(await merkleLog.proofOf(TENANT, entryId), undefined, 'no checkpoint covers it yet');
    await advance();
    const after = await signed();
    const proof = parseProof((await merkleLog.proofOf(TENANT, entryId)) ?? '');
    const opening = decodeOpening(proof.extra ?? Buffer.alloc(0));
    assert.equal(opening?.entry, await merkleLog.entryAt(TENANT, entryId));
    const leaf = leafOf(opening?.salt ?? Buffer.alloc(0), opening?.entry ?? '');
    assert.ok(verifyInclusion(leafHash(leaf), proof.index, after.size, proof.path, after.root));
    assert.ok(!verifyInclusion(leafHash(Buffer.from('{}')), proof.index, after.size, proof.path, after.root));
    const grown = (await merkleLog.consistency(TENANT, before.size, after.size)).map((hash) =>
      Buffer.from(hash, 'base64'),
    );
    assert.ok(verifyConsistency(before.size, before.root, after.size, after.root, grown));
    for (const [from, to] of [
      [after.size, before.size],
      [1, after.size + 1],
    ] as const)
      await assert.rejects(merkleLog.consistency(TENANT, from, to), (error) => error instanceof Problem);
  });

  it('is signed at most once a second, and not when there is nothing new', async () => {
    await add(1);
    await advance(2);
    const first = await signed();
    await add(1);
    await advance(0.5);
    assert.deepEqual(await signed(), first);
    await advance(0.6);
    const second = await signed();
    assert.equal(second.size, first.size + 1);
    const text = await merkleLog.checkpoint(TENANT);
    await advance(60);
    assert.equal(await merkleLog.checkpoint(TENANT), text);
  });

  it('shows no more than what is signed', async () => {
    await add(1);
    await advance();
    const { size } = await signed();
    await add(1);
    await advance(0);
    await assert.rejects(
      merkleLog.tile(TENANT, { level: 'entries', index: Math.floor(size / 256), width: (size % 256) + 1 }),
      missing,
    );
    await advance();
  });

  it('is not shown to other tenants’ names, and each tenant has a log and a key of its own', async () => {
    const south = { ...context, tenant: { ...context.tenant, id: 'south' } };
    await ground().store.write((tx) => ground().audit.add(tx, south, { action: 'test.done' }));
    await advance();
    assert.equal((await merkleLog.checkpoint('south')).split('\n')[0], 'privacy.example/log/south');
    assert.notEqual(await merkleLog.key('south'), await merkleLog.key(TENANT));
    await assert.rejects(merkleLog.checkpoint('nowhere'), missing);
  });

  it('tells how far it lags', async () => {
    assert.deepEqual(await merkleLog.lag(clock()), { pending: 0, waitedFor: 0, refusals: [] });
    await add(3);
    const later = new Date(time.now.getTime() + 20_000);
    assert.deepEqual(await merkleLog.lag(later), { pending: 3, waitedFor: 20_000, refusals: [] });
    await advance();
  });

  it('is the same when two instances sequence it at once', async () => {
    const second = await openStore(ground().location, undefined, undefined, ground().vault.pseudonyms);
    try {
      const other = await createMerkleLog({ ...ground(), store: second, publicUrl: 'https://privacy.example' });
      const ids: string[] = [];
      for (let round = 0; round < 5; round += 1) {
        ids.push(...(await add(200)));
        time.now = new Date(time.now.getTime() + 2000);
        const placed = await Promise.all([merkleLog.advance(clock), other.advance(clock), merkleLog.advance(clock)]);
        assert.equal(
          placed.reduce((sum, one) => sum + one),
          200,
        );
      }
      await advance();
      const { size, root } = await signed();
      const entries = await leaves(size);
      assert.deepEqual(root, plainRoot(entries.map(leafHash)));
      const shown = await idsIn(size, entries);
      assert.equal(new Set(shown).size, shown.length);
      assert.ok(ids.every((id) => shown.includes(id)));
    } finally {
      await second.close();
    }
  });

  for (const [what, statement] of [
    ['move an entry', 'UPDATE log_leaves SET leaf_index = leaf_index + 100000'],
    ['put other salt on an entry', 'UPDATE log_leaves SET salt = tenant_id'],
    ['take an entry out', 'DELETE FROM log_leaves'],
    ['take a tile out', 'DELETE FROM log_tiles'],
    ['shorten a tile', 'UPDATE log_tiles SET hashes = substr(hashes, 1, 32)'],
    ['move a tile', 'UPDATE log_tiles SET tile_index = tile_index + 1000'],
    ['take a cosigned head out', 'DELETE FROM log_witnessed'],
    ['change a cosigned head', "UPDATE log_witnessed SET checkpoint = 'other'"],
    ...(engine === 'sqlite'
      ? ([
          [
            'replace an entry',
            "REPLACE INTO log_leaves SELECT tenant_id, leaf_index, 'other', version, salt FROM log_leaves",
          ],
          ['replace a tile', "REPLACE INTO log_tiles SELECT tenant_id, level, tile_index, x'00' FROM log_tiles"],
          [
            'replace what an entry says',
            "REPLACE INTO audit_entries SELECT tenant_id, entry_id, recorded_at, actor, role, 'other', subject, policy_hash, request_id, detail, NULL FROM audit_entries",
          ],
        ] as const)
      : []),
  ] as [what: string, statement: string][])
    it(`cannot be told to ${what} (REQ-F06)`, async () => {
      const { size } = await signed();
      await ground().store.write(async (tx) => {
        const { logWitnessed: t } = tx.tables;
        const row = { tenantId: TENANT, generation: 1, size: 1, checkpoint: 'c', witnessedAt: clock() };
        await tx.insert(t).values(row).onConflictDoNothing();
      });
      await assert.rejects(ground().store.write((tx) => tx.run(sql.raw(statement))));
      assert.equal((await leaves(size)).length, size);
    });

  it('cannot have a hash of a tile changed, not even while the tile grows', async () => {
    const { logTiles } = ground().store.tables;
    const change = async (alter: (hashes: Buffer) => Buffer) =>
      ground().store.write(async (tx) => {
        const rows = await tx.select().from(logTiles);
        const row = rows.find(({ hashes }) => hashes.length < 8192);
        assert.ok(row);
        await tx
          .update(logTiles)
          .set({ hashes: alter(Buffer.from(row.hashes)) })
          .where(sql`tenant_id = ${row.tenantId} AND level = ${row.level} AND tile_index = ${row.tileIndex}`);
      });
    const flipped = (hashes: Buffer) => {
      hashes[0] = (hashes[0] ?? 0) ^ 1;
      return hashes;
    };
    await assert.rejects(change(flipped));
    await assert.rejects(change((hashes) => Buffer.concat([flipped(hashes), Buffer.alloc(32)])));
    const { size, root } = await signed();
    assert.deepEqual(await rootOf(size, async (level, index) => hashOf(level, index)), root);

    async function hashOf(level: number, index: number): Promise<Buffer> {
      const from = index * 2 ** level;
      return plainRoot((await leaves(size)).slice(from, from + 2 ** level).map(leafHash));
    }
  });
});
