import { type Command, Option } from 'commander';
import { renderHtml } from '../../foundations/print/html.ts';
import { STATES } from '../../rights/requests/states.ts';
import { commandContext, withServices } from './installation.ts';
import { formatOption, tenantOption } from './options.ts';
import { say } from './outcome.ts';
import { defineActs } from './request-acts.ts';
import { looked } from './request-performing.ts';
import { printJson, printTable } from './terminal.ts';
import { defineWork } from './work-on-request.ts';

interface Options {
  tenant: string;
  format: 'table' | 'json' | 'html' | 'ics';
  state?: (typeof STATES)[number];
  all?: boolean;
  by?: string;
}

/** `lethe requests`: what is open, until when, and why; and every step of one. Lists name nobody. */
export function define(requests: Command): void {
  requests
    .command('list')
    .description('requests, newest first; open ones unless told otherwise')
    .addOption(tenantOption('whose requests'))
    .addOption(new Option('--state <state>', 'only these').choices([...STATES]))
    .option('--all', 'closed ones too')
    .addOption(formatOption('table', 'json'))
    .action(({ tenant, state, all, format }: Options) =>
      withServices(async (services) => {
        const filter = { ...(state ? { state } : all ? {} : { open: true }), limit: 200 };
        const found = await services.requests.list(await commandContext(services, tenant), filter);
        if (format === 'json') return printJson(found);
        printTable(
          ['request', 'reference', 'type', 'state', 'due', 'target'],
          found.items.map((one) => [
            one.requestId,
            one.reference,
            one.type,
            one.state,
            one.dueOn ?? '–',
            one.targetOn ?? '–',
          ]),
          'No requests.',
        );
      }),
    );

  requests
    .command('due')
    .description('what is due, the earliest day first; or all last days as a calendar')
    .addOption(tenantOption('whose requests'))
    .option('--by <day>', 'due on it or before: 2026-11-23')
    .addOption(formatOption('table', 'ics'))
    .action(({ tenant, by, format }: Options) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        if (format === 'ics') return void process.stdout.write(await services.requests.calendar(context));
        const { items } = await services.requests.list(context, { 'due-by': by ?? '9999-12-31', limit: 200 });
        const sorted = items.toSorted((a, b) => ((a.dueOn ?? '') < (b.dueOn ?? '') ? -1 : 1));
        printTable(
          ['due', 'target', 'reference', 'type', 'state', 'request'],
          sorted.map((one) => [
            one.dueOn ?? '–',
            one.targetOn ?? '–',
            one.reference,
            one.type,
            one.state,
            one.requestId,
          ]),
          'Nothing is due.',
        );
      }),
    );

  requests
    .command('show')
    .argument('<request>', 'its id')
    .description('one request: state, clock with its reasons, what can happen next')
    .addOption(tenantOption('whose requests'))
    .addOption(formatOption('table', 'json', 'html'))
    .action((requestId: string, { tenant, format }: Options) =>
      withServices(async (services) => {
        const { request, page } = await looked(services, tenant, async (context) => ({
          request: await services.requests.get(context, requestId),
          page: format === 'html' ? renderHtml(await services.requests.page(context, requestId)) : undefined,
        }));
        if (page !== undefined) return void process.stdout.write(page);
        if (format === 'json') return printJson(request);
        say(`${request.reference} ${request.type}: ${request.state}; due ${request.dueOn ?? '–'}`);
        for (const sentence of request.clock.explanation['en'] ?? []) say(`  ${sentence}`);
        printTable(
          ['still to do', 'by'],
          request.duties.map(({ duty, due }) => [duty, due ?? '–']),
          'Nothing is left to do.',
        );
      }),
    );

  defineActs(requests);
  defineWork(requests);
}
