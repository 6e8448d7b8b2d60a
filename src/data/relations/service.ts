import type { Audit } from '../../foundations/audit/audit.ts';
import { auditedChange } from '../../foundations/audit/audited-change.ts';
import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { instantOf } from '../../foundations/contract/instant.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { Store } from '../../foundations/store/store.ts';
import { accountOf } from '../../foundations/vault/account.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { STANDING_CATEGORY } from '../../register/policies/conditions.ts';
import { requireId } from '../../register/policies/known.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { Processing } from '../retention/processing.ts';
import type { SuppressionService } from '../suppression/service.ts';
import type { Attribute, Relation, RoleHeld, StandingInput, Standings } from './model.ts';
import { openStanding, referenceIndex, seal } from './sealing.ts';
import type { StandingKind, StandingRow } from './standing.ts';
import { allStandings, findStanding, insertStanding, updateStanding } from './table.ts';

export interface RelationDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  suppression: Pick<SuppressionService, 'guard'>;
  processing: Processing;
}

/** One thing that is said of a person. */
type Said =
  | { kind: 'relation'; name: string; reference: string }
  | { kind: 'role'; name: string }
  | { kind: 'attribute'; name: string; value?: string };

const LISTS = { relation: 'relations', role: 'roles', attribute: 'attributes' } as const;

/**
 * How people stand to the platform, as it tells: relations to things, roles, and attributes of closed values. What is
 * told is what the policies declare, and nothing else; retention rules look at it (data/retention/conditions.ts).
 */
