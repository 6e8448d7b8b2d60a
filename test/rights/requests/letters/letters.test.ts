import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../../src/foundations/contract/context.ts';
import { Problem } from '../../../../src/foundations/contract/problem.ts';
import { renderHtml } from '../../../../src/foundations/print/html.ts';
import { renderPdf } from '../../../../src/foundations/print/pdf.ts';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../../../src/register/policies/load.ts';
import { MUST_NAME, REQUEST_LETTERS } from '../../../../src/register/policies/request-letters.ts';
import type { Facts, Template } from '../../../../src/rights/requests/letters/model.ts';
import { TEMPLATES } from '../../../../src/rights/requests/letters/model.ts';
import { createRequestLetters, templateOf } from '../../../../src/rights/requests/letters/service.ts';
import type { Language, RequestType } from '../../../../src/rights/requests/types.ts';
import { readPdf } from '../../../support/pdf.ts';

type Kind = Parameters<typeof templateOf>[0];
type Over = Partial<Facts> & { kind: Kind };

const shipped = join(packageRoot, 'policies');
const { policies } = loadPolicies(shipped);
const now = new Date('2026-03-01T23:30:00Z');

/** A register in which the institution has an officer. */
function lettersOf({ jurisdiction = 'EU' } = {}) {
  const tenant = { id: 'north', name: 'Portal north', timeZone: 'Europe/Berlin', jurisdiction, language: 'en' };
  const institution = {
    id: 'institution',
    kind: 'tenant',
    name: 'University of the North',
    legalName: 'University of the North',
    dataProtectionOfficer: { name: 'Officer of the North', contact: 'dpo@north.example' },
  };
  const view = { tenant, policies, parties: [institution] };
  const context = { tenant, clock: () => now } as unknown as Context;
  return { context, ...createRequestLetters({ register: { view: async () => view as never } }) };
}

const facts = (over: Partial<Facts> = {}): Facts => ({
  reference: '2026-000017',
  type: 'access',
  then: null,
  name: 'Ada Lovelace',
  receivedOn: '2026-02-03',
  dueOn: '2026-03-03',
  code: null,
  reasons: [],
  words: 'Words of the officer.',
  asked: ['A thing asked for'],
  fee: null,
  link: null,
  ...over,
});
const full: NonNullable<Facts['details']> = {
  validUntil: '2026-03-08T11:00:00Z',
  costs: [{ what: 'labour', amount: 'EUR 12.50' }],
  earlierRequests: ['2026-01-05'],
  restriction: { provision: 'BDSG § 34(1)', reviewOn: '2026-09-01' },
  categories: ['E-mail address'],
  done: ['Name and title'],
  kept: [{ category: 'Correspondence', ground: 'JustificationA17LegalClaims' }],
  unfinished: [{ place: 'Newsletter service', since: '2026-02-20' }],
  recipients: [{ name: 'Example Hosting AG', told: 'told', on: '2026-02-21' }],
  records: 12,
};
const without = (...names: (keyof NonNullable<Facts['details']>)[]): NonNullable<Facts['details']> =>
  Object.fromEntries(Object.entries(full).filter(([name]) => !names.includes(name as never)));

