import { constants, crc32, inflateSync } from 'node:zlib';

/** A picture on a paper, in the letterhead of whoever it is from. */
export interface Picture {
  type: 'image/png' | 'image/jpeg';
  base64: string;
  /** Pixels. */
  width: number;
  height: number;
}

export const PICTURE_BYTES = 64 * 1024;
const PIXELS = 2000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Why a file is no picture that a paper can carry. */
export class NoPicture extends Error {
  override readonly name = 'NoPicture';
}

/**
 * A picture out of a file that anybody may have made: whole, small, and written anew with what draws it alone, so that
 * nothing else (text, profiles, previews, what follows the end) comes along. An SVG can hold scripts and is none.
 * @throws NoPicture saying what would be right
 */
export function pictureOf(bytes: Buffer): Picture {
  if (bytes.length > PICTURE_BYTES) throw new NoPicture(`is larger than ${PICTURE_BYTES / 1024} kB`);
  if (bytes.subarray(0, PNG.length).equals(PNG)) return png(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(bytes);
  throw new NoPicture('is neither PNG nor JPEG');
}

function ofSize(width: number, height: number): { width: number; height: number } {
  if (width < 1 || height < 1 || width > PIXELS || height > PIXELS)
    throw new NoPicture(`is ${width} × ${height} pixels: at most ${PIXELS} × ${PIXELS} are taken`);
  return { width, height };
}

/** Samples of a pixel by type of colour, and the depths PNG allows of it; no more than eight bits are taken. */
const COLOURS: Record<number, { samples: number; depths: number[] }> = {
  0: { samples: 1, depths: [1, 2, 4, 8] },
  2: { samples: 3, depths: [8] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8] },
  6: { samples: 4, depths: [8] },
};

function png(bytes: Buffer): Picture {
  const chunks = chunksOf(bytes);
  const [header] = chunks;
  if (header?.type !== 'IHDR' || header.data.length !== 13 || chunks.at(-1)?.type !== 'IEND')
    throw new NoPicture('is cut off, or no PNG inside');
  const { data } = header;
  const size = ofSize(data.readUInt32BE(0), data.readUInt32BE(4));
  const [depth = 0, colour = 0, compression, filter, interlace] = data.subarray(8);
  const { samples, depths } = COLOURS[colour] ?? { samples: 0, depths: [] };
  if (!depths.includes(depth) || compression !== 0 || filter !== 0 || interlace !== 0)
    throw new NoPicture('is a PNG of another kind: save it with eight bits a channel and without interlacing');
  const kept = chunks.filter(({ type }) => ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(type));
  // Capital letters begin what a reader has to understand.
  const strange = chunks.find((chunk) => /^[A-Z]/.test(chunk.type) && !kept.includes(chunk));
  if (strange) throw new NoPicture('has parts that no PNG has');
  const palette = kept.find(({ type }) => type === 'PLTE');
  if (colour === 3 && (!palette || palette.data.length % 3 !== 0 || palette.data.length > 768))
    throw new NoPicture('has no palette');
  const row = 1 + Math.ceil((size.width * samples * depth) / 8);
  const drawn = inflated(
    kept.flatMap((chunk) => (chunk.type === 'IDAT' ? chunk.data : [])),
    row * size.height,
  );
  for (let at = 0; at < drawn.length; at += row) if ((drawn[at] as number) > 4) throw new NoPicture('is damaged');
  const written = Buffer.concat([PNG, ...kept.map(({ whole }) => whole)]);
  return { type: 'image/png', base64: written.toString('base64'), ...size };
}

function chunksOf(bytes: Buffer): { type: string; data: Buffer; whole: Buffer }[] {
  const chunks: { type: string; data: Buffer; whole: Buffer }[] = [];
  for (let at = PNG.length; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) throw new NoPicture('is damaged');
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) });
    if (type === 'IEND') break;
    at = end;
  }
  return chunks;
}

/** Never more than the picture has pixels for. */
function inflated(parts: Buffer[], length: number): Buffer {
  try {
    const data = inflateSync(Buffer.concat(parts), { maxOutputLength: length, finishFlush: constants.Z_FINISH });
    if (data.length === length) return data;
  } catch {
    // Too much, too little or no deflate: the same to whoever has to save it anew.
  }
  throw new NoPicture('is damaged');
}

const SCAN = 0xda;
/** Tables, the header of a frame (baseline, progressive), scans; APP0 and APP14 say how colours are to be taken. */
const NEEDED = new Set([0xc0, 0xc1, 0xc2, 0xc4, 0xdb, 0xdd, SCAN, 0xe0, 0xee]);

function jpeg(bytes: Buffer): Picture {
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let size: { width: number; height: number } | undefined;
  let scans = 0;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xd9) {
    const marker = bytes[at + 1] as number;
    const length = bytes.readUInt16BE(at + 2);
    let end = at + 2 + length;
    if (length < 2 || end > bytes.length) break;
    if (marker >= 0xc0 && marker <= 0xc2 && length >= 8) {
      if (size || bytes[at + 4] !== 8 || ![1, 3].includes(bytes[at + 9] as number))
        throw new NoPicture('is a JPEG of another kind: save it in RGB or grey');
      size = ofSize(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5));
    }
    if (marker === SCAN) {
      scans += 1;
      end = endOfScan(bytes, end);
    }
    if (NEEDED.has(marker)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  if (!size || scans === 0 || bytes[at] !== 0xff || bytes[at + 1] !== 0xd9)
    throw new NoPicture('is damaged or cut off');
  const written = Buffer.concat([...kept, Buffer.from([0xff, 0xd9])]);
  return { type: 'image/jpeg', base64: written.toString('base64'), ...size };
}

/** Where the next marker begins that is neither a stuffed byte nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at === -1 || at + 1 >= bytes.length) throw new NoPicture('is damaged or cut off');
    const next = bytes[at + 1] as number;
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
    at += 2;
  }
}
