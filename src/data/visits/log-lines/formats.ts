import { invalidField } from '../../../foundations/contract/problem.ts';
import type { Line } from '../../../foundations/imports/lines.ts';
import { readCombined, readVhostCombined } from './combined.ts';
import { readCaddyJson, readNginxJson } from './json-lines.ts';
import { templateReader } from './template.ts';
import { MALFORMED, type ParsedLine } from './values.ts';

const NAMED: Record<string, (line: string) => ParsedLine> = {
  combined: readCombined,
  'vhost-combined': readVhostCombined,
  'nginx-json': readNginxJson,
  'caddy-json': readCaddyJson,
};

/** Formats that have a name; any other is written out as it stands in the server’s configuration. */
export const LOG_FORMATS = Object.keys(NAMED);

/**
 * What reads the lines of a log. Never throws at a line.
 * @throws Problem naming `/format` or `/address` when the format cannot be used.
 */
export function lineReader(format = 'combined', address?: string): (line: Line) => ParsedLine {
  const named = Object.hasOwn(NAMED, format) ? NAMED[format] : undefined;
  if (!named && !/[%$]/.test(format))
    throw invalidField(
      '/format',
      `must be ${LOG_FORMATS.join(', ')}, or a LogFormat of Apache or log_format of nginx written out`,
    );
  if (named && address !== undefined)
    throw invalidField('/address', 'is for formats that are written out; a format with a name has one address');
  const read = named ?? templateReader(format, address);
  return ({ text, tooLong }) => (tooLong ? MALFORMED.tooLong : text.includes('\0') ? MALFORMED.nul : read(text));
}
