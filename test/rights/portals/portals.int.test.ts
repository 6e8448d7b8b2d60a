import assert from 'node:assert/strict';
import supertest from 'supertest';
import type { PortalAnswers } from '../../../src/rights/portals/model.ts';
import type { RequestStatus } from '../../../src/rights/requests/shown.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { unpacked } from '../reports/package/unpacked.ts';

const WHY = 'The person asked the platform for everything.';

onBothEngines('A person who is known in several portals (Art. 4(7), 12, 26)', (ground) => {
  let app: TestApp;
  /** Who acts for the whole installation: two persons. */
  const officers: Record<'one' | 'two', string> = { one: '', two: '' };
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-03T10:00:00Z' });
    const root = await app.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    for (const label of ['one', 'two'] as const)
      officers[label] = (await app.access.issueToken(root, { role: 'dpo', label, everyTenant: true })).secret as string;
    for (const tenant of ['north', 'south'] as const) {
      for (const id of ['ada', 'cleo'])
        await app
          .as('platform', tenant)
          .put(`/v1/subjects/${id}`)
          .send({ name: `Ms ${id} of ${tenant}`, email: `${id}@portals.example` })
          .expect(201);
      for (const id of ['ada', 'bea', 'cleo', 'dora'])
        await app
          .as('platform', tenant)
          .post('/v1/consents')
          .send({
            subject: { kind: 'account', id },
            purpose: 'usage-statistics',
            status: 'given',
            notice: { id: 'consent-banner', version: '1.1', language: 'en' },
          })
          .expect(201);
    }
  });
  after(() => app.close());

  const call = (method: 'get' | 'post', path: string, who: 'one' | 'two' = 'one', tenant = 'north') => {
    const test = supertest(app.server)
      [method](path)
      .set('Authorization', `Bearer ${officers[who]}`)
      .set('Lethe-Tenant', tenant)
      .set('Lethe-Purpose', 'data-quality');
    return method === 'post' ? test.set('Idempotency-Key', `"${crypto.randomUUID()}"`) : test;
  };
  const opened = async (type: string, subject: string): Promise<string> => {
    const { body } = await call('post', '/v1/requests').send({ type, channel: 'letter', subject }).expect(201);
    return body.requestId;
  };
  const act = async (id: string, name: string, body: object, who: 'one' | 'two' = 'one'): Promise<RequestStatus> => {
    const answer = await call('post', `/v1/requests/${id}/${name}`, who).send(body);
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
    return answer.body;
  };
  const portalsOf = async (id: string): Promise<PortalAnswers> =>
    (await call('get', `/v1/requests/${id}/portals`).expect(200)).body;
  const rowsIn = async (tenant: string, subject: string): Promise<Record<string, number | null>> => {
    const { body } = await call('post', `/v1/subjects/${subject}/erasure/preview`, 'one', tenant)
      .send({ ground: '17-1-b' })
      .expect(200);
    return Object.fromEntries(
      body.categories
        .filter(({ rows }: { rows: number }) => rows > 0)
        .map(({ category, rows }: { category: string; rows: number }) => [category, rows]),
    );
  };

  it('is shown to the officer with who answers where: together, in part, separately', async () => {
    const id = await opened('access', 'account:ada');
    const { controllers, portals } = await portalsOf(id);
    assert.ok(controllers.some(({ party }) => party === 'platform-provider'));
    const [south] = portals;
    assert.equal(portals.length, 1);
    assert.deepEqual([south?.tenant, south?.answers, south?.joined], ['south', 'in-part', false]);
    const byCategory = Object.fromEntries(
      (south?.categories ?? []).map(({ category, together, controllers: theirs }) => [
        category,
        [together, theirs.map(({ name }) => name).join()],
      ]),
    );
    assert.deepEqual(byCategory['consents.decision'], [true, 'Example Repository Platform GmbH']);
    assert.deepEqual(byCategory['profiles.identity'], [false, 'Portal south']);
  });

  it('is nobody’s to look for who acts in one portal only, and the look stands in the log of each portal', async () => {
    const id = await opened('access', 'account:ada');
    const refused = await app.as('dpo').get(`/v1/requests/${id}/portals`);
    assert.equal(refused.status, 403, refused.text);
    await app
      .as('dpo')
      .post(`/v1/requests/${id}/portals`)
      .send({ portals: ['south'] })
      .expect(403);
    const looks = async () =>
      (await call('get', '/v1/audit?action=personal-data.read&limit=200', 'one', 'south').expect(200)).body.items
        .length;
    const before = await looks();
    await portalsOf(id);
    assert.ok((await looks()) > before);
  });

  it('has one report of what the same controllers answer for, each record with its portal', async () => {
    const id = await opened('access', 'account:ada');
    await act(id, 'identity-decision', { confirmed: true, text: 'Known to the office.' });
    const joined = await act(id, 'portals', { portals: ['south'] });
    assert.ok(joined.legal.includes('portals-joined'));
    assert.equal((await portalsOf(id)).portals[0]?.joined, true);
    const holds = async () =>
      (await call('get', '/v1/holds?limit=200', 'one', 'south').expect(200)).body.items.filter(
        (hold: { requestId: string; releasedAt: string | null }) => hold.requestId === id && hold.releasedAt === null,
      ).length;
    assert.equal(await holds(), 1, 'what is to be copied is protected there too');

    await act(id, 'execution', {});
    await app.services.packages.work(await app.contextOf('north', 'operator'));
    await app.services.requests.resume(await app.contextOf('north', 'operator'));
    const { body: request } = await call('get', `/v1/requests/${id}`).expect(200);
    assert.equal(request.state, 'executed', JSON.stringify(request.steps));
    const zip = await call('get', `/v1/packages/${request.packageId}/content`)
      .buffer(true)
      .parse((response, done) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => done(null, Buffer.concat(parts)));
      })
      .expect(200);
    const files = await unpacked(zip.body as Buffer);
    const page = [...files].find(([name]) => name.endsWith('.html'))?.[1].toString('utf8') ?? '';
    assert.match(page, /other portals hold of you[^<]*Portal south/);
    const all = JSON.parse((files.get('data.json') as Buffer).toString('utf8'));
    const records = all.copy.flatMap((kind: { category: string; records: { fields: Record<string, unknown> }[] }) =>
      kind.records.map(({ fields }) => [kind.category, fields['portal'] ?? 'own'] as const),
    );
    const of = (category: string) =>
      records.filter(([one]: [string]) => one === category).map(([, portal]: [string, string]) => portal);
    assert.deepEqual(of('consents.decision').sort(), ['Portal south', 'own']);
    assert.deepEqual(of('profiles.identity'), ['own'], 'the institution of the other portal is asked by itself');
    const { body: log } = await call('get', '/v1/audit?action=package.included', 'one', 'south').expect(200);
    assert.equal(log.items[0].detail.portal, 'north');
    assert.notEqual(log.items[0].subject, null);
  });

  it('has one erasure, with a certificate of each portal and a letter that says which', async () => {
    const id = await opened('erasure', 'account:cleo');
    await act(id, 'identity-decision', { confirmed: true, text: 'Known to the office.' });
    await act(id, 'portals', { portals: ['south'] });
    await act(id, 'proposals', { what: 'execution', ground: '17-1-b', text: WHY });
    await act(id, 'approval', {}, 'two');
    const done = await act(id, 'execution', {});
    assert.equal(done.state, 'executed');
    const step = (name: string) =>
      done.steps.find((one: { step: string }) => one.step === name)?.result as { certificateId: string };
    assert.ok(step('erasure').certificateId);
    assert.notEqual(step('erasure in south').certificateId, step('erasure').certificateId);
    await call('get', `/v1/certificates/${step('erasure in south').certificateId}`, 'one', 'south').expect(200);

    assert.equal((await rowsIn('north', 'cleo'))['profiles.identity'], undefined);
    const left = await rowsIn('south', 'cleo');
    assert.equal(left['consents.decision'], undefined, 'what the same controller answers for is gone');
    assert.equal(left['profiles.identity'], 1, 'what the other institution answers for is not');

    await act(id, 'answer', { sent: 'post' });
    const { body } = await call('get', `/v1/requests/${id}`).expect(200);
    assert.match(body.letters.at(-1).text, /\(Portal south\)/);
  });

  it('loses elsewhere no more than what was asked to be erased', async () => {
    const only = (
      await call('post', '/v1/requests')
        .send({ type: 'erasure', channel: 'letter', subject: 'account:dora', purpose: 'account-service' })
        .expect(201)
    ).body.requestId;
    await act(only, 'identity-decision', { confirmed: true, text: 'Known to the office.' });
    await act(only, 'portals', { portals: ['south'] });
    await act(only, 'proposals', { what: 'execution', ground: '17-1-a', text: WHY });
    await act(only, 'approval', {}, 'two');
    await act(only, 'execution', {});
    assert.ok(((await rowsIn('south', 'dora'))['consents.decision'] ?? 0) > 0, 'that purpose has no decisions');
  });

  it('is not answered for a portal where others answer or nothing is held, nor once it is decided', async () => {
    const id = await opened('access', 'account:nobody');
    const none = await call('post', `/v1/requests/${id}/portals`).send({ portals: ['south'] });
    assert.equal(none.status, 422, none.text);
    assert.match(none.text, /there is none/);
    const bea = await opened('erasure', 'account:bea');
    await act(bea, 'identity-decision', { confirmed: true, text: 'Known to the office.' });
    await act(bea, 'portals', { portals: ['south'] });
    assert.equal((await portalsOf(bea)).portals[0]?.answers, 'together');
    await act(bea, 'proposals', { what: 'execution', ground: '17-1-b', text: WHY });
    await call('post', `/v1/requests/${bea}/portals`).send({ portals: [] }).expect(409);
    const named = await opened('access', 'account:bea');
    await act(named, 'portals', { portals: ['south'] });
    const heldInSouth = async () =>
      (await call('get', '/v1/holds?limit=200', 'one', 'south').expect(200)).body.items.filter(
        (hold: { requestId: string; releasedAt: string | null }) =>
          hold.requestId === named && hold.releasedAt === null,
      ).length;
    assert.equal(await heldInSouth(), 1);
    await act(named, 'portals', { portals: [] });
    assert.equal(await heldInSouth(), 0, 'where it is no longer answered nothing of it stands');
    await act(named, 'portals', { portals: ['south'] });
    await act(named, 'subject', { subject: 'account:ada' });
    assert.equal(
      (await portalsOf(named)).portals.some(({ joined }) => joined),
      false,
      'of somebody else it is asked anew',
    );
  });
});
