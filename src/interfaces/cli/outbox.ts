import { type Command, InvalidArgumentError, Option } from 'commander';
import { DATA_SUBJECT } from '../../foundations/outbox/model.ts';
import { commandContext, withServices } from './installation.ts';
import { jsonOption, tenantOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { printJson, printTable } from './terminal.ts';

const STATES = ['pending', 'delivered', 'dead'] as const;

interface ListOptions {
  tenant: string;
  status?: (typeof STATES)[number];
  json?: boolean;
}

/** Whole days, 99 at most. */
function daysArgument(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError('Give whole days, 0 to 99.');
  return Number(text);
}

export function define(outbox: Command): void {
  outbox
    .command('list')
    .description('what was sent or is to be, the newest first')
    .addOption(tenantOption('whose messages'))
    .addOption(new Option('--status <status>', 'only these').choices(STATES))
    .addOption(jsonOption())
    .action(({ tenant, status, json }: ListOptions) =>
      withServices(async (services) => {
        const { items } = await services.outbox.list(await commandContext(services, tenant), {
          status,
          limit: 200,
        });
        if (json) return printJson(items);
        printTable(
          ['message', 'what', 'to', 'by', 'state', 'attempts', 'next', 'failure'],
          items.map((item) => [
            item.messageId,
            item.topic,
            item.party === DATA_SUBJECT ? 'the person of the request' : item.party,
            item.channel,
            item.status,
            item.attempts,
            item.nextAttemptAt ?? '',
            item.failure ?? '',
          ]),
          'No messages.',
        );
      }),
    );

  outbox
    .command('send')
    .description('send now what is due; exit code 1 when something was given up')
    .addOption(tenantOption('whose messages'))
    .action(({ tenant }: { tenant: string }) =>
      withServices(async (services) => {
        const { delivered, retrying, dead } = await services.outbox.deliverDue(await commandContext(services, tenant));
        say(`${delivered} delivered, ${retrying} to be tried again, ${dead} given up`);
        if (dead > 0) throw new CommandFailure(EXIT.failed, 'See: lethe outbox list --status dead');
      }),
    );

  outbox
    .command('retry')
    .argument('<message>', 'its id')
    .description('send a message again that was given up')
    .addOption(tenantOption('whose messages'))
    .action((message: string, { tenant }: { tenant: string }) =>
      withServices(async (services) =>
        printJson(await services.outbox.retry(await commandContext(services, tenant), message)),
      ),
    );

  outbox
    .command('secret')
    .argument('<party>', 'a party of the register')
    .description('what this party checks our webhooks with (Standard Webhooks); hand it over in confidence')
    .addOption(tenantOption('whose messages'))
    .action((party: string, { tenant }: { tenant: string }) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        if (!(await services.register.view(context)).party(party))
          throw new CommandFailure(EXIT.usage, 'The register has no such party.');
        process.stdout.write(`${await services.outbox.secret(context, party)}\n`);
      }),
    );

  outbox
    .command('rotate-secret')
    .argument('<party>', 'a party of the register')
    .description('give this party a new secret; both are good for some days, then the old one ends')
    .addOption(tenantOption('whose messages'))
    .addOption(
      new Option('--overlap <days>', 'how long the old secret is good beside the new one; 0 ends it now')
        .argParser(daysArgument)
        .default(14),
    )
    .action((party: string, { tenant, overlap }: { tenant: string; overlap: number }) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        if (!(await services.register.view(context)).party(party))
          throw new CommandFailure(EXIT.usage, 'The register has no such party.');
        const { secret, until } = await services.outbox.rotateSecret(context, party, overlap);
        say(overlap === 0 ? 'Every older secret has ended.' : `The old secret is good until ${until.toISOString()}.`);
        process.stdout.write(`${secret}\n`);
      }),
    );
}
