import { TRANSFER_TOOL_IN_WORDS } from '../../law/vocabularies/transfer-tools.ts';
import type { Activity, PartyRole } from '../../register/policies/model.ts';
import { ruleInWords } from '../../register/policies/rule-in-words.ts';
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
}

/** What stands where the law wants an answer and the answer is that there is none. */
export const NONE = 'none';

/** `Name, address, contact`; what is not recorded is left out, and a name alone counts as empty. */
export function reached({ name, address, contact, phone }: PartyRecord): string[] {
  return address && contact ? [[name, address, contact, ...(phone ? [phone] : [])].join(', ')] : [];
}

export function officer({ dataProtectionOfficer: officer }: PartyRecord): string[] {
  return officer ? [[officer.name, officer.contact, ...(officer.phone ? [officer.phone] : [])].join(', ')] : [];
}

/** Art. 27: only who is outside the Union needs one, or under the UK GDPR outside the UK. */
export function representative(party: PartyRecord): string[] {
  const { representative: union, ukRepresentative: uk, representativeExemption } = party;
  const named = [
    ...(union ? [[union.name, union.address ?? union.country, union.contact].join(', ')] : []),
    ...(uk ? [[uk.name, uk.address ?? 'United Kingdom', uk.contact].join(', ')] : []),
  ];
  return named.length > 0 ? named : [representativeExemption ?? NONE];
}

export const orNone = (values: string[]): string[] => (values.length > 0 ? values : [NONE]);

const engaged = ({ activity }: RecordLine): ChainLink[] => activity.chain.filter((link) => link.engaged);

/** Whoever receives the data beside the party itself, by name (Art. 30(1)(d)). */
export function recipients(line: RecordLine): string[] {
  return orNone(
    engaged(line)
      .filter(({ party, tier }) => party.id !== line.party.id && tier !== 0)
      .map(({ party, role, does }) => `${party.name} (${role}${does ? `: ${does}` : ''})`),
  );
}

/** To where, under what (Art. 30(1)(e)). */
export function transfers(line: RecordLine): string[] {
  return orNone(
    engaged(line).flatMap(({ party, transfers: all }) =>
      all.map(
        ({ country, tool, assessment }) =>
          `${party.name}, ${country}: ${TRANSFER_TOOL_IN_WORDS[tool]}${assessment ? ` (${assessment})` : ''}`,
      ),
    ),
  );
}

/** Per category the rule that runs (Art. 30(1)(f)); a category nothing ends leaves the cell empty. */
export function timeLimits({ activity }: RecordLine): string[] {
  const limits = activity.categories.map(({ id, title, anonymous }) => {
    if (anonymous) return `${title}: anonymous, kept`;
    const rules = activity.rules.filter(({ category }) => category === id).map((rule) => ruleInWords(rule));
    return rules.length > 0 ? `${title}: ${rules.join('; ')}` : undefined;
  });
  return limits.some((limit) => limit === undefined) ? [] : (limits as string[]);
}

export const measures = ({ activity: { activity } }: RecordLine): string[] => [
  ...activity.measures.map(({ text }) => text),
  ...safeguards(activity),
];

/** Of archiving, research and statistics (Art. 89(1)). */
function safeguards({ safeguards: stated }: Activity): string[] {
  if (!stated) return [];
  const { on, outcome, reason } = stated.anonymousTest;
  const would = outcome === 'would-do' ? 'would do' : 'would not do';
  return [
    `Minimisation (Art. 89(1)): ${stated.minimisation}`,
    `Pseudonymisation (Art. 89(1)): ${stated.pseudonymisation}`,
    `Law: ${stated.law}`,
    `Anonymised data ${would}, asked on ${on}: ${reason}`,
  ];
}

export const inLanguage = ({ view, activity }: RecordLine, of: 'title' | 'description'): string[] => {
  const texts = activity.purpose[of];
  const text = texts[view.tenant.language] ?? texts[view.policies.installation.defaultLanguage];
  return text ? [text] : [];
};

export function jointControllers({ activity, controller }: RecordLine): string[] {
  return orNone(
    activity.chain
      .filter(({ role, party }) => role === 'joint-controller' && party.id !== controller.id)
      .map(({ party }) => reached(party)[0] ?? party.name),
  );
}

export function places(line: RecordLine): string[] {
  return orNone([
    ...new Set(engaged(line).flatMap((link) => link.places.map(({ title, country }) => `${title} (${country})`))),
  ]);
}
