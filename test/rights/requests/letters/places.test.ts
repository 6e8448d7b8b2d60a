import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Context } from '../../../../src/foundations/contract/context.ts';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../../../src/register/policies/load.ts';
import type { Facts, LetterKind } from '../../../../src/rights/requests/letters/model.ts';
import { createRequestLetters } from '../../../../src/rights/requests/letters/service.ts';
import type { Language, RequestType } from '../../../../src/rights/requests/types.ts';

const { policies } = loadPolicies(join(packageRoot, 'policies'));
const now = new Date('2026-11-25T10:00:00Z');

const all: Partial<Facts> = {
  reasons: ['complexity'],
  words: 'Words of the officer.',
  restriction: undefined,
  limits: [],
  categories: ['Account'],
  done: ['Account'],
  statement: false,
  kept: [{ category: 'Published works', grounds: ['JustificationA17Archiving', 'JustificationA17LegalClaims'] }],
  recipients: [{ name: 'Indexer', told: 'told', on: '2026-11-24' }],
  records: 3,
  delivery: { by: 'link', url: 'https://portal.example/x', until: '2026-12-24T10:00:00Z' },
  feePaid: false,
  next: null,
  marketing: false,
  keptOut: true,
  withdrawn: 1,
  fee: { amount: 1250, currency: 'CHF' },
  costs: [{ what: 'labour', amount: 1250 }],
  earlierRequests: ['2026-10-01'],
  identifiers: ['visitor-id'],
  other: { reference: '2026-000016', dueOn: '2026-12-28', answeredOn: null },
  asked: ['A thing'],
  code: '1234 5678',
  validUntil: '2026-12-01T10:00:00Z',
};
const KINDS: [kind: LetterKind, type: RequestType, over?: Partial<Facts>][] = [
  ['acknowledged', 'access'],
  ['identity-asked', 'access'],
  ['documents-asked', 'access'],
  ['clarification-asked', 'access'],
  ['fee-asked', 'access', { reasons: ['further-copy'] }],
  ['extended', 'portability', { dueOn: '2027-02-25', extended: true }],
  ['cannot-identify', 'access'],
  ['refused', 'erasure', { reasons: ['exception', 'rights-of-others'] }],
  [
    'refused',
    'access',
    { restriction: { provision: 'A law § 1', reviewOn: '2027-01-01' }, reasons: ['national-restriction'] },
  ],
  ['refused', 'rectification', { reasons: ['manifestly-unfounded'] }],
  ['refused-abusive', 'access', { reasons: ['excessive'] }],
  ['answered-access', 'access'],
  ['answered-no-data', 'access'],
  ['answered-portability', 'portability'],
  ['answered-rectification', 'rectification'],
  ['answered-erasure', 'erasure'],
  ['answered-restriction', 'restriction'],
  ['restriction-lifting', 'restriction'],
  ['answered-objection', 'objection', { reasons: undefined }],
  ['answered-objection', 'objection', { reasons: ['compelling-grounds'] }],
  ['answered-consent-withdrawal', 'consent-withdrawal'],
  ['answered-human-review', 'human-review', { reasons: ['confirmed'] }],
  ['recipients-told', 'erasure'],
];

function lettersIn(jurisdiction: string) {
  const tenant = { id: 'north', name: 'Portal north', timeZone: 'Europe/Berlin', jurisdiction, language: 'en' };
  const parties = [
    { id: 'institution', kind: 'tenant', name: 'Institute', legalName: 'Institute', contact: 'privacy@north.example' },
  ];
  const context = { tenant, clock: () => now } as unknown as Context;
  const letters = createRequestLetters({ register: { view: async () => ({ tenant, policies, parties }) as never } });
  return async (language: Language): Promise<string[]> => {
    const made: string[] = [];
    for (const [kind, type, over = {}] of KINDS) {
      const facts = {
        reference: '2026-000017',
        type,
        then: null,
        name: 'Ada Lovelace',
        receivedOn: '2026-11-25',
        dueOn: '2026-12-28',
        standsStill: null,
        extended: false,
        restarts: false,
        ...all,
        ...over,
      };
      const known = Object.fromEntries(
        Object.entries(facts).filter(([, value]) => value !== undefined),
      ) as unknown as Facts;
      const { subject, text } = await letters.make(context, kind, known, language);
      made.push(`${kind}\n${subject}\n${text}`);
    }
    return made;
  };
}

