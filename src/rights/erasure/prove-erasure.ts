import type { CertificateService } from '../../data/certificates/service.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import type { SuppressionService } from '../../data/suppression/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { ErasureDecision, Holder } from '../../foundations/holders/holder.ts';
import type { Store } from '../../foundations/store/store.ts';
import { type Commitment, subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { PackageService } from '../reports/package/service.ts';
import type { Outside } from './erase-outside.ts';
import type { Intent } from './intent.ts';
import { decisionsOf, findingsOf, inAll, resultsOf, resultsOutside } from './judge-outcome.ts';
import type { Erasure } from './model.ts';
import { countRows } from './order-erasure.ts';
import {
  endProposalsOf,
  type FinishedErasure,
  findErasure,
  type PartRow,
  partsOf,
  type RunningErasure,
  updateErasure,
} from './table.ts';

export interface ProveDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Policies;
  holders: Holder[];
  certificates: Pick<CertificateService, 'prepare'>;
  retention: Pick<RetentionService, 'forgetPerson'>;
  packages: Pick<PackageService, 'forgetPerson'>;
  suppression: Pick<SuppressionService, 'renew'>;
  outside: Pick<Outside, 'forgetKnown'>;
}

/** How the entries of an erasure name the person: of one that takes the key along only the first does. */
export async function nameFor(
  vault: Pick<Vault, 'existingCommitment'>,
  tenantId: string,
  { destroyKey, subjectIds: [subjectId] }: Pick<Intent, 'destroyKey' | 'subjectIds'>,
): Promise<Commitment | undefined> {
  return destroyKey || subjectId === undefined ? undefined : vault.existingCommitment(tenantId, subjectId);
}

/** Looks a second time at what was carried out, certifies what it finds, and with that ends the erasure. */
export async function proveErasure(deps: ProveDeps, context: Context, running: RunningErasure): Promise<Erasure> {
  const { tenantId, erasureId, startedAt } = running;
  const { subjectIds } = running.outcome;
  const { store, audit, vault, policies, holders, certificates, retention, packages, suppression } = deps;
  const remaining = await store.read((q) => countRows(holders, q, context, subjectIds));
  // A key that stands was not destroyed, or is already another's, who came back.
  const keys = await Promise.all(subjectIds.map((id) => vault.existingKey(tenantId, subjectScope(id))));
  const subject = await nameFor(vault, tenantId, running.outcome);
  const certify = await certificates.prepare(context, { kind: 'erasure', actId: erasureId, startedAt });
  const finished = await store.write(
    async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'running') return row;
      const intent = row.outcome;
      const parts = await partsOf(tx, tenantId, erasureId);
      const held = keptBack(intent, remaining, parts);
      const results = resultsOf(holders, intent, remaining, parts);
      const finishedAt = context.clock();
      const gone = intent.keysDestroyed ?? keys.every((key) => key === undefined);
      const keyDestroyed = intent.destroyKey && gone;
      const policyHash = policies.of(context.tenant.id).current().hash;
      const { certificate, entryId, hash } = await certify(tx, {
        finishedAt,
        asOf: null,
        planDigest: null,
        keyDestroyed,
        policyHash,
        findings: findingsOf(intent.decisions, results),
      });
      const { certificateId, verdict } = certificate;
      const end = {
        status: 'finished',
        // Whoever waits for a hold to end must be known until then.
        subjectId: held && (intent.subjectIds[0] ?? null),
        held,
        finishedAt,
        knownAsSealed: parts.every(isDone) ? null : row.knownAsSealed,
        outcome: {
          erasureId,
          status: 'finished',
          verdict,
          keyDestroyed,
          startedAt: row.startedAt.toISOString(),
          finishedAt: finishedAt.toISOString(),
          certificateId,
          ground: intent.ground,
          parts: parts.length === 0 ? undefined : parts.map(toPart),
          resumes: held || parts.some(isHeld) ? true : undefined,
          holders: results,
        },
      } satisfies Partial<FinishedErasure>;
      // It began with the erasure; one that waits for a hold, or has waited, is given its time anew.
      if (intent.suppression && (held || intent.earlier))
        await suppression.renew(tx, context, erasureId, intent.suppression, row.startedAt, held !== null);
      if (!intent.partial) {
        await endProposalsOf(tx, tenantId, intent.subjectIds);
        await retention.forgetPerson(tx, tenantId, intent.subjectIds, finishedAt);
        await packages.forgetPerson(tx, tenantId, intent.subjectIds, finishedAt);
      }
      await updateErasure(tx, row, end);
      await audit.add(tx, context, {
        entryId,
        action: 'erasure.finished',
        subject,
        policyHash,
        detail: { erasure: erasureId, verdict, certificate: certificateId, certificateHash: hash },
      });
      return { ...row, ...end };
    },
    { isolation: 'serializable' },
  );
  if (!finished) throw new Problem('not-found', 'There is no erasure of this id.');
  await forgetKnown(deps, context, finished);
  return finished.outcome;
}

