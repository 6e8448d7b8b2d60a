import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { type Citation, citationsIn, faultOf, type Laws, partsOf, sourcesIn } from './citations.ts';

const { laws, standards, cases, guidance } = JSON.parse(
  readFileSync(join(packageRoot, 'test/law/provisions.json'), 'utf8'),
) as {
  laws: Laws;
  standards: Record<string, [title: string, sections: string]>;
  cases: Record<string, string>;
  guidance: Record<string, string>;
};
const FILES = ['{src,policies,docs,jobs,bench}/**/*.{ts,json,yaml,md}', '*.md', 'test/requirements.json'];
const files = FILES.flatMap((pattern) => globSync(join(packageRoot, pattern))).map((file) => ({
  file: relative(packageRoot, file),
  text: readFileSync(file, 'utf8'),
}));
/** Tables that name the law by the place of an argument: `at('Art. 12(2)', 'Art. 14(2)')` is of the GDPR and of 2018/1725. */
const said = (text: string) => text.replaceAll(/\bat\('([^']*)', '(Art\. [^']*)'\)/g, "at('$1', 'Reg. 2018/1725 $2')");
const shown = ({ law, article, paragraph, point }: Partial<Citation>) =>
  `${law} ${article}${paragraph === undefined ? '' : `(${paragraph})`}${point === undefined ? '' : `(${point})`}`;

describe('Provisions that code, policies, templates, messages and pages name (REQ-002)', () => {
  it('exist: law, article, paragraph and point', () => {
    const citations = files.flatMap(({ file, text }) =>
      citationsIn(said(text)).map((citation) => ({ file, ...citation })),
    );
    const by = (law: string) => citations.filter((citation) => citation.law === law).length;
    assert.ok(by('GDPR') > 1000 && by('UK GDPR') > 15 && by('Reg. 1182/71') > 15, `found ${by('GDPR')}`);
    assert.deepEqual(
      citations.flatMap(({ file, line, text, ...citation }) => {
        const fault = faultOf(citation, laws);
        return fault === undefined ? [] : [`${file}:${line}: "${text}": ${fault}`];
      }),
      [],
    );
  });

  it('exist too where they are standards, judgments, guidelines or recitals', () => {
    const sources = files.flatMap(({ file, text }) => sourcesIn(text).map((source) => ({ file, ...source })));
    assert.ok(sources.length > 100, `found ${sources.length}`);
    const known = ({ kind, name, section }: (typeof sources)[number]) => {
      if (kind === 'recital') return Number(name) >= 1 && Number(name) <= (laws['GDPR']?.recitals as number);
      if (kind !== 'standard') return name in (kind === 'case' ? cases : guidance);
      const standard = standards[name];
      return standard !== undefined && (section === undefined || standard[1].split(' ').includes(section));
    };
    assert.deepEqual(
      sources
        .filter((source) => !known(source))
        .map(({ file, line, name, section }) => `${file}:${line}: ${name} ${section ?? ''}`),
      [],
    );
  });
});

