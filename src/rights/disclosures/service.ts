import type { Processing } from '../../data/retention/processing.ts';
import type { VisitsService } from '../../data/visits/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { ExportedRecord, Holder, SubjectsPage } from '../../foundations/holders/holder.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import type { ReadingPurpose } from '../../law/reading-purposes.ts';
import { requireId } from '../../register/policies/known.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { SpecialTextService } from '../special-texts/service.ts';
import type { Disclosure, DisclosureInput, DisclosureTarget } from './model.ts';
import {
  type DisclosureRow,
  findDisclosure,
  handedOver,
  insertDisclosure,
  listDisclosures,
  moveDisclosure,
} from './table.ts';

export interface DisclosureDeps {
  store: Store;
  audit: Audit;
  policies: Pick<Policies, 'of'>;
  holders: Holder[];
  visits: Pick<VisitsService, 'reveal'>;
  processing: Pick<Processing, 'stopped'>;
  specialTexts: Pick<SpecialTextService, 'open'>;
  /** Whether a party may be handed these categories: inside the region, or under a transfer that stands. */
  recipientFits(context: Context, party: string, categories: readonly string[]): Promise<boolean>;
  /** Writes down a look at personal data (audit/reading.ts). */
  recordReading(context: Context): Promise<void>;
}

/** For what restricted data leaves all the same: claims, and the duty to an authority (Art. 18(2), 31). */
const IN_SPITE_OF_RESTRICTION: readonly string[] = ['legal-claim', 'authority-inquiry'];
const HOUR = 3_600_000;
/** How long a request waits for the second person, and how long an approval waits to be used. */
const UNDECIDED = 7 * 24 * HOUR;
const APPROVED = 24 * HOUR;
/** Persons exported in one step: their looks are recorded together, before anything of them leaves. */
const PEOPLE = 50;

/** What a request of each kind names. */
const TARGETS = { address: 'visitIds', export: 'holder', 'special-text': 'specialTexts' } as const;
/** What each is called among the looks of a person. */
const LOOKS = { address: 'revealAddress', export: 'bulkExport', 'special-text': 'revealSpecialText' } as const;
/** Categories that have free text which can be marked. */
const SPECIAL_TEXTS_OF = [
  'content.public-association',
  'content.private-association',
  'profiles.identity',
  'requests.correspondence',
];

/** One line of what is released. */
export interface ReleasedRecord {
  /** Numbers the persons of this release; it leads nowhere else. */
  person: number | null;
  category: string;
  id: string;
  at: string;
  fields: ExportedRecord['fields'];
}

/**
 * What nobody may see alone: full addresses, and everybody's data at once (REQ-A50). One person asks and says why,
 * another agrees, the first sees it once. Each step is an entry of the log, and so is each person concerned.
 */
