import Type, { type Static } from 'typebox';
import { CategoryId, Country, closed, Line } from '../../foundations/contract/schemas.ts';
import { DeclaredHolder } from '../../foundations/holders/declaration.ts';
import { ImportDeclaration } from '../../foundations/imports/adapters/declaration.ts';
import type { Picture } from '../../foundations/print/picture.ts';
import { CONSULTATION_EVENTS } from '../../law/consultation-clock.ts';
import { DPV_PURPOSES } from '../../law/dpv-purposes.ts';
import { DURATION_PATTERN } from '../../law/duration.ts';
import { PATTERN_LENGTH, PATTERNS_AT_MOST } from '../../law/robots.ts';
import { FIDES_DATA_CATEGORIES, FIDES_DATA_USES } from '../../law/vocabularies/fideslang.ts';
import { MEASURES } from '../../law/vocabularies/measures.ts';
import { DPV_PERSONAL_DATA } from '../../law/vocabularies/personal-data.ts';
import { SPECIAL_CONDITIONS } from '../../law/vocabularies/special-conditions.ts';
import { TRANSFER_TOOLS } from '../../law/vocabularies/transfer-tools.ts';
import { LAWFUL_BASES, PARTY_ROLES, UK_BASIS } from '../../law/vocabulary.ts';
import { KeptForGood, RelationsFile } from './conditions-model.ts';
import { DataRightsProtocol } from './drp.ts';
import { AutomatedDecisionBasis, officerDetails, ResearchConsent, ResearchSafeguards } from './duties-model.ts';
import { InstitutionBounds } from './institution-bounds.ts';
import { HolidayFile, INSTALLATION_LAW, INSTITUTION_LAW } from './jurisdiction-model.ts';
import { Duration, ErasureRequestRule, RetentionRule } from './retention-model.ts';
import { type Transition, TransitionsFile } from './transitions-model.ts';
import type { Words } from './whose-word.ts';
import { Id, Language, Text, Titles } from './words.ts';

/** What `policies/` may say: one source for types, validation and the JSON Schemas that ship beside the files. */
const idFor = (description: string) => Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description });
const lineFor = (description: string) => Type.String({ minLength: 1, maxLength: 300, description });
const textFor = (description: string) => Type.String({ minLength: 1, maxLength: 4000, description });
const Version = Type.String({
  pattern: '^(0|[1-9]\\d{0,3})\\.(0|[1-9]\\d{0,3})$',
  description: 'Major and minor: "1.0", in quotes.',
});
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day: 2026-11-23, in quotes.' });
const Email = Type.String({ maxLength: 254, pattern: '^[^@\\s]{1,64}@[^@\\s]{1,190}$' });
const Phone = Type.String({ pattern: '^\\+?[0-9][0-9 ()/-]{3,30}$', description: 'Stands in consent receipts.' });
const WebAddress = Type.String({
  maxLength: 500,
  pattern: '^https://[a-z0-9.-]+(:[0-9]{1,5})?(/[\\x21-\\x7e]*)?$',
  description: 'https, host in lower case.',
});
const Translated = Type.Record(Language, Text, { minProperties: 1 });

