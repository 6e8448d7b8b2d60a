import assert from 'node:assert/strict';
import { openCheckpoint } from '../../../../src/foundations/audit/log/checkpoint.ts';
import { LEAF_BYTES, leafOf } from '../../../../src/foundations/audit/log/leaf.ts';
import { leafHash, nodeHash, rootOf } from '../../../../src/foundations/audit/log/merkle.ts';
import { parseVerifierKey } from '../../../../src/foundations/audit/log/note.ts';
import { decodeBundle, HASH_BYTES, tilePath } from '../../../../src/foundations/audit/log/tile.ts';
import { parseOpenings } from '../../../../src/foundations/audit/verify/openings.ts';
import { type Commitment, subjectScope } from '../../../../src/foundations/vault/vault.ts';
import { liveThrough, pseudonymsOf, type Traces } from '../../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

interface Entry {
  id: string;
  action: string;
  subject?: string;
  detail: Record<string, unknown>;
}

onBothEngines('What somebody without a token reads of a person in the public log (REQ-F01)', (ground) => {
  let app: TestApp;
  let ada: Traces;
  let bea: Traces;
  /** Whatever would tell of them: what they are known by, what was done, and every id of it. */
  let secrets: Map<string, string>;
  let commitments: Commitment[];

  before(async () => {
    app = await openApp(ground());
    ada = await liveThrough(app, 'ada');
    bea = await liveThrough(app, 'bea');
    // Somebody looks at one of them.
    await app.as('dpo').get(`/v1/subjects/account:${ada.account}/report`).expect(200);
    await advance();
    const mine = (await Promise.all([ada, bea].map((one) => pseudonymsOf(ground().vault, one)))).flat();
    commitments = await Promise.all(mine.map((subjectId) => ground().vault.commitment('north', subjectId)));
    const receipts = await ground().store.read((q) => q.select().from(q.tables.consentEvents));
    secrets = new Map([
      ...Object.entries({ ...ada }).map(([what, value]) => [`${what} of Ada`, value] as const),
      ...Object.entries({ ...bea }).map(([what, value]) => [`${what} of Bea`, value] as const),
      ...mine.map((subjectId, n) => [`pseudonym ${n}`, subjectId] as const),
      ...receipts.map(({ eventId }, n) => [`receipt ${n}`, eventId] as const),
    ]);
  });
  after(() => app.close());

  async function advance() {
    app.time.now = new Date(app.time.now.getTime() + 2000);
    await app.services.merkleLog.advance(() => app.time.now);
  }

  const stored = () => ground().store.read((q) => q.select().from(q.tables.auditEntries));

  /** Everything that is public, as bytes, and the leaves in it. */
  async function published() {
    await advance();
    const got = async (path: string) => {
      const { body } = await app.as('nobody').get(`/log/north/${path}`).buffer(true).parse(raw).expect(200);
      return body as Buffer;
    };
    const [checkpoint, key] = [await got('checkpoint'), await got('key')];
    const { size, root } = openCheckpoint(checkpoint.toString(), parseVerifierKey(key.toString()));
    const [tile, bundle] = [await got(tilePath(0, 0, size)), await got(tilePath('entries', 0, size))];
    const leaves = decodeBundle(bundle);
    const subtree = (level: number, index: number): Buffer =>
      level === 0
        ? leafHash(leaves[index] as Buffer)
        : nodeHash(subtree(level - 1, index * 2), subtree(level - 1, index * 2 + 1));
    assert.deepEqual(await rootOf(size, subtree), root);
    return { size, tile, leaves, bytes: Buffer.concat([checkpoint, key, tile, bundle]) };
  }

  it('is nothing: no value, no name, no pseudonym, no id, no action, no word of an entry', async () => {
    const { bytes, leaves, size } = await published();
    assert.ok(size > 30);
    assert.ok(leaves.every((leaf) => leaf.length === LEAF_BYTES && leaf[0] === 1));
    for (const [what, secret] of secrets) assert.ok(!bytes.includes(secret), what);
    for (const { entryId, subject, subjectIndex, action, actor, requestId, policyHash } of await stored())
      for (const text of [entryId, subject, subjectIndex, action, actor, requestId, policyHash])
        assert.ok(!text || !bytes.includes(text), `${action} ${text}`);
    for (const word of ['subject', 'consent', 'erasure', 'detail', 'policyHash'])
      assert.ok(!bytes.includes(word), word);
  });

  it('are leaves of which no two can be linked: not one run of bytes stands in two of them', async () => {
    const { leaves, tile, size } = await published();
    const seen = new Map<string, number>();
    for (const [n, leaf] of leaves.entries())
      for (let at = 1; at + 6 <= leaf.length; at += 1) {
        const run = leaf.toString('hex', at, at + 6);
        assert.ok(!seen.has(run), `leaves ${seen.get(run)} and ${n}`);
        seen.set(run, n);
      }
    assert.equal(
      new Set(Array.from({ length: size }, (_, n) => tile.toString('hex', n * HASH_BYTES, (n + 1) * HASH_BYTES))).size,
      size,
    );
  });

  it('are leaves that fit no guess, not even of who knows an entry to the last byte', async () => {
    const { leaves } = await published();
    const opened = await app.services.merkleLog.openedLeaves('north', 0, leaves.length);
    assert.equal(opened.length, leaves.length);
    const guesses = [Buffer.alloc(0), Buffer.alloc(32), Buffer.alloc(32, 255), ...opened.map(({ salt }) => salt)];
    for (const { index, entry, salt } of opened) {
      const leaf = leaves[index] as Buffer;
      assert.ok(leafOf(salt, entry).equals(leaf), 'who has the salt opens it');
      assert.ok(!leafHash(Buffer.from(entry)).equals(leafHash(leaf)));
      for (const guess of guesses) assert.ok(guess === salt || !leafOf(guess, entry).equals(leaf));
    }
    assert.equal(new Set(opened.map(({ salt }) => salt.toString('hex'))).size, opened.length);
  });

  it('is no entry and no salt, whatever is asked: those need a token that may read the audit', async () => {
    const entry = (await stored()).find(({ tenantId }) => tenantId === 'north');
    for (const path of [
      '/v1/audit',
      '/v1/audit/export',
      '/v1/audit/leaves?from=0',
      `/v1/audit/${entry?.entryId}`,
      `/v1/audit/${entry?.entryId}/proof`,
    ]) {
      await app.as('nobody').get(path).expect(401);
      for (const role of ['portal', 'platform'] as const) {
        const { text } = await app.as(role).get(path).expect(403);
        assert.ok(!text.includes('salt'));
      }
      await app.as('auditor').get(path).expect(200);
    }
  });

  it('names one person in each entry in another way, also to who reads the entries', async () => {
    const entries = await entriesOfAuditor();
    const mine = entries.filter(({ id, subject }) => commitments.some((one) => one.subjectOf(id) === subject));
    assert.ok(mine.length > 15, String(mine.length));
    const subjects = entries.flatMap(({ subject }) => subject ?? []);
    assert.equal(new Set(subjects).size, subjects.length);
  });

  it('is found by domain alone: entries of two domains have no index in common', async () => {
    const domains = new Map<string, string>();
    for (const { action, subjectIndex } of await stored()) {
      if (subjectIndex === null) continue;
      const domain = action.split('.', 1)[0] as string;
      assert.equal(domains.get(subjectIndex) ?? domain, domain);
      domains.set(subjectIndex, domain);
    }
    assert.ok(new Set(domains.values()).size > 3);
  });

  it('is found by who may search, and no more once they were erased; the log still proves, and an auditor still opens every leaf', async () => {
    const before = await published();
    const search = async () => {
      const found = await app
        .as('auditor')
        .post('/v1/audit/search')
        .send({ subject: `account:${ada.account}`, limit: 200 })
        .expect(200);
      return (found.body as { items: { action: string }[] }).items;
    };
    const found = (await search()).map(({ action }) => action);
    for (const action of ['profile.created', 'subject.linked', 'personal-data.read', 'report.generated'])
      assert.ok(found.includes(action), action);
    const indexes = (await stored()).filter(({ subjectIndex }) => subjectIndex !== null).length;

    await app.as('dpo').post(`/v1/subjects/${ada.account}/erasure`).expect(200);
    const after = await published();
    assert.deepEqual(after.leaves.slice(0, before.size), before.leaves, 'not one leaf was touched');
    for (const [what, secret] of secrets) assert.ok(!after.bytes.includes(secret), what);
    assert.deepEqual(await search(), []);
    const left = (await stored()).filter(({ subjectIndex }) => subjectIndex !== null);
    assert.ok(left.length < indexes);
    const theirs = commitments
      .slice(0, 2)
      .flatMap((one) =>
        left.filter(({ action, subjectIndex }) => one.indexFor(action.split('.', 1)[0] as string) === subjectIndex),
      );
    assert.deepEqual(theirs, [], 'not one entry is joined with another any more');
    const opened = await entriesOfAuditor();
    assert.ok(opened.length >= after.size);
    const [consent] = opened.filter(({ id, subject }) => commitments[0]?.subjectOf(id) === subject);
    assert.ok(consent, 'who has the person’s own key from before still knows their entries');
    for (const subjectId of await pseudonymsOf(ground().vault, ada)) {
      assert.equal(await ground().vault.existingKey('north', subjectScope(subjectId)), undefined);
      // The same person, coming back, gets other names in the log.
      const again = await ground().vault.commitment('north', subjectId);
      assert.ok(!opened.some(({ id, subject }) => again.subjectOf(id) === subject));
    }
  });

  /** Every leaf, opened as an auditor does it. */
  async function entriesOfAuditor(): Promise<Entry[]> {
    const { leaves } = await published();
    const { text } = await app.as('auditor').get(`/v1/audit/leaves?from=0`).expect(200);
    return parseOpenings(text, 'leaves').map(({ index, salt, entry }) => {
      assert.ok(leafOf(salt, entry).equals(leaves[index] as Buffer), `leaf ${index}`);
      return JSON.parse(entry) as Entry;
    });
  }
});

function raw(response: unknown, done: (error: Error | null, body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  const stream = response as NodeJS.ReadableStream;
  stream.on('data', (piece: Buffer) => pieces.push(Buffer.from(piece)));
  stream.on('end', () => done(null, Buffer.concat(pieces)));
}
