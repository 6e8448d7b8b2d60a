import type { Command } from 'commander';
import { renderHtml } from '../../foundations/print/html.ts';
import { renderPdf } from '../../foundations/print/pdf.ts';
import type { FindingList } from '../../oversight/findings/model.ts';
import { COLUMN_SET_IDS } from '../../oversight/records/columns.ts';
import { recordDocument } from '../../oversight/records/printed-page.ts';
import { recordAsCsv } from '../../oversight/records/service.ts';
import { InstitutionDetails } from '../../register/policies/model.ts';
import { registerDocument } from '../../register/view/document.ts';
import type { AsOf } from '../../register/view/service.ts';
import { inputFrom } from './input-file.ts';
import { installationContext, withServices } from './installation.ts';
import {
  atOption,
  formatOption,
  instantArgument,
  jsonOption,
  knownAtOption,
  oneTenantOption,
  tenantOption,
} from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingInput } from './path-argument.ts';
import { registerPaperCommands } from './register-papers.ts';
import { subProcessorCommands } from './sub-processors.ts';
import { printJson, printTable } from './terminal.ts';

interface When {
  at?: Date;
  knownAt?: Date;
}
const asOf = ({ at, knownAt }: When): AsOf => ({ at, knownAt });

export function define(register: Command): void {
  register
    .command('check')
    .description('find drift between the register and the system; exit code 1 when there is any')
    .addOption(oneTenantOption())
    .addOption(atOption())
    .addOption(knownAtOption())
    .option('--strict', 'warnings count too')
    .addOption(jsonOption())
    .action(({ tenant, strict, json, ...when }: When & { tenant?: string; strict?: boolean; json?: boolean }) =>
      withServices(async (services) => {
        let found = 0;
        for (const id of tenant === undefined ? await services.access.tenantIds() : [tenant]) {
          const list = await services.findings.list(await installationContext(services, id), asOf(when));
          if (json) printJson({ tenant: id, ...list });
          else printFindings(id, list);
          found += list.errors + (strict ? list.warnings : 0);
        }
        if (found > 0) throw new CommandFailure(EXIT.failed, `${found} finding${found === 1 ? '' : 's'} to mend.`);
      }),
    );

  register
    .command('show')
    .description('the whole register as JSON')
    .addOption(tenantOption('whose register'))
    .addOption(atOption())
    .addOption(knownAtOption())
    .action(({ tenant, ...when }: When & { tenant: string }) =>
      withServices(async (services) =>
        printJson(
          registerDocument(await services.register.view(await installationContext(services, tenant), asOf(when))),
        ),
      ),
    );

  register
    .command('activities')
    .description('each activity with its last sweep, rows due, rows held and the evidence')
    .addOption(tenantOption('whose register'))
    .addOption(jsonOption())
    .action(({ tenant, json }: { tenant: string; json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.findings.activities(await installationContext(services, tenant));
        if (json) return printJson(items);
        printTable(
          ['activity', 'controllers', 'last sweep', 'due', 'held', 'in the log'],
          items.map((item) => [
            item.id,
            item.controllers.join(', '),
            item.lastSweepAt ?? 'never',
            item.rowsDue ?? '',
            item.rowsHeld ?? '',
            [...new Set(item.retention.map(({ lastSweep }) => lastSweep?.evidence?.logIndex ?? '–'))].join(', '),
          ]),
          'The policies have no activities.',
        );
      }),
    );

  register
    .command('notices')
    .description('hold the notices against Art. 13 and 14; exit code 1 when one does not tell everything')
    .addOption(tenantOption('whose register'))
    .addOption(atOption())
    .addOption(knownAtOption())
    .addOption(jsonOption())
    .action(({ tenant, json, ...when }: When & { tenant: string; json?: boolean }) =>
      withServices(async (services) => {
        const checks = await services.findings.notices(await installationContext(services, tenant), asOf(when));
        const gaps = checks.flatMap((check) => check.gaps);
        if (json) printJson(checks);
        else {
          for (const { notice, version, languages, activities } of checks)
            say(`${notice} ${version} (${languages.join(', ')}): for ${activities.join(', ')}`);
          printTable(
            ['notice', 'language', 'law', 'does not tell', 'why', 'activities'],
            gaps.map((gap) => [
              `${gap.notice} ${gap.version}`,
              gap.language,
              gap.article,
              gap.tells,
              gap.why,
              gap.activities.join(', '),
            ]),
            'Every notice tells everything its activities make necessary.',
          );
        }
        if (gaps.length > 0) throw new CommandFailure(EXIT.failed, `${gaps.length} points are not told.`);
      }),
    );

  register
    .command('record')
    .argument('<columns>', `which columns: ${COLUMN_SET_IDS.join(', ')}`)
    .description(
      'the record of processing activities (Art. 30); with --strict exit code 1 when a mandatory cell is empty',
    )
    .addOption(tenantOption('whose register'))
    .addOption(atOption())
    .addOption(knownAtOption())
    .option('--party <id>', 'whose record (default: the institution)')
    .addOption(formatOption('json', 'csv', 'html', 'pdf'))
    .option('--strict', 'fail when a mandatory cell is empty')
    .action((columns: string, { tenant, party, format, strict, ...when }: RecordOptions) =>
      withServices(async (services) => {
        const set = COLUMN_SET_IDS.find((id) => id === columns);
        if (!set) throw new CommandFailure(EXIT.usage, `There are these columns: ${COLUMN_SET_IDS.join(', ')}.`);
        const context = await installationContext(services, tenant);
        const record = await services.records.record(context, {
          set,
          party,
          ...asOf(when),
        });
        const document = async () => recordDocument(record, await services.register.view(context, asOf(when)));
        if (format === 'json') printJson(record);
        else if (format === 'csv') process.stdout.write(recordAsCsv(record));
        else if (format === 'html') process.stdout.write(renderHtml(await document()));
        else process.stdout.write(await renderPdf(await document(), new Date(record.at)));
        for (const { activity, column } of record.emptyMandatory) say(`empty: ${activity}, ${column}`);
        if (strict && record.emptyMandatory.length > 0)
          throw new CommandFailure(EXIT.failed, `${record.emptyMandatory.length} mandatory cells are empty.`);
      }),
    );

  register
    .command('institution')
    .description('show who the institution of a portal is, or record it')
    .addOption(tenantOption('whose register'))
    .option('--file <details.json>', 'record these details from now on', existingInput)
    .action(({ tenant, file }: { tenant: string; file?: string }) =>
      withServices(async (services) => {
        const context = await installationContext(services, tenant);
        if (file !== undefined)
          await services.registerRecords.recordInstitution(context, inputFrom(file, InstitutionDetails));
        printJson((await services.registerRecords.institution(context)).party);
      }),
    );

  registerPaperCommands(register);
  subProcessorCommands(register);

  const agreements = register.command('agreements').description('agreements on processing (Art. 28)');
  agreements
    .command('list')
    .addOption(tenantOption('whose register'))
    .addOption(jsonOption())
    .action(({ tenant, json }: { tenant: string; json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.agreements.list(await installationContext(services, tenant));
        if (json) return printJson(items);
        printTable(
          ['id', 'title', 'controller', 'processor', 'state', 'from', 'until'],
          items.map((item) => [
            item.agreementId,
            item.title,
            item.controller,
            item.processor,
            item.status,
            item.validFrom.slice(0, 10),
            item.validUntil?.slice(0, 10) ?? 'open',
          ]),
          'No agreements yet. Begin with: lethe register agreements sign TEMPLATE --file-name NAME --sha256 HASH',
        );
      }),
    );
  agreements
    .command('sign <template>')
    .description('record that an agreement from a template of the policies was signed by both')
    .addOption(tenantOption('whose register'))
    .requiredOption('--file-name <name>', 'name of the signed file')
    .requiredOption('--sha256 <hash>', 'its SHA-256')
    .option('--from <instant>', 'in force from (default: now)', instantArgument)
    .action((template: string, { tenant, fileName, sha256, from }: Signing) =>
      withServices(async (services) => {
        const context = await installationContext(services, tenant);
        const now = context.clock();
        const { agreementId } = await services.agreements.draft(context, {
          template,
          validFrom: (from ?? now).toISOString(),
          file: { name: fileName, sha256 },
        });
        printJson(await services.agreements.activate(context, agreementId, { signedOn: now.toISOString() }));
      }),
    );
}

interface RecordOptions extends When {
  tenant: string;
  party?: string;
  format: 'json' | 'csv' | 'html' | 'pdf';
  strict?: boolean;
}

interface Signing {
  tenant: string;
  fileName: string;
  sha256: string;
  from?: Date;
}

function printFindings(tenant: string, { errors, warnings, items }: FindingList): void {
  say(`${tenant}: ${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}`);
  printTable(
    ['', 'finding', 'what', 'what helps', 'law'],
    items.map(({ severity, code, detail, remedy, law }) => [severity, code, detail, remedy, law]),
    'The register says what the system does.',
  );
}
