import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { EXAMPLE_INSTITUTION, fillRegister } from '../../support/example-register.ts';

onBothEngines('The register of the shipped policies', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('has an institution without details and no agreement, until people record them', async () => {
    const { body } = await app.as('dpo').get('/v1/register').expect(200);
    assert.deepEqual(body.agreements, []);
    assert.equal(body.parties.find(({ id }: { id: string }) => id === 'institution').address, undefined);
  });

  it('has both once they are recorded, the same for every tenant where companies agreed', async () => {
    const signed = await fillRegister(app, 'north');
    const { body } = await app.as('dpo').get('/v1/register').expect(200);
    assert.equal(
      body.parties.find(({ id }: { id: string }) => id === 'institution').address,
      EXAMPLE_INSTITUTION.address,
    );
    assert.deepEqual(
      body.agreements.map(({ agreementId }: { agreementId: string }) => agreementId).sort(),
      Object.values(signed).sort(),
    );
    const again = await fillRegister(app, 'south');
    assert.equal(again.hosting, signed.hosting);
    assert.notEqual(again.processing, signed.processing);
  });
});
