import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import {
  type ExternalHolder,
  HolderFault,
  type HolderFaultCode,
  type KnownPerson,
} from '../../../src/foundations/holders/external.ts';
import { createExternalHolders, type OpenedHolder } from '../../../src/foundations/holders/open.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import type { PolicySet } from '../../../src/register/policies/model.ts';
import { asSent } from '../../support/as-sent.ts';
import { type Forum, openForum, policiesWithForum, type Received } from './forum.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const ADA: KnownPerson = {
  tenantId: 'north',
  timeZone: 'UTC',
  accountId: '7',
  visitorIds: [],
  email: 'ada@example.org',
};
const never = new AbortController().signal;
const ORDER = {
  at: NOW,
  policyHash: 'x',
  decisions: {
    'forum.posts': { category: 'forum.posts', action: 'erase' as const },
    'forum.sessions': { category: 'forum.sessions', action: 'held' as const, ground: 'litigation' },
  },
};
const step = (over: object = {}) => ({
  erasureId: 'e-1',
  round: 0,
  cursor: null,
  reference: null,
  signal: never,
  ...over,
});
type Answer = (message: Received, response: ServerResponse) => void;

describe('a webhook holder', () => {
  let forum: Forum;
  let policies: PolicySet;
  before(async () => {
    forum = await openForum();
    policies = loadPolicies(policiesWithForum()).policies as PolicySet;
  });
  after(() => forum.close());
  beforeEach(() => {
    forum.rows.clear();
    forum.received.length = 0;
    forum.from();
    const row = (account: string, category: string) => ({
      category,
      account,
      at: '2025-06-01T00:00:00Z',
      words: 'Hello',
    });
    forum.rows.set('1', row('7', 'forum.posts'));
    forum.rows.set('2', row('7', 'forum.sessions'));
    forum.rows.set('3', row('8', 'forum.posts'));
  });

  const open = (over: object = {}): OpenedHolder =>
    createExternalHolders({
      policies,
      secrets: forum.secrets,
      privateTargets: true,
      clock: () => NOW,
      ...over,
    })[0] as OpenedHolder;
  async function all(holder: ExternalHolder, signal = never) {
    const records = [];
    for await (const record of holder.export(ADA, signal)) records.push(record);
    return records;
  }
  const faults = (code: HolderFaultCode) => (error: unknown) => {
    assert.ok(error instanceof HolderFault, String(error));
    assert.equal(error.code, code);
    return true;
  };

  it('is declared like other holders, and what it names it can do', () => {
    assert.deepEqual(open().describe().actions, { 'forum.posts': ['erase', 'reduce'], 'forum.sessions': ['erase'] });
    assert.deepEqual(open().describe().clocks['forum.posts'], ['occurred']);
  });

  it('counts, exports and erases one person over signed messages, and leaves others alone', async () => {
    const holder = open();
    assert.deepEqual(await holder.count(ADA, never), { 'forum.posts': 1, 'forum.sessions': 1 });
    const records = await all(holder);
    assert.deepEqual(
      records.map(({ category, id, fields, at }) => [category, id, fields, at.toISOString()]),
      [
        ['forum.posts', '1', { words: 'Hello' }, '2025-06-01T00:00:00.000Z'],
        ['forum.sessions', '2', { words: 'Hello' }, '2025-06-01T00:00:00.000Z'],
      ],
    );
    const erased = await holder.erase(ADA, ORDER, step());
    assert.deepEqual(asSent(erased), {
      status: 'done',
      outcomes: [
        { category: 'forum.posts', removed: 1, reduced: 0, retained: 0 },
        { category: 'forum.sessions', removed: 0, reduced: 0, retained: 0, ground: 'litigation' },
      ],
    });
    assert.deepEqual([...forum.rows.keys()], ['2', '3']);
    assert.deepEqual(forum.sent('locate')[0]?.data, {
      person: { tenant: 'north', accountId: '7', visitorIds: [], email: 'ada@example.org' },
    });
    assert.deepEqual(forum.unsigned, []);
  });

  it('signs with the secret of its settings alone', async () => {
    const other = open({ secrets: (name: string) => (name === 'FORUM_URL' ? forum.url : `whsec_${'A'.repeat(44)}`) });
    await assert.rejects(other.count(ADA, never), faults('refused'));
    assert.equal(forum.unsigned.length, 1);
    forum.unsigned.length = 0;
  });

  it('repeats the first message of an erasure under the same id, and asks how far it is under others', async () => {
    const holder = open();
    for (const reference of [null, null, 'r-1', 'r-1']) await holder.erase(ADA, ORDER, step({ reference }));
    const ids = forum.sent('erase').map(({ id }) => id);
    assert.equal(ids[0], ids[1]);
    assert.match(ids[0] as string, /^e-1:forum:0:/);
    assert.equal(new Set(ids).size, 3);
    // Asked anew after it had not done it, and asked for less because a hold has come: other messages.
    await holder.erase(ADA, ORDER, step({ round: 1 }));
    const held = { category: 'forum.posts', action: 'held' as const, ground: 'legal' };
    const other = { category: 'forum.sessions', action: 'erase' as const };
    await holder.erase(ADA, { ...ORDER, decisions: { 'forum.posts': held, 'forum.sessions': other } }, step());
    assert.equal(new Set(forum.sent('erase').map(({ id }) => id)).size, 5);
  });

  it('is not asked to erase where everything is held, nor about portals it does not serve', async () => {
    const held = { category: 'forum.posts', action: 'held' as const, ground: 'litigation' };
    await open().erase(ADA, { ...ORDER, decisions: { 'forum.posts': held } }, step());
    const [holder] = (policies.holders ?? []).map((one) => ({ ...one, tenants: ['south'] }));
    const elsewhere = open({ policies: { ...policies, holders: [holder] } });
    assert.deepEqual(await elsewhere.count(ADA, never), { 'forum.posts': 0, 'forum.sessions': 0 });
    assert.deepEqual(await all(elsewhere), []);
    assert.deepEqual(forum.received, []);
  });

  it('takes its time: what it accepted has a reference', async () => {
    forum.next((_, response) => forum.json(response, { reference: 'job-12' }, 202));
    assert.deepEqual(await open().erase(ADA, ORDER, step()), { status: 'accepted', reference: 'job-12' });
  });

  it('plans and sweeps what retention finds due, and spares who is held', async () => {
    const due = {
      tenantId: 'north',
      timeZone: 'UTC',
      category: 'forum.posts',
      action: 'erase' as const,
      clock: 'occurred',
      before: new Date('2026-01-01T00:00:00Z'),
      minimumCell: 5,
      policyHash: 'x',
      at: NOW,
      held: [ADA],
    };
    const holder = open();
    const plan = await holder.plan?.(due, never);
    assert.deepEqual([plan?.due, plan?.held, plan?.total], [1, 1, 2]);
    assert.deepEqual(await holder.sweep?.(due, { rows: 100, cursor: null }, never), {
      treated: 1,
      suppressed: 0,
      cursor: null,
      done: true,
    });
    assert.deepEqual([...forum.rows.keys()], ['1', '2']);
    assert.deepEqual(await holder.plan?.({ ...due, held: 'all' }, never).then(({ due: left }) => left), 0);
  });

  const ndjson =
    (...lines: string[]): Answer =>
    (_, response) =>
      void response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).end(lines.join('\n'));
  const RECORD = JSON.stringify({
    category: 'forum.posts',
    table: 't',
    id: '1',
    at: '2025-06-01T00:00:00Z',
    fields: {},
  });
  const bad: [what: string, answer: Answer, code: HolderFaultCode][] = [
    ['an export without its last line', ndjson(RECORD), 'garbage'],
    ['an export that counts wrongly', ndjson(RECORD, '{"end":true,"records":2}'), 'garbage'],
    ['an export that goes on after its end', ndjson('{"end":true,"records":0}', RECORD), 'garbage'],
    ['a line that is no JSON', ndjson('{"category":'), 'garbage'],
    ['a line that is no record', ndjson('{"category":"forum.posts"}'), 'garbage'],
    ['a category it was never given', ndjson(RECORD.replace('forum.posts', 'profiles.contact')), 'garbage'],
    [
      'an instant that is none',
      ndjson(RECORD.replace('00:00:00Z', '23:59:60Z'), '{"end":true,"records":1}'),
      'garbage',
    ],
    ['a line without end', ndjson('x'.repeat(2_000_000)), 'garbage'],
    [
      'bytes that are no UTF-8',
      (_, response) =>
        void response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).end(Buffer.from([0x22, 0xff, 0x22])),
      'garbage',
    ],
    [
      'a page in HTML',
      (_, response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Hello'),
      'garbage',
    ],
    [
      'a connection that dies half way',
      (_, response) => {
        response.writeHead(200, { 'Content-Type': 'application/x-ndjson', 'Content-Length': '10000' });
        response.write(`${RECORD}\n`, () => response.destroy());
      },
      'garbage',
    ],
    ['a redirect', (_, response) => void response.writeHead(307, { Location: 'http://127.0.0.1:1/' }).end(), 'refused'],
    ['a refusal', (_, response) => void response.writeHead(403).end(), 'refused'],
    ['a failure', (_, response) => void response.writeHead(500).end('secret of the other side'), 'failed'],
    ['a service that is down behind its proxy', (_, response) => void response.writeHead(503).end(), 'unreachable'],
    ['a connection that is closed at once', (_, response) => void response.destroy(), 'unreachable'],
  ];
  for (const [what, answer, code] of bad)
    it(`that answers with ${what} did not do its part: ${code}`, async () => {
      forum.next(answer);
      await assert.rejects(all(open()), faults(code));
    });

  const wrong: [what: string, act: (holder: OpenedHolder) => Promise<unknown>, body: unknown][] = [
    ['counts without a category', (holder) => holder.count(ADA, never), { counts: { 'forum.posts': 1 } }],
    [
      'counts of another category',
      (holder) => holder.count(ADA, never),
      { counts: { 'forum.posts': 0, 'forum.sessions': 0, x: 1 } },
    ],
    [
      'a number below nothing',
      (holder) => holder.count(ADA, never),
      { counts: { 'forum.posts': -1, 'forum.sessions': 0 } },
    ],
    [
      'an outcome nobody decided on',
      (holder) => holder.erase(ADA, ORDER, step()),
      { outcomes: [{ category: 'x', removed: 1, reduced: 0, retained: 0 }] },
    ],
    ['an outcome that is none', (holder) => holder.erase(ADA, ORDER, step()), { done: true }],
  ];
  for (const [what, act, body] of wrong)
    it(`is not believed ${what}`, async () => {
      forum.next((_, response) => forum.json(response, body));
      await assert.rejects(act(open()), faults('garbage'));
    });

  it('that hangs is left when the time given to it is over', async () => {
    const hanging = new AbortController();
    forum.next(() => hanging.abort());
    await assert.rejects(open().count(ADA, hanging.signal), faults('timed-out'));
    const midway = new AbortController();
    forum.next((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      response.write(`${RECORD}\n`, () => midway.abort());
    });
    await assert.rejects(all(open(), midway.signal), faults('timed-out'));
  });

  it('that falls silent, before an answer or within one, is left too', async () => {
    const holders = (policies.holders ?? []).map((one) => ({ ...one, limits: { seconds: 1 } }));
    const impatient = () => open({ policies: { ...policies, holders } });
    forum.next(() => undefined);
    await assert.rejects(impatient().count(ADA, never), faults('timed-out'));
    forum.next((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      response.write(`${RECORD}\n`);
    });
    await assert.rejects(all(impatient()), faults('timed-out'));
  });

  it('is not called on private and loopback addresses, nor without encryption, unless a setting opens them', async () => {
    await assert.rejects(open({ privateTargets: false }).count(ADA, never), faults('misconfigured'));
    const secret = (url: string) => (name: string) => (name === 'FORUM_URL' ? url : forum.secret);
    for (const host of ['127.0.0.1', 'localhost', '10.0.0.1', '169.254.169.254', '[::1]'])
      await assert.rejects(
        open({ privateTargets: false, secrets: secret(`https://${host}/`) }).count(ADA, never),
        faults('misconfigured'),
        host,
      );
    assert.deepEqual(forum.received, []);
  });

  it('without its settings, or with others than they are for, is misconfigured', async () => {
    for (const secrets of [
      () => undefined,
      (name: string) => (name === 'FORUM_URL' ? forum.url : undefined),
      (name: string) => (name === 'FORUM_URL' ? forum.url : 'whsec_short'),
      (name: string) => (name === 'FORUM_URL' ? 'https://user:pass@example.org/' : forum.secret),
    ])
      await assert.rejects(open({ secrets }).count(ADA, never), faults('misconfigured'));
  });

  it('is checked: what it keeps is what its file declares', async () => {
    assert.deepEqual(await open().check(never), []);
    forum.next((_, response) => forum.json(response, { categories: ['forum.posts', 'forum.badges'] }));
    const findings = await open().check(never);
    assert.deepEqual(
      findings.map(({ code, severity }) => [code, severity]),
      [
        ['category-missing', 'error'],
        ['category-unclaimed', 'error'],
      ],
    );
    assert.match(findings[1]?.detail ?? '', /forum\.badges/);
    forum.next((_, response) => forum.json(response, { tables: [] }));
    await assert.rejects(open().check(never), faults('garbage'));
  });

  const mistakes: [what: string, from: string, to: string, says: RegExp][] = [
    ['an address instead of a setting', 'url: FORUM_URL', 'url: "https://forum.example.org/"', /setting/i],
    ['a category of another holder', 'forum.sessions:', 'profiles.contact:', /gives this category/],
    ['an action a rule wants and it cannot do', 'actions: [erase, reduce]', 'actions: [reduce]', /cannot erase/],
    [
      'a clock a rule counts from and it does not keep',
      'clocks: [occurred] }\n  forum.sessions',
      'clocks: [updated] }\n  forum.sessions',
      /does not keep this instant/,
    ],
    ['a field of the other kind', 'limits:', 'engine: postgres\nlimits:', /not known here/],
    ['a kind there is not', 'kind: webhook', 'kind: ftp', /kind/i],
  ];
  for (const [what, from, to, says] of mistakes)
    it(`is refused by the policies for ${what}`, () => {
      const { mistakes: found } = loadPolicies(
        policiesWithForum((text) => {
          assert.ok(text.includes(from), from);
          return text.replace(from, to);
        }),
      );
      assert.ok(
        found.some(({ message, remedy, pointer }) => says.test(`${message} ${remedy} ${pointer}`)),
        JSON.stringify(found),
      );
    });
});
