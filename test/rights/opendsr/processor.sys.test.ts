import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, createPublicKey, randomUUID, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { testProcessor } from '../../support/test-processor.ts';

const here = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const CERTIFICATE = here('test-only-processor.pem');
const signer = testProcessor();
const publicKey = new X509Certificate(CERTIFICATE).publicKey;
const BODIES = JSON.parse(here('../../vectors/opendsr/spec-bodies.json'));
const SAMPLE = BODIES['POST /requests HTTP/1.1 #1'];
const CALLBACK = 'https://examplecontroller.com/opendsr/callbacks';
const BASE = '/opendsr/north/v1';

const hashed = (algorithm: string, email: string) =>
  createHash(algorithm).update(email.trim().toLowerCase().normalize('NFC')).digest('hex');

const asked = (more: object = {}) => ({
  ...SAMPLE,
  regulation: 'gdpr',
  subject_request_id: randomUUID(),
  ...more,
});

function checkSigned({ headers, text }: { headers: Record<string, string>; text: string }, name = 'opendsr') {
  assert.equal(headers[`x-${name}-processor-domain`], 'localhost');
  const signature = Buffer.from(headers[`x-${name}-signature`] ?? '', 'base64');
  assert.ok(verify('sha256', Buffer.from(text), publicKey, signature));
  return signature;
}

