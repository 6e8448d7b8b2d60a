import type { ProfileService } from '../../data/profiles/service.ts';
import type { AccessService } from '../../foundations/access/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { MerkleLog } from '../../foundations/audit/log/service.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { erasedTables } from '../../foundations/departure/contents.ts';
import { pagesOf } from '../../foundations/departure/read-rows.ts';
import { sqlNameOf } from '../../foundations/departure/rows.ts';
import { eraseRows } from '../../foundations/departure/write-rows.ts';
import { type ExternalHolder, HolderFault, type KnownPerson } from '../../foundations/holders/external.ts';
import type { ErasureDecision } from '../../foundations/holders/holder.ts';
import type { Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { inUnitOfWork } from '../../foundations/vault/unit-of-work.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { localDay } from '../../law/duration.ts';
import { certificateHash, certificateOf } from './certificate.ts';
import { leftOf } from './found.ts';
import type { DepartureCertificate } from './model.ts';
import { actorOf, mustBe, standing, tooLate } from './open-departure.ts';
import {
  type DepartureRow,
  findDeparture,
  moveDeparture,
  type OutsideCount,
  openDepartures,
  type Progress,
} from './table.ts';

export interface DeletionDeps {
  store: Store;
  vault: Vault;
  audit: Audit;
  access: Pick<AccessService, 'forgetTenant' | 'dropTenant'>;
  merkleLog: Pick<MerkleLog, 'sizeOf'>;
  profiles: Pick<ProfileService, 'whoIs'>;
  externalHolders: ExternalHolder[];
  keepingHolds(context: Context): Promise<number>;
  homeContext(context: Context): Promise<Context>;
}

/** Days after which a return that nobody has acknowledged is taken for read. */
const ACKNOWLEDGE_WITHIN = 30;
const DAY_MS = 86_400_000;
/** How long holders outside are asked again before the certificate says that they were not reached. */
const OUTSIDE_AT_MOST = 30 * DAY_MS;
const STEP_MS = 30_000;
const ROWS = 500;
const BEGUN: Progress = {
  stage: 'outside',
  holder: 0,
  after: '',
  cursor: null,
  reference: null,
  failure: null,
  outside: {},
  keys: 0,
  rows: {},
};

/** The first day on which it may be erased; undefined: it waits for a return, or for its acknowledgement. */
export function deletableFrom(row: DepartureRow, timeZone: string): string | undefined {
  if (row.choice === 'delete') return row.status === 'approved' ? row.endsOn : undefined;
  if (row.status === 'acknowledged') return row.endsOn;
  if (row.status !== 'returned' || !row.returnedAt) return undefined;
  const late = localDay(new Date(row.returnedAt.getTime() + ACKNOWLEDGE_WITHIN * DAY_MS), timeZone);
  return late > row.endsOn ? late : row.endsOn;
}

/** @throws Problem saying what is in the way */
export async function beginDeletion(deps: DeletionDeps, context: Context, departureId: string): Promise<void> {
  const { store, vault, audit, merkleLog } = deps;
  const row = await standing(store, context, departureId);
  if (row.status === 'deleting' || row.status === 'deleted') return;
  mustBe(row, 'approved', 'returned', 'acknowledged');
  const from = deletableFrom(row, context.tenant.timeZone);
  if (from === undefined)
    throw new Problem('conflict', 'It is to be returned first, and erased once the institution has acknowledged that.');
  if (localDay(context.clock(), context.tenant.timeZone) < from)
    throw new Problem('conflict', `It may be erased from ${from} on.`);
  if (row.status !== 'acknowledged' && (await deps.keepingHolds(context)) > 0)
    throw new Problem(
      'held',
      'Holds keep data of this institution. Release them first: nothing is erased under a hold.',
    );
  if (row.choice === 'return' && (await merkleLog.sizeOf(row.tenantId, context.clock)) !== row.returnSize)
    throw new Problem(
      'plan-changed',
      'Something was written since the return was made, and is not in it. Make the return again.',
    );
  // First where a restored database does not reach.
  await vault.keptApart.recordTenantEnd({ tenantId: row.tenantId, departureId, recordedAt: context.clock() });
  const own = await deps.homeContext(context);
  const at = context.clock();
  await store.write(async (tx) => {
    const change = {
      status: 'deleting',
      deletionBy: actorOf(context),
      deletionAt: at,
      progress: BEGUN,
      updatedAt: at,
    } as const;
    if (!(await moveDeparture(tx, row, change))) throw tooLate();
    const detail = { tenant: row.tenantId, departure: departureId, choice: row.choice };
    await audit.add(tx, own, { action: 'departure.deletion-begun', detail });
  });
}

/** Carries on what was begun, from where it was left; answers what still waits. Killed anywhere, the next call goes on. */
export async function carryOnDeletion(deps: DeletionDeps, context: Context): Promise<{ waitsFor: string | null }> {
  const { store } = deps;
  const [row] = await store.read((q) => openDepartures(q, context.tenant.id, ['deleting']));
  if (!row?.progress) return { waitsFor: null };
  const progress: Progress = { ...row.progress, outside: { ...row.progress.outside }, rows: { ...row.progress.rows } };
  const save = async (change: Partial<Progress>) => {
    Object.assign(progress, change);
    await store.write((tx) => moveDeparture(tx, row, { progress: { ...progress }, updatedAt: context.clock() }));
  };
  if (progress.stage === 'outside') {
    const fault = await eraseOutside(deps, context, row, progress, save);
    if (fault) return { waitsFor: fault };
    await save({ stage: 'keys', after: '', cursor: null, reference: null, failure: null });
  }
  if (progress.stage === 'keys') {
    // Before any row: from here on nobody opens anything of it, in whichever copy.
    const keys = await inUnitOfWork(() => deps.vault.shredTenant(row.tenantId));
    await save({ stage: 'rows', keys: progress.keys + keys });
  }
  if (progress.stage === 'rows') {
    await eraseTables(store, row.tenantId, async (table, count) => {
      await save({ rows: { ...progress.rows, [table]: (progress.rows[table] ?? 0) + count } });
    });
    await save({ stage: 'look' });
  }
  await deps.vault.scrub();
  await store.scrub();
  await finish(deps, context, row, progress);
  return { waitsFor: null };
}

/** Table after table, a few rows a transaction. */
async function eraseTables(
  store: Store,
  tenantId: string,
  counted: (table: string, count: number) => Promise<void>,
): Promise<void> {
  for (const name of erasedTables(store.tables)) {
    let all = 0;
    for (;;) {
      const count = await store.write((tx) => eraseRows(tx, name, tenantId, ROWS));
      all += count;
      if (count < ROWS) break;
      await new Promise((next) => setImmediate(next));
    }
    if (all > 0) await counted(sqlNameOf(name), all);
  }
}

type Save = (change: Partial<Progress>) => Promise<void>;

/** Everybody we know, at every holder outside; answers what is still waited for. */
async function eraseOutside(
  deps: DeletionDeps,
  context: Context,
  row: DepartureRow,
  progress: Progress,
  save: Save,
): Promise<string | undefined> {
  const { store, vault, profiles, externalHolders } = deps;
  const late = context.clock().getTime() - (row.deletionAt as Date).getTime() > OUTSIDE_AT_MOST;
  for (let n = progress.holder; n < externalHolders.length; n += 1) {
    const holder = externalHolders[n] as ExternalHolder;
    for await (const page of pagesOf(store, 'profiles', row.tenantId))
      for (const { subjectId } of page) {
        const name = vault.pseudonyms.encode('profiles', subjectId as string);
        if (n === progress.holder && name <= progress.after) continue;
        const known = await inUnitOfWork(() => profiles.whoIs(context, subjectId as string));
        const count = { people: 0, removed: 0, left: 0, unreached: 0, ...progress.outside[holder.id] };
        if (known) {
          const done = await eraseAt(holder, known, row, progress, save);
          if (typeof done === 'string' && !late) {
            await save({ holder: n, failure: `${holder.id}: ${done}` });
            return `${holder.id}: ${done}`;
          }
          add(count, typeof done === 'string' ? { people: 1, removed: 0, left: 0, unreached: 1 } : done);
        }
        const outside = { ...progress.outside, [holder.id]: count };
        await save({ holder: n, after: name, cursor: null, reference: null, failure: null, outside });
      }
    await save({ holder: n + 1, after: '', cursor: null, reference: null, failure: null });
  }
  return undefined;
}

function add(count: OutsideCount, more: OutsideCount): void {
  for (const name of Object.keys(more) as (keyof OutsideCount)[]) count[name] += more[name];
}

/** One person at one holder, to the end; or why not yet, as a code. */
async function eraseAt(
  holder: ExternalHolder,
  known: KnownPerson,
  row: DepartureRow,
  progress: Progress,
  save: Save,
): Promise<OutsideCount | string> {
  const decisions = Object.fromEntries(
    holder
      .describe()
      .categories.map((category): [string, ErasureDecision] => [category, { category, action: 'erase' }]),
  );
  const order = { at: row.deletionAt as Date, policyHash: row.digest, decisions };
  try {
    for (;;) {
      const { cursor, reference } = progress;
      const step = { erasureId: row.departureId, round: 0, cursor, reference, signal: AbortSignal.timeout(STEP_MS) };
      const answer = await holder.erase(known, order, step);
      if (answer.status === 'accepted') {
        await save({ reference: answer.reference });
        return 'accepted';
      }
      if (answer.status === 'more') {
        await save({ cursor: answer.cursor });
        continue;
      }
      // What it says it did is believed only as far as a second look finds nothing.
      const left = Object.values(await holder.count(known, AbortSignal.timeout(STEP_MS))).reduce(
        (sum, n) => sum + n,
        0,
      );
      const removed = answer.outcomes.reduce((sum, one) => sum + one.removed + one.reduced, 0);
      return { people: 1, removed, left, unreached: 0 };
    }
  } catch (fault) {
    if (fault instanceof HolderFault) return fault.code;
    throw fault;
  }
}

/** The second look, the certificate, and the end of the tenant, in one transaction. */
async function finish(deps: DeletionDeps, context: Context, row: DepartureRow, progress: Progress): Promise<void> {
  const { store, vault, audit, access } = deps;
  const { tenantId, departureId } = row;
  const own = await deps.homeContext(context);
  const keysLeft = await keysOf(vault, tenantId);
  const left = await leftOf(store, tenantId);
  const at = context.clock();
  const certificate: DepartureCertificate = certificateOf(row, {
    institution: context.tenant.name,
    progress,
    left,
    keysLeft,
    at,
    entry: uuidv7(at),
    certificateId: uuidv7(at),
  });
  await store.write(async (tx) => {
    if (
      !(await moveDeparture(tx, row, { status: 'deleted', certificate, deletedAt: at, progress: null, updatedAt: at }))
    )
      return;
    await access.dropTenant(tx, tenantId);
    await audit.add(tx, own, {
      action: 'departure.deleted',
      entryId: certificate.entry,
      detail: {
        tenant: tenantId,
        departure: departureId,
        verdict: certificate.verdict,
        certificate: certificate.certificateId,
        certificateHash: certificateHash(certificate),
      },
    });
  });
  access.forgetTenant(tenantId);
  await store.scrub();
}

async function keysOf(vault: Vault, tenantId: string): Promise<number> {
  let count = 0;
  for (let after = ''; ; ) {
    const page = await vault.scopes(tenantId, '', after, ROWS);
    count += page.filter((scope) => !scope.startsWith('signing/')).length;
    if (page.length < ROWS) return count;
    after = page.at(-1) as string;
  }
}

/**
 * Holds the database against the ends that are kept apart from it: one that came back from a backup brings tenants back,
 * and they go again, before anybody is served. Answers how many.
 */
export async function replayEnds({ store, vault, access }: DeletionDeps, clock: () => Date): Promise<number> {
  let replayed = 0;
  for (const { tenantId, departureId, readmittedAt } of await vault.keptApart.tenantEnds()) {
    const row = await store.read((q) => findDeparture(q, departureId));
    if (row?.status === 'deleting') continue;
    // An older copy of the keyring brings keys back, too.
    if (readmittedAt === null && (await keysOf(vault, tenantId)) > 0)
      await inUnitOfWork(() => vault.shredTenant(tenantId));
    if (row?.status === 'deleted') continue;
    await eraseTables(store, tenantId, async () => undefined);
    const at = clock();
    await store.write(async (tx) => {
      await access.dropTenant(tx, tenantId);
      const ended = { status: 'deleted', deletedAt: at, progress: null, updatedAt: at } as const;
      const { departures: t } = tx.tables;
      await tx
        .insert(t)
        .values({ ...REPLAYED, tenantId, departureId, proposedAt: at, ...ended })
        .onConflictDoUpdate({ target: [t.tenantId, t.departureId], set: ended });
    });
    access.forgetTenant(tenantId);
    await store.scrub();
    replayed += 1;
  }
  return replayed;
}

/** Of an end whose record was in the database that is gone: its certificate was given when it ended. */
const REPLAYED = {
  choice: 'delete',
  endsOn: '',
  reason: 'other',
  digest: '0'.repeat(64),
  found: { tables: [], categories: [], outside: [], keepingHolds: 0, openRequests: 0 },
  proposedBy: { id: 'system:ledger', role: 'operator' },
};
