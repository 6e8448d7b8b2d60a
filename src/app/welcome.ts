import type { Config } from './config.ts';
import { masterKeyFile } from './foundations.ts';

interface Welcome {
  address: string;
  config: Config;
  /** Whether this start has shown the first administrator's token. */
  first: boolean;
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

const TRY = (address: string) => `
  Try next, with the token above as $ADMIN:

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
  return `\n  Lethe is ready.\n\n${table}\n${first ? TRY(address) : ''}`;
}
