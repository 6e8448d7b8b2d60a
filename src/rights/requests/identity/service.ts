import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Context } from '../../../foundations/contract/context.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import type { OutboxService } from '../../../foundations/outbox/service.ts';
import type { Query, Store } from '../../../foundations/store/store.ts';
import { uuidv7 } from '../../../foundations/store/uuid.ts';
import type { Vault } from '../../../foundations/vault/vault.ts';
import { mailLetter } from '../letters/mail-letter.ts';
import type { Facts } from '../letters/model.ts';
import type { RequestLetterService } from '../letters/service.ts';
import type { Language } from '../types.ts';
import { createClosing, scopeOf } from './closing.ts';
import { createDocuments, type DocumentDeps } from './documents.ts';
import type { CheckOutcome, IdentityChecks, PreparedCheck } from './model.ts';
import { type CheckRow, checksOf, documentsOf, insertCheck, moveCheck, replaceOpen, requestOf } from './table.ts';

const DAY = 86_400_000;
/** Days a code counts: long enough that nobody loses their right by a holiday. */
const CODE_DAYS = 7;
/** Days copies wait for a decision; they are destroyed then. */
const DOCUMENT_DAYS = 30;
const MOST_TRIES = 5;

/**
 * Methods as stored: whose address a code went to, and how the platform knew, are part of what a check proves. Whether an
 * account has the address is not written down before the code has come back.
 */
const STORED = {
  'email-code': { method: 'email-code', knownAddress: null, authentication: null },
  'email-code-unknown': { method: 'email-code', knownAddress: false, authentication: null },
  'email-code-known': { method: 'email-code', knownAddress: true, authentication: null },
  'platform-session': { method: 'platform', knownAddress: null, authentication: 'session' },
  'platform-re-authentication': { method: 'platform', knownAddress: null, authentication: 're-authentication' },
  documents: { method: 'documents', knownAddress: null, authentication: null },
  known: { method: 'known', knownAddress: null, authentication: null },
} as const;
type Stored = keyof typeof STORED;

/** The platform's statement: who is signed in, or has shown it again at an instant. */
export interface Assertion {
  by: 'session' | 're-authentication';
  at: Date;
}

export interface IdentityDeps extends Omit<DocumentDeps, 'keptUntil'> {
  store: Store;
  vault: Vault;
  outbox: Pick<OutboxService, 'prepare' | 'add'>;
  letters: Pick<RequestLetterService, 'make'>;
}

/**
 * Checks of who somebody is, where there is reasonable doubt (GDPR Art. 12(6)). Everything is prepared first and written
 * in the transaction of the event that tells of it.
 */
