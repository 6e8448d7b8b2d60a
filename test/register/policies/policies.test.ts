import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { canonical } from '../../../src/foundations/contract/canonical-json.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { diffPolicies } from '../../../src/register/policies/diff.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { POLICY_FILES } from '../../../src/register/policies/model.ts';
import { openPolicies, PolicyError } from '../../../src/register/policies/policies.ts';
import { renderDifference, renderMistakes, renderPolicies } from '../../../src/register/policies/render.ts';
import { renderedSchemas } from '../../../src/register/policies/write-schemas.ts';
import { readYaml } from '../../../src/register/policies/yaml.ts';

const shipped = join(packageRoot, 'policies');

describe('policies as files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-policies-'));
    cpSync(shipped, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const edit = (file: string, change: (text: string) => string) =>
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));
  const mistakesAfter = (file: string, change: (text: string) => string) => {
    edit(file, change);
    return loadPolicies(folder).mistakes;
  };

  it('loads the shipped policies without a mistake', () => {
    assert.deepEqual(loadPolicies(shipped).mistakes, []);
  });

  it('validates with JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: false });
    for (const [kind, { schema }] of Object.entries(POLICY_FILES))
      assert.ok(ajv.validateSchema(schema), `${kind}: ${ajv.errorsText(ajv.errors)}`);
  });

  it('ships JSON Schemas that equal the ones it validates with', () => {
    const rendered = renderedSchemas();
    assert.deepEqual(readdirSync(join(shipped, 'schemas')).sort(), Object.keys(rendered).sort());
    for (const [file, text] of Object.entries(rendered))
      assert.equal(readFileSync(join(shipped, 'schemas', file), 'utf8'), text, `run npm run schemas (${file})`);
  });

  const rule = 'id: visits-reduce';
  const cases: [what: string, file: string, change: (text: string) => string, where: RegExp, says: RegExp][] = [
    [
      'an unknown field',
      'parties.yaml',
      (t) => t.replace('    kind: tenant', '    kind: tenant\n    colour: blue'),
      /^parties.yaml:8:13/,
      /not known here.*\n.*colour\n.*Known fields/s,
    ],
    [
      'a misspelt purpose',
      'activities/accounts.yaml',
      (t) => t.replace('purpose: account-service', 'purpose: acount-service'),
      /^activities\/accounts.yaml:6:10/,
      /Did you mean account-service/,
    ],
    [
      'a duration that is none',
      'retention.yaml',
      (t) => t.replace('after: P7D', 'after: 7 days'),
      /^retention.yaml:7:12/,
      /P6M, P90D/,
    ],
    [
      'hashing called anonymous',
      'retention.yaml',
      (t) => t.replace('action: reduce', 'action: hash'),
      /^retention.yaml:6:13/,
      /pseudonymisation, not anonymisation/,
    ],
    [
      'ipcrypt as a method of anonymising',
      'retention.yaml',
      (t) => t.replace('method: daily-counts', 'method: ipcrypt'),
      /^retention.yaml:15:13/,
      /pseudonymisation, not anonymisation/,
    ],
    [
      'anonymise without aggregation',
      'retention.yaml',
      (t) => t.replace('    method: daily-counts\n', ''),
      /^retention.yaml:14:13/,
      /Only aggregation to counts/,
    ],
    [
      'two rules for one thing',
      'retention.yaml',
      (t) =>
        t.replace(
          `  - ${rule}`,
          `  - ${rule}-twice\n    category: visits.full\n    action: reduce\n    after: P9D\n    from: occurred\n    reason: x\n  - ${rule}`,
        ),
      /^retention.yaml:12:13/,
      /declared twice/,
    ],
    [
      'a category without a rule',
      'retention.yaml',
      (t) => t.replace('category: profiles.contact\n', 'category: profiles.location\n'),
      /categories.yaml:9:11|retention.yaml/,
      /No retention rule reaches|declared twice/,
    ],
    [
      'a category without an activity',
      'activities/usage-counts.yaml',
      (t) => t.replace('[visits.reduced, visits.daily]', '[visits.reduced]'),
      /^categories.yaml:\d+:11/,
      /No activity covers/,
    ],
    [
      'consent without a duration',
      'purposes.yaml',
      (t) => t.replace('    consent: { duration: P6M, explicit: false }\n', ''),
      /^purposes.yaml:\d+:12/,
      /needs "consent"/,
    ],
    [
      'legitimate interests without the balancing test',
      'purposes.yaml',
      (t) => t.replace(/ {4}balancingTest.*\n/, ''),
      /^purposes.yaml:\d+:12/,
      /balancing test/,
    ],
    [
      'two roles of one party',
      'activities/accounts.yaml',
      (t) => t.replace('{ party: hosting-company,', '{ party: institution,'),
      /^activities\/accounts.yaml:13:14/m,
      /exactly one role/,
    ],
    [
      'an activity without controller',
      'activities/portal-visits.yaml',
      (t) => t.replace('role: controller', 'role: processor'),
      /^activities\/portal-visits.yaml:\d+:3/,
      /Nobody is controller/,
    ],
    [
      'retaining without a ground',
      'retention.yaml',
      (t) => t.replace('{ category: visits.full, action: erase }', '{ category: visits.full, action: retain }'),
      /^retention.yaml:\d+:\d+/,
      /Art\. 17\(3\)/,
    ],
    [
      'an anchor',
      'parties.yaml',
      (t) => t.replace('- id: institution', '- &a\n    id: institution'),
      /^parties.yaml:\d+/,
      /Anchors and aliases/,
    ],
    [
      'a duplicate key',
      'installation.yaml',
      (t) => `${t}\nname: Twice\n`,
      /^installation.yaml:\d+/,
      /same key stands twice/,
    ],
    [
      'a key that reaches the prototype',
      'installation.yaml',
      (t) => `${t}\n__proto__: { x: 1 }\n`,
      /^installation.yaml:\d+:1/,
      /not allowed/,
    ],
    [
      'a tag',
      'installation.yaml',
      (t) => t.replace('name: Example', 'name: !env Example'),
      /^installation.yaml:2/,
      /Tags are not allowed|not valid YAML/,
    ],
    ['broken YAML', 'installation.yaml', (t) => `${t}\n  : : [\n`, /^installation.yaml:\d+/, /not valid YAML/],
    [
      'a file in a wrong place',
      'installation.yaml',
      (t) => {
        writeFileSync(join(folder, 'visits.yaml'), 'a: 1\n');
        return t;
      },
      /^visits.yaml:1:1/,
      /No policy is read/,
    ],
    [
      'a day that does not exist',
      'notices/consent-banner.yaml',
      (t) => t.replace('2026-03-01', '2026-02-30'),
      /^notices\/consent-banner.yaml:\d+:16/,
      /no such day/,
    ],
    [
      'a file over a mebibyte',
      'parties.yaml',
      (t) => `${t}# ${'x'.repeat(1_100_000)}\n`,
      /^parties.yaml:1:1/,
      /larger than/,
    ],
  ];
  for (const [what, file, change, where, says] of cases)
    it(`refuses ${what}, naming file, line and remedy (REQ-A01, A04, A06, E01)`, () => {
      const mistakes = mistakesAfter(file, change);
      assert.ok(mistakes.length > 0, 'accepted');
      const text = renderMistakes(mistakes);
      assert.match(text, where);
      assert.match(text, says);
      assert.ok(mistakes.every((mistake) => mistake.remedy.length > 0 && mistake.line >= 1 && mistake.column >= 1));
    });

  const robotsFile = (patterns: string[]) =>
    `list: COUNTER-Robots\nversion: 2026-11-01\nlicence: MIT\npatterns:\n${patterns.map((one) => `  - '${one}'\n`).join('')}`;

  it('adds the robots of a list, by its own hash, and takes them away with it', () => {
    const policies = openPolicies(folder);
    const { hash } = policies.current();
    assert.equal(policies.robots().isRobot('Web+Downloader/6'), false);
    writeFileSync(join(folder, 'robots.yaml'), robotsFile(['Web(\\s|\\+)Downloader', '^.?$']));
    const next = policies.candidate().policies;
    assert.ok(next && next.hash !== hash);
    assert.deepEqual(diffPolicies(policies.current(), next).changes['robots']?.added, ['COUNTER-Robots']);
    policies.adopt(next);
    assert.equal(policies.robots().isRobot('web+downloader/6'), true);
    assert.equal(policies.robots().lists.at(-1)?.version, '2026-11-01');
    rmSync(join(folder, 'robots.yaml'));
    policies.adopt(policies.candidate().policies as typeof next);
    assert.deepEqual([policies.current().hash, policies.robots().isRobot('web+downloader/6')], [hash, false]);
  });

  it('refuses patterns of robots that could search for long or mean everybody, each at its line', () => {
    writeFileSync(join(folder, 'robots.yaml'), robotsFile(['(a+)+b', 'Scrapy', 'Mozilla', '(']));
    const text = renderMistakes(loadPolicies(folder).mistakes);
    assert.match(text, /^robots.yaml:5:.*repeats a group/m);
    assert.match(text, /^robots.yaml:7:.*ordinary browser/m);
    assert.match(text, /^robots.yaml:8:.*no regular expression/m);
  });

  it('tells the mistakes of all files at once', () => {
    edit('parties.yaml', (t) => t.replace('kind: tenant', 'kind: nothing'));
    edit('retention.yaml', (t) => t.replace('P7D', 'PT7S').replace('P6M', 'soon'));
    assert.deepEqual(
      [...new Set(loadPolicies(folder).mistakes.map(({ file }) => file))],
      ['parties.yaml', 'retention.yaml'],
    );
    assert.equal(loadPolicies(folder).mistakes.length, 3);
  });

  it('tells what does not fit a schema and what does not fit together in one run', () => {
    edit('parties.yaml', (t) => t.replace('    kind: tenant', '    kind: tenant\n    colour: blue'));
    edit('activities/accounts.yaml', (t) => t.replace('purpose: account-service', 'purpose: acount-service'));
    edit('retention.yaml', (t) =>
      t
        .replace('after: P7D', 'after: 7 days')
        .replace('    method: daily-counts\n', '    method: daily-counts\n    method: daily-counts\n'),
    );
    edit('categories.yaml', (t) => t.replace(/holder: \w+/, 'holder: nobody'));
    const told = loadPolicies(folder).mistakes.map(({ file, message }) => `${file}: ${message}`);
    assert.deepEqual(told, [
      'activities/accounts.yaml: There is no purpose of this id.',
      'categories.yaml: There is no holder of this id.',
      'parties.yaml: This field is not known here.',
      'retention.yaml: This text does not have the right form.',
      'retention.yaml: The same key stands twice.',
    ]);
  });

  describe('one mistake is told once, not again for everything that refers to it:', () => {
    const files = readdirSync(shipped, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
    const only = (file: string, what: string) => {
      const { mistakes } = loadPolicies(folder);
      assert.ok(mistakes.length > 0, what);
      assert.deepEqual([...new Set(mistakes.map((mistake) => mistake.file))], [file], renderMistakes(mistakes));
    };
    for (const file of files)
      it(file, () => {
        const before = readFileSync(join(folder, file), 'utf8');
        edit(file, (t) => `${t}\n\t: [`);
        only(file, 'no YAML');
        writeFileSync(join(folder, file), '');
        only(file, 'empty');
        const entries = [...before.matchAll(/^( *)(- )?id: .*$/gm)];
        for (const { index, 0: line, 1: indent = '', 2: dash = '' } of entries) {
          const end = index + line.length;
          const extra = `\n${indent}${dash ? '  ' : ''}colour: blue`;
          writeFileSync(join(folder, file), before.slice(0, end) + extra + before.slice(end));
          only(file, line);
          // Nobody can tell any more what it is called.
          writeFileSync(
            join(folder, file),
            `${before.slice(0, index)}${indent}${dash}colour: blue${before.slice(end)}`,
          );
          only(file, `${line}, without its id`);
        }
      }).timeout(180_000);
  });

  it('does not follow a link out of the folder', () => {
    rmSync(join(folder, 'parties.yaml'));
    symlinkSync('/etc/passwd', join(folder, 'parties.yaml'));
    assert.match(renderMistakes(loadPolicies(folder).mistakes), /link out of the policy folder/);
  });

  it('ends a YAML bomb before it grows', () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) =>
        `l${n}: &l${n} [${Array(9)
          .fill(n === 0 ? 'x' : `*l${n - 1}`)
          .join(',')}]`,
    );
    const { parsed, mistakes } = readYaml('bomb.yaml', Buffer.from(levels.join('\n')));
    assert.equal(parsed, undefined);
    assert.match(renderMistakes(mistakes), /Anchors and aliases/);
  });

  it('never throws on any text, however broken', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.stringMatching(/^[-: &*!?|>{}[\]"'\n#%@`a]{0,40}$/),
        ),
        (text) => {
          writeFileSync(join(folder, 'parties.yaml'), text);
          const { policies, mistakes } = loadPolicies(folder);
          assert.ok(policies !== undefined || mistakes.length > 0);
        },
      ),
      { numRuns: 150 },
    );
  }).timeout(180_000);

  it('hashes the content, not the order of keys or files', () => {
    const json = fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.array(fc.boolean())));
    fc.assert(
      fc.property(json, (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        assert.equal(canonical(value), canonical(reversed));
        assert.deepEqual(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)));
      }),
    );
    const before = loadPolicies(folder).policies?.hash;
    edit('categories.yaml', (t) => {
      const lines = t.trimEnd().split('\n');
      return `${[...lines.slice(0, 2), ...lines.slice(2).reverse()].join('\n')}\n`;
    });
    assert.equal(loadPolicies(folder).policies?.hash, before);
    edit('notices/consent-banner/1.1/en.md', (t) => `${t} `);
    assert.notEqual(loadPolicies(folder).policies?.hash, before);
  });

  it('keeps the old set when a reload fails, also when a file has vanished', () => {
    const policies = openPolicies(folder);
    const { hash } = policies.current();
    rmSync(join(folder, 'purposes.yaml'));
    const { mistakes } = policies.candidate();
    assert.match(renderMistakes(mistakes), /purposes.yaml:1:1 The file is missing/);
    assert.equal(policies.current().hash, hash);
    cpSync(join(shipped, 'purposes.yaml'), join(folder, 'purposes.yaml'));
    edit('purposes.yaml', (t) => t.replace('Usage statistics', 'Statistics of use'));
    const next = policies.candidate();
    assert.ok(next.policies);
    assert.equal(policies.current().hash, hash);
    policies.adopt(next.policies);
    assert.notEqual(policies.current().hash, hash);
    assert.equal(policies.purpose('usage-statistics')?.title['en'], 'Statistics of use');
  });

  it('refuses to start without valid policies', () => {
    rmSync(join(folder, 'retention.yaml'));
    assert.throws(() => openPolicies(folder), PolicyError);
  });

  it('cannot be changed once loaded', () => {
    const { policies } = loadPolicies(shipped);
    assert.throws(() => policies?.rules.pop(), TypeError);
  });

  it('asks for the notice in force on a day', () => {
    const policies = openPolicies(shipped);
    assert.equal(policies.currentNotice('consent-banner', '2026-02-28')?.version, '1.0');
    assert.equal(policies.currentNotice('consent-banner', '2026-03-01')?.version, '1.1');
    assert.equal(policies.currentNotice('consent-banner', '2010-01-01'), undefined);
    assert.deepEqual(
      policies.noticesFor('external-media', '2026-03-01').map(({ version }) => version),
      ['1.1'],
    );
  });

  it('tells what a change would newly erase', () => {
    const before = loadPolicies(shipped).policies;
    edit('retention.yaml', (t) => t.replace('after: P6M', 'after: P5M').replace('after: P3Y', 'after: P4Y'));
    const after = loadPolicies(folder).policies;
    assert.ok(before && after);
    const difference = diffPolicies(before, after);
    assert.deepEqual(difference.changes['rules']?.changed, ['consents-erase', 'visits-anonymise']);
    assert.deepEqual(
      difference.newlyErased.map(({ rule: id }) => id),
      ['visits-anonymise'],
    );
    assert.match(renderDifference(difference), /visits.reduced: anonymise after P5M instead of P6M/);
    assert.equal(renderDifference(diffPolicies(before, before)), 'The two policies say the same.');
    assert.match(renderPolicies(before), /visits.full: reduce P7D after occurred; on request: erase/);
  });
});
