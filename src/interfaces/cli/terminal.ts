import { createInterface } from 'node:readline/promises';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { CommandFailure, EXIT, say } from './outcome.ts';

/** Control characters of a file by somebody else must not reach the terminal. */
export const plain = (text: string) => text.replace(/\p{C}/gu, '�');

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
