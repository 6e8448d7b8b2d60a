import fc from 'fast-check';
import { CONTRIBUTION_ROLES } from '../../../../src/data/content/roles.ts';
import { CONSENT_STATUSES } from '../../../../src/law/consent-status.ts';
import type { PackageRecord } from '../../../../src/rights/reports/package/model.ts';
import type { EventKind } from '../../../../src/rights/requests/events.ts';
import { STATES } from '../../../../src/rights/requests/states.ts';
import { CHANNELS, REQUEST_TYPES } from '../../../../src/rights/requests/types.ts';

type Fields = PackageRecord['fields'];

const id = fc.uuid();
const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
const name = fc.constantFrom('Ada Beispiel', 'Jürgen Weiß', 'Zoë O’Neill');
const words = fc.constantFrom('Which years do you mean', 'Bitte nur die Jahre 2024 und 2025', 'It is about the forum');
const instant = fc
  .date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2026-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const day = instant.map((text) => text.slice(0, 10));
const orNull = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null, freq: 3 });
const network = fc.constantFrom('192.0.2.0', '2001:db8:77::');
const browser = {
  network: orNull(network),
  browser: orNull(fc.constantFrom('Firefox', 'Safari')),
  browserMajor: orNull(fc.constantFrom('140', '18')),
  platform: orNull(fc.constantFrom('Linux', 'iOS')),
};

/** What is recorded with each event; a kind without a line does not compile. */
const EVENTS: Record<EventKind, { facts?: object; words?: object }> = {
  received: {
    facts: {
      type: 'objection',
      then: 'erasure',
      channel: 'email',
      enteredBy: 'officer',
      terms: { ruleSet: 'eu', timeZone: 'Europe/Berlin' },
      subjectBy: 'officer',
      identity: 'known',
      ground: '18-1-a',
      purpose: 'usage-statistics',
      categories: ['profiles.contact'],
      marketing: true,
      stops: ['usage-statistics'],
      transferTo: 'doi-registry',
      similar: [],
    },
    words: {
      subject: 'account:ada',
      text: 'Please stop',
      changes: { email: 'ada@example.org' },
      statement: 'I object',
    },
  },
  acknowledged: { facts: { sent: 'email' }, words: { letter: { kind: 'acknowledged', subject: 'Your request' } } },
  informed: { facts: { sent: 'post' }, words: { text: 'We are on it' } },
  noted: { words: { text: 'Called at noon' } },
  assigned: { facts: { to: '0192a0aa-0000-7000-8000-000000000000' } },
  reminded: { facts: { which: 'soon', day: '2026-05-03', daysLeft: 3 } },
  corrected: { facts: { corrects: 3, at: null, reasons: ['number'] }, words: { reason: 'A slip' } },
  'portals-joined': {
    facts: { portals: [{ tenant: 'geo', categories: ['profiles.contact'], purposes: ['accounts'] }] },
  },
  'subject-named': { facts: { by: 'consent-receipt' }, words: { subject: 'account:ada' } },
  'identity-asked': { facts: { method: 'email-code', checkId: 'c', doubt: 'unknown-sender', sent: 'email' } },
  'identity-answered': { facts: { method: 'documents', checkId: null } },
  'identity-confirmed': { facts: { method: 'platform', checkId: null }, words: { text: 'Known' } },
  'done-elsewhere': { facts: { outcome: 'done' } },
  'identity-failed': { facts: { method: 'known', checkId: null, outcome: 'expired' } },
  'cannot-identify': { facts: { asked: ['receipt'], sent: 'page' } },
  'identification-supplied': { facts: { by: 'trace' }, words: { evidence: { by: 'trace', address: '192.0.2.1' } } },
  'clarification-asked': { facts: { sent: 'telephone' }, words: { question: 'Which years' } },
  'clarification-answered': { words: { text: 'All of them' } },
  'fee-asked': {
    facts: { basis: 'further-copy', amount: 1250, currency: 'EUR', costs: [{ what: 'copying', amount: 1250 }] },
  },
  'fee-paid': {},
  extended: { facts: { reasons: ['complexity', 'number'], sent: 'opendsr' }, words: { text: 'Many places' } },
  limited: {
    facts: { scope: 'part', categories: ['profiles.contact'], reviewOn: '2026-06-01' },
    words: { provision: 'section 29 BDSG', text: 'Secrecy' },
  },
  proposed: {
    facts: { what: 'execution', ground: '17-1-b', abuse: { which: 'excessive' } },
    words: { text: 'Erase', decisions: { categories: {} }, objectiveElements: 'Many', subjectiveElements: 'Intent' },
  },
  approved: { facts: { proposal: 4, role: 'dpo' }, words: { text: 'Looked at' } },
  rejected: { facts: { proposal: 4 }, words: { text: 'Not so' } },
  'execution-begun': { facts: { part: 'erasure', outcome: 'upheld' } },
  'step-begun': { facts: { step: 'erasure' } },
  'step-done': { facts: { step: 'erasure', result: { erasureId: 'e', verdict: 'complete' } } },
  executed: { facts: { part: 'access', outcome: 'done', records: 12 } },
  'package-approved': { facts: { packageId: 'p', unverified: false } },
  released: { facts: { packageId: 'p', by: 'link' } },
  'first-part-answered': { facts: { outcome: 'done' } },
  answered: { facts: { outcome: 'done-with-exceptions', sent: 'handed-over' } },
  granted: { facts: { outcome: 'upheld' } },
  'answered-in-part': { facts: { outcome: 'held-back' } },
  'rest-erased': { facts: { outcome: 'done', erasureId: 'e', certificateId: 'c' } },
  'lifting-announced': { words: { text: 'It ends' } },
  lifted: {},
  refused: {
    facts: {
      ground: 'exception',
      exceptions: [{ category: 'profiles.contact', exception: 'JustificationA17LegalClaims', reviewOn: '2026-06-01' }],
    },
    words: { text: 'No', restriction: { provision: 'section 29 BDSG', scope: 'whole', reviewOn: '2026-06-01' } },
  },
  'refusal-told': {
    facts: {
      ground: 'exception',
      exceptions: [{ category: 'profiles.contact', exception: 'JustificationA17LegalClaims', reviewOn: '2026-06-01' }],
    },
    words: { text: 'No', restriction: { provision: 'section 29 BDSG', scope: 'whole', reviewOn: '2026-06-01' } },
  },
  withdrawn: { facts: { by: 'person' } },
  'duplicate-marked': { facts: { of: 'r' } },
  'ground-ended': { words: { text: 'Ended' } },
  reopened: { facts: { because: 'new-facts' }, words: { text: 'Again' } },
};
export const EVENT_KINDS = Object.keys(EVENTS) as EventKind[];

