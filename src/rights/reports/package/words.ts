import type { TransferTool } from '../../../law/vocabularies/transfer-tools.ts';
import { TRANSFER_TOOL_IN_WORDS } from '../../../law/vocabularies/transfer-tools.ts';
import {
  BASIS_IN_WORDS,
  type BasisPoint,
  type ErasureException,
  EXCEPTION_IN_WORDS,
  type PartyRole,
} from '../../../law/vocabulary.ts';
import type { Category } from '../../../register/policies/model.ts';
import type { RedactionReason } from './model.ts';
import type { Right, RightReason } from './rights.ts';
import { german } from './words.de.ts';

/** Everything a package says in words, in one language. */
export interface Words {
  title: Record<'access' | 'portability', string>;
  subtitle(kind: 'account' | 'visitor', linked: number): string;
  asOf(day: string): string;
  headings: Record<
    | 'confirmation'
    | 'purposes'
    | 'categories'
    | 'recipients'
    | 'periods'
    | 'rights'
    | 'complaint'
    | 'sources'
    | 'automatedDecisions'
    | 'transfers'
    | 'copy'
    | 'redactions'
    | 'accessLog'
    | 'history'
    | 'scope'
    | 'leftOut'
    | 'missing'
    | 'files',
    string
  >;
  labels: Record<
    | 'purpose'
    | 'basis'
    | 'interest'
    | 'about'
    | 'category'
    | 'records'
    | 'special'
    | 'name'
    | 'role'
    | 'does'
    | 'onBehalfOf'
    | 'contact'
    | 'countries'
    | 'periods'
    | 'onErasure'
    | 'right'
    | 'why'
    | 'source'
    | 'importer'
    | 'country'
    | 'safeguard'
    | 'measures'
    | 'at'
    | 'what'
    | 'field'
    | 'reason'
    | 'action'
    | 'file'
    | 'holder'
    | 'yes'
    | 'no'
    | 'redacted',
    string
  >;
  held(records: number): string;
  nothing: string;
  incomplete: string;
  complaint(authority: string, contact: string): string;
  noDecisions: string;
  noTransfers: string;
  noRedactions: string;
  noLooks: string;
  /** At the end of a table that was cut off. */
  rest(shown: number, all: number, file: string): string;
  record(n: number, all: number): string;
  scope: string;
  offered(yes: boolean): string;
  files: [name: string, what: string][];
  dataOfOthers: string;
  dataOfOthersWhy: string;
  rights: Record<Right, string>;
  rightReasons: Record<RightReason, string>;
  bases: Record<BasisPoint, string>;
  exceptions: Record<ErasureException, string>;
  tools: Record<TransferTool, string>;
  roles: Record<PartyRole, string>;
  sources: Record<Category['source'], string>;
  redactionReasons: Record<RedactionReason, string>;
  disclosureReasons: Record<'consented' | 'public' | 'known-to-the-person', string>;
  leftOut: Record<'basis' | 'source', string>;
  onErasure: Record<'erase' | 'reduce' | 'retain', string>;
  faults: Record<string, string>;
  /** What may be looked at, by operation; otherwise its name. */
  looks: Record<string, string>;
  lookPurposes: Record<string, string>;
  /** Field names of exports; of others the name itself is taken apart. */
  fields: Record<string, string>;
}

