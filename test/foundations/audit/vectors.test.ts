import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCheckpoint } from '../../../src/foundations/audit/log/checkpoint.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/foundations/audit/log/merkle.ts';
import {
  cosign,
  NoteError,
  openNote,
  parseVerifierKey,
  signNote,
  verifierKey,
} from '../../../src/foundations/audit/log/note.ts';
import { encodeProof, parseProof } from '../../../src/foundations/audit/log/proof-file.ts';
import {
  decodeBundle,
  encodeBundle,
  HASH_BYTES,
  hashesAtLevel,
  parseTilePath,
  TILE_WIDTH,
  tilePath,
  widthOf,
} from '../../../src/foundations/audit/log/tile.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

const vectors = <T>(name: string): T => JSON.parse(readFileSync(join(packageRoot, 'test/vectors', name), 'utf8')) as T;

interface GoVectors {
  roots: string[];
  inclusion: { size: number; index: number; proof: string[] }[];
  consistency: { from: number; to: number; proof: string[] }[];
  tilePaths: string[];
  seed: string;
  vkey: string;
  signedNote: string;
}

const base64 = (hashes: Buffer[]) => hashes.map((hash) => hash.toString('base64'));
const bytes = (hashes: string[]) => hashes.map((hash) => Buffer.from(hash, 'base64'));

describe('Trees, proofs and notes are those of Go’s golang.org/x/mod/sumdb, byte for byte:', () => {
  const go = vectors<GoVectors>('go-tlog.json');
  const memo = new Map<string, Buffer>();
  const hashAt = (level: number, index: number): Buffer => {
    const name = `${level}/${index}`;
    const known = memo.get(name);
    if (known) return known;
    const hash =
      level === 0
        ? leafHash(Buffer.from(String(index)))
        : nodeHash(hashAt(level - 1, index * 2), hashAt(level - 1, index * 2 + 1));
    memo.set(name, hash);
    return hash;
  };
  const root = (size: number) => Buffer.from(go.roots[size] as string, 'base64');

  it('the root of every size from 0 to 300', async () => {
    for (const [size, expected] of go.roots.entries())
      assert.equal((await rootOf(size, hashAt)).toString('base64'), expected, `size ${size}`);
  });

  it('inclusion proofs, made and checked', async () => {
    assert.ok(go.inclusion.length > 80);
    for (const { size, index, proof } of go.inclusion) {
      assert.deepEqual(base64(await inclusionProof(index, size, hashAt)), proof, `${index} in ${size}`);
      const leaf = leafHash(Buffer.from(String(index)));
      assert.ok(verifyInclusion(leaf, index, size, bytes(proof), root(size)));
      for (const wrong of [bytes(proof).slice(1), [...bytes(proof), root(1)]])
        assert.ok(
          proof.length === 0 && wrong.length === 0 ? true : !verifyInclusion(leaf, index, size, wrong, root(size)),
        );
      if (size > 1) assert.ok(!verifyInclusion(leaf, (index + 1) % size, size, bytes(proof), root(size)));
    }
  });

  it('consistency proofs, made and checked', async () => {
    assert.ok(go.consistency.length > 60);
    for (const { from, to, proof } of go.consistency) {
      assert.deepEqual(base64(await consistencyProof(from, to, hashAt)), proof, `${from} to ${to}`);
      assert.ok(verifyConsistency(from, root(from), to, root(to), bytes(proof)));
      if (from < to) {
        assert.ok(!verifyConsistency(from, root(from + 1), to, root(to), bytes(proof)));
        assert.ok(!verifyConsistency(from, root(from), to, root(to - 1), bytes(proof)));
        assert.ok(!verifyConsistency(from, root(from), to, root(to), bytes(proof).slice(1)));
      }
    }
  });

  it('paths of tiles', () => {
    const addresses = [
      [0, 0, 256],
      [0, 0, 5],
      [1, 999, 256],
      [2, 1000, 1],
      [0, 1_234_067, 8],
      [7, 1_000_000, 255],
    ] as const;
    assert.deepEqual(
      addresses.map(([level, index, width]) => tilePath(level, index, width)),
      go.tilePaths,
    );
    for (const [n, [level, index, width]] of addresses.entries())
      assert.deepEqual(parseTilePath(go.tilePaths[n] as string), { level, index, width });
  });

  it('the key, the signature and the whole signed note', () => {
    const pkcs8 = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from(go.seed, 'base64').subarray(0, 32),
    ]);
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const name = 'privacy.example/log/main';
    assert.equal(verifierKey(name, key), go.vkey);
    assert.equal(signNote(`${name}\n300\n${go.roots[300]}\n`, name, key), go.signedNote);
    const checkpoint = openCheckpoint(go.signedNote, parseVerifierKey(go.vkey));
    assert.deepEqual(checkpoint, { origin: name, size: 300, root: root(300) });
  });

  it('a note with any character changed is refused', () => {
    const verifier = parseVerifierKey(go.vkey);
    for (let at = 0; at < go.signedNote.length; at += 1) {
      const altered = `${go.signedNote.slice(0, at)}${go.signedNote[at] === 'B' ? 'C' : 'B'}${go.signedNote.slice(at + 1)}`;
      assert.throws(() => openCheckpoint(altered, verifier), NoteError, `character ${at}`);
    }
  });

  it('a cosignature says when, and fits its own text only', () => {
    const verifier = parseVerifierKey(go.vkey);
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]);
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const witness = parseVerifierKey(verifierKey('witness.example', key, 'cosigner'));
    const text = go.signedNote.slice(0, go.signedNote.indexOf('\n\n') + 1);
    const at = new Date('2026-03-01T12:00:00Z');
    const note = go.signedNote + cosign(text, 'witness.example', key, at);
    const { verified } = openNote(note, [verifier, witness]);
    assert.deepEqual(
      verified.map(({ verifier: by, cosignedAt }) => [by.name, cosignedAt]),
      [
        ['privacy.example/log/main', undefined],
        ['witness.example', at],
      ],
    );
    const other = go.signedNote + cosign(`${text}more\n`, 'witness.example', key, at);
    assert.throws(() => openNote(other, [verifier, witness]), NoteError);
  });
});

