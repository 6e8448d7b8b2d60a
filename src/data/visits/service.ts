import type { Audit } from '../../foundations/audit/audit.ts';
import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Connection } from '../../foundations/contract/contract.ts';
import { instantOf } from '../../foundations/contract/instant.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import type { ImportSummary } from '../../foundations/imports/import-lines.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import { subjectScope, type Vault, visitMonthScope } from '../../foundations/vault/vault.ts';
import { parseAddress } from '../../law/reduce-address.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { Processing } from '../retention/processing.ts';
import { recordBatch } from './batch.ts';
import { type CaptureDeps, captureVisits, openVisit } from './capture.ts';
import { type ImportOptions, importAccessLog } from './import.ts';
import type { BatchOutcome, VisitInput, VisitorDays, VisitRecorded, VisitSearch, VisitsFound } from './model.ts';
import { fromConnection, fromServer } from './observe.ts';
import { recordVisits, VISIT_CATEGORIES } from './recordable.ts';
import { findByAddress, findVisits } from './table.ts';
import { closeDays, visitorsOf } from './visitors-today.ts';

export interface VisitsDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Policies;
  processing: Pick<Processing, 'stopped'>;
  suppression: CaptureDeps['suppression'];
}

export interface RevealedVisit {
  visitId: string;
  occurredAt: string;
  subjectId: string | null;
  /** Null once the visit is reduced. */
  address: string | null;
  userAgent: string | null;
}

