import type { Context } from '../../foundations/contract/context.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Sent } from './events.ts';
import type { LetterFacts, LetterKind, LetterPort, MadeLetter, MailPort } from './ports.ts';
import type { File } from './records.ts';

interface Composed {
  /** For the event that tells of it. */
  told: { letter?: MadeLetter; sent?: Sent };
  /** Puts it into the outbox, where it goes by mail. */
  also: ((tx: Query) => Promise<void>) | undefined;
}

/** What a letter about this request may say. */
export function factsOf({
  row,
  requester,
  life,
  timing,
}: Pick<File, 'row' | 'requester' | 'life' | 'timing'>): LetterFacts {
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
  ports: { letters?: LetterPort | undefined; mail?: MailPort | undefined },
  context: Context,
  file: Pick<File, 'row' | 'requester' | 'life' | 'timing'>,
  kind: LetterKind,
  { sent, ...said }: Partial<LetterFacts> & { sent?: Sent | undefined },
): Promise<Composed> {
  const { email, language = 'en' } = file.requester ?? {};
  const letter = await ports.letters?.make(context, kind, { ...factsOf(file), ...said }, language);
  const way = sent ?? (email && ports.mail && letter ? 'email' : undefined);
  const also = way === 'email' && email && letter ? await ports.mail?.prepare(context, email, letter) : undefined;
  return { told: { letter, sent: way }, also };
}
