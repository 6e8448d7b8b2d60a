import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobs } from '../../jobs/index.ts';
import { createLog } from '../../src/foundations/process/log.ts';
import { policiesWith } from '../data/retention/stage.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { onBothEngines } from '../support/engines.ts';

/**
 * A platform of twelve institutions, each with periods, relations and roles of its own, swept in one night. What must be
 * left, and why, is told by an oracle that knows the institutions' words and the people's lives and nothing of the code:
 * its calendar is Intl and its arithmetic that of months.
 */
const NIGHT = '2026-06-15T02:17:00Z';
const PEOPLE = 12;

/** What one institution has decided, in the oracle's own words. */
interface Institution {
  id: string;
  timeZone: string;
  /** Months after the last activity. */
  contact: number;
  location: number;
  /** Months after an item was last touched. */
  items: number;
  /** Contact is kept under a contract, and so many months after its end. */
  contract?: { after: number };
  /** Editors' contact has another period, months. */
  editors?: number;
  /** Contact is kept while there is a draft. */
  drafts: boolean;
  /** Location waits for private items. */
  waits: boolean;
}

const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'UTC', 'Pacific/Auckland', 'Europe/London'];
const INSTITUTIONS: Institution[] = Array.from({ length: 12 }, (_, n) => ({
  id: `house-${String(n + 1).padStart(2, '0')}`,
  timeZone: ZONES[n % ZONES.length] as string,
  contact: [6, 12, 18, 24, 36, 48][n % 6] as number,
  location: [12, 24, 36][n % 3] as number,
  items: [12, 24, 18, 36][n % 4] as number,
  contract: n % 3 === 0 ? { after: n % 2 === 0 ? 6 : 0 } : undefined,
  editors: n % 3 === 1 ? 60 : undefined,
  drafts: n % 3 === 2,
  waits: n % 2 === 1,
}));

const why = 'reason: As the institution has decided.';

/** The same as the file that the institution hands in. */
function fileOf({ contact, location, items, contract, editors, drafts, waits }: Institution): string {
  const unless = [
    contract &&
      `{ id: under-contract, relation: contract${contract.after ? `, plus: P${contract.after}M` : ''}, ${why} }`,
    editors && `{ id: editors-apart, role: editor, ${why} }`,
    drafts && `{ id: drafts, relation: draft-item, ${why} }`,
  ].filter(Boolean);
  const rule = (id: string, category: string, months: number, from: string, more = '') =>
    `  - { id: ${id}, category: ${category}, action: erase, after: P${months}M, from: ${from}, ${more}${why} }\n`;
  return (
    'rules:\n' +
    rule('profiles-contact-erase', 'profiles.contact', contact, 'last-activity', `unless: [${unless.join(', ')}], `) +
    (editors
      ? rule('contact-of-editors', 'profiles.contact', editors, 'last-activity', 'only: { roles: [editor] }, ')
      : '') +
    rule(
      'profiles-location-erase',
      'profiles.location',
      location,
      'last-activity',
      waits ? `unless: [{ id: with-items, children: [content.private-association], ${why} }], ` : '',
    ) +
    rule('private-items-erase', 'content.private-association', items, 'updated') +
    'erasureRequests: []\n'
  );
}

/** A person's life on the platform, as it was told to the service. Days lie between the 3rd and the 26th of a month. */
interface Life {
  account: string;
  lastActive: string;
  item?: string;
  contract?: { until?: string };
  editor?: { until?: string };
}

/** Always the same numbers. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

function livesOf(n: number): Life[] {
  const next = numbers(977 * (n + 1));
  const day = (from: number, years: number) =>
    `${from + next(years)}-${String(1 + next(12)).padStart(2, '0')}-${String(3 + next(24)).padStart(2, '0')}T${String(next(24)).padStart(2, '0')}:30:00Z`;
  const before = (instant: string) => (instant < NIGHT ? instant : '2026-05-20T10:30:00Z');
  return Array.from({ length: PEOPLE }, (_, who) => ({
    account: `p${who}`,
    lastActive: before(day(2020, 7)),
    item: next(3) === 0 ? before(day(2021, 6)) : undefined,
    contract: next(2) === 0 ? { until: next(3) === 0 ? undefined : day(2024, 5) } : undefined,
    editor: next(3) === 0 ? { until: next(2) === 0 ? undefined : day(2025, 3) } : undefined,
  }));
}

// --- The oracle ---

const localDay = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(instant));

function monthsLater(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const all = year * 12 + (month - 1) + months;
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

const isOver = (began: string, months: number, timeZone: string): boolean =>
  monthsLater(localDay(began, timeZone), months) <= localDay(NIGHT, timeZone);

interface Verdict {
  /** Rows left after the night. */
  contact: boolean;
  location: boolean;
  item: boolean;
  /** Of what is past its period and left: the conditions that keep it. */
  contactKept?: string[];
  locationKept?: string[];
}

function verdictOn(house: Institution, life: Life): Verdict {
  const { timeZone } = house;
  const lasts = (span: { until?: string } | undefined) => span !== undefined && (span.until ?? '9999') > NIGHT;
  const isEditor = lasts(life.editor);
  const keeps: string[] = [];
  if (house.contract && life.contract) {
    const { until } = life.contract;
    const still = lasts(life.contract) || (until !== undefined && !isOver(until, house.contract.after, timeZone));
    if (still && (lasts(life.contract) || house.contract.after > 0)) keeps.push('under-contract');
  }
  if (house.editors !== undefined && isEditor) keeps.push('editors-apart');
  if (house.drafts && life.item !== undefined) keeps.push('drafts');
  const pastUsual = isOver(life.lastActive, house.contact, timeZone);
  const pastEditors = house.editors !== undefined && isEditor && isOver(life.lastActive, house.editors, timeZone);
  const contactGoes = (pastUsual && keeps.length === 0) || pastEditors;
  const pastLocation = isOver(life.lastActive, house.location, timeZone);
  const locationWaits = house.waits && life.item !== undefined;
  return {
    contact: !contactGoes,
    location: !(pastLocation && !locationWaits),
    item: life.item !== undefined && !isOver(life.item, house.items, timeZone),
    contactKept: pastUsual && !contactGoes ? keeps : undefined,
    locationKept: pastLocation && locationWaits ? ['with-items'] : undefined,
  };
}

