import assert from 'node:assert/strict';
import type { TestApp } from '../../support/app.ts';

export const TEXT = 'We count visits. Do you agree?\n';

/** A decision of a visitor that was made elsewhere, as a line of an import. */
export const line = (over: Record<string, unknown> = {}) => ({
  kind: 'consent',
  subject: { kind: 'visitor', id: 'v-old' },
  purpose: 'usage-statistics',
  status: 'given',
  decidedAt: '2026-01-10T09:00:00Z',
  notice: { text: TEXT, language: 'en', version: '3.2' },
  vouchedBy: { reason: 'export of the consent manager used before' },
  ...over,
});

export const ndjson = (lines: readonly unknown[]): string =>
  lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');

export interface Run {
  importId: string;
  state: string;
  counts: Record<string, { taken: number; known: number; faulty: number }>;
  faults: number;
  linesKeptUntil: string | null;
}

/** Sends lines and answers how the import stands once it is through. */
export async function sent(
  app: TestApp,
  lines: readonly unknown[] | Buffer,
  { dryRun = false, tenant = 'north' as 'north' | 'south' } = {},
): Promise<Run> {
  const { body } = await app
    .as('platform', tenant)
    .post(`/v1/imports${dryRun ? '?dryRun=true' : ''}`)
    .set('Content-Type', 'application/x-ndjson')
    .send((Buffer.isBuffer(lines) ? lines : ndjson(lines)) as string)
    .expect(202);
  await app.services.imports.idle();
  const { body: run } = await app.as('platform', tenant).get(`/v1/imports/${body.importId}`).expect(200);
  assert.equal(run.importId, body.importId);
  return run as Run;
}
