import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getTableName } from 'drizzle-orm';
import { type StandingColumn, whatStands } from '../foundations/holders/coverage.ts';
import { packageRoot } from '../foundations/process/package-root.ts';
import { domainOf } from '../foundations/store/pseudonyms.ts';
import { sqliteTables } from '../foundations/store/schema.sqlite.ts';
import type { Vault } from '../foundations/vault/vault.ts';
import { ownHolders } from './parts/holders.ts';

export const CLEAR_PAGE = join(packageRoot, 'docs/what-is-in-the-clear.md');

const HEAD = `# What is in the clear

Made from the schema by \`npm run clear\`; a test fails when it is not of today. It tells what somebody gets who has a copy of the database and no key.

- **sealed**: AES-256-GCM under a key of the keyring, bound to its row and column.
- **keyed**: a hash under a key of the vault. Equal values give equal hashes within the column, and nothing leads back.
- **pseudonym**: who it is about, under a key of the domain that is named. A person is another one in every domain, so that rows of two domains cannot be joined.
- **clear**: as it is, with the reason.

The keyring, which is apart, has wrapped keys, and names those of persons by pseudonyms of its own (\`keyring\`). Rows of one table that are about the same person are known as such; what a table says of that person is what its clear columns say. SQLite keeps rows in the order they came.
`;

const told = ({ standing, why, column }: StandingColumn) =>
  standing === 'clear' ? why : standing === 'pseudonym' ? `domain \`${domainOf(column)}\`` : '';

/** The page, from the schema and what the holders say of it. */
export function clearPage(): string {
  // describe() asks nothing of the vault.
  const columns = whatStands(sqliteTables, ownHolders({ vault: {} as Vault }));
  const tables = [...new Set(columns.map(({ table }) => table))];
  const parts = tables.map((table) => {
    const rows = columns
      .filter((one) => one.table === table)
      .map((one) => `| \`${one.column.name}\` | ${one.standing} | ${told(one)} |`);
    return [`## ${getTableName(table)}`, '', '| column | stands | why |', '|---|---|---|', ...rows, ''].join('\n');
  });
  return `${[HEAD, ...parts].join('\n')}`;
}

/** `npm run clear`: writes it. */
if (process.argv[1]?.endsWith('write-clear.ts')) writeFileSync(CLEAR_PAGE, clearPage());
