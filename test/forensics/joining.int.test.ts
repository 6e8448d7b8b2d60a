import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../../src/foundations/contract/context.ts';
import { liveThrough } from '../rights/erasure/person.ts';
import { office } from '../rights/requests/office.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { ENGINES, type Engine, type Ground, openGround } from '../support/engines.ts';
import { commonColumns, type FoundRow, joinable, reach, rowsOfFile, rowsOfServer } from './joining.ts';

const PEOPLE = { sqlite: 1_000, postgres: 60 } as const;
const DAY = 86_400_000;
const NOW = Date.parse('2026-03-01T12:00:00Z');

/** Numbers that look random and are the same every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

interface Author {
  doi: string;
  /** Ids of their own rows, by table: what the attacker is after. */
  rows: Record<string, Set<string>>;
}

const IDS: Record<string, string> = { visits: 'visit_id', consent_events: 'event_id' };

/** People who browse, decide, sign in and publish, each at instants of their own. */
async function settle({ services }: TestApp, context: Context, n: number, random: () => number): Promise<string> {
  const acting = (): Context => {
    const at = new Date(NOW - Math.floor(random() * 40 * DAY));
    const idempotency = { key: randomUUID(), operation: 'test', fingerprint: randomUUID() };
    return { ...context, clock: () => at, requestId: randomUUID(), idempotency };
  };
  const [account, visitor, doi] = [`user-${n}`, `browser-${n}`, `10.5072/item.${n}`];
  const nobody = { address: undefined, userAgent: undefined, globalPrivacyControl: false };
  for (let visits = 0; visits < 3; visits += 1) {
    const act = acting();
    const address = `198.51.${n % 200}.${Math.floor(random() * 250)}`;
    const occurredAt = act.clock().toISOString();
    await services.visits.record(act, { visitor, address, userAgent: 'Firefox/140.0', occurredAt }, nobody);
  }
  const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
  for (const subject of [
    { kind: 'visitor', id: visitor },
    { kind: 'account', id: account },
  ] as const)
    await services.consent.record(
      acting(),
      { subject, purpose: 'external-media', status: 'given', notice, act: 'clicked' },
      nobody,
    );
  await services.profiles.put(acting(), account, { name: `Name ${n}`, email: `mail.${n}@private.example` });
  await services.content.put(acting(), account, doi, {
    title: `Title ${n}`,
    version: '1.0',
    role: 'creator',
    nameAsPublished: `Name ${n}`,
    visibility: 'public',
    publishedOn: '2025-11-30',
  });
  await services.consent.link(acting(), account, visitor);
  return doi;
}

