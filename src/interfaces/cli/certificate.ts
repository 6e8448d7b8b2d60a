import type { Command } from 'commander';
import type { Certificate } from '../../data/certificates/model.ts';
import { type Trust, verifyCertificate } from '../../data/certificates/verify.ts';
import { localDay } from '../../law/duration.ts';
import { commandContext, withServices } from './installation.ts';
import { jsonOption, jwksOption, logKeyOption, tenantOption } from './options.ts';
import { EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { bytesOf, keySetFrom } from './signed-file.ts';
import { plain, printJson, printTable } from './terminal.ts';

export function define(certificate: Command): void {
  certificate
    .command('list')
    .description('list certificates, newest first')
    .addOption(tenantOption())
    .option('--limit <n>', 'how many', (text) => Math.min(200, Math.max(1, Number.parseInt(text, 10) || 50)), 50)
    .addOption(jsonOption())
    .action(({ tenant, limit, json }: { tenant: string; limit: number; json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.certificates.list(await commandContext(services, tenant), { limit });
        if (json) printJson(items);
        else
          printTable(
            ['certificate', 'of', 'issued', 'verdict', 'removed', 'reduced', 'anonymised', 'kept', 'still there'],
            items.map(({ certificateId, kind, issuedAt, verdict, totals: t }) => [
              certificateId,
              kind,
              issuedAt,
              verdict,
              t.removed,
              t.reduced,
              t.anonymised,
              t.retained,
              t.failed,
            ]),
            'There is no certificate yet: every erasure and every sweep ends in one.',
          );
      }),
    );
  certificate
    .command('show')
    .description('show a certificate as a table')
    .argument('<id>', 'its id')
    .addOption(tenantOption())
    .action((id: string, { tenant }: { tenant: string }) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        show((await services.certificates.get(context, id)).certificate, context.tenant.timeZone);
      }),
    );
  certificate
    .command('export')
    .description('write a certificate with its signature and proof to standard output')
    .argument('<id>', 'its id')
    .addOption(tenantOption())
    .option('--page', 'as a page to read and print (HTML)')
    .action((id: string, { tenant, page }: { tenant: string; page?: boolean }) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        if (page) process.stdout.write(await services.certificates.page(context, id));
        else printJson(await services.certificates.get(context, id));
      }),
    );
  certificate
    .command('verify')
    .description('check a certificate’s file alone; needs no installation')
    .argument('<file>', 'as exported', existingFile)
    .addOption(jwksOption('institution'))
    .addOption(logKeyOption('institution'))
    .option(
      '--entry <file>',
      'the audit entry as the log holds it, where the certificate’s file has none',
      existingFile,
    )
    .addOption(jsonOption())
    .action(verify);
}

async function verify(
  file: string,
  { jwks, logKey, entry, json }: { jwks?: string; logKey?: string; entry?: string; json?: boolean },
): Promise<void> {
  const trust: Trust = {
    keySet: jwks === undefined ? undefined : await keySetFrom(jwks),
    logKey,
    entry: entry === undefined ? undefined : (await bytesOf(entry)).toString('utf8').trim(),
  };
  const { certificate, faults, notes } = await verifyCertificate(await bytesOf(file), trust);
  const valid = faults.length === 0;
  if (json) printJson({ valid, faults, notes, certificateId: certificate?.certificateId ?? null });
  else {
    if (certificate && valid) show(certificate);
    for (const note of notes) if (valid) say(note);
    for (const fault of faults) say(`Not valid: ${fault}.`);
    if (valid) say('Valid.');
  }
  if (!valid) process.exitCode = EXIT.failed;
}

/** Days are those of the portal; of a file that says nothing of it, instants. */
function show(
  { kind, certificateId, institution, verdict, startedAt, finishedAt, ...rest }: Certificate,
  timeZone?: string,
): void {
  const day = (instant: string) => (timeZone === undefined ? instant : localDay(new Date(instant), timeZone));
  say(plain(`${kind === 'erasure' ? 'Erasure' : 'Sweep'} ${rest.actId} of ${institution}: ${verdict}`));
  say(plain(`Certificate ${certificateId}, ${startedAt} to ${finishedAt}, policies ${rest.policyHash}`));
  printTable(
    ['kind of data', 'rule', 'result', 'removed', 'reduced', 'anonymised', 'kept', 'still there', 'why', 'until'],
    rest.holders
      .flatMap(({ categories }) => categories)
      .filter(({ result }) => result !== 'nothing-held')
      .map((c) => [
        c.category,
        c.rule ?? '',
        c.result,
        c.removed,
        c.reduced,
        c.anonymised,
        c.retained,
        c.failed,
        c.groundInWords ?? c.ground ?? '',
        c.until ? day(c.until) : '',
      ])
      .map((row) => row.map((cell) => (typeof cell === 'string' ? plain(cell) : cell))),
    'Nothing was there that had to be treated.',
  );
}
