import { createHash } from 'node:crypto';
import type { Context } from '../../foundations/contract/context.ts';
import { latestPast } from '../../foundations/contract/instant.ts';
import type { DecidedRecords, NewRecord, RecordFault, RecordImport } from '../../foundations/imports/record-import.ts';
import type { Vouching } from '../../foundations/store/tables/consent.ts';
import { type ScopeKey, subjectScope } from '../../foundations/vault/vault.ts';
import { parseInstant } from '../../law/instant.ts';
import type { Purpose } from '../../register/policies/model.ts';
import type { SuppressionService } from '../suppression/service.ts';
import { lifeOf, type Shown } from './decision.ts';
import { ConsentRecord, type ImportedDecision } from './import-model.ts';
import { placeOfImported } from './place.ts';
import { textsOf } from './receipts/notice-texts.ts';
import { insertNoticeTexts, type NoticeTextRow } from './receipts/table.ts';
import { type ConsentDeps, evidenceOf } from './recorder.ts';
import { insertEvents, type NewEvent } from './table.ts';
import { receiptDigest } from './views.ts';

/** What a withdrawal without a text is under: nothing is claimed of what was shown. */
const NOT_STATED: Omit<Shown, 'language'> = {
  id: 'not-stated',
  major: 0,
  minor: 0,
  hash: createHash('sha256').digest('hex'),
};
const EARLIEST = Date.UTC(1995, 0, 1);

interface ConsentImportDeps extends Pick<ConsentDeps, 'store' | 'audit' | 'vault' | 'policies' | 'register'> {
  suppression: Pick<SuppressionService, 'erasedAmong'>;
}

/** A decision of a line, with where it stands in it. */
interface Placed {
  decision: ImportedDecision;
  /** JSON pointer of it. */
  at: string;
}

function decisionsOf({ decisions, status, decidedAt, ...record }: ConsentRecord): Placed[] {
  if (decisions) return decisions.map((decision, index) => ({ decision, at: `/decisions/${index}` }));
  const { notice, purposeVersion, act, method, evidence } = record;
  const decision = { status, decidedAt, notice, purposeVersion, act, method, evidence } as ImportedDecision;
  return [{ decision, at: '' }];
}

/**
 * Decisions that were made elsewhere, with their true time: expiry and retention count from it, and everything says that
 * they were imported, when, and who vouches for them. Of a person, a purpose, an instant and a status there is one.
 */
export function consentImport(deps: ConsentImportDeps): RecordImport<ConsentRecord> {
  const expiryOf = lifeOf();
  return {
    kind: 'consent',
    schema: ConsentRecord,
    identitiesOf: (record) =>
      decisionsOf(record).map(({ decision: { decidedAt, status } }) =>
        [record.subject.kind, record.subject.id, record.purpose, parseInstant(decidedAt ?? '')?.getTime(), status].join(
          '\n',
        ),
      ),
    decide: (context, records) => new Batch(deps, context, expiryOf).decide(records),
  };
}

/** A decision that is taken. */
interface Chosen {
  subject: ConsentRecord['subject'];
  subjectId: string;
  row: Omit<NewEvent, 'tenantId' | 'eventId' | 'subjectId' | 'subjectKind' | 'evidenceSealed'>;
  evidence: string | undefined;
}

/** The records of one chunk: what they share is looked up once. */
class Batch {
  readonly #deps: ConsentImportDeps;
  readonly #context: Context;
  readonly #expiryOf: ReturnType<typeof lifeOf>;
  readonly #purposes = new Map<string, Promise<string[]>>();
  readonly #shown = new Map<string, Promise<Shown | undefined>>();
  readonly #texts = new Map<string, NoticeTextRow>();

  constructor(deps: ConsentImportDeps, context: Context, expiryOf: ReturnType<typeof lifeOf>) {
    this.#deps = deps;
    this.#context = context;
    this.#expiryOf = expiryOf;
  }

