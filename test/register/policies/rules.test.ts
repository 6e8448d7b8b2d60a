import assert from 'node:assert/strict';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { diffPolicies } from '../../../src/register/policies/diff.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import type { PolicySet } from '../../../src/register/policies/model.ts';
import { renderDifference } from '../../../src/register/policies/render.ts';
import { changed } from '../changed.ts';

const shipped = join(packageRoot, 'policies');

const rule = (action: string, after: string, from = 'last-activity') =>
  `rules:\n  - { id: extra, category: profiles.interests, action: ${action}, after: ${after}, from: ${from}, reason: x }\n`;

describe('Policies that agree with no law', () => {
  const cases: [what: string, edit: Parameters<typeof changed>, place: string, says: RegExp, remedy: RegExp][] = [
    ['a period of nothing', ['retention.yaml', 'P7D', 'P0D'], 'retention.yaml:7:12', /right form/, /P6M, P90D/],
    [
      'a reduction after the end',
      ['retention.yaml', 'rules:\n', rule('reduce', 'P5Y')],
      'retention.yaml:4:71',
      /"profiles-interests-erase" would erase this data before it is reduced/,
      /sooner than P2Y/,
    ],
    [
      'a reduction on the day of the end',
      ['retention.yaml', 'rules:\n', rule('reduce', 'P24M')],
      'retention.yaml:4:71',
      /before it is reduced/,
      /sooner than P2Y/,
    ],
    [
      'full visits that outlive the reduced ones',
      ['retention.yaml', 'after: P7D', 'after: P190D'],
      'retention.yaml:7:12',
      /"visits-anonymise" would anonymise/,
      /sooner than P6M/,
    ],
    [
      'notices that go into a private network',
      ['parties.yaml', 'notices: { email: privacy@platform.example.org }', 'notices: { webhook: "https://10.0.0.1/" }'],
      'parties.yaml:25:25',
      /private network/,
      /LETHE_OUTBOX_PRIVATE_TARGETS/,
    ],
    [
      'a place whose law nobody knows',
      ['installation.yaml', 'defaultLanguage: en', 'defaultLanguage: en\njurisdiction: US'],
      'installation.yaml:4:15',
      /does not know the law of this place/,
      /EUI, EC, EP/,
    ],
    [
      'a holiday that never was',
      ['installation.yaml', 'defaultLanguage: en', 'defaultLanguage: en\nholidays: { DE: { remove: ["2026-02-30"] } }'],
      'installation.yaml:4:28',
      /no such day/,
      /2026-12-25/,
    ],
    [
      'a holiday both added and taken away',
      [
        'installation.yaml',
        'defaultLanguage: en',
        'defaultLanguage: en\nholidays: { DE: { add: ["2026-02-03"], remove: ["2026-02-03"] } }',
      ],
      'installation.yaml:4:49',
      /added as well/,
      /Keep one/,
    ],
    [
      'an authority of nowhere',
      [
        'installation.yaml',
        'defaultLanguage: en',
        'defaultLanguage: en\nsupervisoryAuthorities: [{ place: XX, name: A, contact: b }]',
      ],
      'installation.yaml:4:35',
      /does not know this place/,
      /Known/,
    ],
    [
      'a reduction that the end of the year puts off beyond the end',
      ['retention.yaml', 'after: P7D', 'after: P6M\n    counted: end-of-year'],
      'retention.yaml:7:12',
      /"visits-anonymise" would anonymise/,
      /sooner than P6M/,
    ],
    [
      'nobody who stands for the institution',
      ['parties.yaml', 'kind: tenant', 'kind: organisation\n    contact: a@example.org'],
      'parties.yaml:7:11',
      /No party stands for/,
      /kind tenant/,
    ],
    [
      'two that stand for the institution',
      ['parties.yaml', 'kind: organisation', 'kind: tenant'],
      'parties.yaml:11:11',
      /Two parties stand for/,
      /Keep one/,
    ],
    [
      'an organisation nobody can reach',
      ['parties.yaml', '    contact: privacy@platform.example.org\n', ''],
      'parties.yaml:9:9',
      /contact details/,
      /e-mail/,
    ],
    [
      'a controller whose receipts could not say where to call',
      ['parties.yaml', '    phone: +49 30 5550100\n', ''],
      'parties.yaml:9:9',
      /Receipts of consent name this controller; its phone is missing/,
      /Add phone: \+49/,
    ],
    [
      'a controller whose receipts could not say where to write',
      ['parties.yaml', '    address: Beispielweg 1, 10115 Berlin\n', ''],
      'parties.yaml:9:9',
      /its address is missing/,
      /Add address/,
    ],
    [
      'a purpose without the default language',
      [
        'purposes.yaml',
        '{ en: Security of the portals, de: Sicherheit der Portale, fr: Sécurité des portails }',
        '{ de: Sicherheit }',
      ],
      'purposes.yaml:5:12',
      /default language is missing/,
      /Add en/,
    ],
    [
      'a notice in a language its purpose does not speak',
      [
        'purposes.yaml',
        '{ en: Usage statistics, de: Nutzungsstatistik, fr: Statistiques d’utilisation }',
        '{ en: Usage statistics }',
      ],
      'notices/consent-banner.yaml:9:16',
      /no title/,
      /in de to purposes.yaml/,
    ],
    [
      'a version that begins before an older one',
      ['notices/consent-banner.yaml', '2026-03-01', '2014-03-01'],
      'notices/consent-banner.yaml:11:16',
      /before an older one/,
      /later day/,
    ],
    [
      'a version with a leading zero',
      ['notices/consent-banner.yaml', '"1.1"', '"1.01"'],
      'notices/consent-banner.yaml:10:14',
      /right form/,
      /Major and minor/,
    ],
    [
      'a prefix that keeps too much',
      ['installation.yaml', 'ipv4Prefix: 24', 'ipv4Prefix: 32'],
      'installation.yaml:34:15',
      /not one of those allowed/,
      /^Allowed: 8, 16, 24\.$/,
    ],
    [
      'a misspelt basis',
      ['purposes.yaml', 'A6-1-f-controller', 'A6-1-f-controler'],
      'purposes.yaml:10:12',
      /not one of those allowed/,
      /^Did you mean A6-1-f-controller/,
    ],
    [
      'a misspelt purpose of the vocabulary',
      ['purposes.yaml', 'dpv: EnforceSecurity', 'dpv: EnforceSecurty'],
      'purposes.yaml:11:10',
      /not one of those allowed/,
      /^Did you mean EnforceSecurity/,
    ],
    [
      'a misspelt field',
      ['purposes.yaml', 'balancingTest:', 'balancingTests:'],
      'purposes.yaml:15:21',
      /not known here/,
      /^Did you mean balancingTest/,
    ],
  ];
  for (const [what, edit, place, says, remedy] of cases)
    it(`are refused for ${what}, at ${place}`, () => {
      const { mistakes } = changed(...edit);
      const told = mistakes.find(({ file, line, column }) => `${file}:${line}:${column}` === place);
      assert.ok(told, JSON.stringify(mistakes, null, 1));
      assert.match(told.message, says);
      assert.match(told.remedy, remedy);
    });

  for (const [what, from] of [
    ['counts from another clock', 'updated'],
    ['comes a day sooner', 'last-activity'],
  ] as const)
    it(`may reduce data that ends, when the reduction ${what}`, () => {
      const after = from === 'updated' ? 'P5Y' : 'P1Y364D';
      assert.deepEqual(changed('retention.yaml', 'rules:\n', rule('reduce', after, from)).mistakes, []);
    });
});

