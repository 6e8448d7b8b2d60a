import type { Context } from '../../foundations/contract/context.ts';
import type { Query } from '../../foundations/store/store.ts';
import { unorderedUuidv7 } from '../../foundations/store/uuid.ts';
import { type ScopeKey, subjectScope, type Vault, visitMonthScope } from '../../foundations/vault/vault.ts';
import { startOfLocalHour } from '../../law/local-hour.ts';
import { type AddressReduction, parseAddress, reduceAddress } from '../../law/reduce-address.ts';
import { reduceUserAgent } from '../../law/reduce-user-agent.ts';
import type { Policies, PolicyView } from '../../register/policies/policies.ts';
import type { SuppressionService } from '../suppression/service.ts';
import type { SeenVisitor } from './table/visitors.ts';
import type { NewVisit } from './table.ts';
import { saltOfToday, seenVisitor } from './visitors-today.ts';

/** A visit as it was seen, before anything of it is written. */
export interface ObservedVisit {
  portal: string;
  visitor?: string | undefined;
  address?: string | undefined;
  userAgent?: string | undefined;
  occurredAt: Date;
}

/** Under which policies visits are written: what survives of an address, and whether the full one may be sealed. */
interface CaptureRules {
  keep: AddressReduction;
  full: boolean;
  policyHash: string;
}

/**
 * The capture rules in force. Without a purpose that needs it, nothing full ever touches the disk (REQ-A41, REQ-E04).
 * @throws Problem `undeclared-category` (REQ-A04).
 */
function captureRules(policies: PolicyView): CaptureRules {
  const { hash, installation } = policies.current();
  const { capture } = installation;
  const full = capture.fullVisits !== undefined && policies.purpose(capture.fullVisits.purpose) !== undefined;
  policies.requireCategory('visits.reduced');
  if (full) policies.requireCategory('visits.full');
  return { keep: { ipv4: capture.ipv4Prefix, ipv6: capture.ipv6Prefix }, full, policyHash: hash };
}

export interface CapturedVisits {
  rows: NewVisit[];
  policyHash: string;
  /** How many rows keep the full address and user agent, sealed. */
  full: number;
  /** By the id of the row: how it counts among the visitors of today. Absent: it does not. */
  seen: Map<string, SeenVisitor>;
  /** Visitors among them whose account was erased since they were looked at. */
  erasedMeanwhile: (tx: Query) => Promise<Set<string>>;
}

export interface CaptureDeps {
  vault: Vault;
  policies: Policies;
  suppression: Pick<SuppressionService, 'erasedVisitors'>;
}

/**
 * Turns what was seen into rows. The reduced part is computed now, always, so that reducing later is only forgetting
 * the sealed part. Makes the keys it needs: call it before the transaction. A visitor whose account was erased is nobody:
 * their visit counts in its reduced form, and nothing of it leads back (GDPR Art. 17). `reduced`: nothing full is kept of
 * any, whatever the policies allow.
 */
export async function captureVisits(
  deps: CaptureDeps,
  context: Context,
  visits: readonly ObservedVisit[],
  { reduced = false }: { reduced?: boolean } = {},
): Promise<CapturedVisits> {
  const { vault } = deps;
  const tenantId = context.tenant.id;
  const allowed = captureRules(deps.policies.of(context.tenant.id));
  const rules = reduced ? { ...allowed, full: false } : allowed;

  const subjects = new Map<string, string>();
  for (const { visitor } of visits)
    if (visitor !== undefined && !subjects.has(visitor))
      subjects.set(visitor, await vault.subjectId(tenantId, 'visitor', visitor));

  const erased = await deps.suppression.erasedVisitors(context, [...subjects.values()]);
  // Not even a key is made for them.
  for (const [visitor, subjectId] of subjects) if (erased.now.has(subjectId)) subjects.delete(visitor);

  const keys = new Map<string, ScopeKey>();
  if (rules.full) {
    const scopes = new Set(visits.map(({ occurredAt }) => visitMonthScope(occurredAt)));
    for (const subjectId of subjects.values()) scopes.add(subjectScope(subjectId));
    const got = await Promise.all([...scopes].map((scope) => vault.key(tenantId, scope)));
    for (const key of got) keys.set(key.scope, key);
  }

  const salt = await saltOfToday(deps, context);
  const seen = new Map<string, SeenVisitor>();
  let full = 0;
  const rows = visits.map((visit): NewVisit => {
    // What is reduced one day is known by the hour, so its id must not tell more.
    const hour = startOfLocalHour(visit.occurredAt, context.tenant.timeZone);
    const visitId = unorderedUuidv7(hour);
    const address = visit.address === undefined ? undefined : parseAddress(visit.address);
    const userAgent = visit.userAgent || undefined;
    const { family, major, platform, robot } = reduceUserAgent(userAgent ?? '', deps.policies.robots());
    const subjectId = (visit.visitor !== undefined && subjects.get(visit.visitor)) || null;
    const isErased = visit.visitor !== undefined && subjectId === null;
    const counted = seenVisitor(salt, context, { ...visit, address, userAgent }, robot);
    if (counted) seen.set(visitId, counted);
    const row: NewVisit = {
      tenantId,
      visitId,
      occurredAt: hour,
      portal: visit.portal,
      subjectId,
      life: 'reduced',
      addressSealed: null,
      userAgentSealed: null,
      addressIndex: null,
      network: (address && reduceAddress(address, rules.keep)) ?? null,
      browser: family,
      browserMajor: major,
      platform,
      robot,
      policyHash: rules.policyHash,
    };
    if (!rules.full || isErased || (address === undefined && userAgent === undefined)) return row;
    full += 1;
    const month = keys.get(visitMonthScope(visit.occurredAt)) as ScopeKey;
    const key = subjectId === null ? month : (keys.get(subjectScope(subjectId)) as ScopeKey);
    const seal = (column: string, value: string) =>
      key.seal({ tenant: tenantId, table: 'visits', column, row: visitId }, value);
    return {
      ...row,
      occurredAt: visit.occurredAt,
      life: 'full',
      addressSealed: address === undefined ? null : seal('address_sealed', address),
      userAgentSealed: userAgent === undefined ? null : seal('user_agent_sealed', userAgent),
      addressIndex: address === undefined ? null : month.index('address', address),
    };
  });
  return { rows, policyHash: rules.policyHash, full, seen, erasedMeanwhile: erased.meanwhile };
}

/** What the sealed part of a visit says, under the key it was sealed with; null once that key is gone. */
export function openVisit(
  key: ScopeKey | undefined,
  tenantId: string,
  row: { visitId: string; addressSealed: Buffer | null; userAgentSealed: Buffer | null },
): { address: string | null; userAgent: string | null } {
  const open = (column: string, sealed: Buffer | null) =>
    (sealed && key?.open({ tenant: tenantId, table: 'visits', column, row: row.visitId }, sealed)) ?? null;
  return {
    address: open('address_sealed', row.addressSealed),
    userAgent: open('user_agent_sealed', row.userAgentSealed),
  };
}
