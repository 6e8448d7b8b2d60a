import type { Context } from '../../../foundations/contract/context.ts';
import { instantOf } from '../../../foundations/contract/instant.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';
import type { Act, File } from '../case-file.ts';
import type { NewEvent } from '../events.ts';
import { codeAddress } from '../identity/known-address.ts';
import { type MadeLetter, WOULD_IDENTIFY } from '../letters/model.ts';
import { factsOf } from '../letters.ts';
import { momentOf } from '../rules.ts';
import type { ActDeps, Acting, Input } from './acting.ts';

/** Pieces of evidence one request takes: nobody finds out by trying. */
const MOST_EVIDENCE = 5;

const withLetter = (letter: MadeLetter | null) => (letter ? { letter, sent: 'email' as const } : {});

/** Finding out who asks, and of whom the data is (Art. 11, 12(6)). */
export function createIdentityActs(deps: ActDeps, { told, acting, possible, named }: Acting) {
  const { store, records, candidates, ports } = deps;
  const { identity, profiles } = ports;

  /** What an identity check that came out well says of whom it is: the account of the address that is read. */
  async function recognised(context: Context, file: File): Promise<{ events: NewEvent[]; head?: Act['head'] }> {
    const email = file.requester?.email;
    if (file.life.subject !== null || !email) return { events: [] };
    const found = await profiles.accountOfEmail(context, email);
    if (found === undefined) return { events: [] };
    const { head } = await named(context, file, found.account, 'identity');
    return {
      events: [{ kind: 'subject-named', data: { by: 'identity', subject: found.account } }],
      head,
    };
  }

  return {
    /** Reasonable doubt (Art. 12(6); REQ-A17): what was asked, why and when. */
    checkIdentity: (context: Context, file: File, { method, doubt, asked, sent }: Input<'IdentityCheck'>) =>
      acting(context, file, async () => {
        possible(file, 'identity-asked');
        const { requestId, subjectId } = file.row;
        if (method === 'documents') {
          if (asked === undefined) throw invalidField('/asked', 'must say what the person is asked for');
          const { checkId, write } = await identity.askForDocuments(context, { requestId });
          const event: NewEvent = { kind: 'identity-asked', data: { method, checkId, doubt, asked } };
          const { events, also } = await told(context, file, event, 'documents-asked', { asked, sent });
          return {
            events,
            async also(tx) {
              await write(tx);
              await also?.(tx);
            },
          };
        }
        if (asked !== undefined) throw invalidField('/asked', 'is of documents only: a code asks for nothing else');
        const address = await codeAddress(ports, context, { subjectId, given: file.requester?.email });
        const language = file.requester?.language ?? 'en';
        const about = (checkId: string): NewEvent => ({ kind: 'identity-asked', data: { method, checkId, doubt } });
        // As it stands once it is asked: whether the clock stands still, the letter says.
        const { life, timing } = records.check(file, about(requestId), context);
        const facts = factsOf({ ...file, life, timing });
        const { checkId, letter, write } = await identity.askByCode(context, { requestId, address, language, facts });
        const event = { kind: 'identity-asked', data: { method, checkId, doubt, ...withLetter(letter) } } as const;
        return { events: [event], also: write };
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
        // A code that has not come back has shown nothing: the officer has recognised the person otherwise.
        const otherwise = confirmed && (!asked || asked.method === 'email-code');
        if (otherwise && text === undefined) throw invalidField('/text', 'must say how the person was recognised');
        const method = otherwise ? 'known' : (asked?.method ?? 'known');
        const outcome = asked && (await identity.decide(context, { requestId: file.row.requestId, confirmed }));
        const checkId = outcome?.checkId ?? null;
        if (!confirmed)
          return {
            events: [{ kind: 'identity-failed', data: { method, checkId, outcome: 'failed' } }],
            also: outcome?.write,
          };
        // Whoever sent it from the page has shown that the address is theirs; of a letter nobody knows.
        const who = file.life.received.enteredBy === 'person' ? await recognised(context, file) : { events: [] };
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
      const isKnown = async () => file.life.subject !== null || (await recognised(context, file)).events.length > 0;
      const { outcome, checkId, write } = await identity.tryCode(context, { requestId, code, isKnown });
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
        if (file.life.subject !== null) throw new Problem('conflict', 'It is known whom this request is about.');
        const identifiers = [...WOULD_IDENTIFY];
        const event: NewEvent = { kind: 'cannot-identify', data: { asked: identifiers } };
        return told(context, file, event, 'cannot-identify', { identifiers, sent });
      }),

    /**
     * The person brings what may identify a visitor; the request goes on from then (Art. 11(2), 12(2)). It is kept for an
     * officer and not looked up: whether it fits changes nothing here.
     * @throws Problem `conflict` for the sixth.
     */
    bringEvidence: (context: Context, file: File, evidence: Input<'Identification'>) =>
      acting(context, file, () => {
        possible(file, 'identification-supplied');
        if (evidence.by === 'trace') instantOf('/at', evidence.at);
        if (file.life.evidence.length >= MOST_EVIDENCE)
          throw new Problem('conflict', `A request takes ${MOST_EVIDENCE} pieces of evidence at most.`);
        return { events: [{ kind: 'identification-supplied', data: { by: evidence.by, evidence } }] };
      }),

    /** An officer says that the request is about whom a piece of evidence fits; each try is a look. */
    identify: (context: Context, file: File, given: Input<'Identification'>) =>
      acting(context, file, async () => {
        possible(file, 'identification-supplied', 'subject-named');
        if (given.by === 'trace') instantOf('/at', given.at);
        const subject = await candidates.subjectOfEvidence(context, given);
        if (subject === undefined) throw invalidField('', 'nothing is found by it');
        const kind = file.life.state === 'unidentified' ? 'identification-supplied' : 'subject-named';
        return {
          events: [{ kind, data: { by: given.by, subject } }],
          ...(await named(context, file, subject, given.by)),
        };
      }),
  };
}
