#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { accessCommands } from './cli/access.ts';
import { authorityPackCommands } from './cli/authority-pack.ts';
import { backupCommands } from './cli/backup.ts';
import { breachCommands } from './cli/breach.ts';
import { certificateCommands } from './cli/certificate.ts';
import { configCommand } from './cli/config.ts';
import { holdersCommands } from './cli/holders.ts';
import { importCommands } from './cli/imports.ts';
import { logCommands } from './cli/log.ts';
import { outboxCommands } from './cli/outbox.ts';
import { peopleCommands } from './cli/people.ts';
import { policiesCommands } from './cli/policies.ts';
import { receiptCommands } from './cli/receipt.ts';
import { registerCommands } from './cli/register.ts';
import { requestCommands } from './cli/requests.ts';
import { retentionCommands } from './cli/retention.ts';
import { CommandFailure, EXIT, say } from './cli/terminal.ts';
import { vaultCommands } from './cli/vault.ts';
import { packageRoot } from './package-root.ts';
import { Problem } from './problem.ts';
import { startupFailure } from './startup-failure.ts';

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
