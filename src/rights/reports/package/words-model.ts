import type { TransferTool } from '../../../law/vocabularies/transfer-tools.ts';
import type { BasisPoint, ErasureException, PartyRole } from '../../../law/vocabulary.ts';
import type { Category } from '../../../register/policies/model.ts';
import type { RedactionReason } from './model.ts';
import type { Right, RightReason } from './rights.ts';

/** Everything a package says in words, in one language. */
export interface Words {
  title: Record<'access' | 'portability', string>;
  subtitle(kind: 'account' | 'visitor', linked: number): string;
  asOf(day: string): string;
  headings: Record<
    | 'confirmation'
    | 'purposes'
    | 'categories'
    | 'recipients'
    | 'periods'
    | 'rights'
    | 'complaint'
    | 'sources'
    | 'automatedDecisions'
    | 'transfers'
    | 'copy'
    | 'redactions'
    | 'accessLog'
    | 'history'
    | 'scope'
    | 'leftOut'
    | 'missing'
    | 'files',
    string
  >;
  labels: Record<
    | 'purpose'
    | 'basis'
    | 'interest'
    | 'about'
    | 'category'
    | 'records'
    | 'special'
    | 'name'
    | 'role'
    | 'does'
    | 'onBehalfOf'
    | 'contact'
    | 'countries'
    | 'periods'
    | 'onErasure'
    | 'right'
    | 'why'
    | 'source'
    | 'importer'
    | 'country'
    | 'safeguard'
    | 'measures'
    | 'at'
    | 'what'
    | 'field'
    | 'reason'
    | 'action'
    | 'file'
    | 'holder'
    | 'yes'
    | 'no'
    | 'redacted',
    string
  >;
  held(records: number): string;
  nothing: string;
  incomplete: string;
  complaint(authority: string, contact: string): string;
  noDecisions: string;
  noTransfers: string;
  noRedactions: string;
  noLooks: string;
  /** At the end of a table that was cut off. */
  rest(shown: number, all: number, file: string): string;
  record(n: number, all: number): string;
  scope: string;
  offered(yes: boolean): string;
  files: [name: string, what: string][];
  dataOfOthers: string;
  dataOfOthersWhy: string;
  rights: Record<Right, string>;
  rightReasons: Record<RightReason, string>;
  bases: Record<BasisPoint, string>;
  exceptions: Record<ErasureException, string>;
  tools: Record<TransferTool, string>;
  roles: Record<PartyRole, string>;
  sources: Record<Category['source'], string>;
  redactionReasons: Record<RedactionReason, string>;
  disclosureReasons: Record<'consented' | 'public' | 'known-to-the-person', string>;
  leftOut: Record<'basis' | 'source', string>;
  onErasure: Record<'erase' | 'reduce' | 'retain', string>;
  faults: Record<string, string>;
  /** What may be looked at, by operation; otherwise its name. */
  looks: Record<string, string>;
  lookPurposes: Record<string, string>;
  /** Field names of exports; of others the name itself is taken apart. */
  fields: Record<string, string>;
}
