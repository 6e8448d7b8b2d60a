import { type Context, withoutIdempotencyKey } from '../../foundations/contract/context.ts';
import { localDay } from '../../law/duration.ts';
import { titlesIn } from '../../register/view/titles.ts';
import type { Erasure } from '../erasure/model.ts';
import { tellOutcome } from '../erasure/tell-outcome.ts';
import type { RecipientTask } from '../recipients/model.ts';
import type { File } from './case-file.ts';
import type { KeptOnException, NationalRestriction, Outcome } from './events.ts';
import { purposesOf } from './fulfilment/erasure.ts';
import { resultOf } from './fulfilment/fulfilment.ts';
import { inPortal, portalContexts } from './fulfilment/other-portals.ts';
import type { Said } from './letters/model.ts';
import type { RequestPorts } from './ports.ts';

type Ports = Pick<RequestPorts, 'register' | 'erasures' | 'recipients' | 'portals'>;

/** Names of things in the language of the person. */
async function titlesFor(context: Context, { requester }: File, { register }: Ports) {
  const { policies } = await register.view(context);
  return titlesIn(policies, requester?.language ?? 'en');
}

/** What was done for the person, for the letter that tells of it: read from what came of it, never from what was asked. */
export async function whatWasDone(caller: Context, file: File, outcome: Outcome, ports: Ports): Promise<Said> {
  const context = withoutIdempotencyKey(caller);
  const { life } = file;
  const titles = await titlesFor(context, file, ports);
  const titled = (ids: readonly string[]) => ids.map(titles.category);
  const limits = life.restrictions.map(limitIn(titled));
  const recipients = () => recipientsTold(context, file, ports);
  switch (life.part) {
    case 'access':
    case 'portability':
      return { ...copyOf(file), limits, feePaid: life.feePaid, next: null };
    case 'erasure':
      return {
        ...(await erasureSoFar(context, file, ports)),
        // Of a visitor nothing is brought in; whoever loses what some purposes alone needed is still there.
        keptOut: (life.subject?.startsWith('account:') ?? false) && purposesOf(life) === undefined,
        limits,
        recipients: await recipients(),
      };
    case 'rectification': {
      const { changed = [] } = resultOf(file, 'rectification') as { changed?: string[] };
      const statement = life.received.statement !== undefined;
      return { done: titled(changed), statement, limits, recipients: await recipients() };
    }
    case 'restriction': {
      const { categories } = life.received;
      return { categories: categories ? titled(categories) : 'all', limits, recipients: await recipients() };
    }
    case 'objection': {
      const about = await objectedTo(context, file, ports);
      return { ...about, limits, reasons: outcome === 'rejected' ? ['compelling-grounds'] : undefined };
    }
    case 'consent-withdrawal': {
      const { withdrawn } = resultOf(file, 'withdrawal') as { withdrawn?: number };
      const { purpose } = life.received;
      return { withdrawn, categories: purpose === undefined ? 'all' : [titles.purpose(purpose)] };
    }
    case 'human-review':
    case 'complaint':
      return outcome === 'changed' || outcome === 'confirmed' || outcome === 'upheld' || outcome === 'rejected'
        ? { reasons: [outcome] }
        : {};
  }
}

/** What an objection is about, in the language of the person. */
async function objectedTo(context: Context, file: File, ports: Ports): Promise<Said> {
  const { purpose, marketing = false } = file.life.received;
  const titles = await titlesFor(context, file, ports);
  return { categories: purpose === undefined ? 'all' : [titles.purpose(purpose)], marketing };
}

/** What a refusal keeps, and on which exception each (Art. 17(3)), in the language of the person. */
export async function keptOnExceptions(
  context: Context,
  file: File,
  exceptions: readonly KeptOnException[],
  ports: Ports,
): Promise<Said> {
  const titles = await titlesFor(context, file, ports);
  return {
    kept: exceptions.map(({ category, exception }) => ({ category: titles.category(category), grounds: [exception] })),
    limits: file.life.restrictions.map(limitIn((ids) => ids.map(titles.category))),
  };
}

/** A copy: how many records, and how it comes. The link counts once: what is kept of the letter has another. */
function copyOf({ life }: File): Said {
  const { by, link } = life.release ?? {};
  const records = life.records ?? undefined;
  if (by === 'link') return { records, delivery: link && { by, ...link } };
  // What went to another controller is told with when it was received there.
  return { records, delivery: by === 'passphrase' ? { by } : undefined };
}

