import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import type { Services } from '../../../src/app/services.ts';
import type { RecordFault, RecordImport } from '../../../src/foundations/imports/record-import.ts';
import { servicesOn } from '../../data/retention/stage.ts';
import { bring } from '../../support/bring.ts';
import { type TestContext, testContext } from '../../support/context.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';

const NOW = '2026-11-30T12:00:00Z';
const vouchedBy = { reason: 'From the register of requests of the office.' };
const profile = {
  kind: 'profile',
  account: 'u-1',
  name: 'Ines Okafor',
  email: 'ines@example.org',
  city: 'Graz',
  country: 'AT',
  interests: ['lichens'],
  orcid: 'https://orcid.org/0000-0002-1825-0097',
  createdAt: '2019-04-01T08:00:00Z',
  updatedAt: '2024-02-01T08:00:00Z',
  lastActivityAt: '2024-05-01T08:00:00Z',
};
const item = {
  kind: 'item',
  account: 'u-1',
  doi: '10.5072/ABC',
  title: 'Lichens of Graz',
  version: '1',
  role: 'creator',
  nameAsPublished: 'I. Okafor',
  visibility: 'public',
  publishedOn: '2020-03-01',
  createdAt: '2020-02-01T00:00:00Z',
  updatedAt: '2021-02-01T00:00:00Z',
};
const request = {
  kind: 'request',
  reference: 'DSR-2024-17',
  type: 'access',
  channel: 'letter',
  receivedAt: '2024-03-04T09:00:00Z',
  vouchedBy,
  subject: 'account:u-1',
  requester: { name: 'Ines Okafor', email: 'ines@example.org' },
  events: [
    { event: 'acknowledged', at: '2024-03-05T09:00:00Z', letter: 'DMS-881', sent: 'post' },
    { event: 'identity-confirmed', at: '2024-03-06T09:00:00Z', method: 'known' },
    { event: 'extended', at: '2024-03-20T09:00:00Z', reasons: ['complexity'], text: 'Many portals.' },
    { event: 'answered', at: '2024-05-02T09:00:00Z', outcome: 'done', letter: 'DMS-902', sent: 'post' },
  ],
};

class Stage {
  readonly services: Services;
  readonly context: TestContext;
  constructor(services: Services, tenantId: string) {
    this.services = services;
    this.context = testContext({ tenantId, at: NOW, role: 'operator' });
  }
  bring(...records: Record<string, unknown>[]): Promise<RecordFault[]> {
    const [first] = records;
    const kind = this.services.importedKinds.find((one) => one.kind === first?.['kind']) as RecordImport;
    return bring(this.services.store, this.context, kind, records);
  }
}

