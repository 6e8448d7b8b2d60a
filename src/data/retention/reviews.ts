import { Temporal } from 'temporal-polyfill';
import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { DueKey } from '../../foundations/holders/holder.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import type { ScopeKey } from '../../foundations/vault/vault.ts';
import { localDay, startOfDay } from '../../law/duration.ts';
import type { RetentionRule } from '../../register/policies/model.ts';
import { ruleInWords } from '../../register/policies/rule-in-words.ts';
import { dueSummary, holderOf } from './due-rows.ts';
import { openReviews, type ReviewWhy } from './open-reviews.ts';
import { reachOf } from './reach.ts';
import type { Review, ReviewDecision, ReviewHead, ReviewList, ReviewQuery } from './review-model.ts';
import {
  findReview,
  keysOfReview,
  moveReview,
  type ReviewRow,
  reviewedKeys,
  reviewsIn,
  waitingReviews,
} from './review-table.ts';
import type { SweepDeps } from './sweep-run.ts';
import { insertSweep, oneAtATime, sweepsWithStatus } from './table.ts';

const SCOPE = 'reviews';
const DAY = 86_400_000;
/** Years for which somebody may decide to keep; then somebody looks anew. */
const LONGEST_YEARS = 10;
/** What a decision may change. */
const UNDECIDED = ['open', 'proposed'];

interface ReviewDeps extends Omit<SweepDeps, 'plans'> {
  /** Carries out what was agreed to, after the answer. */
  carryOut(context: Context, sweepId: string): void;
}

