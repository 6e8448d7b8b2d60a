import type { Context } from '../../../foundations/contract/context.ts';
import { DATA_SUBJECT } from '../../../foundations/outbox/model.ts';
import type { OutboxService } from '../../../foundations/outbox/service.ts';
import type { Query } from '../../../foundations/store/store.ts';
import type { MadeLetter } from './model.ts';

type Outbox = Pick<OutboxService, 'prepare' | 'add'>;

/** Makes a message to the person of a letter; `add` puts it into the transaction of what the letter tells of. */
export async function mailLetter(
  outbox: Outbox,
  context: Context,
  address: string,
  { kind, subject, text }: MadeLetter,
): Promise<{ messageId: string | undefined; add(tx: Query): Promise<void> }> {
  const delivery = { channel: 'email', address } as const;
  const message = { party: DATA_SUBJECT, topic: `request.${kind}`, delivery, data: {}, subject, text };
  const prepared = await outbox.prepare(context, [message]);
  return { messageId: prepared[0]?.messageId, add: (tx) => outbox.add(tx, prepared) };
}
