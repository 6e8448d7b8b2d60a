import type { Context } from '../../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import type { Act, File } from '../case-file.ts';
import type { NewEvent } from '../events.ts';
import { factsOf } from '../letters.ts';
import { momentOf } from '../rules.ts';
import type { ActDeps, Acting, Input } from './acting.ts';

/** What of the person would identify a visitor (Art. 11(2), 12(2); REQ-A12). */
const WOULD_IDENTIFY = ['consent-receipt', 'visitor-id', 'time-and-address'];

/** Finding out who asks, and of whom the data is (Art. 11, 12(6)). */
export function createIdentityActs(deps: ActDeps, { letter, acting, possible, named }: Acting) {
  const { store, records, ports } = deps;
  const { identity, profiles, receipts, visits } = ports;

  /** What an identity check that came out well says of whom it is: the account of the address. */
  async function recognised(context: Context, file: File): Promise<{ events: NewEvent[]; head?: Act['head'] }> {
    const { subject, subjectBy } = file.life;
    if (subject !== null && subjectBy !== 'presumed') return { events: [] };
    const email = file.requester?.email;
    const account = subject ?? (email ? await profiles.accountOfEmail(context, email) : undefined);
    if (account === undefined) return { events: [] };
    const { head } = await named(context, file, account, 'identity');
    return {
      events: [{ kind: 'subject-named', data: { by: 'identity', subject: account } }],
      head,
    };
  }

  async function subjectOfEvidence(context: Context, given: Input<'Identification'>): Promise<string | undefined> {
    if (given.by === 'visitor-id') return `visitor:${given.visitor}`;
    if (given.by === 'consent-receipt') {
      const subjectId = await receipts.subjectOf(context, given.receiptId);
      return subjectId && `pseudonym:${subjectId}`;
    }
    const subjectId = await visits.subjectOfTrace(context, { at: new Date(given.at), address: given.address });
    return subjectId && `pseudonym:${subjectId}`;
  }

  return {
    /** Reasonable doubt (Art. 12(6); REQ-A17): what was asked, why and when. */
    checkIdentity: (context: Context, file: File, { method, doubt }: Input<'IdentityCheck'>) =>
      acting(context, file, async () => {
        possible(file, 'identity-asked');
        const email = file.requester?.email;
        if (method === 'email-code' && !email) throw invalidField('/method', 'needs an e-mail address of the person');
        const { requestId } = file.row;
        const about = { requestId, doubt, language: file.requester?.language ?? 'en', facts: factsOf(file) };
        const check =
          method === 'email-code'
            ? await identity.askByCode(context, { ...about, address: email as string })
            : await identity.askForDocuments(context, about);
        const { checkId, letter: made, write } = check;
        const told = made ? { letter: made, sent: method === 'email-code' ? ('email' as const) : undefined } : {};
        return { events: [{ kind: 'identity-asked', data: { method, checkId, doubt, ...told } }], also: write };
      }),

    /** What was asked for has come; while it is looked at the clock runs. */
    identityAnswered: (context: Context, file: File, { at }: Input<'IdentityAnswer'>) =>
      acting(context, file, (now) => ({
        events: [
          {
            kind: 'identity-answered',
            occurredAt: momentOf(file, at, now),
            data: { method: file.life.identity?.method ?? 'documents', checkId: null },
          },
        ],
      })),

    decideIdentity: (context: Context, file: File, { confirmed, text }: Input<'IdentityDecision'>) =>
      acting(context, file, async () => {
        possible(file, confirmed ? 'identity-confirmed' : 'identity-failed');
        const asked = file.life.identity;
        if (!asked && !confirmed) throw new Problem('conflict', 'No check has begun that could fail.');
        if (!asked && text === undefined) throw invalidField('/text', 'must say how the person was recognised');
        const method = asked?.method ?? 'known';
        const outcome = asked && (await identity.decide(context, { requestId: file.row.requestId, confirmed }));
        const checkId = outcome?.checkId ?? null;
        if (!confirmed)
          return {
            events: [{ kind: 'identity-failed', data: { method, checkId, outcome: 'failed' } }],
            also: outcome?.write,
          };
        const who = await recognised(context, file);
        const said = text === undefined ? {} : { text };
        return {
          events: [{ kind: 'identity-confirmed', data: { method, checkId, ...said } }, ...who.events],
          also: outcome?.write,
          head: who.head,
        };
      }),

    /** The person sends the code that was mailed. Wrong codes change nothing but the check. */
    async tryCode(context: Context, file: File, code: string): Promise<{ outcome: string }> {
      possible(file, 'identity-confirmed');
      if (file.life.state !== 'awaiting-identity') throw new Problem('conflict', 'No code is awaited.');
      const { requestId } = file.row;
      const { outcome, checkId, write } = await identity.tryCode(context, { requestId, code });
      if (outcome === 'wrong' || outcome === 'expired') await store.write(write);
      else if (outcome === 'confirmed') {
        const who = await recognised(context, file);
        await acting(context, file, () => ({
          events: [{ kind: 'identity-confirmed', data: { method: 'email-code', checkId } }, ...who.events],
          also: write,
          head: who.head,
        }));
      } else {
        const data = { method: 'email-code', checkId, outcome } as const;
        await records.act(context, file, { events: [{ kind: 'identity-failed', data }], also: write });
      }
      return { outcome };
    },

    /** Art. 11(2): nobody can be identified from what there is; what would change that. */
    cannotIdentify: (context: Context, file: File, { sent }: Input<'CannotIdentify'>) =>
      acting(context, file, async () => {
        possible(file, 'cannot-identify');
        if (file.life.subject !== null && file.life.subjectBy !== 'presumed')
          throw new Problem('conflict', 'It is known whom this request is about.');
        const { told, also } = await letter(context, file, 'cannot-identify', { asked: WOULD_IDENTIFY, sent });
        return { events: [{ kind: 'cannot-identify', data: { asked: WOULD_IDENTIFY, ...told } }], also };
      }),

    /** The person brings what identifies a visitor; the request goes on from then (Art. 11(2), 12(2)). */
    identify: (context: Context, file: File, given: Input<'Identification'>) =>
      acting(context, file, async () => {
        possible(file, 'identification-supplied', 'subject-named');
        const subject = await subjectOfEvidence(context, given);
        if (subject === undefined) throw invalidField('', 'nothing is found by it');
        const kind = file.life.state === 'unidentified' ? 'identification-supplied' : 'subject-named';
        return {
          events: [{ kind, data: { by: given.by, subject } }],
          ...(await named(context, file, subject, given.by)),
        };
      }),
  };
}
