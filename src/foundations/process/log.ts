import { type DestinationStream, type Logger, pino } from 'pino';
import { Problem } from '../contract/problem.ts';
import { StoreError } from '../store/errors.ts';

/**
 * The log holds no personal data: routes appear as patterns, never as paths; errors as class, place in the code and, for
 * our own classes only, their message (which never quotes input).
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

export type Log = Logger;

/** Milliseconds for which a line may wait to be written. */
const FLUSH_EVERY = 1000;

/** Standard output, written in larger pieces: a request does not wait for its line. Flushed every second and at exit. */
export function openLogOutput() {
  const output = pino.destination({ dest: 1, sync: false, minLength: 4096 });
  setInterval(() => output.flush(), FLUSH_EVERY).unref();
  return output;
}

export function describeError(error: unknown): Record<string, unknown> {
  if (error instanceof StoreError)
    return { class: error.name, fault: error.fault, code: error.code, at: placeOf(error) };
  if (error instanceof Problem) return { class: error.name, type: error.type, at: placeOf(error) };
  if (error instanceof Error) {
    const { code } = error as { code?: unknown };
    return {
      class: error.name,
      code: typeof code === 'string' && code.length < 40 ? code : undefined,
      at: placeOf(error),
    };
  }
  return { class: typeof error };
}

/** The frames of a stack without its message: a foreign message may quote what it choked on. */
function placeOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .map((line) => line.trim());
}
