import { randomUUID } from 'node:crypto';
import { showing } from '../../../foundations/audit/reading.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import { withSmallHeap } from '../../../foundations/process/small-heap.ts';
import { writeOnce } from '../../../foundations/store/idempotency.ts';
import { acquireLease, holdLease, type Lease, releaseLease } from '../../../foundations/store/lease.ts';
import type { Query } from '../../../foundations/store/store.ts';
import { uuidv7 } from '../../../foundations/store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../../../foundations/vault/subjects.ts';
import { type Commitment, packageScope } from '../../../foundations/vault/vault.ts';
import { writeEncrypted } from '../../../foundations/zip/zip.ts';
import type { JoinedPortal } from '../../portals/model.ts';
import { dropPieces, ENCRYPTED_AT, inPieces, ORDER_AT, sealedPiece, writePiece, ZIP_AT } from './chunks.ts';
import { createDelivery, type Outgoing } from './delivery.ts';
import { createMaking, type MakingDeps, orderOf, type StoredOrder } from './make.ts';
import { LANGUAGES, type Language, type Package, type PackageInput, type PackageRelease } from './model.ts';
import {
  findPackage,
  forgetSubjects,
  insertPackage,
  type PackageRow,
  packageOfRequest,
  packagesBefore,
  packagesInStatus,
  packagesToDestroy,
  updatePackage,
} from './table.ts';

const DAY = 24 * 3_600_000;
/** How long a package waits to be approved, released and fetched: the month of Art. 12(3) and its extension. */
const UNDELIVERED = 92 * DAY;
/** Makings begun before it is given up. */
const ATTEMPTS = 3;
/** Milliseconds between two renewals of the lease while nothing is written (a holder outside is slow). */
const ALIVE_EVERY = 5_000;

const STANDING = ['preparing', 'ready', 'approved', 'released', 'delivered', 'failed'];

