import { timingSafeEqual } from 'node:crypto';
import { comparableEmail } from '../../../foundations/contract/comparable-email.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../../foundations/contract/cursor-page.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import { nextAttempt } from '../../../foundations/outbox/backoff.ts';
import type { MailTransport } from '../../../foundations/outbox/mail.ts';
import { type Attempt, DATA_SUBJECT } from '../../../foundations/outbox/model.ts';
import type { Query, Store } from '../../../foundations/store/store.ts';
import { uuidv7 } from '../../../foundations/store/uuid.ts';
import type { ScopeKey, Vault } from '../../../foundations/vault/vault.ts';
import { reduceAddress } from '../../../law/reduce-address.ts';
import type { PublicIntake } from '../model.ts';
import { confirmationMail } from './mail.ts';
import {
  LIMITS,
  LINK_DAYS,
  type ToConfirm,
  type Unconfirmed,
  type UnconfirmedHead,
  type UnconfirmedList,
} from './model.ts';
import {
  anyFull,
  type Counts,
  countThese,
  countUnconfirmed,
  deleteEnded,
  findUnconfirmed,
  insertUnconfirmed,
  listUnconfirmed,
  lockTenant,
  mailsDue,
  moveMail,
  takeUnconfirmed,
  type UnconfirmedRow,
} from './table.ts';

const SCOPE = 'unconfirmed';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Milliseconds for which a mail is one sender's; longer than any attempt takes. */
const CLAIM = 120_000;
const BATCH = 10;
/** What one network is: a line in most homes, a building in most institutions. */
const NETWORK = { ipv4: 24, ipv6: 64 };
const UNKNOWN_NETWORK = 'unknown';

interface UnconfirmedDeps {
  store: Store;
  vault: Vault;
  /** Undefined without a mail server: nobody could confirm anything. */
  mail: MailTransport | undefined;
  /** Where the button is; null where the service knows no address of its own. */
  confirmationUrl(tenantId: string, unconfirmedId: string, secret: string): string | null;
  random?: () => number;
}

/** What was entered, and when. */
export interface Entered {
  asked: PublicIntake;
  receivedAt: Date;
  /** In the transaction of what it becomes. @throws Problem when somebody else was first. */
  take(tx: Query): Promise<void>;
}

/** One answer for a link that is wrong, used up or over, and for one of somebody else. */
const notHere = () =>
  new Problem('not-found', 'This link is used up, has ended, or never was one. Nothing was done by opening it.');

/** The same to everybody, whichever limit it is: whose mailbox is full is nobody's business. */
const full = () =>
  new Problem(
    'too-many-requests',
    'No more requests can wait to be confirmed for now. Try again in an hour, or write to the institution.',
    { headers: { 'Retry-After': String(HOUR / 1000) } },
  );

/**
 * Requests that strangers send (Art. 12(2)): one sealed row, and a mail with nothing of theirs in it, until the link is
 * confirmed or an officer takes the request up. Nobody is looked up, nothing is logged, no clock runs before. All limits
 * are counted in the store, so that every instance knows them.
 */
