import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { ownHolders } from '../../src/app/parts/holders.ts';
import { CLEAR_PAGE, clearPage } from '../../src/app/write-clear.ts';
import { type CoveragePolicies, coverageGaps } from '../../src/foundations/holders/coverage.ts';
import type { ColumnClaim, HolderDescription } from '../../src/foundations/holders/holder.ts';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { IMPERSONAL_TABLES } from '../../src/foundations/store/impersonal-tables.ts';
import { listGaps } from '../../src/foundations/store/in-the-clear.ts';
import { sqliteTables } from '../../src/foundations/store/schema.sqlite.ts';
import type { Vault } from '../../src/foundations/vault/vault.ts';
import { openPolicies } from '../../src/register/policies/policies.ts';

/** describe() asks nothing of the vault. */
const vault = {} as Vault;
const holders = ownHolders({ vault });
const policies = openPolicies(join(packageRoot, 'policies'));

describe('The coverage gate', () => {
  it('finds every column of the schema claimed, exported, erasable and under a retention rule (REQ-A03, A04)', () => {
    assert.deepEqual(coverageGaps(sqliteTables, holders, policies.current(), IMPERSONAL_TABLES), []);
  });

  it('has nothing in the list of what stands in the clear that is not so', () => {
    assert.deepEqual(listGaps(sqliteTables), []);
  });

  it('tells in docs/what-is-in-the-clear.md how every column stands (npm run clear)', () => {
    assert.equal(readFileSync(CLEAR_PAGE, 'utf8'), clearPage());
  });

  it('knows every holder there is in the source', () => {
    const domains = readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => basename(path) === 'holder.ts' && !path.startsWith(join('foundations', 'holders')))
      .map((path) => basename(dirname(path)));
    assert.deepEqual(domains.sort(), [
      'consent',
      'content',
      'profiles',
      'recipients',
      'relations',
      'requests',
      'visits',
    ]);
    assert.equal(holders.length, domains.length, 'a new holder must be among the own ones');
  });
});

