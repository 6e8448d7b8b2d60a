import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Fact, standing } from '../../src/register/standing.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { onBothEngines } from '../support/engines.ts';

const HOUR = 3_600_000;
const at = (hours: number) => new Date(Date.UTC(2026, 0, 1) + hours * HOUR);

/** A history: each thing is recorded later than the one before, about any time. */
const history = fc
  .array(
    fc.record({
      from: fc.integer({ min: 0, max: 40 }),
      length: fc.option(fc.integer({ min: 1, max: 20 })),
      gap: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 12 },
  )
  .map((said) => {
    let recorded = 0;
    return said.map(({ from, length, gap }, index): Fact<number> => {
      recorded += gap;
      return {
        ...{ tenantId: 'north', kind: 'institution', entityId: 'institution', version: index + 1, value: index },
        ...{ validFrom: at(from), validUntil: length === null ? null : at(from + length), recordedAt: at(recorded) },
        ...{ recordedBy: 'test', reason: null, policyHash: '' },
      };
    });
  });

/** The same said naively: write each event over the hours it is about, one after the other. */
function rebuilt(facts: Fact<number>[]): (hour: number) => number | null {
  const hours: (number | null)[] = Array(80).fill(null);
  for (const { value, validFrom, validUntil } of facts)
    for (let hour = 0; hour < hours.length; hour += 1)
      if (at(hour) >= validFrom && (validUntil === null || at(hour) < validUntil)) hours[hour] = value;
  return (hour) => hours[hour] ?? null;
}

describe('The register as of an instant', () => {
  it('equals the register rebuilt from what had been recorded up to then, whatever was recorded later', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 40 }), (facts, hour, known) => {
        const upToThen = facts.filter(({ recordedAt }) => recordedAt <= at(known));
        const found = standing(facts, { at: at(hour), knownAt: at(known) });
        assert.equal(found?.value ?? null, rebuilt(upToThen)(hour));
      }),
      { numRuns: 5000 },
    );
  });

  it('does not depend on the order in which facts are read', () => {
    const shuffled = history.chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 0, max: 70 }), ([facts, other], hour) => {
        const view = { at: at(hour), knownAt: at(100) };
        assert.equal(standing(facts, view)?.version, standing(other, view)?.version);
      }),
    );
  });
});

onBothEngines('The register over time', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('takes both instants on every read but the history itself, and how a change stands today', () => {
    const reads = app.routes
      .map(({ spec }) => spec)
      .filter(({ path, method }) => method === 'get' && /\/v1\/(register|records)/.test(path));
    const without = reads.filter(({ query }) => {
      const names = Object.keys((query as { properties?: object } | undefined)?.properties ?? {});
      return !names.includes('at') || !names.includes('known-at');
    });
    assert.deepEqual(
      without.map(({ operationId }) => operationId),
      ['getRegisterHistory', 'getSubProcessorChangeStanding'],
    );
  });

  it('shows of the past what was known then, and what is known now, with the reason', async () => {
    const context = await app.contextOf('north', 'admin');
    const day = (n: number) => new Date(Date.UTC(2026, 2, 1 + n, 12));
    const record = (details: object) => app.services.registerRecords.recordInstitution(context, details);
    const nameAt = async (when: Date, known: Date) =>
      (
        await app
          .as('dpo')
          .get(`/v1/register/institution?at=${when.toISOString()}&known-at=${known.toISOString()}`)
          .expect(200)
      ).body.name;
    app.time.now = day(1);
    await record({ legalName: 'First' });
    app.time.now = day(9);
    const past = { legalName: 'Corrected', from: day(2).toISOString(), until: day(5).toISOString() };
    await assert.rejects(record(past), /reason|past/i);
    await record({ ...past, reason: 'The merger had already taken place.' });
    assert.equal(await nameAt(day(3), day(4)), 'First');
    assert.equal(await nameAt(day(3), day(9)), 'Corrected');
    assert.equal(await nameAt(day(6), day(9)), 'First');
  });
});
