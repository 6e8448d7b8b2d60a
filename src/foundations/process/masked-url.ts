/** Parameters of a URL that say where and how, and are no secret. All others are masked. */
const TELLING = new Set([
  'host',
  'port',
  'dbname',
  'sslmode',
  'sslnegotiation',
  'application_name',
  'connect_timeout',
  'ignoreTLS',
  'requireTLS',
  'secure',
]);

/**
 * A URL as it may be shown. What stands before the `@` is a name only where a password follows it: alone it is a token or
 * a key. The last `@` counts, so that one within a password hides more and not less.
 */
export function maskedUrl(url: string): string {
  const [, scheme, rest] = /^([a-z][\w+.-]*:\/\/)(.*)$/is.exec(url) ?? [];
  if (scheme === undefined || rest === undefined) return url;
  const at = rest.lastIndexOf('@');
  const user = at < 0 ? '' : rest.slice(0, at);
  const [name] = /^[\w.-]+(?=:)/.exec(user) ?? [];
  const before = at < 0 ? '' : `${name === undefined ? '' : `${name}:`}***@`;
  const [place, query] = divided(rest.slice(at + 1), '?');
  if (query === undefined) return scheme + before + place;
  const shown = query.split('&').map((part) => {
    const [key, value] = divided(part, '=');
    return value === undefined || TELLING.has(key) ? part : `${key}=***`;
  });
  return `${scheme}${before}${place}?${shown.join('&')}`;
}

function divided(text: string, mark: string): [before: string, after: string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