onBothEngines('What is brought along', (ground) => {
  let services: Services;
  let made = 0;
  const stage = () => new Stage(services, `brought-${++made}`);
  before(async () => {
    services = await servicesOn(ground());
  });

  it('keeps a profile with its own dates, its iD and its closing; retention can count from each', async () => {
    const on = stage();
    assert.deepEqual(await on.bring({ ...profile, closedAt: '2024-06-01T00:00:00Z' }), []);
    const { profile: kept } = await services.profiles.get(on.context, 'u-1');
    assert.deepEqual(
      { ...kept },
      {
        id: 'u-1',
        name: 'Ines Okafor',
        email: 'ines@example.org',
        city: 'Graz',
        country: 'AT',
        interests: ['lichens'],
        orcid: '0000-0002-1825-0097',
        statement: undefined,
        createdAt: '2019-04-01T08:00:00.000Z',
        updatedAt: '2024-02-01T08:00:00.000Z',
        lastActivityAt: '2024-05-01T08:00:00.000Z',
        closedAt: '2024-06-01T00:00:00.000Z',
      },
    );
    const older = {
      ...profile,
      name: 'I. Before',
      createdAt: '2018-01-01T00:00:00Z',
      updatedAt: '2020-01-01T00:00:00Z',
    };
    await on.bring(older);
    const { profile: still } = await services.profiles.get(on.context, 'u-1');
    assert.equal(still.name, 'Ines Okafor');
    assert.equal(still.createdAt, '2018-01-01T00:00:00.000Z');
    await on.bring({ ...profile, name: 'Ines Okafor-Huber', updatedAt: '2025-01-01T00:00:00Z' });
    assert.equal((await services.profiles.get(on.context, 'u-1')).profile.name, 'Ines Okafor-Huber');
    const holder = services.holders.find(({ id }) => id === 'profiles');
    assert.ok(holder?.describe().clocks['profiles.contact']?.includes('ended'));
  });

  it('tells what is wrong of each line, takes the others, and keeps out whom a hold placed here protects', async () => {
    const on = stage();
    await on.bring(profile);
    await services.retention.holds.place(on.context, { kind: 'legal', subject: 'account:u-1', reference: 'C-1' });
    const faults = await on.bring(
      { ...profile, account: 'u-2', orcid: '0000-0002-1825-0098' },
      { ...profile, account: 'u-3', closedAt: '2011-01-01T00:00:00Z' },
      { ...profile, account: 'u-4', country: 'XX' },
      { ...profile, name: 'Changed', updatedAt: '2025-01-01T00:00:00Z' },
      { ...profile, account: 'u-5', email: undefined },
    );
    assert.deepEqual(
      faults.map(({ line, pointer, detail }) => [line, pointer, detail.split(/[:;.]/)[0]]),
      [
        [1, '/orcid', 'must be an ORCID iD'],
        [2, '/closedAt', 'must not lie before /createdAt'],
        [3, '/country', 'must be a country code of ISO 3166-1 alpha-2'],
        [4, '/account', 'processing-stopped'],
      ],
    );
    assert.equal((await services.profiles.get(on.context, 'u-1')).profile.name, 'Ines Okafor');
    assert.equal((await services.profiles.get(on.context, 'u-5')).profile.createdAt, '2019-04-01T08:00:00.000Z');
  });

  it('keeps out who was erased here, by the account and by the address', async () => {
    const on = stage();
    await on.bring(profile);
    await services.erasures.erase(on.context, 'account:u-1', { ground: '17-1-b' } as never);
    const faults = [
      ...(await on.bring(profile)),
      ...(await on.bring({ ...profile, account: 'u-9' })),
      ...(await on.bring(item)),
      ...(await on.bring({ kind: 'link', visitor: 'v-1', account: 'u-1', linkedAt: NOW })),
    ];
    assert.deepEqual(
      faults.map(({ pointer, detail }) => [pointer, detail.slice(0, 15)]),
      Array(4).fill(['/account', 'erased-subject:']),
    );
    // What was answered to them stays evidence, and leads to nobody.
    assert.deepEqual(await on.bring(request), []);
    const { items } = await services.requests.list(on.context, {});
    const file = await services.requests.get(on.context, items[0]?.requestId as string);
    assert.equal(file.subject, null);
  });

  it('keeps items with their dates; links by the earliest; of two accounts the first has the visitor', async () => {
    const on = stage();
    await on.bring(item);
    await on.bring({ ...item, title: 'Older', updatedAt: '2020-06-01T00:00:00Z' });
    const { association } = await services.content.get(on.context, 'u-1', '10.5072/abc');
    assert.equal(association.title, 'Lichens of Graz');
    assert.equal(association.createdAt, '2020-02-01T00:00:00.000Z');
    assert.equal(association.updatedAt, '2021-02-01T00:00:00.000Z');

    const link = { kind: 'link', visitor: 'v-1', account: 'u-1', linkedAt: '2023-01-01T00:00:00Z' };
    await on.bring(link);
    await on.bring({ ...link, linkedAt: '2022-01-01T00:00:00Z' });
    const [fault] = await on.bring({ ...link, account: 'u-2', linkedAt: '2024-01-01T00:00:00Z' });
    assert.equal(fault?.pointer, '/visitor');
    const links = await ground().store.read((q) =>
      q.select().from(q.tables.subjectLinks).where(eq(q.tables.subjectLinks.tenantId, on.context.tenant.id)),
    );
    assert.deepEqual(
      links.map(({ linkedAt }) => linkedAt.toISOString()),
      ['2022-01-01T00:00:00.000Z'],
    );
  });

  it('protects by a hold that began before, from its import on, and says since when', async () => {
    const on = stage();
    const hold = { kind: 'hold', id: 'lit-7', hold: 'legal', subject: 'account:u-1', reference: 'LIT-7' };
    const since = '2022-05-01T00:00:00Z';
    const platform = testContext({ tenantId: on.context.tenant.id, at: NOW, role: 'platform' });
    const holds = services.importedKinds.find(({ kind }) => kind === 'hold') as RecordImport;
    const [refused] = await bring(services.store, platform, holds, [{ ...hold, since }]);
    assert.match(refused?.detail ?? '', /officer/);
    assert.deepEqual(await on.bring({ ...hold, since, until: '2027-01-01T00:00:00Z' }), []);
    const {
      items: [placed],
    } = await services.retention.holds.list(on.context, {});
    assert.equal(placed?.since, '2022-05-01T00:00:00.000Z');
    assert.equal(placed?.placedAt, '2026-11-30T12:00:00.000Z');
    const held = await services.store.read(async (q) =>
      services.retention.heldCategories(
        q,
        on.context.tenant.id,
        [await ground().vault.subjectId(on.context.tenant.id, 'account', 'u-1')],
        on.context.clock(),
      ),
    );
    assert.equal(held.get('*'), 'legal');
    const faults = await on.bring(
      { ...hold, id: '8', since: '2027-05-01T00:00:00Z' },
      { ...hold, id: '9', since, until: '2026-01-01T00:00:00Z' },
      { ...hold, id: '10', since, hold: 'restriction', subject: undefined },
    );
    assert.deepEqual(
      faults.map(({ pointer }) => pointer),
      ['/since', '/until', '/subject'],
    );
  });

  it('keeps a closed request with its true course and clock, and never says it was dealt with here', async () => {
    const on = stage();
    assert.deepEqual(await on.bring(request), []);
    const {
      items: [head],
    } = await services.requests.list(on.context, {});
    assert.ok(head);
    assert.equal(head.reference, 'imported-DSR-2024-17');
    assert.deepEqual(
      [head.state, head.receivedAt, head.closedAt, head.importedAt],
      ['answered', '2024-03-04T09:00:00.000Z', '2024-05-02T09:00:00.000Z', '2026-11-30T12:00:00.000Z'],
    );
    const file = await services.requests.get(on.context, head.requestId);
    assert.equal(file.clock.overdue, false);
    const closed = (file.clock.request as { closed: { how: string; late: boolean | null } }).closed;
    assert.deepEqual([closed.how, closed.late], ['answered', false]);
    assert.deepEqual(file.asked['vouchedBy'], vouchedBy);
    const { items } = await services.requests.history(on.context, head.requestId);
    assert.deepEqual(
      items.map(({ kind, occurredAt, imported }) => [kind, occurredAt.slice(0, 10), imported]),
      [
        ['received', '2024-03-04', true],
        ['acknowledged', '2024-03-05', true],
        ['identity-confirmed', '2024-03-06', true],
        ['extended', '2024-03-20', true],
        ['done-elsewhere', '2024-05-02', true],
        ['answered', '2024-05-02', true],
      ],
    );
    assert.equal(items[1]?.words['letterReference'], 'DMS-881');
    assert.ok(!file.legal.includes('done-elsewhere' as never));
    // Retention counts from its true end.
    const planned = await services.retention.plans.look(on.context, new Date('2031-01-01T00:00:00Z'), undefined);
    assert.equal(planned.find(({ category }) => category === 'requests.correspondence')?.due, 1);
    assert.equal(
      services.holders.find(({ id }) => id === 'requests')?.describe().clocks['requests.correspondence']?.[0],
      'ended',
    );
  });

  it('tells of a course that could not have been what would be right', async () => {
    const on = stage();
    const at = '2024-03-06T09:00:00Z';
    const course = (...events: object[]) => ({ ...request, reference: `R-${made++}`, events });
    const faults = await on.bring(
      course({ event: 'clarification-answered', at, text: 'All.' }),
      course({ event: 'extended', at, reasons: ['number'] }),
      course({ event: 'refused', at, ground: 'exception' }),
      course({ event: 'answered', at: '2024-03-01T09:00:00Z', outcome: 'done' }),
      course({ event: 'answered', at }),
      { ...course({ event: 'answered', at, outcome: 'done' }), receivedAt: '2011-03-04T09:00:00Z' },
      course({ event: 'answered', at, outcome: 'done' }, { event: 'refused', at, ground: 'excessive' }),
    );
    assert.deepEqual(
      faults.map(({ pointer }) => pointer),
      [
        '/events/0/event',
        '/events',
        '/events/0/ground',
        '/events/0/at',
        '/events/0/outcome',
        '/receivedAt',
        '/events/1/event',
      ],
    );
    assert.match(faults[0]?.detail ?? '', /the request is open then\. Possible: .*clarification-asked/);
    assert.match(faults[2]?.detail ?? '', /Possible: .*rights-of-others|Possible: .*excessive/);
  });

  it('keeps visits reduced, at their true hour, and refuses what a rule would erase at once', async () => {
    const on = stage();
    const visit = {
      kind: 'visit',
      id: '9001',
      portal: 'north',
      occurredAt: '2026-11-29T10:20:30Z',
      address: '203.0.113.77',
      userAgent:
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    };
    assert.deepEqual(await on.bring(visit), []);
    const rows = await ground().store.read((q) =>
      q.select().from(q.tables.visits).where(eq(q.tables.visits.tenantId, on.context.tenant.id)),
    );
    assert.deepEqual(
      rows.map(({ life, occurredAt, network, addressSealed, userAgentSealed, portal, browser }) => [
        life,
        occurredAt.toISOString(),
        network,
        addressSealed,
        userAgentSealed,
        portal,
        browser,
      ]),
      [['reduced', '2026-11-29T10:00:00.000Z', '203.0.113.0', null, null, 'north', 'Chrome']],
    );
    const kind = services.importedKinds.find((one) => one.kind === 'visit') as RecordImport;
    assert.deepEqual(kind.identitiesOf(visit), ['north 9001']);
    assert.deepEqual(
      (await on.bring({ ...visit, id: '2', occurredAt: '2027-11-29T10:20:30Z' }))[0]?.pointer,
      '/occurredAt',
    );
  });
});

