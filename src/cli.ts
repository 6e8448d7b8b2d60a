#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { startupFailure } from './app/startup-failure.ts';
import { Problem } from './foundations/contract/problem.ts';
import { packageRoot } from './foundations/process/package-root.ts';
import { accessCommands } from './interfaces/cli/access.ts';
import { authorityPackCommands } from './interfaces/cli/authority-pack.ts';
import { backupCommands } from './interfaces/cli/backup.ts';
import { breachCommands } from './interfaces/cli/breach.ts';
import { certificateCommands } from './interfaces/cli/certificate.ts';
import { configCommand } from './interfaces/cli/config.ts';
import { holdersCommands } from './interfaces/cli/holders.ts';
import { importCommands } from './interfaces/cli/imports.ts';
import { logCommands } from './interfaces/cli/log.ts';
import { outboxCommands } from './interfaces/cli/outbox.ts';
import { peopleCommands } from './interfaces/cli/people.ts';
import { policiesCommands } from './interfaces/cli/policies.ts';
import { receiptCommands } from './interfaces/cli/receipt.ts';
import { registerCommands } from './interfaces/cli/register.ts';
import { requestCommands } from './interfaces/cli/requests.ts';
import { retentionCommands } from './interfaces/cli/retention.ts';
import { CommandFailure, EXIT, say } from './interfaces/cli/terminal.ts';
import { vaultCommands } from './interfaces/cli/vault.ts';

/** `lethe`: the same services as over HTTP, from a terminal. It acts as `system:cli`; every change is audited. */
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
const program = new Command('lethe')
  .description('GDPR compliance and audit beside a repository platform')
  .version(version)
  .showHelpAfterError('(lethe --help tells more)')
  .showSuggestionAfterError()
  // Before the subcommands: it is inherited only by those added afterwards.
  .exitOverride();

for (const add of [
  configCommand,
  policiesCommands,
  accessCommands,
  registerCommands,
  outboxCommands,
  breachCommands,
  authorityPackCommands,
  retentionCommands,
  requestCommands,
  peopleCommands,
  certificateCommands,
  logCommands,
  receiptCommands,
  importCommands,
  vaultCommands,
  backupCommands,
  holdersCommands,
])
  add(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = fail(error);
}

function fail(error: unknown): number {
  if (error instanceof CommandFailure) {
    say(error.message);
    return error.exitCode;
  }
  if (error instanceof Problem) {
    say(error.message);
    for (const { pointer, detail } of error.extras.errors ?? []) say(`  ${pointer} ${detail}`);
    return error.type === 'lease-held' ? EXIT.leaseHeld : EXIT.failed;
  }
  // commander has said what is wrong already; its own help and version end with 0.
  const { code, exitCode } = error as { code?: string; exitCode?: number };
  if (typeof code === 'string' && code.startsWith('commander.')) return exitCode === 0 ? EXIT.ok : EXIT.usage;
  const failure = startupFailure(error);
  for (const line of failure.lines) say(line);
  return failure.exitCode;
}