describe('What a change would newly erase', () => {
  const before = loadPolicies(shipped).policies as PolicySet;
  const newly = (...edit: Parameters<typeof changed>) => {
    const { policies, mistakes } = changed(...edit);
    assert.deepEqual(mistakes, []);
    return diffPolicies(before, policies as PolicySet);
  };

  it('is told of a period in days that some months are longer than', () => {
    const [item] = newly('retention.yaml', 'after: P6M', 'after: P183D').newlyErased;
    assert.equal(item?.why, 'anonymise after P183D instead of P6M');
  });

  it('is told of a period that no longer waits for the end of the year, and not of one that does now', () => {
    const waits = newly('retention.yaml', 'after: P6M\n', 'after: P6M\n    counted: end-of-year\n');
    assert.deepEqual(waits.newlyErased, []);
    const [item] = newly('retention.yaml', 'after: P6M\n', 'after: P5M\n    counted: end-of-year\n').newlyErased;
    assert.match(item?.why ?? '', /after P5M from the end of the year instead of P6M/);
  });

  it('is nothing for the same period in other words', () => {
    const { changes, newlyErased } = newly('retention.yaml', 'after: P1Y\n', 'after: P12M\n');
    assert.deepEqual(changes['rules']?.changed, ['consents-evidence-forget']);
    assert.deepEqual(newlyErased, []);
  });

  it('is told of a larger cell of the installation, which the rules use', () => {
    const { newlyErased } = newly('installation.yaml', 'minimumCell: 10', 'minimumCell: 50');
    assert.deepEqual(
      newlyErased.map(({ rule: id }) => id),
      ['visits-anonymise'],
    );
  });

  it('is nothing for a rule that says what the installation says', () => {
    const edit = 'method: daily-counts\n    minimumCell: 10';
    assert.deepEqual(newly('retention.yaml', 'method: daily-counts', edit).newlyErased, []);
  });

  it('is told of what a person’s request no longer leaves', () => {
    const difference = newly(
      'retention.yaml',
      'action: retain\n    ground: JustificationA17Archiving\n    reviewAfter: P5Y\n    reason: The minimum is what may stay.',
      'action: erase',
    );
    assert.deepEqual(difference.newlyErased, [
      { category: 'content.minimal-association', rule: null, why: 'erase on request instead of retain' },
    ]);
    assert.match(renderDifference(difference), /content\.minimal-association: erase on request instead of retain$/);
  });
});

