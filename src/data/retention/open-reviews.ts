import type { Context } from '../../foundations/contract/context.ts';
import type { DueKey, Holder } from '../../foundations/holders/holder.ts';
import type { Query } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { endOfPeriod } from '../../law/duration.ts';
import type { RuleInForce } from '../../register/policies/transitions.ts';
import { dropKeys, insertReview, keysOfReview, moveReview, type ReviewRow, reviewsIn } from './review-table.ts';

/** Why somebody is to look. */
export type ReviewWhy = 'period' | 'no-address' | 'mail-failed';

/** Rows of one review at most: a person reads them. */
const ROWS_PER_REVIEW = 500;
const PAGE = 100;

/**
 * Puts rows before a person: one review for the rows of each person, one for each lot of rows about nobody the holder
 * could name. Inside the transaction that found them due.
 */
export async function openReviews(
  tx: Query,
  context: Context,
  rule: Pick<RuleInForce, 'id' | 'category' | 'after' | 'counted' | 'old'>,
  rows: DueKey[],
  why: ReviewWhy,
): Promise<number> {
  const lots = new Map<string | null, DueKey[][]>();
  for (const row of rows) {
    const of = lots.get(row.subjectId) ?? [[]];
    const last = of.at(-1) as DueKey[];
    if (last.length < ROWS_PER_REVIEW) last.push(row);
    else of.push([row]);
    lots.set(row.subjectId, of);
  }
  const openedAt = context.clock();
  let opened = 0;
  for (const lot of [...lots.values()].flat()) {
    const oldest = new Date(Math.min(...lot.map(({ at }) => at.getTime())));
    const review: ReviewRow = {
      tenantId: context.tenant.id,
      reviewId: uuidv7(openedAt),
      // Under its old word a rule is the same to whoever looked already.
      ruleId: rule.old?.of ?? rule.id,
      category: rule.category,
      why,
      rows: lot.length,
      dueSince: endOfPeriod(oldest, rule.after, context.tenant.timeZone, rule.counted),
      openedAt,
      state: 'open',
      keptUntil: null,
      reasonSealed: null,
      treatRule: null,
      decidedBy: null,
      decidedRole: null,
      decidedAt: null,
      approvedBy: null,
      sweepId: null,
    };
    await insertReview(
      tx,
      review,
      lot.map(({ key }) => key),
    );
    opened += 1;
  }
  return opened;
}

/**
 * Takes out of the reviews of a rule what is no longer there: an erasure, another rule or the platform took it. One of
 * which nothing is left has nobody to decide anything.
 */
export async function closeEmptyReviews(
  tx: Query,
  context: Context,
  rule: Pick<RuleInForce, 'id' | 'category' | 'old'>,
  inside: Pick<Holder, 'standing'>,
): Promise<void> {
  const tenantId = context.tenant.id;
  for (let after: string | undefined; ; ) {
    const states = ['open', 'proposed'];
    const page: ReviewRow[] = await reviewsIn(tx, tenantId, {
      states,
      rule: rule.old?.of ?? rule.id,
      after,
      limit: PAGE,
    });
    for (const review of page) {
      const keys = await keysOfReview(tx, tenantId, review.reviewId);
      const standing = (await inside.standing?.(tx, tenantId, rule.category, keys)) ?? [];
      const left = new Set(standing.map(({ key }) => key));
      const gone = keys.filter((key) => !left.has(key));
      if (gone.length > 0) await dropKeys(tx, tenantId, review.reviewId, gone);
      if (left.size === 0) await moveReview(tx, review, states, { state: 'gone' });
    }
    after = page.at(-1)?.reviewId;
    if (page.length < PAGE) return;
  }
}
