import { basisPoint, type ErasureException, type LawfulBasis } from '../../../law/vocabulary.ts';
import type { Category } from '../../../register/policies/model.ts';
import type { Policies } from '../../../register/policies/policies.ts';
import { periodsInWords } from '../../../register/policies/word-in-words.ts';
import { automatedDecisionInWords } from '../../../register/view/automated-decisions.ts';
import { authorityOf } from '../../../register/view/law-in-words.ts';
import type { ActivityRecord, RegisterView } from '../../../register/view/view-model.ts';
import type { MissingHolder } from '../copy.ts';
import type { AccessFacts, Facts, PackageRecord, PortabilityFacts } from './model.ts';
import { decisionInWords } from './records/consents.ts';
import { type Speech, titleOf } from './records/speech.ts';
import { RIGHTS, type Right, rightUnder } from './rights.ts';

export interface FactsInput {
  view: RegisterView;
  policies: Pick<Policies, 'rulesFor' | 'erasureRequestFor'>;
  say: Speech;
  language: Facts['language'];
  snapshotAt: Date;
  subjectKind: 'visitor' | 'account';
  linkedVisitors: number;
  /** Names of other portals that go with it. */
  portals?: string[];
  missing: MissingHolder[];
  /** Records found, by kind of data. */
  countOf(category: string): number;
  /** By kind of data, why something of it is still there past its period. */
  kept: ReadonlyMap<string, readonly string[]>;
  /** The person's newest decision on each purpose they decided on. */
  decisions: ReadonlyMap<string, PackageRecord>;
}

/** Basis of consent or contract, provided or observed (GDPR Art. 20(1)): what there is to say against a kind of data. */
export function leftOutReason(
  category: Category,
  activities: readonly ActivityRecord[],
): 'basis' | 'source' | undefined {
  if (!activities.some(({ basis }) => ['a', 'b'].includes(basisPoint(basis)))) return 'basis';
  return category.source === 'person' || category.source === 'observed' ? undefined : 'source';
}

function headOf({ view, say, language, snapshotAt, subjectKind, linkedVisitors, portals = [], missing }: FactsInput) {
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
    ...(portals.length > 0 ? { portals } : {}),
    missing: missing.map(({ holder, code }) => ({ holder, code, inWords: say.code('package.fault', code) })),
  };
}

const translated = (texts: Record<string, string>, language: string, otherwise: string): string =>
  texts[language] ?? texts['en'] ?? Object.values(texts)[0] ?? otherwise;

/** `contract (Art. 6(1)(b) GDPR)`; of a sentence its full stop stays at the end. */
export function cited(text: string, articles: string, { t }: Speech): string {
  if (articles === '') return text;
  return text.endsWith('.')
    ? `${t('package.cited', { text: text.slice(0, -1), articles })}.`
    : t('package.cited', { text, articles });
}

/** Where it stands that the rights of others bound a copy (Art. 15(4), 20(4)). */
export const rightsOfOthers = (kind: string, { law }: Speech): string =>
  law.cite(kind === 'access' ? '15(4)' : '20(4)');

/**
 * What is done with the data of this person: activities about kinds of data that are held. What rests on consent is about
 * those who were asked; where nothing else explains why a kind of data is here, it is named nevertheless.
 */
function activitiesOf({ view, decisions }: FactsInput, held: ReadonlySet<string>): ActivityRecord[] {
  const about = view.activities.filter(({ categories }) => categories.some(({ id }) => held.has(id)));
  const asked = (one: ActivityRecord) => basisPoint(one.basis) !== 'a' || decisions.has(one.purpose.id);
  const explained = new Set(about.filter(asked).flatMap(({ categoryIds }) => categoryIds));
  return about.filter((one) => asked(one) || one.categoryIds.some((id) => held.has(id) && !explained.has(id)));
}

/** The nine parts of GDPR Art. 15(1) and the safeguards of 15(2), about the kinds of data that were found. */
function accessFacts(input: FactsInput): AccessFacts {
  const { view, policies, say, countOf } = input;
  const { t } = say;
  const personal = view.policies.categories.filter(({ anonymous }) => !anonymous);
  const held = personal.filter(({ id }) => countOf(id) > 0);
  const ids = new Set(held.map(({ id }) => id));
  const activities = activitiesOf(input, ids);
  const about = ({ categories }: ActivityRecord) => categories.map(({ id }) => id).filter((id) => ids.has(id));
  const records = held.reduce((sum, { id }) => sum + countOf(id), 0);
  const authority = authorityOf(view, t);
  const decisions = activities.flatMap(({ title, activity }) => {
    const logic = automatedDecisionInWords(activity, t, say.law);
    return logic ? [{ activity: title, logic }] : [];
  });
  const named = (category: Category) => ({ category: category.id, title: titleOf(category, t) });
  return {
    ...headOf(input),
    kind: 'access',
    confirmation: {
      held: records > 0,
      records,
      inWords: records > 0 ? t('package.held-in-words', { records }) : t('package.nothing'),
      searched: personal.map((category) => ({ ...named(category), records: countOf(category.id) })),
    },
    purposes: activities.map((one) => ({
      purpose: one.purpose.id,
      title: translated(one.purpose.title, t.language, one.purpose.id),
      description: translated(one.purpose.description, t.language, ''),
      activity: one.title,
      basis: one.basis,
      basisInWords: say.terms.basis(one.basis),
      legitimateInterest: one.purpose.legitimateInterest ?? null,
      categories: about(one),
      decision: decisionOn(one, input),
    })),
    categories: held.map((category) => ({
      ...named(category),
      special: category.special,
      records: countOf(category.id),
    })),
    recipients: recipientsOf(activities, view, say, about),
    periods: held.map((category) => ({
      ...named(category),
      periods: [
        ...periodsInWords(category, view.policies, t, say.terms.exception),
        ...(input.kept.get(category.id) ?? []),
      ],
      onErasureRequest: onErasure(policies.erasureRequestFor(category.id), say),
    })),
    rights: rightsOf(activities, say, about),
    complaint: { authority: authority.name, contact: authority.contact },
    sources: held.map((category) => ({
      ...named(category),
      source: category.source,
      sourceInWords: say.code('package.source', category.source),
    })),
    automatedDecisions: {
      exist: decisions.length > 0,
      inWords:
        decisions.length > 0
          ? decisions.map(({ logic }) => logic).join(' ')
          : cited(t('package.no-decisions'), say.law.cite('22'), say),
      decisions,
    },
    transfers: transfersOf(activities, view, say, ids),
  };
}

