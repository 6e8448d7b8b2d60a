import { type Column, getTableColumns, type Table } from 'drizzle-orm';
import { reasonOf, type Standing, standingOf } from '../store/in-the-clear.ts';
import type { ColumnClaim, Holder } from './holder.ts';

/** What the gate must know of the policies. */
export interface CoveragePolicies {
  categories: { id: string; holder: string; anonymous?: boolean; kept?: object }[];
  rules: { id: string; category: string; action: string; from: string }[];
  erasureRequests: { category: string; action: string }[];
}

/** Actions after which nothing of the category is left (what a reduction leaves is another category). */
const ENDING = ['erase', 'reduce', 'anonymise'];

type Described = Pick<Holder, 'id' | 'describe'>;

/** One way in which data of a category could escape, with what it is about. */
export interface CategoryGap {
  kind:
    | 'undeclared'
    | 'other-holder'
    | 'no-column'
    | 'no-eraser'
    | 'no-rule'
    | 'rule-action'
    | 'rule-clock'
    | 'no-request-decision'
    | 'request-action'
    | 'no-exporter'
    | 'not-held';
  category: string;
  holder: string;
  rule?: string;
  /** In words, without the category. */
  text: string;
}

/**
 * Everything that could let personal data escape access, erasure or retention, in words; empty when nothing can. Every
 * column of every table is claimed by exactly one holder, or the table stands in `impersonal` with its reason; every
 * category has an exporter, an eraser, a retention rule and a decision for requests, or is anonymous.
 */
export function coverageGaps(
  tables: Record<string, Table>,
  holders: Described[],
  policies: CoveragePolicies,
  impersonal: Record<string, string>,
  inTheClear: (table: string, column: string) => string | undefined = reasonOf,
): string[] {
  return [
    ...columnGaps(tables, holders, impersonal),
    ...whatStands(tables, holders, inTheClear).flatMap(({ place, standing, why }) =>
      standing === 'clear' && !why?.trim() ? [`${place}: stands in the clear, and nothing tells why`] : [],
    ),
    ...holders.flatMap((holder) =>
      holder
        .describe()
        .sealedPerSubject.filter((id) => !categoriesOf(holder).includes(id))
        .map((id) => `${id}: said to be sealed per subject, but "${holder.id}" does not hold it`),
    ),
    ...categoryGaps(holders, policies).map(({ category, text }) => `${category}: ${text}`),
  ];
}

export interface StandingColumn {
  /** `table.column`, as the code calls them. */
  place: string;
  table: Table;
  column: Column;
  standing: Standing;
  /** Of what stands in the clear. */
  why?: string;
}

/** How every column stands on disk: sealed, keyed, or in the clear and why. */
export function whatStands(
  tables: Record<string, Table>,
  holders: Described[],
  inTheClear: (table: string, column: string) => string | undefined = reasonOf,
): StandingColumn[] {
  const claims = new Map(holders.flatMap(claimsOf));
  return Object.entries(tables).flatMap(([name, table]) =>
    Object.entries(getTableColumns(table)).map(([key, column]): StandingColumn => {
      const place = `${name}.${key}`;
      const standing = standingOf(name, key, column);
      const claim = claims.get(place);
      const structural = claim && 'structure' in claim ? claim.structure : undefined;
      return { place, table, column, standing, why: inTheClear(name, key) ?? structural };
    }),
  );
}

/** What of that can be told without the schema: where holders and policies do not fit each other. */
export function categoryGaps(holders: Described[], policies: CoveragePolicies): CategoryGap[] {
  return [
    ...holders.flatMap((holder) => gapsOf(holder, policies)),
    ...policies.categories
      .filter(({ id, holder }) => !offered(holders, holder).includes(id))
      .map(
        ({ id, holder }): CategoryGap => ({
          kind: 'not-held',
          category: id,
          holder,
          text: `the policies give it to the holder "${holder}", which does not know it`,
        }),
      ),
  ];
}

const offered = (holders: Described[], id: string) =>
  holders.filter((holder) => holder.id === id).flatMap((holder) => categoriesOf(holder));

const categoriesOfClaim = (claim: ColumnClaim): string[] =>
  'category' in claim ? [claim.category, ...(claim.also ?? [])] : [];

