import { openAsBlob } from 'node:fs';
import { BlobReader } from '@zip.js/zip.js';
import { type Command, Option } from 'commander';
import { type PackTrust, verifyPack } from '../../oversight/authority/verify.ts';
import { withServices } from './installation.ts';
import { keySetFrom } from './signed-file.ts';
import { CommandFailure, EXIT, instantArgument, printJson, say } from './terminal.ts';
import { writeWhole } from './whole-file.ts';

export function authorityPackCommands(program: Command): void {
  const pack = program.command('authority-pack').description('everything an authority may ask for, in one signed ZIP');
  pack
    .command('make')
    .description('write it, as of an instant')
    .requiredOption('-o, --output <file>', 'the ZIP to write')
    .addOption(new Option('--tenant <id>', 'whose register').default('main'))
    .addOption(new Option('--at <instant>', 'as it was then (default: now)').argParser(instantArgument))
    .addOption(new Option('--known-at <instant>', 'by what had been recorded until then').argParser(instantArgument))
    .action(({ output, tenant, ...asOf }: { output: string; tenant: string; at?: Date; knownAt?: Date }) =>
      withServices(async (services) => {
        const officer = { id: 'system:cli', role: 'dpo', everyTenant: true } as const;
        const made = await services.authorityPacks.prepare(await services.access.contextFor(tenant, officer), asOf);
        await writeWhole(output, made.into);
        say(`Written to ${output}, as of ${made.asOf.at.toISOString()}, known ${made.asOf.knownAt.toISOString()}.`);
      }),
    );
  pack
    .command('verify')
    .description('check a pack alone; needs no installation')
    .argument('<file>', 'the ZIP')
    .option('--jwks <file-or-url>', 'the key set the institution publishes (/.well-known/jwks.json)')
    .option('--log-key <key>', 'the log’s verifier key the institution publishes (/log/TENANT/key)')
    .option('--json', 'as JSON')
    .action(async (file: string, { jwks, logKey, json }: { jwks?: string; logKey?: string; json?: boolean }) => {
      const trust: PackTrust = {
        keySet: jwks === undefined ? undefined : await keySetFrom(jwks),
        logKey,
      };
      const blob = await openAsBlob(file).catch(() => {
        throw new CommandFailure(EXIT.usage, `${file} cannot be read.`);
      });
      const { manifest, faults, notes } = await verifyPack(new BlobReader(blob), trust);
      const valid = faults.length === 0;
      if (json) printJson({ valid, faults, notes, contentDigest: manifest?.contentDigest ?? null });
      else
        for (const line of valid ? [...notes, 'Valid.'] : faults.map((fault) => `Not valid: ${plain(fault)}.`))
          say(line);
      if (!valid) process.exitCode = EXIT.failed;
    });
}

/** Control characters of a file by somebody else must not reach the terminal. */
const plain = (text: string) => text.replace(/\p{C}/gu, '�');
