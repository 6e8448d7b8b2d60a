import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Services } from '../../app/services.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Proposal } from '../../register/proposals/model.ts';
import { ofTheInstitution } from '../../register/proposals/of-the-institution.ts';
import { jsonOption, tenantOption, yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { confirm, printJson, printTable } from './terminal.ts';

/** Loaded when it is needed: checking a folder does not open the service. */
async function onInstallation(tenant: string, run: (services: Services, context: Context) => Promise<void>) {
  const { officerContext, withServices } = await import('./installation.ts');
  return withServices(async (services) => run(services, await officerContext(services, tenant)));
}

const tokenOption = () =>
  new Option('--token-file <file>', 'a file with the officer’s token: decide as that officer')
    .argParser(existingFile)
    .makeOptionMandatory();

/** What institutions propose to decide for their own portals. */
export function proposalCommands(policies: Command): void {
  const proposals = policies
    .command('proposals')
    .description('what an institution proposes to decide for its own portal, and what became of it');

  proposals
    .command('list')
    .description('newest first')
    .addOption(tenantOption())
    .addOption(jsonOption())
    .action(({ tenant, json }: { tenant: string; json?: boolean }) =>
      onInstallation(tenant, async (services, context) => {
        const { items } = await services.proposals.list(context, { limit: 200 });
        if (json) return printJson(items);
        printTable(
          ['proposal', 'state', 'in force from', 'proposed', 'by', 'why'],
          items.map((one) => [
            one.proposalId,
            one.status,
            one.inForceFrom,
            one.proposedAt.slice(0, 10),
            one.proposedBy,
            one.reason,
          ]),
          'No proposals. Officers make them with POST /v1/policies/proposals.',
        );
      }),
    );

  proposals
    .command('show')
    .description('what would change, and how many rows would be due under the old word and the new one')
    .argument('<proposal>', 'its id')
    .addOption(tenantOption())
    .addOption(jsonOption())
    .action((id: string, { tenant, json }: { tenant: string; json?: boolean }) =>
      onInstallation(tenant, async (services, officer) => {
        const proposal = await services.proposals.get(officer, id);
        if (json) printJson(proposal);
        else print(proposal);
      }),
    );

  proposals
    .command('approve')
    .description('agree to a proposal as the second person; it is in force from its day')
    .argument('<proposal>', 'its id')
    .addOption(tenantOption())
    .addOption(tokenOption())
    .addOption(yesOption())
    .action((id: string, { tenant, tokenFile, yes }: { tenant: string; tokenFile: string; yes?: boolean }) =>
      onInstallation(tenant, async (services, officer) => {
        const context = await deciding(services, officer, tokenFile);
        const proposal = await services.proposals.get(context, id);
        print(proposal);
        await confirm(`It will be in force from ${proposal.inForceFrom}.`, yes);
        const { status, policyHash } = await services.proposals.approve(context, id, proposal.digest);
        say(`${id}: ${status}. Policy hash ${policyHash}`);
      }),
    );

  proposals
    .command('reject')
    .description('refuse a proposal')
    .argument('<proposal>', 'its id')
    .requiredOption('--reason <text>', 'why, in a sentence')
    .addOption(tenantOption())
    .addOption(tokenOption())
    .action((id: string, { tenant, tokenFile, reason }: { tenant: string; tokenFile: string; reason: string }) =>
      onInstallation(tenant, async (services, officer) => {
        const context = await deciding(services, officer, tokenFile);
        say(`${id}: ${(await services.proposals.reject(context, id, reason)).status}.`);
      }),
    );

  proposals
    .command('export')
    .description('write the very files of a proposal into a folder (default: of the one in force)')
    .argument('[proposal]', 'its id')
    .addOption(tenantOption())
    .requiredOption('--to <folder>', 'such as policies/tenants/<id>')
    .action((id: string | undefined, { tenant, to }: { tenant: string; to: string }) => exported(tenant, to, id));

  policies
    .command('export')
    .description('write what an institution has decided by proposals into a folder, as the same files')
    .addOption(tenantOption())
    .requiredOption('--to <folder>', 'such as policies/tenants/<id>')
    .action(({ tenant, to }: { tenant: string; to: string }) => exported(tenant, to));
}

/** The officer whose token is in the file: whoever has the machine is not the institution's second person. */
async function deciding(services: Services, officer: Context, tokenFile: string): Promise<Context> {
  const { tokenContext } = await import('./installation.ts');
  return ofTheInstitution(await tokenContext(services, officer.tenant.id, tokenFile, 'policies.propose'));
}

function exported(tenant: string, to: string, id?: string): Promise<void> {
  return onInstallation(tenant, async (services, context) => {
    const proposal = id ?? (await services.proposals.inForce(context));
    if (proposal === undefined)
      throw new CommandFailure(EXIT.failed, 'Nothing that was decided by a proposal is in force for this tenant.');
    const { overlay, files } = await services.proposals.files(context, proposal);
    for (const [path, text] of Object.entries(files)) {
      const file = join(to, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    say(`${Object.keys(files).length} files in ${to}. Hash of the institution’s own set ${overlay}`);
  });
}

function print(proposal: Proposal): void {
  say(`${proposal.proposalId}: ${proposal.status}, in force from ${proposal.inForceFrom}`);
  say(`Why: ${proposal.reason}`);
  const of = (due: { now: number | null; onTheDay: number | null } | null) =>
    due === null ? 'no such rule' : `${due.now ?? '?'} now, ${due.onTheDay ?? '?'} on the day`;
  printTable(
    ['rule', 'category', 'due under the old word', 'due under the new word'],
    proposal.numbers.rules.map((one) => [one.rule, one.category, of(one.underOldWord), of(one.underNewWord)]),
    'No period changes.',
  );
  for (const one of proposal.numbers.oldRows)
    say(
      `Rows of the old word of ${one.rule} (${one.change}): ${one.decided ?? 'not decided'}. ` +
        `Due with new-period: ${of(one.withNewPeriod)}; with old-period: ${of(one.withOldPeriod)}.`,
    );
  for (const { category, why } of proposal.difference.newlyErased) say(`Newly erased: ${category}: ${why}`);
  say(`Digest ${proposal.digest}`);
}
