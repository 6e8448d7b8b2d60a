import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { NoteError, parseVerifierKey, type Verifier } from '../../foundations/audit/log/note.ts';
import { LogFault } from '../../foundations/audit/verify/bundle.ts';
import { proofFault, proveEntry } from '../../foundations/audit/verify/entry-proof.ts';
import { followLog, readState, writeState, writeWhole } from '../../foundations/audit/verify/mirror.ts';
import { directoryOpenings, type OpeningSource, urlOpenings } from '../../foundations/audit/verify/openings.ts';
import {
  boundedFetch,
  directorySource,
  type LogSource,
  SourceError,
  urlSource,
} from '../../foundations/audit/verify/source.ts';
import { verifyLog } from '../../foundations/audit/verify/verify-log.ts';
import { verifyOwnEntries } from '../../rights/reports/own-entries.ts';
import { commandContext, withServices } from './installation.ts';
import { jsonOption, yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile, existingFolder } from './path-argument.ts';
import { bytesOf } from './signed-file.ts';
import { confirm, plain, printJson, progressBar } from './terminal.ts';

const KEY_FILE = 'key';
const LARGEST_KEY = 2_000;

interface Where {
  url?: string;
  dir?: string;
  key?: string;
  /** A file with a token that may read the audit. */
  tokenFile?: string;
}

const overHttp = boundedFetch((ms) => pause(ms));

function sourceOf({ url, dir }: Where): LogSource {
  if ((url === undefined) === (dir === undefined))
    throw new CommandFailure(EXIT.usage, 'Say where the log is: either --url or --dir.');
  if (url === undefined) return directorySource(dir as string);
  if (!/^https?:\/\/\S+$/.test(url))
    throw new CommandFailure(EXIT.usage, 'A URL looks like https://privacy.example.org/log/main.');
  return urlSource(url, overHttp);
}

/** Where entries and salts come from: of a mirror what it keeps, of a service what it gives to a token. */
async function openingsOf({ url, dir, tokenFile }: Where): Promise<OpeningSource | undefined> {
  if (dir !== undefined && url === undefined) return directoryOpenings(dir);
  if (tokenFile === undefined) return undefined;
  const secret = await readFile(tokenFile, 'utf8').catch(() => {
    throw new CommandFailure(EXIT.usage, 'The file of the token cannot be read.');
  });
  return judged(async () => urlOpenings(url as string, secret.trim(), overHttp));
}

function parsedKey(text: string): Verifier {
  try {
    return parseVerifierKey(text);
  } catch (error) {
    if (error instanceof NoteError) throw new CommandFailure(EXIT.usage, `The key cannot be used: ${error.message}.`);
    throw error;
  }
}

/** The key itself, or a file that holds it. */
async function givenKey(key: string): Promise<string> {
  if (key.includes('+')) return key;
  return readFile(key, 'utf8').catch(() => {
    throw new CommandFailure(EXIT.usage, 'The file of the key cannot be read.');
  });
}

/** The key that was given; else the one the log shows, which is believed once and said aloud. */
async function keyOf(source: LogSource, { key }: Where): Promise<{ text: string; verifier: Verifier }> {
  if (key !== undefined) {
    const text = (await givenKey(key)).trim();
    return { text, verifier: parsedKey(text) };
  }
  const shown = await source.read(KEY_FILE, LARGEST_KEY);
  if (!shown) throw new CommandFailure(EXIT.usage, 'The log shows no key: give the one you have with --key.');
  const text = shown.toString('utf8').trim();
  const verifier = parsedKey(text);
  say(`No key was given: the one the log shows is believed. Keep it, and give it with --key from now on:\n  ${text}`);
  return { text, verifier };
}

