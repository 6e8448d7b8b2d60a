import type { AccessReport, ReportCategory } from '../../../src/rights/reports/model.ts';

function category(values: string[], id = 'profiles.identity'): ReportCategory {
  return {
    category: id,
    title: 'Who you are',
    source: 'given by you',
    activities: [
      {
        title: 'Accounts',
        purpose: 'To let you sign in',
        basis: 'eu-gdpr:A6-1-b',
        basisInWords: 'a contract with you',
        rights: ['15', '20'],
        parties: [
          {
            name: 'University of the North',
            role: 'controller',
            does: null,
            onBehalfOf: null,
            contact: 'privacy@north.example',
            countries: ['DE'],
          },
        ],
        transfers: [
          { importer: 'Cloud Inc.', country: 'US', tool: 'A46-2-c', toolInWords: 'standard contractual clauses' },
        ],
      },
    ],
    retention: ['erased 2 years after the account was last used'],
    keptBecause: [],
    onErasureRequest: 'erased',
    records: values.map((name, n) => ({
      id: `record-${n}`,
      at: '2026-02-01T10:00:00.000Z',
      fields: { name, interests: ['ice', 'firn'], robot: false, absent: null, count: n },
    })),
  };
}

/** A report with something in every part. */
export function fullReport(categories: ReportCategory[] = [category(['Ada'])]): AccessReport {
  return {
    held: categories.length > 0,
    generatedAt: '2026-03-01T12:00:00.000Z',
    institution: 'University of the North',
    subjectKind: 'account',
    linkedVisitors: 1,
    policyHash: 'f'.repeat(64),
    categories,
    searched: [{ category: 'profiles.identity', title: 'Who you are' }],
    counts: { 'profiles.identity': categories[0]?.records.length ?? 0 },
    missing: [{ holder: 'platform', code: 'unreachable' }],
    withheld: [{ what: 'Data of other people', reason: 'It is about them (GDPR Art. 15(4)).' }],
    rights: [{ article: '17', right: 'to have data erased', limit: null }],
    rightsNotGiven: [{ article: '21', right: 'to object', reason: 'The processing rests on consent.' }],
    complaint: { authority: 'The authority', contact: 'authority@example.org' },
    automatedDecisions: 'None.',
    readings: [
      {
        at: '2026-02-01T08:00:00.000Z',
        what: 'profile',
        purpose: 'support',
        purposeInWords: 'to help the person with the service',
        role: 'dpo',
      },
    ],
    log: { key: null, openings: [], entries: [], howToVerify: 'see the manual' },
    history: [{ at: '2026-02-01T10:00:00.000Z', action: 'profile.created', role: 'platform' }],
  };
}
