import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  DOI_INPUT_PATTERN,
  doiLink,
  ORCID_INPUT_PATTERN,
  orcidLink,
  parseDoi,
  parseOrcid,
} from '../../../src/data/content/identifiers.ts';
import { CONTRIBUTION_ROLES } from '../../../src/data/content/roles.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

describe('DOIs (REQ-H10)', () => {
  const cases: [given: string, kept: string | undefined][] = [
    ['10.5072/ABC', '10.5072/abc'],
    ['doi:10.5072/abc', '10.5072/abc'],
    ['DOI:10.5072/AbC', '10.5072/abc'],
    ['https://doi.org/10.5072/abc', '10.5072/abc'],
    ['http://dx.doi.org/10.5072/abc', '10.5072/abc'],
    ['HTTPS://DOI.ORG/10.5072/ABC', '10.5072/abc'],
    ['https://doi.org/10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-R', '10.1002/(sici)1097<1::aid>3.0.co;2-r'],
    ['10.123456789/a/b/c', '10.123456789/a/b/c'],
    ['10.5072/ä', '10.5072/ä'],
    ['10.5072/İ', '10.5072/İ'],
    ['10.1000.10/123', '10.1000.10/123'],
    ['https://doi.org/10.1000.10.2/123', '10.1000.10.2/123'],
    ['doi: 10.5072/abc', '10.5072/abc'],
    ['doi.org/10.5072/abc', '10.5072/abc'],
    ['dx.doi.org/10.5072/abc', '10.5072/abc'],
    ['info:doi/10.5072/abc', '10.5072/abc'],
    ['doi:10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-R', '10.1002/(sici)1097<1::aid>3.0.co;2-r'],
    ['10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-R', '10.1002/(sici)1097<1::aid>3.0.co;2-r'],
    ['https://doi.org/10.5072/a%253Cb', '10.5072/a<b'],
    ['https://doi.org/10.5072/abc?utm_source=newsletter&utm_medium=mail', '10.5072/abc'],
    ['10.5072/abc?utm_source=newsletter', '10.5072/abc'],
    ['https://doi.org/10.5072/abc?noredirect', '10.5072/abc'],
    ['https://doi.org/10.5072/abc#section-2', '10.5072/abc'],
    ['10.5072/abc#', '10.5072/abc'],
    ['https://doi.org/10.5072/abc/', '10.5072/abc'],
    ['10.5072/abc/?utm_source=x#y', '10.5072/abc'],
    ['10.1002/1096-8628(1996)61:3<216::AID-AJMG5>3.0.CO;2-#', '10.1002/1096-8628(1996)61:3<216::aid-ajmg5>3.0.co;2-#'],
    ['https://doi.org/10.5072/what%3F', '10.5072/what?'],
    ['10.1000./123', undefined],
    ['10.1000.1234567890/123', undefined],
    ['https://doi.org/10.5072/?utm_source=x', undefined],
    ['10.123/too-short-a-prefix', undefined],
    ['10.1234567890/too-long-a-prefix', undefined],
    ['10.5072/', undefined],
    ['10.5072', undefined],
    ['10.5072/with space', undefined],
    ['10.5072/with\u0000nul', undefined],
    ['10.5072/with\u200ezero-width', undefined],
    ['10.5072/\ud800', undefined],
    ['https://doi.org/10.5072/%', undefined],
    ['https://example.org/10.5072/abc', undefined],
    ['11.5072/abc', undefined],
    [`10.5072/${'a'.repeat(300)}`, undefined],
    ['', undefined],
  ];
  for (const [given, kept] of cases)
    it(`${JSON.stringify(given.slice(0, 60))} ${kept === undefined ? 'is refused' : `is kept as ${kept}`}`, () => {
      assert.equal(parseDoi(given), kept);
      if (kept !== undefined) assert.match(given, new RegExp(DOI_INPUT_PATTERN, 'u'));
    });

  it('comes back the same from its own link, whatever it is made of', () => {
    const suffix = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(suffix, (text) => {
        const doi = parseDoi(`10.5072/${text}`);
        fc.pre(doi !== undefined);
        assert.equal(parseDoi(doiLink(doi as string)), doi);
        assert.doesNotThrow(() => new URL(doiLink(doi as string)));
      }),
    );
  });

  it('is one item with whatever is hung on, however it is written', () => {
    const suffix = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    const fronts = fc.constantFrom(
      '',
      'doi:',
      'DOI: ',
      'info:doi/',
      'doi.org/',
      'https://doi.org/',
      'http://dx.doi.org/',
    );
    const ends = fc.constantFrom('', '/', '?utm_source=a', '#b', '/?utm_campaign=c&d=e#f', '#');
    fc.assert(
      fc.property(suffix, fronts, ends, (text, front, end) => {
        const doi = parseDoi(`10.5072/${text}`);
        // At the end of an old name of Wiley `#` is a letter like others.
        fc.pre(doi !== undefined && !doi.endsWith(';2-'));
        assert.equal(parseDoi(doi as string), doi);
        const [, path] = doiLink(doi as string).split('https://doi.org/');
        assert.equal(parseDoi(`${front}${path}${end}`), doi);
      }),
    );
  });

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseDoi(text)));
  });
});

describe('ORCID iDs (ISO 7064 MOD 11-2) (REQ-H09)', () => {
  const { vectors, spellings, malformed } = JSON.parse(
    readFileSync(join(packageRoot, 'test/vectors/orcid-iso7064-mod11-2.json'), 'utf8'),
  ) as {
    vectors: { orcid: string; valid: boolean }[];
    spellings: { given: string; orcid: string | null }[];
    malformed: string[];
  };
  for (const { orcid, valid } of vectors)
    it(`${orcid} is ${valid ? 'accepted, bare and as a link' : 'refused for its check character'}`, () => {
      assert.equal(parseOrcid(orcid), valid ? orcid : undefined);
      assert.equal(parseOrcid(orcidLink(orcid)), valid ? orcid : undefined);
      assert.match(orcidLink(orcid), new RegExp(ORCID_INPUT_PATTERN, 'u'));
    });
  for (const { given, orcid } of spellings)
    it(`${given} is ${orcid === null ? 'refused for its check character' : `kept as ${orcid}`}`, () => {
      assert.equal(parseOrcid(given), orcid ?? undefined);
      assert.match(given, new RegExp(ORCID_INPUT_PATTERN, 'u'));
    });
  for (const text of malformed)
    it(`${text} is refused for its form`, () => {
      assert.equal(parseOrcid(text), undefined);
      assert.doesNotMatch(text, new RegExp(ORCID_INPUT_PATTERN, 'u'));
    });

  it('notices every single wrong digit', () => {
    for (let place = 0; place < 15; place += 1)
      for (let wrong = 1; wrong < 10; wrong += 1) {
        const digits = [...'000000021825009'];
        digits[place] = String((Number(digits[place]) + wrong) % 10);
        const text = `${[...digits, '7'].join('').replace(/(.{4})(?=.)/g, '$1-')}`;
        assert.equal(parseOrcid(text), undefined, text);
      }
  });
});

describe('Contribution roles', () => {
  it('are the 22 contributor types of DataCite 4.7 and the creator, each once (REQ-H11)', () => {
    assert.equal(CONTRIBUTION_ROLES.length, 23);
    assert.equal(new Set(CONTRIBUTION_ROLES).size, 23);
    for (const role of ['creator', 'ContactPerson', 'Translator', 'WorkPackageLeader'] as const)
      assert.ok(CONTRIBUTION_ROLES.includes(role));
  });
});
