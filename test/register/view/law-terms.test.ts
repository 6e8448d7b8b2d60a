import assert from 'node:assert/strict';
import { languagesIn, textsIn } from '../../../src/foundations/messages/texts.ts';
import { rightsUnder } from '../../../src/law/rights.ts';
import { BREACH_KINDS, COMMUNICATION_EXEMPTIONS } from '../../../src/law/vocabularies/breaches.ts';
import { SPECIAL_CONDITIONS } from '../../../src/law/vocabularies/special-conditions.ts';
import { TRANSFER_TOOLS } from '../../../src/law/vocabularies/transfer-tools.ts';
import {
  basisPoint,
  ERASURE_EXCEPTIONS,
  LAWFUL_BASES,
  type LawfulBasis,
  PARTY_ROLES,
  UK_BASIS,
} from '../../../src/law/vocabulary.ts';
import { breachTerms } from '../../../src/oversight/breaches/terms.ts';
import { lawTerms } from '../../../src/register/view/law-terms.ts';

const BASES = [...LAWFUL_BASES, UK_BASIS] as LawfulBasis[];
const UNION = { jurisdiction: 'DE' };

describe('Terms of the law', () => {
  for (const language of languagesIn())
    it(`are all said in ${language}, with where they stand`, () => {
      const t = textsIn(language);
      const terms = lawTerms(UNION, t);
      const [article, law] =
        language === 'de'
          ? [/Art\. 6 Abs\. 1 Buchst\. [a-f]+ DSGVO/, /DSGVO/]
          : [/Art\. 6\(1\)\([a-f]+\) GDPR/, /GDPR/];
      for (const basis of BASES) assert.match(terms.basis(basis), article, basis);
      for (const ground of ERASURE_EXCEPTIONS) assert.match(terms.exception(ground), law, ground);
      for (const tool of TRANSFER_TOOLS) assert.match(terms.transferTool(tool), law, tool);
      for (const condition of SPECIAL_CONDITIONS) assert.match(terms.specialCondition(condition), law, condition);
      for (const role of PARTY_ROLES) assert.ok(terms.role(role));
      for (const basis of BASES)
        for (const standing of rightsUnder(basis)) {
          assert.notEqual(terms.right(standing.right), standing.right);
          if (standing.reason !== null) assert.match(terms.bound(standing) ?? '', law);
        }
    });

  it('name a ground of transfers by the article its code is of', () => {
    const terms = lawTerms(UNION, textsIn('en'));
    for (const tool of TRANSFER_TOOLS.filter((one) => one !== 'A49-1-compelling')) {
      const [article, paragraph, point] = tool.slice(1).split('-');
      const place = `(Art. ${article}(${paragraph})${point === undefined ? '' : `(${point})`} GDPR)`;
      assert.ok(terms.transferTool(tool).endsWith(place), terms.transferTool(tool));
    }
    assert.match(terms.transferTool('A49-1-compelling'), /\(Art\. 49\(1\) GDPR, second subparagraph\)$/);
  });

  it('are cited as the law of the portal numbers them', () => {
    const t = textsIn('en');
    assert.match(lawTerms({ jurisdiction: 'GB' }, t).basis('A6-1-f'), /UK GDPR/);
    assert.match(
      lawTerms({ jurisdiction: 'EC' }, t).exception('JustificationA17LegalClaims'),
      /Art\. 19\(3\)\(e\).*2018\/1725/,
    );
    // What has no counterpart is said without an article, never with an empty one.
    for (const basis of BASES)
      assert.doesNotMatch(lawTerms({ jurisdiction: 'CH' }, t).basis(basis), /\(\)|GDPR/, basisPoint(basis));
  });

  it('say why something stays: an exception, another basis, a hold', () => {
    const { stays } = lawTerms(UNION, textsIn('de'));
    assert.match(stays('JustificationA17Archiving'), /Archivzwecke .*Art\. 17 Abs\. 3 Buchst\. d DSGVO/);
    assert.match(stays('A6-1-b'), /^noch für einen anderen Zweck nötig: Vertrag/);
    assert.match(stays('restriction'), /eingeschränkter Verarbeitung/);
  });

  it('of breaches are said in every language, exemptions with their article', () => {
    for (const language of languagesIn()) {
      const term = breachTerms(UNION, textsIn(language));
      for (const kind of BREACH_KINDS) assert.ok(term(kind));
      for (const exemption of COMMUNICATION_EXEMPTIONS) assert.match(term(exemption), /Art\. 34/);
    }
  });
});
