import type { Context } from '../../foundations/contract/context.ts';
import { latestPast } from '../../foundations/contract/instant.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import {
  type ImportStep,
  type ImportSummary,
  importLines,
  type Taken,
} from '../../foundations/imports/import-lines.ts';
import type { Line } from '../../foundations/imports/lines.ts';
import type { RecordingDeps } from './batch.ts';
import { captureVisits, type ObservedVisit } from './capture.ts';
import { lineReader } from './log-lines/formats.ts';
import { PORTAL_PATTERN } from './model.ts';
import { recordVisits } from './recordable.ts';

const portalName = new RegExp(PORTAL_PATTERN);
/** Lines that must all be wrong before a log that was begun is taken for another kind of file. */
const WRONG_AT_LEAST = 100;

export interface ImportOptions {
  /** The portal the log is of. */
  portal: string;
  /** A name (`combined` where there is none), or a format written out as Apache or nginx have it. */
  format?: string;
  /** Which field of a written format is the visitor’s address, where it has several. */
  address?: string;
  /** See `LineImport`. */
  rejectFile?: string;
  onProgress?: (progress: ImportStep) => void;
}

/**
 * Imports a web server's access log, every line of it once (see `importLines`): a log that has grown, was rotated,
 * renamed or packed goes on where it was left.
 * @throws Problem `unprocessable-request` naming a portal, format or field that cannot be, or when no line at the
 *   beginning is in the format, with nothing written; and as `importLines`.
 */
export async function importAccessLog(
  deps: RecordingDeps,
  context: Context,
  file: string,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { portal, format, address, rejectFile, onProgress } = options;
  if (!portalName.test(portal))
    throw invalidField('/portal', 'must be a short name of lower-case letters, digits, dots and hyphens');
  const read = lineReader(format, address);
  return importLines(deps, context, file, {
    kind: 'access-log',
    ...(rejectFile === undefined ? {} : { rejectFile }),
    ...(onProgress === undefined ? {} : { onProgress }),
    tried: (lines, begun) => {
      if (lines.length < (begun ? WRONG_AT_LEAST : 1)) return;
      if (lines.some((line) => !('malformed' in read(line)))) return;
      const of = lines.length === 1 ? 'The first line is not' : `None of the first ${lines.length} lines is`;
      const inFormat = format === undefined ? 'in the combined log format' : 'in the format that was named';
      throw new Problem('unprocessable-request', `${of} ${inFormat}. Nothing was imported. Name the log’s own format.`);
    },
    taken: async (lines) => {
      const { seen, rejected } = sorted(context, lines, read, portal);
      const captured = await captureVisits(deps, context, seen);
      const { rows, policyHash, full } = captured;
      return {
        accepted: seen.length,
        rejected,
        write: async (tx, importId) => {
          await recordVisits(tx, context, deps.processing, captured);
          const detail = { importId, accepted: rows.length, rejected: rejected.length, full };
          await deps.audit.add(tx, context, { action: 'visits.imported', policyHash, detail });
        },
      } satisfies Taken;
    },
  });
}

/** Which lines are visits, and which are not (malformed, or from the future). */
function sorted(
  context: Context,
  lines: Line[],
  read: ReturnType<typeof lineReader>,
  portal: string,
): { seen: ObservedVisit[]; rejected: string[] } {
  const latest = latestPast(context.clock()).getTime();
  const seen: ObservedVisit[] = [];
  const rejected: string[] = [];
  for (const line of lines) {
    const parsed = read(line);
    if ('malformed' in parsed || parsed.occurredAt.getTime() > latest) rejected.push(line.text);
    else seen.push({ portal, ...parsed });
  }
  return { seen, rejected };
}
