import { type Command, Option } from 'commander';
import { ROLES, type Role } from '../../foundations/contract/context.ts';
import { administratorContext, withServices } from './installation.ts';
import { jsonOption, tenantOption } from './options.ts';
import { say } from './outcome.ts';
import { printJson, printTable } from './terminal.ts';

export function define(tokens: Command): void {
  tokens
    .command('list')
    .addOption(tenantOption())
    .addOption(jsonOption())
    .action(({ tenant, json }: { tenant: string; json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.access.listTokens(await administratorContext(services, tenant), {
          limit: 200,
        });
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
          const token = await services.access.issueToken(await administratorContext(services, tenant), {
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
        await services.access.revokeToken(await administratorContext(services, tenant), token);
        say('Revoked; other instances notice within seconds.');
      }),
    );
}
