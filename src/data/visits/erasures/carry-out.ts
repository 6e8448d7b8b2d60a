import { randomUUID } from 'node:crypto';
import type { Audit } from '../../../foundations/audit/audit.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import type { Log } from '../../../foundations/process/log.ts';
import { acquireLease, holdLease, type Lease, releaseLease } from '../../../foundations/store/lease.ts';
import type { Store } from '../../../foundations/store/store.ts';
import { isBeingRead } from '../../../foundations/store/truncate-log.ts';
import type { Vault } from '../../../foundations/vault/vault.ts';
import type { Policies } from '../../../register/policies/policies.ts';
import type { CertificateService, Draft } from '../../certificates/service.ts';
import { groundsOfHolds } from '../../retention/holds.ts';
import { createPace } from '../../retention/pace.ts';
import { eraseMatching } from '../table/matching.ts';
import type { Life } from '../table.ts';
import { heldVisits, LIVES, type Looked, lookFor, questionOn } from './look.ts';
import type { SeenVisits } from './model.ts';
import { type NamedOrder, namedBy } from './name-visits.ts';
import { findVisitErasure, updateVisitErasure, type VisitErasureRow } from './table.ts';

export interface CarryOutDeps {
  store: Store;
  audit: Audit;
  vault: Pick<Vault, 'existingKey'>;
  policies: Policies;
  certificates: Pick<CertificateService, 'prepare'>;
  log: Log;
  /** Asked between batches: nothing more is begun once it says so. */
  isStopping: () => boolean;
}

/** The same visits may come in again with an import while they are erased. */
const ROUNDS = 5;

/**
 * Drives an approved erasure of visits to its end, from wherever an earlier run left it: batch after batch, a second look,
 * the certificate. Safe to call again after any crash.
 * @throws Problem `lease-held` while another of this tenant runs anywhere.
 */
export async function carryOut(deps: CarryOutDeps, context: Context, erasureId: string): Promise<void> {
  const { store } = deps;
  const tenantId = context.tenant.id;
  const owner = `${process.pid}-${randomUUID().slice(0, 8)}`;
  const lease = await acquireLease(store, context.clock(), { tenantId, name: 'visit-erasure', owner });
  if (!lease) throw new Problem('lease-held', 'An erasure of visits of this tenant is already running.');
  try {
    const row = await store.read((q) => findVisitErasure(q, tenantId, erasureId));
    if (row?.status !== 'running') return;
    const order = row.wanted as NamedOrder;
    const look = () => store.read((q) => lookFor(q, deps.policies, context, order));
    let left = await look();
    for (let round = 0; left.seen.due > 0 && round < ROUNDS && !deps.isStopping(); round += 1) {
      for (const life of LIVES) await eraseLife(deps, context, lease, row, life);
      left = await look();
    }
    if (deps.isStopping()) return;
    await finish(deps, context, lease, erasureId, left);
  } finally {
    await releaseLease(store, lease).catch(() => undefined);
  }
}

async function eraseLife(
  deps: CarryOutDeps,
  context: Context,
  lease: Lease,
  { tenantId, erasureId, wanted }: VisitErasureRow,
  life: Life,
): Promise<void> {
  const { store, audit, policies, isStopping } = deps;
  const named = await store.read((q) => namedBy(q, tenantId, wanted as NamedOrder));
  const pace = createPace(store.engine);
  for (let gone = 1; gone > 0 && !isStopping(); ) {
    const rows = pace.rows();
    const began = performance.now();
    gone = await store.write(async (tx) => {
      await holdLease(tx, context.clock(), lease);
      const notHeld = await heldVisits(tx, policies, context, life);
      const erased = await eraseMatching(tx, tenantId, life, named, { notHeld, rows });
      if (erased === 0) return 0;
      const row = await findVisitErasure(tx, tenantId, erasureId);
      const removed = (row?.removed ?? 0) + erased;
      const removedFull = (row?.removedFull ?? 0) + (life === 'full' ? erased : 0);
      await updateVisitErasure(tx, { tenantId, erasureId }, ['running'], { removed, removedFull });
      await audit.add(tx, context, {
        action: 'visits.erased',
        detail: { 'visit-erasure': erasureId, category: `visits.${life}`, rows: erased },
      });
      return erased;
    });
    pace.observe(performance.now() - began);
    // Those write first who came while a batch held the writer.
    await new Promise((next) => setImmediate(next));
    if (store.waiting() > 0) await new Promise((next) => setTimeout(next, pace.pause()));
  }
}