export const Installation = Type.Object(
  {
    name: Line,
    defaultLanguage: Language,
    supervisoryAuthority: Type.Object({ name: Line, contact: Line }, closed),
    ...INSTALLATION_LAW,
    regions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            id: Id,
            title: Line,
            countries: Type.Array(Country, { minItems: 1, uniqueItems: true }),
            url: WebAddress,
          },
          closed,
        ),
        { minItems: 1, description: 'Where tenants can be: each region with the instance that serves it.' },
      ),
    ),
    homeRegion: Type.Optional(Id),
    drp: Type.Optional(DataRightsProtocol),
    retention: Type.Object(
      {
        brakeShare: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
        brakeRows: Type.Integer({ minimum: 1 }),
        brakeBelow: Type.Optional(
          Type.Integer({ minimum: 0, description: 'Of fewer rows than this, any that is due brakes; 20 when absent.' }),
        ),
        minimumCell: Type.Integer({ minimum: 2, maximum: 1000 }),
      },
      closed,
    ),
    erasure: Type.Optional(
      Type.Object(
        {
          suppression: Type.Optional(
            Type.String({
              pattern: DURATION_PATTERN,
              description: 'How long an erased person is kept from being imported again; a year when absent.',
            }),
          ),
          oneOfficer: Type.Optional(
            Type.String({
              minLength: 10,
              maxLength: 500,
              description:
                'Why one officer alone may order an erasure that differs from what is decided here; absent: a second person must agree.',
            }),
          ),
        },
        closed,
      ),
    ),
    requests: Type.Optional(
      Type.Object(
        {
          suspension: Type.Optional(
            Type.Enum(['resume', 'restart'], {
              description: 'Days left after an answer that was awaited: kept, or a new month. The law leaves it open.',
            }),
          ),
          promptDays: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 30,
              description: 'Only what is asked within so many days stops a clock.',
            }),
          ),
          targetWorkingDays: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 60, description: 'Working days the target lies before the end.' }),
          ),
          holidays: Type.Optional(
            Type.Record(
              Type.String({ pattern: '^[A-Z]{2}$' }),
              Type.Record(Type.String({ pattern: '^\\d{4}$' }), Type.Array(Day, { uniqueItems: true })),
              { description: 'By country and year: days off besides those published, as of a region.' },
            ),
          ),
        },
        { ...closed, description: 'Choices on the clock of requests of data subjects (Art. 12).' },
      ),
    ),
    institutions: Type.Optional(InstitutionBounds),
    capture: Type.Object(
      {
        ipv4Prefix: Type.Enum([8, 16, 24]),
        ipv6Prefix: Type.Enum([32, 48]),
        fullVisits: Type.Optional(
          Type.Object(
            { purpose: Id, reason: Text },
            { ...closed, description: 'Full address and user agent are kept, sealed, only if a purpose needs them.' },
          ),
        ),
        statistics: Type.Optional(
          Type.Object(
            {
              unique: Type.Literal(true),
              salt: Type.Literal('PT24H', {
                description: 'How long a visitor is told apart: the local day, after which its salt is destroyed.',
              }),
            },
            {
              ...closed,
              description:
                'Different visitors are counted per portal and day, by a pseudonym of address and browser under the salt of the day: personal data while the salt lives. Absent: they are not.',
            },
          ),
        ),
      },
      closed,
    ),
  },
  closed,
);

/** A data protection officer or representative, as they are published (Art. 13(1)(a)–(b), 27, 37(7)). */
const ContactPoint = Type.Object(
  { name: Line, contact: Email, address: Type.Optional(Line), phone: Type.Optional(Phone) },
  closed,
);

/** What is known of a party beside its place in activities; for an institution it lives in the database. */
const partyDetails = {
  address: Type.Optional(Line),
  contact: Type.Optional(Email),
  contactPerson: Type.Optional(lineFor('An office rather than a name: "Data protection office".')),
  phone: Type.Optional(Phone),
  country: Type.Optional(Country),
  dataProtectionOfficer: Type.Optional(
    Type.Object(
      {
        name: Line,
        contact: Email,
        phone: Type.Optional(Phone),
        notifiedToAuthority: Type.Optional(Day),
        ...officerDetails,
      },
      { ...closed, description: 'Contact published and told to the authority (Art. 37(7)).' },
    ),
  ),
  representative: Type.Optional(
    Type.Object(
      { ...ContactPoint.properties, country: Country, mandate: Line },
      { ...closed, description: 'Of a party outside the Union (Art. 27).' },
    ),
  ),
  ukRepresentative: Type.Optional(
    Type.Object(
      { ...ContactPoint.properties, mandate: Line },
      { ...closed, description: 'In the UK, of a party outside it (UK GDPR Art. 27).' },
    ),
  ),
  representativeExemption: Type.Optional(textFor('Why none is needed (Art. 27(2)).')),
  logo: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,62}\\.(png|jpe?g)$',
      description: 'A file in logos/, PNG or JPEG; stands on its papers and pages.',
    }),
  ),
  frameworks: Type.Optional(
    Type.Array(Type.Enum(['DPF', 'PIPEDA']), {
      uniqueItems: true,
      description: 'Frameworks it takes part in (adequacy).',
    }),
  ),
  notices: Type.Optional(
    Type.Object(
      { email: Type.Optional(Email), webhook: Type.Optional(WebAddress) },
      { ...closed, minProperties: 1, description: 'Where notices to it go.' },
    ),
  ),
};

