import type { Audit } from '../audit/audit.ts';
import type { Context } from '../contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../contract/cursor-page.ts';
import { Problem } from '../contract/problem.ts';
import { writeOnce } from '../store/idempotency.ts';
import type { Query, Store } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import type { ScopeKey, Vault } from '../vault/vault.ts';
import { secretText, signedBy } from '../webhooks/signature.ts';
import { nextAttempt } from './backoff.ts';
import { composeMail, type MailTransport } from './mail.ts';
import {
  type Attempt,
  type ExportedMail,
  HAS_LEFT,
  type MessageState,
  type OutboxMessage,
  type OutboxQuery,
  type Outgoing,
  type Sendable,
} from './model.ts';
import {
  addSecret,
  claimDue,
  claimUndelivered,
  countUndelivered,
  endSecrets,
  findMessage,
  firstDelivered,
  forgetMessages,
  hasTopicSince,
  insertMessages,
  listMessages,
  moveMessage,
  type OutboxRow,
  secretsOf,
  sortMail,
  statusesOf,
} from './table.ts';
import type { WebhookTransport } from './webhook.ts';

/** A sealed message, ready to be added to a transaction; its id is what the receiver will see. */
export type PreparedMessage = OutboxRow;

const SCOPE = 'outbox';
const EMPTY = Buffer.alloc(0);
/** Milliseconds for which a claimed message is one sender's; longer than any attempt takes. */
const CLAIM = 120_000;
/** Messages one turn sends side by side. */
const BATCH = 10;
/** Days after which a message that was delivered or given up is forgotten. */
const KEPT_DAYS = 90;

interface OutboxDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  webhook: WebhookTransport;
  /** Undefined without a mail server: a mail is undelivered until it is exported. */
  mail: MailTransport | undefined;
  /** Whom exported mail is from. */
  mailFrom?: string;
  random?: () => number;
}

/**
 * The transactional outbox: what is to be told to somebody outside is written in the transaction of what it tells of,
 * and sent afterwards until it is through or given up. At least once: a receiver knows a repeat by its id.
 */
