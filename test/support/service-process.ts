import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

/** The service as a process of its own, for what only a process can show: crashes, signals, load. */
const ADMIN = 'administrator-token-of-a-service-process';

export interface RunningServer {
  url: string;
  child: ChildProcess;
  folder: string;
  /** Asks it to end, waits, and throws its own folder away. */
  stop(): Promise<void>;
  /** SIGKILL: it has no chance to do anything more. */
  kill(): Promise<void>;
}

let fresh = process.env['TEST_BUILT'] === 'yes';

/** The built program of a source file: as it is installed, and started in a fraction of the time. */
export function built(source: string): string {
  if (!fresh) {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
      cwd: packageRoot,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The build failed:\n${stdout}${stderr}`);
    fresh = true;
  }
  return join(packageRoot, 'dist', source.replace(/\.ts$/, '.js'));
}

/** Starts the built service, or another script, and waits for its address on standard output or error. */
export async function startServer(script: string, environment: Record<string, string> = {}): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-process-'));
  const child = spawn(process.execPath, [...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []), built(script)], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...(process.env['NODE_COMPILE_CACHE'] ? { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] } : {}),
      PORT: '0',
      LETHE_DATA: folder,
      LETHE_BOOTSTRAP_TOKEN: ADMIN,
      LETHE_LOG_LEVEL: 'warn',
      ...environment,
    },
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    const read = (piece: Buffer) => {
      said += piece.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (address) resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`${script} ended at its start:\n${said}`)));
  });
  return {
    url,
    child,
    folder,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((exit) => child.once('exit', exit));
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      const ended = new Promise((exit) => child.once('exit', exit));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A call as the administrator of the installation. */
export async function adminCall<T>(url: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const response = await adminFetch(url, method, path, body);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** The same, whatever the answer is. */
export function adminFetch(
  url: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Response> {
  return fetch(url + path, {
    method,
    headers: {
      Authorization: `Bearer ${ADMIN}`,
      ...(method === 'POST'
        ? { 'Idempotency-Key': `"${crypto.randomUUID()}"`, 'Content-Type': 'application/json' }
        : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** What `/readyz` tells the administrator of each part. */
export async function readiness<Parts>(url: string): Promise<{ http: number; status: string; parts: Parts }> {
  const answer = await fetch(`${url}/readyz`, { headers: { Authorization: `Bearer ${ADMIN}` } });
  return { http: answer.status, ...((await answer.json()) as { status: string; parts: Parts }) };
}
