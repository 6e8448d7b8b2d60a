import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { sqliteTables } from '../../../src/foundations/store/schema.sqlite.ts';
import { SEALED_TABLES, type SealedTable } from '../../../src/foundations/store/sealed-columns.ts';
import type { Store } from '../../../src/foundations/store/store.ts';
import { keyNumberOf } from '../../../src/foundations/vault/envelope.ts';
import { openSqliteKeyring } from '../../../src/foundations/vault/keyring.sqlite.ts';
import { parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { type ResealDeps, rotateDataKeys, UnreadableValues } from '../../../src/foundations/vault/reseal.ts';
import { inUnitOfWork } from '../../../src/foundations/vault/unit-of-work.ts';
import { openVault, subjectScope, type Vault } from '../../../src/foundations/vault/vault.ts';
import { liveThrough, pseudonymsOf } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { ENGINES } from '../../support/engines.ts';
import { openedBy, type SealedValue, sealedValues } from '../../support/sealed-values.ts';
import { type TwoInstances, twoInstances } from '../../support/two-instances.ts';

class Crash extends Error {}
const ALL = { tenantId: null, scope: null };
const TENANTS = ['*', 'main', 'north', 'south'];

/** What is sealed under keys of requests, holds, erasures, breaches and messages. */
async function beside(app: TestApp): Promise<void> {
  const subject = 'account:sentinel-account-ada';
  const officer = app.as('dpo');
  const request = { channel: 'letter', receivedAt: '2026-03-01T09:00:00Z', text: 'What do you have of me?', subject };
  const { body } = await officer
    .post('/v1/requests')
    .send({ type: 'access', ...request, requester: { name: 'Ada', email: 'ada@private.example' } })
    .expect(201);
  assert.ok(body.requestId);
  await app
    .as('platform')
    .post('/v1/consents')
    .send({
      subject: { kind: 'account', id: 'sentinel-account-ada' },
      purpose: 'usage-statistics',
      status: 'given',
      notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      age: 12,
      parental: { by: 'A mother', verified: 'signed-form' },
    })
    .expect(201);
  await officer
    .post('/v1/holds')
    .send({ kind: 'legal', subject, category: 'profiles.interests', reference: 'R-1' })
    .expect(201);
  await officer
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
  await app
    .as('platform')
    .post('/v1/imports')
    .set('Content-Type', 'application/x-ndjson')
    .send('{"kind":"consent","subject":"wrong"}')
    .expect(202);
  await app.services.imports.idle();
  const order = { ground: '17-1-b', categories: { 'content.public-association': { action: 'erase' } } };
  await officer.post('/v1/subjects/sentinel-account-ada/erasure/order').send(order).expect(202);
  const context = await app.contextOf('north', 'dpo');
  const { outbox, recipients, retention, store } = app.services;
  const [rule] = app.policies.current().rules;
  assert.ok(rule);
  await retention.reviews.put(context, rule, [{ key: 'none', subjectId: null, at: context.clock() }], 'period');
  const [review] = (await retention.reviews.list(context, {})).items;
  await officer
    .post(`/v1/retention/reviews/${review?.reviewId}/decision`)
    .send({ decision: 'keep', until: '2026-06-01', reason: 'A project runs until May.' })
    .expect(200);
  await recipients.open(context, {
    requestId: body.requestId,
    what: 'rectification',
    subject,
    categories: ['content.public-association'],
  });
  const delivery = { channel: 'email', address: 'office@registry.example' } as const;
  const prepared = await outbox.prepare(context, [
    { party: 'doi-registry', topic: 'test', delivery, data: {}, subject: 'A subject', text: 'A text' },
  ]);
  await store.write((tx) => outbox.add(tx, prepared));
}

describe('The description of what is sealed', () => {
  it('names every sealed column of the schema, with the key of its table', () => {
    for (const [name, table] of Object.entries(sqliteTables)) {
      const { columns, primaryKeys } = getTableConfig(table);
      const members = Object.entries(table).filter(([, column]) => columns.includes(column as never));
      const sealed = members.map(([member]) => member).filter((member) => member.endsWith('Sealed'));
      const described: SealedTable | undefined = SEALED_TABLES[name as keyof typeof SEALED_TABLES];
      assert.deepEqual([...(described?.columns ?? [])].sort(), sealed.sort(), name);
      if (!described) continue;
      const memberOf = (sql: string) => members.find(([, column]) => (column as { name: string }).name === sql)?.[0];
      const key = primaryKeys[0]?.columns.map(({ name: column }) => memberOf(column)).filter((m) => m !== 'tenantId');
      assert.deepEqual(described.key, key, name);
    }
  });
});

for (const engine of ENGINES)
  describe(`A rotation of data keys (${engine})`, function () {
    this.timeout(180_000);
    let two: TwoInstances;
    let app: TestApp;
    let store: Store;
    let deps: ResealDeps;
    before(async () => {
      two = await twoInstances(engine);
      app = await openApp(two.a);
      await liveThrough(app, 'ada');
      const contract = '/v1/subjects/sentinel-account-ada/relations/contract/sentinel-contract-17';
      await app.as('platform').put(contract).send({}).expect(201);
      await beside(app);
      const { packages } = app.services;
      const context = await app.contextOf('north', 'dpo');
      const { packageId } = await packages.prepare(context, {
        subject: 'account:sentinel-account-ada',
        kind: 'access',
        language: 'en',
      });
      await packages.make(context, packageId);
      store = app.services.store;
      deps = { store, vault: two.a.vault, tenants: TENANTS, settle: async () => undefined };
    });
    after(async () => {
      await app.close();
      await two.close();
    });

    const plain = async (vault: Vault, values: SealedValue[]) => {
      const texts = new Map<string, string>();
      for (const value of values) {
        const scope = await openedBy(vault, value);
        const key = scope === undefined ? undefined : await vault.existingKey(value.place.tenant, scope);
        const text = key?.openBytes(value.place, value.sealed)?.toString('latin1');
        texts.set(JSON.stringify(value.place), `${scope} ${text}`);
      }
      return texts;
    };
    /** A copy of the files as somebody has stolen them, with the master key. */
    const stolenKeyring = async (): Promise<Vault> => {
      const copy = join(two.a.folder, `stolen-${engine}.db`);
      await two.a.vault.scrub();
      copyFileSync(join(two.a.folder, 'shared-keyring.db'), copy);
      return openVault(openSqliteKeyring(copy), parseMasterKey(two.a.masterKey));
    };

    it('knows under which key every value of every column is sealed', async () => {
      const values = await sealedValues(store);
      const seen = new Set(values.map(({ at }) => at));
      const all = Object.entries(SEALED_TABLES).flatMap(([t, { columns }]) => columns.map((c) => `${t}.${c}`));
      // Sealed where somebody outside has to be told, or a recipient answers; their places are held in their own tests.
      const rest = all.filter((at) => !seen.has(at));
      assert.ok(rest.length <= 7, rest.join(', '));
      assert.ok(values.length >= 25, String(values.length));
      assert.deepEqual(await two.unreadable(), []);
      for (const { sealed } of values) assert.equal(keyNumberOf(sealed), 1);
    });

    it('loses no value, killed anywhere; afterwards whoever has the keys of before opens nothing', async () => {
      const before = await sealedValues(store);
      const texts = await plain(two.a.vault, before);
      const stolen = engine === 'sqlite' ? await stolenKeyring() : undefined;
      let done = false;
      for (let nth = 1; !done; nth = nth < 4 ? nth + 1 : nth * 2) {
        let steps = 0;
        const dies = async () => {
          steps += 1;
          if (steps === nth) throw new Crash();
        };
        const dying: ResealDeps = {
          ...deps,
          settle: dies,
          store: {
            ...store,
            write: async (fn, options) => {
              const value = await store.write(fn, options);
              await dies();
              return value;
            },
          },
        };
        const outcome = await rotateDataKeys(dying, ALL).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
        done = outcome !== undefined;
        assert.deepEqual(await two.unreadable(), [], `killed at ${nth}`);
      }
      const after = await sealedValues(store);
      assert.equal(after.length, before.length);
      for (const { at, sealed } of after) assert.equal(keyNumberOf(sealed), 2, at);
      assert.deepEqual(await plain(two.a.vault, after), texts);
      assert.equal(await two.a.vault.keyRotation.underWay(), undefined);
      if (stolen) {
        // What an attacker with the old master key and the old keyring has of the new database.
        for (const value of after) assert.equal(await openedBy(stolen, value), undefined, value.at);
        for (const value of before) assert.ok(await openedBy(stolen, value), 'the old ones it did open');
        await stolen.close();
        const old = before.find(({ at }) => at === 'profiles.emailSealed') as SealedValue;
        for (const file of readdirSync(two.a.folder).filter((name) => name.startsWith('lethe.db')))
          assert.equal(readFileSync(join(two.a.folder, file)).includes(old.sealed), false, `${file} has the old value`);
      }
    });

    it('leaves what is searched for, signed and committed to as it was', async () => {
      const [subjectId] = await pseudonymsOf(two.a.vault, {
        account: 'sentinel-account-ada',
        visitor: 'sentinel-visitor-ada',
      } as never);
      assert.ok(subjectId);
      const found = await app
        .as('dpo')
        .post('/v1/subjects/search')
        .send({ email: 'sentinel.mail.ada@private.example' });
      assert.ok(found.status < 300, found.text);
      assert.match(JSON.stringify(found.body), /sentinel-account-ada/);
    });

    it('is followed by an instance that remembers the keys of before: what it writes then is under the new ones', async () => {
      const [subjectId] = await pseudonymsOf(two.a.vault, {
        account: 'sentinel-account-ada',
        visitor: 'sentinel-visitor-ada',
      } as never);
      const scope = subjectScope(subjectId as string);
      const guarded = two.b.vault.guard(two.b.store);
      const place = { tenant: 'north', table: 'holds', column: 'known_as_sealed', row: 'x' };
      let rotated = false;
      const sealed = await inUnitOfWork(async () => {
        const value = (await two.b.vault.key('north', scope)).seal(place, 'kept');
        if (!rotated) await rotateDataKeys(deps, { tenantId: 'north', scope });
        rotated = true;
        await guarded.write(async (tx) => {
          await tx.select().from(tx.tables.leases);
        });
        return value;
      });
      assert.equal(keyNumberOf(sealed), 3);
      const key = await two.a.vault.existingKey('north', scope);
      assert.equal(key?.open(place, sealed), 'kept');
      assert.deepEqual(await two.unreadable(), []);
    });

    it('destroys no old key over a value that does not open, unless it is told to', async () => {
      const [row] = await store.read((q) => q.select().from(q.tables.outboxMessages));
      const target = (await sealedValues(store)).find(({ at }) => at === 'profiles.citySealed') as SealedValue;
      assert.ok(target, String(row?.messageId));
      const altered = Buffer.from(target.sealed);
      altered[20] = (altered[20] as number) ^ 1;
      await store.write(async (tx) => {
        await tx.update(tx.tables.profiles).set({ citySealed: altered });
      });
      await assert.rejects(
        rotateDataKeys(deps, { tenantId: 'north', scope: null }),
        (error: UnreadableValues) =>
          error instanceof UnreadableValues && error.unreadable['profiles.citySealed'] !== undefined,
      );
      assert.equal((await two.a.vault.keyRotation.underWay())?.phase, 'reseal');
      const { retired } = await rotateDataKeys(deps, ALL, { discardUnreadable: true });
      assert.ok(retired > 0);
    });
  });
