import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkSync } from 'recheck';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { PATTERN_LENGTH, patternFaults } from '../../src/law/robots.ts';
import { type Pattern, patternsIn } from './patterns.ts';

/**
 * No expression that is held against what people write takes more than linear time: what one person types must not stop
 * the service for all others. Expressions that do are listed with what bounds the text they are held against.
 */
const BOUNDED: Record<string, string> = {
  '/\\/+$/': 'addresses of settings, policies and options: an operator’s own',
  '/([?&][^=&]*password[^=&]*=)[^&]*/gi': 'addresses of settings: an operator’s own',
  '/^(E[A-Z]*(CONN|TIMEDOUT|NOTFOUND|UNREACH|PIPE|AI_AGAIN|ADDR)[A-Z]*|ERR_SSL_\\w+|ERR_TLS_\\w+)$/':
    'codes of errors, which libraries give',
};

/** Put together at run time, each with what says that it is linear. */
const MADE: Record<string, string> = {
  'src/data/visits/log-lines/template.ts':
    'each field ends where the text behind it begins; `npm run fuzz -- log-format` looks for one that is slow',
  'src/foundations/backup/folder.ts': 'one of two texts, without anything that repeats',
  'src/foundations/imports/adapters/read-date.ts':
    'digits of known numbers between the letters of a declared format, of 40 characters at most',
  'src/law/robots.ts': 'patterns of lists, which patternFaults has looked at, against 1024 characters',
};

const files = ['src', 'jobs'].flatMap((folder) => globSync(join(packageRoot, folder, '**/*.ts')));
const { patterns, made } = patternsIn(files);
/** Whether anything repeats without end: what does not ends soon at each place, whatever the text. */
const repeats = ({ source }: Pattern) => /[*+]|\{\d+,\}/.test(source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x'));
const keyOf = ({ source, flags }: Pattern) => `/${source}/${flags}`;

describe('Regular expressions', () => {
  it('are found, all of them', () => {
    assert.ok(patterns.length > 200, String(patterns.length));
    assert.deepEqual(
      [...new Set(made.map(({ file }) => relative(packageRoot, file)))].sort(),
      Object.keys(MADE).sort(),
    );
  });

  it('take time in proportion to the text', function () {
    this.timeout(120_000);
    const slow: string[] = [];
    for (const pattern of new Map(patterns.map((one) => [keyOf(one), one])).values()) {
      if (!repeats(pattern) || Object.hasOwn(BOUNDED, keyOf(pattern))) continue;
      const found = checkSync(pattern.source, pattern.flags, { timeout: 60_000 });
      if (found.status === 'safe') continue;
      const how = found.status === 'vulnerable' ? found.complexity.summary : 'cannot be told';
      slow.push(`${relative(packageRoot, pattern.file)}:${pattern.line} ${keyOf(pattern)}: ${how}`);
    }
    assert.deepEqual(slow, []);
  });

  it('of lists of robots are refused where they could search for too long', () => {
    const faults = patternFaults(['(a+)+$', 'a*a*b', '.*.*x', '(x|xx)*y', 'a'.repeat(PATTERN_LENGTH + 1)]);
    assert.equal(faults.length, 5);
    assert.deepEqual(patternFaults(['^bot[a-z]{1,4}', 'spider']), []);
  });
});
