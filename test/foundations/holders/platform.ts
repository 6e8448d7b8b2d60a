import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import type { SqlHolder } from '../../../src/foundations/holders/declaration.ts';
import { describeHolder } from '../../../src/foundations/holders/describe.ts';
import type { KnownPerson } from '../../../src/foundations/holders/external.ts';
import type { ErasureOrder, ExportedRecord } from '../../../src/foundations/holders/holder.ts';
import { createExternalHolders } from '../../../src/foundations/holders/open.ts';
import type { Vault } from '../../../src/foundations/vault/vault.ts';
import { newMariadbDatabase } from '../../support/mariadb.ts';
import { newPostgresDatabase } from '../../support/postgres.ts';

/** A repository platform's own database, as one meets it: circles of foreign keys, threads, co-authors, messages. */
const SCHEMA = (engine: 'postgres' | 'sqlite' | 'mariadb') => {
  const big = engine === 'sqlite' ? 'integer' : 'bigint';
  const at = { postgres: 'timestamptz', sqlite: 'text', mariadb: 'datetime(6)' }[engine];
  const ip = engine === 'postgres' ? 'inet' : 'text';
  const later =
    engine !== 'sqlite'
      ? 'ALTER TABLE users ADD CONSTRAINT users_team FOREIGN KEY (team_id) REFERENCES teams (id);'
      : '';
  const team = engine !== 'sqlite' ? `team_id ${big}` : `team_id ${big} REFERENCES teams (id)`;
  return `
  CREATE TABLE users (id ${big} PRIMARY KEY, portal text NOT NULL, email varchar(200) NOT NULL UNIQUE, name text, ${team}, seen_at ${at});
  CREATE TABLE teams (id ${big} PRIMARY KEY, title text NOT NULL, owner_id ${big} REFERENCES users (id));
  ${later}
  CREATE TABLE logins (id ${big} PRIMARY KEY, user_id ${big} NOT NULL REFERENCES users (id), ip ${ip}, forwarded_for text, at ${at} NOT NULL);
  CREATE TABLE comments (id ${big} PRIMARY KEY, parent_id ${big} REFERENCES comments (id), author_id ${big} NOT NULL REFERENCES users (id), body text, at ${at} NOT NULL);
  CREATE TABLE items (id ${big} PRIMARY KEY, title text NOT NULL, submitter_id ${big} REFERENCES users (id));
  CREATE TABLE item_authors (item_id ${big} REFERENCES items (id), user_id ${big} REFERENCES users (id), credit text, PRIMARY KEY (item_id, user_id));
  CREATE TABLE messages (id ${big} PRIMARY KEY, sender_id ${big} REFERENCES users (id), recipient_id ${big} REFERENCES users (id), body text, at ${at} NOT NULL);
  CREATE TABLE reactions (id ${big} PRIMARY KEY, comment_id ${big} NOT NULL REFERENCES comments (id), kind text);
  CREATE INDEX logins_user ON logins (user_id); CREATE INDEX logins_at ON logins (at);
  CREATE INDEX comments_author ON comments (author_id); CREATE INDEX comments_parent ON comments (parent_id);
  CREATE INDEX reactions_comment ON reactions (comment_id);
  CREATE INDEX item_authors_user ON item_authors (user_id); CREATE INDEX items_submitter ON items (submitter_id);
  CREATE INDEX messages_sender ON messages (sender_id); CREATE INDEX messages_recipient ON messages (recipient_id);
  CREATE INDEX messages_at ON messages (at); CREATE INDEX users_seen ON users (seen_at); CREATE INDEX teams_owner ON teams (owner_id);
  CREATE INDEX comments_at ON comments (at);`;
};

const ROWS = `
  INSERT INTO users (id, portal, email, name, seen_at) VALUES
    (1, 'alpha', 'ada@example.org', 'Ada', '2026-05-01 10:00:00Z'), (2, 'alpha', 'ben@example.org', 'Ben', '2023-01-01 10:00:00Z'),
    (3, 'beta', 'cy@example.org', 'Cy', '2026-05-01 10:00:00Z');
  INSERT INTO teams VALUES (10, 'Library', 1), (11, 'Archive', 2);
  UPDATE users SET team_id = 10 WHERE id IN (1, 2);
  INSERT INTO logins VALUES (1, 1, '203.0.113.77', '2002:cb00:7142:9::1', '2026-05-30 10:00:00Z'), (2, 1, '2001:db8:85a3:8d3::1', 'not an address', '2026-01-02 10:00:00Z'),
    (3, 2, '198.51.100.4', NULL, '2026-01-03 10:00:00Z'), (4, 3, '192.0.2.9', NULL, '2026-01-03 10:00:00Z');
  INSERT INTO comments VALUES (1, NULL, 1, 'First of Ada', '2026-01-01 00:00:00Z'), (2, 1, 2, 'Ben answers', '2026-01-02 00:00:00Z'), (3, 2, 1, 'Ada again', '2026-01-03 00:00:00Z');
  INSERT INTO reactions VALUES (1, 1, 'like'), (2, 2, 'like');
  INSERT INTO items VALUES (1, 'On lakes', 1), (2, 'On seas', 2);
  INSERT INTO item_authors VALUES (1, 1, 'Ada L.'), (1, 2, 'Ben N.'), (2, 2, 'Ben N.');
  INSERT INTO messages VALUES (1, 1, 2, 'Ada to Ben', '2026-01-01 00:00:00Z'), (2, 2, 1, 'Ben to Ada', '2026-01-02 00:00:00Z'), (3, 2, 3, 'Ben to Cy', '2026-01-02 00:00:00Z');`;

