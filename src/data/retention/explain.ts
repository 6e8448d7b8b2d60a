import type { TenantScope } from '../../foundations/contract/context.ts';
import type { Holder, RowOfPerson } from '../../foundations/holders/holder.ts';
import { selector, type Texts } from '../../foundations/messages/texts.ts';
import type { Query } from '../../foundations/store/store.ts';
import { endOfPeriod, startOfDayNamed } from '../../law/duration.ts';
import { conditionInWords, lastsByItems, PRIVATE_ITEMS } from '../../register/policies/conditions.ts';
import type { Category, KeepCondition, RetentionRule } from '../../register/policies/model.ts';
import type { Policies, PolicyView } from '../../register/policies/policies.ts';
import { ruleInWords } from '../../register/policies/rule-in-words.ts';
import type { RuleInForce } from '../../register/policies/transitions.ts';
import { lawTerms } from '../../register/view/law-terms.ts';
import { inLanguage, titleIn } from '../../register/view/titles.ts';
import { accountsByVisitor, LINK_CATEGORY } from '../consent/links.ts';
import { privateItemsOf } from '../content/private-items.ts';
import { type StandingRow, standingsOf } from '../relations/standing.ts';
import { endedSince, holderInside, meantSubjects, standingAsked, withLinked } from './conditions.ts';
import { rulesInOrder } from './due-rows.ts';
import type { Because, Explanation } from './explain-model.ts';
import { HOLD_KINDS } from './hold-kinds.ts';
import { covering } from './holds-outside.ts';
import { type HoldRow, holdsInForce, needsLink } from './table.ts';

export interface ExplainDeps {
  policies: Pick<Policies, 'of'>;
  holders: readonly Holder[];
  /** What a relation is to; absent: it is not told. */
  relations?: { opened(tenantId: string, row: StandingRow): Promise<{ reference: string | null }> };
}

/** In whose place, when, and in which words; `discreet`: without what the person's relations and items are called. */
export interface Explaining {
  tenant: TenantScope;
  now: Date;
  asOf: Date;
  t: Texts;
  discreet?: boolean;
}

/** Rows of a category looked through for the last of them to end. */
const CHILDREN = 20_000;

/** What keeps a row: until when, null where nobody can say. */
interface Reason {
  because: Because;
  until: Date | null;
}

/** The latest of several ends; null where one of them is open. */
const latest = (ends: (Date | null)[]): Date | null =>
  ends.some((end) => end === null) ? null : new Date(Math.max(...ends.map((end) => (end as Date).getTime())));

/**
 * Why rows are still there, and until when: the one explanation that the person's report, the officer, the command line
 * and a plan are given. What goes before what: a hold, a ground to keep for good, a condition, the stronger rule, the
 * period. It asks what a sweep asks, about the people of these rows alone.
 */
