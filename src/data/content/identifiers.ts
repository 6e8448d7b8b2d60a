import { createRequire } from 'node:module';

// A CommonJS module whose names an ESM import cannot see under every loader.
const { isValid } = createRequire(import.meta.url)('orcid-utils') as typeof import('orcid-utils');

/** What a DOI may look like on the way in: bare, as `doi:…`, or as a link to the resolver. */
export const DOI_INPUT_PATTERN =
  '^([hH][tT][tT][pP][sS]?://([dD][xX]\\.|[wW]{3}\\.)?[dD][oO][iI]\\.[oO][rR][gG]/|[dD][oO][iI]:)?10\\.[^\\s]+$';

const RESOLVER = /^https?:\/\/(?:dx\.|www\.)?doi\.org\//i;
const DOI = /^10\.\d{4,9}\/[^\p{Cc}\p{Cf}\p{Cs}\p{Z}]{1,240}$/u;

/**
 * The DOI as it is kept and compared: bare, ASCII letters in lower case (DOI names are compared without regard to
 * case; REQ-H10). Undefined when the text is none.
 */
export function parseDoi(text: string): string | undefined {
  let name = text.trim();
  if (RESOLVER.test(name)) {
    try {
      name = decodeURIComponent(name.replace(RESOLVER, ''));
    } catch {
      return undefined;
    }
  } else name = name.replace(/^doi:/i, '');
  const lower = name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return DOI.test(lower) ? lower : undefined;
}

/** `https://doi.org/…`, with the characters escaped that a link cannot carry. */
export function doiLink(doi: string): string {
  return `https://doi.org/${encodeURI(doi).replace(/[?#]/g, encodeURIComponent)}`;
}

/** An ORCID iD on the way in: hyphenated, bare or with its prefix. */
export const ORCID_INPUT_PATTERN = '^(https?://orcid\\.org/)?\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX]$';

/** The bare, hyphenated iD, its ISO 7064 MOD 11-2 check character verified (REQ-H09); undefined when it is none. */
export function parseOrcid(text: string): string | undefined {
  const match = /^(?:https?:\/\/orcid\.org\/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])$/.exec(text);
  return match?.[1] !== undefined && isValid(match[1]) ? match[1] : undefined;
}

export function orcidLink(orcid: string): string {
  return `https://orcid.org/${orcid}`;
}
