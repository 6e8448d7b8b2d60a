import { and, gt, lte } from 'drizzle-orm';
import type { Audit } from '../../foundations/audit/audit.ts';
import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { instantOf, latestPast } from '../../foundations/contract/instant.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { KnownPerson } from '../../foundations/holders/external.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { accountOf } from '../../foundations/vault/account.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { localDay } from '../../law/duration.ts';
import { INFORMATION_EXEMPTIONS, type InformationExemption } from '../../law/information-clock.ts';
import type { Policies } from '../../register/policies/policies.ts';
import {
  type DutyQuery,
  type ExemptionInput,
  type InformationDuty,
  type InformationInput,
  OF,
  type Of,
} from './model.ts';
import type { ObtainedState } from './obtaining.ts';
import {
  anyObtained,
  countOpen,
  type ItemRow,
  itemsToTell,
  type OpenCount,
  type ProfileRow,
  profilesToTell,
  settleOpen,
  settleSource,
} from './table.ts';

interface InformingDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  /** What an item is called and says of a person, opened; undefined once its key is gone. */
  itemOf(row: ItemRow): Promise<{ doi: string; nameAsPublished: string } | undefined>;
  /** Whom a pseudonym stands for, where a profile tells. */
  whoIs(context: Context, subjectId: string): Promise<KnownPerson | undefined>;
}

