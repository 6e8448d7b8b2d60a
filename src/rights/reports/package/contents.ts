import type { Letterhead } from '../../../foundations/print/model.ts';
import type { Gathering } from './gather.ts';
import type { Facts, RedactionDecisions, Withheld } from './model.ts';
import type { Speech } from './records/speech.ts';

/** What a package is written from. */
export interface Contents {
  packageId: string;
  say: Speech;
  facts: Facts;
  /** Address and logo of the institution, on what is read. */
  letterhead?: Letterhead | undefined;
  rows: Pick<Gathering, 'count' | 'fields' | 'first' | 'lines'>;
  /** Kinds of data in the copy, in order. */
  categories: { category: string; title: string }[];
  decided: RedactionDecisions;
  withheld: Withheld;
  /** What finds the person's entries in the public log; access only. */
  log?: object;
}
