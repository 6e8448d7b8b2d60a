import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import type { PolicySet, RetentionRule } from '../../../src/register/policies/model.ts';
import { changedRules, rulesInForce, transitionFor } from '../../../src/register/policies/transitions.ts';
import type { Transition } from '../../../src/register/policies/transitions-model.ts';

const shipped = loadPolicies('policies').policies as PolicySet;
const rule = shipped.rules.find(({ category, action }) => category === 'visits.full' && action === 'reduce');
assert.ok(rule);
const R: RetentionRule = rule;
const withRules = (rules: RetentionRule[], transitions?: Transition[]): PolicySet => ({
  ...shipped,
  rules,
  transitions,
});
const others = shipped.rules.filter(({ id }) => id !== R.id);
const DAYS = ['2026-01-05', '2026-02-10', '2026-03-20', '2026-05-01'];

const UNKNOWN = 'unless: [{ id: bound, relation: apprenticeship, reason: As agreed. }]';

describe('Rules that have changed', () => {
  it('reach every row by exactly one of their words, whatever was decided and when (property)', () => {
    const decisions = fc.uniqueArray(
      fc.record({
        since: fc.constantFrom(...DAYS),
        oldRows: fc.constantFrom('old-period' as const, 'new-period' as const),
        after: fc.constantFrom('P7D', 'P30D', 'P90D'),
      }),
      { selector: ({ since }) => since, maxLength: 4 },
    );
    fc.assert(
      fc.property(
        decisions,
        fc.constantFrom('2025-12-01', ...DAYS, '2026-04-04', '2026-09-09'),
        fc.boolean(),
        (all, day, deleted) => {
          const transitions = all.map(
            ({ since, oldRows, after }): Transition => ({
              rule: R.id,
              was: { ...R, after },
              since,
              oldRows,
              reason: 'x',
            }),
          );
          const parts = rulesInForce(withRules(deleted ? others : [...others, R], transitions)).filter(
            ({ id, old }) => id === R.id || old?.of === R.id,
          );
          // By the day alone: whose row it is, without periods.
          const claims = parts.filter(
            ({ old, leaves = [] }) => (!old || day < old.until) && !leaves.some(({ until }) => day < until),
          );
          const sorted = [...all].sort((a, b) => (a.since < b.since ? -1 : 1));
          const lastForAll = sorted.findLastIndex(({ oldRows }) => oldRows === 'new-period');
          const word = sorted.slice(lastForAll + 1).find(({ since }) => day < since);
          if (!word && deleted) assert.equal(claims.length, 0);
          else {
            assert.equal(claims.length, 1);
            assert.equal(claims[0]?.after, word ? word.after : R.after);
          }
        },
      ),
    );
  });

  it('need a decision when one is deleted, moved, shortened or made longer, and only a new one decides', () => {
    const before = withRules([...others, R]);
    const changeTo = (rules: RetentionRule[], transitions?: Transition[]) =>
      changedRules(before, withRules(rules, transitions)).map(({ was, change, decided }) => [
        was.id,
        change,
        decided?.oldRows ?? null,
      ]);
    assert.deepEqual(changeTo([...others, { ...R, reason: 'Another.' }]), []);
    assert.deepEqual(changeTo(others), [[R.id, 'deleted', null]]);
    assert.deepEqual(changeTo([...others, { ...R, after: 'P1D' }]), [[R.id, 'shortened', null]]);
    assert.deepEqual(changeTo([...others, { ...R, after: 'P9Y' }]), [[R.id, 'lengthened', null]]);
    assert.deepEqual(changeTo([...others, { ...R, from: 'recorded' }]), [[R.id, 'changed', null]]);
    const moved = {
      ...before,
      categories: before.categories.map((one) => (one.id === R.category ? { ...one, holder: 'elsewhere' } : one)),
    };
    const [change] = changedRules(before, moved);
    assert.deepEqual([change?.change, change?.holder], ['moved', 'visits']);

    const shorter = [...others, { ...R, after: 'P1D' }];
    const [open] = changedRules(before, withRules(shorter));
    assert.ok(open);
    const decided = transitionFor(open, { since: '2026-06-01', oldRows: 'old-period', reason: 'x' });
    assert.deepEqual(changeTo(shorter, [decided]), [[R.id, 'shortened', 'old-period']]);
    // What was decided then decides nothing of what changes back and forth later.
    const then = { ...before, transitions: [decided] };
    const again = changedRules(then, withRules(shorter, [decided]));
    assert.deepEqual(
      again.map((one) => one.decided),
      [undefined],
    );
    // And an old word that is dropped with its decision is a deleted rule like any other.
    const dropped = changedRules(withRules(shorter, [decided]), withRules(shorter));
    assert.deepEqual(
      dropped.map(({ was, change }) => [was.id, change]),
      [[`${R.id}-before-2026-06-01`, 'deleted']],
    );
  });

  for (const [what, was, says] of [
    ['is for some people only', 'only: { roles: [editor] }', /for some people only/],
    ['asks for a relation that is no longer declared', UNKNOWN, /no relation of this id/],
  ] as const)
    it(`leave no rows to an old word that ${what}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'lethe-rules-'));
      try {
        cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
        writeFileSync(
          join(folder, 'transitions.yaml'),
          `transitions:
  - rule: links-erase
    was: { id: links-erase, category: consents.link, action: erase, after: P1Y, from: linked, reason: As it was., ${was} }
    since: "2026-06-01"
    oldRows: old-period
    decidedOn: "2026-06-01"
    reason: As agreed.
`,
        );
        const { mistakes } = loadPolicies(folder);
        assert.ok(
          mistakes.some(({ file, message }) => file === 'transitions.yaml' && says.test(message)),
          JSON.stringify(mistakes),
        );
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
});