onBothEngines('Twelve institutions in one night', (ground) => {
  let app: TestApp;
  before(async function () {
    this.timeout(120_000);
    const folder = policiesWith(ground(), 'retention.yaml');
    for (const house of INSTITUTIONS) {
      mkdirSync(join(folder, 'tenants', house.id), { recursive: true });
      writeFileSync(join(folder, 'tenants', house.id, 'retention.yaml'), fileOf(house));
    }
    app = await openApp(ground(), { policies: folder, now: '2020-01-01T00:00:00Z' });
    const root = await app.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    for (const { id, timeZone } of INSTITUTIONS)
      await app.access.createTenant(root, { id, name: `Portal ${id}`, timeZone, origins: [] });
  });
  after(() => app.close());

  const inHouse = (id: string) => app.access.contextFor(id, { id: 'system:test', role: 'platform', everyTenant: true });

  it('leaves what an oracle says, and of every kept row says why', async function () {
    this.timeout(240_000);
    const { profiles, content, relations, erasures, retention } = app.services;
    // What was told, in the order in which it happened.
    const told: { at: string; tell: () => Promise<unknown> }[] = [];
    for (const [n, { id }] of INSTITUTIONS.entries()) {
      const context = await inHouse(id);
      for (const { account, lastActive, item, contract, editor } of livesOf(n)) {
        told.push({
          at: lastActive,
          tell: () =>
            profiles.put(context, account, { email: `${account}@${id}.example`, city: 'Bern', country: 'CH' }),
        });
        if (item)
          told.push({
            at: item,
            tell: () =>
              content.put(context, account, `10.5072/${id}.${account}`, {
                title: 'Draft',
                version: '1',
                role: 'creator',
                nameAsPublished: 'N',
                visibility: 'private',
              }),
          });
        if (contract)
          told.push({
            at: '2020-01-02T00:00:00Z',
            tell: () =>
              relations.put(context, account, { kind: 'relation', name: 'contract', reference: 'c' }, contract),
          });
        if (editor)
          told.push({
            at: '2020-01-02T00:00:00Z',
            tell: () => relations.put(context, account, { kind: 'role', name: 'editor' }, editor),
          });
      }
    }
    told.sort((a, b) => (a.at < b.at ? -1 : 1));
    for (const { at, tell } of told) {
      app.time.now = new Date(at);
      await tell();
    }

    app.time.now = new Date(NIGHT);
    const night = jobs.find(({ name }) => name === 'retention-sweep');
    assert.ok(night);
    const log = createLog('silent');
    let treated = 0;
    for (const { id } of INSTITUTIONS) {
      const context = await app.access.contextFor(id, { id: 'system:jobs', role: 'operator', everyTenant: true });
      treated += (await night.run({ services: app.services, context, log }))['treated'] ?? 0;
    }
    assert.ok(treated > 100, `treated ${treated}`);

    const seen = { left: 0, gone: 0, kept: 0 };
    for (const [n, house] of INSTITUTIONS.entries()) {
      const context = await inHouse(house.id);
      for (const life of livesOf(n)) {
        const about = `${house.id} ${JSON.stringify(house)} ${JSON.stringify(life)}`;
        const expected = verdictOn(house, life);
        const { categories } = await erasures.preview(context, `account:${life.account}`);
        const rows = (category: string) => (categories.find((one) => one.category === category)?.rows ?? 0) > 0;
        assert.deepEqual(
          {
            contact: rows('profiles.contact'),
            location: rows('profiles.location'),
            item: rows('content.private-association'),
          },
          { contact: expected.contact, location: expected.location, item: expected.item },
          about,
        );
        seen[expected.contact ? 'left' : 'gone'] += 1;
        const { items } = await retention.explain(context, `account:${life.account}`);
        for (const [category, keeps] of [
          ['profiles.contact', expected.contactKept],
          ['profiles.location', expected.locationKept],
        ] as const) {
          const row = items.find((one) => one.category === category);
          if (expected[category === 'profiles.contact' ? 'contact' : 'location'])
            assert.ok(row, `${category} ${about}`);
          // A draft that went in the same night keeps no longer; all others must be named.
          const still = (keeps ?? []).filter((one) => !['drafts', 'with-items'].includes(one) || expected.item);
          if (still.length === 0) continue;
          seen.kept += 1;
          // Whom another rule is for has that rule's end.
          if (still.join() === 'editors-apart') {
            assert.equal(row?.rule, 'contact-of-editors', about);
            assert.equal(
              localDay(row?.until ?? '', house.timeZone),
              monthsLater(localDay(life.lastActive, house.timeZone), house.editors ?? 0),
              about,
            );
            continue;
          }
          assert.ok(row?.isKept, `${category} ${about}`);
          const conditions = row.because.filter(({ kind }) => kind === 'condition').map(({ id }) => id);
          for (const id of still) assert.ok(conditions.includes(id), `${id} of ${conditions.join()} ${about}`);
          assert.ok(row.inWords.length > 20);
        }
      }
    }
    // The night was one worth looking at.
    assert.ok(seen.left > 40 && seen.gone > 40 && seen.kept > 15, JSON.stringify(seen));
  });
});
