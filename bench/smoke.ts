import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../src/foundations/process/package-root.ts';

/**
 * `npm run smoke`: the built service starts, records a decision, sweeps, and ends with 0 when it is told to; once with
 * the Node that runs this and once with the next major, which is installed for it outside the tree.
 */
const NEXT_MAJOR = 26;
const PATIENCE = 120_000;
const ADMIN = 'smoke-run-administrator-token-0000000000';

const say = (text: string) => process.stderr.write(`${text}\n`);

async function call<T>(url: string, token: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(method === 'POST'
        ? { 'Idempotency-Key': `"${crypto.randomUUID()}"`, 'Content-Type': 'application/json' }
        : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`, { cause: response.status });
  return (await response.json()) as T;
}

/** Sweeps what a plan found. The service may be at it by itself: a night that was missed is made up for at the start. */
async function beginSweep(url: string): Promise<{ sweepId: string; status: string }> {
  for (const end = Date.now() + PATIENCE; ; await pause(200)) {
    try {
      const { digest } = await call<{ digest: string }>(url, ADMIN, 'POST', '/v1/retention/plans', {});
      return await call(url, ADMIN, 'POST', '/v1/retention/sweeps', { planDigest: digest });
    } catch (error) {
      if ((error as Error).cause !== 409 || Date.now() > end) throw error;
    }
  }
}

/** A decision on the banner, and a sweep. */
async function use(url: string): Promise<void> {
  const { secret } = await call<{ secret: string }>(url, ADMIN, 'POST', '/v1/tokens', {
    role: 'platform',
    label: 'smoke run',
  });
  await call(url, secret, 'POST', '/v1/consents', {
    subject: { kind: 'visitor', id: 'smoke-1' },
    purpose: 'usage-statistics',
    status: 'given',
    notice: { id: 'consent-banner', version: '1.1', language: 'en' },
    evidence: { address: '203.0.113.77', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' },
  });
  let sweep = await beginSweep(url);
  for (const end = Date.now() + PATIENCE; sweep.status === 'running' && Date.now() < end; await pause(50))
    sweep = await call(url, ADMIN, 'GET', `/v1/retention/sweeps/${sweep.sweepId}`);
  if (sweep.status !== 'completed') throw new Error(`the sweep is ${sweep.status}`);
}

/** @throws when anything is not as it should be; leaves no process and no folder behind. */
async function smoke(node: string): Promise<void> {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (!version) throw new Error(`${node} does not start`);
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'lethe-smoke-'));
  const child = spawn(node, ['--enable-source-maps', join(packageRoot, 'dist/src/main.js')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: folder, PORT: '0', LETHE_DATA: folder, LETHE_BOOTSTRAP_TOKEN: ADMIN },
  });
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  let said = '';
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const read = (piece: Buffer) => {
        said += piece.toString();
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
        if (address) resolve(address);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      ended.then(() => reject(new Error('it ended before it listened')), reject);
      setTimeout(() => reject(new Error('it does not listen')), PATIENCE).unref();
    });
    const ready = performance.now();
    await use(url);
    child.kill('SIGTERM');
    const [code, signal] = await ended;
    if (code !== 0) throw new Error(`it ended with ${code ?? signal}`);
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    say(
      `Node ${version}: started in ${seconds(began, ready)} s, recorded, swept, stopped with 0; ${seconds(began, performance.now())} s in all`,
    );
  } catch (error) {
    say(said);
    throw new Error(`Node ${version}: ${(error as Error).message}`, { cause: error });
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs the next major into a folder; says why where it cannot be had. */
function installNext(folder: string): string | undefined {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const words = ['install', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--prefix', folder];
  const { status } = spawnSync('npm', [...words, `${name}@${NEXT_MAJOR}`], {
    cwd: folder,
    encoding: 'utf8',
    timeout: PATIENCE,
    shell: process.platform === 'win32',
  });
  const node = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (status === 0 && existsSync(node)) return node;
  say(`SKIPPED: Node ${NEXT_MAJOR}: the package ${name}@${NEXT_MAJOR} cannot be installed here.`);
  return undefined;
}

await smoke(process.execPath);
const folder = mkdtempSync(join(tmpdir(), 'lethe-smoke-node-'));
try {
  const next = installNext(folder);
  if (next !== undefined) await smoke(next);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
