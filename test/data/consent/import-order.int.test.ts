import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { consentImport } from '../../../src/data/consent/import-consents.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { createAudit } from '../../../src/foundations/audit/audit.ts';
import { importRecords } from '../../../src/foundations/imports/import-records.ts';
import type { RecordImport } from '../../../src/foundations/imports/record-import.ts';
import { createRegister } from '../../../src/register/view/service.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { line, ndjson } from './import-stage.ts';
import { connection, consentOf, decision, eventsOf, shipped } from './stage.ts';

const DAYS = [
  '2025-12-01T10:00:00Z',
  '2026-01-05T10:00:00Z',
  '2026-01-05T10:00:00.001Z',
  '2026-02-20T10:00:00Z',
  '2026-03-03T10:00:00Z',
];
const PURPOSES = ['usage-statistics', 'external-media'];

onBothEngines('Imported decisions, in whatever order they come', (ground) => {
  const context = testContext({ at: '2026-03-10T12:00:00Z' });
  let round = 0;

  async function brought(lines: readonly object[]): Promise<void> {
    const { store, vault, folder } = ground();
    const audit = createAudit(shipped);
    const suppression = createSuppression({ store, audit, vault, policies: shipped });
    const kind = consentImport({
      store,
      audit,
      vault,
      policies: shipped,
      register: createRegister({ store, policies: shipped }),
      suppression,
    });
    const file = join(folder, `order-${++round}.ndjson`);
    writeFileSync(file, ndjson(lines));
    const { rejected } = await importRecords({ store, audit, vault }, context, file, [kind as RecordImport]);
    assert.equal(rejected, 0);
  }

  /** What stands, without what is made by chance. */
  async function stands(account: string, visitor: string) {
    const consent = consentOf(ground());
    const states = [];
    for (const who of [`account:${account}`, `visitor:${visitor}`]) {
      const { purposes } = await consent.current(context, who);
      states.push(purposes.map(({ eventId: _, imported: __, recordedAt: ___, ...state }) => state));
    }
    const histories = [];
    for (const [kind, id] of [
      ['account', account],
      ['visitor', visitor],
    ] as const)
      histories.push(
        (await eventsOf(ground(), { kind, id })).map(({ purposeId, seq, status }) => [purposeId, seq, status]),
      );
    return { states, histories };
  }

  it('lead to the same state: several purposes, withdrawals, links, equal instants, and a decision recorded here between', async () => {
    const one = fc.record({
      who: fc.constantFrom('account', 'visitor'),
      purpose: fc.constantFrom(...PURPOSES),
      status: fc.constantFrom('given', 'refused', 'withdrawn'),
      decidedAt: fc.constantFrom(...DAYS),
    });
    const cases = fc
      .uniqueArray(one, { minLength: 1, maxLength: 8, selector: (each) => JSON.stringify(each) })
      .chain((all) =>
        fc.record({
          all: fc.constant(all),
          other: fc.shuffledSubarray(all, { minLength: all.length }),
          cut: fc.nat({ max: all.length }),
          recorded: fc.option(fc.constantFrom('given', 'refused', 'withdrawn'), { nil: undefined }),
          job: fc.boolean(),
        }),
      );
    await fc.assert(
      fc.asyncProperty(cases, async ({ all, other, cut, recorded, job }) => {
        const outcomes = [];
        for (const [name, order] of [
          ['a', all],
          ['b', other],
        ] as const) {
          const id = `${name}-${++round}`;
          const [account, visitor] = [`account-${id}`, `visitor-${id}`];
          const consent = consentOf(ground());
          await consent.link(context, `account:${account}`, visitor);
          const lines = order.map(({ who, ...rest }) =>
            line({ ...rest, subject: { kind: who, id: who === 'account' ? account : visitor } }),
          );
          if (recorded) {
            const at = testContext({ at: '2026-03-01T12:00:00Z' });
            const subject = { kind: 'visitor' as const, id: visitor };
            // Before all of them: what it is called follows from what was there.
            await consent.record(at, decision({ subject, status: recorded as 'given' }), connection());
          }
          await brought(lines.slice(0, cut));
          // Whether a job has written down meanwhile what ended by itself changes nothing.
          if (job && name === 'b') await consent.expireConsents(context);
          await brought(lines.slice(cut));
          await consent.expireConsents(context);
          const { states, histories } = await stands(account, visitor);
          outcomes.push({
            states,
            decided: histories.map((history) => history.filter(([, , status]) => status !== 'expired')),
          });
        }
        assert.deepEqual(outcomes[0], outcomes[1]);
      }),
      { numRuns: 25 },
    );
  }).timeout(120_000);
});