const reason = 'tells nothing of a person';
const account = (column: string) => ({ by: 'account' as const, column });
const users = { column: 'portal', via: (from: string) => [{ column: from, table: 'users', key: 'id' }] };
const tenant = (from: string) => ({ column: users.column, via: users.via(from) });

/** The declaration that fits it. */
export function declaration(engine: Platform['engine']): SqlHolder {
  return {
    id: 'platform',
    title: 'The platform',
    place: 'frankfurt',
    kind: 'sql',
    engine,
    connection: { read: 'PLATFORM_READ_URL', write: 'PLATFORM_WRITE_URL' },
    limits: { batchRows: 2, statementSeconds: 2, lockSeconds: 1 },
    tables: [
      {
        id: 'reactions',
        table: 'reactions',
        key: ['id'],
        subject: { ...account('author_id'), via: [{ column: 'comment_id', table: 'comments', key: 'id' }] },
        tenant: {
          column: 'portal',
          via: [
            { column: 'comment_id', table: 'comments', key: 'id' },
            { column: 'author_id', table: 'users', key: 'id' },
          ],
        },
        columns: { kind: { category: 'platform.reactions', action: 'delete' } },
      },
      {
        id: 'comments',
        table: 'comments',
        key: ['id'],
        subject: account('author_id'),
        tenant: tenant('author_id'),
        clocks: { recorded: 'at' },
        columns: { body: { category: 'platform.comments', action: 'delete' } },
        structure: { parent_id: reason },
      },
      {
        id: 'logins',
        table: 'logins',
        key: ['id'],
        subject: account('user_id'),
        tenant: tenant('user_id'),
        clocks: { occurred: 'at' },
        columns: {
          ip: { category: 'platform.logins', action: 'delete', reduce: 'truncate-ip', exportAs: 'address' },
          forwarded_for: { category: 'platform.logins', action: 'delete', reduce: 'truncate-ip' },
        },
      },
      {
        id: 'authorship',
        table: 'item_authors',
        key: ['item_id', 'user_id'],
        subject: account('user_id'),
        tenant: tenant('user_id'),
        columns: { credit: { category: 'platform.authorship', action: 'delete' } },
      },
      {
        id: 'items',
        table: 'items',
        key: ['id'],
        subject: account('submitter_id'),
        tenant: tenant('submitter_id'),
        columns: { submitter_id: { category: 'platform.items', action: 'null' } },
        structure: { title: reason },
      },
      {
        id: 'messages-sent',
        table: 'messages',
        key: ['id'],
        subject: account('sender_id'),
        tenant: tenant('sender_id'),
        clocks: { recorded: 'at' },
        columns: { body: { category: 'platform.messages', action: 'delete' } },
      },
      {
        id: 'messages-received',
        table: 'messages',
        key: ['id'],
        subject: account('recipient_id'),
        tenant: tenant('recipient_id'),
        columns: { recipient_id: { category: 'platform.inbox', action: 'null', notExported: reason } },
      },
      {
        id: 'teams',
        table: 'teams',
        key: ['id'],
        subject: account('owner_id'),
        tenant: tenant('owner_id'),
        columns: { title: { category: 'platform.teams', action: 'delete' } },
      },
      {
        id: 'users',
        table: 'users',
        key: ['id'],
        subject: account('id'),
        tenant: { column: 'portal' },
        clocks: { 'last-activity': 'seen_at' },
        columns: {
          email: { category: 'platform.account', action: 'delete' },
          name: { category: 'platform.account', action: 'delete' },
        },
        structure: { team_id: reason },
      },
    ],
  };
}

export interface Platform {
  engine: 'postgres' | 'sqlite' | 'mariadb';
  url: string;
  holder: ReturnType<typeof createExternalHolders>[number];
  /** As the platform itself would. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  /** The holder under another declaration, or other settings. */
  with(declared: SqlHolder, urls?: { read?: string; write?: string }): Platform['holder'];
}

/** The same tests on a platform of either kind. */
export function onBothPlatforms(name: string, tests: (platform: () => Platform) => void): void {
  for (const engine of ['postgres', 'sqlite'] as const)
    describe(`${name} (${engine})`, () => {
      let platform: Platform;
      let close: () => Promise<void>;
      beforeEach(async () => {
        [platform, close] = await openPlatform(engine);
      });
      afterEach(() => close());
      tests(() => platform);
    });
}

