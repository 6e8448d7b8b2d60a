import assert from 'node:assert/strict';
import { type Command, Help } from 'commander';
import { commands } from '../../../src/interfaces/cli/commands.ts';
import { CommandFailure } from '../../../src/interfaces/cli/outcome.ts';
import { createProgram } from '../../../src/interfaces/cli/program.ts';

/** Arguments, options and subcommands of a command: what is there only once its file is loaded. */
const loaded = async (words: string[], name: string) => {
  const command = (await createProgram(words)).commands.find((one) => one.name() === name);
  assert.ok(command);
  return command.commands.length + command.options.length + command.registeredArguments.length > 0;
};

describe('The table of commands', () => {
  it('loads nothing to list them, and only the one that is called', async () => {
    for (const words of [[], ['--help'], ['help'], ['frobnicate'], ['help', 'frobnicate']])
      for (const { name } of commands) assert.equal(await loaded(words, name), false, `${words.join(' ')}: ${name}`);
    for (const words of [['config'], ['help', 'config'], ['--help', 'config'], ['config', '--help']])
      for (const { name } of commands) assert.equal(await loaded(words, name), name === 'config', words.join(' '));
  });

  for (const { name, synopsis, description } of commands)
    it(`says of ${name} what it is`, async () => {
      const program = await createProgram([name]);
      const command = program.commands.find((one) => one.name() === name);
      assert.ok(command);
      assert.equal(new Help().subcommandTerm(command), synopsis === undefined ? name : `${name} ${synopsis}`);
      assert.equal(command.description(), description);
      assert.ok(command.commands.length > 0 || synopsis !== undefined);
    }).timeout(180_000);
});

/** What is written to, may be missing, or is no path of a file alone. */
const NOT_READ = [
  '--output',
  '--reject-file',
  '--to',
  '--keyring-to',
  '--scratch',
  '--state',
  '--key',
  '--jwks',
  '--file-name',
  'log follow --dir',
  'backup verify paths',
];

describe('A file or folder that is mistyped', () => {
  /** Every argument and option of every command that names a path, with what reads it. */
  async function pathsRead(): Promise<
    [where: string, parse: ((text: string, before: unknown) => unknown) | undefined][]
  > {
    const found: [string, ((text: string, before: unknown) => unknown) | undefined][] = [];
    const walk = (command: Command, above: string) => {
      const at = `${above}${command.name()}`;
      for (const argument of command.registeredArguments)
        if (/file|folder|path|report|zip/.test(argument.name()))
          found.push([`${at} ${argument.name()}`, argument.parseArg as never]);
      for (const option of command.options)
        if (/<[^>]*(file|folder|json)[^>]*>/.test(option.flags))
          found.push([`${at} ${option.long}`, option.parseArg as never]);
      for (const each of command.commands) walk(each, `${at} `);
    };
    for (const { name } of commands) {
      const program = await createProgram([name]);
      walk(program.commands.find((one) => one.name() === name) as Command, '');
    }
    return found.filter(([where]) => !NOT_READ.some((each) => where === each || where.endsWith(` ${each}`)));
  }

  it('is told in a sentence, with exit code 2, before anything is opened', async () => {
    const paths = await pathsRead();
    assert.ok(paths.length >= 14, paths.map(([where]) => where).join(', '));
    for (const [where, parse] of paths)
      assert.throws(
        () => parse?.('/nowhere/mistyped', undefined),
        (error: unknown) => {
          assert.ok(error instanceof CommandFailure, where);
          assert.equal(error.exitCode, 2);
          assert.equal(error.message, '/nowhere/mistyped: there is no such file or folder (ENOENT).');
          return true;
        },
        where,
      );
  }).timeout(180_000);

  it('is told when a folder is given for a file, or a file for a folder', async () => {
    for (const [where, parse] of await pathsRead()) {
      const wrong = /folder|--dir/.test(where) ? import.meta.filename : import.meta.dirname;
      assert.throws(() => parse?.(wrong, undefined), /: it is (a folder, not a file|no folder)\.$/, where);
    }
  }).timeout(180_000);
});
