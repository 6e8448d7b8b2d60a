import { basisPoint, type ErasureException, type LawfulBasis } from '../../../law/vocabulary.ts';
import type { Category } from '../../../register/policies/model.ts';
import type { Policies } from '../../../register/policies/policies.ts';
import { ruleInWords } from '../../../register/policies/rule-in-words.ts';
import { automatedDecisionInWords } from '../../../register/view/automated-decisions.ts';
import type { ActivityRecord, RegisterView } from '../../../register/view/view-model.ts';
import type { MissingHolder } from '../copy.ts';
import type { AccessFacts, Facts, Language, PortabilityFacts } from './model.ts';
import { RIGHTS, rightUnder } from './rights.ts';
import { wordsOf } from './words.ts';
import type { Words } from './words-model.ts';

export interface FactsInput {
  view: RegisterView;
  policies: Pick<Policies, 'rulesFor' | 'erasureRequestFor'>;
  language: Language;
  snapshotAt: Date;
  subjectKind: 'visitor' | 'account';
  linkedVisitors: number;
  missing: MissingHolder[];
  /** Records found, by kind of data. */
  countOf(category: string): number;
}

export const titleOf = (category: Category, language: Language): string =>
  category.titles?.[language] ?? category.title;

/** Basis of consent or contract, provided or observed (GDPR Art. 20(1)): what there is to say against a kind of data. */
export function leftOutReason(
  category: Category,
  activities: readonly ActivityRecord[],
): 'basis' | 'source' | undefined {
  if (!activities.some(({ basis }) => ['a', 'b'].includes(basisPoint(basis)))) return 'basis';
  return category.source === 'person' || category.source === 'observed' ? undefined : 'source';
}

function headOf({ view, language, snapshotAt, subjectKind, linkedVisitors, missing }: FactsInput) {
  const words = wordsOf(language);
  const institution = view.parties.find(({ kind }) => kind === 'tenant');
  return {
    version: 1 as const,
    institution: institution?.name ?? view.tenant.name,
    contact: institution?.contact ?? null,
    language,
    snapshotAt: snapshotAt.toISOString(),
    policyHash: view.policyHash,
    subjectKind,
    linkedVisitors,
    missing: missing.map(({ holder, code }) => ({ holder, code, inWords: words.faults[code] ?? code })),
  };
}

const translated = (texts: Record<string, string>, language: Language, otherwise: string): string =>
  texts[language] ?? texts['en'] ?? Object.values(texts)[0] ?? otherwise;

/** The nine parts of GDPR Art. 15(1) and the safeguards of 15(2), about the kinds of data that were found. */
function accessFacts(input: FactsInput): AccessFacts {
  const { view, policies, language, countOf } = input;
  const words = wordsOf(language);
  const personal = view.policies.categories.filter(({ anonymous }) => !anonymous);
  const held = personal.filter(({ id }) => countOf(id) > 0);
  const ids = new Set(held.map(({ id }) => id));
  const activities = view.activities.filter(({ categories }) => categories.some(({ id }) => ids.has(id)));
  const about = ({ categories }: ActivityRecord) => categories.map(({ id }) => id).filter((id) => ids.has(id));
  const records = held.reduce((sum, { id }) => sum + countOf(id), 0);
  const { supervisoryAuthority } = view.policies.installation;
  const decisions = activities.flatMap(({ title, activity }) => {
    const logic = automatedDecisionInWords(activity, language);
    return logic ? [{ activity: title, logic }] : [];
  });
  const named = (category: Category) => ({ category: category.id, title: titleOf(category, language) });
  return {
    ...headOf(input),
    kind: 'access',
    confirmation: {
      held: records > 0,
      records,
      inWords: records > 0 ? words.held(records) : words.nothing,
      searched: personal.map((category) => ({ ...named(category), records: countOf(category.id) })),
    },
    purposes: activities.map((one) => ({
      purpose: one.purpose.id,
      title: translated(one.purpose.title, language, one.purpose.id),
      description: translated(one.purpose.description, language, ''),
      activity: one.title,
      basis: one.basis,
      basisInWords: words.bases[basisPoint(one.basis)],
      legitimateInterest: one.purpose.legitimateInterest ?? null,
      categories: about(one),
    })),
    categories: held.map((category) => ({
      ...named(category),
      special: category.special,
      records: countOf(category.id),
    })),
    recipients: recipientsOf(activities, view, words, about),
    periods: held.map((category) => ({
      ...named(category),
      periods: policies.rulesFor(category.id).map((rule) => ruleInWords(rule, language)),
      onErasureRequest: onErasure(policies.erasureRequestFor(category.id), words),
    })),
    rights: rightsOf(activities, words, about),
    complaint: { authority: supervisoryAuthority.name, contact: supervisoryAuthority.contact },
    sources: held.map((category) => ({
      ...named(category),
      source: category.source,
      sourceInWords: words.sources[category.source],
    })),
    automatedDecisions: {
      exist: decisions.length > 0,
      inWords: decisions.length > 0 ? decisions.map(({ logic }) => logic).join(' ') : words.noDecisions,
      decisions,
    },
    transfers: transfersOf(activities, view, words, ids),
  };
}

