import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { type Fact, type FactKind, factAsOf } from '../../../src/register/facts/as-of.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { registerDocument } from '../../../src/register/view/document.ts';
import { buildView } from '../../../src/register/view/view.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

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
        tenantId: 'north',
        kind: 'institution',
        entityId: 'institution',
        version: index + 1,
        value: index,
        validFrom: at(from),
        validUntil: length === null ? null : at(from + length),
        recordedAt: at(recorded),
        recordedBy: 'test',
        reason: null,
        policyHash: '',
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
        const found = factAsOf(facts, { at: at(hour), knownAt: at(known) });
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
        assert.equal(factAsOf(facts, view)?.version, factAsOf(other, view)?.version);
      }),
    );
  });
});

const shipped = openPolicies(join(packageRoot, 'policies')).current();
const tenant = {
  id: 'north',
  name: 'Portal north',
  timeZone: 'Europe/Berlin',
  jurisdiction: 'DE',
  language: 'en',
  region: 'eu',
};

/** What people can record, of a few entities each, so that histories meet. */
const ENTITIES = ['institution institution', 'agreement a', 'agreement b', 'instruction a', 'sub-processor-change c'];
const wholeHistory = fc
  .array(
    fc.record({
      entity: fc.constantFrom(...ENTITIES),
      from: fc.integer({ min: 0, max: 40 }),
      length: fc.option(fc.integer({ min: 1, max: 20 })),
      gap: fc.integer({ min: 0, max: 3 }),
      gone: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { maxLength: 25 },
  )
  .map((said) => {
    let recorded = 0;
    const versions = new Map<string, number>();
    return said.map(({ entity, from, length, gap, gone }, index): Fact => {
      recorded += gap;
      const version = (versions.get(entity) ?? 0) + 1;
      versions.set(entity, version);
      const [kind, entityId] = entity.split(' ') as [FactKind, string];
      const ends = length === null || kind === 'instruction' ? null : at(from + length);
      return {
        tenantId: kind === 'sub-processor-change' ? '*' : 'north',
        kind,
        entityId,
        version,
        value: gone && kind !== 'instruction' ? null : valueSaid(kind, `said ${index}`),
        validFrom: at(from),
        validUntil: ends,
        recordedAt: at(recorded),
        recordedBy: 'test',
        reason: null,
        policyHash: shipped.hash,
      };
    });
  });

function valueSaid(kind: FactKind, text: string): object {
  const agreement = shipped.agreements.find(({ id }) => id === 'processing-standard');
  if (kind === 'institution') return { legalName: text };
  if (kind === 'instruction') return { agreementId: 'a', text, sha256: text };
  if (kind === 'agreement')
    return {
      ...agreement,
      title: text,
      scope: 'tenant',
      status: 'active',
      template: null,
      file: null,
      signedOn: null,
      validFrom: at(0).toISOString(),
      validUntil: null,
    };
  return {
    kind: 'addition',
    party: 'hosting-company',
    replaces: null,
    processor: 'platform-provider',
    activities: ['accounts'],
    reason: text,
    status: 'activated',
    announcedAt: at(0).toISOString(),
    activatedAt: at(1).toISOString(),
  };
}

/** Everything a view says, without the instants it was asked for. */
const said = (facts: Fact[], hour: number, known: number) => {
  const {
    at: _,
    knownAt: __,
    ...document
  } = registerDocument(buildView(tenant, shipped, facts, { at: at(hour), knownAt: at(known) }));
  return document;
};

describe('A whole register as of an instant', () => {
  const asked = [fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 40 })] as const;

  it('equals the register rebuilt from events up to then, whatever was recorded later', () => {
    fc.assert(
      fc.property(wholeHistory, ...asked, (facts, hour, known) => {
        const upToThen = facts.filter(({ recordedAt }) => recordedAt <= at(known));
        assert.deepEqual(said(facts, hour, known), said(upToThen, hour, 1000));
      }),
      { numRuns: 400 },
    );
  });

  it('has of each thing what a naive reading of the events leaves', () => {
    fc.assert(
      fc.property(wholeHistory, ...asked, (facts, hour, known) => {
        const upToThen = facts.filter(({ recordedAt }) => recordedAt <= at(known));
        const left = (kind: FactKind, id: string) => {
          let value: Record<string, unknown> | null = null;
          for (const fact of upToThen)
            if (fact.kind === kind && fact.entityId === id && fact.validFrom <= at(hour))
              if (fact.validUntil === null || at(hour) < fact.validUntil) value = fact.value as typeof value;
          return value;
        };
        const document = said(facts, hour, known);
        const institution = document.parties.find(({ kind }) => kind === 'tenant');
        assert.equal(institution?.name, left('institution', 'institution')?.['legalName'] ?? tenant.name);
        const titles = ['a', 'b'].flatMap((id) => left('agreement', id)?.['title'] ?? []);
        assert.deepEqual(document.agreements.map(({ title }) => title).sort(), titles.sort());
        const instructed = upToThen.filter((fact) => fact.kind === 'instruction' && fact.validFrom <= at(hour));
        const a = document.agreements.find(({ agreementId }) => agreementId === 'a');
        if (a)
          assert.deepEqual(
            a.instructions.map(({ text }) => text),
            instructed.map(({ value }) => (value as { text: string }).text),
          );
        assert.deepEqual(
          document.changes.map(({ reason }) => reason),
          [left('sub-processor-change', 'c')?.['reason'] ?? []].flat(),
        );
      }),
      { numRuns: 400 },
    );
  });
});

