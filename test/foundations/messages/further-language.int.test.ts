import assert from 'node:assert/strict';
import { createAlarms } from '../../../src/app/alarms.ts';
import { factsOf } from '../../../src/data/consent/receipts/facts.ts';
import { renderReceipt } from '../../../src/data/consent/receipts/printed-page.ts';
import type { EventRow } from '../../../src/data/consent/table.ts';
import type { LookedAt } from '../../../src/data/retention/plan.ts';
import { createTellOfficers } from '../../../src/data/retention/tell-officers.ts';
import { languagesIn, textsIn } from '../../../src/foundations/messages/texts.ts';
import type { Outgoing } from '../../../src/foundations/outbox/model.ts';
import { renderHtml } from '../../../src/foundations/print/html.ts';
import { complaintClock } from '../../../src/law/complaint-clock.ts';
import { breachPage, breachRegisterPage } from '../../../src/oversight/breaches/printed-page.ts';
import { recordDocument } from '../../../src/oversight/records/printed-page.ts';
import { retentionSchedule, scheduleDocument } from '../../../src/oversight/records/schedule.ts';
import { createRecords } from '../../../src/oversight/records/service.ts';
import { refusalNotices } from '../../../src/register/agreements/refusal-notice.ts';
import { jointControllerList, jointControllerPage } from '../../../src/register/joint-controllers/arrangements.ts';
import { noticesTo } from '../../../src/register/sub-processors/notice.ts';
import {
  subProcessorFeed,
  subProcessorList,
  subProcessorPage,
} from '../../../src/register/sub-processors/public-list.ts';
import type { RegisterView } from '../../../src/register/view/view-model.ts';
import { messageTo } from '../../../src/rights/recipients/message.ts';
import { clockInWords, complaintInWords } from '../../../src/rights/requests/clock-in-words.ts';
import { confirmationMail } from '../../../src/rights/requests/unconfirmed/mail.ts';
import { confirmationPage, confirmedPage } from '../../../src/rights/requests/unconfirmed/page.ts';
import { clockFrom, extended, GERMANY, happened } from '../../law/request-clock/happened.ts';
import { breachBooks } from '../../oversight/breaches/books.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { marked, PSEUDO, speakPseudo } from '../../support/pseudo-language.ts';

/** What is no text of Lethe's, and so stands in no message: each with its reason. */
const NOT_OURS: [RegExp, string][] = [
  [/https?:\/\/\S+|\/[\w/.{}-]+\/[\w/.{}-]*/g, 'addresses'],
  [/[\w.+-]+@[\w.-]+/g, 'mail addresses'],
  [/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9a-f]{16,}\b/g, 'numbers of files, digests'],
  [/\bEurope\/Berlin\b|\bUTC\b/g, 'time zones, by their names in the tz database'],
  [
    /\b(lethe|POST|GET|LETHE_TRUST_PROXY)\b( (receipt|retention|tokens) \w+( FILE)?( --\w+ \w+)*)?|--jwks KEYS/g,
    'commands, and calls of the interface',
  ],
  [/\bCJEU [^;\]]+|\bDPA 2018 s\. \d+\w*/g, 'courts and statutes of others, cited as they call themselves'],
  [/\bDPV( EU-GDPR|-PD)? \d[\d.]*|\bDPV\b|\bfideslang \d|\bSHA-256\b/g, 'names of vocabularies and digests'],
];

/** Text as somebody reads it, of a page or a mail, without what an installation has written itself. */
function readBy(text: string, own: readonly string[]): string {
  let read = text
    .replaceAll(/<style>[\s\S]*?<\/style>|<head>[\s\S]*?<\/title>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/&#?\w+;/g, ' ');
  for (const one of own) read = read.replaceAll(one, ' ');
  for (const [pattern] of NOT_OURS) read = read.replaceAll(pattern, ' ');
  return read;
}

/** Every text that somebody wrote into a policy, a register or a test, longest first. */
function written(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    if (/[A-Za-z]{2}/.test(value)) for (const line of [value, ...value.split('\n')]) found.add(line.trim());
  } else if (value && typeof value === 'object') for (const one of Object.values(value)) written(one, found);
  return found;
}

