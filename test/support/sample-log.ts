import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkpointText } from '../../src/foundations/audit/log/checkpoint.ts';
import { leafOf, SALT_BYTES } from '../../src/foundations/audit/log/leaf.ts';
import { leafHash, nodeHash, rootOf } from '../../src/foundations/audit/log/merkle.ts';
import { signNote, verifierKey } from '../../src/foundations/audit/log/note.ts';
import { encodeBundle, hashesAtLevel, TILE_WIDTH, tilePath } from '../../src/foundations/audit/log/tile.ts';
import type { OpeningSource } from '../../src/foundations/audit/verify/openings.ts';
import { canonical } from '../../src/foundations/contract/canonical-json.ts';

/** An entry of some four hundred bytes, different for every `n` and `seed`. */
export function sampleEntry(n: number, seed = ''): Buffer {
  const digest = createHash('sha256').update(`${seed}${n}`).digest('hex');
  return Buffer.from(
    canonical({
      version: 2,
      tenant: 'main',
      id: `0190c7a4-0000-7000-8000-${String(n).padStart(12, '0')}`,
      at: '2026-03-01T12:00:00.000Z',
      actor: `token-${n % 7}`,
      role: 'platform',
      action: 'consent.given',
      subject: digest.slice(0, 32),
      policyHash: digest,
      requestId: '3f1c6b1e-9f0e-4a8e-9f43-0d6a5a6f3c11',
      detail: { purpose: 'usage-statistics', receipt: digest.slice(32), notice: 'consent-banner 1.1', source: 'api' },
    }),
  );
}

export interface SampleLog {
  origin: string;
  key: KeyObject;
  verifierKey: string;
  /** What `write` makes of the first `size` entries: files by path. */
  files(size: number): Map<string, Buffer>;
  checkpoint(size: number): Promise<string>;
  /** What opens the leaves, for who may know it. */
  openings: OpeningSource;
}

/** A log in memory, made by the book and not by the sequencer: for those who check logs. */
export function sampleLog(entries: readonly Buffer[], given?: KeyObject): SampleLog {
  // Random in a real log.
  const saltAt = (n: number) => {
    const salt = Buffer.alloc(SALT_BYTES, 7);
    salt.writeUInt32BE(n);
    return salt;
  };
  const leaves = entries.map((entry, n) => leafOf(saltAt(n), entry));
  const key = given ?? generateKeyPairSync('ed25519').privateKey;
  const origin = 'privacy.example/log/main';
  const levels: Buffer[][] = [leaves.map(leafHash)];
  for (let level = 0; (levels[level] as Buffer[]).length > 1; level += 1) {
    const below = levels[level] as Buffer[];
    levels.push(
      Array.from({ length: Math.floor(below.length / 2) }, (_, n) =>
        nodeHash(below[2 * n] as Buffer, below[2 * n + 1] as Buffer),
      ),
    );
  }
  const hashAt = (level: number, index: number) => levels[level]?.[index] as Buffer;
  return {
    origin,
    key,
    verifierKey: verifierKey(origin, key),
    checkpoint: async (size) =>
      signNote(checkpointText({ origin, size, root: await rootOf(size, hashAt) }), origin, key),
    openings: {
      read: async (index, width) =>
        entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width).map((entry, n) => ({
          index: index * TILE_WIDTH + n,
          salt: saltAt(index * TILE_WIDTH + n),
          entry: entry.toString('utf8'),
        })),
    },
    files(size) {
      const files = new Map<string, Buffer>();
      for (let index = 0; index * TILE_WIDTH < size; index += 1) {
        const bundle = leaves.slice(index * TILE_WIDTH, Math.min(size, (index + 1) * TILE_WIDTH));
        files.set(tilePath('entries', index, bundle.length), encodeBundle(bundle));
      }
      for (let level = 0; hashesAtLevel(level, size) > 0; level += 1) {
        const count = hashesAtLevel(level, size);
        for (let index = 0; index * TILE_WIDTH < count; index += 1) {
          const end = Math.min(count, (index + 1) * TILE_WIDTH);
          const hashes = Array.from({ length: end - index * TILE_WIDTH }, (_, n) =>
            hashAt(level * 8, index * TILE_WIDTH + n),
          );
          files.set(tilePath(level, index, hashes.length), Buffer.concat(hashes));
        }
      }
      return files;
    },
  };
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Map<string, Buffer | string>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