/** The person's newest decision on what rests on consent. */
function decisionOn({ basis, purpose }: ActivityRecord, { decisions, say }: FactsInput) {
  const decision = decisions.get(purpose.id);
  if (basisPoint(basis) !== 'a' || !decision) return null;
  return { status: String(decision.fields['status']), at: decision.at, inWords: `${decisionInWords(decision, say)}.` };
}

type About = (activity: ActivityRecord) => string[];

/** Who has the data, by name, each party once per role. */
function recipientsOf(activities: ActivityRecord[], view: RegisterView, say: Speech, about: About) {
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
        roleInWords: say.code('package.party', role),
        does,
        onBehalfOf: actsFor === null ? null : (view.party(actsFor)?.name ?? actsFor),
        contact: party.contact ?? null,
        countries: [...new Set([...(before?.countries ?? []), ...countries])],
        categories: [...new Set([...(before?.categories ?? []), ...about(activity)])],
      });
    }
  return [...found.values()];
}

function transfersOf(activities: ActivityRecord[], view: RegisterView, say: Speech, ids: ReadonlySet<string>) {
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
          toolInWords: say.terms.transferTool(tool),
          supplementaryMeasures: supplementaryMeasures ?? [],
          categories: [...new Set([...(found.get(key)?.categories ?? []), ...of])],
        });
      }
    }
  return [...found.values()];
}

/** Each right with how it stands under every basis of the data that is held (REQ-A08). */
function rightsOf(activities: ActivityRecord[], say: Speech, about: About): AccessFacts['rights'] {
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
        basisInWords: say.terms.basis(basis),
        offered,
        reason,
        reasonInWords: cited(say.code('package.right-reason', reason), say.law.cite(...REASON_STANDS[reason]), say),
        categories: [...categories],
      };
    });
    // Nothing held: only what never depends on a basis is there to offer.
    const offered = standings.length > 0 ? standings.some((one) => one.offered) : ['16', '18', '77'].includes(article);
    return {
      article,
      right: cited(say.code('package.right', article), placeOf(article, say), say),
      offered,
      standings,
    };
  });
}

/** Where each right stands. */
const placeOf = (right: Right, { law }: Speech): string =>
  right === '77' ? law.complaint : law.cite(right === '7-3' ? '7(3)' : right);

/** Where it stands how a right is bounded, by the numbers of the GDPR. */
const REASON_STANDS: Record<ReturnType<typeof rightUnder>['reason'], string[]> = {
  always: [],
  'by-basis': [],
  'limited-17-3-b': ['17(3)(b)'],
  'on-objection-17-1-c': ['17(1)(c)', '17(3)(b)'],
  'not-consent-or-contract': ['20(1)(a)'],
  'withdraw-instead': ['7(3)'],
  'not-interest-or-task': ['21(1)'],
  'not-consent': ['7(3)'],
};

function onErasure(rule: ReturnType<Policies['erasureRequestFor']>, say: Speech): string {
  const action = rule?.action ?? 'erase';
  const ground = rule?.ground as ErasureException | undefined;
  const what = say.code('package.on-erasure', action);
  if (action === 'erase' || !ground) return what;
  return say.t('package.on-erasure-ground', { what, ground: say.terms.exception(ground) });
}

/** What a portability pack says of its scope (GDPR Art. 20). */
function portabilityFacts(input: FactsInput): PortabilityFacts {
  const { view, say, countOf } = input;
  const scope: PortabilityFacts['scope'] = [];
  const leftOut: PortabilityFacts['leftOut'] = [];
  for (const category of view.policies.categories) {
    if (category.anonymous) continue;
    const named = { category: category.id, title: titleOf(category, say.t) };
    const activities = view.covering({ category: category.id });
    const reason = leftOutReason(category, activities);
    if (reason !== undefined) leftOut.push({ ...named, reason, reasonInWords: say.code('package.left-out', reason) });
    else {
      const basis = activities.find((one) => ['a', 'b'].includes(basisPoint(one.basis)))?.basis as LawfulBasis;
      scope.push({
        ...named,
        basis,
        basisInWords: say.terms.basis(basis),
        source: say.code('package.source', category.source),
        records: countOf(category.id),
      });
    }
  }
  return { ...headOf(input), kind: 'portability', scope, leftOut };
}

export const factsOf = (kind: Facts['kind'], input: FactsInput): Facts =>
  kind === 'access' ? accessFacts(input) : portabilityFacts(input);
