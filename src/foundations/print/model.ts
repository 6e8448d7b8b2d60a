import type { Picture } from './picture.ts';

/** One part of a document; the same parts become HTML and PDF. */
export type Block =
  | { kind: 'heading'; text: string; level: 2 | 3 }
  /** `note`: in the margin of attention: something is missing, or must be decided. */
  | { kind: 'paragraph'; text: string; note?: boolean }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; caption: string; columns: string[]; rows: string[][] }
  /** Label and value, one below the other. */
  | { kind: 'facts'; rows: [label: string, value: string][] }
  /** A place to sign for somebody: what is not known yet is left to be written. */
  | { kind: 'signature'; party: string; name?: string; role?: string };

/** More columns than this cannot be read side by side on A4: such rows become label and value. */
export const MOST_COLUMNS = 6;

/** What stands at the head of a paper below the name of whose it is. */
export interface Letterhead {
  /** Address, then how it is reached. */
  lines: string[];
  logo?: Picture | undefined;
}

/** Whose paper or page it is. */
export interface Sender {
  institution: string;
  letterhead?: Letterhead | undefined;
}

/** A document for people: what the public, an officer or an authority reads, prints and files. */
export interface PrintDocument extends Sender {
  title: string;
  subtitle?: string;
  /** A language tag: what `lang` of the document says. */
  language: string;
  /** Whose document it is; at the head of every printed page. */
  institution: string;
  /** As of when, in the footer. */
  date: string;
  blocks: Block[];
}
