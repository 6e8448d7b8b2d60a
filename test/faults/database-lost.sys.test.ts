import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { readConfig } from '../../src/app/config.ts';
import { openFoundations } from '../../src/app/foundations.ts';
import { buildServices } from '../../src/app/services.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { newMasterKey } from '../../src/foundations/vault/master-key.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.ts';
import { adminCall, type RunningServer, startServer } from '../support/service-process.ts';

const WRITERS = 6;
/** Milliseconds within which an instance serves again after its server is back. */
const RECOVERY = 1_000;
const pause = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));

interface Decision {
  visitor: string;
  key: string;
  eventId: string | undefined;
}

const post = (url: string, secret: string, path: string, body: unknown, key: string) =>
  fetch(url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}`, 'Idempotency-Key': `"${key}"`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

const decide = (url: string, secret: string, { visitor, key }: Pick<Decision, 'visitor' | 'key'>) =>
  post(
    url,
    secret,
    '/v1/consents',
    {
      subject: { kind: 'visitor', id: visitor },
      purpose: 'usage-statistics',
      status: 'given',
      notice: { id: 'consent-banner', version: '1.1', language: 'en' },
    },
    key,
  );

const tokenOf = async (url: string) =>
  (await adminCall<{ secret: string }>(url, 'POST', '/v1/tokens', { role: 'platform', label: 'faults' })).secret;

/** Writers at several instances, each repeating a decision until it is acknowledged. Whatever else they see is kept. */
function startWriters(instances: RunningServer[], secret: string) {
  const decisions: Decision[] = [];
  const strange: string[] = [];
  const refused = { times: 0 };
  /** When each instance last acknowledged something. */
  const served = instances.map(() => [] as number[]);
  let stopped = false;

  async function writer(n: number): Promise<void> {
    for (let i = 0; !stopped; i += 1) {
      const decision: Decision = {
        visitor: `w-${n}-${i}-${crypto.randomUUID()}`,
        key: crypto.randomUUID(),
        eventId: undefined,
      };
      decisions.push(decision);
      for (let attempt = n; decision.eventId === undefined; attempt += 1) {
        const at = attempt % instances.length;
        const answer = await decide((instances[at] as RunningServer).url, secret, decision).catch(
          (fault: Error) => fault,
        );
        if (answer instanceof Error) {
          strange.push(`no answer: ${String(answer.cause)}`);
          await pause(50);
        } else if (answer.status === 201) {
          decision.eventId = ((await answer.json()) as { eventId: string }).eventId;
          served[at]?.push(performance.now());
        } else {
          const after = answer.headers.get('retry-after');
          if (answer.status !== 503 || after === null) strange.push(`${answer.status} (Retry-After: ${after})`);
          refused.times += 1;
          await answer.arrayBuffer();
          await pause(20);
        }
        if (strange.length > 50) return;
      }
    }
  }

  const working = Promise.all(Array.from({ length: WRITERS }, (_, n) => writer(n)));
  return {
    decisions,
    strange,
    refused,
    /** Milliseconds from `since` until every instance has acknowledged something. */
    async recovered(since: number): Promise<number> {
      for (;;) {
        const first = served.map((times) => times.find((time) => time > since));
        if (first.every((time) => time !== undefined)) return Math.max(...(first as number[])) - since;
        if (performance.now() - since > 10_000) return Number.POSITIVE_INFINITY;
        await pause(10);
      }
    },
    async stop(): Promise<void> {
      stopped = true;
      await working;
    },
  };
}

describe('two instances whose PostgreSQL is lost', function () {
  this.timeout(180_000);
  let server: OwnPostgres;
  let environment: Record<string, string>;
  let instances: RunningServer[] = [];
  let secret: string;

  const start = () => Promise.all([startServer('src/main.ts', environment), startServer('src/main.ts', environment)]);

  before(async () => {
    server = await startOwnPostgres();
    environment = {
      DATABASE_URL: await server.newDatabase(),
      LETHE_KEYRING_URL: await server.newDatabase(),
      LETHE_MASTER_KEY: newMasterKey(),
      LETHE_LOG_LEVEL: 'silent',
    };
    instances = await start();
    secret = await tokenOf((instances[0] as RunningServer).url);
  });
  after(async () => {
    await Promise.all(instances.map((instance) => instance.kill().catch(() => undefined)));
    for (const { folder } of instances) rmSync(folder, { recursive: true, force: true });
    await server.stop();
  });

  /** Everything acknowledged is there once, everything sent again was not doubled. */
  async function assertKept(decisions: Decision[]): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-lost-'));
    const foundations = await openFoundations(readConfig({ ...environment, LETHE_DATA: folder }));
    const services = await buildServices({ ...foundations, clock: () => new Date(), log: createLog('silent') });
    try {
      const context = await services.access.contextFor('main', {
        id: 'system:test',
        role: 'operator',
        everyTenant: true,
      });
      for (const { visitor, eventId } of decisions) {
        const { items } = await services.consent.history(context, `visitor:${visitor}`, {});
        assert.deepEqual(
          items.map((item) => item.eventId),
          [eventId],
        );
      }
    } finally {
      await services.close();
      await foundations.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async function survive(fault: () => Promise<void>, times: number): Promise<void> {
    const writers = startWriters(instances, secret);
    await writers.recovered(performance.now());
    const recoveries: number[] = [];
    for (let n = 0; n < times && recoveries.every(Number.isFinite); n += 1) {
      await fault();
      recoveries.push(await writers.recovered(performance.now()));
    }
    await writers.stop();
    for (const { child } of instances) assert.equal(child.exitCode, null, 'the process goes on');
    assert.deepEqual(writers.strange, [], 'only 201, and 503 with Retry-After');
    assert.ok(Math.max(...recoveries) < RECOVERY, `served again after ${recoveries.map(Math.round).join(', ')} ms`);
    assert.ok(writers.decisions.length > WRITERS);
    await assertKept(writers.decisions);
  }

  it('go on when every connection is ended under them', () => survive(() => server.terminateConnections(), 15));
  it('go on when it is restarted', () => survive(() => server.restart('fast'), 3));
  it('go on when it crashes and recovers', () => survive(() => server.restart('immediate'), 3));

  it('serve everything else while a table is locked and everybody wants it', async () => {
    const [{ url }, other] = instances as [RunningServer, RunningServer];
    const holder = new pg.Client({ connectionString: environment['DATABASE_URL'] });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE visits IN ACCESS EXCLUSIVE MODE');
    try {
      const visit = { portal: 'main', address: '203.0.113.9', userAgent: 'Firefox/143.0' };
      let locked = true;
      const answers: { status: number; retryAfter: string | null }[] = [];
      const callers = Array.from({ length: 40 }, async () => {
        while (locked) {
          const answer = await post(url, secret, '/v1/visits', visit, crypto.randomUUID());
          await answer.arrayBuffer();
          answers.push({ status: answer.status, retryAfter: answer.headers.get('retry-after') });
        }
      });
      await pause(300);
      const slow: string[] = [];
      const timed = async (what: string, call: () => Promise<Response>, status: number) => {
        const since = performance.now();
        const answer = await call();
        await answer.arrayBuffer();
        const took = Math.round(performance.now() - since);
        if (answer.status !== status || took > RECOVERY) slow.push(`${what}: ${answer.status} after ${took} ms`);
      };
      for (let n = 0; n < 15 && slow.length === 0; n += 1) {
        await timed('consent', () => decide(url, secret, { visitor: `l-${n}`, key: crypto.randomUUID() }), 201);
        await timed(
          'consent there',
          () => decide(other.url, secret, { visitor: `m-${n}`, key: crypto.randomUUID() }),
          201,
        );
        await timed('ready', () => fetch(`${url}/readyz`), 200);
        await timed('log', () => fetch(`${url}/log/main/checkpoint`), 200);
        await pause(200);
      }
      locked = false;
      await Promise.all(callers);
      assert.deepEqual(slow, []);
      assert.ok(answers.length >= 40);
      for (const { status, retryAfter } of answers) assert.deepEqual([status, retryAfter], [503, '5']);
      await holder.query('ROLLBACK');
      const after = await post(url, secret, '/v1/visits', visit, crypto.randomUUID());
      assert.equal(after.status, 201);
    } finally {
      await holder.end();
    }
  });

  it('start together on nothing, and again on what is there', async () => {
    for (let round = 0; round < 2; round += 1) {
      const fresh = {
        ...environment,
        DATABASE_URL: await server.newDatabase(),
        LETHE_KEYRING_URL: await server.newDatabase(),
      };
      for (let again = 0; again < 2; again += 1) {
        const pair = await Promise.allSettled([startServer('src/main.ts', fresh), startServer('src/main.ts', fresh)]);
        for (const one of pair) if (one.status === 'fulfilled') await one.value.stop();
        assert.deepEqual(
          pair.map((one) => (one.status === 'fulfilled' ? 'listening' : String(one.reason))),
          ['listening', 'listening'],
        );
      }
    }
  });
});

describe('two processes on one SQLite file', function () {
  this.timeout(120_000);
  let folder: string;
  let instances: RunningServer[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-shared-'));
    const environment = { LETHE_DATA: folder, LETHE_MASTER_KEY: newMasterKey(), LETHE_LOG_LEVEL: 'silent' };
    instances = await Promise.all([startServer('src/main.ts', environment), startServer('src/main.ts', environment)]);
  });
  after(async () => {
    await Promise.all(instances.map((instance) => instance.kill().catch(() => undefined)));
    rmSync(folder, { recursive: true, force: true });
  });

  it('go on reading while a third holds the writer’s lock, and refuse to write in time', async () => {
    const [{ url }] = instances as [RunningServer];
    const secret = await tokenOf(url);
    const holder = new Database(join(folder, 'lethe.db'), { timeout: 10_000 });
    holder.exec('BEGIN IMMEDIATE');
    try {
      const since = performance.now();
      const writing = decide(url, secret, { visitor: 'v', key: crypto.randomUUID() });
      await pause(200);
      for (let n = 0; n < 5; n += 1) {
        const asked = performance.now();
        const answer = await fetch(`${url}/v1/purposes`, { headers: { Authorization: `Bearer ${secret}` } });
        assert.equal(answer.status, 200);
        await answer.arrayBuffer();
        assert.ok(performance.now() - asked < RECOVERY, 'reading does not wait');
      }
      const refused = await writing;
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '5']);
      assert.ok(performance.now() - since < 4_000, `${performance.now() - since} ms`);
    } finally {
      holder.exec('ROLLBACK');
      holder.close();
    }
    const after = await decide(url, secret, { visitor: 'v', key: crypto.randomUUID() });
    assert.equal(after.status, 201);
  });
});
