import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { readConfig } from '../src/app/config.ts';
import { openFoundations } from '../src/app/foundations.ts';
import { buildServices } from '../src/app/services.ts';
import { verifyCertificate } from '../src/data/certificates/verify.ts';
import type { ClockState, Plan, Sweep } from '../src/data/retention/model.ts';
import { parseVerifierKey } from '../src/foundations/audit/log/note.ts';
import { boundedFetch, urlSource } from '../src/foundations/audit/verify/source.ts';
import { verifyLog } from '../src/foundations/audit/verify/verify-log.ts';
import { makeFilesPrivate } from '../src/foundations/process/own-files.ts';
import { say } from '../src/interfaces/cli/outcome.ts';
import { progressBar } from '../src/interfaces/cli/terminal.ts';
import { createApp } from '../src/interfaces/http/app.ts';
import { createHttpServer, drain, listen } from '../src/interfaces/http/server.ts';
import type { Erasure } from '../src/rights/erasure/model.ts';
import type { AccessReport } from '../src/rights/reports/model.ts';
import { sampleTraffic } from './sample-traffic.ts';

/**
 * `npm run demo`: the whole way in under a minute, in a temporary folder, over HTTP. The service is the real one; only
 * its clock is moved, so that months pass in a moment.
 */
makeFilesPrivate();
const folder = mkdtempSync(join(tmpdir(), 'lethe-demo-'));
const began = performance.now();
const now = new Date();
let moment = now;
const admin = 'demonstration-administrator-token-0000';

const config = readConfig({ LETHE_DATA: folder, LETHE_BOOTSTRAP_TOKEN: admin, PORT: '0' });
const foundations = await openFoundations(config);
const log = pino({ level: 'silent' });
const clock = () => new Date(moment);
const services = await buildServices({ ...foundations, clock, log, config });
await services.access.bootstrap({ secret: admin, announce: () => undefined });
const server = createHttpServer(
  createApp({
    routes: services.routes,
    access: services.access,
    recordReading: services.recordReading,
    log,
    clock,
    config,
    ready: {},
  }),
);
const url = await listen(server, '127.0.0.1', 0);

async function call<T>(
  token: string,
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      'Lethe-Purpose': 'access-request; reference=DEMO-1',
      ...(method === 'POST' ? { 'Idempotency-Key': `"${crypto.randomUUID()}"` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': type }),
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const step = (title: string) => say(`\n── ${title}`);
const tokenFor = async (role: string) =>
  (await call<{ secret: string }>(admin, 'POST', '/v1/tokens', { role, label: `demo ${role}` })).secret;

/** The package of everything held about the person, as the officer looks at it before it is approved. */
async function save(name: string): Promise<string> {
  const order = { subject: `account:${person}`, kind: 'access', language: 'en' };
  const { packageId } = await call<{ packageId: string }>(officer, 'POST', '/v1/packages', order);
  await services.packages.make(await services.access.contextFor('main', { id: 'system:demo', role: 'dpo' }), packageId);
  const answer = await fetch(`${url}/v1/packages/${packageId}/content`, {
    headers: { Authorization: `Bearer ${officer}`, 'Lethe-Purpose': 'access-request; reference=DEMO-1' },
  });
  if (!answer.ok) throw new Error(`the package of ${name}: ${answer.status}`);
  const file = join(folder, name);
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()), { mode: 0o600 });
  return file;
}

const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);

say(`Lethe runs at ${url}, its data is in ${folder}`);
const platform = await tokenFor('platform');
const officer = await tokenFor('dpo');
const traffic = sampleTraffic({ seed: 7, visits: 6000, visitors: 150, accounts: 12, days: 30, endingAt: now });