const limitIn =
  (titled: (ids: readonly string[]) => string[]) =>
  ({ provision, reviewOn, scope, categories }: NationalRestriction) => ({
    provision,
    reviewOn,
    categories: scope === 'whole' || !categories ? ('all' as const) : titled(categories),
  });

/** The erasures of a request so far: in the portal that was asked, and in others it is answered for. */
export async function erasuresOf(
  context: Context,
  file: File,
  ports: Pick<RequestPorts, 'erasures' | 'portals'>,
): Promise<{ where: Context; step: string; erasure: Erasure }[]> {
  const places = [
    { where: context, step: 'erasure' },
    ...(await portalContexts(context, file, ports)).map(({ portal, there }) => ({
      where: there,
      step: inPortal('erasure', portal.tenant),
    })),
  ];
  const found: Awaited<ReturnType<typeof erasuresOf>> = [];
  for (const { where, step } of places) {
    const { erasureId } = resultOf(file, step) as { erasureId?: string };
    const erasure =
      erasureId === undefined
        ? await ports.erasures.ofRequest(where, file.row.requestId)
        : await ports.erasures.get(where, erasureId);
    if (erasure) found.push({ where, step, erasure });
  }
  return found;
}

/** How the erasure of a request stands, by titles; `unfinished`: places that have not carried it out yet. */
export async function erasureSoFar(context: Context, file: File, ports: Ports): Promise<Said | undefined> {
  const erasures = await erasuresOf(context, file, ports);
  if (erasures.length === 0) return undefined;
  const titles = await titlesFor(context, file, ports);
  const told = erasures.map(({ where, erasure }) => {
    // Where several portals are told of, each thing says of which it is.
    const title = (category: string) =>
      where === context ? titles.category(category) : `${titles.category(category)} (${where.tenant.name})`;
    return { ...tellOutcome(title, erasure), unfinished: unfinishedIn(erasure, file, title) };
  });
  const unfinished = told.flatMap((one) => one.unfinished ?? []);
  return {
    done: told.flatMap(({ done }) => done),
    kept: told.flatMap(({ kept }) => kept),
    held: told.flatMap(({ held }) => held),
    unfinished: unfinished.length > 0 ? unfinished : undefined,
  };
}

/** What is still there although it should be gone, by place; none once it is through. */
function unfinishedIn(
  { parts = [], holders, startedAt, verdict }: Erasure,
  { life }: File,
  title: (category: string) => string,
): Said['unfinished'] {
  const since = localDay(new Date(startedAt), life.received.terms.timeZone);
  const outside = parts.filter(({ status }) => status !== 'done' && status !== 'held');
  const failed = holders
    .filter(({ holder }) => !parts.some((part) => part.holder === holder))
    .flatMap(({ categories }) => categories.filter(({ result }) => result === 'failed'));
  const places = [
    ...outside.map(({ holder }) => ({ place: placeOf(holder, holders, title), since })),
    ...failed.map(({ category }) => ({ place: title(category), since })),
  ];
  if (places.length === 0 && verdict === 'complete') return undefined;
  return places.length > 0 ? places : verdict === 'incomplete' ? [{ place: null, since }] : undefined;
}

/** A holder outside by what it keeps: its own name says nothing to anybody. */
function placeOf(holder: string, holders: Erasure['holders'], title: (category: string) => string): string {
  const own = holders.find((one) => one.holder === holder)?.categories ?? [];
  return own.length > 0 ? own.map(({ category }) => title(category)).join(', ') : holder;
}

/** How it stands with each recipient that is to be told of what was done. */
export async function recipientsTold(
  context: Context,
  { row, life }: File,
  { recipients }: Pick<RequestPorts, 'recipients'>,
): Promise<NonNullable<Said['recipients']>> {
  const tasks = await recipients.of(context, row.requestId);
  const { timeZone } = life.received.terms;
  return tasks
    .filter((task) => task.what === life.part && task.status !== 'cancelled')
    .map((task) => ({ name: task.name, ...stands(task, timeZone) }));
}

function stands(
  { status, answer, answeredAt }: RecipientTask,
  timeZone: string,
): Pick<NonNullable<Said['recipients']>[number], 'told' | 'on'> {
  if (answer === 'impossible' || answer === 'disproportionate') return { told: 'disproportionate' };
  if (answer !== null && answeredAt !== null) return { told: answer, on: localDay(new Date(answeredAt), timeZone) };
  if (status === 'delivered') return { told: 'told' };
  return { told: status === 'sent' ? 'sent' : status === 'failed' ? 'failed' : 'pending' };
}