const MONTHS_PER_SEARCH = 36;
export function createVisits(deps: VisitsDeps) {
  const { store, audit, vault } = deps;

  return {
    /**
     * Records one visit: a browser's from its connection, a server's as it says.
     * @throws Problem naming the field that a browser may not give, or an instant that does not exist or is to come.
     */
    record: async (context: Context, input: VisitInput, connection: Connection): Promise<VisitRecorded> => {
      const visit =
        context.principal.role === 'portal' ? fromConnection(context, input, connection) : fromServer(context, input);
      const captured = await captureVisits(deps, context, [visit]);
      const { policyHash } = captured;
      const [row] = captured.rows;
      if (!row) throw new Error('one visit makes one row');
      const { visitId, subjectId } = row;
      const occurredAt = visit.occurredAt.toISOString();
      const subject = subjectId ? { subject: await vault.commitment(context.tenant.id, subjectId) } : {};
      return writeOnce(store, context, async (tx) => {
        const [kept] = await recordVisits(tx, context, deps.processing, captured);
        const recorded = kept !== undefined;
        const life = !recorded ? 'not-recorded' : kept.life === 'full' ? 'full' : 'reduced';
        await audit.add(tx, context, {
          action: recorded ? 'visit.recorded' : 'visit.stopped',
          ...(kept?.subjectId === null ? {} : subject),
          policyHash,
          detail: recorded ? { life } : {},
        });
        return { visitId: recorded ? visitId : null, occurredAt, life } as const;
      });
    },

    /** Records a stream of visits from a server, one JSON object per line (see batch.ts). */
    recordBatch: (context: Context, lines: AsyncIterable<string>): Promise<BatchOutcome> =>
      recordBatch(deps, context, lines),

    /** Ends the days that are over among the visitors that are told apart (see visitors-today.ts). */
    closeDays: (context: Context): Promise<number> => closeDays(deps, context),

    /** How many different visitors each portal had, day by day, as far as at least k were. */
    visitors: async (context: Context, wanted: { from?: string; until?: string }): Promise<VisitorDays> => ({
      items: await visitorsOf(store, context, wanted),
    }),

    /** Reads a web server's access log (see import.ts). */
    importAccessLog: (context: Context, file: string, options: ImportOptions): Promise<ImportSummary> =>
      importAccessLog(deps, context, file, options),

    /** Full address and user agent of these visits, as far as they are kept. Only for what two persons agreed to see. */
    reveal: async (context: Context, visitIds: string[]): Promise<RevealedVisit[]> => {
      const tenantId = context.tenant.id;
      const rows = await store.read((q) => findVisits(q, tenantId, visitIds));
      const revealed: RevealedVisit[] = [];
      for (const row of rows) {
        const scope = row.subjectId === null ? visitMonthScope(row.occurredAt) : subjectScope(row.subjectId);
        const opened = openVisit(await vault.existingKey(tenantId, scope), tenantId, row);
        const { visitId, occurredAt, subjectId } = row;
        revealed.push({ visitId, occurredAt: occurredAt.toISOString(), subjectId, ...opened });
      }
      return revealed;
    },

    /**
     * Whose visit that was, as a pseudonym, for a request of whoever names its second and its address (Art. 11(2)); only
     * where it was one known visitor's and nobody else's.
     */
    async subjectOfTrace({ tenant }: Context, trace: { at: Date; address: string }): Promise<string | undefined> {
      const address = parseAddress(trace.address);
      if (address === undefined) return undefined;
      const second = Math.floor(trace.at.getTime() / 1000) * 1000;
      const [from, until] = [new Date(second), new Date(second + 1000)];
      const index = (await vault.existingKey(tenant.id, visitMonthScope(from)))?.index('address', address);
      if (index === undefined) return undefined;
      const window = { indexes: [index], from, until, after: undefined, limit: 100 };
      const rows = await store.read((q) => findByAddress(q, tenant.id, window));
      const [subjectId, ...others] = new Set(rows.map((row) => row.subjectId));
      return others.length === 0 ? (subjectId ?? undefined) : undefined;
    },

    /**
     * Visits from exactly one address in a window of time, as long as the full address is kept. Each search is in the
     * audit log before its answer is given.
     * @throws Problem naming what is no address, no instant, or a window that is empty or longer than three years.
     */
    search: async (context: Context, wanted: VisitSearch): Promise<VisitsFound> => {
      const tenantId = context.tenant.id;
      const address = parseAddress(wanted.address);
      if (address === undefined) throw invalidField('/address', 'must be one IPv4 or IPv6 address');
      const [from, until] = [instantOf('/from', wanted.from), instantOf('/until', wanted.until)];
      if (until <= from) throw invalidField('/until', 'must lie after /from');
      const months = monthsOf(from, until);
      if (months.length > MONTHS_PER_SEARCH) throw invalidField('/until', 'must lie within three years of /from');

      const indexes: string[] = [];
      for (const month of months) {
        const index = (await vault.existingKey(tenantId, month))?.index('address', address);
        if (index !== undefined) indexes.push(index);
      }
      const limit = wanted.limit ?? 100;
      const page =
        indexes.length === 0
          ? []
          : await store.read((q) =>
              findByAddress(q, tenantId, { indexes, from, until, after: wanted.after, limit: limit + 1 }),
            );
      const rows = page.slice(0, limit);
      const found = rows.map(({ subjectId }) => subjectId);
      const stopped = await store.read((q) =>
        deps.processing.stopped(q, tenantId, VISIT_CATEGORIES, found, context.clock()),
      );
      const visits = [];
      for (const row of rows) {
        // Restricted data is in no list (GDPR Art. 18(2)); for claims there is the disclosure by two persons.
        if (row.subjectId !== null && stopped.has(row.subjectId)) continue;
        const scope = row.subjectId === null ? visitMonthScope(row.occurredAt) : subjectScope(row.subjectId);
        if (row.subjectId !== null) showing(context, row.subjectId);
        const { userAgent } = openVisit(await vault.existingKey(tenantId, scope), tenantId, row);
        const { visitId, portal, network, browser, browserMajor, platform, robot } = row;
        visits.push({
          visitId,
          occurredAt: row.occurredAt.toISOString(),
          portal,
          userAgent,
          network,
          browser,
          browserMajor,
          platform,
          robot,
          knownVisitor: row.subjectId !== null,
        });
      }
      await store.write((tx) =>
        audit.add(tx, context, {
          action: 'visits.searched',
          detail: { found: visits.length, months: months.length },
        }),
      );
      return { visits, next: page.length > limit ? (rows.at(-1)?.visitId ?? null) : null };
    },
  };
}

export type VisitsService = ReturnType<typeof createVisits>;

function monthsOf(from: Date, until: Date): string[] {
  const months: string[] = [];
  for (
    let month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth()));
    month < until && months.length <= MONTHS_PER_SEARCH;
    month = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1))
  )
    months.push(visitMonthScope(month));
  return months;
}