/** A finished erasure of which holders outside have done more since: a further certificate says so. */
export async function proveAgain(
  deps: ProveDeps,
  context: Context,
  { tenantId, erasureId, startedAt }: FinishedErasure,
): Promise<Erasure> {
  const { store, audit, policies, holders, certificates } = deps;
  const certify = await certificates.prepare(context, { kind: 'erasure', actId: erasureId, startedAt });
  const finished = await store.write(
    async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'finished') return undefined;
      const before = row.outcome;
      const outside = await partsOf(tx, tenantId, erasureId);
      const parts = outside.map(toPart);
      const remaining = row.held ? await countRows(holders, tx, context, row.held.subjectIds) : {};
      const held = row.held && keptBack(row.held, remaining, outside);
      const waiting = { held, subjectId: held && row.subjectId };
      const resumes = held || parts.some(isHeld) ? (true as const) : undefined;
      const standing = new Map(before.parts?.map(({ holder, status }) => [holder, status]));
      if (!parts.some((part) => isSettled(part) && standing.get(part.holder) !== part.status)) {
        const outcome = { ...before, parts, resumes };
        await updateErasure(tx, row, { outcome, ...waiting });
        return { ...row, outcome, ...waiting };
      }
      const ids = outside.map(({ holder }) => holder);
      const results = [...before.holders.filter(({ holder }) => !ids.includes(holder)), ...resultsOutside(outside)];
      const policyHash = policies.of(context.tenant.id).current().hash;
      const { certificate, entryId, hash } = await certify(tx, {
        finishedAt: context.clock(),
        asOf: null,
        planDigest: null,
        keyDestroyed: before.keyDestroyed,
        policyHash,
        findings: findingsOf(decisionsOf(before, outside), results),
      });
      const { certificateId, verdict } = certificate;
      const now = {
        ...waiting,
        outcome: { ...before, verdict, certificateId, parts, resumes, holders: results },
        knownAsSealed: outside.every(isDone) ? null : row.knownAsSealed,
      };
      await updateErasure(tx, row, now);
      await audit.add(tx, context, {
        entryId,
        action: 'erasure.finished',
        policyHash,
        detail: { erasure: erasureId, verdict, certificate: certificateId, certificateHash: hash },
      });
      return { ...row, ...now };
    },
    { isolation: 'serializable' },
  );
  if (!finished) throw new Problem('not-found', 'There is no erasure of this id.');
  await forgetKnown(deps, context, finished);
  return finished.outcome;
}

/** Once no holder outside has anything left to do, nobody needs to know any more what it knew the person by. */
async function forgetKnown(
  { outside }: ProveDeps,
  context: Context,
  { erasureId, knownAsSealed, outcome }: FinishedErasure,
): Promise<void> {
  if (!knownAsSealed && outcome.parts) await outside.forgetKnown(context, erasureId);
}

const isDone = ({ status }: { status: string }) => status === 'done';
const isHeld = ({ status }: { status: string }) => status === 'held';
/** For now there is nothing more to be done. */
const isSettled = (part: { status: string }) => isDone(part) || isHeld(part);

/** What goes on once no hold protects it any more; null where nothing that is there waits for that. */
function keptBack(intent: Intent, remaining: Record<string, number>, parts: readonly PartRow[]): Intent | null {
  const goesOn = ({ onRelease }: ErasureDecision) =>
    onRelease !== undefined && !(intent.partial && onRelease.action === 'retain');
  const inside = Object.values(intent.decisions).some((one) => goesOn(one) && (remaining[one.category] ?? 0) > 0);
  const outside = parts.some((part) => !isDone(part) && Object.values(part.outcome.decisions).some(goesOn));
  if (!inside && !outside) return null;
  const { done, earlier = {}, replayed: _, ...rest } = intent;
  const holders = new Set([...Object.keys(earlier), ...Object.keys(done)]);
  const inAllOf = [...holders].map((id) => [id, inAll(earlier[id], done[id])]);
  return { ...rest, done: {}, earlier: Object.fromEntries(inAllOf) };
}

function toPart({ holder, status, attempts, failure, nextAttemptAt }: PartRow): NonNullable<Erasure['parts']>[number] {
  return {
    holder,
    status: status as 'pending',
    attempts,
    failure,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  };
}
