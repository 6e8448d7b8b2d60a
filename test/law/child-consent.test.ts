import assert from 'node:assert/strict';
import { AGES_OF_CONSENT, ageOfConsent, checkAge, yearsOf } from '../../src/law/child-consent.ts';

describe('The age from which a child consents by itself (Art. 8(1), REQ-A09)', () => {
  it('is that of the Member State on that day, and 16 where it has set none', () => {
    const on = (place: string, day = '2026-03-01') => ageOfConsent(place, day).age;
    assert.deepEqual(
      ['DE', 'NL', 'IE', 'PL', 'LI'].map((place) => on(place)),
      [16, 16, 16, 16, 16],
    );
    assert.deepEqual(
      ['FR', 'CZ', 'GR', 'SI', 'DK'].map((place) => on(place)),
      [15, 15, 15, 15, 15],
    );
    assert.deepEqual(
      ['AT', 'BG', 'CY', 'ES', 'IT', 'LT'].map((place) => on(place)),
      [14, 14, 14, 14, 14, 14],
    );
    assert.deepEqual(
      ['BE', 'EE', 'FI', 'LV', 'MT', 'PT', 'SE', 'NO', 'IS', 'GB-SCT', 'EC'].map((place) => on(place)),
      Array.from({ length: 11 }, () => 13),
    );
    assert.equal(on('DK', '2023-12-31'), 13);
    assert.equal(on('SI', '2022-12-31'), 16);
    assert.equal(ageOfConsent('AT', '2026-03-01').source, 'DSG § 4(4)');
  });

  it('is dated data within what the GDPR allows, one rule a day', () => {
    for (const one of AGES_OF_CONSENT) {
      assert.ok(one.age >= 13 && one.age <= 16);
      const others = AGES_OF_CONSENT.filter((other) => other !== one && other.place === one.place);
      for (const other of others)
        assert.ok((one.validUntil ?? '9') <= other.validFrom || (other.validUntil ?? '9') <= one.validFrom, one.place);
    }
  });

  it('decides whether a parent is needed', () => {
    assert.equal(checkAge(15, false, 'DE', '2026-03-01'), 'parental-missing');
    assert.equal(checkAge(15, true, 'DE', '2026-03-01'), 'parental');
    assert.equal(checkAge(16, false, 'DE', '2026-03-01'), 'of-age');
    assert.equal(checkAge(15, false, 'FR', '2026-03-01'), 'of-age');
    assert.equal(checkAge(yearsOf('under-13'), false, 'SE', '2026-03-01'), 'parental-missing');
    assert.equal(checkAge(yearsOf('16-or-over'), false, 'DE', '2026-03-01'), 'of-age');
  });
});
