import { articleOf, RIGHT_IN_WORDS, rightsUnder } from '../../law/rights.ts';
import { SPECIAL_CONDITION_IN_WORDS } from '../../law/vocabularies/special-conditions.ts';
import { BASIS_IN_WORDS, basisPoint } from '../../law/vocabulary.ts';
import { automatedDecisionInWords } from '../../register/view/automated-decisions.ts';
import {
  inLanguage,
  jointControllers,
  measures,
  NONE,
  officer,
  orNone,
  places,
  type RecordLine,
  reached,
  recipients,
  representative,
  timeLimits,
  transfers,
} from './cells.ts';

/** One column of a record: what it says of an activity, and whether the law or the template wants an answer. */
interface Column {
  id: string;
  title: string;
  mandatory: boolean;
  cell(line: RecordLine): string[];
}

const must = (id: string, title: string, cell: Column['cell']): Column => ({ id, title, cell, mandatory: true });
const may = (id: string, title: string, cell: Column['cell']): Column => ({ id, title, cell, mandatory: false });

const subjects = ({ activity }: RecordLine) => [...activity.activity.subjects];
const categories = ({ activity }: RecordLine) => activity.categories.map(({ title }) => title);
const special = ({ activity }: RecordLine) =>
  orNone(activity.categories.filter((category) => category.special).map(({ title }) => title));
const sources = ({ activity }: RecordLine) => [...new Set(activity.categories.map(({ source }) => source))];
const basis = ({ activity }: RecordLine) => [`${BASIS_IN_WORDS[basisPoint(activity.basis)]}`, activity.basis];
const interest = ({ activity }: RecordLine) =>
  orNone(activity.purpose.legitimateInterest ? [activity.purpose.legitimateInterest] : []);
const balancing = ({ activity }: RecordLine) =>
  orNone(activity.purpose.balancingTest ? [activity.purpose.balancingTest] : []);
const condition = ({ activity }: RecordLine) =>
  orNone(activity.activity.specialCondition ? [SPECIAL_CONDITION_IN_WORDS[activity.activity.specialCondition]] : []);
const decisions = ({ activity }: RecordLine) => [automatedDecisionInWords(activity.activity, 'en') ?? NONE];
const notices = ({ activity }: RecordLine) => [...(activity.activity.notices ?? [])];
const screening = ({ activity }: RecordLine) => {
  const { dpia } = activity.activity;
  if (!dpia) return [];
  return [
    dpia.assessment
      ? `carried out on ${dpia.assessment.on}: ${dpia.assessment.document}`
      : `not required: ${dpia.reason}`,
  ];
};
const contracts = ({ activity }: RecordLine) =>
  orNone([
    ...new Set(
      activity.chain.flatMap(({ agreement }) =>
        agreement ? [`${agreement.title}, in force since ${agreement.validFrom.slice(0, 10)}`] : [],
      ),
    ),
  ]);
const department = ({ activity }: RecordLine) => (activity.activity.department ? [activity.activity.department] : []);
const title = ({ activity }: RecordLine) => [activity.title];
const description = ({ activity }: RecordLine) =>
  activity.activity.description ? [activity.activity.description] : [];
const reviewed = ({ activity }: RecordLine) => (activity.activity.reviewedOn ? [activity.activity.reviewedOn] : []);
/** As the basis of the activity gives them (REQ-A08). */
const rights = ({ activity }: RecordLine) =>
  rightsUnder(activity.basis).flatMap(({ right, exists, reason }) =>
    exists === 'no' ? [] : [`Art. ${articleOf(right)}: ${RIGHT_IN_WORDS[right]}${reason ? ` (${reason})` : ''}`],
  );
const withdrawal = ({ activity }: RecordLine) =>
  activity.purpose.consent ? ['receipts of consent, withdrawn through the receipt'] : [NONE];

/** GDPR Art. 30(1)(a)–(g). */
const ART_30_1 = [
  must('activity', 'Processing activity', title),
  must('a-controller', '(a) Controller', ({ controller }) => reached(controller)),
  must('a-joint', '(a) Joint controllers', jointControllers),
  must('a-representative', '(a) Representative', ({ controller }) => representative(controller)),
  must('a-officer', '(a) Data protection officer', ({ controller }) => officer(controller)),
  must('b-purposes', '(b) Purposes', (line) => inLanguage(line, 'description')),
  must('c-subjects', '(c) Categories of data subjects', subjects),
  must('c-data', '(c) Categories of personal data', categories),
  must('d-recipients', '(d) Recipients', recipients),
  must('e-transfers', '(e) Transfers and safeguards', transfers),
  must('f-limits', '(f) Time limits for erasure', timeLimits),
  must('g-measures', '(g) Security measures', measures),
];

