import assert from 'node:assert/strict';
import { isPerson } from '../../../src/foundations/audit/reading.ts';
import type { Role } from '../../../src/foundations/contract/context.ts';
import { PERMISSIONS } from '../../../src/foundations/contract/permissions.ts';
import { subjectUnder } from '../../../src/foundations/vault/vault.ts';
import { parseStatedPurpose, READING_PURPOSES } from '../../../src/law/reading-purposes.ts';
import { verifyOwnEntries } from '../../../src/rights/reports/own-entries.ts';
import { liveThrough, publicDoi, type Traces } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

/**
 * Operations a person may call whose answers hold no personal data, each with the reason. Everything else that a person
 * may read must be declared as reading personal data.
 */
const IMPERSONAL: Record<string, string> = {
  importRecords: 'counts',
  listImports: 'counts',
  getImport: 'counts',
  listImportFaults: 'numbers of lines, and reasons',
  fetchRejectedLines: 'lines that were refused: nobody here knows of whom; that they were fetched stands in the log',
  listTenants: 'institutions',
  countInformationDuties: 'counts by source',
  getOfficer: 'who holds an office, as it is published',
  listOfficerTasks: 'what an office has done',
  getTenant: 'institutions',
  listTokens: 'credentials of systems',
  listDepartures: 'counts by table',
  getDeparture: 'counts by table',
  getDepartureCertificate: 'counts by table',
  getDepartureCertificatePage: 'counts by table',
  getDepartureCertificatePdf: 'counts by table',
  getPolicies: 'what the installation has decided',
  listPolicyProposals: 'what an institution would decide',
  getPolicyProposal: 'what an institution would decide',
  getPolicyProposalFiles: 'what an institution would decide',
  getCurrentNotice: 'texts shown to everybody',
  getNoticeVersion: 'texts shown to everybody',
  getNotice: 'texts shown to everybody',
  listPurposes: 'texts shown to everybody',
  getPlan: 'counts and pseudonyms to look at',
  listVisitErasures: 'counts, and ids of a few visits to look at',
  getVisitErasure: 'counts, and ids of a few visits to look at',
  listSweeps: 'runs and counts',
  listRetentionApprovals: 'runs and counts',
  reviewSweep: 'counts and pseudonyms to look at',
  listRetentionReviews: 'rules, counts and what officers wrote, naming nobody',
  listVisitorDays: 'counts of at least k',
  getClock: 'what the clock is held against',
  getSweep: 'runs and counts',
  listHolds: 'orders of the controller; a person stands in them as pseudonym only',
  getHold: 'orders of the controller; a person stands in them as pseudonym only',
  listCertificates: 'counts',
  getCertificate: 'counts',
  getCertificatePage: 'counts',
  getErasure: 'counts',
  previewErasure: 'counts',
  orderErasure: 'counts',
  approveErasure: 'counts',
  rejectErasure: 'counts',
  retryErasure: 'counts',
  listAuditEntries: 'entries without personal data',
  exportAuditEntries: 'entries without personal data',
  getAuditEntry: 'entries without personal data',
  getLeafOpenings: 'entries without personal data',
  getAuditProof: 'hashes, and an entry without personal data',
  getLogConsistency: 'hashes',
  listIdentityChecks: 'methods, outcomes and ids of checks; no codes, no contents',
  listDisclosures: 'who asked to see what, without values',
  getRegister: 'who is responsible for what: institutions, companies, their offices',
  resolveRegister: 'who is responsible for what',
  getRegisterHistory: 'what was recorded of it',
  getInstitution: 'an institution and its offices',
  getProcessingRecordPdf: 'the record of processing',
  getAnnexes: 'the annexes of an agreement',
  getAnnexesPage: 'the same',
  getAnnexesPdf: 'the same',
  checkNotices: 'notices, as everybody reads them',
  listMessages: 'messages to organisations, without what they say',
  listSubProcessorChanges: 'changes of companies',
  getSubProcessorChange: 'a change of companies',
  getSubProcessorChangeStanding: 'how institutions stand to it',
  listAgreements: 'agreements between institutions and companies',
  getAgreement: 'agreements between institutions and companies',
  getProcessingRecord: 'who is responsible for what',
  getProcessingRecordCsv: 'who is responsible for what',
  getProcessingRecordPage: 'who is responsible for what',
  listFindings: 'what is wrong with the register',
  listActivities: 'runs and counts',
  getActivity: 'runs and counts',
  getDisclosure: 'who asked to see what, without values',
  listRecipientTasks: 'which organisation is told of what',
  listRequests: 'references, kinds, states and days; nobody is named',
  getRequestCalendar: 'the same, as days',
  listBreaches: 'incidents: counts, and words that name nobody',
  getBreach: 'an incident: counts, and words that name nobody',
  getBreachHistory: 'the same',
  getBreachPage: 'the same',
  getBreachRegister: 'the same',
  getBreachRegisterPage: 'the same',
  getBreachPdf: 'the same',
  getBreachRegisterPdf: 'the same',
  getBreachLetterPage: 'a letter to nobody in particular',
  getBreachLetterPdf: 'the same',
  getNoticeCheckPage: 'notices, as everybody reads them',
  getNoticeCheckPdf: 'the same',
  getAuthorityPack: 'papers of the register, incidents, certificates, entries without personal data',
  listPackages: 'counts and digests',
  getPackage: 'counts and digests',
  listUnconfirmedRequests: 'how many, when, how their mail stands',
};

