import type { Command } from 'commander';
import type { VisitErasure } from '../../data/visits/erasures/model.ts';
import { officerContext, tokenContext, withServices } from './installation.ts';
import { instantArgument, jsonOption, tenantOption, yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { confirm, printJson, printTable } from './terminal.ts';

interface Wanted {
  from?: Date;
  until?: Date;
  network?: string;
  portal?: string;
  tenant: string;
  json?: boolean;
}

export function define(visits: Command): void {
  visits
    .command('erase')
    .description('propose to erase one visit, or those of a time; touches nothing until another officer agrees')
    .argument('[visit]', 'the id of one visit')
    .option('--from <instant>', 'the beginning of the time', instantArgument)
    .option('--until <instant>', 'its end, exclusive', instantArgument)
    .option('--network <cidr>', 'from this network (203.0.113.0/24), or one address')
    .option('--portal <portal>', 'of this portal')
    .addOption(tenantOption())
    .addOption(jsonOption())
    .action((visitId: string | undefined, { from, until, network, portal, tenant, json }: Wanted) =>
      withServices(async (services) => {
        const wanted = { visitId, from: from?.toISOString(), until: until?.toISOString(), network, portal };
        const erasure = await services.visitErasures.propose(await officerContext(services, tenant), wanted);
        if (json) printJson(erasure);
        else {
          print(erasure);
          say(
            `Another officer agrees with: lethe visits approve ${erasure.erasureId} --tenant ${tenant} --token-file FILE`,
          );
        }
      }),
    );
  visits
    .command('approve')
    .description('agree to an erasure of visits that somebody else has proposed; it is carried out')
    .argument('<erasure>', 'its id')
    .addOption(tenantOption())
    .option('--token-file <file>', 'a file with the officer’s token: approve as that officer', existingFile)
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(
      (
        erasureId: string,
        { tenant, tokenFile, yes, json }: { tenant: string; tokenFile?: string; yes?: boolean; json?: boolean },
      ) =>
        withServices(async (services) => {
          const context =
            tokenFile === undefined
              ? await officerContext(services, tenant)
              : await tokenContext(services, tenant, tokenFile, 'erasures.approve');
          const { visitErasures } = services;
          const proposed = await visitErasures.get(context, erasureId);
          if (proposed.status !== 'proposed' || proposed.digest === null)
            throw new CommandFailure(EXIT.failed, 'This does not wait for anybody.');
          if (!json) print(proposed);
          await confirm('These visits will be destroyed for good.', yes);
          await visitErasures.approve(context, erasureId, proposed.digest);
          await visitErasures.settled();
          const done = await visitErasures.get(context, erasureId);
          if (json) printJson(done);
          else print(done);
          if (done.status !== 'completed') process.exitCode = EXIT.heldBack;
        }),
    );
}

function print(erasure: VisitErasure): void {
  const { erasureId, status, due, held, people, untold, counted, removed, certificateId } = erasure;
  say(`Erasure of visits ${erasureId}: ${status}${certificateId === null ? '' : `, certificate ${certificateId}`}`);
  printTable(
    ['would go', 'people', 'held', 'cannot be told', 'counted, and stay', 'oldest', 'newest', 'erased'],
    [[due, people, held, untold, counted, erasure.oldest ?? '', erasure.newest ?? '', removed]],
    '',
  );
}