/** Of data that others gave (Art. 14). */
const obtained = {
  obtainedFrom: orNull(fc.constantFrom('Example University', 'the DOI registry')),
  obtainedAt: orNull(instant),
  informBy: orNull(day),
  informedAt: orNull(instant),
  informedUnder: orNull(fc.constantFrom('the letter to all co-authors')),
  informExemption: orNull(fc.constantFrom('14-5-a', '14-5-b', '14-5-c', '14-5-d')),
  informExemptionReason: orNull(words),
};

/** What the holders of Lethe's own tables export of each kind, field by field. */
export const FIELDS_OF: Record<string, Record<string, fc.Arbitrary<Fields[string]>>> = {
  'consents.decision': {
    receipt: id,
    decidedAs: fc.constantFrom('visitor', 'account'),
    purpose: fc.constantFrom('usage-statistics', 'external-media', 'purpose-of-old'),
    purposeVersion: fc.constantFrom('1.0', '2.0'),
    status: fc.constantFrom(...CONSENT_STATUSES),
    consentType: fc.constantFrom('expressed', 'explicit'),
    notice: fc.constantFrom('consent-banner', 'notice-of-old'),
    noticeVersion: fc.constantFrom('1.0', '1.1'),
    noticeHash: hash,
    language: fc.constantFrom('en', 'de'),
    controllers: fc.constantFrom(['Example Platform'], ['Example Platform', 'Example University']),
    act: fc.constantFrom('not-stated', 'clicked-accept', 'sent-sec-gpc'),
    method: fc.constantFrom('not-stated', 'banner-3.1', 'browser-signal'),
    source: fc.constantFrom('ui', 'api', 'gpc', 'job', 'import'),
    jurisdiction: fc.constantFrom('EU', 'GB'),
    decidedAt: instant,
    importedAt: orNull(instant),
    vouchedBy: orNull(fc.constantFrom('Example University', 'export of the consent manager')),
    expiresAt: orNull(instant),
    ageCheck: orNull(fc.constantFrom('of-age', 'parental', 'parental-missing')),
    parentalMethod: orNull(fc.constantFrom('a call to the school')),
    parentalAuthorisation: orNull(fc.constantFrom('Grace Beispiel')),
  },
  'consents.evidence': { evidence: fc.record(browser).map((seen) => JSON.stringify(seen)) },
  'consents.link': { visitor: hash.map((text) => text.slice(0, 32)), linkedAt: instant },
  'visits.full': {
    address: orNull(fc.constantFrom('203.0.113.77', '2001:db8::7')),
    userAgent: orNull(fc.constantFrom('Mozilla/5.0 (X11; Linux) Firefox/140.0')),
    occurredAt: instant,
    portal: fc.constantFrom('main', 'maps'),
    ...browser,
    robot: fc.boolean(),
  },
  'visits.reduced': {
    occurredAt: instant,
    portal: fc.constantFrom('main', 'maps'),
    ...browser,
    robot: fc.boolean(),
  },
  'profiles.identity': {
    account: orNull(fc.constantFrom('user-7')),
    statement: orNull(words),
    createdAt: instant,
    updatedAt: instant,
    lastActivityAt: instant,
    closedAt: orNull(instant),
    orcid: orNull(fc.constantFrom('https://orcid.org/0000-0002-1825-0097')),
    warnedFor: orNull(instant),
    warnedAt: orNull(instant),
    warnedWith: orNull(fc.constantFrom('P30D', 'P7D')),
    name: orNull(name),
    title: orNull(fc.constantFrom('Prof.', 'M.Sc.')),
    ...obtained,
  },
  'profiles.contact': { email: orNull(fc.constantFrom('ada@example.org', 'bea@example.org')) },
  'profiles.interests': { interests: orNull(fc.constantFrom(['ice'], ['ice', 'firn'])) },
  'profiles.location': { city: orNull(fc.constantFrom('Oslo', 'Lyon')), country: orNull(fc.constantFrom('NO', 'FR')) },
  'content.public-association': association('public'),
  'content.private-association': association('private'),
  'recipients.disclosure': {
    recipient: fc.constantFrom('doi-registry', 'recipient-of-old'),
    categories: fc.constantFrom(['profiles.contact'], ['profiles.contact', 'visits.full', 'gone.category']),
    reference: orNull(fc.constantFrom('R 7', 'R 8')),
    disclosedAt: instant,
    recordedAt: instant,
  },
  'relations.standing': {
    kind: fc.constantFrom('relation', 'role', 'attribute'),
    name: fc.constantFrom('contract', 'statistics', 'gone-by'),
    value: fc.constantFrom('refused', 'gone-by'),
    reference: orNull(fc.constantFrom('R 7', 'R 8')),
    account: fc.constantFrom('ada', 'bea'),
    since: orNull(instant),
    until: orNull(instant),
    recordedAt: instant,
    updatedAt: instant,
  },
  'requests.correspondence': {
    reference: fc.constantFrom('DSR-2026-0001', 'DSR-2026-0002'),
    type: fc.constantFrom(...REQUEST_TYPES),
    state: fc.constantFrom(...STATES),
    channel: fc.constantFrom(...CHANNELS),
    receivedAt: instant,
    dueOn: orNull(day),
    duplicateOf: orNull(id),
    importedAt: orNull(instant),
    openedAt: instant,
    closedAt: orNull(instant),
    name: orNull(name),
    email: orNull(fc.constantFrom('ada@example.org')),
    address: orNull(fc.constantFrom('1 High Street\nOslo')),
    language: orNull(fc.constantFrom('en', 'de')),
  },
};

