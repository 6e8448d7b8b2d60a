import { openAsBlob } from 'node:fs';
import { BlobReader } from '@zip.js/zip.js';
import type { Command } from 'commander';
import { type PackTrust, verifyPack } from '../../oversight/authority/verify.ts';
import { officerContext, withServices } from './installation.ts';
import { atOption, jsonOption, jwksOption, knownAtOption, logKeyOption, tenantOption, zipOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { keySetFrom } from './signed-file.ts';
import { plain, printJson } from './terminal.ts';
import { writeWhole } from './whole-file.ts';

export function define(pack: Command): void {
  pack
    .command('make')
    .description('write it, as of an instant')
    .addOption(zipOption())
    .addOption(tenantOption('whose register'))
    .addOption(atOption())
    .addOption(knownAtOption())
    .action(({ output, tenant, ...asOf }: { output: string; tenant: string; at?: Date; knownAt?: Date }) =>
      withServices(async (services) => {
        const made = await services.authorityPacks.prepare(await officerContext(services, tenant), asOf);
        await writeWhole(output, made.into);
        say(`Written to ${output}, as of ${made.asOf.at.toISOString()}, known ${made.asOf.knownAt.toISOString()}.`);
      }),
    );
  pack
    .command('verify')
    .description('check a pack alone; needs no installation')
    .argument('<file>', 'the ZIP', existingFile)
    .addOption(jwksOption('institution'))
    .addOption(logKeyOption('institution'))
    .addOption(jsonOption())
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