onBothEngines('OpenDSR 2.0 as processor', (ground) => {
  let app: TestApp;
  const sent: { to: string; message: Sendable }[] = [];
  let reachable = true;
  before(async () => {
    const webhook = async (to: string, message: Sendable) => {
      sent.push({ to, message });
      return reachable ? ({ delivered: true } as const) : ({ delivered: false, failure: 'unreachable' } as const);
    };
    app = await openApp(ground(), { opendsr: signer, transports: { webhook } });
    for (const account of ['john', 'jane'])
      await app
        .as('platform')
        .put(`/v1/subjects/${account}`)
        .send({ name: account, email: `${account}Doe@Example.com` })
        .expect(201);
  });
  after(() => app.close());

  const submit = (body: object, base = `${BASE}/requests`) => app.as('controller').post(base).send(body);
  const controller = () => app.contextOf('north', 'operator');
  const statusOf = async (id: string) => (await app.as('controller').get(`${BASE}/requests/${id}`)).body.request_status;
  const byIdentity = (identity: object) => asked({ subject_identities: [identity] });
  const requestOf = async (id: string) => {
    const rows = await ground().store.read((q) => q.select().from(q.tables.opendsrRequests));
    const row = rows.find(({ subjectRequestId }) => subjectRequestId === id);
    assert.ok(row?.requestId);
    return { row, file: await app.services.requests.file(await controller(), row.requestId) };
  };

  it('is found: what it understands, and its certificate (REQ-D01)', async () => {
    const answer = await app.as('nobody').get(`${BASE}/discovery`).expect(200);
    checkSigned(answer);
    const spec = BODIES['HTTP/1.1 200 OK #0'];
    assert.deepEqual(Object.keys(answer.body).sort(), Object.keys(spec).sort());
    for (const identity of spec.supported_identities)
      assert.ok(
        answer.body.supported_identities.some((one: object) => JSON.stringify(one) === JSON.stringify(identity)),
      );
    const pem = await app.as('nobody').get('/opendsr/certificate.pem').buffer(true).expect(200);
    assert.equal(pem.text ?? pem.body.toString(), CERTIFICATE);
  });

  it('takes the request of the specification, by the clock of the law (REQ-D01, D04)', async () => {
    const body = { ...SAMPLE, regulation: 'gdpr' };
    const bytes = JSON.stringify(body);
    const answer = await submit(body).expect(201);
    checkSigned(answer);
    assert.deepEqual(Object.keys(answer.body).sort(), Object.keys(BODIES['HTTP/1.1 201 Created #2']).sort());
    assert.equal(Buffer.from(answer.body.encoded_request, 'base64').toString(), bytes);
    assert.equal(answer.body.received_time, '2026-03-01T12:00:00.000Z');
    // Received on 1 March in Berlin: the last day is 1 April, until midnight in summer time.
    assert.equal(answer.body.expected_completion_time, '2026-04-01T22:00:00.000Z');
  });

  it('answers the same to the same, and refuses another body under the same id (REQ-D03)', async () => {
    const body = asked();
    const first = await submit(body).expect(201);
    app.time.now = new Date(app.time.now.getTime() + 60_000);
    const second = await submit(body).expect(201);
    assert.equal(second.text, first.text);
    assert.equal(second.headers['x-opendsr-signature'], first.headers['x-opendsr-signature']);
    const other = await submit({ ...body, submitted_time: '2018-10-02T15:00:01Z' }).expect(400);
    assert.equal(other.body.error.code, 400);
    await app.services.opendsr.takeOver(await controller());
    await app.services.opendsr.takeOver(await controller());
    const rows = await ground().store.read((q) => q.select().from(q.tables.opendsrRequests));
    assert.equal(rows.filter(({ subjectRequestId }) => subjectRequestId === body.subject_request_id).length, 1);
    const listed = await ground().store.read((q) => q.select().from(q.tables.requests));
    assert.equal(listed.length, rows.length);
  });

  for (const [format, value] of [
    ['raw', ' JohnDoe@example.COM '],
    ['sha256', hashed('sha256', 'johndoe@example.com')],
    ['sha1', hashed('sha1', 'johndoe@example.com').toUpperCase()],
    ['md5', hashed('md5', 'johndoe@example.com')],
  ] as const)
    it(`finds a person by e-mail (${format}), in the job, and keeps no identity beside the request (REQ-D05)`, async () => {
      const body = asked({
        subject_identities: [{ identity_type: 'email', identity_value: value, identity_format: format }],
        status_callback_urls: [],
      });
      await submit(body).expect(201);
      await app.services.opendsr.takeOver(await controller());
      const { row, file } = await requestOf(body.subject_request_id);
      assert.equal(file.life.subject, 'account:john');
      assert.equal(file.life.received.channel, 'opendsr');
      assert.equal(file.row.receivedAt.toISOString(), row.receivedAt.toISOString());
      const key = await ground().vault.existingKey('north', 'opendsr');
      const place = { tenant: 'north', table: 'opendsr_requests', row: row.subjectRequestId, column: 'payload_sealed' };
      const kept = row.payloadSealed && key?.open(place, row.payloadSealed);
      assert.deepEqual(JSON.parse(kept as string), { old: false, callbacks: [] });
    });

  it('finds an account as the controller calls it', async () => {
    const body = byIdentity({
      identity_type: 'controller_customer_id',
      identity_value: 'jane',
      identity_format: 'raw',
    });
    await submit(body).expect(201);
    await app.services.opendsr.takeOver(await controller());
    assert.equal((await requestOf(body.subject_request_id)).file.life.subject, 'account:jane');
  });

  it('answers alike whether it knows the person or not (REQ-D05)', async () => {
    const known = byIdentity({ identity_type: 'email', identity_value: 'johndoe@example.com', identity_format: 'raw' });
    const unknown = byIdentity({
      identity_type: 'email',
      identity_value: 'nobody1@example.com',
      identity_format: 'raw',
    });
    const answers: unknown[] = [];
    for (const body of [known, unknown]) {
      const first = await submit(body).expect(201);
      await app.services.opendsr.takeOver(await controller());
      const later = await app.as('controller').get(`${BASE}/requests/${body.subject_request_id}`).expect(200);
      const without = ({ encoded_request: _, subject_request_id: __, ...rest }: Record<string, unknown>) => rest;
      answers.push([without(first.body), without(later.body)]);
    }
    assert.deepEqual(answers[0], answers[1]);
    assert.equal((await requestOf(unknown.subject_request_id)).file.life.subject, null);
  });

  it('tells every address of every change, in exact signed bytes, until it is over (REQ-D01)', async () => {
    const urls = [CALLBACK, 'https://second.example/callbacks'];
    const body = asked({ status_callback_urls: urls });
    await submit(body).expect(201);
    await app.services.opendsr.takeOver(await controller());
    const { file } = await requestOf(body.subject_request_id);
    const context = await app.contextOf('north', 'dpo');
    await app.services.requests.acts.withdraw(context, file, 'officer');
    sent.length = 0;
    reachable = false;
    await app.services.opendsr.takeOver(await controller());
    await app.services.opendsr.takeOver(await controller());
    await app.services.outbox.deliverDue(await controller());
    reachable = true;
    app.time.now = new Date(app.time.now.getTime() + 86_400_000);
    await app.services.outbox.deliverDue(await controller());
    assert.deepEqual(sent.map(({ to }) => to).sort(), [...urls, ...urls].sort());
    for (const { to, message } of sent) {
      const { exact } = message;
      assert.ok(exact);
      checkSigned({
        headers: Object.fromEntries(Object.entries(exact.headers).map(([name, value]) => [name.toLowerCase(), value])),
        text: exact.body,
      });
      const told = JSON.parse(exact.body);
      assert.deepEqual([told.status_callback_url, told.request_status], [to, 'cancelled']);
      for (const name of Object.keys(BODIES['POST /opendsr/callbacks HTTP/1.1 #5']))
        assert.ok(name in told || name.startsWith('results_'), name);
    }
    assert.equal((await requestOf(body.subject_request_id)).row.payloadSealed, null);
  });

  it('lets a request be taken back while it is pending, before and after it was opened, and not twice (REQ-D01)', async () => {
    for (const openedFirst of [false, true]) {
      const body = asked();
      await submit(body).expect(201);
      if (openedFirst) await app.services.opendsr.takeOver(await controller());
      const path = `${BASE}/requests/${body.subject_request_id}`;
      const answer = await app.as('controller').delete(path).expect(202);
      checkSigned(answer);
      assert.deepEqual(Object.keys(answer.body).sort(), Object.keys(BODIES['HTTP/1.1 202 Accepted #6']).sort());
      assert.equal(await statusOf(body.subject_request_id), 'cancelled');
      if (openedFirst) assert.equal((await requestOf(body.subject_request_id)).file.life.state, 'withdrawn');
      checkSigned(await app.as('controller').delete(path).expect(400));
    }
  });

  it('shows nothing to others: another portal, another id', async () => {
    const body = asked();
    await submit(body).expect(201);
    const path = `${BASE}/requests/${body.subject_request_id}`;
    checkSigned(await app.as('controller', 'south').get(path).expect(400));
    checkSigned(await app.as('controller', 'south').get(path.replace('north', 'south')).expect(400));
    checkSigned(await app.as('controller').get(`${BASE}/requests/${randomUUID()}`).expect(400));
    await app.as('dpo').get(path).expect(403);
    await app.as('nobody').get(path).expect(401);
  });

  it('still speaks OpenGDPR: old addresses, no regulation, both kinds of headers (REQ-D01)', async () => {
    const body = { ...SAMPLE, subject_request_id: randomUUID() };
    const old = '/opendsr/north/opengdpr_requests';
    const answer = await submit(body, old).expect(201);
    assert.deepEqual(checkSigned(answer), checkSigned(answer, 'opengdpr'));
    checkSigned(await app.as('controller').get(`${old}/${body.subject_request_id}`).expect(200), 'opengdpr');
    checkSigned(await app.as('nobody').get('/opendsr/north/discovery').expect(200), 'opengdpr');
    checkSigned(await app.as('controller').delete(`${old}/${body.subject_request_id}`).expect(202), 'opengdpr');
  });

  it('writes nobody’s address to the log', () => {
    assert.doesNotMatch(app.logged.join('\n'), /johndoe|nobody1@/i);
  });
});

