import type { Audit } from '../../foundations/audit/audit.ts';
import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { accountOf } from '../../foundations/vault/account.ts';
import type { ScopeKey, SubjectKind, Vault } from '../../foundations/vault/vault.ts';
import { endOfPeriod, localDay } from '../../law/duration.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { Admission, AdmissionInput } from './model.ts';
import { deleteExpired, deleteTokensOf, putToken, standingTokens } from './table.ts';

export interface SuppressionDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
}

/** By what a person may be recognised: pseudonyms, never the id or the address themselves. */
export interface KnownBy {
  account?: string | undefined;
  /** Blind index of the e-mail address. */
  email?: string | null | undefined;
  /** Visitors that were linked to the account. */
  visitors?: readonly string[] | undefined;
}

export interface SuppressionToken {
  kind: 'account' | 'email' | 'visitor';
  token: string;
}

/** What an erasure leaves behind to keep the person out. */
export interface SuppressionOrder {
  tokens: SuppressionToken[];
  /** RFC 3339. */
  expiresAt: string;
}

/** A day that stands for: until the erasure that waits for a hold is through. */
const UNTIL_IT_IS_THROUGH = new Date('9999-12-31T00:00:00Z');
const SCOPE = 'suppression';
/** How long an erased person is kept out when the policies do not say. */
const DEFAULT_PERIOD = 'P1Y';

/**
 * Keeps an erased person erased: an import or a synchronisation of the platform's users must not silently bring back
 * whom it was asked to forget (GDPR Art. 17, Art. 5(2)). What is kept for it are keyed hashes, for as long as the
 * policies say.
 */