  async decide(records: readonly NewRecord<ConsentRecord>[]): Promise<DecidedRecords> {
    const { vault, suppression } = this.#deps;
    const faults: RecordFault[] = [];
    const chosen: Chosen[] = [];
    const people = new Map<string, { kind: 'visitor' | 'account'; subjectId: string }>();
    const names = records.map(({ record: { subject } }) => `${subject.kind}:${subject.id}`);
    for (const [index, { record }] of records.entries()) {
      const { kind, id } = record.subject;
      const name = names[index] as string;
      if (!people.has(name))
        people.set(name, { kind, subjectId: await vault.subjectId(this.#context.tenant.id, kind, id) });
    }
    const erased = await suppression.erasedAmong(this.#context, [...people.values()]);
    for (const [index, { line, record, fresh }] of records.entries()) {
      const { subjectId } = people.get(names[index] as string) as { subjectId: string };
      const fault = erased.now.has(subjectId)
        ? { pointer: '/subject', detail: 'must not be a person who was erased here on request' }
        : await this.#decideOne(record, subjectId, fresh, chosen);
      if (fault) faults.push({ line, ...fault });
    }
    return { faults, prepare: () => this.#prepare(chosen, erased.meanwhile) };
  }

  /** Decides on one line; pushes what is taken of it, all or nothing. */
  async #decideOne(
    record: ConsentRecord,
    subjectId: string,
    fresh: readonly number[],
    chosen: Chosen[],
  ): Promise<Omit<RecordFault, 'line'> | undefined> {
    const { tenant, clock } = this.#context;
    const view = this.#deps.policies.of(tenant.id);
    const set = view.current();
    const purpose = view.purpose(record.purpose);
    if (!purpose?.consent)
      return { pointer: '/purpose', detail: 'must be a purpose of the policies that rests on consent' };
    const vouchedBy = this.#vouching(record.vouchedBy, set.parties);
    if ('pointer' in vouchedBy) return vouchedBy;
    for (const member of record.decisions ? (['status', 'decidedAt', 'notice'] as const) : [])
      if (record[member] !== undefined)
        return { pointer: `/${member}`, detail: 'must stand in the decisions of a history' };
    const now = clock();
    const taken: Chosen[] = [];
    const placed = decisionsOf(record);
    for (const place of placed.keys()) {
      const { decision, at } = placed[place] as Placed;
      const { status, evidence } = decision;
      if (!status) return { pointer: `${at}/status`, detail: 'is required, or decisions' };
      if (!decision.decidedAt) return { pointer: `${at}/decidedAt`, detail: 'is required, or decisions' };
      const decidedAt = parseInstant(decision.decidedAt) as Date;
      if (decidedAt > latestPast(now)) return { pointer: `${at}/decidedAt`, detail: 'must not lie in the future' };
      if (decidedAt.getTime() < EARLIEST) return { pointer: `${at}/decidedAt`, detail: 'must not lie before 1995' };
      const shown = await this.#shownIn(decision, purpose.id);
      if ('pointer' in shown) return { ...shown, pointer: `${at}${shown.pointer}` };
      if (!fresh.includes(place)) continue;
      taken.push({
        subject: record.subject,
        subjectId,
        evidence: evidence && evidenceOf(evidence, set),
        row: {
          purposeId: purpose.id,
          seq: placeOfImported(decidedAt, status),
          status,
          consentType: purpose.consent.explicit ? 'explicit' : 'expressed',
          purposeVersion: decision.purposeVersion ?? purpose.version,
          noticeId: shown.id,
          noticeMajor: shown.major,
          noticeMinor: shown.minor,
          noticeHash: shown.hash,
          language: shown.language,
          controllers: record.controllers ?? (await this.#controllersOf(purpose)),
          act: decision.act ?? 'not-stated',
          method: decision.method ?? 'not-stated',
          source: 'import',
          jurisdiction: tenant.jurisdiction,
          ageCheck: null,
          parentalMethod: null,
          parentalSealed: null,
          recordedAt: decidedAt,
          importedAt: now,
          vouchedBy,
          expiresAt: this.#expiryOf(status, decidedAt, purpose.consent.duration, tenant.timeZone),
          policyHash: set.hash,
        },
      });
    }
    chosen.push(...taken);
    return undefined;
  }

  #vouching(
    { party, reason }: ConsentRecord['vouchedBy'],
    parties: readonly { id: string; name: string }[],
  ): Vouching | Omit<RecordFault, 'line'> {
    const importer = this.#context.principal.id;
    if (party === undefined)
      return reason === undefined
        ? { pointer: '/vouchedBy', detail: 'must name a party, or say why this is known' }
        : { importer, reason };
    const named = parties.find(({ id }) => id === party);
    if (!named) return { pointer: '/vouchedBy/party', detail: 'must be a party of the register' };
    return { importer, party: { id: named.id, name: named.name }, ...(reason === undefined ? {} : { reason }) };
  }

  #controllersOf({ id }: Purpose): Promise<string[]> {
    const known = this.#purposes.get(id);
    if (known) return known;
    const found = this.#deps.register
      .view(this.#context)
      .then((view) => [
        ...new Set(view.covering({ purpose: id }).flatMap(({ controllers }) => controllers.map(({ name }) => name))),
      ]);
    this.#purposes.set(id, found);
    return found;
  }

  async #shownIn({ notice, status }: ImportedDecision, purposeId: string): Promise<Shown | Omit<RecordFault, 'line'>> {
    if (!notice)
      return status === 'withdrawn'
        ? { ...NOT_STATED, language: this.#context.tenant.language }
        : { pointer: '/notice', detail: 'is required: what the person was shown' };
    const { id, version = '0.0', language, text } = notice;
    if (text !== undefined) {
      if (id !== undefined)
        return { pointer: '/notice/id', detail: 'must be absent beside a text: what has a name here is known here' };
      return this.#textOfThePast(text, version, language);
    }
    if (id === undefined) return { pointer: '/notice/id', detail: 'is required, or text' };
    const name = `${id} ${version} ${language} ${purposeId}`;
    const known = this.#shown.get(name) ?? this.#versionHere(id, version, language);
    this.#shown.set(name, known);
    const shown = await known;
    return (
      shown ?? { pointer: '/notice', detail: 'must be a version and language that was ever in force here, or a text' }
    );
  }

  async #versionHere(id: string, version: string, language: string): Promise<Shown | undefined> {
    const [major, minor] = version.split('.').map(Number) as [number, number];
    const declared = this.#deps.policies.of(this.#context.tenant.id).notice(id, version)?.texts[language];
    const hash =
      declared?.hash ??
      (await textsOf(this.#deps.store, this.#context.tenant.id, id, version)).findLast(
        (row) => row.language === language,
      )?.noticeHash;
    return hash === undefined ? undefined : { id, major, minor, language, hash };
  }

  /** Keeps its text among those that were shown, under a name that no notice of the policies has. */
  #textOfThePast(text: string, version: string, language: string): Shown {
    const { tenant, clock } = this.#context;
    const [major, minor] = version.split('.').map(Number) as [number, number];
    const hash = createHash('sha256').update(text).digest('hex');
    const id = importedNotice(tenant.id);
    this.#texts.set(`${hash} ${version} ${language}`, {
      tenantId: '*',
      noticeHash: hash,
      noticeId: id,
      version,
      language,
      text,
      firstLoadedAt: clock(),
    });
    return { id, major, minor, language, hash };
  }

  async #prepare(
    chosen: readonly Chosen[],
    erasedMeanwhile: (tx: Parameters<typeof insertEvents>[0]) => Promise<Set<string>>,
  ) {
    const { vault, audit } = this.#deps;
    const context = this.#context;
    const tenantId = context.tenant.id;
    const subjects = [...new Set(chosen.map(({ subjectId }) => subjectId))];
    const keys = new Map<string, ScopeKey>();
    const made = await vault.keys(tenantId, subjects.map(subjectScope));
    for (const [index, key] of made.entries()) keys.set(subjects[index] as string, key);
    const rows = chosen.map(({ subject, subjectId, row, evidence }): NewEvent => {
      const eventId = crypto.randomUUID();
      const place = { tenant: tenantId, table: 'consent_events', column: 'evidence_sealed', row: eventId };
      return {
        tenantId,
        eventId,
        subjectId,
        subjectKind: subject.kind,
        ...row,
        evidenceSealed: evidence === undefined ? null : (keys.get(subjectId) as ScopeKey).seal(place, evidence),
      };
    });
    const texts = [...this.#texts.values()];
    return async (tx: Parameters<typeof insertEvents>[0], importId: string) => {
      const erased = await erasedMeanwhile(tx);
      const free = erased.size === 0 ? rows : rows.filter(({ subjectId }) => !erased.has(subjectId));
      await insertNoticeTexts(tx, texts);
      await insertEvents(tx, free);
      if (free.length > 0)
        await audit.add(tx, context, {
          action: 'consent.imported',
          detail: { importId, decisions: free.length, receipts: digestOf(free) },
        });
    };
  }
}

/** What texts that came with decisions of a portal are filed under. */
const importedNotice = (tenantId: string): string => `imported-${tenantId}`.slice(0, 63);

/** The entry of an import names its receipts together: who has them all can make the same digest. */
function digestOf(rows: readonly Pick<NewEvent, 'eventId'>[]): string {
  const digests = rows.map(({ eventId }) => receiptDigest(eventId)).sort();
  return createHash('sha256').update(digests.join('\n')).digest('hex');
}