step('The platform passes on what happened on its portals');
const lines = traffic.visits.map(({ visitor, portal, address, userAgent, occurredAt }) =>
  JSON.stringify({ visitor, portal, address, userAgent, occurredAt }),
);
const recorded = await call<{ accepted: number; rejected: number }>(
  platform,
  'POST',
  '/v1/visits/batch',
  `${lines.join('\n')}\n`,
  'application/x-ndjson',
);
say(`   ${recorded.accepted} visits, ${recorded.rejected} rejected`);
const bar = progressBar('decisions');
for (const [index, { visitor, purpose, status, language, address, userAgent }] of traffic.decisions.entries()) {
  await call(platform, 'POST', '/v1/consents', {
    subject: { kind: 'visitor', id: visitor },
    purpose,
    status,
    notice: { id: 'consent-banner', version: '1.1', language },
    evidence: { address, userAgent },
  });
  bar.update(index + 1, traffic.decisions.length, 'on the banner');
}
bar.stop();
say(`   ${traffic.decisions.length} decisions on the banner`);
for (const { account, ...profile } of traffic.profiles) await call(platform, 'PUT', `/v1/subjects/${account}`, profile);
for (const { account, doi, ...item } of traffic.items)
  await call(platform, 'PUT', `/v1/subjects/${account}/items/${encodeURIComponent(doi)}`, item);
const person = traffic.profiles[0]?.account as string;
const browser = traffic.decisions[0]?.visitor as string;
await call(platform, 'POST', `/v1/subjects/${person}/links`, { visitor: browser });
say(
  `   ${traffic.profiles.length} accounts, ${traffic.items.length} items; ${person} signs in with the browser ${browser}`,
);

/**
 * Plans for the present moment of the service's clock, sweeps exactly that, and shows how far it is. What waits for an
 * officer is shown and approved; that the clock has leapt by months is confirmed first.
 */
async function sweepNow(): Promise<void> {
  const { doubt } = await call<ClockState>(officer, 'GET', '/v1/retention/clock');
  if (doubt !== null) {
    say(`   the clock: ${doubt}; nothing is destroyed until an officer confirms it`);
    await call(officer, 'POST', '/v1/retention/clock/confirmation');
  }
  const plan = await call<Plan>(admin, 'POST', '/v1/retention/plans', {});
  for (const { rule, action, due, people } of plan.rules.filter((planned) => planned.due > 0))
    say(`   plan: ${rule} will ${action} ${due} rows, of ${people} people`);
  let sweep = await call<Sweep>(admin, 'POST', '/v1/retention/sweeps', { planDigest: plan.digest });
  const progress = progressBar('rows');
  for (let approved = false; sweep.status === 'running' || !approved; ) {
    if (sweep.status !== 'running') {
      approved = true;
      const waiting = sweep.steps.filter(({ waits }) => waits !== null);
      if (waiting.length === 0) break;
      for (const { rule, waits } of waiting) say(`   ${rule} waits: ${waits?.inWords}`);
      say('   an officer looks at it and approves');
      const rules = waiting.map(({ rule }) => rule);
      await call(officer, 'POST', `/v1/retention/sweeps/${sweep.sweepId}/approval`, { rules });
    }
    sweep = await call<Sweep>(admin, 'GET', `/v1/retention/sweeps/${sweep.sweepId}`);
    progress.update(
      sum(sweep.steps.map(({ treated }) => treated)),
      sum(sweep.steps.map(({ due }) => due)),
      sweep.status,
    );
  }
  progress.stop();
  const treated = sweep.steps
    .filter((done) => done.treated > 0)
    .map(
      (done) =>
        `${done.rule} ${done.treated}${done.suppressed > 0 ? ` (${done.suppressed} suppressed in small cells)` : ''}`,
    );
  say(`   sweep ${sweep.status}: ${treated.join(', ')}; certificate ${sweep.certificateId}`);
}

step('Ten days later: full addresses and user agents are forgotten');
moment = new Date(now.getTime() + 10 * 86_400_000);
await sweepNow();

step('Seven months later: reduced visits become daily counts');
moment = new Date(now.getTime() + 214 * 86_400_000);
await sweepNow();

