import { NoteError, openNote, splitNote, type Verifier } from './note.ts';

/** The head of a log (C2SP tlog-checkpoint): which log, how many leaves, under which root. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Buffer;
}

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Reads the text of a checkpoint; extension lines are passed over. @throws NoteError */
function parseCheckpointText(text: string): Checkpoint {
  const [origin, size, root, ...extensions] = text.split('\n');
  if (!origin || size === undefined || root === undefined || extensions.pop() !== '')
    throw new NoteError('a checkpoint has an origin, a size and a root');
  if (extensions.some((line) => line === '')) throw new NoteError('an extension line of a checkpoint is not empty');
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw new NoteError('the size of a checkpoint is a decimal number');
  const hash = Buffer.from(root, 'base64');
  if (hash.length !== 32 || hash.toString('base64') !== root)
    throw new NoteError('the root of a checkpoint is 32 bytes in base64');
  return { origin, size: Number(size), root: hash };
}

/** Opens a signed checkpoint: signed by this log's key, and about this log. @throws NoteError */
export function openCheckpoint(note: string, verifier: Verifier): Checkpoint {
  const checkpoint = parseCheckpointText(openNote(note, [verifier]).text);
  if (checkpoint.origin !== verifier.name)
    throw new NoteError('the checkpoint is about another log than the one this key is for');
  return checkpoint;
}

/** Reads a checkpoint without asking who signed it: for one's own. */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpointText(splitNote(note).text);
}
