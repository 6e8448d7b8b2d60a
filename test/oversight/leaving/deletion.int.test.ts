import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOfFile, checkDeparture, linesIn, partsOf } from '../../../src/foundations/departure/read-file.ts';
import { type ExternalHolder, HolderFault, type KnownPerson } from '../../../src/foundations/holders/external.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import type { Store } from '../../../src/foundations/store/store.ts';
import { foundBelow } from '../../forensics/bytes.ts';
import { liveThrough, type Traces } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { agreedDeparture, bareServices, newIdentity } from './move.ts';

/** A holder outside that knows people by their account, and is down at first. */
function forum() {
  const state = { up: false, people: new Set<string>(), asked: [] as string[] };
  const reached = ({ accountId = '' }: KnownPerson) => {
    if (!state.up) throw new HolderFault('forum', 'unreachable');
    state.asked.push(accountId);
    return accountId;
  };
  const holder: ExternalHolder = {
    id: 'forum',
    describe: () => ({ title: 'Forum', place: 'frankfurt', categories: ['forum.posts'], actions: {}, clocks: {} }),
    async *export(person) {
      if (state.people.has(reached(person)))
        yield { category: 'forum.posts', table: 'posts', id: '1', at: new Date(0), fields: { text: 'Sentinel post' } };
    },
    count: async (person) => ({ 'forum.posts': state.people.has(reached(person)) ? 1 : 0 }),
    erase: async (person) => {
      const removed = state.people.delete(reached(person)) ? 1 : 0;
      return { status: 'done', outcomes: [{ category: 'forum.posts', removed, reduced: 0, retained: 0 }] };
    },
  };
  return { state, holder };
}

/** A store that breaks off at its nth write. */
function brittle(store: Store, knife: { left: number }): Store {
  return {
    ...store,
    write: async (fn, options) => {
      knife.left -= 1;
      if (knife.left < 0) throw new Error('killed');
      return store.write(fn, options);
    },
  };
}

