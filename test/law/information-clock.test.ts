import assert from 'node:assert/strict';
import { informBy } from '../../src/law/information-clock.ts';

describe('The day by which somebody is told of data that others gave (Art. 14(3), REQ-A20)', () => {
  it('lies a month after the data was obtained, clamped to the month, not moved for a weekend', () => {
    // Both are Saturdays.
    assert.deepEqual(informBy({ obtained: '2026-01-31' }), { by: '2026-02-28', because: 'obtained' });
    assert.deepEqual(informBy({ obtained: '2028-01-31' }), { by: '2028-02-29', because: 'obtained' });
    assert.deepEqual(informBy({ obtained: '2026-03-15' }), { by: '2026-04-15', because: 'obtained' });
  });

  it('is that of the first communication or disclosure where that comes sooner', () => {
    const obtained = '2026-01-31';
    assert.deepEqual(informBy({ obtained, communicated: '2026-02-10', disclosed: '2026-02-12' }), {
      by: '2026-02-10',
      because: 'communicated',
    });
    assert.deepEqual(informBy({ obtained, communicated: '2026-02-10', disclosed: '2026-02-09' }), {
      by: '2026-02-09',
      because: 'disclosed',
    });
    assert.equal(informBy({ obtained, communicated: '2026-04-01' }).because, 'obtained');
  });

  it('is not made earlier by what happened before the data came', () => {
    assert.equal(informBy({ obtained: '2026-01-31', disclosed: '2025-11-30' }).by, '2026-02-28');
  });
});
