import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asc, eq } from 'drizzle-orm';
import fc from 'fast-check';
import type { RecordSummary } from '../../../src/foundations/imports/import-records.ts';
import { type Ground, onBothEngines } from '../../support/engines.ts';
import { line, ndjson } from './import-stage.ts';
import { FIREFOX } from './stage.ts';

const CHILD = join(import.meta.dirname, 'import-child.ts');
const AT = '2026-03-01T12:00:00Z';
const LINES = 10_000;
const KILLS = 10;
const SEED = 20_260_301;

/** Consents of some thousand people, each with a history; every hundredth line is wrong. */
function consents(): string {
  const status = ['given', 'withdrawn', 'refused'];
  const first = Date.parse('2024-01-01T00:00:00Z');
  return ndjson(
    Array.from({ length: LINES }, (_, index) =>
      line({
        subject: { kind: index % 3 === 0 ? 'account' : 'visitor', id: `person-${index % 3_700}` },
        purpose: index % 2 === 0 ? 'usage-statistics' : 'external-media',
        status: status[index % 7 === 0 ? 1 : index % 11 === 0 ? 2 : 0],
        decidedAt: index % 100 === 99 ? '2031-01-01T00:00:00Z' : new Date(first + index * 3_600_001).toISOString(),
        ...(index % 5 === 0 ? { evidence: { address: `198.51.100.${index % 250}`, userAgent: FIREFOX } } : {}),
      }),
    ),
  );
}

/** Runs the import in a process of its own; kills it after so many steps and milliseconds. Its summary, at its end. */
function runUntil(
  { location, folder, masterKey }: Ground,
  [file, rejects, tenant]: [string, string, string],
  kill?: { steps: number; after: number },
): Promise<RecordSummary | undefined> {
  const child = fork(CHILD, [location, folder, masterKey, file, rejects, tenant, AT]);
  let seen = 0;
  let summary: RecordSummary | undefined;
  child.on('message', (message: { summary?: RecordSummary }) => {
    summary = message.summary;
    if (kill && ++seen === kill.steps) setTimeout(() => child.kill('SIGKILL'), kill.after);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve(summary));
  });
}

/** Everything that is kept of it, without what is made by chance. */
async function contents({ store, vault }: Ground, tenantId: string): Promise<unknown[]> {
  const rows = await store.read((q) => {
    const { consentEvents: t } = q.tables;
    return q.select().from(t).where(eq(t.tenantId, tenantId)).orderBy(asc(t.seq), asc(t.purposeId), asc(t.status));
  });
  const plain: unknown[] = [];
  for (const { tenantId: _, eventId, subjectId, noticeId: __, evidenceSealed, ...row } of rows) {
    const key = await vault.existingKey(tenantId, `subject:${subjectId}`);
    assert.ok(key, 'no key for whom there are decisions');
    const place = { tenant: tenantId, table: 'consent_events', column: 'evidence_sealed', row: eventId };
    plain.push({ ...row, evidence: evidenceSealed && key.open(place, evidenceSealed) });
  }
  return plain.map((row) => JSON.stringify(row)).sort();
}

onBothEngines('An import of consents that is killed ten times', (ground) => {
  it('ends the same as one that is not', async () => {
    const { folder } = ground();
    const file = join(folder, 'consents.ndjson');
    writeFileSync(file, consents());
    const kills = fc.sample(fc.record({ steps: fc.integer({ min: 1, max: 2 }), after: fc.nat({ max: 40 }) }), {
      numRuns: KILLS,
      seed: SEED,
    });
    const killed = join(folder, 'killed.rejects');
    let interrupted = 0;
    for (const kill of kills)
      if ((await runUntil(ground(), [file, killed, 'killed'], kill)) === undefined) interrupted += 1;
    assert.equal(interrupted, KILLS, 'it ended before it had been killed so often');
    const summary = await runUntil(ground(), [file, killed, 'killed']);
    const whole = join(folder, 'whole.rejects');
    const once = await runUntil(ground(), [file, whole, 'whole']);
    assert.deepEqual([summary?.accepted, summary?.rejected, summary?.resumed], [LINES - 100, 100, true]);
    assert.deepEqual(summary?.counts, once?.counts);
    assert.deepEqual(await contents(ground(), 'killed'), await contents(ground(), 'whole'));
    const faults = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
    assert.deepEqual(faults(killed), faults(whole));
    const marks = await ground().store.read((q) => q.select().from(q.tables.importedRecords));
    assert.equal(marks.length, 2 * (LINES - 100));
  }).timeout(300_000);
});