onBothEngines('A tenant whose data is only erased', (ground, engine) => {
  let app: TestApp;
  let ada: Traces;
  let folder: string;
  let id: string;
  let holdId: string;
  const { state, holder } = forum();

  before(async function () {
    this.timeout(120_000);
    folder = mkdtempSync(join(tmpdir(), 'lethe-leaving-'));
    app = await openApp(ground(), { externalHolders: [holder] });
    ada = await liveThrough(app, 'ada');
    await liveThrough(app, 'bea');
    state.people = new Set([ada.account, 'sentinel-account-bea']);
    const { body } = await app.as('dpo').post('/v1/holds').send({ kind: 'legal', reference: 'R-1' }).expect(201);
    holdId = body.holdId;
  });
  after(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives a range of visits, a portal or a table back alone, in the same form', async () => {
    const { identity, recipient } = await newIdentity();
    const partOf = async (part: object) => {
      const { body } = await app
        .as('dpo')
        .post('/v1/returns')
        .send({ recipient, part })
        .responseType('blob')
        .expect(200);
      const file = join(folder, 'part.age');
      writeFileSync(file, body);
      const { manifest } = await checkDeparture(bytesOfFile(file, [identity]));
      const lines = [];
      for await (const { folder: at, content } of partsOf(bytesOfFile(file, [identity]), manifest))
        if (at === 'data/visits') lines.push(...linesIn(content));
      return { rows: manifest.rows, kind: manifest.kind, lines };
    };
    const range = (from: string, until: string) => partOf({ visits: { from, until } });
    const whole = await range('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z');
    assert.equal(whole.kind, 'part');
    assert.equal(whole.rows['visits'], 4);
    assert.ok(whole.lines.some(({ userAgent }) => userAgent === ada.userAgent));
    assert.deepEqual((await range('2026-04-01T00:00:00Z', '2026-04-02T00:00:00Z')).rows, {});
    assert.equal((await partOf({ portal: String(whole.lines[0]?.['portal']) })).rows['visits'], 4);
    assert.deepEqual((await partOf({ portal: 'nowhere' })).rows, {});
    assert.equal((await partOf({ table: 'profiles' })).rows['profiles'], 2);
    const secrets = { recipient, part: { table: 'api_tokens' } };
    await app.as('dpo').post('/v1/returns').send(secrets).expect(422);
    await app
      .as('dpo')
      .post('/v1/returns')
      .send({ ...secrets, recipient: `age1${'q'.repeat(58)}` })
      .expect(422);
  });

  it('waits for its day, for holds, and lets persons take back what they agreed to until then', async () => {
    ({ departureId: id } = await agreedDeparture(app, 'delete'));
    const visit = { visitor: ada.visitor, address: ada.address, userAgent: ada.userAgent };
    await app.as('platform').post('/v1/visits').send(visit).expect(409);
    const decision = {
      subject: { kind: 'visitor', id: ada.visitor },
      purpose: 'external-media',
      notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      act: 'clicked',
    };
    await app
      .as('platform')
      .post('/v1/consents')
      .send({ ...decision, status: 'given' })
      .expect(409);
    await app
      .as('platform')
      .post('/v1/consents')
      .send({ ...decision, status: 'withdrawn' })
      .expect(201);
    const { recipient } = await newIdentity();
    await app.as('admin').post(`/v1/departures/${id}/return`).send({ recipient }).expect(409);
    const refused = await app.as('admin').post(`/v1/departures/${id}/deletion`).expect(409);
    assert.match(refused.body.type, /held$/);
    await app.as('dpo').post(`/v1/holds/${holdId}/release`).expect(200);
  });

  it('goes on from wherever it is killed, waits for who is down, and leaves no key and no value', async function () {
    this.timeout(180_000);
    const copy = join(folder, 'before.db');
    if (engine === 'sqlite') {
      await ground().store.scrub();
      cpSync(ground().location, copy);
    }
    await app.as('admin').post(`/v1/departures/${id}/deletion`).expect(202);
    const north = await app.contextOf('north', 'operator');
    assert.deepEqual(await app.services.leaving.resume(north), { waitsFor: 'forum: unreachable' });
    const { body: waiting } = await app.as('admin').get(`/v1/departures/${id}`).expect(200);
    assert.equal(waiting.progress.stage, 'outside');
    state.up = true;
    const gone = async () =>
      (await ground().store.read((q) => q.select().from(q.tables.tenants))).every(
        ({ tenantId }) => tenantId !== 'north',
      );
    let kills = 0;
    for (let writes = 0; !(await gone()); writes += 3) {
      const knife = { left: Number.POSITIVE_INFINITY };
      const dying = await bareServices({ ...ground(), store: brittle(ground().store, knife) }, app, [holder]);
      knife.left = writes;
      await dying.leaving.resume(north).catch(() => {
        kills += 1;
      });
      knife.left = Number.POSITIVE_INFINITY;
      await dying.close();
    }
    assert.ok(kills > 3);
    assert.equal(state.people.size, 0);
    await app.services.merkleLog.advance(() => app.time.now);
    const { body } = await app.as('installation').get(`/v1/departures/${id}/certificate`).expect(200);
    // What a kill came between is done, and not counted.
    const [{ removed, ...counted }] = body.certificate.outside;
    assert.deepEqual(counted, { holder: 'forum', people: 2, left: 0, unreached: 0 });
    assert.ok(removed <= 2);
    assert.equal(body.certificate.keysLeft, 0);
    assert.ok(body.certificate.erased.every((one: { left: number }) => one.left === 0));
    assert.deepEqual(
      (await app.as('installation').get('/v1/departures').expect(200)).body.items.map(
        (one: { status: string }) => one.status,
      ),
      ['deleted'],
    );
    if (engine !== 'sqlite') return;
    const { address: _, ...values } = ada;
    assert.deepEqual(foundBelow([ground().folder], values), []);

    // A backup from before: its sealed values are noise, and the rest goes before anybody is served.
    const at = ground();
    await at.store.close();
    cpSync(copy, at.location);
    at.store = await openStore(at.location, undefined, undefined, at.vault.pseudonyms);
    const restored = await bareServices(at, app);
    assert.deepEqual(await restored.access.tenantIds(), ['main', 'north', 'south']);
    assert.equal((await restored.replay()).tenants, 1);
    assert.deepEqual(await restored.access.tenantIds(), ['main', 'south']);
    assert.equal((await restored.replay()).tenants, 0);
    const left = await at.store.read((q) => q.select().from(q.tables.visits));
    assert.deepEqual(left, []);
    await restored.close();
  });
});
