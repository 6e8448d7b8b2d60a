import assert from 'node:assert/strict';
import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Type from 'typebox';
import { route } from '../../../src/foundations/contract/contract.ts';
import { drain } from '../../../src/interfaces/http/server.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, openGround } from '../../support/engines.ts';

describe('Stopping and readiness', () => {
  let ground: Ground;
  let app: TestApp;
  let release: () => void;
  let arrived: Promise<void>;
  const parts: Record<string, () => { ok: boolean } | Promise<{ ok: boolean }>> = {};

  beforeEach(async () => {
    ground = await openGround('sqlite');
    let arrive: () => void;
    arrived = new Promise((resolve) => {
      arrive = resolve;
    });
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = route(
      {
        operationId: 'slow',
        method: 'get',
        path: '/v1/slow',
        tag: 'Test',
        summary: 'Slow',
        permission: 'public',
        status: 200,
        response: Type.Object({}),
      },
      async () => {
        arrive();
        await gate;
        return { body: { late: true } };
      },
    );
    app = await openApp(ground, { routes: [slow], ready: parts });
  });
  afterEach(async () => {
    if (app.server.listening) await app.close();
    await ground.close();
  });

  const request = (path: string, agent?: Agent, token?: string) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const { port } = app.server.address() as AddressInfo;
      const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
      get({ port, host: '127.0.0.1', path, agent, headers }, (answer: IncomingMessage) => {
        let body = '';
        answer.on('data', (piece) => {
          body += piece;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, body }));
      }).on('error', reject);
    });

  it('finishes what was accepted, takes nothing new, and does not wait for idle connections', async () => {
    const agent = new Agent({ keepAlive: true });
    await request('/healthz', agent);
    const accepted = request('/v1/slow', agent);
    await arrived;
    const { port } = app.server.address() as AddressInfo;
    let stopped = false;
    const stopping = drain(app.server).then(() => {
      stopped = true;
    });
    const refused = await new Promise((resolve) => {
      get({ port, host: '127.0.0.1', path: '/healthz', agent: false }, () => resolve('answered')).on('error', (error) =>
        resolve((error as NodeJS.ErrnoException).code),
      );
    });
    assert.equal(refused, 'ECONNREFUSED');
    assert.equal(stopped, false);
    release();
    assert.deepEqual(await accepted, { status: 200, body: '{"late":true}' });
    await stopping;
    agent.destroy();
  });

  it('is told by /readyz, part by part to a token, and by /healthz not at all', async () => {
    parts['store'] = () => ({ ok: true });
    const token = app.tokens.north.operator;
    assert.deepEqual(await request('/readyz'), { status: 200, body: '{"status":"ready"}' });
    assert.deepEqual(await request('/readyz', undefined, token), {
      status: 200,
      body: '{"status":"ready","parts":{"store":{"ok":true}}}',
    });
    parts['store'] = async () => {
      throw new Error('postgres://user:password@host');
    };
    parts['service'] = () => ({ ok: false });
    assert.deepEqual(await request('/readyz'), { status: 503, body: '{"status":"not-ready"}' });
    const { status, body } = await request('/readyz', undefined, token);
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(body), {
      status: 'not-ready',
      parts: { store: { ok: false, fault: 'failed' }, service: { ok: false } },
    });
    assert.equal((await request('/healthz')).status, 200);
  });
});
