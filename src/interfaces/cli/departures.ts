import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Services } from '../../app/services.ts';
import { encrypting } from '../../foundations/backup/age.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { DepartureError } from '../../foundations/departure/departure-error.ts';
import { verifyDepartureCertificate } from '../../oversight/leaving/certificate.ts';
import type { Departure, NewDeparture, PartOrder } from '../../oversight/leaving/model.ts';
import { administratorContext, tokenContext, withServices } from './installation.ts';
import { jsonOption, jwksOption, logKeyOption, tenantOption, yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { bytesOf, keySetFrom } from './signed-file.ts';
import { confirm, plain, printJson, printTable } from './terminal.ts';
import { writeWhole } from './whole-file.ts';

interface Who {
  tenant: string;
  tokenFile?: string;
  json?: boolean;
}

/** Whoever holds the token in the file; without one the command line itself. */
const callerOf = (services: Services, { tenant, tokenFile }: Who): Promise<Context> =>
  tokenFile === undefined
    ? administratorContext(services, tenant)
    : tokenContext(services, tenant, tokenFile, 'departures.manage');

/** @throws CommandFailure instead of what says that a file is not whole */
export async function judged<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DepartureError) throw new CommandFailure(EXIT.failed, error.message);
    throw error;
  }
}

function tell(departure: Departure, json?: boolean): void {
  if (json) {
    printJson(departure);
    return;
  }
  const { departureId, tenant, status, choice, on, found, digest, deletableFrom } = departure;
  say(plain(`${departureId}: ${tenant}, ${choice} on ${on}; ${status}.`));
  printTable(
    ['table', 'rows', 'goes back', 'then', 'why'],
    found.tables.map((one) => [one.table, one.rows, one.returned ? 'yes' : 'no', one.then, one.ground ?? '']),
    'There is nothing of it.',
  );
  for (const { holder, people } of found.outside) say(`${holder} is asked about ${people} people.`);
  if (found.keepingHolds > 0) say(`${found.keepingHolds} holds keep data: nothing is erased under a hold.`);
  if (status === 'proposed')
    say(`Another person agrees with: lethe departures approve ${departureId} --digest ${digest}`);
  if (deletableFrom) say(`It may be erased from ${deletableFrom} on.`);
}

/** Begins, and carries on until nothing is waited for. */
async function erase(services: Services, context: Context, id: string): Promise<void> {
  await services.leaving.delete(context, id);
  const { waitsFor } = await services.leaving.resume(context);
  if (waitsFor === null) say(`Everything is erased. Its certificate: lethe departures certificate ${id}`);
  else say(`It goes on by itself every minute. It waits for ${waitsFor}.`);
}

async function write(output: string, recipients: string[] | undefined, content: AsyncGenerator<Buffer>): Promise<void> {
  await writeWhole(output, recipients ? encrypting(recipients)(content) : content);
  say(recipients ? `Written to ${output}, encrypted.` : `Written to ${output}; it holds personal data in the clear.`);
}

/** What of it: `portal=NAME`, `table=NAME`, `visits=FROM/UNTIL`. */
function partIn(text: string): PartOrder['part'] {
  const [, kind, value = ''] = /^(portal|table|visits)=(.+)$/.exec(text) ?? [];
  if (kind === 'portal') return { portal: value };
  if (kind === 'table') return { table: value };
  const [from, until] = value.split('/').map((one) => new Date(one));
  if (kind === 'visits' && from && until && !Number.isNaN(from.getTime()) && !Number.isNaN(until.getTime()))
    return { visits: { from: from.toISOString(), until: until.toISOString() } };
  throw new CommandFailure(EXIT.usage, 'A part is portal=NAME, table=NAME or visits=FROM/UNTIL.');
}

