import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';

const AGREEMENTS = '/v1/register/agreements';
// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;

const SIGNED = { signedOn: '2026-03-01T00:00:00Z', file: { name: 'signed.pdf', sha256: 'c3'.repeat(32) } };
const CLAUSES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'unlawfulInstructions'] as const;

onBothEngines('An agreement on processing', (ground) => {
  let app: TestApp;
  let template: Json;
  beforeEach(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
    template = app.policies.current().agreements.find(({ id }) => id === 'processing-standard') as Json;
  });
  afterEach(() => app.close());

  const post = (path: string, body: object, tenant: 'north' | 'south' = 'north') =>
    app.as('admin', tenant).post(`${AGREEMENTS}${path}`).send(body);
  const draft = async (over: object = {}, tenant: 'north' | 'south' = 'north'): Promise<Json> =>
    (
      await post('', { template: 'processing-standard', validFrom: '2026-03-01T12:00:00Z', ...over }, tenant).expect(
        201,
      )
    ).body;
  const activate = (id: string, tenant: 'north' | 'south' = 'north', body: object = SIGNED) =>
    post(`/${id}/activation`, body, tenant);
  /** Leaves nothing active behind (some of it has been ended already from a second later on). */
  const endNow = async () => {
    const { items } = (await app.as('admin').get(AGREEMENTS).expect(200)).body;
    app.time.now = new Date(app.time.now.getTime() + 1000);
    for (const { agreementId, status, scope } of items)
      if (status === 'active' && scope === 'tenant')
        await post(`/${agreementId}/end`, {
          at: app.time.now.toISOString(),
          reason: 'Makes room for the next test.',
        });
  };

  for (const clause of CLAUSES)
    it(`does not become active without clause (${clause}) of Art. 28(3) (REQ-A44)`, async () => {
      const { [clause]: _, ...clauses } = template['clauses'];
      const { agreementId } = await draft({ clauses });
      const { body } = await activate(agreementId).expect(422);
      assert.deepEqual(
        body.errors.map(({ pointer }: Json) => pointer),
        [`/clauses/${clause}`],
      );
      assert.equal((await app.as('dpo').get(`${AGREEMENTS}/${agreementId}`).expect(200)).body.status, 'draft');
    });

  it('names every clause that is missing, all at once (REQ-A44)', async () => {
    const { agreementId } = await draft({ clauses: {} });
    const { body } = await activate(agreementId).expect(422);
    assert.equal(body.errors.length, CLAUSES.length);
  });

  it('needs the signed file, and a signature that does not lie in the future', async () => {
    const { agreementId } = await draft();
    const { body } = await activate(agreementId, 'north', { signedOn: SIGNED.signedOn }).expect(422);
    assert.equal(body.errors[0].pointer, '/file');
    const later = await activate(agreementId, 'north', { ...SIGNED, signedOn: '2026-03-02T00:00:00Z' }).expect(422);
    assert.equal(later.body.errors[0].pointer, '/signedOn');
  });

  it('becomes active once, also when two people sign at the same time', async () => {
    const { agreementId } = await draft();
    const answers = await Promise.all([1, 2, 3].map(() => activate(agreementId)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
    await activate(agreementId).expect(409);
    await endNow();
  });

  it('has the place of another for itself: an overlapping one is refused, an adjoining one is not', async () => {
    const first = await draft({ validFrom: '2026-04-01T00:00:00Z', validUntil: '2026-06-01T00:00:00Z' });
    await activate(first['agreementId']).expect(200);
    const overlapping = await draft({ validFrom: '2026-05-31T23:59:59Z' });
    assert.match((await activate(overlapping['agreementId']).expect(409)).body.detail, /overlapping time/);
    const before = await draft({ validFrom: '2026-03-15T00:00:00Z', validUntil: '2026-04-01T00:00:00.001Z' });
    await activate(before['agreementId']).expect(409);
    const adjoining = await draft({ validFrom: '2026-06-01T00:00:00Z' });
    await activate(adjoining['agreementId']).expect(200);
    const elsewhere = await draft({ validFrom: '2026-05-31T23:59:59Z', activities: ['accounts'] });
    await activate(elsewhere['agreementId']).expect(409);
    await endNow();
    app.time.now = new Date('2026-06-02T00:00:00Z');
    await endNow();
  });

  it('can follow one that was ended, from that very instant', async () => {
    app.time.now = new Date('2026-07-01T00:00:00Z');
    const first = await draft({ validFrom: '2026-07-01T00:00:00Z' });
    await activate(first['agreementId']).expect(200);
    app.time.now = new Date('2026-07-10T00:00:00Z');
    await post(`/${first['agreementId']}/end`, {
      at: '2026-07-10T00:00:00Z',
      reason: 'The institution moves to new terms.',
    }).expect(200);
    const next = await draft({ validFrom: '2026-07-10T00:00:00Z' });
    await activate(next['agreementId']).expect(200);
    await post(`/${next['agreementId']}/end`, {
      at: '2026-07-10T00:00:00Z',
      reason: 'The end of this test.',
    });
    app.time.now = new Date('2026-07-11T00:00:00Z');
    await endNow();
  });

  it('closes no circle, of two or of three', async () => {
    app.time.now = new Date('2026-08-01T00:00:00Z');
    const terms = (controller: string, processor: string) => {
      const { id: _, version: __, ...rest } = template as { id: string; version: string };
      return { ...rest, controller, processor, validFrom: '2026-08-01T00:00:00Z', activities: ['accounts'] };
    };
    const sign = async (controller: string, processor: string) => {
      const { body } = await app.as('installation').post(AGREEMENTS).send(terms(controller, processor)).expect(201);
      return app.as('installation').post(`${AGREEMENTS}/${body.agreementId}/activation`).send(SIGNED);
    };
    assert.equal((await sign('platform-provider', 'hosting-company')).status, 200);
    const two = await sign('hosting-company', 'platform-provider');
    assert.equal(two.status, 409);
    assert.match(two.body.detail, /closes in a circle/);
    assert.equal((await sign('hosting-company', 'doi-registry')).status, 200);
    const three = await sign('doi-registry', 'platform-provider');
    assert.equal(three.status, 409);
    assert.match(three.body.detail, /closes in a circle/);
  });

  it('between parties of the installation takes credentials for every tenant', async () => {
    await post('', { template: 'hosting', validFrom: '2026-03-01T12:00:00Z' }).expect(403);
  });

  it('is nowhere for another institution', async () => {
    const { agreementId } = await draft();
    await app.as('dpo', 'south').get(`${AGREEMENTS}/${agreementId}`).expect(404);
    await activate(agreementId, 'south').expect(404);
    const { items } = (await app.as('dpo', 'south').get(AGREEMENTS).expect(200)).body;
    assert.ok(!items.some((item: Json) => item['agreementId'] === agreementId));
  });

  it('is corrected with a reason, and what was known before stays to be read', async () => {
    app.time.now = new Date('2026-09-01T00:00:00Z');
    const { agreementId } = await draft({ validFrom: '2026-09-01T00:00:00Z' });
    await activate(agreementId).expect(200);
    app.time.now = new Date('2026-10-01T00:00:00Z');
    const correction = { from: '2026-09-10T00:00:00Z', until: '2026-09-20T00:00:00Z', nature: 'Storing only.' };
    await post(`/${agreementId}/corrections`, correction).expect(400);
    await post(`/${agreementId}/corrections`, { ...correction, reason: 'The annex said otherwise then.' }).expect(200);
    const nature = async (query: string) =>
      (await app.as('dpo').get(`${AGREEMENTS}/${agreementId}?${query}`).expect(200)).body.nature;
    assert.equal(await nature('at=2026-09-15T00:00:00Z'), 'Storing only.');
    assert.equal(await nature('at=2026-09-15T00:00:00Z&known-at=2026-09-30T00:00:00Z'), template['nature']);
    assert.equal(await nature('at=2026-09-25T00:00:00Z'), template['nature']);
    // A clause cannot be corrected away under an agreement that is active.
    const { g: _, ...clauses } = template['clauses'];
    const { body } = await post(`/${agreementId}/corrections`, {
      from: '2026-09-10T00:00:00Z',
      reason: 'The annex said otherwise then.',
      clauses,
    }).expect(422);
    assert.equal(body.errors[0].pointer, '/clauses/g');
    await endNow();
  });

  it('collects the instructions under it, version by version, each with its digest', async () => {
    app.time.now = new Date('2026-11-01T00:00:00Z');
    const { agreementId } = await draft({ validFrom: '2026-11-01T00:00:00Z' });
    await activate(agreementId).expect(200);
    app.time.now = new Date('2026-11-10T00:00:00Z');
    await post(`/${agreementId}/instructions`, { text: 'Keep backups for 30 days.' }).expect(201);
    // A clock that goes back changes no order and loses nothing.
    app.time.now = new Date('2026-11-09T00:00:00Z');
    await post(`/${agreementId}/instructions`, { text: 'Keep backups for 14 days.' }).expect(201);
    app.time.now = new Date('2026-11-11T00:00:00Z');
    const { instructions } = (await app.as('dpo').get(`${AGREEMENTS}/${agreementId}`).expect(200)).body;
    assert.deepEqual(
      instructions.map(({ version, text, sha256 }: Json) => [version, text, sha256.length]),
      [
        [1, 'Keep backups for 30 days.', 64],
        [2, 'Keep backups for 14 days.', 64],
      ],
    );
    assert.ok(instructions[0].issuedAt <= instructions[1].issuedAt);
    await endNow();
    await post(`/${agreementId}/instructions`, { text: 'Too late.' }).expect(409);
    await post(`/${agreementId}/end`, { at: app.time.now.toISOString(), reason: 'It is ended already.' }).expect(409);
  });

  it('is refused with the ids that come nearest', async () => {
    for (const [over, pointer, like] of [
      [{ template: 'procesing-standard' }, '/template', 'processing-standard'],
      [{ processor: 'platform-provder' }, '/processor', 'platform-provider'],
      [{ activities: ['acounts'] }, '/activities/0', 'accounts'],
    ] as const) {
      const { body } = await post('', {
        template: 'processing-standard',
        validFrom: '2026-03-01T12:00:00Z',
        ...over,
      }).expect(422);
      assert.equal(body.errors[0].pointer, pointer);
      assert.ok(body.errors[0].detail.includes(`did you mean ${like}`), body.errors[0].detail);
    }
  });

  it('with neither template nor terms is told everything that is open', async () => {
    const { body } = await post('', { validFrom: '2026-03-01T12:00:00Z' }).expect(422);
    assert.deepEqual(
      body.errors.map(({ pointer }: Json) => pointer),
      ['/title', '/controller', '/processor', '/activities', '/clauses', '/subProcessors'],
    );
  });
});

onBothEngines('What is recorded in the register', (ground) => {
  it('is refused to nobody because the clock moved between two looks at it', async () => {
    const app = await openApp(ground());
    try {
      const context = await app.contextOf('north', 'admin');
      let now = Date.parse('2026-03-01T12:00:00Z');
      const ticking = {
        ...context,
        clock: () => {
          now += 1;
          return new Date(now);
        },
      };
      const { registerRecords, register } = app.services;
      for (const legalName of ['Example University', 'Example University of Marburg'])
        await registerRecords.recordInstitution(ticking, { legalName });
      const policies = app.policies.current();
      for (const hash of ['aa'.repeat(32), 'bb'.repeat(32), policies.hash])
        await register.recordPolicies(ticking, { ...policies, hash });
      assert.equal((await registerRecords.institution(ticking)).party.name, 'Example University of Marburg');
    } finally {
      await app.close();
    }
  });

  it('is neither changed nor deleted by the service’s own connection', async () => {
    const app = await openApp(ground());
    try {
      const context = await app.contextOf('north', 'admin');
      await app.services.registerRecords.recordInstitution(context, { legalName: 'Example University' });
      const { store } = ground();
      await assert.rejects(store.write((tx) => tx.update(tx.tables.registerFacts).set({ reason: 'rewritten' })));
      await assert.rejects(store.write((tx) => tx.delete(tx.tables.registerFacts)));
    } finally {
      await app.close();
    }
  });

  it('of an institution is edited by whoever has read the newest state', async () => {
    const app = await openApp(ground());
    try {
      const put = (etag: string, legalName: string) =>
        app.as('admin').put('/v1/register/institution').set('If-Match', etag).send({ legalName });
      const { headers } = await app.as('admin').get('/v1/register/institution').expect(200);
      const etag = headers['etag'] as string;
      await put(etag, 'First').expect(200);
      await put(etag, 'Second').expect(412);
      await refused(
        app.services.registerRecords.recordInstitution(await app.contextOf('north', 'admin'), {
          legalName: 'Third',
          from: '2026-01-01T00:00:00Z',
        }),
        'invalid-request',
      );
    } finally {
      await app.close();
    }
  });
});

onOneEngine('An agreement on what cannot be agreed', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
  });
  after(() => app.close());

  const hostile: [what: string, body: object, pointer: string][] = [
    ['a template nobody has', { template: 'nothing' }, '/template'],
    ['a party nobody knows', { processor: 'nobody' }, '/processor'],
    ['an activity nobody knows', { activities: ['accounts', 'nothing'] }, '/activities/1'],
    ['a party that is its own processor', { processor: 'institution' }, '/processor'],
    ['an end before the beginning', { validUntil: '2026-02-01T00:00:00Z' }, '/validUntil'],
    [
      'a sub-processor nobody knows',
      { subProcessors: { authorisation: 'general', objectionWindow: 'P30D', authorised: ['nobody'] } },
      '/subProcessors/authorised/0',
    ],
    [
      'a window that is no duration',
      { subProcessors: { authorisation: 'general', objectionWindow: '30 days', authorised: [] } },
      '/subProcessors/objectionWindow',
    ],
    ['a file with a path', { file: { name: '../../etc/passwd', sha256: 'c3'.repeat(32) } }, '/file/name'],
    ['a digest that is none', { file: { name: 'a.pdf', sha256: 'C3' } }, '/file/sha256'],
    ['a field nobody knows', { colour: 'blue' }, '/colour'],
  ];
  for (const [what, over, pointer] of hostile)
    it(`is refused for ${what}, naming the field`, async () => {
      const { status, body } = await app
        .as('admin')
        .post(AGREEMENTS)
        .send({
          template: 'processing-standard',
          validFrom: '2026-03-01T12:00:00Z',
          ...over,
        });
      assert.ok(status === 400 || status === 422, JSON.stringify(body));
      assert.ok(
        body.errors.some((error: Json) => error['pointer'] === pointer),
        JSON.stringify(body.errors),
      );
    });
});
