import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { sampleTraffic, writeAccessLog } from '../../../bench/sample-traffic.ts';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { createVisitsHolder } from '../../../src/data/visits/holder.ts';
import { createVisits, type VisitsService } from '../../../src/data/visits/service.ts';
import type { NewVisit } from '../../../src/data/visits/table.ts';
import { createAudit } from '../../../src/foundations/audit/audit.ts';
import type { BatchOutcome, DueRows, Holder } from '../../../src/foundations/holders/holder.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openPolicies, type Policies } from '../../../src/register/policies/policies.ts';
import type { Ground } from '../../support/engines.ts';

/** The policies as shipped; without `full`, an installation where no purpose needs full visits. */
export function visitPolicies(full: boolean): Policies {
  const policies = openPolicies(join(packageRoot, 'policies'));
  if (full) return policies;
  const set = policies.current();
  const { fullVisits: _, ...capture } = set.installation.capture;
  const reduced = { ...set, installation: { ...set.installation, capture } };
  const known: Policies = { ...policies, current: () => reduced, of: () => known };
  return known;
}

export interface Stage {
  visits: VisitsService;
  holder: Holder;
  policies: Policies;
}

export function stageOn(ground: Ground, options: { full: boolean } = { full: true }): Stage {
  const policies = visitPolicies(options.full);
  const { store, vault } = ground;
  return {
    policies,
    visits: createVisits({
      store,
      audit: createAudit(policies),
      vault,
      policies,
      processing: createProcessing(policies),
      suppression: createSuppression({ store, audit: createAudit(policies), vault, policies }),
    }),
    holder: createVisitsHolder({ vault }),
  };
}

export const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

export function visitsIn(ground: Ground, tenantId: string) {
  return ground.store.read((q) =>
    q.select().from(q.tables.visits).where(eq(q.tables.visits.tenantId, tenantId)).orderBy(q.tables.visits.visitId),
  );
}

export function countsIn(ground: Ground, tenantId: string) {
  return ground.store.read((q) => q.select().from(q.tables.visitDays).where(eq(q.tables.visitDays.tenantId, tenantId)));
}

export function entriesIn(ground: Ground, tenantId: string) {
  return ground.store.read((q) =>
    q
      .select()
      .from(q.tables.auditEntries)
      .where(eq(q.tables.auditEntries.tenantId, tenantId))
      .orderBy(q.tables.auditEntries.entryId),
  );
}

export function dueFor(
  tenantId: string,
  due: Partial<DueRows> & Pick<DueRows, 'category' | 'action' | 'before'>,
): DueRows {
  return {
    tenantId,
    timeZone: 'Europe/Berlin',
    clock: 'occurred',
    minimumCell: 10,
    policyHash: 'policies',
    at: new Date('2026-11-23T12:00:00Z'),
    notHeld: () => undefined,
    ...due,
  };
}

/** Sweeps to the end, as the retention service does: one transaction a batch. */
export async function sweepAll(ground: Ground, holder: Holder, due: DueRows, rows = 100) {
  const total = { treated: 0, suppressed: 0, batches: 0, largest: 0 };
  for (let cursor: string | null = null; ; ) {
    const from: string | null = cursor;
    const outcome: BatchOutcome = await ground.store.write((tx) => holder.sweep(tx, due, { rows, cursor: from }));
    total.treated += outcome.treated;
    total.suppressed += outcome.suppressed;
    total.batches += 1;
    total.largest = Math.max(total.largest, outcome.treated);
    cursor = outcome.cursor;
    if (outcome.done) return total;
    if (total.batches > 10_000) throw new Error('the sweep does not end');
  }
}

let made = 0;

/** A reduced visit, as it stands in the table. */
export function reducedVisit(tenantId: string, at: Date, fields: Partial<NewVisit> = {}): NewVisit {
  made += 1;
  return {
    tenantId,
    visitId: `00000000-0000-7000-8000-${String(made).padStart(12, '0')}`,
    occurredAt: at,
    portal: 'main',
    subjectId: null,
    life: 'reduced',
    addressSealed: null,
    userAgentSealed: null,
    addressIndex: null,
    network: '203.0.113.0',
    browser: 'Chrome',
    browserMajor: '141',
    platform: 'Linux',
    robot: false,
    policyHash: 'policies',
    ...fields,
  };
}

export const AT = '2026-11-23T12:00:00Z';

/** A log with every hundredth line malformed, in another way each time. */
export async function logOf(
  ground: Ground,
  name: string,
  lines: number,
): Promise<{ file: string; rejected: string[] }> {
  const file = join(ground.folder, name);
  const { visits } = sampleTraffic({
    seed: 7,
    visits: lines,
    visitors: 300,
    accounts: 0,
    days: 20,
    endingAt: new Date(AT),
  });
  await writeAccessLog(file, visits);
  const wrong = ['what is this', '203.0.113.9 - - [31/Feb/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x"'];
  const rejected: string[] = [];
  const text = readFileSync(file, 'utf8')
    .split('\n')
    .map((line, n) => {
      if (line === '' || n % 100 !== 50) return line;
      rejected.push(`${wrong[(n / 50) % 2]} ${n}`);
      return rejected.at(-1);
    });
  writeFileSync(file, text.join('\n'));
  return { file, rejected };
}

/** What the imported visits of a tenant say, in an order of their own: their ids differ from run to run. */
export async function contentsOf(ground: Ground, tenantId: string): Promise<string[]> {
  const rows = await visitsIn(ground, tenantId);
  return rows
    .map(({ occurredAt, network, browser, robot }) => `${occurredAt.toISOString()} ${network} ${browser} ${robot}`)
    .sort();
}
