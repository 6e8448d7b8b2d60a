import type { Context } from '../../../foundations/contract/context.ts';
import type { Outcome } from '../events.ts';
import type {
  ConsentPort,
  ErasurePort,
  HoldPort,
  PackagePort,
  RecipientPort,
  RectificationPort,
  RequestHoldKind,
  ToldOf,
} from '../ports.ts';
import type { File } from '../records.ts';

export interface FulfilmentPorts {
  packages?: PackagePort | undefined;
  erasures?: ErasurePort | undefined;
  holds?: HoldPort | undefined;
  rectification?: RectificationPort | undefined;
  consents?: ConsentPort | undefined;
  recipients?: RecipientPort | undefined;
  /** Every category of the policies. */
  /** Categories of which there is anything about the person. */
  heldCategories?: ((context: Context, subject: string) => Promise<string[]>) | undefined;
}

/** `done: false`: it is under way elsewhere, and asked again later. */
type StepResult = { done: true; result: Record<string, unknown> } | { done: false };

/** One thing to be done; recorded before it is begun. Doing it twice must do no harm: a crash may come in between. */
export interface Step {
  step: string;
  run(context: Context, file: File, ports: FulfilmentPorts): Promise<StepResult>;
}

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

/** Nobody is known whom the request could be about: nothing is held, and nothing is to be done. */
export const nobody = (file: File): boolean => file.life.subject === null;
export const subjectIn = (file: File): string => file.life.subject as string;
export const resultOf = (file: File, step: string): Record<string, unknown> =>
  file.life.steps.find((one) => one.step === step)?.result ?? {};
export const nothing = (): [] => [];

/** Before the act: whom to tell of it is known only as long as the person is (Art. 19). */
export const findRecipients = (what: ToldOf): Step => ({
  step: 'recipients',
  async run(context, file, { recipients, heldCategories }) {
    const subject = subjectIn(file);
    const categories = file.life.received.categories ?? (await heldCategories?.(context, subject)) ?? [];
    await recipients?.open(context, { requestId: file.row.requestId, what, subject, categories });
    return { done: true, result: {} };
  },
});

/** After it. */
export const tellRecipients = (what: ToldOf): Step => ({
  step: 'recipients-told',
  async run(context, { row }, { recipients }) {
    await recipients?.send(context, row.requestId, what);
    return { done: true, result: {} };
  },
});
