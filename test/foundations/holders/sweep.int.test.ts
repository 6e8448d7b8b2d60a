import assert from 'node:assert/strict';
import { buildServices } from '../../../src/app/services.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { agreedPolicies } from '../../support/approved.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { openPlatform, type Platform } from './platform.ts';
import { policiesWithPlatform } from './policies.ts';

onBothEngines('retention at a holder outside', (ground) => {
  let platform: Platform;
  let close: () => Promise<void>;
  beforeEach(async () => {
    [platform, close] = await openPlatform('sqlite');
  });
  afterEach(() => close());

  async function stage(secrets: (name: string) => string | undefined) {
    const services = await buildServices({
      store: ground().store,
      vault: ground().vault,
      clock: () => new Date('2026-06-01T00:00:00Z'),
      policies: agreedPolicies(policiesWithPlatform('sqlite')),
      log: createLog('silent'),
      secrets,
    });
    const context = { ...testContext({ at: '2026-06-01T00:00:00Z' }) };
    context.tenant = { ...context.tenant, id: 'alpha' };
    return { services, context };
  }
  const rules = ['logins-reduce', 'account-erase'];

  it('plans, sweeps, certifies and counts what it did there', async () => {
    const { services, context } = await stage(() => platform.url);
    const plan = await services.retention.plans.plan(context, { rules });
    assert.deepEqual(Object.fromEntries(plan.rules.map(({ rule, due }) => [rule, due])), {
      'account-erase': 1,
      'logins-reduce': 2,
    });
    const { sweepId } = await services.retention.sweeps.open(context, { rules });
    const sweep = await services.retention.sweeps.run(context, sweepId);
    assert.equal(sweep.status, 'completed');
    assert.deepEqual(Object.fromEntries(sweep.steps.map(({ rule, treated }) => [rule, treated])), {
      'account-erase': 1,
      'logins-reduce': 2,
    });
    const rows = await platform.sql('SELECT ip FROM logins WHERE id IN (2, 3) ORDER BY id');
    assert.deepEqual(
      rows.map(({ ip }) => ip),
      ['2001:db8:85a3::', '198.51.100.0'],
    );
    const certificate = await services.certificates.get(context, sweep.certificateId as string);
    assert.equal(certificate.certificate.verdict, 'complete');
  });

  it('counts there too a row under the one rule that treats it, and how many people', async () => {
    const { services, context } = await stage(() => platform.url);
    await platform.sql(
      `INSERT INTO logins VALUES (90, 1, '203.0.113.1', NULL, '2025-01-02 10:00:00Z'), (91, 1, '203.0.113.2', NULL, '2025-01-02 10:00:00Z')`,
    );
    const both = ['logins-erase', 'logins-reduce'];
    const plan = await services.retention.plans.plan(context, { rules: both });
    assert.deepEqual(
      plan.rules.map(({ rule, due, people }) => [rule, due, people]),
      [
        ['logins-erase', 2, 1],
        ['logins-reduce', 2, 2],
      ],
    );
    const { sweepId } = await services.retention.sweeps.open(context, { planDigest: plan.digest });
    const sweep = await services.retention.sweeps.run(context, sweepId);
    assert.equal(sweep.status, 'completed');
    assert.deepEqual(
      sweep.steps.map(({ rule, treated }) => [rule, treated]),
      plan.rules.map(({ rule, due }) => [rule, due]),
    );
  });

  it('spares one person under a hold there, and nobody else', async () => {
    const { services, context } = await stage(() => platform.url);
    await services.profiles.put(context, '1', { name: 'Ada' });
    const due = async () => {
      const [rule] = (await services.retention.plans.plan(context, { rules: ['logins-reduce'] })).rules;
      return [rule?.due, rule?.held];
    };
    const [before] = await due();
    const hold = { kind: 'access-request' as const, reference: 'DSR-1', subject: 'account:1' };
    const { holdId } = await services.retention.holds.place(context, hold as never);
    const [now, held] = await due();
    assert.ok((now as number) > 0 && (now as number) < (before as number), `${now} of ${before}`);
    assert.equal((now as number) + (held as number), before);
    await services.retention.holds.release(context, holdId);
    assert.deepEqual((await due())[0], before);
    // Somebody without a profile is known by the name the hold was placed for.
    const other = await services.retention.holds.place(context, { ...hold, subject: 'account:2' } as never);
    assert.deepEqual(await due(), [1, 1]);
    await services.retention.holds.release(context, other.holdId);
  });

  it('says that it is incomplete when the holder is down, and does it the next night', async () => {
    let up = false;
    const { services, context } = await stage(() => (up ? platform.url : 'sqlite:/nowhere/at-all.db'));
    const { sweepId } = await services.retention.sweeps.open(context, { rules });
    const sweep = await services.retention.sweeps.run(context, sweepId);
    assert.equal(sweep.status, 'incomplete');
    assert.deepEqual([...new Set(sweep.steps.map(({ status }) => status))], ['failed']);
    assert.equal(
      (await services.certificates.get(context, sweep.certificateId as string)).certificate.verdict,
      'incomplete',
    );
    await services.close();
    up = true;
    const again = await stage(() => platform.url);
    const next = await again.services.retention.sweeps.open(context, { rules });
    assert.equal((await again.services.retention.sweeps.run(context, next.sweepId)).status, 'completed');
  });

  it('is part of the register: what it keeps is in activities and under rules it can carry out', async () => {
    const { services, context } = await stage(() => platform.url);
    const { items: findings } = await services.findings.list(context);
    const about = findings.filter(
      ({ about: { holder, category } }) => holder === 'platform' || category?.startsWith('platform.'),
    );
    // Nothing but that no sweep has run yet, and what is overdue there.
    assert.deepEqual([...new Set(about.map(({ code }) => code))].sort(), ['rows-overdue', 'sweep-never']);
  });

  it('destroys nothing there under a hold on whom nothing identifies', async () => {
    const { services, context } = await stage(() => platform.url);
    await services.retention.holds.place(context, { kind: 'legal', subject: 'account:2', reference: 'case-1' });
    // As one that was placed before names were kept.
    await ground().store.write((tx) => tx.update(tx.tables.holds).set({ knownAsSealed: null }));
    const { sweepId } = await services.retention.sweeps.open(context, { rules });
    const sweep = await services.retention.sweeps.run(context, sweepId);
    assert.deepEqual(
      sweep.steps.map(({ treated }) => treated),
      [0, 0],
    );
    assert.deepEqual(
      sweep.steps.map(({ held }) => held),
      [1, 2],
    );
  });
});
