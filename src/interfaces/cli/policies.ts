import type { Command } from 'commander';
import { tenantsIn } from '../../foundations/store/open.ts';
import { diffPolicies } from '../../register/policies/diff.ts';
import { type Loaded, loadPolicies } from '../../register/policies/load.ts';
import type { PolicySet } from '../../register/policies/model.ts';
import { renderDifference, renderMistakes, renderPolicies } from '../../register/policies/render.ts';
import { merged } from '../../register/policies/tenant-overlay.ts';
import { configuration } from './configuration.ts';
import { jsonOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFolder } from './path-argument.ts';
import { proposalCommands } from './policy-proposals.ts';
import { printJson } from './terminal.ts';

type Valid = Extract<Loaded, { policies: PolicySet }>;
interface Options {
  json?: boolean;
  tenant?: string;
}

function loaded(folder: string): Valid {
  const found = loadPolicies(folder, configuration().outbox.privateTargets);
  if (found.policies) return found;
  const { mistakes } = found;
  const count = `${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'} in ${folder}`;
  throw new CommandFailure(EXIT.failed, `${renderMistakes(mistakes)}\n\n${count}`);
}

/** The set as the folder has it for a tenant: the installation's where its institution has no folder. */
function setFor({ policies, overlays }: Valid, tenant: string | undefined): PolicySet {
  const overlay = overlays.find(({ tenantId }) => tenantId === tenant);
  return overlay ? merged(policies, overlay) : policies;
}

/** Folders of institutions that the configured database has no tenant for; none where it cannot be asked. */
async function strangersAmong(tenantIds: string[]): Promise<string[]> {
  if (tenantIds.length === 0) return [];
  const known = await tenantsIn(configuration().database).catch((): string[] => []);
  // A database that is not there yet says nothing about who will be.
  return known.length === 0 ? [] : tenantIds.filter((id) => !known.includes(id));
}

const TENANT: [string, string] = ['--tenant <id>', 'as the folder has it for this tenant: its institution’s own word'];

export function define(policies: Command): void {
  policies
    .command('check')
    .description('tell every mistake with file, line and what would be right')
    .argument('[folder]', 'instead of the configured one', existingFolder)
    .option(...TENANT)
    .action(async (folder: string | undefined, { tenant }: Options) => {
      const found = loaded(folder ?? configuration().policies);
      const { policies: base, overlays } = found;
      if (tenant === undefined) {
        say(`No mistakes. Policy hash ${base.hash}`);
        for (const { tenantId } of overlays) say(`${tenantId}: policy hash ${setFor(found, tenantId).hash}`);
      } else say(`No mistakes. Policy hash of ${tenant}: ${setFor(found, tenant).hash}`);
      const named = overlays.map(({ tenantId }) => tenantId).filter((id) => tenant === undefined || id === tenant);
      for (const id of await strangersAmong(named))
        say(`Warning: there is no tenant ${id}; tenants/${id} decides nothing until there is.`);
    });
  policies
    .command('diff')
    .description('what changes from the configured policies to another folder, and what it would newly erase')
    .argument(
      '[folder]',
      'the folder to compare with; with --tenant none: the installation’s with the tenant’s',
      existingFolder,
    )
    .option(...TENANT)
    .addOption(jsonOption())
    .action((folder: string | undefined, { json, tenant }: Options) => {
      const here = loaded(configuration().policies);
      if (folder === undefined && tenant === undefined)
        throw new CommandFailure(EXIT.usage, 'Name the folder to compare with, or a tenant (--tenant).');
      const difference =
        folder === undefined
          ? diffPolicies(here.policies, setFor(here, tenant))
          : diffPolicies(setFor(here, tenant), setFor(loaded(folder), tenant));
      if (json) printJson(difference);
      else process.stdout.write(`${renderDifference(difference)}\n`);
    });
  policies
    .command('show')
    .description('purposes, activities and periods on one screen')
    .option(...TENANT)
    .addOption(jsonOption())
    .action(({ json, tenant }: Options) => {
      const set = setFor(loaded(configuration().policies), tenant);
      if (json) printJson(set);
      else process.stdout.write(`${renderPolicies(set)}\n`);
    });
  proposalCommands(policies);
}
