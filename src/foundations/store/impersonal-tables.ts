import type { Tables } from './schema.ts';

/**
 * Tables no holder answers for, each with the reason. Everything else must be claimed column by column by one holder:
 * a test walks the schema and names what is missing.
 */
export const IMPERSONAL_TABLES: Partial<Record<keyof Tables, string>> = {
  tenants: 'Institutions and their settings.',
  apiTokens: 'Credentials of systems: hashed secrets, a label for the system, no person.',
  idempotencyKeys: 'Hashes of requests and results without personal data, forgotten after 24 hours.',
  holds:
    'Orders of the controller to keep data. A person stands in them only as the pseudonym, which is taken out when the ' +
    'person is erased, once the hold is over; their name is sealed, and its key is destroyed with the end of the hold.',
  retentionPlans:
    'Counts, digests and a few row pseudonyms to look at; a person’s are taken out when the person is erased.',
  sweeps: 'Runs: when, under which policies, how they ended.',
  sweepSteps: 'Counts per rule.',
  retentionApprovals: 'How far each rule may reach, and which credential agreed.',
  retentionReviews:
    'What waits for a person to look at it, and what they decided: rules, counts, days; their words are sealed.',
  retentionReviewRows:
    'Keys of the rows a review is about, as they stand in those rows: a row tells whose it is, and once it is gone nothing ' +
    'does. Keys that are a person’s are taken out when the person is erased.',
  clockMarks: 'Which instant the clock is known to have shown rightly.',
  certificates: 'Proof of what was destroyed: counts per rule and category, never ids of people.',
  erasures:
    'Progress of an erasure; the pseudonym stands only while it is proposed, runs, or waits for a hold to end, and is ' +
    'emptied with its end. What a proposal names is sealed under a key of the erasure.',
  visitErasures:
    'Which visits an officer asks to erase, and how far that is: a time, a network, counts. What tells of one visit or of ' +
    'one address (its id, a keyed hash) goes with the end.',
  erasureParts:
    'How far holders outside are with an erasure: codes, counts, their own cursor; never what they know a person by.',
  firstSights:
    'When rows of tables outside that have no time of their own were seen first: instants, and keyed hashes of their keys, ' +
    'which go with the rows.',
  recipientTasks:
    'Which organisation is to be told of what. What it knows the person by stands there sealed under a key of the ' +
    'request, and only until it has answered.',
  opendsrRequests:
    'What went between controllers and processors: ids, states, instants, a keyed hash of a body. What names a person is ' +
    'sealed, only until the request of it is opened; addresses for callbacks until it is over.',
  drpRequests:
    'Which agent brought which request, and how it was told that it stands: ids, codes, instants, a keyed hash of a message. ' +
    'Its own number for it and its address for callbacks are sealed, until it is over.',
  imports:
    'Progress of imports: positions, counts, a keyed hash of the first line of a file, made to know it again; never its name.',
  importMarks: 'Keyed hashes of what an import has read up to a place, made to know a file again.',
  importedRecords:
    'Keyed hashes of what makes a record the same, so that the same row is taken once for ever. Nothing leads from one to ' +
    'a person without the key of the institution and the row itself.',
  importRuns: 'Imports over HTTP: counts, instants, a keyed hash of what was sent.',
  importFaults:
    'Lines of an import that were not taken: number and reason, no value. The line itself is sealed under a key of the run, ' +
    'which is destroyed when it is fetched, at the latest after seven days.',
  leases: 'Which instance may work on what.',
  dataSteps: 'How far what a release rewrites has come: names of steps, ids of rows, counts.',
  jobRuns: 'Runs of scheduled jobs.',
  keyGenerations: 'How often keys of one of 64 buckets of a tenant were destroyed: numbers.',
  auditEntries:
    'Evidence of decisions. A subject is a commitment under its own key, another one in each entry, that nobody opens once ' +
    'that key is shredded; the index that finds a subject’s entries is cleared then. Details are counts and codes.',
  noticeTexts: 'Texts shown to everybody.',
  suppressions:
    'Keyed hashes of what erased persons were known by, kept only to keep them out, for the time the policies name.',
  disclosures: 'Who of the staff asked to see what, for which purpose, and who agreed; ids of rows, never values.',
  policySets: 'What the installation decided, as files.',
  policyProposals: 'What officers of an institution propose as its policies: files, numbers of rows, who decided.',
  registerFacts:
    'Organisations, agreements and changes among them; contact points of organisations as they publish them ' +
    '(Art. 13(1)(a), 30, 37(7)), no data subjects.',
  breachEvents:
    'What happened and was decided about breaches: codes and numbers, and sealed text written under the instruction to ' +
    'name nobody.',
  unconfirmedRequests:
    'What was typed on the public page, by whom nobody knows: sealed whole, emptied with the click or an officer’s act, ' +
    'deleted after seven days. Keyed hashes of mailbox and network only count.',
  identityChecks:
    'How it was checked who asks: method, outcome, instants, ids; a code only as a keyed hash, until it is used.',
  identityDocuments:
    'Copies shown to prove who somebody is, sealed under a key of their check, seen only by who decides and destroyed ' +
    'with the decision, or with the check when nobody decides (REQ-A17).',
  departures:
    'Which institution’s contract ended, who of the staff agreed, and what came of it: codes, counts, hashes; no person.',
  finishedLogs: 'Last checkpoints of logs that ended elsewhere, and public keys.',
  outboxMessages: 'Messages to organisations, sealed; forgotten after delivery.',
  webhookSecrets: 'Which secrets of organisations are good until when: numbers and instants, never a secret.',
  auditPending: 'Ids of entries that have no place in the log yet.',
  logLeaves: 'Which entry stands at which place of the log, and the random bytes that hide it there.',
  logTiles: 'Hashes of the log, over commitments.',
  logHeads: 'Where each log stands.',
  logWitnessed: 'Signed heads of the log.',
  packages:
    'Which package was made of what, when, and handed over how: codes, counts and digests. The pseudonym stands until the ' +
    'person is erased or the package is destroyed.',
  packageChunks:
    'Copies on their way to the person, made of what the holders have; sealed under a key of the package, which is ' +
    'destroyed first when its period is over.',
  evidenceUnlocks: 'Lives only inside the transaction that needs it.',
};
