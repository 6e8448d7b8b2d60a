import { textsIn } from '../../../foundations/messages/texts.ts';
import { ERASURE_EXCEPTIONS } from '../../../law/vocabulary.ts';
import { lawTerms } from '../../../register/view/law-terms.ts';
import type { RequestType } from '../types.ts';

/** Codes of reasons in words: of refusals, extensions and fees, of what was decided, of why a request is taken up again. */
const REASONS_EN = {
  complexity: 'the request is complex',
  number: 'there are many requests',
  'manifestly-unfounded': 'the request is manifestly unfounded',
  excessive: 'the request is excessive, in particular because of its repetitive character',
  'further-copy': 'you ask for a further copy of data of which you have had one already (Art. 15(3))',
  'right-does-not-apply': 'the law does not give this right for the processing concerned',
  exception: 'an exception of the law applies: the data must or may be kept for the purpose named below (Art. 17(3))',
  'compelling-grounds':
    'there are compelling legitimate grounds for the processing which override your interests, rights and freedoms, or it serves legal claims',
  'identity-not-shown': 'it has not been shown that the request comes from the person concerned',
  'fee-not-paid': 'the fee that was announced has not been paid',
  'national-restriction': 'a provision of national law limits this right (Art. 23)',
  'rights-of-others': 'the rights and freedoms of others would be adversely affected',
  'not-responsible': 'we are not responsible for this data; another controller is',
  authority: 'the supervisory authority has asked us to',
  court: 'a court has ordered us to',
  complaint: 'you have complained to us about our answer',
  'new-facts': 'there are new facts',
  'ground-ended': 'the reason for which we could not answer has ended',
  done: 'what you asked for has been done',
  'nothing-held': 'we hold nothing that concerns you',
  'done-with-exceptions': 'what you asked for has been done, with the exceptions named',
  'held-back': 'what is held for now is erased as soon as nothing protects it any more',
  upheld: 'you were right: it is upheld',
  rejected: 'it is not upheld',
  changed: 'the decision has been changed',
  confirmed: 'the decision stands',
};
export type ReasonCode = keyof typeof REASONS_EN;
export const REASON_CODES = Object.keys(REASONS_EN) as ReasonCode[];

/** Kinds of holds, as outcomes of erasures name them (`<kind> hold`). */
const HOLDS_EN = {
  'legal hold': 'it is needed for legal claims or proceedings for now',
  'restriction hold': 'its processing is restricted for now (Art. 18)',
  'access-request hold': 'a request for access to it is open, and must be answered first (Art. 15)',
};
const HOLDS_DE = {
  'legal hold': 'wird vorerst für Rechtsansprüche oder ein Verfahren benötigt',
  'restriction hold': 'die Verarbeitung ist derzeit eingeschränkt (Art. 18)',
  'access-request hold': 'ein Auskunftsersuchen dazu ist offen und muss zuerst beantwortet werden (Art. 15)',
};

interface Phrases {
  types: Record<RequestType, string>;
  reasons: Record<ReasonCode, string>;
  exceptions: Record<string, string>;
  costs: Record<'labour' | 'copying' | 'postage' | 'media', string>;
  told: Record<'told' | 'pending' | 'failed' | 'disproportionate', string>;
  article: (number: string, paragraph?: string) => string;
  law: { EU: string; GB: string };
  court: { EU: string; GB: string };
  complaint: string;
  review: { EU: string; GB: string };
  elsewhere: string;
  dear: (name: string) => string;
  hello: string;
  both: (first: string, second: string) => string;
  none: string;
  unknown: string;
  all: string;
  atOnce: string;
  withThis: string;
  records: (count: number) => string;
  earlier: (days: string) => string;
  since: (day: string) => string;
  on: (day: string) => string;
}

