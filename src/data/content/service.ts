import type { Audit } from '../../foundations/audit/audit.ts';
import { auditedChange } from '../../foundations/audit/audited-change.ts';
import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { checkIfMatch, etagOf } from '../../foundations/contract/etag.ts';
import { toNfc } from '../../foundations/contract/personal-text.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { MASKED } from '../../foundations/contract/special-text.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { accountOf } from '../../foundations/vault/account.ts';
import type { ScopeKey } from '../../foundations/vault/data-key.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { becamePublic, NOT_OBTAINED, obtaining } from '../informing/obtaining.ts';
import type { Processing } from '../retention/processing.ts';
import type { SuppressionService } from '../suppression/service.ts';
import { doiLink, parseDoi, parseOrcid } from './identifiers.ts';
import {
  type Association,
  type AssociationInput,
  type AssociationPage,
  type ContentCategory,
  type ItemAssociationPage,
  type MinimalAssociation,
  type MinimalAssociationPage,
  PAGE_SIZE,
  type PageQuery,
  type ReviewQuery,
} from './model.ts';
import {
  type OpenedAssociation,
  openAssociation,
  presentAssociation,
  presentMinimal,
  scopeOf,
  sealAssociation,
} from './sealing.ts';
import {
  type AssociationRow,
  allOfSubject,
  associationsOfItem,
  associationsOfSubject,
  associationsToReview,
  deleteAssociation,
  findAssociation,
  insertAssociation,
  type NewAssociationRow,
  type Page,
  updateAssociation,
} from './table.ts';

export interface ContentDeps {
  suppression: Pick<SuppressionService, 'guard'>;
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  processing: Processing;
}

export interface AssociationState {
  association: Association;
  etag: string;
}

