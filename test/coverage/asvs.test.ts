import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

/** ASVS 5.0.0: the level of each requirement, by section and in order. */
const LEVELS: Record<string, string> = {
  ...{ '1.1': '22', '1.2': '1111122223', '1.3': '112222222223', '1.4': '222', '1.5': '123' },
  ...{ '2.1': '122', '2.2': '112', '2.3': '12223', '2.4': '23' },
  ...{ '3.1': '3', '3.2': '113', '3.3': '12223', '3.4': '11222233', '3.5': '11122333', '3.6': '3', '3.7': '22333' },
  ...{ '4.1': '12233', '4.2': '23333', '4.3': '22', '4.4': '1222' },
  ...{ '5.1': '2', '5.2': '112333', '5.3': '113', '5.4': '222' },
  ...{ '6.1': '122', '6.2': '111111112222', '6.3': '11223333', '6.4': '112233' },
  ...{ '6.5': '22222333', '6.6': '2223', '6.7': '33', '6.8': '2222' },
  ...{ '7.1': '222', '7.2': '1111', '7.3': '22', '7.4': '11222', '7.5': '223', '7.6': '22' },
  ...{ '8.1': '1233', '8.2': '1123', '8.3': '133', '8.4': '23' },
  ...{ '9.1': '111', '9.2': '1222' },
  ...{ '10.1': '22', '10.2': '223', '10.3': '22223', '10.4': '1111122222233333' },
  ...{ '10.5': '22222', '10.6': '22', '10.7': '222' },
  ...{ '11.1': '2233', '11.2': '22233', '11.3': '11233', '11.4': '1222', '11.5': '23', '11.6': '23', '11.7': '33' },
  ...{ '12.1': '12233', '12.2': '11', '12.3': '22223' },
  ...{ '13.1': '2333', '13.2': '222223', '13.3': '2233', '13.4': '1222233' },
  ...{ '14.1': '22', '14.2': '12223333', '14.3': '122' },
  ...{ '15.1': '12233', '15.2': '12233', '15.3': '1222222', '15.4': '3333' },
  ...{ '16.1': '2', '16.2': '22222', '16.3': '2222', '16.4': '222', '16.5': '2223' },
  ...{ '17.1': '23', '17.2': '22223333', '17.3': '22' },
};
const STATES = ['met', 'not applicable', 'open'];
/** What shows that something is met: a test, a command, a page of the documentation. */
const SHOWN =
  /`test\/[\w/.-]+`|`(?:npm|grep) [^`]+`|`GET [^`]+`|`[\w/.-]+\.(?:md|ts|json)`|`policies\/`|README|ARCHITECTURE|\]\(/;
/** Met by what was chosen to be built with, or by what is not there: nothing can be run for it. */
const BY_CHOICE = ['1.4.1', '11.1.2', '11.2.1', '12.1.2', '12.3.3', '12.3.4', '14.3.3'];

const text = readFileSync(join(packageRoot, 'docs/asvs.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

describe('docs/asvs.md', () => {
  it('has each requirement of levels 1 and 2 once, with its level, and no other', () => {
    const wanted = Object.entries(LEVELS).flatMap(([section, levels]) =>
      [...levels].flatMap((level, n) => (level === '3' ? [] : [`${section}.${n + 1} ${level}`])),
    );
    assert.equal(
      wanted.filter((one) => one.endsWith('1')).length + wanted.filter((one) => one.endsWith('2')).length,
      253,
    );
    assert.deepEqual(
      rows.map(([number, level]) => `${number} ${level}`),
      wanted,
    );
  });

  it('says of each whether it is met, and by what', () => {
    for (const row of rows) {
      assert.equal(row.length, 5, row.join(' | '));
      const [number, , , state, by] = row as [string, string, string, string, string];
      assert.ok(STATES.includes(state), `${number}: ${state}`);
      assert.ok(by.trim() !== '', number);
      if (state === 'met' && !BY_CHOICE.includes(number)) assert.match(by, SHOWN, number);
    }
  });

  it('names files that are there', () => {
    const pages = text + readFileSync(join(packageRoot, 'docs/threat-model.md'), 'utf8');
    const named = [...pages.matchAll(/`((?:test|src|docs|policies)\/[\w/.-]*)`/g)].map(([, file]) => file as string);
    assert.ok(named.length > 100);
    assert.deepEqual(
      [...new Set(named)].filter((file) => !existsSync(join(packageRoot, file))),
      [],
    );
  });
});