export function createRelations({ store, audit, vault, policies, suppression, processing }: RelationDeps) {
  /** @throws Problem naming what is not declared. */
  function requireDeclared({ tenant }: Context, { kind, name, ...said }: Said): void {
    const view = policies.of(tenant.id);
    view.requireCategory(STANDING_CATEGORY);
    const declared = view.current().relations?.[LISTS[kind]] ?? [];
    requireId(`{${kind}}`, kind, name, declared, 'not-found');
    if (!('value' in said) || said.value === undefined) return;
    const attribute = view.current().relations?.attributes.find(({ id }) => id === name);
    requireId('/value', `value of ${name}`, said.value, attribute?.values ?? []);
  }

  async function read(context: Context, account: string, said: Said) {
    const tenantId = context.tenant.id;
    const { id, subjectId } = await accountOf(vault, tenantId, account);
    const reference = 'reference' in said ? said.reference : '';
    const existing = await vault.existingKey(tenantId, subjectScope(subjectId));
    const named = (index: string) => ({ kind: said.kind, name: said.name, referenceIndex: index });
    const row =
      existing &&
      (await store.read((q) => findStanding(q, tenantId, subjectId, named(referenceIndex(existing, reference)))));
    return { id, subjectId, reference, row };
  }

  return {
    /**
     * Says it of a person, or says anew since when and until when. The same again changes nothing.
     * @throws Problem naming what is not declared, or an end that is not after the beginning.
     */
    async put(
      context: Context,
      account: string,
      said: Said,
      input: StandingInput,
    ): Promise<{ row: StandingRow; reference: string; created: boolean }> {
      const tenantId = context.tenant.id;
      requireDeclared(context, said);
      const { id, subjectId, reference, row } = await read(context, account, said);
      const since = input.since === undefined ? null : instantOf('/since', input.since);
      const until = input.until === undefined ? null : instantOf('/until', input.until);
      if (since && until && until <= since) throw invalidField('/until', 'must lie after /since');
      const value = said.kind === 'attribute' ? (said.value ?? null) : null;
      const same =
        row?.value === value &&
        (row?.since ?? null)?.getTime() === since?.getTime() &&
        (row?.until ?? null)?.getTime() === until?.getTime();
      if (row && same) return { row, reference, created: false };

      const refuseErased = await suppression.guard(context, { account: subjectId });
      const key = await vault.key(tenantId, subjectScope(subjectId));
      const now = context.clock();
      const standingId = row?.standingId ?? crypto.randomUUID();
      const its = { tenantId, standingId };
      const stored: StandingRow = {
        ...its,
        subjectId,
        kind: said.kind,
        name: said.name,
        value,
        referenceSealed: reference === '' ? null : seal(key, store.tables, its, 'referenceSealed', reference),
        referenceIndex: referenceIndex(key, reference),
        accountSealed: seal(key, store.tables, its, 'accountSealed', id),
        since,
        until,
        recordedAt: row?.recordedAt ?? now,
        updatedAt: now,
        policyHash: policies.of(tenantId).current().hash,
      };
      await auditedChange(
        { store, audit, vault },
        context,
        {
          subjectId,
          ifMatch: undefined,
          action: row ? 'relation.changed' : 'relation.recorded',
          policyHash: stored.policyHash,
          detail: { kind: said.kind, name: said.name, open: until === null },
        },
        async (tx) => {
          await refuseErased(tx);
          await processing.refuse(tx, tenantId, [STANDING_CATEGORY], subjectId, now);
          if (row) await processing.refuseChange(tx, tenantId, [STANDING_CATEGORY], subjectId, now, 'change');
          return row ? updateStanding(tx, row, stored) : insertStanding(tx, stored);
        },
        { isolation: 'serializable' },
      );
      return { row: stored, reference, created: row === undefined };
    },

    /**
     * It ends now; what has ended already stays as it is. The row goes by its retention rule.
     * @throws Problem `not-found`
     */
    async end(context: Context, account: string, said: Said): Promise<void> {
      const tenantId = context.tenant.id;
      const { subjectId, row } = await read(context, account, said);
      if (!row) throw new Problem('not-found', 'Nothing of this kind is said of this account.');
      const now = context.clock();
      if (row.until && row.until <= now) return;
      await auditedChange(
        { store, audit, vault },
        context,
        { subjectId, ifMatch: undefined, action: 'relation.ended', detail: { kind: said.kind, name: said.name } },
        async (tx) => {
          await processing.refuseChange(tx, tenantId, [STANDING_CATEGORY], subjectId, now, 'change');
          const since = row.since && row.since > now ? now : row.since;
          return updateStanding(tx, row, { since, until: now, updatedAt: now });
        },
        { isolation: 'serializable' },
      );
    },

    /** All that is said of an account, ended or not. */
    async list(context: Context, account: string): Promise<Standings> {
      const tenantId = context.tenant.id;
      const { subjectId } = await accountOf(vault, tenantId, account);
      const rows = await store.read((q) => allStandings(q, tenantId, [subjectId]));
      const key = await vault.existingKey(tenantId, subjectScope(subjectId));
      if (rows.length > 0) showing(context, subjectId);
      const of = (kind: StandingKind) => rows.filter((row) => row.kind === kind);
      return {
        relations: of('relation').map((row) => shownRelation(row, openStanding(key, store.tables, row).reference)),
        roles: of('role').map(shownRole),
        attributes: of('attribute').map(shownAttribute),
      };
    },

    /** What these rows say, opened: for whoever explains by them. */
    async opened(tenantId: string, row: StandingRow): Promise<{ reference: string | null; account: string | null }> {
      return openStanding(await vault.existingKey(tenantId, subjectScope(row.subjectId)), store.tables, row);
    },
  };
}

export type RelationService = ReturnType<typeof createRelations>;

const times = ({ since, until, recordedAt, updatedAt }: StandingRow) => ({
  since: since?.toISOString() ?? null,
  until: until?.toISOString() ?? null,
  recordedAt: recordedAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

export const shownRelation = (row: StandingRow, reference: string | null): Relation => ({
  relation: row.name,
  reference,
  ...times(row),
});
export const shownRole = (row: StandingRow): RoleHeld => ({ role: row.name, ...times(row) });
export const shownAttribute = (row: StandingRow): Attribute => ({
  attribute: row.name,
  value: row.value ?? '',
  ...times(row),
});