export function define(departures: Command): void {
  const tokenFile = [
    '--token-file <file>',
    'who does it: a file with a token of an admin or dpo of the tenant',
    existingFile,
  ] as const;
  const recipient = [
    '--recipient <recipient>',
    'the institution’s age recipient; without one it is in the clear',
  ] as const;
  departures
    .command('list')
    .description('what ends, and what has ended')
    .addOption(jsonOption())
    .action(({ json }: { json?: boolean }) =>
      withServices(async (services) => {
        const items = await services.leaving.list(await administratorContext(services, services.access.defaultTenant));
        if (json) printJson(items);
        else
          printTable(
            ['departure', 'tenant', 'choice', 'on', 'status', 'erased'],
            items.map((one) => [one.departureId, one.tenant, one.choice, one.on, one.status, one.deletedAt ?? '']),
            'No contract has ended.',
          );
      }),
    );
  departures
    .command('open')
    .description('say that the contract with an institution ends')
    .addOption(tenantOption('the tenant that leaves').makeOptionMandatory())
    .requiredOption('--choice <choice>', 'return or delete')
    .requiredOption('--on <day>', 'the day the contract ends: YYYY-MM-DD')
    .option('--reason <reason>', 'contract-ends, moves-elsewhere, portal-closes or other', 'contract-ends')
    .option('--agreement <id>', 'the agreement that ends')
    .option(...tokenFile)
    .addOption(jsonOption())
    .action(({ tenant, tokenFile, json, ...input }: Who & NewDeparture) =>
      withServices(async (services) => {
        if (!['return', 'delete'].includes(input.choice))
          throw new CommandFailure(EXIT.usage, 'The choice is return or delete.');
        const context = await callerOf(services, { tenant, tokenFile });
        tell(await services.leaving.open(context, input), json);
      }),
    );
  departures
    .command('show')
    .argument('<id>', 'its id')
    .description('how it stands')
    .addOption(tenantOption())
    .addOption(jsonOption())
    .action((id: string, { tenant, json }: Who) =>
      withServices(async (services) => {
        tell(await services.leaving.read(await administratorContext(services, tenant), id), json);
      }),
    );
  departures
    .command('approve')
    .argument('<id>', 'its id')
    .description('agree to it, as another person than the one who opened it')
    .addOption(tenantOption())
    .requiredOption('--digest <digest>', 'of what you have seen')
    .requiredOption(...tokenFile)
    .addOption(jsonOption())
    .action((id: string, { digest, json, ...who }: Who & { digest: string }) =>
      withServices(async (services) => {
        tell(await services.leaving.approve(await callerOf(services, who), id, { digest }), json);
      }),
    );
  departures
    .command('call-off')
    .argument('<id>', 'its id')
    .description('do not agree, or call it off before anything is erased')
    .addOption(tenantOption())
    .option(...tokenFile)
    .action((id: string, who: Who) =>
      withServices(async (services) => {
        tell(await services.leaving.end(await callerOf(services, who), id));
      }),
    );
  departures
    .command('return')
    .argument('<id>', 'its id')
    .description('write everything of the institution into one file')
    .addOption(tenantOption())
    .requiredOption('-o, --output <file>', 'the file')
    .option(...recipient)
    .option(...tokenFile)
    .action((id: string, { output, recipient: to, ...who }: Who & { output: string; recipient?: string }) =>
      withServices(async (services) => {
        const context = await callerOf(services, who);
        await write(output, to === undefined ? undefined : [to], await services.leaving.makeReturn(context, id));
        const { returned } = await services.leaving.read(context, id);
        say(`Its manifest: ${returned?.manifest}. The institution acknowledges it when it could read the file.`);
      }),
    );
  departures
    .command('return-part')
    .argument('<part>', 'portal=NAME, table=NAME or visits=FROM/UNTIL')
    .description('write a part of what an institution has, in the same format; nothing is erased by it')
    .addOption(tenantOption())
    .requiredOption('-o, --output <file>', 'the file')
    .option(...recipient)
    .option(...tokenFile)
    .action((part: string, { output, recipient: to, ...who }: Who & { output: string; recipient?: string }) =>
      withServices(async (services) => {
        const content = await services.leaving.returnPart(await callerOf(services, who), { part: partIn(part) });
        await write(output, to === undefined ? undefined : [to], content);
      }),
    );
  departures
    .command('acknowledge')
    .argument('<id>', 'its id')
    .argument('<manifest>', 'the digest of the manifest that was read')
    .description('the institution could read what it was given')
    .addOption(tenantOption())
    .option(...tokenFile)
    .action((id: string, manifest: string, who: Who) =>
      withServices(async (services) => {
        tell(await services.leaving.acknowledge(await callerOf(services, who), id, { manifest }));
      }),
    );
  departures
    .command('delete')
    .argument('<id>', 'its id')
    .description('erase everything of the institution, holders outside included')
    .addOption(tenantOption())
    .option(...tokenFile)
    .addOption(yesOption())
    .action((id: string, { yes, ...who }: Who & { yes?: boolean }) =>
      withServices(async (services) => {
        const context = { ...(await callerOf(services, who)), requestId: randomUUID() };
        await confirm(`Everything of ${who.tenant} is erased. It cannot be brought back.`, yes);
        await erase(services, context, id);
      }),
    );
  departures
    .command('certificate')
    .argument('<id>', 'its id')
    .description('write the certificate to standard output, with its signature and its proof')
    .action((id: string) =>
      withServices(async (services) => {
        const context = await administratorContext(services, services.access.defaultTenant);
        printJson(await services.leaving.certificate(context, id));
      }),
    );
  departures
    .command('verify')
    .argument('<file>', 'as it was written', existingFile)
    .description('check a certificate’s file alone; needs no installation')
    .addOption(jwksOption('platform'))
    .addOption(logKeyOption('platform'))
    .addOption(jsonOption())
    .action(async (file: string, { jwks, logKey, json }: { jwks?: string; logKey?: string; json?: boolean }) => {
      const keySet = jwks === undefined ? undefined : await keySetFrom(jwks);
      const { certificate, faults, notes } = await verifyDepartureCertificate(await bytesOf(file), { keySet, logKey });
      const valid = faults.length === 0;
      if (json) printJson({ valid, faults, notes, certificateId: certificate?.certificateId ?? null });
      else {
        for (const note of valid ? notes : faults.map((fault) => `Not valid: ${fault}.`)) say(note);
        if (valid) say('Valid.');
      }
      if (!valid) process.exitCode = EXIT.failed;
    });
}
