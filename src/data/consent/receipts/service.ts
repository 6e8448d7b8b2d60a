import { showing } from '../../../foundations/audit/reading.ts';
import { indexesOf } from '../../../foundations/audit/subject-index.ts';
import { entriesAfter } from '../../../foundations/audit/table.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import type { KeySet, Signer } from '../../../foundations/signing/signer.ts';
import type { Store } from '../../../foundations/store/store.ts';
import { type Commitment, subjectScope, type Vault } from '../../../foundations/vault/vault.ts';
import { type ConsentStatus, permitsProcessing } from '../../../law/consent-status.ts';
import { senderOf } from '../../../register/view/letterhead.ts';
import type { Register } from '../../../register/view/service.ts';
import { currentStatus } from '../decision.ts';
import type { ConsentService } from '../service.ts';
import { type EventRow, findEvent } from '../table.ts';
import { receiptDigest } from '../views.ts';
import { factsOf, type ReceiptFacts } from './facts.ts';
import { isoReceipt } from './iso27560.ts';
import { kantaraReceipt } from './kantara.ts';
import { noticeTextOf, textsOf } from './notice-texts.ts';
import { renderNotice, renderReceipt } from './printed-page.ts';

export interface ReceiptDeps {
  store: Store;
  vault: Vault;
  register: Pick<Register, 'viewOfEvent'>;
  signer: Signer;
  consent: Pick<ConsentService, 'withdraw' | 'standing'>;
  merkleLog: {
    proofOf(tenantId: string, entryId: string): Promise<string | undefined>;
    entryAt(tenantId: string, entryId: string): Promise<string | undefined>;
  };
  /** Under which tenant's rules the holder of a receipt acts; undefined when there is no such tenant. */
  contextFor(tenantId: string): Promise<Context | undefined>;
  publicUrl: string | undefined;
}

/** Entries about one person that are looked through for the one about a receipt. */
const ENTRIES = 500;

/** What ends by itself is written down by a job, and what is imported by an import: one entry for many events. */
const hasNoEntry = ({ source }: EventRow) => source === 'job' || source === 'import';

/** When it came to be known here: of what was imported the register of that instant is what is known. */
const knownSince = ({ importedAt, recordedAt }: EventRow) => importedAt ?? recordedAt;

/**
 * The receipt of a decision on consent: made anew from the event each time it is asked for, by its id alone (REQ-C07).
 * The id is 122 random bits; whoever has it is the holder.
 */
