import { canonical, hasHalfCharacter } from '../../contract/canonical-json.ts';

/** Members of an entry that are texts; `subject` only where there is one. */
const TEXTS = ['tenant', 'id', 'at', 'actor', 'role', 'action', 'policyHash', 'requestId'] as const;
const MEMBERS = new Set<string>(['version', 'subject', 'detail', ...TEXTS]);

/**
 * What is wrong with an entry, in words that follow "entry 12"; and its id. An entry is canonical JSON (RFC 8785) of
 * exactly the members `log/leaf.ts` gives it.
 */
export function entryFault(text: string): { fault?: string; id: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'is not JSON', id: '' };
  }
  const fault = membersFault(value) ?? canonicalFault(value, text);
  return fault === undefined ? { id: (value as { id: string }).id } : { fault, id: '' };
}

function membersFault(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'is not an object';
  const entry = value as Record<string, unknown>;
  for (const member in entry) if (!MEMBERS.has(member)) return 'has a member no entry has';
  if (entry['version'] !== 2) return 'is of a version this program does not know';
  for (const member of TEXTS) if (typeof entry[member] !== 'string') return `lacks "${member}", or it is no text`;
  if ('subject' in entry && typeof entry['subject'] !== 'string') return 'has a "subject" that is no text';
  const { detail } = entry;
  if (detail === null || typeof detail !== 'object' || Array.isArray(detail))
    return 'lacks "detail", or it is no object';
  return undefined;
}

function canonicalFault(value: unknown, text: string): string | undefined {
  try {
    // What `JSON.stringify` writes is canonical where members are in order, lone surrogates aside; it is much faster.
    const sound = (JSON.stringify(value) === text && inOrder(value)) || canonical(value) === text;
    if (sound && !hasHalfCharacter(text)) return undefined;
  } catch {
    // Nested beyond reason.
  }
  return 'is not in canonical form (RFC 8785)';
}

/** Whether the members of every object are in order of their names' UTF-16 code units. */
function inOrder(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(inOrder);
  let last = '';
  for (const member in value) {
    if (member < last) return false;
    last = member;
    const inner = (value as Record<string, unknown>)[member];
    if (typeof inner === 'object' && !inOrder(inner)) return false;
  }
  return true;
}