const AUTHORITY = {
  EUI: { en: 'European Data Protection Supervisor', de: 'Europäischer Datenschutzbeauftragter' },
  CH: {
    en: 'Federal Data Protection and Information Commissioner',
    de: 'Datenschutz- und Öffentlichkeitsbeauftragter',
  },
  'GB-SCT': { en: 'Information Commissioner', de: 'Information Commissioner' },
} as const;
/** What no letter of a place may say: law that does not apply there. */
const FOREIGN: Record<keyof typeof AUTHORITY, RegExp> = {
  EUI: /GDPR|DSGVO|Art\. (15|16)\b|FADP|DSG\b|Member State|Mitgliedstaat/,
  CH: /GDPR|DSGVO|2018\/1725|Member State|Mitgliedstaat|one month|two months|eines Monats|zwei Monate|Art\. (7|11|12|15|16|17|18|20|22|77|79)\b/,
  'GB-SCT': /(?<!UK )GDPR|DSGVO|2018\/1725|FADP|Member State|Mitgliedstaat/,
};

describe('Letters in places with another law (REQ-001)', () => {
  for (const place of Object.keys(AUTHORITY) as (keyof typeof AUTHORITY)[])
    for (const language of ['en', 'de'] as const)
      it(`of ${place} in ${language} name its law, its authority and no other`, async () => {
        const letters = await lettersIn(place)(language);
        for (const letter of letters) {
          assert.doesNotMatch(letter, FOREIGN[place], letter);
          assert.doesNotMatch(letter, /\(\s*\)|\(, | ,|undefined/, letter);
        }
        const remedies = letters.filter((letter) => /remed|Rechtsbehelf/.test(letter));
        assert.ok(remedies.length >= 10);
        for (const letter of remedies) assert.ok(letter.includes(AUTHORITY[place][language]), letter);
      });

  it('of each place say where the right and the remedy stand', async () => {
    const [refused] = (await lettersIn('CH')('en')).filter((letter) => letter.startsWith('refused\n'));
    assert.match(refused as string, /erasure of your personal data \(Art\. 32\(2\)\(c\) FADP\)/);
    assert.match(refused as string, /Art\. 26\(4\) FADP/);
    assert.match(refused as string, /\(Art\. 32\(2\) FADP\)/);
    const [european] = (await lettersIn('EUI')('de')).filter((letter) => letter.startsWith('refused\n'));
    assert.match(european as string, /\(Art\. 19 der Verordnung \(EU\) 2018\/1725\)/);
    assert.match(european as string, /Art\. 14 Abs\. 4 der Verordnung/);
    assert.match(european as string, /Art\. 64 der Verordnung/);
    const [british] = (await lettersIn('GB-ENG')('en')).filter((letter) => letter.startsWith('refused\n'));
    assert.match(british as string, /section 167 of the Data Protection Act 2018/);
    const [norwegian] = (await lettersIn('NO')('en')).filter((letter) => letter.startsWith('refused\n'));
    assert.match(norwegian as string, /Art\. 79 GDPR/);
  });

  it('of Switzerland promise its own time, and the UK review its own article', async () => {
    const swiss = await lettersIn('CH')('en');
    assert.ok(swiss.some((letter) => /cannot answer your request within 30 days/.test(letter)));
    assert.ok(swiss.some((letter) => /until when you will have our answer \(Art\. 25\(7\) FADP\)/.test(letter)));
    assert.ok(swiss.every((letter) => !/extension is the only one/.test(letter)));
    const british = await lettersIn('GB')('en');
    assert.ok(british.some((letter) => /Art\. 22C UK GDPR/.test(letter)));
  });
});
