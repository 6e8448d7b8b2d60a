import assert from 'node:assert/strict';
import { Help } from 'commander';
import { commands } from '../../../src/interfaces/cli/commands.ts';
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
