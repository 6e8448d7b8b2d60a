import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../app/config.ts';
import { existingMasterKey } from '../../app/foundations.ts';
import { type BackupResult, dayOf, fileOf, isPostgres, makeBackup } from '../../foundations/backup/backup.ts';
import { dataKeysAt, keyringKeys, type OpeningKeys, openingKeys } from '../../foundations/backup/keys.ts';
import type { Manifest } from '../../foundations/backup/manifest.ts';
import { backupsAt, verifyAll } from '../../foundations/backup/verify.ts';
import { parseDuration } from '../../law/duration.ts';
import { openPolicies, PolicyError } from '../../register/policies/policies.ts';
import { type Elsewhere, elsewhere } from './backup-elsewhere.ts';
import { configuration } from './configuration.ts';
import { MEGABYTE, tellOn, told } from './disk-work.ts';
import { withServices } from './installation.ts';
import { jsonOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { printJson, printTable, progressBar } from './terminal.ts';

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new CommandFailure(EXIT.usage, 'How many to keep is a whole number from 1.');
  return Number(text);
}

function duration(text: string): string {
  try {
    parseDuration(text);
    return text;
  } catch (error) {
    throw new CommandFailure(EXIT.usage, (error as Error).message);
  }
}

/** The policies in force, if they can be read: a backup must not wait for a mistake in them to be mended. */
function policyHash({ policies, outbox }: Pick<Config, 'policies' | 'outbox'>): string | null {
  try {
    return openPolicies(policies, { privateTargets: outbox.privateTargets }).current().hash;
  } catch (error) {
    if (error instanceof PolicyError) return null;
    throw error;
  }
}

interface BackupOptions {
  to?: string;
  keyringTo?: string;
  keyringOnly?: boolean;
  place?: string;
  recipient?: string[];
  keep?: number;
  olderThan?: string;
  json?: boolean;
}

interface VerifyOptions extends Elsewhere {
  scratch?: string;
  json?: boolean;
}

/** What backups are checked with, and where: by what is given, or else by this installation's own. */
async function checking(options: VerifyOptions) {
  const given = await elsewhere(options);
  const { signers, identities } = given;
  if (signers && identities)
    // Nothing of an installation is asked for: there may be none here.
    return { keysOf: async (): Promise<OpeningKeys> => ({ signers, identities }), scratch: options.scratch };
  const config = configuration();
  const keysOf = async (kind: Manifest['kind']): Promise<OpeningKeys> => {
    const masterKey = existingMasterKey(config);
    const own = kind === 'data' ? await dataKeysAt(config.keyring, masterKey, false) : keyringKeys(masterKey);
    return { ...(await openingKeys(own)), ...(kind === 'data' ? given : {}) };
  };
  const beside = isPostgres(config.database) ? config.dataFolder : dirname(fileOf(config.database));
  return { keysOf, scratch: options.scratch ?? (existsSync(beside) ? beside : undefined) };
}

