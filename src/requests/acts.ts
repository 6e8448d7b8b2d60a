import type { Static, TSchema } from 'typebox';
import { alone, type Context } from '../context.ts';
import { invalidField, Problem } from '../problem.ts';
import type { Store } from '../store/store.ts';
import { parseSubjectRef, subjectOf } from '../vault/subjects.ts';
import type { Vault } from '../vault/vault.ts';
import type { NewEvent, SubjectBy } from './events.ts';
import type { Fulfilments } from './fulfil.ts';
import type { FulfilmentPorts } from './fulfilment/fulfilment.ts';
import { composed, factsOf } from './letters.ts';
import type * as model from './model.ts';
import type { IdentityPort, LetterKind, LetterPort, MailPort, PeoplePort } from './ports.ts';
import { type Act, type File, illegal, type RequestRecords } from './records.ts';
import { STRIKABLE } from './replay.ts';
import {
  checkAbuse,
  checkExtension,
  checkFee,
  checkIdentity,
  checkOutcome,
  checkRestriction,
  checkSecondPerson,
  momentOf,
} from './rules.ts';
import { legalEvents } from './states.ts';
import { likeThese } from './table.ts';
import { checkReceipt } from './timing.ts';

export interface ActDeps {
  store: Store;
  vault: Vault;
  records: RequestRecords;
  fulfilments: Fulfilments;
  letters?: LetterPort | undefined;
  mail?: MailPort | undefined;
  identity?: IdentityPort | undefined;
  ports: FulfilmentPorts;
  people: PeoplePort;
}

type Input<K extends keyof typeof model> = (typeof model)[K] extends TSchema ? Static<(typeof model)[K]> : never;

/** What of the person would identify a visitor (Art. 11(2), 12(2); REQ-A12). */
const WOULD_IDENTIFY = ['consent-receipt', 'visitor-id', 'time-and-address'];
const EVER = new Date(0);

