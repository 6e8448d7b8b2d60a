import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMAINS, domainOf } from '../../../src/foundations/audit/subject-index.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

/** Actions that are about no person: what the service, its register and its holders do. */
const OF_NOBODY = ['clock', 'import', 'retention', 'sweep', 'visit-erasure'];

describe('Entries that name a subject', () => {
  it('are found by an index of their domain, whatever in data and rights writes them', () => {
    const actions = globSync('src/{data,rights}/**/*.ts', { cwd: packageRoot }).flatMap((file) =>
      [...readFileSync(join(packageRoot, file), 'utf8').matchAll(/\baction: ['`]([a-z-]+\.)/g)].map(
        ([, action]) => action,
      ),
    );
    assert.ok(actions.length >= 30, String(actions.length));
    const known: readonly string[] = [...DOMAINS, ...OF_NOBODY];
    const unknown = new Set(actions.map((action) => action?.slice(0, -1) ?? '').filter((one) => !known.includes(one)));
    assert.deepEqual([...unknown], []);
  });

  it('of a domain that nobody would search are refused', () => {
    assert.equal(domainOf('consent.given'), 'consent');
    assert.throws(() => domainOf('sweep.started'), RangeError);
  });
});
