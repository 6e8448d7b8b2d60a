import { readFileSync } from 'node:fs';
import type { Static, TSchema } from 'typebox';
import { readJson } from '../../foundations/contract/json.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { fileFault } from '../../foundations/process/files.ts';
import { CommandFailure, EXIT } from './outcome.ts';

/**
 * What a command is told in a JSON file (`-`: standard input), as strictly as over HTTP. What people write in words
 * belongs into no command line: those are kept by shells and shown to everybody on the machine.
 * @throws CommandFailure (2) when it cannot be read, Problem `invalid-request` when it does not fit.
 */
export function inputFrom<T extends TSchema>(file: string, schema: T): Static<T> {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandFailure(EXIT.usage, `${file}: ${fileFault(error)?.reason ?? 'it cannot be read'}.`);
  }
  const value = readJson(text);
  checker(schema, '')(value);
  return value as Static<T>;
}
