import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

const files = ['src', 'jobs'].flatMap((folder) => globSync(join(packageRoot, folder, '**/*.ts')));

describe('The source', () => {
  it('starts no program, and runs no text as code', () => {
    const dangerous = /node:child_process|node:vm['"]|\beval\(|new Function\(/;
    const found = files.filter((file) => dangerous.test(readFileSync(file, 'utf8')));
    assert.deepEqual(
      found.map((file) => relative(packageRoot, file)),
      // Asks V8 for its collector, with a text of its own.
      ['src/foundations/process/small-heap.ts'],
    );
  });
});

describe('What is built with', () => {
  const lock = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; integrity?: string; resolved?: string; link?: boolean }>;
  };
  const packages = Object.entries(lock.packages).filter(([name]) => name !== '');

  it('is known by its digest, and comes from the registry that npm is set to', () => {
    assert.ok(packages.length > 100);
    assert.deepEqual(
      packages.filter(([, { integrity, resolved }]) => !integrity?.startsWith('sha512-') || resolved !== undefined),
      [],
    );
  });
});
