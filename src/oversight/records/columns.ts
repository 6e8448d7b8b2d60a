import type { MessageId } from '../../foundations/messages/parts.ts';
import { formTextsIn, type Texts, textsIn } from '../../foundations/messages/texts.ts';
import { rightsUnder } from '../../law/rights.ts';
import { automatedDecisionInWords } from '../../register/view/automated-decisions.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';
import { titleIn } from '../../register/view/titles.ts';
import {
  jointControllers,
  measures,
  noneIn,
  officer,
  orNone,
  places,
  purposeIn,
  type RecordLine,
  reached,
  recipients,
  representative,
  termsOf,
  timeLimits,
  transfers,
} from './cells.ts';

/** One column of a record: what it says of an activity, and whether the law or the template wants an answer. */
interface Column {
  id: string;
  title(t: Texts): string;
  mandatory: boolean;
  cell(line: RecordLine): string[];
}

type Cell = Column['cell'];
/** A column of the law, in the language of the portal. */
const must = (id: Id, cell: Cell): Column => ({
  id,
  title: (t) => t(`record-columns.${id}`),
  cell,
  mandatory: true,
});
type Id =
  Extract<MessageId, `record-columns.${string}`> extends `record-columns.${infer Name}`
    ? Exclude<Name, `title.${string}`>
    : never;

/** Columns of a template that an authority has printed: their titles are its own words, in its own language. */
const printed = (id: string, title: string, cell: Cell, mandatory = true): Column => ({
  id,
  title: () => title,
  cell,
  mandatory,
});
const mayBe = (id: string, title: string, cell: Cell): Column => printed(id, title, cell, false);

const subjects = (line: RecordLine) => line.activity.activity.subjects.map((one) => line.t(`law-terms.subject.${one}`));
const categories = ({ activity, t }: RecordLine) => activity.categories.map((one) => titleIn(one, t.language));
const special = (line: RecordLine) =>
  orNone(
    line.activity.categories
      .filter((category) => category.special)
      .map((category) => titleIn(category, line.t.language)),
    line,
  );
const sources = (line: RecordLine) => [
  ...new Set(line.activity.categories.map(({ source }) => termsOf(line).source(source))),
];
const basis = (line: RecordLine) => [
  termsOf(line).basis(line.activity.basis),
  line.t('record-cells.dpv', { code: line.activity.basis }),
];
const interest = (line: RecordLine) =>
  orNone(line.activity.purpose.legitimateInterest ? [line.activity.purpose.legitimateInterest] : [], line);
const balancing = (line: RecordLine) =>
  orNone(line.activity.purpose.balancingTest ? [line.activity.purpose.balancingTest] : [], line);
const condition = (line: RecordLine) => {
  const { specialCondition } = line.activity.activity;
  return orNone(specialCondition ? [termsOf(line).specialCondition(specialCondition)] : [], line);
};
const decisions = (line: RecordLine) => [
  automatedDecisionInWords(line.activity.activity, line.t, lawInWords(line.view.tenant, line.t)) ?? noneIn(line.t),
];
const notices = ({ activity }: RecordLine) => [...(activity.activity.notices ?? [])];
const screening = ({ activity, t }: RecordLine) => {
  const { dpia } = activity.activity;
  if (!dpia) return [];
  return [
    dpia.assessment
      ? t('record-cells.dpia-done', { day: t.day(dpia.assessment.on), document: dpia.assessment.document })
      : t('record-cells.dpia-not-required', { reason: dpia.reason ?? '' }),
  ];
};
const contracts = (line: RecordLine) => {
  const { activity, view, t } = line;
  const since = (instant: string) => t.dayOf(new Date(instant), view.tenant.timeZone);
  return orNone(
    [
      ...new Set(
        activity.chain.flatMap(({ agreement }) =>
          agreement ? [t('record-cells.contract', { title: agreement.title, day: since(agreement.validFrom) })] : [],
        ),
      ),
    ],
    line,
  );
};
const department = ({ activity }: RecordLine) => (activity.activity.department ? [activity.activity.department] : []);
const title = ({ activity, t }: RecordLine) => [titleIn(activity.activity, t.language)];
const description = ({ activity }: RecordLine) =>
  activity.activity.description ? [activity.activity.description] : [];
const reviewed = ({ activity, t }: RecordLine) =>
  activity.activity.reviewedOn ? [t.day(activity.activity.reviewedOn)] : [];
const role = (line: RecordLine) => [termsOf(line).role(line.role)];
/** As the basis of the activity gives them (REQ-A08). */
const rights = (line: RecordLine) => {
  const terms = termsOf(line);
  return rightsUnder(line.activity.basis).flatMap((standing) => {
    if (standing.exists === 'no') return [];
    const values = { article: terms.rightStandsIn(standing.right), right: terms.right(standing.right) };
    const bound = terms.bound(standing);
    return bound === null
      ? line.t('record-cells.right', values)
      : line.t('record-cells.right-bounded', { ...values, bound });
  });
};
const withdrawal = ({ activity, t }: RecordLine) =>
  activity.purpose.consent ? [t('record-cells.withdrawal')] : [noneIn(t)];

