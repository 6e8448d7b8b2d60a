import { and, asc, type Column, eq, getTableName, type SQL, sql } from 'drizzle-orm';
import { withEvidenceUnlocked } from '../store/evidence.ts';
import type { Tables } from '../store/schema.ts';
import { rowNameOf, SEALED_TABLES, type SealedTable, scopesOf } from '../store/sealed-columns.ts';
import type { Query, Store } from '../store/store.ts';
import type { UnwrappedKey } from './data-key.ts';
import { keyNumberOf, type Place } from './envelope.ts';
import type { Rotation } from './keyring.ts';
import { inUnitOfWork } from './unit-of-work.ts';
import type { Vault } from './vault.ts';

/** Rows read and written at once, where a table says nothing else. */
const BATCH = 100;

export interface ResealDeps {
  /** The guarded store (`vault.guard`). */
  store: Store;
  vault: Vault;
  /** Tenants there are; one of them, where the rotation is of one. */
  tenants: readonly string[];
  /**
   * Resolves once no instance remembers keys from before it was called. Where no instance runs there is nothing to wait
   * for.
   */
  settle(): Promise<void>;
  tell?(progress: string): void;
}

interface RotationResult {
  epoch: number;
  /** Values that were sealed anew. */
  resealed: number;
  /** Keys that were destroyed. */
  retired: number;
  /** Values under an old key that do not open, by `table.column`: with any of them no old key is destroyed. */
  unreadable: Record<string, number>;
}

/** Values that name a key there is and do not open with it: an old key is not destroyed over them unasked. */
export class UnreadableValues extends Error {
  override readonly name = 'UnreadableValues';
  readonly unreadable: Record<string, number>;
  constructor(unreadable: Record<string, number>) {
    super('Values that name a key do not open with it; the old keys stay.');
    this.unreadable = unreadable;
  }
}

/**
 * Rotates data keys: a further key for each scope, all that old ones sealed is sealed anew, then the old ones are
 * destroyed. What is under way is gone on with, whatever is asked for: killed anywhere nothing is lost, since an old key
 * goes only after a look has found nothing that it sealed.
 * @throws UnreadableValues unless `discardUnreadable`
 */
export async function rotateDataKeys(
  deps: ResealDeps,
  over: Pick<Rotation, 'tenantId' | 'scope'>,
  { discardUnreadable = false } = {},
): Promise<RotationResult> {
  const { vault, store, settle, tell = () => undefined } = deps;
  const { keyRotation } = vault;
  const rotation = await keyRotation.begin(over);
  const result: RotationResult = { epoch: rotation.epoch, resealed: 0, retired: 0, unreadable: {} };
  const moveTo = async (phase: Rotation['phase']) => {
    await keyRotation.moveTo(rotation, phase);
    rotation.phase = phase;
  };
  if (rotation.phase === 'announce') {
    tell('new keys');
    await keyRotation.announce(rotation);
    // Every instance must be able to open what another seals with a new key.
    await settle();
    await moveTo('announced');
  }
  if (rotation.phase === 'announced') {
    await keyRotation.promote(rotation);
    await moveTo('reseal');
  }
  if (rotation.phase === 'reseal') {
    // And none may seal with an old one behind the back of what follows.
    await settle();
    for (let pass = 1; ; pass += 1) {
      const { resealed, unreadable } = await resealAll(deps, rotation);
      result.resealed += resealed;
      result.unreadable = unreadable;
      tell(`pass ${pass}: ${resealed} values sealed anew`);
      // The last look finds nothing.
      if (resealed === 0) break;
    }
    if (Object.keys(result.unreadable).length > 0 && !discardUnreadable) throw new UnreadableValues(result.unreadable);
    await moveTo('retire');
  }
  result.retired = await keyRotation.retire(rotation);
  // The old keys' bytes, and the values they sealed.
  await vault.scrub();
  await store.scrub();
  await moveTo('finished');
  return result;
}