/** What can be seen of a tenant, without ids that are random and counts of how often a row was written. */
async function stateOf(services: Services, context: TestContext) {
  const accounts = ['a', 'b', 'c'];
  const profiles = [];
  const items = [];
  for (const id of accounts) {
    profiles.push(
      await services.profiles.get(context, id).then(
        ({ profile }) => profile,
        () => null,
      ),
    );
    const page = await services.content.list(context, id, {});
    items.push(page.items.map(({ id: _, ...one }) => one).sort((x, y) => x.doi.localeCompare(y.doi)));
  }
  const { items: requests } = await services.requests.list(context, {});
  const { items: holds } = await services.retention.holds.list(context, {});
  const rows = await services.store.read(async (q) => ({
    visits: await q.select().from(q.tables.visits).where(eq(q.tables.visits.tenantId, context.tenant.id)),
    links: await q.select().from(q.tables.subjectLinks).where(eq(q.tables.subjectLinks.tenantId, context.tenant.id)),
  }));
  const sorted = (some: object[]) => some.map((one) => JSON.stringify(one)).sort();
  const { vault } = services;
  const names = new Map<string, string>();
  for (const id of accounts) names.set(await vault.subjectId(context.tenant.id, 'account', id), id);
  for (const id of ['v', 'w']) names.set(await vault.subjectId(context.tenant.id, 'visitor', id), id);
  return {
    profiles,
    items,
    requests: sorted(requests.map(({ requestId: _, ...one }) => one)),
    holds: sorted(holds.map(({ holdId: _, ...one }) => one)),
    visits: sorted(
      rows.visits.map(({ visitId: _, tenantId: __, portal: ___, subjectId, ...one }) => ({
        ...one,
        who: names.get(subjectId ?? ''),
      })),
    ),
    links: sorted(
      rows.links.map(({ visitorId, accountId, linkedAt }) => [names.get(visitorId), names.get(accountId), linkedAt]),
    ),
  };
}

