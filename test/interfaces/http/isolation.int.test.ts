import assert from 'node:assert/strict';
import { PERMISSIONS, type Permission } from '../../../src/foundations/contract/permissions.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { mailServer, PUBLIC_URL } from '../../rights/requests/stranger.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { addressOf, type Operation, operationsOf, sampleOf } from '../../support/samples.ts';
import { testProcessor } from '../../support/test-processor.ts';

type Document = Parameters<typeof operationsOf>[0];
type Values = Record<string, string>;

/** What every path parameter is in the northern tenant, and something of the same form that is nowhere. */
interface Fixture {
  there: string;
  nowhere: string;
}
const UNKNOWN = '0190c7a4-0000-7000-8000-00000000beef';

/** What its own tenant’s credentials are not answered with 200, and why not. */
const NOT_THERE: Record<string, [status: number, why: string]> = {
  ...Object.fromEntries(
    ['getDepartureCertificate', 'getDepartureCertificatePage', 'getDepartureCertificatePdf'].map((id) => [
      id,
      [404, 'there is one when the tenant is gone: test/oversight/leaving/deletion.int.test.ts'],
    ]),
  ),
  getRequestPortals: [403, 'a look into other tenants, for who acts for all of them: test/rights/portals'],
};

onBothEngines('Another tenant’s credentials', (ground) => {
  let app: TestApp;
  let document: Document;
  let operations: Operation[];
  let fixtures: Record<string, Fixture>;

  before(async () => {
    app = await openApp(ground(), {
      opendsr: testProcessor(),
      publicUrl: PUBLIC_URL,
      transports: { mail: mailServer().mail },
    });
    document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Document;
    // What is public is no tenant's secret: the log and the receipts have tests of their own.
    // What takes credentials for every tenant refuses all others, whatever it is asked about (contract.int.test.ts).
    operations = operationsOf(document).filter(
      ({ path, permission, installationOnly }) => path.includes('{') && permission !== 'public' && !installationOnly,
    );
    fixtures = await fill();
  });
  after(() => app.close());

  /** Something of everything, in the northern tenant. */
  async function fill(): Promise<Record<string, Fixture>> {
    const platform = app.as('platform');
    const subject = 'alice-of-north';
    const doi = '10.5281/zenodo.4711';
    const subjectRequestId = '9f0b0a66-3b0e-4d5c-8a53-1c2f7f6f2a10';
    await app
      .as('controller')
      .post('/opendsr/north/v1/requests')
      .send({
        regulation: 'gdpr',
        subject_request_id: subjectRequestId,
        subject_request_type: 'erasure',
        submitted_time: '2026-03-01T10:00:00Z',
        subject_identities: [{ identity_type: 'email', identity_value: 'x@north.example', identity_format: 'raw' }],
      })
      .expect(201);
    const stranger = { type: 'access', requester: { name: 'Northern', email: 'stranger@north.example' } };
    await app.as('nobody').post('/v1/public/north/requests').send(stranger).expect(202);
    const { body: unconfirmed } = await app.as('dpo').get('/v1/unconfirmed-requests').expect(200);
    const north = await app.contextOf('north', 'dpo');
    const [rule] = app.policies.current().rules;
    assert.ok(rule);
    await app.services.retention.reviews.put(
      north,
      rule,
      [{ key: 'none', subjectId: null, at: north.clock() }],
      'period',
    );
    const [review] = (await app.services.retention.reviews.list(north, {})).items;
    assert.ok(review);
    const { body: consent } = await platform
      .post('/v1/consents')
      .send({
        subject: { kind: 'account', id: subject },
        purpose: 'usage-statistics',
        status: 'given',
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      })
      .expect(201);
    await platform
      .put(`/v1/subjects/${subject}`)
      .send({ name: 'Alice Northern', email: 'alice@north.example' })
      .expect(201);
    await platform
      .put(`/v1/subjects/${subject}/items/${encodeURIComponent(doi)}`)
      .send({
        title: 'Northern data',
        version: '1',
        role: 'DataCollector',
        nameAsPublished: 'Alice Northern',
        visibility: 'public',
        publishedOn: '2025-01-01',
      })
      .expect((answer) => assert.ok(answer.status < 300, answer.text));
    const { body: marked } = await app
      .as('dpo')
      .post('/v1/special-texts')
      .send({ of: 'title', subject, doi })
      .expect(201);
    const { body: plan } = await app.as('operator').post('/v1/retention/plans').send({}).expect(201);
    const { body: sweep } = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    const seen = { portal: 'northern', occurredAt: '2026-02-20T10:00:00Z' };
    await platform
      .post('/v1/visits/batch')
      .set('Content-Type', 'application/x-ndjson')
      .send(`${JSON.stringify(seen)}
`)
      .expect(200);
    const { body: visitErasure } = await app
      .as('dpo')
      .post('/v1/visits/erasures')
      .send({ from: '2026-01-01T00:00:00Z', until: '2026-02-28T00:00:00Z', portal: 'northern' })
      .expect(201);
    const { body: hold } = await app.as('dpo').post('/v1/holds').send({ kind: 'legal', reference: 'R-1' }).expect(201);
    const { body: erasure } = await app.as('dpo').post('/v1/subjects/bob-of-north/erasure');
    const { body: proposal } = await app
      .as('dpo')
      .post('/v1/subjects/bea-of-north/erasure/order')
      .send({ ground: '17-1-b', categories: { 'content.public-association': { action: 'erase' } } })
      .expect(202);
    const { body: token } = await app
      .as('admin')
      .post('/v1/tokens')
      .send({ role: 'dpo', label: 'northern' })
      .expect(201);
    const { body: audit } = await app.as('auditor').get('/v1/audit?limit=1').expect(200);
    let certificates = { items: [] as { certificateId: string }[] };
    for (let n = 0; n < 200 && certificates.items.length === 0; n += 1) {
      certificates = (await app.as('dpo').get('/v1/certificates').expect(200)).body;
      await new Promise((next) => setTimeout(next, 10));
    }
    const { body: disclosure } = await app
      .as('dpo')
      .post('/v1/disclosures')
      .send({ kind: 'export', purpose: 'authority-inquiry', target: { holder: 'profiles' } })
      .expect(201);
    const standing = `/v1/subjects/${subject}`;
    for (const [what, body] of [
      ['relations/contract/northern-contract', {}],
      ['roles/editor', {}],
      ['attributes/statistics', { value: 'refused' }],
    ] as const)
      await platform.put(`${standing}/${what}`).send(body).expect(201);
    const { body: imported } = await platform
      .post('/v1/imports')
      .set('Content-Type', 'application/x-ndjson')
      .send('{"kind":"consent","subject":"Northern and wrong"}')
      .expect(202);
    await app.services.imports.idle();
    const { body: departure } = await app
      .as('admin')
      .post('/v1/departures')
      .send({ choice: 'delete', on: '2026-12-31', reason: 'moves-elsewhere' })
      .expect((answer) => assert.equal(answer.status, 201, answer.text));
    const { body: proposed } = await app
      .as('dpo')
      .post('/v1/policies/proposals')
      .send({
        files: { 'retention.yaml': 'rules: []\nerasureRequests: []\n' },
        inForceFrom: '2026-03-05',
        reason: 'Northern reasons.',
      })
      .expect((answer) => assert.equal(answer.status, 201, answer.text));
    const { body: agreement } = await app
      .as('admin')
      .post('/v1/register/agreements')
      .send({ template: 'processing-standard', title: 'Northern agreement', validFrom: '2026-03-01T00:00:00Z' })
      .expect(201);
    await fillRegister(app, 'north');
    const { body: change } = await app
      .as('installation')
      .post('/v1/register/sub-processor-changes')
      .send({
        kind: 'removal',
        party: 'hosting-company',
        processor: 'platform-provider',
        activities: ['accounts'],
        reason: 'Only the northern institution is concerned.',
      })
      .expect(201);
    const { body: objected } = await app
      .as('dpo')
      .post(`/v1/register/sub-processor-changes/${change.changeId}/objections`)
      .send({ grounds: 'Nobody else is to know of it.' })
      .expect(201);
    const { body: request } = await app
      .as('dpo')
      .post('/v1/requests')
      .send({ type: 'access', channel: 'letter', subject: 'account:alice-of-north' })
      .expect(201);
    const { requestId } = request;
    const officer = await app.contextOf('north', 'dpo');
    const check = await app.services.identity.askForDocuments(officer, { requestId });
    await ground().store.write((tx) => check.write(tx));
    const { body: copy } = await platform
      .post(`/v1/requests/${requestId}/identity/documents`)
      .send({ mediaType: 'application/pdf', content: Buffer.from('%PDF-1.7 of the north').toString('base64') })
      .expect(201);
    const { body: messages } = await app.as('dpo').get('/v1/outbox').expect(200);
    const { body: breach } = await app
      .as('dpo')
      .post('/v1/breaches')
      .send({
        detectedAt: '2026-03-01T08:00:00Z',
        awareAt: '2026-03-01T09:00:00Z',
        kinds: ['ConfidentialityBreach'],
        awareness: 'Seen in the monitoring.',
        nature: 'A list was sent to the wrong mailbox.',
        scope: { categories: ['profiles.contact'] },
      })
      .expect(201);
    const [task] = await app.services.recipients.open(await app.contextOf('north', 'dpo'), {
      requestId: UNKNOWN,
      what: 'erasure',
      subject: `account:${subject}`,
      categories: ['content.public-association'],
    });
    const { body: lettered } = await app
      .as('dpo')
      .post(`/v1/breaches/${breach.breachId}/letters`)
      .send({ to: 'persons' })
      .expect(200);
    const { body: packed } = await app
      .as('dpo')
      .post('/v1/packages')
      .send({ subject: `account:${subject}`, kind: 'access' });
    const [maker, second] = [await app.contextOf('north', 'dpo'), await app.contextOf('north', 'admin')];
    await app.services.packages.make(maker, packed.packageId);
    await app.services.packages.approve(second, packed.packageId, {});
    await app.services.packages.release(maker, packed.packageId, { by: 'passphrase', passphrase: 'far from here' });
    await app.services.merkleLog.advance(() => app.time.now);
    const of = (there: unknown, nowhere = UNKNOWN): Fixture => {
      assert.equal(typeof there, 'string');
      return { there: there as string, nowhere };
    };
    return {
      id: of(subject, 'nobody-at-all'),
      doi: of(doi, '10.5281/zenodo.999'),
      eventId: of(consent.eventId, '0190c7a4-0000-4000-8000-00000000beef'),
      planId: of(plan.planId),
      sweepId: of(sweep.sweepId),
      reviewId: of(review.reviewId),
      // What a relation, a role and an attribute can be is the installation's, the same for every tenant.
      relation: of('contract', 'contract'),
      reference: of('northern-contract', 'another-contract'),
      role: of('editor', 'editor'),
      attribute: of('statistics', 'statistics'),
      importId: of(imported.importId),
      departureId: of(departure.departureId),
      proposalId: of(proposed.proposalId),
      holdId: of(hold.holdId),
      erasureId: of(erasure.erasureId),
      proposed: of(proposal.erasureId),
      ofVisits: of(visitErasure.erasureId),
      entryId: of(audit.items[0].entryId),
      breachId: of(breach.breachId),
      packageId: of(packed.packageId),
      taskId: of(task?.taskId),
      seq: of(String(lettered.letters[0].seq), '999'),
      disclosureId: of(disclosure.disclosureId),
      specialTextId: of(marked.specialTextId),
      certificateId: of(certificates.items[0]?.certificateId),
      tokenId: of(token.id),
      agreementId: of(agreement.agreementId),
      changeId: of(change.changeId),
      objectionId: of(objected.objections[0].objectionId),
      requestId: of(requestId),
      unconfirmedId: of(unconfirmed.items[0].unconfirmedId),
      documentId: of(copy.documentId),
      messageId: of(messages.items[0].messageId),
      // Activities are the installation's, the same for every tenant.
      activityId: of('accounts', 'accounts'),
      set: of('article-30-1', 'article-30-1'),
      tenantId: of('north', 'nowhere'),
      tenant: of('north', 'nowhere'),
      subjectRequestId: of(subjectRequestId, '5b4c8a0e-1f0a-4c8e-9d1e-0123456789ab'),
      // Notices are the installation's, the same for every tenant.
      noticeId: of('consent-banner', 'consent-banner'),
      version: of('1.1', '1.1'),
      language: of('en', 'en'),
    };
  }

  const valuesOf = (which: keyof Fixture): Values =>
    Object.fromEntries(Object.entries(fixtures).map(([name, fixture]) => [name, fixture[which]]));
  /** An erasure that waits for a second person is another than one that was carried out. */
  const meantBy = ({ operationId, path }: Operation, values: Values): Values => {
    if (path.startsWith('/v1/visits/')) return { ...values, erasureId: values['ofVisits'] as string };
    return operationId === 'getErasureProposal' ? { ...values, erasureId: values['proposed'] as string } : values;
  };

  function call(operation: Operation, tenant: 'north' | 'south', values: Values) {
    const role = operation.permission === 'public' ? 'nobody' : PERMISSIONS[operation.permission as Permission][0];
    const test = app.as(role, tenant)[operation.method](addressOf(operation, document, meantBy(operation, values)));
    if (
      operation.parameters.some(({ name }) => name === 'If-Match') ||
      operation.method === 'patch' ||
      operation.method === 'delete'
    )
      test.set('If-Match', '*');
    return operation.body ? test.send(sampleOf(operation.body, document) as object) : test;
  }

  const reads = () => operations.filter(({ method }) => method === 'get');
  const northern = async () => {
    const answers: Record<string, unknown> = {};
    for (const operation of reads()) {
      const { status, text } = await call(operation, 'north', valuesOf('there'));
      const said = status < 400 ? (OWN_LOOKS[operation.operationId]?.(text) ?? text) : JSON.parse(text).type;
      answers[operation.operationId] = [status, said];
    }
    return answers;
  };

  /** What tells of the looks before it, without them: our own are no change. */
  const OWN_LOOKS: Record<string, (text: string) => unknown> = {
    getAccessReport: (text) => {
      const { readings: _readings, log: _log, history, ...rest } = JSON.parse(text);
      const looks = ['report.generated', 'personal-data.read'];
      return { ...rest, history: history.filter(({ action }: { action: string }) => !looks.includes(action)) };
    },
    // It counts what would go, the entries of the log among it.
    getDeparture: (text) => {
      const { found, ...rest } = JSON.parse(text);
      const tables = found.tables.filter(({ table }: { table: string }) => !table.startsWith('audit_'));
      return { ...rest, found: { ...found, tables } };
    },
  };

  it('are tried on every kind of thing there is', async () => {
    for (const { path } of operations)
      for (const [, name] of path.matchAll(/\{(\w+)\}/g))
        assert.ok(fixtures[name as string], `Make one of ${name} (${path}) in fill().`);
    const found = await northern();
    for (const [operationId, answer] of Object.entries(found))
      assert.equal(
        (answer as [number])[0],
        NOT_THERE[operationId]?.[0] ?? 200,
        `${operationId} answers ${(answer as [number])[0]} in its own tenant`,
      );
  });

  /** A PDF comes as bytes. */
  const textOf = ({ text, body }: { text?: string; body: unknown }) =>
    text ?? (Buffer.isBuffer(body) ? body.toString('latin1') : '');

  it('cannot tell what exists there from what exists nowhere', async () => {
    const blur = (text: string, values: Values) =>
      Object.values(values)
        .flatMap((value) => [value, encodeURIComponent(value)])
        // A number within a thing names nothing by itself, and is in every id.
        .filter((value) => !/^\d+$/.test(value))
        .reduce((blurred, value) => blurred.replaceAll(value, '…'), text)
        .replace(/urn:lethe:request:[\w-]+/, '')
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '…')
        .replace(/[0-9a-f]{64}/g, '…');
    for (const operation of operations) {
      // Under a subject anything may be made in the caller's own tenant; that it stays there is the next test's matter.
      if (operation.path.startsWith('/v1/subjects/') && operation.method !== 'get') continue;
      const there = await call(operation, 'south', valuesOf('there'));
      const nowhere = await call(operation, 'south', valuesOf('nowhere'));
      assert.equal(there.status, nowhere.status, operation.operationId);
      const [said, nothing] = [textOf(there), textOf(nowhere)];
      assert.equal(blur(said, valuesOf('there')), blur(nothing, valuesOf('nowhere')), operation.operationId);
      assert.doesNotMatch(said, /Northern|north\.example/, operation.operationId);
    }
  });

  it('change nothing there', async () => {
    const before = await northern();
    for (const operation of operations)
      if (operation.method !== 'get') await call(operation, 'south', valuesOf('there'));
    const after = await northern();
    assert.deepEqual(after, before);
  });
});