export function createIdentity({ store, audit, vault, outbox, letters, answered }: IdentityDeps) {
  const closing = createClosing({ store, audit, vault });
  const keptUntil = (from: Date) => new Date(from.getTime() + DOCUMENT_DAYS * DAY);
  const documents = createDocuments({ store, audit, vault, keptUntil, answered });

  /** A new check of a request; one that was open is over with it. */
  async function begin(
    context: Context,
    requestId: string,
    stored: Stored,
    over: Partial<CheckRow> & { checkId?: string } = {},
    also: (tx: Query) => Promise<void> = async () => undefined,
  ): Promise<PreparedCheck> {
    const tenantId = context.tenant.id;
    const now = context.clock();
    const checkId = over.checkId ?? uuidv7(now);
    const { method, knownAddress } = STORED[stored];
    if (method === 'documents') await vault.key(tenantId, scopeOf(checkId));
    let replaced: string[] = [];
    return {
      checkId,
      knownAddress,
      letter: null,
      // Who is known without a check is recorded as such by the event.
      method: method === 'known' ? 'documents' : method,
      async write(tx) {
        const ended = { status: 'replaced', codeHash: null, decidedAt: now, decidedBy: context.principal.id };
        replaced = await replaceOpen(tx, tenantId, requestId, ended);
        await closing.destroyIn(tx, context, requestId, replaced, 'replaced');
        await insertCheck(tx, {
          tenantId,
          requestId,
          method: stored,
          status: 'open',
          codeHash: null,
          tries: 0,
          askedAt: now,
          expiresAt: null,
          decidedAt: null,
          decidedBy: null,
          ...over,
          checkId,
        });
        await also(tx);
      },
      settle: () => closing.settle(context, replaced),
    };
  }

  const newest = async ({ tenant }: Context, requestId: string, method?: string) =>
    (await store.read((q) => checksOf(q, tenant.id, requestId))).find(
      (row) => row.status === 'open' && (method === undefined || STORED[row.method as Stored]?.method === method),
    );

  const outcome = (
    context: Context,
    check: Pick<CheckRow, 'checkId' | 'method'>,
    what: CheckOutcome['outcome'],
    write: (tx: Query) => Promise<void>,
  ): CheckOutcome => ({
    checkId: check.checkId,
    outcome: what,
    write,
    knownAddress: STORED[check.method as Stored]?.knownAddress ?? null,
    settle: () => (what === 'wrong' ? Promise.resolve() : closing.settle(context, [check.checkId])),
  });

  const checks = {
    /** A code of eight digits to an address (`codeAddress` says which), with as little else as it takes. */
    async askByCode(
      context: Context,
      about: { requestId: string; address: string; language: Language; facts: Facts },
    ): Promise<PreparedCheck> {
      const { requestId, address, language, facts } = about;
      const now = context.clock();
      const checkId = uuidv7(now);
      const expiresAt = new Date(now.getTime() + CODE_DAYS * DAY);
      const digits = randomInt(0, 100_000_000).toString().padStart(8, '0');
      const key = await vault.key(context.tenant.id, scopeOf(checkId));
      const letterWith = (code: string) =>
        letters.make(context, 'identity-asked', { ...facts, code, validUntil: expiresAt.toISOString() }, language);
      const mail = await letterWith(`${digits.slice(0, 4)} ${digits.slice(4)}`);
      const { messageId, add } = await mailLetter(outbox, context, address, mail);
      const codeHash = key.index('code', digits);
      const prepared = await begin(context, requestId, 'email-code', { checkId, codeHash, expiresAt }, add);
      // What is kept with the request has no code in it.
      return { ...prepared, letter: { ...(await letterWith('**** ****')), messageId } };
    },

    async askForDocuments(context: Context, { requestId }: { requestId: string }): Promise<PreparedCheck> {
      return begin(context, requestId, 'documents', { expiresAt: keptUntil(context.clock()) });
    },

    /** The platform's server says who it is; that is recorded as its statement. @throws Problem for another role. */
    async assertedByPlatform(
      context: Context,
      { requestId, how }: { requestId: string; how?: Assertion },
    ): Promise<PreparedCheck> {
      if (context.principal.role !== 'platform')
        throw new Problem('forbidden', 'Only the server of the platform can say who is signed in there.');
      const now = context.clock();
      const askedAt = how?.at ?? now;
      if (askedAt > now) throw new Problem('unprocessable-request', 'Nobody was authenticated in the future.');
      const stored = how?.by === 're-authentication' ? 'platform-re-authentication' : 'platform-session';
      const decided = { status: 'confirmed', askedAt, decidedAt: now, decidedBy: context.principal.id };
      return begin(context, requestId, stored, decided);
    },

    /**
     * One try. Where nothing was asked, or is over, the answer is the same as for a wrong code. `write` must be committed
     * for every outcome: it counts the try, and refuses a second one at the same time (`conflict`). `isKnown`: whether the
     * code went to an account's address; asked once the code is right, and not before.
     */
    async tryCode(
      context: Context,
      { requestId, code, isKnown }: { requestId: string; code: string; isKnown(): Promise<boolean> },
    ): Promise<CheckOutcome> {
      const check = await newest(context, requestId, 'email-code');
      const key = check && (await vault.existingKey(context.tenant.id, scopeOf(check.checkId)));
      const given = key?.index('code', code.replaceAll(/[\s-]/g, ''));
      const right = same(given ?? '', check?.codeHash ?? 'none');
      if (!check) return outcome(context, { checkId: '', method: '' }, 'wrong', async () => undefined);
      if (check.expiresAt && check.expiresAt <= context.clock())
        return outcome(context, check, 'expired', (tx) => closing.closeIn(tx, context, check, 'expired'));
      const tries = check.tries + 1;
      if (right) {
        const method: Stored = (await isKnown()) ? 'email-code-known' : 'email-code-unknown';
        return outcome(context, { ...check, method }, 'confirmed', (tx) =>
          closing.closeIn(tx, context, check, 'confirmed', { tries, method }),
        );
      }
      if (tries >= MOST_TRIES)
        return outcome(context, check, 'exhausted', (tx) =>
          closing.closeIn(tx, context, check, 'exhausted', { tries }),
        );
      return outcome(context, check, 'wrong', async (tx) => {
        if (!(await moveCheck(tx, check, { tries })))
          throw new Problem('conflict', 'This check has just been used or decided. Look at it again.');
      });
    },

    /** For the transaction that names somebody else: a code that is under way is none of theirs. */
    async revokeCode(context: Context, requestId: string): Promise<((tx: Query) => Promise<void>) | undefined> {
      const check = await newest(context, requestId, 'email-code');
      return check && ((tx) => closing.closeIn(tx, context, check, 'replaced'));
    },

    /** An officer decides; copies go with it, only the outcome stays (REQ-A17). */
    async decide(
      context: Context,
      { requestId, confirmed }: { requestId: string; confirmed: boolean },
    ): Promise<CheckOutcome> {
      const status = confirmed ? 'confirmed' : 'failed';
      const check = await newest(context, requestId);
      // A code that has not come back confirms nothing: the officer has recognised the person otherwise.
      const otherwise = confirmed && STORED[check?.method as Stored]?.method === 'email-code';
      if (check && !otherwise)
        return outcome(context, check, status, (tx) => closing.closeIn(tx, context, check, status));
      const decided = { status, decidedAt: context.clock(), decidedBy: context.principal.id };
      const prepared = await begin(context, requestId, 'known', decided);
      return outcome(context, { checkId: prepared.checkId, method: 'known' }, status, prepared.write);
    },
  };

  return {
    ...checks,
    documents,
    sweep: closing.sweep,

    /** Checks of a request, newest first, without codes and contents. @throws Problem `not-found`. */
    async list({ tenant }: Context, requestId: string): Promise<IdentityChecks> {
      const [request, rows, copies] = await store.read((q) =>
        Promise.all([
          requestOf(q, tenant.id, requestId),
          checksOf(q, tenant.id, requestId),
          documentsOf(q, tenant.id, requestId),
        ]),
      );
      if (!request) throw new Problem('not-found', 'There is no such request here.');
      return {
        items: rows.map(({ checkId, method, status, tries, askedAt, expiresAt, decidedAt, decidedBy }) => ({
          checkId,
          ...STORED[method as Stored],
          status: status as 'open',
          tries,
          decidedBy,
          askedAt: askedAt.toISOString(),
          expiresAt: expiresAt?.toISOString() ?? null,
          decidedAt: decidedAt?.toISOString() ?? null,
          documents: copies
            .filter((copy) => copy.checkId === checkId)
            .map((copy) => ({
              ...copy,
              mediaType: copy.mediaType as 'image/png',
              receivedAt: copy.receivedAt.toISOString(),
            })),
        })),
      };
    },
  };
}

export type IdentityService = ReturnType<typeof createIdentity>;

/** In the same time, however much of it agrees. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