onOneEngine('The order of lines', (ground) => {
  it('does not matter: a mixed file in any order, in chunks of any size, gives the same state', async function () {
    this.timeout(120_000);
    const services = await servicesOn(ground());
    const lines = [
      { ...profile, account: 'a', email: 'a@example.org' },
      { ...profile, account: 'a', name: 'A. Newer', updatedAt: '2025-02-01T08:00:00Z', lastActivityAt: undefined },
      {
        ...profile,
        account: 'a',
        createdAt: '2012-04-01T08:00:00Z',
        updatedAt: '2013-02-01T08:00:00Z',
        lastActivityAt: '2026-01-01T00:00:00Z',
      },
      { ...profile, account: 'b', email: 'b@example.org', closedAt: '2025-01-01T00:00:00Z' },
      { ...item, account: 'a' },
      { ...item, account: 'a', title: 'Private now', visibility: 'private', updatedAt: '2022-02-01T00:00:00Z' },
      {
        ...item,
        account: 'a',
        title: 'As it began',
        createdAt: '2019-02-01T00:00:00Z',
        updatedAt: '2019-02-01T00:00:00Z',
      },
      { ...item, account: 'c', doi: '10.5072/def' },
      { kind: 'link', visitor: 'v', account: 'a', linkedAt: '2023-01-01T00:00:00Z' },
      { kind: 'link', visitor: 'v', account: 'b', linkedAt: '2022-01-01T00:00:00Z' },
      { kind: 'link', visitor: 'v', account: 'b', linkedAt: '2024-01-01T00:00:00Z' },
      { kind: 'link', visitor: 'w', account: 'a', linkedAt: '2022-01-01T00:00:00Z' },
      { ...request, subject: 'account:a' },
      {
        ...request,
        reference: 'R-2',
        type: 'erasure',
        subject: 'account:b',
        events: [{ event: 'refused', at: '2024-03-20T00:00:00Z', ground: 'exception' }],
      },
      { kind: 'hold', id: '1', hold: 'legal', subject: 'account:a', reference: 'L-1', since: '2021-01-01T00:00:00Z' },
      {
        kind: 'hold',
        id: '2',
        hold: 'restriction',
        subject: 'account:b',
        reference: 'L-2',
        since: '2021-01-01T00:00:00Z',
      },
      {
        kind: 'hold',
        id: '3',
        hold: 'objection',
        subject: 'visitor:w',
        reference: 'L-3',
        since: '2021-01-01T00:00:00Z',
      },
      { kind: 'visit', id: '1', visitor: 'v', occurredAt: '2026-11-01T10:00:00Z', address: '203.0.113.5' },
      { kind: 'visit', id: '2', visitor: 'w', occurredAt: '2026-11-02T10:00:00Z' },
      { kind: 'visit', id: '3', occurredAt: '2026-11-03T10:00:00Z' },
    ];
    let first: unknown;
    let run = 0;
    const arbitrary = fc.tuple(fc.shuffledSubarray(lines, { minLength: lines.length }), fc.integer({ min: 1, max: 7 }));
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([order, size]) => {
        run += 1;
        const on = new Stage(services, `order-${run}`);
        for (let from = 0; from < order.length; from += size) {
          const chunk = order.slice(from, from + size);
          for (const kind of new Set(chunk.map((one) => one.kind)))
            await on.bring(...chunk.filter((one) => one.kind === kind));
        }
        const state = await stateOf(services, on.context);
        first ??= state;
        assert.deepEqual(state, first);
      }),
      { numRuns: 12 },
    );
  });
});
