import { type Context, withoutIdempotencyKey } from '../../foundations/contract/context.ts';
import { tellOutcome } from '../erasure/tell-outcome.ts';
import type { RecipientTask } from '../recipients/model.ts';
import type { File } from './case-file.ts';
import { resultOf } from './fulfilment/fulfilment.ts';
import type { Facts } from './letters/model.ts';
import type { RequestPorts } from './ports.ts';

type Details = NonNullable<Facts['details']>;
type Ports = Pick<RequestPorts, 'register' | 'erasures' | 'recipients'>;

/** What was done for the person, for the letter that tells of it: read from what came of it, never from what was asked. */
export async function whatWasDone(caller: Context, file: File, ports: Ports): Promise<Details | undefined> {
  const context = withoutIdempotencyKey(caller);
  const { life, row } = file;
  const { policies } = await ports.register.view(context);
  const titles = new Map(policies.categories.map(({ id, title }) => [id, title]));
  const titled = (ids: readonly string[]) => ids.map((id) => titles.get(id) ?? id);
  const titlesOf = policies.purposes.find(({ id }) => id === life.received.purpose)?.title;
  const purpose = titlesOf?.[file.requester?.language ?? 'en'] ?? titlesOf?.['en'] ?? life.received.purpose;
  const recipients = async () => toldOf(await ports.recipients.of(context, row.requestId), life.part);
  switch (life.part) {
    case 'erasure': {
      const { erasureId } = resultOf(file, 'erasure') as { erasureId?: string };
      if (erasureId === undefined) return undefined;
      const outcome = tellOutcome(policies, await ports.erasures.get(context, erasureId));
      return { ...outcome, recipients: await recipients() };
    }
    case 'rectification': {
      const { changed = [] } = resultOf(file, 'rectification') as { changed?: string[] };
      return { done: titled(changed), recipients: await recipients() };
    }
    case 'restriction': {
      const { categories } = life.received;
      return { categories: categories ? titled(categories) : 'all', recipients: await recipients() };
    }
    case 'objection':
      return { categories: purpose === undefined ? 'all' : [purpose] };
    case 'consent-withdrawal': {
      const { withdrawn } = resultOf(file, 'withdrawal') as { withdrawn?: number };
      return { categories: withdrawn === 0 ? [] : purpose === undefined ? 'all' : [purpose] };
    }
    default:
      return undefined;
  }
}

/** How it stands with each recipient that is to be told of this. */
function toldOf(tasks: readonly RecipientTask[], what: string): NonNullable<Details['recipients']> {
  return tasks
    .filter((task) => task.what === what && task.status !== 'cancelled')
    .map(({ name, status, answer }) => {
      if (answer === 'impossible' || answer === 'disproportionate') return { name, told: 'disproportionate' };
      if (status === 'failed') return { name, told: 'failed' };
      return { name, told: ['sent', 'delivered', 'answered'].includes(status) ? 'told' : 'pending' };
    });
}
