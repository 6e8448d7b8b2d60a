import type { Static, TSchema } from 'typebox';
import type { Context } from '../../../foundations/contract/context.ts';
import type { Store } from '../../../foundations/store/store.ts';
import { parseSubjectRef, subjectOf } from '../../../foundations/vault/subjects.ts';
import type { Vault } from '../../../foundations/vault/vault.ts';
import type { Candidates } from '../candidates.ts';
import { type Act, type File, illegal, type RequestRecords } from '../case-file.ts';
import type { NewEvent, SubjectBy } from '../events.ts';
import type { Fulfilments } from '../fulfil.ts';
import type { LetterKind } from '../letters/model.ts';
import { checkAsked, type Saying, telling } from '../letters.ts';
import type * as model from '../model.ts';
import type { RequestPorts } from '../ports.ts';
import { legalEvents } from '../states.ts';

export interface ActDeps {
  store: Store;
  vault: Vault;
  records: RequestRecords;
  fulfilments: Fulfilments;
  candidates: Candidates;
  ports: RequestPorts;
}

export type Input<K extends keyof typeof model> = (typeof model)[K] extends TSchema ? Static<(typeof model)[K]> : never;

/** What every act on a request goes through. */
export function createActing(deps: ActDeps) {
  const { vault, records, fulfilments, ports } = deps;

  /** One event and the letter that tells of it, as it stands with the event. */
  async function told(context: Context, file: File, event: NewEvent, kind: LetterKind, saying: Saying): Promise<Act> {
    checkAsked(file, event.kind, saying.sent);
    return telling({ ports, records }, context, file, event, kind, saying);
  }

  /** Appends what was decided on a request as it was read, and lets protection be what its new state wants. */
  async function acting(context: Context, file: File, decide: (now: Date) => Promise<Act> | Act): Promise<File> {
    const after = await records.act(context, file, await decide(context.clock()));
    await fulfilments.settle(context, after);
    return after;
  }

  /** First whether it can happen at all: nothing is sent, made or checked for what cannot. */
  function possible({ life }: File, ...kinds: NewEvent['kind'][]): void {
    const [first] = kinds;
    if (first && !kinds.some((kind) => legalEvents(life.part, life.state).includes(kind))) throw illegal(life, first);
  }

  /** What goes with naming whom it is about: a code that is under way to somebody else's address counts no more. */
  async function named(
    context: Context,
    file: File,
    subject: string,
    by: SubjectBy,
  ): Promise<Pick<Act, 'head' | 'also'>> {
    if (by === 'officer' && file.life.subject === subject) return {};
    const { subjectId } = await subjectOf(vault, context.tenant.id, parseSubjectRef(subject));
    const another = by !== 'identity' && file.life.subject !== subject;
    const also = another ? await ports.identity.revokeCode(context, file.row.requestId) : undefined;
    return { head: { subjectId }, also };
  }

  return { told, acting, possible, named };
}

export type Acting = ReturnType<typeof createActing>;