export async function openPlatform(engine: Platform['engine']): Promise<[Platform, () => Promise<void>]> {
  const [database, close] = await openDatabase(
    engine,
    SCHEMA(engine),
    engine === 'mariadb' ? ROWS.replaceAll(/:(\d\d)Z'/g, ":$1'") : ROWS,
  );
  return [{ ...database, holder: database.with(declaration(engine)) }, close];
}

interface PlatformDatabase {
  url: string;
  sql: Platform['sql'];
  close: () => Promise<void>;
}

const DATABASES: Record<Platform['engine'], () => Promise<PlatformDatabase>> = {
  mariadb: newMariadbDatabase,
  postgres: async () => {
    const url = await newPostgresDatabase({ empty: true });
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    pool.on('error', () => undefined);
    return { url, sql: async (text) => (await pool.query(text)).rows, close: () => pool.end() };
  },
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-platform-'));
    const file = join(folder, 'platform.db');
    const sql = async (text: string) => {
      const db = new Database(file);
      try {
        db.pragma('foreign_keys = ON');
        if (/^\s*SELECT/.test(text)) return db.prepare(text).all() as Record<string, unknown>[];
        db.exec(text);
        return [];
      } finally {
        db.close();
      }
    };
    return { url: `sqlite:${file}`, sql, close: async () => rmSync(folder, { recursive: true, force: true }) };
  },
};

/** Keys as the vault gives them: another for each portal, holder and use, until it is destroyed (`shred`). */
let generation = 0;
const keys = {
  key: async (tenantId: string, scope: string) => ({
    derive: (...parts: string[]) =>
      createHash('sha256')
        .update([generation, tenantId, scope, ...parts].join('\0'))
        .digest(),
  }),
} as unknown as Pick<Vault, 'key'>;
export const shredKeys = () => {
  generation += 1;
};

/** What cannot be erased there is reduced. */
function erasureRequestsFor(declared: SqlHolder) {
  const { categories, actions } = describeHolder(declared);
  return categories
    .filter((category) => !actions[category]?.includes('erase') && actions[category]?.includes('reduce'))
    .map((category) => ({ category, action: 'reduce' as const }));
}

/** A database of a platform, made by these statements. */
export async function openDatabase(
  engine: Platform['engine'],
  ...statements: string[]
): Promise<[Omit<Platform, 'holder'>, () => Promise<void>]> {
  const opened: Platform['holder'][] = [];
  const { url, sql, close: drop } = await DATABASES[engine]();
  const make = (declared: SqlHolder, urls: { read?: string; write?: string } = {}) => {
    const secrets = (name: string) => (name === 'PLATFORM_READ_URL' ? (urls.read ?? url) : (urls.write ?? url));
    const [holder] = createExternalHolders({
      policies: { holders: [declared], erasureRequests: erasureRequestsFor(declared) },
      secrets,
      vault: keys,
    });
    if (!holder) throw new Error('no holder');
    opened.push(holder);
    return holder;
  };
  for (const each of statements) await sql(each);
  const close = async () => {
    for (const holder of opened) await holder.close();
    await drop();
  };
  return [{ engine, url, sql, with: make }, close];
}

export const person = (accountId: string, more: Partial<KnownPerson> = {}): KnownPerson => ({
  tenantId: 'alpha',
  timeZone: 'Europe/Berlin',
  accountId,
  visitorIds: [],
  ...more,
});
export const patience = () => AbortSignal.timeout(120_000);

export async function exportOf(holder: Platform['holder'], who: KnownPerson): Promise<ExportedRecord[]> {
  const records: ExportedRecord[] = [];
  for await (const record of holder.export(who, patience())) records.push(record);
  return records;
}

export function orderFor(holder: Platform['holder'], not: string[] = []): ErasureOrder {
  const decisions = Object.fromEntries(
    holder
      .describe()
      .categories.map((category) => [
        category,
        { category, action: not.includes(category) ? 'held' : 'erase' } as const,
      ]),
  );
  return { at: new Date('2026-06-01T00:00:00Z'), policyHash: 'p', decisions };
}

/** Steps until done; answers every cursor on the way. */
export async function eraseWholly(
  holder: Platform['holder'],
  who: KnownPerson,
  order: ErasureOrder,
  cursor: string | null = null,
) {
  const cursors: string[] = [];
  for (;;) {
    const step = await holder.erase(who, order, {
      erasureId: 'e1',
      round: 0,
      cursor,
      reference: null,
      signal: patience(),
    });
    if (step.status === 'done') return { outcomes: step.outcomes, cursors };
    if (step.status !== 'more') throw new Error(step.status);
    cursor = step.cursor;
    cursors.push(cursor);
  }
}
