import type { Awaited } from '../rule-sets.ts';

/** Why a reply takes longer: "the complexity and number of the requests" (GDPR Art. 12(3)); nothing else is a reason. */
const EXTENSION_REASONS = ['complexity', 'number'] as const;
export type ExtensionReason = (typeof EXTENSION_REASONS)[number];

/** What happened to a request, as far as its clock is concerned. Ids are the caller's; the clock only hands them back. */
export type ClockEvent = { id: string; at: Date } & ClockEventKind;

type ClockEventKind =
  /** The request reached the controller, by whatever channel. Exactly once. */
  | { type: 'received' }
  /** The person was asked, because there is reasonable doubt about identity (Art. 12(6)). */
  | { type: 'identity-asked' }
  /** What was asked for arrived. While the controller looks at it the clock runs: to ask again is a second pause. */
  | { type: 'identity-answered' }
  /** Identity is established. Ends a pause that no answer has ended: the person may have been recognised otherwise. */
  | { type: 'identity-confirmed' }
  /** The person was asked what the request is about (Recital 63). */
  | { type: 'clarification-asked' }
  | { type: 'clarification-answered' }
  /** A fee was asked for (Art. 12(5)). */
  | { type: 'fee-asked' }
  | { type: 'fee-paid' }
  /** The person was told of the extension and its reasons: `at` is when the notice went, not when it was decided. */
  | { type: 'extended'; reasons: readonly ExtensionReason[] }
  /** The reply was given. */
  | { type: 'answered' }
  /** The person was told that no action is taken, and why (Art. 12(4)). */
  | { type: 'refused' }
  /** The person no longer wants it. */
  | { type: 'withdrawn' }
  /** What had been recorded was wrong. `becomes` null: it never happened. The last correction of an event stands. */
  | { type: 'corrected'; corrects: string; becomes: Correction | null };

interface Correction {
  at: Date;
  /** Of an extension. */
  reasons?: readonly ExtensionReason[];
}

export type Fact = Exclude<ClockEvent, { type: 'corrected' }>;

/** An event that was corrected, as it had stood and as it stands. */
export interface Corrected {
  event: string;
  type: Fact['type'];
  was: string;
  became: string | null;
}

/** What each event asks for or brings. */
export const ASKS: Partial<Record<Fact['type'], Awaited>> = {
  'identity-asked': 'identity',
  'clarification-asked': 'clarification',
  'fee-asked': 'fee',
};
export const BRINGS: Partial<Record<Fact['type'], Awaited>> = {
  'identity-answered': 'identity',
  'identity-confirmed': 'identity',
  'clarification-answered': 'clarification',
  'fee-paid': 'fee',
};

/**
 * The facts as they stand after all corrections, in the order in which they happened (of the same instant: in the order
 * given, the receipt first).
 *
 * @throws RangeError when a correction names no event, or when there is not exactly one receipt.
 */
export function factsOf(events: readonly ClockEvent[]): { received: Fact; facts: Fact[]; corrected: Corrected[] } {
  const facts = new Map<string, Fact>();
  for (const event of events) {
    if (facts.has(event.id)) throw new RangeError('Two events have the same id.');
    if (event.type !== 'corrected') facts.set(event.id, event);
  }
  const original = new Map(facts);
  const corrections = new Map<string, Correction | null>();
  for (const event of events)
    if (event.type === 'corrected') {
      if (!original.has(event.corrects)) throw new RangeError('A correction names an event that is not there.');
      corrections.set(event.corrects, event.becomes);
    }
  for (const [id, becomes] of corrections) {
    if (becomes === null) facts.delete(id);
    else facts.set(id, { ...(facts.get(id) as Fact), ...becomes } as Fact);
  }
  const receipts = [...facts.values()].filter(({ type }) => type === 'received');
  const [received] = receipts;
  if (!received || receipts.length > 1) throw new RangeError('A clock needs exactly one receipt.');
  return {
    received,
    facts: [...facts.values()].filter(({ type }) => type !== 'received').sort((a, b) => +a.at - +b.at),
    corrected: [...corrections].map(([event, becomes]) => {
      const { type, at } = original.get(event) as Fact;
      return { event, type, was: at.toISOString(), became: becomes?.at.toISOString() ?? null };
    }),
  };
}
