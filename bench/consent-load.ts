import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { ConsentInput } from '../src/consent/model.ts';
import { packageRoot } from '../src/package-root.ts';

export const CONNECTIONS = 50;
const ADMIN = 'bench-administrator-token-of-enough-length';

export function routeBodySchema() {
  return ConsentInput;
}

export interface RunningServer {
  url: string;
  child: ChildProcess;
  folder: string;
  stop(): Promise<void>;
}

/** Starts the built service, or another script, and waits for its address on standard output or error. */
export async function startServer(script: string, environment: Record<string, string> = {}): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
  const child = spawn(
    process.execPath,
    [...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []), '--import', 'tsx', join(packageRoot, script)],
    {
      cwd: packageRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: '0',
        LETHE_DATA: folder,
        LETHE_BOOTSTRAP_TOKEN: ADMIN,
        LETHE_LOG_LEVEL: 'warn',
        ...environment,
      },
    },
  );
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
  const response = await fetch(url + path, {
    method,
    headers: {
      Authorization: `Bearer ${ADMIN}`,
      ...(method === 'POST'
        ? { 'Idempotency-Key': `"${crypto.randomUUID()}"`, 'Content-Type': 'application/json' }
        : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** A token of the platform's server. */
export async function platformToken(url: string): Promise<string> {
  return (await adminCall<{ secret: string }>(url, 'POST', '/v1/tokens', { role: 'platform', label: 'bench' })).secret;
}

let visitors = 0;

/** One decision, of a visitor never seen before or of one of a thousand who come back. */
export function decision(who: 'new' | 'returning'): string {
  visitors += 1;
  return JSON.stringify({
    subject: { kind: 'visitor', id: who === 'new' ? `v-${process.pid}-${visitors}` : `v-${visitors % 1000}` },
    purpose: 'usage-statistics',
    status: visitors % 3 === 0 ? 'refused' : 'given',
    notice: { id: 'consent-banner', version: '1.1', language: 'en' },
    act: 'clicked-accept',
    method: 'banner-3.1',
    evidence: {
      address: `203.0.113.${visitors % 255}`,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    },
  });
}

export interface Load {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  failures: number;
}

/** Decisions over fifty connections for some seconds, each with its own Idempotency-Key. */
export async function load(
  url: string,
  token: string,
  seconds: number,
  who: 'new' | 'returning' = 'new',
): Promise<Load> {
  const result = await autocannon({
    url: `${url}/v1/consents`,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => {
          request.headers = {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': `"${crypto.randomUUID()}"`,
          };
          request.body = decision(who);
          return request;
        },
      },
    ],
  });
  return {
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failures: result.non2xx + result.errors,
  };
}
