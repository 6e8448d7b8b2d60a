import type { Context } from '../../foundations/contract/context.ts';
import type { ExternalHolder, KnownPerson, PersonKey } from '../../foundations/holders/external.ts';
import type { RetentionAction } from '../../foundations/holders/holder.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { SubjectRef } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { RetentionRule } from '../../register/policies/model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { accountsByVisitor, visitorsByAccount } from '../consent/links.ts';
import { accountsNamed } from '../relations/account-names.ts';
import { type ConditionDeps, keptSubjects } from './conditions.ts';
import { deferring, KEEPING, purposesOf } from './hold-kinds.ts';
import type { StandsStill } from './model.ts';
import { type HoldRow, holdsInForce } from './table.ts';

/** Whom a pseudonym stands for, as holders outside know them; undefined where nothing tells. */
type WhoIs = (context: Context, subjectId: string) => Promise<KnownPerson | undefined>;

export interface HoldsOutsideDeps {
  store: Store;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  externalHolders: readonly Pick<ExternalHolder, 'id' | 'describe'>[];
  whoIs?: WhoIs | undefined;
}

/** The key under which a hold keeps the name it was placed for; it is destroyed with the end of the hold. */
export const holdScope = (holdId: string): string => `hold:${holdId}`;
const placeOf = ({ tenantId: tenant, holdId: row }: Pick<HoldRow, 'tenantId' | 'holdId'>) => ({
  tenant,
  table: 'holds',
  column: 'known_as_sealed',
  row,
});

/** The name a hold was placed for, sealed: holders outside know nobody by a pseudonym. */
export async function sealName(
  vault: Vault,
  hold: Pick<HoldRow, 'tenantId' | 'holdId'>,
  { kind, id, isPseudonym }: SubjectRef,
): Promise<Buffer | null> {
  if (isPseudonym) return null;
  const key = await vault.key(hold.tenantId, holdScope(hold.holdId));
  return key.seal(placeOf(hold), JSON.stringify({ kind, id }));
}

async function nameOf(vault: Vault, hold: HoldRow): Promise<Pick<SubjectRef, 'kind' | 'id'> | undefined> {
  if (!hold.knownAsSealed) return undefined;
  const key = await vault.existingKey(hold.tenantId, holdScope(hold.holdId));
  const text = key?.open(placeOf(hold), hold.knownAsSealed);
  return text === undefined ? undefined : (JSON.parse(text) as Pick<SubjectRef, 'kind' | 'id'>);
}

/** Somebody under a hold, as far as is known what holders outside call them. */
interface Held {
  person: KnownPerson;
  /** What they may be known by there, and nothing tells. */
  unknown: PersonKey[];
}

/** Everybody these holds are about, by pseudonym. */
async function heldPersons(
  { store, vault, whoIs }: HoldsOutsideDeps,
  context: Context,
  holds: readonly HoldRow[],
): Promise<Map<string, Held>> {
  const { id: tenantId, timeZone } = context.tenant;
  const names = new Map<string, Pick<SubjectRef, 'kind' | 'id'>>();
  for (const hold of holds) {
    const name = hold.subjectId === null ? undefined : await nameOf(vault, hold);
    if (name && hold.subjectId !== null) names.set(hold.subjectId, name);
  }
  const subjectIds = [...new Set(holds.flatMap(({ subjectId }) => subjectId ?? []))];
  const [accounts, visitors] = await store.read(async (q) => [
    await accountsByVisitor(q, tenantId, subjectIds),
    await visitorsByAccount(q, tenantId, subjectIds),
  ]);
  const held = new Map<string, Held>();
  for (const subjectId of subjectIds) {
    const name = names.get(subjectId);
    const profile = await whoIs?.(context, subjectId);
    if (name?.kind === 'visitor') {
      // A hold on a visitor is on what is theirs; where their account is known, that is spared with them.
      const account = accounts.get(subjectId);
      const its = account === undefined ? undefined : await whoIs?.(context, account);
      held.set(subjectId, { person: { ...(its ?? { tenantId, timeZone }), visitorIds: [name.id] }, unknown: [] });
      continue;
    }
    const accountId = profile?.accountId ?? name?.id;
    if (accountId === undefined) {
      const person = { tenantId, timeZone, visitorIds: [] };
      held.set(subjectId, { person, unknown: ['account', 'email', 'visitor'] });
      continue;
    }
    const linked = visitors.get(subjectId) ?? [];
    const visitorIds = linked.flatMap((visitor) => names.get(visitor)?.id ?? []);
    const unknown: PersonKey[] = [];
    if (profile?.email === undefined) unknown.push('email');
    if (visitorIds.length < linked.length) unknown.push('visitor');
    held.set(subjectId, { person: { tenantId, timeZone, accountId, visitorIds, email: profile?.email }, unknown });
  }
  return held;
}

/** The holds in force that keep an action on a category from being carried out. */
export function covering(
  policies: Pick<Policies, 'current'>,
  holds: readonly HoldRow[],
  category: string,
  action?: RetentionAction,
): HoldRow[] {
  const purposes = purposesOf(policies, category);
  const kinds: readonly string[] = deferring(action);
  return holds.filter(
    (hold) =>
      kinds.includes(hold.kind) &&
      (hold.category === null || hold.category === category) &&
      (hold.purpose === null || purposes.includes(hold.purpose)),
  );
}

/** By what a holder knows the people of a category; one that does not say is content with any name. */
function missingKeys({ describe }: HoldsOutsideDeps['externalHolders'][number], category: string, held: Held) {
  const keys = describe().knownBy?.[category];
  if (keys) return keys.filter((key) => held.unknown.includes(key));
  return held.person.accountId === undefined && held.person.visitorIds.length === 0 ? (['account'] as const) : [];
}

