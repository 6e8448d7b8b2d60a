import assert from 'node:assert/strict';
import {
  addShown,
  collected,
  collectShown,
  holes,
  type RequirementTable,
  readTable,
  type Shown,
} from './requirements.ts';
import { testNamesIn } from './test-names.ts';

describe('test/requirements.json', () => {
  const table = readTable();

  it('says of every requirement which tests show it, or why none does (npm run requirements -- --collect)', () => {
    assert.equal(Object.keys(table).length, 123);
    assert.deepEqual(holes(table, collectShown()), []);
  });

  it('leaves open what comes with something else, and what is optional', () => {
    const open = Object.entries(table).filter(([, { open }]) => open);
    assert.deepEqual(
      open.filter(([, { optional }]) => !optional).map(([id]) => id),
      [
        // The console; what operators publish.
        ...['REQ-H13', 'REQ-H14', 'REQ-H16'],
      ],
    );
  });
});

describe('A hole in the table of requirements', () => {
  const source = `
    describe('Answers', () => {
      it('come in time (REQ-A13, B02)', () => {});
      for (const way of ways) it(\`come by \${way as string} (REQ-A18)\`, () => {});
      it.skip('are kind (REQ-A15)', () => {});
    });
    onBothEngines('Letters (REQ-A15)', (ground) => { it('go out', async () => {}); });`;
  const shown: Shown = new Map();
  addShown(shown, 'a.test.ts', source);
  const table = (more: RequirementTable = {}): RequirementTable => ({
    'REQ-A13': { says: '', shownBy: ['a.test.ts: Answers › come in time (REQ-A13, B02)'] },
    'REQ-A15': { says: '', shownBy: ['a.test.ts: Letters (REQ-A15)'] },
    'REQ-A18': { says: '', shownBy: ['a.test.ts: Answers › come by … (REQ-A18)'] },
    'REQ-B02': { says: '', shownBy: ['a.test.ts: Answers › come in time (REQ-A13, B02)'] },
    'REQ-H07': { says: '', open: 'It comes.' },
    ...more,
  });

  it('is none where names and table agree: by test, by suite, by what is filled in at run time', () => {
    assert.deepEqual(holes(table(), shown), []);
    assert.deepEqual(
      testNamesIn(source).map(({ titles }) => titles.at(-1)),
      ['Answers', 'come in time (REQ-A13, B02)', 'come by … (REQ-A18)', 'Letters (REQ-A15)', 'go out'],
    );
  });

  const cases: [what: string, more: RequirementTable, hole: RegExp][] = [
    ['a requirement nothing is said of', { 'REQ-F05': { says: '' } }, /^REQ-F05: no test shows it/],
    ['an empty reason', { 'REQ-F05': { says: '', notApplicable: '' } }, /^REQ-F05: no test shows it/],
    [
      'a test that is not there',
      { 'REQ-F05': { says: '', shownBy: ['a.test.ts: Answers › are right (REQ-F05)'] } },
      /^REQ-F05: there is no test "a\.test\.ts: Answers › are right/,
    ],
    ['a test the table does not know', { 'REQ-A15': { says: '', open: 'It comes.' } }, /^REQ-A15: is also shown by/],
    ['two states', { 'REQ-H07': { says: '', open: 'It comes.', notApplicable: 'It does not.' } }, /two states$/],
  ];
  for (const [what, more, hole] of cases)
    it(`is ${what}`, () => {
      const [first = '', ...others] = holes(table(more), shown);
      assert.match(first, hole);
      assert.deepEqual(others, []);
    });

  it('is an id that no requirement has', () => {
    const more: Shown = new Map(shown);
    addShown(more, 'b.test.ts', `it('flies (REQ-A99)', () => {});`);
    assert.deepEqual(holes(table(), more), ['REQ-A99: no such requirement']);
  });

  it('is closed by collecting: what a test shows is no longer open', () => {
    const before = table({ 'REQ-A15': { says: '', open: 'It comes.' }, 'REQ-A18': { says: '', shownBy: ['gone'] } });
    assert.deepEqual(holes(collected(before, shown), shown), []);
    assert.deepEqual(collected(before, shown)['REQ-A15'], { says: '', shownBy: ['a.test.ts: Letters (REQ-A15)'] });
  });
});
