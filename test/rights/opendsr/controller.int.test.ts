import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import supertest from 'supertest';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import type { ProcessorAnswer, ProcessorClient } from '../../../src/rights/opendsr/client.ts';
import { trustedKey } from '../../../src/rights/opendsr/trust.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { testAuthority, testProcessor } from '../../support/test-processor.ts';

const processor = testProcessor();
const CALLBACKS = '/opendsr/north/v1/callbacks';
const TOKEN = 'OPENDSR_TEST_TOKEN';

function policies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-opendsr-policies-'));
  cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  const file = join(folder, 'parties.yaml');
  const authority = testAuthority().trim().replaceAll('\n', '\n        ');
  const speaks = `    opendsr:
      url: https://localhost/opendsr/south
      domain: localhost
      token: ${TOKEN}
      certificateAuthority: |
        ${authority}\n`;
  writeFileSync(file, readFileSync(file, 'utf8').replace('  - id: doi-registry\n', `  - id: doi-registry\n${speaks}`));
  return folder;
}

describe('The certificate of a processor', () => {
  const pem = processor.certificate;
  const now = new Date('2027-01-01T00:00:00Z');
  it('is taken only in force, for its domain, and from an authority that is trusted (REQ-D02)', () => {
    assert.ok(trustedKey(pem, 'localhost', testAuthority(), now));
    assert.equal(trustedKey(pem, 'localhost', undefined, now), undefined);
    assert.equal(trustedKey(pem, 'localhost', pem, now), undefined);
    assert.equal(trustedKey(pem, 'other.example', testAuthority(), now), undefined);
    assert.equal(trustedKey(pem, 'localhost', testAuthority(), new Date('2020-01-01T00:00:00Z')), undefined);
    assert.equal(trustedKey(pem, 'localhost', testAuthority(), new Date('2200-01-01T00:00:00Z')), undefined);
    assert.equal(trustedKey('nothing', 'localhost', testAuthority(), now), undefined);
  });
});

