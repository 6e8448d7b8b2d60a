import { invalidField } from '../contract/problem.ts';
import { parseSubjectRef, subjectOf } from './subjects.ts';
import type { Vault } from './vault.ts';

/**
 * The account a path names: only accounts have profiles and published items.
 * @throws Problem `unprocessable-request` for a visitor.
 */
export async function accountOf(
  vault: Vault,
  tenantId: string,
  reference: string,
): Promise<{ id: string; subjectId: string }> {
  const ref = parseSubjectRef(reference);
  if (ref.kind !== 'account') throw invalidField('{id}', 'must name an account; a visitor has none of this.');
  return { id: ref.id, subjectId: (await subjectOf(vault, tenantId, ref)).subjectId };
}
