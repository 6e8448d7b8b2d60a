import { type Command, Option } from 'commander';
import type { Services } from '../../app/services.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { ChangeStanding } from '../../register/sub-processors/model.ts';
import { installationContext, withServices } from './installation.ts';
import { jsonOption, tenantOption } from './options.ts';
import { say } from './outcome.ts';
import { printJson, printTable } from './terminal.ts';

interface Announcement {
  kind: 'addition' | 'replacement' | 'removal';
  party: string;
  replaces?: string;
  processor: string;
  activities: string[];
  reason: string;
}

/** Changes of sub-processors, from announcement to activation. */
export function subProcessorCommands(register: Command): void {
  const changes = register.command('changes').description('changes of sub-processors (Art. 28(2))');

  changes
    .command('list')
    .addOption(tenantOption('as this portal sees them'))
    .addOption(jsonOption())
    .action(({ tenant, json }: { tenant: string; json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.subProcessors.list(await installationContext(services, tenant));
        if (json) return printJson(items);
        printTable(
          ['change', 'what', 'party', 'for', 'state', 'announced', 'objections until'],
          items.map((item) => [
            item.changeId,
            item.kind,
            item.party,
            item.activities.join(', '),
            item.status,
            item.announcedAt.slice(0, 10),
            item.notice?.windowEndsAt ?? 'not concerned',
          ]),
          'No changes. Begin with: lethe register changes announce',
        );
      }),
    );

  changes
    .command('announce')
    .description('tell every controller concerned; what is announced processes nothing until it is activated')
    .addOption(new Option('--kind <kind>', 'what').choices(['addition', 'replacement', 'removal']).default('addition'))
    .requiredOption('--party <id>', 'who comes, or goes: a party of the policies')
    .option('--replaces <id>', 'who goes, in a replacement')
    .requiredOption('--processor <id>', 'who engages it')
    .requiredOption('--activities <ids...>', 'in which activities')
    .requiredOption('--reason <text>', 'why, in a sentence')
    .action(({ replaces, ...rest }: Announcement) =>
      withServices(async (services) => {
        const context = await installationContext(services, 'main');
        tell(await services.subProcessors.announce(context, { ...rest, replaces }));
      }),
    );

  const step = (
    name: string,
    description: string,
    act: (services: Services, context: Context, id: string) => Promise<ChangeStanding>,
  ) =>
    changes
      .command(name)
      .argument('<change>', 'its id')
      .description(description)
      .action((id: string) =>
        withServices(async (services) => tell(await act(services, await installationContext(services, 'main'), id))),
      );
  step('standing', 'how a change stands with every controller', (services, context, id) =>
    services.subProcessors.standing(context, id),
  );
  step('activate', 'put a change into force, once nothing is in its way', (services, context, id) =>
    services.subProcessors.activate(context, id),
  );
  step('cancel', 'take an announced change back', (services, context, id) =>
    services.subProcessors.withdraw(context, id),
  );
}

function tell({ changeId, status, controllers, withoutAgreement, earliestActivation, inTheWay }: ChangeStanding): void {
  say(`${changeId}: ${status}`);
  printTable(
    ['portal', 'told', 'objections until', 'authorisation', 'agreed', 'open objections'],
    controllers.map((one) => [
      one.tenant,
      one.delivered ? 'yes' : 'not yet',
      one.windowEndsAt,
      one.authorisation,
      one.approved ? 'yes' : '',
      one.openObjections,
    ]),
    'No controller is concerned.',
  );
  if (withoutAgreement.length > 0) say(`Without an agreement: ${withoutAgreement.join(', ')}.`);
  for (const line of status === 'announced' ? inTheWay : []) say(line);
  if (status === 'announced' && earliestActivation) say(`Can be activated from ${earliestActivation} on.`);
}