function claimsOf(holder: Described): [place: string, claim: ColumnClaim][] {
  // A claim that was left undefined is none: the gap must be named.
  return Object.entries(holder.describe().columns).flatMap(([table, columns]) =>
    Object.entries(columns ?? {}).flatMap(([column, claim]): [string, ColumnClaim][] =>
      claim === undefined ? [] : [[`${table}.${column}`, claim]],
    ),
  );
}

/** Categories a holder claims a column for or can act on. */
export function categoriesOf(holder: Described): string[] {
  const claimed = claimsOf(holder).flatMap(([, claim]) => categoriesOfClaim(claim));
  return [...new Set([...claimed, ...Object.keys(holder.describe().actions)])];
}

function columnGaps(tables: Record<string, Table>, holders: Described[], impersonal: Record<string, string>): string[] {
  const gaps: string[] = [];
  const claimants = new Map<string, string[]>();
  for (const holder of holders)
    for (const [place, claim] of claimsOf(holder)) {
      claimants.set(place, [...(claimants.get(place) ?? []), holder.id]);
      const reason = 'structure' in claim ? claim.structure : claim.exportedAs === null ? claim.reason : 'exported';
      if (!reason) gaps.push(`${place}: is not exported, and "${holder.id}" gives no reason`);
    }
  for (const [name, table] of Object.entries(tables))
    for (const column of Object.keys(getTableColumns(table))) {
      const place = `${name}.${column}`;
      const by = claimants.get(place) ?? [];
      claimants.delete(place);
      if (impersonal[name] !== undefined) {
        if (by.length > 0)
          gaps.push(`${place}: claimed by "${by.join('", "')}", though ${name} is said to hold no personal data`);
      } else if (by.length === 0) gaps.push(`${place}: no holder claims it`);
      else if (by.length > 1) gaps.push(`${place}: claimed by several holders: "${by.join('", "')}"`);
    }
  for (const [place, by] of claimants)
    gaps.push(`${place}: claimed by "${by.join('", "')}", but it is not in the schema`);
  for (const [name, reason] of Object.entries(impersonal)) {
    if (!tables[name]) gaps.push(`${name}: listed as a table without personal data, but it is not in the schema`);
    if (!reason.trim()) gaps.push(`${name}: listed as a table without personal data, but without a reason`);
  }
  return gaps;
}

function gapsOf(holder: Described, policies: CoveragePolicies): CategoryGap[] {
  const { actions, clocks } = holder.describe();
  const claims = claimsOf(holder).map(([, claim]) => claim);
  return categoriesOf(holder).flatMap((id) => {
    const gaps: CategoryGap[] = [];
    const gap = (kind: CategoryGap['kind'], text: string, rule?: string) =>
      gaps.push({ kind, category: id, holder: holder.id, text, rule });
    const category = policies.categories.find((one) => one.id === id);
    if (!category) gap('undeclared', `the holder "${holder.id}" claims it, but no policy declares it`);
    else if (category.holder !== holder.id)
      gap('other-holder', `claimed by "${holder.id}", but the policies give it to "${category.holder}"`);
    if (!category || gaps.length > 0) return gaps;
    if (!claims.some((claim) => categoriesOfClaim(claim).includes(id))) gap('no-column', 'no column is claimed for it');
    if (category.anonymous) return gaps;

    const can: string[] = actions[id] ?? [];
    if (!can.some((action) => ENDING.includes(action))) gap('no-eraser', 'no eraser');
    const rules = policies.rules.filter((rule) => rule.category === id);
    if (rules.length === 0 && !category.kept) gap('no-rule', 'no retention rule');
    for (const rule of rules) {
      if (!can.includes(rule.action))
        gap('rule-action', `rule "${rule.id}" wants "${rule.action}", which "${holder.id}" cannot do`, rule.id);
      if (!(clocks[id] ?? []).includes(rule.from))
        gap('rule-clock', `rule "${rule.id}" counts from "${rule.from}", which "${holder.id}" does not keep`, rule.id);
    }
    const request = policies.erasureRequests.find((one) => one.category === id);
    if (!request) gap('no-request-decision', 'no decision for erasure on request');
    else if (request.action === 'reduce' && !can.includes('reduce'))
      gap('request-action', `"${request.action}" on request, which "${holder.id}" cannot do`);
    const own = claims.filter((claim) => 'category' in claim && categoriesOfClaim(claim).includes(id));
    if (own.every((claim) => 'category' in claim && claim.exportedAs === null && !claim.reason))
      gap('no-exporter', 'no exporter');
    return gaps;
  });
}
