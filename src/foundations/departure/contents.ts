import type { Tables } from '../store/schema.ts';

/** What becomes of the rows of a table when its tenant leaves (GDPR Art. 28(3)(g)). */
export interface Fate {
  /** Whether its rows go back to the institution, and into another instance. */
  returned: boolean;
  /** `kept`: a law wants them. */
  then: 'erased' | 'kept';
  /** Why it is not returned. */
  because?: string;
  /** Of what is kept: the articles that want it. */
  ground?: Ground;
}

/** Why something stays when everything else goes: codes, which the certificate says in words. */
type Ground = 'accountability' | 'breach-record' | 'processor-record';

/** Whatever is named nowhere below goes back and is erased: a new table leaves with its tenant unasked. */
const USUAL: Fate = { returned: true, then: 'erased' };
const local = (because: string): Fate => ({ returned: false, then: 'erased', because });
const kept = (ground: Ground): Fate => ({ returned: true, then: 'kept', ground });

const EXCEPTIONS: Partial<Record<keyof Tables, Fate>> = {
  apiTokens: local('Credentials of this instance: another one issues its own.'),
  idempotencyKeys: local('Answers to repeated calls of this instance, for a day.'),
  outboxMessages: local('Messages of this instance on their way: it delivers them or gives them up.'),
  webhookSecrets: local('Which secrets of this instance are good until when.'),
  leases: local('Which process of this instance works on what.'),
  dataSteps: local('How far releases of this instance have come.'),
  jobRuns: local('Runs of jobs of this instance.'),
  keyGenerations: local('Which keys of this instance stand.'),
  clockMarks: local('What the clock of this instance has shown.'),
  evidenceUnlocks: local('Lives within a transaction only.'),
  auditPending: local('Entries on their way into the log, all of which have their place when a return is made.'),
  departures: { ...local('The record of the end itself.'), then: 'kept', ground: 'processor-record' },
  finishedLogs: kept('accountability'),
  auditEntries: kept('accountability'),
  logLeaves: kept('accountability'),
  logTiles: kept('accountability'),
  logHeads: kept('accountability'),
  logWitnessed: kept('accountability'),
  certificates: kept('accountability'),
  // What the log and the facts that stay name by its hash; the database lets nobody delete it.
  policySets: kept('accountability'),
  noticeTexts: kept('accountability'),
  breachEvents: kept('breach-record'),
  registerFacts: kept('processor-record'),
};

export const fateOf = (table: keyof Tables): Fate => EXCEPTIONS[table] ?? USUAL;

/** Parts of the log: they are read together, as far as the checkpoint that goes with them. */
export const LOG_TABLES: readonly (keyof Tables)[] = ['auditEntries', 'logLeaves', 'logTiles', 'logHeads'];

/** Of the installation's rows in them goes along what rows of the tenant name; the tenant's own go along whole. */
export const SHARED_TABLES: readonly (keyof Tables)[] = ['policySets', 'noticeTexts'];

/** Tables whose rows go back, in the order of the schema. */
export const returnedTables = (tables: Tables): (keyof Tables)[] =>
  (Object.keys(tables) as (keyof Tables)[]).filter((name) => fateOf(name).returned && !SHARED_TABLES.includes(name));

/** Numbers by which a late write under a destroyed key is refused: they must outlast the keys. */
const FENCES: readonly (keyof Tables)[] = ['keyGenerations'];

/** Tables whose rows are erased; that of tenants last of all, so that nobody takes a half erased tenant for one. */
export const erasedTables = (tables: Tables): (keyof Tables)[] =>
  (Object.keys(tables) as (keyof Tables)[]).filter(
    (name) => fateOf(name).then === 'erased' && name !== 'tenants' && !FENCES.includes(name),
  );

export const keptTables = (tables: Tables): (keyof Tables)[] =>
  (Object.keys(tables) as (keyof Tables)[]).filter((name) => fateOf(name).then === 'kept');