/** GDPR Art. 30(2)(a)–(d). */
const ART_30_2 = [
  must('activity', 'Processing activity', title),
  must('a-processor', '(a) Processor', ({ party }) => reached(party)),
  must('a-processor-representative', '(a) Representative of the processor', ({ party }) => representative(party)),
  must('a-processor-officer', '(a) Data protection officer of the processor', ({ party }) => officer(party)),
  must('a-controller', '(a) Controller', ({ controller }) => reached(controller)),
  must('a-controller-representative', '(a) Representative of the controller', ({ controller }) =>
    representative(controller),
  ),
  must('a-controller-officer', '(a) Data protection officer of the controller', ({ controller }) =>
    officer(controller),
  ),
  must('b-processing', '(b) Categories of processing', ({ party, activity }) =>
    activity.chain.flatMap((link) => (link.party.id === party.id && link.does ? [link.does] : [])),
  ),
  must('c-transfers', '(c) Transfers and safeguards', transfers),
  must('d-measures', '(d) Security measures', measures),
];

/** The template of the Information Commissioner (United Kingdom). */
const ICO = [
  must('department', 'Business function', department),
  must('purpose', 'Purpose of processing', (line) => inLanguage(line, 'description')),
  must('role', 'Controller or processor', ({ role }) => [role]),
  must('controller', 'Name and contact details of controller', ({ controller }) => reached(controller)),
  must('joint-controller', 'Name and contact details of joint controller', jointControllers),
  must('officer', 'Data protection officer', ({ party }) => officer(party)),
  must('representative', 'Representative', ({ party }) => representative(party)),
  must('individuals', 'Categories of individuals', subjects),
  must('data', 'Categories of personal data', categories),
  must('special', 'Special category or criminal offence data', special),
  must('source', 'Source of the personal data', sources),
  must('recipients', 'Categories of recipients', recipients),
  must('transfers', 'Names of third countries and safeguards', transfers),
  must('retention', 'Retention schedule', timeLimits),
  must('measures', 'General description of security measures', measures),
  must('location', 'Location of personal data', places),
  must('basis', 'Article 6 lawful basis', basis),
  must('interests', 'Legitimate interests', interest),
  must('assessment', 'Legitimate interests assessment', balancing),
  must('condition', 'Article 9 condition', condition),
  may('schedule', 'Data Protection Act 2018 Schedule 1 condition', () => []),
  must('decisions', 'Automated decision-making, including profiling', decisions),
  must('dpia', 'Data protection impact assessment', screening),
  must('rights', 'Rights available to individuals', rights),
  must('notices', 'Privacy notice', notices),
  must('consent', 'Record of consent', withdrawal),
  must('contract', 'Contract with processor', contracts),
  may('review', 'Date of review', reviewed),
];

/** Registre simplifié of the CNIL (France). */
const CNIL = [
  must('nom', 'Nom du traitement', title),
  may('description', 'Description', description),
  must('organisme', 'Organisme', ({ party }) => reached(party)),
  must('representant', 'Représentant', ({ party }) => representative(party)),
  must('dpo', 'Délégué à la protection des données', ({ party }) => officer(party)),
  must('conjoints', 'Responsables conjoints', jointControllers),
  must('role', 'Rôle', ({ role }) => [role]),
  must('service', 'Service', department),
  must('finalites', 'Finalités', (line) => inLanguage(line, 'description')),
  must('personnes', 'Catégories de personnes', subjects),
  must('donnees', 'Catégories de données et délais d’effacement', timeLimits),
  must('sensibles', 'Données sensibles', special),
  must('source', 'Source des données', sources),
  must('destinataires', 'Destinataires', recipients),
  must('transferts', 'Transferts hors UE', transfers),
  must('mesures', 'Mesures techniques et organisationnelles', measures),
  must('localisation', 'Localisation', places),
  must('base', 'Base légale', basis),
  must('interets', 'Intérêts légitimes', interest),
  must('article-9', 'Condition de l’article 9', condition),
  must('automatisees', 'Décisions automatisées et profilage', decisions),
  must('aipd', 'Analyse d’impact', screening),
  must('droits', 'Droits des personnes', rights),
  may('mise-a-jour', 'Date de mise à jour', reviewed),
];

export const COLUMN_SETS = { 'article-30-1': ART_30_1, 'article-30-2': ART_30_2, ico: ICO, cnil: CNIL } as const;
export type ColumnSet = keyof typeof COLUMN_SETS;
export const COLUMN_SET_IDS = Object.keys(COLUMN_SETS) as ColumnSet[];

export const TITLES: Record<ColumnSet, string> = {
  'article-30-1': 'Record of processing activities of the controller (GDPR Art. 30(1))',
  'article-30-2': 'Record of processing activities of the processor (GDPR Art. 30(2))',
  ico: 'Record of processing activities, columns of the ICO (United Kingdom)',
  cnil: 'Registre des activités de traitement, colonnes de la CNIL',
};
