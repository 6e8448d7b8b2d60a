import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import type { PlainError, Told } from './reporter.ts';

/** A failed test, or a mocha process that did not come to its end. */
interface Failure {
  titles: string[];
  error: PlainError;
}

export interface Outcome {
  passed: number;
  pending: number;
  failures: Failure[];
}

/** Without a word for so long, a process hangs: no test or hook may take this long. */
const MILLISECONDS_OF_SILENCE = 300_000;
const LINES_OF_OUTPUT = 40;

const running = new Set<ChildProcess>();

/** For a run that is broken off. */
export function killMocha(): void {
  for (const child of running) child.kill('SIGKILL');
}

/**
 * Runs test files in a mocha process of their own and resolves once it has ended. Whatever keeps it from ending by
 * itself is a failure: a crash, silence, or something that a test has left open.
 */
export function runMocha(
  files: string[],
  options: { mocha: string[]; environment: Record<string, string>; print: (line: string) => void },
): Promise<Outcome> {
  const child = fork(
    join(packageRoot, 'node_modules/mocha/bin/mocha.js'),
    ['--reporter', join(packageRoot, 'test/runner/reporter.ts'), ...options.mocha, ...files],
    {
      cwd: packageRoot,
      execArgv: ['--import', join(packageRoot, 'test/runner/preload.ts')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...options.environment },
    },
  );
  running.add(child);
  const outcome: Outcome = { passed: 0, pending: 0, failures: [] };
  const waiting = new Set(files);
  let output: string[] = [];
  let ended = false;

  const fail = (why: string) => {
    const where = waiting.size > 0 && !ended ? [...waiting] : files;
    const stack = ['', ...where.map((file) => `in ${file}`), ...output].join('\n    ');
    outcome.failures.push({ titles: ['A mocha process', why], error: { message: why, stack, showDiff: false } });
  };
  let silence: NodeJS.Timeout;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      fail(`said nothing for ${MILLISECONDS_OF_SILENCE / 1000} s and was killed`);
      ended = true;
      child.kill('SIGKILL');
    }, MILLISECONDS_OF_SILENCE);
  };
  heard();

  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = [...output, ...text.split('\n').filter((line) => line.trim() !== '')].slice(-LINES_OF_OUTPUT);
    });
  child.on('message', (told: Told) => {
    heard();
    if (told.kind === 'file') {
      waiting.delete(told.file);
      outcome.passed += told.passed;
      outcome.pending += told.pending;
      if (told.passed + told.pending + told.failed > 0) options.print(lineOf(told));
    } else if (told.kind === 'failure') {
      outcome.failures.push({ titles: told.titles, error: told.error });
    } else if (told.kind === 'leak') {
      fail(`did not end after its last test; open are: ${told.resources.join(', ')}`);
    } else if (told.kind === 'end') {
      ended = true;
    }
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(silence);
      running.delete(child);
      if (!ended) fail(`ended before its tests did (${signal ?? `exit code ${code}`})`);
      resolve(outcome);
    });
  });
}

function lineOf(told: Extract<Told, { kind: 'file' }>): string {
  const counted = [`${told.passed} passing`];
  if (told.failed > 0) counted.push(`${told.failed} FAILING`);
  if (told.pending > 0) counted.push(`${told.pending} pending`);
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  const slow = told.slow.map(({ title, milliseconds }) => `\n    ${seconds(milliseconds)}: ${title}`);
  return `${told.file}: ${counted.join(', ')} (${seconds(told.milliseconds)}, ${seconds(told.cpu)} of CPU)${slow.join('')}`;
}