export const Party = Type.Object(
  {
    id: Id,
    name: Line,
    kind: Type.Enum(['tenant', 'organisation']),
    ...partyDetails,
    region: Type.Optional(Id),
    opendsr: Type.Optional(
      Type.Object(
        {
          url: WebAddress,
          domain: Type.String({ pattern: '^[a-z0-9.-]{1,253}$', description: 'the domain of its certificate' }),
          certificateAuthority: Type.Optional(Type.String({ description: 'PEM; instead of the public authorities' })),
          token: Type.Optional(
            Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,100}$', description: 'the setting with the token it gave us' }),
          ),
        },
        { ...closed, description: 'It takes erasures by OpenDSR 2.0.' },
      ),
    ),
  },
  closed,
);

/** The details of the institution whose portal a tenant is; recorded by people, with history. */
export const InstitutionDetails = Type.Object(
  { legalName: Type.Optional(Line), ...partyDetails, ...INSTITUTION_LAW },
  { ...closed, minProperties: 1, title: 'InstitutionDetails' },
);

export const Purpose = Type.Object(
  {
    id: Id,
    version: Version,
    title: Translated,
    description: Translated,
    basis: Type.Enum([...LAWFUL_BASES, UK_BASIS]),
    dpv: Type.Optional(Type.Enum([...DPV_PURPOSES], { description: 'The purpose in DPV 2.3 terms.' })),
    fides: Type.Optional(Type.Enum([...FIDES_DATA_USES], { description: 'The use in fideslang terms.' })),
    consent: Type.Optional(
      Type.Object(
        {
          duration: Duration,
          explicit: Type.Boolean(),
        },
        { ...closed, description: 'How long a decision stands; refusals live as long as grants.' },
      ),
    ),
    gpc: Type.Boolean({ description: 'Whether `Sec-GPC: 1` is a refusal of this purpose.' }),
    offeredToChildren: Type.Optional(
      Type.Boolean({ description: 'Offered to children too: a consent needs the age, or a parent (Art. 8).' }),
    ),
    research: Type.Optional(ResearchConsent),
    legitimateInterest: Type.Optional(Text),
    balancingTest: Type.Optional(Line),
    law: Type.Optional(Line),
    furtherTo: Type.Optional(
      Type.Object(
        { purpose: Id, link: Text, context: Text, nature: Text, consequences: Text, safeguards: Text },
        { ...closed, description: 'A further purpose: the five factors of Art. 6(4).' },
      ),
    ),
  },
  closed,
);

/** Where Lethe itself keeps personal data. */
export const HOLDERS = ['consents', 'visits', 'profiles', 'content', 'requests', 'recipients', 'relations'] as const;

export const Category = Type.Object(
  {
    id: CategoryId,
    title: Line,
    titles: Titles,
    holder: idFor(`Who keeps it: ${HOLDERS.join(', ')}, or a holder declared in holders/.`),
    special: Type.Boolean(),
    kept: Type.Optional(KeptForGood),
    anonymous: Type.Optional(Type.Boolean({ description: 'True only for counts that satisfy REQ-E01.' })),
    source: Type.Enum(['person', 'platform', 'observed', 'computed']),
    dpv: Type.Optional(Type.Enum([...DPV_PERSONAL_DATA], { description: 'The kind of data in DPV-PD 2.3 terms.' })),
    fides: Type.Optional(
      Type.Enum([...FIDES_DATA_CATEGORIES], { description: 'The kind of data in fideslang terms.' }),
    ),
  },
  closed,
);

