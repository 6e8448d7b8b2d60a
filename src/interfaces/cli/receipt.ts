import type { Command } from 'commander';
import { verifyReceipt } from '../../data/consent/receipts/verify.ts';
import { jsonOption, jwksOption, logKeyOption } from './options.ts';
import { EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { bytesOf, keySetFrom } from './signed-file.ts';
import { plain, printJson } from './terminal.ts';

export function define(receipt: Command): void {
  receipt
    .command('verify')
    .description('check a receipt’s file alone; needs no installation')
    .argument('<file>', 'the signed receipt (.jws), or the bundle (GET /v1/consents/ID/receipt)', existingFile)
    .addOption(jwksOption('controller'))
    .addOption(logKeyOption('controller'))
    .addOption(jsonOption())
    .action(async (file: string, { jwks, logKey, json }: { jwks?: string; logKey?: string; json?: boolean }) => {
      const { signed, faults, notes } = await verifyReceipt(await bytesOf(file), {
        keySet: jwks === undefined ? undefined : await keySetFrom(jwks),
        logKey,
      });
      const valid = faults.length === 0;
      if (json) printJson({ valid, faults, notes, ...signed });
      else {
        if (valid && signed) say(`Receipt ${plain(signed.receiptId)}, decided ${signed.decidedAt}`);
        for (const note of notes) if (valid) say(note);
        for (const fault of faults) say(`Not valid: ${fault}.`);
        if (valid) say('Valid.');
      }
      if (!valid) process.exitCode = EXIT.failed;
    });
}
