import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { DPV_PURPOSES } from '../../src/law/dpv-purposes.ts';

describe('The purposes of the Data Privacy Vocabulary', () => {
  it('are the published ones, all of them (REQ-G04)', () => {
    const lines = readFileSync(join(packageRoot, 'test/vectors/dpv/2.3_dpv_purposes.csv'), 'utf8').split('\n').slice(1);
    const published = lines
      .filter((line) => line.includes('"https://w3id.org/dpv#Purpose"'))
      .flatMap((line) => /^"([^"]+)"/.exec(line)?.[1] ?? []);
    assert.ok(published.length > 100);
    // "Purpose" itself is what they all are, and says nothing.
    assert.deepEqual([...DPV_PURPOSES].sort(), published.filter((term) => term !== 'Purpose').sort());
  });
});