/** Says what is wrong with the log, and ends with 1. */
async function judged<T>(work: () => Promise<T>, json = false): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (json && error instanceof LogFault) printJson({ ok: false, fault: error.message });
    if (error instanceof LogFault)
      throw new CommandFailure(EXIT.failed, `The log does not verify.\n  ${error.message}`);
    if (error instanceof SourceError) throw new CommandFailure(EXIT.failed, `Nothing can be said.\n  ${error.message}`);
    throw error;
  }
}

const secondsSince = (since: number) => Math.max((performance.now() - since) / 1000, 0.001);

function speed(entries: number, since: number): string {
  return `${Math.round(entries / secondsSince(since))} a second`;
}

function openedInWords(opened: number, closed: number): string {
  const read = `${opened} of them were opened with their entry and salt`;
  if (closed === 0) return `${read}.`;
  return `${read}, ${closed} stayed closed: what they say was not looked at. A token that may read the audit opens them (--token-file).`;
}

async function verify(where: Where & { state?: string; json?: boolean }): Promise<void> {
  const source = sourceOf(where);
  const { verifier } = await judged(() => keyOf(source, where));
  const openings = await openingsOf(where);
  const bar = progressBar('leaves');
  const since = performance.now();
  const verified = await judged(async () => {
    const state = where.state === undefined ? undefined : await readState(where.state);
    try {
      return await verifyLog({
        source,
        verifier,
        state,
        openings,
        progress: (done, all) => bar.update(done, all, speed(done, since)),
      });
    } finally {
      bar.stop();
    }
  }, where.json);
  const took = secondsSince(since);
  if (where.state !== undefined) await writeState(where.state, verified);
  const { origin, size, root, checked, opened } = verified;
  const closed = checked - opened;
  if (where.json) printJson({ ok: true, origin, size, root, checked, opened, closed, seconds: took });
  else {
    process.stdout.write(`${origin}\n${size} leaves\n${root}\n`);
    say(`The log verifies: ${checked} leaves checked, ${speed(checked, since)}.`);
    say(openedInWords(opened, closed));
  }
}

async function follow({
  url,
  dir,
  key,
  tokenFile,
  every,
  once,
}: {
  url: string;
  dir: string;
  key?: string;
  tokenFile?: string;
  every: number;
  once?: boolean;
}): Promise<void> {
  const source = sourceOf({ url });
  const openings = await openingsOf({ url, tokenFile });
  const keyFile = join(dir, KEY_FILE);
  const stored = (await readFile(keyFile, 'utf8').catch(() => undefined))?.trim();
  const known = key ?? stored;
  const { text, verifier } = await judged(() => keyOf(source, known === undefined ? {} : { key: known }));
  if (stored !== undefined && stored !== text)
    throw new CommandFailure(
      EXIT.failed,
      'This mirror was begun with another key. Begin another one in another folder.',
    );
  if (stored === undefined) await writeWhole(keyFile, `${text}\n`);
  for (let again = false; ; again = true) {
    const bar = progressBar('leaves');
    const since = performance.now();
    try {
      const { size, added } = await judged(() =>
        followLog({
          source,
          directory: dir,
          verifier,
          openings,
          progress: (done, all) => bar.update(done, all, speed(done, since)),
        }),
      );
      if (added > 0 || !again) say(`${size} leaves in the mirror, ${added} of them new.`);
    } catch (error) {
      // A server that cannot be reached is asked again; a log that does not verify is not.
      if (once || !(error instanceof CommandFailure) || !error.message.startsWith('Nothing can be said')) throw error;
      say(error.message);
    } finally {
      bar.stop();
    }
    if (once) return;
    await pause(every * 1000);
  }
}

