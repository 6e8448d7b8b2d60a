import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { renderHtml } from '../../foundations/print/html.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { renderPdf } from '../../foundations/print/pdf.ts';
import { VOCABULARIES } from '../../law/vocabularies/versions.ts';
import { annexesDocument } from '../../oversight/records/annexes-page.ts';
import { scheduleDocument } from '../../oversight/records/schedule.ts';
import { subProcessorList, subProcessorPage } from '../../register/sub-processors/public-list.ts';
import type { AsOf } from '../../register/view/service.ts';
import { installationContext, withServices } from './installation.ts';
import { atOption, formatOption, jsonOption, knownAtOption, tenantOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { printJson, printTable } from './terminal.ts';

interface PaperOptions {
  tenant: string;
  at?: Date;
  knownAt?: Date;
  format: 'json' | 'html' | 'pdf';
  strict?: boolean;
}

/** Documents of the register that others read, sign or publish. */
export function registerPaperCommands(register: Command): void {
  const paper = (name: string, description: string) =>
    register
      .command(name)
      .description(`${description}; with --strict exit code 1 when something mandatory is empty`)
      .addOption(tenantOption('whose register'))
      .addOption(atOption())
      .addOption(knownAtOption())
      .addOption(formatOption('json', 'html', 'pdf'))
      .option('--strict', 'fail when something mandatory is empty');

  paper('annexes <agreement>', 'the annexes of an agreement on processing (Decision (EU) 2021/915)').action(
    (agreement: string, options: PaperOptions) =>
      withServices(async (services) => {
        const { annexes, view } = await services.records.annexes(
          await installationContext(services, options.tenant),
          agreement,
          asOf(options),
        );
        await put(annexes, () => annexesDocument(annexes, view), annexes.at, options);
        complain(
          options,
          annexes.emptyMandatory.map(({ annex, part, entry }) => `Annex ${annex}, ${part}: ${entry}`),
        );
      }),
  );
  paper('schedule', 'how long what is kept, as it is published').action((options: PaperOptions) =>
    withServices(async (services) => {
      const context = await installationContext(services, options.tenant);
      const schedule = await services.records.schedule(context, asOf(options));
      const view = await services.register.view(context, asOf(options));
      await put(schedule, () => scheduleDocument(schedule, view), schedule.at, options);
      complain(
        options,
        schedule.emptyMandatory.map(({ category, field }) => `${category}: ${field}`),
      );
    }),
  );
  paper('sub-processors', 'who processes on whose behalf, as it is published').action((options: PaperOptions) =>
    withServices(async (services) => {
      const context = await installationContext(services, options.tenant);
      const view = await services.register.view(context, asOf(options));
      const list = subProcessorList(view);
      await put(list, () => subProcessorPage(list, view), list.at, options);
      complain(
        options,
        list.emptyMandatory.map(({ party, field }) => `${party}: ${field}`),
      );
    }),
  );

  register
    .command('vocabularies')
    .description('the vocabularies whose codes the register takes, with their versions')
    .addOption(jsonOption())
    .action(({ json }: { json?: boolean }) => {
      if (json) printJson(VOCABULARIES);
      else
        printTable(
          ['vocabulary', 'version', 'used for', 'source'],
          VOCABULARIES.map(({ name, version, used, source }) => [name, version, used, source]),
          '',
        );
    });
}

const asOf = ({ at, knownAt }: PaperOptions): AsOf => ({ at, knownAt });
async function put(data: unknown, document: () => PrintDocument, at: string, { format }: PaperOptions): Promise<void> {
  if (format === 'json') printJson(data);
  else if (format === 'html') process.stdout.write(renderHtml(document()));
  // In one piece, also into a pipe.
  else writeFileSync(1, await renderPdf(document(), new Date(at)));
}

function complain({ strict }: PaperOptions, empty: string[]): void {
  for (const line of empty) say(`empty: ${line}`);
  if (strict && empty.length > 0) throw new CommandFailure(EXIT.failed, `${empty.length} mandatory entries are empty.`);
}
