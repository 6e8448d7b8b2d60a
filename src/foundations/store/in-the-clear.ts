import { type AnyColumn, getTableColumns, type Table } from 'drizzle-orm';
import { domainOf } from './pseudonyms.ts';
import type { Tables } from './schema.ts';

/** Why columns stand in the clear: the reason, then the columns it is true of. */
type Reasons = { [T in keyof Tables]?: Record<string, (keyof Tables[T]['_']['columns'])[]> };

/** Columns that mean the same wherever they are. */
const EVERYWHERE: Record<string, string> = {
  tenantId: 'Which institution a row belongs to: every query starts with it.',
  policyHash: 'Hash of the policies in force; the same for everybody.',
};

const STAFF = 'Id of the token or job that acted; never a person’s name.';
const WHEN = 'An instant of the work itself: it orders, ends or repeats it.';
const RANDOM_ID = 'A random id, made for this row.';
const STATE = 'Codes and counts the service goes on from.';
const OF_SECRET = 'SHA-256 of a secret of 128 random bits or more: nothing leads back to it.';
const REQUEST = 'The request it belongs to: it leads to its acts, to nothing a person did before.';
const REGISTER = 'A party, purpose or category of the register, as the policies name it.';

const MARKED = 'A random id: that an officer has marked the text beside it, not what of.';
const INFORMED =
  'Which kind of source gave it, and by when the person is told (Art. 14): codes, days and an officer’s reason.';
const INFORMED_COLUMNS = [
  'obtainedFrom',
  'obtainedAt',
  'informState',
  'informBy',
  'informBecause',
  'informedAt',
  'informedUnder',
  'informExemption',
  'informExemptionReason',
] as const;

/**
 * Whatever is neither sealed nor keyed, with its reason; docs/what-is-in-the-clear.md is made of it. Columns that a
 * holder claims as structure have their reason there. A column in none of these lists fails the coverage gate.
 */
