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
import {
  type Facts,
  type LetterKind,
  NEEDS,
  type Said,
  TEMPLATES,
  type Template,
} from '../../../../src/rights/requests/letters/model.ts';
import { createRequestLetters, templateOf } from '../../../../src/rights/requests/letters/service.ts';
import type { Language } from '../../../../src/rights/requests/types.ts';
import { readPdf } from '../../../support/pdf.ts';

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
  standsStill: null,
  restarts: false,
  extended: false,
  ...over,
});

/** One of everything that a letter may be told. */
const SAID = {
  code: '1234 5678',
  validUntil: '2026-03-08T11:00:00Z',
  asked: ['A thing asked for'],
  identifiers: ['visitor-id'],
  fee: { amount: 1250, currency: 'EUR' },
  costs: [{ what: 'labour', amount: 1250 }],
  earlierRequests: ['2026-01-05'],
  reasons: ['complexity'],
  words: 'Words of the officer.',
  restriction: { provision: 'BDSG § 34(1)', reviewOn: '2026-09-01' },
  limits: [],
  categories: ['E-mail address'],
  done: ['Name and title'],
  statement: false,
  kept: [{ category: 'Correspondence', grounds: ['JustificationA17LegalClaims'] }],
  held: [{ category: 'Names', grounds: ['legal', 'access-request'] }],
  unfinished: [{ place: null, since: '2026-02-20' }],
  recipients: [{ name: 'Example Hosting AG', told: 'done', on: '2026-02-21' }],
  records: 1,
  delivery: { by: 'link', url: 'https://example.org/f', until: '2026-03-08T11:00:00Z' },
  feePaid: false,
  next: null,
  other: { reference: '2026-000001', dueOn: null, answeredOn: null },
  marketing: true,
  withdrawn: 0,
  keptOut: true,
} as const satisfies Said as Required<Omit<Said, 'type' | 'copyBefore'>>;
const said = (names: readonly string[]): Partial<Facts> =>
  Object.fromEntries(Object.entries(SAID).filter(([name]) => names.includes(name)));

/** How templates are reached that are not called as their kind is. */
const REACHED: Partial<Record<Template, { kind: LetterKind; over?: Partial<Facts> }>> = {
  'complaint-acknowledged': { kind: 'acknowledged', over: { type: 'complaint' } },
  'refused-by-law': { kind: 'refused' },
  'rectification-refused': { kind: 'refused', over: { type: 'rectification' } },
  'objection-rejected': { kind: 'answered-objection', over: { type: 'objection' } },
  'erasure-held': { kind: 'answered-erasure' },
  'erasure-kept': { kind: 'answered-erasure', over: { done: [] } },
};
const reach = (template: Template) => REACHED[template] ?? { kind: template as LetterKind };
const given = (template: Template): Facts => facts({ ...said(NEEDS[template]), ...reach(template).over });

describe('Letters of requests', () => {
  const { make, page, context } = lettersOf();

  for (const template of TEMPLATES) {
    for (const language of ['en', 'de'] as const)
      it(`${template} (${language}) is made of what it needs, and of no less`, async () => {
        const { kind } = reach(template);
        const whole = given(template);
        assert.equal(templateOf(kind, whole), template);
        const letter = await make(context, kind, whole, language);
        const text = `${letter.subject}\n\n${letter.text}`;
        assert.doesNotMatch(text, /\{\{|\}\}|undefined|\n\n\n/);
        assert.ok(text.includes('2026-000017') && text.includes('University of the North'), text);
        if (MUST_NAME[`request-${template}`]?.includes('court')) assert.match(text, /Art\. 79 (GDPR|DSGVO)/);
        assert.equal(letter.sha256, createHash('sha256').update(text).digest('hex'));
        assert.ok(letter.subject.length < 100, letter.subject);
        assert.equal((await page(context, letter)).title, letter.subject);
      });

    it(`${template} is refused without any one of it`, async () => {
      const { kind } = reach(template);
      for (const name of NEEDS[template]) {
        const { [name]: _, ...less } = given(template);
        // Without what makes it this letter it would be another.
        if (templateOf(kind, less) !== template) continue;
        await assert.rejects(make(context, kind, less, 'en'), (error) => {
          assert.ok(error instanceof Problem && error.type === 'invalid-request', name);
          assert.ok(
            error.extras.errors?.some(({ pointer }) => pointer.startsWith(`/${name}`)),
            name,
          );
          return true;
        });
      }
    });
  }

  it('an extension is not told without its day', () =>
    assert.rejects(make(context, 'extended', { ...given('extended'), dueOn: null }, 'en'), /dueOn/));

  it('say why the time stands still, begins anew, or runs on', async () => {
    const when = async (over: Partial<Facts>) =>
      (await make(context, 'clarification-asked', facts({ words: 'Which?', ...over }), 'en')).text;
    assert.match(await when({ dueOn: null, standsStill: 'clarification' }), /stands still until we have your answer/);
    assert.match(await when({ dueOn: null, standsStill: 'fee', restarts: true }), /begins once the fee has been paid/);
    assert.match(await when({}), /runs on meanwhile: you will have it by 3 March 2026/);
  });

  it('say each ground in the language of the person, and several of them', async () => {
    const kept = [{ category: 'Namen', grounds: ['A6-1-f', 'restriction', 'Vertrag mit dem Verlag'] }];
    const { text } = await make(context, 'answered-erasure', { ...given('answered-erasure'), kept }, 'de');
    assert.match(
      text,
      /Namen: noch für einen anderen Zweck nötig: berechtigte Interessen; die Verarbeitung ist derzeit eingeschränkt \(Art\. 18 DSGVO\); Vertrag mit dem Verlag/,
    );
  });

  it('cite the law of the portal: of the United Kingdom, of the institutions of the Union', async () => {
    const textIn = async (jurisdiction: string) => {
      const there = lettersOf({ jurisdiction });
      return (await there.make(there.context, 'refused', facts({ reasons: ['exception'], words: 'Why.' }), 'en')).text;
    };
    assert.match(await textIn('GB'), /section 167 of the Data Protection Act 2018/);
    assert.doesNotMatch(await textIn('GB'), /Member State|Art\. 79/);
    assert.match(await textIn('EC'), /Art\. 14\(4\) of Regulation \(EU\) 2018\/1725/);
    assert.doesNotMatch(await textIn('EC'), /GDPR|Member State/);
  });

  it('names nobody where it goes to an address that is not confirmed', async () => {
    const { subject, text } = await make(context, 'identity-asked', given('identity-asked'), 'en');
    assert.doesNotMatch(subject + text, /Ada|Lovelace/);
  });

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
      // Browsers heed what isolates it; a PDF is written in the order in which it is read.
      const document = await page(context, await named('עדה לאבלייס'));
      assert.ok(renderHtml(document).includes('Dear \u2068עדה לאבלייס\u2069,'));
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
    const letter = await make(context, 'refused-abusive', given('refused-abusive'), 'de');
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
      ['that cites what is no provision', original.replace('{{Art. 12(4)}}', '{{Art. twelve}}'), /no citation/, 12],
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

  it('every template of the policies is made by some kind', () =>
    assert.deepEqual(
      [...TEMPLATES].sort(),
      Object.keys(REQUEST_LETTERS)
        .map((id) => id.slice(8))
        .sort(),
    ));
});
