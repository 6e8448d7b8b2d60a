import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Table from 'cli-table3';

/**
 * `npm run walk [-- --of FOLDER] [--list]`: how far a request walks through the house. Of one decision on the banner and
 * one erasure: the files of `src` with a function run for this one request, and the
 * hand-overs: calls from one file's function into another's. Each way is walked some times and the shortest counted, so
 * that nothing is counted that happens once per process, or beside it. FOLDER is another checkout, for a comparison.
 */
interface Counts {
  files: Record<string, number>;
  handOvers: Record<string, number>;
}

/** Walks of each kind; the first is not counted, of the others the shortest. */
const WALKS = 20;

/** Milliseconds between two walks, for what the service does by itself. */
const REST = 60;

const sum = (of: Record<string, number>) => Object.values(of).reduce((total, n) => total + n, 0);

const words = process.argv.slice(2);
const root = resolve(words.includes('--of') ? (words[words.indexOf('--of') + 1] as string) : '.');
const list = words.includes('--list');
const ADMIN = 'administrator-token-of-a-walk-00000000';
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';

const folder = mkdtempSync(join(tmpdir(), 'lethe-walk-'));
const service = spawn(
  process.execPath,
  ['--import', join(import.meta.dirname, 'walk-hooks.ts'), join(root, 'src/main.ts')],
  {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      WALK_ROOT: root,
      LETHE_DATA: folder,
      LETHE_BOOTSTRAP_TOKEN: ADMIN,
      LETHE_LOG_LEVEL: 'warn',
    },
  },
);

async function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    const read = (piece: Buffer) => {
      said += piece.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (address) found(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => failed(new Error(`The service ended at its start:\n${said}`)));
  });
}

async function main(): Promise<void> {
  const url = await addressOf(service);
  const call = async <T>(token: string, method: string, path: string, body?: unknown, walked = false): Promise<T> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        'Lethe-Purpose': 'access-request',
        ...(walked ? { 'Lethe-Walk': 'count' } : {}),
        ...(method === 'POST' ? { 'Idempotency-Key': `"${crypto.randomUUID()}"` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const tokenOf = async (role: string) =>
    (await call<{ secret: string }>(ADMIN, 'POST', '/v1/tokens', { role, label: 'walk' })).secret;
  const [platform, officer] = [await tokenOf('platform'), await tokenOf('dpo')];

  const decide = (visitor: string, walked: boolean) =>
    call(
      platform,
      'POST',
      '/v1/consents',
      {
        subject: { kind: 'visitor', id: visitor },
        purpose: 'usage-statistics',
        status: 'given',
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
        act: 'clicked-accept',
        method: 'banner-3.1',
        evidence: { address: '203.0.113.7', userAgent: AGENT },
      },
      walked,
    );
  const live = async (account: string) => {
    await call(platform, 'PUT', `/v1/subjects/account:${account}`, {
      name: 'Ann Example',
      email: `${account}@x.example`,
    });
    await call(platform, 'POST', `/v1/subjects/account:${account}/links`, { visitor: `of-${account}` });
    await decide(`of-${account}`, false);
  };
  const erase = (account: string, walked: boolean) =>
    call(officer, 'POST', `/v1/subjects/account:${account}/erasure`, undefined, walked);
  const counts = async (): Promise<Counts> =>
    (await (await fetch(url, { headers: { 'Lethe-Walk': 'read' } })).json()) as Counts;

  const shortest = async (name: string, walk: (who: string) => Promise<unknown>): Promise<Counts> => {
    const walks: Counts[] = [];
    for (let n = 0; n < WALKS; n += 1) {
      await pause(REST);
      await walk(`${name}-${n}`);
      walks.push(await counts());
    }
    return walks.slice(1).reduce((a, b) => (sum(b.handOvers) < sum(a.handOvers) ? b : a));
  };
  const consent = await shortest('new', (visitor) => decide(visitor, true));
  const erasure = await shortest('person', async (account) => {
    await live(account);
    await erase(account, true);
  });

  const table = new Table({ head: ['way', 'files', 'hand-overs'], style: { head: [], border: [] } });
  for (const [way, { files, handOvers }] of Object.entries({
    'a decision (POST /v1/consents)': consent,
    'an erasure (POST /v1/subjects/{id}/erasure)': erasure,
  })) {
    table.push([way, Object.keys(files).length, sum(handOvers)]);
    if (!list) continue;
    console.log(`\n${way}`);
    for (const [one, n] of Object.entries(handOvers).sort((a, b) => b[1] - a[1])) console.log(`  ${n}  ${one}`);
  }
  console.log(table.toString());
}

try {
  await main();
} finally {
  service.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