async function prove(
  file: string,
  { key, entry, json }: { key: string; entry?: string; json?: boolean },
): Promise<void> {
  const verifierText = (await givenKey(key)).trim();
  parsedKey(verifierText);
  const read = (path: string) =>
    readFile(path).catch(() => {
      throw new CommandFailure(EXIT.usage, `The file ${path} cannot be read.`);
    });
  const text = (await read(file)).toString('utf8');
  const proven = proofFault(() => proveEntry(text, verifierText));
  if (proven.fault !== undefined)
    throw new CommandFailure(EXIT.failed, `The proof does not verify.\n  ${proven.fault}`);
  const { entry: inside, index, origin, size } = proven.value;
  if (entry !== undefined && (await read(entry)).toString('utf8').trimEnd() !== inside)
    throw new CommandFailure(EXIT.failed, 'The proof is of another entry than this one.');
  if (json) printJson({ ok: true, origin, size, index, entry: inside });
  else {
    process.stdout.write(`${plain(inside)}\n`);
    say(`This entry stands at place ${index} of ${origin}, which had ${size} entries when this was signed.`);
  }
}

const seconds = (text: string) => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 86_400)
    throw new CommandFailure(EXIT.usage, 'A number of seconds is between 1 and 86400.');
  return n;
};

const tokenOption = () =>
  new Option(
    '--token-file <file>',
    'a file with a token that may read the audit: leaves are opened, entries looked at',
  ).argParser(existingFile);

export function define(log: Command): void {
  log
    .command('verify')
    .description('check everything from the log’s files and key alone')
    .option('--url <url>', 'the log over HTTP: https://…/log/TENANT')
    .option('--dir <folder>', 'a mirror, or a copy', existingFolder)
    .option('--key <key>', 'the verifier key, or a file that holds it')
    .addOption(tokenOption())
    .option('--state <file>', 'go on where the last check with this file stopped, and hold the log against it')
    .addOption(jsonOption())
    .action(verify);
  log
    .command('follow')
    .description('keep a verified mirror of a log in a folder')
    .requiredOption('--url <url>', 'the log over HTTP: https://…/log/TENANT')
    .requiredOption('--dir <folder>', 'where the mirror is kept')
    .option('--key <key>', 'the verifier key, or a file that holds it')
    .addOption(tokenOption())
    .option('--every <seconds>', 'how often to look', seconds, 60)
    .option('--once', 'look once and end')
    .action(follow);
  log
    .command('prove')
    .description('check one entry’s .tlog-proof offline')
    .argument('<file>', 'the proof', existingFile)
    .requiredOption('--key <key>', 'the verifier key, or a file that holds it')
    .option('--entry <file>', 'the entry as you know it: it must be the one the proof carries', existingFile)
    .addOption(jsonOption())
    .action(prove);
  log
    .command('mine')
    .description('check offline that the entries an access report names are the person’s, and stand in the log')
    .argument('<report>', 'report.json of the access report', existingFile)
    .option('--key <key>', 'the log’s verifier key, or a file that holds it')
    .addOption(jsonOption())
    .action(async (file: string, { key, json }: { key?: string; json?: boolean }) => {
      const logKey = key === undefined ? undefined : (await givenKey(key)).trim();
      const { faults, notes, checked } = verifyOwnEntries(await bytesOf(file), logKey);
      if (json) printJson({ valid: faults.length === 0, checked, faults, notes });
      else {
        for (const note of notes) say(note);
        for (const fault of faults) say(`Not valid: ${fault}.`);
        if (faults.length === 0) say(`${checked} entries are about this person and stand in the log.`);
      }
      if (faults.length > 0) process.exitCode = EXIT.failed;
    });
  log
    .command('continue')
    .description('go on under a new name and key, after a database that is older than what was signed, or a leaked key')
    .requiredOption('--tenant <id>', 'the tenant whose log it is')
    .option('--key-leaked', 'the log is whole, but others may have its key')
    .addOption(yesOption())
    .action(({ tenant, keyLeaked, yes }: { tenant: string; keyLeaked?: boolean; yes?: boolean }) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        await confirm('Whoever follows this log will see that its history was broken here.', yes);
        say(`The log goes on as ${await services.merkleLog.continueUnderNewName(context, { keyLeaked })}.`);
      }),
    );
}