export function createReceipts(deps: ReceiptDeps) {
  const { store, vault, register, signer, consent, merkleLog, contextFor } = deps;
  const base = deps.publicUrl ?? '';

  const absent = () => new Problem('not-found', 'There is no receipt of this number, or what it was about is erased.');

  async function found(tenantId: string, receiptId: string): Promise<{ context: Context; event: EventRow }> {
    // Both are looked up whatever the other says: the time an answer takes tells nobody which of them is unknown.
    const [context, event] = await Promise.all([
      contextFor(tenantId),
      store.read((q) => findEvent(q, tenantId, receiptId)),
    ]);
    // Events may outlive the person's key, under a ground of Art. 17(3); whose they were is then nobody's to show.
    if (!context || !event || !(await vault.existingKey(tenantId, subjectScope(event.subjectId)))) throw absent();
    return { context, event };
  }

  /** The audit entry of a decision: the one that names its receipt's digest. */
  async function entryOf(event: EventRow, commitment: Commitment): Promise<string | undefined> {
    const digest = receiptDigest(event.eventId);
    const filter = { action: 'consent', subject: indexesOf(commitment, 'consent') };
    for (let after: string | undefined; ; ) {
      const page = await store.read((q) => entriesAfter(q, event.tenantId, filter, after, ENTRIES));
      const entry = page.find(({ detail }) => detail['receipt'] === digest);
      if (entry) return entry.entryId;
      if (page.length < ENTRIES) return undefined;
      after = page.at(-1)?.entryId;
    }
  }

  async function proofOf(event: EventRow): Promise<{ proof?: string; entry?: string }> {
    if (hasNoEntry(event)) return {};
    const entryId = await entryOf(event, await vault.commitment(event.tenantId, event.subjectId));
    if (!entryId) return {};
    const proof = await merkleLog.proofOf(event.tenantId, entryId);
    const entry = await merkleLog.entryAt(event.tenantId, entryId);
    return proof === undefined || entry === undefined ? {} : { proof, entry };
  }

  async function factsFor(context: Context, event: EventRow): Promise<ReceiptFacts> {
    // Another name in each receipt: two of them in one hand do not say that they are of one person.
    const principal = (await vault.commitment(event.tenantId, event.subjectId)).subjectOf(event.eventId);
    return factsOf(event, await register.viewOfEvent(context, knownSince(event)), principal, base);
  }

  async function standingOf(context: Context, event: EventRow) {
    const latest = await consent.standing(context, event);
    const status: ConsentStatus = currentStatus(latest, context.clock());
    return {
      status,
      permitsProcessing: permitsProcessing(status),
      newest: (latest?.eventId ?? event.eventId) === event.eventId,
    };
  }

  async function signed(facts: ReceiptFacts) {
    const forms = { kantara: kantaraReceipt(facts), iso27560: isoReceipt(facts) };
    return { ...forms, jws: await signer.sign(forms, 'consent-receipt+jws') };
  }

  return {
    /** Everything there is of a receipt: both forms, the signature over both, and its proof once it is in the log. */
    async bundle(tenantId: string, receiptId: string, reader?: Context) {
      const { context, event } = await found(tenantId, receiptId);
      if (reader) showing(reader, event.subjectId);
      const facts = await factsFor(context, event);
      const { proof, entry } = await proofOf(event);
      return {
        receiptId,
        ...(await signed(facts)),
        keySet: { ...(await signer.keySet()) },
        proof: proof ?? null,
        entry: entry ?? null,
      };
    },

    /** The signed text alone, for who takes all of them along; undefined where whose it was is forgotten. */
    async signedText(tenantId: string, receiptId: string): Promise<string | undefined> {
      try {
        const { context, event } = await found(tenantId, receiptId);
        return (await signed(await factsFor(context, event))).jws;
      } catch (error) {
        if (error instanceof Problem && error.type === 'not-found') return undefined;
        throw error;
      }
    },

    async page(tenantId: string, receiptId: string): Promise<string> {
      const { context, event } = await found(tenantId, receiptId);
      const [facts, now, { proof }, { keys }] = await Promise.all([
        factsFor(context, event),
        standingOf(context, event),
        proofOf(event),
        signer.keySet(),
      ]);
      const index = /^index (\d+)$/m.exec(proof ?? '')?.[1];
      const proven = { keyId: keys[0]?.kid ?? '', index: index === undefined ? undefined : Number(index) };
      const sender = senderOf(await register.viewOfEvent(context, knownSince(event)));
      return renderReceipt(facts, now, proven, sender);
    },

    /** @throws Problem `conflict` while the decision has no place in the signed log. */
    async proof(tenantId: string, receiptId: string): Promise<string> {
      const { event } = await found(tenantId, receiptId);
      const { proof } = await proofOf(event);
      if (hasNoEntry(event))
        throw new Problem(
          'not-found',
          event.source === 'import'
            ? 'This decision was imported: the log has one entry for all that came with it.'
            : 'Nobody decided here, time passed: the log has one entry for all of that day.',
        );
      if (proof === undefined)
        throw new Problem('conflict', 'The decision has no place in a signed log yet. Try again in a second.', {
          headers: { 'Retry-After': '1' },
        });
      return proof;
    },

    /**
     * Takes the agreement back for whoever holds a receipt of it, with no more than the receipt (GDPR Art. 7(3),
     * REQ-C05). Where nothing is agreed to any more, what stands is answered. Answers the receipt that tells of it.
     */
    async withdraw(tenantId: string, receiptId: string): Promise<{ receiptId: string; status: string }> {
      const { context, event } = await found(tenantId, receiptId);
      const stands = await consent.withdraw(context, event);
      if (!stands) throw absent();
      return { receiptId: stands.eventId, status: stands.status };
    },

    /**
     * Every text ever shown under one version of a notice, in one language or all. A version is meant to have one text
     * a language; where it was changed in place there are several, and a decision names its own by the hash.
     * @throws Problem `not-found`
     */
    async versionTexts({ tenant }: Context, noticeId: string, version: string, language: string | undefined) {
      const rows = await textsOf(store, tenant.id, noticeId, version);
      const texts = rows.filter((row) => language === undefined || row.language === language);
      if (texts.length === 0) throw new Problem('not-found', 'No such version of a notice was ever shown.');
      return {
        id: noticeId,
        version,
        texts: texts.map(({ language: in_, noticeHash: hash, text, firstLoadedAt }) => ({
          language: in_,
          hash,
          text,
          firstLoadedAt: firstLoadedAt.toISOString(),
          page: `${base}/notices/${hash}`,
        })),
      };
    },

    /** A text as somebody was shown it, by its hash. @throws Problem `not-found` */
    async noticePage(hash: string): Promise<string> {
      const row = await noticeTextOf(store, hash);
      if (!row) throw new Problem('not-found', 'No text of this hash was ever shown.');
      const { noticeId: id, version, language, text } = row;
      return renderNotice({ id, version, language, hash, text });
    },

    /** Whom a receipt is about, as a pseudonym, for a request of its holder (Art. 11(2)); undefined: there is none. */
    async subjectOf({ tenant }: Context, receiptId: string): Promise<string | undefined> {
      const event = await store.read((q) => findEvent(q, tenant.id, receiptId));
      return event && (await vault.existingKey(tenant.id, subjectScope(event.subjectId))) ? event.subjectId : undefined;
    },

    keySet: (): Promise<KeySet> => signer.keySet(),
  };
}

export type ReceiptService = ReturnType<typeof createReceipts>;
