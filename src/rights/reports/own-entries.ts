import { proofFault, proveEntry } from '../../foundations/audit/verify/entry-proof.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { subjectUnder } from '../../foundations/vault/vault.ts';
import { type AccessReport, LogBearer } from './model.ts';

const checkReport = checker(LogBearer, '');

export interface OwnEntries {
  faults: string[];
  notes: string[];
  /** Entries that are the person's, and stand in the log. */
  checked: number;
}

/**
 * Checks offline that the entries a report names are about the person of the report, and stand in the log: each names the
 * subject that one of the openings gives for it, the proofs lead to a checkpoint signed by `logKey`.
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
  const mine = openings.map((opening) => Buffer.from(opening.key, 'hex'));
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
  mine: readonly Buffer[],
): string | undefined {
  const proven = proofFault(() => proveEntry(proof, logKey));
  if (proven.fault !== undefined) return proven.fault;
  if (proven.value.entry !== entry) return 'the entry beside the proof is not the one in it';
  try {
    const { id, subject } = readJson(entry) as { id?: unknown; subject?: unknown };
    if (id !== entryId) return 'is another entry';
    return mine.some((opening) => subjectUnder(opening, entryId) === subject) ? undefined : 'is about somebody else';
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}