export function createExplainer({ policies, holders, relations }: ExplainDeps, q: Query, explaining: Explaining) {
  const { tenant, now, asOf, t, discreet = false } = explaining;
  const view: PolicyView = policies.of(tenant.id);
  const set = view.current();
  const strength = rulesInOrder(view);
  const remembered = new Map<string, Promise<unknown>>();
  const once = <T>(name: string, find: () => Promise<T>): Promise<T> => {
    const known = (remembered.get(name) as Promise<T> | undefined) ?? find();
    remembered.set(name, known);
    return known;
  };
  const day = (at: Date) => t.dayOf(at, tenant.timeZone);
  const titleOf = (id: string) => {
    const category = view.category(id);
    return category ? titleIn(category, t.language) : id;
  };

  /** The person of a row: who it is about, and who is linked to them. */
  const personOf = (subjectIds: readonly string[]) =>
    once(`person ${[...subjectIds].sort().join(' ')}`, async () => [...(await withLinked(q, tenant.id, subjectIds))]);

  async function holdsOn(category: string, action: RetentionRule['action'] | undefined, subjectIds: readonly string[]) {
    const all = await once('holds', () => holdsInForce(q, tenant.id, HOLD_KINDS, now));
    const accounts = await accountsByVisitor(q, tenant.id, [...subjectIds]);
    const whose = new Set([...subjectIds, ...accounts.values()]);
    const here = new Set(covering(view, all, category, action));
    if (category === LINK_CATEGORY)
      for (const hold of all) if (hold.subjectId !== null && needsLink(hold.category)) here.add(hold);
    return [...here].filter(({ subjectId }) => subjectId === null || whose.has(subjectId));
  }

  const holdReason = ({ holdId, kind, until }: HoldRow): Reason => ({
    until,
    because: {
      kind: 'hold',
      id: holdId,
      inWords: until
        ? t('why.hold-until', { kind: selector(kind), day: day(until) })
        : t('why.hold', { kind: selector(kind) }),
      until: until?.toISOString() ?? null,
    },
  });

  /** What makes a condition hold of a person; undefined where it does not. */
  async function lasting(condition: KeepCondition, subjectIds: readonly string[]) {
    const found: { inWords: string; until: Date | null }[] = [];
    const standing = standingAsked(condition);
    const since = endedSince(condition, asOf, tenant.timeZone);
    if (standing)
      for (const row of await standingsOf(q, tenant.id, subjectIds, standing, asOf, since))
        found.push(await standingInWords(condition, row));
    for (const category of condition.children ?? []) {
      const until = await lastOf(category, subjectIds);
      if (until === undefined) continue;
      const categories = titleOf(category);
      found.push({
        until,
        inWords: until ? t('why.children-until', { categories, day: day(until) }) : t('why.children', { categories }),
      });
    }
    const until = lastsByItems(set, condition) ? await lastOf(PRIVATE_ITEMS, subjectIds) : undefined;
    if (until !== undefined) {
      const [item, ...others] = discreet ? [] : await privateItemsOf(q, tenant.id, subjectIds, 1_000);
      const inWords = item ? t('why.items', { item, others: others.length }) : conditionInWords(condition, set, t);
      found.push({ until, inWords });
    }
    if (found.length === 0) return undefined;
    const end = latest(found.map((one) => one.until));
    // What lasts longest is told.
    const told = found.find((one) => one.until?.getTime() === end?.getTime()) ?? found[0];
    return { until: end, inWords: told?.inWords ?? '' };
  }

  async function standingInWords(condition: KeepCondition, row: StandingRow) {
    const until = row.until && condition.plus ? endOfPeriod(row.until, condition.plus, tenant.timeZone) : row.until;
    if (condition.relation === undefined) return { until, inWords: conditionInWords(condition, set, t) };
    const declared = set.relations?.relations.find(({ id }) => id === condition.relation);
    const reference = discreet ? null : ((await relations?.opened(tenant.id, row))?.reference ?? null);
    const title = declared ? titleIn(declared, t.language) : condition.relation;
    const called = reference === null ? title : t('why.referred', { title, reference });
    if (row.until === null) return { until, inWords: t('why.relation', { called }) };
    const ends = { called, day: day(row.until) };
    if (condition.plus === undefined) return { until, inWords: t('why.relation-until', ends) };
    return { until, inWords: t('why.relation-plus', { ...ends, period: t.duration(condition.plus) }) };
  }

  /** When the last row of a category about a person ends; undefined where there is none. */
  const lastOf = (category: string, subjectIds: readonly string[]): Promise<Date | null | undefined> =>
    once(`last ${category} ${subjectIds.join(' ')}`, async () => {
      const rows = await rowsOf(category, { subjectIds }, CHILDREN);
      if (rows.length === 0) return undefined;
      const ends: (Date | null)[] = [];
      for (const row of rows) ends.push((await decide(category, row)).until);
      return latest(ends);
    });

  async function rowsOf(
    category: string,
    of: { subjectIds: readonly string[] } | { rows: readonly string[] },
    limit: number,
  ): Promise<RowOfPerson[]> {
    const holder = holderInside(holders, view, category);
    return holder ? holder.rowsOf(q, { tenantId: tenant.id, category, of, limit }) : [];
  }

  /** By ids, in the order in which one goes before another. */
  async function decide(category: string, row: RowOfPerson) {
    const person = await personOf(row.subjectIds);
    const key = person.join(' ');
    const candidates: { rule: RuleInForce; end: Date; until: Date | null; reasons: Reason[] }[] = [];
    // To put something before a person ends nothing.
    for (const rule of strength.filter((one) => one.category === category && one.action !== 'review')) {
      const began = row.clocks[rule.from];
      if (!began || isOfAnotherWord(rule, row) || !(await isMeant(rule, row))) continue;
      const end = endOfPeriod(began, rule.after, tenant.timeZone, rule.counted);
      const reasons = await once(`reasons ${rule.id} ${row.subjectIds.join(' ')}`, () => reasonsOf(rule, row, person));
      candidates.push({ rule, end, reasons, until: latest([end, ...reasons.map(({ until }) => until)]) });
    }
    const kept = view.category(category)?.kept;
    const held = kept ? (await holdsOn(category, undefined, row.subjectIds)).map(holdReason) : [];
    // The first to treat it; of several at once the strongest, which come first.
    const time = (at: Date | null) => at?.getTime() ?? Number.POSITIVE_INFINITY;
    const [first] = [...candidates].sort((a, b) => time(a.until) - time(b.until) || time(a.end) - time(b.end));
    const reaching = candidates.filter((one) => one === first || time(one.end) <= time(first?.until ?? null));
    return { kept, held, first, reaching, until: kept ? null : (first?.until ?? null), key };
  }

  /** Of a rule that has changed each row is one word's: by when it began. */
  const isOfAnotherWord = ({ from, old, leaves = [] }: RuleInForce, { clocks }: RowOfPerson): boolean => {
    const isBefore = (clock: string, day: string) => {
      const began = clocks[clock];
      return began !== null && began !== undefined && began < startOfDayNamed(day, tenant.timeZone);
    };
    return (
      (old !== undefined && !isBefore(from, old.until)) || leaves.some(({ clock, until }) => isBefore(clock, until))
    );
  };

  const isMeant = async (rule: RetentionRule, row: RowOfPerson): Promise<boolean> => {
    const meant = await once(`meant ${rule.id}`, () => meantSubjects(q, tenant.id, rule.only, asOf));
    return meant === undefined || row.subjectIds.some((id) => meant.has(id));
  };

  async function reasonsOf(rule: RetentionRule, row: RowOfPerson, person: readonly string[]): Promise<Reason[]> {
    const reasons = (await holdsOn(rule.category, rule.action, row.subjectIds)).map(holdReason);
    for (const condition of row.subjectIds.length === 0 ? [] : (rule.unless ?? [])) {
      const found = await once(`lasts ${JSON.stringify(condition)} ${person.join(' ')}`, () =>
        lasting(condition, person),
      );
      if (!found) continue;
      const { until, inWords } = found;
      reasons.push({
        until,
        because: { kind: 'condition', id: condition.id, inWords, until: until?.toISOString() ?? null },
      });
    }
    return reasons;
  }

  const groundReason = (category: Category, { ground, reason, reasons }: NonNullable<Category['kept']>): Because => ({
    kind: 'ground',
    id: ground,
    inWords: t('why.ground', {
      title: titleIn(category, t.language),
      reason: inLanguage(reasons, t.language) ?? reason,
      ground: lawTerms(tenant, t).exception(ground),
    }),
    until: null,
  });

  async function explain(category: string, row: RowOfPerson): Promise<Explanation> {
    const { kept, held, first, reaching, until } = await decide(category, row);
    const distinct = new Map<string, Because>();
    const note = (one: Because) => distinct.set(`${one.kind} ${one.id}`, distinct.get(`${one.kind} ${one.id}`) ?? one);
    const reasons = [...held, ...reaching.flatMap((one) => one.reasons)].map(({ because }) => because);
    for (const one of reasons) if (one.kind === 'hold') note(one);
    const declared = view.category(category);
    if (kept && declared) note(groundReason(declared, kept));
    for (const one of reasons) if (one.kind === 'condition') note(one);
    for (const { rule, end } of reaching)
      note({
        kind: 'rule',
        id: rule.id,
        inWords: t('why.rule', { rule: ruleInWords(rule, set, t), past: String(end <= asOf), day: day(end) }),
        until: end.toISOString(),
      });
    const because = [...distinct.values()];
    const isKept = kept !== undefined || (first !== undefined && first.end <= asOf && (!until || until > asOf));
    return {
      category,
      row: row.row,
      rule: first?.rule.id ?? null,
      until: until?.toISOString() ?? null,
      isKept,
      inWords: sentence(because, first, until),
      because,
    };
  }

  function sentence(
    because: Because[],
    first: { rule: RetentionRule; end: Date } | undefined,
    until: Date | null,
  ): string {
    const [foremost] = because;
    if (foremost?.kind === 'ground' || (foremost && !first)) return t('why.kept', { reason: foremost.inWords });
    if (!foremost || !first) return t('why.nothing-counts');
    const rule = first.rule.id;
    if (foremost.kind !== 'rule') {
      const reason = foremost.inWords;
      return until === null
        ? t('why.kept-open', { reason, rule })
        : t('why.kept-until', { day: day(until), reason, rule });
    }
    const what = ruleInWords(first.rule, set, t);
    return first.end <= asOf
      ? t('why.due', { day: day(first.end), rule, what })
      : t('why.ends', { day: day(first.end), rule, what });
  }

  return {
    /** A person's rows of a category, in the order of their keys. */
    async ofPerson(category: string, subjectIds: readonly string[], limit: number): Promise<Explanation[]> {
      const explained: Explanation[] = [];
      for (const row of await rowsOf(category, { subjectIds }, limit)) explained.push(await explain(category, row));
      return explained;
    },

    /** Rows by their keys. */
    async ofRows(category: string, rows: readonly string[]): Promise<Explanation[]> {
      const explained: Explanation[] = [];
      for (const row of await rowsOf(category, { rows }, rows.length)) explained.push(await explain(category, row));
      return explained;
    },
  };
}
