/** Where a declaration and the database have drifted apart, and what would be right. */
export interface HolderFinding {
  code:
    | 'table-missing'
    | 'column-missing'
    | 'key-not-unique'
    | 'subject-type'
    | 'clock-type'
    | 'clock-empty'
    | 'clock-unreadable'
    | 'rows-hidden'
    | 'privilege-missing'
    | 'copy-declared'
    | 'not-transactional'
    | 'history-kept'
    | 'not-null-broken'
    | 'unique-broken'
    | 'length-broken'
    | 'type-broken'
    | 'generated-column'
    | 'treatment-broken'
    | 'foreign-key-blocks'
    | 'foreign-key-cycle'
    | 'cascade-reaches'
    | 'cascade-changes'
    | 'column-unclaimed'
    | 'table-unclaimed'
    | 'no-index'
    | 'category-missing'
    | 'category-unclaimed';
  severity: 'error' | 'warning';
  table: string;
  column: string | null;
  detail: string;
  remedy: string;
  /** What an error keeps from being done: everything, only what changes rows of `entry`, or nothing. */
  blocks: 'all' | 'acts' | 'nothing';
  /** The entry of the declaration it is about. */
  entry: string | null;
}

type Usual = 'severity' | 'blocks' | 'entry';
/** Adds a finding: an error that keeps acts from being done, unless it says otherwise. */
export type AddFinding = (finding: Omit<HolderFinding, Usual> & Partial<Pick<HolderFinding, Usual>>) => void;
