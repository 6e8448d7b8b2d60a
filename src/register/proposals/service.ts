import { createHash } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import { type Context, withoutIdempotencyKey } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { OutboxService } from '../../foundations/outbox/service.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { localDay, startOfDayNamed } from '../../law/duration.ts';
import type { Fact } from '../facts/as-of.ts';
import { recordFact } from '../facts/facts.ts';
import { entityFacts, keepOverlay, keepPolicySet } from '../facts/table.ts';
import { standingWords, TENANT_POLICIES } from '../facts/tenant-words.ts';
import { diffPolicies } from '../policies/diff.ts';
import type { PolicySet } from '../policies/model.ts';
import type { Policies } from '../policies/policies.ts';
import { isDay } from '../policies/policy-parts.ts';
import { merged, type Overlay, type OverlayFact, saysNothing } from '../policies/tenant-overlay.ts';
import type { Register } from '../view/service.ts';
import { withDecisions, withTransition, withTransitionsFile } from './decide-old-rows.ts';
import type { Proposal, ProposalInput, ProposalNumbers } from './model.ts';
import { type LookAtRows, numbersOf } from './numbers.ts';
import { readProposed } from './read-proposed.ts';
import { findProposal, insertProposal, type ProposalRow, proposalsBefore, updateProposal } from './table.ts';
import { letterOfProposal } from './tell-officers.ts';

export interface ProposalDeps {
  store: Store;
  audit: Audit;
  policies: Policies;
  register: Pick<Register, 'view' | 'forget'>;
  outbox: Pick<OutboxService, 'prepare' | 'add'>;
  /** What a set would find due: asked of whoever knows the rows. */
  look: LookAtRows;
  /** What else must be kept of a set before anybody is shown anything of it. */
  keep(policies: PolicySet, now: Date, tenantId?: string): Promise<void>;
  privateTargets: boolean;
}

/** What a proposal would make of the policies in force. */
interface Outcome {
  overlay: Overlay;
  after: PolicySet;
  files: Record<string, string>;
  difference: Proposal['difference'];
  numbers: ProposalNumbers;
}

const KIND = 'tenant-policies';

/**
 * What an institution decides for its own portal: proposed by one of its officers with what it would do in numbers, agreed
 * to by another, in force from its day.
 */
