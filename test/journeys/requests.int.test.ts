import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { type ExternalHolder, HolderFault } from '../../src/foundations/holders/external.ts';
import { createExternalHolders, type OpenedHolder } from '../../src/foundations/holders/open.ts';
import type { Sendable } from '../../src/foundations/outbox/model.ts';
import { openPolicies } from '../../src/register/policies/policies.ts';
import type { Erasure } from '../../src/rights/erasure/model.ts';
import { openPlatform, type Platform } from '../foundations/holders/platform.ts';
import { policiesWithPlatform } from '../foundations/holders/policies.ts';
import { office } from '../rights/requests/office.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { ENGINES, type Ground, openGround } from '../support/engines.ts';

const ACCOUNT = '7';
const EMAIL = 'ada@journey.example';
const DOI = '10.5072/journey.1';
const KNOWN = { confirmed: true, text: 'Recognised by the account they signed in with.' };

/** Whole ways through, over HTTP, beside a platform with a database of its own, from letter to archive. */
for (const engine of ENGINES)
  describe(`From letter to archive (${engine})`, function () {
    this.timeout(180_000);
    let ground: Ground;
    let app: TestApp;
    let platform: Platform;
    let closePlatform: () => Promise<void>;
    let platformUp = true;
    let holder: OpenedHolder;
    const mail: { to: string; message: Sendable }[] = [];

    beforeEach(async () => {
      mail.length = 0;
      platformUp = true;
      ground = await openGround(engine);
      [platform, closePlatform] = await openPlatform(engine);
      // What the shipped example of a holder does not speak of.
      for (const table of ['reactions', 'item_authors', 'items', 'messages']) await platform.sql(`DROP TABLE ${table}`);
      await platform.sql(
        `INSERT INTO users (id, portal, email, name, seen_at) VALUES (7, 'north', '${EMAIL}', 'Ada Journey', '2026-02-27 10:00:00Z')`,
      );
      await platform.sql(`INSERT INTO logins VALUES (70, 7, '203.0.113.70', NULL, '2026-02-27 10:00:00Z')`);
      await platform.sql(
        `INSERT INTO comments VALUES (70, NULL, 7, 'A comment of the journey', '2026-02-01 00:00:00Z')`,
      );
      const transport = async (to: string, message: Sendable) => {
        mail.push({ to, message });
        return { delivered: true } as const;
      };
      const policies = policiesWithPlatform(engine);
      [holder] = createExternalHolders({
        policies: openPolicies(policies).current(),
        secrets: () => platform.url,
      }) as [OpenedHolder];
      app = await openApp(ground, {
        now: '2026-03-02T10:00:00Z',
        policies,
        externalHolders: [reachable(holder)],
        transports: { webhook: transport, mail: transport },
      });
      await app
        .as('platform')
        .put(`/v1/subjects/${ACCOUNT}`)
        .send({ name: 'Ada Journey', email: EMAIL, interests: ['limnology'], city: 'Bergen', country: 'NO' })
        .expect(201);
      await app
        .as('platform')
        .put(`/v1/subjects/${ACCOUNT}/items/${encodeURIComponent(DOI)}`)
        .send({
          title: 'Lake levels',
          version: '1',
          role: 'creator',
          nameAsPublished: 'A. Journey',
          visibility: 'public',
          publishedOn: '2025-01-01',
        })
        .expect((answer) => assert.ok(answer.status < 300, answer.text));
      await app
        .as('platform')
        .post(`/v1/subjects/${ACCOUNT}/recipients`)
        .send({
          party: 'doi-registry',
          categories: ['content.public-association'],
          at: '2026-01-01T00:00:00Z',
          reference: `https://doi.org/${DOI}`,
        })
        .expect(201);
    });
    afterEach(async () => {
      await app.close();
      await holder.close();
      await closePlatform();
      await ground.close();
    });

    /** The holder as it is, while the platform can be reached. */
    function reachable(real: ExternalHolder): ExternalHolder {
      const ask = () => {
        if (!platformUp) throw new HolderFault(real.id, 'unreachable');
        return real;
      };
      return {
        ...real,
        export: (...asked) => ask().export(...asked),
        count: async (...asked) => ask().count(...asked),
        erase: async (...asked) => ask().erase(...asked),
      };
    }
    const travel = (instant: string) => {
      app.time.now = new Date(instant);
    };
    /** What the jobs do at night and every minute. */
    async function jobs(): Promise<void> {
      const context = await app.contextOf('north', 'operator');
      const { services } = app;
      await services.erasures.resume(context);
      await services.erasures.resumeHeldBack(context);
      await services.erasures.retryParts(context);
      await services.packages.work(context);
      await services.requests.resume(context);
      await services.outbox.deliverDue(context);
      await services.recipients.noteDeliveries(context);
    }
    async function unpacked(bytes: Buffer, password?: string): Promise<Map<string, Buffer>> {
      const reader = new ZipReader(new Uint8ArrayReader(bytes), password === undefined ? {} : { password });
      const files = new Map<string, Buffer>();
      for (const entry of await reader.getEntries())
        if (!entry.directory) files.set(entry.filename, Buffer.from(await entry.getData(new Uint8ArrayWriter())));
      await reader.close();
      return files;
    }

    it('an access: suspended while identity is awaited, extended, packed, approved by another, fetched once, archived', async () => {
      const desk = office(app);
      // The letter comes on Monday 2 March; the month ends on 2 April (a Thursday).
      const opened = await desk.open({
        type: 'access',
        subject: `account:${ACCOUNT}`,
        text: 'What do you have about me?',
        requester: { name: 'Ada Journey', email: EMAIL, language: 'de' },
      });
      assert.equal(opened.dueOn, '2026-04-02');
      await desk.act(opened.requestId, 'acknowledgement');

      // Two days later there is doubt: a code goes to the address of the account; the clock stops.
      travel('2026-03-04T10:00:00Z');
      await desk.act(opened.requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
      assert.equal((await desk.get(opened.requestId)).clock.request?.['status'], 'suspended');
      await jobs();
      const code = /\b\d{4}[ -]?\d{4}\b/.exec(mail.at(-1)?.message.text ?? '')?.[0].replaceAll(/\D/g, '');
      assert.ok(code, 'the code is in the mail');

      // The person answers on the 10th: six days were not counted.
      travel('2026-03-10T10:00:00Z');
      const own = (name: string, body?: object) =>
        app
          .as('nobody')
          .post(`/v1/public/north/requests/${opened.requestId}/${name}`)
          .set('Lethe-Request-Secret', opened.secret)
          .send(body);
      assert.equal(
        (await own('identity', { code: code === '00000000' ? '11111111' : '00000000' }).expect(200)).body.outcome,
        'wrong',
      );
      assert.equal((await own('identity', { code }).expect(200)).body.outcome, 'confirmed');
      const resumed = await desk.get(opened.requestId);
      assert.equal(resumed.clock.request?.['due'], '2026-04-08');

      // It is complex: two further months, told within the first.
      travel('2026-03-20T10:00:00Z');
      await desk.act(opened.requestId, 'extension', {
        reasons: ['complexity'],
        text: 'Several systems must be searched.',
      });
      const extended = await desk.get(opened.requestId);
      assert.ok(String(extended.clock.request?.['due']) > '2026-06-01');
      await jobs();
      assert.match(mail.at(-1)?.message.text ?? '', /Der neue Termin ist der 8\. Juni 2026/);
      assert.ok((extended.clock.explanation['en'] ?? []).length > 3, 'the clock says why');

      // Retention may take nothing away meanwhile (REQ-A26).
      travel('2026-05-20T10:00:00Z');
      await desk.act(opened.requestId, 'execution');
      await jobs();
      await jobs();
      const packed = await desk.get(opened.requestId);
      assert.equal(packed.state, 'executed');
      await desk.refused(opened.requestId, 'package-approval', {}, 403, /another person/);
      await desk.act(opened.requestId, 'package-approval', {}, 'admin');
      const passphrase = 'seven lakes and one river';
      const released = await desk.try(opened.requestId, 'release', { by: 'passphrase', passphrase });
      assert.equal(released.status, 200, released.text);
      const { body: packages } = await app.as('dpo').get('/v1/packages').expect(200);
      const [made] = packages.items as [{ packageId: string }];
      const { body: file } = await app
        .as('dpo')
        .get(`/v1/packages/${made.packageId}/file`)
        .buffer(true)
        .parse((response, done) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('end', () => done(null, Buffer.concat(pieces)));
        })
        .expect(200);
      await assert.rejects(unpacked(file as Buffer, 'another passphrase'));
      const [inner] = [...(await unpacked(file as Buffer, passphrase)).values()] as [Buffer];
      const files = await unpacked(inner);
      const names = [...files.keys()];
      for (const wanted of ['report.pdf', 'report.html', 'data.json', 'manifest.json'])
        assert.ok(names.includes(wanted), `${wanted} in ${names.join(', ')}`);
      const data = files.get('data.json')?.toString('utf8') ?? '';
      for (const value of ['Ada Journey', EMAIL, 'limnology', 'A comment of the journey', '203.0.113.70', DOI])
        assert.ok(data.includes(value), `${value} is in the copy`);
      assert.ok(
        files.get('report.html')?.toString('utf8').includes('Example DOI Registration Agency'),
        'recipients by name',
      );
      const manifest = JSON.parse(files.get('manifest.json')?.toString('utf8') ?? '{}') as {
        files: { name: string; sha256: string }[];
      };
      for (const { name, sha256 } of manifest.files)
        assert.equal(
          createHash('sha256')
            .update(files.get(name) as Buffer)
            .digest('hex'),
          sha256,
          name,
        );

      const answered = await desk.act(opened.requestId, 'answer');
      assert.equal(answered.state, 'answered');
      await jobs();
      assert.match(mail.at(-1)?.message.text ?? '', /verschlüsselte Datei \(ZIP\)/);
      const archived = await desk.get(opened.requestId);
      assert.deepEqual(
        archived.letters.map(({ kind }) => kind),
        ['acknowledged', 'identity-asked', 'extended', 'answered-access'],
      );
      const { body: holds } = await app.as('dpo').get('/v1/holds').expect(200);
      assert.ok(holds.items.every(({ releasedAt }: { releasedAt: string | null }) => releasedAt !== null));
      // Three years after the end what was written is destroyed.
      assert.ok((await app.as('auditor').get('/v1/audit?limit=200')).body.items.length > 0);
      assert.doesNotMatch(app.logged.join('\n'), /journey\.example|Ada Journey|seven lakes/);
    });

    it('an erasure: public items stay named, a hold keeps, an unreachable platform leaves it incomplete until it is back', async () => {
      const desk = office(app);
      const { body: hold } = await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind: 'legal', subject: `account:${ACCOUNT}`, category: 'profiles.interests', reference: 'R-2026-1' })
        .expect(201);
      const { requestId } = await desk.open({
        type: 'erasure',
        subject: `account:${ACCOUNT}`,
        requester: { email: EMAIL },
      });
      await desk.act(requestId, 'identity-decision', KNOWN);
      await desk.refused(requestId, 'execution', {}, 409, /proposed/);
      await desk.act(requestId, 'proposals', { what: 'execution', ground: '17-1-b', text: 'The account is closed.' });
      await desk.refused(requestId, 'approval', {}, 403, /another person/);
      await desk.act(requestId, 'approval', {}, 'admin');

      platformUp = false;
      const begun = await desk.act(requestId, 'execution');
      assert.deepEqual([begun.state, begun.incomplete], ['executing', true]);
      await desk.refused(requestId, 'answer', {}, 409, /executing/);
      // Inside, everything that was to go is gone already; outside nobody knows.
      assert.equal((await platform.sql('SELECT name FROM users WHERE id = 7'))[0]?.['name'], 'Ada Journey');
      const certificates = async () =>
        (await app.as('dpo').get('/v1/certificates').expect(200)).body.items as {
          certificateId: string;
          verdict: string;
        }[];
      assert.deepEqual(
        (await certificates()).map(({ verdict }) => verdict),
        ['incomplete'],
      );
      assert.equal(mail.length, 0, 'recipients are told of what has happened, not before');

      platformUp = true;
      travel('2026-03-02T12:00:00Z');
      await jobs();
      await jobs();
      const done = await desk.get(requestId);
      assert.deepEqual([done.state, done.outcome], ['executed', 'held-back']);
      const [user] = await platform.sql('SELECT name, email FROM users WHERE id = 7');
      assert.equal(user?.['name'], null);
      assert.notEqual(user?.['email'], EMAIL);
      assert.deepEqual(await platform.sql('SELECT id FROM logins WHERE user_id = 7'), []);
      assert.deepEqual((await certificates()).map(({ verdict }) => verdict).sort(), [
        'complete-with-exceptions',
        'incomplete',
      ]);

      // Who published what stays, at its minimum; nothing else does, but what the hold keeps.
      const { body: item } = await app.as('platform').get(`/v1/items/${encodeURIComponent(DOI)}/associations`);
      assert.match(JSON.stringify(item), /A\. Journey/);
      assert.doesNotMatch(JSON.stringify(item), /journey\.example|Bergen/);
      const { body: held } = await app
        .as('dpo')
        .get(`/v1/erasures/${erasureOf(done)}`)
        .expect(200);
      const interests = (held as Erasure).holders
        .flatMap(({ categories }) => categories)
        .find(({ category }) => category === 'profiles.interests');
      assert.deepEqual([interests?.result, interests?.ground], ['held', 'legal']);

      // The registry has the credit, which lawfully stays: it is not told that anything was erased.
      assert.deepEqual(
        mail.filter(({ message }) => message.topic === 'data-subject.erasure').map(({ to }) => to),
        [],
      );
      const { body: tasks } = await app.as('dpo').get(`/v1/recipient-tasks?request=${requestId}`).expect(200);
      assert.deepEqual(
        tasks.items.map(({ status }: { status: string }) => status),
        ['cancelled'],
      );

      assert.equal((await desk.act(requestId, 'answer')).state, 'awaiting-release');
      await jobs();
      assert.match(mail.at(-1)?.message.text ?? '', /Held for now, and why:\n- .*: it is needed for legal claims/);
      // They do not come back by the next synchronisation.
      await app.as('platform').put('/v1/subjects/7').send({ name: 'Ada Journey', email: EMAIL }).expect(409);
      // The hold ends: the rest goes by itself, and with it the request.
      await app.as('dpo').post(`/v1/holds/${hold.holdId}/release`).expect(200);
      await jobs();
      assert.equal((await desk.get(requestId)).state, 'answered');
      assert.match(mail.at(-1)?.message.subject ?? '', /Your data has been erased/);
      const { body: rest } = await app
        .as('dpo')
        .get(`/v1/erasures/${erasureOf(done)}`)
        .expect(200);
      const gone = (rest as Erasure).holders.flatMap(({ categories }) => categories);
      assert.equal(gone.find(({ category }) => category === 'profiles.interests')?.result, 'removed');
    });

    it('an objection: stops at once, is decided with reasons, and what was deferred resumes', async () => {
      const desk = office(app);
      const visit = () =>
        app
          .as('platform')
          .post('/v1/visits')
          .send({ visitor: 'v-7', address: '203.0.113.77', userAgent: 'Firefox/140.0' });
      const visits = async () =>
        (await ground.store.read((q) => q.select().from(q.tables.visits))).filter(
          ({ tenantId }) => tenantId === 'north',
        ).length;
      await app.as('platform').post(`/v1/subjects/${ACCOUNT}/links`).send({ visitor: 'v-7' }).expect(201);
      await visit();
      const before = await visits();
      assert.equal(before, 1);
      travel('2026-03-02T10:00:00Z');
      const { requestId } = await desk.open({
        type: 'objection',
        subject: `account:${ACCOUNT}`,
        purpose: 'portal-security',
        text: 'For reasons of my particular situation.',
      });
      travel('2026-03-02T10:01:00Z');
      const answer = await visit();
      assert.ok(answer.status < 500, answer.text);
      assert.equal(await visits(), before, 'a visit a minute later is not recorded');
      await desk.refused(requestId, 'execution', { outcome: 'rejected' }, 422, /compelling/);
      await desk.act(requestId, 'execution', { outcome: 'rejected', text: 'An attack is being traced in court.' });
      assert.equal((await desk.act(requestId, 'answer', { sent: 'handed-over' })).state, 'refusal-told');
      await visit();
      assert.equal(await visits(), before, 'nothing goes on in the act that tells of it');
      assert.equal((await desk.act(requestId, 'lifting')).state, 'refused');
      travel('2026-03-02T10:02:00Z');
      await visit();
      assert.equal(await visits(), before + 1, 'it goes on once the objection is decided');
    });
  });

/** The erasure a request has carried out, by its step. */
function erasureOf({ steps }: { steps: { step: string; result: unknown }[] }): string {
  const result = steps.find(({ step }) => step === 'erasure')?.result as { erasureId: string } | undefined;
  assert.ok(result);
  return result.erasureId;
}
