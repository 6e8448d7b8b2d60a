import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { lawOf, type Regime } from '../../src/law/jurisdictions.ts';
import { citationsIn, faultOf, type Laws } from './citations.ts';

const { laws } = JSON.parse(readFileSync(join(packageRoot, 'test/law/provisions.json'), 'utf8')) as { laws: Laws };
const NAMED: Record<Regime, string> = {
  gdpr: 'GDPR',
  eudpr: 'Reg. 2018/1725',
  'uk-gdpr': 'UK GDPR',
  fadp: 'FADP',
};
const DAYS = ['2018-12-11', '2023-09-01', '2026-02-05', '2026-11-30'];

/** Provisions of the GDPR that letters and sentences ask to be said as another law has them. */
function asked(): { where: string; provision: string }[] {
  const found: { where: string; provision: string }[] = [];
  const files = ['policies/letters/*.md', 'src/**/*.ts', 'src/foundations/messages/**/*.json'];
  for (const file of files.flatMap((pattern) => globSync(join(packageRoot, pattern)))) {
    const text = readFileSync(file, 'utf8');
    const where = relative(packageRoot, file);
    for (const [, mark] of text.matchAll(/\{\{(Art\. [^}]+)\}\}/g))
      for (const { article, paragraph, point } of citationsIn(mark as string))
        found.push({ where, provision: `${article}${paragraph ? `(${paragraph})` : ''}${point ? `(${point})` : ''}` });
    for (const [, list] of text.matchAll(/\b(?:cite|placeOf)\(((?:'\d[^']*'(?:, )?)+)\)/g))
      for (const [, provision] of (list as string).matchAll(/'([^']+)'/g))
        found.push({ where, provision: provision as string });
  }
  return found;
}

describe('Provisions as another law has them (REQ-002)', () => {
  const provisions = asked();

  it('are found in letters and sentences', () => {
    assert.ok(provisions.length > 30, `found ${provisions.length}`);
  });

  for (const regime of Object.keys(NAMED) as Regime[])
    it(`exist there, or are said to have no counterpart: ${NAMED[regime]}`, () => {
      const faults = new Set<string>();
      for (const day of DAYS)
        for (const { where, provision } of provisions) {
          const there = lawOf(regime, day).placeOf(provision);
          if (there === null) continue;
          const [, article = '', paragraph, point] =
            /^(\d+[A-Z]?)(?:\((\d+)\))?(?:\(([a-z]{1,2})\))?$/.exec(there) ?? [];
          const fault = faultOf({ law: NAMED[regime], article, paragraph, point }, laws);
          if (fault) faults.add(`${where}: ${provision} is said to be ${there} (${day}): ${fault}`);
        }
      assert.deepEqual([...faults], []);
    });
});
