import { createInterface } from 'node:readline/promises';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';

/** Exit codes (sysexits where one fits); cron and CI read them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, heldBack: 3, leaseHeld: 75, configuration: 78 } as const;

/** Ends the command with a message a person can act on. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Data goes to standard output, everything said to the person to standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Rows as a table; `empty` tells what to do when there are none. */
export function printTable(head: string[], rows: (string | number)[][], empty: string): void {
  if (rows.length === 0) {
    say(empty);
    return;
  }
  const plain = process.stdout.isTTY ? {} : { style: { head: [], border: [] } };
  const table = new Table({ head, ...plain, chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' } });
  table.push(...rows);
  process.stdout.write(`${table.toString()}\n`);
}

export interface Progress {
  update(done: number, total: number, label?: string): void;
  stop(): void;
}

/** A progress bar on standard error; nothing where that is no terminal, so that cron stays quiet. */
export function progressBar(unit: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: `{bar} {percentage}% | {value}/{total} ${unit} | {label}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: false,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  let started = false;
  return {
    update: (done, total, label = '') => {
      if (!started) bar.start(Math.max(total, 1), 0, { label });
      started = true;
      bar.setTotal(Math.max(total, 1));
      bar.update(done, { label });
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

/** Asks before something that cannot be undone; without a terminal `--yes` must have been given. */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new CommandFailure(EXIT.usage, `${question} Without a terminal, say so with --yes.`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(`${question} Type "yes" to go on: `);
  reader.close();
  if (answer.trim() !== 'yes') throw new CommandFailure(EXIT.failed, 'Nothing was done.');
}

/** An instant (`2026-11-23T10:00:00Z`) or a day (`2026-11-23`, its beginning in UTC) from the command line. */
export function instantArgument(text: string): Date {
  const at = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? new Date(text)
    : undefined;
  if (!at || Number.isNaN(at.getTime()))
    throw new CommandFailure(EXIT.usage, 'An instant looks like 2026-11-23 or 2026-11-23T10:00:00Z.');
  return at;
}