/** One party in one activity: exactly one role (REQ-A01), and for whom it acts. */
const ActivityParty = Type.Object(
  {
    party: Id,
    role: Type.Enum([...PARTY_ROLES]),
    for: Type.Optional(idFor('On whose behalf: the controller of a processor, the processor of a sub-processor.')),
    regions: Type.Optional(
      Type.Array(Id, { minItems: 1, uniqueItems: true, description: 'Only for tenants of these regions.' }),
    ),
    does: Type.Optional(lineFor('What it does with the data, in a few words.')),
  },
  closed,
);

/** A transfer to a third country or an international organisation (Art. 44–49). */
export const Transfer = Type.Object(
  {
    importer: Id,
    exporter: Type.Optional(Id),
    country: Country,
    tool: Type.Enum([...TRANSFER_TOOLS]),
    categories: Type.Optional(Type.Array(CategoryId, { minItems: 1, uniqueItems: true })),
    since: Day,
    until: Type.Optional(Day),
    module: Type.Optional(
      Type.Enum([1, 2, 3, 4], { description: 'Of the standard contractual clauses (EU) 2021/914.' }),
    ),
    assessment: Type.Optional(lineFor('Reference of the transfer impact assessment.')),
    supplementaryMeasures: Type.Optional(Type.Array(Line, { minItems: 1 })),
    onward: Type.Optional(Type.Array(Type.Object({ importer: Line, country: Country }, closed))),
    derogation: Type.Optional(
      Type.Object(
        { assessment: Line, authorityInformed: Day, personsInformed: Day },
        { ...closed, description: 'Art. 49(1), second subparagraph.' },
      ),
    ),
  },
  closed,
);

/** Who of several controllers does what (Art. 26). */
const JointArrangement = Type.Object(
  {
    essence: Text,
    contactPoint: Id,
    rights: Type.Record(Type.String({ pattern: '^A(7-3|1[3-9]|2[0-2])$' }), Id, { minProperties: 1 }),
    document: Type.Optional(Line),
  },
  closed,
);

