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

  it('names every law and its remedy by itself, in both languages', () => {
    const told = (code: string, t = en) => {
      const { statute, court, complaint, elsewhere } = law(code, t);
      return [statute, law(code, t).article('access'), court, complaint, elsewhere === ''];
    };
    assert.deepEqual(told('NO').slice(0, 4), ['GDPR', 'Art. 15 GDPR', 'Art. 79 GDPR', 'Art. 77 GDPR']);
    const regulation = 'Regulation (EU) 2018/1725';
    assert.deepEqual(told('EUI'), [
      regulation,
      `Art. 17 of ${regulation}`,
      `Art. 64 of ${regulation}`,
      `Art. 63 of ${regulation}`,
      true,
    ]);
    assert.deepEqual(told('GB-SCT'), [
      'UK GDPR',
      'Art. 15 UK GDPR',
      'section 167 of the Data Protection Act 2018',
      'Art. 77 UK GDPR',
      true,
    ]);
    assert.deepEqual(told('CH', de), [
      'Bundesgesetz über den Datenschutz (DSG)',
      'Art. 25 DSG',
      'Art. 32 Abs. 2 DSG',
      'Art. 49 Abs. 1 DSG',
      true,
    ]);
    assert.equal(lawInWords({ jurisdiction: 'GB' }, en, '2025-01-01').article('human-review'), 'Art. 22(3) UK GDPR');
  });

  it('names the authority that the law gives a place, in the language spoken', () => {
    const installation = { supervisoryAuthority: { name: 'Of Hessen', contact: 'hessen@authority.example' } };
    type Asked = Parameters<typeof authorityOf>[0];
    const of = (jurisdiction: string, more: object = {}, t = en, at?: Date) =>
      authorityOf(
        { tenant: { jurisdiction }, policies: { installation: { ...installation, ...more } }, at } as Asked,
        t,
      ).name;
    for (const code of ['EU', 'DE', 'AT', 'NO', 'US']) assert.equal(of(code), 'Of Hessen', code);
    assert.equal(of('EC'), 'European Data Protection Supervisor (EDPS)');
    assert.equal(of('EUI', {}, de), 'Europäischer Datenschutzbeauftragter (EDSB)');
    assert.equal(of('CH'), 'Federal Data Protection and Information Commissioner (FDPIC)');
    assert.equal(of('GB-NIR'), 'Information Commissioner (ICO)');
    // An installation that says where it is: states that are elsewhere have their own.
    const home = { jurisdiction: 'DE-HE' };
    assert.deepEqual(
      ['DE', 'DE-BY', 'EU', 'AT', 'NO'].map((code) => of(code, home)),
      ['Of Hessen', 'Of Hessen', 'Of Hessen', 'Österreichische Datenschutzbehörde', 'Datatilsynet'],
    );
    assert.equal(of('GB', { jurisdiction: 'GB' }), 'Of Hessen');
    // The Information Commission, from the day it takes over; of Bavaria its own.
    const named = {
      supervisoryAuthorities: [
        { place: 'GB', from: '2027-04-01', name: 'Information Commission', contact: 'https://ico.org.uk' },
        { place: 'DE-BY', name: 'Of Bavaria', contact: 'https://bavaria.authority.example' },
      ],
    };
    assert.equal(of('GB-ENG', named, en, new Date('2027-03-31T10:00:00Z')), 'Information Commissioner (ICO)');
    assert.equal(of('GB-ENG', named, en, new Date('2027-04-01T10:00:00Z')), 'Information Commission');
    assert.deepEqual(
      ['DE-BY', 'DE'].map((code) => of(code, named)),
      ['Of Bavaria', 'Of Hessen'],
    );
  });

  it('names the authority of the portal, else that of the installation', () => {
    const installation = { supervisoryAuthority: { name: 'One', contact: 'one@authority.example' } };
    const policies = { installation } as Parameters<typeof authorityOf>[0]['policies'];
    const own = { name: 'Another', contact: 'another@authority.example' };
    assert.equal(authorityOf({ tenant: {}, policies }).name, 'One');
    assert.equal(authorityOf({ tenant: { supervisoryAuthority: own }, policies }).name, 'Another');
  });
});
