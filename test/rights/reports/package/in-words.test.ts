import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ownHolders } from '../../../../src/app/parts/holders.ts';
import { CONTRIBUTION_ROLES } from '../../../../src/data/content/roles.ts';
import { ROLES } from '../../../../src/foundations/contract/context.ts';
import type { DeclaredHolder } from '../../../../src/foundations/holders/declaration.ts';
import { languagesIn, textsIn } from '../../../../src/foundations/messages/texts.ts';
import { renderHtml } from '../../../../src/foundations/print/html.ts';
import type { Block } from '../../../../src/foundations/print/model.ts';
import { renderPdf } from '../../../../src/foundations/print/pdf.ts';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { CONSENT_STATUSES } from '../../../../src/law/consent-status.ts';
import { REFUSAL_GROUNDS } from '../../../../src/law/grounds.ts';
import { READING_PURPOSES } from '../../../../src/law/reading-purposes.ts';
import { PARTY_ROLES } from '../../../../src/law/vocabulary.ts';
import { loadPolicies } from '../../../../src/register/policies/load.ts';
import type { PolicySet } from '../../../../src/register/policies/model.ts';
import { buildView } from '../../../../src/register/view/view.ts';
import { lookInWords } from '../../../../src/rights/reports/looks.ts';
import { type DocumentRows, packageDocument } from '../../../../src/rights/reports/package/document.ts';
import { factsOf } from '../../../../src/rights/reports/package/facts.ts';
import { actionInWords } from '../../../../src/rights/reports/package/log-in-words.ts';
import type { PackageRecord } from '../../../../src/rights/reports/package/model.ts';
import { speechOf } from '../../../../src/rights/reports/package/records/speech.ts';
import { TOLD, tellRecords } from '../../../../src/rights/reports/package/records/tell-records.ts';
import { OUTCOMES } from '../../../../src/rights/requests/events.ts';
import { STATES } from '../../../../src/rights/requests/states.ts';
import { CHANNELS, REQUEST_TYPES } from '../../../../src/rights/requests/types.ts';
import { readPdf } from '../../../support/pdf.ts';
import { EVENT_FIELDS, EVENT_KINDS, eventOf, FIELDS_OF, recordsOf } from './records-of.ts';

const shipped = loadPolicies(join(packageRoot, 'policies')).policies as PolicySet;
const outside = {
  id: 'platform',
  kind: 'sql',
  title: 'Forum',
  place: 'frankfurt',
  engine: 'postgres',
  connection: { read: 'A_URL', write: 'B_URL' },
  tables: [
    {
      id: 'posts',
      table: 'posts',
      key: ['id'],
      subject: { by: 'account', column: 'author' },
      columns: {
        body_text: {
          category: 'forum.posts',
          action: 'delete',
          titles: { en: 'What you wrote', de: 'Was Sie geschrieben haben' },
        },
      },
    },
  ],
} as DeclaredHolder;
const policies: PolicySet = {
  ...shipped,
  categories: [
    ...shipped.categories,
    {
      id: 'forum.posts',
      title: 'Posts',
      titles: { de: 'Beiträge' },
      holder: 'platform',
      special: false,
      source: 'person',
    },
  ],
  holders: [outside],
};
const at = new Date('2026-11-30T10:00:00Z');
const tenant = {
  id: 'north',
  name: 'University of the North',
  timeZone: 'Europe/Berlin',
  jurisdiction: 'DE',
  language: 'en',
  region: null,
};
const view = buildView(tenant, policies, [], { at, knownAt: at });
const categories = Object.keys(FIELDS_OF);

const textOf = (blocks: readonly Block[]): string =>
  blocks
    .flatMap((block) => {
      if (block.kind === 'list') return block.items;
      if (block.kind === 'facts') return block.rows.flat();
      if (block.kind === 'signature') return [block.party];
      return block.kind === 'table' ? [block.caption, ...block.columns, ...block.rows.flat()] : [block.text];
    })
    .join('\n');