onBothEngines('OpenDSR 2.0 as controller, with a portal of Lethe as processor', (ground) => {
  let app: TestApp;
  let folder: string;
  /** What happens to an answer on its way. */
  let fetched: string[] = [];
  let onTheWay = (answer: ProcessorAnswer): ProcessorAnswer => answer;
  before(async () => {
    folder = policies();
    const client: ProcessorClient = async (method, url, { headers, body }) => {
      assert.equal(url.origin, 'https://localhost');
      if (/discovery|certificate/.test(url.pathname)) fetched.push(url.pathname);
      const call = supertest(app.server)[method === 'GET' ? 'get' : 'post'](url.pathname).set(headers);
      const answer = await call
        .buffer(true)
        .parse((response, done) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('end', () => done(null, Buffer.concat(pieces)));
        })
        .send(body);
      return onTheWay({ status: answer.status, headers: answer.headers, bytes: answer.body });
    };
    const quiet = async () => ({ delivered: true }) as const;
    app = await openApp(ground(), {
      now: '2027-01-04T12:00:00Z',
      opendsr: processor,
      policies: folder,
      privateTargets: true,
      transports: { opendsr: client, webhook: quiet, mail: quiet },
    });
    process.env[TOKEN] = app.tokens.south.controller;
  });
  after(async () => {
    delete process.env[TOKEN];
    rmSync(folder, { recursive: true });
    await app.close();
  });

  const north = () => app.contextOf('north', 'dpo');
  const south = () => app.contextOf('south', 'dpo');
  let count = 0;
  async function told() {
    count += 1;
    const requestId = `01890000-0000-7000-8000-00000000000${count}`;
    const about = { requestId, what: 'erasure' as const, subject: `account:ada${count}` };
    const { recipients } = app.services;
    await recipients.open(await north(), { ...about, categories: ['content.public-association'] });
    const [task] = await recipients.send(await north(), requestId, 'erasure');
    assert.equal(task?.channel, 'opendsr');
    assert.equal(task?.status, 'sent');
    const stands = async () => (await recipients.of(await north(), requestId))[0];
    const rows = await ground().store.read((q) => q.select().from(q.tables.opendsrRequests));
    const id = rows.find((row) => row.taskId === task?.taskId)?.subjectRequestId as string;
    return { id, stands };
  }
  const rowOf = async (id: string, direction = 'sent') =>
    (await ground().store.read((q) => q.select().from(q.tables.opendsrRequests))).find(
      (row) => row.subjectRequestId === id && row.direction === direction,
    );
  const later = () => {
    app.time.now = new Date(app.time.now.getTime() + 3_600_000);
  };
  const callback = (id: string, more: object = {}) =>
    JSON.stringify({
      controller_id: 'x',
      expected_completion_time: '2027-02-04T00:00:00Z',
      subject_request_id: id,
      request_status: 'completed',
      status_callback_url: `https://localhost${CALLBACKS}`,
      ...more,
    });
  const sendBack = (body: string, signedBody = body, domain = 'localhost') =>
    app
      .as('nobody')
      .post(CALLBACKS)
      .set('Content-Type', 'application/json')
      .set('X-OpenDSR-Processor-Domain', domain)
      .set('X-OpenDSR-Signature', processor.sign(Buffer.from(signedBody)))
      .send(body);

  it('submits, keeps nothing of an answer with one byte flipped, and sends the same again (REQ-D02)', async () => {
    const { id } = await told();
    onTheWay = (answer) => {
      if (answer.status !== 201) return answer;
      const bytes = Buffer.from(answer.bytes);
      bytes[10] = (bytes[10] as number) ^ 1;
      return { ...answer, bytes };
    };
    assert.deepEqual(await app.services.processors.exchangeDue(await north()), { exchanged: 0, failed: 1 });
    const kept = await rowOf(id);
    assert.equal(kept?.expectedAt, null);
    assert.notEqual(kept?.payloadSealed, null);
    onTheWay = (answer) => answer;
    later();
    assert.deepEqual(await app.services.processors.exchangeDue(await north()), { exchanged: 1, failed: 0 });
    const sent = await rowOf(id);
    assert.equal(sent?.payloadSealed, null);
    const received = await rowOf(id, 'received');
    assert.deepEqual(sent?.expectedAt, received?.expectedAt);
  });

  it('asks after it, and hands back to people what the processor did not do', async () => {
    const { id, stands } = await told();
    await app.services.processors.exchangeDue(await north());
    await app.services.opendsr.takeOver(await south());
    const { requestId } = (await rowOf(id, 'received')) ?? {};
    const { acts, file } = app.services.requests;
    await acts.withdraw(await south(), await file(await south(), requestId as string), 'officer');
    await app.services.opendsr.takeOver(await south());
    later();
    await app.services.processors.exchangeDue(await north());
    assert.equal((await rowOf(id))?.status, 'cancelled');
    assert.equal((await stands())?.status, 'failed');
  });

  it('fetches nothing for what a stranger says, and a certificate once while it is in force', async () => {
    const { id } = await told();
    later();
    await app.services.processors.exchangeDue(await north());
    fetched = [];
    for (let n = 0; n < 50; n += 1) await sendBack(callback(crypto.randomUUID())).expect(401);
    await sendBack(callback('\u0000')).expect(401);
    await sendBack('null').expect(401);
    assert.deepEqual(fetched, []);
    for (let n = 0; n < 20; n += 1) await sendBack(callback(id, { request_status: 'in_progress' })).expect(202);
    assert.deepEqual(fetched, []);
    // A wrong signature may be one of a new certificate: it is looked for once, not for every one.
    app.time.now = new Date(app.time.now.getTime() + 120_000);
    for (let n = 0; n < 20; n += 1) await sendBack(callback(id), 'something else').expect(401);
    assert.deepEqual(fetched.length, 2);
    fetched = [];
    app.time.now = new Date(app.time.now.getTime() + 25 * 3_600_000);
    await Promise.all(
      Array.from({ length: 20 }, () => sendBack(callback(id, { request_status: 'in_progress' })).expect(202)),
    );
    assert.deepEqual(fetched.length, 2);
  });

  it('believes a callback only signed, by whom it sent to, for its own address; and then the task is answered (REQ-D02)', async () => {
    const { id, stands } = await told();
    await app.services.processors.exchangeDue(await north());
    const before = await rowOf(id);
    const good = callback(id);
    await sendBack(good.replace('completed', 'cancelled'), good).expect(401);
    await sendBack(good, good, 'evil.example').expect(401);
    await sendBack(callback(id, { status_callback_url: 'https://localhost/elsewhere' })).expect(401);
    await sendBack(callback('9f0b0a66-3b0e-4d5c-8a53-1c2f7f6f2a10')).expect(401);
    await sendBack(callback(id, { request_status: 'done' })).expect(401);
    await sendBack('{', '{').expect(401);
    assert.deepEqual(await rowOf(id), before);
    await sendBack(good).expect(202);
    assert.equal((await stands())?.answer, 'done');
    const over = await rowOf(id);
    await sendBack(good).expect(202);
    await sendBack(callback(id, { request_status: 'pending' })).expect(202);
    assert.deepEqual(await rowOf(id), over);
  });
});