const KNOWN_BY: Record<PersonKey, string> = {
  account: 'account, and no account of theirs is known',
  email: 'e-mail address, and no address of theirs is recorded',
  visitor: 'visitor, and what their linked visitors are called is not recorded',
};

function standing(
  holder: string,
  category: string,
  missing: readonly (readonly PersonKey[])[],
  by: 'held' | 'kept' = 'held',
): StandsStill {
  const keys = (Object.keys(KNOWN_BY) as PersonKey[]).filter((key) => missing.some((one) => one.includes(key)));
  const n = missing.length;
  return {
    holder,
    category,
    persons: n,
    why:
      by === 'kept'
        ? `A condition of the rule keeps ${n === 1 ? 'somebody' : `${n} persons`} whom ${holder} knows by ` +
          `${keys.map((key) => KNOWN_BY[key]).join('; by ')}. Nothing of ${category} is destroyed there while it does.`
        : `${n === 1 ? 'A hold is on somebody' : `Holds are on ${n} persons`} whom ${holder} knows by ` +
          `${keys.map((key) => KNOWN_BY[key]).join('; by ')}. Nothing of ${category} is destroyed there until ${n === 1 ? 'it is' : 'they are'} lifted.`,
  };
}

/** Whom a rule must spare at a holder outside: everybody, or these; and why everybody, where only somebody is held. */
export async function heldOutside(
  deps: HoldsOutsideDeps,
  context: Context,
  holder: HoldsOutsideDeps['externalHolders'][number],
  { category, action }: { category: string; action: RetentionAction },
): Promise<{ held: 'all' | KnownPerson[]; standsStill?: StandsStill }> {
  const all = await deps.store.read((q) => holdsInForce(q, context.tenant.id, deferring(action), context.clock()));
  const holds = covering(deps.policies.of(context.tenant.id), all, category, action);
  if (holds.some(({ subjectId }) => subjectId === null)) return { held: 'all' };
  const persons = [...(await heldPersons(deps, context, holds)).values()];
  const missing = persons.map((one) => missingKeys(holder, category, one)).filter((keys) => keys.length > 0);
  if (missing.length > 0) return { held: 'all', standsStill: standing(holder.id, category, missing) };
  return { held: persons.map(({ person }) => person) };
}

/**
 * Whom the conditions of a rule spare at a holder outside, as it knows them; why everybody, where nothing tells what it
 * calls one of them. The account of a relation is told with it; the rest as of whom a hold is on.
 */
export async function keptOutside(
  deps: HoldsOutsideDeps & Pick<ConditionDeps, 'holders'>,
  context: Context,
  holder: HoldsOutsideDeps['externalHolders'][number],
  rule: Pick<RetentionRule, 'category' | 'unless'>,
  asOf: Date,
): Promise<{ held: 'all' | KnownPerson[]; standsStill?: StandsStill }> {
  if (!rule.unless) return { held: [] };
  const { id: tenantId } = context.tenant;
  const kept = await deps.store.read(async (q) => {
    const all = new Set<string>();
    for (const condition of rule.unless ?? [])
      for (const id of await keptSubjects(deps, q, context, condition, asOf)) all.add(id);
    // A visitor is spared with their account; alone, whoever is linked to none.
    const accounts = await accountsByVisitor(q, tenantId, [...all]);
    return {
      subjectIds: [...all].filter((id) => !accounts.has(id)),
      accounts: await accountsNamed(deps.vault, q, tenantId, [...all]),
    };
  });
  const persons: Held[] = [];
  for (const subjectId of kept.subjectIds) {
    const profile = await deps.whoIs?.(context, subjectId);
    const accountId = profile?.accountId ?? kept.accounts.get(subjectId);
    const { timeZone } = context.tenant;
    const person = { tenantId, timeZone, accountId, visitorIds: [], email: profile?.email };
    const unknown: PersonKey[] = ['visitor'];
    if (accountId === undefined) unknown.push('account');
    if (person.email === undefined) unknown.push('email');
    persons.push({ person, unknown });
  }
  const missing = persons.map((one) => missingKeys(holder, rule.category, one)).filter((keys) => keys.length > 0);
  if (missing.length > 0) return { held: 'all', standsStill: standing(holder.id, rule.category, missing, 'kept') };
  return { held: persons.map(({ person }) => person) };
}

/**
 * What stands still outside because of holds on people whom a holder knows by something that nobody can tell: by all
 * holds in force, or by one of them alone.
 */
export async function standingStill(deps: HoldsOutsideDeps, context: Context, holdId?: string): Promise<StandsStill[]> {
  if (deps.externalHolders.length === 0) return [];
  const all = await deps.store.read((q) => holdsInForce(q, context.tenant.id, KEEPING, context.clock()));
  const holds = all.filter((hold) => hold.subjectId !== null && (holdId === undefined || hold.holdId === holdId));
  if (holds.length === 0) return [];
  const persons = await heldPersons(deps, context, holds);
  return deps.externalHolders.flatMap((holder) =>
    holder.describe().categories.flatMap((category) => {
      const subjects = new Set(
        covering(deps.policies.of(context.tenant.id), holds, category).flatMap(({ subjectId }) => subjectId ?? []),
      );
      const missing = [...subjects]
        .map((subjectId) => missingKeys(holder, category, persons.get(subjectId) as Held))
        .filter((keys) => keys.length > 0);
      return missing.length === 0 ? [] : [standing(holder.id, category, missing)];
    }),
  );
}
