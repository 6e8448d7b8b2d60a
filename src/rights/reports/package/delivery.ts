import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from '../../../foundations/contract/context.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import type { Query, Store } from '../../../foundations/store/store.ts';
import { ENCRYPTED_AT, readPiece, ZIP_AT } from './chunks.ts';
import { type createMaking, orderOf } from './make.ts';
import { findPackage, type PackageRow, updatePackage } from './table.ts';

const DAY = 24 * 3_600_000;
/** How long a link stands before it is used. */
const LINK_LIFE = 7 * DAY;
/** After its first use a link works again for so long, and so often, as long as no download came to its end. */
const RETRY_WINDOW = 30 * 60_000;
const MOST_OPENINGS = 5;
/** How long a package stays after the person has it. */
const AFTER_DELIVERY = 7 * DAY;

export interface DeliveryDeps {
  store: Store;
  keeperOf: ReturnType<typeof createMaking>['keeperOf'];
  record(
    tx: Query,
    context: Context,
    what: string,
    row: PackageRow,
    detail?: Record<string, unknown>,
  ): Promise<unknown>;
}

/** A file on its way out; its length is told beforehand, so that who receives it sees when it broke off. */
export interface Outgoing {
  name: string;
  bytes: number;
  stream: AsyncGenerator<Uint8Array>;
}

const hashOf = (secret: string): string => hash('sha256', secret, 'hex');

const notFound = () =>
  new Problem('not-found', 'This link is used up, has expired, or never was one. Ask the institution for a new one.');

/**
 * Handing a package over. A download counts as the delivery when its last byte has left, not when it begins: one that
 * breaks can be repeated with the same link for half an hour, at most five times in all; a completed one uses it up.
 */
export function createDelivery({ store, keeperOf, record }: DeliveryDeps) {
  async function* pieces(row: PackageRow, from: number, count: number): AsyncGenerator<Uint8Array> {
    const keeper = await keeperOf(row);
    for (let n = 0; n < count; n += 1) yield await readPiece(store, keeper, from + n);
  }

  const nameOf = ({ kind, snapshotAt }: PackageRow) => `${kind}-${snapshotAt.toISOString().slice(0, 10)}.zip`;

  async function* counted(context: Context, row: PackageRow, stream: AsyncGenerator<Uint8Array>) {
    yield* stream;
    const now = context.clock();
    await store.write(async (tx) => {
      const values = {
        status: 'delivered',
        deliveredAt: now,
        linkHash: null,
        destroyAfter: new Date(now.getTime() + AFTER_DELIVERY),
      };
      if (await updatePackage(tx, row, ['released'], values))
        await record(tx, context, 'delivered', row, { by: row.release });
    });
  }

  /** The row a secret opens; whatever is wrong with it, the answer is the same. */
  async function opened(context: Context, packageId: string, secret: string): Promise<PackageRow> {
    const row = await store.read((q) => findPackage(q, { tenantId: context.tenant.id, packageId }));
    const expected = Buffer.from(row?.linkHash ?? hashOf(''), 'hex');
    const fits = timingSafeEqual(expected, Buffer.from(hashOf(secret), 'hex'));
    if (!row || !fits || row.linkHash === null || row.status !== 'released') throw notFound();
    const now = context.clock().getTime();
    const { firstOpenedAt, openings = 0 } = orderOf(row);
    const over = firstOpenedAt !== undefined && now >= new Date(firstOpenedAt).getTime() + RETRY_WINDOW;
    if (over || openings >= MOST_OPENINGS || now >= (row.linkExpiresAt?.getTime() ?? 0)) throw notFound();
    return row;
  }

  return {
    pieces,
    nameOf,

    /** A new link: what is shown once, and what is kept of it. */
    newLink(now: Date) {
      const secret = randomBytes(32).toString('base64url');
      return { secret, linkHash: hashOf(secret), linkExpiresAt: new Date(now.getTime() + LINK_LIFE) };
    },

    /** Whether a link may be used, without using it: mail scanners follow links. @throws Problem `not-found` */
    async look(context: Context, packageId: string, secret: string): Promise<{ bytes: number; expiresAt: Date }> {
      const row = await opened(context, packageId, secret);
      return { bytes: row.bytes ?? 0, expiresAt: row.linkExpiresAt as Date };
    },

    /** Opens a link. @throws Problem `not-found` */
    async open(context: Context, packageId: string, secret: string): Promise<Outgoing> {
      const row = await opened(context, packageId, secret);
      const order = orderOf(row);
      const openings = (order.openings ?? 0) + 1;
      const firstOpenedAt = order.firstOpenedAt ?? context.clock().toISOString();
      await store.write(async (tx) => {
        const values = { order: { ...order, openings, firstOpenedAt } };
        if (!(await updatePackage(tx, row, ['released'], values))) throw notFound();
        await record(tx, context, 'opened', row, { opening: openings });
      });
      return {
        name: nameOf(row),
        bytes: row.bytes ?? 0,
        stream: counted(context, row, pieces(row, ZIP_AT, order.pieces ?? 0)),
      };
    },

    /** The encrypted file, for whoever sends it on. */
    encrypted(context: Context, row: PackageRow): Outgoing {
      const { encrypted } = orderOf(row);
      if (row.release !== 'passphrase' || !encrypted || !['released', 'delivered'].includes(row.status))
        throw new Problem('conflict', 'It was not released for a passphrase.');
      return {
        name: nameOf(row),
        bytes: encrypted.bytes,
        stream: counted(context, row, pieces(row, ENCRYPTED_AT, encrypted.pieces)),
      };
    },
  };
}