/** Whether an assessment is needed, and what became of it (Art. 35). */
const DpiaScreening = Type.Object(
  {
    profiling: Type.Boolean({ description: 'Art. 35(3)(a)' }),
    largeScaleSpecial: Type.Boolean({ description: 'Art. 35(3)(b)' }),
    publicMonitoring: Type.Boolean({ description: 'Art. 35(3)(c)' }),
    nationalList: Type.Boolean({ description: 'On the authority’s list, Art. 35(4)' }),
    reason: Text,
    assessment: Type.Optional(
      Type.Object(
        {
          document: Line,
          on: Day,
          reviewBy: Day,
          description: textFor('The operations and their purposes, Art. 35(7)(a)'),
          necessity: textFor('Necessity and proportionality, Art. 35(7)(b)'),
          risks: textFor('Risks to rights and freedoms, Art. 35(7)(c)'),
          measures: textFor('Measures against the risks, Art. 35(7)(d)'),
          officerAdvice: Text,
          residualRisk: Type.Enum(['low', 'medium', 'high']),
          consultation: Type.Optional(
            Type.Array(Type.Object({ event: Type.Enum([...CONSULTATION_EVENTS]), on: Day }, closed), {
              minItems: 1,
              description: 'The prior consultation of the authority, in order (Art. 36)',
            }),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const Activity = Type.Object(
  {
    id: Id,
    title: Line,
    titles: Titles,
    description: Type.Optional(Text),
    purpose: Id,
    department: Type.Optional(lineFor('Business function, for the ICO and CNIL records.')),
    categories: Type.Array(CategoryId, { minItems: 1, uniqueItems: true }),
    subjects: Type.Array(Type.Enum(['visitor', 'account-holder', 'contributor']), { minItems: 1, uniqueItems: true }),
    parties: Type.Array(ActivityParty, { minItems: 1 }),
    joint: Type.Optional(JointArrangement),
    transfers: Type.Array(Transfer),
    measures: Type.Array(
      Type.Object(
        { measure: Type.Enum([...MEASURES], { description: 'DPV 2.3.' }), text: Line, texts: Titles },
        closed,
      ),
      { minItems: 1 },
    ),
    specialCondition: Type.Optional(Type.Enum([...SPECIAL_CONDITIONS], { description: 'Art. 9(2), DPV 2.3.' })),
    automatedDecisions: Type.Optional(
      textFor(
        'Decisions by machine alone with legal or similar effect, and their logic, as people are told (Art. 22).',
      ),
    ),
    automatedDecisionBasis: Type.Optional(AutomatedDecisionBasis),
    safeguards: Type.Optional(ResearchSafeguards),
    notices: Type.Optional(
      Type.Array(Id, { minItems: 1, uniqueItems: true, description: 'Notices that tell people of it.' }),
    ),
    dpia: Type.Optional(DpiaScreening),
    reviewedOn: Type.Optional(Day),
  },
  closed,
);

/** A place where data is kept. */
export const Place = Type.Object(
  {
    id: Id,
    title: Line,
    titles: Titles,
    party: Id,
    region: Id,
    country: Country,
    keeps: Type.Array(Type.Enum(['database', 'keyring', 'backups', 'exports']), { minItems: 1, uniqueItems: true }),
    holders: Type.Optional(
      Type.Array(idFor('A holder inside, or one declared in holders/.'), { minItems: 1, uniqueItems: true }),
    ),
  },
  closed,
);

/** The points a processing agreement must settle (Art. 28(3)(a)–(h)), each by the place in it that does. */
const Clauses = Type.Object(
  {
    a: Type.Optional(Line),
    b: Type.Optional(Line),
    c: Type.Optional(Line),
    d: Type.Optional(Line),
    e: Type.Optional(Line),
    f: Type.Optional(Line),
    g: Type.Optional(Line),
    h: Type.Optional(Line),
    unlawfulInstructions: Type.Optional(lineFor('The duty to warn of them (Art. 28(3), last sentence).')),
  },
  { ...closed, title: 'Clauses' },
);

/** What an agreement says, whoever signs it (Art. 28(3)). */
export const agreementTerms = {
  title: Line,
  controller: idFor('Who gives the instructions; for a sub-processor its processor.'),
  processor: Id,
  activities: Type.Array(Id, { minItems: 1, uniqueItems: true }),
  subjectMatter: Type.Optional(Text),
  nature: Type.Optional(Text),
  duration: Type.Optional(Line),
  controllerDuties: Type.Optional(Text),
  clauses: Clauses,
  subProcessors: Type.Object(
    {
      authorisation: Type.Enum(['specific', 'general']),
      objectionWindow: Duration,
      authorised: Type.Array(Id, { uniqueItems: true, description: 'Agreed with the signature.' }),
    },
    closed,
  ),
};
export const AgreementTemplate = Type.Object({ id: Id, version: Version, ...agreementTerms }, closed);

const NoticeVersion = Type.Object(
  {
    version: Version,
    validFrom: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    languages: Type.Array(Language, { minItems: 1, uniqueItems: true }),
    purposes: Type.Array(Id, { uniqueItems: true }),
    covers: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^(1[34]-[1-4]-[a-g]|21-4)$' }),
        Type.Record(Language, Line, { minProperties: 1 }),
        {
          description:
            'Points of Art. 13 and 14 (13-1-a …) and Art. 21(4) (21-4), each with words of the text that tell it, per language.',
        },
      ),
    ),
  },
  closed,
);

export const NoticeFile = Type.Object(
  {
    id: Id,
    kind: Type.Enum(['consent-banner', 'privacy-policy']),
    versions: Type.Array(NoticeVersion, { minItems: 1 }),
  },
  closed,
);

/** Robots beyond those of the shipped lists: written by `lethe robots update`. */
export const RobotsFile = Type.Object(
  {
    list: Line,
    version: Type.String({ pattern: '^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$' }),
    licence: Line,
    patterns: Type.Array(Type.String({ minLength: 1, maxLength: PATTERN_LENGTH }), { maxItems: PATTERNS_AT_MOST }),
  },
  closed,
);

/** The files of a policy folder: name (or pattern) and schema. */
export const POLICY_FILES = {
  installation: { file: 'installation.yaml', schema: Installation },
  parties: { file: 'parties.yaml', schema: Type.Object({ parties: Type.Array(Party) }, closed) },
  purposes: { file: 'purposes.yaml', schema: Type.Object({ purposes: Type.Array(Purpose) }, closed) },
  categories: { file: 'categories.yaml', schema: Type.Object({ categories: Type.Array(Category) }, closed) },
  retention: {
    file: 'retention.yaml',
    schema: Type.Object({ rules: Type.Array(RetentionRule), erasureRequests: Type.Array(ErasureRequestRule) }, closed),
  },
  transitions: { file: 'transitions.yaml', schema: TransitionsFile, optional: true },
  activity: { file: 'activities/*.yaml', schema: Activity },
  agreement: { file: 'agreements/*.yaml', schema: AgreementTemplate, optional: true },
  places: { file: 'places.yaml', schema: Type.Object({ places: Type.Array(Place) }, closed), optional: true },
  notice: { file: 'notices/*.yaml', schema: NoticeFile },
  holder: { file: 'holders/*.yaml', schema: DeclaredHolder, optional: true },
  relations: { file: 'relations.yaml', schema: RelationsFile, optional: true },
  robots: { file: 'robots.yaml', schema: RobotsFile, optional: true },
  holidays: { file: 'holidays/*.yaml', schema: HolidayFile, optional: true },
  /** No part of what is in force: how rows of another system become lines of an import. */
  import: { file: 'imports/*.yaml', schema: ImportDeclaration, optional: true },
} as const;
export type PolicyKind = keyof typeof POLICY_FILES;

export type Installation = Static<typeof Installation>;
export type Party = Static<typeof Party>;
export type { PartyRole } from '../../law/vocabulary.ts';
export type Purpose = Static<typeof Purpose>;
export type Category = Static<typeof Category>;
export type Activity = Static<typeof Activity>;
export type ActivityParty = Activity['parties'][number];
export type Transfer = Static<typeof Transfer>;
export type Place = Static<typeof Place>;

export type RobotsFile = Static<typeof RobotsFile>;
export type AgreementTemplate = Static<typeof AgreementTemplate>;
export type { KeepCondition, RelationsFile, RuleScope } from './conditions-model.ts';
export { ErasureRequestRule, RetentionRule } from './retention-model.ts';
export type { Transition } from './transitions-model.ts';
export type InstitutionDetails = Static<typeof InstitutionDetails>;

/** One version of a notice with its texts; the hash is over the exact bytes shown. */
export interface Notice {
  id: string;
  kind: 'consent-banner' | 'privacy-policy';
  version: string;
  major: number;
  minor: number;
  validFrom: string;
  purposes: string[];
  covers?: Record<string, Record<string, string>>;
  texts: Record<string, { text: string; hash: string }>;
}

/** Everything an installation has decided, loaded whole, never changed afterwards. */
export interface PolicySet {
  /** SHA-256 over the canonical content: the order of files and keys does not matter. */
  hash: string;
  installation: Installation;
  parties: Party[];
  purposes: Purpose[];
  categories: Category[];
  activities: Activity[];
  rules: RetentionRule[];
  erasureRequests: ErasureRequestRule[];
  notices: Notice[];
  agreements: AgreementTemplate[];
  places: Place[];
  /** Holders outside the database; absent in sets kept by earlier versions. */
  holders?: DeclaredHolder[];
  /** How people can stand to the platform; absent where nothing is declared. */
  relations?: RelationsFile;
  /** The list of robots this installation adds to the shipped ones; absent where it has none. */
  robots?: RobotsFile;
  /** Official lists of holidays; absent where it has none. */
  holidays?: HolidayFile[];
  /** By letter and language; what the folder does not have is the shipped text. */
  letters: Record<string, Record<string, Letter>>;
  /** What was decided on rows collected under rules that have changed; absent where nothing was. */
  transitions?: Transition[];
  /** By file name; absent where the folder has none. */
  logos?: Record<string, Picture>;
  /** What of it is an institution's own word: only in the set of a portal that has one. */
  words?: Words;
}

/** A letter with its `{{names}}` not yet filled in. */
export interface Letter {
  subject: string;
  text: string;
}

/** One mistake in a policy folder: where it is, what is wrong, what would be right. */
export interface Mistake {
  file: string;
  line: number;
  column: number;
  pointer: string;
  message: string;
  remedy: string;
}
