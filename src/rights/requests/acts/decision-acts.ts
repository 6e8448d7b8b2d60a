import { type Context, withoutIdempotencyKey } from '../../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import { callTo } from '../calls.ts';
import type { File } from '../case-file.ts';
import { checkGround, stopsNothing } from '../check-ground.ts';
import type { NewEvent, Outcome } from '../events.ts';
import { outcomeFor, purposesOf } from '../fulfilment/erasure.ts';
import { categoriesConcerned, nobody, resultOf } from '../fulfilment/fulfilment.ts';
import type { LetterKind } from '../letters/model.ts';
import { checkAbuse, checkIdentity, checkOutcome, checkRestriction, checkSecondPerson, momentOf } from '../rules.ts';
import { checkTransfer } from '../transfer.ts';
import { keptOnExceptions, whatWasDone } from '../what-was-done.ts';
import type { ActDeps, Acting, Input } from './acting.ts';
import { checkLiftable, createDecisionChecks, protects, refusedBy, waitsFor } from './decision-checks.ts';
import { createTransfers } from './transfer-acts.ts';

/** What is decided about a request and what is handed out: proposed, agreed to, carried out, answered, refused, lifted. */
export function createDecisionActs(deps: ActDeps, { told, acting, possible }: Acting) {
  const { records, fulfilments, ports } = deps;
  const { packages, erasures, recipients } = ports;
  const transfers = createTransfers(deps);
  const { checkErasureGround, checkExceptions, checkNotice } = createDecisionChecks(ports);

  /** A hold may have ended, and the rest gone, between the act and the answer to it. */
  async function outcomeNow(context: Context, file: File): Promise<Outcome> {
    const { outcome } = file.life;
    const { erasureId } = resultOf(file, 'erasure') as { erasureId?: string };
    if (outcome !== 'held-back' || erasureId === undefined) return outcome ?? 'done';
    return outcomeFor(await erasures.get(withoutIdempotencyKey(context), erasureId));
  }

  /** Where nobody is known whom it could be about, or nothing is held, that is the answer (REQ-A22). */
  const answerKind = (file: File, outcome: Outcome): LetterKind =>
    outcome === 'nothing-held' || (file.life.part === 'objection' && outcome === 'upheld' && nobody(file))
      ? 'answered-no-data'
      : `answered-${file.life.part}`;

  /** The event by which the answer is given: of two in one request the second begins, and what lasts stands from then. */
  function answeredBy(
    { life }: File,
    outcome: Outcome,
  ): 'first-part-answered' | 'granted' | 'answered-in-part' | 'answered' {
    if (life.then && life.part === life.type) return 'first-part-answered';
    const stands = life.part === 'restriction' || (life.part === 'objection' && outcome === 'upheld');
    if (stands && life.subject !== null) return 'granted';
    return outcome === 'held-back' ? 'answered-in-part' : 'answered';
  }

  return {
    /** What cannot be taken back is proposed by one person and agreed to by another. */
    propose: (context: Context, file: File, { abuse, ...input }: Input<'Proposal'>) =>
      acting(context, file, async () => {
        possible(file, 'proposed');
        if (input.what === 'execution') {
          checkIdentity(file);
          if (file.life.part === 'erasure' && input.ground === undefined)
            throw invalidField('/ground', 'must be the ground of Art. 17(1) on which it is erased');
          if (file.life.part === 'erasure' && input.ground) await checkErasureGround(context, file, input.ground);
          if (file.life.part === 'erasure' && input.ground && input.decisions && file.life.subject !== null)
            await erasures.checkOnRequest(withoutIdempotencyKey(context), file.life.subject, {
              requestId: file.row.requestId,
              ground: input.ground,
              purposes: purposesOf(file.life),
              ...input.decisions,
            });
          return { events: [{ kind: 'proposed', data: input }] };
        }
        checkAbuse(abuse);
        if (abuse) {
          const effect = input.what === 'abusive-fee' ? 'fee' : 'refuse';
          checkGround(file, { field: '/abuse/which', ground: abuse.which, effect });
        }
        const { objectiveElements, subjectiveElements, which, earlierRequests } = abuse as NonNullable<typeof abuse>;
        const said = {
          objectiveElements,
          subjectiveElements,
        };
        const evidence = { which, earlierRequests };
        return { events: [{ kind: 'proposed', data: { ...input, abuse: evidence, ...said } }] };
      }),

    approve: (context: Context, file: File, { text }: Input<'Approval'>) =>
      acting(context, file, () => {
        possible(file, 'approved');
        checkSecondPerson(context, file.life.proposal?.by);
        const proposal = file.life.proposal?.seq ?? 0;
        return { events: [{ kind: 'approved', data: { proposal, text, role: context.principal.role } }] };
      }),

    reject: (context: Context, file: File, { text }: Input<'Rejection'>) =>
      acting(context, file, () => ({
        events: [{ kind: 'rejected', data: { proposal: file.life.proposal?.seq ?? 0, text } }],
      })),

    /** Begins to carry it out; what is not done at once is gone on with by a job. */
    async execute(context: Context, file: File, { outcome, text }: Input<'Execution'>): Promise<File> {
      const begun = await acting(context, file, () => {
        possible(file, 'execution-begun');
        const { life } = file;
        if (life.state === 'approved' && life.proposal?.what !== 'execution')
          throw new Problem('conflict', 'Something else was agreed to.');
        checkIdentity(file);
        if (life.part === 'objection' && (outcome === 'rejected' || stopsNothing(file)))
          checkGround(file, { field: '/outcome', ground: 'compelling-grounds', effect: 'reject' });
        checkOutcome(file, outcome, text);
        const said = { outcome, text };
        return { events: [{ kind: 'execution-begun', data: { part: life.part, ...said } }] };
      });
      return fulfilments.advance(context, begun);
    },

    approvePackage: (context: Context, file: File, { unverified = false, transferTo }: Input<'PackageApproval'>) =>
      acting(context, file, async () => {
        possible(file, 'package-approved');
        if (transferTo !== undefined)
          checkTransfer(await ports.register.view(context), file.life.part, transferTo, '/transferTo');
        const { packageId, execution } = file.life;
        if (packageId === null) throw new Problem('conflict', 'There is no package: nothing is held.');
        checkSecondPerson(context, execution?.by);
        const inner = withoutIdempotencyKey(context);
        // To agree besides to a direct transfer is no second agreement to the package.
        if (!file.life.packageApproval || (await packages.get(inner, packageId)).status === 'ready')
          await packages.approve(inner, packageId);
        return { events: [{ kind: 'package-approved', data: { packageId, unverified, transferTo } }] };
      }),

    async release(
      context: Context,
      file: File,
      { by, passphrase }: Input<'Release'>,
    ): Promise<{ file: File; url?: string | undefined }> {
      possible(file, 'released');
      const { packageId, packageApproval, identity } = file.life;
      if (packageId === null) throw new Problem('conflict', 'There is no package: nothing is held.');
      if (!packageApproval)
        throw waitsFor(
          'Another person must have looked at the package first',
          'a second person must agree to the package',
          'package-approval',
        );
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
      if (by === 'transfer') return transfers.release(context, file);
      if (by === 'link' && ports.packageUrl('') === null)
        throw new Problem(
          'conflict',
          'It is not known under which address this service is reached, so that a link would lead nowhere: set LETHE_PUBLIC_URL, or release it for a passphrase.',
        );
      const released = await packages.release(
        withoutIdempotencyKey(context),
        packageId,
        by === 'link' ? { by } : { by, passphrase: passphrase as string },
      );
      const url = released.path === undefined ? null : ports.packageUrl(released.path);
      const until = released.package.linkExpiresAt;
      const link = url !== null && until !== null ? { url, until } : undefined;
      const after = await records.act(context, file, { events: [{ kind: 'released', data: { packageId, by, link } }] });
      // Repeated under its Idempotency-Key, the first link stands.
      return { file: after, url: after.life.release?.link?.url };
    },

    /** Tells the person what was done. Of two in one request the second begins. */
    answer: (context: Context, file: File, { text, at, sent }: Input<'Answer'>) =>
      acting(context, file, async (now) => {
        possible(file, 'answered', 'granted', 'first-part-answered', 'answered-in-part');
        const { life } = file;
        const transferred = await transfers.told(context, file);
        const outcome = await outcomeNow(context, file);
        if (life.packageId !== null && life.releasedAt === null)
          throw waitsFor('The package has not been released yet', 'the package must be handed out', 'release');
        // What it had stopped goes on only once the person knows, and by another act (Art. 18(3)).
        const rejected = { ground: 'compelling-grounds', text: life.execution?.text ?? '' } as const;
        const isRejected = life.part === 'objection' && outcome === 'rejected';
        const event: NewEvent = isRejected
          ? { kind: 'refusal-told', data: rejected }
          : { kind: answeredBy(file, outcome), data: { outcome } };
        const kind = answerKind(file, outcome);
        const said = kind === 'answered-no-data' ? {} : await whatWasDone(context, file, outcome, ports);
        const { until } = life.release?.link ?? {};
        if (said.delivery?.by === 'link' && until !== undefined && new Date(until) <= now)
          throw waitsFor('The link has ended before it was told of', 'the package must be released again', 'release');
        if (event.kind === 'first-part-answered') {
          const { life: after, timing } = records.check(file, event, context);
          said.next = timing.dueOn === null ? null : { type: after.part, dueOn: timing.dueOn };
        }
        if (transferred) said.delivery = { by: 'transfer', ...transferred };
        const words = text ?? life.execution?.text;
        const masked = said.delivery?.by === 'link' ? { delivery: { ...said.delivery, url: '…' } } : undefined;
        const act = await told(context, file, event, kind, { ...said, words, sent, at, masked });
        return isRejected ? { ...act, events: act.events.flatMap((one) => refusedBy(file, one)) } : act;
      }),

    /** A limit by national law beside an answer (Art. 23; REQ-A60). */
    limit: (context: Context, file: File, { text, ...limit }: Input<'Limitation'>) =>
      acting(context, file, (now) => {
        const effect = limit.scope === 'whole' ? 'refuse' : 'refuse-part';
        checkGround(file, { field: '/scope', ground: 'national-restriction', effect });
        checkRestriction(limit, file, now);
        return { events: [{ kind: 'limited', data: { ...limit, text } }] };
      }),

    /** Art. 12(4): reasons, authority and remedies, within one month that cannot be extended; late is flagged (REQ-A15). */
    refuse: (context: Context, file: File, { ground, restriction, exceptions, text, at, sent }: Input<'Refusal'>) =>
      acting(context, file, async (now) => {
        checkGround(file, { field: '/ground', ground, effect: 'refuse' });
        possible(file, 'refused');
        const { proposal, state } = file.life;
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
          // A refusal ends the request: what is not limited is still to be answered.
          if (restriction.scope === 'part')
            throw invalidField(
              '/restriction/scope',
              `must be whole: of a part, record the limit (${callTo('limitation')}) and answer the rest; the answer tells of it`,
            );
        } else if (restriction) throw invalidField('/restriction', 'is of a refusal by national law only');
        await checkExceptions(context, exceptions, ground, now, file);
        const kind = protects(file) ? 'refusal-told' : 'refused';
        const event: NewEvent = { kind, data: { ground, text, restriction, exceptions } };
        const said = { reasons: [ground], words: text, sent, at };
        if (abusive) {
          const earlierRequests = proposal?.abuse?.earlierRequests ?? [];
          return told(context, file, event, 'refused-abusive', { ...said, earlierRequests });
        }
        if (restriction) {
          const { provision, reviewOn } = restriction;
          const about = { restriction: { provision, reviewOn }, categories: 'all' as const };
          return told(context, file, event, 'refused', { ...said, ...about });
        }
        const about = exceptions && (await keptOnExceptions(context, file, exceptions, ports));
        return told(context, file, event, 'refused', { ...said, ...about });
      }),

    /** Art. 18(3): before it is lifted. */
    announceLifting: (context: Context, file: File, { text, sent }: Input<'LiftingNotice'>) =>
      acting(context, file, async () => {
        checkLiftable(file);
        possible(file, 'lifting-announced');
        const event: NewEvent = { kind: 'lifting-announced', data: { text } };
        const { categories } = await whatWasDone(context, file, 'upheld', ports);
        return told(context, file, event, 'restriction-lifting', { categories, words: text, sent });
      }),

    /** Lifts it; whoever was told of a restriction is told of its end. */
    async lift(context: Context, file: File): Promise<File> {
      checkLiftable(file);
      possible(file, 'lifted');
      await checkNotice(context, file);
      const { requestId } = file.row;
      const { subject, part, refusal } = file.life;
      const what = 'restriction-lifted' as const;
      // Of one that was refused no recipient was told.
      if (part === 'restriction' && subject !== null && refusal === null) {
        const categories = await categoriesConcerned(withoutIdempotencyKey(context), file, ports);
        await recipients.open(context, { requestId, what, subject, categories });
      }
      const after = await acting(context, file, () => ({ events: [{ kind: 'lifted', data: {} }] }));
      await recipients.send(context, requestId, what);
      return after;
    },

    /** The ground of a limit has ended: the request is answered after all, within a month from then (REQ-A60). */
    groundEnded: (context: Context, file: File, { text, at, sent }: Input<'GroundEnd'>) =>
      acting(context, file, async (now) => {
        possible(file, 'ground-ended');
        if (file.life.restrictions.length === 0) throw new Problem('conflict', 'No limit by national law stands.');
        // The time runs from the day on which it ended, whenever the letter goes.
        const event: NewEvent = { kind: 'ground-ended', data: { text }, occurredAt: momentOf(file, at, now) };
        return told(context, file, event, 'reopened', { words: text, reasons: ['ground-ended'], sent });
      }),
  };
}
