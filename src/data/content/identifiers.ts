import { createRequire } from 'node:module';

// A CommonJS module whose names an ESM import cannot see under every loader.
const { isValid } = createRequire(import.meta.url)('orcid-utils') as typeof import('orcid-utils');

/** What a DOI may look like on the way in: bare, as `doi:…` or `info:doi/…`, or as a link to the resolver. */
export const DOI_INPUT_PATTERN =
  '^(([hH][tT][tT][pP][sS]?://)?([dD][xX]\\.|[wW]{3}\\.)?[dD][oO][iI]\\.[oO][rR][gG]/|[dD][oO][iI]: ?|[iI][nN][fF][oO]:[dD][oO][iI]/)?10\\.[^\\s]+$';

const RESOLVER = /^(?:https?:\/\/)?(?:dx\.|www\.)?doi\.org\//i;
const LABEL = /^(?:doi:\s*|info:doi\/)/i;
/** A registrant may divide its code: `10.1000.10` (DOI Handbook, 2.2.2). */
const DOI = /^10\.\d{4,9}(?:\.\d{1,9}){0,4}\/[^\p{Cc}\p{Cf}\p{Cs}\p{Z}]{1,240}$/u;

/**
 * The DOI as it is kept and compared: bare, nothing escaped, ASCII letters in lower case (DOI names are compared without
 * regard to case; REQ-H10), and without what browsers and newsletters hang on: however it is written, an item is one.
 * Undefined when the text is none.
 */
export function parseDoi(text: string): string | undefined {
  const given = text.trim();
  // Of a link, `?` and `#` begin what is no part of the name; there they stand escaped.
  let name = RESOLVER.test(given) ? given.replace(RESOLVER, '').replace(/\?.*$/s, '') : given.replace(LABEL, '');
  if (name !== given && unescaped(name) === undefined) return undefined;
  for (let before = ''; name !== before; ) {
    before = name;
    name = withoutAddition(name);
    name = unescaped(name) ?? name;
  }
  const lower = name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return DOI.test(lower) ? lower : undefined;
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Parameters, a fragment, a slash at the end. Old names of Wiley (SICI) may end in `;2-#`, which is no fragment. */
function withoutAddition(name: string): string {
  const bare = name.replace(/\?[\w.~-]+=.*$/s, '').replace(/(?<!;2-)#.*$/s, '');
  let end = bare.length;
  while (bare[end - 1] === '/') end -= 1;
  return bare.slice(0, end);
}

/** `https://doi.org/…`, with the characters escaped that a link cannot carry. */
export function doiLink(doi: string): string {
  return `https://doi.org/${encodeURI(doi).replace(/[?#]/g, encodeURIComponent)}`;
}

/** An ORCID iD on the way in: as it is printed, without its hyphens, or as a link. */
export const ORCID_INPUT_PATTERN =
  '^((https?://)?([wW]{3}\\.)?[oO][rR][cC][iI][dD]\\.[oO][rR][gG]/)?(\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dXx]|\\d{15}[\\dXx])/?$';

const ORCID = /^(?:(?:https?:\/\/)?(?:www\.)?orcid\.org\/)?(\d{4})(-?)(\d{4})\2(\d{4})\2(\d{3}[\dX])\/?$/i;

/** The bare, hyphenated iD, its ISO 7064 MOD 11-2 check character verified (REQ-H09); undefined when it is none. */
export function parseOrcid(text: string): string | undefined {
  const [, first, , second, third, last] = ORCID.exec(text) ?? [];
  if (last === undefined) return undefined;
  const orcid = `${first}-${second}-${third}-${last.toUpperCase()}`;
  return isValid(orcid) ? orcid : undefined;
}

export function orcidLink(orcid: string): string {
  return `https://orcid.org/${orcid}`;
}
