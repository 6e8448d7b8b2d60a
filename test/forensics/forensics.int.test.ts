import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Command } from 'commander';
import pg from 'pg';
import type { Tables } from '../../src/foundations/store/schema.ts';
import { subjectScope } from '../../src/foundations/vault/vault.ts';
import { define as defineImports } from '../../src/interfaces/cli/import.ts';
import { openApiDocument } from '../../src/interfaces/http/openapi.ts';
import { liveThrough, pseudonymsOf, pseudonymsOnDisk, type Traces } from '../rights/erasure/person.ts';
import { mailServer, PUBLIC_URL } from '../rights/requests/stranger.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { ENGINES, type Ground, openGround } from '../support/engines.ts';
import { postgresServer } from '../support/postgres.ts';
import { operationsOf } from '../support/samples.ts';
import { openedBy, sealedValues } from '../support/sealed-values.ts';
import { foundBelow } from './bytes.ts';
import { TAKEN, unlisted, WANDERER, wander } from './inlets.ts';

/** Personal columns that a living person’s rows do not fill, with the reason. */
/** What is asked outlives the erasure of the person (Art. 17(3)(e)), under a key of the request. */
const REQUESTS = 'Sealed under a key of the request, and searched for in test/rights/requests/holder.int.test.ts.';
const OBTAINED = [
  ...([
    'obtainedFrom',
    'obtainedAt',
    'informState',
    'informBy',
    'informBecause',
    'informedAt',
    'informedUnder',
  ] as const),
  ...(['informExemption', 'informExemptionReason'] as const),
];
const NOT_SEEDED: Record<string, string> = {
  ...Object.fromEntries(
    ['profiles', 'associations'].flatMap((table) =>
      OBTAINED.map((column) => [`${table}.${column}`, 'Of what others gave: test/data/informing.']),
    ),
  ),
  'consentEvents.ageCheck': 'Of children: test/data/consent/child.int.test.ts.',
  'consentEvents.parentalMethod': 'Of children: test/data/consent/child.int.test.ts.',
  'consentEvents.parentalSealed': 'Of children: test/data/consent/child.int.test.ts.',
  ...Object.fromEntries(
    ['warnedFor', 'warnedAt', 'warnedWith'].map((column) => [
      `profiles.${column}`,
      'Of accounts that nobody uses: test/data/profiles/inactivity.int.test.ts.',
    ]),
  ),
  ...Object.fromEntries(
    ['day', 'portal', 'visitor'].map((column) => [
      `visitorsToday.${column}`,
      'Where visitors are counted: test/data/visits/visitors-today.int.test.ts.',
    ]),
  ),
  'requests.reference': REQUESTS,
  'requests.type': REQUESTS,
  'requests.state': REQUESTS,
  'requests.subjectId': REQUESTS,
  'requests.channel': REQUESTS,
  'requests.receivedAt': REQUESTS,
  'requests.dueOn': REQUESTS,
  'requests.duplicateOf': REQUESTS,
  'requests.requesterSealed': REQUESTS,
  'requests.requesterIndex': REQUESTS,
  'requests.followHash': REQUESTS,
  'requests.openedAt': REQUESTS,
  'requests.importedAt': REQUESTS,
  'requests.closedAt': REQUESTS,
  'requestEvents.kind': REQUESTS,
  'requestEvents.occurredAt': REQUESTS,
  'requestEvents.recordedAt': REQUESTS,
  'requestEvents.facts': REQUESTS,
  'requestTexts.textSealed': REQUESTS,
  'associations.ground': 'Written when the person is erased and the item stays.',
  'associations.reviewAt': 'Written when the person is erased and the item stays.',
  'associations.minimisedAt': 'Written when the person is erased and the item stays.',
};

