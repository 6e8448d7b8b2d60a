import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../../foundations/process/package-root.ts';
import { onBehalfOf } from '../../foundations/store/workload.ts';
import { commands } from './commands.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';

/** `lethe`: the same services as over HTTP, from a terminal. It acts as `system:cli`; every change is audited. */
export async function run(argv: string[]): Promise<void> {
  try {
    const program = await createProgram(argv.slice(2));
    await onBehalfOf({ lane: 'batch', name: 'lethe' }, () => program.parseAsync(argv));
  } catch (error) {
    process.exitCode = await fail(error);
  }
}

/** Every command by name; with its arguments, options and subcommands the one that `words` call. */
export async function createProgram(words: string[]): Promise<Command> {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  const program = new Command('lethe')
    .description('GDPR compliance and audit beside a repository platform')
    .version(version)
    .showHelpAfterError('(lethe --help tells more)')
    .showSuggestionAfterError()
    // Before the subcommands: it is inherited only by those added afterwards.
    .exitOverride();
  const called = nameCalled(words);
  const synopses = new Map<string, string>();
  for (const { name, synopsis, description, load } of commands) {
    const command = program.command(name).description(description);
    synopses.set(name, synopsis === undefined ? name : `${name} ${synopsis}`);
    if (name === called) (await load()).define(command);
  }
  // After the subcommands, which list their own as they are.
  const { subcommandTerm } = program.createHelp();
  return program.configureHelp({
    subcommandTerm: (command) => synopses.get(command.name()) ?? subcommandTerm(command),
  });
}

/** `lethe NAME …`, `lethe help NAME`: `lethe` itself has no option with a value. */
function nameCalled(words: string[]): string | undefined {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

async function fail(error: unknown): Promise<number> {
  if (error instanceof CommandFailure) {
    say(error.message);
    return error.exitCode;
  }
  // commander has said what is wrong already; its own help and version end with 0.
  const { code, exitCode } = error as { code?: string; exitCode?: number };
  if (typeof code === 'string' && code.startsWith('commander.')) return exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { Problem } = await import('../../foundations/contract/problem.ts');
  if (error instanceof Problem) {
    say(error.message);
    for (const { pointer, detail } of error.extras.errors ?? []) say(`  ${pointer} ${detail}`);
    return error.type === 'lease-held' ? EXIT.leaseHeld : EXIT.failed;
  }
  const { startupFailure } = await import('../../app/startup-failure.ts');
  const failure = startupFailure(error, 'The command failed');
  for (const line of failure.lines) say(line);
  return failure.exitCode;
}
