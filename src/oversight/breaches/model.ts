import Type, { type Static } from 'typebox';
import { closed, Instant, PolicyId } from '../../foundations/contract/schemas.ts';
import { languagesIn } from '../../foundations/messages/texts.ts';
import { CASE_NUMBER } from '../../law/reading-purposes.ts';
import {
  AUTHORITY_DECISIONS,
  BREACH_KINDS,
  BREACH_NOTICES,
  BREACH_RISKS,
  COMMUNICATION_EXEMPTIONS,
  PERSONS_DECISIONS,
} from '../../law/vocabularies/breaches.ts';
import { HOLDERS } from '../../register/policies/model.ts';

const CategoryId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]*(\\.[a-z0-9][a-z0-9-]*)*$', maxLength: 63 });
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 });
/** Everything in words is sealed; still it should name nobody. */
const words = (description: string) =>
  Type.String({ minLength: 3, maxLength: 4000, pattern: '\\S', description: `${description} Names no person.` });

/** What a breach has reached, as far as it is known. */
export const BreachScope = Type.Object(
  {
    categories: Type.Optional(
      Type.Array(CategoryId, { minItems: 1, maxItems: 100, uniqueItems: true, description: 'Of the policies.' }),
    ),
    holders: Type.Optional(
      Type.Array(Type.Enum([...HOLDERS]), {
        minItems: 1,
        uniqueItems: true,
        description: 'Everything that lies there.',
      }),
    ),
    party: Type.Optional(
      Type.String({ ...PolicyId, description: 'Whose systems: everything this party processes for the institution.' }),
    ),
    from: Type.Optional(Type.String({ format: 'date-time', description: 'Only rows that were touched since.' })),
    until: Type.Optional(Type.String({ format: 'date-time', description: 'Only rows that were there before.' })),
  },
  {
    ...closed,
    minProperties: 1,
    title: 'BreachScope',
    description: 'At least one of categories, holders, party; categories and holders add up, the party narrows them.',
  },
);

const facts = {
  detectedAt: Type.String({ format: 'date-time', description: 'When somebody noticed that something is wrong.' }),
  awareAt: Type.String({
    format: 'date-time',
    description: 'When it was reasonably certain that personal data is concerned: the 72 hours begin.',
  }),
  awareness: words('Why the clock begins then and not earlier.'),
  foundBy: Type.String({ ...PolicyId, description: 'Who became aware: a party of the register.' }),
  kinds: Type.Array(Type.Enum([...BREACH_KINDS]), { minItems: 1, uniqueItems: true, description: 'DPV codes.' }),
  nature: words('What happened (Art. 33(3)(a)).'),
  scope: BreachScope,
  crossBorder: Type.Boolean({ description: 'Persons or establishments in several member states (Art. 4(23)).' }),
};

const findings = {
  persons: Type.Integer({ ...Count, description: 'How many, where that is known better than by counting.' }),
  records: Type.Integer({ ...Count, description: 'How many, where that is known better than by counting.' }),
  consequences: words('Likely consequences (Art. 33(3)(c)).'),
  measures: words('What was done or is proposed, also against its effects (Art. 33(3)(d)).'),
  contact: Type.String({
    minLength: 3,
    maxLength: 300,
    description: 'Where to ask, if not the data protection officer of the register (Art. 33(3)(b)).',
  }),
  risk: Type.Enum([...BREACH_RISKS], { description: 'DPV code.' }),
  riskReasons: words('Why the risk is what it is.'),
};

const optional = <T extends Record<string, Parameters<typeof Type.Optional>[0]>>(members: T) =>
  Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, Type.Optional(schema)])) as {
    [K in keyof T]: ReturnType<typeof Type.Optional<T[K]>>;
  };

export const BreachReport = Type.Object(
  { ...facts, foundBy: Type.Optional(facts.foundBy), crossBorder: Type.Optional(facts.crossBorder) },
  { ...closed, title: 'BreachReport' },
);
export const BreachAssessment = Type.Object(
  {
    ...optional(findings),
    nature: Type.Optional(facts.nature),
    kinds: Type.Optional(facts.kinds),
    scope: Type.Optional(facts.scope),
  },
  { ...closed, minProperties: 1, title: 'BreachAssessment' },
);
export const BreachDecision = Type.Object(
  {
    authority: Type.Enum([...AUTHORITY_DECISIONS]),
    reasons: words('Why the authority is told, or not (Art. 33(1), (5)).'),
    persons: Type.Enum([...PERSONS_DECISIONS]),
    exemption: Type.Optional(Type.Enum([...COMMUNICATION_EXEMPTIONS], { description: 'Art. 34(3)(a), (b) or (c).' })),
    personsReasons: Type.Optional(words('Why the persons are told, or not (Art. 34).')),
  },
  { ...closed, title: 'BreachDecision' },
);
export const BreachNotification = Type.Object(
  {
    notice: Type.Enum([...BREACH_NOTICES], { description: 'Whom it went to, and in which phase: DPV codes.' }),
    controller: Type.Optional(
      Type.String({ ...PolicyId, description: 'Whose duty, or who was told; needed when several are affected.' }),
    ),
    at: Instant,
    by: Type.Enum(['authority-form', 'webhook', 'email', 'post', 'telephone', 'in-person', 'public-communication']),
    reference: Type.Optional(Type.String({ pattern: CASE_NUMBER, maxLength: 50, description: 'A file number.' })),
    delayReasons: Type.Optional(words('Why it comes after the 72 hours (Art. 33(1)).')),
    content: Type.Optional(words('What is new in it (Art. 33(4)).')),
    persons: Type.Optional(Type.Integer({ ...Count, description: 'How many persons were told.' })),
  },
  { ...closed, title: 'BreachNotification' },
);
export const LETTER_RECIPIENTS = ['authority', 'controller', 'persons'] as const;
export const BreachLetterInput = Type.Object(
  {
    to: Type.Enum([...LETTER_RECIPIENTS]),
    controller: Type.Optional(Type.String({ ...PolicyId, description: 'Only that of, or to, this controller.' })),
    language: Type.Optional(Type.Enum(languagesIn(), { description: 'Default: the language of the portal.' })),
  },
  { ...closed, title: 'BreachLetterInput' },
);
export const BreachCorrection = Type.Object(
  {
    reason: words('What was wrong.'),
    ...optional(facts),
    ...optional(findings),
    withdraws: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 1_000_000,
        description: 'Number of a notification, decision or closing that never was, or was wrong.',
      }),
    ),
  },
  { ...closed, minProperties: 2, title: 'BreachCorrection' },
);
export const BreachClosing = Type.Object(
  { summary: words('What came of it, and what was learned.') },
  { ...closed, title: 'BreachClosing' },
);
export const IncidentReport = Type.Object(
  { ...BreachReport.properties, foundBy: facts.foundBy },
  {
    ...closed,
    title: 'IncidentReport',
    description: 'One incident at a party that works for several institutions.',
  },
);

export type BreachScope = Static<typeof BreachScope>;
export type BreachReport = Static<typeof BreachReport>;
export type BreachAssessment = Static<typeof BreachAssessment>;
export type BreachDecision = Static<typeof BreachDecision>;
export type BreachNotification = Static<typeof BreachNotification>;
export type BreachLetterInput = Static<typeof BreachLetterInput>;
export type BreachCorrection = Static<typeof BreachCorrection>;
export type IncidentReport = Static<typeof IncidentReport>;
