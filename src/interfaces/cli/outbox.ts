import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Services } from '../../app/services.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { DATA_SUBJECT, type ExportedMail, MESSAGE_STATES, type OutboxMessage } from '../../foundations/outbox/model.ts';
import { makeFolder } from '../../foundations/process/files.ts';
import { isOpenToOthers } from '../../foundations/process/own-files.ts';
import { commandContext, tokenContext, withServices } from './installation.ts';
import { jsonOption, tenantOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { printJson, printTable } from './terminal.ts';
import { writeWhole } from './whole-file.ts';

interface ListOptions {
  tenant: string;
  status?: OutboxMessage['status'];
  json?: boolean;
}

/** Whole days, 99 at most. */
function daysArgument(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError('Give whole days, 0 to 99.');
  return Number(text);
}

interface ExportOptions {
  tenant: string;
  to?: string;
  list?: boolean;
  tokenFile?: string;
  json?: boolean;
}

async function list(services: Services, context: Context, { status, json }: Omit<ListOptions, 'tenant'>) {
  const { items } = await services.outbox.list(context, { status, limit: 200 });
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
}

/** A folder of its owner's alone, for letters in the clear. */
function openLetterFolder(folder: string): void {
  makeFolder(folder, 0o700);
  if (isOpenToOthers(statSync(folder)))
    throw new CommandFailure(
      EXIT.usage,
      `${folder} can be entered by others: set its mode to 0700, or name a new folder.`,
    );
}

const toStandardOutput = ({ bytes }: ExportedMail) =>
  new Promise<void>((done, failed) => {
    process.stdout.write(bytes, (error) => (error ? failed(error) : done()));
  });

export function define(outbox: Command): void {
  outbox
    .command('list')
    .description('what was sent or is to be, the newest first')
    .addOption(tenantOption('whose messages'))
    .addOption(new Option('--status <status>', 'only these').choices(MESSAGE_STATES))
    .addOption(jsonOption())
    .action(({ tenant, status, json }: ListOptions) =>
      withServices(async (services) => list(services, await commandContext(services, tenant), { status, json })),
    );

  outbox
    .command('export')
    .argument('[message]', 'its id: this one only, to standard output')
    .description(
      'hand mail over that no mail server takes, for you to send: each once, as .eml files in the clear; then it is no longer kept here',
    )
    .addOption(tenantOption('whose messages'))
    .option('--to <folder>', 'all of it, as files into this folder, which is made with mode 0700')
    .option('--list', 'only say what waits')
    .option('--token-file <file>', 'who sends it, by a token (admin, operator); else the command line', existingFile)
    .addOption(jsonOption())
    .action((messageId: string | undefined, { tenant, to, list: onlyList, tokenFile, json }: ExportOptions) =>
      withServices(async (services) => {
        if ([messageId, to, onlyList].filter((one) => one !== undefined).length !== 1)
          throw new CommandFailure(EXIT.usage, 'Say --list, or which message, or --to FOLDER for all that wait.');
        const context = await (tokenFile === undefined
          ? commandContext(services, tenant)
          : tokenContext(services, tenant, tokenFile, 'outbox.manage'));
        if (onlyList) return list(services, context, { status: 'undelivered', json });
        if (to !== undefined) openLetterFolder(to);
        const hand =
          to === undefined
            ? toStandardOutput
            : ({ messageId: id, bytes }: ExportedMail) => writeWhole(join(to, `${id}.eml`), Readable.from([bytes]));
        const handed = await services.outbox.export(context, hand, { messageId });
        if (messageId !== undefined && handed === 0)
          throw new CommandFailure(EXIT.failed, 'No such mail waits. See: lethe outbox export --list');
        if (to !== undefined)
          say(
            handed === 0
              ? 'No mail waits.'
              : `${handed} in ${to}, noted as handed over. Send them, then delete the files: they are in the clear.`,
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
