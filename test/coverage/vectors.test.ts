import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

const folder = join(packageRoot, 'test/vectors');
const files = globSync(join(folder, '**/*.*'))
  .map((file) => relative(folder, file))
  .filter((file) => file !== 'README.md');
const sources = globSync(join(packageRoot, 'test/**/*.test.ts'))
  .filter((file) => basename(file) !== 'vectors.test.ts' || !file.includes('coverage'))
  .map((file) => readFileSync(file, 'utf8'))
  .filter((text) => text.includes('vectors'));

/** Folders that a test reads as a whole, or by names it puts together. */
const READ_WHOLE: Record<string, string> = {
  'eu-public-holidays': 'test/law/working-calendar.test.ts',
  dpv: 'test/data/consent/receipts/receipts.int.test.ts',
  fideslang: 'test/law/vocabularies.test.ts',
  jcs: 'test/foundations/contract/canonical-json.test.ts',
  kantara: 'test/data/consent/receipts/kantara.test.ts',
  'json-schema-formats': 'test/foundations/contract/formats.test.ts',
};
/** What says how a file was made, and is no vector. */
const ABOUT = ['about', 'made with', 'seed'];

describe('Vectors', () => {
  it('are each read by a test', () => {
    const unread = files.filter((file) => {
      const whole = READ_WHOLE[dirname(file)];
      if (whole) return !readFileSync(join(packageRoot, whole), 'utf8').includes(dirname(file));
      return !sources.some((text) => text.includes(basename(file)));
    });
    assert.deepEqual(unread, []);
  });

  it('are read whole: every part of a file is named by a test that reads it', () => {
    const own = files.filter((file) => dirname(file) === '.' && file.endsWith('.json'));
    assert.ok(own.length >= 8);
    const unread = own.flatMap((file) => {
      const readers = sources.filter((text) => text.includes(file));
      const parts = Object.keys(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object);
      return parts
        .filter((part) => !ABOUT.includes(part))
        .filter((part) => !readers.some((text) => new RegExp(`\\b${part}\\b`).test(text)))
        .map((part) => `${file}: ${part}`);
    });
    assert.deepEqual(unread, []);
  });

  it('are told of in their README, with origin and licence', () => {
    const told = readFileSync(join(folder, 'README.md'), 'utf8');
    const names = new Set(files.map((file) => (dirname(file) === '.' ? file : `${dirname(file)}/`)));
    assert.deepEqual(
      [...names].filter((name) => !told.includes(`| ${name} |`)),
      [],
    );
  });
});