/** Packages for the person (GDPR Art. 15, 20): ordered, made by a job, looked at, approved, handed over, destroyed. */
export function createPackages(deps: MakingDeps) {
  const { store, audit, vault, policies } = deps;
  const making = createMaking(deps);

  async function record(
    tx: Query,
    context: Context,
    what: string,
    row: Pick<PackageRow, 'packageId' | 'kind'>,
    detail: Record<string, unknown> = {},
    subject?: Commitment,
  ) {
    await audit.add(tx, context, {
      action: `package.${what}`,
      subject,
      detail: { package: row.packageId, kind: row.kind, ...detail },
    });
  }

  const delivery = createDelivery({ store, keeperOf: making.keeperOf, record });

  async function find(context: Context, packageId: string): Promise<PackageRow> {
    const row = await store.read((q) => findPackage(q, { tenantId: context.tenant.id, packageId }));
    if (!row) throw new Problem('not-found', 'There is no package of this id.');
    return row;
  }

  const get = async (context: Context, packageId: string): Promise<Package> => shown(await find(context, packageId));

  /** Runs work on one package that no other process may do at the same time; undefined when another does. */
  async function underLease<T>(
    context: Context,
    packageId: string,
    work: (alive: (tx: Query) => Promise<void>) => Promise<T>,
  ): Promise<T | undefined> {
    const wanted = { tenantId: context.tenant.id, name: `package:${packageId}`, owner: randomUUID() };
    const lease: Lease | undefined = await acquireLease(store, context.clock(), wanted);
    if (!lease) return undefined;
    const alive = (tx: Query) => holdLease(tx, context.clock(), lease);
    // A lease that was lost is noticed by the next write.
    const renewal = setInterval(() => void store.write(alive).catch(() => undefined), ALIVE_EVERY);
    try {
      return await work(alive);
    } finally {
      clearInterval(renewal);
      await releaseLease(store, lease);
    }
  }

  /** Makes one package that was ordered. What fails is tried again by the next run, three times in all. */
  async function make(context: Context, packageId: string): Promise<boolean> {
    const made = await underLease(context, packageId, async (alive) => {
      const row = await find(context, packageId);
      if (row.status !== 'preparing') return false;
      const order = { ...orderOf(row), attempts: orderOf(row).attempts + 1 };
      await store.write(async (tx) => {
        await alive(tx);
        await updatePackage(tx, row, ['preparing'], { order: { ...order } });
      });
      try {
        const { manifest, bytes, pieces, sha256 } = await withSmallHeap(() => making.make(context, row, alive));
        await store.write(async (tx) => {
          await alive(tx);
          await updatePackage(tx, row, ['preparing'], {
            status: 'ready',
            manifest,
            bytes,
            sha256,
            order: { ...order, pieces, records: manifest.records },
          });
        });
        return true;
      } catch (error) {
        if (error instanceof Problem && error.type === 'lease-held') return false;
        if (order.attempts < ATTEMPTS) throw error;
        await store.write(async (tx) => {
          const failed = { status: 'failed', failure: 'making-failed' };
          if (await updatePackage(tx, row, ['preparing'], failed)) await record(tx, context, 'failed', row);
        });
        throw error;
      }
    });
    return made ?? false;
  }

  /** The key first, then what it sealed, then what the write-ahead log still has of it. Repeatable at any point. */
  async function destroy(context: Context, row: PackageRow): Promise<void> {
    const { tenantId, packageId } = row;
    await vault.shred(tenantId, [packageScope(packageId)]);
    await dropPieces(store, row, ORDER_AT);
    // Where somebody reads what was before, it is not said to be destroyed: the job comes back to it.
    await vault.scrub();
    await store.scrub();
    await store.write(async (tx) => {
      const now = context.clock();
      const values = { status: 'destroyed', destroyedAt: now, manifest: null, linkHash: null, subjectId: null };
      if (await updatePackage(tx, { tenantId, packageId }, STANDING, values))
        await record(tx, context, 'destroyed', row);
    });
  }

  async function encrypt(row: PackageRow, passphrase: string, alive: (tx: Query) => Promise<void>) {
    const keeper = await making.keeperOf(row);
    await dropPieces(store, row, ENCRYPTED_AT);
    let pieces = 0;
    let bytes = 0;
    const out = inPieces(async (piece) => {
      await writePiece(store, keeper, ENCRYPTED_AT + pieces, piece, alive);
      pieces += 1;
      bytes += piece.length;
    });
    const plain = delivery.pieces(row, ZIP_AT, orderOf(row).pieces ?? 0);
    await writeEncrypted({ name: delivery.nameOf(row), at: row.snapshotAt, passphrase }, plain, out.add);
    await out.flush();
    return { pieces, bytes };
  }

  return {
    /**
     * Orders a package; a job makes it. The same request gets the same one until it has failed or is destroyed.
     * @param portals others whose data goes with it, as far as the same controllers answer
     * @throws Problem `invalid-request` for a field of a kind of data that does not exist
     */
    async prepare(context: Context, input: PackageInput, portals: readonly JoinedPortal[] = []): Promise<Package> {
      const { tenant } = context;
      const known = new Set(
        policies
          .of(context.tenant.id)
          .current()
          .categories.map(({ id }) => id),
      );
      for (const what of ['redact', 'disclose'] as const)
        for (const [n, { category }] of (input[what] ?? []).entries())
          if (!known.has(category))
            throw invalidField(`/${what}/${n}/category`, 'must be a kind of data that the policies declare');
      const standing = async (q: Query) =>
        input.requestId === undefined ? undefined : packageOfRequest(q, tenant.id, input.requestId, input.kind);
      const before = await store.read(standing);
      if (before) return shown(before);

      const now = context.clock();
      const packageId = uuidv7(now);
      const ref = parseSubjectRef(input.subject);
      const { subjectId } = await subjectOf(vault, tenant.id, ref);
      const key = await vault.key(tenant.id, packageScope(packageId));
      const subject = Buffer.from(`${ref.kind}:${ref.id}`);
      const insertOrder = sealedPiece({ tenantId: tenant.id, packageId, key }, ORDER_AT, subject);
      const commitment = await vault.existingCommitment(tenant.id, subjectId);
      const order: StoredOrder = {
        language: languageOf(input.language ?? tenant.language),
        attempts: 0,
        redact: input.redact ?? [],
        disclose: input.disclose ?? [],
        ...(portals.length > 0 ? { portals: [...portals] } : {}),
      };
      const row: PackageRow = {
        tenantId: tenant.id,
        packageId,
        requestId: input.requestId ?? null,
        kind: input.kind,
        status: 'preparing',
        subjectId,
        snapshotAt: now,
        order: { ...order },
        manifest: null,
        bytes: null,
        sha256: null,
        preparedBy: context.principal.id,
        approvedBy: null,
        approvedAt: null,
        release: null,
        linkHash: null,
        linkExpiresAt: null,
        releasedAt: null,
        deliveredAt: null,
        destroyedAt: null,
        destroyAfter: new Date(now.getTime() + UNDELIVERED),
        failure: null,
        createdAt: now,
        policyHash: policies.of(context.tenant.id).current().hash,
      };
      const result = await writeOnce(
        store,
        context,
        async (tx) => {
          const other = await standing(tx);
          if (other) return { packageId: other.packageId };
          await insertPackage(tx, row);
          await insertOrder(tx);
          await record(tx, context, 'ordered', row, {}, commitment);
          return { packageId };
        },
        { isolation: 'serializable' },
      );
      if (result.packageId !== packageId) await vault.shred(tenant.id, [packageScope(packageId)]);
      return get(context, result.packageId);
    },

    make,
    get,

    async list(context: Context, { limit = DEFAULT_PAGE, cursor }: { limit?: number; cursor?: string }) {
      const rows = await store.read((q) => packagesBefore(q, context.tenant.id, { before: cursor, limit: limit + 1 }));
      const { items, next } = cursorPageFrom(rows, limit, ({ packageId }) => packageId);
      return { items: items.map(shown), next };
    },

    /** The package as the person will get it, to look at before. @throws Problem `conflict` */
    async content(context: Context, packageId: string): Promise<Outgoing> {
      const row = await find(context, packageId);
      if (!['ready', 'approved', 'released', 'delivered'].includes(row.status))
        throw new Problem('conflict', `There is nothing to look at: the package is ${row.status}.`);
      if (row.subjectId !== null) showing(context, row.subjectId);
      const stream = delivery.pieces(row, ZIP_AT, orderOf(row).pieces ?? 0);
      return { name: delivery.nameOf(row), bytes: row.bytes ?? 0, stream };
    },

    /**
     * Agrees that it may go out, as another person than who ordered it.
     * @throws Problem `forbidden`; `conflict` when it is not ready, or a place did not answer and that was not accepted
     */
    async approve(context: Context, packageId: string, accepting: { incomplete?: 'accepted' } = {}): Promise<Package> {
      const row = await find(context, packageId);
      if (row.preparedBy === context.principal.id)
        throw new Problem('forbidden', 'Whoever ordered a package cannot approve it: a second person must.');
      const { missing } = shown(row).manifest ?? { missing: [] };
      if (row.status === 'ready' && missing.length > 0 && accepting.incomplete !== 'accepted')
        throw new Problem(
          'conflict',
          `The package is incomplete: ${missing.map(({ holder }) => holder).join(', ')} did not answer. Make it again, or accept that it is incomplete.`,
        );
      await writeOnce(store, context, async (tx) => {
        const values = { status: 'approved', approvedBy: context.principal.id, approvedAt: context.clock() };
        if (!(await updatePackage(tx, row, ['ready'], values)))
          throw new Problem('conflict', 'Only a package that is ready, and not approved yet, can be approved.');
        await record(tx, context, 'approved', row, missing.length > 0 ? { incomplete: true } : {});
        return {};
      });
      return get(context, packageId);
    },

    /** Makes it again, of the present instant: a place did not answer, or something went wrong. @throws Problem `conflict` */
    async makeAgain(context: Context, packageId: string): Promise<Package> {
      const row = await find(context, packageId);
      await writeOnce(store, context, async (tx) => {
        const { language, redact, disclose, portals } = orderOf(row);
        const values = {
          status: 'preparing',
          failure: null,
          manifest: null,
          snapshotAt: context.clock(),
          order: { language, redact, disclose, ...(portals ? { portals } : {}), attempts: 0 },
        };
        if (!(await updatePackage(tx, row, ['ready', 'failed'], values)))
          throw new Problem('conflict', 'Only a package that is ready or has failed can be made again.');
        await record(tx, context, 'ordered', row, { again: true });
        return {};
      });
      return get(context, packageId);
    },

    /**
     * Lets an approved package go: by a link that is shown once, or encrypted for a passphrase, which is kept nowhere.
     * One that never arrived can be released again; an older link is void then.
     * @throws Problem `conflict`, `lease-held`
     */
    async release(
      context: Context,
      packageId: string,
      how: PackageRelease,
    ): Promise<{ package: Package; secret?: string; path?: string }> {
      const released = await underLease(context, packageId, async (alive) => {
        const row = await find(context, packageId);
        const now = context.clock();
        const link = how.by === 'link' ? delivery.newLink(now) : undefined;
        const standing = ['approved', 'released'].includes(row.status);
        const encrypted = how.by === 'passphrase' && standing ? await encrypt(row, how.passphrase, alive) : undefined;
        await writeOnce(store, context, async (tx) => {
          const { openings: _, firstOpenedAt: __, encrypted: ___, ...order } = orderOf(row);
          const values = {
            status: 'released',
            release: how.by,
            releasedAt: now,
            linkHash: link?.linkHash ?? null,
            linkExpiresAt: link?.linkExpiresAt ?? null,
            order: { ...order, encrypted },
          };
          if (!(await updatePackage(tx, row, ['approved', 'released'], values)))
            throw new Problem(
              'conflict',
              'Only a package that was approved, and has not arrived yet, can be released.',
            );
          await record(tx, context, 'released', row, { by: how.by });
          return {};
        });
        // A repeat gets the first answer, which was the only one to show the link.
        return { secret: context.idempotency?.replayed ? undefined : link?.secret };
      });
      if (!released) throw new Problem('lease-held', 'Somebody is at this package right now. Try again in a moment.');
      const { secret } = released;
      return {
        package: await get(context, packageId),
        ...(secret === undefined ? {} : { secret, path: `/packages/${context.tenant.id}/${packageId}/${secret}` }),
      };
    },

    /** The encrypted file, to send on. Who chose the passphrase can open it: it is a look. @throws Problem `conflict` */
    async file(context: Context, packageId: string): Promise<Outgoing> {
      const row = await find(context, packageId);
      if (row.subjectId !== null) showing(context, row.subjectId);
      return delivery.encrypted(context, row);
    },

    lookAtLink: delivery.look,
    openLink: delivery.open,

    /** Destroys it before its time. */
    async destroy(context: Context, packageId: string): Promise<Package> {
      const row = await find(context, packageId);
      if (row.status !== 'destroyed') await destroy(context, row);
      return get(context, packageId);
    },

    /** Makes what was ordered and, unless all is to be kept, destroys what is over. @throws what went wrong first, after all others were done */
    async work(context: Context, { keep = false } = {}): Promise<{ made: number; destroyed: number }> {
      const counts = { made: 0, destroyed: 0 };
      const faults: unknown[] = [];
      const { id } = context.tenant;
      for (const row of keep ? [] : await store.read((q) => packagesToDestroy(q, id, context.clock())))
        await destroy(context, row).then(
          () => (counts.destroyed += 1),
          (fault: unknown) => faults.push(fault),
        );
      for (const { packageId } of await store.read((q) => packagesInStatus(q, id, 'preparing')))
        await make(context, packageId).then(
          (made) => (counts.made += made ? 1 : 0),
          (fault: unknown) => faults.push(fault),
        );
      if (faults.length > 0) throw faults[0];
      return counts;
    },

    /** Part of an erasure: takes the person's pseudonyms out, and has what they received destroyed. */
    forgetPerson: forgetSubjects,
  };
}

export type PackageService = ReturnType<typeof createPackages>;

/** The person's language where packages speak it, otherwise English (GDPR Art. 12(1)). */
const languageOf = (language: string): Language => LANGUAGES.find((one) => one === language.slice(0, 2)) ?? 'en';

function shown(row: PackageRow): Package {
  const { language, records } = orderOf(row);
  const at = (instant: Date | null) => instant?.toISOString() ?? null;
  return {
    packageId: row.packageId,
    requestId: row.requestId,
    kind: row.kind as Package['kind'],
    status: row.status as Package['status'],
    language,
    records: records ?? null,
    snapshotAt: row.snapshotAt.toISOString(),
    manifest: row.manifest as Package['manifest'],
    bytes: row.bytes,
    sha256: row.sha256,
    preparedBy: row.preparedBy,
    approvedBy: row.approvedBy,
    approvedAt: at(row.approvedAt),
    release: row.release as Package['release'],
    linkExpiresAt: at(row.linkExpiresAt),
    releasedAt: at(row.releasedAt),
    deliveredAt: at(row.deliveredAt),
    destroyAfter: at(row.destroyAfter),
    destroyedAt: at(row.destroyedAt),
    failure: row.failure,
    createdAt: row.createdAt.toISOString(),
  };
}
