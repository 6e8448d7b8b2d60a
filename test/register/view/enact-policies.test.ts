import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Context } from '../../../src/foundations/contract/context.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import type { Mistake } from '../../../src/register/policies/model.ts';
import { openPolicies, PolicyError } from '../../../src/register/policies/policies.ts';
import { enactAtStart, enactPolicies } from '../../../src/register/view/enact-policies.ts';
import { testContext } from '../../support/context.ts';

describe('Policies that come into force', () => {
  const policies = openPolicies(join(packageRoot, 'policies')).current();
  const mistake: Mistake = { file: 'x.yaml', line: 1, column: 1, pointer: '', message: 'In use.', remedy: 'Keep it.' };

  function stage(refused: Mistake[]) {
    const done: unknown[] = [];
    const deps = {
      register: {
        mistakesInChange: async () => refused,
        undecidedInChange: async () => [],
        recordPolicies: async ({ tenant, principal }: Context) => {
          done.push(['recorded', tenant.id, principal.id]);
        },
      },
      keep: async (_: unknown, at: Date) => void done.push(['kept', at.toISOString()]),
    };
    return { done, deps };
  }

  it('are kept before they are recorded', async () => {
    const { done, deps } = stage([]);
    assert.deepEqual(await enactPolicies(deps, testContext(), policies), []);
    assert.deepEqual(done, [
      ['kept', '2026-03-01T12:00:00.000Z'],
      ['recorded', 'north', 'test-token'],
    ]);
  });

  it('leave nothing behind where they cannot follow those in force', async () => {
    const { done, deps } = stage([mistake]);
    assert.deepEqual(await enactPolicies(deps, testContext(), policies), [mistake]);
    assert.deepEqual(done, []);
  });

  it('are the installation’s, not a tenant’s, at a start, which they keep from happening', async () => {
    const { done, deps } = stage([]);
    await enactAtStart(deps, policies, testContext().clock);
    assert.deepEqual(done.at(-1), ['recorded', '*', 'system:start']);
    await assert.rejects(enactAtStart(stage([mistake]).deps, policies, testContext().clock), PolicyError);
  });
});
