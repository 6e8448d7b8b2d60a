import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { createProcessorClient } from '../../../src/rights/opendsr/client.ts';

const pem = (name: string) => readFileSync(join(packageRoot, 'test/rights/opendsr', name), 'utf8');
type Answer = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

/** Over a real socket with TLS: what is sent is what arrives, and whom we call is whom we mean. */
describe('The client of processors', () => {
  const ca = pem('test-only-ca.pem');
  let answer: Answer;
  let server: https.Server;
  let url: URL;
  before(async () => {
    const key = { key: pem('test-only-processor.key.pem'), cert: pem('test-only-processor.pem') };
    server = https.createServer(key, (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece) => pieces.push(piece));
      request.on('end', () => answer(request, Buffer.concat(pieces), response));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/opendsr/requests`);
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const client = (over: object = {}) => createProcessorClient({ privateTargets: true, ca, ...over });

  it('sends exactly these bytes and headers, and gives back exactly what is answered', async () => {
    const body = '{"b": 1,\n "a":"ä"}';
    const seen: [string | undefined, string | undefined, string][] = [];
    answer = (request, bytes, response) => {
      seen.push([request.method, request.headers['x-opendsr-signature'] as string, bytes.toString()]);
      response.writeHead(201, { 'X-OpenDSR-Signature': 'theirs' }).end(Buffer.from([0x7b, 0x20, 0x7d]));
    };
    const { status, headers, bytes } = await client()('POST', url, {
      headers: { 'X-OpenDSR-Signature': 'ours' },
      body,
    });
    assert.deepEqual(seen, [['POST', 'ours', body]]);
    assert.deepEqual([status, headers['x-opendsr-signature'], bytes.toString()], [201, 'theirs', '{ }']);
  });

  it('does not follow a redirect (REQ-A51)', async () => {
    answer = (_, __, response) => void response.writeHead(302, { Location: 'https://127.0.0.1:1/' }).end();
    assert.equal((await client()('GET', url, { headers: {} })).status, 302);
  });

  it('ends an answer without end, and a call without answer (REQ-A51)', async () => {
    answer = (_, __, response) => {
      const more = () => {
        if (!response.destroyed) response.write(Buffer.alloc(200_000), more);
      };
      more();
    };
    await assert.rejects(client()('GET', url, { headers: {} }), /too long|aborted/);
    answer = () => undefined;
    await assert.rejects(client({ patience: 50 })('GET', url, { headers: {} }), /abort|timeout/i);
  });

  it('trusts the authorities it is given and no other', async () => {
    answer = (_, __, response) => void response.end('{}');
    await assert.rejects(createProcessorClient({ privateTargets: true })('GET', url, { headers: {} }), /certificate/i);
  });

  it('is not called within our own network unless a setting opens it', async () => {
    await assert.rejects(client({ privateTargets: false })('GET', url, { headers: {} }), /not allowed/);
  });
});
