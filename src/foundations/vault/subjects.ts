import type { SubjectKind, Vault } from './vault.ts';

/** A data subject as callers name it: `account:<platform user id>`, `visitor:<visitor id>`; bare ids are accounts. */
export interface SubjectRef {
  kind: SubjectKind;
  id: string;
  /** The id is the pseudonym itself. */
  isPseudonym?: boolean;
}

/** A data subject as Lethe keeps it: nothing but a keyed hash. */
export interface Subject {
  kind: SubjectKind;
  subjectId: string;
}

/** What an id may look like, without its kind. */
export const SUBJECT_ID_PATTERN = '^[A-Za-z0-9._~@+-]{1,128}$';
/** The same with an optional kind in front, as it stands in a path. */
export const SUBJECT_REF_PATTERN = '^((account|visitor):)?[A-Za-z0-9._~@+-]{1,128}$';

/** Reads a reference that fits `SUBJECT_REF_PATTERN`. */
export function parseSubjectRef(text: string): SubjectRef {
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: 'account', id: text };
  // Within the service only: whom a receipt is about is known by the pseudonym alone.
  if (text.startsWith('pseudonym:')) return { kind: 'visitor', id: text.slice(colon + 1), isPseudonym: true };
  return { kind: text.slice(0, colon) === 'visitor' ? 'visitor' : 'account', id: text.slice(colon + 1) };
}

export async function subjectOf(vault: Vault, tenantId: string, ref: SubjectRef): Promise<Subject> {
  if (ref.isPseudonym) return { kind: ref.kind, subjectId: ref.id };
  return { kind: ref.kind, subjectId: await vault.subjectId(tenantId, ref.kind, ref.id) };
}
