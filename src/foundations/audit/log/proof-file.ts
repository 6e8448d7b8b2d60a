import { HASH_BYTES } from './tile.ts';

/** One entry's place in the log, checkable offline (C2SP tlog-proof): the content of a `.tlog-proof` file. */
export interface ProofFile {
  /** Bytes the log attests beside the entry, if any. */
  extra?: Buffer;
  index: number;
  path: Buffer[];
  /** The signed checkpoint, as it is. */
  checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^63 leaves is this high. */
const LONGEST_PATH = 63;

export class ProofError extends Error {
  override readonly name = 'ProofError';
}

export function encodeProof({ extra, index, path, checkpoint }: ProofFile): string {
  const lines = [
    HEADER,
    ...(extra ? [`extra ${extra.toString('base64')}`] : []),
    `index ${index}`,
    ...path.map((hash) => hash.toString('base64')),
  ];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** @throws ProofError naming what is wrong. */
export function parseProof(text: string): ProofFile {
  const at = text.indexOf('\n\n');
  if (at < 0) throw new ProofError('the proof has no checkpoint');
  const lines = text.slice(0, at).split('\n');
  if (lines.shift() !== HEADER) throw new ProofError(`the first line is not ${HEADER}`);
  let extra: Buffer | undefined;
  if (lines[0]?.startsWith('extra ')) extra = base64(lines.shift()?.slice(6) ?? '', 'the extra data');
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined || !Number.isSafeInteger(Number(index))) throw new ProofError('the index line is malformed');
  if (lines.length > LONGEST_PATH) throw new ProofError('the proof is too long');
  const path = lines.map((line, position) => {
    const hash = base64(line, `hash ${position}`);
    if (hash.length !== HASH_BYTES) throw new ProofError(`hash ${position} has not 32 bytes`);
    return hash;
  });
  return { extra, index: Number(index), path, checkpoint: text.slice(at + 2) };
}

function base64(text: string, what: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (text === '' || bytes.toString('base64') !== text) throw new ProofError(`${what} is not base64`);
  return bytes;
}