describe('A citation', () => {
  const cases: [text: string, named: string[]][] = [
    ['GDPR Art. 12(3) to (6)', ['GDPR 12(3)', 'GDPR 12(6)']],
    ['Art. 6(1)(a), (b) and (f), 7(3)', ['GDPR 6(1)(a)', 'GDPR 6(1)(b)', 'GDPR 6(1)(f)', 'GDPR 7(3)']],
    ['Art. 15 to 22', ['GDPR 15', 'GDPR 22']],
    ['Art. 17 Abs. 1 Buchst. c, Abs. 3 Buchst. b DSGVO', ['GDPR 17(1)(c)', 'GDPR 17(3)(b)']],
    ['Art. 6 Abs. 1 lit. f DSGVO', ['GDPR 6(1)(f)']],
    ['Artikel 15 DSGVO', ['GDPR 15']],
    ['UK GDPR Art. 6(1)(ea)', ['UK GDPR 6(1)(ea)']],
    ['Art. 22C UK GDPR', ['UK GDPR 22C']],
    ['section 164A of the Data Protection Act 2018', ['DPA 2018 164A']],
    ['DPA 2018 s. 164A(3)', ['DPA 2018 164A(3)']],
    ['§§ 195, 199 BGB', ['BGB 195', 'BGB 199']],
    ['§ 199 Abs. 1 BGB', ['BGB 199(1)']],
    ['Reg. (EU) 2018/1725 Art. 14(3); Reg. 1182/71 Art. 3(2)(c)', ['Reg. 2018/1725 14(3)', 'Reg. 1182/71 3(2)(c)']],
    ['Article 3(4) of Regulation (EEC, Euratom) No 1182/71', ['Reg. 1182/71 3(4)']],
    ['Reg. 1182/71 Art. 2(2), 3(4)', ['Reg. 1182/71 2(2)', 'Reg. 1182/71 3(4)']],
    [' * (Reg. 1182/71\n * Art. 2(1)): it ends', ['Reg. 1182/71 2(1)']],
    ['within Art. 12, 30 days', ['GDPR 12']],
    ["basis: 'A6-1-f-controller', tool: A46-2-c", ['GDPR 6(1)(f)', 'GDPR 46(2)(c)']],
  ];
  for (const [text, named] of cases)
    it(`is found: ${JSON.stringify(text)}`, () => assert.deepEqual(citationsIn(text).map(shown), named));

  const none: [text: string, fault: RegExp][] = [
    ['Art. 12(9)', /^GDPR 12 has no \(9\)$/],
    ['Art. 5(1)(g)', /^GDPR 5\(1\) has no \(g\)$/],
    ['Art. 13(2)(g) GDPR', /has no \(g\)/],
    ['Art. 100 DSGVO', /^GDPR has no 100$/],
    ['Art. 15 Abs. 5 DSGVO', /has no \(5\)/],
    ['Art. 6(1)(ea)', /^GDPR 6\(1\) has no \(ea\)$/],
    ['Art. 21(5) of Regulation (EU) 2018/1725', /^Reg\. 2018\/1725 21 has no \(5\)$/],
    ['Art. 34(5) GDPR', /has no \(5\)/],
    ['Reg. 1182/71 Art. 3(6)', /has no \(6\)/],
    ['DPA 2018 s. 164A(9)', /has no \(9\)/],
    ['A49-1-h', /has no \(h\)/],
  ];
  for (const [text, fault] of none)
    it(`is refused where there is none: ${text}`, () => {
      const [citation] = citationsIn(text);
      assert.match(faultOf(citation as Citation, laws) ?? '', fault);
    });

  it('of the UK GDPR or of a point alone is that of the GDPR where nothing else is said', () => {
    assert.equal(faultOf({ law: 'UK GDPR', article: '15', paragraph: '1', point: 'h' }, laws), undefined);
    assert.match(faultOf({ law: 'UK GDPR', article: '15', paragraph: '1', point: 'i' }, laws) ?? '', /has no \(i\)/);
    assert.equal(faultOf({ law: 'GDPR', article: '18', point: 'd' }, laws), undefined);
  });
});

describe('The table of provisions', () => {
  it('has all 99 articles of the GDPR, with a title each', () => {
    assert.deepEqual(
      Object.keys((laws['GDPR'] as Laws[string]).articles),
      Array.from({ length: 99 }, (_, n) => String(n + 1)),
    );
    for (const { articles } of Object.values(laws))
      for (const [title, parts] of Object.values(articles)) {
        assert.ok(title.length > 2);
        assert.doesNotThrow(() => partsOf(parts));
      }
  });

  it('counts as the text of the law does', () => {
    const counts = Object.entries((laws['GDPR'] as Laws[string]).articles).map(([article, [, parts]]) => {
      const all = partsOf(parts);
      return [article, [...all.keys()].filter(Boolean).length, [...all.values()].flat().length] as const;
    });
    const sum = (n: 1 | 2) => counts.reduce((total, count) => total + count[n], 0);
    // Articles 1 to 99: paragraphs and, below them, points (definitions of Art. 4 are paragraphs here).
    assert.deepEqual([sum(1), sum(2)], [398, 359]);
  });
});
