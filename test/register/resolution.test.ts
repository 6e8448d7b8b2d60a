import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../support/app.ts';
import { onBothEngines } from '../support/engines.ts';
import { fillRegister } from '../support/example-register.ts';

onBothEngines('The shipped policies', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
    await fillRegister(app, 'north');
  });
  after(() => app.close());
  type Link = {
    party: string;
    role: string;
    actsFor: string | null;
    agreementId: string | null;
    places: { country: string }[];
  };
  const chainOf = async (query: string): Promise<Link[]> => {
    const { body } = await app.as('dpo').get(`/v1/register/resolution?${query}`).expect(200);
    assert.ok(body.activities.length > 0);
    return body.activities[0].chain;
  };
  const roles = (chain: Link[]) => chain.map(({ party, role, actsFor }) => [party, role, actsFor]);

  it('answer who is controller of visits to the portal: the platform provider', async () => {
    const chain = await chainOf('category=visits.full&purpose=portal-security');
    assert.deepEqual(roles(chain)[0], ['platform-provider', 'controller', null]);
    assert.ok(!chain.some(({ party }) => party === 'institution'));
  });

  it('answer who processes account data: the institution decides, the provider acts for it under their agreement', async () => {
    const chain = await chainOf('category=profiles.contact&purpose=account-service');
    assert.deepEqual(roles(chain).slice(0, 2), [
      ['institution', 'controller', null],
      ['platform-provider', 'processor', 'institution'],
    ]);
    assert.ok(chain[1]?.agreementId);
  });

  it('answer where: the host of the portal’s own region is the sub-processor', async () => {
    const [, , host] = await chainOf('category=profiles.contact');
    assert.deepEqual(
      [host?.party, host?.role, host?.actsFor],
      ['hosting-company', 'sub-processor', 'platform-provider'],
    );
    assert.deepEqual([...new Set(host?.places.map(({ country }) => country))], ['DE']);
  });
});
