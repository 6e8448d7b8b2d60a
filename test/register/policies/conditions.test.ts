import assert from 'node:assert/strict';
import { reachesMore, reachOf } from '../../../src/data/retention/reach.ts';
import { textsIn } from '../../../src/foundations/messages/texts.ts';
import { conditionsFirst } from '../../../src/register/policies/conditions.ts';
import { diffPolicies } from '../../../src/register/policies/diff.ts';
import type { PolicySet, RetentionRule } from '../../../src/register/policies/model.ts';
import { ruleInWords } from '../../../src/register/policies/rule-in-words.ts';
import { periodsInWords } from '../../../src/register/policies/word-in-words.ts';
import { type changed, changedAll } from '../changed.ts';

const DRAFTS = /\n {4}unless:\n {6}- id: drafts\n.*\n.*\n.*\n/;
const unless = (text: string) => `\n    unless:\n      - { id: drafts, ${text}, reason: x }\n`;
/** The shipped rule on addresses with another condition. */
const withCondition = (text: string): Parameters<typeof changed> => ['retention.yaml', DRAFTS, unless(text)];
const only = (text: string): Parameters<typeof changed> => ['retention.yaml', DRAFTS, `\n    only: { ${text} }\n`];

function setOf(...edits: Parameters<typeof changed>[]): PolicySet {
  const { policies, mistakes } = changedAll(...edits);
  assert.deepEqual(mistakes, []);
  return policies as PolicySet;
}
const contactRule = ({ rules }: PolicySet) => rules.find(({ id }) => id === 'profiles-contact-erase') as RetentionRule;