/** Gives what was written down its place in the log, and signs it: what the running service does every second. */
async function bringLogUpToDate(): Promise<void> {
  moment = new Date(moment.getTime() + 2000);
  await services.merkleLog.advance(clock);
}

step('The visitor looks at the receipt of a decision, and takes it back with nothing but the receipt');
const given = await call<{ eventId: string }>(platform, 'POST', '/v1/consents', {
  subject: { kind: 'visitor', id: 'demo-visitor' },
  purpose: 'usage-statistics',
  status: 'given',
  notice: { id: 'consent-banner', version: '1.1', language: 'en' },
});
await bringLogUpToDate();
const receiptFile = join(folder, 'receipt.json');
writeFileSync(receiptFile, JSON.stringify(await call(platform, 'GET', `/v1/consents/${given.eventId}/receipt`)));
const withdrawn = await fetch(`${url}/v1/receipts/main/${given.eventId}/withdrawal`, { method: 'POST' });
say(`   ${((await withdrawn.json()) as { status: string }).status}, without an account; the receipt is ${receiptFile}`);

step(`${person} asks what is held, and to be forgotten`);
const before = await call<AccessReport>(officer, 'GET', `/v1/subjects/${person}/report`);
const reportBefore = await save('report-before.zip');
const erasure = await call<Erasure>(officer, 'POST', `/v1/subjects/${person}/erasure`);
const after = await call<AccessReport>(officer, 'GET', `/v1/subjects/${person}/report`);
const reportAfter = await save('report-after.zip');
for (const { category, result, removed, reduced, groundInWords } of erasure.holders.flatMap(
  ({ categories }) => categories,
))
  if (result !== 'nothing-held')
    say(
      `   ${category}: ${before.counts[category] ?? 0} → ${after.counts[category] ?? 0}, ${result} ${removed + reduced}${groundInWords ? ` (${groundInWords})` : ''}`,
    );
say(`   erasure ${erasure.verdict}, key destroyed: ${erasure.keyDestroyed}, certificate ${erasure.certificateId}`);
const published = traffic.items.find(({ account, visibility }) => account === person && visibility === 'public');
if (published) {
  const credited = await call<{ items: { nameAsPublished: string }[] }>(
    officer,
    'GET',
    `/v1/items/${encodeURIComponent(published.doi)}/associations`,
  );
  say(
    `   still credited on https://doi.org/${published.doi}: ${credited.items.map(({ nameAsPublished }) => nameAsPublished).join(', ')}`,
  );
}
const audit = await call<{ items: unknown[] }>(officer, 'GET', '/v1/audit?limit=200&action=erasure');
say(`   ${audit.items.length} entries of the erasure in the audit log`);

step('Proof, for whoever does not trust us');
await bringLogUpToDate();
const certificateFile = join(folder, 'certificate.json');
const certificate = await call(officer, 'GET', `/v1/certificates/${erasure.certificateId}`);
writeFileSync(certificateFile, JSON.stringify(certificate));
const logKey = (await (await fetch(`${url}/log/main/key`)).text()).trim();
const { faults } = await verifyCertificate(readFileSync(certificateFile), { logKey });
say(`   the certificate of the erasure ${faults.length === 0 ? 'is valid' : `is not valid: ${faults.join('; ')}`}`);
const verified = await verifyLog({
  source: urlSource(
    `${url}/log/main`,
    boundedFetch((ms) => pause(ms)),
  ),
  verifier: parseVerifierKey(logKey),
});
say(`   the audit log verifies from its files and key alone: ${verified.checked} leaves, root ${verified.root}`);

step(`Done in ${((performance.now() - began) / 1000).toFixed(1)} s. Where to look:`);
say(
  `   ${reportBefore}   (report.pdf and report.html inside)\n   ${reportAfter}\n   ${certificateFile}   lethe certificate verify FILE\n   ${receiptFile}   lethe receipt verify FILE\n   ${folder}   database and keys of this demonstration; delete it when you are done\n`,
);

await drain(server);
await services.close();
await foundations.close();
