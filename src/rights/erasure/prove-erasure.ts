import type { CertificateService } from '../../data/certificates/service.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Holder } from '../../foundations/holders/holder.ts';
import type { Store } from '../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { PackageService } from '../reports/package/service.ts';
import type { Outside } from './erase-outside.ts';
import { decisionsOf, findingsOf, resultsOf, resultsOutside } from './judge-outcome.ts';
import type { Erasure } from './model.ts';
import { countRows } from './order-erasure.ts';
import {
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
  outside: Pick<Outside, 'forgetKnown'>;
}

/** Looks a second time at what was carried out, certifies what it finds, and with that ends the erasure. */
export async function proveErasure(
  deps: ProveDeps,
  context: Context,
  { tenantId, erasureId, startedAt, outcome: { subjectIds } }: RunningErasure,
): Promise<Erasure> {
  const { store, audit, vault, policies, holders, certificates, retention, packages } = deps;
  const remaining = await store.read((q) => countRows(holders, q, context, subjectIds));
  // A key that stands was not destroyed, or is already another's, who came back.
  const keys = await Promise.all(subjectIds.map((id) => vault.existingKey(tenantId, subjectScope(id))));
  const certify = await certificates.prepare(context, { kind: 'erasure', actId: erasureId, startedAt });
  const finished = await store.write(
    async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'running') return row;
      const intent = row.outcome;
      const parts = row.knownAsSealed ? await partsOf(tx, tenantId, erasureId) : [];
      const results = resultsOf(holders, intent, remaining, parts);
      const finishedAt = context.clock();
      const gone = intent.keysDestroyed ?? keys.every((key) => key === undefined);
      const keyDestroyed = intent.destroyKey && gone;
      const policyHash = policies.current().hash;
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
        subjectId: null,
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
          holders: results,
        },
      } satisfies Partial<FinishedErasure>;
      if (!intent.partial) {
        await retention.forgetPerson(tx, tenantId, intent.subjectIds, finishedAt);
        await packages.forgetPerson(tx, tenantId, intent.subjectIds, finishedAt);
      }
      await updateErasure(tx, row, end);
      await audit.add(tx, context, {
        entryId,
        action: 'erasure.finished',
        subject: intent.commitment,
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
  const { store, audit, policies, certificates } = deps;
  const certify = await certificates.prepare(context, { kind: 'erasure', actId: erasureId, startedAt });
  const finished = await store.write(
    async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'finished') return undefined;
      const before = row.outcome;
      const outside = await partsOf(tx, tenantId, erasureId);
      const parts = outside.map(toPart);
      if (parts.filter(isDone).length <= (before.parts ?? []).filter(isDone).length) {
        const outcome = { ...before, parts };
        await updateErasure(tx, row, { outcome });
        return { ...row, outcome };
      }
      const ids = outside.map(({ holder }) => holder);
      const holders = [...before.holders.filter(({ holder }) => !ids.includes(holder)), ...resultsOutside(outside)];
      const policyHash = policies.current().hash;
      const { certificate, entryId, hash } = await certify(tx, {
        finishedAt: context.clock(),
        asOf: null,
        planDigest: null,
        keyDestroyed: before.keyDestroyed,
        policyHash,
        findings: findingsOf(decisionsOf(before, outside), holders),
      });
      const { certificateId, verdict } = certificate;
      const now = {
        outcome: { ...before, verdict, certificateId, parts, holders },
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

function toPart({ holder, status, attempts, failure, nextAttemptAt }: PartRow): NonNullable<Erasure['parts']>[number] {
  return {
    holder,
    status: status as 'pending',
    attempts,
    failure,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  };
}