const IN_THE_CLEAR: Reasons = {
  tenants: {
    'What an institution is called and how it is set up; no person.': [
      'name',
      'timeZone',
      'jurisdiction',
      'language',
      'region',
      'origins',
      'gpcSince',
      'createdAt',
      'leavingSince',
    ],
  },
  apiTokens: {
    [RANDOM_ID]: ['tokenId'],
    'What a system may do, and what it is called.': ['everyTenant', 'role', 'label', 'hint'],
    [OF_SECRET]: ['secretHash'],
    [STAFF]: ['createdBy'],
    [WHEN]: ['createdAt', 'expiresAt', 'revokedAt', 'lastUsedAt', 'endToldAt'],
  },
  idempotencyKeys: {
    'A key the caller made up, of which caller and for what: looked up with every repeat.': [
      'caller',
      'idempotencyKey',
      'operation',
    ],
    'The first answer: ids and codes, for 24 hours.': ['result', 'createdAt'],
  },
  consentEvents: {
    'Id of the decision and of its receipt: it leads to the decision, which is under a pseudonym of consents alone.': [
      'eventId',
    ],
    'What was decided, on which text and how: codes of the register, counted and looked up by them.': [
      'subjectKind',
      'purposeId',
      'status',
      'consentType',
      'purposeVersion',
      'noticeId',
      'noticeMajor',
      'noticeMinor',
      'noticeHash',
      'language',
      'controllers',
      'act',
      'method',
      'source',
      'jurisdiction',
    ],
    'Whether a child’s decision needed a parent, and how that was verified (Art. 8): codes, no age.': [
      'ageCheck',
      'parentalMethod',
    ],
    'When it was decided and ends: retention and expiry go by it, and a proof of consent needs it to the second.': [
      'recordedAt',
      'importedAt',
      'expiresAt',
    ],
    'Who vouches for an imported decision: a party of the register, the token that imported it, a reason that names nobody.':
      ['vouchedBy'],
  },
  subjectLinks: {
    'Retention goes by it.': ['linkedAt'],
  },
  noticeTexts: {
    'Texts shown to everybody.': ['noticeHash', 'noticeId', 'version', 'language', 'text', 'firstLoadedAt'],
  },
  visits: {
    'An id that tells the hour and nothing else; rows of one hour lie together.': ['visitId'],
    'Retention goes by it: to the millisecond while the visit is full, to the hour once it is reduced.': ['occurredAt'],
    'The cells that visits are counted in.': ['portal', 'browser', 'platform', 'robot'],
    'What is left of an address and a user agent once they are forgotten: a prefix and a version, shared by many.': [
      'network',
      'browserMajor',
    ],
  },
  visitDays: {
    'Counts of at least k visits; they belong to nobody.': ['day', 'portal', 'browser', 'platform', 'visits'],
  },
  visitorsToday: {
    'Visitors of a portal are told apart within one day.': ['day', 'portal'],
    'A pseudonym under a salt that is destroyed when the day is over, with this row: personal data until then.': [
      'visitor',
    ],
  },
  visitorDays: {
    'Counts of at least k visitors; they belong to nobody.': ['day', 'portal', 'visitors'],
  },
  imports: {
    [RANDOM_ID]: ['importId'],
    [STATE]: ['kind', 'position', 'accepted', 'rejected', 'rejectedBytes', 'counts'],
    [WHEN]: ['startedAt', 'finishedAt'],
  },
  importMarks: {
    [RANDOM_ID]: ['importId'],
    [STATE]: ['position'],
  },
  importedRecords: { [STATE]: ['kind'] },
  importRuns: {
    [RANDOM_ID]: ['runId', 'importId'],
    [STATE]: ['dryRun', 'state', 'failure', 'bytes', 'readBytes', 'counts'],
    [WHEN]: ['startedAt', 'movedAt', 'finishedAt'],
  },
  importFaults: {
    [RANDOM_ID]: ['runId'],
    'Where a line is wrong and what would be right, never what it says.': ['line', 'pointer', 'detail'],
  },
  profiles: {
    'Retention goes by them.': ['createdAt', 'updatedAt', 'lastActivityAt', 'closedAt'],
    'Whether the person was warned of the end of the account: it does not end before.': [
      'warnedFor',
      'warnedAt',
      'warnedWith',
      'warningMessage',
    ],
    [MARKED]: ['statementSpecialId'],
    [INFORMED]: [...INFORMED_COLUMNS],
  },
  associations: {
    'The item is published under it; who made it is sealed beside it.': ['doi', 'itemVersion', 'publishedOn'],
    'What the person did for the item, and whether that is public: codes.': ['role', 'visibility'],
    'Why it may stay after an erasure, and until when.': ['ground', 'reviewAt', 'minimisedAt'],
    'Retention goes by them.': ['createdAt', 'updatedAt'],
    [MARKED]: ['titleSpecialId'],
    [INFORMED]: [...INFORMED_COLUMNS],
  },
  holds: {
    [RANDOM_ID]: ['holdId'],
    [REGISTER]: ['category', 'purpose'],
    'Which kind of hold, and the officer’s own reference to a case.': ['kind', 'reference'],
    [REQUEST]: ['requestId'],
    [STAFF]: ['placedBy', 'releasedBy'],
    [WHEN]: ['placedAt', 'since', 'until', 'releasedAt'],
  },
  retentionPlans: {
    [RANDOM_ID]: ['planId'],
    'Counts per rule, and ids of a few rows to look at, as they stand in those rows.': ['plan', 'digest'],
    [WHEN]: ['asOf', 'createdAt'],
    [STAFF]: ['createdBy'],
  },
  firstSights: {
    'Holder and table, as the policies name them.': ['holder', 'entry'],
    'A hash of the key of a row outside, under a key of the holder.': ['rowMark'],
    [WHEN]: ['firstSeen', 'lastSeen'],
  },
  visitErasures: {
    [RANDOM_ID]: ['erasureId', 'certificateId'],
    [STATE]: ['status', 'seen', 'digest', 'removed', 'removedFull'],
    'A time, a network as visits keep it, a portal; the id of one visit or the keyed hash of an address until its end.':
      ['wanted'],
    [WHEN]: ['proposedAt', 'decidedAt', 'finishedAt'],
    [STAFF]: ['proposedBy', 'decidedBy'],
  },
  sweeps: {
    [RANDOM_ID]: ['sweepId', 'certificateId', 'reviewId'],
    [STATE]: ['status', 'planDigest', 'failure'],
    [WHEN]: ['asOf', 'startedAt', 'finishedAt'],
    [STAFF]: ['requestedBy', 'approvedBy'],
  },
  retentionReviews: {
    [RANDOM_ID]: ['reviewId', 'sweepId'],
    [REGISTER]: ['ruleId', 'category', 'treatRule'],
    [STATE]: ['why', 'rows', 'state'],
    [WHEN]: ['dueSince', 'openedAt', 'keptUntil', 'decidedAt'],
    [STAFF]: ['decidedBy', 'decidedRole', 'approvedBy'],
  },
  retentionReviewRows: {
    [RANDOM_ID]: ['reviewId'],
    [REGISTER]: ['ruleId'],
    'The key of a row, as it stands in that row, while somebody is to look at it.': ['rowKey'],
  },
  sweepSteps: {
    [RANDOM_ID]: ['sweepId', 'certificateId'],
    [STATE]: [
      'ruleId',
      'position',
      'status',
      'due',
      'held',
      'kept',
      'unwarned',
      'treated',
      'suppressed',
      'batches',
      'remaining',
      'cursor',
      'people',
      'digest',
      'reach',
      'waitsFor',
      'waitsInWords',
    ],
    [STAFF]: ['approvedBy'],
  },
  retentionApprovals: {
    'How far a rule may reach.': ['ruleId', 'reach'],
    [RANDOM_ID]: ['sweepId'],
    [STAFF]: ['approvedBy'],
    [WHEN]: ['approvedAt'],
  },
  clockMarks: {
    [WHEN]: ['seenAt', 'serverOffset', 'confirmedAt'],
    [STAFF]: ['confirmedBy'],
  },
  certificates: {
    'Proof that is shown to others: counts per rule and category.': ['certificateId', 'kind', 'issuedAt', 'body'],
  },
  erasures: {
    [RANDOM_ID]: ['erasureId'],
    [STATE]: ['status'],
    'What was decided and done per category, in codes and counts; while it runs or waits, whose it is under the pseudonyms of erasures.':
      ['outcome', 'held'],
    [REQUEST]: ['requestId'],
    [WHEN]: ['startedAt', 'finishedAt'],
  },
  erasureParts: {
    [RANDOM_ID]: ['erasureId'],
    'How far a holder outside is: its name, codes, its own cursor and reference.': [
      'holder',
      'status',
      'attempts',
      'cursor',
      'reference',
      'outcome',
      'failure',
    ],
    [WHEN]: ['nextAttemptAt', 'updatedAt'],
  },
  requests: {
    'Id and reference of the request, of which letters and acts speak.': ['requestId', 'reference', 'duplicateOf'],
    'What is asked for, on which way, and how it stands: lists and clocks go by it.': [
      'type',
      'state',
      'channel',
      'receivedAt',
      'dueOn',
      'openedAt',
      'closedAt',
      'importedAt',
    ],
    [OF_SECRET]: ['followHash'],
  },
  requestEvents: {
    'What happened to the request: codes, days and ids. What was written in words is sealed.': [
      'kind',
      'occurredAt',
      'recordedAt',
      'facts',
    ],
  },
  requestTexts: {},
  identityChecks: {
    [RANDOM_ID]: ['checkId'],
    [REQUEST]: ['requestId'],
    'How it was checked, and how it ended.': ['method', 'status', 'tries'],
    [WHEN]: ['askedAt', 'expiresAt', 'decidedAt'],
    [STAFF]: ['decidedBy'],
  },
  identityDocuments: {
    [RANDOM_ID]: ['documentId', 'checkId'],
    [REQUEST]: ['requestId'],
    'The kind of file.': ['mediaType'],
    [WHEN]: ['receivedAt'],
  },
  packages: {
    [RANDOM_ID]: ['packageId'],
    [REQUEST]: ['requestId'],
    'What is in it, in names of files, counts and digests, and how it is handed over.': [
      'kind',
      'status',
      'order',
      'manifest',
      'bytes',
      'sha256',
      'release',
      'failure',
    ],
    [OF_SECRET]: ['linkHash'],
    [STAFF]: ['preparedBy', 'approvedBy'],
    [WHEN]: [
      'snapshotAt',
      'approvedAt',
      'linkExpiresAt',
      'releasedAt',
      'deliveredAt',
      'destroyAfter',
      'destroyedAt',
      'createdAt',
    ],
  },
  packageChunks: {
    [RANDOM_ID]: ['packageId'],
    [STATE]: ['position'],
  },
  standings: {
    [RANDOM_ID]: ['standingId'],
    'Which relation, role or attribute of the declared ones: codes, as retention rules ask for them.': [
      'kind',
      'name',
      'value',
    ],
    'From when until when it is so: retention rules count by it.': ['since', 'until'],
    [WHEN]: ['recordedAt', 'updatedAt'],
  },
  recipientDisclosures: {
    [RANDOM_ID]: ['disclosureId'],
    [REGISTER]: ['party', 'categories'],
    'Since when the recipient has it.': ['disclosedAt', 'recordedAt'],
  },
  recipientTasks: {
    [RANDOM_ID]: ['taskId', 'messageId'],
    [REQUEST]: ['requestId'],
    [REGISTER]: ['party', 'categories'],
    'What is to be told, on which way, and what was answered: codes.': ['what', 'channel', 'status', 'answer'],
    [WHEN]: ['dueAt', 'createdAt', 'answeredAt', 'updatedAt'],
  },
  opendsrRequests: {
    'Id, kind and state of what the other side has sent or got, as the protocol has them.': [
      'direction',
      'subjectRequestId',
      'counterpart',
      'type',
      'status',
    ],
    [REQUEST]: ['requestId', 'taskId'],
    [WHEN]: ['receivedAt', 'expectedAt', 'nextPollAt', 'updatedAt'],
  },
  drpRequests: {
    'Which agent of the policies sent it, and how it was told that it stands: codes of the protocol.': [
      'agent',
      'status',
      'reason',
    ],
    [REQUEST]: ['requestId'],
    [WHEN]: ['receivedAt', 'updatedAt'],
  },
  suppressions: {
    'What was hashed.': ['kind'],
    [RANDOM_ID]: ['erasureId'],
    [WHEN]: ['createdAt', 'expiresAt'],
  },
  disclosures: {
    [RANDOM_ID]: ['disclosureId'],
    'Which looks were asked for, in ids of rows and names of holders, and why.': [
      'kind',
      'purpose',
      'reference',
      'target',
      'recipient',
      'status',
    ],
    [STAFF]: ['requestedBy', 'decidedBy'],
    [WHEN]: ['requestedAt', 'decidedAt', 'expiresAt', 'usedAt'],
  },
  departures: {
    'What ends, why and when: codes, days, counts and hashes.': [
      'choice',
      'endsOn',
      'reason',
      'agreement',
      'status',
      'digest',
      'found',
      'returnDigest',
      'returnSize',
      'progress',
      'certificate',
    ],
    [RANDOM_ID]: ['departureId'],
    [STAFF]: ['proposedBy', 'decidedBy', 'acknowledgedBy', 'deletionBy'],
    [WHEN]: ['proposedAt', 'decidedAt', 'returnedAt', 'acknowledgedAt', 'deletionAt', 'deletedAt', 'updatedAt'],
  },
  finishedLogs: {
    'Public: signed heads of logs, and the keys that check them.': [
      'generation',
      'origin',
      'size',
      'root',
      'checkpoint',
      'key',
      'keySet',
      'receivedAt',
    ],
  },
  policySets: {
    'What the installation decided, as its files have it.': ['hash', 'content', 'firstLoadedAt'],
  },
  policyProposals: {
    'What an institution would decide, as its files have it, and numbers of rows; no data subjects.': [
      'proposalId',
      'status',
      'inForceFrom',
      'reason',
      'base',
      'overlay',
      'files',
      'difference',
      'numbers',
      'digest',
      'because',
      'factVersion',
    ],
    [STAFF]: ['proposedBy', 'decidedBy'],
    [WHEN]: ['proposedAt', 'decidedAt'],
  },
  registerFacts: {
    'Organisations and what they agreed on; no data subjects.': [
      'kind',
      'entityId',
      'version',
      'value',
      'validFrom',
      'validUntil',
      'recordedAt',
      'reason',
    ],
    [STAFF]: ['recordedBy'],
  },
  breachEvents: {
    'What happened and was decided, in codes and numbers.': [
      'breachId',
      'seq',
      'kind',
      'occurredAt',
      'recordedAt',
      'facts',
    ],
    [STAFF]: ['recordedBy'],
  },
  outboxMessages: {
    [RANDOM_ID]: ['messageId'],
    'To which organisation, about what, and how often it was tried: codes.': [
      'topic',
      'party',
      'channel',
      'status',
      'attempts',
      'failure',
    ],
    [WHEN]: ['createdAt', 'nextAttemptAt', 'deliveredAt'],
  },
  leases: {
    [STATE]: ['name', 'owner', 'fence', 'expiresAt'],
  },
  unconfirmedRequests: {
    [RANDOM_ID]: ['unconfirmedId'],
    'When it came and until when it may be confirmed: limits and the end of it go by them.': ['createdAt', 'expiresAt'],
    [STATE]: ['mail', 'mailAttempts', 'mailDueAt'],
  },
  webhookSecrets: {
    'Which secrets of a party are good, and until when; the secrets are derived.': ['party', 'number', 'endsAt'],
  },
  dataSteps: { [STATE]: ['name', 'cursor', 'rows', 'startedAt', 'finishedAt'] },
  jobRuns: {
    [STATE]: ['runKey', 'job', 'owner', 'status', 'startedAt', 'finishedAt', 'failure'],
  },
  keyGenerations: {
    [STATE]: ['bucket', 'generation', 'underWay'],
  },
  auditEntries: {
    'Evidence that auditors read and search: which token did what under which policies, and when; codes and counts.': [
      'entryId',
      'recordedAt',
      'actor',
      'role',
      'action',
      'requestId',
      'detail',
    ],
  },
  auditPending: { 'Which entry waits for its place.': ['entryId'] },
  logLeaves: {
    'Which entry stands at which place, and in which encoding.': ['leafIndex', 'entryId', 'version'],
    'What opens the leaf, for whoever may read the entry: without it nobody can tell whether a guess is right.': [
      'salt',
    ],
  },
  logTiles: { 'Hashes of the log, which are public.': ['level', 'tileIndex', 'hashes'] },
  logHeads: {
    'Where the log stands, which is public.': [
      'generation',
      'origin',
      'leafVersion',
      'size',
      'checkpoint',
      'checkpointSize',
      'signedAt',
      'updatedAt',
    ],
  },
  logWitnessed: {
    'Signed heads of the log, which are public.': ['generation', 'size', 'checkpoint', 'witnessedAt'],
  },
  evidenceUnlocks: { 'Lives only inside a transaction.': ['unlockId', 'reason'] },
};

