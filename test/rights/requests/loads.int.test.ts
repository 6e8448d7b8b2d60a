import assert from 'node:assert/strict';
import type { Query, Store } from '../../../src/foundations/store/store.ts';
import type { RequestStatus } from '../../../src/rights/requests/shown.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { neighbours, office } from './office.ts';

const KNOWN = { confirmed: true, text: 'Known to the office in person.' };
const JANE = { name: 'Jane Example', email: 'jane@loads.example' };

/** The same store, telling of every time that the events of a request are read outside a transaction. */
function watched(store: Store, seen: () => void): Store {
  const watching = (q: Query): Query =>
    Object.create(q, {
      select: {
        value: (...fields: Parameters<Query['select']>) => {
          const builder = q.select(...fields);
          const from = builder.from.bind(builder);
          return Object.assign(builder, {
            from: (table: Parameters<typeof from>[0]) => {
              if (table === q.tables.requestEvents) seen();
              return from(table);
            },
          });
        },
      },
    });
  return {
    ...store,
    read: (fn) => store.read((q) => fn(watching(q))),
    snapshot: (fn) => store.snapshot((q) => fn(watching(q))),
  };
}

onBothEngines('What an act on a request reads and answers', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  let loads = 0;
  const { seen, options } = neighbours();
  before(async () => {
    const store = watched(ground().store, () => {
      loads += 1;
    });
    app = await openApp({ ...ground(), store }, { now: '2026-03-03T10:00:00Z', ...options });
    desk = office(app);
    // The first look after the start is at all requests.
    await job();
  });
  after(() => app.close());
  beforeEach(() => {
    loads = 0;
  });

  const job = async () => app.services.requests.resume(await app.contextOf('north', 'operator'));

  it('reads an access request six times at most, from its receipt to the letter', async () => {
    seen.ordered = 'preparing';
    const { requestId: id } = await desk.open({ subject: 'account:jane', requester: JANE });
    assert.equal(loads, 0, 'what has just been written is known');
    await desk.act(id, 'identity-decision', KNOWN);
    assert.equal((await desk.act(id, 'execution')).state, 'executing');
    for (const [name, made] of seen.packages) seen.packages.set(name, { ...made, status: 'ready' });
    await job();
    await desk.act(id, 'package-approval', {}, 'admin');
    await desk.try(id, 'release', { by: 'passphrase', passphrase: 'correct horse battery' }).expect(200);
    assert.equal((await desk.act(id, 'answer')).state, 'answered');
    assert.ok(loads <= 6, `it was read ${loads} times`);
  });

  it('reads it once for an act that has many steps', async () => {
    const { requestId: id } = await desk.open({ type: 'erasure', subject: 'account:joe' });
    await desk.act(id, 'identity-decision', KNOWN);
    await desk.act(id, 'proposals', { what: 'execution', ground: '17-1-b', text: 'Consent is gone.' });
    await desk.act(id, 'approval', {}, 'admin');
    loads = 0;
    assert.equal((await desk.act(id, 'execution')).state, 'executed');
    assert.equal(loads, 1);
  });

  it('answers what is read afterwards, to the letter', async () => {
    seen.ordered = 'ready';
    await app.as('platform').put('/v1/subjects/jill').send({ email: 'jill@known.example' }).expect(201);
    const { requestId: id } = await desk.open({ subject: 'account:jill', then: 'erasure', requester: JANE });
    const acts: [name: string, body?: object, who?: 'admin'][] = [
      ['notes', { text: 'A note.' }],
      ['acknowledgement'],
      ['identity-checks', { method: 'email-code', doubt: 'unknown-sender' }],
      ['identity-decision', KNOWN],
      ['extension', { reasons: ['complexity'], text: 'Several systems must be searched.' }],
      ['corrections', { corrects: 1, at: '2026-03-02T10:00:00Z', reason: 'The stamp says so.' }],
      ['execution'],
      ['package-approval', { unverified: true }, 'admin'],
      ['answer'],
      ['proposals', { what: 'execution', ground: '17-1-b', text: 'Consent is gone.' }],
      ['approval', {}, 'admin'],
      ['execution'],
      ['answer'],
      ['reopening', { because: 'authority', text: 'It was ordered.' }],
    ];
    for (const [name, body, who] of acts) {
      if (name === 'answer') await desk.try(id, 'release', { by: 'link' });
      const answered: RequestStatus = await desk.act(id, name, body, who);
      const { requester, subject, asked, restrictions, refusal, notes, letters, ...status } = await desk.get(id);
      assert.deepEqual(answered, status, name);
    }
  });

  it('answers a repeated act with the request as it stands', async () => {
    const { requestId: id } = await desk.open();
    const send = () =>
      app
        .as('dpo')
        .post(`/v1/requests/${id}/notes`)
        .set('Idempotency-Key', '"the-same-note"')
        .send({ text: 'Once.' })
        .expect(200);
    const first = await send();
    await desk.act(id, 'assignment', { to: 'somebody' });
    const again = await send();
    assert.equal(again.headers['idempotency-replayed'], 'true');
    assert.deepEqual([first.body.events, again.body.events], [2, 3]);
    assert.equal((await desk.get(id)).notes.length, 1);
  });
});
