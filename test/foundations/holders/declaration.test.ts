import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createExternalHolders } from '../../../src/foundations/holders/open.ts';
import { textsIn } from '../../../src/foundations/messages/texts.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { whatStays } from '../../../src/register/policies/what-stays.ts';
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

  it('says of a pseudonym that it is personal data, in either language, and never that it is anonymous', () => {
    const { policies } = loadPolicies(
      policiesWithPlatform('postgres', (text) => text.replace('reduce: truncate-ip', 'reduce: [truncate-ip, hmac]')),
    );
    assert.ok(policies);
    for (const [language, says] of [
      ['en', /pseudonymised.*personal data/],
      ['de', /pseudonymisiert.*personenbezogene Daten/],
    ] as const) {
      const words = whatStays('platform.logins', policies, textsIn(language));
      assert.match(words, says);
      assert.doesNotMatch(words, /\banonym/i);
    }
  });

  it('lets authors stay under a pseudonym, and counts where there is no time, as the example says', () => {
    const folder = policiesWithPlatform();
    copyFileSync(join(folder, 'holders/community.yaml.example'), join(folder, 'holders/community.yaml'));
    const categories = ['authors', 'contact', 'profile', 'traces', 'bookmarks'].map((id) => `community.${id}`);
    const lines = categories.map(
      (id) => `  - { id: ${id}, title: ${id}, holder: community, special: false, source: platform }\n`,
    );
    const edit = (file: string, from: string, to: string) =>
      writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replace(from, `${from}${to}`));
    edit('categories.yaml', 'categories:\n', lines.join(''));
    edit('activities/accounts.yaml', 'categories: [', `${categories.join(', ')}, `);
    const reduced = ['community.authors', 'community.profile'];
    edit(
      'retention.yaml',
      'erasureRequests:\n',
      categories
        .map(
          (id) =>
            `  - { category: ${id}, action: ${reduced.includes(id) ? 'reduce, ground: JustificationA17FreedomOfExpression, reviewAfter: P5Y' : 'erase'} }\n`,
        )
        .join(''),
    );
    const rule = (id: string, action: string, from: string) =>
      `  - { id: ${id}, category: community.${id}, action: ${action}, after: P1Y, from: ${from}, reason: Long enough. }\n`;
    edit(
      'retention.yaml',
      'rules:\n',
      [
        rule('bookmarks', 'erase', 'recorded'),
        rule('traces', 'pseudonymise', 'occurred'),
        rule('authors', 'pseudonymise', 'last-activity'),
        rule('contact', 'erase', 'last-activity'),
        rule('profile', 'reduce', 'last-activity'),
      ].join(''),
    );
    const missing = loadPolicies(folder).mistakes.map(({ message, pointer }) => `${pointer} ${message}`);
    assert.deepEqual(missing, []);
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
    ['a hash that is asked to erase', 'action: "null"', 'action: hash', /cannot erase/],
    [
      'a pseudonym that stands nowhere',
      'action: replace, with: "erased-{key}@invalid"',
      'action: pseudonym, with: "x@example.invalid"',
      /\{value\}/,
    ],
    ['less of what is a hash already', 'reduce: truncate-ip', 'reduce: [hmac, date-year]', /coarser step first/],
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
