import assert from 'node:assert/strict';
import { createExternalHolders } from '../../../src/foundations/holders/open.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { policiesWithPlatform } from './policies.ts';

const mistakes = (from: string, to: string) =>
  loadPolicies(
    policiesWithPlatform('postgres', (text) => {
      assert.ok(text.includes(from), from);
      return text.replace(from, to);
    }),
  ).mistakes;

describe('the declaration of a holder outside', () => {
  it('is read with the other policies, and what it names it can do', () => {
    const { policies, mistakes } = loadPolicies(policiesWithPlatform());
    assert.deepEqual(mistakes, []);
    const [holder] = createExternalHolders({
      policies: policies as NonNullable<typeof policies>,
      secrets: () => undefined,
    });
    assert.deepEqual(holder?.describe().actions['platform.logins'], ['erase', 'reduce']);
    assert.deepEqual(holder?.describe().clocks['platform.account'], ['last-activity']);
  });

  const cases: [what: string, from: string, to: string, says: RegExp][] = [
    ['a table on two lines', 'table: logins', 'table: "logins\\n"', /table/i],
    ['a column without a name', 'column: user_id }', "column: '' }", /name of the database/],
    ['a secret instead of its name', 'read: PLATFORM_READ_URL', "read: 'postgres://u:p@h/d'", /setting/i],
    ['a setting of the service itself', 'read: PLATFORM_READ_URL', 'read: DATABASE_URL', /setting of the service/],
    [
      'a category of another holder',
      'category: platform.comments',
      'category: profiles.contact',
      /gives this category/,
    ],
    ['an unknown category', 'category: platform.comments', 'category: platform.coments', /no category/i],
    ['an unknown place', 'place: frankfurt', 'place: frankfort', /no place/i],
    ['no portal', '    tenant: { column: portal }\n', '', /portal/],
    ['nothing to replace by', ', with: "erased-{key}@invalid"', '', /replaced/],
    ['keeping without a ground', 'action: "null"', 'action: keep', /ground/],
    ['a clock no table has', 'clocks: { last-activity: seen_at }', 'clocks: { updated: seen_at }', /instant/],
    ['a reduction nobody declared', ', reduce: truncate-ip', '', /cannot reduce/],
  ];
  for (const [what, from, to, says] of cases)
    it(`is refused for ${what}, with the line`, () => {
      const found = mistakes(from, to);
      assert.ok(
        found.some(({ message, remedy, line }) => says.test(`${message} ${remedy}`) && line > 1),
        JSON.stringify(found),
      );
    });
});