function association(visibility: 'public' | 'private'): Record<string, fc.Arbitrary<Fields[string]>> {
  return {
    doi: fc.constantFrom('https://doi.org/10.5072/a.1', 'https://doi.org/10.5072/a.2'),
    title: orNull(fc.constantFrom('Ice cores', 'Firn')),
    version: fc.constantFrom('1.0', '2.1'),
    role: fc.constantFrom(...CONTRIBUTION_ROLES),
    nameAsPublished: name,
    orcid: orNull(fc.constantFrom('https://orcid.org/0009-9999-0000-0000')),
    visibility: fc.constant(visibility),
    publishedOn: orNull(day),
    createdAt: instant,
    updatedAt: instant,
    ...obtained,
  };
}

export const EVENT_FIELDS = ['reference', 'event', 'occurredAt', 'recordedAt', 'facts', 'words'];
const EVENT = fc
  .record({
    reference: fc.constantFrom('DSR-2026-0001', 'DSR-2026-0002'),
    event: fc.constantFrom(...EVENT_KINDS),
    occurredAt: instant,
    recordedAt: instant,
  })
  .map((event): Fields => {
    const { facts = {}, words: said } = EVENTS[event.event];
    return { ...event, facts: JSON.stringify(facts), words: said ? JSON.stringify(said) : null };
  });

const recordOf = (table: string, fields: fc.Arbitrary<Fields>): fc.Arbitrary<PackageRecord> =>
  fc.record({ id, at: instant, table: fc.constant(table), fields });

/** One record of a kind. */
export const recordsOf = (category: string): fc.Arbitrary<PackageRecord> => {
  const head = recordOf(
    category === 'requests.correspondence' ? 'requests' : (category.split('.')[0] as string),
    fc.record(FIELDS_OF[category] as Record<string, fc.Arbitrary<Fields[string]>>),
  );
  return category === 'requests.correspondence' ? fc.oneof(head, recordOf('request_events', EVENT)) : head;
};

/** An event of each kind, at an instant. */
export const eventOf = (kind: EventKind): PackageRecord => ({
  id: 'r/1',
  at: '2026-05-03T10:00:00.000Z',
  table: 'request_events',
  fields: {
    reference: 'DSR-2026-0001',
    event: kind,
    occurredAt: '2026-05-03T10:00:00.000Z',
    recordedAt: '2026-05-03T10:00:00.000Z',
    facts: JSON.stringify(EVENTS[kind].facts ?? {}),
    words: EVENTS[kind].words ? JSON.stringify(EVENTS[kind].words) : null,
  },
});