describe('A gap in the coverage is named:', () => {
  const things = sqliteTable('things', { tenantId: text('tenant_id'), nickname: text('nickname') });
  const structure: ColumnClaim = { structure: 'The tenant.' };
  const nickname: ColumnClaim = { category: 'things.nickname', exportedAs: 'nickname' };
  const description: HolderDescription = {
    title: 'Things',
    columns: { things: { tenantId: structure, nickname } } as HolderDescription['columns'],
    sealedPerSubject: ['things.nickname'],
    actions: { 'things.nickname': ['erase'] },
    clocks: { 'things.nickname': ['updated'] },
  };
  const policies: CoveragePolicies = {
    categories: [{ id: 'things.nickname', holder: 'things' }],
    rules: [{ id: 'nicknames', category: 'things.nickname', action: 'erase', from: 'updated' }],
    erasureRequests: [{ category: 'things.nickname', action: 'erase' }],
  };
  const claiming = (claim: ColumnClaim | undefined, extra: Record<string, ColumnClaim> = {}): HolderDescription => ({
    ...description,
    columns: {
      things: { tenantId: structure, nickname: claim, ...extra },
    } as HolderDescription['columns'],
  });

  interface Planted {
    described?: HolderDescription;
    policies?: Partial<CoveragePolicies>;
    impersonal?: Record<string, string>;
    tables?: Record<string, typeof things>;
    twice?: boolean;
    inTheClear?: (table: string, column: string) => string | undefined;
  }
  const gapsOf = (planted: Planted) => {
    const holder = { id: 'things', describe: () => planted.described ?? description };
    const other = { id: 'others', describe: () => ({ ...description, actions: {} }) };
    return coverageGaps(
      planted.tables ?? { things },
      planted.twice ? [holder, other] : [holder],
      { ...policies, ...planted.policies },
      planted.impersonal ?? {},
      planted.inTheClear ?? (() => 'Everybody may see it.'),
    );
  };

  it('nothing when there is none', () => assert.deepEqual(gapsOf({}), []));

  const cases: [what: string, planted: Planted, gap: RegExp][] = [
    ['a new column', { described: claiming(undefined) }, /^things\.nickname: no holder claims it$/],
    ['a new table', { tables: { things, more: things } }, /^more\.nickname: no holder claims it$/],
    [
      'a column in the clear without a reason',
      { inTheClear: (_, column) => (column === 'nickname' ? undefined : 'It is structure.') },
      /^things\.nickname: stands in the clear, and nothing tells why$/,
    ],
    ['a column claimed twice', { twice: true }, /^things\.nickname: claimed by several holders: "things", "others"$/],
    [
      'a claim to a column that is gone',
      { described: claiming(nickname, { shoeSize: nickname }) },
      /^things\.shoeSize: .*not in the schema$/,
    ],
    [
      'a column that is not exported, without a reason',
      { described: claiming({ category: 'things.nickname', exportedAs: null }) },
      /^things\.nickname: is not exported/,
    ],
    [
      'a structural column without a reason',
      { described: claiming({ structure: '' }) },
      /^things\.nickname: is not exported, and "things" gives no reason$/,
    ],
    [
      'a table without personal data that is claimed',
      { impersonal: { things: 'Nothing.' } },
      /^things\.nickname: claimed by "things", though/,
    ],
    [
      'a table without personal data that is gone',
      { impersonal: { ghosts: 'Nothing.' } },
      /^ghosts: .*not in the schema$/,
    ],
    [
      'a table without personal data and without a reason',
      { impersonal: { things: ' ' } },
      /^things: .*without a reason$/,
    ],
    ['a category no policy declares', { policies: { categories: [] } }, /^things\.nickname: .*no policy declares it$/],
    [
      'a category of somebody else',
      { policies: { categories: [{ id: 'things.nickname', holder: 'else' }] } },
      /^things\.nickname: claimed by "things", but the policies give it to "else"$/,
    ],
    [
      'a category nobody holds',
      { policies: { categories: [...policies.categories, { id: 'things.age', holder: 'things' }] } },
      /^things\.age: .*does not know it$/,
    ],
    ['a category without a retention rule', { policies: { rules: [] } }, /^things\.nickname: no retention rule$/],
    ['a holder without an eraser', { described: { ...description, actions: {} } }, /^things\.nickname: no eraser$/],
    [
      'a category without a column',
      {
        described: { ...description, actions: { ...description.actions, 'things.age': ['erase'] } },
        policies: { categories: [...policies.categories, { id: 'things.age', holder: 'things' }] },
      },
      /^things\.age: no column is claimed for it$/,
    ],
    [
      'a rule the holder cannot carry out',
      { policies: { rules: [{ id: 'r', category: 'things.nickname', action: 'anonymise', from: 'updated' }] } },
      /^things\.nickname: rule "r" wants "anonymise"/,
    ],
    [
      'a rule that counts from a clock nobody keeps',
      { policies: { rules: [{ id: 'r', category: 'things.nickname', action: 'erase', from: 'linked' }] } },
      /^things\.nickname: rule "r" counts from "linked"/,
    ],
    [
      'a category without a decision for requests',
      { policies: { erasureRequests: [] } },
      /^things\.nickname: no decision for erasure on request$/,
    ],
    [
      'a reduction on request the holder cannot do',
      { policies: { erasureRequests: [{ category: 'things.nickname', action: 'reduce' }] } },
      /^things\.nickname: "reduce" on request/,
    ],
    [
      'a category nothing of which is exported',
      { described: claiming({ category: 'things.nickname', exportedAs: null }) },
      /^things\.nickname: no exporter$/,
    ],
    [
      'a sealed category that is none',
      { described: { ...description, sealedPerSubject: ['things.age'] } },
      /^things\.age: said to be sealed per subject, but "things" does not hold it$/,
    ],
  ];
  for (const [what, planted, gap] of cases)
    it(what, () => {
      const gaps = gapsOf(planted);
      assert.ok(
        gaps.some((text) => gap.test(text)),
        gaps.join('\n') || 'no gap was named',
      );
    });

  it('but an anonymous category needs no rule, eraser or decision', () => {
    assert.deepEqual(
      gapsOf({
        described: { ...description, actions: {} },
        policies: {
          categories: [{ id: 'things.nickname', holder: 'things', anonymous: true }],
          rules: [],
          erasureRequests: [],
        },
      }),
      [],
    );
  });
});
