import type { Command } from 'commander';
import { verifyReceipt } from '../../data/consent/receipts/verify.ts';
import { bytesOf, keySetFrom } from './signed-file.ts';
import { EXIT, printJson, say } from './terminal.ts';

export function receiptCommands(program: Command): void {
  program
    .command('receipt')
    .description('receipts of decisions on consent')
    .command('verify')
    .description('check a receipt’s file alone; needs no installation')
    .argument('<file>', 'the signed receipt (.jws), or the bundle (GET /v1/consents/ID/receipt)')
    .option('--jwks <file-or-url>', 'the key set the controller publishes (/.well-known/jwks.json)')
    .option('--log-key <key>', 'the log’s verifier key the controller publishes (/log/TENANT/key)')
    .option('--json', 'as JSON')
    .action(async (file: string, { jwks, logKey, json }: { jwks?: string; logKey?: string; json?: boolean }) => {
      const { signed, faults, notes } = await verifyReceipt(await bytesOf(file), {
        keySet: jwks === undefined ? undefined : await keySetFrom(jwks),
        logKey,
      });
      const valid = faults.length === 0;
      if (json) printJson({ valid, faults, notes, ...signed });
      else {
        if (valid && signed) say(`Receipt ${signed.receiptId.replace(/\p{C}/gu, '�')}, decided ${signed.decidedAt}`);
        for (const note of notes) if (valid) say(note);
        for (const fault of faults) say(`Not valid: ${fault}.`);
        if (valid) say('Valid.');
      }
      if (!valid) process.exitCode = EXIT.failed;
    });
}