export function createContent({ store, audit, vault, policies, suppression, processing }: ContentDeps) {
  async function read(context: Context, id: string, doiText: string) {
    const tenantId = context.tenant.id;
    const { subjectId } = await accountOf(vault, tenantId, id);
    const doi = knownDoi(doiText);
    const row = await store.read((q) => findAssociation(q, tenantId, subjectId, doi));
    return { subjectId, doi, row, opened: row && (await openAssociation(vault, store.tables, row)) };
  }

  /** Whose associations, public or private, may only be stored. */
  async function stoppedOf({ tenant, clock }: Context, rows: AssociationRow[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const visibility of ['public', 'private'] as const) {
      const ids = rows.filter((row) => row.visibility === visibility).map(({ subjectId }) => subjectId);
      const stopped = await store.read((q) => processing.stopped(q, tenant.id, [categoryOf(visibility)], ids, clock()));
      for (const id of stopped) found.add(`${visibility} ${id}`);
    }
    return found;
  }

  /** One page of rows, opened and shown; rows whose key is gone are left out. */
  async function page<T>(
    context: Context,
    query: PageQuery,
    rowsOf: (q: Query, of: Page) => Promise<AssociationRow[]>,
    show: (row: AssociationRow, opened: OpenedAssociation) => T,
  ): Promise<{ items: T[]; next: string | null }> {
    const limit = query.limit ?? PAGE_SIZE;
    const rows = await store.read((q) => rowsOf(q, { after: query.cursor, limit: limit + 1 }));
    const items: T[] = [];
    const shown = rows.slice(0, limit);
    const stopped = await stoppedOf(context, shown);
    for (const row of shown) {
      // Restricted data is in no list (GDPR Art. 18(2)).
      if (row.subjectId !== null && stopped.has(`${row.visibility} ${row.subjectId}`)) continue;
      const opened = await openAssociation(vault, store.tables, row);
      if (!opened) continue;
      if (row.subjectId !== null) showing(context, row.subjectId);
      items.push(show(row, opened));
    }
    return { items, next: rows.length > limit ? (rows[limit - 1]?.associationId ?? null) : null };
  }

  return {
    /**
     * Records a person's part in an item, or brings it up to date: after a change of name the new name stands
     * everywhere, the association's id stays, and the old name is kept nowhere (REQ-A29).
     */
    async put(
      context: Context,
      id: string,
      doiText: string,
      body: AssociationInput,
      ifMatch?: string,
    ): Promise<AssociationState & { created: boolean }> {
      const { subjectId, doi, row, opened } = await read(context, id, doiText);
      const input = checked(body);
      checkIfMatch(ifMatch, row && opened ? etagOf(row) : undefined);
      const changed = row && opened ? changes(row, opened, input) : [];
      const { timeZone } = context.tenant;
      const published = input.visibility === 'public' ? input.publishedOn : undefined;
      // Of a row whose key is gone nothing is left that anybody was told of.
      const origin = obtaining(opened ? row : undefined, input.obtained, context.clock(), timeZone, published);
      if (origin) changed.push('obtained');
      if (row && opened && changed.length === 0)
        return { association: presentAssociation(row, opened), etag: etagOf(row), created: false };

      policies.of(context.tenant.id).requireCategory(categoryOf(input.visibility));
      const tenantId = context.tenant.id;
      const now = context.clock();
      const associationId = row?.associationId ?? crypto.randomUUID();
      const refuseErased = await suppression.guard(context, { account: subjectId });
      const key = await vault.key(tenantId, scopeOf({ visibility: input.visibility, subjectId }));
      const stored = {
        tenantId,
        associationId,
        subjectId,
        doi,
        role: input.role,
        itemVersion: input.version,
        visibility: input.visibility,
        ...sealAssociation(key, store.tables, tenantId, associationId, input),
        publishedOn: input.publishedOn ?? null,
        ground: null,
        reviewAt: null,
        version: (row?.version ?? 0) + 1,
        createdAt: row?.createdAt ?? now,
        updatedAt: now,
        minimisedAt: null,
        policyHash: policies.of(context.tenant.id).current().hash,
        ...(opened ? {} : { titleSpecialId: null }),
        ...(origin ?? (opened ? becamePublic(row, published, timeZone) : NOT_OBTAINED)),
      };
      const created = !opened;
      const { visibility } = input;
      await auditedChange(
        { store, audit, vault },
        context,
        {
          subjectId,
          ifMatch,
          policyHash: stored.policyHash,
          ...(created
            ? { action: 'association.recorded', detail: { visibility } }
            : { action: 'association.updated', detail: { visibility, fields: changed } }),
        },
        async (tx) => {
          await refuseErased(tx);
          await processing.refuse(tx, tenantId, [categoryOf(input.visibility)], subjectId, now);
          if (row && opened) await processing.refuseChange(tx, tenantId, [categoryIn(row)], subjectId, now, 'change');
          return row ? updateAssociation(tx, row, stored) : insertAssociation(tx, stored);
        },
        { isolation: 'serializable' },
      );
      const shown = { title: input.title, nameAsPublished: input.nameAsPublished, orcid: input.orcid };
      return { association: presentAssociation(stored as AssociationRow, shown), etag: etagOf(stored), created };
    },

    /**
     * After a change of name: the new one stands on all items of an account at once, under the same ids, and the old one
     * is kept nowhere (GDPR Art. 16; REQ-A29). The same again changes nothing.
     */
    async rename(
      context: Context,
      id: string,
      wanted: { nameAsPublished?: string; orcid?: string },
      requestId: string | null,
    ): Promise<{ changed: ContentCategory[]; items: number }> {
      const tenantId = context.tenant.id;
      const { subjectId } = await accountOf(vault, tenantId, id);
      const orcid = wanted.orcid === undefined ? undefined : parseOrcid(wanted.orcid);
      if (wanted.orcid !== undefined && orcid === undefined)
        throw invalidField('/orcid', 'must be an ORCID iD; its check character does not fit.');
      const name = wanted.nameAsPublished === undefined ? undefined : toNfc(wanted.nameAsPublished);
      const rows = await store.read((q) => allOfSubject(q, tenantId, subjectId));
      const renamed: { row: AssociationRow; values: Partial<NewAssociationRow> }[] = [];
      // What was wrong and what is right, under the person's key: as comparable as that key lives.
      const hashed = { nameAsPublished: new Set<string>(), orcid: new Set<string>() };
      for (const row of rows) {
        const opened = await openAssociation(vault, store.tables, row);
        if (!opened) continue;
        const now = { nameAsPublished: name ?? opened.nameAsPublished, orcid: orcid ?? opened.orcid };
        if (now.nameAsPublished === opened.nameAsPublished && now.orcid === opened.orcid) continue;
        for (const field of ['nameAsPublished', 'orcid'] as const)
          if (now[field] !== opened[field] && opened[field] !== undefined) hashed[field].add(opened[field]);
        const key = await vault.key(tenantId, scopeOf(row));
        const { nameSealed, orcidSealed } = sealAssociation(key, store.tables, tenantId, row.associationId, {
          title: '',
          nameAsPublished: now.nameAsPublished,
          orcid: now.orcid,
        });
        renamed.push({ row, values: { nameSealed, orcidSealed } });
      }
      const visibilities = [...new Set(renamed.map(({ row }) => row.visibility as 'public' | 'private'))];
      if (renamed.length > 0) {
        const policyHash = policies.of(context.tenant.id).current().hash;
        await auditedChange(
          { store, audit, vault },
          context,
          {
            subjectId,
            ifMatch: undefined,
            action: 'associations.renamed',
            policyHash,
            detail: {
              items: renamed.length,
              request: requestId,
              values: valueHashes(await vault.key(tenantId, subjectScope(subjectId)), hashed, {
                nameAsPublished: name,
                orcid,
              }),
            },
          },
          async (tx) => {
            const changed = { updatedAt: context.clock(), policyHash };
            const held = visibilities.map(categoryOf);
            await processing.refuseChange(tx, tenantId, held, subjectId, context.clock(), 'correct');
            for (const { row, values } of renamed)
              if (!(await updateAssociation(tx, row, { ...values, ...changed, version: row.version + 1 })))
                return false;
            return true;
          },
          { isolation: 'serializable' },
        );
      }
      return { changed: visibilities.map(categoryOf).sort(), items: renamed.length };
    },

    /** What an association says and of which item, opened; undefined once its key is gone. */
    async itemOf(row: AssociationRow): Promise<{ doi: string; nameAsPublished: string } | undefined> {
      const opened = await openAssociation(vault, store.tables, row);
      return opened && { doi: doiLink(row.doi), nameAsPublished: opened.nameAsPublished };
    },

    /** @throws Problem `not-found`. */
    async get(context: Context, id: string, doiText: string): Promise<AssociationState> {
      const { row, opened } = await read(context, id, doiText);
      if (!row || !opened) throw absent();
      if (row.subjectId !== null) showing(context, row.subjectId);
      return { association: presentAssociation(row, opened), etag: etagOf(row) };
    },

    /** The association is withdrawn, as when it was recorded by mistake: the row goes. */
    async retract(context: Context, id: string, doiText: string, ifMatch?: string): Promise<void> {
      const { subjectId, row, opened } = await read(context, id, doiText);
      if (!row || !opened) throw absent();
      checkIfMatch(ifMatch, etagOf(row));
      await auditedChange(
        { store, audit, vault },
        context,
        {
          subjectId,
          ifMatch,
          action: 'association.retracted',
          detail: { visibility: row.visibility },
        },
        async (tx) => {
          const held = [categoryIn(row)];
          await processing.refuseChange(tx, row.tenantId, held, subjectId, context.clock(), 'remove');
          return deleteAssociation(tx, row);
        },
        { isolation: 'serializable' },
      );
    },

    /** The items of one account. */
    async list(context: Context, id: string, query: PageQuery): Promise<AssociationPage> {
      const { subjectId } = await accountOf(vault, context.tenant.id, id);
      return page(
        context,
        query,
        (q, of) => associationsOfSubject(q, context.tenant.id, subjectId, of),
        presentAssociation,
      );
    },

    /** Everybody who has a part in an item, those included of whom only the minimum is left. */
    async ofItem(context: Context, doiText: string, query: PageQuery): Promise<ItemAssociationPage> {
      const doi = knownDoi(doiText);
      return page<Association | MinimalAssociation>(
        context,
        query,
        (q, of) => associationsOfItem(q, context.tenant.id, doi, of),
        (row, opened) => (row.minimisedAt ? presentMinimal(row, opened) : presentAssociation(row, opened)),
      );
    },

    /** What was reduced and is due to be looked at again (REQ-A30). */
    async toReview(context: Context, { until, ...query }: ReviewQuery): Promise<MinimalAssociationPage> {
      const before = until === undefined ? context.clock() : new Date(calendarDay(until, '?until'));
      return page(context, query, (q, of) => associationsToReview(q, context.tenant.id, before, of), presentMinimal);
    },
  };
}

