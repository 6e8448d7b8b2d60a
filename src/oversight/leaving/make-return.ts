import { and, eq, gte, lt, type SQL } from 'drizzle-orm';
import type { CertificateService } from '../../data/certificates/service.ts';
import type { ReceiptService } from '../../data/consent/receipts/service.ts';
import type { ProfileService } from '../../data/profiles/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { fateOf, LOG_TABLES } from '../../foundations/departure/contents.ts';
import { pagesOf } from '../../foundations/departure/read-rows.ts';
import { sqlNameOf } from '../../foundations/departure/rows.ts';
import { type Documents, type FileDeps, type Made, writeDeparture } from '../../foundations/departure/write-file.ts';
import { type ExternalHolder, HolderFault } from '../../foundations/holders/external.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { inUnitOfWork } from '../../foundations/vault/unit-of-work.ts';
import type { PartOrder } from './model.ts';
import { mustBe, standing, tooLate } from './open-departure.ts';
import { moveDeparture } from './table.ts';

export interface ReturnDeps extends FileDeps {
  audit: Audit;
  externalHolders: ExternalHolder[];
  receipts: Pick<ReceiptService, 'signedText'>;
  certificates: Pick<CertificateService, 'get'>;
  profiles: Pick<ProfileService, 'whoIs'>;
  /** The installation's own tenant: what it does from a return on stands in its log, so that the tenant's can go on elsewhere. */
  homeContext(context: Context): Promise<Context>;
}

const LOOK_MS = 30_000;

/**
 * Everything of a tenant that leaves, as one file. It can be made again: the newest counts. What is written after it is
 * not in it, so nothing works on the data by itself from here on, and it is erased only as long as the log says the same.
 * @throws Problem `conflict` before both have agreed, or where it is only erased
 */
export async function makeReturn(
  deps: ReturnDeps,
  context: Context,
  departureId: string,
): Promise<AsyncGenerator<Buffer>> {
  const { store, audit } = deps;
  const row = await standing(store, context, departureId);
  mustBe(row, 'approved', 'returned', 'acknowledged');
  if (row.choice !== 'return')
    throw new Problem('conflict', 'The institution has chosen that everything is erased, and nothing returned.');
  const own = await deps.homeContext(context);
  const made = async ({ digest, size, rows }: Made) => {
    const at = context.clock();
    await store.write(async (tx) => {
      const change = {
        status: 'returned',
        returnedAt: at,
        returnDigest: digest,
        returnSize: size,
        acknowledgedAt: null,
        acknowledgedBy: null,
        updatedAt: at,
      } as const;
      if (!(await moveDeparture(tx, row, change))) throw tooLate();
      const detail = {
        tenant: row.tenantId,
        departure: departureId,
        manifest: digest,
        logSize: size,
        tables: Object.keys(rows).length,
      };
      await audit.add(tx, own, { action: 'departure.returned', detail });
    });
  };
  return writeDeparture(deps, { tenantId: row.tenantId, departureId, documents: documentsOf(deps, context) }, made);
}

/** Receipts and certificates as they are signed, and what holders outside have of everybody we know. */
async function* documentsOf(deps: ReturnDeps, context: Context): Documents {
  const { store, receipts, certificates, profiles, externalHolders } = deps;
  const tenantId = context.tenant.id;
  for await (const page of pagesOf(store, 'consentEvents', tenantId))
    yield* await inUnitOfWork(async () => {
      const lines: { folder: string; line: Record<string, unknown> }[] = [];
      for (const { eventId } of page) {
        const jws = await receipts.signedText(tenantId, eventId as string);
        if (jws) lines.push({ folder: 'documents/receipts', line: { receiptId: eventId, jws } });
      }
      return lines;
    });
  for await (const page of pagesOf(store, 'certificates', tenantId))
    for (const { certificateId } of page)
      yield {
        folder: 'documents/certificates',
        line: await inUnitOfWork(() => certificates.get(context, certificateId as string)),
      };
  for (const holder of externalHolders)
    for await (const page of pagesOf(store, 'profiles', tenantId))
      for (const { subjectId } of page) {
        const known = await inUnitOfWork(() => profiles.whoIs(context, subjectId as string));
        if (!known) continue;
        try {
          for await (const record of holder.export(known, AbortSignal.timeout(LOOK_MS)))
            yield { folder: `outside/${holder.id}`, line: { account: known.accountId, ...record } };
        } catch (fault) {
          if (!(fault instanceof HolderFault)) throw fault;
          throw new Problem(
            'unavailable',
            `The holder ${holder.id} outside did not give what it has. Try again later.`,
          );
        }
      }
}

/**
 * A part of what there is, in the same format: one table, one portal, a range of visits. Nothing is erased by it; that is
 * asked for apart. @throws Problem naming what cannot be returned
 */
export async function returnPart(
  deps: ReturnDeps,
  context: Context,
  { part }: Pick<PartOrder, 'part'>,
): Promise<AsyncGenerator<Buffer>> {
  const { store, audit } = deps;
  const tables = tablesIn(deps, part);
  const id = uuidv7(context.clock());
  const made = async ({ digest, rows }: Made) => {
    await store.write((tx) =>
      audit.add(tx, context, { action: 'departure.part-returned', detail: { part: id, manifest: digest, rows } }),
    );
  };
  const wanted = { tenantId: context.tenant.id, departureId: id, part: { described: { ...part }, tables } };
  return writeDeparture(deps, wanted, made);
}

function tablesIn({ store }: ReturnDeps, part: PartOrder['part']): Partial<Record<keyof Tables, SQL | undefined>> {
  const { visits, visitDays } = store.tables;
  if ('portal' in part) return { visits: eq(visits.portal, part.portal), visitDays: eq(visitDays.portal, part.portal) };
  if ('visits' in part) {
    const { from, until, portal } = part.visits;
    const [begin, end] = [new Date(from), new Date(until)];
    if (begin >= end) throw invalidField('/part/visits/until', 'must lie after the beginning');
    const ofPortal = portal === undefined ? undefined : eq(visits.portal, portal);
    return { visits: and(gte(visits.occurredAt, begin), lt(visits.occurredAt, end), ofPortal) };
  }
  const names = Object.keys(store.tables) as (keyof Tables)[];
  const name = names.find((one) => sqlNameOf(one) === part.table);
  if (!name || !fateOf(name).returned || LOG_TABLES.includes(name))
    throw invalidField('/part/table', 'must be a table that is returned: departure.json of a return lists them');
  return { [name]: undefined };
}
