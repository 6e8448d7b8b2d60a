import { type Command, InvalidArgumentError, Option } from 'commander';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';
import { parseStatedPurpose, READING_PURPOSES, type StatedPurpose } from '../../law/reading-purposes.ts';
import { LANGUAGES, type Language } from '../../rights/reports/package/model.ts';
import { withServices } from './installation.ts';
import { confirm, EXIT, printJson, printTable, say } from './terminal.ts';
import { writeWhole } from './whole-file.ts';

const SUBJECT = new RegExp(SUBJECT_REF_PATTERN);

function subjectArgument(text: string): string {
  if (!SUBJECT.test(text)) throw new InvalidArgumentError('A person is named account:ID or visitor:ID.');
  return text;
}

const ACCESS_REQUEST: StatedPurpose = { purpose: 'access-request' };

function purposeArgument(text: string): StatedPurpose {
  const stated = parseStatedPurpose(text);
  if (!stated)
    throw new InvalidArgumentError(
      `One of ${Object.keys(READING_PURPOSES).join(', ')}; a case number may follow: "access-request; reference=2026-17".`,
    );
  return stated;
}

const tenantOption = () => new Option('--tenant <id>', 'the tenant').default('main');

interface ReportOptions {
  output: string;
  tenant: string;
  purpose: StatedPurpose;
  portable?: boolean;
  language?: Language;
}

export function peopleCommands(program: Command): void {
  program
    .command('report')
    .description('write everything held about one person as a ZIP (PDF, page, JSON, CSV, manifest)')
    .argument('<subject>', 'account:ID or visitor:ID', subjectArgument)
    .requiredOption('-o, --output <file>', 'the ZIP to write')
    .addOption(tenantOption())
    .option('--purpose <purpose>', 'why you look, and a case number if there is one', purposeArgument, ACCESS_REQUEST)
    .option('--portable', 'what the person may take elsewhere (Art. 20) instead of everything')
    .addOption(new Option('--language <language>', 'language of the person').choices(LANGUAGES))
    .action((subject: string, { output, tenant, purpose, portable, language }: ReportOptions) =>
      withServices(async (services) => {
        const kind = portable ? 'portability' : 'access';
        const reader = { id: 'system:cli', role: 'dpo', everyTenant: true } as const;
        const context = {
          ...(await services.access.contextFor(tenant, reader)),
          reading: { ...purpose, what: 'getPackageContent', subjects: new Set<string>() },
        };
        const { packages } = services;
        const { packageId } = await packages.prepare(context, { subject, kind, language });
        try {
          await packages.make(context, packageId);
          const { stream } = await packages.content(context, packageId);
          await services.recordReading(context);
          await writeWhole(output, stream);
          const { records, manifest } = await packages.get(context, packageId);
          say(
            records
              ? `${records} records written to ${output}`
              : `Nothing is held about this person; ${output} says so.`,
          );
          for (const { holder, inWords } of manifest?.missing ?? []) say(`Incomplete: ${holder}, ${inWords}.`);
          if ((manifest?.missing ?? []).length > 0) process.exitCode = EXIT.heldBack;
        } finally {
          // What was written is the file; nothing of it stays here.
          await packages.destroy(context, packageId);
        }
      }),
    );
  program
    .command('erase')
    .description('forget one person as the policies decide')
    .argument('<subject>', 'account:ID or visitor:ID', subjectArgument)
    .addOption(tenantOption())
    .option('--yes', 'do not ask')
    .option('--json', 'as JSON')
    .action((subject: string, { tenant, yes, json }: { tenant: string; yes?: boolean; json?: boolean }) =>
      withServices(async (services) => {
        await confirm('The person’s data will be destroyed for good.', yes);
        const context = await services.access.contextFor(tenant, { id: 'system:cli', role: 'dpo', everyTenant: true });
        const erasure = await services.erasures.erase(context, subject);
        if (json) printJson(erasure);
        else {
          say(`Erasure ${erasure.erasureId}: ${erasure.verdict}; certificate ${erasure.certificateId}`);
          printTable(
            ['kind of data', 'result', 'removed', 'reduced', 'kept', 'why'],
            erasure.holders.flatMap(({ categories }) =>
              categories.map((c) => [c.category, c.result, c.removed, c.reduced, c.retained, c.groundInWords ?? '']),
            ),
            'Nothing was held.',
          );
        }
        if (erasure.verdict === 'incomplete') process.exitCode = EXIT.heldBack;
      }),
    );
}