for (const engine of ENGINES)
  describe(`Somebody with the files and without a key (${engine})`, function () {
    this.timeout(300_000);
    let ground: Ground;
    let app: TestApp;
    let rows: FoundRow[];
    let byValue: Map<string, FoundRow[]>;
    const authors: Author[] = [];

    before(async () => {
      ground = await openGround(engine);
      app = await openApp(ground, { now: new Date(NOW) });
      await fill(PEOPLE[engine]);
      rows = await everything(engine, ground);
      byValue = joinable(rows);
    });
    after(async () => {
      await app.close();
      await ground.close();
    });

    async function fill(people: number): Promise<void> {
      const context = await app.contextOf('north', 'platform');
      const dois: string[] = [];
      for (let from = 0; from < people; from += 50)
        dois.push(
          ...(await Promise.all(
            Array.from({ length: Math.min(50, people - from) }, (_, n) =>
              settle(app, context, from + n, numbers(from + n + 1)),
            ),
          )),
        );
      // What is older than a week is reduced.
      const operator = await app.contextOf('north', 'operator');
      const { sweepId } = await app.services.retention.sweeps.open(operator, { rules: ['visits-reduce'] });
      await app.services.retention.sweeps.run(operator, sweepId);
      for (const [n, doi] of dois.entries()) authors.push({ doi, rows: await ownRows(n) });
    }

    /** With the keys: whose is what. */
    async function ownRows(n: number): Promise<Author['rows']> {
      const { vault, store } = ground;
      const person = {
        tenantId: 'north',
        timeZone: 'Europe/Berlin',
        subjectIds: [
          await vault.subjectId('north', 'account', `user-${n}`),
          await vault.subjectId('north', 'visitor', `browser-${n}`),
        ],
      };
      const own: Author['rows'] = { visits: new Set(), consent_events: new Set() };
      for (const id of ['visits', 'consents'])
        for await (const one of app.services.holders
          .find((holder) => holder.id === id)
          ?.export(await store.read((q) => q), person) ?? [])
          own[one.table]?.add(one.id);
      return own;
    }

    for (const table of ['visits', 'consent_events'])
      it(`does not come from an item to the ${table} of who made it more often than by guessing`, () => {
        const all = rows.filter((row) => row.table === table);
        const random = numbers(7);
        const id = IDS[table] as string;
        let [hits, reached] = [0, 0];
        for (const { doi, rows: own } of authors) {
          const start = rows.filter((one) => one.table === 'associations' && one.row['doi'] === doi);
          assert.equal(start.length, 1);
          const found = reach(start, table, byValue);
          if (found.length > 0) reached += 1;
          const candidates = found.length > 0 ? found : all;
          const guess = candidates[Math.floor(random() * candidates.length)] as FoundRow;
          if (own[table]?.has(guess.row[id] as string)) hits += 1;
        }
        // By guessing one of all is right once in as many tries; eight times is a matter of one in a hundred thousand.
        assert.ok(hits <= 8, `${hits} of ${authors.length} found, ${reached} by a path`);
      });

    it('finds no value of few rows that leads from what people have or did to another table, but those that are meant to be', async () => {
      const { account } = await liveThrough(app, 'ada');
      const subject = account;
      const said = (what: string, body: object) => app.as('platform').put(`/v1/subjects/${account}/${what}`).send(body);
      await said('relations/contract/sentinel-contract-17', { until: '2031-05-03T00:00:00Z' }).expect(201);
      await said('attributes/statistics', { value: 'refused' }).expect(201);
      await app.as('dpo').post('/v1/holds').send({ kind: 'legal', subject, reference: 'case-7' }).expect(201);
      await app.as('dpo').post('/v1/packages').send({ subject: account, kind: 'access' }).expect(202);
      await office(app).open({ subject });
      // The hold keeps it waiting, with whose it is.
      await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
      const seen = await everything(engine, ground);
      for (const table of ['holds', 'packages', 'requests', 'erasures', ...OF_PEOPLE])
        assert.ok(
          seen.some((one) => one.table === table),
          table,
        );
      const pairs = [...commonColumns(joinable(seen))].filter(([pair]) =>
        pair.split(' = ').some((place) => OF_PEOPLE.includes(place.split('.')[0] as string)),
      );
      assert.deepEqual(
        pairs.filter(([pair]) => !MEANT.some(([pattern]) => pattern.test(pair))),
        [],
      );
    });
  });

/** Tables of what people have and did; the others are of acts on it, and of nobody. */
const OF_PEOPLE = [
  'associations',
  'consent_events',
  'profiles',
  'recipient_disclosures',
  'standings',
  'subject_links',
  'visits',
];

/** Pairs of columns that have a value in common, and why that leads from no item to what its author did. */
const MEANT: [pair: RegExp, why: string][] = [
  [
    /^[a-z_]+\.[a-z]+_at = audit_(entries|pending)\.\w+$|^audit_(entries|pending)\.\w+ = [a-z_]+\.[a-z_]+_at$/,
    'An entry is of the instant of the row it tells of, and names the person as entries on that domain alone do.',
  ],
  [
    /idempotency_keys\.(result|created_at)/,
    'The answer to one call, for 24 hours: the row it has written, and no person.',
  ],
  [
    /= policy_sets\.content$|^(certificates|policy_sets|sweep_steps|retention_approvals|register_facts)\.|= (register_facts|tenants|sweep_steps|retention_plans|retention_approvals|notice_texts)\./,
    'Names of the register.',
  ],
  [/recipient_disclosures\.(categories|party)\b/, 'Names of the register.'],
  [/standings\.(kind|name|value)\b/, 'Which relation, role or attribute, as the policies declare it.'],
  [/^audit_entries\.detail = recipient_disclosures\.disclosure_id$/, 'The entry on the disclosure names it.'],
];

async function everything(engine: Engine, ground: Ground): Promise<FoundRow[]> {
  const keyring = rowsOfFile(join(ground.folder, 'keyring.db'), 'keyring.');
  return [...(engine === 'sqlite' ? rowsOfFile(ground.location) : await rowsOfServer(ground.location)), ...keyring];
}
