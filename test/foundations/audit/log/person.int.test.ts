import assert from 'node:assert/strict';
import { openCheckpoint } from '../../../../src/foundations/audit/log/checkpoint.ts';
import { leafHash, nodeHash, rootOf } from '../../../../src/foundations/audit/log/merkle.ts';
import { parseVerifierKey } from '../../../../src/foundations/audit/log/note.ts';
import { decodeBundle } from '../../../../src/foundations/audit/log/tile.ts';
import { subjectScope } from '../../../../src/foundations/vault/vault.ts';
import { liveThrough, pseudonymsOf, type Traces } from '../../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

interface Entry {
  id: string;
  action: string;
  subject?: string;
}

onBothEngines('What the public log says of a person', (ground) => {
  let app: TestApp;
  let left: Traces;
  let secrets: Record<string, string>;
  let commitments: string[];

  before(async () => {
    app = await openApp(ground());
    left = await liveThrough(app, 'ada');
    const receipts = await ground().store.read((q) => q.select().from(q.tables.consentEvents));
    const mine = await pseudonymsOf(ground().vault, left);
    commitments = await Promise.all(mine.map((subjectId) => ground().vault.commitment('north', subjectId)));
    secrets = {
      ...left,
      ...Object.fromEntries(mine.map((subjectId, n) => [`pseudonym ${n}`, subjectId])),
      ...Object.fromEntries(receipts.map(({ eventId }, n) => [`receipt ${n}`, eventId])),
    };
  });
  after(() => app.close());

  async function log() {
    app.time.now = new Date(app.time.now.getTime() + 2000);
    await app.services.merkleLog.advance(() => app.time.now);
    const { merkleLog } = app.services;
    const { size, root } = openCheckpoint(
      await merkleLog.checkpoint('north'),
      parseVerifierKey(await merkleLog.key('north')),
    );
    const bundle = await merkleLog.tile('north', { level: 'entries', index: 0, width: size });
    const leaves = decodeBundle(bundle);
    const subtree = (level: number, index: number): Buffer =>
      level === 0
        ? leafHash(leaves[index] as Buffer)
        : nodeHash(subtree(level - 1, index * 2), subtree(level - 1, index * 2 + 1));
    assert.deepEqual(await rootOf(size, subtree), root);
    return { size, bundle, entries: leaves.map((leaf) => JSON.parse(leaf.toString('utf8')) as Entry) };
  }

  it('is that something was done, for somebody: no value, no pseudonym, no receipt’s id', async () => {
    const { bundle, entries } = await log();
    for (const [what, secret] of Object.entries(secrets)) assert.ok(!bundle.includes(secret), what);
    assert.deepEqual(
      commitments.map((commitment) => entries.filter(({ subject }) => subject === commitment).length),
      [7, 2],
      'the entries of account and visitor are there',
    );
  });

  it('still proves after they were erased, but nobody can tell any more whose entries they were', async () => {
    const before = await log();
    await app.as('dpo').post(`/v1/subjects/${left.account}/erasure`).expect(200);
    const after = await log();
    assert.deepEqual(after.entries.slice(0, before.size), before.entries, 'not one entry was touched');
    for (const [what, secret] of Object.entries(secrets)) assert.ok(!after.bundle.includes(secret), what);
    for (const subjectId of await pseudonymsOf(ground().vault, left)) {
      assert.equal(await ground().vault.existingKey('north', subjectScope(subjectId)), undefined);
      // The same person, coming back, gets another name in the log.
      assert.ok(!commitments.includes(await ground().vault.commitment('north', subjectId)));
    }
  });
});
