import { statSync } from 'node:fs';
import { fileFault } from '../../foundations/process/files.ts';
import { readSecretFile } from '../../foundations/process/own-files.ts';
import { CommandFailure, EXIT } from './outcome.ts';

function there(path: string, fits: (is: { folder: boolean }) => string | undefined): string {
  let fault: string | undefined;
  try {
    fault = fits({ folder: statSync(path).isDirectory() });
  } catch (error) {
    fault = fileFault(error)?.reason ?? 'it cannot be read';
  }
  if (fault !== undefined) throw new CommandFailure(EXIT.usage, `${path}: ${fault}.`);
  return path;
}

/** A file to be read, for arguments and options: a mistyped one is told before anything is opened. */
export const existingFile = (path: string): string =>
  there(path, ({ folder }) => (folder ? 'it is a folder, not a file' : undefined));

/** The same, or `-` for standard input. */
export const existingInput = (path: string): string => (path === '-' ? path : existingFile(path));

/** A folder to be read. */
export const existingFolder = (path: string): string =>
  there(path, ({ folder }) => (folder ? undefined : 'it is no folder'));

/** The secret in a file. @throws CommandFailure (2) when it cannot be read, or when others can. */
export function secretFrom(path: string): string {
  const read = readSecretFile(path);
  if ('fault' in read) throw new CommandFailure(EXIT.usage, `${path} ${read.fault}.`);
  return read.secret;
}
