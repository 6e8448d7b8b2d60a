import { canonical } from '../../foundations/contract/canonical-json.ts';
import { DepartureError } from '../../foundations/departure/departure-error.ts';
import type { Line } from '../../foundations/departure/rows.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { PolicySet } from '../../register/policies/model.ts';
import { hashOfContent, sha256 } from '../../register/policies/policy-content.ts';

/**
 * What is found by its hash must have it: rows of all tenants are told by it what decided, and what was shown.
 * @throws DepartureError
 */
export function checkShared(table: keyof Tables, tenantId: string, line: Line): void {
  const isOwn = line['_own'] === true;
  const isTrue = table === 'policySets' ? isPolicies(line, tenantId, isOwn) : isNotice(line);
  if (!isTrue)
    throw new DepartureError(
      `The file has ${table === 'policySets' ? 'policies' : 'the text of a notice'} under a hash of something else.`,
    );
}

function isPolicies({ hash, content }: Line, tenantId: string, isOwn: boolean): boolean {
  if (typeof content !== 'object' || content === null) return false;
  if ('tenantOverlay' in content) {
    const { tenantOverlay: told } = content as { tenantOverlay?: { tenantId?: unknown; parts?: unknown } | null };
    return isOwn && told?.tenantId === tenantId && sha256(canonical({ tenantId, parts: told.parts ?? null })) === hash;
  }
  const { hash: said, words: _, ...rest } = content as PolicySet;
  return said === hash && hashOfContent(rest) === hash;
}

function isNotice({ noticeHash, noticeId, version, language, text }: Line): boolean {
  if (typeof noticeHash !== 'string' || typeof text !== 'string') return false;
  const hash = sha256(text);
  return noticeHash === hash || noticeHash === `${hash} ${noticeId} ${version} ${language}`;
}
