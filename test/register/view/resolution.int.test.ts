import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';

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

  it('answer who is controller of visits to the portal: the platform provider (REQ-A01)', async () => {
    const chain = await chainOf('category=visits.full&purpose=portal-security');
    assert.deepEqual(roles(chain)[0], ['platform-provider', 'controller', null]);
    assert.ok(!chain.some(({ party }) => party === 'institution'));
  });

  it('answer who processes account data: the institution decides, the provider acts for it under their agreement (REQ-A01)', async () => {
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

onOneEngine('What the policies alone decide of a resolution', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
    await fillRegister(app, 'north');
  });
  after(() => app.close());

  it('answer which rights the persons have: those that the basis gives, each other with its reason', async () => {
    const rights = async (query: string): Promise<Record<string, string>> => {
      const { body } = await app.as('dpo').get(`/v1/register/resolution?${query}`).expect(200);
      type Standing = { right: string; exists: string; reason: string | null };
      const standings: Standing[] = body.activities[0].rights;
      for (const { right, exists, reason } of standings) assert.equal(reason === null, exists === 'yes', right);
      return Object.fromEntries(standings.map(({ right, exists }) => [right, exists]));
    };
    const everywhere = { A15: 'yes', A16: 'yes', A18: 'yes', A19: 'yes', A77: 'yes' };
    assert.deepEqual(await rights('purpose=account-service'), {
      ...everywhere,
      A17: 'yes',
      A20: 'yes',
      A21: 'no',
      'A7-3': 'no',
    });
    assert.deepEqual(await rights('purpose=usage-statistics'), {
      ...everywhere,
      A17: 'yes',
      A20: 'yes',
      A21: 'no',
      'A7-3': 'yes',
    });
    assert.deepEqual(await rights('purpose=publication-record'), {
      ...everywhere,
      A17: 'limited',
      A20: 'no',
      A21: 'yes',
      'A7-3': 'no',
    });
  });

  const unknown: [what: string, query: string, pointer: string, detail: RegExp][] = [
    ['a category', 'category=visits.ful', '?category', /did you mean visits\.full/],
    ['a purpose', 'purpose=acount-service', '?purpose', /did you mean account-service/],
    ['a category like none', 'category=a.b', '?category', /there are /],
  ];
  for (const [what, query, pointer, detail] of unknown)
    it(`refuse ${what} nobody declared, with the nearest ones (REQ-G04)`, async () => {
      const { body } = await app.as('dpo').get(`/v1/register/resolution?${query}`).expect(422);
      assert.equal(body.errors[0].pointer, pointer);
      assert.match(body.errors[0].detail, detail);
    });

  it('answer that nothing covers a known category for a known purpose', async () => {
    const { body } = await app.as('dpo').get('/v1/register/resolution?category=visits.full&purpose=account-service');
    assert.deepEqual(body.activities, []);
  });
});
