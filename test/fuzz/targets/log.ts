import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { Uint8ArrayReader } from '@zip.js/zip.js';
import { verifyCertificate } from '../../../src/data/certificates/verify.ts';
import { verifyReceipt } from '../../../src/data/consent/receipts/verify.ts';
import { checkpointText, openCheckpoint, readCheckpoint } from '../../../src/foundations/audit/log/checkpoint.ts';
import {
  NoteError,
  openNote,
  parseSignatureLine,
  parseVerifierKey,
  signNote,
  splitNote,
  verifierKey,
} from '../../../src/foundations/audit/log/note.ts';
import { encodeProof, ProofError, parseProof } from '../../../src/foundations/audit/log/proof-file.ts';
import { decodeBundle, encodeBundle, parseTilePath, tilePath } from '../../../src/foundations/audit/log/tile.ts';
import { checkTask } from '../../../src/foundations/audit/verify/bundle.ts';
import { entryFault } from '../../../src/foundations/audit/verify/entry.ts';
import { parseWitnesses } from '../../../src/foundations/audit/witness.ts';
import { verifyPack } from '../../../src/oversight/authority/verify.ts';
import { verifyOwnEntries } from '../../../src/rights/reports/own-entries.ts';
import { assertBounded, assertNoPollution, type FuzzTarget, readOr } from '../target.ts';

const KEY = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});
const NAME = 'example.org/log/main';
const VERIFIER = parseVerifierKey(verifierKey(NAME, KEY));

const note: FuzzTarget = {
  name: 'note',
  words: ['\n\n', '\n', '\u2014 ', NAME, ' ', '+', '=', '=http://', '0', 'A'.repeat(43)],
  run(input) {
    const text = input.toString('utf8');
    const split = readOr([NoteError], () => splitNote(text));
    if (split) {
      const lines = split.signatures.map(({ name, encoded }) => `\u2014 ${name} ${encoded}\n`);
      assert.equal(`${split.text}\n${lines.join('')}`, text);
    }
    const opened = readOr([NoteError], () => openNote(text, [VERIFIER]));
    if (opened) assert.equal(signNote(opened.text, NAME, KEY).startsWith(opened.text), true);
    const head = readOr([NoteError], () => readCheckpoint(text));
    if (head) {
      const again = signNote(checkpointText(head), NAME, KEY);
      assert.deepEqual(readCheckpoint(again), head);
    }
    readOr([NoteError], () => openCheckpoint(text, VERIFIER));
    const key = readOr([NoteError], () => parseVerifierKey(text));
    if (key) assert.equal(parseVerifierKey(text.trim()).keyId, key.keyId);
    readOr([NoteError], () => parseSignatureLine(text));
    readOr([NoteError], () => parseWitnesses(text));
    // Whatever text is signed is opened again as it was.
    const own = `${text.replace(/[^\n\x20-\x7e]/g, '')}\n`;
    assert.equal(openNote(signNote(own, NAME, KEY), [VERIFIER]).text, own);
  },
};

const proof: FuzzTarget = {
  name: 'proof',
  words: [
    'c2sp.org/tlog-proof@v1\n',
    'index 0\n',
    'extra ',
    '\n\n',
    `${'A'.repeat(43)}=\n`,
    'tile/',
    '/x001/234',
    '.p/1',
  ],
  run(input) {
    const text = input.toString('utf8');
    const read = readOr([ProofError], () => parseProof(text));
    if (read) {
      const again = parseProof(encodeProof(read));
      assert.deepEqual(again, read);
      assert.equal(encodeProof(again), encodeProof(read));
    }
    const tile = parseTilePath(text);
    if (tile) assert.equal(tilePath(tile.level, tile.index, tile.width), text);
  },
};

/** The first byte says where the tile ends and the bundle begins. */
const bundle: FuzzTarget = {
  name: 'bundle',
  words: [
    '\0\x02{}',
    '{"version":1',
    '"detail":{}',
    '"tenant":"main"',
    '\\ud800',
    Buffer.of(0, 0),
    Buffer.of(255, 255),
  ],
  run(input) {
    const tile = input.subarray(1, 1 + 32 * ((input[0] ?? 0) % 4));
    const bytes = Buffer.from(input.subarray(1 + tile.length));
    const entries = readOr([RangeError], () => decodeBundle(bytes));
    if (entries) assert.deepEqual(encodeBundle(entries), bytes);
    const before = Buffer.from(bytes);
    const { fault, prints } = checkTask({
      path: 'tile/entries/000',
      bundle: bytes,
      tilePath: 'tile/0/000',
      tile: tile.subarray(0, tile.length - (tile.length % 32)),
      from: 0,
    });
    assert.deepEqual(bytes, before, 'a check leaves the bundle as it was');
    assert.ok(fault === undefined || fault.length < 300);
    assert.ok(prints.length <= 8);
    const { fault: why } = entryFault(bytes.toString('utf8'));
    assert.ok(why === undefined || why.length < 100);
  },
};

/** Files that a person, an officer or an authority is handed, and that say they were signed here. */
const papers: FuzzTarget = {
  name: 'papers',
  words: ['{"jws":"', '"keySet":{"keys":[{}]}', '"kty":"OKP"', '"certificate":{', '"log":{"key":null', '.', '"kid":""'],
  async run(input) {
    for (const verify of [verifyCertificate, verifyReceipt]) {
      const { faults, notes } = await verify(input, {});
      assert.ok(faults.length > 0, 'nothing made at random is valid');
      assertBounded([faults, notes], input, 3);
    }
    const { checked, faults, notes } = verifyOwnEntries(input, undefined);
    assert.equal(checked, 0);
    assertBounded([faults, notes], input, 12);
    assertNoPollution();
  },
};

/** A ZIP that says it is an authority pack. */
const pack: FuzzTarget = {
  name: 'pack',
  words: ['manifest.json', 'manifest.jws', 'jwks.json', '{"keys":[]}', 'PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', '../'],
  async run(input) {
    const { faults, manifest } = await verifyPack(new Uint8ArrayReader(input), {});
    assert.ok(faults.length > 0, 'nothing made at random is valid');
    assertBounded([faults, manifest ?? null], input, 40);
    assertNoPollution();
  },
};

export const logTargets: readonly FuzzTarget[] = [note, proof, bundle, papers, pack];
