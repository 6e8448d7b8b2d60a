import type { Context } from '../../foundations/contract/context.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { File } from './case-file.ts';
import type { Sent } from './events.ts';
import { mailLetter } from './letters/mail-letter.ts';
import type { Facts, LetterKind, MadeLetter } from './letters/model.ts';
import type { RequestPorts } from './ports.ts';

interface Composed {
  /** For the event that tells of it. */
  told: { letter?: MadeLetter; sent?: Sent };
  /** Puts it into the outbox, where it goes by mail. */
  also: ((tx: Query) => Promise<void>) | undefined;
}

/** What a letter about this request may say. */
export function factsOf({ row, requester, life, timing }: Pick<File, 'row' | 'requester' | 'life' | 'timing'>): Facts {
  return {
    reference: row.reference,
    type: life.part,
    name: requester?.name ?? null,
    then: life.part === life.type ? life.then : null,
    receivedOn: timing.clock?.received ?? timing.complaint?.received ?? '',
    dueOn: timing.dueOn,
    code: null,
    reasons: [],
    words: null,
    asked: [],
    fee: null,
    link: null,
  };
}

/** Makes the letter of an act, and says by which way it goes: by mail where there is an address and nothing else is said. */
export async function letterFor(
  { letters, outbox }: Pick<RequestPorts, 'letters' | 'outbox'>,
  context: Context,
  file: Pick<File, 'row' | 'requester' | 'life' | 'timing'>,
  kind: LetterKind,
  { sent, ...said }: Partial<Facts> & { sent?: Sent },
): Promise<Composed> {
  const { email, language = 'en' } = file.requester ?? {};
  const letter = await letters.make(context, kind, { ...factsOf(file), ...said }, language);
  const way = sent ?? (email ? 'email' : undefined);
  if (way !== 'email' || !email) return { told: { letter, sent: way }, also: undefined };
  const { messageId, add } = await mailLetter(outbox, context, email, letter);
  return { told: { letter: { ...letter, messageId }, sent: way }, also: add };
}
