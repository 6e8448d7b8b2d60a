import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';

const vector = (name: string) =>
  readFileSync(join(packageRoot, `test/vectors/kantara/kantara-consent-receipt-v1_1${name}`), 'utf8');

describe('The schema of Kantara’s consent receipt that ours are held against (REQ-C11)', () => {
  const { $schema: _, ...schema } = JSON.parse(vector('.schema.json')) as Record<string, unknown>;

  it('is the published one without its comments', () => {
    const published = vector('-schema.original.txt')
      .split('\n')
      .filter((line) => !/^\s*\/\//.test(line))
      .join('\n');
    assert.deepEqual({ $schema: _, ...schema }, JSON.parse(published));
  });

  it('takes the published example', () => {
    const example = JSON.parse(vector('-example.json')) as Record<string, unknown>;
    const fits = new Ajv({ strict: false }).compile(schema);
    assert.ok(fits(example), JSON.stringify(fits.errors));
    for (const member of schema['required'] as string[])
      assert.equal(fits({ ...example, [member]: undefined }), false, member);
  });
});
