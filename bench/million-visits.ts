import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { packageRoot } from '../src/foundations/process/package-root.ts';

export function temporaryFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The shipped policies without a brake and with the sweep of full visits agreed to, and with another action for full visits if asked for. */
export function benchPolicies(folder: string, visits: 'reduce' | 'erase' = 'reduce'): string {
  const policies = join(folder, `policies-${visits}`);
  cpSync(join(packageRoot, 'policies'), policies, { recursive: true });
  const edit = (file: string, from: string, to: string) => {
    const text = readFileSync(join(policies, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has changed; mend the benchmark`);
    writeFileSync(join(policies, file), text.replace(from, to));
  };
  edit('installation.yaml', 'brakeShare: 0.2', 'brakeShare: 1');
  edit('installation.yaml', 'brakeRows: 10000', 'brakeRows: 100000000');
  edit('retention.yaml', 'after: P7D', 'approval: brake\n    after: P7D');
  if (visits === 'erase') edit('retention.yaml', 'action: reduce', 'action: erase');
  return policies;
}

/**
 * Fills the visits table of a migrated database directly: full visits of `until` and the minutes before it, spread over
 * `visitors` pseudonyms (none of them a real subject).
 */
export function fillVisits(file: string, tenant: string, count: number, until: Date, visitors = count / 20): void {
  const db = new Database(file);
  db.pragma('synchronous = OFF');
  const insert = db.prepare(
    `INSERT INTO visits (tenant_id, visit_id, occurred_at, portal, subject_id, life, address_sealed, user_agent_sealed, address_index,
       network, browser, browser_major, platform, robot, policy_hash)
     VALUES (?, ?, ?, 'north', ?, 'full', ?, ?, ?, '203.0.113.0', 'Firefox', '143', 'Linux', 0, 'bench')`,
  );
  db.transaction(() => {
    for (let n = 0; n < count; n += 1) {
      const at = until.getTime() - n * 500;
      const id = `${at.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`;
      const subject = (n % visitors).toString(16).padStart(32, '0');
      insert.run(tenant, id, at, subject, randomBytes(61), randomBytes(150), randomBytes(16).toString('hex'));
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