describe('Conditions of retention rules', () => {
  const KEPT = 'title: Research categories,';
  const mistakes: [what: string, edits: Parameters<typeof changed>[], says: RegExp, remedy: RegExp][] = [
    ['an unknown relation', [withCondition('relation: contrakt')], /no relation of this id/, /contract/],
    ['an unknown role', [withCondition('role: emperor')], /no role of this id/, /Declared: editor/],
    ['a role of a scope', [only('roles: [emperor]')], /no role of this id/, /Declared: editor/],
    ['an unknown value', [withCondition('attribute: { statistics: no }')], /no value of statistics/, /refused/],
    ['an unknown attribute of a scope', [only('attributes: { statistic: [refused] }')], /no attribute/, /statistics/],
    ['two questions', [withCondition('relation: contract, role: editor')], /exactly one thing/, /several entries/],
    ['no question', [withCondition('plus: P1M')], /exactly one thing/, /relation, role, attribute, children/],
    ['an end of what has none', [withCondition('role: editor, plus: P1M')], /belongs to a relation/, /Take it away/],
    [
      'a relation that is forgotten before',
      [withCondition('relation: contract, plus: P2Y')],
      /cannot hold/,
      /P2Y or longer/,
    ],
    ['a child that is nobody’s', [withCondition('children: [visits.daily]')], /never holds/, /Take it away/],
    ['a child that is itself', [withCondition('children: [profiles.contact]')], /neither would ever end/, /Take one/],
    [
      'a circle of children',
      [
        withCondition('children: [profiles.location]'),
        [
          'retention.yaml',
          '    reason: As for the e-mail address.\n    reasons: { de: "Wie bei der E-Mail-Adresse." }\n\n  - id: profiles-identity-erase',
          '    unless: [{ id: back, children: [profiles.contact], reason: x }]\n    reason: x\n\n  - id: profiles-identity-erase',
        ],
      ],
      /neither would ever end/,
      /Take one/,
    ],
    [
      'drafts that wait for drafts',
      [
        [
          'retention.yaml',
          'from: updated\n    reason: Drafts',
          'from: updated\n    unless: [{ id: d, relation: draft-item, reason: x }]\n    reason: Drafts',
        ],
      ],
      /neither would ever end/,
      /Take one/,
    ],
    [
      'a condition on nobody',
      [
        [
          'retention.yaml',
          'from: updated\n    reason: The scholarly',
          'from: updated\n    unless: [{ id: d, role: editor, reason: x }]\n    reason: The scholarly',
        ],
      ],
      /about nobody known/,
      /Take it away/,
    ],
    [
      'a rule only for whom it spares',
      [['retention.yaml', DRAFTS, `\n    only: { roles: [editor] }${unless('role: editor')}`]],
      /never does anything/,
      /Take one of the two/,
    ],
    [
      'what is kept for good without a ground',
      [['categories.yaml', KEPT, `kept: { reason: x }, ${KEPT}`]],
      /ground/,
      /ground/,
    ],
    [
      'what is kept for good and has a rule',
      [['categories.yaml', KEPT, `kept: { ground: JustificationA17Archiving, reason: x }, ${KEPT}`]],
      /kept for good/,
      /Take the rule away/,
    ],
    [
      'two rules for the same people',
      [
        only('roles: [editor]'),
        [
          'retention.yaml',
          'rules:\n',
          'rules:\n  - { id: again, category: profiles.contact, action: erase, after: P3Y, from: last-activity, only: { roles: [editor] }, reason: x }\n',
        ],
      ],
      /declared twice/,
      /Keep one/,
    ],
  ];
  for (const [what, edits, says, remedy] of mistakes)
    it(`${what}: refused, with what would be right`, () => {
      const found = changedAll(...edits).mistakes;
      assert.ok(
        found.some((one) => says.test(one.message) && remedy.test(one.remedy)),
        JSON.stringify(found, null, 1),
      );
    });

  it('what is kept for good has no rule, and is said with its ground in every language', () => {
    const set = setOf(
      [
        'categories.yaml',
        KEPT,
        `kept: { ground: JustificationA17Archiving, reason: The record., reasons: { de: Der Nachweis. } }, ${KEPT}`,
      ],
      ['retention.yaml', /\n {2}- id: profiles-interests-erase\n(?: {4}.*\n)+/, '\n'],
      [
        'retention.yaml',
        '{ category: profiles.interests, action: erase }',
        '{ category: profiles.interests, action: retain, ground: JustificationA17Archiving }',
      ],
    );
    const category = set.categories.find(({ id }) => id === 'profiles.interests');
    const said = (language: string) =>
      periodsInWords(category as NonNullable<typeof category>, set, textsIn(language), () => 'Art. 17(3)(d)');
    assert.deepEqual(said('en'), ['kept for good: The record. (Art. 17(3)(d))']);
    assert.deepEqual(said('de'), ['auf Dauer aufbewahrt: Der Nachweis. (Art. 17(3)(d))']);
  });

  it('stand in the rule’s sentence, in each language', () => {
    const set = setOf(withCondition('relation: contract, plus: P6M'));
    assert.equal(
      ruleInWords(contactRule(set), set, textsIn('en')),
      'erased 2 years after the account was last used (kept longer as long as “Contract” lasts and 6 months after its end)',
    );
    assert.match(
      ruleInWords(contactRule(set), set, textsIn('de')),
      /länger aufbewahrt, solange „Vertrag“ besteht und 6 Monate/,
    );
    const editors = setOf(only('roles: [editor], attributes: { statistics: [refused] }'));
    assert.match(
      ruleInWords(contactRule(editors), editors, textsIn('en')),
      /\(only for: Editor and Statistics: refused\)$/,
    );
  });

  const more: [
    what: string,
    was: Parameters<typeof changed>,
    is: Parameters<typeof changed>,
    why: RegExp | undefined,
  ][] = [
    [
      'a condition taken away',
      withCondition('role: editor'),
      ['retention.yaml', DRAFTS, '\n'],
      /"drafts" kept is not kept any more/,
    ],
    ['another condition', withCondition('role: editor'), withCondition('relation: contract'), /not kept any more/],
    [
      'a shorter time after the end',
      withCondition('relation: contract, plus: P6M'),
      withCondition('relation: contract, plus: P3M'),
      /less long/,
    ],
    [
      'no time after the end',
      withCondition('relation: contract, plus: P6M'),
      withCondition('relation: contract'),
      /less long/,
    ],
    [
      'a longer time after the end',
      withCondition('relation: contract, plus: P3M'),
      withCondition('relation: contract, plus: P6M'),
      undefined,
    ],
    [
      'fewer children',
      withCondition('children: [profiles.location, profiles.identity]'),
      withCondition('children: [profiles.location]'),
      /not kept any more/,
    ],
    [
      'more children',
      withCondition('children: [profiles.location]'),
      withCondition('children: [profiles.location, profiles.identity]'),
      undefined,
    ],
    ['a rule for all instead of some', only('roles: [editor]'), ['retention.yaml', DRAFTS, '\n'], /for more people/],
    ['a rule for some instead of all', ['retention.yaml', DRAFTS, '\n'], only('roles: [editor]'), undefined],
    [
      'drafts that Lethe knows no longer count',
      ['retention.yaml', 'rules:', 'rules:'],
      ['relations.yaml', ', also: private-items', ''],
      /not kept any more/,
    ],
  ];
  for (const [what, was, is, why] of more)
    it(`${what}: ${why ? 'reaches more, in the difference and for the officer' : 'reaches no more'}`, () => {
      const [before, after] = [setOf(was), setOf(is)];
      const newly = diffPolicies(before, after).newlyErased.find(({ rule }) => rule === 'profiles-contact-erase');
      const reach = reachesMore(reachOf(contactRule(before), before), reachOf(contactRule(after), after));
      if (why) {
        assert.match(newly?.why ?? '', why);
        assert.match(reach ?? '', why);
      } else assert.deepEqual([newly, reach], [undefined, undefined]);
    });

  it('let a rule run before those that end what it looks at', () => {
    const rule = (id: string, category: string, children?: string[]) =>
      ({ id, category, unless: children && [{ id: 'c', children, reason: 'x' }] }) as RetentionRule;
    const rules = [rule('c', 'a.c'), rule('b', 'a.b', ['a.c']), rule('a', 'a.a', ['a.b']), rule('d', 'a.d')];
    assert.deepEqual(
      conditionsFirst(rules, {}).map(({ id }) => id),
      ['a', 'b', 'c', 'd'],
    );
  });
});