onOneEngine('OpenDSR 2.0 as processor, before anything is kept', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { opendsr: signer });
  });
  after(() => app.close());

  it('signs so that openssl agrees (REQ-D01)', function () {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'lethe-opendsr-'));
    try {
      const body = Buffer.from('{"request_status":"pending"}');
      writeFileSync(join(folder, 'body'), body);
      writeFileSync(join(folder, 'signature'), Buffer.from(signer.sign(body), 'base64'));
      const pem = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
      writeFileSync(join(folder, 'key.pem'), pem.export({ type: 'spki', format: 'pem' }));
      const told = execFileSync('openssl', [
        'dgst',
        '-sha256',
        '-verify',
        join(folder, 'key.pem'),
        '-signature',
        join(folder, 'signature'),
        join(folder, 'body'),
      ]);
      assert.match(told.toString(), /Verified OK/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [what, change, told] of [
    ['no regulation', { regulation: undefined }, /regulation/],
    ['another law', { regulation: 'lgpd' }, /regulation/],
    ['no id', { subject_request_id: undefined }, /subject_request_id is required/],
    ['an id in capitals', { subject_request_id: randomUUID().toUpperCase() }, /subject_request_id/],
    ['an id of another version', { subject_request_id: '01890000-0000-7000-8000-000000000001' }, /subject_request_id/],
    ['another type', { subject_request_type: 'objection' }, /subject_request_type/],
    ['no identity', { subject_identities: [] }, /subject_identities/],
    [
      'an identity of devices',
      { subject_identities: [{ identity_type: 'android_id', identity_value: 'x', identity_format: 'raw' }] },
      /subject_identities\/0/,
    ],
    [
      'a hash that is none',
      { subject_identities: [{ identity_type: 'email', identity_value: 'secret@x.example', identity_format: 'md5' }] },
      /identity_value/,
    ],
    ['a time that is none', { submitted_time: 'yesterday' }, /submitted_time/],
    ['a callback without TLS', { status_callback_urls: ['http://x.example/'] }, /status_callback_urls\/0/],
    ['a callback into a private network', { status_callback_urls: ['https://168.63.129.16/'] }, /callback_urls\/0/],
    ['another major version', { api_version: '3.0' }, /api_version/],
  ] as const)
    it(`refuses ${what}, signed, without a word of whom it is about`, async () => {
      const answer = await app.as('controller').post(`${BASE}/requests`).send(asked(change)).expect(400);
      checkSigned(answer);
      assert.deepEqual(Object.keys(answer.body.error).sort(), ['code', 'errors', 'message']);
      assert.deepEqual(Object.keys(answer.body.error.errors[0]).sort(), ['domain', 'message', 'reason']);
      assert.match(answer.body.error.message, told);
      assert.doesNotMatch(answer.text, /johndoe|secret@|example\.com/);
    });

  it('refuses what is no JSON', async () => {
    const answer = await app
      .as('controller')
      .post(`${BASE}/requests`)
      .set('Content-Type', 'application/json')
      .send('{"subject_request_id": ')
      .expect(400);
    checkSigned(answer);
    assert.equal(answer.body.error.code, 400);
  });
});

onOneEngine('OpenDSR where nobody has set it up', (ground) => {
  it('is not there', async () => {
    const app = await openApp(ground());
    try {
      for (const path of [`${BASE}/discovery`, '/opendsr/certificate.pem'])
        assert.equal((await app.as('nobody').get(path).expect(404)).body.type, '/problems/not-found');
      await app.as('controller').post(`${BASE}/requests`).send(SAMPLE).expect(404);
    } finally {
      await app.close();
    }
  });
});
