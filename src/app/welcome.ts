import type { Config } from './config.ts';
import { masterKeyFile } from './foundations.ts';

interface Welcome {
  address: string;
  config: Config;
  /** Where the first administrator's token is, if this start has made it: in a file, or shown above. */
  first: { tokenFile: string | undefined } | undefined;
}

/** Said as soon as the file exists, whatever happens to the start afterwards. */
export function masterKeyNote(file: string): string {
  return `
  ────────────────────────────────────────────────────────────────────────────
  A master key was made: ${file}
  Without it nobody can read the personal data again, you included. Copy it to a
  safe place now, apart from the backups of the data (or set LETHE_MASTER_KEY).
  ────────────────────────────────────────────────────────────────────────────
`;
}

const isPostgres = (location: string) => /^postgres(ql)?:/.test(location);

const NO_MAIL = `
  Mail goes nowhere: no mail server is set (LETHE_SMTP_URL). Letters and codes stay sealed, as undelivered;
  \`lethe outbox export\` hands them over to whoever sends them.
`;

const TRY = (address: string, tokenFile: string | undefined) => `
  Try next, with the token ${tokenFile === undefined ? 'above as $ADMIN' : `in $ADMIN (ADMIN=$(cat ${tokenFile}))`}:

    # a token for your platform's server
    curl -s ${address}/v1/tokens -H "Authorization: Bearer $ADMIN" \\
      -H 'Idempotency-Key: "first-token"' -H 'Content-Type: application/json' \\
      -d '{"role":"platform","label":"my platform"}'

    # what is installed here
    curl -s ${address}/v1/tenants -H "Authorization: Bearer $ADMIN"
`;

/** What the operator reads after a start; after the first one also what to do next. */
export function welcome({ address, config, first }: Welcome): string {
  const rows: [string, string][] = [
    ['API', address],
    ['Documentation', `${address}/docs`],
    ['Data', isPostgres(config.database) ? 'PostgreSQL (DATABASE_URL)' : config.database.replace(/^sqlite:/, '')],
    ['Keyring', isPostgres(config.keyring) ? 'PostgreSQL (LETHE_KEYRING_URL)' : config.keyring],
    ['Master key', config.masterKey === undefined ? masterKeyFile(config) : 'LETHE_MASTER_KEY'],
    ['Policies', config.policies],
  ];
  const table = rows.map(([name, value]) => `  ${name.padEnd(15)}${value}`).join('\n');
  return `\n  Lethe is ready.\n\n${table}\n${config.outbox.smtpUrl === undefined ? NO_MAIL : ''}${first ? TRY(address, first.tokenFile) : ''}`;
}
