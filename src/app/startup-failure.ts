import { fileFault } from '../foundations/process/files.ts';
import { StoreError } from '../foundations/store/errors.ts';
import { MasterKeyError } from '../foundations/vault/master-key.ts';
import { PolicyError } from '../register/policies/policies.ts';
import { ReplayError } from '../rights/erasure/replay-erasures.ts';
import { ConfigError } from './config.ts';
import { failingPlace, OpeningError } from './opening.ts';

/** sysexits' EX_CONFIG: starting again without a change will not help. */
const CONFIGURATION = 78;
const FAILED = 1;

const LISTENING: Record<string, string> = {
  EADDRINUSE: 'Another process listens on this address already. Stop it, or set PORT.',
  EACCES: 'This user may not do that here. Set PORT to 1024 or more, or another HOST.',
  EADDRNOTAVAIL: 'This machine does not have the address in HOST.',
  ENOTFOUND: 'The name in HOST is not known.',
};

/** Why the service did not start, in words with a remedy, and the exit code. Never shows secrets or input. */
export function startupFailure(error: unknown, what = 'Lethe did not start'): { lines: string[]; exitCode: number } {
  if (error instanceof ConfigError)
    return { lines: [error.message, ...indented(error.faults)], exitCode: CONFIGURATION };
  if (error instanceof PolicyError) {
    const mistakes = error.mistakes.map(
      ({ file, line, column, message, remedy }) => `${file}:${line}:${column} ${message} ${remedy}`,
    );
    return { lines: [error.message, ...indented(mistakes)], exitCode: CONFIGURATION };
  }
  if (error instanceof MasterKeyError) return { lines: [error.message], exitCode: CONFIGURATION };
  if (error instanceof ReplayError) return { lines: [error.message], exitCode: FAILED };
  if (error instanceof OpeningError)
    return { lines: [error.message], exitCode: error.lasting ? CONFIGURATION : FAILED };
  if (error instanceof StoreError && error.fault === 'misuse')
    return { lines: [error.message], exitCode: CONFIGURATION };
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  // Before databases are thought of: a socket of ours fails by the same codes as one to a server.
  const known = code === undefined || error instanceof StoreError ? undefined : LISTENING[code];
  if (known && path === undefined && /^(listen|bind|getaddrinfo)$/.test(syscall ?? ''))
    return { lines: [known], exitCode: FAILED };
  const failing = failingPlace(error);
  if (failing) return { lines: [failing.message], exitCode: failing.lasting ? CONFIGURATION : FAILED };
  const fault = syscall === undefined ? undefined : fileFault(error);
  if (fault) return { lines: [`${fault.path ?? `${what}: a file`}: ${fault.reason}.`], exitCode: FAILED };
  const { name, stack } = error instanceof Error ? error : new Error('unknown');
  return { lines: [`${what}: ${name} (${code ?? 'a fault of ours'}).`, stack ?? ''], exitCode: FAILED };
}

function indented(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
