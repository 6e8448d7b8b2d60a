import type { Command } from 'commander';
import { diffPolicies } from '../../register/policies/diff.ts';
import { loadPolicies } from '../../register/policies/load.ts';
import type { PolicySet } from '../../register/policies/model.ts';
import { renderDifference, renderMistakes, renderPolicies } from '../../register/policies/render.ts';
import { configuration } from './configuration.ts';
import { jsonOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFolder } from './path-argument.ts';
import { proposalCommands } from './policy-proposals.ts';
import { printJson } from './terminal.ts';

function loaded(folder: string): PolicySet {
  const { policies, mistakes } = loadPolicies(folder, configuration().outbox.privateTargets);
  if (policies) return policies;
  const count = `${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'} in ${folder}`;
  throw new CommandFailure(EXIT.failed, `${renderMistakes(mistakes)}\n\n${count}`);
}

export function define(policies: Command): void {
  policies
    .command('check')
    .description('tell every mistake with file, line and what would be right')
    .argument('[folder]', 'instead of the configured one', existingFolder)
    .action((folder?: string) => {
      const set = loaded(folder ?? configuration().policies);
      say(`No mistakes. Policy hash ${set.hash}`);
    });
  policies
    .command('diff')
    .description('what changes from the configured policies to another folder, and what it would newly erase')
    .argument('<folder>', 'the folder to compare with', existingFolder)
    .addOption(jsonOption())
    .action((folder: string, { json }: { json?: boolean }) => {
      const difference = diffPolicies(loaded(configuration().policies), loaded(folder));
      if (json) printJson(difference);
      else process.stdout.write(`${renderDifference(difference)}\n`);
    });
  policies
    .command('show')
    .description('purposes, activities and periods on one screen')
    .addOption(jsonOption())
    .action(({ json }: { json?: boolean }) => {
      const set = loaded(configuration().policies);
      if (json) printJson(set);
      else process.stdout.write(`${renderPolicies(set)}\n`);
    });
  proposalCommands(policies);
}