/** The end: scrubbed and certified; what told of one visit or of an address goes. */
async function finish(
  deps: CarryOutDeps,
  context: Context,
  lease: Lease,
  erasureId: string,
  left: Looked,
): Promise<void> {
  const { store, audit, policies, certificates, log } = deps;
  const tenantId = context.tenant.id;
  try {
    await store.scrub();
  } catch (fault) {
    // Somebody who reads an instant of before keeps what is gone in the files: it is taken up again.
    if (!isBeingRead(fault)) throw fault;
    log.warn(
      { tenant: tenantId, erasure: erasureId },
      'an erasure of visits waits for a reader that keeps what is gone',
    );
    return;
  }
  const row = await store.read((q) => findVisitErasure(q, tenantId, erasureId));
  if (row?.status !== 'running' || row.decidedAt === null) return;
  const findings: Draft['findings'] = [];
  for (const life of LIVES) {
    const question = questionOn(policies, context, life);
    const grounds = await store.read((q) => groundsOfHolds(q, tenantId, question, context.clock()));
    findings.push(findingOn(life, row, left, grounds));
  }
  const act = { kind: 'visit-erasure', actId: erasureId, startedAt: row.decidedAt } as const;
  const certify = await certificates.prepare(context, act);
  await store.write(async (tx) => {
    await holdLease(tx, context.clock(), lease);
    const finishedAt = context.clock();
    const policyHash = policies.of(tenantId).current().hash;
    const { certificate, entryId, hash } = await certify(tx, {
      finishedAt,
      asOf: null,
      planDigest: row.digest,
      keyDestroyed: null,
      policyHash,
      findings,
    });
    const { certificateId, verdict } = certificate;
    const ended = await updateVisitErasure(tx, row, ['running'], {
      status: verdict === 'incomplete' ? 'incomplete' : 'completed',
      finishedAt,
      certificateId,
      wanted: withoutTraces(row.wanted as NamedOrder),
      seen: { ...(row.seen as SeenVisits), held: left.seen.held, sample: [] },
    });
    if (!ended) throw new Problem('conflict', 'The erasure has ended already.');
    await audit.add(tx, context, {
      action: 'visit-erasure.finished',
      entryId,
      policyHash,
      detail: {
        'visit-erasure': erasureId,
        verdict,
        certificate: certificateId,
        certificateHash: hash,
        removed: row.removed,
        held: left.seen.held,
      },
    });
  });
}

function findingOn(
  life: Life,
  { removed, removedFull }: VisitErasureRow,
  left: Looked,
  { kinds, until }: { kinds: string[]; until: Date | null },
): Draft['findings'][number] {
  const isHeld = left.held[life] > 0;
  return {
    category: `visits.${life}`,
    rule: null,
    action: 'erase',
    before: null,
    removed: life === 'full' ? removedFull : removed - removedFull,
    reduced: 0,
    anonymised: 0,
    retained: left.held[life],
    failed: left.due[life],
    suppressed: 0,
    ground: isHeld ? kinds.join(', ') || 'hold' : null,
    groundInWords: isHeld ? kinds.map((kind) => `${kind} hold`).join(', ') || 'a hold' : null,
    until: isHeld ? (until?.toISOString() ?? null) : null,
  };
}

/** What is kept of an order once it is over: no id of a visit, no hash of an address. */
export function withoutTraces(order: NamedOrder): unknown {
  if ('visitId' in order) return { oneVisit: true };
  const { indexes, addressNetwork: _, ...rest } = order;
  return indexes === undefined ? rest : { ...rest, oneAddress: true };
}
