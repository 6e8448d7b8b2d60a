import assert from 'node:assert/strict';
import { checker } from '../../../src/foundations/contract/validation.ts';
import { AccessReport } from '../../../src/rights/reports/model.ts';
import { refused } from '../../support/refused.ts';
import { fullReport } from './sample.ts';

type Json = Record<string, unknown>;

/** Every path to a member of an object, through the first element of each array; free-form maps are left out. */
function membersOf(value: unknown, path: string[] = []): string[][] {
  if (Array.isArray(value)) return membersOf(value[0], [...path, '0']);
  if (typeof value !== 'object' || value === null) return [];
  const free = ['fields', 'counts'].includes(path.at(-1) ?? '');
  return Object.entries(value).flatMap(([name, part]) => [
    ...(free ? [] : [[...path, name]]),
    ...membersOf(part, [...path, name]),
  ]);
}

describe('The schema of the access report (GDPR Art. 15)', () => {
  const check = checker(AccessReport, '');
  const paths = membersOf(fullReport());

  it('accepts a report with every part', () => check(fullReport()));

  it('knows the nine parts of Art. 15(1), the safeguards of transfers, and the copy', () => {
    const names = new Set(paths.map((path) => path.filter((step) => step !== '0').join('.')));
    for (const part of [
      'held',
      'categories.activities.purpose',
      'categories.title',
      'categories.activities.parties.name',
      'categories.retention',
      'rights',
      'complaint',
      'categories.source',
      'automatedDecisions',
      'categories.activities.transfers.tool',
      'categories.records',
    ])
      assert.ok(names.has(part), part);
  });

  for (const path of paths)
    it(`refuses one without ${path.join('/')} (REQ-A21)`, async () => {
      const report = structuredClone(fullReport()) as unknown as Json;
      const parent = path.slice(0, -1).reduce((at, step) => at[step] as Json, report);
      delete parent[path.at(-1) as string];
      await refused((async () => check(report))(), 'invalid-request', `/${path.join('/')}`);
    });

  it('refuses what it does not know', () =>
    refused((async () => check({ ...fullReport(), more: 1 }))(), 'invalid-request'));
});
