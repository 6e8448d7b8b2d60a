import assert from 'node:assert/strict';
import fc from 'fast-check';
import Type from 'typebox';
import { checker } from '../../src/foundations/contract/validation.ts';
import { parseInstant } from '../../src/law/instant.ts';

describe('An instant', () => {
  for (const [text, means] of [
    ['2026-02-28T23:59:59Z', '2026-02-28T23:59:59.000Z'],
    ['2024-02-29t12:00:00z', '2024-02-29T12:00:00.000Z'],
    ['2026-03-29T02:30:00.123456789+02:00', '2026-03-29T00:30:00.123Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ] as const)
    it(`${text} is ${means}`, () => assert.equal(parseInstant(text)?.toISOString(), means));

  for (const [text, why] of [
    ['2026-12-31T23:59:60Z', 'a leap second: it would become another instant, or none'],
    ['2026-06-30T23:59:60+00:00', 'a leap second'],
    ['0000-01-01T00:00:00Z', 'there was no year 0'],
    ['9999-12-31T23:59:59-01:00', 'in UTC the year 10000'],
    ['0001-01-01T00:00:00+01:00', 'in UTC the year 0'],
    ['2026-02-29T12:00:00Z', 'no such day'],
    ['2026-04-31T12:00:00Z', 'no such day'],
    ['2026-13-01T12:00:00Z', 'no such month'],
    ['2026-01-01T24:00:00Z', 'no such hour'],
    ['2026-01-01T12:00:00', 'no offset'],
    ['2026-01-01 12:00:00Z', 'no T'],
    ['2026-01-01T12:00Z', 'no seconds'],
    ['2026-01-01T12:00:00+24:00', 'no such offset'],
    ['2026-01-01T12:00:00[Europe/Berlin]', 'a zone is no offset'],
    ['2026-01-01T12:00:00Z[u-ca=hebrew]', 'an annotation'],
    ['+002026-01-01T12:00:00Z', 'a year of six digits'],
    ['2026-01-01T12:00:00,5Z', 'a comma'],
    ['20260101T120000Z', 'the basic format'],
  ] as const)
    it(`is not ${text}: ${why}`, () => assert.equal(parseInstant(text), undefined));

  it('that passes a schema is read everywhere as the same instant', () => {
    const check = checker(Type.Object({ at: Type.String({ format: 'date-time' }) }), '');
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
    const texts = fc
      .tuple(
        fc.integer({ min: 0, max: 9999 }).map((n) => String(n).padStart(4, '0')),
        two(13),
        two(32),
        fc.constantFrom('T', 't', ' '),
        two(25),
        two(61),
        two(61),
        fc.constantFrom('', '.1', '.123', '.123456789'),
        fc.constantFrom('Z', 'z', '+00:00', '-05:30', '+23:59', '+24:00'),
      )
      .map(([y, m, d, t, h, min, s, f, z]) => `${y}-${m}-${d}${t}${h}:${min}:${s}${f}${z}`);
    fc.assert(
      fc.property(texts, (at) => {
        const read = parseInstant(at);
        if (read) {
          assert.doesNotThrow(() => check({ at }));
          assert.equal(new Date(at.toUpperCase()).getTime(), read.getTime());
        } else assert.throws(() => check({ at }));
      }),
      { numRuns: 2000 },
    );
  });
});
