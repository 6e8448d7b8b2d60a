import { readJson } from '../../../foundations/contract/json.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import { clfTime, epochTime, isoTime, MALFORMED, type ParsedLine, visitOf } from './values.ts';

type Members = Record<string, unknown>;

/** A JSON object of one line; undefined when it is none, or says something twice. */
function objectOf(line: string): Members | undefined {
  try {
    return membersOf(readJson(line));
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '-' ? value : undefined);
/** Numbers come as numbers or as text. */
const numberText = (value: unknown) => (typeof value === 'number' ? plainNumber(value) : textOf(value));
const plainNumber = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(6));

/**
 * nginx with `log_format … escape=json`, the members named as the variables: `remote_addr`, one of `time_iso8601`,
 * `time_local` and `msec`, and `http_user_agent`.
 */
export function readNginxJson(line: string): ParsedLine {
  const logged = objectOf(line);
  if (!logged) return MALFORMED.format;
  const [iso, local, msec] = [textOf(logged['time_iso8601']), textOf(logged['time_local']), numberText(logged['msec'])];
  if (iso === undefined && local === undefined && msec === undefined) return MALFORMED.format;
  const at = iso === undefined ? (local === undefined ? epochTime(msec as string, 1) : clfTime(local)) : isoTime(iso);
  return visitOf(textOf(logged['remote_addr']) ?? '', at, textOf(logged['http_user_agent']) ?? '');
}

/**
 * Caddy’s access log. The address is `client_ip`, which Caddy works out from the proxies it trusts; earlier versions
 * have only `remote_ip`, or `remote_addr` with a port. `ts` is a number since 1970 (seconds, milliseconds, nanoseconds)
 * or RFC 3339.
 */
export function readCaddyJson(line: string): ParsedLine {
  const logged = objectOf(line);
  const request = membersOf(logged?.['request']);
  if (!logged || !request) return MALFORMED.format;
  const address =
    textOf(request['client_ip']) ??
    textOf(request['remote_ip']) ??
    textOf(request['remote_addr'])
      ?.replace(/:\d{1,5}$/, '')
      .replace(/^\[(.*)\]$/, '$1');
  const agents = membersOf(request['headers'])?.['User-Agent'];
  const agent = Array.isArray(agents) ? textOf(agents[0]) : undefined;
  return visitOf(address ?? '', caddyTime(logged['ts']), agent ?? '');
}

function caddyTime(ts: unknown): Date | undefined {
  if (typeof ts === 'string') return isoTime(ts);
  if (typeof ts !== 'number' || !(ts >= 0)) return undefined;
  // Seconds have eleven digits until the year 5138.
  const unitsPerSecond = ts < 1e11 ? 1 : ts < 1e14 ? 1e3 : 1e9;
  return epochTime(plainNumber(ts), unitsPerSecond);
}
