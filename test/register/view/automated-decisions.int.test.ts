import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROLES } from '../../../src/foundations/contract/context.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const WORDS =
  'Accounts are closed by a score. It may be made so because it is necessary for a contract with you (Art. 22(2)(a) GDPR).';

onBothEngines('A decision by machine alone (Art. 22, REQ-A40)', (ground) => {
  let app: TestApp;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-automated-'));
    cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
    const path = join(folder, 'activities/accounts.yaml');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(
        /^notices:/m,
        'automatedDecisions: Accounts are closed by a score.\n' +
          'automatedDecisionBasis: { basis: 22-2-a, consequences: The account is closed., humanReview: Write to the registrar. }\n' +
          'notices:',
      ),
    );
    app = await openApp(ground(), { policies: folder });
    await app.as('platform').put('/v1/subjects/ada').send({ name: 'Ada', email: 'ada@example.org' }).expect(201);
  });
  after(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is told with its basis and the human review in the report to the person', async () => {
    const { body } = await app.as('dpo').get('/v1/subjects/ada/report').expect(200);
    assert.ok(body.automatedDecisions.includes(WORDS), body.automatedDecisions);
    assert.match(body.automatedDecisions, /The account is closed\..*contest it: Write to the registrar\./);
  });

  it('stands in the check of the notices, in the register and in the record', async () => {
    const { body } = await app.as('dpo').get('/v1/register/notices').expect(200);
    assert.deepEqual(body.items[0].automatedDecisions, [
      { activity: 'accounts', basis: '22-2-a', humanReview: 'Write to the registrar.' },
    ]);
    const { text } = await app.as('dpo').get('/v1/register/notices/page').expect(200);
    assert.match(text, /Member accounts: 22-2-a; human review: Write to the registrar\./);
    const { body: register } = await app.as('auditor').get('/v1/register').expect(200);
    const accounts = register.activities.find(({ id }: { id: string }) => id === 'accounts');
    assert.equal(accounts.automatedDecisionBasis.basis, '22-2-a');
  });

  it('and the safeguards of archiving stand in the register and among the measures (REQ-A58)', async () => {
    const { body: register } = await app.as('auditor').get('/v1/register').expect(200);
    const publications = register.activities.find(({ id }: { id: string }) => id === 'publications');
    assert.equal(publications.safeguards.anonymousTest.outcome, 'would-not-do');
    const { body: record } = await app.as('auditor').get('/v1/records/article-30-1').expect(200);
    const row = record.rows.find(({ activity }: { activity: string }) => activity === 'publications');
    assert.match(
      row.cells['g-measures'].join('\n'),
      /Minimisation \(Art\. 89\(1\) GDPR\)[\s\S]*would not do, asked on 15 January 2026/,
    );
  });

  it('is never one of ours: a person refuses, and of what is abusive a second one agrees', async () => {
    const { body: opened } = await app
      .as('dpo')
      .post('/v1/requests')
      .send({ type: 'access', channel: 'letter', subject: 'account:ada' })
      .expect(201);
    const refusal = { ground: 'rights-of-others', text: 'Others wrote these letters in confidence.' };
    const address = `/v1/requests/${opened.requestId}/refusal`;
    for (const role of ROLES.filter((one) => one !== 'dpo')) await app.as(role).post(address).send(refusal).expect(403);
    await app
      .as('dpo')
      .post(address)
      .send({ ...refusal, ground: 'excessive' })
      .expect(422);
    const events = () => ground().store.read((q) => q.select().from(q.tables.requestEvents));
    assert.equal(
      (await events()).some(({ kind }) => kind === 'refused'),
      false,
    );
    // What the jobs do by themselves refuses nothing, however late it is.
    app.time.now = new Date('2027-03-01T12:00:00Z');
    await app.services.requests.remind(await app.contextOf('north', 'operator'));
    assert.equal(
      (await events()).some(({ kind }) => kind.startsWith('refused')),
      false,
    );
    const tokens = await ground().store.read((q) => q.select().from(q.tables.apiTokens));
    const people = new Set(
      tokens.filter(({ role }) => ['admin', 'dpo', 'auditor', 'operator'].includes(role)).map(({ tokenId }) => tokenId),
    );
    for (const { kind, recordedBy } of await events())
      if (['refused', 'agreed', 'approved', 'proposed'].includes(kind)) assert.ok(people.has(recordedBy), kind);
  });
});