/** How each template is reached, and what must stand in it beside what every letter has: English, German. */
const EVERY: Record<Template, Over & { says: [string[], string[]] }> = {
  acknowledged: {
    kind: 'acknowledged',
    says: [
      ['by 3 March 2026', 'free of charge'],
      ['3. März 2026', 'unentgeltlich'],
    ],
  },
  'complaint-acknowledged': {
    kind: 'acknowledged',
    type: 'complaint',
    says: [
      ['section 164A', 'without undue delay'],
      ['section 164A', 'unverzüglich'],
    ],
  },
  'identity-asked': {
    kind: 'identity-asked',
    code: '1234 5678',
    details: full,
    says: [
      ['1234 5678', '8 March 2026 at 12:00', 'Art. 12(6)'],
      ['1234 5678', '8. März 2026 um 12:00', 'Art. 12 Abs. 6'],
    ],
  },
  'documents-asked': {
    kind: 'identity-asked',
    says: [
      ['A thing asked for', 'destroyed', 'black out'],
      ['A thing asked for', 'vernichtet', 'schwärzen'],
    ],
  },
  'clarification-asked': { kind: 'clarification-asked', says: [['Words of the officer.'], ['Words of the officer.']] },
  'fee-asked': {
    kind: 'fee-asked',
    fee: 'EUR 12.50',
    reasons: ['excessive'],
    details: full,
    says: [
      ['EUR 12.50', 'excessive', 'working time: EUR 12.50'],
      ['EUR 12.50', 'exzessiv', 'Arbeitszeit: EUR 12.50'],
    ],
  },
  extended: {
    kind: 'extended',
    dueOn: '2026-05-04',
    reasons: ['complexity'],
    says: [
      ['4 May 2026', 'complex', 'Art. 12(3)'],
      ['4. Mai 2026', 'komplex', 'Art. 12 Abs. 3'],
    ],
  },
  'cannot-identify': {
    kind: 'cannot-identify',
    says: [
      ['Art. 11(2)', 'A thing asked for'],
      ['Art. 11 Abs. 2', 'A thing asked for'],
    ],
  },
  refused: {
    kind: 'refused',
    reasons: ['rights-of-others'],
    says: [
      ['Art. 12(4)', 'rights and freedoms of others'],
      ['Art. 12 Abs. 4', 'Rechte und Freiheiten anderer'],
    ],
  },
  'refused-abusive': {
    kind: 'refused-abusive',
    reasons: ['excessive'],
    details: full,
    says: [
      ['12(5)(b)', 'excessive', '5 January 2026'],
      ['Art. 12 Abs. 5 Buchst. b', 'exzessiv', '5. Januar 2026'],
    ],
  },
  'refused-by-law': {
    kind: 'refused',
    reasons: ['national-restriction'],
    details: full,
    says: [
      ['BDSG § 34(1)', '1 September 2026', 'Art. 23'],
      ['BDSG § 34(1)', '1. September 2026', 'Art. 23'],
    ],
  },
  duplicate: { kind: 'duplicate', says: [['earlier request counts'], ['Frist des früheren']] },
  withdrawn: { kind: 'withdrawn', says: [['no longer want'], ['nicht weiter bearbeiten']] },
  reopened: {
    kind: 'reopened',
    reasons: ['authority'],
    says: [
      ['supervisory authority', '3 March 2026'],
      ['Aufsichtsbehörde', '3. März 2026'],
    ],
  },
  'answered-access': {
    kind: 'answered-access',
    link: 'https://example.org/f',
    details: full,
    says: [
      ['We confirm', 'https://example.org/f', '12 records', 'Art. 15(4)'],
      ['Wir bestätigen', 'https://example.org/f', '12 Datensätze', 'Art. 15 Abs. 4'],
    ],
  },
  'answered-no-data': { kind: 'answered-no-data', says: [['hold none that concerns you'], ['keine gespeichert']] },
  'answered-portability': {
    kind: 'answered-portability',
    type: 'portability',
    link: 'https://example.org/f',
    says: [
      ['machine-readable', 'Art. 20'],
      ['maschinenlesbaren', 'Art. 20'],
    ],
  },
  'answered-rectification': {
    kind: 'answered-rectification',
    type: 'rectification',
    reasons: ['done'],
    details: full,
    says: [
      ['Name and title', 'Example Hosting AG: told on 21 February 2026'],
      ['Name and title', 'unterrichtet am 21. Februar 2026'],
    ],
  },
  'rectification-refused': {
    kind: 'answered-rectification',
    type: 'rectification',
    reasons: ['rejected'],
    says: [['supplementary statement'], ['ergänzende Erklärung']],
  },
  'answered-erasure': {
    kind: 'answered-erasure',
    type: 'erasure',
    reasons: ['done-with-exceptions'],
    details: without('unfinished'),
    says: [
      [
        'Name and title',
        'Correspondence: establishment, exercise or defence of legal claims',
        'Example Hosting AG: told',
      ],
      ['Name and title', 'Correspondence: Geltendmachung', 'Example Hosting AG: unterrichtet'],
    ],
  },
  'erasure-incomplete': {
    kind: 'answered-erasure',
    type: 'erasure',
    reasons: ['done-with-exceptions'],
    details: full,
    says: [
      ['not complete yet', 'Newsletter service (open since 20 February 2026)'],
      ['noch nicht vollständig', 'Newsletter service (offen seit 20. Februar 2026)'],
    ],
  },
  'erasure-held': {
    kind: 'answered-erasure',
    type: 'erasure',
    reasons: ['held-back'],
    details: {
      ...without('unfinished'),
      held: [{ category: 'E-mail address', ground: 'access-request hold' }],
      done: [],
    },
    says: [
      ['cannot all be erased yet', 'E-mail address: a request for access to it is open', '- none'],
      ['noch nicht alle gelöscht', 'E-mail address: ein Auskunftsersuchen dazu ist offen', '- keine'],
    ],
  },
  'erasure-kept': {
    kind: 'answered-erasure',
    type: 'erasure',
    reasons: ['done-with-exceptions'],
    details: { ...without('unfinished'), done: [] },
    says: [
      [
        'Nothing of your personal data was erased',
        'Correspondence: establishment, exercise or defence of legal claims',
      ],
      ['wurde nichts gelöscht', 'Correspondence: Geltendmachung'],
    ],
  },
  'answered-restriction': {
    kind: 'answered-restriction',
    type: 'restriction',
    details: full,
    says: [
      ['E-mail address', 'Art. 18(3)'],
      ['E-mail address', 'Art. 18 Abs. 3'],
    ],
  },
  'restriction-lifting': {
    kind: 'restriction-lifting',
    type: 'restriction',
    says: [
      ['When: 3 March 2026', 'Words of the officer.'],
      ['Wann: 3. März 2026', 'Words of the officer.'],
    ],
  },
  'answered-objection': {
    kind: 'answered-objection',
    type: 'objection',
    reasons: ['upheld'],
    details: full,
    says: [
      ['upheld your objection', 'E-mail address'],
      ['entsprochen', 'E-mail address'],
    ],
  },
  'objection-rejected': {
    kind: 'answered-objection',
    type: 'objection',
    reasons: ['compelling-grounds'],
    says: [
      ['compelling legitimate grounds', 'Words of the officer.'],
      ['zwingende schutzwürdige Gründe', 'Words of the officer.'],
    ],
  },
  'answered-consent-withdrawal': {
    kind: 'answered-consent-withdrawal',
    type: 'consent-withdrawal',
    details: full,
    says: [
      ['Art. 7(3)', 'remains lawful'],
      ['Art. 7 Abs. 3', 'bleibt rechtmäßig'],
    ],
  },
  'answered-human-review': {
    kind: 'answered-human-review',
    type: 'human-review',
    reasons: ['changed'],
    says: [
      ['the decision has been changed', 'Art. 22(3) GDPR'],
      ['die Entscheidung wurde geändert', 'Art. 22 Abs. 3 DSGVO'],
    ],
  },
  'answered-complaint': {
    kind: 'answered-complaint',
    type: 'complaint',
    reasons: ['upheld'],
    says: [
      ['it is upheld', 'Words of the officer.'],
      ['stattgegeben', 'Words of the officer.'],
    ],
  },
  'recipients-told': {
    kind: 'recipients-told',
    type: 'erasure',
    details: full,
    says: [
      ['Example Hosting AG: told', 'Art. 19'],
      ['Example Hosting AG: unterrichtet', 'Art. 19'],
    ],
  },
};

