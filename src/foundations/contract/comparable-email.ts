import { domainToASCII, domainToUnicode } from 'node:url';

/**
 * How an address is compared, everywhere, and nowhere otherwise: blanks around it are dropped, A to Z are in lower case
 * in both parts, letters and their accents are one (NFC), and an international domain is its A-label (RFC 5890). Nothing
 * else is folded: U+212A (KELVIN SIGN) is no `k`, a dotless `ı` no `i`, a full-width letter none of ASCII. Whoever sends
 * there may reach somebody else, so two such addresses are two. It is kept as it was given.
 */
export function comparableEmail(email: string): string {
  const whole = addressText(email.trim());
  const at = whole.lastIndexOf('@') + 1;
  // Once more: a small letter may have a form with its accent that its capital has not (J̌, ǰ).
  return addressText(foldAscii(whole.slice(0, at)) + comparableDomain(whole.slice(at)));
}

/**
 * Text of an address in a normalisation form. The letters that would become one of ASCII (KELVIN SIGN a K, GREEK
 * QUESTION MARK a semicolon, GREEK VARIA a grave accent) stay what they are.
 */
export function addressText(text: string, form: 'NFC' | 'NFD' = 'NFC'): string {
  return text.replaceAll(/[^\u037e\u1fef\u212a]+/gu, (part) => part.normalize(form));
}

/** An address as somebody would write it who knows the letters of its domain: `…@bücher.example`, not `…@xn--…`. */
export function emailInLetters(comparable: string): string {
  const at = comparable.lastIndexOf('@') + 1;
  const domain = comparable.slice(at);
  return comparable.slice(0, at) + ((isHostname(domain) && domainToUnicode(domain)) || domain);
}

/** Letters of one domain for which both cases are asked for; each doubles the spellings. */
const CASED_AT_MOST = 6;

/**
 * The spellings of an address that a database can keep which folds no letters but A to Z: compared with a value whose
 * A to Z are in lower case, one of them is equal whenever `comparableEmail` says that both are the same address.
 */
export function addressSpellings(email: string): string[] {
  const comparable = comparableEmail(email);
  const lettered = emailInLetters(comparable);
  const at = lettered.lastIndexOf('@') + 1;
  let domains = [''];
  let cased = 0;
  for (const letter of lettered.slice(at)) {
    const upper = letter.toUpperCase();
    const both = letter > '\x7f' && upper > '\x7f' && upper !== letter && upper.toLowerCase() === letter;
    const forms = both && cased < CASED_AT_MOST ? [letter, upper] : [letter];
    if (both) cased += 1;
    domains = domains.flatMap((begun) => forms.map((form) => begun + form));
  }
  const spellings = [comparable, ...domains.map((domain) => lettered.slice(0, at) + domain)];
  return [...new Set(spellings.flatMap((one) => [addressText(one), foldAscii(addressText(one, 'NFD'))]))];
}

/** A host's name by its characters; others would be read as parts of a URL. */
const isHostname = (domain: string): boolean => /^[a-z0-9.\-\u0080-\u{10ffff}]+$/iu.test(domain);

/** Whether a letter of a domain stays one beyond ASCII there: what is taken for letters of ASCII, or for nothing, does not. */
const staysItself = (letter: string): boolean =>
  letter <= '\x7f' || /^q[^\0-\x7f]+q$/u.test(domainToUnicode(domainToASCII(`q${letter}q`)));

function comparableDomain(domain: string): string {
  const international = /[^\0-\x7f]/.test(domain) && isHostname(domain) && [...domain].every(staysItself);
  return (international && domainToASCII(domain)) || foldAscii(domain);
}

const foldAscii = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
