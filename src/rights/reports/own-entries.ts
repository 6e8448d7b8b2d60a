import { openCheckpoint } from '../../foundations/audit/log/checkpoint.ts';
import { leafHash, verifyInclusion } from '../../foundations/audit/log/merkle.ts';
import { NoteError, parseVerifierKey } from '../../foundations/audit/log/note.ts';
import { ProofError, parseProof } from '../../foundations/audit/log/proof-file.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { commitmentUnder } from '../../foundations/vault/vault.ts';
import { type AccessReport, LogBearer } from './model.ts';

const checkReport = checker(LogBearer, '');

export interface OwnEntries {
  faults: string[];
  notes: string[];
  /** Entries that are the person's, and stand in the log. */
  checked: number;
}

/**
 * Checks offline that the entries a report names are about the person of the report, and stand in the log: the openings
 * fit the commitments, the commitments are those of the entries, the proofs lead to a checkpoint signed by `logKey`.
 */
export function verifyOwnEntries(file: Buffer, logKey: string | undefined): OwnEntries {
  const faults: string[] = [];
  const notes: string[] = [];
  let report: Pick<AccessReport, 'log'>;
  try {
    const value = readJson(readUtf8(file));
    checkReport(value);
    report = value as Pick<AccessReport, 'log'>;
  } catch (error) {
    if (error instanceof Problem) return { faults: [`the file is not a report: ${error.message}`], notes, checked: 0 };
    throw error;
  }
  const { openings, entries, key } = report.log;
  const mine = new Set<string>();
  for (const { commitment, key: opening, subject } of openings) {
    if (commitmentUnder(Buffer.from(opening, 'hex'), subject) === commitment) mine.add(commitment);
    else faults.push(`the opening of ${commitment} does not give it`);
  }
  const trusted = logKey ?? key ?? undefined;
  if (logKey === undefined && key !== null)
    notes.push(`The log’s key is the one the report names: compare it with the one that is published.\n  ${key}`);
  let checked = 0;
  for (const { entryId, entry, proof } of entries) {
    if (entry === null || proof === null || trusted === undefined) {
      notes.push(`Entry ${entryId} was not in the signed log yet when the report was made.`);
      continue;
    }
    const fault = faultOf(entryId, entry, proof, trusted, mine);
    if (fault === undefined) checked += 1;
    else faults.push(`entry ${entryId}: ${fault}`);
  }
  return { faults, notes, checked };
}

function faultOf(
  entryId: string,
  entry: string,
  proof: string,
  logKey: string,
  mine: ReadonlySet<string>,
): string | undefined {
  try {
    const { id, subject } = readJson(entry) as { id?: unknown; subject?: unknown };
    if (id !== entryId) return 'is another entry';
    if (typeof subject !== 'string' || !mine.has(subject)) return 'is about somebody else';
    const { index, path, checkpoint } = parseProof(proof);
    const { size, root } = openCheckpoint(checkpoint, parseVerifierKey(logKey));
    if (!verifyInclusion(leafHash(Buffer.from(entry)), index, size, path, root))
      return 'the proof does not lead from it to the signed root';
    return undefined;
  } catch (error) {
    if (error instanceof ProofError || error instanceof NoteError || error instanceof Problem) return error.message;
    throw error;
  }
}