describe('Letters of requests', () => {
  const { make, page, context } = lettersOf();
  const factsFor = ({ kind: _, says: __, ...over }: Over & { says: unknown }) => facts(over);

  for (const template of TEMPLATES)
    for (const [n, language] of (['en', 'de'] as const).entries())
      it(`${template} (${language}) says what it must`, async () => {
        const { kind, says } = EVERY[template];
        const given = factsFor(EVERY[template]);
        assert.equal(templateOf(kind, given), template);
        const letter = await make(context, kind, given, language);
        const whole = `${letter.subject}\n\n${letter.text}`;
        const received = language === 'en' ? '3 February 2026' : '3. Februar 2026';
        const today = language === 'en' ? '2 March 2026' : '2. März 2026';
        for (const wanted of [
          ...(says[n] as string[]),
          '2026-000017',
          received,
          today,
          'University of the North',
          'dpo@north.example',
        ])
          assert.ok(whole.includes(wanted), `${wanted} is not in\n${whole}`);
        if (MUST_NAME[`request-${template}`]?.includes('court')) {
          assert.ok(whole.includes('https://authority.example.org/complaints'), whole);
          assert.match(whole, language === 'en' ? /Art\. 79 GDPR/ : /Art\. 79 DSGVO/);
        }
        assert.doesNotMatch(whole, /\{\{|\}\}|undefined|\n\n\n/);
        assert.equal(letter.sha256, createHash('sha256').update(whole).digest('hex'));
        assert.ok(letter.subject.length < 100, letter.subject);
        assert.equal((await page(context, letter)).title, letter.subject);
      });

  it('cites the law of the United Kingdom there, and no Member State', async () => {
    const gb = lettersOf({ jurisdiction: 'GB' });
    const { text } = await gb.make(gb.context, 'refused', facts({ reasons: ['exception'] }), 'en');
    assert.match(text, /section 167 of the Data Protection Act 2018/);
    assert.match(text, /UK GDPR/);
    assert.doesNotMatch(text, /Member State|Art\. 79/);
  });

  it('names nobody where it goes to an address that is not confirmed', async () => {
    const { subject, text } = await make(context, 'identity-asked', factsFor(EVERY['identity-asked']), 'en');
    assert.doesNotMatch(subject + text, /Ada|Lovelace/);
  });

  const lacking: [Kind, RequestType, Partial<Facts>, string][] = [
    ['refused', 'access', { reasons: [] }, '/reasons'],
    ['extended', 'access', { reasons: [] }, '/reasons'],
    ['extended', 'access', { reasons: ['number'], dueOn: null }, '/dueOn'],
    ['cannot-identify', 'access', { asked: [] }, '/asked'],
    ['fee-asked', 'access', { reasons: ['excessive'] }, '/fee'],
    ['refused-abusive', 'access', { reasons: ['excessive'], words: ' ' }, '/words'],
    ['restriction-lifting', 'restriction', { words: null }, '/words'],
    ['recipients-told', 'erasure', {}, '/details'],
    ['answered-erasure', 'erasure', { reasons: ['done-with-exceptions'], words: null }, '/details/kept'],
    ['acknowledged', 'access', { words: 'x'.repeat(20_001) }, '/words'],
  ];
  for (const [kind, type, over, pointer] of lacking)
    it(`${kind} is not made without ${pointer}`, () =>
      assert.rejects(make(context, kind, facts({ type, ...over }), 'en'), (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.type, 'invalid-request');
        assert.ok(
          error.extras.errors?.some((one) => one.pointer.startsWith(pointer)),
          JSON.stringify(error.extras),
        );
        return true;
      }));

  describe('show hostile values as text', () => {
    const named = (name: string, language: Language = 'en') => make(context, 'withdrawn', facts({ name }), language);

    it('names are not filled in, not even in rounds', async () => {
      const { text } = await named('{{reference}} {{ {{contact}} }} $& $1 <b>');
      assert.ok(text.includes('Dear {{reference}} {{ {{contact}} }} $& $1 <b>,'), text);
    });

    it('a mark that turns the direction is written out', async () => {
      const { text } = await named('Ada\u202eecalevoL\u2066\u200f');
      assert.ok(text.includes('Dear Ada[U+202E]ecalevoL[U+2066][U+200F],'), text);
      assert.doesNotMatch(text, /[\u202a-\u202e\u200f]/);
    });

    it('a name that is written from right to left moves nothing around it', async () => {
      const { text } = await named('עדה לאבלייס');
      assert.ok(text.includes('Dear \u2068עדה לאבלייס\u2069,'), text);
      const document = await page(context, await named('עדה לאבלייס'));
      assert.doesNotMatch(renderHtml(document), /[\u2068\u2069]/);
    });

    it('controls, line ends and half pairs do no harm; a subject is one line', async () => {
      const { text } = await named('Ada\r\nBcc: all\u0000\u001b[31m\ud800\u2028x');
      assert.ok(text.includes('Dear Ada Bcc: all [31m\ufffd x,'), JSON.stringify(text));
      const { subject } = await make(context, 'withdrawn', facts({ reference: 'X\r\nBcc: all@example.org' }), 'en');
      assert.equal(subject, 'You have taken back your request X Bcc: all@example.org');
    });

    it('a page escapes them', async () => {
      const html = renderHtml(await page(context, await named('<script>alert(1)</script>')));
      assert.ok(html.includes('&lt;script&gt;') && !html.includes('<script>'));
    });
  });

  it('are printed whole', async () => {
    const letter = await make(context, 'refused-abusive', factsFor(EVERY['refused-abusive']), 'de');
    const { pages } = await readPdf(await renderPdf(await page(context, letter), now));
    const squeezed = (text: string) => text.replaceAll(/[\s:•-]+/g, '');
    const printed = squeezed(pages.map(({ text }) => text).join(''));
    for (const line of letter.text.split('\n').filter((one) => one.trim() !== ''))
      assert.ok(printed.includes(squeezed(line)), line);
  });

  describe('as files', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-letters-'));
      cpSync(shipped, folder, { recursive: true });
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const file = 'letters/request-refused.en.md';
    const original = readFileSync(join(shipped, file), 'utf8');
    const cases: [what: string, text: string, says: RegExp, line: number][] = [
      ['that names what it cannot know', original.replace('{{words}}', '{{password}}'), /cannot know/, 15],
      ['with open braces', original.replace('{{words}}', '{{words'), /Braces are open/, 15],
      ['with nested braces', original.replace('{{words}}', '{{ {{words}} }}'), /Braces are open/, 15],
      ['with a mark of direction', original.replace('{{words}}', '\u202e{{words}}'), /nobody sees/, 15],
      ['that is huge', original + 'x'.repeat(30_000), /more than 20000 characters/, 1],
      ['without the authority', original.replace('{{authority}}', 'us'), /leaves out what the person must be told/, 25],
    ];
    for (const [what, text, says, line] of cases)
      it(`are refused ${what}, with file and line`, () => {
        writeFileSync(join(folder, file), text);
        const { mistakes } = loadPolicies(folder);
        assert.equal(mistakes[0]?.file, file);
        assert.match(mistakes[0]?.message ?? '', says);
        assert.equal(mistakes[0]?.line, line);
      });
  });

  it('every template has its place in the table', () =>
    assert.deepEqual(
      Object.keys(EVERY).sort(),
      Object.keys(REQUEST_LETTERS)
        .map((id) => id.slice(8))
        .sort(),
    ));
});
