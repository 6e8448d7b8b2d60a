import assert from 'node:assert/strict';
import fc from 'fast-check';
import { comparableEmail } from '../../../src/foundations/contract/comparable-email.ts';
import type { Store } from '../../../src/foundations/store/store.ts';
import type { Vault } from '../../../src/foundations/vault/vault.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { office } from './office.ts';
import { mailServer, type Own, ownIn, PUBLIC_URL, stranger } from './stranger.ts';

/** What there may be of whoever has the address, and of the visitor whose id and trace are brought. */
const KINDS = ['unknown', 'known', 'two-accounts', 'erased', 'held', 'linked', 'asked-before'] as const;
type Kind = (typeof KINDS)[number];

const CALLS = [
  ...(['follow', 'clarify', 'visitor-id', 'trace', 'receipt', 'wrong-code', 'withdraw'] as const),
  ...(['ask-code', 'ask-documents', 'cannot-identify', 'ask-clarification', 'acknowledge', 'look', 'jobs'] as const),
];
type Call = (typeof CALLS)[number];

const TYPES = ['access', 'portability', 'erasure', 'restriction', 'objection', 'consent-withdrawal'] as const;

/** The same calls for two people of whom different things are kept: what anybody can see, or read in the log, is the same. */
onBothEngines('Before identity is confirmed', (ground, engine) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  let page: ReturnType<typeof stranger>;
  const { mails, mail } = mailServer();
  const steps: string[] = [];
  let people = 0;

  before(async () => {
    const counted = { ...ground(), store: counting(ground().store), vault: counting(ground().vault) };
    app = await openApp(counted, {
      now: '2026-03-03T10:00:00Z',
      publicUrl: PUBLIC_URL,
      transports: { webhook: mail, mail },
    });
    desk = office(app);
    page = stranger(app, mails);
    // What is remembered for seconds stays so: the steps of two calls differ by nothing that time does.
    const since = performance.now();
    Object.assign(performance, { now: () => since });
  });
  after(async () => {
    Reflect.deleteProperty(performance, 'now');
    await app.close();
  });

  /** Notes what is asked of the store and of the vault: as far as a test can see, the time an answer takes. */
  function counting<T extends Store | Vault>(of: T): T {
    return new Proxy(of, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          steps.push(String(name));
          return value.apply(target, given);
        };
      },
    });
  }

  /** Somebody of this kind, with an address and a visitor of their own. */
  async function person(kind: Kind) {
    people += 1;
    const n = String(people).padStart(6, '0');
    const email = `person${n}@known.example`;
    const account = `account${n}`;
    const visitor = `visitor${n}`;
    const address = `192.0.2.${(people % 250) + 1}`;
    const at = new Date(Date.UTC(2026, 2, 1, 0, 0, people)).toISOString();
    const platform = app.as('platform');
    if (kind !== 'unknown' && kind !== 'asked-before')
      await platform.put(`/v1/subjects/${account}`).send({ name: 'Somebody', email }).expect(201);
    if (kind === 'two-accounts')
      await platform
        .put(`/v1/subjects/${account}-2`)
        .send({ name: 'Somebody', email: email.toUpperCase() })
        .expect(201);
    if (kind === 'linked' || kind === 'held') {
      await platform.post('/v1/visits').send({ visitor, address, occurredAt: at }).expect(201);
      await platform.post(`/v1/subjects/${account}/links`).send({ visitor }).expect(201);
    }
    if (kind === 'held')
      await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind: 'legal', subject: `account:${account}`, reference: 'case-1' })
        .expect(201);
    if (kind === 'erased') await platform.post(`/v1/subjects/${account}/erasure`).expect(200);
    if (kind === 'asked-before') await page.confirmed({ type: 'access', requester: { email } });
    return { kind, email, visitor, address, at };
  }

  /** Everything that the calls show: answers, steps, mails, entries of the log. */
  async function shown(type: (typeof TYPES)[number], calls: readonly Call[], who: Awaited<ReturnType<typeof person>>) {
    const context = await app.contextOf('north', 'operator');
    await app.services.requests.resume(context);
    await app.services.outbox.deliverDue(context);
    const entriesNow = async () =>
      (await ground().store.read((q) => q.select().from(q.tables.auditEntries))).filter(
        ({ tenantId }) => tenantId === 'north',
      );
    const before = new Set((await entriesNow()).map(({ entryId }) => entryId));
    mails.splice(0);
    const normal = (text: string) =>
      text
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
        .replaceAll(/[0-9a-f]{64}/g, 'HASH')
        .replaceAll(/lethe_request_[\w-]{43}/g, 'SECRET')
        .replaceAll(/(\/confirmations\/north\/ID\/)[\w-]+/g, '$1SECRET')
        .replaceAll(/2026-\d{6}/g, 'REFERENCE')
        .replaceAll(/\b\d{4} \d{4}\b/g, 'CODE')
        .replaceAll(/person\d{6}@known\.example/gi, 'ADDRESS');
    /** A write that met the end of somebody's key is done again: by chance, as keys share buckets. */
    const stepsOf = () => steps.join(' ').replaceAll(/\bwrite(?: write)+/g, 'write');
    const seen: unknown[] = [];
    const publicly = async (name: string, asked: PromiseLike<{ status: number; text: string; headers: object }>) => {
      steps.splice(0);
      const { status, text, headers } = await asked;
      const own = Object.entries(headers).filter(([header]) => !['date', 'x-request-id', 'etag'].includes(header));
      seen.push([name, status, normal(text), normal(JSON.stringify(own)), stepsOf()]);
    };
    const officially = async (name: string, body: object) => {
      // Whether an officer may do it follows from what was done before, not from who is known.
      const { status } = await desk.try(own.requestId, name, body);
      seen.push([name, status]);
    };

    let own: Own = { requestId: '', secret: '' };
    // What bounds how many begin is tested with the unconfirmed ones.
    await ground().store.write((tx) => tx.delete(tx.tables.unconfirmedRequests));
    const details = type === 'objection' ? { purpose: 'usage-statistics' } : {};
    await publicly('ask', page.ask({ type, ...details, requester: { email: who.email } }));
    const [link = ''] = await page.links();
    await publicly(
      'confirm',
      app
        .as('nobody')
        .post(link)
        .then((answer) => {
          own = ownIn(answer.text);
          return answer;
        }),
    );
    const acts: Record<Call, () => Promise<unknown>> = {
      follow: () => publicly('follow', page.follow(own)),
      clarify: () => publicly('clarify', page.post(own, 'clarification', { text: 'All of it, please.' })),
      'visitor-id': () =>
        publicly('visitor-id', page.post(own, 'identification', { by: 'visitor-id', visitor: who.visitor })),
      trace: () =>
        publicly('trace', page.post(own, 'identification', { by: 'trace', at: who.at, address: who.address })),
      receipt: () =>
        publicly(
          'receipt',
          page.post(own, 'identification', { by: 'consent-receipt', receiptId: crypto.randomUUID() }),
        ),
      'wrong-code': () => publicly('wrong-code', page.post(own, 'identity', { code: '0000 000' })),
      withdraw: () => publicly('withdraw', page.post(own, 'withdrawal')),
      'ask-code': () => officially('identity-checks', { method: 'email-code', doubt: 'unknown-sender' }),
      'ask-documents': () => officially('identity-checks', { method: 'documents', doubt: 'unknown-sender', asked: ['A copy of your passport'] }),
      'cannot-identify': () => officially('unidentifiable', {}),
      'ask-clarification': () => officially('clarification', { question: 'Which years do you mean?' }),
      acknowledge: () => officially('acknowledgement', {}),
      look: async () => {
        await app.as('dpo').get(`/v1/requests/${own.requestId}/candidates`).expect(200);
        await app.as('dpo').get(`/v1/requests/${own.requestId}`).expect(200);
      },
      jobs: async () => {
        await app.services.requests.resume(context);
        await app.services.requests.remind(context);
      },
    };
    // One mail at a time: several go at once, and which of them is there first is chance.
    const deliver = () => app.services.outbox.deliverDue(context);
    await deliver();
    for (const call of calls) {
      await acts[call]();
      await deliver();
    }
    await publicly('follow', page.follow(own));
    await app.services.requests.resume(context);

    const sent = mails.map(({ address, subject, text }) => ({
      toOwn: comparableEmail(address) === comparableEmail(who.email),
      subject: normal(subject),
      text: normal(text),
    }));
    const entries = (await entriesNow())
      .filter(({ entryId }) => !before.has(entryId))
      .sort((one, other) => (one.entryId < other.entryId ? -1 : 1))
      .map(({ action, role, subject, detail }) => ({
        action,
        role,
        // Whom an officer's look has found stands in the entry of the look, which nobody else reads.
        subject: action === 'personal-data.read' ? 'a look' : subject,
        detail: normal(JSON.stringify(detail)),
      }));
    const [row] = await ground().store.read(async (q) =>
      (await q.select().from(q.tables.requests)).filter(({ requestId }) => requestId === own.requestId),
    );
    const holds = await ground().store.read(async (q) =>
      (await q.select().from(q.tables.holds)).filter(({ requestId }) => requestId === own.requestId),
    );
    const checks = await ground().store.read(async (q) =>
      (await q.select().from(q.tables.identityChecks)).filter(({ requestId }) => requestId === own.requestId),
    );
    const { state, subjectId, dueOn, targetOn, duplicateOf, seq } = row as NonNullable<typeof row>;
    return {
      seen,
      sent,
      entries,
      kept: { state, subjectId, dueOn, targetOn, duplicateOf, seq, holds: holds.length },
      checks: checks.map(({ method, status, tries }) => ({ method, status, tries })),
      ready: (await app.as('nobody').get('/readyz')).text,
      alarms: await app.services.standingAlarms(),
    };
  }

  it('nothing that anybody can see, and no entry, differs by whether somebody was found', async function () {
    this.timeout(120_000);
    const kinds = fc.constantFrom(...KINDS);
    const calls = fc.array(fc.constantFrom(...CALLS), { minLength: 2, maxLength: 9 });
    // What is remembered at the first time is not looked up at the second.
    await shown('access', ['ask-code', 'visitor-id', 'look'], await person('known'));
    await fc.assert(
      fc.asyncProperty(kinds, kinds, fc.constantFrom(...TYPES), calls, async (one, other, type, wanted) => {
        fc.pre(one !== other);
        assert.deepEqual(await shown(type, wanted, await person(one)), await shown(type, wanted, await person(other)));
      }),
      {
        numRuns: engine === 'sqlite' ? 16 : 8,
        examples: [
          ['unknown', 'known', 'access', ['ask-code', 'wrong-code', 'look']],
          ['unknown', 'linked', 'restriction', ['visitor-id', 'trace', 'jobs', 'look']],
          ['unknown', 'held', 'erasure', ['cannot-identify', 'visitor-id', 'follow', 'withdraw']],
          ['erased', 'known', 'objection', ['ask-code', 'jobs', 'cannot-identify', 'trace']],
        ],
      },
    );
  });
});
