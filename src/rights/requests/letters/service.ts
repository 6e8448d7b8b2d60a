import type { Context } from '../../../foundations/contract/context.ts';
import { checker } from '../../../foundations/contract/validation.ts';
import { textsIn } from '../../../foundations/messages/texts.ts';
import type { PrintDocument } from '../../../foundations/print/model.ts';
import { composeLetter, letterDigest, letterLanguage } from '../../../register/policies/letters.ts';
import { lawInWords } from '../../../register/view/law-in-words.ts';
import { senderOf } from '../../../register/view/letterhead.ts';
import type { Register } from '../../../register/view/service.ts';
import { requireInstitution } from '../../../register/view/speaker.ts';
import type { Language } from '../types.ts';
import { type Facts, factsOf, type LetterKind, type MadeLetter, TEMPLATES, type Template } from './model.ts';
import { letterPage } from './printed-page.ts';
import { valuesOf } from './values.ts';

const checks = new Map(TEMPLATES.map((template) => [template, checker(factsOf(template), '')]));

/** Which letter it is: some kinds have several, and the facts tell which. */
export function templateOf(kind: LetterKind, { type, reasons, restriction, held, done, kept }: Facts): Template {
  switch (kind) {
    case 'acknowledged':
      return type === 'complaint' ? 'complaint-acknowledged' : kind;
    case 'refused':
      if (restriction) return 'refused-by-law';
      // On an exception of Art. 17(3): it names what is kept.
      if (kept) return 'erasure-kept';
      return type === 'rectification' ? 'rectification-refused' : kind;
    case 'answered-erasure':
      if (held?.length) return 'erasure-held';
      return done?.length === 0 ? 'erasure-kept' : kind;
    case 'answered-objection':
      return reasons?.length ? 'objection-rejected' : kind;
    default:
      return kind;
  }
}

interface LetterDeps {
  register: Pick<Register, 'view'>;
}

/** The letters of requests: made of a template of the policies, the register, and what the caller knows. */
export function createRequestLetters({ register }: LetterDeps) {
  return {
    /**
     * The letter as it would be sent now, in the language asked for where there is a template (Art. 12(1)).
     * @throws Problem `invalid-request` naming the fact that the law wants told and that is missing; `conflict` where
     *   the template names something of which nothing is known.
     */
    async make<K extends LetterKind>(
      context: Context,
      kind: K,
      facts: Facts,
      language: Language,
    ): Promise<Omit<MadeLetter, 'kind'> & { kind: K }> {
      const template = templateOf(kind, facts);
      checks.get(template)?.(facts);
      const view = await register.view(context);
      requireInstitution(view);
      const id = `request-${template}` as const;
      const t = textsIn(letterLanguage(view.policies, id, language));
      const law = lawInWords(view.tenant, t);
      const values = valuesOf(template, facts, { view, t, law, now: context.clock() });
      const made = composeLetter(view.policies, id, language, values, law.cite);
      const subject = made.subject.trim();
      const text = tidied(made.text);
      return { kind, language: made.language as Language, subject, text, sha256: letterDigest({ subject, text }) };
    },

    /** The letter to print and to file. */
    async page(context: Context, letter: Omit<MadeLetter, 'kind'>): Promise<PrintDocument> {
      const view = await register.view(context);
      const day = textsIn(letter.language).dayOf(context.clock(), view.tenant.timeZone);
      return letterPage(letter, senderOf(view), day);
    },
  };
}

/** Without what an empty value leaves behind: blanks at ends of lines, and more than one empty line. */
const tidied = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');

export type RequestLetterService = ReturnType<typeof createRequestLetters>;
