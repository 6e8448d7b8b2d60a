import Type, { type Static } from 'typebox';
import { closed, Line } from '../../foundations/contract/schemas.ts';
import { AUTOMATED_BASES } from '../../law/automated-decisions.ts';

/** What the law wants said of some purposes and activities only, each in a block of its own. */
const Text = Type.String({ minLength: 1, maxLength: 4000 });
const textFor = (description: string) => Type.String({ minLength: 1, maxLength: 4000, description });
const dayFor = (description: string) => Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description });

/** Consent to research may cover areas of it, where ethical standards are kept (Recital 33; REQ-C10). */
export const ResearchConsent = Type.Object(
  {
    areas: Type.Array(Line, { minItems: 1, maxItems: 20, uniqueItems: true, description: 'Areas agreed to.' }),
    ethics: Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'Reference of the ethics vote: committee and number.',
    }),
  },
  { ...closed, description: 'Consent to areas of research (Recital 33). Stands in receipts.' },
);
export type ResearchConsent = Static<typeof ResearchConsent>;

/** Why a decision may be made by machine alone, and how a human looks at it (Art. 22(2), (3); REQ-A40). */
export const AutomatedDecisionBasis = Type.Object(
  {
    basis: Type.Enum([...AUTOMATED_BASES], { description: 'Art. 22(2): 22-2-a contract, 22-2-b law, 22-2-c consent.' }),
    law: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: 'With 22-2-b: the law and article.' })),
    consequences: textFor('What follows for the person (Art. 13(2)(f)).'),
    humanReview: textFor('How a person gets a human to look, is heard and contests it (Art. 22(3)).'),
  },
  {
    ...closed,
    description: 'Why `automatedDecisions` may be made (Art. 22(2)), and the human review that is offered.',
  },
);
export type AutomatedDecisionBasis = Static<typeof AutomatedDecisionBasis>;

/** Archiving in the public interest, research or statistics (Art. 89; REQ-A58). */
export const ResearchSafeguards = Type.Object(
  {
    purpose: Type.Enum(['archiving', 'scientific-research', 'historical-research', 'statistics']),
    minimisation: textFor('How no more is kept than the purpose needs (Art. 89(1)).'),
    pseudonymisation: textFor('How data is pseudonymised, or why the purpose cannot be met that way.'),
    law: Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'The law that allows derogations (Art. 89(2), (3)).',
    }),
    derogatesFrom: Type.Optional(
      Type.Array(Type.Enum(['A15', 'A16', 'A18', 'A19', 'A20', 'A21']), { minItems: 1, uniqueItems: true }),
    ),
    anonymousTest: Type.Object(
      {
        on: dayFor('When it was last asked whether anonymised data would do.'),
        outcome: Type.Enum(['would-not-do', 'would-do']),
        reason: Text,
      },
      { ...closed, description: 'Asked anew each year (Art. 89(1), last sentence).' },
    ),
  },
  { ...closed, description: 'Safeguards of archiving, research and statistics (Art. 89).' },
);
export type ResearchSafeguards = Static<typeof ResearchSafeguards>;

/** What is recorded of a data protection officer beside the contact (Art. 37(7), 38(5); REQ-A55). */
export const officerDetails = {
  published: Type.Optional(
    Type.Object(
      {
        on: dayFor('Since when.'),
        at: Type.String({ minLength: 1, maxLength: 500, description: 'Where: an address of the web, or in words.' }),
      },
      { ...closed, description: 'That the contact is published (Art. 37(7)).' },
    ),
  ),
  secrecyNotice: Type.Optional(dayFor('When the officer was bound to secrecy (Art. 38(5)).')),
};