export function createSuppression({ store, audit, vault, policies }: SuppressionDeps) {
  const tokensOf = async (tenantId: string, who: KnownBy) => tokensUnder(await vault.key(tenantId, SCOPE), who);

  const periodOf = ({ tenant }: Context) =>
    policies.of(tenant.id).current().installation.erasure?.suppression ?? DEFAULT_PERIOD;
  const waits = ({ expiresAt }: { expiresAt: Date }) => expiresAt >= UNTIL_IT_IS_THROUGH;

  const standing = (q: Query, context: Context, tokens: SuppressionToken[]) =>
    standingTokens(
      q,
      context.tenant.id,
      tokens.map(({ token }) => token),
      context.clock(),
    );

  async function refuse(q: Query, context: Context, tokens: SuppressionToken[]): Promise<void> {
    const [found] = await standing(q, context, tokens);
    if (!found) return;
    const day = localDay(found.createdAt, context.tenant.timeZone);
    throw new Problem(
      'erased-subject',
      `The person of this ${found.kind === 'account' ? 'account' : 'e-mail address'} was erased on request on ${day}. Nothing was written. ` +
        'Take the person out of what you send; if they truly come back, admit them first (POST /v1/subjects/{id}/admission).',
    );
  }

  async function stateOf(q: Query, context: Context, tokens: SuppressionToken[]): Promise<Admission> {
    const [found] = await standing(q, context, tokens);
    return {
      suppressed: found !== undefined,
      erasedAt: found?.createdAt.toISOString() ?? null,
      until: found && !waits(found) ? found.expiresAt.toISOString() : null,
    };
  }

  /**
   * Of several people, by whatever the caller calls them, those who were erased: asked before anything is prepared, and
   * again inside the transaction that writes.
   */
  async function keptOut<Name>(
    context: Context,
    people: ReadonlyMap<Name, KnownBy>,
  ): Promise<{ now: Set<Name>; meanwhile: (tx: Query) => Promise<Set<Name>> }> {
    const among =
      people.size === 0
        ? async () => new Set<Name>()
        : amongTokens(context, await vault.key(context.tenant.id, SCOPE), people);
    return { now: await store.read(among), meanwhile: among };
  }

  function amongTokens<Name>(context: Context, key: ScopeKey, people: ReadonlyMap<Name, KnownBy>) {
    const byToken = new Map<string, Name[]>();
    for (const [name, who] of people)
      for (const { token } of tokensUnder(key, who)) byToken.set(token, [...(byToken.get(token) ?? []), name]);
    return async (q: Query): Promise<Set<Name>> => {
      const found = await standingTokens(q, context.tenant.id, [...byToken.keys()], context.clock());
      return new Set(found.flatMap(({ token }) => byToken.get(token) ?? []));
    };
  }

  return {
    /**
     * Refuses at once what would bring back an erased person, and answers what must be called again inside the
     * (serializable) transaction that creates: an erasure may come in between.
     * @throws Problem `erased-subject`
     */
    async guard(context: Context, who: KnownBy): Promise<(tx: Query) => Promise<void>> {
      const tokens = await tokensOf(context.tenant.id, who);
      await store.read((q) => refuse(q, context, tokens));
      return (tx) => refuse(tx, context, tokens);
    },

    /**
     * Of these visitors, those whose account was erased: what their browser is seen doing is nobody's any more. Asked
     * before anything is prepared, and again inside the transaction that writes.
     */
    async erasedVisitors(
      context: Context,
      visitors: readonly string[],
    ): Promise<{ now: Set<string>; meanwhile: (tx: Query) => Promise<Set<string>> }> {
      return keptOut(context, new Map(visitors.map((visitor) => [visitor, { visitors: [visitor] }])));
    },

    keptOut,

    /** The same of accounts and visitors by their pseudonyms. */
    erasedAmong: (context: Context, people: readonly { kind: SubjectKind; subjectId: string }[]) =>
      keptOut(
        context,
        new Map(
          people.map(({ kind, subjectId }): [string, KnownBy] => [
            subjectId,
            kind === 'account' ? { account: subjectId } : { visitors: [subjectId] },
          ]),
        ),
      ),

    /** The same for whoever only looks: where no key was made yet, nobody was erased. */
    async erasedNow<Name>(context: Context, people: ReadonlyMap<Name, KnownBy>): Promise<Set<Name>> {
      const key = await vault.existingKey(context.tenant.id, SCOPE);
      return key ? store.read(amongTokens(context, key, people)) : new Set();
    },

    /**
     * While a hold keeps something back of an erasure its person is kept out however long that takes: what came in
     * meanwhile would go with the rest. Once it is through, the period begins.
     */
    async renew(
      tx: Query,
      context: Context,
      erasureId: string,
      { tokens }: SuppressionOrder,
      createdAt: Date,
      waits: boolean,
    ): Promise<void> {
      const expiresAt = waits
        ? UNTIL_IT_IS_THROUGH
        : endOfPeriod(context.clock(), periodOf(context), context.tenant.timeZone);
      for (const { kind, token } of tokens)
        await putToken(tx, { tenantId: context.tenant.id, token, kind, erasureId, createdAt, expiresAt });
    },

    /** What is to keep a person out after an erasure that begins now. */
    async orderFor(context: Context): Promise<(who: KnownBy) => SuppressionOrder> {
      const key = await vault.key(context.tenant.id, SCOPE);
      const expiresAt = endOfPeriod(context.clock(), periodOf(context), context.tenant.timeZone).toISOString();
      return (who) => ({ expiresAt, tokens: tokensUnder(key, who) });
    },

    /** Keeps the person of an erasure out from now on, in the transaction of the erasure. */
    async place(
      tx: Query,
      context: Context,
      erasureId: string,
      order: SuppressionOrder,
      createdAt: Date,
    ): Promise<void> {
      const expiresAt = new Date(order.expiresAt);
      if (expiresAt <= context.clock()) return;
      for (const { kind, token } of order.tokens)
        await putToken(tx, { tenantId: context.tenant.id, token, kind, erasureId, createdAt, expiresAt });
    },

    /** Whether an account is kept out, for the person who asks and for whoever is about to admit them. */
    async state(context: Context, id: string): Promise<Admission> {
      const { subjectId } = await accountOf(vault, context.tenant.id, id);
      showing(context, subjectId);
      const tokens = await tokensOf(context.tenant.id, { account: subjectId });
      return store.read((q) => stateOf(q, context, tokens));
    },

    /**
     * Lets an erased person in again: an act of its own, logged. Repeating it changes nothing. `emailIndex` is the blind
     * index of an address to admit as well.
     */
    async admit(
      context: Context,
      id: string,
      { reason }: Pick<AdmissionInput, 'reason'>,
      emailIndex: string | undefined,
    ): Promise<Admission> {
      const { subjectId } = await accountOf(vault, context.tenant.id, id);
      const tokens = await tokensOf(context.tenant.id, { account: subjectId, email: emailIndex });
      return writeOnce(store, context, async (tx) => {
        const found = await standing(tx, context, tokens);
        if (found.some(waits))
          throw new Problem(
            'conflict',
            'A hold still keeps back something of this person’s erasure, and what they bring now would go with it. ' +
              'Release the hold first: POST /v1/holds/{holdId}/release.',
            { members: { missing: ['the hold must end'], calls: ['POST /v1/holds/{holdId}/release'] } },
          );
        const erasures = [...new Set(found.map(({ erasureId }) => erasureId))];
        if ((await deleteTokensOf(tx, context.tenant.id, erasures)) > 0)
          await audit.add(tx, context, {
            action: 'subject.admitted',
            detail: { reason, erasures },
          });
        return stateOf(tx, context, tokens);
      });
    },

    /** Forgets tokens whose time is over. */
    forgetExpired: (now: Date): Promise<number> => store.write((tx) => deleteExpired(tx, now)),
  };
}

function tokensUnder(key: ScopeKey, { account, email, visitors = [] }: KnownBy): SuppressionToken[] {
  return [
    ...visitors.map((visitor) => ({ kind: 'visitor' as const, token: key.index('visitor', visitor) })),
    ...(account === undefined ? [] : [{ kind: 'account' as const, token: key.index('account', account) }]),
    ...(email ? [{ kind: 'email' as const, token: key.index('email', email) }] : []),
  ];
}

export type SuppressionService = ReturnType<typeof createSuppression>;
