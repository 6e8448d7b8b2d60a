import type { Context } from '../../../foundations/contract/context.ts';
import { invalidField } from '../../../foundations/contract/problem.ts';
import { checker } from '../../../foundations/contract/validation.ts';
import type { PrintDocument } from '../../../foundations/print/model.ts';
import { composeLetter, letterDigest } from '../../../register/policies/letters.ts';
import { senderOf } from '../../../register/view/letterhead.ts';
import type { Register } from '../../../register/view/service.ts';
import { requireInstitution } from '../../../register/view/speaker.ts';
import type { Language } from '../types.ts';
import { type Facts, factsOf, type LetterKind, type MadeLetter, TEMPLATES, type Template } from './model.ts';
import { letterPage } from './printed-page.ts';
import { todayIn, valuesOf } from './values.ts';

/** Kinds of requests, and the one that is no event of a request: who was told (Art. 19). */
type Kind = LetterKind | 'recipients-told';

const checks = new Map(TEMPLATES.map((template) => [template, checker(factsOf(template), '')]));

/** Which letter it is: some kinds have several, and the facts tell which. */
export function templateOf(kind: Kind, { type, code, reasons, details }: Facts): Template {
  switch (kind) {
    case 'acknowledged':
      return type === 'complaint' ? 'complaint-acknowledged' : kind;
    case 'identity-asked':
      return code === null ? 'documents-asked' : kind;
    case 'refused':
      if (details?.restriction) return 'refused-by-law';
      if (type === 'rectification') return 'rectification-refused';
      return type === 'objection' ? 'objection-rejected' : kind;
    case 'answered-rectification':
      return reasons.includes('rejected') ? 'rectification-refused' : kind;
    case 'answered-erasure':
      if (reasons.includes('nothing-held')) return 'answered-no-data';
      if (details?.unfinished?.length) return 'erasure-incomplete';
      if (details?.held?.length) return 'erasure-held';
      return details?.done?.length === 0 ? 'erasure-kept' : kind;
    case 'answered-objection':
      return reasons.includes('rejected') || reasons.includes('compelling-grounds') ? 'objection-rejected' : kind;
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
     * @throws Problem `invalid-request` naming the fact that the law wants told and that is missing.
     */
    async make<K extends Kind>(
      context: Context,
      kind: K,
      facts: Facts,
      language: Language,
    ): Promise<Omit<MadeLetter, 'kind'> & { kind: K }> {
      const template = templateOf(kind, facts);
      checks.get(template)?.(facts);
      // Whoever is told that something stays must be told what and why (Art. 12(4), 17(3)).
      if (template === 'answered-erasure' && facts.reasons.includes('done-with-exceptions'))
        if (!facts.details?.kept?.length && !facts.words?.trim())
          throw invalidField('/details/kept', 'must say what is kept, and on which ground.', 'invalid-request');
      const view = await register.view(context);
      requireInstitution(view);
      const made = composeLetter(
        view.policies,
        `request-${template}`,
        language,
        valuesOf(template, facts, view, language, context.clock()),
      );
      const subject = made.subject.trim();
      const text = withoutBlanksAtEnds(made.text).replaceAll(/\n{3,}/g, '\n\n');
      return { kind, language, subject, text, sha256: letterDigest({ subject, text }) };
    },

    /** The letter to print and to file. */
    async page(context: Context, letter: Omit<MadeLetter, 'kind'>): Promise<PrintDocument> {
      const view = await register.view(context);
      return letterPage(letter, senderOf(view), todayIn(letter.language, context.clock(), view.tenant.timeZone));
    },
  };
}

const withoutBlanksAtEnds = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');

export type RequestLetterService = ReturnType<typeof createRequestLetters>;
