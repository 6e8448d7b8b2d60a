import type { Audit } from '../audit/audit.ts';
import type { Context } from '../contract/context.ts';
import type { Problem } from '../contract/problem.ts';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';
import type { Place } from '../vault/envelope.ts';
import type { Commitment, ScopeKey } from '../vault/vault.ts';

/** What is recorded with every event. */
interface Recorded {
  /** Its number in the stream, from 1. */
  seq: number;
  /** When what it tells of happened; the same as `recordedAt` where nothing else is said. */
  occurredAt: Date;
  recordedAt: Date;
  recordedBy: string;
  policyHash: string;
}

/** Events of a stream as they were recorded; `Data` has what is told of each kind. */
export type RecordedEvent<Data> = { [K in keyof Data]: Recorded & { kind: K; data: Data[K] } }[keyof Data];
/** Events that are to be recorded. */
export type NewEvent<Data> = { [K in keyof Data]: { kind: K; data: Data[K]; occurredAt?: Date } }[keyof Data];

/** An event as it is stored: what is codes and numbers in the clear, words sealed beside it. */
export interface StoredEvent extends Recorded {
  tenantId: string;
  kind: string;
  facts: Record<string, unknown>;
}

export interface SealedEventsOptions {
  /** What the log calls the stream: `breach` gives `breach.reported`. */
  name: string;
  /** Members that people write in words: they may name somebody, and are kept sealed. */
  inWords: readonly string[];
  placeOf(tables: Tables, tenantId: string, streamId: string, seq: number): Place;
  /** False when somebody else has recorded something under that number. */
  insert(tx: Query, streamId: string, event: StoredEvent, wordsSealed: Buffer | null): Promise<boolean>;
  /** What the second of two is told who record at once. */
  overtaken(): Problem;
}

/**
 * A stream of events that is only ever appended to: numbered without a gap, words sealed under a key of their own, each
 * with its entry in the log, all in the caller's transaction. Which kinds there are, which tables they are in, and what
 * the log is told of them is the domain's.
 */
export function createSealedEvents<Data extends object>(options: SealedEventsOptions) {
  const { name, placeOf, insert, overtaken } = options;
  const inWords = new Set(options.inWords);

  /** Takes apart what is sealed and what is codes and numbers; a member that is undefined is neither. */
  function takeApart(data: object): { facts: Record<string, unknown>; words: Record<string, unknown> } {
    const facts: Record<string, unknown> = {};
    const words: Record<string, unknown> = {};
    for (const [member, value] of Object.entries(data))
      if (value !== undefined) (inWords.has(member) ? words : facts)[member] = value;
    return { facts, words };
  }

  return {
    takeApart,

    /** Events just as they will be read back, numbered on from the last of their stream; nothing is written yet. */
    next(
      { clock, principal }: Context,
      lastSeq: number,
      events: readonly NewEvent<Data>[],
      policyHash: string,
    ): RecordedEvent<Data>[] {
      const recordedAt = clock();
      const recordedBy = principal.id;
      return events.map(({ kind, data, occurredAt = recordedAt }, n) => {
        const plain: Data[keyof Data] = JSON.parse(JSON.stringify(data));
        return { seq: lastSeq + n + 1, kind, data: plain, occurredAt, recordedAt, recordedBy, policyHash };
      });
    },

    /**
     * Writes events that come next, each with its entry in the log.
     * @throws what `overtaken` makes, when somebody was faster.
     */
    async append(
      tx: Query,
      context: Context,
      key: ScopeKey,
      streamId: string,
      events: readonly RecordedEvent<Data>[],
      log: { audit: Audit; subject?: Commitment; detailOf(event: RecordedEvent<Data>): Record<string, unknown> },
    ): Promise<void> {
      const tenantId = context.tenant.id;
      for (const event of events) {
        const { seq, data, policyHash } = event;
        const kind = String(event.kind);
        const { facts, words } = takeApart(data as object);
        const { occurredAt, recordedAt, recordedBy } = event;
        const stored = { tenantId, seq, kind, occurredAt, recordedAt, recordedBy, policyHash, facts };
        const nothingSaid = Object.keys(words).length === 0;
        const place = placeOf(tx.tables, tenantId, streamId, seq);
        const sealed = nothingSaid ? null : key.seal(place, JSON.stringify(words));
        if (!(await insert(tx, streamId, stored, sealed))) throw overtaken();
        await log.audit.add(tx, context, {
          action: `${name}.${kind}`,
          subject: log.subject,
          policyHash,
          detail: log.detailOf(event),
        });
      }
    },

    /** An event as it was recorded; of one whose seal does not open the words are missing. */
    open(
      key: ScopeKey | undefined,
      tables: Tables,
      streamId: string,
      stored: StoredEvent,
      wordsSealed: Buffer | null | undefined,
    ): RecordedEvent<Data> {
      const { tenantId, seq, kind, facts, occurredAt, recordedAt, recordedBy, policyHash } = stored;
      const text = wordsSealed && key?.open(placeOf(tables, tenantId, streamId, seq), wordsSealed);
      const data = { ...facts, ...(text ? JSON.parse(text) : {}) };
      return {
        seq,
        kind: kind as keyof Data,
        data,
        occurredAt,
        recordedAt,
        recordedBy,
        policyHash,
      };
    },
  };
}
