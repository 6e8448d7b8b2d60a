import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { readJson } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import { inUnitOfWork } from '../../foundations/vault/unit-of-work.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Processing } from '../retention/processing.ts';
import { type CaptureDeps, captureVisits, type ObservedVisit } from './capture.ts';
import { type BatchOutcome, type LineFault, VisitInput } from './model.ts';
import { fromServer } from './observe.ts';
import { recordVisits } from './recordable.ts';

/** Lines of one transaction; part of the contract of a repeated stream, so never a matter of load. */
const LINES_PER_CHUNK = 500;
/** Faults told of at most; the others are only counted. */
const FAULTS_TOLD = 100;

/** What writing visits needs. */
export interface RecordingDeps extends CaptureDeps {
  store: Store;
  audit: Audit;
  processing: Pick<Processing, 'stopped' | 'notRecorded'>;
}

const checkVisit = checker(VisitInput, '');

/**
 * Records a stream of visits, one JSON object per line, 500 lines per transaction (blank ones do not count). A line
 * that is wrong is counted and does not stop the others. With an Idempotency-Key every chunk is claimed under the key and its
 * number: the same stream sent again, after an answer or after a break, skips what is written and goes on.
 * @throws Problem `idempotency-key-reused` when a chunk under the same key holds other lines.
 */
export async function recordBatch(
  deps: RecordingDeps,
  context: Context,
  lines: AsyncIterable<string>,
): Promise<BatchOutcome> {
  const total: BatchOutcome = { accepted: 0, rejected: 0, stopped: 0, faults: [] };
  let chunk: string[] = [];
  let number = 0;
  const flush = async () => {
    const lines = chunk;
    const outcome = await inUnitOfWork(() => recordChunk(deps, context, lines, number));
    total.accepted += outcome.accepted;
    total.rejected += outcome.rejected;
    total.stopped += outcome.stopped;
    total.faults.push(...outcome.faults.slice(0, FAULTS_TOLD - total.faults.length));
    number += 1;
    chunk = [];
  };
  for await (const line of lines) {
    if (line.trim() === '') continue;
    chunk.push(line);
    if (chunk.length === LINES_PER_CHUNK) await flush();
  }
  if (chunk.length > 0) await flush();
  return total;
}

async function recordChunk(
  deps: RecordingDeps,
  context: Context,
  lines: string[],
  number: number,
): Promise<BatchOutcome> {
  const visits: ObservedVisit[] = [];
  const faults: LineFault[] = [];
  let rejected = 0;
  for (const [index, line] of lines.entries()) {
    const read = readLine(context, line);
    if ('occurredAt' in read) {
      visits.push(read);
      continue;
    }
    rejected += 1;
    if (faults.length < FAULTS_TOLD) faults.push({ line: number * LINES_PER_CHUNK + index + 1, ...read });
  }
  const captured = await captureVisits(deps, context, visits);
  const { rows, policyHash, full } = captured;
  const kept = await writeOnce(deps.store, await ofChunk(deps.vault, context, lines, number), async (tx) => {
    const { length: accepted } = await recordVisits(tx, context, deps.processing, captured);
    const stopped = rows.length - accepted;
    const outcome: BatchOutcome = { accepted, rejected, stopped, faults: faults.map(withoutStrangeName) };
    const detail = { accepted, rejected, full, stopped: stopped > 0 ? stopped : undefined };
    await deps.audit.add(tx, context, { action: 'visits.recorded', policyHash, detail });
    return outcome;
  });
  const toldAs = ({ line, detail }: LineFault) => faults.find((one) => one.line === line && one.detail === detail);
  return { ...kept, faults: kept.faults.map((fault) => toldAs(fault) ?? fault) };
}

/** As it is kept with the Idempotency-Key: the name of a member that is not ours is the sender's own text. */
function withoutStrangeName(fault: LineFault): LineFault {
  return Object.hasOwn(VisitInput.properties, fault.pointer.slice(1)) ? fault : { ...fault, pointer: '' };
}

/** The stream's Idempotency-Key, made out for one chunk and its lines. */
async function ofChunk(vault: Vault, context: Context, lines: string[], number: number): Promise<Context> {
  const { idempotency, ...rest } = context;
  if (!idempotency) return context;
  const fingerprint = await vault.index(context.tenant.id, 'visits batch', lines.join('\n'));
  return { ...rest, idempotency: { ...idempotency, key: `${idempotency.key}#${number}`, fingerprint } };
}

type Fault = Omit<LineFault, 'line'>;

/** A line is read as strictly as the body of a single visit; only its first fault is told. */
function readLine(context: Context, line: string): ObservedVisit | Fault {
  try {
    const value = readJson(line);
    checkVisit(value);
    return fromServer(context, value as VisitInput);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    return error.extras.errors?.[0] ?? { pointer: '', detail: error.message };
  }
}
