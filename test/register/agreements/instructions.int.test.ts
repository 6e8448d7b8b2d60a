import assert from 'node:assert/strict';
import { verifyDocument } from '../../../src/foundations/signing/signer.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const AGREEMENTS = '/v1/register/agreements';
const CHECKS = '/v1/register/instruction-checks';
const SIGNED = { signedOn: '2026-03-01T00:00:00Z', file: { name: 'signed.pdf', sha256: 'c3'.repeat(32) } };
const WANTED = { processor: 'platform-provider', activity: 'accounts', operation: 'storage' };

// GDPR Art. 28(3)(a), 29; REQ-A47.
onBothEngines('Instructions to a processor (REQ-A47)', (ground) => {
  let app: TestApp;
  let agreementId: string;
  let day = 10;
  /** Refusals of the tests before. */
  let earlier = new Set<string>();
  beforeEach(async () => {
    day += 1;
    app = await openApp(ground(), { now: `2026-03-${day}T12:00:00Z` });
    const draft = await app
      .as('admin')
      .post(AGREEMENTS)
      .send({ template: 'processing-standard', validFrom: app.time.now.toISOString() })
      .expect(201);
    ({ agreementId } = draft.body);
    await app.as('admin').post(`${AGREEMENTS}/${agreementId}/activation`).send(SIGNED).expect(200);
    earlier = new Set();
    earlier = new Set((await refusals()).map(({ entryId }) => entryId));
  });
  afterEach(async () => {
    const end = { at: new Date(app.time.now.getTime() + 1000).toISOString(), reason: 'Makes room for the next test.' };
    await app.as('admin').post(`${AGREEMENTS}/${agreementId}/end`).send(end).expect(200);
    await app.close();
  });

  const instruct = (body: object) => app.as('admin').post(`${AGREEMENTS}/${agreementId}/instructions`).send(body);
  const check = (body: object = {}) =>
    app
      .as('platform')
      .post(CHECKS)
      .send({ ...WANTED, ...body });
  const refusals = async (): Promise<Json[]> => {
    const { body } = await app.as('auditor').get('/v1/audit?action=instruction.refused').expect(200);
    return body.items.filter(({ entryId }: Json) => !earlier.has(entryId));
  };

  it('are signed, version by version: anybody can check them with the published key', async () => {
    await instruct({ text: 'Keep backups for 30 days.' }).expect(201);
    const { body } = await instruct({ text: 'Keep backups for 14 days.', operations: ['storage'] }).expect(201);
    const { body: keys } = await app.as('dpo').get('/.well-known/jwks.json').expect(200);
    for (const instruction of body.instructions) {
      const checked = await verifyDocument(keys, instruction.signature, 'instruction+jws');
      assert.ok(checked.ok, JSON.stringify(checked));
      const { text, sha256, version, permits } = instruction;
      const { signedAt, ...document } = checked.document as Json;
      assert.deepEqual(document, {
        agreementId,
        version,
        text,
        sha256,
        permits,
        controller: 'institution',
        processor: 'platform-provider',
      });
      assert.equal(signedAt, app.time.now.toISOString());
      const altered = instruction.signature.replace(/\.[^.]{4}/, '.AAAA');
      assert.equal((await verifyDocument(keys, altered, 'instruction+jws')).ok, false);
      assert.equal((await verifyDocument(keys, instruction.signature, 'authority-pack+jws')).ok, false);
    }
  });

  it('given by two at once become two versions, or the second is told', async () => {
    const answers = await Promise.all(['One.', 'Two.', 'Three.'].map((text) => instruct({ text })));
    const { body } = await app.as('dpo').get(`${AGREEMENTS}/${agreementId}`).expect(200);
    const through = answers.filter(({ status }) => status === 201);
    assert.ok(through.length >= 1 && answers.every(({ status }) => status === 201 || status === 409));
    assert.deepEqual(
      body.instructions.map(({ version }: Json) => version),
      through.map((_, index) => index + 1),
    );
  });

  it('name only what the register has, with the nearest', async () => {
    const { body } = await instruct({ text: 'x', categories: ['profiles.identty'] }).expect(422);
    assert.equal(body.errors[0].pointer, '/categories/0');
    assert.match(body.errors[0].detail, /did you mean profiles\.identity/);
  });

  it('cover what the agreement and the register say, and the answer says under which', async () => {
    const { body } = await check({ category: 'profiles.contact' }).expect(200);
    assert.deepEqual(body, {
      within: true,
      controller: 'institution',
      processor: 'platform-provider',
      agreementId,
      instruction: null,
    });
    await instruct({ text: 'Store and erase only.', operations: ['storage', 'erasure'] }).expect(201);
    assert.equal((await check().expect(200)).body.instruction, 1);
    assert.deepEqual(await refusals(), []);
  });

  const outside: [what: string, body: object, pointer: string][] = [
    ['an operation that no instruction names', { operation: 'dissemination' }, '/operation'],
    ['a category of another activity', { category: 'visits.full' }, '/category'],
    ['a recipient that the activity does not have', { recipient: 'doi-registry' }, '/recipient'],
    ['a country to which no transfer stands', { country: 'US' }, '/country'],
    ['an activity in which it does not act', { activity: 'portal-visits' }, '/processor'],
  ];
  for (const [what, body, pointer] of outside)
    it(`refuse ${what}, on record`, async () => {
      await instruct({ text: 'Store and erase only.', operations: ['storage', 'erasure'] }).expect(201);
      const { body: problem } = await check(body).expect(409);
      assert.match(problem.type, /outside-instructions$/);
      assert.deepEqual(
        problem.errors.map((one: Json) => one['pointer']),
        [pointer],
      );
      const [entry, ...others] = await refusals();
      assert.deepEqual(others, []);
      assert.deepEqual(entry?.['detail'].lacking, [pointer]);
      assert.equal(entry?.['detail'].processor, 'platform-provider');
    });

  it('are reported to the controller once, however often somebody asks', async () => {
    await app
      .as('dpo')
      .put('/v1/register/institution')
      .send({ legalName: 'North University', notices: { email: 'dpo@north.example.org' } })
      .expect(200);
    const { body: refused } = await app
      .as('dpo')
      .put('/v1/register/institution')
      .send({ notices: { webhook: 'https://168.63.129.16/hook' } })
      .expect(422);
    assert.equal(refused.errors[0].pointer, '/notices/webhook');
    for (let n = 0; n < 3; n += 1) await check({ country: 'US' }).expect(409);
    await check({ country: 'US', operation: 'disclosure' }).expect(409);
    const { body } = await app.as('admin').get('/v1/outbox').expect(200);
    const told = body.items.filter(({ topic }: Json) => topic === 'instruction.refused');
    assert.equal(told.length, 2);
    assert.deepEqual([told[0].party, told[0].channel], ['institution', 'email']);
    assert.equal((await refusals()).length, 2);
    const { body: history } = await app.as('dpo').get('/v1/register/history').expect(200);
    const today = history.items.filter(({ recordedAt }: Json) => recordedAt >= app.time.now.toISOString());
    assert.equal(today.filter(({ kind }: Json) => kind === 'instruction-refusal').length, 2);
  });

  it('are asked about with ids of the register', async () => {
    const { body } = await check({ processor: 'platform-provide' }).expect(422);
    assert.match(body.errors[0].detail, /did you mean platform-provider/);
    await check({ activity: 'acounts' }).expect(422);
    assert.deepEqual(await refusals(), []);
  });
});
