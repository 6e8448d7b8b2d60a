import { readFileSync } from 'node:fs';
import { type OpeningKeys, signersFrom } from '../../foundations/backup/keys.ts';
import { CommandFailure, EXIT } from './outcome.ts';

/** What is given for a backup that another installation has made, or that was encrypted to somebody else too. */
export interface Elsewhere {
  fromElsewhere?: string;
  identity?: string;
}

/** @throws CommandFailure (2), BackupError */
export async function elsewhere({ fromElsewhere, identity }: Elsewhere): Promise<Partial<OpeningKeys>> {
  return {
    ...(fromElsewhere === undefined ? {} : { signers: await signersFrom(fromElsewhere) }),
    ...(identity === undefined ? {} : { identities: identitiesIn(identity) }),
  };
}

/** The identities in a file as age-keygen writes it. */
function identitiesIn(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (identities.length === 0 || !identities.every((line) => /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(line)))
    throw new CommandFailure(EXIT.usage, `${file} is no file of age identities (AGE-SECRET-KEY-1…).`);
  return identities;
}
