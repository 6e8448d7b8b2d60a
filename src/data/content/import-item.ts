import Type, { type Static } from 'typebox';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { pastInstant } from '../../foundations/contract/instant.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { faultOf, type RecordFault, type RecordImport } from '../../foundations/imports/record-import.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { SUBJECT_ID_PATTERN } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { becamePublic, NOT_OBTAINED } from '../informing/obtaining.ts';
import { type Bringing, overtaken } from '../retention/bringing.ts';
import { DOI_INPUT_PATTERN, parseDoi } from './identifiers.ts';
import { AssociationInput } from './model.ts';
import { openAssociation, scopeOf, sealAssociation } from './sealing.ts';
import { categoryIn, categoryOf, checked, knownDoi } from './service.ts';
import { type AssociationRow, findAssociations, insertAssociation, updateAssociation } from './table.ts';

const { obtained: _, ...members } = AssociationInput.properties;

/** A person’s part in an item as another system had it, with when it was recorded and last changed there. */
export const ItemRecord = Type.Object(
  {
    kind: Type.Literal('item'),
    account: Type.String({ pattern: SUBJECT_ID_PATTERN, description: 'The platform’s user id, without `account:`.' }),
    doi: Type.String({ maxLength: 600, pattern: DOI_INPUT_PATTERN, description: 'A DOI, however it is written.' }),
    ...members,
    createdAt: Type.String({ format: 'date-time', maxLength: 40, description: 'When it was recorded.' }),
    updatedAt: Type.Optional(
      Type.String({
        format: 'date-time',
        maxLength: 40,
        description: 'When it was last changed: of two states the newer one stands. When absent, when it was recorded.',
      }),
    ),
  },
  { ...closed, title: 'ItemRecord' },
);
export type ItemRecord = Static<typeof ItemRecord>;

interface ItemImportDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  bringing: Bringing;
}

interface Brought {
  line: number;
  subjectId: string;
  doi: string;
  input: AssociationInput;
  createdAt: Date;
  updatedAt: Date;
}

const keyOf = ({ subjectId, doi }: { subjectId: string | null; doi: string }) => `${subjectId} ${doi}`;
const earlier = (one: Date, other: Date): Date => (one < other ? one : other);

