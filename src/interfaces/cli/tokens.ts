import { type Command, Option } from 'commander';
import type { Token } from '../../foundations/access/model.ts';
import { WARNED_DAYS } from '../../foundations/access/token-ends.ts';
import { ROLES, type Role } from '../../foundations/contract/context.ts';
import { administratorContext, withServices } from './installation.ts';
import { instantArgument, jsonOption, tenantOption } from './options.ts';
import { say } from './outcome.ts';
import { printJson, printTable } from './terminal.ts';

interface IssueOptions {
  tenant: string;
  role: Role;
  label: string;
  everyTenant?: boolean;
  until?: Date;
}

function stateOf({ expiresAt, revokedAt }: Token, now: Date): string {
  if (revokedAt) return 'revoked';
  const left = expiresAt ? (Date.parse(expiresAt) - now.getTime()) / 86_400_000 : WARNED_DAYS + 1;
  if (left <= 0) return 'ended';
  return left <= WARNED_DAYS ? `ends in ${Math.ceil(left)} days` : 'in use';
}

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
            ['token', 'role', 'label', 'ends with', 'last used', 'works until', 'state'],
            items.map((t) => [
              t.id,
              t.role,
              t.label,
              t.hint,
              t.lastUsedAt ?? 'never',
              t.expiresAt?.slice(0, 10) ?? 'no end',
              stateOf(t, new Date()),
            ]),
            'No tokens; make one with lethe tokens issue.',
          );
      }),
    );
  tokens
    .command('issue')
    .description(
      'make a token; it is printed once. Needs no token itself: whoever may read the data folder may do this',
    )
    .addOption(tenantOption())
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .requiredOption('--label <text>', 'what it is for; no names of people')
    .option('--every-tenant', 'for the whole installation')
    .option('--until <instant>', 'until when it works (default: a year from now)', instantArgument)
    .action(({ tenant, role, label, everyTenant, until }: IssueOptions) =>
      withServices(async (services) => {
        const token = await services.access.issueToken(await administratorContext(services, tenant), {
          role,
          label,
          everyTenant,
          expiresAt: until?.toISOString(),
        });
        say(`Token ${token.id} for ${role} in ${tenant}, until ${token.expiresAt?.slice(0, 10)}, shown this once:`);
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
