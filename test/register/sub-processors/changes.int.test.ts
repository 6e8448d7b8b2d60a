import assert from 'node:assert/strict';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { addition, openStage } from './stage.ts';

const CHANGES = '/v1/register/sub-processor-changes';
// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;

onBothEngines('A new sub-processor', (ground) => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  before(async () => {
    stage = await openStage(ground());
  });
  after(() => stage.app.close());

  const at = (instant: string) => {
    stage.app.time.now = new Date(instant);
  };
  const announce = async (body: object = addition): Promise<Json> =>
    (await stage.app.as('installation').post(CHANGES).send(body).expect(201)).body;
  const activate = (changeId: string) => stage.app.as('installation').post(`${CHANGES}/${changeId}/activation`).send();
  const read = async (changeId: string, tenant: 'north' | 'south' = 'north'): Promise<Json> =>
    (await stage.app.as('dpo', tenant).get(`${CHANGES}/${changeId}`).expect(200)).body;
  const archive = async (query = ''): Promise<Json> => {
    const { body } = await stage.app
      .as('dpo')
      .get(`/v1/register/resolution?category=profiles.contact${query}`)
      .expect(200);
    return body.activities[0].chain.find((link: Json) => link.party === 'archive-company');
  };

  it('named in the policies alone processes nothing', async () => {
    assert.equal((await archive()).engaged, false);
  });

  let changeId: string;
  it('is announced to every controller it concerns: by webhook and by mail, in its language, with its own window', async () => {
    at('2026-03-02T10:00:00Z');
    const standing = await announce();
    changeId = standing['changeId'];
    assert.equal(standing['status'], 'announced');
    assert.deepEqual(
      standing['controllers'].map(({ tenant, delivered, authorisation }: Json) => ({
        tenant,
        delivered,
        authorisation,
      })),
      ['north', 'south'].map((tenant) => ({ tenant, delivered: false, authorisation: 'general' })),
    );
    assert.equal(stage.sent.length, 0, 'nothing leaves before the announcement is committed');
    await stage.minute();
    assert.deepEqual(
      [...new Set(stage.sent.map(({ tenantId, to }) => `${tenantId} ${to}`))].sort(),
      ['north', 'south'].flatMap((tenant) => [
        `${tenant} https://university.example.org/notices`,
        `${tenant} privacy@university.example.org`,
      ]),
    );
    const [message] = stage.sent;
    assert.equal(message?.topic, 'sub-processor-change.announced');
    assert.match(message?.subject ?? '', /Example Archive BV/);
    for (const said of [
      /Example University/,
      /Archiefplein 1/,
      /Member accounts, /,
      /Where: Netherlands/,
      /until the end of 1 April 2026\./,
    ])
      assert.match(message?.text ?? '', said);
    assert.doesNotMatch(message?.text ?? '', /\{\{|undefined|–/);
    assert.equal(message?.data['objectionsUntil'], '2026-04-01T22:00:00.000Z');
    assert.equal((message as Json)['data'].subProcessor.address, 'Archiefplein 1, 2511 Den Haag');
  });

  it('gives each controller its whole window, from the day after the notice came through (REQ-A45)', async () => {
    const { notice } = await read(changeId);
    assert.equal(notice.deliveredAt, '2026-03-02T10:00:00.000Z');
    assert.equal(notice.window, 'P30D');
    // Thirty whole days after 2 March, in the time zone of the institution (Reg. 1182/71 Art. 3).
    assert.equal(notice.windowEndsAt, '2026-04-01T22:00:00.000Z');
  });

  it('cannot be let in on day 10 of 30: 409 says when (REQ-A45)', async () => {
    at('2026-03-12T10:00:00Z');
    const { body, headers } = await activate(changeId).expect(409);
    assert.equal(body.earliestActivation, '2026-04-01T22:00:00.000Z');
    assert.match(body.detail, /runs until 2026-04-01T22:00:00\.000Z/);
    assert.equal(new Date(headers['retry-after'] as string).toISOString(), '2026-04-01T22:00:00.000Z');
    at('2026-04-01T21:59:59.999Z');
    await activate(changeId).expect(409);
    assert.equal((await archive()).engaged, false);
  });

  it('waits for an objection to be settled, however long the window is over (REQ-A45)', async () => {
    at('2026-03-20T08:00:00Z');
    const { body } = await stage.app
      .as('dpo', 'south')
      .post(`${CHANGES}/${changeId}/objections`)
      .send({ grounds: 'Long-term copies need a deletion plan first.' })
      .expect(201);
    const [{ objectionId, late, outcome }] = body.objections;
    assert.deepEqual([late, outcome], [false, 'open']);
    at('2026-04-02T08:00:00Z');
    const refused = await activate(changeId).expect(409);
    assert.match(refused.body.detail, /Objections are open: south/);
    assert.equal('earliestActivation' in refused.body, false);
    const settle = () =>
      stage.app
        .as('dpo', 'south')
        .post(`${CHANGES}/${changeId}/objections/${objectionId}/settlement`)
        .send({ outcome: 'accommodated' });
    await settle().expect(200);
    await settle().expect(409);
  });

  it('takes an objection after the window too, and is not held up by it', async () => {
    at('2026-04-03T08:00:00Z');
    const { body } = await stage.app
      .as('dpo')
      .post(`${CHANGES}/${changeId}/objections`)
      .send({ grounds: 'We overlooked the letter, and object now.' })
      .expect(201);
    assert.equal(body.objections[0].late, true);
  });

  it('is let in once by one of two people who do it at the same time', async () => {
    const answers = await Promise.all([activate(changeId), activate(changeId), activate(changeId)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
    const won = answers.find(({ status }) => status === 200);
    assert.equal(won?.body.status, 'activated');
    await activate(changeId).expect(409);
  });

  it('then processes for those who did not object, and for nobody whose objection was accommodated', async () => {
    assert.equal((await archive()).engaged, true);
    assert.deepEqual((await archive()).authorisation, {
      by: 'change',
      id: changeId,
      since: '2026-04-03T08:00:00.000Z',
    });
    const { body } = await stage.app
      .as('dpo', 'south')
      .get('/v1/register/resolution?category=profiles.contact')
      .expect(200);
    const there = body.activities[0].chain.find((link: Json) => link['party'] === 'archive-company');
    assert.equal(there.engaged, false);
    // And before that instant it did not.
    assert.equal((await archive('&at=2026-04-03T07:59:59.999Z')).engaged, false);
  });

  it('is told to everybody once it is in force', async () => {
    stage.sent.length = 0;
    await stage.minute();
    assert.deepEqual([...new Set(stage.sent.map(({ topic }) => topic))], ['sub-processor-change.activated']);
    assert.equal(stage.sent.length, 4);
    assert.match(stage.sent[0]?.text ?? '', /Since: 3 April 2026/);
  });

  it('can be taken back while it is only announced; who was told is told', async () => {
    const removal = { ...addition, kind: 'removal', reason: 'The long-term copies move elsewhere.' };
    const { changeId: id } = await announce(removal);
    stage.sent.length = 0;
    await stage.app.as('installation').post(`${CHANGES}/${id}/cancellation`).send().expect(200);
    await stage.app.as('installation').post(`${CHANGES}/${id}/cancellation`).send().expect(409);
    await activate(id).expect(409);
    await stage.minute();
    assert.ok(stage.sent.some(({ topic }) => topic === 'sub-processor-change.withdrawn'));
  });

  it('goes again without a window: taking away asks nobody', async () => {
    const { changeId: id, earliestActivation } = await announce({
      ...addition,
      kind: 'removal',
      reason: 'The long-term copies move elsewhere.',
    });
    assert.equal(earliestActivation, stage.app.time.now.toISOString());
    await activate(id).expect(200);
    assert.equal((await archive()).engaged, false);
  });

  it('whose notice does not come through is not let in, whatever the calendar says, until somebody hands it over', async () => {
    at('2026-05-01T08:00:00Z');
    stage.answers.next = { delivered: false, failure: 'gone', final: true };
    const { changeId: id } = await announce();
    await stage.minute();
    at('2026-07-01T08:00:00Z');
    const { body } = await activate(id).expect(409);
    assert.match(body.detail, /has not come through to: north, south/);
    stage.answers.next = { delivered: true };
    for (const tenant of ['north', 'south'] as const) {
      const handOver = (when: string) =>
        stage.app.as('dpo', tenant).post(`${CHANGES}/${id}/handover`).send({ at: when });
      await handOver('2026-07-02T08:00:00Z').expect(422);
      await handOver('2026-04-30T08:00:00Z').expect(422);
      const { body: told } = await handOver('2026-06-01T08:00:00Z').expect(200);
      assert.equal(told.notice.windowEndsAt, '2026-07-01T22:00:00.000Z');
      await handOver('2026-06-01T08:00:00Z').expect(409);
    }
    await activate(id).expect(409);
    at('2026-07-01T22:00:00Z');
    await activate(id).expect(200);
    await announce({ ...addition, kind: 'removal', reason: 'The end of this part of the test.' }).then(
      ({ changeId: gone }) => activate(gone).expect(200),
    );
  });

  it('needs words where the contract asks for words, and then no waiting (REQ-A45)', async () => {
    at('2026-08-01T08:00:00Z');
    const { app, agreements } = stage;
    for (const tenant of ['north', 'south'] as const)
      await app
        .as('admin', tenant)
        .post(`/v1/register/agreements/${agreements[tenant].processing}/corrections`)
        .send({
          from: '2026-08-01T08:00:00Z',
          reason: 'The institution signed the specific variant.',
          subProcessors: {
            authorisation: tenant === 'north' ? 'specific' : 'general',
            objectionWindow: 'P14D',
            authorised: ['hosting-company', 'hosting-company-ch'],
          },
        })
        .expect(200);
    const { changeId: id } = await announce();
    await stage.minute();
    at('2026-08-16T22:00:00Z');
    assert.match((await activate(id).expect(409)).body.detail, /agreement in words, not yet given: north/);
    await app.as('dpo').post(`${CHANGES}/${id}/approval`).send().expect(200);
    await app.as('dpo').post(`${CHANGES}/${id}/approval`).send().expect(409);
    await activate(id).expect(200);
    assert.equal((await read(id))['notice'].approvedAt, '2026-08-16T22:00:00.000Z');
  });

  it('is told to an institution that signs while it is announced, before anybody may let it in', async () => {
    at('2026-09-01T08:00:00Z');
    await announce({ ...addition, kind: 'removal', reason: 'Makes room for the next announcement.' }).then(
      ({ changeId: gone }) => activate(gone).expect(200),
    );
    const { app, agreements } = stage;
    await app
      .as('admin', 'south')
      .post(`/v1/register/agreements/${agreements.south.processing}/end`)
      .send({ at: '2026-09-01T08:00:00Z', reason: 'The institution closes its portal.' })
      .expect(200);
    const standing = await announce();
    assert.deepEqual([standing['controllers'].length, standing['withoutAgreement']], [1, ['main', 'south']]);
    await stage.minute();
    at('2026-09-10T08:00:00Z');
    const { body: draft } = await app
      .as('admin', 'south')
      .post('/v1/register/agreements')
      .send({ template: 'processing-standard', validFrom: '2026-09-10T08:00:00Z' })
      .expect(201);
    await app
      .as('admin', 'south')
      .post(`/v1/register/agreements/${draft.agreementId}/activation`)
      .send({ signedOn: '2026-09-10T08:00:00Z', file: { name: 'again.pdf', sha256: 'b7'.repeat(32) } })
      .expect(200);
    at('2026-10-05T08:00:00Z');
    assert.match((await activate(standing['changeId']).expect(409)).body.detail, /not been told yet: south/);
    await stage.minute();
    const { notice } = await read(standing['changeId'], 'south');
    assert.equal(notice.windowEndsAt, '2026-11-04T23:00:00.000Z');
    assert.ok((await activate(standing['changeId']).expect(409)).body.detail.includes(notice.windowEndsAt));
  });

  it('writes every step into the log of each institution it concerns, without a word of what was said', async () => {
    const { items } = (await stage.app.as('auditor', 'south').get('/v1/audit?limit=200').expect(200)).body;
    const actions = new Set(items.map(({ action }: Json) => action));
    for (const action of [
      'sub-processor-notice.sent',
      'sub-processor-notice.delivered',
      'sub-processor-notice.handed-over',
      'sub-processor-change.objected',
      'objection.settled',
      'sub-processor-change.activated',
      'sub-processor-change.withdrawn',
      'message.delivered',
    ])
      assert.ok(actions.has(action), action);
    assert.doesNotMatch(JSON.stringify(items), /deletion plan|Long-term copies of|university\.example/);
  });
});

onBothEngines('An announcement', (ground) => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  before(async () => {
    stage = await openStage(ground());
  });
  after(() => stage.app.close());

  it('takes credentials for every tenant', async () => {
    await stage.app.as('admin').post(CHANGES).send(addition).expect(403);
  });

  it('is made once when it comes twice, and is refused while another one is open', async () => {
    const key = '"0198b3a0-0000-4000-8000-000000000001"';
    const first = await stage.app
      .as('installation')
      .post(CHANGES)
      .set('Idempotency-Key', key)
      .send(addition)
      .expect(201);
    const again = await stage.app
      .as('installation')
      .post(CHANGES)
      .set('Idempotency-Key', key)
      .send(addition)
      .expect(201);
    assert.equal(first.body.changeId, again.body.changeId);
    await stage.app.as('installation').post(CHANGES).send(addition).expect(409);
    await stage.minute();
    assert.equal(stage.sent.length, 4);
  });

  it('keeps the party in the policies: a set without it is refused with the list of uses', async () => {
    const { services, policies } = stage.app;
    const without = {
      ...policies.current(),
      parties: policies.current().parties.filter(({ id }) => id !== 'archive-company'),
    };
    const uses = await services.register.mistakesInChange(without, stage.app.time.now);
    assert.match(
      uses.map(({ message }) => message).join('\n'),
      /"archive-company" is still used by sub-processor change/,
    );
  });
});

onOneEngine('An announcement that says what cannot be', (ground) => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  before(async () => {
    stage = await openStage(ground());
  });
  after(() => stage.app.close());

  const cases: [what: string, body: object, pointer: string, says: RegExp][] = [
    ['a party nobody knows', { party: 'nobody' }, '/party', /no party of the register; there are/],
    ['a processor nobody knows', { processor: 'nobody' }, '/processor', /no party of the register; there are/],
    [
      'an activity nobody knows',
      { activities: ['nothing'] },
      '/activities/0',
      /no activity of the register; there are/,
    ],
    [
      'an activity in which the party is not declared',
      { activities: ['portal-visits'] },
      '/activities/0',
      /add it to the policies first/,
    ],
    ['a replacement of nobody', { kind: 'replacement' }, '/replaces', /must name who goes/],
    ['an addition that replaces', { replaces: 'hosting-company' }, '/replaces', /replacement only/],
    ['a party in place of itself', { kind: 'replacement', replaces: 'archive-company' }, '/replaces', /another party/],
    ['a reason that says nothing', { reason: '          ' }, '/reason', /./],
    ['no activity at all', { activities: [] }, '/activities', /./],
  ];
  for (const [what, change, pointer, says] of cases)
    it(`is refused for ${what}, naming the field`, async () => {
      const { body, status } = await stage.app
        .as('installation')
        .post(CHANGES)
        .send({ ...addition, ...change });
      assert.ok(status === 422 || status === 400, JSON.stringify(body));
      const fault = body.errors.find((error: Json) => error['pointer'] === pointer);
      assert.ok(fault, JSON.stringify(body));
      assert.match(fault.detail, says);
    });
});
