import assert from 'node:assert/strict';
import type { SqlHolder } from '../../../src/foundations/holders/declaration.ts';
import { declaration, onBothPlatforms, patience } from './platform.ts';

onBothPlatforms('lethe holders check', (platform) => {
  /** Codes of what is found after a change of the database or the declaration, with table and column. */
  async function found(change: { sql?: string; declared?: (declared: SqlHolder) => void }): Promise<string[]> {
    const { engine, sql } = platform();
    const declared = declaration(engine);
    change.declared?.(declared);
    if (change.sql) await sql(change.sql);
    const findings = await platform().with(declared).check(patience());
    return findings.map(
      ({ severity, code, table, column }) => `${severity} ${code} ${table.split('.').at(-1)}.${column}`,
    );
  }
  const table = (declared: SqlHolder, id: string) => {
    const one = declared.tables.find((each) => each.id === id);
    assert.ok(one);
    return one;
  };

  it('finds nothing wrong where all fits', async () => {
    assert.deepEqual(await found({}), []);
  });

  it('finds a column that came and looks personal, and one that does not', async () => {
    const sql = 'ALTER TABLE users ADD COLUMN phone text; ALTER TABLE users ADD COLUMN colour text';
    assert.deepEqual(await found({ sql }), [
      'error column-unclaimed users.phone',
      'warning column-unclaimed users.colour',
    ]);
  });

  it('finds a table that came and refers to persons, unless it is ignored with a reason', async () => {
    const sql = 'CREATE TABLE badges (id integer PRIMARY KEY, holder integer, colour text, email text)';
    assert.deepEqual(await found({ sql }), ['error table-unclaimed badges.email']);
    assert.deepEqual(await found({ declared: (one) => Object.assign(one, { ignored: { badges: 'a trial' } }) }), []);
  });

  it('finds a column and a table that have gone', async () => {
    const codes = await found({ sql: 'ALTER TABLE comments DROP COLUMN body' });
    assert.ok(codes.includes('error column-missing comments.body'));
    assert.ok((await found({ sql: 'DROP TABLE reactions' })).includes('error table-missing reactions.null'));
  });

  it('finds actions that NOT NULL and UNIQUE would break', async () => {
    const replaced = (action: 'null' | 'replace', text?: string) => (one: SqlHolder) => {
      table(one, 'teams').detach = [{ table: 'users', column: 'team_id' }];
      const its = { category: 'platform.account', action, with: text };
      table(one, 'users').columns = { email: its, name: { category: 'platform.account', action: 'null' } };
    };
    assert.deepEqual(await found({ declared: replaced('null') }), ['error not-null-broken users.email']);
    assert.deepEqual(await found({ declared: replaced('replace', 'gone') }), ['error unique-broken users.email']);
    assert.deepEqual(await found({ declared: replaced('replace', 'gone-{key}') }), []);
  });

  it('finds a foreign key that blocks, and is content when it is detached or comes first', async () => {
    const without = (one: SqlHolder) => {
      one.tables = one.tables.filter(({ id }) => id !== 'items');
      one.ignored = { items: 'told of elsewhere' };
    };
    assert.deepEqual(await found({ declared: without }), ['error foreign-key-blocks items.submitter_id']);
    const detached = (one: SqlHolder) => {
      without(one);
      table(one, 'users').detach = [{ table: 'items', column: 'submitter_id' }];
    };
    assert.deepEqual(await found({ declared: detached }), []);
  });

  it('finds a parent that is deleted before its children', async () => {
    const reversed = (one: SqlHolder) => {
      one.tables = [table(one, 'comments'), ...one.tables.filter(({ id }) => id !== 'comments')];
    };
    assert.deepEqual(await found({ declared: reversed }), ['error foreign-key-blocks reactions.comment_id']);
  });

  it('finds a key that does not tell rows apart, and a column that is looked up without an index', async () => {
    const wrong = (one: SqlHolder) => Object.assign(table(one, 'authorship'), { key: ['item_id'] });
    assert.ok((await found({ declared: wrong })).includes('error key-not-unique item_authors.item_id'));
    assert.deepEqual(await found({ sql: 'DROP INDEX logins_user' }), ['warning no-index logins.user_id']);
  });
});
