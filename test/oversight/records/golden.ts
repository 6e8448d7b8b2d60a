import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

/** Set UPDATE_GOLDEN=1 to write them anew, and read the difference before it is committed. */
export function golden(name: string, text: string): void {
  const file = join(packageRoot, 'test/oversight/records/golden', name);
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}
