import { type Command, Option } from 'commander';
import type { Services } from '../../app/services.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { languagesIn } from '../../foundations/messages/texts.ts';
import { renderHtml } from '../../foundations/print/html.ts';
import type { Breach } from '../../oversight/breaches/document.ts';
import {
  BreachAssessment,
  BreachClosing,
  BreachCorrection,
  BreachDecision,
  BreachNotification,
  BreachReport,
  IncidentReport,
  LETTER_RECIPIENTS,
} from '../../oversight/breaches/model.ts';
import { inputFrom } from './input-file.ts';
import { commandContext, withServices } from './installation.ts';
import { formatOption, knownAtOption, tenantOption } from './options.ts';
import { say } from './outcome.ts';
import { existingInput } from './path-argument.ts';
import { printJson, printTable } from './terminal.ts';

interface Options {
  tenant: string;
  file: string;
  knownAt?: Date;
  format: 'table' | 'json' | 'html';
}

const fileOption = () =>
  new Option('--file <json>', 'what to record, as in the API (`-`: standard input)')
    .argParser(existingInput)
    .makeOptionMandatory();

const hours = (seconds: number) => `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
const remaining = ({ clock, todo }: Breach) =>
  todo.length === 0 ? '–' : clock.secondsLeft > 0 ? hours(clock.secondsLeft) : 'over';
const dutiesOf = ({ todo }: Breach) =>
  todo.map(({ duty, controller }) => (controller ? `${duty} (${controller})` : duty)).join(', ');

/** Says on standard error what is to be done, and prints the breach. */
function printBreach(breach: Breach): void {
  printJson(breach);
  say(breach.todo.length === 0 ? 'Nothing is left to do.' : `To do: ${dutiesOf(breach)}. Left: ${remaining(breach)}.`);
}

export function define(breach: Command): void {
  /** A command that records one thing from a file. */
  const recording = (
    name: string,
    description: string,
    record: (services: Services, context: Context, breachId: string, file: string) => Promise<Breach>,
  ) =>
    breach
      .command(name)
      .argument('<breach>', 'its id')
      .description(description)
      .addOption(tenantOption('whose register'))
      .addOption(fileOption())
      .action((breachId: string, { tenant, file }: Options) =>
        withServices(async (services) =>
          printBreach(await record(services, await commandContext(services, tenant), breachId, file)),
        ),
      );

  breach
    .command('report')
    .description('begin the record of a breach; its clock and the count of those affected begin with it')
    .addOption(tenantOption('whose register'))
    .addOption(fileOption())
    .option('--everywhere', 'in the register of every institution whose data it concerns')
    .action(({ tenant, file, everywhere }: Options & { everywhere?: boolean }) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        if (everywhere)
          return printJson(await services.breaches.reportEverywhere(context, inputFrom(file, IncidentReport)));
        printBreach(await services.breaches.report(context, inputFrom(file, BreachReport)));
      }),
    );

  breach
    .command('list')
    .description('all breaches, newest first; the whole register as JSON or as a page to print')
    .addOption(tenantOption('whose register'))
    .addOption(knownAtOption())
    .addOption(formatOption('table', 'json', 'html'))
    .action(({ tenant, knownAt, format }: Options) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        if (format === 'html') {
          process.stdout.write(renderHtml(await services.breaches.registerPage(context, { knownAt })));
          return;
        }
        const register = await services.breaches.all(context, { knownAt });
        if (format === 'json') return printJson(register);
        printTable(
          ['breach', 'aware', 'kind', 'persons', 'state', 'left', 'to do'],
          register.items.map((one) => [
            one.breachId,
            one.awareAt,
            one.kinds.join(', '),
            one.persons ?? '?',
            one.status,
            remaining(one),
            dutiesOf(one),
          ]),
          'No breaches. Begin with: lethe breach report --file report.json',
        );
      }),
    );

  breach
    .command('show')
    .argument('<breach>', 'its id')
    .description('how one breach stands')
    .addOption(tenantOption('whose register'))
    .addOption(knownAtOption())
    .addOption(formatOption('json', 'html'))
    .option('--history', 'everything that was recorded, in order')
    .action((breachId: string, { tenant, knownAt, format, history }: Options & { history?: boolean }) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        if (history) printJson(await services.breaches.history(context, breachId, { knownAt }));
        else if (format === 'html')
          process.stdout.write(renderHtml(await services.breaches.page(context, breachId, { knownAt })));
        else printBreach(await services.breaches.get(context, breachId, { knownAt }));
      }),
    );

  recording('assess', 'say what was found out: numbers, consequences, measures, risk', (services, context, id, file) =>
    services.breaches.assess(context, id, inputFrom(file, BreachAssessment)),
  );
  recording('decide', 'decide whether authority and persons are told, with reasons', (services, context, id, file) =>
    services.breaches.decide(context, id, inputFrom(file, BreachDecision)),
  );
  recording('notified', 'record that somebody was told, when and how', (services, context, id, file) =>
    services.breaches.notify(context, id, inputFrom(file, BreachNotification)),
  );
  recording('correct', 'put right what was wrong, with the reason', (services, context, id, file) =>
    services.breaches.correct(context, id, inputFrom(file, BreachCorrection)),
  );
  recording('close', 'end the work on a breach; refused while something is to be done', (services, context, id, file) =>
    services.breaches.close(context, id, inputFrom(file, BreachClosing).summary),
  );

  breach
    .command('count')
    .argument('<breach>', 'its id')
    .description('count anew whom it affects, from the register and the holders')
    .addOption(tenantOption('whose register'))
    .action((breachId: string, { tenant }: Options) =>
      withServices(async (services) =>
        printBreach(await services.breaches.compute(await commandContext(services, tenant), breachId)),
      ),
    );

  breach
    .command('letters')
    .argument('<breach>', 'its id')
    .description('make the letters, keep them, and print them')
    .addOption(tenantOption('whose register'))
    .addOption(new Option('--to <whom>', 'to whom').choices(LETTER_RECIPIENTS).makeOptionMandatory())
    .option('--controller <party>', 'only that of, or to, this controller')
    .addOption(new Option('--language <language>', 'default: that of the portal').choices(languagesIn()))
    .action(
      (
        breachId: string,
        {
          tenant,
          ...wanted
        }: Options & { to: (typeof LETTER_RECIPIENTS)[number]; controller?: string; language?: string },
      ) =>
        withServices(async (services) => {
          const context = await commandContext(services, tenant);
          const before = (await services.breaches.get(context, breachId)).events;
          const { letters } = await services.breaches.makeLetters(context, breachId, wanted);
          for (const { subject, text } of letters.filter(({ seq }) => seq > before))
            process.stdout.write(`${subject}\n\n${text}\n`);
        }),
    );
}
