import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isArgumentElement, type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { PARTIAL } from '../../../src/foundations/messages/parts.ts';
import { createTexts, formTextsIn, languagesIn, textsIn } from '../../../src/foundations/messages/texts.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

const folder = join(packageRoot, 'src', 'foundations', 'messages');
const parts = (language: string) => readdirSync(join(folder, language)).sort();
const read = (language: string, part: string) =>
  JSON.parse(readFileSync(join(folder, language, part), 'utf8')) as Record<string, string>;

/** Every value a message names. */
function named(elements: MessageFormatElement[]): string[] {
  const found = elements.flatMap((element) => {
    if (element.type === TYPE.select || element.type === TYPE.plural)
      return [element.value, ...Object.values(element.options).flatMap(({ value }) => named(value))];
    return isArgumentElement(element) || ('value' in element && element.type !== TYPE.literal)
      ? [element.value as string]
      : [];
  });
  return [...new Set(found)].sort();
}

function sameAsEnglish(language: string, part: string): void {
  const [english, other] = [read('en', part), read(language, part)];
  assert.deepEqual(Object.keys(other).sort(), Object.keys(english).sort());
  for (const [key, text] of Object.entries(other)) {
    assert.deepEqual(named(parse(text)), named(parse(english[key] as string)), `${language}: ${part} ${key}`);
    assert.match(text, /^\S/, `${language}: ${part} ${key}`);
  }
}

describe('Texts', () => {
  it('are there in English and in German', () => assert.deepEqual(languagesIn(), ['en', 'de']));

  for (const language of languagesIn())
    for (const part of parts('en'))
      it(`${language}/${part} has every message, and each names the same values as the English one`, () =>
        sameAsEnglish(language, part));

  it('of no language has a file that English lacks', () => {
    for (const language of languagesIn()) assert.deepEqual(parts(language), parts('en'));
  });

  for (const [language, named] of Object.entries(PARTIAL)) {
    it(`of ${language}, which forms alone need, are the parts that are named, and nobody is offered it`, () => {
      assert.deepEqual(parts(language), named.map((part) => `${part}.json`).sort());
      assert.ok(!languagesIn().includes(language));
      assert.equal(textsIn(language).language, 'en');
      assert.equal(formTextsIn(language).language, language);
    });

    for (const part of named)
      it(`${language}/${part} has every message of the form`, () => sameAsEnglish(language, `${part}.json`));
  }

  it('are refused where a value is missing that the message names', () => {
    assert.throws(() => textsIn('en')('confirmation.due'), /day/);
    assert.equal(textsIn('de')('confirmation.due', { day: '3. Mai' }), 'Sie bekommen sie spätestens am 3. Mai.');
  });

  it('never read a value as a message, and never as markup', () =>
    assert.equal(
      textsIn('en')('confirmation.answer', { reference: "<b>{x}</b> '{" }),
      "It has the number <b>{x}</b> '{. The answer comes to your address.",
    ));

  const words: [language: string, spoken: string, day: string, instant: string, durations: string[]][] = [
    [
      'en',
      'en',
      '3 May 2026',
      '3 May 2026 at 00:30 (Europe/Berlin)',
      ['30 days', '1 year', '1 year and 6 months', '12 hours'],
    ],
    [
      'de-AT',
      'de',
      '3. Mai 2026',
      '3. Mai 2026 um 00:30 (Europe/Berlin)',
      ['30 Tage', '1 Jahr', '1 Jahr und 6 Monate', '12 Stunden'],
    ],
    [
      'fr',
      'en',
      '3 May 2026',
      '3 May 2026 at 00:30 (Europe/Berlin)',
      ['30 days', '1 year', '1 year and 6 months', '12 hours'],
    ],
    [
      '../../en',
      'en',
      '3 May 2026',
      '3 May 2026 at 00:30 (Europe/Berlin)',
      ['30 days', '1 year', '1 year and 6 months', '12 hours'],
    ],
  ];
  for (const [language, spoken, day, instant, durations] of words)
    it(`write days, instants and periods as ${language} does`, () => {
      const t = textsIn(language);
      assert.equal(t.language, spoken);
      assert.equal(t.day('2026-05-03'), day);
      assert.equal(t.dayOf(new Date('2026-05-02T22:30:00Z'), 'Europe/Berlin'), day);
      assert.equal(t.instant(new Date('2026-05-02T22:30:00Z'), 'Europe/Berlin'), instant);
      assert.deepEqual(
        ['P30D', 'P1Y', 'P1Y6M', 'PT12H'].map((one) => t.duration(one)),
        durations,
      );
    });

  it('take a further language from a folder of files alone; what it lacks is said in English', () => {
    const there = mkdtempSync(join(tmpdir(), 'lethe-texts-'));
    try {
      cpSync(join(folder, 'en'), join(there, 'en'), { recursive: true });
      cpSync(join(folder, 'en'), join(there, 'he'), { recursive: true });
      writeFileSync(join(there, 'he', 'confirmation.json'), JSON.stringify({ title: 'אישור הבקשה' }));
      const t = createTexts(there)('he-IL');
      assert.deepEqual([t.language, t.direction, t('confirmation.title')], ['he', 'rtl', 'אישור הבקשה']);
      assert.equal(t('confirmation.button'), 'Confirm');
    } finally {
      rmSync(there, { recursive: true });
    }
  });
});
