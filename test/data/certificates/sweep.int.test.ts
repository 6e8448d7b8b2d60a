import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import type { Services } from '../../../src/app/services.ts';
import { certificateHash } from '../../../src/data/certificates/document.ts';
import type { Certificate, CertifiedCategory } from '../../../src/data/certificates/model.ts';
import { insertVisits } from '../../../src/data/visits/table.ts';
import { liveThrough, pseudonymsOf, type Traces } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { agreedFolder } from '../../support/approved.ts';
import { onBothEngines } from '../../support/engines.ts';
import { oldVisits, putInForce } from '../retention/stage.ts';
import { bundleOf, faulty } from './stage.ts';

/** The shipped rules in an order in which each has something to do, and what a person who lived through leaves it. */
const RULES: [rule: string, rows: number, after: string, counts: 'removed' | 'reduced' | 'anonymised'][] = [
  ['visits-reduce', 2, '2026-04-01', 'reduced'],
  ['visits-anonymise', 2, '2027-01-01', 'anonymised'],
  ['consents-evidence-forget', 2, '2028-01-01', 'reduced'],
  ['standings-erase', 1, '2028-01-01', 'removed'],
  ['links-erase', 1, '2029-01-01', 'removed'],
  // Whoever works on a draft keeps the address: the draft goes first.
  ['private-items-erase', 1, '2029-01-01', 'removed'],
  ['profiles-contact-erase', 1, '2029-01-01', 'removed'],
  ['profiles-interests-erase', 1, '2029-01-01', 'removed'],
  ['profiles-location-erase', 1, '2029-01-01', 'removed'],
  ['profiles-identity-erase', 1, '2029-01-01', 'removed'],
  ['consents-erase', 2, '2035-01-01', 'removed'],
  ['disclosures-erase', 1, '2036-04-01', 'removed'],
  ['public-items-review', 1, '2037-01-01', 'reduced'],
  ['minimal-items-erase', 1, '2100-01-01', 'removed'],
];