/** Items with their own dates: in whatever order they come, the newest state of each stands, as old as the oldest says. */
export function createItemImport(deps: ItemImportDeps): RecordImport<ItemRecord> {
  const { store, audit, vault, policies, bringing } = deps;

  async function read(context: Context, line: number, record: ItemRecord): Promise<Brought> {
    const now = context.clock();
    const { kind: _, account, doi, createdAt: made, updatedAt: changed, ...given } = record;
    const input = checked(given);
    policies.of(context.tenant.id).requireCategory(categoryOf(input.visibility));
    const createdAt = pastInstant('/createdAt', made, now);
    const updatedAt = changed === undefined ? createdAt : pastInstant('/updatedAt', changed, now);
    if (updatedAt < createdAt) throw invalidField('/updatedAt', 'must not lie before /createdAt');
    const subjectId = await vault.subjectId(context.tenant.id, 'account', account);
    return { line, subjectId, doi: knownDoi(doi, '/doi'), input, createdAt, updatedAt };
  }

  async function standing(q: Query, context: Context, brought: readonly Brought[]) {
    const subjects = brought.map(({ subjectId }) => subjectId);
    const rows = await findAssociations(q, context.tenant.id, subjects);
    return new Map(rows.map((row) => [keyOf(row), row]));
  }

  return {
    kind: 'item',
    schema: ItemRecord,
    identitiesOf: ({ account, doi, updatedAt, createdAt }) => [
      `${account} ${parseDoi(doi) ?? doi} ${new Date(updatedAt ?? createdAt).toISOString()}`,
    ],

    async decide(context, records) {
      const faults: RecordFault[] = [];
      const brought: Brought[] = [];
      for (const { line, record } of records)
        try {
          brought.push(await read(context, line, record));
        } catch (error) {
          faults.push(faultOf(line, error));
        }
      const rows = await store.read((q) => standing(q, context, brought));
      const lines = brought.map((one) => {
        const row = rows.get(keyOf(one));
        const overwrites = row !== undefined && row.updatedAt < one.updatedAt;
        const category = categoryOf(one.input.visibility);
        return {
          line: one.line,
          pointer: '/account',
          who: { account: one.subjectId },
          subjectId: one.subjectId,
          categories: row && overwrites ? [...new Set([category, categoryIn(row)])] : [category],
          overwrites,
        };
      });
      const kept = await store.read((q) => bringing.faultsOf(q, context, lines));
      const out = new Set(kept.map(({ line }) => line));
      const isFree = ({ line }: { line: number }) => !out.has(line);
      const free = folded(brought.filter(isFree));
      return {
        faults: [...faults, ...kept],
        prepare: async () => {
          const recheck = await bringing.recheck(context, lines.filter(isFree));
          const before = await store.read((q) => standing(q, context, free));
          const sealed = await Promise.all(free.map((one) => seal(context, one, before.get(keyOf(one)))));
          return async (tx) => {
            await recheck(tx);
            const now = await standing(tx, context, free);
            for (const one of sealed) await write(tx, context, one, now.get(keyOf(one.brought)));
          };
        },
      };
    },
  };

  /** Sealed for the row that is there; another one in its place is found when it is written. */
  async function seal(context: Context, brought: Brought, row: AssociationRow | undefined) {
    const tenantId = context.tenant.id;
    const { subjectId, input } = brought;
    const associationId = row?.associationId ?? crypto.randomUUID();
    const key = await vault.key(tenantId, scopeOf({ visibility: input.visibility, subjectId }));
    return {
      brought,
      associationId,
      columns: sealAssociation(key, store.tables, tenantId, associationId, input),
      readable: row !== undefined && (await openAssociation(vault, store.tables, row)) !== undefined,
      commitment: await vault.commitment(tenantId, subjectId),
    };
  }

  async function write(
    tx: Query,
    context: Context,
    { brought, associationId, columns, readable, commitment }: Awaited<ReturnType<typeof seal>>,
    row: AssociationRow | undefined,
  ): Promise<void> {
    if (row !== undefined && row.associationId !== associationId) throw overtaken();
    const { subjectId, doi, input, updatedAt } = brought;
    const { id: tenantId, timeZone } = context.tenant;
    const policyHash = policies.of(tenantId).current().hash;
    const newer = !row || !readable || row.updatedAt < updatedAt;
    const published = input.visibility === 'public' ? input.publishedOn : undefined;
    const state = {
      ...columns,
      role: input.role,
      itemVersion: input.version,
      visibility: input.visibility,
      publishedOn: input.publishedOn ?? null,
      updatedAt,
      policyHash,
    };
    if (!row)
      await insertAssociation(tx, {
        tenantId,
        associationId,
        subjectId,
        doi,
        ...state,
        version: 1,
        createdAt: brought.createdAt,
      });
    else {
      const anew = readable ? becamePublic(row, published, timeZone) : { ...NOT_OBTAINED, titleSpecialId: null };
      const values = {
        ...(newer ? { ...state, ...anew } : {}),
        createdAt: readable ? earlier(row.createdAt, brought.createdAt) : brought.createdAt,
        version: row.version + 1,
      };
      if (!(await updateAssociation(tx, row, values))) throw overtaken();
    }
    await audit.add(tx, context, {
      action: 'association.imported',
      subject: commitment,
      policyHash,
      detail: { visibility: input.visibility, stands: newer },
    });
  }
}

function folded(brought: readonly Brought[]): Brought[] {
  const newest = new Map<string, Brought>();
  for (const one of brought) {
    const before = newest.get(keyOf(one));
    newest.set(
      keyOf(one),
      before
        ? {
            ...(before.updatedAt < one.updatedAt ? one : before),
            createdAt: earlier(before.createdAt, one.createdAt),
          }
        : one,
    );
  }
  return [...newest.values()];
}
