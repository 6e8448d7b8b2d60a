import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseStatedPurpose, READING_PURPOSES, type StatedPurpose } from '../law/reading-purposes.ts';
import { writeReportPackage } from '../reports/package.ts';
import { SUBJECT_REF_PATTERN } from '../vault/subjects.ts';
import { withServices } from './installation.ts';
import { CommandFailure, confirm, EXIT, printJson, printTable, say } from './terminal.ts';

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

export function peopleCommands(program: Command): void {
  program
    .command('report')
    .description('write everything held about one person as a ZIP (page, JSON, CSV, manifest)')
    .argument('<subject>', 'account:ID or visitor:ID', subjectArgument)
    .requiredOption('-o, --output <file>', 'the ZIP to write')
    .addOption(tenantOption())
    .option('--purpose <purpose>', 'why you look, and a case number if there is one', purposeArgument, ACCESS_REQUEST)
    .action(
      (subject: string, { output, tenant, purpose }: { output: string; tenant: string; purpose: StatedPurpose }) =>
        withServices(async (services) => {
          const reader = { id: 'system:cli', role: 'dpo', everyTenant: true } as const;
          const context = {
            ...(await services.access.contextFor(tenant, reader)),
            reading: { ...purpose, what: 'getAccessReport', subjects: new Set<string>() },
          };
          const report = await services.reports.access.generate(context, subject);
          await services.recordReading(context);
          await writeWhole(output, (sink) => writeReportPackage(report, sink));
          const records = Object.values(report.counts).reduce((sum, count) => sum + count, 0);
          say(
            report.held
              ? `${records} records written to ${output}`
              : `Nothing is held about this person; ${output} says so.`,
          );
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

/** Writes a file whole or not at all, readable only by its owner: a half-written report must not lie about. */
async function writeWhole(file: string, write: (sink: WritableStream<Uint8Array>) => Promise<unknown>): Promise<void> {
  const temporary = join(dirname(file), `.lethe-${randomBytes(6).toString('hex')}.part`);
  try {
    await write(
      Writable.toWeb(createWriteStream(temporary, { mode: 0o600, flags: 'wx' })) as WritableStream<Uint8Array>,
    );
    const handle = await open(temporary, 'r+');
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR' || code === 'ENOTDIR')
      throw new CommandFailure(
        EXIT.failed,
        `The report cannot be written there (${code}): name a file in a folder that exists.`,
      );
    throw error;
  }
}
