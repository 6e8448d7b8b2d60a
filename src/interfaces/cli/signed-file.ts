import { readFile } from 'node:fs/promises';
import { readJson } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { KeySet } from '../../foundations/signing/signer.ts';
import { CommandFailure, EXIT } from './outcome.ts';

/** Bytes of a file to check at most: certificates have some tens of thousands. */
const LARGEST_FILE = 20_000_000;

/** @throws CommandFailure (2) when there is nothing to read. */
export async function bytesOf(file: string): Promise<Buffer> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > LARGEST_FILE)
      throw new CommandFailure(EXIT.usage, `${file} is too large for a signed document.`);
    return bytes;
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(EXIT.usage, `${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** The key set of a file or a URL, for checking signed documents. @throws CommandFailure (2) */
export async function keySetFrom(source: string): Promise<KeySet> {
  const unfit = (why: string) => new CommandFailure(EXIT.usage, `The key set ${source} cannot be used: ${why}.`);
  let text: string;
  if (/^https?:\/\//.test(source)) {
    const answer = await fetch(source, { redirect: 'error', signal: AbortSignal.timeout(10_000) }).catch(() => {
      throw unfit('there is no answer');
    });
    if (!answer.ok) throw unfit(`the answer is ${answer.status}`);
    text = await answer.text();
  } else text = (await bytesOf(source)).toString('utf8');
  try {
    const value = readJson(text) as Partial<KeySet> | null;
    if (Array.isArray(value?.keys) && value.keys.every((key) => typeof key === 'object' && key !== null))
      return { keys: value.keys };
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
  }
  throw unfit('it is not a JSON Web Key Set');
}
