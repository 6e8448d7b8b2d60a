import type { Query, Store } from '../../../foundations/store/store.ts';
import type { Place } from '../../../foundations/vault/envelope.ts';
import type { ScopeKey } from '../../../foundations/vault/vault.ts';
import { deleteChunks, findChunk, insertChunk } from './table.ts';

/** Bytes of a piece before it is sealed: what memory holds at once, and what one transaction writes. */
const PIECE = 256 * 1024;

/**
 * Where the pieces of a package lie. Rows gathered for it come before 0, the ZIP begins at 0, the ZIP as it is encrypted
 * for a passphrase far behind it; what must be known to make it at all is the very first.
 */
export const ORDER_AT = -1_000_000_000;
export const GATHERED_FROM = ORDER_AT + 1;
export const ZIP_AT = 0;
export const ENCRYPTED_AT = 1_000_000_000;
const END = 2_000_000_000;
/** After so many pieces the caches are emptied: none of their pages is asked for again. */
const SHED_EVERY = 32;
/** Pieces deleted in one transaction. */
const BATCH = 16;

export interface PieceKeeper {
  tenantId: string;
  packageId: string;
  key: ScopeKey;
}

const placeOf = ({ tenantId, packageId }: PieceKeeper, position: number): Place => ({
  tenant: tenantId,
  table: 'package_chunks',
  column: 'content_sealed',
  row: `${packageId}/${position}`,
});

/** Seals one piece and writes it, with `also` in the same transaction. */
export async function writePiece(
  store: Store,
  keeper: PieceKeeper,
  position: number,
  bytes: Buffer,
  also?: (tx: Query) => Promise<void>,
): Promise<void> {
  const sealed = keeper.key.sealBytes(placeOf(keeper, position), bytes);
  await store.write(async (tx) => {
    await also?.(tx);
    await insertChunk(tx, keeper, position, sealed);
  });
  if (position % SHED_EVERY === 0) store.releaseMemory();
}

/** The same in the caller's transaction. */
export function sealedPiece(keeper: PieceKeeper, position: number, bytes: Buffer): (tx: Query) => Promise<void> {
  const sealed = keeper.key.sealBytes(placeOf(keeper, position), bytes);
  return (tx) => insertChunk(tx, keeper, position, sealed);
}

/** @throws Error when the piece is gone or was altered */
export async function readPiece(store: Store, keeper: PieceKeeper, position: number): Promise<Buffer> {
  const sealed = await store.read((q) => findChunk(q, keeper, position));
  const bytes = sealed && keeper.key.openBytes(placeOf(keeper, position), sealed);
  if (position % SHED_EVERY === 0) store.releaseMemory();
  if (!bytes) throw new Error(`Piece ${position} of package ${keeper.packageId} is missing or does not open.`);
  return bytes;
}

/** Deletes the pieces of a stretch, or all, a few in each transaction. */
export async function dropPieces(
  store: Store,
  key: { tenantId: string; packageId: string },
  from: number,
  until = END,
): Promise<void> {
  while ((await store.write((tx) => deleteChunks(tx, key, { from, until, limit: BATCH }))) === BATCH);
}

/**
 * Collects bytes and hands them on in pieces of one size, from one buffer that is used again and again: `write` has what
 * it needs of a piece when it first waits.
 */
export function inPieces(write: (piece: Buffer) => Promise<void>) {
  let buffer: Buffer | undefined;
  let length = 0;

  async function flush(): Promise<void> {
    if (length === 0 || !buffer) return;
    const piece = buffer.subarray(0, length);
    length = 0;
    await write(piece);
  }

  async function add(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      buffer ??= Buffer.allocUnsafeSlow(PIECE);
      const part = bytes.subarray(at, at + PIECE - length);
      buffer.set(part, length);
      length += part.length;
      at += part.length;
      if (length === PIECE) await flush();
    }
  }

  return {
    add,
    flush,
    /** The same of text, without bytes of its own where it fits. */
    async addText(text: string): Promise<void> {
      // UTF-8 has at most three bytes for each UTF-16 unit.
      if (length + text.length * 3 > PIECE) return add(Buffer.from(text));
      buffer ??= Buffer.allocUnsafeSlow(PIECE);
      length += buffer.write(text, length);
    },
  };
}
