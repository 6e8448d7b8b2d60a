import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lifeOf } from '../../../src/data/consent/decision.ts';
import { endOfPeriod } from '../../../src/law/duration.ts';

describe('The end of a decision', () => {
  it('is that of its own day, duration and zone, in whatever order they are asked for', () => {
    const asked = fc.record({
      // Around the ends of months and of summer time, to the millisecond.
      at: fc.date({
        min: new Date('2026-01-28T00:00:00Z'),
        max: new Date('2026-04-02T00:00:00Z'),
        noInvalidDate: true,
      }),
      duration: fc.constantFrom('P6M', 'P13M', 'P25M', 'P1D'),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Auckland', 'America/Santiago'),
    });
    fc.assert(
      fc.property(fc.array(asked, { minLength: 2, maxLength: 30 }), (questions) => {
        const endOf = lifeOf();
        for (const { at, duration, timeZone } of questions)
          assert.deepEqual(endOf('given', at, duration, timeZone), endOfPeriod(at, duration, timeZone));
      }),
    );
  });

  it('changes with the local day, at its first millisecond', () => {
    const endOf = lifeOf();
    const end = (at: string) => endOf('refused', new Date(at), 'P6M', 'Europe/Berlin')?.toISOString();
    assert.equal(end('2026-03-01T22:59:59.999Z'), '2026-08-31T22:00:00.000Z');
    assert.equal(end('2026-03-01T23:00:00.000Z'), '2026-09-01T22:00:00.000Z');
    assert.equal(end('2026-02-28T23:00:00.000Z'), '2026-08-31T22:00:00.000Z');
  });
});
