import { type Command, Option } from 'commander';
import type { Services } from '../../app/services.ts';
import { ROLES, type Role } from '../../foundations/contract/context.ts';
import { withServices } from './installation.ts';
import { printJson, printTable, say } from './terminal.ts';

const tenantOption = () => new Option('--tenant <id>', 'the tenant').default('main');

const administrator = (services: Services, tenant: string) =>
  services.access.contextFor(tenant, { id: 'system:cli', role: 'admin', everyTenant: true });

export function accessCommands(program: Command): void {
  const tenants = program.command('tenants').description('the institutions with portals here');
  tenants
    .command('list')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.access.listTenants(await administrator(services, 'main'), { limit: 200 });
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
        await services.access.updateTenant(await administrator(services, tenant), tenant, { region }, '*');
        say(`${tenant} is in ${region} now; instances of other regions answer 421.`);
      }),
    );

  const tokens = program.command('tokens').description('credentials for servers, browsers and people');
  tokens
    .command('list')
    .addOption(tenantOption())
    .option('--json', 'as JSON')
    .action(({ tenant, json }: { tenant: string; json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.access.listTokens(await administrator(services, tenant), { limit: 200 });
        if (json) printJson(items);
        else
          printTable(
            ['token', 'role', 'label', 'ends with', 'last used', 'state'],
            items.map((t) => [
              t.id,
              t.role,
              t.label,
              t.hint,
              t.lastUsedAt ?? 'never',
              t.revokedAt ? 'revoked' : 'in use',
            ]),
            'No tokens; make one with lethe tokens issue.',
          );
      }),
    );
  tokens
    .command('issue')
    .description('make a token; it is printed once')
    .addOption(tenantOption())
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .requiredOption('--label <text>', 'what it is for; no names of people')
    .option('--every-tenant', 'for the whole installation')
    .action(
      ({ tenant, role, label, everyTenant }: { tenant: string; role: Role; label: string; everyTenant?: boolean }) =>
        withServices(async (services) => {
          const token = await services.access.issueToken(await administrator(services, tenant), {
            role,
            label,
            everyTenant,
          });
          say(`Token ${token.id} for ${role} in ${tenant}, shown this once:`);
          process.stdout.write(`${token.secret}\n`);
        }),
    );
  tokens
    .command('revoke')
    .argument('<token>', 'its id, not its secret')
    .addOption(tenantOption())
    .action((token: string, { tenant }: { tenant: string }) =>
      withServices(async (services) => {
        await services.access.revokeToken(await administrator(services, tenant), token);
        say('Revoked; other instances notice within seconds.');
      }),
    );
}