/** What a person must not have to read: notations, names and numbers of programs. */
const NOTATIONS: [what: string, pattern: RegExp][] = [
  ['a brace', /[{}]/],
  ['a value that is none', /\bnull\b|\bundefined\b|\bNaN\b|\[object/],
  ['an instant', /\d{4}-\d{2}-\d{2}T\d/],
  ['a day', /(?<![\d/.-])\d{4}-\d{2}-\d{2}(?![\d-])/],
  ['a period', /\bP\d+[YMWD]\b/],
  ['a random number', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/],
  ['a checksum or pseudonym', /\b[0-9a-f]{32,}\b/],
  ['the name of a field', /\b[a-z]+[A-Z][a-z]+|\b[a-z]+_[a-z]+\b/],
  ['the name of an action', /\b(consent|profile|association|subject|package|report|personal-data|request)\.[a-z-]+\b/],
  ['a category', /\b(consents|visits|profiles|content|recipients|requests|forum)\.[a-z-]+\b/],
  ['an empty cell', /(^|[\s:])[—–](\s|$)/m],
];
const assertReadable = (text: string): void => {
  const files = /\b(data|manifest|report|log|context|data\.schema)\.(json|jsonld|jws|pdf|html)\b/g;
  const plain = text.replaceAll(files, 'file');
  for (const [what, pattern] of NOTATIONS) {
    const at = pattern.exec(plain)?.index;
    if (at !== undefined) assert.fail(`${what}: …${plain.slice(Math.max(0, at - 60), at + 60)}…`);
  }
};

type Kind = 'access' | 'portability';

function documentOf(kind: Kind, language: 'en' | 'de', held: Record<string, PackageRecord[]>) {
  const say = speechOf(view, language);
  const decisions = new Map((held['consents.decision'] ?? []).map((one) => [String(one.fields['purpose']), one]));
  const facts = factsOf(kind, {
    view,
    policies: { rulesFor: () => [], erasureRequestFor: () => undefined },
    say,
    language,
    snapshotAt: at,
    subjectKind: 'account',
    linkedVisitors: 1,
    missing: [],
    kept: new Map(),
    countOf: (category) => held[category]?.length ?? 0,
    decisions,
  });
  const shown = <T>(rows: T[]) => ({ rows, count: rows.length });
  const rows: DocumentRows = {
    copy: Object.entries(held)
      .filter(([, records]) => records.length > 0)
      .map(([category, records]) => ({
        category,
        title: say.category(category),
        ...shown(records),
      })),
    redactions: shown([
      { category: 'profiles.contact', record: 'a', field: 'email', reason: 'data-of-another-person' },
    ]),
    decided: [],
    withheld: [
      { what: 'Data of others', reason: 'theirs' },
      { what: 'Decisions on consent: subjectId', reason: 'a pseudonym' },
    ],
    accessLog: shown([lookInWords(at, 'dpo', { what: 'getProfile', purpose: 'support' }, say.t)]),
    history: shown(
      ['consent.given', 'personal-data.read', 'request.received'].map((action) => ({
        at: at.toISOString(),
        action,
        role: 'platform',
      })),
    ),
  };
  return packageDocument(facts, rows, say);
}

const ofForum = fc.record({
  id: fc.uuid(),
  at: fc.constant('2026-05-03T10:00:00.000Z'),
  table: fc.constant('posts'),
  fields: fc.record({
    body_text: fc.constantFrom('Hello', '{"draft":true,"lastEdit":{"on_day":"2026-05-03","by":["Ada"]}}'),
    seenAt: fc.constantFrom('2026-05-03T10:00:00Z', null),
    is_public: fc.boolean(),
    karma: fc.integer({ min: -2000, max: 2000 }),
  }),
});
const person = fc.record({
  ...Object.fromEntries(categories.map((one) => [one, fc.array(recordsOf(one), { maxLength: 12 })])),
  'forum.posts': fc.array(ofForum, { maxLength: 3 }),
} as Record<string, fc.Arbitrary<PackageRecord[]>>);

describe('The package as a person reads it', () => {
  it('tells every kind of record that a holder here keeps, in sentences of its own (REQ-A21)', () => {
    for (const holder of ownHolders({ vault: {} as never }))
      for (const claims of Object.values(holder.describe().columns))
        for (const claim of Object.values(claims ?? {}))
          if ('category' in claim && claim.exportedAs !== null)
            for (const category of [claim.category, ...(claim.also ?? [])])
              assert.ok(TOLD[category], `${category} has no form in words (reports/package/records)`);
  });

  it('is tested with every field that a holder here exports', () => {
    const names = new Map<string, Set<string>>();
    for (const holder of ownHolders({ vault: {} as never }))
      for (const claims of Object.values(holder.describe().columns))
        for (const claim of Object.values(claims ?? {}))
          if ('category' in claim && claim.exportedAs !== null)
            names.set(claim.category, (names.get(claim.category) ?? new Set()).add(claim.exportedAs));
    for (const [category, fields] of names)
      for (const field of fields)
        assert.ok(
          field in (FIELDS_OF[category] ?? {}) || EVENT_FIELDS.includes(field),
          `${category}: ${field} is exported, and no test tells it`,
        );
  });

  /** What the files alone have: numbers and checksums, which say nothing to a reader, or what the sentence says already. */
  const FILES_ONLY: Record<string, string[]> = {
    'consents.decision': ['receipt', 'noticeHash', 'decidedAt'],
    'consents.link': ['visitor', 'linkedAt'],
    'visits.full': ['occurredAt'],
    'visits.reduced': ['occurredAt'],
    'content.public-association': ['visibility'],
    'content.private-association': ['visibility'],
  };
  for (const category of categories)
    it(`tells every value of ${category} that says something`, () => {
      for (const language of languagesIn()) {
        const say = speechOf(view, language);
        const told = (record: PackageRecord) => textOf(tellRecords(category, [record], say));
        for (const [field, values] of Object.entries(FIELDS_OF[category] ?? {})) {
          if (FILES_ONLY[category]?.includes(field)) continue;
          const samples = fc.sample(recordsOf(category), { numRuns: 60, seed: 7 });
          const heads = samples.filter(({ table }) => table !== 'request_events');
          const differs = heads.some((record) =>
            fc
              .sample(values, { numRuns: 8, seed: 8 })
              .some(
                (value) =>
                  JSON.stringify(value) !== JSON.stringify(record.fields[field]) &&
                  told({ ...record, fields: { ...record.fields, [field]: value } }) !== told(record),
              ),
          );
          assert.ok(differs, `${language}: ${field} makes no difference to what a person reads`);
        }
      }
    });

  it('tells every event of a request, with what was recorded of it', () => {
    for (const language of languagesIn()) {
      const say = speechOf(view, language);
      for (const kind of EVENT_KINDS) {
        assert.ok(say.t.maybe(`records-in-words.event.${kind}`), `${language}: ${kind}`);
        assertReadable(textOf(tellRecords('requests.correspondence', [eventOf(kind)], say)));
      }
      const fee = textOf(tellRecords('requests.correspondence', [eventOf('fee-asked')], say));
      assert.match(fee, /12[.,]50/);
    }
  });

  it('says what the issue says: when, to what, and which banner was shown', () => {
    const record: PackageRecord = {
      id: 'x',
      at: '2026-05-03T10:05:00.000Z',
      table: 'consent_events',
      fields: {
        purpose: 'usage-statistics',
        status: 'given',
        notice: 'consent-banner',
        noticeVersion: '1.1',
        language: 'en',
        decidedAs: 'account',
        expiresAt: '2026-11-03T23:00:00.000Z',
      },
    };
    const said = (language: string) =>
      textOf(tellRecords('consents.decision', [record], speechOf(view, language))).split('\n')[0];
    assert.equal(
      said('en'),
      'On 3 May 2026, 12:05 you agreed to “Usage statistics”, shown the banner of 1 March 2026 in English (with your account; it stands until 4 November 2026).',
    );
    assert.equal(
      said('de'),
      'Am 3. Mai 2026, 12:05 haben Sie in „Nutzungsstatistik“ eingewilligt, gezeigt wurde das Banner vom 1. März 2026 auf Englisch (mit Ihrem Konto; sie gilt bis 4. November 2026).',
    );
  });

  it('tells rows of a holder outside by the titles of its declaration, and no notation of programs', () => {
    const record: PackageRecord = {
      id: 'x',
      at: '2026-05-03T10:05:00.000Z',
      table: 'posts',
      fields: { body_text: '{"draft":true,"lastEdit":"2026-05-03"}', is_public: false, empty: null },
    };
    const said = (language: string) => textOf(tellRecords('forum.posts', [record], speechOf(view, language)));
    assert.equal(said('en'), '3 May 2026, 12:05: What you wrote: draft: yes, last edit: 3 May 2026; is public: no');
    assert.match(said('de'), /Was Sie geschrieben haben: draft: ja, last edit: 3\. Mai 2026/);
  });

  it('has no notation of programs in it, whatever a person left in every place (REQ-A24)', () =>
    fc.assert(
      fc.property(
        person,
        fc.constantFrom<Kind>('access', 'portability'),
        fc.constantFrom('en', 'de'),
        (held, kind, language) => {
          const document = documentOf(kind, language as 'en' | 'de', held);
          assertReadable(textOf(document.blocks));
          assert.ok(!/<d[dt]>[—–]<\/d[dt]>|<td[^>]*>[—–]<\/td>/.test(renderHtml(document)), 'an empty row');
        },
      ),
      { numRuns: 25, endOnFailure: true },
    ));

  it('nor on paper', () =>
    fc.assert(
      fc.asyncProperty(person, fc.constantFrom('en', 'de'), async (held, language) => {
        const pdf = await renderPdf(documentOf('access', language as 'en' | 'de', held), at);
        assertReadable(
          (await readPdf(pdf)).pages.map(({ pieces }) => pieces.map(({ text }) => text).join('\n')).join('\n'),
        );
      }),
      { numRuns: 2, endOnFailure: true },
    )).timeout(60_000);

  it('names only purposes that concern this person, each with their own decision', () => {
    const [sample] = fc.sample(recordsOf('consents.decision'), { numRuns: 1, seed: 3 });
    const decision = (purpose: string): PackageRecord => ({
      ...(sample as PackageRecord),
      fields: { ...(sample as PackageRecord).fields, purpose, status: 'refused' },
    });
    const purposes = (held: Record<string, PackageRecord[]>) => textOf(documentOf('access', 'en', held).blocks);
    const about = purposes({ 'consents.decision': [decision('usage-statistics')] });
    assert.doesNotMatch(about, /Showing videos and maps/);
    assert.match(purposes({ 'consents.decision': [decision('external-media')] }), /videos and maps[^\n]*you refused/);
  });

  it('has words for every code that may stand in it', () => {
    for (const language of languagesIn()) {
      const t = textsIn(language);
      const has = (prefix: string, codes: readonly string[]) => {
        for (const code of codes)
          assert.ok(
            t.maybe(`${prefix}.${code}`, { when: 'today', purpose: 'counting' }),
            `${language}: ${prefix}.${code}`,
          );
      };
      has('records-in-words.outcome', [...OUTCOMES, 'wrong', 'expired', 'exhausted', 'failed']);
      has('records-in-words.reason', REFUSAL_GROUNDS);
      has('records-in-words.contribution', CONTRIBUTION_ROLES);
      has('records-in-words.consent', CONSENT_STATUSES);
      has('records-in-words.decision', CONSENT_STATUSES);
      has('records-in-words.state', STATES);
      has('records-in-words.type', REQUEST_TYPES);
      has('records-in-words.channel', CHANNELS);
      has('package.role', ROLES);
      has('package.look-purpose', Object.keys(READING_PURPOSES));
      has('package.party', PARTY_ROLES);
      // Looks have a part of their own.
      const untold = actionsAboutPeople()
        .filter((one) => one !== 'personal-data.read')
        .filter((action) => actionInWords(action, { t }) === t('package.history.other'));
      assert.deepEqual(untold, [], language);
    }
  });
});

const sources = (): string[] =>
  readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(packageRoot, 'src', file), 'utf8'));

/** Actions of entries that say whom they are about. */
const actionsAboutPeople = (): string[] =>
  sources().flatMap((source) =>
    [...source.matchAll(/(?:audit\.add\(|auditedChange\()[^;]*?action: (?:\w+ \? )?'([a-z-]+\.[a-z-]+)'[^;]*?;/g)]
      .filter(([call]) => /subject|auditedChange/.test(call))
      .map(([, action = '']) => action),
  );