export type ContentService = ReturnType<typeof createContent>;

export function categoryOf(visibility: 'public' | 'private'): ContentCategory {
  return `content.${visibility}-association`;
}

export const categoryIn = ({ visibility }: AssociationRow): ContentCategory =>
  categoryOf(visibility as 'public' | 'private');

function absent(): Problem {
  return new Problem('not-found', 'This account has no association with this item.');
}

export function knownDoi(text: string, pointer = '{doi}'): string {
  const doi = parseDoi(text);
  if (doi === undefined) throw invalidField(pointer, 'must be a DOI, such as 10.5072%2Fabc.');
  return doi;
}

/** Wrong values and the right one of each field, hashed under the person's own key, as those of profiles are. */
function valueHashes(
  key: Pick<ScopeKey, 'index'>,
  wrong: Readonly<Record<string, ReadonlySet<string>>>,
  right: Readonly<Record<string, string | undefined>>,
): Record<string, { old: string[]; new: string }> {
  const hashes: Record<string, { old: string[]; new: string }> = {};
  for (const [field, value] of Object.entries(right)) {
    if (value === undefined) continue;
    const hash = (text: string) => key.index(`rectified ${field}`, JSON.stringify(text));
    hashes[field] = { old: [...(wrong[field] ?? [])].map(hash), new: hash(value) };
  }
  return hashes;
}