/** Whose data comes in by imports alone. */
const DORA = {
  ...{ account: 'sentinel-account-dora', visitor: 'sentinel-visitor-dora', name: 'Sentinelname Dora' },
  ...{ title: 'Sentineltitle Dora', email: 'sentinel.mail.dora@private.example', interest: 'sentinel-interest-dora' },
  ...{ city: 'Sentinelcity-Dora', publicTitle: 'Sentinel title Dora', publishedAs: 'Sentinelpublished, Dora' },
  ...{ statement: 'Sentinel statement of Dora', orcid: '0000-0003-4827-1902', address: '198.51.100.199' },
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Sentinel-Dora-Agent Firefox/140.0',
};

const LOG_ADDRESS = '198.51.100.231';
const LOG_AGENT = 'Sentinel-Import-Agent/7.1 (import)';

for (const engine of ENGINES)
  describe(`What lies on the disk (${engine})`, function () {
    this.timeout(180_000);
    let temporary: string;
    let ground: Ground;
    let app: TestApp;
    let ada: Traces;
    let bea: Traces;
    const formerly = process.env['TMPDIR'];

    before(async () => {
      // A folder for temporary files that nobody else writes to: it is searched with the rest.
      if (engine === 'postgres') await postgresServer();
      temporary = mkdtempSync(join(tmpdir(), 'lethe-forensics-'));
      process.env['TMPDIR'] = temporary;
      ground = await openGround(engine);
      app = await openApp(ground, { publicUrl: PUBLIC_URL, transports: { mail: mailServer().mail } });
      ada = await liveThrough(app, 'ada');
      bea = await liveThrough(app, 'bea');
      const past = { since: '2025-01-01T00:00:00Z', until: '2025-02-01T00:00:00Z' };
      for (const { account, interest } of [ada, bea]) {
        const said = (what: string, body: object) =>
          app.as('platform').put(`/v1/subjects/${account}/${what}`).send(body);
        await said(`relations/contract/${interest}`, past).expect(201);
        await said('attributes/statistics', { value: 'refused', ...past }).expect(201);
        await app
          .as('platform')
          .patch(`/v1/subjects/${account}`)
          .set('If-Match', '*')
          .send({ closedAt: '2026-02-28T12:00:00Z' })
          .expect(200);
      }
      const imported = {
        ...{ kind: 'consent', subject: { kind: 'account', id: ada.account }, purpose: 'external-media' },
        ...{ status: 'refused', decidedAt: '2026-02-01T10:00:00Z', vouchedBy: { reason: 'An export.' } },
        ...{ notice: { id: 'consent-banner', version: '1.1', language: 'en' } },
      };
      await app
        .as('platform')
        .post('/v1/imports')
        .set('Content-Type', 'application/x-ndjson')
        .send(JSON.stringify(imported))
        .expect(202);
      await app.services.imports.idle();
    });
    after(async () => {
      await app.close();
      await ground.close();
      rmSync(temporary, { recursive: true, force: true });
      if (formerly === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = formerly;
    });

    type Document = Parameters<typeof operationsOf>[0];
    let made: Document | undefined;
    const document = (): Document => {
      made ??= openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Document;
      return made;
    };

    /** The folders in which anything may have been written, after the database has written what it holds in memory. */
    async function places(): Promise<string[]> {
      if (engine === 'sqlite') return [temporary];
      const { dataDirectory } = await postgresServer();
      const client = new pg.Client({ connectionString: ground.location });
      await client.connect();
      await client.query('CHECKPOINT');
      const { rows } = await client.query('SELECT oid FROM pg_database WHERE datname = current_database()');
      await client.end();
      if (dataDirectory === undefined) return [temporary];
      // Databases that others have on this server are no place of ours; all else of it is, its log of writes as well.
      const base = readdirSync(join(dataDirectory, 'base')).filter(
        (name) => !/^\d+$/.test(name) || name === String(rows[0].oid),
      );
      const rest = readdirSync(dataDirectory).filter((name) => name !== 'base');
      return [
        temporary,
        ...rest.map((name) => join(dataDirectory, name)),
        ...base.map((name) => join(dataDirectory, 'base', name)),
      ];
    }
    const found = async (needles: Record<string, string | Buffer>) => foundBelow(await places(), needles);

    /** Tables with personal data and their columns that hold it, by what the holders themselves say. */
    function personalColumns(): { name: keyof Tables; columns: string[] }[] {
      const anonymous = app.policies
        .current()
        .categories.filter((category) => category.anonymous)
        .map(({ id }) => id);
      return app.services.holders.flatMap((holder) =>
        Object.entries(holder.describe().columns).map(([name, columns]) => ({
          name: name as keyof Tables,
          columns: Object.entries(columns ?? {})
            .filter(([, claim]) => 'category' in claim && !anonymous.includes(claim.category))
            .map(([column]) => column),
        })),
      );
    }

    /** What is kept of a person only under a key, and the wrapped keys themselves. */
    async function sealedOf(left: Traces): Promise<Record<string, Buffer>> {
      const mine = await pseudonymsOf(ground.vault, left);
      const sealed: Record<string, Buffer> = {};
      await ground.store.read(async (q) => {
        for (const { name } of personalColumns())
          for (const row of (await q.select().from(q.tables[name])) as Record<string, unknown>[]) {
            if (!mine.includes(row['subjectId'] as string)) continue;
            const public_ = row['visibility'] === 'public';
            // The name and ORCID iD on a public item are what may stay.
            for (const [column, value] of Object.entries(row))
              if (Buffer.isBuffer(value) && (!public_ || column === 'titleSealed'))
                sealed[`${Object.keys(sealed).length} ${column}`] = value;
          }
      });
      const keyring = new Database(join(ground.folder, 'keyring.db'), { readonly: true });
      for (const subjectId of mine) {
        const row = keyring
          .prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM keys WHERE scope = ?')
          .get(subjectScope(ground.vault.pseudonyms.encode('keyring', subjectId)));
        assert.ok(row);
        sealed[`wrapped key of ${subjectId}`] = row.wrapped;
      }
      keyring.close();
      return sealed;
    }

    /** Scopes that have a key; which of them opens a value, only trying tells. */
    function keyScopes(): Set<string> {
      const keyring = new Database(join(ground.folder, 'keyring.db'), { readonly: true });
      const scopes = keyring.prepare<[], string>('SELECT scope FROM keys').pluck().all();
      keyring.close();
      return new Set(scopes);
    }

    it('is searched well: a value known to be there is found', async function () {
      // The files of a server that runs elsewhere are out of reach.
      if (engine === 'postgres' && (await postgresServer()).dataDirectory === undefined) this.skip();
      const needles = { doi: '10.5072/public.ada', tenant: 'Portal north' };
      assert.deepEqual(new Set((await found(needles)).map((line) => line.split(' ')[0])), new Set(['doi', 'tenant']));
    });

    it('has come in at every place there is: no route and no import is missing from the list', () => {
      const operations = operationsOf(document());
      assert.ok(operations.length > 40);
      assert.deepEqual(unlisted(operations, document()), []);
      const imports = new Command('import');
      defineImports(imports);
      assert.deepEqual(
        imports.commands.map((command) => command.name()),
        // What others have mapped comes in as records do: `from` makes lines of it, `map` only tries how.
        ['records', 'map', 'from', 'access-log'],
        'a new import must bring its sentinels into this test',
      );
    });

    it('has reached every personal column there is', async () => {
      const mine = await pseudonymsOf(ground.vault, ada);
      const empty: string[] = [];
      for (const { name, columns } of personalColumns()) {
        const rows = (await ground.store.read((q) => q.select().from(q.tables[name]))) as Record<string, unknown>[];
        const ours = rows.filter((row) =>
          Object.values(row).some((value) => typeof value === 'string' && mine.includes(value)),
        );
        for (const column of columns)
          if (!ours.some((row) => row[column] !== null && row[column] !== undefined)) empty.push(`${name}.${column}`);
      }
      assert.deepEqual(
        empty.filter((place) => NOT_SEEDED[place] === undefined),
        [],
        'let liveThrough() fill it, or say in NOT_SEEDED why it cannot',
      );
      for (const place of Object.keys(NOT_SEEDED)) assert.ok(empty.includes(place), `${place} is seeded after all`);
    });

    it('is never anything personal in the clear of what was sent to any route, taken or refused', async () => {
      for (const strange of [false, true])
        for (const operation of operationsOf(document())) {
          const { status, text } = await wander(app, document(), operation, strange);
          assert.ok(status < 500, `${operation.operationId}: ${status}`);
          if (!strange && TAKEN.includes(operation.operationId))
            assert.ok(status < 300, `${operation.operationId}: ${status} ${text}`);
        }
      assert.deepEqual(await found({ ...WANDERER }), []);
      const lines = app.logged.join('');
      for (const value of Object.values(WANDERER)) assert.ok(!lines.includes(value), value);
    });

    it('is never anything personal in the clear, whatever door it came in by (REQ-A50)', async () => {
      assert.deepEqual(
        await found({ ...ada, ...Object.fromEntries(Object.entries(bea).map(([k, v]) => [`${k}2`, v])) }),
        [],
      );
      for (const value of Object.values(ada)) assert.ok(!app.logged.join('').includes(value));
    });

    it('is nothing of an imported access log either (REQ-E04)', async () => {
      const source = join(temporary, 'access.log');
      writeFileSync(
        source,
        `${LOG_ADDRESS} - - [27/Feb/2026:10:00:00 +0000] "GET /sentinel-path HTTP/1.1" 200 5 "-" "${LOG_AGENT}"\nsentinel-malformed-line\n`,
      );
      const context = await app.contextOf('north', 'operator');
      const summary = await app.services.visits.importAccessLog(context, source, { portal: 'north' });
      assert.deepEqual([summary.accepted, summary.rejected], [1, 1]);
      rmSync(source);
      const needles = { LOG_ADDRESS, LOG_AGENT, path: '/sentinel-path', line: 'sentinel-malformed-line' };
      assert.deepEqual(await found(needles), []);
    });

    it('is nothing of imported records either, whatever their kind, taken or set apart', async () => {
      const { account, visitor, name, title, email, interest, city, publicTitle, publishedAs } = DORA;
      const { statement, userAgent, address } = DORA;
      const at = '2026-02-20T10:00:00Z';
      const evidence = { address, userAgent };
      const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
      const person = { name, email, address: city };
      const events = [{ event: 'answered', at, outcome: 'done', text: statement }];
      const lines: Record<string, unknown>[] = [
        { kind: 'profile', account, name, title, email, interests: [interest], city, orcid: DORA.orcid, createdAt: at },
        {
          ...{ kind: 'item', account, doi: '10.5072/imported', title: publicTitle, version: '1', role: 'creator' },
          ...{ nameAsPublished: publishedAs, visibility: 'private', createdAt: at },
        },
        {
          ...{ kind: 'consent', subject: { kind: 'account', id: account }, purpose: 'external-media', status: 'given' },
          ...{ decidedAt: at, notice, evidence, vouchedBy: { reason: 'An export.' } },
        },
        { kind: 'link', visitor, account, linkedAt: at },
        { kind: 'visit', id: visitor, portal: 'north', occurredAt: at, visitor, address, userAgent },
        { kind: 'hold', id: account, hold: 'legal', subject: `account:${account}`, reference: 'R-1', since: at },
        {
          ...{ kind: 'request', reference: 'A-1', type: 'access', channel: 'letter', receivedAt: at, events },
          ...{ vouchedBy: { reason: 'A file.' }, subject: `account:${account}`, requester: person, text: statement },
        },
      ];
      assert.deepEqual(
        lines.map(({ kind }) => kind).sort(),
        app.services.importedKinds.map(({ kind }) => kind).sort(),
        'a line of each',
      );
      const whole = [...lines, { kind: 'profile', account, name, [title]: email }];
      const begun = await app
        .as('platform')
        .post('/v1/imports')
        .set('Content-Type', 'application/x-ndjson')
        .send(whole.map((line) => JSON.stringify(line)).join('\n'))
        .expect(202);
      await app.services.imports.idle();
      const { body } = await app.as('platform').get(`/v1/imports/${begun.body.importId}`).expect(200);
      const { body: faults } = await app.as('platform').get(`/v1/imports/${begun.body.importId}/faults`).expect(200);
      assert.deepEqual(
        faults.items.map(({ line }: { line: number }) => line),
        // Holds are the officer's: a token for imports places none.
        [lines.findIndex(({ kind }) => kind === 'hold') + 1, whole.length],
        JSON.stringify(faults),
      );
      assert.equal(body.faults, 2);
      assert.deepEqual(await found({ ...DORA }), []);
      for (const value of Object.values(DORA)) assert.ok(!app.logged.join('').includes(value), value);
    });

    it('is nothing of a package, while it waits sealed and after it was destroyed', async () => {
      const { packages } = app.services;
      const context = await app.contextOf('north', 'dpo');
      const { packageId } = await packages.prepare(context, { subject: ada.account, kind: 'access', language: 'en' });
      await packages.make(context, packageId);
      const pieces: Uint8Array[] = [];
      for await (const piece of (await packages.content(context, packageId)).stream) pieces.push(piece);
      // What is looked for afterwards is what really was there: the head of the ZIP and its sealed pieces.
      assert.equal(Buffer.concat(pieces).subarray(0, 2).toString(), 'PK');
      assert.deepEqual(await found({ ...ada }), []);
      const sealed = await ground.store.read((q) => q.select().from(q.tables.packageChunks));
      const needles = Object.fromEntries(
        sealed.map(({ position, contentSealed }) => [
          `piece ${position}`,
          contentSealed.subarray(40, 72).toString('latin1'),
        ]),
      );
      assert.ok(Object.keys(needles).length >= 2);
      await packages.destroy(context, packageId);
      assert.deepEqual(await found({ ...ada }), []);
      if (ground.engine === 'sqlite') assert.deepEqual(await found(needles), []);
    });

    it('is nothing of what two persons together had shown to them, once it is delivered', async () => {
      const token = await app.as('admin').post('/v1/tokens').send({ role: 'dpo', label: 'second' }).expect(201);
      const visits = await ground.store.read((q) => q.select().from(q.tables.visits));
      const visitIds = visits.filter(({ life }) => life === 'full').map(({ visitId }) => visitId);
      for (const asked of [
        { kind: 'address', purpose: 'security-incident', target: { visitIds } },
        { kind: 'export', purpose: 'authority-inquiry', target: { holder: 'profiles' } },
      ]) {
        const { body } = await app.as('dpo').post('/v1/disclosures').send(asked).expect(201);
        const at = `/v1/disclosures/${body.disclosureId}`;
        const agree = app.as('dpo').post(`${at}/approval`).set('Authorization', `Bearer ${token.body.secret}`);
        await agree.expect(200);
        const { text } = await app.as('dpo').post(`${at}/release`).buffer(true).expect(200);
        assert.ok(text.includes(asked.kind === 'address' ? ada.address : ada.email), 'it was really delivered');
      }
      assert.deepEqual(await found({ ...ada }), []);
      for (const value of Object.values(ada)) assert.ok(!app.logged.join('').includes(value));
    });

    it('is after an erasure no key, and nothing that the keys had sealed opens any more (REQ-A03, A33, A34)', async () => {
      const { vault } = ground;
      const sealed = await sealedOf(ada);
      assert.ok(Object.keys(sealed).length >= 16, String(Object.keys(sealed)));
      const pseudonyms = await pseudonymsOf(vault, ada);
      const before = await ground.store.read((q) => q.select().from(q.tables.profiles));
      const row = before.find(({ subjectId }) => pseudonyms.includes(subjectId));
      const place = { tenant: 'north', table: 'profiles', column: 'email_sealed', row: row?.subjectId as string };
      const key = await vault.existingKey('north', subjectScope(place.row));
      assert.equal(key?.open(place, row?.emailSealed as Buffer), ada.email);

      // The title of a published item was public; it is under the key of all that is.
      const everything = await sealedValues(ground.store);
      const values: [name: string, scope: string][] = [];
      for (const [name, bytes] of Object.entries(sealed)) {
        if (name.startsWith('wrapped')) continue;
        const value = everything.find((one) => one.sealed.equals(bytes));
        const scope = value && (await openedBy(vault, value));
        assert.ok(scope, `${name} opens while its key stands`);
        if (scope !== 'content') values.push([name, scope]);
      }
      assert.ok(values.length >= 12, String(values));

      await app.as('dpo').post(`/v1/subjects/${ada.account}/erasure`).expect(200);
      // Whatever page, log or backup still has these bytes: the one key that opens each is gone.
      for (const [name, scope] of values) assert.ok(!keyScopes().has(scope), `the key of ${name} is still there`);
      assert.equal(await vault.existingKey('north', subjectScope(place.row)), undefined);

      const wrapped = Object.fromEntries(Object.entries(sealed).filter(([name]) => name.startsWith('wrapped')));
      assert.deepEqual(await found(wrapped), []);
      // PostgreSQL clears the pages in its own time; without the key they are noise.
      if (engine === 'sqlite') {
        assert.deepEqual(await found(sealed), []);
        const onDisk = await pseudonymsOnDisk(vault, ada);
        assert.deepEqual(await found(Object.fromEntries(onDisk.map((one) => [`pseudonym ${one}`, one]))), []);
        assert.deepEqual(await found({ emailIndex: row?.emailIndex as string }), []);
      }
      assert.deepEqual(await found({ ...ada }), []);

      // Who comes again under the same id gets another key.
      const next = await vault.key('north', subjectScope(place.row));
      assert.equal(next.open(place, row?.emailSealed as Buffer), undefined);
      await vault.shred('north', [subjectScope(place.row)]);
    });

    it('is after an erasure still everything of everybody else', async () => {
      const { body } = await app.as('dpo').get(`/v1/subjects/${bea.account}/report`).expect(200);
      assert.match(JSON.stringify(body), new RegExp(bea.email));
      const sealed = await sealedOf(bea);
      if (engine === 'sqlite')
        assert.equal(
          new Set((await found(sealed)).map((line) => line.split(' in ')[0])).size,
          Object.keys(sealed).length,
        );
    });

    it('is after a sweep nothing of the addresses it was to forget (REQ-E04)', async () => {
      const visitor = await ground.vault.subjectId('north', 'visitor', bea.visitor);
      const visits = await ground.store.read((q) => q.select().from(q.tables.visits));
      const sealed = Object.fromEntries(
        visits
          .filter(({ subjectId }) => subjectId === visitor)
          .flatMap(({ addressSealed, userAgentSealed, visitId }) => [
            [`address of ${visitId}`, addressSealed as Buffer],
            [`user agent of ${visitId}`, userAgentSealed as Buffer],
          ]),
      );
      assert.equal(Object.keys(sealed).length, 4);
      app.time.now = new Date('2026-03-20T12:00:00Z');
      const started = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
      for (let sweep = started.body; sweep.status === 'running'; )
        ({ body: sweep } = await app.as('operator').get(`/v1/retention/sweeps/${started.body.sweepId}`).expect(200));
      const after = await ground.store.read((q) => q.select().from(q.tables.visits));
      assert.ok(
        after.length > 0 && after.every(({ life, addressSealed }) => life === 'reduced' && addressSealed === null),
      );
      if (engine === 'sqlite') assert.deepEqual(await found(sealed), []);
      assert.deepEqual(await found({ ...bea }), []);
    });
  });
