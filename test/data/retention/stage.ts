import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { buildServices, type Services } from '../../../src/app/services.ts';
import type { Certificate, CertifiedCategory } from '../../../src/data/certificates/model.ts';
import { insertVisits, type NewVisit } from '../../../src/data/visits/table.ts';
import type { Context } from '../../../src/foundations/contract/context.ts';
import type { Holder } from '../../../src/foundations/holders/holder.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import type { Store } from '../../../src/foundations/store/store.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { agreedPolicies } from '../../support/approved.ts';
import { type TestContext, testContext } from '../../support/context.ts';
import type { Ground } from '../../support/engines.ts';
import { reducedVisit } from '../visits/stage.ts';

/** The shipped policies with some of their text replaced, in a folder of their own. */
export function policiesWith(ground: Ground, file: string, ...replacements: [string, string][]): string {
  const folder = mkdtempSync(join(ground.folder, 'policies-'));
  cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  const path = join(folder, file);
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(path, text);
  return folder;
}

interface Faults {
  policies?: string;
  holders?: (holders: Holder[]) => Holder[];
  store?: Partial<Store>;
  /** Rules and brake as the policies have them; absent: officers have agreed to all. */
  asShipped?: boolean;
}

/** The services as one instance of several on the same database, or one with a fault planted in it. */
export async function servicesOn(ground: Ground, faults: Faults = {}): Promise<Services & { logged: string[] }> {
  const logged: string[] = [];
  const services = await buildServices({
    store: { ...ground.store, ...faults.store },
    vault: ground.vault,
    policies: (faults.asShipped ? openPolicies : agreedPolicies)(faults.policies ?? join(packageRoot, 'policies')),
    clock: () => new Date('2026-06-01T00:00:00Z'),
    log: createLog('trace', { write: (line) => void logged.push(line) }),
    holders: faults.holders,
  });
  return { ...services, logged };
}

const NOW = '2026-06-01T02:17:00Z';
let tenants = 0;

/** The system in a tenant nobody has used. */
export function newTenant(): TestContext {
  tenants += 1;
  return testContext({ tenantId: `tenant-${tenants}`, at: NOW, role: 'operator' });
}

/** The same tenant, asked by somebody else. */
export const asSomebodyElse = (context: Context): Context => ({
  ...context,
  principal: { id: 'somebody-else', role: 'dpo' },
});

export async function insert(ground: Ground, rows: NewVisit[]): Promise<void> {
  await ground.store.write((tx) => insertVisits(tx, rows));
}

/** Full visits of a month ago: due for the rule `visits-reduce`. */
export function oldVisits(context: Context, count: number, fields: Partial<NewVisit> = {}): NewVisit[] {
  const first = context.clock().getTime() - 30 * 86_400_000;
  return Array.from({ length: count }, (_, n) =>
    reducedVisit(context.tenant.id, new Date(first + n * 1000), {
      life: 'full',
      addressSealed: Buffer.from('sealed'),
      ...fields,
    }),
  );
}

/** Full visits of an hour ago: due for nothing. */
export const freshVisits = (context: Context, count: number): NewVisit[] =>
  oldVisits(context, count).map((row) => ({ ...row, occurredAt: new Date(context.clock().getTime() - 3_600_000) }));

/** Of several instances with policies of their own: those of this one are in force from now on. */
export const putInForce = (services: Services, context: Context): Promise<void> =>
  services.register.recordPolicies(context, services.policies.current());

/** Opens a sweep and runs it to its end, as the nightly job does, by the policies of the instance. */
export async function sweep(
  services: Services,
  context: Context,
  input: { rules?: string[]; planDigest?: string } = {},
) {
  const { sweeps } = services.retention;
  await putInForce(services, context);
  const { sweepId } = await sweeps.open(context, input);
  return sweeps.run(context, sweepId);
}

export async function certificateOf(
  services: Services,
  context: Context,
  { certificateId }: { certificateId: string | null },
): Promise<Certificate> {
  return (await services.certificates.get(context, certificateId as string)).certificate;
}

/** What a certificate says of one rule. */
export function ruleIn({ holders }: Certificate, rule: string): CertifiedCategory {
  const found = holders.flatMap(({ categories }) => categories).find((category) => category.rule === rule);
  if (!found) throw new Error(`the certificate does not know ${rule}`);
  return found;
}

/** Rows that the audit says were treated, by rule, and the number of entries that say so. */
export async function auditedRows(ground: Ground, context: Context): Promise<Record<string, number>> {
  const entries = await ground.store.read((q) => {
    const { auditEntries: t } = q.tables;
    return q.select().from(t).where(eq(t.tenantId, context.tenant.id));
  });
  const rows: Record<string, number> = {};
  for (const { action, detail } of entries) {
    const said = detail as { rule?: string; rows?: number };
    if (action.startsWith('retention.') && said.rule !== undefined)
      rows[said.rule] = (rows[said.rule] ?? 0) + (said.rows ?? 0);
  }
  return rows;
}

/** How many visits of a tenant are in each life. */
export async function livesIn(ground: Ground, context: Context): Promise<Record<string, number>> {
  const rows = await ground.store.read((q) => {
    const { visits: t } = q.tables;
    return q.select({ life: t.life }).from(t).where(eq(t.tenantId, context.tenant.id));
  });
  const lives: Record<string, number> = {};
  for (const { life } of rows) lives[life] = (lives[life] ?? 0) + 1;
  return lives;
}