export function createDisclosures({
  store,
  audit,
  policies,
  holders,
  visits,
  processing,
  specialTexts,
  recordReading,
  recipientFits,
}: DisclosureDeps) {
  const record = (tx: Query, context: Context, what: string, row: DisclosureRow) =>
    audit.add(tx, context, {
      action: `disclosure.${what}`,
      detail: {
        disclosure: row.disclosureId,
        kind: row.kind,
        purpose: row.purpose,
        reference: row.reference ?? undefined,
        recipient: row.recipient ?? undefined,
      },
    });

  const categoriesOf = ({ tenant }: Context, target: DisclosureTarget): string[] =>
    'holder' in target
      ? policies
          .of(tenant.id)
          .current()
          .categories.filter(({ holder }) => holder === target.holder)
          .map(({ id }) => id)
      : 'specialTexts' in target
        ? SPECIAL_TEXTS_OF
        : ['visits.full'];

  async function find(context: Context, disclosureId: string): Promise<DisclosureRow> {
    const row = await store.read((q) => findDisclosure(q, context.tenant.id, disclosureId));
    if (!row) throw new Problem('not-found', 'There is no disclosure of this id.');
    return row;
  }

  function shown(row: DisclosureRow, now: Date): Disclosure {
    const { tenantId: _, requestedAt, decidedAt, expiresAt, usedAt, ...rest } = row;
    const waiting = row.status === 'requested' || row.status === 'approved';
    return {
      ...rest,
      kind: row.kind as Disclosure['kind'],
      target: row.target as DisclosureTarget,
      status: (waiting && expiresAt <= now ? 'expired' : row.status) as Disclosure['status'],
      requestedAt: requestedAt.toISOString(),
      decidedAt: decidedAt?.toISOString() ?? null,
      expiresAt: expiresAt.toISOString(),
      usedAt: usedAt?.toISOString() ?? null,
    };
  }

  /** The second look: by somebody else than who asked. */
  async function decide(context: Context, disclosureId: string, decision: 'approved' | 'refused'): Promise<Disclosure> {
    const row = await find(context, disclosureId);
    if (row.requestedBy === context.principal.id)
      throw new Problem('forbidden', 'Whoever asks cannot agree: a second person must.');
    const now = context.clock();
    await writeOnce(store, context, async (tx) => {
      const values = {
        status: decision,
        decidedBy: context.principal.id,
        decidedAt: now,
        expiresAt: decision === 'approved' ? new Date(now.getTime() + APPROVED) : undefined,
      };
      if (!(await moveDisclosure(tx, row, 'requested', now, values)))
        throw new Problem('conflict', 'This request is decided already, or nobody decided it in time.');
      await record(tx, context, decision, row);
      return {};
    });
    return shown(await find(context, disclosureId), context.clock());
  }

  /** Looks of one step, written down before anything of it leaves. */
  function looking(context: Context, row: DisclosureRow, subjects: Iterable<string>): Promise<void> {
    return recordReading({
      ...context,
      reading: {
        what: LOOKS[row.kind as Disclosure['kind']],
        purpose: row.purpose as ReadingPurpose,
        reference: row.reference ?? undefined,
        subjects: new Set(subjects),
      },
    });
  }

  async function* words(context: Context, row: DisclosureRow): AsyncGenerator<ReleasedRecord> {
    const { specialTexts: ids } = row.target as { specialTexts: string[] };
    const found = await specialTexts.open(context, ids);
    await looking(
      context,
      row,
      found.flatMap(({ subjectId }) => (subjectId === null ? [] : [subjectId])),
    );
    for (const { specialId, category, at, fields } of found)
      yield { person: null, category, id: specialId, at: at.toISOString(), fields };
  }

  async function* addresses(context: Context, row: DisclosureRow): AsyncGenerator<ReleasedRecord> {
    const { visitIds } = row.target as { visitIds: string[] };
    const found = await visits.reveal(context, visitIds);
    await looking(
      context,
      row,
      found.flatMap(({ subjectId }) => (subjectId === null ? [] : [subjectId])),
    );
    for (const { visitId, occurredAt, address, userAgent } of found)
      yield { person: null, category: 'visits.full', id: visitId, at: occurredAt, fields: { address, userAgent } };
  }

  /**
   * What of a person may only be stored leaves in no export, except for claims and authorities (GDPR Art. 18(2)).
   */
  async function stoppedCategories(
    { tenant, clock }: Context,
    { purpose }: DisclosureRow,
    subjectId: string,
    records: { category: string }[],
  ): Promise<Set<string>> {
    const stopped = new Set<string>();
    if (IN_SPITE_OF_RESTRICTION.includes(purpose)) return stopped;
    for (const category of new Set(records.map((one) => one.category))) {
      const ids = await store.read((q) => processing.stopped(q, tenant.id, [category], [subjectId], clock()));
      if (ids.size > 0) stopped.add(category);
    }
    return stopped;
  }

  async function* everybody(context: Context, row: DisclosureRow): AsyncGenerator<ReleasedRecord> {
    const { holder: wanted } = row.target as { holder: string };
    const holder = holders.find(({ id }) => id === wanted);
    if (!holder) return;
    const { id: tenantId, timeZone } = context.tenant;
    let person = 0;
    for (let cursor: string | null = null; ; ) {
      const after: string | null = cursor;
      const { subjectIds, next }: SubjectsPage = await store.read((q) => holder.subjects(q, tenantId, after, PEOPLE));
      if (subjectIds.length > 0) await looking(context, row, subjectIds);
      for (const subjectId of subjectIds) {
        person += 1;
        const records = await store.read(async (q) => {
          const all: ExportedRecord[] = [];
          for await (const one of holder.export(q, { tenantId, timeZone, subjectIds: [subjectId] })) all.push(one);
          return all;
        });
        const stopped = await stoppedCategories(context, row, subjectId, records);
        for (const { category, id, at, fields } of records.filter((one) => !stopped.has(one.category)))
          yield { person, category, id, at: at.toISOString(), fields };
      }
      if (next === null) return;
      cursor = next;
    }
  }

  return {
    /** Asks for what only two persons together may see. */
    async request(context: Context, input: DisclosureInput): Promise<Disclosure> {
      if (!(TARGETS[input.kind] in input.target))
        throw invalidField('/target', `must have ${TARGETS[input.kind]} with ${input.kind}`);
      const { parties } = policies.of(context.tenant.id).current();
      if (input.recipient !== undefined) requireId('/recipient', 'party', input.recipient, parties);
      if (
        input.recipient !== undefined &&
        !(await recipientFits(context, input.recipient, categoriesOf(context, input.target)))
      )
        throw invalidField(
          '/recipient',
          'is outside the region of this portal, and no transfer that stands covers it (GDPR Art. 44)',
        );
      const now = context.clock();
      return writeOnce(store, context, async (tx) => {
        const row: DisclosureRow = {
          tenantId: context.tenant.id,
          disclosureId: uuidv7(now),
          kind: input.kind,
          purpose: input.purpose,
          reference: input.reference ?? null,
          target: { ...input.target },
          recipient: input.recipient ?? null,
          status: 'requested',
          requestedBy: context.principal.id,
          requestedAt: now,
          decidedBy: null,
          decidedAt: null,
          expiresAt: new Date(now.getTime() + UNDECIDED),
          usedAt: null,
        };
        await insertDisclosure(tx, row);
        await record(tx, context, 'requested', row);
        return shown(row, now);
      });
    },

    approve: (context: Context, disclosureId: string) => decide(context, disclosureId, 'approved'),
    refuse: (context: Context, disclosureId: string) => decide(context, disclosureId, 'refused'),

    get: async (context: Context, disclosureId: string): Promise<Disclosure> =>
      shown(await find(context, disclosureId), context.clock()),

    /** Parties that everything of a holder was handed to up to an instant, each since the first time. */
    async recipients(context: Context, until: Date): Promise<{ party: string; holder: string; since: Date }[]> {
      const first = new Map<string, { party: string; holder: string; since: Date }>();
      for (const { recipient, target, usedAt } of await store.read((q) => handedOver(q, context.tenant.id, until))) {
        const holder = (target as { holder?: string }).holder ?? 'visits';
        if (recipient === null || usedAt === null || first.has(`${recipient}\0${holder}`)) continue;
        first.set(`${recipient}\0${holder}`, { party: recipient, holder, since: usedAt });
      }
      return [...first.values()];
    },

    async list(context: Context, { limit = DEFAULT_PAGE, cursor }: { limit?: number; cursor?: string }) {
      const rows = await store.read((q) => listDisclosures(q, context.tenant.id, { before: cursor, limit: limit + 1 }));
      const { items, next } = cursorPageFrom(rows, limit, ({ disclosureId }) => disclosureId);
      return { items: items.map((row) => shown(row, context.clock())), next };
    },

    /**
     * Shows what was approved, to who asked, once. It counts as seen from here on: whatever breaks on the way, it must be
     * asked for again.
     * @throws Problem `forbidden`, or `conflict` when it was not approved, is used up or its time is over.
     */
    async release(context: Context, disclosureId: string): Promise<AsyncGenerator<ReleasedRecord>> {
      const row = await find(context, disclosureId);
      if (row.requestedBy !== context.principal.id) throw new Problem('forbidden', 'Only who asked for it may see it.');
      const now = context.clock();
      await store.write(async (tx) => {
        if (!(await moveDisclosure(tx, row, 'approved', now, { status: 'released', usedAt: now })))
          throw new Problem('conflict', 'It is not approved, was seen already, or its day is over. Ask for it again.');
        await record(tx, context, 'released', row);
      });
      if (row.kind === 'special-text') return words(context, row);
      return row.kind === 'address' ? addresses(context, row) : everybody(context, row);
    },
  };
}

export type DisclosureService = ReturnType<typeof createDisclosures>;