export function createProposals(deps: ProposalDeps) {
  const { store, audit, policies, register, outbox } = deps;

  const factsOf = (tenantId: string): Promise<Fact<OverlayFact>[]> =>
    store.read(async (q) => (await entityFacts(q, tenantId, KIND, TENANT_POLICIES)) as Fact<OverlayFact>[]);

  /** The latest fact, what stands now, and what waits for its day. */
  function standing(facts: Fact<OverlayFact>[], now: Date) {
    const word = standingWords(facts, now)[0];
    return { last: facts.at(-1), waiting: word?.later.at(-1), inForce: word?.now };
  }

  function statusOf(row: ProposalRow, facts: Fact<OverlayFact>[], now: Date): Proposal['status'] {
    if (row.status !== 'accepted') return row.status;
    const { waiting, inForce } = standing(facts, now);
    if (inForce?.version === row.factVersion) return 'in-force';
    return waiting?.version === row.factVersion ? 'accepted' : 'superseded';
  }

  function toProposal(row: ProposalRow, facts: Fact<OverlayFact>[], now: Date): Proposal {
    const { tenantId: _, factVersion: __, files, proposedAt, decidedAt, status: ___, ...rest } = row;
    return {
      ...rest,
      status: statusOf(row, facts, now),
      files: Object.keys(files).sort(),
      proposedAt: proposedAt.toISOString(),
      decidedAt: decidedAt?.toISOString() ?? null,
    };
  }

  async function load(context: Context, proposalId: string): Promise<ProposalRow> {
    const row = await store.read((q) => findProposal(q, context.tenant.id, proposalId));
    if (!row) throw new Problem('not-found', 'There is no proposal of this id.');
    return row;
  }

  async function get(context: Context, proposalId: string): Promise<Proposal> {
    const row = await load(context, proposalId);
    return toProposal(row, await factsOf(context.tenant.id), context.clock());
  }

  /** What the files make of the policies in force. @throws Problem with every mistake, or what nobody has decided on. */
  async function outcomeOf(
    context: Context,
    input: Pick<ProposalInput, 'files' | 'inForceFrom' | 'reason' | 'oldRows'>,
    lookedAt: Date,
  ): Promise<Outcome> {
    const tenantId = context.tenant.id;
    const base = policies.current();
    const before = policies.of(tenantId).current();
    const { reason, inForceFrom: since } = input;
    const said = { since, reason, decidedOn: localDay(lookedAt, context.tenant.timeZone) };
    const read = readProposed(base, tenantId, input.files, deps.privateTargets);
    const decided = withDecisions(before, base, read, input.oldRows ?? {}, said);
    const files = withTransitionsFile(input.files, decided);
    // Read again from what is kept: the files are the whole of it.
    const overlay = readProposed(base, tenantId, files, deps.privateTargets);
    const after = merged(base, overlay);
    if (after.hash === before.hash)
      throw new Problem('unprocessable-request', 'Nothing would be otherwise than it is in force.');
    const numbers = await numbersOf(deps.look, context, {
      before,
      after,
      day: since,
      lookedAt,
      withDecision: (change, oldRows) =>
        change.was.old ? undefined : merged(base, withTransition(before, overlay, change, oldRows, said)),
    });
    return { overlay, after, files, difference: diffPolicies(before, after), numbers };
  }

  const digestOf = (
    row: Pick<ProposalRow, 'overlay' | 'base' | 'policyHash' | 'inForceFrom' | 'reason' | 'numbers'>,
  ): string => {
    const { overlay, base, policyHash, inForceFrom, reason, numbers } = row;
    return createHash('sha256')
      .update(canonical({ overlay, base, policyHash, inForceFrom, reason, numbers }))
      .digest('hex');
  };

  function refuseWhileWaiting(facts: Fact<OverlayFact>[], now: Date): void {
    const { waiting } = standing(facts, now);
    if (!waiting) return;
    throw new Problem(
      'conflict',
      `What was accepted before waits for its day (${waiting.validFrom.toISOString()}). Withdraw it first, or wait until it is in force.`,
      { members: { calls: ['POST /v1/policies/proposals/{proposalId}/withdrawal'] } },
    );
  }

  function requireDay(context: Context, day: string): void {
    if (!isDay(day)) throw invalidField('/inForceFrom', 'must be a day of the calendar');
    if (day < localDay(context.clock(), context.tenant.timeZone))
      throw invalidField('/inForceFrom', 'must be today or later: the past is not decided anew');
  }

  /** A proposal that waits for a decision. @throws Problem `conflict` once it is decided. */
  async function undecided(context: Context, proposalId: string): Promise<ProposalRow> {
    const row = await load(context, proposalId);
    if (row.status !== 'proposed') throw decidedAlready();
    return row;
  }

  const decidedAlready = () =>
    new Problem('conflict', 'This proposal is decided already.', {
      members: { calls: ['GET /v1/policies/proposals/{proposalId}', 'POST /v1/policies/proposals'] },
    });

  const requireBase = (context: Context, { base }: Pick<ProposalRow, 'base'>): void => {
    if (policies.of(context.tenant.id).current().hash === base) return;
    throw new Problem(
      'conflict',
      'Other policies are in force than those this was proposed over, so its numbers are no longer true.',
      { members: { calls: ['POST /v1/policies/proposals/{proposalId}/rebase'] } },
    );
  };

  async function refuse(
    context: Context,
    proposalId: string,
    status: 'withdrawn' | 'rejected',
    reason: string,
  ): Promise<Proposal> {
    const row = await load(context, proposalId);
    const facts = await factsOf(context.tenant.id);
    await writeOnce(store, context, async (tx) => {
      const now = context.clock();
      const its = statusOf(row, facts, now);
      const takenBack = status === 'withdrawn' && its === 'accepted';
      if (its !== 'proposed' && !takenBack) throw decidedAlready();
      const decided = { status, because: reason, decidedBy: context.principal.id, decidedAt: now };
      if (!(await updateProposal(tx, row, decided))) throw decidedAlready();
      if (takenBack) {
        const { last, inForce } = standing(facts, now);
        // What stands goes on standing: its day never comes.
        await recordFact<OverlayFact>(tx, context, {
          tenantId: row.tenantId,
          kind: KIND,
          entityId: TENANT_POLICIES,
          onVersion: last?.version ?? 0,
          value: inForce?.value ?? null,
          validFrom: 'now',
          reason,
          policyHash: row.base,
        });
      }
      await audit.add(tx, context, {
        action: `policies.${status}`,
        policyHash: row.base,
        detail: { proposal: proposalId, overlay: row.overlay },
      });
      return {};
    });
    register.forget(context.tenant.id);
    await policies.refresh(store);
    return get(context, proposalId);
  }

  return {
    get,

    async list(context: Context, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) => proposalsBefore(q, context.tenant.id, page.cursor, limit + 1));
      const { items, next } = cursorPageFrom(rows, limit, ({ proposalId }) => proposalId);
      const facts = await factsOf(context.tenant.id);
      return { items: items.map((row) => toProposal(row, facts, context.clock())), next };
    },

    /** The proposal that what is in force now was accepted as; undefined: none. */
    async inForce(context: Context): Promise<string | undefined> {
      return standing(await factsOf(context.tenant.id), context.clock()).inForce?.value?.proposal;
    },

    /** The very files, with the decisions on old rows among them. */
    async files(context: Context, proposalId: string): Promise<{ overlay: string; files: Record<string, string> }> {
      const { overlay, files } = await load(context, proposalId);
      return { overlay, files };
    },

    /**
     * Checks, counts, keeps and tells the other officers. Nothing is in force by it.
     * @throws Problem with every mistake; `conflict` over policies that are no longer in force, or while an accepted one
     * waits for its day.
     */
    async propose(context: Context, input: ProposalInput): Promise<Proposal> {
      await policies.refresh(store);
      const tenantId = context.tenant.id;
      const proposedAt = context.clock();
      // A fault found here is told only inside: a repeated request gets its first answer.
      const prepared = await (async () => {
        requireDay(context, input.inForceFrom);
        refuseWhileWaiting(await factsOf(tenantId), proposedAt);
        const base = policies.of(tenantId).current().hash;
        if (input.base !== undefined && input.base !== base)
          throw invalidField('/base', `is not in force any more; ${base} is. Read it, and propose over it`, 'conflict');
        const { overlay, after, ...outcome } = await outcomeOf(context, input, proposedAt);
        const row = {
          tenantId,
          proposalId: uuidv7(proposedAt),
          status: 'proposed' as const,
          inForceFrom: input.inForceFrom,
          reason: input.reason,
          base,
          overlay: overlay.hash,
          policyHash: after.hash,
          ...outcome,
          proposedAt,
          proposedBy: context.principal.id,
          decidedAt: null,
          decidedBy: null,
          because: null,
          factVersion: null,
        };
        const whole: ProposalRow = { ...row, digest: digestOf(row) };
        const letters = await letterOfProposal({ register, outbox }, context, toProposal(whole, [], proposedAt));
        return { whole, letters };
      })().catch((fault: unknown) => ({ fault }));
      const proposalId = await writeOnce(store, context, async (tx) => {
        if ('fault' in prepared) throw prepared.fault;
        const { whole, letters } = prepared;
        await policies.requireInForce(tx, tenantId, whole.base);
        await insertProposal(tx, whole);
        await outbox.add(tx, letters);
        await audit.add(tx, context, {
          action: 'policies.proposed',
          policyHash: whole.base,
          detail: {
            proposal: whole.proposalId,
            overlay: whole.overlay,
            inForceFrom: whole.inForceFrom,
            digest: whole.digest,
          },
        });
        return whole.proposalId;
      });
      return get(context, proposalId);
    },

    /**
     * Puts it on the policies that are in force by now: checked and counted anew; whoever does it has proposed it.
     * @throws Problem as `propose` does.
     */
    async rebase(context: Context, proposalId: string): Promise<Proposal> {
      await policies.refresh(store);
      const row = await undecided(context, proposalId);
      const now = context.clock();
      requireDay(context, row.inForceFrom);
      const { overlay, after, ...outcome } = await outcomeOf(context, row, now);
      const base = policies.of(context.tenant.id).current().hash;
      const put = { ...row, ...outcome, base, overlay: overlay.hash, policyHash: after.hash };
      await writeOnce(store, context, async (tx) => {
        const by = { proposedBy: context.principal.id, proposedAt: now };
        if (!(await updateProposal(tx, row, { ...put, ...by, digest: digestOf(put) }))) throw decidedAlready();
        await audit.add(tx, context, {
          action: 'policies.rebased',
          policyHash: base,
          detail: { proposal: proposalId, overlay: overlay.hash, before: row.base, digest: digestOf(put) },
        });
        return {};
      });
      return get(context, proposalId);
    },

    /**
     * The second person agrees to exactly what the digest names; what is due is looked at again. From its day on it is in
     * force.
     * @throws Problem `forbidden` for whoever proposed it; `plan-changed` when the digest is another, or other rows are due
     * by now (the proposal then says the new numbers); `conflict` over another base, or once its day has passed.
     */
    async approve(context: Context, proposalId: string, digest: string): Promise<Proposal> {
      await policies.refresh(store);
      const tenantId = context.tenant.id;
      const row = await load(context, proposalId);
      if (row.proposedBy === context.principal.id)
        throw new Problem('forbidden', 'Another person than the one who proposed it must agree.');
      const facts = await factsOf(tenantId);
      const now = context.clock();
      const { timeZone } = context.tenant;
      const prepared = await (async () => {
        if (row.status !== 'proposed') throw decidedAlready();
        if (row.digest !== digest)
          throw new Problem(
            'plan-changed',
            'This is not what the proposal says now. Read it again, and agree to that.',
          );
        if (row.inForceFrom < localDay(now, timeZone))
          throw new Problem(
            'conflict',
            'Its day has passed without a second person. Propose it anew for a day to come.',
          );
        requireBase(context, row);
        refuseWhileWaiting(facts, now);
        const again = await outcomeOf(context, row, new Date(row.numbers.lookedAt));
        if (again.numbers.digest === row.numbers.digest) {
          await deps.keep(again.after, now, tenantId);
          return again;
        }
        const { numbers } = await outcomeOf(context, row, now);
        const changed = { ...row, numbers };
        await store.write((tx) => updateProposal(tx, row, { numbers, digest: digestOf(changed) }));
        throw new Problem(
          'plan-changed',
          'Other rows are due by now than the proposal says. It says the new numbers; look at them, and agree again.',
        );
      })().catch((fault: unknown) => ({ fault }));
      await writeOnce(store, context, async (tx) => {
        if ('fault' in prepared) throw prepared.fault;
        const { overlay, after } = prepared;
        await policies.requireInForce(tx, tenantId, row.base);
        const { last } = standing(facts, now);
        const from = startOfDayNamed(row.inForceFrom, timeZone);
        const fact = await recordFact<OverlayFact>(tx, context, {
          tenantId,
          kind: KIND,
          entityId: TENANT_POLICIES,
          onVersion: last?.version ?? 0,
          value: saysNothing(overlay)
            ? null
            : { overlay: overlay.hash, from: 'proposal', proposal: proposalId, since: row.inForceFrom },
          validFrom: from > now ? from : 'now',
          policyHash: after.hash,
        });
        const decided = { decidedBy: context.principal.id, decidedAt: now, factVersion: fact.version };
        if (!(await updateProposal(tx, row, { status: 'accepted', ...decided }))) throw decidedAlready();
        await keepOverlay(tx, overlay, now);
        await keepPolicySet(tx, after, now, tenantId);
        await audit.add(tx, context, {
          action: 'policies.accepted',
          policyHash: after.hash,
          detail: { proposal: proposalId, overlay: overlay.hash, inForceFrom: row.inForceFrom, digest },
        });
        return {};
      });
      register.forget(tenantId);
      await policies.refresh(store);
      return get(withoutIdempotencyKey(context), proposalId);
    },

    reject: (context: Context, proposalId: string, reason: string): Promise<Proposal> =>
      refuse(context, proposalId, 'rejected', reason),

    /** Takes it back: before it is decided, or before its day has come. */
    withdraw: (context: Context, proposalId: string, reason: string): Promise<Proposal> =>
      refuse(context, proposalId, 'withdrawn', reason),
  };
}

export type ProposalService = ReturnType<typeof createProposals>;
