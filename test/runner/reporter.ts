import { relative } from 'node:path';
import { type Runner, reporters, type Suite, type Test } from 'mocha';

/** What a mocha process tells the runner that started it. */
export type Told =
  | {
      kind: 'file';
      file: string;
      passed: number;
      pending: number;
      failed: number;
      milliseconds: number;
      cpu: number;
      /** Tests that took long: what a suite that has become slow is asked for first. */
      slow: { title: string; milliseconds: number }[];
    }
  /** A test or hook is over: a file of many that are slow is no process that hangs. */
  | { kind: 'alive' }
  | { kind: 'failure'; titles: string[]; error: PlainError }
  | { kind: 'end' }
  | { kind: 'leak'; resources: string[] };

/** An error as it can be sent: what mocha reads of one to print it. */
export interface PlainError {
  message: string;
  stack: string;
  uncaught?: boolean;
  showDiff: boolean;
  actual?: unknown;
  expected?: unknown;
}

/** What took longer is named beside its file. */
const SLOW_MILLISECONDS = 10_000;

/** A process that is still alive so long after its last test is kept by something its tests have left open. */
const MILLISECONDS_TO_END = 10_000;

function plain(error: Error & Partial<PlainError>): PlainError {
  // The base reporter has made strings of both sides where there is a difference to show.
  const showDiff = error.showDiff !== false && typeof error.actual === 'string' && typeof error.expected === 'string';
  return {
    message: error.message ?? String(error),
    stack: error.stack ?? String(error),
    uncaught: error.uncaught,
    showDiff,
    ...(showDiff ? { actual: error.actual, expected: error.expected } : {}),
  };
}

/** The reporter of a mocha process under `test/run.ts`: prints nothing and sends the runner what happened. */
export default class TellingReporter extends reporters.Base {
  constructor(runner: Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    let file: string | undefined;
    let counts = { passed: 0, pending: 0, failed: 0 };
    let slow: { title: string; milliseconds: number }[] = [];
    let since = performance.now();
    let cpu = process.cpuUsage();

    const tell = (told: Told) => void process.send?.(told);
    const closeFile = () => {
      if (file === undefined) return;
      const { user, system } = process.cpuUsage(cpu);
      tell({
        kind: 'file',
        file,
        ...counts,
        slow,
        milliseconds: Math.round(performance.now() - since),
        cpu: Math.round((user + system) / 1000),
      });
      file = undefined;
    };

    const enter = ({ file: path }: Suite | Test) => {
      const begun = path && relative(process.cwd(), path);
      if (!begun || begun === file) return;
      closeFile();
      [file, counts, slow] = [begun, { passed: 0, pending: 0, failed: 0 }, []];
      [since, cpu] = [performance.now(), process.cpuUsage()];
    };

    runner.on('suite', enter);
    runner.on('test', enter);
    for (const over of ['test end', 'hook end']) runner.on(over, () => tell({ kind: 'alive' }));
    runner.on('pass', (test: Test) => {
      counts.passed += 1;
      const milliseconds = test.duration ?? 0;
      if (milliseconds >= SLOW_MILLISECONDS) slow.push({ title: test.fullTitle(), milliseconds });
    });
    runner.on('pending', (test: Test) => {
      enter(test);
      counts.pending += 1;
    });
    runner.on('fail', (test: Test, error: Error) => {
      counts.failed += 1;
      tell({ kind: 'failure', titles: test.titlePath(), error: plain(error) });
    });
    runner.once('end', () => {
      closeFile();
      tell({ kind: 'end' });
      process.channel?.unref();
      // Unreferenced: it fires only where something else keeps the process alive.
      setTimeout(() => {
        tell({ kind: 'leak', resources: process.getActiveResourcesInfo() });
        process.disconnect();
        process.exit(1);
      }, MILLISECONDS_TO_END).unref();
    });
  }
}
