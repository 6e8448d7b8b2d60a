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