/** Everything that officers do to a request; each is one event, with the letter that tells of it. */
export function createActs(deps: ActDeps) {
  const { store, vault, records, fulfilments, people } = deps;

  const letter = (context: Context, file: File, kind: LetterKind, said: Parameters<typeof composed>[4]) =>
    composed(deps, context, file, kind, said);

  /** Loads, decides, appends, and lets protection be what the new state wants. */
  async function acting(
    context: Context,
    requestId: string,
    decide: (file: File, now: Date) => Promise<Act> | Act,
  ): Promise<File> {
    const before = await records.load(context, requestId);
    await records.act(context, before, await decide(before, context.clock()));
    const after = await records.load(context, requestId);
    await fulfilments.settle(context, after);
    return after;
  }

  /** First whether it can happen at all: nothing is sent, made or checked for what cannot. */
  function possible({ life }: File, ...kinds: NewEvent['kind'][]): void {
    const [first] = kinds;
    if (first && !kinds.some((kind) => legalEvents(life.part, life.state).includes(kind))) throw illegal(life, first);
  }

  async function named(context: Context, file: File, subject: string, by: SubjectBy): Promise<Pick<Act, 'head'>> {
    if (by !== 'officer' || file.life.subject !== subject) {
      const { subjectId } = await subjectOf(vault, context.tenant.id, parseSubjectRef(subject));
      return { head: { subjectId } };
    }
    return {};
  }

  /** What an identity check that came out well says of whom it is: the account of the address. */
  async function recognised(context: Context, file: File): Promise<{ events: NewEvent[]; head?: Act['head'] }> {
    const { subject, subjectBy } = file.life;
    if (subject !== null && subjectBy !== 'presumed') return { events: [] };
    const email = file.requester?.email;
    const account = subject ?? (email ? await people.accountOfEmail(context, email) : undefined);
    if (account === undefined) return { events: [] };
    const { head } = await named(context, file, account, 'identity');
    return {
      events: [{ kind: 'subject-named', data: { by: 'identity', subject: account } }],
      ...(head ? { head } : {}),
    };
  }

  async function firstCopy(context: Context, { row }: File): Promise<boolean> {
    const about = {
      types: ['access'],
      subjectId: row.subjectId,
      requesterIndex: row.requesterIndex,
      since: EVER,
      limit: 200,
    };
    const earlier = await store.read((q) => likeThese(q, context.tenant.id, about));
    return !earlier.some(({ requestId, state }) => requestId !== row.requestId && state === 'answered');
  }

  /** What an erasure has done, for the letter that tells of it. */
  async function erasedAndKept(context: Context, { life }: File) {
    const { erasureId } = (life.steps.find(({ step }) => step === 'erasure')?.result ?? {}) as { erasureId?: string };
    if (life.part !== 'erasure' || erasureId === undefined) return undefined;
    return deps.ports.erasures?.outcome?.(alone(context), erasureId);
  }

  const answerKind = ({ life }: File): LetterKind =>
    life.part === 'access' && life.outcome === 'nothing-held' ? 'answered-no-data' : `answered-${life.part}`;

  return {
    acting,

    acknowledge: (context: Context, id: string, { at, sent }: Input<'Acknowledgement'>) =>
      acting(context, id, async (file, now) => {
        possible(file, 'acknowledged');
        const { told, also } = await letter(context, file, 'acknowledged', { sent });
        return { events: [{ kind: 'acknowledged', data: told, occurredAt: momentOf(file, at, now) }], also };
      }),

    assign: (context: Context, id: string, { to }: Input<'Assignment'>) =>
      acting(context, id, () => ({ events: [{ kind: 'assigned', data: { to } }] })),

    note: (context: Context, id: string, { text }: Input<'Note'>) =>
      acting(context, id, () => ({ events: [{ kind: 'noted', data: { text } }] })),

    /** Keeps the person informed (REQ-A59). */
    inform: (context: Context, id: string, { text, sent }: Input<'Information'>) =>
      acting(context, id, () => ({ events: [{ kind: 'informed', data: { text, ...(sent ? { sent } : {}) } }] })),

    nameSubject: (context: Context, id: string, { subject }: Input<'SubjectNaming'>) =>
      acting(context, id, async (file) => ({
        events: [{ kind: 'subject-named', data: { by: 'officer', subject } }],
        ...(await named(context, file, subject, 'officer')),
      })),

    /** Reasonable doubt (Art. 12(6); REQ-A17): what was asked, why and when. */
    checkIdentity: (context: Context, id: string, { method, doubt }: Input<'IdentityCheck'>) =>
      acting(context, id, async (file) => {
        possible(file, 'identity-asked');
        const { identity } = deps;
        if (!identity) throw new Problem('unavailable', 'Identities cannot be checked here.');
        const email = file.requester?.email;
        if (method === 'email-code' && !email) throw invalidField('/method', 'needs an e-mail address of the person');
        const about = { requestId: id, doubt, language: file.requester?.language ?? 'en', facts: factsOf(file) };
        const check =
          method === 'email-code'
            ? await identity.askByCode(context, { ...about, address: email as string })
            : await identity.askForDocuments(context, { requestId: id, doubt });
        const { checkId, letter: made, write } = check;
        const told = made ? { letter: made, ...(method === 'email-code' ? { sent: 'email' as const } : {}) } : {};
        return { events: [{ kind: 'identity-asked', data: { method, checkId, doubt, ...told } }], also: write };
      }),

    /** What was asked for has come; while it is looked at the clock runs. */
    identityAnswered: (context: Context, id: string, { at }: Input<'IdentityAnswer'>) =>
      acting(context, id, (file, now) => ({
        events: [
          {
            ...{ kind: 'identity-answered', occurredAt: momentOf(file, at, now) },
            data: { method: file.life.identity?.method ?? 'documents', checkId: null },
          },
        ],
      })),

    decideIdentity: (context: Context, id: string, { confirmed, text }: Input<'IdentityDecision'>) =>
      acting(context, id, async (file) => {
        possible(file, confirmed ? 'identity-confirmed' : 'identity-failed');
        const asked = file.life.identity;
        if (!asked && !confirmed) throw new Problem('conflict', 'No check has begun that could fail.');
        if (!asked && text === undefined) throw invalidField('/text', 'must say how the person was recognised');
        const method = asked?.method ?? 'known';
        const outcome = asked && (await deps.identity?.decide(context, { requestId: id, confirmed }));
        const checkId = outcome?.checkId ?? null;
        if (!confirmed)
          return {
            events: [{ kind: 'identity-failed', data: { method, checkId, outcome: 'failed' } }],
            also: outcome?.write,
          };
        const who = await recognised(context, file);
        const said = text === undefined ? {} : { text };
        return {
          ...{
            events: [{ kind: 'identity-confirmed', data: { method, checkId, ...said } }, ...who.events],
            also: outcome?.write,
          },
          ...(who.head ? { head: who.head } : {}),
        };
      }),

    /** The person sends the code that was mailed. Wrong codes change nothing but the check. */
    async tryCode(context: Context, id: string, code: string): Promise<{ outcome: string }> {
      const file = await records.load(context, id);
      possible(file, 'identity-confirmed');
      const { identity } = deps;
      if (!identity || file.life.state !== 'awaiting-identity') throw new Problem('conflict', 'No code is awaited.');
      const { outcome, checkId, write } = await identity.tryCode(context, { requestId: id, code });
      if (outcome === 'wrong' || outcome === 'expired') await store.write(write);
      else if (outcome === 'confirmed') {
        const who = await recognised(context, file);
        await records.act(context, file, {
          ...{
            events: [{ kind: 'identity-confirmed', data: { method: 'email-code', checkId } }, ...who.events],
            also: write,
          },
          ...(who.head ? { head: who.head } : {}),
        });
        await fulfilments.settle(context, await records.load(context, id));
      } else {
        const data = { method: 'email-code', checkId, outcome } as const;
        await records.act(context, file, { events: [{ kind: 'identity-failed', data }], also: write });
      }
      return { outcome };
    },

    askClarification: (context: Context, id: string, { question, sent }: Input<'Clarification'>) =>
      acting(context, id, async (file) => {
        possible(file, 'clarification-asked');
        const { told, also } = await letter(context, file, 'clarification-asked', { words: question, sent });
        return { events: [{ kind: 'clarification-asked', data: { question, ...told } }], also };
      }),

    clarified: (context: Context, id: string, { text, at }: Input<'ClarificationAnswer'>) =>
      acting(context, id, (file, now) => ({
        events: [{ kind: 'clarification-answered', data: { text }, occurredAt: momentOf(file, at, now) }],
      })),

    /** A fee, announced before the work (Art. 12(5)(a), 15(3); REQ-A16, A25). */
    askFee: (context: Context, id: string, { sent, ...fee }: Input<'Fee'>) =>
      acting(context, id, async (file) => {
        possible(file, 'fee-asked');
        checkFee(fee);
        if (fee.basis === 'further-copy') {
          if (file.life.part !== 'access' || (await firstCopy(context, file)))
            throw invalidField(
              '/basis',
              'the first copy is free (Art. 15(3)): there is no earlier answer to a request of this person',
            );
        } else if (
          file.life.state !== 'approved' ||
          file.life.proposal?.what !== 'abusive-fee' ||
          file.life.proposal.abuse?.which !== fee.basis
        )
          throw new Problem(
            'conflict',
            'A fee for an abusive request is proposed with its evidence first, and agreed to by a second person (Art. 12(5)).',
          );
        const amount = `${(fee.amount / 100).toFixed(2)} ${fee.currency}`;
        const { told, also } = await letter(context, file, 'fee-asked', { fee: amount, reasons: [fee.basis], sent });
        return { events: [{ kind: 'fee-asked', data: { ...fee, ...told } }], also };
      }),

    feePaid: (context: Context, id: string, { at }: Input<'Payment'>) =>
      acting(context, id, (file, now) => ({
        events: [{ kind: 'fee-paid', data: {}, occurredAt: momentOf(file, at, now) }],
      })),

    /** Art. 12(3): told within the first month, with its reasons (REQ-A14). */
    extend: (context: Context, id: string, { reasons, text, at, sent }: Input<'Extension'>) =>
      acting(context, id, async (file, now) => {
        const occurredAt = momentOf(file, at, now);
        checkExtension(records, context, file, { kind: 'extended', data: { reasons, text }, occurredAt });
        const { told, also } = await letter(context, file, 'extended', { reasons, words: text, sent });
        return { events: [{ kind: 'extended', data: { reasons, text, ...told }, occurredAt }], also };
      }),

    /** Art. 11(2): nobody can be identified from what there is; what would change that. */
    cannotIdentify: (context: Context, id: string, { sent }: Input<'CannotIdentify'>) =>
      acting(context, id, async (file) => {
        possible(file, 'cannot-identify');
        if (file.life.subject !== null && file.life.subjectBy !== 'presumed')
          throw new Problem('conflict', 'It is known whom this request is about.');
        const { told, also } = await letter(context, file, 'cannot-identify', { asked: WOULD_IDENTIFY, sent });
        return { events: [{ kind: 'cannot-identify', data: { asked: WOULD_IDENTIFY, ...told } }], also };
      }),

    /** The person brings what identifies a visitor; the request goes on from then (Art. 11(2), 12(2)). */
    identify: (context: Context, id: string, given: Input<'Identification'>) =>
      acting(context, id, async (file) => {
        possible(file, 'identification-supplied', 'subject-named');
        const subject = await subjectOfEvidence(context, given);
        if (subject === undefined) throw invalidField('', 'nothing is found by it');
        const kind = file.life.state === 'unidentified' ? 'identification-supplied' : 'subject-named';
        return {
          events: [{ kind, data: { by: given.by, subject } }],
          ...(await named(context, file, subject, given.by)),
        };
      }),

    /** What cannot be taken back is proposed by one person and agreed to by another. */
    propose: (context: Context, id: string, { abuse, ...input }: Input<'Proposal'>) =>
      acting(context, id, async (file) => {
        possible(file, 'proposed');
        if (input.what === 'execution') {
          checkIdentity(file);
          if (file.life.part === 'erasure' && input.ground === undefined)
            throw invalidField('/ground', 'must be the ground of Art. 17(1) on which it is erased');
          if (file.life.part === 'erasure' && input.ground && input.decisions && file.life.subject !== null)
            await deps.ports.erasures?.check?.(alone(context), file.life.subject, {
              ...{ requestId: id, ground: input.ground },
              ...(file.life.received.purpose === undefined ? {} : { purpose: file.life.received.purpose }),
              ...input.decisions,
            });
          return { events: [{ kind: 'proposed', data: input }] };
        }
        checkAbuse(abuse);
        const { objectiveElements, subjectiveElements, which, earlierRequests } = abuse as NonNullable<typeof abuse>;
        const said = {
          ...(objectiveElements ? { objectiveElements } : {}),
          ...(subjectiveElements ? { subjectiveElements } : {}),
        };
        const evidence = { which, ...(earlierRequests ? { earlierRequests } : {}) };
        return { events: [{ kind: 'proposed', data: { ...input, abuse: evidence, ...said } }] };
      }),

    approve: (context: Context, id: string, { text }: Input<'Approval'>) =>
      acting(context, id, (file) => {
        possible(file, 'approved');
        checkSecondPerson(context, file.life.proposal?.by);
        const proposal = file.life.proposal?.seq ?? 0;
        return { events: [{ kind: 'approved', data: { proposal, ...(text === undefined ? {} : { text }) } }] };
      }),

    reject: (context: Context, id: string, { text }: Input<'Rejection'>) =>
      acting(context, id, (file) => ({
        events: [{ kind: 'rejected', data: { proposal: file.life.proposal?.seq ?? 0, text } }],
      })),

    /** Begins to carry it out; what is not done at once is gone on with by a job. */
    async execute(context: Context, id: string, { outcome, text }: Input<'Execution'>): Promise<File> {
      await acting(context, id, (file) => {
        possible(file, 'execution-begun');
        const { life } = file;
        if (life.state === 'approved' && life.proposal?.what !== 'execution')
          throw new Problem('conflict', 'Something else was agreed to.');
        checkIdentity(file);
        checkOutcome(file, outcome, text);
        const said = { ...(outcome === undefined ? {} : { outcome }), ...(text === undefined ? {} : { text }) };
        return { events: [{ kind: 'execution-begun', data: { part: life.part, ...said } }] };
      });
      return fulfilments.carryOn(context, id);
    },

    approvePackage: (context: Context, id: string, { unverified = false }: Input<'PackageApproval'>) =>
      acting(context, id, async (file) => {
        possible(file, 'package-approved');
        const { packageId, execution } = file.life;
        if (packageId === null || !deps.ports.packages)
          throw new Problem('conflict', 'There is no package: nothing is held.');
        checkSecondPerson(context, execution?.by);
        await deps.ports.packages.approve(alone(context), packageId);
        return { events: [{ kind: 'package-approved', data: { packageId, unverified } }] };
      }),

    async release(
      context: Context,
      id: string,
      { by, passphrase }: Input<'Release'>,
    ): Promise<{ file: File; secret?: string }> {
      const file = await records.load(context, id);
      possible(file, 'released');
      const { packageId, packageApproval, identity } = file.life;
      if (packageId === null || !deps.ports.packages)
        throw new Problem('conflict', 'There is no package: nothing is held.');
      if (!packageApproval) throw new Problem('conflict', 'Another person must have looked at the package first.');
      if (by === 'passphrase' && passphrase === undefined) throw invalidField('/passphrase', 'is needed');
      if (
        (identity?.state !== 'confirmed' || identity.method === 'known') &&
        by === 'link' &&
        !packageApproval.unverified
      )
        throw new Problem(
          'conflict',
          'Nobody has verified this way to the person: the approval must say that it covers that.',
        );
      const { secret } = await deps.ports.packages.release(
        alone(context),
        packageId,
        by === 'link' ? { by } : { by, passphrase: passphrase as string },
      );
      await records.act(context, file, { events: [{ kind: 'released', data: { packageId, by } }] });
      return { file: await records.load(context, id), ...(secret === undefined ? {} : { secret }) };
    },

    /** Tells the person what was done. Of two in one request the second begins. */
    answer: (context: Context, id: string, { text, at, sent }: Input<'Answer'>) =>
      acting(context, id, async (file, now) => {
        possible(file, 'answered', 'granted', 'first-part-answered');
        const { life } = file;
        const outcome = life.outcome ?? 'done';
        if (life.packageId !== null && life.releasedAt === null)
          throw new Problem('conflict', 'The package has not been released yet.');
        const details = await erasedAndKept(context, file);
        const { told, also } = await letter(context, file, answerKind(file), {
          words: text ?? life.execution?.text ?? null,
          reasons: [outcome],
          sent,
          ...(details ? { details } : {}),
        });
        const data = { outcome, ...told };
        const stands = life.part === 'restriction' || (life.part === 'objection' && outcome === 'upheld');
        const kind =
          life.then && life.part === life.type
            ? 'first-part-answered'
            : stands && life.subject !== null
              ? 'granted'
              : 'answered';
        return { events: [{ kind, data, occurredAt: momentOf(file, at, now) }], also };
      }),

    /** A limit by national law beside an answer (Art. 23; REQ-A60). */
    limit: (context: Context, id: string, { text, ...limit }: Input<'Limitation'>) =>
      acting(context, id, (file, now) => {
        checkRestriction(limit, file, now);
        return { events: [{ kind: 'limited', data: { ...limit, text } }] };
      }),

    /** Art. 12(4): reasons, authority and remedies, within one month that cannot be extended; late is flagged (REQ-A15). */
    refuse: (context: Context, id: string, { ground, restriction, text, at, sent }: Input<'Refusal'>) =>
      acting(context, id, async (file, now) => {
        possible(file, 'refused');
        const { proposal, state, received } = file.life;
        const abusive = ground === 'manifestly-unfounded' || ground === 'excessive';
        if (abusive) {
          if (state !== 'approved' || proposal?.what !== 'abusive-refusal')
            throw invalidField(
              '/ground',
              'is proposed with its evidence first, and agreed to by a second person (Art. 12(5))',
            );
          if (proposal.abuse?.which !== ground) throw invalidField('/ground', 'is not what was agreed to');
        } else if (state === 'approved' && proposal?.what === 'abusive-refusal')
          throw invalidField('/ground', 'is not what was agreed to');
        if (ground === 'national-restriction') {
          if (!restriction)
            throw invalidField('/restriction', 'must give provision, scope and day of review (Art. 23)');
          checkRestriction(restriction, file, now, '/restriction');
        } else if (restriction) throw invalidField('/restriction', 'is of a refusal by national law only');
        if (received.marketing && file.life.part === 'objection')
          throw invalidField('/ground', 'an objection to direct marketing cannot be refused (Art. 21(3))');
        const kind = abusive ? 'refused-abusive' : 'refused';
        const { told, also } = await letter(context, file, kind, {
          reasons: [ground],
          words: text,
          sent,
          ...(restriction
            ? { details: { restriction: { provision: restriction.provision, reviewOn: restriction.reviewOn } } }
            : {}),
        });
        const data = { ground, text, ...(restriction ? { restriction } : {}), ...told };
        return {
          ...{ events: [{ kind: 'refused', data, occurredAt: momentOf(file, at, now) }], also },
        };
      }),

    withdraw: (context: Context, id: string, by: 'person' | 'officer' | 'processor') =>
      acting(context, id, () => ({ events: [{ kind: 'withdrawn', data: { by } }] })),

    /** Says that it is the same as another; dealt with there, and the person is told. */
    markDuplicate: (context: Context, id: string, { requestId: of, sent }: Input<'DuplicateOf'>) =>
      acting(context, id, async (file) => {
        possible(file, 'duplicate-marked');
        if (of === id) throw invalidField('/requestId', 'must be another request');
        const first = await records.load(context, of).catch((error: unknown) => {
          if (error instanceof Problem && error.type === 'not-found')
            throw invalidField('/requestId', 'must be a request of this portal');
          throw error;
        });
        if (first.life.type !== file.life.type) throw invalidField('/requestId', 'asks for something else');
        if (['withdrawn', 'refused', 'duplicate', 'unidentified'].includes(first.life.state))
          throw invalidField('/requestId', 'is not being answered itself');
        const { told, also } = await letter(context, file, 'duplicate', { words: first.row.reference, sent });
        return { events: [{ kind: 'duplicate-marked', data: { of, ...told } }], also };
      }),

    /** Art. 18(3): before it is lifted. */
    announceLifting: (context: Context, id: string, { text, sent }: Input<'LiftingNotice'>) =>
      acting(context, id, async (file) => {
        possible(file, 'lifting-announced');
        const { told, also } = await letter(context, file, 'restriction-lifting', { words: text, sent });
        return { events: [{ kind: 'lifting-announced', data: { text, ...told } }], also };
      }),
    /** Lifts it; whoever was told of a restriction is told of its end. */
    async lift(context: Context, id: string): Promise<File> {
      const { recipients, heldCategories } = deps.ports;
      const before = await records.load(context, id);
      possible(before, 'lifted');
      const { subject, received, part } = before.life;
      const what = 'restriction-lifted' as const;
      if (part === 'restriction' && subject !== null) {
        const categories = received.categories ?? (await heldCategories?.(alone(context), subject)) ?? [];
        await recipients?.open(context, { requestId: id, what, subject, categories });
      }
      const after = await acting(context, id, () => ({ events: [{ kind: 'lifted', data: {} }] }));
      await recipients?.send(context, id, what);
      return after;
    },

    /** The ground of a limit has ended: the request is answered after all, within a month from then (REQ-A60). */
    groundEnded: (context: Context, id: string, { text, at, sent }: Input<'GroundEnd'>) =>
      acting(context, id, async (file, now) => {
        possible(file, 'ground-ended');
        if (file.life.restrictions.length === 0) throw new Problem('conflict', 'No limit by national law stands.');
        const { told, also } = await letter(context, file, 'reopened', {
          words: text,
          reasons: ['ground-ended'],
          sent,
        });
        return {
          events: [{ kind: 'ground-ended', data: { text, ...told }, occurredAt: momentOf(file, at, now) }],
          also,
        };
      }),

    reopen: (context: Context, id: string, { because, text, at, sent }: Input<'Reopening'>) =>
      acting(context, id, async (file, now) => {
        possible(file, 'reopened');
        const { told, also } = await letter(context, file, 'reopened', { words: text, reasons: [because], sent });
        return {
          events: [{ kind: 'reopened', data: { because, text, ...told }, occurredAt: momentOf(file, at, now) }],
          also,
        };
      }),

    /** Puts right when something happened, or that it never did; everything is computed again. */
    correct: (context: Context, id: string, input: Input<'Correction'>) =>
      acting(context, id, (file, now) => {
        const event = file.events.find(({ seq }) => seq === input.corrects);
        if (!event || event.kind === 'corrected')
          throw invalidField('/corrects', 'must be the number of an event of this request');
        if (input.at === null && !STRIKABLE.includes(event.kind))
          throw invalidField('/at', `only what has had no effect can be taken back: ${STRIKABLE.join(', ')}`);
        if (input.reasons !== undefined && event.kind !== 'extended')
          throw invalidField('/reasons', 'are of an extension');
        if (input.at !== null && event.kind === 'received')
          checkReceipt(new Date(input.at), file.life.received.terms, now);
        else if (input.at !== null) momentOf(file, input.at, now);
        return { events: [{ kind: 'corrected', data: input }] };
      }),
  };

  async function subjectOfEvidence(context: Context, given: Input<'Identification'>): Promise<string | undefined> {
    if (given.by === 'visitor-id') return `visitor:${given.visitor}`;
    if (given.by === 'consent-receipt') {
      const subjectId = await people.subjectOfReceipt(context, given.receiptId);
      return subjectId && `pseudonym:${subjectId}`;
    }
    const subjectId = await people.subjectOfTrace(context, { at: new Date(given.at), address: given.address });
    return subjectId && `pseudonym:${subjectId}`;
  }
}
export type Acts = ReturnType<typeof createActs>;