describe('Files of the log', () => {
  const published = vectors<{
    examples: { index: number; encoded: string }[];
    tree_70000: Record<string, number>;
    tree_256: Record<string, number>;
    full_tile_bytes: number;
  }>('tlog-paths.json');

  it('have the paths of C2SP tlog-tiles (REQ-F02)', () => {
    assert.equal(published.examples.length, 4);
    for (const { index, encoded } of published.examples) {
      assert.equal(tilePath(0, index), `tile/0/${encoded}`);
      assert.deepEqual(parseTilePath(`tile/0/${encoded}`), { level: 0, index, width: TILE_WIDTH });
    }
    assert.equal(TILE_WIDTH * HASH_BYTES, published.full_tile_bytes);
  });

  it('are as many and as wide as C2SP tlog-tiles says of trees of 256 and of 70,000', () => {
    const shape = (size: number) => {
      const found: Record<string, number> = {};
      for (let level = 0; hashesAtLevel(level, size) > 0; level += 1) {
        const full = Math.floor(hashesAtLevel(level, size) / TILE_WIDTH);
        if (full > 0) found[`level${level}_full`] = full;
        const partial = widthOf(level, full, size);
        if (partial > 0) found[`level${level}_partial_width`] = partial;
      }
      return found;
    };
    assert.deepEqual(shape(70_000), published.tree_70000);
    assert.deepEqual(shape(256), published.tree_256);
  });

  for (const path of [
    'tile/0/1',
    'tile/0/0001',
    'tile/0/x1',
    'tile/0/x000/000',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/64/000',
    'tile/01/000',
    'tile/-1/000',
    'tile/entries',
    'tile/entries/',
    '/tile/0/000',
    'tile/0/000/',
    'tile/0/000.p/',
    'tile/0/../000',
  ])
    it(`have one name each: ${path} is none`, () => assert.equal(parseTilePath(path), undefined));

  it('hold bundles that come back as they were', () => {
    const entries = ['', 'a', 'ü'.repeat(30_000), 'x'.repeat(65_535)].map((text) => Buffer.from(text));
    assert.deepEqual(decodeBundle(encodeBundle(entries)), entries);
    assert.throws(() => decodeBundle(encodeBundle(entries).subarray(0, -1)), RangeError);
    assert.throws(() => encodeBundle([Buffer.alloc(65_536)]), RangeError);
  });

  it('hold proofs that come back as they were, and say what is wrong with others', () => {
    const proof = { index: 7, path: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)], checkpoint: 'a\n1\nb\n\n— c d\n' };
    const text = encodeProof(proof);
    assert.deepEqual(parseProof(text), { ...proof, extra: undefined });
    assert.deepEqual(parseProof(encodeProof({ ...proof, extra: Buffer.from('x') })).extra, Buffer.from('x'));
    for (const [wrong, says] of [
      [text.replace('tlog-proof@v1', 'tlog-proof@v2'), /first line/],
      [text.replace('index 7', 'index 07'), /index/],
      [text.replace('AQEB', 'AQE*'), /hash 0/],
      [text.replace(/\n\n.*/s, ''), /no checkpoint/],
    ] as const)
      assert.throws(() => parseProof(wrong), says);
  });
});
