import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from '../../../foundations/contract/context.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import type { Query, Store } from '../../../foundations/store/store.ts';
import { ENCRYPTED_AT, readPiece, ZIP_AT } from './chunks.ts';
import { type createMaking, orderOf } from './make.ts';
import { findPackage, moveReleased, type PackageRow } from './table.ts';

const DAY = 24 * 3_600_000;
/** How long a link stands before it is used. */
const LINK_LIFE = 7 * DAY;
/** After its first use a link works again in the same browser for so long, and so often, until a download came to its end. */
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

/** What a browser holds that has opened a link: with it, and with nothing else, the link works again. */
interface Resumable extends Outgoing {
  ticket: string;
  /** Seconds. */
  ticketLife: number;
}

const hashOf = (secret: string): string => hash('sha256', secret, 'hex');

const notFound = () =>
  new Problem('not-found', 'This link is used up, has expired, or never was one. Ask the institution for a new one.');

const randomSecret = (): string => randomBytes(32).toString('base64url');
/** What is kept of a link: of the secret until it is opened, then of the secret and the ticket of who opened it. */
const linkHashOf = (secret: string, ticket: string | undefined): string =>
  hashOf(ticket === undefined ? secret : `${secret}.${ticket}`);

/**
 * Handing a package over. Of any number who open a link at once one gets it, by compare-and-set. A download counts as
 * the delivery when its last byte has left, not when it begins: one that breaks can be repeated for half an hour, at most
 * five times in all, by the browser that began it: each opening gives it a new ticket. An officer can always release the
 * package again, by a new link.
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
      if (await moveReleased(tx, row, values)) await record(tx, context, 'delivered', row, { by: row.release });
    });
  }

  /** The row a secret opens; whatever is wrong with it, the answer is the same. */
  async function opened(
    context: Context,
    packageId: string,
    secret: string,
    ticket: string | undefined,
  ): Promise<PackageRow> {
    const row = await store.read((q) => findPackage(q, { tenantId: context.tenant.id, packageId }));
    const { firstOpenedAt, openings = 0 } = row ? orderOf(row) : {};
    const expected = Buffer.from(row?.linkHash ?? hashOf(''), 'hex');
    const given = linkHashOf(secret, openings === 0 ? undefined : (ticket ?? ''));
    const fits = timingSafeEqual(expected, Buffer.from(given, 'hex'));
    if (!row || !fits || row.linkHash === null || row.status !== 'released') throw notFound();
    const now = context.clock().getTime();
    const over = firstOpenedAt !== undefined && now >= new Date(firstOpenedAt).getTime() + RETRY_WINDOW;
    if (over || openings >= MOST_OPENINGS || now >= (row.linkExpiresAt?.getTime() ?? 0)) throw notFound();
    return row;
  }

  return {
    pieces,
    nameOf,

    /** A new link: what is shown once, and what is kept of it. */
    newLink(now: Date) {
      const secret = randomSecret();
      return { secret, linkHash: hashOf(secret), linkExpiresAt: new Date(now.getTime() + LINK_LIFE) };
    },

    /** Whether a link may be used, without using it: mail scanners follow links. @throws Problem `not-found` */
    async look(
      context: Context,
      packageId: string,
      secret: string,
      ticket?: string,
    ): Promise<{ bytes: number; expiresAt: Date }> {
      const row = await opened(context, packageId, secret, ticket);
      return { bytes: row.bytes ?? 0, expiresAt: row.linkExpiresAt as Date };
    },

    /** Opens a link; `ticket`: of the browser that has opened it before. @throws Problem `not-found` */
    async open(context: Context, packageId: string, secret: string, ticket?: string): Promise<Resumable> {
      const row = await opened(context, packageId, secret, ticket);
      const order = orderOf(row);
      const openings = (order.openings ?? 0) + 1;
      const firstOpenedAt = order.firstOpenedAt ?? context.clock().toISOString();
      const next = randomSecret();
      const values = { order: { ...order, openings, firstOpenedAt }, linkHash: linkHashOf(secret, next) };
      await store.write(async (tx) => {
        if (!(await moveReleased(tx, row, values))) throw notFound();
        await record(tx, context, 'opened', row, { opening: openings });
      });
      return {
        name: nameOf(row),
        bytes: row.bytes ?? 0,
        stream: counted(context, { ...row, ...values }, pieces(row, ZIP_AT, order.pieces ?? 0)),
        ticket: next,
        ticketLife: RETRY_WINDOW / 1000,
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
