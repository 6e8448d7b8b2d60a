import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { CONSENT_STATUS, CONSENT_STATUSES, isDecided, permitsProcessing } from '../../src/law/consent-status.ts';

/** Term to broader term, of the published list. */
const published = new Map(
  readFileSync(join(packageRoot, 'test/vectors/dpv/2.3_dpv_consent_status.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => (line.match(/"([^"]*)"/g) as string[]).map((cell) => cell.slice(1, -1)))
    .map((cells) => [cells[0] as string, cells[7]?.split('#')[1]] as const),
);

describe('The states of a consent (REQ-C03)', () => {
  const abstract = ['ConsentStatus', 'ConsentStatusInvalidForProcessing', 'ConsentStatusValidForProcessing'];

  it('are those of the published vocabulary, and the one only ISO/IEC TS 27560 has', () => {
    const ours: (string | null)[] = CONSENT_STATUSES.map((status) => CONSENT_STATUS[status].dpv);
    assert.deepEqual(
      ours.filter((term) => term !== null).sort(),
      [...published.keys()].filter((term) => !abstract.includes(term)).sort(),
    );
    assert.deepEqual(
      CONSENT_STATUSES.filter((status) => CONSENT_STATUS[status].dpv === null),
      ['terminated'],
    );
  });

  for (const status of CONSENT_STATUSES)
    it(`allow processing when ${status}: ${permitsProcessing(status)}, as the vocabulary has it`, () => {
      const { dpv } = CONSENT_STATUS[status];
      const valid = dpv !== null && published.get(dpv) === 'ConsentStatusValidForProcessing';
      assert.equal(permitsProcessing(status), valid);
    });

  it('allow processing when given or renewed, and in no other case', () => {
    assert.deepEqual(CONSENT_STATUSES.filter(permitsProcessing), ['given', 'renewed']);
  });

  it('count as a decision when the person said yes or no', () => {
    assert.deepEqual(CONSENT_STATUSES.filter(isDecided), ['refused', 'given', 'renewed', 'withdrawn']);
  });
});
