import type { Command } from 'commander';
import { administratorContext, withServices } from './installation.ts';
import { jsonOption } from './options.ts';
import { say } from './outcome.ts';
import { printJson, printTable } from './terminal.ts';

export function define(tenants: Command): void {
  tenants
    .command('list')
    .addOption(jsonOption())
    .action(({ json }: { json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.access.listTenants(await administratorContext(services, 'main'), {
          limit: 200,
        });
        if (json) printJson(items);
        else
          printTable(
            ['tenant', 'name', 'region', 'time zone', 'jurisdiction'],
            items.map((t) => [t.id, t.name, t.region ?? 'home', t.timeZone, t.jurisdiction]),
            'No tenant yet: start the service once.',
          );
      }),
    );

  tenants
    .command('move')
    .argument('<tenant>', 'its id')
    .argument('<region>', 'a region of the policies')
    .description('say in which region a portal is from now on; its data must be moved there by a backup of its own')
    .action((tenant: string, region: string) =>
      withServices(async (services) => {
        await services.access.updateTenant(await administratorContext(services, tenant), tenant, { region }, '*');
        say(`${tenant} is in ${region} now; instances of other regions answer 421.`);
      }),
    );
}
