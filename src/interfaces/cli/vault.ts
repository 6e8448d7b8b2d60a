import { renameSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { masterKeyFile, nextMasterKeyFile, openFoundations } from '../../app/foundations.ts';
import { newMasterKey, parseMasterKey, writeMasterKeyFile } from '../../foundations/vault/master-key.ts';
import { rotateDataKeys, UnreadableValues } from '../../foundations/vault/reseal.ts';
import { KEY_MEMORY } from '../../foundations/vault/vault.ts';
import { configuration } from './configuration.ts';
import { administratorContext, withServices } from './installation.ts';
import { oneTenantOption, yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile, secretFrom } from './path-argument.ts';
import { confirm } from './terminal.ts';

interface RotateOptions {
  tenant?: string;
  scope?: string;
  all?: boolean;
  stopped?: boolean;
  discardUnreadable?: boolean;
  yes?: boolean;
}

function scopeArgument(text: string): string {
  if (!/^[a-z][a-z-]{0,30}(:[\w-]{1,128})?$/.test(text) || text.startsWith('signing'))
    throw new InvalidArgumentError('A scope is a name such as content, or one with an id, such as request:ID.');
  return text;
}

export function define(vault: Command): void {
  vault
    .command('rotate-keys')
    .description(
      'new data keys: all that old ones sealed is sealed anew, then the old ones are destroyed. Cut off, it goes on at the next call.',
    )
    .addOption(oneTenantOption())
    .option('--scope <scope>', 'one scope only, such as content or request:ID', scopeArgument)
    .option('--all', 'every scope')
    .option('--stopped', 'no instance runs: nothing is waited for')
    .option('--discard-unreadable', 'destroy old keys although values that name them do not open')
    .addOption(yesOption())
    .action(async ({ tenant, scope, all, stopped, discardUnreadable, yes }: RotateOptions) => {
      if ((scope === undefined) === (all !== true))
        throw new CommandFailure(EXIT.usage, 'Say which keys: --scope SCOPE, or --all.');
      await confirm('Backups of the data from before will not open any more: make a new one afterwards.', yes);
      await withServices(async (services) => {
        const contexts = await services.everyTenant();
        const tenants = ['*', ...contexts.map((context) => context.tenant.id)];
        if (tenant !== undefined && !tenants.includes(tenant))
          throw new CommandFailure(EXIT.usage, 'There is no such tenant.');
        const rotation = { tenantId: tenant ?? null, scope: scope ?? null };
        const standing = await services.vault.keyRotation.underWay();
        if (standing) say('A rotation was cut off: it is gone on with, as it was begun.');
        const { epoch, resealed, retired } = await rotateDataKeys(
          {
            store: services.store,
            vault: services.vault,
            tenants,
            settle: stopped ? async () => undefined : () => new Promise((done) => setTimeout(done, KEY_MEMORY)),
            tell: say,
          },
          rotation,
          { discardUnreadable },
        ).catch((error: unknown) => {
          if (!(error instanceof UnreadableValues)) throw error;
          const found = Object.entries(error.unreadable).map(([column, count]) => `${column}: ${count}`);
          throw new CommandFailure(
            EXIT.failed,
            `Values name a key that does not open them, so no old key was destroyed (${found.join(', ')}). They were ` +
              'altered, or belong to somebody who was erased. To go on all the same: --discard-unreadable.',
          );
        });
        for (const id of tenants.filter((one) => one !== '*' && (standing?.tenantId ?? tenant ?? one) === one)) {
          const context = await administratorContext(services, id);
          await services.store.write((tx) =>
            services.audit.add(tx, context, { action: 'vault.keys-rotated', detail: { rotation: epoch, retired } }),
          );
        }
        say(`${resealed} values were sealed anew, ${retired} old keys are destroyed.`);
      });
    });

  vault
    .command('rotate-signing-key')
    .description('a new key that signs receipts, certificates and packs; the old ones stay in the key set')
    .action(() =>
      withServices(async ({ signer }) => {
        const { number, kid } = await signer.rotate();
        say(`Signing key ${number} (${kid}) signs from now on; publish the new key set wherever you have it printed.`);
      }),
    );

  vault
    .command('rotate-master-key')
    .description('wrap all data keys under a new master key; the data is not rewritten. Stop the service first.')
    .option('--new-key-file <file>', 'the new key, 32 bytes in base64 or hex (default: one is made)', existingFile)
    .addOption(yesOption())
    .action(async ({ newKeyFile, yes }: { newKeyFile?: string; yes?: boolean }) => {
      const config = configuration();
      if (config.masterKey && !newKeyFile && !process.stderr.isTTY)
        throw new CommandFailure(
          EXIT.usage,
          'Without a terminal the new key is not shown: give it with --new-key-file.',
        );
      await confirm(
        'Running instances will refuse to make new keys until they are started with the new master key.',
        yes,
      );
      const next = newKeyFile ? secretFrom(newKeyFile) : newMasterKey();
      const file = masterKeyFile(config);
      const foundations = await openFoundations(config);
      try {
        // The new key is on disk before anything is wrapped under it: a crash in between loses neither.
        if (!config.masterKey) writeMasterKeyFile(nextMasterKeyFile(config), next);
        else if (!newKeyFile) say(`The new master key, shown this once:\n\n  ${next}\n`);
        const keys = await foundations.vault.rotateMasterKey(parseMasterKey(next));
        if (!config.masterKey) renameSync(nextMasterKeyFile(config), file);
        if (!(await foundations.vault.scrubLate()))
          say(
            'A reader of the keyring (a backup, say) still keeps keys as they were wrapped before; they go when it has gone.',
          );
        say(`${keys} keys are wrapped under the new master key.`);
        say(
          config.masterKey
            ? 'Set LETHE_MASTER_KEY to it and start again.'
            : `It is in ${file}; copy it to a safe place, apart from the backups.`,
        );
      } finally {
        await foundations.close();
      }
    });
}