onBothEngines('The certificate of a sweep', (ground) => {
  let app: TestApp;
  let left: Traces;
  before(async () => {
    app = await openApp(ground());
    left = await liveThrough(app, 'swept');
    const until = '2026-06-01T00:00:00Z';
    await app.as('platform').put(`/v1/subjects/${left.account}/roles/editor`).send({ until }).expect(201);
  });
  after(() => app.close());
  /** What the sweep that did a part has left. */
  const leftBySome = new Map<string, number>();
  const context = () => app.contextOf('north', 'operator');

  async function sweepBy(services: Services, rules: string[]) {
    const { sweeps } = services.retention;
    await putInForce(services, await context());
    const { sweepId } = await sweeps.open(await context(), { rules });
    const sweep = await sweeps.run(await context(), sweepId);
    return { sweep, ...(await bundleOf(app, sweep.certificateId)) };
  }
  const ruleOf = ({ holders }: Certificate, rule: string) =>
    holders.flatMap(({ categories }) => categories).find((one) => one.rule === rule) as CertifiedCategory;
  const entryOf = async (entryId: string | null) =>
    (await ground().store.read((q) => q.select().from(q.tables.auditEntries))).find((row) => row.entryId === entryId);

  it('covers every rule there is', () => {
    assert.deepEqual(
      RULES.map(([rule]) => rule).sort(),
      app.policies
        .current()
        .rules.map(({ id }) => id)
        // Nobody here has asked for anything: test/rights/requests/holder.int.test.ts sweeps these.
        .filter((id) => id !== 'requests-erase')
        .sort(),
    );
  });

  for (const [rule, rows, at, counts] of RULES)
    it(`says incomplete, where and how many, when ${rule} misses what is due; then complete, when it does not`, async () => {
      app.time.now = new Date(`${at}T00:00:00Z`);
      const lying = await faulty(ground(), app, {
        holder: (holder) => ({
          ...holder,
          sweep: async () => ({ treated: rows, suppressed: 0, cursor: null, done: true }),
        }),
      });
      const missed = await sweepBy(lying, [rule]);
      assert.deepEqual([missed.sweep.status, missed.certificate.verdict], ['incomplete', 'incomplete']);
      const line = ruleOf(missed.certificate, rule);
      assert.deepEqual([line.result, line.failed, line[counts]], ['failed', rows, 0]);
      assert.equal(missed.certificate.totals.failed, rows);

      if (rows > 1 && rule !== 'visits-anonymise') {
        const lazy = await faulty(ground(), app, {
          holder: (holder) => ({
            ...holder,
            sweep: async (tx, due, batch) => ({ ...(await holder.sweep(tx, due, { ...batch, rows: 1 })), done: true }),
          }),
        });
        const { certificate } = await sweepBy(lazy, [rule]);
        const part = ruleOf(certificate, rule);
        assert.deepEqual([part.result, part.failed, part[counts]], ['failed', rows - 1, 1]);
        leftBySome.set(rule, rows - 1);
      }

      const done = await sweepBy(app.services, [rule]);
      assert.deepEqual([done.sweep.status, done.certificate.verdict], ['completed', 'complete']);
      const { failed, removed, reduced, anonymised, suppressed } = ruleOf(done.certificate, rule);
      assert.equal(failed, 0);
      assert.equal(removed + reduced + anonymised, leftBySome.get(rule) ?? rows);
      // Two visits are too few to be counted: they go without being added up.
      if (rule === 'visits-anonymise') assert.deepEqual([removed, suppressed, anonymised], [2, 2, 0]);
      else assert.equal(done.certificate.totals[counts], leftBySome.get(rule) ?? rows);
    });

  it('names the entries that begin and end it, who asked and who approved, and the last entry carries its hash', async () => {
    const careful = await faulty(ground(), app, { policies: agreedFolder(ground().folder, { rows: 3 }) });
    const asking = { ...(await context()), principal: { id: 'token-1', role: 'operator' as const } };
    await ground().store.write(async (tx) => {
      await insertVisits(tx, oldVisits(asking, 5));
    });
    const { sweeps } = careful.retention;
    const { sweepId } = await sweeps.open(asking, { rules: ['visits-reduce'] });
    assert.equal((await sweeps.run(asking, sweepId)).status, 'awaiting-approval');
    const approving = { ...asking, principal: { id: 'token-2', role: 'dpo' as const } };
    await sweeps.approve(approving, sweepId, ['visits-reduce']);
    await sweeps.settled();
    const sweep = await sweeps.get(asking, sweepId);
    const { certificate } = await bundleOf(app, sweep.certificateId);
    assert.deepEqual(certificate.requestedBy, { id: 'token-1', role: 'operator' });
    assert.deepEqual(certificate.approvedBy, [{ id: 'token-2', role: 'dpo' }]);
    const [first, last] = [await entryOf(certificate.entries.first), await entryOf(certificate.entries.last)];
    assert.deepEqual([first?.action, last?.action], ['sweep.started', 'sweep.finished']);
    assert.equal(last?.detail['certificateHash'], certificateHash(certificate));
    assert.deepEqual([certificate.actId, certificate.asOf], [sweepId, sweep.asOf]);
    assert.equal(certificate.policyHash, careful.policies.current().hash);
    await careful.close();
  });

  it('commits to the ids that were due, in the log before anything is destroyed, under a salt only the keyring gives (REQ-E05)', async () => {
    const asking = await context();
    const visits = oldVisits({ ...asking, clock: () => app.time.now }, 3);
    await ground().store.write(async (tx) => {
      await insertVisits(tx, visits);
    });
    const { certificate } = await sweepBy(app.services, ['visits-reduce']);
    const line = ruleOf(certificate, 'visits-reduce');
    const first = await entryOf(certificate.entries.first);
    assert.deepEqual(first?.detail['commitments'], { 'visits-reduce': line.commitment });
    // What the controller can show to whoever holds the ids, say in an old backup.
    const salt = (await ground().vault.key('north', 'certificates')).derive('due', certificate.asOf as string);
    const inOrder = [...visits].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
    const digest = createHash('sha256')
      .update(inOrder.map(({ visitId }) => `${visitId}\n`).join(''))
      .digest('hex');
    assert.equal(line.commitment, createHmac('sha256', salt).update(`visits-reduce\n3\n${digest}\n`).digest('hex'));
    for (const { visitId } of visits) assert.ok(!JSON.stringify(certificate).includes(visitId));
    assert.ok(!JSON.stringify(certificate).includes(digest));
  });

  it('holds no personal data and no pseudonym', async () => {
    const rows = await ground().store.read((q) => q.select().from(q.tables.certificates));
    assert.ok(rows.length >= RULES.length * 2);
    const text = JSON.stringify(rows);
    for (const value of [...Object.values(left), ...(await pseudonymsOf(ground().vault, left))])
      assert.ok(!text.includes(value), value);
  });
});