describe('A stated purpose', () => {
  it('is a code, and a case number if there is one', () => {
    assert.deepEqual(parseStatedPurpose('access-request'), { purpose: 'access-request', reference: undefined });
    for (const text of ['complaint; reference=2026-17', ' complaint;reference="2026-17" '])
      assert.deepEqual(parseStatedPurpose(text), { purpose: 'complaint', reference: '2026-17' });
  });
  for (const text of [
    '',
    'curiosity',
    'constructor',
    'support; reference=Ada Lovelace',
    'support; reference=Lovelace',
    'support; reference=ADA-LOVELACE-1',
    'support; reference=',
    'support; case=1',
    'support, complaint',
    'SUPPORT',
  ])
    it(`is not "${text}"`, () => assert.equal(parseStatedPurpose(text), undefined));
});

onBothEngines('Who looked at personal data', (ground) => {
  let app: TestApp;
  let ada: Traces;
  before(async () => {
    app = await openApp(ground());
    ada = await liveThrough(app, 'ada');
  });
  after(() => app.close());

  const reads = async (action = 'personal-data.read') =>
    (await app.as('auditor').get(`/v1/audit?action=${action}&limit=200`).expect(200)).body.items as {
      subject: string | null;
      role: string;
      detail: { what: string; purpose: string; reference?: string };
    }[];

  it('is asked on every way to personal data: each operation a person may read is declared, one way or the other', () => {
    const undecided = app.routes
      .map(({ spec }) => spec)
      .filter(
        ({ permission }) => permission !== 'public' && (PERMISSIONS[permission] as readonly Role[]).some(isPerson),
      )
      .filter(({ method, operationId }) => method === 'get' || /^search/.test(operationId))
      .filter(
        ({ operationId, reads: declared }) => (declared === undefined) === !Object.hasOwn(IMPERSONAL, operationId),
      )
      .map(({ operationId }) => operationId);
    assert.deepEqual(undecided, [], 'declare `reads`, or say why the answer holds no personal data');
  });

  const ways: [what: string, role: Role, recorded: number, call: () => ReturnType<ReturnType<TestApp['as']>['get']>][] =
    [
      ['getProfile', 'dpo', 1, () => app.as('dpo').get(`/v1/subjects/${ada.account}`)],
      ['searchProfiles', 'dpo', 1, () => app.as('dpo').post('/v1/subjects/search').send({ email: ada.email })],
      ['getConsentStates', 'dpo', 1, () => app.as('dpo').get(`/v1/subjects/${ada.account}/consents`)],
      ['getConsentHistory', 'dpo', 2, () => app.as('dpo').get(`/v1/subjects/${ada.account}/consents/history`)],
      ['listAssociations', 'dpo', 1, () => app.as('dpo').get(`/v1/subjects/${ada.account}/items`)],
      [
        'getAssociation',
        'dpo',
        1,
        () => app.as('dpo').get(`/v1/subjects/${ada.account}/items/${encodeURIComponent(publicDoi('ada'))}`),
      ],
      ['getAccessReport', 'dpo', 2, () => app.as('dpo').get(`/v1/subjects/${ada.account}/report`)],
      [
        'searchAuditEntries',
        'auditor',
        1,
        () => app.as('auditor').post('/v1/audit/search').send({ subject: ada.account }),
      ],
      [
        'searchVisits',
        'dpo',
        1,
        () =>
          app
            .as('dpo')
            .post('/v1/visits/search')
            .send({ address: ada.address, from: '2026-02-01T00:00:00Z', until: '2026-04-01T00:00:00Z' }),
      ],
    ];
  for (const [what, role, recorded, call] of ways)
    it(`is refused without a purpose, and recorded with it: ${what} (REQ-A50)`, async () => {
      const before = (await reads()).length;
      const refused = await call().unset('Lethe-Purpose');
      assert.equal(refused.status, 400, refused.text);
      assert.match(refused.body.type, /purpose-required$/);
      assert.equal(refused.body.errors[0].pointer, 'Lethe-Purpose:');
      for (const code of Object.keys(READING_PURPOSES)) assert.ok(refused.body.errors[0].detail.includes(code));
      assert.equal((await call().set('Lethe-Purpose', 'curiosity')).status, 400);
      assert.equal((await reads()).length, before, 'nothing was shown, nothing is recorded');

      await call().set('Lethe-Purpose', 'complaint; reference=2026-17').expect(200);
      const entries = (await reads()).slice(before);
      assert.equal(entries.length, recorded);
      for (const entry of entries) {
        assert.deepEqual(entry.detail, { what, purpose: 'complaint', reference: '2026-17' });
        assert.equal(entry.role, role);
        assert.match(entry.subject ?? '', /^[0-9a-f]{32}$/);
      }
    });

  it('is not asked of machines: the platform reads its own users’ data', async () => {
    const before = (await reads()).length;
    await app.as('platform').get(`/v1/subjects/${ada.account}`).unset('Lethe-Purpose').expect(200);
    assert.equal((await reads()).length, before);
  });

  it('is recorded also when nobody was found, without making a key for who is not there', async () => {
    const scopes = await ground().vault.scopes('north', 'subject:', '', 1000);
    await app.as('dpo').post('/v1/subjects/search').send({ email: 'nobody@example.org' }).expect(200);
    await app.as('dpo').get('/v1/subjects/nobody-at-all/consents').expect(200);
    const entries = (await reads()).slice(-2);
    assert.deepEqual(
      entries.map(({ subject }) => subject),
      [null, null],
    );
    assert.deepEqual(await ground().vault.scopes('north', 'subject:', '', 1000), scopes);
  });

  it('is told to the person in their report: when, at what, why, and by which role', async () => {
    const bea = await liveThrough(app, 'bea');
    app.time.now = new Date('2026-03-02T09:00:00Z');
    await app.as('dpo').get(`/v1/subjects/${bea.account}`).set('Lethe-Purpose', 'support').expect(200);
    app.time.now = new Date('2026-03-03T10:00:00Z');
    const { body } = await app
      .as('dpo')
      .get(`/v1/subjects/${bea.account}/report`)
      .set('Lethe-Purpose', 'access-request')
      .expect(200);
    assert.deepEqual(body.readings, [
      {
        at: '2026-03-02T09:00:00.000Z',
        what: 'profile',
        purpose: 'support',
        purposeInWords: READING_PURPOSES.support,
        role: 'dpo',
      },
      {
        at: '2026-03-03T10:00:00.000Z',
        what: 'report of everything held',
        purpose: 'access-request',
        purposeInWords: READING_PURPOSES['access-request'],
        role: 'dpo',
      },
    ]);
  });

  it('and what was done: the report opens the person’s own entries, and anybody can check that', async () => {
    app.time.now = new Date(app.time.now.getTime() + 2000);
    await app.services.merkleLog.advance(() => app.time.now);
    const { text, body } = await app.as('dpo').get(`/v1/subjects/${ada.account}/report`).expect(200);
    const logKey = (await app.as('nobody').get('/log/north/key')).text.trim();
    const outcome = verifyOwnEntries(Buffer.from(text), logKey);
    assert.deepEqual([outcome.faults, outcome.notes], [[], []]);
    assert.ok(outcome.checked >= 8 && outcome.checked === body.log.entries.length);
    assert.equal(body.log.openings.length, 2, 'the account, and the browser linked to it');

    const bea = (await app.as('dpo').get('/v1/subjects/sentinel-account-bea/report').expect(200)).body;
    const forged = structuredClone(body);
    forged.log.entries[0] = bea.log.entries[0];
    const found = (report: unknown) => verifyOwnEntries(Buffer.from(JSON.stringify(report)), logKey).faults.join('\n');
    assert.match(found(forged), /is about somebody else/);
    const other = structuredClone(body);
    other.log.entries[0].entry = other.log.entries[0].entry.replace('"role":"', '"role":"x');
    assert.match(found(other), /not the one in it/);
    const salt = structuredClone(body);
    salt.log.entries[0].proof = body.log.entries[0].proof.replace(/^extra (.{8})..../m, 'extra $1AAAA');
    assert.match(found(salt), /does not lead from its entry/);
    const key = structuredClone(body);
    key.log.openings[0].key = key.log.openings[0].key.replace(/^../, '00');
    assert.match(found(key), /is about somebody else/);
    assert.ok(!text.includes('"subject":'), 'no pseudonym leaves the house');
    assert.match(verifyOwnEntries(Buffer.from('{}'), logKey).faults.join(), /not a report/);
  });

  it('cannot be told any more once the person is erased, though the entries stay', async () => {
    const dan = await liveThrough(app, 'dan');
    const { body: before } = await app.as('dpo').get(`/v1/subjects/${dan.account}/report`).expect(200);
    const openings = (before.log.openings as { key: string }[]).map(({ key }) => Buffer.from(key, 'hex'));
    await app.as('dpo').post(`/v1/subjects/${dan.account}/erasure`).expect(200);
    const { body: after } = await app.as('dpo').get(`/v1/subjects/${dan.account}/report`).expect(200);
    assert.deepEqual(after.log.openings, []);
    assert.deepEqual(after.log.entries, []);
    const entries = await ground().store.read((q) => q.select().from(q.tables.auditEntries));
    const theirs = entries.filter(({ entryId, subject }) =>
      openings.some((one) => subjectUnder(one, entryId) === subject),
    );
    assert.ok(theirs.length > 5);
    assert.ok(theirs.every(({ subjectIndex }) => subjectIndex === null));
  });
});