/** What waits for a person, and what they decide: keep it longer, or let a rule treat exactly these rows. */
export function createReviews(deps: ReviewDeps) {
  const { store, audit, vault, policies, certificates, clockWatch, tellOfficers } = deps;
  const place = ({ tenantId, reviewId }: Pick<ReviewRow, 'tenantId' | 'reviewId'>) => ({
    tenant: tenantId,
    table: 'retention_reviews',
    column: store.tables.retentionReviews.reasonSealed.name,
    row: reviewId,
  });
  const keyOf = ({ tenant }: Context) => vault.key(tenant.id, SCOPE);

  async function load(context: Context, reviewId: string): Promise<ReviewRow> {
    const row = await store.read((q) => findReview(q, context.tenant.id, reviewId));
    if (!row) throw new Problem('not-found', 'There is no review of this id.');
    return row;
  }

  function headOf(context: Context, key: ScopeKey, row: ReviewRow): ReviewHead {
    const set = policies.of(context.tenant.id).current();
    const rule = set.rules.find(({ id }) => id === row.ruleId);
    const title = set.categories.find(({ id }) => id === row.category)?.title ?? row.category;
    const ended = row.decidedAt ?? context.clock();
    return {
      reviewId: row.reviewId,
      rule: row.ruleId,
      category: row.category,
      inWords: `${title}: ${rule ? ruleInWords(rule, set, textsIn('en')) : 'the rule is no longer there'}`,
      why: row.why as ReviewWhy,
      rows: row.rows,
      dueSince: row.dueSince.toISOString(),
      openedAt: row.openedAt.toISOString(),
      days: Math.max(0, Math.floor((ended.getTime() - row.openedAt.getTime()) / DAY)),
      state: row.state as ReviewHead['state'],
      keptUntil: row.keptUntil?.toISOString() ?? null,
      reason: row.reasonSealed === null ? null : (key.open(place(row), row.reasonSealed) ?? null),
      treatRule: row.treatRule,
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt?.toISOString() ?? null,
      approvedBy: row.approvedBy,
      sweepId: row.sweepId,
    };
  }

  async function get(context: Context, reviewId: string): Promise<Review> {
    const row = await load(context, reviewId);
    const its = holderOf(deps, context.tenant.id, row);
    const standing = await store.read(async (q) => {
      const keys = await keysOfReview(q, row.tenantId, reviewId);
      return 'inside' in its ? ((await its.inside.standing?.(q, row.tenantId, row.category, keys)) ?? []) : [];
    });
    const subjectId = standing.find((one) => one.subjectId !== null)?.subjectId ?? null;
    if (subjectId !== null) showing(context, subjectId);
    const known = subjectId === null ? undefined : await deps.whoIs?.(context, subjectId);
    return {
      ...headOf(context, await keyOf(context), row),
      account: known?.accountId ?? null,
      subjectId,
      standing: standing.map(({ key }) => key),
    };
  }

  /** @throws Problem naming what a decision lacks, or what it must not say. */
  function checked(context: Context, row: ReviewRow, input: ReviewDecision): { until: Date } | { rule: RetentionRule } {
    if (input.decision === 'keep') {
      if (input.rule !== undefined) throw invalidField('/rule', 'belongs to treat: what is kept, no rule treats');
      if (input.until === undefined) throw invalidField('/until', 'must say on which day it is looked at again');
      const { timeZone } = context.tenant;
      const today = Temporal.PlainDate.from(localDay(context.clock(), timeZone));
      const day = Temporal.PlainDate.from(input.until);
      if (Temporal.PlainDate.compare(day, today) <= 0) throw invalidField('/until', 'must be a day to come');
      if (Temporal.PlainDate.compare(day, today.add({ years: LONGEST_YEARS })) > 0)
        throw invalidField('/until', `must lie within ${LONGEST_YEARS} years: then somebody looks again`);
      return { until: startOfDay(day, timeZone) };
    }
    if (input.until !== undefined)
      throw invalidField('/until', 'belongs to keep: a rule treats it once that is agreed to');
    const rules = policies
      .of(context.tenant.id)
      .current()
      .rules.filter(({ category, action }) => category === row.category && ['erase', 'reduce'].includes(action));
    const rule = rules.find(({ id }) => id === input.rule);
    if (!rule)
      throw invalidField(
        '/rule',
        `must be a rule that erases or reduces ${row.category}: ${rules.map(({ id }) => id).join(', ') || 'there is none'}`,
      );
    return { rule };
  }

  const by = ({ principal, clock }: Context) => ({
    decidedBy: principal.id,
    decidedRole: principal.role,
    decidedAt: clock(),
  });
  const decided = () => new Problem('conflict', 'This review is decided, or nothing of it is left; look at it again.');

  return {
    /** What waits, or stands in the state that is asked for; the oldest first. */
    async list(context: Context, { state, rule, limit = DEFAULT_PAGE, cursor }: ReviewQuery): Promise<ReviewList> {
      const states = state === undefined ? UNDECIDED : [state];
      const rows = await store.read((q) =>
        reviewsIn(q, context.tenant.id, { states, rule, after: cursor, limit: limit + 1 }),
      );
      const key = await keyOf(context);
      return cursorPageFrom(
        rows.map((row) => headOf(context, key, row)),
        limit,
        ({ reviewId }) => reviewId,
      );
    },

    get,

    /**
     * Keeps the rows until a day, or proposes that a rule treats exactly them. @throws Problem `conflict` when it is
     * decided already; naming a field that is missing or wrong.
     */
    async decide(context: Context, reviewId: string, input: ReviewDecision): Promise<Review> {
      const row = await load(context, reviewId);
      const what = checked(context, row, input);
      const reasonSealed = (await keyOf(context)).seal(place(row), input.reason);
      await writeOnce(store, context, async (tx) => {
        const values: Partial<ReviewRow> =
          'until' in what
            ? { state: 'kept', keptUntil: what.until, treatRule: null }
            : { state: 'proposed', keptUntil: null, treatRule: what.rule.id };
        const decision = { ...values, reasonSealed, ...by(context) };
        if (!(await moveReview(tx, row, UNDECIDED, decision))) throw decided();
        await audit.add(tx, context, {
          action: 'retention.review-decided',
          detail: {
            review: reviewId,
            rule: row.ruleId,
            decision: input.decision,
            until: 'until' in what ? what.until.toISOString() : undefined,
            treatRule: 'rule' in what ? what.rule.id : undefined,
          },
        });
        return reviewId;
      });
      return get(context, reviewId);
    },

    /**
     * The second person agrees: the rule treats exactly these rows, as a sweep of its own with a certificate.
     * @throws Problem `forbidden` for whoever proposed it; `conflict` when nothing is proposed, or a sweep runs.
     */
    async approve(context: Context, reviewId: string): Promise<Review> {
      await clockWatch.require(context);
      const tenantId = context.tenant.id;
      const row = await load(context, reviewId);
      if (row.state === 'proposed' && row.decidedBy === context.principal.id)
        throw new Problem('forbidden', 'Somebody else than who proposed it must agree.');
      const set = policies.of(tenantId).current();
      const rule = set.rules.find(({ id }) => id === row.treatRule);
      const asOf = context.clock();
      const looked = rule && { rule: rule.id, ...(await dueSummary(deps, context, rule, asOf, reviewId)) };
      const commitments = looked ? await certificates.commitments(context, asOf, [looked]) : {};
      const sweepId = await writeOnce(store, context, async (tx) => {
        await oneAtATime(tx, tenantId);
        await policies.requireInForce(tx, tenantId, set.hash);
        if (row.state !== 'proposed')
          throw new Problem('conflict', 'Nothing is proposed here that could be agreed to.');
        if (!rule) throw new Problem('conflict', 'The rule is no longer in the policies: propose another.');
        const [unfinished] = await sweepsWithStatus(tx, tenantId, ['running']);
        if (unfinished)
          throw new Problem('conflict', `The sweep ${unfinished.sweepId} has not ended; agree again when it has.`);
        const startedAt = context.clock();
        const id = uuidv7(startedAt);
        const agreed = { state: 'treating', approvedBy: context.principal.id, sweepId: id };
        if (!(await moveReview(tx, row, ['proposed'], agreed))) throw decided();
        const due = (await keysOfReview(tx, tenantId, reviewId)).length;
        await insertSweep(
          tx,
          {
            tenantId,
            sweepId: id,
            asOf,
            status: 'running',
            planDigest: null,
            policyHash: set.hash,
            requestedBy: row.decidedBy ?? context.principal.id,
            approvedBy: context.principal.id,
            startedAt,
            finishedAt: null,
            failure: null,
            certificateId: null,
            reviewId,
          },
          [
            {
              tenantId,
              sweepId: id,
              ruleId: rule.id,
              position: 0,
              status: 'waiting',
              due,
              held: 0,
              kept: null,
              unwarned: null,
              treated: 0,
              suppressed: 0,
              batches: 0,
              remaining: null,
              cursor: null,
              people: null,
              digest: null,
              reach: reachOf(rule, set),
              waitsFor: null,
              waitsInWords: null,
              approvedBy: context.principal.id,
              certificateId: null,
            },
          ],
        );
        await audit.add(tx, context, {
          action: 'sweep.started',
          policyHash: set.hash,
          detail: {
            sweep: id,
            asOf: asOf.toISOString(),
            planDigest: null,
            waiting: [],
            review: reviewId,
            rule: rule.id,
            rows: due,
            commitments,
            requestedBy: { id: row.decidedBy, role: row.decidedRole },
            approvedBy: [{ id: context.principal.id, role: context.principal.role }],
          },
        });
        return id;
      });
      if (!context.idempotency?.replayed) deps.carryOut(context, sweepId);
      return get(context, reviewId);
    },

    /** Puts rows before a person that a rule does not take by itself, once, and tells the officers. Answers how many. */
    async put(context: Context, rule: RetentionRule, rows: DueKey[], why: ReviewWhy): Promise<number> {
      if (rows.length === 0) return 0;
      const asked = { tenantId: context.tenant.id, ruleId: rule.id, asOf: context.clock() };
      const fresh = async (q: Query) => {
        const known = await reviewedKeys(
          q,
          asked,
          rows.map(({ key }) => key),
        );
        return rows.filter(({ key }) => !known.has(key));
      };
      const first = await store.read(fresh);
      if (first.length === 0) return 0;
      const letters = await tellOfficers.prepareReview(context, rule, first.length);
      return store.write(async (tx) => {
        await oneAtATime(tx, context.tenant.id);
        const left = await fresh(tx);
        if (left.length === 0) return 0;
        const opened = await openReviews(tx, context, rule, left, why);
        await tellOfficers.add(tx, letters);
        await audit.add(tx, context, {
          action: 'retention.put-to-review',
          detail: { rule: rule.id, category: rule.category, rows: left.length, why },
        });
        return opened;
      });
    },

    /** How many wait, and since when the oldest does. */
    waiting: ({ tenant }: Context) => store.read((q) => waitingReviews(q, tenant.id)),
  };
}

export type ReviewService = ReturnType<typeof createReviews>;
