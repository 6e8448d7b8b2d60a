import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../src/register/policies/load.ts';

const shipped = join(packageRoot, 'policies');

/** The shipped policies with several texts replaced. */
export function changedAll(...edits: [file: string, from: string | RegExp, to: string][]) {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-rules-'));
  try {
    cpSync(shipped, folder, { recursive: true });
    for (const [file, from, to] of edits) {
      const text = readFileSync(join(folder, file), 'utf8');
      assert.ok(typeof from === 'string' ? text.includes(from) : from.test(text), `${file} does not say ${from}`);
      writeFileSync(join(folder, file), text.replace(from, to));
    }
    return loadPolicies(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same with one text replaced in one file. */
export const changed = (file: string, from: string | RegExp, to: string) => changedAll([file, from, to]);