/** Telling people of what others gave about them (GDPR Art. 14): who is to be told by when, and that they were. */
export function createInforming({ store, audit, vault, policies, itemOf, whoIs }: InformingDeps) {
  const today = ({ clock, tenant }: Context) => localDay(clock(), tenant.timeZone);

  async function shown(context: Context, of: Of, row: ItemRow | ProfileRow): Promise<InformationDuty | undefined> {
    const { timeZone } = context.tenant;
    const { subjectId, obtainedFrom, obtainedAt, informBy, informBecause, informState } = row;
    if (subjectId === null || !obtainedFrom || !obtainedAt || !informBy) return undefined;
    const item = of === 'items' ? await itemOf(row as ItemRow) : undefined;
    if (of === 'items' && !item) return undefined;
    const account = (await whoIs(context, subjectId))?.accountId ?? null;
    showing(context, subjectId);
    const point = row.informExemption as InformationExemption | null;
    return {
      of,
      account,
      doi: item?.doi ?? null,
      name: item?.nameAsPublished ?? null,
      from: obtainedFrom,
      obtainedAt: obtainedAt.toISOString(),
      informBy,
      because: informBecause as InformationDuty['because'],
      state: informState as InformationDuty['state'],
      overdue: informState === 'open' && informBy < today(context),
      informedAt: row.informedAt?.toISOString() ?? null,
      informedLate: row.informedAt && localDay(row.informedAt, timeZone) > informBy,
      notice: row.informedUnder,
      exemption: point && {
        point,
        article: INFORMATION_EXEMPTIONS[point].article,
        reason: row.informExemptionReason ?? '',
      },
    };
  }

  /** The notice that was given must be one that exists: what was told can be read again. */
  function noticeName(context: Context, { event, notice }: InformationInput): string | null {
    if (event !== 'informed') {
      if (notice) throw invalidField('/notice', 'belongs to informed');
      return null;
    }
    if (!notice) throw invalidField('/notice', 'is required: which notice told the person of Art. 14(1) and (2)');
    const shownThen = policies.of(context.tenant.id).notice(notice.id, notice.version);
    if (!shownThen?.texts[notice.language])
      throw invalidField('/notice', 'must be a notice, version and language the policies hold');
    return `${notice.id} ${notice.version} ${notice.language}`;
  }

  /** Of one person, in the caller's transaction: how many rows it changed. */
  async function happenedTo(
    tx: Query,
    context: Context,
    subjectId: string,
    event: InformationInput['event'],
    at: Date,
    notice: string | null,
    ofs: readonly Of[] = OF,
  ): Promise<number> {
    const day = localDay(at, context.tenant.timeZone);
    let rows = 0;
    for (const of of ofs)
      rows +=
        event === 'informed'
          ? await settleOpen(
              tx,
              of,
              context.tenant.id,
              [subjectId],
              { informState: 'informed', informedAt: at, informedUnder: notice },
              // What was obtained after they were told is still to be told of.
              (t) => lte(t.obtainedAt, at),
            )
          : await settleOpen(tx, of, context.tenant.id, [subjectId], { informBy: day, informBecause: event }, (t) =>
              and(lte(t.obtainedAt, at), gt(t.informBy, day)),
            );
    return rows;
  }

  return {
    /** Who is to be told by when, or was: by the last day (Art. 14(3)). */
    async list(context: Context, query: DutyQuery): Promise<{ items: InformationDuty[]; next: string | null }> {
      const { of = 'items', state = 'open', until, cursor } = query;
      const limit = query.limit ?? DEFAULT_PAGE;
      const wanted = { tenantId: context.tenant.id, state, until, limit: limit + 1 };
      const place = cursor === undefined ? undefined : placeOf(of, cursor);
      const skipped = place?.skipped ?? 0;
      const rows = await store.read(
        (q): Promise<(ItemRow | ProfileRow)[]> =>
          of === 'items' ? itemsToTell(q, wanted, place?.item) : profilesToTell(q, wanted, skipped),
      );
      const page = cursorPageFrom(rows, limit, (row) =>
        'associationId' in row ? `${row.informBy}:${row.associationId}` : String(skipped + limit),
      );
      const items: InformationDuty[] = [];
      for (const row of page.items) {
        const duty = await shown(context, of, row);
        if (duty) items.push(duty);
      }
      return { items, next: page.next };
    },

    /** How many are open and how many overdue, by where the data lies and who gave it. */
    async counts(context: Context): Promise<({ of: Of } & OpenCount)[]> {
      const counts: ({ of: Of } & OpenCount)[] = [];
      for (const of of OF)
        for (const count of await store.read((q) => countOpen(q, of, context.tenant.id, today(context))))
          counts.push({ of, ...count });
      return counts;
    },

    /**
     * Records that a person was written to, that what is kept of them was disclosed, or that they were told: of all that is
     * open. The same again changes nothing.
     * @throws Problem `not-found` where nothing about them came from others.
     */
    async record(context: Context, id: string, input: InformationInput): Promise<{ settled: number }> {
      const { subjectId } = await accountOf(vault, context.tenant.id, id);
      const now = context.clock();
      const at = input.at === undefined ? now : instantOf('/at', input.at);
      if (at > latestPast(now) || !(at.getTime() >= 0)) throw invalidField('/at', 'must be an instant that has passed');
      const notice = noticeName(context, input);
      const known = await store.read(
        async (q) =>
          (await anyObtained(q, 'items', context.tenant.id, [subjectId])) ||
          (await anyObtained(q, 'profiles', context.tenant.id, [subjectId])),
      );
      if (!known) throw new Problem('not-found', 'Nothing about this account came from somebody else.');
      const subject = await vault.commitment(context.tenant.id, subjectId);
      return writeOnce(store, context, async (tx) => {
        const settled = await happenedTo(tx, context, subjectId, input.event, at, notice);
        if (settled > 0)
          await audit.add(tx, context, {
            action: `information.${input.event}`,
            subject,
            detail: { rows: settled, at: at.toISOString(), notice },
          });
        return { settled };
      });
    },

    /** What was passed on is disclosed (Art. 14(3)(c)): in the transaction that records it. */
    async disclosed(tx: Query, context: Context, subjectId: string, categories: string[], at: Date): Promise<void> {
      const ofs = OF.filter((of) =>
        categories.some((one) => one.startsWith(of === 'items' ? 'content.' : 'profiles.')),
      );
      await happenedTo(tx, context, subjectId, 'disclosed', at, null, ofs);
    },

    /**
     * Records that nobody need be told (Art. 14(5)): of one account, or of everything open from one kind of source.
     * @throws Problem naming what the point needs and lacks.
     */
    async exempt(context: Context, input: ExemptionInput): Promise<{ settled: number }> {
      const { point, reason, subject, from } = input;
      const { needs, article } = INFORMATION_EXEMPTIONS[point];
      for (const field of ['measures', 'law'] as const) {
        if (needs === field && !input[field]) throw invalidField(`/${field}`, `is required with ${article}`);
        if (needs !== field && input[field]) throw invalidField(`/${field}`, `does not belong to ${article}`);
      }
      if ((subject === undefined) === (from === undefined))
        throw invalidField('/subject', 'give one of subject and from');
      const tenantId = context.tenant.id;
      const values: Partial<ObtainedState> = {
        informState: 'exempt',
        informExemption: point,
        informExemptionReason: [reason, input.measures, input.law].filter((one) => one !== undefined).join('; '),
      };
      const account = subject === undefined ? undefined : await accountOf(vault, tenantId, subject);
      const commitment = account && (await vault.commitment(tenantId, account.subjectId));
      return writeOnce(store, context, async (tx) => {
        let settled = 0;
        for (const of of OF)
          settled += account
            ? await settleOpen(tx, of, tenantId, [account.subjectId], values)
            : await settleSource(tx, of, tenantId, from as string, values);
        await audit.add(tx, context, {
          action: 'information.exempted',
          subject: commitment,
          detail: { point, rows: settled, ...(from === undefined ? {} : { from }) },
        });
        return { settled };
      });
    },
  };
}

export type InformingService = ReturnType<typeof createInforming>;

function placeOf(of: Of, cursor: string): { item?: { by: string; id: string }; skipped?: number } {
  const [by = '', id] = cursor.split(':');
  if (of === 'items' && id !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(by)) return { item: { by, id } };
  if (of === 'profiles' && /^\d{1,12}$/.test(cursor)) return { skipped: Number(cursor) };
  throw invalidField('?cursor', 'must be `next` of a page of this list', 'invalid-request');
}