export function define(backup: Command): void {
  backup
    .option('--to <folder>', 'where the backups of the data go')
    .option(
      '--keyring-to <folder>',
      'where the keyring goes: another folder, better another disk; only the newest is kept',
    )
    .option('--place <id>', 'the place of the policies (places.yaml) that both folders are at')
    .option(
      '--recipient <age1…>',
      'who else may open the data (age); may be repeated (default: LETHE_BACKUP_RECIPIENT)',
      (one: string, all: string[] = []) => [...all, one],
    )
    .option('--keyring-only', 'only the keyring: cheap enough to run after every erasure')
    .option('--keep <number>', 'keep this many backups of the data and remove older ones', wholeNumber)
    .option('--older-than <duration>', 'remove backups of the data made longer ago, such as P30D', duration)
    .addOption(jsonOption())
    .action(async (options: BackupOptions) => {
      const { to, keyringTo, keyringOnly, recipient, keep, olderThan, json } = options;
      if ((to === undefined) !== Boolean(keyringOnly))
        throw new CommandFailure(EXIT.usage, 'Say where the data goes with --to FOLDER, or --keyring-only without it.');
      if (keyringTo === undefined)
        throw new CommandFailure(
          EXIT.usage,
          'Say where the keyring goes with --keyring-to FOLDER, apart from the data. Erasing a person destroys a key; ' +
            'an old copy of the keyring beside old data would undo that, so only the newest is kept, in a place of its own.',
        );
      const config = configuration();
      await checkPlace(options.place, config.region);
      // The service goes first where both want the same processor.
      setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
      const bar = progressBar('MB');
      try {
        const result = await told('The backup', () =>
          makeBackup({
            database: config.database,
            keyring: config.keyring,
            masterKey: existingMasterKey(config),
            recipients: recipient ?? config.backupRecipients,
            to,
            keyringTo,
            lethe: backup.parent?.version() ?? '',
            policyHash: policyHash(config),
            now: new Date(),
            tell: tellOn(bar),
            keep,
            olderThan,
          }),
        );
        bar.stop();
        if (json) printJson(result);
        for (const line of report(result, { keyGiven: config.masterKey !== undefined, olderThan })) say(line);
      } finally {
        bar.stop();
      }
    });

  backup
    .command('verify')
    .description('check backups: who signed them, every byte, and the database in it')
    .argument('<paths...>', 'backups, or folders of them')
    .option('--scratch <folder>', 'where the database is put meanwhile, readable (default: beside the data)')
    .option('--from-elsewhere <key>', 'the key of who signed them, where that is another installation')
    .option('--identity <file>', 'an age identity that opens them, where it is not this installation’s', existingFile)
    .addOption(jsonOption())
    .action(async (paths: string[], options: VerifyOptions) => {
      const { json } = options;
      const bar = progressBar('MB');
      const verdicts = await told('The check', async () => {
        const { keysOf, scratch } = await checking(options);
        return verifyAll(
          paths.flatMap((path) => backupsAt(path)),
          keysOf,
          scratch,
          tellOn(bar),
        );
      }).finally(() => bar.stop());
      if (json) printJson(verdicts);
      else
        printTable(
          ['backup', 'made', 'rows', 'verdict'],
          verdicts.map(({ file, fault, manifest }) => [
            file,
            manifest?.created ?? '',
            manifest ? Object.values(manifest.rows).reduce((sum, rows) => sum + rows, 0) : '',
            fault ?? 'whole',
          ]),
          'There is no backup here.',
        );
      const wrong = verdicts.filter(({ fault }) => fault !== undefined);
      for (const { file, fault } of wrong) say(`${file}: ${fault}`);
      if (wrong.length > 0 || verdicts.length === 0) throw new CommandFailure(EXIT.failed, 'Not everything is whole.');
    });
}

/**
 * Data may not be copied out of the region of its portal unless a transfer covers that (GDPR Art. 44).
 * @throws CommandFailure naming the portals; nothing is written then
 */
async function checkPlace(place: string | undefined, region: string | undefined): Promise<void> {
  if (place === undefined && region === undefined) return;
  try {
    await withServices(async ({ location, everyTenant }) => {
      const { place: at, refused } = await location.refusedAt(await everyTenant(), 'backups', place);
      if (!at)
        throw new CommandFailure(
          EXIT.usage,
          'No place of this region keeps backups (places.yaml): name one with --place.',
        );
      if (refused.length > 0)
        throw new CommandFailure(
          EXIT.failed,
          `${at.title} (${at.country}) is outside the region of: ${refused.join(', ')}. No transfer that stands covers it, so nothing was copied there.`,
        );
      say(`Place:   ${at.title} (${at.country})`);
    });
  } catch (error) {
    // A backup does not wait for a mistake in the policies to be mended, unless a place was asked for.
    if (!(error instanceof PolicyError) || place !== undefined) throw error;
    say('The policies have a mistake: where this backup goes could not be held against them.');
  }
}

/** What was done, and how long what is erased can survive in what is kept: no promise beyond what is so. */
function report(
  { data, keyring, verifier, removed, kept }: BackupResult,
  { keyGiven, olderThan }: { keyGiven: boolean; olderThan: string | undefined },
): string[] {
  const lines: string[] = [];
  if (data) {
    lines.push(`Data:    ${data.file} (${size(data.manifest.stored.bytes)})`);
    lines.push(`Signed:  ${verifier} (with this key others check it: lethe backup verify --from-elsewhere)`);
    if (removed.length > 0) lines.push(`Removed: ${removed.join(', ')}`);
    const oldest = kept[0];
    if (oldest !== undefined)
      lines.push(
        `${kept.length} ${kept.length === 1 ? 'backup is' : 'backups are'} kept, the oldest of ${dayOf(oldest)}. What is erased from now on stays in them ` +
          `${olderThan ? `until they go, ${olderThan} after they were made if this runs every day` : 'until they go (--keep, --older-than)'}: ` +
          'as noise where the person’s own key had sealed it; pseudonyms and what other keys seal stay readable to who has those.',
      );
  }
  lines.push(`Keyring: ${keyring.file} (only this one is kept)`);
  lines.push(
    'Keys that are destroyed from now on stay in that copy until the next backup replaces it; on flash storage a removed ' +
      'file may outlast its removal for a while.',
  );
  lines.push(
    `The master key is in no backup: without it both are noise. The data is encrypted under a key of the keyring, the keyring under the master key. Keep ${keyGiven ? 'LETHE_MASTER_KEY' : 'a copy of the file master.key'} apart from both.`,
  );
  return lines;
}

function size(bytes: number): string {
  return bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
