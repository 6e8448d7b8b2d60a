import type { Command } from 'commander';
import { elsewhere } from './backup-elsewhere.ts';
import { judged } from './departures.ts';
import { administratorContext, withServices } from './installation.ts';
import { jsonOption, jwksOption, yesOption } from './options.ts';
import { say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { keySetFrom } from './signed-file.ts';
import { confirm, printJson, printTable } from './terminal.ts';

interface ReceiveOptions {
  identity?: string;
  jwks?: string;
  signedBy?: string;
  region?: string;
  acceptMissing?: boolean;
  dryRun?: boolean;
  json?: boolean;
  yes?: boolean;
}

export function define(tenants: Command): void {
  tenants
    .command('list')
    .addOption(jsonOption())
    .action(({ json }: { json?: boolean }) =>
      withServices(async (services) => {
        const { items } = await services.access.listTenants(await administratorContext(services, 'main'), {
          limit: 200,
        });
        if (json) printJson(items);
        else
          printTable(
            ['tenant', 'name', 'region', 'time zone', 'jurisdiction'],
            items.map((t) => [t.id, t.name, t.region ?? 'home', t.timeZone, t.jurisdiction]),
            'No tenant yet: start the service once.',
          );
      }),
    );

  tenants
    .command('receive')
    .argument('<file>', 'what another instance has returned', existingFile)
    .description('take a portal over from another instance, with everything it had')
    .option('--identity <file>', 'the age identity that opens it', existingFile)
    .addOption(jwksOption('other instance'))
    .option('--signed-by <key>', 'the thumbprint of the key it must be signed with')
    .option('--region <region>', 'where its data is from now on (default: the home region)')
    .option('--accept-missing', 'purposes that the policies here do not have may be missing')
    .option('--dry-run', 'only check the file')
    .addOption(jsonOption())
    .addOption(yesOption())
    .action((file: string, options: ReceiveOptions) =>
      withServices(async (services) => {
        const { jwks, json, yes, region, identity, signedBy, acceptMissing } = options;
        const context = await administratorContext(services, services.access.defaultTenant);
        const { identities } = await elsewhere({ identity });
        const trusted = jwks === undefined ? undefined : await keySetFrom(jwks);
        const wanted = { file, identities, trusted, signedBy, region, acceptMissing };
        const looked = await judged(() => services.leaving.receive(context, { ...wanted, dryRun: true }));
        if (trusted === undefined && signedBy === undefined)
          say(`Nobody vouches for the key ${looked.signedBy}: compare it with the one the other instance publishes.`);
        if (!options.dryRun && (trusted ?? signedBy) !== undefined)
          await confirm(`${looked.tenant} is taken over, with everything in the file.`, yes);
        const received = options.dryRun ? looked : await judged(() => services.leaving.receive(context, wanted));
        if (json) printJson(received);
        else {
          if (received.log) say(`${received.tenant} is here; its log goes on as ${received.log}.`);
          say(`To acknowledge to the instance that made the file: ${received.manifest}`);
        }
      }),
    );

  tenants
    .command('readmit')
    .argument('<tenant>', 'its id')
    .description('let a tenant in again whose id is that of one that has left')
    .addOption(yesOption())
    .action((tenant: string, { yes }: { yes?: boolean }) =>
      withServices(async (services) => {
        await confirm(`Everything of ${tenant} was erased here. Another tenant may have its id from now on.`, yes);
        await services.access.readmitTenant(
          await administratorContext(services, services.access.defaultTenant),
          tenant,
        );
        say(`A tenant called ${tenant} may come in.`);
      }),
    );

  tenants
    .command('move')
    .argument('<tenant>', 'its id')
    .argument('<region>', 'a region of the policies')
    .description('say in which region a portal is from now on; its data must be moved there by a backup of its own')
    .action((tenant: string, region: string) =>
      withServices(async (services) => {
        await services.access.updateTenant(await administratorContext(services, tenant), tenant, { region }, '*');
        say(`${tenant} is in ${region} now; instances of other regions answer 421.`);
      }),
    );
}
