import { openCheckpoint } from '../log/checkpoint.ts';
import { decodeOpening, leafOf } from '../log/leaf.ts';
import { leafHash, verifyInclusion } from '../log/merkle.ts';
import { NoteError, parseVerifierKey } from '../log/note.ts';
import { ProofError, parseProof } from '../log/proof-file.ts';

interface ProvenEntry {
  /** Canonical JSON, as it was hashed. */
  entry: string;
  index: number;
  /** Of the signed checkpoint: which log, and how many leaves it had. */
  origin: string;
  size: number;
}

/** The entry a `.tlog-proof` carries; nothing of it is checked. @throws ProofError */
export function entryIn(proof: string): { entry: string; index: number } {
  const { extra, index } = parseProof(proof);
  const opening = extra && decodeOpening(extra);
  if (!opening) throw new ProofError('the proof carries no entry with its salt (extra)');
  return { entry: opening.entry, index };
}

/**
 * Opens a `.tlog-proof` offline: its checkpoint is signed by the log's key, and the leaf that its entry and salt make
 * stands there where it says. @throws ProofError, NoteError saying what is wrong
 */
export function proveEntry(proof: string, logKey: string): ProvenEntry {
  const { extra, index, path, checkpoint } = parseProof(proof);
  const { origin, size, root } = openCheckpoint(checkpoint, parseVerifierKey(logKey));
  const opening = extra && decodeOpening(extra);
  if (!opening) throw new ProofError('the proof carries no entry with its salt (extra)');
  const { entry, salt, version } = opening;
  if (!verifyInclusion(leafHash(leafOf(salt, entry, version)), index, size, path, root))
    throw new ProofError('the proof does not lead from its entry to the signed root: one of them was altered');
  return { entry, index, origin, size };
}

/** What `work` answers, or what is wrong with the proof, in words. */
export function proofFault<T>(work: () => T): { fault: string } | { fault?: undefined; value: T } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof NoteError || error instanceof ProofError) return { fault: error.message };
    throw error;
  }
}

/** Whether a log is that of a tenant, under whichever of its names. */
export const isLogOf = (origin: string, tenant: string): boolean =>
  origin.replace(/~\d+$/, '').endsWith(`/log/${tenant}`);
