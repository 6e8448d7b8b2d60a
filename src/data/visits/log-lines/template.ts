import { invalidField } from '../../../foundations/contract/problem.ts';
import { clfTime, epochTime, isoTime, MALFORMED, type ParsedLine, unescaped, visitOf } from './values.ts';

/** A piece of a format: text as it stands, or a field by its name in lower case, without what only filters it. */
type Piece = { text: string } | { field: string; written: string };

type Time = (text: string) => Date | undefined;

/** Fields that hold one address, by Apache's and nginx's names. */
const ADDRESSES = new Set([
  '%h',
  '%a',
  '%{c}a',
  '$remote_addr',
  '$realip_remote_addr',
  ...['x-forwarded-for', 'x-real-ip', 'true-client-ip', 'cf-connecting-ip', 'x-client-ip', 'fastly-client-ip'].flatMap(
    (header) => [`%{${header}}i`, `$http_${header.replaceAll('-', '_')}`],
  ),
]);
const USER_AGENTS = new Set(['%{user-agent}i', '$http_user_agent']);
const TIMES = new Map<string, Time>([
  ['%t', (text) => clfTime(text.slice(1, -1))],
  ['%{sec}t', (text) => epochTime(text, 1)],
  ['%{msec}t', (text) => epochTime(text, 1e3)],
  ['%{usec}t', (text) => epochTime(text, 1e6)],
  ['$time_local', clfTime],
  ['$time_iso8601', isoTime],
  ['$msec', (text) => epochTime(text, 1)],
]);

const FIELD =
  /%[!\d,]*[<>]?(?:\{([^{}]{1,128})\})?(\^t[io]|[A-Za-z])|\$(?:\{([a-z\d_]{1,64})\}|([a-z\d_]{1,64}))|%%|\\(["\\tn])|[\s\S]/y;

/**
 * Reads lines by a format of Apache (`LogFormat`) or nginx (`log_format`). Each field ends where the text behind it
 * begins; in quotes it may hold escapes. So every line is read in one way or in none.
 * @param address which field is the visitor's, where the format has several addresses.
 * @throws Problem naming `/format` or `/address` when that cannot be told from the format.
 */
export function templateReader(format: string, address?: string): (line: string) => ParsedLine {
  const pieces = piecesOf(format);
  const fields = pieces.flatMap((piece) => ('field' in piece ? [piece] : []));
  const addresses = fields.filter(({ field }) => ADDRESSES.has(field));
  const chosen = address === undefined ? addresses : fields.filter(({ field }) => field === nameOf(address));
  const written = (of: typeof fields) => of.map((field) => field.written).join(', ');
  if (chosen.length === 0)
    throw address === undefined
      ? invalidField('/format', 'has no address (%h, %a, $remote_addr, %{X-Forwarded-For}i …)')
      : invalidField('/address', 'must be a field of the format, written as it stands there');
  if (chosen.length > 1)
    throw invalidField('/address', `must say which of the format’s addresses is the visitor’s: ${written(chosen)}`);
  const times = fields.filter(({ field }) => TIMES.has(field));
  if (times.length === 0)
    throw invalidField('/format', 'has no time that is known here (%t, %{sec}t, $time_local, $time_iso8601, $msec …)');
  const agents = fields.filter(({ field }) => USER_AGENTS.has(field));
  if (agents.length > 1) throw invalidField('/format', 'has the user agent twice');

  const expression = expressionOf(pieces);
  const at = (piece: (typeof fields)[number] | undefined) => (piece ? fields.indexOf(piece) + 1 : -1);
  const places = { address: at(chosen[0]), time: at(times[0]), agent: at(agents[0]) };
  const timeOf = TIMES.get(times[0]?.field as string) as Time;
  return (line) => {
    const match = expression.exec(line);
    if (!match) return MALFORMED.format;
    const agent = match[places.agent] ?? '';
    const time = timeOf(match[places.time] as string);
    return visitOf(match[places.address] as string, time, agent === '-' ? '' : unescaped(agent));
  };
}

function piecesOf(format: string): Piece[] {
  if (format.length > 2048) throw invalidField('/format', 'must have at most 2048 characters');
  const pieces: Piece[] = [];
  const text = (more: string) => {
    const last = pieces.at(-1);
    if (last && 'text' in last) last.text += more;
    else pieces.push({ text: more });
  };
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(format); match; match = FIELD.exec(format)) {
    const [whole, , directive, braced, variable, escaped] = match;
    if (directive !== undefined || braced !== undefined || variable !== undefined)
      pieces.push({ field: nameOf(whole), written: whole });
    else if (escaped !== undefined) text({ t: '\t', n: '\n' }[escaped] ?? escaped);
    else if (whole === '%' || whole === '$')
      throw invalidField('/format', `has a ${whole} that begins no field; a percent sign itself is written %%`);
    else text(whole === '%%' ? '%' : whole);
  }
  return pieces;
}

/** `%{User-Agent}i`, `%>{user-agent}i`: one field; `${msec}` and `$msec` too. Letters of Apache’s own mean by their case. */
function nameOf(written: string): string {
  if (written.startsWith('$')) return `$${written.replace(/[${}]/g, '')}`;
  const [, inBraces, directive] = /^%[!\d,]*[<>]?(\{[^{}]*\})?(\^?[A-Za-z]{1,3})$/.exec(written) ?? [];
  return directive === undefined ? written : `%${inBraces?.toLowerCase() ?? ''}${directive}`;
}

function expressionOf(pieces: Piece[]): RegExp {
  let source = '^';
  for (const [index, piece] of pieces.entries()) {
    if ('text' in piece) {
      source += piece.text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      continue;
    }
    const [before, after] = [pieces[index - 1], pieces[index + 1]];
    if (after && 'field' in after)
      throw invalidField('/format', `has nothing between ${piece.written} and ${after.written} to tell them apart`);
    const next = after?.text[0];
    if (piece.field === '%t') source += '(\\[[^\\]]{26}\\])';
    else if (next === '"' && before && 'text' in before && before.text.endsWith('"'))
      source += '((?:[^"\\\\]|\\\\[\\s\\S])*)';
    else source += next === undefined ? '([^"]*)' : `([^${classEscape(next)}]*)`;
  }
  return new RegExp(`${source}$`);
}

const classEscape = (letter: string) => (/[\\\]^-]/.test(letter) ? `\\${letter}` : letter);
