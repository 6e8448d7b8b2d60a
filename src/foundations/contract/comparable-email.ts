/**
 * How an address is compared, everywhere: trimmed, NFC, local part and domain in lower case. It is kept as it was
 * given.
 */
export function comparableEmail(email: string): string {
  // Once more: a small letter may have a form with its accent that its capital has not (J̌, ǰ).
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC');
}

/** Letters beyond ASCII of one address for which both cases are asked for; each doubles the spellings. */
const CASED_AT_MOST = 6;

/**
 * The spellings of an address that a database can keep which folds no letters but A to Z: compared with a value whose
 * A to Z are in lower case, one of them is equal whenever `comparableEmail` says that both are the same address.
 */
export function addressSpellings(email: string): string[] {
  let spellings = [''];
  let cased = 0;
  for (const letter of comparableEmail(email)) {
    const upper = letter.toUpperCase();
    const both = letter > '\x7f' && upper !== letter && upper.toLowerCase() === letter;
    const forms = both && cased < CASED_AT_MOST ? [letter, upper] : [letter];
    if (both) cased += 1;
    spellings = spellings.flatMap((begun) => forms.map((form) => begun + form));
  }
  return [...new Set(spellings.flatMap((one) => [one.normalize('NFC'), foldAscii(one.normalize('NFD'))]))];
}

const foldAscii = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