const english: Words = {
  title: { access: 'Information on the personal data held about you', portability: 'Your data to take with you' },
  subtitle: (kind, linked) =>
    kind === 'account'
      ? `Your account${linked > 0 ? `, with ${linked} linked browser${linked === 1 ? '' : 's'}` : ''}`
      : 'Your browser, by the id that it keeps',
  asOf: (day) => `As of ${day}`,
  headings: {
    confirmation: 'Whether data about you is processed (Art. 15(1))',
    purposes: 'What for (Art. 15(1)(a))',
    categories: 'Kinds of data (Art. 15(1)(b))',
    recipients: 'Who receives the data (Art. 15(1)(c))',
    periods: 'How long it stays (Art. 15(1)(d))',
    rights: 'Your rights (Art. 15(1)(e))',
    complaint: 'Where you can complain (Art. 15(1)(f))',
    sources: 'Where the data comes from (Art. 15(1)(g))',
    automatedDecisions: 'Automated decisions (Art. 15(1)(h))',
    transfers: 'Transfers to third countries (Art. 15(2))',
    copy: 'Your data (Art. 15(3))',
    redactions: 'What is not shown, and why (Art. 15(4))',
    accessLog: 'Who looked at your data',
    history: 'What was done with your data',
    scope: 'What is in this pack (Art. 20(1))',
    leftOut: 'What the right to take data with you does not reach',
    missing: 'What is missing',
    files: 'What is in this package',
  },
  labels: {
    purpose: 'Purpose',
    basis: 'Legal basis',
    interest: 'Legitimate interest',
    about: 'Kinds of data',
    category: 'Kind of data',
    records: 'Records',
    special: 'Special category (Art. 9)',
    name: 'Name',
    role: 'Role',
    does: 'What it does',
    onBehalfOf: 'On behalf of',
    contact: 'Contact',
    countries: 'Keeps data in',
    periods: 'Period',
    onErasure: 'If you ask to be forgotten',
    right: 'Right',
    why: 'Why',
    source: 'Source',
    importer: 'Recipient',
    country: 'Country',
    safeguard: 'Safeguard',
    measures: 'Further measures',
    at: 'When',
    what: 'What',
    field: 'Field',
    reason: 'Reason',
    action: 'What',
    file: 'File',
    holder: 'Place',
    yes: 'yes',
    no: 'no',
    redacted: '[not shown]',
  },
  held: (records) =>
    `Yes. We process personal data about you: ${records} record${records === 1 ? '' : 's'}, listed below and in the files of this package.`,
  nothing: 'No. We hold no data about you. We looked in every place listed below and found nothing.',
  incomplete: 'This package is not complete: a place where data may be held did not answer.',
  complaint: (authority, contact) => `You may complain to ${authority}, ${contact} (GDPR Art. 77).`,
  noDecisions: 'No decision with legal or similar effect is made automatically (GDPR Art. 22).',
  noTransfers: 'None of this data is transferred to a third country or an international organisation.',
  noRedactions: 'In your records nothing is left out.',
  noLooks: 'Nobody has looked at it.',
  rest: (shown, all, file) => `The first ${shown} of ${all} are shown here; all of them are in ${file} and data.json.`,
  record: (n, all) => `Record ${n} of ${all}`,
  scope:
    'Data you provided, or that was observed when you used the service, where its processing rests on your consent or on a contract with you. All other data is part of an answer under Art. 15.',
  offered: (yes) => (yes ? 'yes' : 'no'),
  files: [
    ['report.pdf', 'this document, to print'],
    ['report.html', 'this document, for a browser'],
    ['data.json', 'everything, for programs; data.schema.json tells its form'],
    ['data/*.csv', 'a table of each kind of data, for a spreadsheet'],
    ['log.json', 'with this you find and check your entries in the public log; keep it to yourself'],
    ['manifest.json', 'what this package holds, with digests; manifest.jws is the same, signed'],
  ],
  dataOfOthers: 'Data of other people, such as further contributors of the same item',
  dataOfOthersWhy: 'It is about them, not about you (GDPR Art. 15(4)).',
  rights: {
    '16': 'to have wrong data corrected (Art. 16)',
    '17': 'to have data erased (Art. 17)',
    '18': 'to have processing restricted (Art. 18)',
    '20': 'to take your data with you (Art. 20)',
    '21': 'to object to processing (Art. 21)',
    '7-3': 'to withdraw consent at any time (Art. 7(3))',
    '77': 'to complain to a supervisory authority (Art. 77)',
  },
  rightReasons: {
    always: 'whatever the basis',
    'by-basis': 'follows from the basis',
    'limited-17-3-b': 'as far as no legal obligation needs the data (Art. 17(3)(b))',
    'on-objection-17-1-c':
      'after you objected, as far as the public task does not need the data (Art. 17(1)(c), (3)(b))',
    'not-consent-or-contract': 'exists only where processing rests on consent or contract (Art. 20(1)(a))',
    'withdraw-instead': 'consent is withdrawn instead (Art. 7(3))',
    'not-interest-or-task': 'exists only against legitimate interests and public tasks (Art. 21(1))',
    'not-consent': 'exists only where processing rests on consent',
  },
  bases: BASIS_IN_WORDS,
  exceptions: EXCEPTION_IN_WORDS,
  tools: TRANSFER_TOOL_IN_WORDS,
  roles: {
    controller: 'controller',
    'joint-controller': 'joint controller',
    processor: 'processor',
    'sub-processor': 'sub-processor',
    recipient: 'recipient',
    'third-party': 'third party',
    representative: 'representative',
    authority: 'authority',
  },
  sources: {
    person: 'given by you',
    platform: 'passed on by the platform',
    observed: 'observed when you used the service',
    computed: 'computed from other data',
  },
  redactionReasons: {
    'data-of-another-person': 'it is about another person (Art. 15(4))',
    'address-of-another-person': 'it is the e-mail address of another person (Art. 15(4))',
    'trade-secret': 'it would give away a trade secret (Art. 15(4), Recital 63)',
    security: 'it would endanger the security of others (Art. 15(4))',
  },
  disclosureReasons: {
    consented: 'the other person agreed',
    public: 'it is public',
    'known-to-the-person': 'you know it already, as you wrote it yourself',
  },
  leftOut: {
    basis: 'Its processing does not rest on consent or contract (Art. 20(1)(a)).',
    source: 'It was neither provided by you nor observed, but computed or passed on by others.',
  },
  onErasure: { erase: 'erased', reduce: 'reduced to the minimum', retain: 'kept' },
  faults: {
    unreachable: 'it could not be reached',
    'timed-out': 'it did not answer in time',
    refused: 'it refused to answer',
    garbage: 'its answer could not be read',
    misconfigured: 'it is not set up rightly',
    failed: 'it reported an error',
  },
  looks: {},
  lookPurposes: {},
  fields: {},
};

const WORDS: Record<'en' | 'de', Words> = { en: english, de: german };

export const wordsOf = (language: 'en' | 'de'): Words => WORDS[language];

/** `nameAsPublished` or `last_login`: name as published, last login. */
export function fieldInWords(field: string, language: 'en' | 'de'): string {
  return (
    WORDS[language].fields[field] ??
    field.replaceAll('_', ' ').replaceAll(/(?<=[a-z])[A-Z]/g, (a) => ` ${a.toLowerCase()}`)
  );
}
