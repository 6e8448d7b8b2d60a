import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, rowsIn } from '../../support/engines.ts';

const BASE = '/drp/north/v1';
const EXERCISE = `${BASE}/data-rights-request`;
const CALLBACK = 'https://agent.example/update_status';
const keys = { GOOD_AGENT: generateKeyPairSync('ed25519'), OTHER_AGENT: generateKeyPairSync('ed25519') };
type AgentId = keyof typeof keys;

const base64Of = (key: KeyObject) =>
  Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url').toString('base64');

/** The shipped policies, with two agents who may bring requests to `north`. */
function policies(more = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-drp-policies-'));
  cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  const agents = Object.entries(keys).map(
    ([id, { publicKey }]) => `    ${id}:\n      name: ${id} of tests\n      verifyKey: ${base64Of(publicKey)}\n`,
  );
  const file = join(folder, 'installation.yaml');
  const drp = `drp:\n  businesses:\n    north: NORTH\n    south: SOUTH\n  agents:\n${agents.join('')}${more}`;
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n${drp}`);
  return folder;
}

onBothEngines('The Data Rights Protocol 1.0 as provider (REQ-D06)', (ground) => {
  let app: TestApp;
  let folder: string;
  const sent: { to: string; message: Sendable }[] = [];
  const tokens = {} as Record<AgentId, string>;
  before(async () => {
    folder = policies();
    const webhook = async (to: string, message: Sendable) => {
      sent.push({ to, message });
      return { delivered: true } as const;
    };
    app = await openApp(ground(), { policies: folder, transports: { webhook } });
    await app.as('platform').put('/v1/subjects/ada').send({ name: 'Ada', email: 'ada@person.example' }).expect(201);
    for (const id of Object.keys(keys) as AgentId[]) tokens[id] = (await setUp(id).expect(200)).body.token;
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await app.close();
  });

  const signed = (said: object | string, by: AgentId = 'GOOD_AGENT') => {
    const body = Buffer.from(typeof said === 'string' ? said : JSON.stringify(said));
    return Buffer.concat([sign(null, body, keys[by].privateKey), body]).toString('base64');
  };
  const minutes = (count: number) => new Date(app.time.now.getTime() + count * 60_000).toISOString();
  const envelope = (more: object = {}) => ({
    'agent-id': 'GOOD_AGENT',
    'business-id': 'NORTH',
    'issued-at': minutes(0),
    'expires-at': minutes(10),
    'drp.version': '1.0',
    ...more,
  });
  const asked = (more: object = {}) => envelope({ exercise: 'deletion', email: 'ada@person.example', ...more });

  function call(method: 'get' | 'post' | 'delete', path: string, by?: AgentId | 'nobody', body?: string) {
    const test = app.as('nobody')[method](path);
    if (by) test.set('Authorization', `Bearer ${by === 'nobody' ? `lethe_drp_${'x'.repeat(43)}` : tokens[by]}`);
    return body === undefined ? test : test.type('text/plain').send(body);
  }
  const setUp = (id: AgentId, message = signed(envelope({ 'agent-id': id }), id)) =>
    call('post', `${BASE}/agent/${id}`, undefined, message);
  const exercise = (message: string, by: AgentId | 'nobody' = 'GOOD_AGENT') => call('post', EXERCISE, by, message);
  const act = (requestId: string, name: string, body: object) =>
    app.as('dpo').post(`/v1/requests/${requestId}/${name}`).send(body).expect(200);
  const callbacks = async () => {
    const context = await app.contextOf('north', 'operator');
    await app.services.drp.tellAgents(context);
    await app.services.outbox.deliverDue(context);
    return sent.splice(0).map(({ to, message }) => {
      assert.equal(to, CALLBACK);
      return JSON.parse(message.exact?.body ?? '');
    });
  };

  it('gives an agent its token for a signed message, and nobody else', async () => {
    assert.match(tokens.GOOD_AGENT, /^lethe_drp_/);
    assert.notEqual(tokens.GOOD_AGENT, tokens.OTHER_AGENT);
    const { body } = await call('get', `${BASE}/agent/GOOD_AGENT`, 'GOOD_AGENT').expect(200);
    assert.deepEqual(body, {});
    for (const by of ['OTHER_AGENT', 'nobody', undefined] as const)
      assert.equal((await call('get', `${BASE}/agent/GOOD_AGENT`, by).expect(403)).body.code, '403');
    const refused = [
      'no base64!',
      signed(envelope(), 'OTHER_AGENT'),
      signed(envelope({ 'agent-id': 'OTHER_AGENT' })),
      signed(envelope({ 'business-id': 'SOUTH' })),
      signed(envelope({ 'issued-at': minutes(1) })),
      signed(envelope({ 'issued-at': minutes(-20), 'expires-at': minutes(-1) })),
      signed('{'),
    ];
    for (const message of refused) {
      const { text, headers } = await setUp('GOOD_AGENT', message).expect(403);
      assert.equal(text, '');
      assert.equal(headers['content-type'], undefined);
    }
    await call('post', `${BASE}/agent/__proto__`, undefined, signed(envelope())).expect(403);
    const rows = await ground().store.read((q) => q.select().from(q.tables.drpRequests));
    assert.deepEqual(rows, []);
  });

  it('takes a request in once, confirms nobody by what is said, and tells how it stands', async () => {
    const said = asked({
      'agent-request-id': 'their-1',
      regime: 'x-gdpr',
      email_verified: true,
      phone_number: '+491701234567',
      address: { street_address: 'Lane 1', locality: 'Northtown' },
      power_of_attorney: null,
      status_callback: CALLBACK,
      custom: 1,
    });
    const message = signed(said);
    const { body } = await exercise(message).expect(200);
    const { request_id: id, expected_by: due, processing_details: details, ...rest } = body;
    assert.deepEqual(rest, {
      received_at: app.time.now.toISOString(),
      agent_request_id: 'their-1',
      status: 'in_progress',
      reason: 'need_user_verification',
    });
    assert.ok(due > minutes(60 * 24 * 27) && details);
    const before = await rowsIn(ground());
    assert.deepEqual((await exercise(message).expect(200)).body, body);
    assert.deepEqual(await rowsIn(ground()), before);
    const [row, ...others] = await ground().store.read((q) => q.select().from(q.tables.drpRequests));
    assert.deepEqual(others, []);
    for (const value of ['their-1', CALLBACK, 'ada@person.example']) {
      const { payloadSealed, ...clear } = row ?? {};
      assert.ok(!JSON.stringify(clear).includes(value) && !payloadSealed?.includes(value), value);
    }

    const request = (await app.as('dpo').get(`/v1/requests/${id}`).expect(200)).body;
    assert.equal(request.type, 'erasure');
    assert.equal(request.channel, 'drp');
    assert.equal(request.subject, null);
    assert.equal(request.identity, null);
    assert.deepEqual(request.requester, {
      name: null,
      email: 'ada@person.example',
      address: 'Lane 1\nNorthtown',
      language: 'en',
    });
    for (const line of ['GOOD_AGENT of tests', 'email_verified: true', '+491701234567'])
      assert.ok(request.asked.text.includes(line), line);
    assert.deepEqual(await callbacks(), []);
    await app.as('dpo').post(`/v1/requests/${id}/proposals`).send({ what: 'execution', text: 'Go.' }).expect(409);

    await act(id, 'identity-decision', { confirmed: true, text: 'Known here.' });
    const stands = (await call('get', `${EXERCISE}/${id}`, 'GOOD_AGENT').expect(200)).body;
    assert.equal(stands.status, 'in_progress');
    assert.equal(stands.reason, undefined);
    assert.deepEqual(await callbacks(), [stands]);
    assert.deepEqual(await callbacks(), []);

    app.time.now = new Date(minutes(11));
    const late = await exercise(message).expect(400);
    assert.equal(late.body.fatal, false);
    assert.match(late.body.message, /expires-at/);
  });

  it('makes one request of two copies at once', async () => {
    const message = signed(asked({ exercise: 'access:categories' }));
    const answers = await Promise.all([exercise(message), exercise(message), exercise(message)]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.equal(new Set(answers.map(({ body }) => body.request_id)).size, 1);
    const id = answers[0]?.body.request_id;
    const request = (await app.as('dpo').get(`/v1/requests/${id}`).expect(200)).body;
    assert.equal(request.type, 'access');
    assert.match(request.asked.text, /access:categories/);
  });

  it('refuses in the order of the protocol, and keeps nothing of it', async () => {
    const before = await rowsIn(ground());
    const good = signed(asked());
    const flipped = Buffer.from(good, 'base64');
    flipped[flipped.length - 1] = (flipped[flipped.length - 1] as number) ^ 1;
    const wrong = {
      'agent-id': 'OTHER_AGENT',
      'business-id': 'SOUTH',
      'issued-at': minutes(5),
      'expires-at': minutes(-5),
    };
    const { 'agent-id': _, ...ofUs } = wrong;
    const { 'business-id': __, ...inTime } = ofUs;
    const cases: [status: number, says: RegExp, message: string, by?: AgentId | 'nobody'][] = [
      [401, /token/, good, 'nobody'],
      [400, /base64/, `${good}!`],
      [401, /signed/, flipped.toString('base64')],
      [401, /signed/, good, 'OTHER_AGENT'],
      [401, /signed/, signed(asked(wrong), 'OTHER_AGENT')],
      [403, /agent-id/, signed(asked(wrong))],
      [403, /business-id/, signed(asked(ofUs))],
      [400, /issued-at/, signed(asked(inTime))],
      [400, /expires-at/, signed(asked({ 'issued-at': minutes(-9), 'expires-at': minutes(-5) }))],
      [400, /exercise/, signed(asked({ exercise: 'sale:opt-out' }))],
      [400, /exercise/, signed(asked({ exercise: 'toString' }))],
      [400, /regime/, signed(asked({ regime: 'ccpa' }))],
      [400, /status_callback/, signed(asked({ status_callback: 'https://127.0.0.1/x' }))],
      [400, /email/, signed(asked({ email: 'nobody' }))],
      [400, /drp\.version/, signed(asked({ 'drp.version': '0.9' }))],
      [400, /./, signed('[]')],
      [400, /./, signed('{')],
    ];
    for (const [status, says, message, by] of cases) {
      const { body } = await exercise(message, by).expect(status);
      assert.deepEqual(Object.keys(body), ['code', 'message', 'fatal']);
      assert.equal(body.code, String(status));
      assert.match(body.message, says);
      assert.equal(body.fatal, /exercise|regime/.test(says.source));
    }
    await app.as('nobody').post(EXERCISE).set('Authorization', `Bearer ${tokens.GOOD_AGENT}`).send({}).expect(415);
    // Another portal has other tokens, even for the same agent.
    await call(
      'post',
      '/drp/south/v1/data-rights-request',
      'GOOD_AGENT',
      signed(asked({ 'business-id': 'SOUTH' })),
    ).expect(401);
    assert.deepEqual(await rowsIn(ground()), before);
  });

  it('lets an agent see and take back what it brought, and nothing of another’s', async () => {
    const { body } = await exercise(signed(asked({ exercise: 'access', status_callback: CALLBACK }))).expect(200);
    const path = `${EXERCISE}/${body.request_id}`;
    const unknown = `${EXERCISE}/0190c7a4-0000-7000-8000-000000000000`;
    const reason = (by?: AgentId) => signed({ reason: 'Changed my mind.' }, by);
    const texts = [
      (await call('get', path, 'OTHER_AGENT').expect(403)).text,
      (await call('get', unknown, 'OTHER_AGENT').expect(403)).text,
      (await call('delete', path, 'OTHER_AGENT', reason('OTHER_AGENT')).expect(403)).text,
    ];
    assert.equal(new Set(texts).size, 1);
    await call('get', path).expect(401);
    await call('delete', path, 'GOOD_AGENT', reason('OTHER_AGENT')).expect(401);
    await call('delete', path, 'GOOD_AGENT', signed({ 'business-id': 'SOUTH' })).expect(403);
    assert.equal((await call('get', path, 'GOOD_AGENT').expect(200)).body.status, 'in_progress');

    const revoked = (await call('delete', path, 'GOOD_AGENT', reason()).expect(200)).body;
    assert.equal(revoked.status, 'revoked');
    assert.deepEqual((await call('delete', path, 'GOOD_AGENT', reason()).expect(200)).body, revoked);
    assert.equal((await app.as('dpo').get(`/v1/requests/${body.request_id}`)).body.state, 'withdrawn');
    assert.deepEqual(await callbacks(), [revoked]);
    const rows = await ground().store.read((q) => q.select().from(q.tables.drpRequests));
    assert.equal(rows.find((row) => row.requestId === body.request_id)?.payloadSealed, null);
  });

  it('takes the regime of the CCPA where the policies say so', async () => {
    const taking = policies('  ccpa: true\n');
    const other = await openApp(ground(), { policies: taking, now: app.time.now });
    try {
      const call = other.as('nobody').post(EXERCISE).set('Authorization', `Bearer ${tokens.GOOD_AGENT}`);
      const { body } = await call
        .type('text/plain')
        .send(signed(asked({ regime: 'ccpa' })))
        .expect(200);
      assert.equal(body.status, 'in_progress');
    } finally {
      await other.close();
      rmSync(taking, { recursive: true });
    }
  });

  it('tells an agent nothing more once the policies name it no longer', async () => {
    const { body } = await exercise(signed(asked({ status_callback: CALLBACK, name: 'Ada' }))).expect(200);
    await act(body.request_id, 'identity-decision', { confirmed: true, text: 'Known here.' });
    const without = await openApp(ground(), { now: app.time.now });
    try {
      const context = await without.contextOf('north', 'operator');
      assert.equal(await without.services.drp.tellAgents(context), 1);
    } finally {
      await without.close();
    }
    assert.deepEqual(await callbacks(), []);
  });
});

onBothEngines('The Data Rights Protocol, where nobody has asked for it (REQ-D06)', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('is not offered', async () => {
    const token = { Authorization: `Bearer lethe_drp_${'x'.repeat(43)}` };
    await app.as('nobody').post(EXERCISE).set(token).type('text/plain').send('YWJj').expect(404);
    await app.as('nobody').get(`${BASE}/agent/GOOD_AGENT`).set(token).expect(404);
    await app.as('nobody').post(`${BASE}/agent/GOOD_AGENT`).type('text/plain').send('YWJj').expect(404);
    await app.as('nobody').get('/drp/nowhere/v1/agent/GOOD_AGENT').set(token).expect(404);
  });
});