/** One look at every sealed value. */
async function resealAll(
  deps: ResealDeps,
  rotation: Rotation,
): Promise<Pick<RotationResult, 'resealed' | 'unreadable'>> {
  const unreadable: Record<string, number> = {};
  let resealed = 0;
  for (const tenantId of rotation.tenantId === null ? deps.tenants : [rotation.tenantId])
    for (const [name, described] of Object.entries(SEALED_TABLES) as [keyof Tables, SealedTable][]) {
      let after: unknown[] | undefined;
      do {
        const page = await inUnitOfWork(() => resealPage(deps, tenantId, name, described, after));
        resealed += page.resealed;
        for (const column of page.unreadable) {
          const at = `${name}.${column}`;
          unreadable[at] = (unreadable[at] ?? 0) + 1;
        }
        after = page.last;
        await new Promise((next) => setImmediate(next));
      } while (after);
    }
  return { resealed, unreadable };
}

type AnyTable = Tables['visits'];

async function resealPage(
  { store, vault }: ResealDeps,
  tenantId: string,
  name: keyof Tables,
  described: SealedTable,
  after: readonly unknown[] | undefined,
): Promise<{ resealed: number; unreadable: string[]; last: unknown[] | undefined }> {
  const table = store.tables[name] as unknown as AnyTable;
  const columnOf = (column: string) => (table as unknown as Record<string, Column>)[column] as Column;
  const keyColumns = described.key.map(columnOf);
  const limit = described.batch ?? BATCH;
  const rows = (await store.read((q) => {
    const beyond = after && sql`(${list(keyColumns)}) > (${list(bound(keyColumns, after))})`;
    return q
      .select()
      .from(table)
      .where(and(eq(table.tenantId, tenantId), beyond))
      .orderBy(...keyColumns.map((column) => asc(column)))
      .limit(limit);
  })) as Record<string, unknown>[];

  const changes: { row: Record<string, unknown>; column: string; old: Buffer; next: Buffer }[] = [];
  const unreadable: string[] = [];
  for (const row of rows)
    for (const column of described.columns) {
      const old = row[column] as Buffer | null;
      if (!old || old.length === 0) continue;
      const place = {
        tenant: tenantId,
        table: getTableName(table),
        column: columnOf(column).name,
        row: rowNameOf(described, row),
      };
      const owner = await ownerOf(vault, place, scopesOf(described, row), old);
      if (owner === 'nobody') unreadable.push(column);
      else if (owner && owner.key.number !== keyNumberOf(old))
        changes.push({ row, column, old, next: owner.key.sealBytes(place, owner.bytes) });
    }
  let resealed = 0;
  if (changes.length > 0)
    resealed = await store.write((tx) => {
      const work = async () => {
        let written = 0;
        for (const { row, column, old, next } of changes)
          written += await replace(tx, table, column, next, [
            eq(table.tenantId, tenantId),
            ...described.key.map((part) => eq(columnOf(part), row[part])),
            // Changed meanwhile: then it was sealed with the new key.
            eq(columnOf(column), old),
          ]);
        return written;
      };
      return described.evidence ? withEvidenceUnlocked(tx, tenantId, 'keys rotated', work) : work();
    });
  const lastRow = rows.length === limit ? rows.at(-1) : undefined;
  return { resealed, unreadable, last: lastRow && described.key.map((part) => lastRow[part]) };
}

const list = (parts: readonly (Column | SQL)[]) => sql.join([...parts], sql`, `);
const bound = (columns: readonly Column[], values: readonly unknown[]) =>
  columns.map((column, n) => sql`${sql.param(values[n], column)}`);

async function replace(tx: Query, table: AnyTable, column: string, next: Buffer, where: SQL[]): Promise<number> {
  const changed = await tx
    .update(table)
    .set({ [column]: next } as Partial<AnyTable['$inferInsert']>)
    .where(and(...where))
    .returning({ tenantId: table.tenantId });
  return changed.length;
}

/** Whose key opens a value; undefined where its key is destroyed; `nobody` where there is one of its number and it does not. */
async function ownerOf(
  vault: Vault,
  place: Place,
  scopes: readonly string[],
  sealed: Buffer,
): Promise<{ key: UnwrappedKey; bytes: Buffer } | undefined | 'nobody'> {
  let named = false;
  for (const scope of scopes) {
    const key = (await vault.existingKey(place.tenant, scope)) as UnwrappedKey | undefined;
    if (!key?.names(sealed)) continue;
    named = true;
    const bytes = key.openBytes(place, sealed);
    if (bytes) return { key, bytes };
  }
  return named || keyNumberOf(sealed) === undefined ? 'nobody' : undefined;
}