/** GDPR Art. 30(1)(a)–(g). */
const ART_30_1 = [
  must('activity', title),
  must('a-controller', ({ controller }) => reached(controller)),
  must('a-joint', jointControllers),
  must('a-representative', ({ controller, t }) => representative(controller, t)),
  must('a-officer', ({ controller }) => officer(controller)),
  must('b-purposes', (line) => purposeIn(line, 'description')),
  must('c-subjects', subjects),
  must('c-data', categories),
  must('d-recipients', recipients),
  must('e-transfers', transfers),
  must('f-limits', timeLimits),
  must('g-measures', measures),
];

/** GDPR Art. 30(2)(a)–(d). */
const ART_30_2 = [
  must('activity', title),
  must('a-processor', ({ party }) => reached(party)),
  must('a-processor-representative', ({ party, t }) => representative(party, t)),
  must('a-processor-officer', ({ party }) => officer(party)),
  must('a-controller', ({ controller }) => reached(controller)),
  must('a-controller-representative', ({ controller, t }) => representative(controller, t)),
  must('a-controller-officer', ({ controller }) => officer(controller)),
  must('b-processing', ({ party, activity }) =>
    activity.chain.flatMap((link) => (link.party.id === party.id && link.does ? [link.does] : [])),
  ),
  must('c-transfers', transfers),
  must('d-measures', measures),
];

/** The template of the Information Commissioner (United Kingdom). */
const ICO = [
  printed('department', 'Business function', department),
  printed('purpose', 'Purpose of processing', (line) => purposeIn(line, 'description')),
  printed('role', 'Controller or processor', role),
  printed('controller', 'Name and contact details of controller', ({ controller }) => reached(controller)),
  printed('joint-controller', 'Name and contact details of joint controller', jointControllers),
  printed('officer', 'Data protection officer', ({ party }) => officer(party)),
  printed('representative', 'Representative', ({ party, t }) => representative(party, t)),
  printed('individuals', 'Categories of individuals', subjects),
  printed('data', 'Categories of personal data', categories),
  printed('special', 'Special category or criminal offence data', special),
  printed('source', 'Source of the personal data', sources),
  printed('recipients', 'Categories of recipients', recipients),
  printed('transfers', 'Names of third countries and safeguards', transfers),
  printed('retention', 'Retention schedule', timeLimits),
  printed('measures', 'General description of security measures', measures),
  printed('location', 'Location of personal data', places),
  printed('basis', 'Article 6 lawful basis', basis),
  printed('interests', 'Legitimate interests', interest),
  printed('assessment', 'Legitimate interests assessment', balancing),
  printed('condition', 'Article 9 condition', condition),
  mayBe('schedule', 'Data Protection Act 2018 Schedule 1 condition', () => []),
  printed('decisions', 'Automated decision-making, including profiling', decisions),
  printed('dpia', 'Data protection impact assessment', screening),
  printed('rights', 'Rights available to individuals', rights),
  printed('notices', 'Privacy notice', notices),
  printed('consent', 'Record of consent', withdrawal),
  printed('contract', 'Contract with processor', contracts),
  mayBe('review', 'Date of review', reviewed),
];

/** Registre simplifié of the CNIL (France). */
const CNIL = [
  printed('nom', 'Nom du traitement', title),
  mayBe('description', 'Description', description),
  printed('organisme', 'Organisme', ({ party }) => reached(party)),
  printed('representant', 'Représentant', ({ party, t }) => representative(party, t)),
  printed('dpo', 'Délégué à la protection des données', ({ party }) => officer(party)),
  printed('conjoints', 'Responsables conjoints', jointControllers),
  printed('role', 'Rôle', role),
  printed('service', 'Service', department),
  printed('finalites', 'Finalités', (line) => purposeIn(line, 'description')),
  printed('personnes', 'Catégories de personnes', subjects),
  printed('donnees', 'Catégories de données et délais d’effacement', timeLimits),
  printed('sensibles', 'Données sensibles', special),
  printed('source', 'Source des données', sources),
  printed('destinataires', 'Destinataires', recipients),
  printed('transferts', 'Transferts hors UE', transfers),
  printed('mesures', 'Mesures techniques et organisationnelles', measures),
  printed('localisation', 'Localisation', places),
  printed('base', 'Base légale', basis),
  printed('interets', 'Intérêts légitimes', interest),
  printed('article-9', 'Condition de l’article 9', condition),
  printed('automatisees', 'Décisions automatisées et profilage', decisions),
  printed('aipd', 'Analyse d’impact', screening),
  printed('droits', 'Droits des personnes', rights),
  mayBe('mise-a-jour', 'Date de mise à jour', reviewed),
];

export const COLUMN_SETS = { 'article-30-1': ART_30_1, 'article-30-2': ART_30_2, ico: ICO, cnil: CNIL } as const;
export type ColumnSet = keyof typeof COLUMN_SETS;
export const COLUMN_SET_IDS = Object.keys(COLUMN_SETS) as ColumnSet[];

/** In which language a set is written: that of the portal, or the one of a template that an authority has printed. */
export function textsOf(set: ColumnSet, { language }: { language: string }): Texts {
  if (set === 'cnil') return formTextsIn('fr');
  return textsIn(set === 'ico' ? 'en' : language);
}

export function titleOf(set: ColumnSet, tenant: { jurisdiction: string }, t: Texts): string {
  if (set === 'ico') return 'Record of processing activities, columns of the ICO (United Kingdom)';
  if (set === 'cnil') return 'Registre des activités de traitement, colonnes de la CNIL';
  const citation = lawInWords(tenant, t).cite(set === 'article-30-1' ? '30(1)' : '30(2)');
  return t(`record-columns.title.${set}`, { citation });
}