type About = (activity: ActivityRecord) => string[];

/** Who has the data, by name, each party once per role. */
function recipientsOf(activities: ActivityRecord[], view: RegisterView, words: Words, about: About) {
  const found = new Map<string, AccessFacts['recipients'][number]>();
  for (const activity of activities)
    for (const { party, role, does, actsFor, places, engaged } of activity.chain) {
      if (!engaged) continue;
      const key = [party.id, role, actsFor, does].join('\0');
      const countries = places.length > 0 ? places.map(({ country }) => country) : party.country ? [party.country] : [];
      const before = found.get(key);
      found.set(key, {
        name: party.name,
        role,
        roleInWords: words.roles[role],
        does,
        onBehalfOf: actsFor === null ? null : (view.party(actsFor)?.name ?? actsFor),
        contact: party.contact ?? null,
        countries: [...new Set([...(before?.countries ?? []), ...countries])],
        categories: [...new Set([...(before?.categories ?? []), ...about(activity)])],
      });
    }
  return [...found.values()];
}

function transfersOf(activities: ActivityRecord[], view: RegisterView, words: Words, ids: ReadonlySet<string>) {
  const found = new Map<string, AccessFacts['transfers'][number]>();
  for (const { chain, categories } of activities)
    for (const { party, transfers, engaged } of chain) {
      if (!engaged) continue;
      for (const { country, tool, supplementaryMeasures, categories: only } of transfers) {
        const of = (only ?? categories.map(({ id }) => id)).filter((id) => ids.has(id));
        if (of.length === 0) continue;
        const key = [party.id, country, tool].join('\0');
        found.set(key, {
          importer: view.party(party.id)?.name ?? party.name,
          country,
          tool,
          toolInWords: words.tools[tool],
          supplementaryMeasures: supplementaryMeasures ?? [],
          categories: [...new Set([...(found.get(key)?.categories ?? []), ...of])],
        });
      }
    }
  return [...found.values()];
}

/** Each right with how it stands under every basis of the data that is held (REQ-A08). */
function rightsOf(activities: ActivityRecord[], words: Words, about: About): AccessFacts['rights'] {
  const byBasis = new Map<LawfulBasis, Set<string>>();
  for (const activity of activities) {
    const categories = byBasis.get(activity.basis) ?? new Set();
    for (const id of about(activity)) categories.add(id);
    byBasis.set(activity.basis, categories);
  }
  return RIGHTS.map((article) => {
    const standings = [...byBasis].map(([basis, categories]) => {
      const { offered, reason } = rightUnder(article, basis);
      return {
        basis,
        basisInWords: words.bases[basisPoint(basis)],
        offered,
        reason,
        reasonInWords: words.rightReasons[reason],
        categories: [...categories],
      };
    });
    // Nothing held: only what never depends on a basis is there to offer.
    const offered = standings.length > 0 ? standings.some((one) => one.offered) : ['16', '18', '77'].includes(article);
    return { article, right: words.rights[article], offered, standings };
  });
}

function onErasure(rule: ReturnType<Policies['erasureRequestFor']>, words: Words): string {
  const action = rule?.action ?? 'erase';
  const ground = rule?.ground as ErasureException | undefined;
  return action === 'erase' || !ground
    ? words.onErasure[action]
    : `${words.onErasure[action]}: ${words.exceptions[ground]}`;
}

/** What a portability pack says of its scope (GDPR Art. 20). */
function portabilityFacts(input: FactsInput): PortabilityFacts {
  const { view, language, countOf } = input;
  const words = wordsOf(language);
  const scope: PortabilityFacts['scope'] = [];
  const leftOut: PortabilityFacts['leftOut'] = [];
  for (const category of view.policies.categories) {
    if (category.anonymous) continue;
    const named = { category: category.id, title: titleOf(category, language) };
    const activities = view.covering({ category: category.id });
    const reason = leftOutReason(category, activities);
    if (reason !== undefined) leftOut.push({ ...named, reason, reasonInWords: words.leftOut[reason] });
    else {
      const basis = activities.find((one) => ['a', 'b'].includes(basisPoint(one.basis)))?.basis as LawfulBasis;
      scope.push({
        ...named,
        basis,
        basisInWords: words.bases[basisPoint(basis)],
        source: words.sources[category.source],
        records: countOf(category.id),
      });
    }
  }
  return { ...headOf(input), kind: 'portability', scope, leftOut };
}

export const factsOf = (kind: Facts['kind'], input: FactsInput): Facts =>
  kind === 'access' ? accessFacts(input) : portabilityFacts(input);
