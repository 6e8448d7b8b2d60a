import { readCheckpoint } from './log/checkpoint.ts';
import {
  NoteError,
  parseSignatureLine,
  parseVerifierKey,
  splitNote,
  type Verifier,
  verifyCosignature,
} from './log/note.ts';

/** Somebody else who signs the heads of this log after seeing that they only ever grow (C2SP tlog-witness). */
export interface Witness {
  verifier: Verifier;
  /** Without `/add-checkpoint`, and without a slash at its end. */
  url: string;
}

/** Why a witness did not cosign. `ahead` and `forked` mean that it has seen another history of this log. */
export type WitnessReason = 'unreachable' | 'refused' | 'garbled' | 'unsigned' | 'ahead' | 'forked';

export type WitnessAnswer =
  | { cosigned: true; line: string; at: Date }
  | { cosigned: false; reason: WitnessReason; detail: string };

export interface WitnessDeps {
  fetch: typeof fetch;
  clock: () => Date;
  /** RFC 9162 §2.1.4, of this log; 0 < from ≤ to. */
  consistencyProof(from: number, to: number): Promise<Buffer[]>;
}

/** Milliseconds an answer may take, from the connection to its last byte. */
const PATIENCE = 10_000;
/** Bytes of an answer at most: a few signature lines. */
const LARGEST_ANSWER = 65_536;
/** Hashes a proof may have (C2SP tlog-witness). */
const LONGEST_PROOF = 63;
/** The first question, and those after the witness has said what it knows. */
const QUESTIONS = 3;
/** Milliseconds a witness's clock may differ from ours. */
const CLOCK_DIFFERENCE = 600_000;

const WITNESS = /^([^\s,=]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44})=(https?:\/\/[^\s,?#]+)$/;
const MOST_WITNESSES = 16;

/**
 * Reads `<vkey>=<url>` entries, separated by commas or line ends.
 * @throws NoteError naming the entry that is wrong, by its place.
 */
export function parseWitnesses(text: string): Witness[] {
  const entries = text.split(/[,\n]/).flatMap((entry) => entry.trim() || []);
  if (entries.length > MOST_WITNESSES) throw new NoteError(`there may be ${MOST_WITNESSES} witnesses`);
  const witnesses = entries.map((entry, n) => {
    const [, key, url] = WITNESS.exec(entry) ?? [];
    if (key === undefined || url === undefined || !URL.canParse(url))
      throw new NoteError(`witness ${n + 1} is not <verifier key>=<URL>`);
    const verifier = parseVerifierKey(key);
    if (verifier.kind !== 'cosigner') throw new NoteError(`the key of witness ${n + 1} is not one for cosignatures`);
    return { verifier, url: url.replace(/\/+$/, '') };
  });
  if (new Set(witnesses.map(({ verifier }) => verifier.name)).size < witnesses.length)
    throw new NoteError('two witnesses have the same name');
  return witnesses;
}

/**
 * Asks one witness to cosign a checkpoint. `known` is the size of the checkpoint it is believed to have cosigned last, 0
 * when nothing is known: the witness says (409) when it knows another. Never throws for what the witness does.
 */
export async function askWitness(
  deps: WitnessDeps,
  witness: Witness,
  checkpoint: string,
  known: number,
): Promise<WitnessAnswer> {
  const { size } = readCheckpoint(checkpoint);
  const { text } = splitNote(checkpoint);
  let old = Math.min(known, size);
  const tried = new Set<number>();
  for (let question = 1; question <= QUESTIONS; question += 1) {
    tried.add(old);
    const proof = old === 0 || old === size ? [] : await deps.consistencyProof(old, size);
    if (proof.length > LONGEST_PROOF) throw new RangeError('A consistency proof has at most 63 hashes.');
    const lines = [`old ${old}`, ...proof.map((hash) => hash.toString('base64'))];
    const answer = await post(deps, witness, `${lines.join('\n')}\n\n${checkpoint}`);
    if ('reason' in answer) return answer;
    const { status, body } = answer;
    if (status === 200) return cosignatureIn(body, text, witness, deps.clock());
    if (status !== 409) return no('refused', wordsFor(status));
    const theirs = answer.sizeType ? sizeIn(body) : undefined;
    if (theirs === undefined) return no('garbled', 'it answers 409 without the size it knows');
    if (theirs > size) return no('ahead', `it has seen ${theirs} entries, more than the ${size} there are`);
    // The same size again means another root, or a witness that does not know what it wants.
    if (tried.has(theirs))
      return theirs === size
        ? no('forked', `it has cosigned another root for ${size} entries`)
        : no('garbled', `it refuses the size ${theirs}, which it names itself`);
    old = theirs;
  }
  return no('garbled', 'it names another size each time');
}

const no = (reason: WitnessReason, detail: string): WitnessAnswer => ({ cosigned: false, reason, detail });

function wordsFor(status: number): string {
  if (status === 403) return 'it does not accept the signature of this log (403)';
  if (status === 404) return 'it does not know this log (404)';
  if (status === 422) return 'it does not accept the consistency proof (422)';
  return `it answers ${status}`;
}

interface Posted {
  status: number;
  sizeType: boolean;
  body: string;
}

/** What came back, whole and bounded. */
async function post(
  { fetch }: WitnessDeps,
  { url }: Witness,
  body: string,
): Promise<Posted | Extract<WitnessAnswer, { cosigned: false }>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let response: Response;
  try {
    response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'text/plain; charset=utf-8' },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    });
    for await (const piece of response.body ?? []) {
      length += (piece as Uint8Array).length;
      if (length > LARGEST_ANSWER)
        return { cosigned: false, reason: 'garbled', detail: `it answers more than ${LARGEST_ANSWER} bytes` };
      pieces.push(piece as Uint8Array);
    }
  } catch {
    return { cosigned: false, reason: 'unreachable', detail: 'it cannot be reached, or does not answer in time' };
  }
  const sizeType = response.headers.get('content-type')?.split(';')[0]?.trim() === 'text/x.tlog.size';
  return { status: response.status, sizeType, body: Buffer.concat(pieces).toString('utf8') };
}

function sizeIn(body: string): number | undefined {
  const size = /^(0|[1-9]\d{0,15})\n?$/.test(body) ? Number(body) : undefined;
  return size !== undefined && Number.isSafeInteger(size) ? size : undefined;
}

/** The witness's own line among those it answered: signatures of other kinds and keys are passed over. */
function cosignatureIn(body: string, text: string, { verifier }: Witness, now: Date): WitnessAnswer {
  if (!body.endsWith('\n')) return no('garbled', 'its answer is no list of signatures');
  for (const line of body.slice(0, -1).split('\n')) {
    let signature: ReturnType<typeof parseSignatureLine>;
    try {
      signature = parseSignatureLine(line);
    } catch (error) {
      if (error instanceof NoteError) return no('garbled', 'its answer is no list of signatures');
      throw error;
    }
    if (signature.name !== verifier.name || signature.keyId !== verifier.keyId) continue;
    const at = verifyCosignature(text, signature, verifier);
    if (!at) return no('unsigned', 'its cosignature does not fit the checkpoint');
    if (Math.abs(now.getTime() - at.getTime()) > CLOCK_DIFFERENCE)
      return no('unsigned', 'it has cosigned for another time than now');
    return { cosigned: true, line: `${line}\n`, at };
  }
  return no('unsigned', 'its answer has no cosignature by its key');
}
