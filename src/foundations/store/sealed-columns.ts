import type { Tables } from './schema.ts';

/** Where the sealed values of a table stand, and under which key. */
export interface SealedTable {
  /** Its sealed columns. */
  columns: readonly string[];
  /** The columns of its primary key after the tenant. */
  key: readonly string[];
  /** What the place of a value calls the row: these columns, with a slash between them; the key where nothing is said. */
  row?: readonly string[];
  /**
   * Scopes a value can be sealed under, as templates: `{column}` is its value, `{column:month}` its UTC month. One whose
   * column is null is no candidate. What a value is sealed under is the first of them that opens it.
   */
  scopes: readonly string[];
  /** Rows taken at once, where they are large. */
  batch?: number;
  /** Its rows are evidence: they change only while it is unlocked (evidence.ts). */
  evidence?: true;
}

/**
 * Every sealed value of the schema, by table: what a rotation of keys must seal anew (vault/reseal.ts). A test holds it
 * against the schema, and against what the domains really seal.
 */
export const SEALED_TABLES: Partial<Record<keyof Tables, SealedTable>> = {
  consentEvents: {
    columns: ['evidenceSealed', 'parentalSealed'],
    key: ['eventId'],
    scopes: ['subject:{subjectId}'],
    evidence: true,
  },
  visits: {
    columns: ['addressSealed', 'userAgentSealed'],
    key: ['visitId'],
    scopes: ['subject:{subjectId}', 'visits:{occurredAt:month}'],
  },
  profiles: {
    columns: [
      'accountSealed',
      'nameSealed',
      'titleSealed',
      'emailSealed',
      'interestsSealed',
      'citySealed',
      'countrySealed',
      'orcidSealed',
      'statementSealed',
    ],
    key: ['subjectId'],
    scopes: ['subject:{subjectId}'],
  },
  associations: {
    columns: ['titleSealed', 'nameSealed', 'orcidSealed'],
    key: ['associationId'],
    scopes: ['content', 'subject:{subjectId}'],
  },
  standings: {
    columns: ['referenceSealed', 'accountSealed'],
    key: ['standingId'],
    scopes: ['subject:{subjectId}'],
  },
  retentionReviews: { columns: ['reasonSealed'], key: ['reviewId'], scopes: ['reviews'] },
  holds: { columns: ['knownAsSealed'], key: ['holdId'], scopes: ['hold:{holdId}'] },
  erasures: { columns: ['knownAsSealed', 'orderSealed'], key: ['erasureId'], scopes: ['erasure:{erasureId}'] },
  requests: { columns: ['requesterSealed'], key: ['requestId'], scopes: ['request:{requestId}'] },
  unconfirmedRequests: { columns: ['askedSealed'], key: ['unconfirmedId'], scopes: ['unconfirmed'] },
  requestTexts: { columns: ['textSealed'], key: ['requestId', 'seq'], scopes: ['request:{requestId}'] },
  identityDocuments: { columns: ['contentSealed'], key: ['documentId'], scopes: ['identity:{checkId}'], batch: 2 },
  importFaults: { columns: ['textSealed'], key: ['runId', 'line'], scopes: ['import:{runId}'] },
  packageChunks: {
    columns: ['contentSealed'],
    key: ['packageId', 'position'],
    scopes: ['package:{packageId}'],
    batch: 8,
  },
  recipientDisclosures: { columns: ['referenceSealed'], key: ['disclosureId'], scopes: ['subject:{subjectId}'] },
  recipientTasks: {
    columns: ['identifiersSealed', 'reasonSealed'],
    key: ['taskId'],
    scopes: ['request:{requestId}', 'recipients'],
  },
  opendsrRequests: {
    columns: ['payloadSealed'],
    key: ['direction', 'subjectRequestId'],
    row: ['subjectRequestId'],
    scopes: ['opendsr'],
  },
  drpRequests: { columns: ['payloadSealed'], key: ['requestId'], scopes: ['drp'] },
  outboxMessages: { columns: ['targetSealed', 'payloadSealed'], key: ['messageId'], scopes: ['outbox'] },
  breachEvents: { columns: ['textSealed'], key: ['breachId', 'seq'], scopes: ['breaches'], evidence: true },
};

type Row = Record<string, unknown>;

/** What the place of a row's values calls the row. */
export const rowNameOf = ({ key, row = key }: SealedTable, values: Row): string =>
  row.map((part) => String(values[part])).join('/');

/** The scopes a row's values can be sealed under. */
export function scopesOf({ scopes }: SealedTable, row: Row): string[] {
  return scopes.flatMap((template) => {
    let known = true;
    const scope = template.replaceAll(/\{(\w+)(:month)?\}/g, (_, column: string, month?: string) => {
      const value = row[column];
      if (value === null || value === undefined) known = false;
      return month && known ? (value as Date).toISOString().slice(0, 7) : String(value);
    });
    return known ? [scope] : [];
  });
}
