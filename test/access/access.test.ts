import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../support/app.ts';
import { onBothEngines } from '../support/engines.ts';

onBothEngines('Tenants and tokens', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('serves the contract', async () => {
    await app.as('admin').get('/v1/tenants').expect(200);
    const made = await app.as('admin').post('/v1/tokens').send({ role: 'dpo', label: 'x' }).expect(201);
    assert.match(made.body.secret, /^lethe_dpo_[\w-]{43}$/);
  });
});
