import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

const file = (path: string) => readFileSync(join(packageRoot, path), 'utf8');

describe('CITATION.cff (REQ-H12)', () => {
  const ajv = new Ajv({ allErrors: true });
  formats.default(ajv);
  const fits = ajv.compile(JSON.parse(file('test/vectors/cff/schema-1.2.0.json').replace('/schema"', '/schema#"')));
  const citation = parse(file('CITATION.cff')) as Record<string, unknown>;

  it('is valid Citation File Format 1.2.0', () => {
    assert.ok(fits(citation), JSON.stringify(fits.errors));
  });

  it('is of this version, under its licence', () => {
    const { version, license } = JSON.parse(file('package.json')) as { version: string; license: string };
    assert.deepEqual([citation['version'], citation['license']], [version, license]);
  });

  const spoilt: [what: string, change: Record<string, unknown>][] = [
    ['without authors', { authors: undefined }],
    ['without a title', { title: undefined }],
    ['without a message', { message: undefined }],
    ['without its version of the format', { 'cff-version': undefined }],
    ['of another version of the format', { 'cff-version': '1.1.0' }],
    ['with an author who has a field no author has', { authors: [{ name: 'x', phone: '1' }] }],
    ['with an empty list of keywords', { keywords: [] }],
    ['released on no day', { 'date-released': '2026-13-01' }],
    ['with a member nobody knows', { licence: 'Apache-2.0' }],
  ];
  for (const [what, change] of spoilt)
    it(`would not be ${what}`, () => {
      assert.equal(fits(JSON.parse(JSON.stringify({ ...citation, ...change }))), false);
    });
});
