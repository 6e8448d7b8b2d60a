import type { AccessService } from '../../foundations/access/service.ts';
import type { MerkleLog } from '../../foundations/audit/log/service.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import { beginDeletion, carryOnDeletion, type DeletionDeps, deletableFrom, replayEnds } from './carry-out-deletion.ts';
import { returnedOf } from './certificate.ts';
import { digestOf, type FoundDeps, findAll } from './found.ts';
import { makeReturn, type ReturnDeps, returnPart } from './make-return.ts';
import type { Departure, DepartureCertificate, NewDeparture, PartOrder } from './model.ts';
import {
  actorOf,
  approveDeparture,
  endDeparture,
  mustBe,
  type OpenDeps,
  openDeparture,
  standing,
  tooLate,
  visible,
} from './open-departure.ts';
import { certificatePage } from './printed-page.ts';
import { type ReceiveDeps, type Reception, receiveTenant } from './receive-tenant.ts';
import { type DepartureRow, listDepartures, moveDeparture, openDepartures, STILL } from './table.ts';

export interface LeavingDeps
  extends Omit<FoundDeps & OpenDeps & ReturnDeps & DeletionDeps & ReceiveDeps, 'homeContext' | 'access' | 'merkleLog'> {
  access: AccessService;
  merkleLog: MerkleLog;
}

/**
 * The end of a contract (GDPR Art. 28(3)(g)): what there is in numbers, a second person, everything returned in a
 * documented form, erased wherever it is, and a certificate; and taking over who comes from elsewhere.
 */
