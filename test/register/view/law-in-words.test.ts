import { strict as assert } from 'node:assert';
import { textsIn } from '../../../src/foundations/messages/texts.ts';
import { authorityOf, lawInWords } from '../../../src/register/view/law-in-words.ts';

const [en, de] = [textsIn('en'), textsIn('de')];
const law = (jurisdiction: string, t = en) => lawInWords({ jurisdiction }, t);

describe('the law in words', () => {
  it('cites a provision of the GDPR as each law and language has it', () => {
    assert.equal(law('EU').cite('12(5)(b)', '12(4)'), 'Art. 12(5)(b), Art. 12(4) GDPR');
    assert.equal(law('DE', de).cite('17(1)(b)'), 'Art. 17 Abs. 1 Buchst. b DSGVO');
    assert.equal(law('EC').cite('12(3)'), 'Art. 14(3) of Regulation (EU) 2018/1725');
    assert.equal(law('EC', de).cite('17(3)(e)'), 'Art. 19 Abs. 3 Buchst. e der Verordnung (EU) 2018/1725');
    assert.equal(law('GB').cite('15'), 'Art. 15 UK GDPR');
    assert.equal(law('CH', de).cite('17'), 'Art. 32 Abs. 2 Bst. c DSG');
    assert.equal(law('CH').cite('18(3)'), '');
  });

  it('names the article of each right, the court and the other authorities', () => {
    assert.equal(law('GB').article('human-review'), 'Art. 22C UK GDPR');
    assert.equal(law('GB').article('complaint'), 'section 164A of the Data Protection Act 2018');
    assert.equal(law('EU').article('consent-withdrawal'), 'Art. 7(3) GDPR');
    assert.equal(law('EC').article('access'), 'Art. 17 of Regulation (EU) 2018/1725');
    assert.equal(law('EC').court, 'Art. 64 of Regulation (EU) 2018/1725');
    assert.equal(law('GB').court, 'section 167 of the Data Protection Act 2018');
    assert.equal(law('GB').elsewhere, '');
    assert.match(law('EU', de).elsewhere, /Mitgliedstaats/);
  });

  it('names the authority of the portal, else that of the installation', () => {
    const installation = { supervisoryAuthority: { name: 'One', contact: 'one@authority.example' } };
    const policies = { installation } as Parameters<typeof authorityOf>[0]['policies'];
    const own = { name: 'Another', contact: 'another@authority.example' };
    assert.equal(authorityOf({ tenant: {}, policies }).name, 'One');
    assert.equal(authorityOf({ tenant: { supervisoryAuthority: own }, policies }).name, 'Another');
  });
});
