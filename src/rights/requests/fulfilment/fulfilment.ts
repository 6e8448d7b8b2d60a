import type { HoldKind } from '../../../data/retention/hold-kinds.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { categoriesHeld, outcomeOfErasure } from '../../erasure/tell-outcome.ts';
import type { Told } from '../../recipients/model.ts';
import type { File } from '../case-file.ts';
import type { Outcome } from '../events.ts';
import type { RequestPorts } from '../ports.ts';

/** `done: false`: it is under way elsewhere, and asked again later. */
type StepResult = { done: true; result: Record<string, unknown> } | { done: false };

/** One thing to be done; recorded before it is begun. Doing it twice must do no harm: a crash may come in between. */
export interface Step {
  step: string;
  run(context: Context, file: File, ports: RequestPorts): Promise<StepResult>;
}

/** What requests place, and nobody else: of these a request has just those that its state wants. */
export const REQUEST_HOLDS = [
  'restriction',
  'objection',
  'access-request',
  'erasure-pending',
] as const satisfies readonly HoldKind[];
type RequestHoldKind = (typeof REQUEST_HOLDS)[number];

export interface WantedHold {
  kind: RequestHoldKind;
  category?: string;
  purpose?: string;
}

/** How one type of request is carried out. */
export interface Fulfilment {
  /** Protection that stands for as long as the request is in its present state. */
  holds(file: File): WantedHold[];
  steps(file: File): Step[];
  /** What came of it, once every step is done. */
  outcome(file: File): { outcome: Outcome; records: number | null };
  /** The officer must say how it is decided. */
  decided?: readonly Outcome[];
}

/**
 * Nobody is known whom the request could be about: nothing is held, and nothing is to be done. Known is whom an officer,
 * the platform or a confirmed identity has named; what somebody has brought is no name.
 */
export const nobody = ({ life }: Pick<File, 'life'>): boolean => life.subject === null || life.subjectBy === null;
export const subjectIn = (file: File): string => file.life.subject as string;
export const resultOf = (file: File, step: string): Record<string, unknown> =>
  file.life.steps.find((one) => one.step === step)?.result ?? {};
export const nothing = (): [] => [];

/** Categories it is about: those the person named, or all of which there is anything about the person. */
export async function categoriesConcerned(
  context: Context,
  file: File,
  { erasures }: Pick<RequestPorts, 'erasures'>,
): Promise<string[]> {
  const { categories } = file.life.received;
  if (categories) return categories;
  return categoriesHeld(await erasures.preview(context, subjectIn(file)));
}

/** Before the act: whom to tell of it is known only as long as the person is (Art. 19). */
export const findRecipients = (what: Told): Step => ({
  step: 'recipients',
  async run(context, file, ports) {
    const subject = subjectIn(file);
    const categories = await categoriesConcerned(context, file, ports);
    await ports.recipients.open(context, { requestId: file.row.requestId, what, subject, categories });
    return { done: true, result: {} };
  },
});

/** After it: of an erasure only what it erased. */
export const tellRecipients = (what: Told, after = 'erasure'): Step => ({
  step: 'recipients-told',
  async run(context, file, { recipients, erasures }) {
    const { erasureId } = resultOf(file, after) as { erasureId?: string };
    const erasure = erasureId === undefined ? undefined : await erasures.get(context, erasureId);
    await recipients.send(context, file.row.requestId, what, erasure && outcomeOfErasure(erasure));
    return { done: true, result: {} };
  },
});
