import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { sampleTraffic, writeAccessLog } from '/work/main/bench/sample-traffic.ts';
import { openGround } from '/work/main/test/support/engines.ts';
import { openRegister } from '/work/main/src/register/register.ts';
import { createVisits } from '/work/main/src/visits/service.ts';
import { createVisitsHolder } from '/work/main/src/visits/holder.ts';
import { stopPostgres } from '/work/main/test/support/postgres.ts';
const dir = mkdtempSync(join(tmpdir(), 'm-'));
const now = new Date('2026-11-23T12:00:00Z');
const n = Number(process.argv[3] ?? 50000);
const traffic = sampleTraffic({ seed: 1, visits: n, visitors: n/10, accounts: 1, days: 30, endingAt: now });
await writeAccessLog(join(dir, 'a.log'), traffic.visits);
const register = openRegister('/work/main/policies');
const ground = await openGround(process.argv[2] as 'sqlite');
const visits = createVisits({ store: ground.store, vault: ground.vault, register });
const context = { tenant: { id: 't', name: 'T', timeZone: 'Europe/Berlin', jurisdiction: 'DE', language: 'en' }, principal: { id: 'system:test', role: 'operator' as const }, clock: () => now, requestId: 'r' };
let t0 = performance.now();
console.log(await visits.importAccessLog(context, join(dir, 'a.log'), { portal: 'main' }), n / (performance.now() - t0) * 1000, 'lines/s');
const holder = createVisitsHolder({ vault: ground.vault });
const due = { tenantId: 't', timeZone: 'Europe/Berlin', category: 'visits.full', action: 'reduce' as const, clock: 'occurred', before: new Date('2026-11-20'), minimumCell: 10, policyHash: 'h', at: now, notHeld: () => undefined };
t0 = performance.now();
console.log(await ground.store.read(q => holder.plan(q, due)), performance.now() - t0);
async function run(d: any, rows: number) {
  let cursor: string | null = null, treated = 0, suppressed = 0, batches = 0, max = 0; const t = performance.now();
  for (;;) { const s = performance.now(); const o = await ground.store.write(tx => holder.sweep(tx, d, { rows, cursor })); max = Math.max(max, performance.now() - s); treated += o.treated; suppressed += o.suppressed; cursor = o.cursor; batches++; if (o.done) break; }
  const ms = performance.now() - t; console.log(d.action, { treated, suppressed, batches, max, rate: treated / ms * 1000 });
}
await run(due, 1000);
await run({ ...due, category: 'visits.reduced', action: 'anonymise' }, Number(process.argv[4] ?? 1000));
await run({ ...due, action: 'erase', before: now }, 1000);
await ground.close(); await stopPostgres();