/** What a letter says where a value is a code: the same for every installation, because the law is. */
export const PHRASES: Record<'en' | 'de', Phrases> = {
  en: {
    types: {
      access: 'access to your personal data',
      portability: 'your personal data to take with you',
      rectification: 'rectification of your personal data',
      erasure: 'erasure of your personal data',
      restriction: 'restriction of the processing of your personal data',
      objection: 'objection to the processing of your personal data',
      'consent-withdrawal': 'withdrawal of your consent',
      'human-review': 'review of an automated decision by a person',
      complaint: 'complaint about the handling of your personal data',
    },
    reasons: REASONS_EN,
    exceptions: {
      ...Object.fromEntries(
        ERASURE_EXCEPTIONS.map((one) => [one, lawTerms({ jurisdiction: 'EU' }, textsIn('en')).exception(one)]),
      ),
      ...HOLDS_EN,
    },
    costs: { labour: 'working time', copying: 'copying', postage: 'postage', media: 'storage media' },
    told: {
      told: 'told',
      pending: 'not told yet; we go on',
      failed: 'could not be reached',
      disproportionate: 'not told, as this proves impossible or involves disproportionate effort',
    },
    article: (number, paragraph) => `Art. ${number}${paragraph ? `(${paragraph})` : ''}`,
    law: { EU: 'GDPR', GB: 'UK GDPR' },
    court: { EU: 'Art. 79 GDPR', GB: 'section 167 of the Data Protection Act 2018' },
    complaint: 'section 164A of the Data Protection Act 2018',
    review: { EU: 'Art. 22(3) GDPR', GB: 'Art. 22C UK GDPR' },
    elsewhere:
      'You may turn instead to the authority of the Member State in which you live or work, or in which you think the law was infringed (Art. 77 GDPR).',
    dear: (name) => `Dear ${name},`,
    hello: 'Dear Sir or Madam,',
    both: (first, second) => `${first}, and then ${second}`,
    none: 'none',
    unknown: 'not stated',
    all: 'all your data that the request is about',
    atOnce: 'without delay',
    withThis: 'enclosed with this letter',
    records: (count) => `The copy holds ${count} ${count === 1 ? 'record' : 'records'}.`,
    earlier: (days) => `Earlier requests: ${days}`,
    since: (day) => `open since ${day}`,
    on: (day) => `on ${day}`,
  },
  de: {
    types: {
      access: 'Auskunft über Ihre personenbezogenen Daten',
      portability: 'Ihre personenbezogenen Daten zum Mitnehmen',
      rectification: 'Berichtigung Ihrer personenbezogenen Daten',
      erasure: 'Löschung Ihrer personenbezogenen Daten',
      restriction: 'Einschränkung der Verarbeitung Ihrer personenbezogenen Daten',
      objection: 'Widerspruch gegen die Verarbeitung Ihrer personenbezogenen Daten',
      'consent-withdrawal': 'Widerruf Ihrer Einwilligung',
      'human-review': 'Überprüfung einer automatisierten Entscheidung durch einen Menschen',
      complaint: 'Beschwerde über den Umgang mit Ihren personenbezogenen Daten',
    },
    reasons: {
      complexity: 'das Anliegen ist komplex',
      number: 'es liegen viele Anliegen vor',
      'manifestly-unfounded': 'das Anliegen ist offenkundig unbegründet',
      excessive: 'das Anliegen ist exzessiv, insbesondere wegen häufiger Wiederholung',
      'further-copy': 'Sie bitten um eine weitere Kopie von Daten, von denen Sie bereits eine haben (Art. 15 Abs. 3)',
      'right-does-not-apply': 'das Gesetz gibt dieses Recht für die betroffene Verarbeitung nicht',
      exception:
        'eine Ausnahme des Gesetzes greift: Die Daten müssen oder dürfen für den unten genannten Zweck aufbewahrt werden (Art. 17 Abs. 3)',
      'compelling-grounds':
        'es gibt zwingende schutzwürdige Gründe für die Verarbeitung, die Ihre Interessen, Rechte und Freiheiten überwiegen, oder sie dient Rechtsansprüchen',
      'identity-not-shown': 'es ist nicht nachgewiesen, dass das Anliegen von der betroffenen Person stammt',
      'fee-not-paid': 'das angekündigte Entgelt wurde nicht bezahlt',
      'national-restriction': 'eine Vorschrift des nationalen Rechts beschränkt dieses Recht (Art. 23)',
      'rights-of-others': 'die Rechte und Freiheiten anderer Personen würden beeinträchtigt',
      'not-responsible': 'wir sind für diese Daten nicht verantwortlich, sondern jemand anderes',
      authority: 'die Aufsichtsbehörde hat uns dazu aufgefordert',
      court: 'ein Gericht hat uns dazu verpflichtet',
      complaint: 'Sie haben sich bei uns über unsere Antwort beschwert',
      'new-facts': 'es gibt neue Tatsachen',
      'ground-ended': 'der Grund, aus dem wir nicht antworten konnten, ist entfallen',
      done: 'Ihrem Anliegen ist entsprochen',
      'nothing-held': 'wir haben nichts gespeichert, was Sie betrifft',
      'done-with-exceptions': 'Ihrem Anliegen ist mit den genannten Ausnahmen entsprochen',
      'held-back': 'was vorerst aufbewahrt werden muss, wird gelöscht, sobald dem nichts mehr entgegensteht',
      upheld: 'Sie hatten recht: Dem wird stattgegeben',
      rejected: 'dem wird nicht stattgegeben',
      changed: 'die Entscheidung wurde geändert',
      confirmed: 'die Entscheidung bleibt bestehen',
    },
    exceptions: {
      ...HOLDS_DE,
      JustificationA17Archiving:
        'Archivzwecke im öffentlichen Interesse, Forschung oder Statistik (Art. 17 Abs. 3 Buchst. d)',
      JustificationA17FreedomOfExpression: 'freie Meinungsäußerung und Information (Art. 17 Abs. 3 Buchst. a)',
      JustificationA17LegalClaims:
        'Geltendmachung, Ausübung oder Verteidigung von Rechtsansprüchen (Art. 17 Abs. 3 Buchst. e)',
      JustificationA17LegallyRequired: 'rechtliche Verpflichtung (Art. 17 Abs. 3 Buchst. b)',
      JustificationA17OfficialAuthority: 'Ausübung öffentlicher Gewalt (Art. 17 Abs. 3 Buchst. b)',
      JustificationA17PublicHealth: 'öffentliche Gesundheit (Art. 17 Abs. 3 Buchst. c)',
      JustificationA17PublicInterest: 'Aufgabe im öffentlichen Interesse (Art. 17 Abs. 3 Buchst. b)',
    },
    costs: { labour: 'Arbeitszeit', copying: 'Kopien', postage: 'Porto', media: 'Datenträger' },
    told: {
      told: 'unterrichtet',
      pending: 'noch nicht unterrichtet; wir bleiben daran',
      failed: 'war nicht erreichbar',
      disproportionate: 'nicht unterrichtet, da dies unmöglich oder mit unverhältnismäßigem Aufwand verbunden ist',
    },
    article: (number, paragraph) => `Art. ${number}${paragraph ? ` Abs. ${paragraph}` : ''}`,
    law: { EU: 'DSGVO', GB: 'UK GDPR' },
    court: { EU: 'Art. 79 DSGVO', GB: 'section 167 des Data Protection Act 2018' },
    complaint: 'section 164A des Data Protection Act 2018',
    review: { EU: 'Art. 22 Abs. 3 DSGVO', GB: 'Art. 22C UK GDPR' },
    elsewhere:
      'Sie können sich stattdessen an die Behörde des Mitgliedstaats wenden, in dem Sie leben oder arbeiten oder in dem Sie das Recht verletzt sehen (Art. 77 DSGVO).',
    dear: (name) => `Guten Tag ${name},`,
    hello: 'Sehr geehrte Damen und Herren,',
    both: (first, second) => `${first}, danach ${second}`,
    none: 'keine',
    unknown: 'nicht angegeben',
    all: 'alle Ihre Daten, um die es geht',
    atOnce: 'unverzüglich',
    withThis: 'diesem Schreiben beigefügt',
    records: (count) => `Die Kopie enthält ${count} ${count === 1 ? 'Datensatz' : 'Datensätze'}.`,
    earlier: (days) => `Frühere Anliegen: ${days}`,
    since: (day) => `offen seit ${day}`,
    on: (day) => `am ${day}`,
  },
};