describe('An impact assessment in the file', () => {
  const assessed = (rest: string) =>
    changed(
      'activities/accounts.yaml',
      'reviewedOn:',
      `  assessment: { document: x, on: "2026-01-01", reviewBy: "2027-01-01", officerAdvice: x, residualRisk: high, ${rest} }\nreviewedOn:`,
    );
  const parts = 'description: x, necessity: x, risks: x, measures: x';
  const mistakes = (rest: string) => assessed(rest).mistakes.map(({ message }) => message);

  it('needs all four parts of Art. 35(7) (REQ-A54)', () => {
    assert.deepEqual(mistakes(parts), []);
    for (const part of parts.split(', ')) assert.notDeepEqual(mistakes(parts.replace(part, 'x')), [], part);
  });

  it('has a consultation whose events can have happened', () => {
    const consulted = (events: string) => mistakes(`${parts}, consultation: [${events}]`);
    assert.deepEqual(consulted('{ event: submitted, on: "2026-01-02" }'), []);
    assert.match(consulted('{ event: advice, on: "2026-01-02" }').join(), /begins with "submitted"/);
    assert.match(consulted('{ event: submitted, on: "2026-02-30" }').join(), /no such day/);
  });
});

describe('A transfer in the file (REQ-A56)', () => {
  const mistakes = (tool: string) =>
    changed('activities/accounts.yaml', 'tool: A45-3', `tool: ${tool}`).mistakes.map(({ message }) => message);

  it('on safeguards of Art. 46 needs its assessment', () => {
    for (const tool of ['A46-2-b', 'A46-2-c, module: 2', 'A46-3-a']) {
      assert.match(mistakes(tool).join(), /need an assessment/, tool);
      assert.deepEqual(mistakes(`${tool}, assessment: TIA 2026-1`), [], tool);
    }
  });

  it('on compelling interests needs assessment, authority and persons (Art. 49(1), second subparagraph)', () => {
    assert.match(mistakes('A49-1-compelling').join(), /documented assessment, and the authority/);
    const record = 'derogation: { assessment: x, authorityInformed: "2026-01-02", personsInformed: "2026-01-03" }';
    assert.deepEqual(mistakes(`A49-1-compelling, ${record}`), []);
    for (const part of ['assessment: x, ', 'authorityInformed: "2026-01-02", ', ', personsInformed: "2026-01-03"'])
      assert.notDeepEqual(mistakes(`A49-1-compelling, ${record.replace(part, '')}`), [], part);
  });

  it('on a derogation tells on which days that exist people and authority were informed', () => {
    const derogation = (day: string) =>
      `A49-1-d, derogation: { assessment: x, authorityInformed: "2026-01-02", personsInformed: "${day}" }`;
    assert.deepEqual(mistakes(derogation('2026-01-03')), []);
    assert.match(mistakes(derogation('2026-02-30')).join(), /no such day/);
  });
});