export function createOutbox({
  store,
  audit,
  vault,
  webhook,
  mail,
  mailFrom = 'lethe@localhost',
  random = Math.random,
}: OutboxDeps) {
  const place = (tenant: string, row: string, column: 'target_sealed' | 'payload_sealed') => ({
    tenant,
    row,
    column,
    table: 'outbox_messages',
  });
  /** Each number comes from a data key of its own: no secret gives another. */
  const secretOf = async (tenantId: string, party: string, number: number) =>
    (await vault.key(tenantId, `webhook/${party}/${number}`)).derive('webhook', party, String(number));

  /** Numbers of the secrets of a party that are good now, the newest first. */
  async function numbersOf(q: Query, tenantId: string, party: string, now: Date): Promise<number[]> {
    const good = (await secretsOf(q, tenantId, party)).filter(({ endsAt }) => endsAt === null || endsAt > now);
    return good.length > 0 ? good.map(({ number }) => number) : [1];
  }

  /** The secrets of a party that are good now, the newest first: more than one while one takes another's place. */
  async function goodSecrets({ clock, tenant }: Context, party: string): Promise<Buffer[]> {
    const numbers = await store.read((q) => numbersOf(q, tenant.id, party, clock()));
    return Promise.all(numbers.map((number) => secretOf(tenant.id, party, number)));
  }

  function opened(key: ScopeKey | undefined, row: OutboxRow): Sendable | undefined {
    const target = key?.open(place(row.tenantId, row.messageId, 'target_sealed'), row.targetSealed);
    const payload = key?.open(place(row.tenantId, row.messageId, 'payload_sealed'), row.payloadSealed);
    if (target === undefined || payload === undefined) return undefined;
    const { tenantId, messageId, party, topic, createdAt } = row;
    return {
      tenantId,
      messageId,
      party,
      topic,
      createdAt,
      delivery: JSON.parse(target),
      ...JSON.parse(payload),
    };
  }

  async function attempt(context: Context, row: OutboxRow): Promise<'delivered' | 'retrying' | 'dead'> {
    const key = await vault.existingKey(row.tenantId, SCOPE);
    const message = opened(key, row);
    let outcome: Attempt = { delivered: false, failure: 'unreadable', final: true };
    if (key && message)
      outcome =
        message.delivery.channel === 'webhook'
          ? await webhook(message.delivery.url, message, await goodSecrets(context, row.party), context.clock())
          : await (mail as MailTransport)(message.delivery.address, message);
    const now = context.clock();
    const attempts = row.attempts + 1;
    const again =
      outcome.delivered || outcome.final ? undefined : nextAttempt(attempts, now, random(), outcome.retryAfterSeconds);
    const status = outcome.delivered ? 'delivered' : again ? 'pending' : 'dead';
    await store.write(async (tx) => {
      const moved = await moveMessage(
        tx,
        row,
        { status: 'pending', attempts: row.attempts },
        {
          status,
          attempts,
          nextAttemptAt: again ?? null,
          ...(outcome.delivered
            ? { deliveredAt: now, failure: null, payloadSealed: EMPTY, targetSealed: EMPTY }
            : { failure: outcome.failure }),
        },
      );
      if (!moved || status === 'pending') return;
      const { messageId, topic, party, channel } = row;
      await audit.add(tx, context, {
        action: outcome.delivered ? 'message.delivered' : 'message.given-up',
        detail: {
          message: messageId,
          topic,
          party,
          channel,
          attempts,
          failure: outcome.delivered ? undefined : outcome.failure,
        },
      });
    });
    return status === 'pending' ? 'retrying' : status;
  }

  /** Hands one mail over and notes that; a crash between the two hands it over again, under the same id. */
  async function handOver(
    context: Context,
    row: OutboxRow,
    hand: (exported: ExportedMail) => Promise<void>,
  ): Promise<boolean> {
    const { tenantId, messageId, topic, party, channel, nextAttemptAt } = row;
    const message = opened(await vault.existingKey(tenantId, SCOPE), row);
    if (message?.delivery.channel === 'email')
      await hand({ messageId, topic, party, bytes: await composeMail(mailFrom, message.delivery.address, message) });
    const now = context.clock();
    return store.write(async (tx) => {
      const moved = await moveMessage(
        tx,
        row,
        { status: 'undelivered', nextAttemptAt },
        message
          ? { status: 'handed-over', deliveredAt: now, nextAttemptAt: null, payloadSealed: EMPTY, targetSealed: EMPTY }
          : { status: 'dead', nextAttemptAt: null, failure: 'unreadable' },
      );
      if (moved)
        await audit.add(tx, context, {
          action: message ? 'message.handed-over' : 'message.given-up',
          detail: { message: messageId, topic, party, channel, failure: message ? undefined : 'unreadable' },
        });
      return moved && message !== undefined;
    });
  }

  const statesOf = async ({ tenant }: Context, messageIds: string[]): Promise<Map<string, MessageState>> =>
    new Map(
      (await store.read((q) => statusesOf(q, tenant.id, messageIds))).map(({ id, status }) => [
        id,
        status as MessageState,
      ]),
    );

  return {
    /** Whether mail goes anywhere by itself. */
    sendsMail: mail !== undefined,

    /** How many mails of all tenants wait for their export. */
    undelivered: (): Promise<number> => store.read(countUndelivered),

    /**
     * Hands undelivered mail to somebody who sends it, the oldest first, each once: `hand` puts it where it stays, and is
     * noted then as handed over by the caller. What is handed over is no longer kept. Answers how many.
     */
    async export(
      context: Context,
      hand: (exported: ExportedMail) => Promise<void>,
      { messageId }: { messageId?: string } = {},
    ): Promise<number> {
      let handed = 0;
      for (;;) {
        const now = context.clock();
        const until = new Date(now.getTime() + CLAIM);
        const rows = await store.write((tx) =>
          claimUndelivered(tx, context.tenant.id, { now, until, limit: BATCH, messageId }),
        );
        if (rows.length === 0) return handed;
        for (const [at, row] of rows.entries())
          try {
            if (await handOver(context, row, hand)) handed += 1;
          } catch (error) {
            // Whoever tries again need not wait until the claim is over.
            const from = { status: 'undelivered', nextAttemptAt: until };
            await store.write(async (tx) => {
              for (const left of rows.slice(at)) await moveMessage(tx, left, from, { nextAttemptAt: null });
            });
            throw error;
          }
      }
    },

    /** Seals messages before the transaction they belong to. */
    async prepare(context: Context, messages: Outgoing[]): Promise<PreparedMessage[]> {
      if (messages.length === 0) return [];
      const tenantId = context.tenant.id;
      const key = await vault.key(tenantId, SCOPE);
      const now = context.clock();
      return messages.map(({ party, topic, delivery, data, subject, text, exact }) => {
        const messageId = uuidv7(now);
        const isStuck = delivery.channel === 'email' && mail === undefined;
        return {
          tenantId,
          messageId,
          topic,
          party,
          channel: delivery.channel,
          targetSealed: key.seal(place(tenantId, messageId, 'target_sealed'), JSON.stringify(delivery)),
          payloadSealed: key.seal(
            place(tenantId, messageId, 'payload_sealed'),
            JSON.stringify({ data, subject, text, exact }),
          ),
          status: isStuck ? 'undelivered' : 'pending',
          attempts: 0,
          createdAt: now,
          nextAttemptAt: isStuck ? null : now,
          deliveredAt: null,
          failure: null,
        };
      });
    },

    /** Whether a message of this topic was added since. */
    hasTold: (tx: Query, { tenant }: Context, topic: string, since: Date): Promise<boolean> =>
      hasTopicSince(tx, tenant.id, topic, since),

    /** Inside the transaction of what the messages tell of: they are sent if it commits, and only then. */
    add: (tx: Query, prepared: PreparedMessage[]): Promise<void> => insertMessages(tx, prepared),

    /** Sends what is due for one tenant, until nothing is or `signal` says stop. */
    async deliverDue(
      context: Context,
      { signal }: { signal?: AbortSignal } = {},
    ): Promise<{ delivered: number; retrying: number; dead: number }> {
      const sum = { delivered: 0, retrying: 0, dead: 0 };
      while (!signal?.aborted) {
        const now = context.clock();
        const rows = await store.write(async (tx) => {
          await sortMail(tx, context.tenant.id, now, mail !== undefined);
          return claimDue(tx, context.tenant.id, { now, until: new Date(now.getTime() + CLAIM), limit: BATCH });
        });
        if (rows.length === 0) break;
        for (const what of await Promise.all(rows.map((row) => attempt(context, row)))) sum[what] += 1;
      }
      return sum;
    },

    /** When the first of these messages came through; undefined while none has. */
    firstDelivery: (context: Context, messageIds: string[]): Promise<Date | undefined> =>
      store.read((q) => firstDelivered(q, context.tenant.id, messageIds)),

    /** The states of these messages; one that is forgotten already is left out. */
    statesOf,

    /** The same, of what has left as `delivered`, by whichever way. */
    standingOf: async (context: Context, messageIds: string[]): Promise<Map<string, string>> =>
      new Map(
        [...(await statesOf(context, messageIds))].map(([id, state]) => [
          id,
          HAS_LEFT.includes(state) ? 'delivered' : state,
        ]),
      ),

    /** Whether a party has signed these bytes, with the secret it has from us, within the last minutes. */
    checkSigned: async (
      context: Context,
      party: string,
      headers: Readonly<Record<string, string | string[] | undefined>>,
      bytes: Buffer,
    ): Promise<boolean> => signedBy(await goodSecrets(context, party), headers, bytes, context.clock()),

    /** What was sent or is to be, without what it says. */
    async list(context: Context, query: OutboxQuery) {
      const limit = query.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) =>
        listMessages(q, context.tenant.id, { ...query, before: query.cursor, limit: limit + 1 }),
      );
      return cursorPageFrom(rows.map(shown), limit, ({ messageId }) => messageId);
    },

    /** Sends again what was given up. @throws Problem `not-found`; `conflict` when it is not dead. */
    async retry(context: Context, messageId: string): Promise<OutboxMessage> {
      await writeOnce(store, context, async (tx) => {
        const tenantId = context.tenant.id;
        const again = { status: 'pending', attempts: 0, nextAttemptAt: context.clock(), failure: null };
        if (await moveMessage(tx, { tenantId, messageId }, { status: 'dead' }, again)) {
          await audit.add(tx, context, {
            action: 'message.sent-again',
            detail: { message: messageId },
          });
          return messageId;
        }
        if (!(await findMessage(tx, tenantId, messageId)))
          throw new Problem('not-found', 'There is no such message here.');
        throw new Problem('conflict', 'Only a message that was given up can be sent again.');
      });
      const row = await store.read((q) => findMessage(q, context.tenant.id, messageId));
      if (!row) throw new Problem('not-found', 'There is no such message here.');
      return shown(row);
    },

    /** What a party checks our webhooks with (`whsec_…`): per tenant and party, the newest. */
    secret: async (context: Context, party: string): Promise<string> =>
      secretText((await goodSecrets(context, party))[0] as Buffer),

    /**
     * Gives a party a new secret. Until `overlap` days have passed the one before is good too, both ways; then it ends.
     * Without an overlap every older one ends at once. @throws Problem `conflict` when somebody has just done so.
     */
    async rotateSecret(context: Context, party: string, overlap: number): Promise<{ secret: string; until: Date }> {
      const tenantId = context.tenant.id;
      const now = context.clock();
      const until = new Date(now.getTime() + overlap * 86_400_000);
      const [newest = 1] = await store.read((q) => numbersOf(q, tenantId, party, now));
      const number = newest + 1;
      const secret = await secretOf(tenantId, party, number);
      await store.write(
        async (tx) => {
          if (!(await addSecret(tx, { tenantId, party, number }, until)))
            throw new Problem('conflict', 'This secret has just been rotated by somebody else.');
          if (overlap === 0) await endSecrets(tx, { tenantId, party, number }, now);
          await audit.add(tx, context, {
            action: 'webhook.secret-rotated',
            detail: { party, number, previousEndsAt: until.toISOString() },
          });
        },
        { isolation: 'serializable' },
      );
      return { secret: secretText(secret), until };
    },

    /** Forgets what was delivered or given up three months ago. */
    forget: (context: Context): Promise<number> =>
      store.write((tx) =>
        forgetMessages(tx, context.tenant.id, new Date(context.clock().getTime() - KEPT_DAYS * 86_400_000)),
      ),
  };
}

function shown(row: OutboxRow): OutboxMessage {
  const { messageId, topic, party, attempts, failure } = row;
  return {
    messageId,
    topic,
    party,
    attempts,
    failure,
    channel: row.channel as OutboxMessage['channel'],
    status: row.status as OutboxMessage['status'],
    createdAt: row.createdAt.toISOString(),
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  };
}

export type OutboxService = ReturnType<typeof createOutbox>;
