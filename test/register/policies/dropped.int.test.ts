import assert from 'node:assert/strict';
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { buildServices } from '../../../src/app/services.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openPolicies, PolicyError } from '../../../src/register/policies/policies.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const shipped = join(packageRoot, 'policies');

onBothEngines('A set of policies that drops a party still in use', (ground) => {
  let app: TestApp;
  let policies: string;
  let agreementId: string;
  before(async () => {
    policies = join(ground().folder, 'policies');
    cpSync(shipped, policies, { recursive: true });
    appendFileSync(
      join(policies, 'parties.yaml'),
      '\n  - { id: archive-company, name: Example Archive BV, kind: organisation, country: NL, region: eu, contact: privacy@archive.example.org }\n',
    );
    app = await openApp(ground(), { policies });
    const { body } = await app
      .as('admin')
      .post('/v1/register/agreements')
      .send({
        template: 'processing-standard',
        validFrom: '2026-03-01T12:00:00Z',
        subProcessors: { authorisation: 'general', objectionWindow: 'P30D', authorised: ['archive-company'] },
      })
      .expect(201);
    agreementId = body.agreementId;
    cpSync(shipped, policies, { recursive: true });
  });
  after(() => app.close());

  it('is refused at a reload with the list of uses, and the old set stays', async () => {
    const before = app.policies.current().hash;
    const { body } = await app.as('installation').post('/v1/policies/reload').expect(409);
    assert.deepEqual(
      body.errors.map(({ pointer }: { pointer: string }) => pointer),
      ['parties.yaml'],
    );
    assert.ok(
      body.errors[0].detail.includes(
        `The party "archive-company" is still used by agreement ${agreementId} (draft) of portal north.`,
      ),
    );
    assert.equal(app.policies.current().hash, before);
  });

  it('is no start either: the same list, and nothing is recorded', async () => {
    const { store, vault } = ground();
    const log = createLog('silent', { write: () => undefined });
    const start = () =>
      buildServices({ store, vault, policies: openPolicies(policies), clock: () => app.time.now, log });
    await assert.rejects(start, (error: unknown) => {
      assert.ok(error instanceof PolicyError);
      assert.equal(error.mistakes.length, 1);
      return true;
    });
    const { body } = await app.as('dpo').get('/v1/register/history').expect(200);
    assert.equal(body.items.filter(({ kind }: { kind: string }) => kind === 'policies').length, 1);
  });

  it('is taken once nothing uses it any more', async () => {
    app.time.now = new Date('2026-03-02T12:00:00Z');
    await app
      .as('admin')
      .post(`/v1/register/agreements/${agreementId}/end`)
      .send({ at: '2026-03-02T12:00:00Z', reason: 'The draft is given up.' })
      .expect(200);
    await app.as('installation').post('/v1/policies/reload').expect(200);
    const { body } = await app.as('dpo').get('/v1/register').expect(200);
    assert.ok(!body.parties.some(({ id }: { id: string }) => id === 'archive-company'));
    // And of the day before it is still there.
    const { body: past } = await app.as('dpo').get('/v1/register?at=2026-03-01T13:00:00Z').expect(200);
    assert.ok(past.parties.some(({ id }: { id: string }) => id === 'archive-company'));
  });
});
