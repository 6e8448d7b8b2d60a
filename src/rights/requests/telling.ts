import type { RequestEvent } from './events.ts';
import { requestEvents } from './sealing.ts';
import type { RequestRow } from './table.ts';

/** Facts that need not stand in a log that anybody may read. */
const KEPT_OUT = new Set(['terms', 'similar', 'result', 'costs', 'asked']);

/** What the log is told of an event: codes, counts, days and ids of things. Never a word that somebody wrote. */
export function auditDetail(
  { requestId, reference }: Pick<RequestRow, 'requestId' | 'reference'>,
  { seq, kind, data, occurredAt }: RequestEvent,
  ruleSet: string | null,
): Record<string, unknown> {
  const { facts, words } = requestEvents.takeApart(data);
  const told = Object.fromEntries(Object.entries(facts).filter(([name]) => !KEPT_OUT.has(name)));
  const letter = words['letter'] as { kind: string; language: string; sha256: string } | undefined;
  return {
    request: requestId,
    reference,
    seq,
    ruleSet,
    ...told,
    receivedAt: kind === 'received' ? occurredAt.toISOString() : undefined,
    letter: letter ? { kind: letter.kind, language: letter.language, sha256: letter.sha256 } : undefined,
  };
}
