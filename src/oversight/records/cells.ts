import { selector, type Texts } from '../../foundations/messages/texts.ts';
import type { Activity, PartyRole } from '../../register/policies/model.ts';
import { periodsInWords } from '../../register/policies/word-in-words.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';
import { type LawTerms, lawTerms } from '../../register/view/law-terms.ts';
import { textIn, titleIn } from '../../register/view/titles.ts';
import type { ActivityRecord, ChainLink, PartyRecord, RegisterView } from '../../register/view/view-model.ts';

/** One line of a record of processing: an activity in which the party whose record it is has a role. */
export interface RecordLine {
  view: RegisterView;
  /** Whose record it is. */
  party: PartyRecord;
  role: PartyRole;
  activity: ActivityRecord;
  /** Of a processor: on whose behalf; of a controller itself. */
  controller: PartyRecord;
  /** In which language it is written: that of the portal, or the one a form demands. */
  t: Texts;
}

export const termsOf = ({ view, t }: RecordLine): LawTerms => lawTerms(view.tenant, t);

/** What stands where the law wants an answer and the answer is that there is none. */
export const noneIn = (t: Texts): string => t('record-cells.none');

/** `Name, address, contact`; what is not recorded is left out, and a name alone counts as empty. */
export function reached({ name, address, contact, phone }: PartyRecord): string[] {
  return address && contact ? [[name, address, contact, ...(phone ? [phone] : [])].join(', ')] : [];
}

export function officer({ dataProtectionOfficer: officer }: PartyRecord): string[] {
  return officer ? [[officer.name, officer.contact, ...(officer.phone ? [officer.phone] : [])].join(', ')] : [];
}

/** Art. 27: only who is outside the Union needs one, or under the UK GDPR outside the UK. */
export function representative(party: PartyRecord, t: Texts): string[] {
  const { representative: union, ukRepresentative: uk, representativeExemption } = party;
  const named = [
    ...(union ? [[union.name, union.address ?? t.country(union.country), union.contact].join(', ')] : []),
    ...(uk ? [[uk.name, uk.address ?? t.country('GB'), uk.contact].join(', ')] : []),
  ];
  return named.length > 0 ? named : [representativeExemption ?? noneIn(t)];
}

export const orNone = (values: string[], { t }: Pick<RecordLine, 't'>): string[] =>
  values.length > 0 ? values : [noneIn(t)];

const engaged = ({ activity }: RecordLine): ChainLink[] => activity.chain.filter((link) => link.engaged);

/** Whoever receives the data beside the party itself, by name (Art. 30(1)(d)). */
export function recipients(line: RecordLine): string[] {
  const { t } = line;
  const terms = termsOf(line);
  return orNone(
    engaged(line)
      .filter(({ party, tier }) => party.id !== line.party.id && tier !== 0)
      .map(({ party: { name }, role, does }) =>
        does
          ? t('record-cells.name-and-does', { name, role: terms.role(role), does })
          : t('record-cells.name-and', { name, role: terms.role(role) }),
      ),
    line,
  );
}

/** To where, under what (Art. 30(1)(e)). */
export function transfers(line: RecordLine): string[] {
  const { t } = line;
  const terms = termsOf(line);
  return orNone(
    engaged(line).flatMap(({ party: { name }, transfers: all }) =>
      all.map(({ country, tool, assessment }) => {
        const values = { name, country: t.country(country), tool: terms.transferTool(tool) };
        return assessment
          ? t('record-cells.transfer-assessed', { ...values, assessment })
          : t('record-cells.transfer', values);
      }),
    ),
    line,
  );
}

/** Per category the rule that runs (Art. 30(1)(f)); a category nothing ends leaves the cell empty. */
export function timeLimits(line: RecordLine): string[] {
  const { activity, view, t } = line;
  const limits = activity.categories.map((category) => {
    const title = titleIn(category, t.language);
    if (category.anonymous) return t('record-cells.anonymous', { title });
    const rules = periodsInWords(category, view.policies, t, termsOf(line).exception);
    return rules.length > 0 ? t('record-cells.limit', { title, rules: rules.join('; ') }) : undefined;
  });
  return limits.some((limit) => limit === undefined) ? [] : (limits as string[]);
}

export const measures = (line: RecordLine): string[] => [
  ...line.activity.activity.measures.map(({ text, texts }) => titleIn({ title: text, titles: texts }, line.t.language)),
  ...safeguards(line.activity.activity, line),
];

/** Of archiving, research and statistics (Art. 89(1)). */
function safeguards({ safeguards: stated }: Activity, line: RecordLine): string[] {
  if (!stated) return [];
  const { t } = line;
  const citation = lawInWords(line.view.tenant, t).cite('89(1)');
  const { on, outcome, reason } = stated.anonymousTest;
  return [
    t('record-cells.minimisation', { how: stated.minimisation, citation }),
    t('record-cells.pseudonymisation', { how: stated.pseudonymisation, citation }),
    t('record-cells.derogation', { law: stated.law }),
    t('record-cells.anonymous-test', { day: t.day(on), outcome: selector(outcome), reason }),
  ];
}

/** The purpose in the language of the record. */
export const purposeIn = ({ view, activity, t }: RecordLine, of: 'title' | 'description'): string[] => {
  const text = textIn(activity.purpose[of], t.language, view.policies);
  return text ? [text] : [];
};

export function jointControllers(line: RecordLine): string[] {
  const { activity, controller } = line;
  return orNone(
    activity.chain
      .filter(({ role, party }) => role === 'joint-controller' && party.id !== controller.id)
      .map(({ party }) => reached(party)[0] ?? party.name),
    line,
  );
}

export function places(line: RecordLine): string[] {
  const { t } = line;
  return orNone(
    [
      ...new Set(
        engaged(line).flatMap((link) =>
          link.places.map((one) =>
            t('record-cells.place', { title: titleIn(one, t.language), country: t.country(one.country) }),
          ),
        ),
      ),
    ],
    line,
  );
}
