import type { Command } from 'commander';
import { officerContext, withServices } from './installation.ts';
import { jsonOption, tenantOption, yesOption } from './options.ts';
import { EXIT, say } from './outcome.ts';
import { subjectArgument } from './subject-argument.ts';
import { confirm, printJson, printTable } from './terminal.ts';

export function define(erase: Command): void {
  erase
    .argument('<subject>', 'account:ID or visitor:ID', subjectArgument)
    .addOption(tenantOption())
    .addOption(yesOption())
    .addOption(jsonOption())
    .action((subject: string, { tenant, yes, json }: { tenant: string; yes?: boolean; json?: boolean }) =>
      withServices(async (services) => {
        await confirm('The person’s data will be destroyed for good.', yes);
        const context = await officerContext(services, tenant);
        const erasure = await services.erasures.erase(context, subject);
        if (json) printJson(erasure);
        else if (erasure.status === 'running')
          say(
            `Erasure ${erasure.erasureId}: it runs on while a reader (a backup, say) keeps bytes of before in the files; the service ends and certifies it.`,
          );
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
