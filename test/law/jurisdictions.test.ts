import assert from 'node:assert/strict';
import fc from 'fast-check';
import { authorityOfPlace } from '../../src/law/authorities.ts';
import { EEA_STATES, jurisdictionOf, lawOf, type Regime, type Right } from '../../src/law/jurisdictions.ts';
import { workingCalendar } from '../../src/law/working-calendar.ts';

const TODAY = '2026-11-30';
const RIGHTS: Right[] = [
  'access',
  'portability',
  'rectification',
  'erasure',
  'restriction',
  'objection',
  'consent-withdrawal',
  'human-review',
];
const REGIMES: Regime[] = ['gdpr', 'eudpr', 'uk-gdpr', 'fadp'];

describe('Jurisdictions (REQ-001)', () => {
  it('have a law, rule sets and a calendar by place; a part of a state has the law of its state', () => {
    const told = (code: string) => {
      const { regime, rules, holidays } = jurisdictionOf(code) ?? {};
      return [regime, rules, holidays];
    };
    assert.deepEqual(told('DE'), ['gdpr', 'EU', 'DE']);
    assert.deepEqual(told('DE-BY'), ['gdpr', 'EU', 'DE-BY']);
    assert.deepEqual(told('EU'), ['gdpr', 'EU', null]);
    for (const state of ['NO', 'IS', 'LI']) assert.deepEqual(told(state), ['gdpr', 'EU', state]);
    assert.deepEqual(told('EUI'), ['eudpr', 'EU-institutions', 'EC']);
    assert.deepEqual(told('EP'), ['eudpr', 'EU-institutions', 'EP']);
    assert.deepEqual(told('GB-SCT'), ['uk-gdpr', 'UK', 'GB-SCT']);
    assert.deepEqual(told('CH'), ['fadp', 'CH', 'CH']);
    assert.deepEqual(told('CH-ZH'), ['fadp', 'CH', 'CH-ZH']);
    for (const code of ['US', 'XX', 'EU-BY', 'EC-1', 'EUI-1', 'de', '', 'GB-', '__proto__', 'none'])
      assert.equal(jurisdictionOf(code), undefined, code);
  });

  it('have a calendar that knows the years to come', () => {
    for (const state of [...EEA_STATES, 'GB-ENG', 'GB-SCT', 'GB-NIR', 'GB', 'CH', 'CH-ZH', 'DE-BY'])
      assert.ok(workingCalendar(state).knows('2026-12-25') && workingCalendar(state).knows('2036-12-25'), state);
  });

  it('say where each right stands, its remedy and its complaint', () => {
    const articles = (regime: Regime, on = TODAY) => RIGHTS.map((right) => lawOf(regime, on).article(right));
    assert.deepEqual(articles('gdpr'), ['15', '20', '16', '17', '18', '21', '7(3)', '22(3)']);
    assert.deepEqual(articles('eudpr'), ['17', '22', '18', '19', '20', '23', '7(3)', '24(3)']);
    assert.deepEqual(articles('uk-gdpr'), ['15', '20', '16', '17', '18', '21', '7(3)', '22C']);
    assert.deepEqual(articles('fadp'), ['25', '28', '32(1)', '32(2)(c)', '32(2)(a)', '30(2)(b)', '30(2)(b)', '21(2)']);
    const remedies = REGIMES.map((regime) => {
      const { remedy, complaint } = lawOf(regime, TODAY);
      return [remedy, complaint];
    });
    assert.deepEqual(remedies, [
      ['79', '77'],
      ['64', '63'],
      ['79', '77'],
      ['32(2)', '49(1)'],
    ]);
  });

  it('of the institutions are those of Regulation (EU) 2018/1725, to paragraph and point', () => {
    const { placeOf } = lawOf('eudpr', TODAY);
    for (const [gdpr, here] of Object.entries({
      '12(3)': '14(3)',
      '12(5)(b)': '14(5)(b)',
      '15(3)': '17(3)',
      '17(3)(e)': '19(3)(e)',
      '18(3)': '20(3)',
      '19': '21',
      '6(1)(e)': '5(1)(a)',
      '6(1)(a)': '5(1)(d)',
      '6(1)(f)': null,
      '21(1)': '23(1)',
      '21(2)': null,
      '21(4)': '23(2)',
      '33(1)': '34(1)',
      '33(5)': '34(6)',
      '34(3)(a)': '35(3)(a)',
      '30(1)(f)': '31(1)(f)',
    }))
      assert.equal(placeOf(gdpr), here, gdpr);
  });

  it('of the UK change with the Data (Use and Access) Act 2025', () => {
    assert.equal(lawOf('uk-gdpr', '2026-02-04').article('human-review'), '22(3)');
    assert.equal(lawOf('uk-gdpr', '2026-02-05').article('human-review'), '22C');
    assert.equal(lawOf('uk-gdpr', '2017-01-01').article('access'), '15');
  });

  it('never leave a provision half moved, whatever is asked', () => {
    const provision = fc
      .tuple(
        fc.integer({ min: 5, max: 89 }),
        fc.option(fc.integer({ min: 1, max: 6 })),
        fc.option(fc.constantFrom(...'abcdef')),
      )
      .map(
        ([article, paragraph, point]) => `${article}${paragraph ? `(${paragraph})` : ''}${point ? `(${point})` : ''}`,
      );
    fc.assert(
      fc.property(fc.constantFrom(...REGIMES), provision, (regime, text) => {
        const found = lawOf(regime, TODAY).placeOf(text);
        assert.ok(found === null || /^\d+[A-Z]?(\(\d+\))?(\([a-z]\))?(\([a-z]\))?$/.test(found), `${text} → ${found}`);
        if (regime === 'gdpr') assert.equal(found, text);
      }),
    );
  });

  it('have an authority: the EDPS for every institution, the FDPIC, the Information Commissioner, those of the EEA', () => {
    const name = (code: string) => authorityOfPlace(code, TODAY)?.name;
    for (const code of ['EUI', 'EC', 'EP']) assert.equal(name(code), 'European Data Protection Supervisor');
    for (const code of ['GB', 'GB-SCT']) assert.equal(name(code), 'Information Commissioner');
    assert.match(name('CH') ?? '', /^Eidgenössischer/);
    assert.deepEqual([name('NO'), name('IS'), name('LI')], ['Datatilsynet', 'Persónuvernd', 'Datenschutzstelle']);
    // Those of Germany are the Länder's.
    assert.equal(name('DE'), undefined);
    assert.equal(name('US'), undefined);
  });
});
