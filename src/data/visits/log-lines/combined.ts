import { parseAddress } from '../../../law/reduce-address.ts';
import { clfTime, MALFORMED, type ParsedLine, unescaped, visitOf } from './values.ts';

const QUOTED = '"((?:[^"\\\\]|\\\\[\\s\\S])*)"';
/** Without a time: what stands before it is looked at apart. */
const AFTER_USER =
  `\\[([^\\]]{26})\\] ${QUOTED} (?:\\d{3}|-) (?:\\d+|-)` + `(?:$| ${QUOTED} ${QUOTED}((?: (?:[^" ]+|"-?"))*)$)`;
/**
 * Apache *common*: address, identity, user, time, request, status, size; *combined* adds referrer and user agent.
 * Servers are often configured to write more behind those: numbers and words do no harm. What stands in quotes could be
 * a referrer that was not escaped (the user agent is then another), or the visitor's own address behind a proxy.
 */
const COMBINED = new RegExp(`^(\\S{1,64}) (\\S{1,64}) (.{1,256}?) ${AFTER_USER}`);
/** Apache's *vhost_combined*, as Debian has it: the host, with or without its port, before all that. */
const HOST = /^([\w.-]{1,253}(?::\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](?::\d{1,5})?) /;

/** Reads one line, without its end. Never throws. A user agent that was not logged is empty. */
export function readCombined(line: string): ParsedLine {
  const match = COMBINED.exec(line);
  if (!match) return MALFORMED.format;
  const [, address, identity, user, time, , , userAgent] = match as unknown as string[];
  const beforeTime = [identity as string, ...(user as string).split(' ')];
  if (beforeTime.some(isAddress)) return MALFORMED.otherAddress;
  // A user's name may have blanks, but a field that is empty is a field.
  if (beforeTime.length > 2 && beforeTime.slice(1).includes('-')) return MALFORMED.moreFields;
  const agent = userAgent === undefined || userAgent === '-' ? '' : unescaped(userAgent);
  return visitOf(address as string, clfTime(time as string), agent);
}

export function readVhostCombined(line: string): ParsedLine {
  const host = HOST.exec(line);
  if (!host) return MALFORMED.format;
  // Without a port, an address in this place may just as well be a visitor's.
  if (parseAddress(host[1] as string) !== undefined) return MALFORMED.otherAddress;
  return readCombined(line.slice(host[0].length));
}

/** An address as it may stand in a log: in brackets, with a port, in a list. */
function isAddress(token: string): boolean {
  const bare = token.replace(/[,;]$/, '').replace(/^"|"$/g, '');
  const inBrackets = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare)?.[1];
  return [bare, inBrackets, /^([\d.]+):\d{1,5}$/.exec(bare)?.[1]].some((text) =>
    text?.split(',').some((one) => parseAddress(one) !== undefined),
  );
}
