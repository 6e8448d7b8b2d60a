import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { Role } from '../../../src/foundations/contract/context.ts';
import { type ClientOptions, createClient } from '../../../src/interfaces/client/client.ts';
import { isProblem, LetheConnectionError } from '../../../src/interfaces/client/errors.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

onBothEngines('The typed client against the service', (ground) => {
  let app: TestApp;
  let baseUrl: string;
  before(async () => {
    app = await openApp(ground());
    baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  after(() => app.close());

  const as = (role: Role, options: ClientOptions = {}) =>
    createClient({ baseUrl, token: app.tokens.north[role as 'dpo'], ...options });

  const caught = (work: Promise<unknown>) =>
    work.then(
      () => assert.fail('nothing was thrown'),
      (error: unknown) => error,
    );

  it('records a decision once, also where its answer was lost on the way', async () => {
    let calls = 0;
    const lossy = as('platform', {
      fetch: async (...given) => {
        const response = await fetch(...given);
        calls += 1;
        if (calls > 1) return response;
        await response.arrayBuffer();
        throw new TypeError('fetch failed');
      },
      retry: { wait: async () => undefined },
    });
    const subject = { kind: 'account', id: 'client-1' } as const;
    const { body, status, replayed } = await lossy.answer('recordConsent', {
      body: {
        subject,
        purpose: 'usage-statistics',
        status: 'refused',
        notice: { id: 'consent-banner', version: '1.0', language: 'en' },
      },
    });
    assert.deepEqual([calls, status, replayed], [2, 201, true]);
    const { items } = await as('dpo').getConsentHistory({ params: { id: 'client-1' }, purpose: 'data-quality' });
    assert.deepEqual(
      items.map(({ eventId }) => eventId),
      [body.eventId],
    );
  });

  it('follows a list over its pages', async () => {
    const lethe = as('admin');
    for (const label of ['one', 'two', 'three']) await lethe.issueToken({ body: { role: 'auditor', label } });
    const labels: string[] = [];
    for await (const { label } of lethe.items('listTokens', { query: { limit: 2 } })) labels.push(label);
    const whole = await lethe.listTokens({ query: { limit: 200 } });
    assert.deepEqual(
      labels,
      whole.items.map(({ label }) => label),
    );
    let pages = 0;
    for await (const { items } of lethe.pages('listTokens', { query: { limit: 4 } })) {
      assert.ok(items.length <= 4);
      pages += 1;
    }
    assert.equal(pages, Math.ceil(labels.length / 4));
  });

  it('edits what it has read, and is told of somebody who was faster', async () => {
    const lethe = createClient({ baseUrl, token: app.installation });
    const params = { tenantId: 'south' };
    const { etag, body } = await lethe.answer('getTenant', { params });
    assert.equal(body.id, 'south');
    const changed = await lethe.answer('updateTenant', { params, body: { name: 'South' }, ifMatch: String(etag) });
    assert.equal(changed.body.name, 'South');
    assert.notEqual(changed.etag, etag);
    const late = await caught(lethe.updateTenant({ params, body: { name: 'Late' }, ifMatch: String(etag) }));
    assert.ok(isProblem(late, 'precondition-failed'));
    assert.equal(late.status, 412);
  });

  it('says which field is wrong, who may not, and what is not there', async () => {
    const wrong = await caught(as('admin').issueToken({ body: { role: 'nobody' as 'dpo', label: 'x' } }));
    assert.ok(isProblem(wrong, 'invalid-request'));
    assert.equal(wrong.errors[0]?.pointer, '/role');
    assert.match(wrong.requestId as string, /^[\da-f-]{36}$/);
    assert.ok(isProblem(await caught(as('platform').listTokens()), 'forbidden'));
    const none = as('admin').revokeToken({ params: { tokenId: crypto.randomUUID() } });
    assert.ok(isProblem(await caught(none), 'not-found'));
    assert.ok(isProblem(await caught(createClient({ baseUrl }).listTokens()), 'unauthenticated'));
  });

  it('states the purpose of a look', async () => {
    const looking = { params: { id: 'client-1' } };
    assert.ok(isProblem(await caught(as('dpo').getConsentHistory(looking)), 'purpose-required'));
    const purpose = { purpose: 'access-request', reference: '2026-17' } as const;
    assert.ok((await as('dpo').getConsentHistory({ ...looking, purpose })).items.length > 0);
  });

  it('sends lines as they come, and hands streams over', async () => {
    const visits = (async function* () {
      for (const visitor of ['v-1', 'v-2', 'v-3']) yield { visitor, occurredAt: '2026-02-01T10:00:00Z' };
    })();
    assert.equal((await as('operator').recordVisits({ body: visits })).accepted, 3);
    const calendar = await as('dpo').getRequestCalendar();
    assert.match(calendar.headers.get('Content-Type') as string, /^text\/calendar/);
    assert.match(await calendar.text(), /^BEGIN:VCALENDAR/);
  });

  it('acts in the tenant that is named', async () => {
    const lethe = createClient({ baseUrl, token: app.installation, tenant: 'north' });
    const told = await Promise.all([lethe.getInstitution(), lethe.getInstitution({ tenant: 'south' })]);
    assert.equal(new Set(told.map((one) => JSON.stringify(one))).size, 2);
  });

  it('has no answer where nobody is there', async () => {
    const nobody = createClient({ baseUrl: 'http://127.0.0.1:1', retry: { times: 1, wait: async () => undefined } });
    assert.ok((await caught(nobody.getKeySet())) instanceof LetheConnectionError);
  });
});
