import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { getTableColumns } from 'drizzle-orm';
import fc from 'fast-check';
import {
  createPseudonyms,
  domainOf,
  PSEUDONYM_DOMAINS,
  withoutKeys,
} from '../../../src/foundations/store/pseudonyms.ts';
import { sqliteTables } from '../../../src/foundations/store/schema.sqlite.ts';

const pseudonyms = createPseudonyms((domain) => createHash('sha256').update(domain).digest());
const root = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'));

describe('Pseudonyms of domains', () => {
  it('can be read back, and no two domains have the same', () => {
    fc.assert(
      fc.property(root, (person) => {
        const kept = PSEUDONYM_DOMAINS.map((domain) => pseudonyms.encode(domain, person));
        assert.equal(new Set([...kept, person]).size, PSEUDONYM_DOMAINS.length + 1);
        for (const [n, domain] of PSEUDONYM_DOMAINS.entries())
          assert.equal(pseudonyms.decode(domain, kept[n] as string), person);
      }),
    );
  });

  it('are of 128 bits: anything else is refused, and the empty text comes before all', () => {
    assert.throws(() => pseudonyms.encode('visits', 'somebody'), { fault: 'misuse' });
    assert.equal(pseudonyms.encode('visits', ''), '');
  });

  it('are closed to a store that was opened without the vault', () => {
    assert.throws(() => withoutKeys.encode('visits', '0'.repeat(32)), { fault: 'misuse' });
  });

  it('are what every column holds that names a person (REQ-A03)', () => {
    const named = Object.entries(sqliteTables).flatMap(([table, of]) =>
      Object.entries(getTableColumns(of)).flatMap(([key, column]) =>
        /^(subject|visitor|account)_id$/.test(column.name) ? [[`${table}.${key}`, domainOf(column)]] : [],
      ),
    );
    assert.ok(named.length >= 11);
    for (const [place, domain] of named) assert.ok(domain, place);
    const domains = named.map(([, domain]) => domain);
    assert.equal(new Set(domains).size, domains.length, 'a domain is one column’s alone');
  });
});
