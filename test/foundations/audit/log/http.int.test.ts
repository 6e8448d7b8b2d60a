import assert from 'node:assert/strict';
import { openCheckpoint } from '../../../../src/foundations/audit/log/checkpoint.ts';
import { decodeOpening, leafOf } from '../../../../src/foundations/audit/log/leaf.ts';
import { leafHash, nodeHash, rootOf, verifyInclusion } from '../../../../src/foundations/audit/log/merkle.ts';
import { parseVerifierKey } from '../../../../src/foundations/audit/log/note.ts';
import { parseProof } from '../../../../src/foundations/audit/log/proof-file.ts';
import { decodeBundle, tilePath } from '../../../../src/foundations/audit/log/tile.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

const binary = (response: NodeJS.ReadableStream, done: (error: Error | null, body: Buffer) => void) => {
  const pieces: Buffer[] = [];
  response.on('data', (piece: Buffer) => pieces.push(piece));
  response.on('end', () => done(null, Buffer.concat(pieces)));
};

onBothEngines('The log over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
    const platform = app.as('platform');
    for (let n = 0; n < 30; n += 1)
      await platform
        .put(`/v1/subjects/person-${n}`)
        .send({ name: `Name ${n}`, email: `n${n}@example.org` })
        .expect(201);
    await app.services.merkleLog.advance(() => app.time.now);
  });
  after(() => app.close());

  const get = (path: string) => app.as('nobody').get(path);
  const tile = async (path: string) =>
    (
      await get(`/log/north/${path}`)
        .buffer(true)
        .parse(binary as never)
        .expect(200)
    ).body as Buffer;

  it('can be checked by anybody, without credentials, from its files alone (REQ-F02)', async () => {
    const { text: key, headers } = await get('/log/north/key').expect(200);
    assert.match(headers['content-type'] as string, /^text\/plain; charset=utf-8$/);
    const { text, headers: about } = await get('/log/north/checkpoint').expect(200);
    assert.equal(about['content-type'], 'text/plain; charset=utf-8');
    assert.equal(about['cache-control'], 'public, max-age=1');
    const { size, root } = openCheckpoint(text, parseVerifierKey(key));
    const entries = decodeBundle(await tile(tilePath('entries', 0, size)));
    const hashes = await tile(tilePath(0, 0, size));
    assert.deepEqual(hashes, Buffer.concat(entries.map(leafHash)));
    const subtree = (level: number, index: number): Buffer =>
      level === 0
        ? leafHash(entries[index] as Buffer)
        : nodeHash(subtree(level - 1, index * 2), subtree(level - 1, index * 2 + 1));
    assert.deepEqual(await rootOf(size, subtree), root);
  });

  it('says of tiles that they never change, and of what they are made', async () => {
    const { headers } = await get('/log/north/tile/0/000.p/5').expect(200);
    assert.equal(headers['content-type'], 'application/octet-stream');
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal((await tile('tile/0/000.p/5')).length, 5 * 32);
  });

  for (const path of [
    'tile/0/001',
    'tile/0/000',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/255',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/x000',
    'tile/1/000.p/1',
    'tile/63/000.p/1',
    'tile/00/000.p/1',
    'tile/entries/000',
    'tile/entries/x999/x999/x999/x999/999',
    'tile/entries/x999/x999/x999/x999/999.p/1',
    'tile/entries/000.p/1/1',
  ])
    it(`has nothing at ${path}, and says so`, async () => {
      const { status } = await get(`/log/north/${path}`);
      assert.ok(status === 404 || status === 400, String(status));
    });

  it('has nothing for tenants that are not there', async () => {
    for (const path of ['checkpoint', 'key', 'tile/0/000.p/1']) await get(`/log/nowhere/${path}`).expect(404);
  });

  it('gives the proof of one entry as a file (REQ-F03)', async () => {
    const { body } = await app.as('auditor').get('/v1/audit?limit=1').expect(200);
    const { entryId } = body.items[0];
    const answer = await app.as('auditor').get(`/v1/audit/${entryId}/proof`).expect(200);
    assert.equal(answer.headers['content-disposition'], `attachment; filename="${entryId}.tlog-proof"`);
    const { extra, index, path, checkpoint } = parseProof(answer.text);
    const key = parseVerifierKey((await get('/log/north/key')).text);
    const { size, root } = openCheckpoint(checkpoint, key);
    const leaf = decodeBundle(await tile(tilePath('entries', 0, size)))[index] as Buffer;
    const { salt, entry } = decodeOpening(extra ?? Buffer.alloc(0)) ?? assert.fail();
    assert.deepEqual(leafOf(salt, entry), leaf);
    assert.equal(JSON.parse(entry).id, entryId);
    const shown = (await app.as('auditor').get(`/v1/audit/${entryId}`).expect(200)).body;
    assert.deepEqual([shown.index, shown.salt], [index, salt.toString('hex')]);
    assert.ok(verifyInclusion(leafHash(leaf), index, size, path, root));
  });

  it('says of an entry without a place that it has to wait, and of one that is not there that it is not', async () => {
    const since = app.time.now.toISOString();
    await app.as('platform').put('/v1/subjects/late').send({ name: 'Late' }).expect(201);
    const { body } = await app.as('auditor').get(`/v1/audit?from=${since}&action=profile.created`).expect(200);
    const { entryId } = body.items.at(-1);
    const waiting = await app.as('auditor').get(`/v1/audit/${entryId}/proof`).expect(409);
    assert.equal(waiting.headers['retry-after'], '1');
    await app.as('auditor').get(`/v1/audit/${crypto.randomUUID()}/proof`).expect(404);
  });

  it('proves that one state is the beginning of another (REQ-F04)', async () => {
    const { body } = await app.as('auditor').get('/v1/audit/consistency?from=3&to=20').expect(200);
    assert.equal(body.proof.length, 6, 'as RFC 9162 says of 3 and 20');
    await app.as('auditor').get('/v1/audit/consistency?from=0&to=20').expect(400);
    await app.as('auditor').get('/v1/audit/consistency?from=3&to=9999').expect(422);
  });
});