function calendarDay(text: string, pointer: string): string {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 10) !== text)
    throw invalidField(pointer, 'must be a day of the calendar, such as 2026-03-31.');
  return text;
}

/** The input as it is kept, and what no schema can tell. */
export function checked(body: AssociationInput): AssociationInput {
  const { orcid, publishedOn, ...rest } = body;
  const iD = orcid === undefined ? undefined : parseOrcid(orcid);
  if (orcid !== undefined && iD === undefined)
    throw invalidField('/orcid', 'must be an ORCID iD; its check character does not fit.');
  if (rest.title === MASKED) throw invalidField('/title', 'must be the title itself: what was read is a mask');
  if (rest.visibility === 'public' && publishedOn === undefined)
    throw invalidField('/publishedOn', 'is required for a public item.');
  return {
    ...rest,
    title: toNfc(rest.title),
    version: toNfc(rest.version),
    nameAsPublished: toNfc(rest.nameAsPublished),
    orcid: iD,
    publishedOn: publishedOn === undefined ? undefined : calendarDay(publishedOn, '/publishedOn'),
  };
}

/** Names of the fields that differ. */
function changes(row: AssociationRow, opened: OpenedAssociation, input: AssociationInput): string[] {
  const before: Record<Exclude<keyof AssociationInput, 'obtained'>, string | undefined> = {
    title: opened.title,
    version: row.itemVersion,
    role: row.role,
    nameAsPublished: opened.nameAsPublished,
    orcid: opened.orcid,
    visibility: row.visibility,
    publishedOn: row.publishedOn ?? undefined,
  };
  return (Object.keys(before) as (keyof typeof before)[]).filter((field) => before[field] !== input[field]);
}