onBothEngines('A register that people keep', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-01T00:00:00Z' });
  });
  after(() => app.close());

  const AGREEMENTS = '/v1/register/agreements';
  type Act = (n: number) => Promise<unknown>;
  const send = (method: 'post' | 'put', path: string, body: object) =>
    app
      .as('admin')
      [method](path)
      .send(body)
      .then(({ status }) => assert.ok(status < 500, `${path} ${status}`));
  const drafted: string[] = [];
  const one = (n: number) => drafted[n % Math.max(1, drafted.length)] ?? '00000000-0000-4000-8000-000000000000';
  const ACTS: Record<string, Act> = {
    institution: (n) => send('put', '/v1/register/institution', { legalName: `Name ${n}` }),
    draft: async (n) => {
      const validFrom = new Date(app.time.now.getTime() + (n % 3) * HOUR).toISOString();
      const body = { template: 'processing-standard', title: `Agreement ${n}`, validFrom };
      const answer = await app.as('admin').post(AGREEMENTS).send(body).expect(201);
      drafted.push(answer.body.agreementId);
    },
    sign: (n) =>
      send('post', `${AGREEMENTS}/${one(n)}/activation`, {
        signedOn: app.time.now.toISOString(),
        file: { name: 'x.pdf', sha256: 'c3'.repeat(32) },
      }),
    instruct: (n) => send('post', `${AGREEMENTS}/${one(n)}/instructions`, { text: `Do ${n}.` }),
    correct: (n) =>
      send('post', `${AGREEMENTS}/${one(n)}/corrections`, {
        from: new Date(app.time.now.getTime() - (n % 5) * HOUR).toISOString(),
        title: `Corrected ${n}`,
        reason: 'The annex said otherwise.',
      }),
    end: (n) =>
      send('post', `${AGREEMENTS}/${one(n)}/end`, {
        at: new Date(app.time.now.getTime() + (n % 4) * HOUR).toISOString(),
        reason: 'Given up by both.',
      }),
    check: () =>
      send('post', '/v1/register/instruction-checks', {
        processor: 'platform-provider',
        activity: 'accounts',
        operation: 'storage',
        country: 'US',
      }),
  };
  const read = async (query: string) => {
    const { body } = await app.as('dpo').get(`/v1/register${query}`).expect(200);
    return body;
  };

  it('answers later, as of then, exactly what it answered then', async () => {
    const acts = fc.array(fc.tuple(fc.constantFrom(...Object.keys(ACTS)), fc.nat(20)), { minLength: 4, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(acts, async (history) => {
        const answers: Record<string, unknown>[] = [];
        for (const [act, n] of history) {
          app.time.now = new Date(app.time.now.getTime() + HOUR / 2);
          await ACTS[act]?.(n);
          answers.push(await read(`?at=${app.time.now.toISOString()}&known-at=${app.time.now.toISOString()}`));
          assert.deepEqual(await read(''), answers.at(-1));
        }
        app.time.now = new Date(app.time.now.getTime() + 100 * HOUR);
        for (const then of answers) assert.deepEqual(await read(`?at=${then['at']}&known-at=${then['knownAt']}`), then);
      }),
      { numRuns: 6 },
    );
  }).timeout(120_000);
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