export function createUnconfirmed({ store, vault, mail, confirmationUrl, random = Math.random }: UnconfirmedDeps) {
  const place = ({ tenantId, unconfirmedId }: Pick<UnconfirmedRow, 'tenantId' | 'unconfirmedId'>) => ({
    tenant: tenantId,
    table: 'unconfirmed_requests',
    column: store.tables.unconfirmedRequests.askedSealed.name,
    row: unconfirmedId,
  });
  /** Made from the tenant's key, so that it is kept nowhere. */
  const secretOf = (key: ScopeKey, unconfirmedId: string): string =>
    key.derive('confirmation', unconfirmedId).toString('base64url');

  const isFull = ({ mailbox, network, hour, standing }: Counts): boolean =>
    mailbox >= LIMITS.mailbox || network >= LIMITS.network || hour >= LIMITS.hour || standing >= LIMITS.standing;

  /** @throws Problem `not-found` */
  async function enteredIn(context: Context, unconfirmedId: string, row: UnconfirmedRow | undefined): Promise<Entered> {
    const key = await vault.key(context.tenant.id, SCOPE);
    const now = context.clock();
    const text = row?.askedSealed && row.expiresAt > now ? key.open(place(row), row.askedSealed) : undefined;
    if (!row || text === undefined) throw notHere();
    return {
      asked: JSON.parse(text) as PublicIntake,
      receivedAt: row.createdAt,
      async take(tx) {
        // It is counted until the day is over: confirming makes no room for more.
        const until = new Date(Math.max(now.getTime(), row.createdAt.getTime() + DAY));
        if (!(await takeUnconfirmed(tx, { tenantId: context.tenant.id, unconfirmedId }, until))) throw notHere();
      },
    };
  }

  const findIn = ({ tenant }: Context, unconfirmedId: string) =>
    store.read((q) => findUnconfirmed(q, { tenantId: tenant.id, unconfirmedId }));

  async function attemptOf(context: Context, row: UnconfirmedRow): Promise<Attempt> {
    const { tenantId, unconfirmedId, createdAt } = row;
    const key = await vault.key(tenantId, SCOPE);
    const link = confirmationUrl(tenantId, unconfirmedId, secretOf(key, unconfirmedId));
    const text = row.askedSealed && key.open(place(row), row.askedSealed);
    if (!text) return { delivered: false, failure: 'unreadable', final: true };
    if (link === null) return { delivered: false, failure: 'unreachable' };
    const { email: address } = (JSON.parse(text) as PublicIntake).requester;
    if (!mail) return { delivered: false, failure: 'unreachable' };
    return mail(address, {
      ...confirmationMail(context.tenant.name, link, LINK_DAYS),
      ...{ tenantId, messageId: unconfirmedId, createdAt, party: DATA_SUBJECT, topic: 'request.to-confirm', data: {} },
      delivery: { channel: 'email', address },
    });
  }

  /** Sends one mail, unless another instance does; at least once, under one Message-ID. */
  async function send(context: Context, row: UnconfirmedRow): Promise<'sent' | 'waiting' | 'failed' | undefined> {
    const mailDueAt = new Date(context.clock().getTime() + CLAIM);
    if (!(await store.write((tx) => moveMail(tx, row, { mailDueAt })))) return undefined;
    const attempt = await attemptOf(context, row);
    const mailAttempts = row.mailAttempts + 1;
    const again = attempt.delivered || attempt.final ? undefined : nextAttempt(mailAttempts, context.clock(), random());
    const stands = attempt.delivered ? 'sent' : again ? 'waiting' : 'failed';
    const values = { mail: stands, mailAttempts, mailDueAt: again ?? null };
    await store.write((tx) => moveMail(tx, { ...row, mailDueAt }, values));
    return stands;
  }

  return {
    /**
     * Keeps what a stranger has sent until it is confirmed.
     * @throws Problem `too-many-requests`, the same for every limit and everybody; `unavailable` without an own address
     */
    async enter(context: Context, asked: PublicIntake, address: string | undefined): Promise<ToConfirm> {
      const tenantId = context.tenant.id;
      const now = context.clock();
      const unconfirmedId = uuidv7(now);
      if (confirmationUrl(tenantId, unconfirmedId, '') === null)
        throw new Problem('unavailable', 'Requests cannot be confirmed here: the service has no public address.');
      if (!mail) throw new Problem('unavailable', 'Requests cannot be confirmed here: the service sends no mail.');
      const network = address === undefined ? undefined : reduceAddress(address, NETWORK);
      const [local = '', domain = ''] = comparableEmail(asked.requester.email).split('@');
      const key = await vault.key(tenantId, SCOPE);
      const expiresAt = new Date(now.getTime() + LINK_DAYS * DAY);
      const bare: UnconfirmedRow = {
        tenantId,
        unconfirmedId,
        // What follows a plus is of the same mailbox (RFC 5233).
        mailboxIndex: await vault.index(tenantId, 'unconfirmed-mailbox', `${local.split('+', 1)[0]}@${domain}`),
        networkIndex: await vault.index(tenantId, 'unconfirmed-network', network ?? UNKNOWN_NETWORK),
        createdAt: now,
        expiresAt,
        mail: 'waiting',
        mailAttempts: 0,
        mailDueAt: now,
        askedSealed: null,
      };
      const row = { ...bare, askedSealed: key.seal(place(bare), JSON.stringify(asked)) };
      const since = { now, hourAgo: new Date(now.getTime() - HOUR), dayAgo: new Date(now.getTime() - DAY) };
      // What is refused anyway writes nothing and locks nothing.
      if (isFull(await store.read((q) => countThese(q, row, since)))) throw full();
      await store.write(async (tx) => {
        await lockTenant(tx, tenantId);
        if (isFull(await countThese(tx, row, since))) throw full();
        await insertUnconfirmed(tx, row);
      });
      return { next: 'confirm-by-mail', validUntil: expiresAt.toISOString() };
    },

    /** What a link stands for, without using it up. @throws Problem `not-found` */
    async byLink(context: Context, unconfirmedId: string, secret: string): Promise<Entered> {
      const key = await vault.key(context.tenant.id, SCOPE);
      const expected = Buffer.from(secretOf(key, unconfirmedId));
      const given = Buffer.from(secret);
      const row = await findIn(context, unconfirmedId);
      const fits = given.length === expected.length && timingSafeEqual(given, expected);
      return enteredIn(context, unconfirmedId, fits ? row : undefined);
    },

    /** For an officer. @throws Problem `not-found` */
    async byId(context: Context, unconfirmedId: string): Promise<Entered> {
      return enteredIn(context, unconfirmedId, await findIn(context, unconfirmedId));
    },

    /** Newest first, without a word of what was entered. */
    async list(
      context: Context,
      { limit = DEFAULT_PAGE, cursor }: { limit?: number; cursor?: string },
    ): Promise<UnconfirmedList> {
      const now = context.clock();
      const tenantId = context.tenant.id;
      const [rows, count] = await store.read((q) =>
        Promise.all([
          listUnconfirmed(q, tenantId, { now, before: cursor, limit: limit + 1 }),
          countUnconfirmed(q, tenantId, now),
        ]),
      );
      return { ...cursorPageFrom(rows.map(headShown), limit, (one) => one.unconfirmedId), count };
    },

    /** What was entered, for an officer. @throws Problem `not-found` */
    async show(context: Context, unconfirmedId: string): Promise<Unconfirmed> {
      const row = await findIn(context, unconfirmedId);
      const { asked } = await enteredIn(context, unconfirmedId, row);
      const { requester, type, ...rest } = asked;
      const { name = null, email, address = null, language = null } = requester;
      return {
        ...headShown(row as UnconfirmedRow),
        type,
        requester: { name, email, address, language },
        asked: rest,
      };
    },

    /** Sends the mails that are due and, unless all is to be kept, deletes what is over. */
    async work(context: Context, { keep = false } = {}): Promise<{ sent: number; failed: number; deleted: number }> {
      const counts = { sent: 0, failed: 0, deleted: 0 };
      const tenantId = context.tenant.id;
      if (!keep) counts.deleted = await store.write((tx) => deleteEnded(tx, tenantId, context.clock()));
      if (counts.deleted > 0) await store.scrub();
      for (;;) {
        const rows = await store.read((q) => mailsDue(q, tenantId, context.clock(), BATCH));
        const stand = await Promise.all(rows.map((row) => send(context, row)));
        counts.sent += stand.filter((one) => one === 'sent').length;
        counts.failed += stand.filter((one) => one === 'failed').length;
        if (rows.length < BATCH) return counts;
      }
    },

    /** In words and without tenants. */
    async standingAlarms(now: Date): Promise<string[]> {
      return (await store.read((q) => anyFull(q, now, LIMITS.standing))) ? [FULL] : [];
    },
  };
}

const FULL = `${LIMITS.standing} requests wait to be confirmed at a portal; no more are taken there until some are confirmed, accepted or over`;

export type UnconfirmedService = ReturnType<typeof createUnconfirmed>;

function headShown({ unconfirmedId, createdAt, expiresAt, mail }: UnconfirmedRow): UnconfirmedHead {
  return {
    unconfirmedId,
    receivedAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    mail: mail as UnconfirmedHead['mail'],
  };
}
