import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { BREACH_HOURS, breachClock, breachDueWithoutFirstHour } from '../../src/law/breach-clock.ts';

type Vector = {
  id: string;
  aware: string;
  strict?: string;
  reg_1182_71?: string;
  notified?: string;
  late?: boolean;
  why?: string;
};
const { vectors } = JSON.parse(readFileSync(join(packageRoot, 'test/vectors/breach-72h.json'), 'utf8')) as {
  vectors: Vector[];
};

describe('The 72 hours of Art. 33(1) (REQ-B07)', () => {
  for (const { id, aware, strict, reg_1182_71: later, notified, late, why } of vectors) {
    if (strict !== undefined)
      it(`${id}: end at ${strict}${why ? ` (${why})` : ''}`, () =>
        assert.equal(+breachClock(new Date(aware), new Date(aware)).due, Date.parse(strict)));
    if (later !== undefined)
      it(`${id}: could be argued to end at ${later}, the first hour not counted`, () =>
        assert.equal(+breachDueWithoutFirstHour(new Date(aware)), Date.parse(later)));
    if (notified !== undefined)
      it(`${id}: a notice at ${notified} is ${late ? 'late' : 'in time'}`, () =>
        assert.equal(breachClock(new Date(aware), new Date(notified)).late, late));
  }

  it('has a vector of each kind to be held against', () => {
    assert.ok(vectors.some(({ strict }) => strict !== undefined));
    assert.ok(vectors.some(({ notified }) => notified !== undefined));
    assert.ok(vectors.some(({ reg_1182_71: later }) => later !== undefined));
  });

  it('a notice in their very last millisecond is in time, one after it is late', () => {
    const aware = new Date('2026-07-01T09:00:00Z');
    const { due } = breachClock(aware, aware);
    assert.equal(breachClock(aware, due).late, false);
    assert.equal(breachClock(aware, new Date(+due + 1)).late, true);
  });

  it('are elapsed hours, whenever they begin; what is left and what has passed make up the whole', () => {
    const instants = fc.date({
      min: new Date('2018-05-25T00:00:00Z'),
      max: new Date('2050-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 200 * 3_600_000 }), (aware, passed) => {
        const { due, remaining, late } = breachClock(aware, new Date(+aware + passed));
        const whole = BREACH_HOURS * 3_600_000;
        assert.equal(+due - +aware, whole);
        assert.equal(remaining, Math.max(0, whole - passed));
        assert.equal(late, passed > whole);
        const later = +breachDueWithoutFirstHour(aware);
        assert.ok(later > +due && later <= +due + 3_600_000);
      }),
    );
  });
});
