import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const AGREEMENTS = '/v1/register/agreements';
const SIGNED = { signedOn: '2026-03-01T00:00:00Z', file: { name: 'signed.pdf', sha256: 'c3'.repeat(32) } };

onBothEngines('What becomes of the data when an agreement has ended (REQ-A48)', (ground) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
  });
  afterEach(() => app.close());

  const post = (path: string, body: object) => app.as('admin').post(`${AGREEMENTS}${path}`).send(body);
  const draft = async (times: object): Promise<{ agreementId: string }> =>
    (await post('', { template: 'processing-standard', ...times }).expect(201)).body;
  const activate = (id: string) => post(`/${id}/activation`, SIGNED);

  it('is chosen, done, and certified', async () => {
    const { agreementId } = await draft({ validFrom: '2026-09-01T00:00:00Z', validUntil: '2026-12-01T00:00:00Z' });
    await activate(agreementId).expect(200);
    app.time.now = new Date('2026-10-10T12:00:00Z');
    const done = {
      on: '2026-10-11T00:00:00Z',
      copiesDeletedOn: '2026-10-20T00:00:00Z',
      certificate: { name: 'deleted.pdf', sha256: 'd4'.repeat(32) },
    };
    await post(`/${agreementId}/data-end`, { choice: 'delete', ...done }).expect(409);
    const at = app.time.now.toISOString();
    const ended = await post(`/${agreementId}/end`, { at, reason: 'The institution moves on.', data: 'return' }).expect(
      200,
    );
    assert.deepEqual(ended.body.dataAtEnd, { choice: 'return', done: null });

    app.time.now = new Date('2026-10-21T12:00:00Z');
    const { copiesDeletedOn: _, ...open } = done;
    for (const [body, pointer] of [
      [open, '/copiesDeletedOn'],
      [{ ...done, on: '2026-11-01T00:00:00Z' }, '/on'],
      [{ ...done, copiesDeletedOn: '2026-11-01T00:00:00Z' }, '/copiesDeletedOn'],
    ] as const) {
      const { body: problem } = await post(`/${agreementId}/data-end`, body).expect(422);
      assert.equal(problem.errors[0].pointer, pointer);
    }
    const kept = { ...open, keptByLaw: 'Invoices, ten years (section 147 of the tax code).' };
    const answers = await Promise.all([1, 2].map(() => post(`/${agreementId}/data-end`, kept)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    const { body } = await app.as('dpo').get(`${AGREEMENTS}/${agreementId}`).expect(200);
    assert.deepEqual(body.dataAtEnd, { choice: 'return', done: kept });
    const { items } = (await app.as('auditor').get('/v1/audit?action=agreement.data-ended').expect(200)).body;
    assert.equal(items.length, 1);
  });

  it('asks what was chosen where the end did not say', async () => {
    const { agreementId } = await draft({ validFrom: '2026-07-01T00:00:00Z', validUntil: '2026-07-02T00:00:00Z' });
    await activate(agreementId).expect(200);
    app.time.now = new Date('2026-07-03T12:00:00Z');
    const done = { on: '2026-07-02T12:00:00Z', copiesDeletedOn: '2026-07-02T13:00:00Z', certificate: SIGNED.file };
    const { body } = await post(`/${agreementId}/data-end`, done).expect(422);
    assert.equal(body.errors[0].pointer, '/choice');
    const said = await post(`/${agreementId}/data-end`, { choice: 'delete', ...done }).expect(200);
    assert.deepEqual(said.body.dataAtEnd, { choice: 'delete', done });
  });
});
