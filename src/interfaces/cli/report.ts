import { type Command, Option } from 'commander';
import type { StatedPurpose } from '../../law/reading-purposes.ts';
import { LANGUAGES, type Language } from '../../rights/reports/package/model.ts';
import { officerContext, withServices } from './installation.ts';
import { purposeOption, tenantOption, zipOption } from './options.ts';
import { EXIT, say } from './outcome.ts';
import { subjectArgument } from './subject-argument.ts';
import { writeWhole } from './whole-file.ts';

interface ReportOptions {
  output: string;
  tenant: string;
  purpose: StatedPurpose;
  portable?: boolean;
  language?: Language;
}

export function define(report: Command): void {
  report
    .argument('<subject>', 'account:ID or visitor:ID', subjectArgument)
    .addOption(zipOption())
    .addOption(tenantOption())
    .addOption(purposeOption('access-request'))
    .option('--portable', 'what the person may take elsewhere (Art. 20) instead of everything')
    .addOption(new Option('--language <language>', 'language of the person').choices([...LANGUAGES]))
    .action((subject: string, { output, tenant, purpose, portable, language }: ReportOptions) =>
      withServices(async (services) => {
        const kind = portable ? 'portability' : 'access';
        const context = {
          ...(await officerContext(services, tenant)),
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
}