/** Keyed hashes whose names do not say so. */
const KEYED: Record<string, string[]> = {
  apiTokens: ['seal'],
  idempotencyKeys: ['fingerprint'],
  identityChecks: ['codeHash'],
  opendsrRequests: ['fingerprint'],
  drpRequests: ['fingerprint'],
  suppressions: ['token'],
  auditEntries: ['subject'],
};

/** How a column stands on disk. Names say what is sealed or keyed (see schema.ts), and pseudonyms have their domain. */
export type Standing = 'sealed' | 'keyed' | 'pseudonym' | 'clear';

export function standingOf(table: string, key: string, column: AnyColumn): Standing {
  if (domainOf(column)) return 'pseudonym';
  if (key.endsWith('Sealed') && /^(blob|bytea)$/.test(column.getSQLType())) return 'sealed';
  const named = key.endsWith('Index') && column.getSQLType() === 'text';
  return named || KEYED[table]?.includes(key) ? 'keyed' : 'clear';
}

/** Why a column stands in the clear, as far as this file tells. */
export function reasonOf(table: string, key: string): string | undefined {
  const [reason] = reasonsFor(table).find(([, keys]) => keys.includes(key)) ?? [];
  return reason ?? EVERYWHERE[key];
}

const reasonsFor = (table: string) =>
  Object.entries((IN_THE_CLEAR as Record<string, Record<string, string[]>>)[table] ?? {});

/** What the list says of columns that need no reason or are gone, and reasons that are none; in words. */
export function listGaps(tables: Record<string, Table>): string[] {
  return Object.keys(IN_THE_CLEAR).flatMap((table) => {
    const columns = tables[table] && getTableColumns(tables[table]);
    if (!columns) return [`${table}: is in the list of what stands in the clear, but not in the schema`];
    return reasonsFor(table).flatMap(([reason, keys]) =>
      keys.flatMap((key) => {
        const place = `${table}.${key}`;
        const column = columns[key];
        if (!reason.trim()) return [`${place}: stands in the clear without a reason`];
        if (!column) return [`${place}: is said to stand in the clear, but is not in the schema`];
        return standingOf(table, key, column) === 'clear'
          ? []
          : [`${place}: is said to stand in the clear, and does not`];
      }),
    );
  });
}