export function createLeaving(given: LeavingDeps) {
  const { store, access, audit, signer, merkleLog } = given;
  const deps = {
    ...given,
    /** What the installation does about an end that is past its return, it does at home: the tenant's log stands still. */
    homeContext: async (context: Context): Promise<Context> => ({
      ...(await access.contextFor(access.defaultTenant, context.principal)),
      clock: context.clock,
      requestId: context.requestId,
    }),
  };

  async function shown(context: Context, row: DepartureRow): Promise<Departure> {
    // Until both agree it is as of now; then what was agreed to.
    const fresh = row.status === 'proposed' ? await findAll(deps, context) : row.found;
    const { progress } = row;
    return {
      departureId: row.departureId,
      tenant: row.tenantId,
      choice: row.choice,
      on: row.endsOn,
      reason: row.reason,
      agreement: row.agreement,
      status: row.status,
      digest:
        row.status === 'proposed'
          ? digestOf({ choice: row.choice, on: row.endsOn, reason: row.reason }, fresh)
          : row.digest,
      found: fresh,
      proposedBy: row.proposedBy,
      proposedAt: row.proposedAt.toISOString(),
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt?.toISOString() ?? null,
      returned: returnedOf(row),
      acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
      deletableFrom: deletableFrom(row, context.tenant.timeZone) ?? null,
      progress: progress && {
        stage: progress.stage,
        waitsFor: progress.failure,
        keys: progress.keys,
        rows: progress.rows,
      },
      deletedAt: row.deletedAt?.toISOString() ?? null,
      certificate: row.certificate?.certificateId ?? null,
    };
  }

  async function read(context: Context, departureId: string): Promise<Departure> {
    const row = await visible(store, context, departureId);
    return shown(await contextOf(context, row), row);
  }

  async function certificate(context: Context, departureId: string): Promise<DepartureCertificate> {
    const row = await visible(store, context, departureId);
    if (!row.certificate) throw new Problem('not-found', 'There is no certificate of this departure (yet).');
    return row.certificate;
  }

  return {
    read,

    async open(context: Context, input: NewDeparture): Promise<Departure> {
      return read(context, await openDeparture(deps, context, input));
    },
    /** Of this tenant; for credentials of every tenant, at the home of the installation, of all, those that are gone too. */
    async list(context: Context): Promise<Departure[]> {
      const { principal, tenant } = context;
      const all = principal.everyTenant && tenant.id === access.defaultTenant;
      const rows = await store.read((q) => listDepartures(q, all ? undefined : tenant.id));
      const items: Departure[] = [];
      for (const row of rows) items.push(await shown(await contextOf(context, row), row));
      return items;
    },
    async approve(context: Context, departureId: string, agreed: { digest: string }): Promise<Departure> {
      await approveDeparture(deps, context, departureId, agreed);
      return read(context, departureId);
    },
    async end(context: Context, departureId: string): Promise<Departure> {
      await endDeparture(deps, context, departureId);
      return read(context, departureId);
    },

    /** @throws Problem `conflict` where it is not time for it */
    makeReturn: (context: Context, departureId: string) => makeReturn(deps, context, departureId),
    returnPart: (context: Context, order: Pick<PartOrder, 'part'>) => returnPart(deps, context, order),

    /** The institution could read what it was given. @throws Problem `unprocessable-request` for another manifest */
    async acknowledge(context: Context, departureId: string, { manifest }: { manifest: string }): Promise<Departure> {
      const row = await standing(store, context, departureId);
      if (row.status === 'acknowledged' && row.returnDigest === manifest) return read(context, departureId);
      mustBe(row, 'returned');
      if (row.returnDigest !== manifest)
        throw new Problem('unprocessable-request', 'This is not the manifest of the newest return.');
      const own = await deps.homeContext(context);
      const at = context.clock();
      await store.write(async (tx) => {
        const change = {
          status: 'acknowledged',
          acknowledgedBy: actorOf(context),
          acknowledgedAt: at,
          updatedAt: at,
        } as const;
        if (!(await moveDeparture(tx, row, change))) throw tooLate();
        const detail = { tenant: row.tenantId, departure: departureId, manifest };
        await audit.add(tx, own, { action: 'departure.acknowledged', detail });
      });
      return read(context, departureId);
    },

    /** Begins the deletion; `resume` carries it out. @throws Problem saying what is in the way */
    async delete(context: Context, departureId: string): Promise<Departure> {
      await beginDeletion(deps, context, departureId);
      return read(context, departureId);
    },
    /** Carries a deletion on that was begun; answers which holder outside it waits for. */
    resume: (context: Context) => carryOnDeletion(deps, context),
    /** Whether the tenant stands still: it was returned, and must stay as it was. */
    standsStill: async (tenantId: string): Promise<boolean> =>
      (await store.read((q) => openDepartures(q, tenantId, STILL))).length > 0,
    /** Erases again what a restored database has brought back; before anybody is served. */
    replayEnds: (clock: () => Date) => replayEnds(deps, clock),

    receive: (context: Context, wanted: Reception) => receiveTenant(deps, context, wanted),

    async certificate(context: Context, departureId: string) {
      const body = await certificate(context, departureId);
      return {
        certificate: body,
        jws: await signer.sign(body, 'departure-certificate+jws'),
        keySet: { ...(await signer.keySet()) },
        proof: (await merkleLog.proofOf(access.defaultTenant, body.entry)) ?? null,
      };
    },
    page: async (context: Context, departureId: string) =>
      certificatePage(await certificate(context, departureId), context.tenant.language),

    /** Logs that ended elsewhere and go on here, for anybody who has a proof or a receipt of then. */
    async finishedLogs(tenantId: string) {
      const rows: Tables['finishedLogs']['$inferSelect'][] = await merkleLog.finished(tenantId);
      return rows.map(({ generation, origin, size, root, checkpoint, key, keySet, receivedAt }) => ({
        generation,
        origin,
        size,
        root,
        checkpoint,
        key,
        keySet: keySet as Record<string, unknown>,
        receivedAt: receivedAt.toISOString(),
      }));
    },
  };

  async function contextOf(context: Context, row: DepartureRow): Promise<Context> {
    const there = await access.tenant(row.tenantId);
    return there ? { ...context, tenant: there.scope } : context;
  }
}

export type LeavingService = ReturnType<typeof createLeaving>;
