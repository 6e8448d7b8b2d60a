import { instantOf, latestPast } from '../../foundations/contract/instant.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import type { ColumnClaim } from '../../foundations/holders/holder.ts';
import { localDay } from '../../law/duration.ts';
import { informBy } from '../../law/information-clock.ts';
import type { Obtained } from './model.ts';

/** What a row tells of data that somebody else gave; null in all where the person gave it. */
export interface ObtainedState {
  obtainedFrom: string | null;
  obtainedAt: Date | null;
  informState: string | null;
  informBy: string | null;
  informBecause: string | null;
  informedAt: Date | null;
  informedUnder: string | null;
  informExemption: string | null;
  informExemptionReason: string | null;
}

/** Nobody else gave it, or nothing of it is left that anybody could be told of. */
export const NOT_OBTAINED: ObtainedState = {
  obtainedFrom: null,
  obtainedAt: null,
  informState: null,
  informBy: null,
  informBecause: null,
  informedAt: null,
  informedUnder: null,
  informExemption: null,
  informExemptionReason: null,
};
export const OBTAINED_COLUMNS = Object.keys(NOT_OBTAINED) as (keyof ObtainedState)[];

/**
 * What a row says after data came with this origin: a duty to tell the person begins (GDPR Art. 14(3)), unless one runs
 * already or they were told of this source before. Answers undefined where nothing changes.
 * @throws Problem for an instant that lies ahead or before 1970.
 */
export function obtaining(
  before: ObtainedState | undefined,
  obtained: Obtained | undefined,
  now: Date,
  timeZone: string,
  publishedOn?: string,
): Partial<ObtainedState> | undefined {
  if (!obtained) return undefined;
  const at = obtained.at === undefined ? now : instantOf('/obtained/at', obtained.at);
  if (!(at.getTime() >= 0) || at > latestPast(now))
    throw invalidField('/obtained/at', 'must be an instant since 1970 that has passed');
  const open = before?.informState === 'open';
  const known = open || (before?.obtainedFrom ?? null) === obtained.from;
  if (before && known && !(open && obtained.at !== undefined && before.obtainedAt && at < before.obtainedAt))
    return undefined;
  // What is made public is disclosed; what was public before it came is not disclosed by us.
  const { by, because } = informBy({ obtained: localDay(at, timeZone), disclosed: publishedOn });
  const begins = { obtainedFrom: obtained.from, obtainedAt: at, informBy: by, informBecause: because };
  // One that is open stays whatever becomes of it meanwhile: only its days move.
  return open ? begins : { ...NOT_OBTAINED, ...begins, informState: 'open' };
}

/** What is published while somebody must still be told of it, is disclosed with that (GDPR Art. 14(3)(c)). */
export function becamePublic(
  row: ObtainedState | undefined,
  publishedOn: string | undefined,
  timeZone: string,
): Partial<ObtainedState> {
  if (publishedOn === undefined || row?.informState !== 'open' || !row.informBy || !row.obtainedAt) return {};
  const since = localDay(row.obtainedAt, timeZone);
  return since <= publishedOn && publishedOn < row.informBy
    ? { informBy: publishedOn, informBecause: 'disclosed' }
    : {};
}

/** What a holder claims of these columns. */
export function obtainedClaims(claim: (exportedAs: string | null, reason?: string) => ColumnClaim) {
  return {
    obtainedFrom: claim('obtainedFrom'),
    obtainedAt: claim('obtainedAt'),
    informState: claim(null, 'Follows from the day, the notice and the exemption beside it.'),
    informBy: claim('informBy'),
    informBecause: claim(null, 'Which of three instants makes it that day.'),
    informedAt: claim('informedAt'),
    informedUnder: claim('informedUnder'),
    informExemption: claim('informExemption'),
    informExemptionReason: claim('informExemptionReason'),
  };
}

/** The same as exported. */
export function obtainedFields(row: ObtainedState) {
  return {
    obtainedFrom: row.obtainedFrom,
    obtainedAt: row.obtainedAt?.toISOString() ?? null,
    informBy: row.informBy,
    informedAt: row.informedAt?.toISOString() ?? null,
    informedUnder: row.informedUnder,
    informExemption: row.informExemption,
    informExemptionReason: row.informExemptionReason,
  };
}
