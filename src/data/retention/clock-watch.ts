import { sql } from 'drizzle-orm';
import type { Audit } from '../../foundations/audit/audit.ts';
import { newestEntryAt, newestEntryOfAny } from '../../foundations/audit/table.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { ClockState } from './model.ts';
import { clockMarkOf, putClockMark, tenantsWithoutMark } from './table.ts';

/** How far the clock may be off before nothing is destroyed by it. */
export interface ClockLimits {
  /** Hours ahead of the latest instant it is known to have shown rightly. */
  aheadHours: number;
  /** Minutes ahead of or behind the database server's clock (PostgreSQL). */
  serverMinutes: number;
}

/** Minutes after which a right clock is remembered anew. */
const REMEMBERED_MINUTES = 10;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * Holds the clock against what is known of time: what is destroyed because its period is over is gone for good, and a
 * clock that is wrong says so of everything. The mark it is held against is the newest entry of the log at first, and
 * from then on moves only with a clock that was found right: what a wrong one has written into the log does not vouch
 * for it.
 */
export function createClockWatch({ store, audit, limits }: { store: Store; audit: Audit; limits: ClockLimits }) {
  /** Milliseconds the clock is ahead of the server's; null where there is none. */
  async function serverOffset(context: Context): Promise<number | null> {
    if (store.engine !== 'postgres') return null;
    const before = context.clock().getTime();
    const [row] = await store.read((q) =>
      q.rows<{ now: string }>(sql`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now`),
    );
    const after = context.clock().getTime();
    return Math.round((before + after) / 2 - Number(row?.now));
  }

  /** Of the newest entry of a tenant's log; of the newest of any, where it has none. */
  const newestKnown = (tenantId: string): Promise<Date | undefined> =>
    store.read(async (q) => (await newestEntryAt(q, tenantId)) ?? newestEntryOfAny(q));

  async function read(context: Context) {
    const mark = await store.read((q) => clockMarkOf(q, context.tenant.id));
    const seenAt = mark?.seenAt ?? (await newestKnown(context.tenant.id)) ?? null;
    return { mark, seenAt, offset: await serverOffset(context), now: context.clock() };
  }

  function doubtOf({ mark, seenAt, offset, now }: Awaited<ReturnType<typeof read>>): string | null {
    const ahead = seenAt === null ? 0 : now.getTime() - seenAt.getTime();
    if (seenAt !== null && ahead > limits.aheadHours * HOUR)
      return `it is ${inWords(ahead)} ahead of the newest instant known here, ${seenAt.toISOString()}`;
    const off = offset === null ? 0 : offset - (mark?.serverOffset ?? 0);
    if (Math.abs(off) > limits.serverMinutes * MINUTE)
      return `it is ${inWords(Math.abs(offset ?? 0))} ${(offset ?? 0) > 0 ? 'ahead of' : 'behind'} the database server's`;
    return null;
  }

  /** How the clock stands; one that is right is remembered. */
  async function look(context: Context): Promise<ClockState> {
    const reading = await read(context);
    const { mark, seenAt, offset, now } = reading;
    const doubt = doubtOf(reading);
    // In doubt too the first mark is made, at what was known before: what is written from now on does not vouch for it.
    const known = doubt === null ? now : seenAt;
    const moved = doubt === null && now.getTime() - (mark?.seenAt.getTime() ?? 0) > REMEMBERED_MINUTES * MINUTE;
    if (known !== null && (!mark || moved))
      await store.write((tx) =>
        putClockMark(tx, {
          tenantId: context.tenant.id,
          seenAt: known,
          serverOffset: mark?.serverOffset ?? 0,
          confirmedAt: mark?.confirmedAt ?? null,
          confirmedBy: mark?.confirmedBy ?? null,
        }),
      );
    return {
      now: now.toISOString(),
      newestKnown: seenAt?.toISOString() ?? null,
      serverOffsetSeconds: offset === null ? null : Math.round(offset / 1000),
      doubt,
      confirmedAt: mark?.confirmedAt?.toISOString() ?? null,
      confirmedBy: mark?.confirmedBy ?? null,
    };
  }

  return {
    look,

    /** @throws Problem `clock-in-doubt` while nothing may be destroyed by it. */
    async require(context: Context): Promise<void> {
      const { doubt } = await look(context);
      if (doubt !== null)
        throw new Problem(
          'clock-in-doubt',
          `The clock is in doubt: ${doubt}. Nothing is destroyed until an officer confirms that it is right (POST /v1/retention/clock/confirmation, or lethe retention confirm-clock).`,
        );
    },

    /** An officer says that the clock is right as it is. */
    async confirm(context: Context): Promise<ClockState> {
      const { seenAt, offset, now } = await read(context);
      await writeOnce(store, context, async (tx) => {
        await putClockMark(tx, {
          tenantId: context.tenant.id,
          seenAt: now,
          serverOffset: offset ?? 0,
          confirmedAt: now,
          confirmedBy: context.principal.id,
        });
        await audit.add(tx, context, {
          action: 'clock.confirmed',
          detail: {
            clock: now.toISOString(),
            newestKnown: seenAt?.toISOString() ?? null,
            serverOffsetSeconds: offset === null ? undefined : Math.round(offset / 1000),
          },
        });
        return null;
      });
      return look(context);
    },

    /** Before anything is written at a start: what the log says of time, where nothing is remembered yet. */
    async remember(): Promise<void> {
      for (const tenantId of await store.read(tenantsWithoutMark)) {
        const seenAt = await newestKnown(tenantId);
        if (!seenAt) continue;
        await store.write((tx) =>
          putClockMark(tx, { tenantId, seenAt, serverOffset: 0, confirmedAt: null, confirmedBy: null }),
        );
      }
    },
  };
}

export type ClockWatch = ReturnType<typeof createClockWatch>;

function inWords(ms: number): string {
  const [amount, unit] =
    ms >= 48 * HOUR ? [ms / (24 * HOUR), 'days'] : ms >= 2 * HOUR ? [ms / HOUR, 'hours'] : [ms / MINUTE, 'minutes'];
  return `${Math.floor(amount)} ${unit}`;
}
