import { isThisMachine } from '../process/loopback.ts';

/** Parameters of the URL by which TLS, or the check of who is on the other side, can be turned off; and what is harmless. */
const WEAKENING: Record<string, string | undefined> = {
  ignoretls: 'false',
  requiretls: 'true',
  opportunistictls: 'false',
  'tls.rejectunauthorized': 'true',
  'tls.checkserveridentity': undefined,
};
/** Those that name another server than the URL does. */
const ELSEWHERE = ['host', 'service', 'direct', 'proxy', 'socket'];

/** Whether mail goes to another machine, where it must be encrypted. */
export function leavesByMail(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  return !isThisMachine(hostname) || [...searchParams.keys()].some((name) => ELSEWHERE.includes(name.toLowerCase()));
}

/** Why mail would go in the clear, or to whoever answers; undefined where it does not. */
export function plainMailFault(url: string): string | undefined {
  if (!URL.canParse(url)) return 'is no address of a mail server';
  if (!leavesByMail(url)) return undefined;
  const [wrong] = [...new URL(url).searchParams].find(([name, value]) => weakens(name.toLowerCase(), value)) ?? [];
  if (wrong === undefined) return undefined;
  return `goes to another machine, where mail must be encrypted and the server’s certificate checked: take ${wrong} out`;
}

function weakens(name: string, value: string): boolean {
  return ELSEWHERE.includes(name) || (name in WEAKENING && WEAKENING[name] !== value.toLowerCase());
}