onOneEngine('A further language', (ground) => {
  let app: TestApp;
  let view: RegisterView;
  let back: () => void;
  let own: string[];
  const seen: [what: string, text: string][] = [];

  before(async () => {
    app = await openApp(ground(), { now: '2026-03-02T10:00:00Z' });
    const { processing } = await fillRegister(app, 'north');
    const context = await app.contextOf('north', 'dpo');
    const breach = await breachBooks(app).report();
    const real = await app.services.register.view(context);
    back = speakPseudo();
    view = { ...real, tenant: { ...real.tenant, language: PSEUDO } };
    const policies = {
      ...view.policies,
      letters: Object.fromEntries(
        Object.entries(view.policies.letters).map(([id, { en }]) => [
          id,
          { ...(en && { [PSEUDO]: { subject: inBraces(en.subject), text: inBraces(en.text) } }) },
        ]),
      ),
    };
    view = { ...view, policies: policies as RegisterView['policies'] };
    own = [
      ...written([
        real.policies.categories,
        real.policies.purposes,
        real.policies.activities,
        real.policies.places,
        real.policies.rules,
        real.policies.relations,
        real.policies.installation,
        real.parties,
        real.agreements.map(({ title, duration, nature }) => [title, duration, nature]),
        breach,
        real.tenant.name,
        OF_THE_TEST,
        NORTH,
      ]),
    ]
      .filter((one) => !/^[a-z][a-z-]*$/.test(one) || one.length > 40)
      .sort((one, other) => other.length - one.length);
    const register = { view: async () => view };
    const say = (what: string, text: string) => seen.push([what, text]);
    const t = textsIn(PSEUDO);
    const now = new Date('2026-03-02T10:00:00Z');

    const asked = [happened('identity-asked', '2026-03-04'), happened('identity-answered', '2026-03-18')];
    for (const clock of [
      clockFrom('2026-03-02', GERMANY, ...asked, extended('2026-03-20')),
      clockFrom('2026-03-02', GERMANY, happened('fee-asked', '2026-03-04'), happened('refused', '2026-03-09')),
    ])
      say('the clock', clockInWords(clock, t).join('\n'));
    say(
      'the clock of a complaint',
      complaintInWords(
        complaintClock(
          { received: new Date('2026-07-01T09:00:00Z'), acknowledged: null, now: new Date('2026-07-01T09:00:00Z') },
          'Europe/London',
          'UK',
        ),
        t,
      ).join('\n'),
    );
    say('the schedule', renderHtml(scheduleDocument(retentionSchedule(view), view)));
    const records = createRecords({ register });
    for (const set of ['article-30-1', 'article-30-2'] as const)
      say(
        `the record ${set}`,
        renderHtml(
          recordDocument(
            await records.record({ ...context, tenant: { ...context.tenant, language: PSEUDO } }, { set }),
            view,
          ),
        ),
      );
    say('the list of sub-processors', renderHtml(subProcessorPage(subProcessorList(view), view)));
    say('its feed', subProcessorFeed(subProcessorList(view), 'https://portal.example/list', view.tenant));
    say('who decides jointly', renderHtml(jointControllerPage(jointControllerList(view), view)));
    say('a breach', renderHtml(breachPage(breach, { view, labels: new Map() }, now)));
    const all = {
      institution: NORTH,
      at: now.toISOString(),
      knownAt: now.toISOString(),
      vocabulary: 'DPV 2.3',
      items: [breach],
    };
    say('the register of breaches', renderHtml(breachRegisterPage(all, view, new Map())));

    const event = {
      eventId: '7d2f0b9a-0000-4000-8000-000000000001',
      purposeId: 'usage-statistics',
      purposeVersion: '1.0',
      status: 'given',
      consentType: 'non-explicit',
      noticeId: 'consent-banner',
      noticeMajor: 1,
      noticeMinor: 1,
      noticeHash: 'a'.repeat(64),
      language: PSEUDO,
      controllers: ['Example University'],
      act: 'given',
      method: 'banner',
      source: 'ui',
      jurisdiction: 'EU',
      recordedAt: now,
      expiresAt: new Date('2026-09-02T00:00:00Z'),
    } as unknown as EventRow;
    const standing = { status: 'withdrawn', permitsProcessing: false, newest: false };
    say(
      'a receipt',
      renderReceipt(
        factsOf(event, view, 'p', 'https://portal.example'),
        standing,
        {
          keyId: 'abcdefabcdefabcdef',
          index: 4,
        },
        { institution: NORTH },
      ),
    );

    const sender = { institution: NORTH };
    say('the page to confirm', confirmationPage(sender, PSEUDO));
    say(
      'the page of a request confirmed',
      confirmedPage(sender, PSEUDO, {
        requestId: '7d2f0b9a-0000-4000-8000-000000000002',
        reference: '2026-0001',
        secret: 'abcdefabcdefabcdef',
        receivedAt: now.toISOString(),
        dueOn: '2026-04-02',
      }),
    );
    say(
      'the mail to confirm',
      confirmationMail(NORTH, 'https://portal.example/c', 7)
        .text.split('----')
        .find((one) => one.includes(marked('Somebody'))) ?? 'Somebody, nowhere',
    );

    const agreement = view.agreements.find(({ agreementId }) => agreementId === processing);
    const change = {
      kind: 'addition',
      party: 'hosting-company',
      replaces: null,
      processor: 'platform-provider',
      activities: ['accounts'],
      reason: OF_THE_TEST,
      status: 'announced',
      announcedAt: now.toISOString(),
      activatedAt: null,
    } as const;
    const withMail = {
      ...view,
      parties: view.parties.map((one) => ({ ...one, notices: { email: 'post@north.example' } })),
    };
    const mailed = (what: string, messages: readonly Outgoing[]) => {
      assert.ok(messages.length > 0, what);
      for (const { subject, text } of messages) say(what, `${subject}\n${text}`);
    };
    for (const letter of ['sub-processor-announced', 'sub-processor-activated', 'sub-processor-withdrawn'] as const)
      mailed(
        `the letter ${letter}`,
        noticesTo(
          { view: withMail, agreement: agreement as never, activities: ['accounts'] },
          {
            changeId: 'c',
            change: { ...change, activities: ['accounts'] },
            letter,
            topic: 'x',
            listUrl: 'https://portal.example/list',
            windowEndsAt: new Date('2026-04-02T22:00:00Z'),
          },
        ),
      );
    const wanted = {
      processor: 'platform-provider',
      activity: 'accounts',
      operation: 'disclosure',
      country: 'US',
      recipient: 'hosting-company',
    } as const;
    mailed(
      'the letter of what was refused',
      refusalNotices(withMail, wanted, [
        { why: 'no-transfer', pointer: '/country', detail: '' },
        { why: 'only', named: ['erasure'], pointer: '/operation', detail: '' },
        { why: 'receives-nothing', pointer: '/recipient', detail: '' },
      ]),
    );
    const recipient = {
      ...(view.party('hosting-company') as object),
      notices: { email: 'post@host.example' },
    } as never;
    for (const what of ['rectification', 'erasure', 'restriction', 'restriction-lifted', 'objection'])
      mailed(`what a recipient is told of ${what}`, [
        messageTo(
          withMail,
          recipient,
          {
            what,
            channel: 'email',
            categories: ['profiles.contact'],
            taskId: '7d2f0b9a-0000-4000-8000-000000000003',
            dueAt: now,
          } as never,
          { references: [] } as never,
          what === 'erasure' ? ['profiles.identity'] : [],
          null,
        ) as Outgoing,
      ]);

    const outbox = {
      prepare: async (_: unknown, letters: Outgoing[]) => {
        mailed('a mail to officers', letters);
        return letters as never;
      },
      add: async () => undefined,
      hasTold: async () => true,
    };
    const speaking = { ...context, tenant: { ...context.tenant, language: PSEUDO } };
    const inOffice = {
      view: async () => ({
        ...withMail,
        parties: withMail.parties.map((one) => ({
          ...one,
          dataProtectionOfficer: { name: 'DPO', contact: 'dpo@north.example' },
        })),
      }),
    } as never;
    const waiting = (why: string) =>
      ({
        wait: { for: why, why: '' },
        planned: {
          rule: 'visits-reduce',
          category: 'visits.full',
          due: 12,
          people: 3,
          dueAsBefore: 4,
          oldest: '2026-01-01T10:00:00.000Z',
        },
      }) as unknown as LookedAt;
    await createTellOfficers({ register: inOffice, outbox: outbox as never }).prepare(
      speaking,
      ['first', 'always', 'reaches-more', 'brake'].map(waiting),
    );
    const access = {
      ending: async () => [
        { id: 'abcdefabcdefabcdef', role: 'dpo', label: OF_THE_TEST, expiresAt: '2026-03-20T10:00:00.000Z' },
      ],
      contextFor: async () => speaking,
    };
    const alarms = createAlarms({
      register: inOffice,
      outbox,
      access,
      audit: {},
      log: { warn: () => undefined },
      store: { write: async () => 0 },
    } as never);
    await alarms.tellOfTokenEnds(speaking);
    await alarms.tellOfFailedSignIns({
      failed: 40,
      refused: 2,
      from: { public: 30, private: 5, 'this-machine': 4, unknown: 1 },
    } as never);
  });
  after(async () => {
    back();
    await app.close();
  });

  it('needs a folder of files alone, and is offered then', () => assert.deepEqual(languagesIn(), ['en', PSEUDO]));

  it('leaves no English in what a person reads', () => {
    assert.ok(seen.length > 25, String(seen.length));
    const left = seen.flatMap(([what, text]) => {
      const words = readBy(text, own).match(/[A-Za-z]{3,}( [A-Za-z]+)*/g) ?? [];
      return words.map((one) => `${what}: ${one}`);
    });
    assert.deepEqual([...new Set(left)], []);
  });

  it('leaves no duration, no instant and no code in what a person reads', () => {
    const left = seen.flatMap(([what, text]) => {
      const read = text
        .replaceAll(/<style>[\s\S]*?<\/style>/g, ' ')
        .replaceAll(/<(published|updated)>[^<]*/g, ' ')
        .replaceAll(/<(\w+)[^>]*>/g, ' ');
      const codes =
        read.match(
          /\bP\d+[DMWY]\b|\d{4}-\d\d-\d\dT[\d:.]+Z|`[^`]*`|\b(visits|profiles|content|consents)\.[a-z-]+\b/g,
        ) ?? [];
      return codes.map((one) => `${what}: ${one}`);
    });
    assert.deepEqual([...new Set(left)], []);
  });
});

/** What the test writes where somebody writes freely. */
const OF_THE_TEST = 'Words of the test';
const NORTH = 'Institution North';

/** A letter of the policies in the further language: all but what is put in. */
const inBraces = (text: string): string =>
  text
    .split(/(\{\{[^{}]*\}\})/)
    .map((part) => (part.startsWith('{{') ? part : marked(part)))
    .join('');
