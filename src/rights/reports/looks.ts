import { READING_PURPOSES, type ReadingPurpose } from '../../law/reading-purposes.ts';

export interface Look {
  at: string;
  what: string;
  purpose: string;
  purposeInWords: string;
  role: string;
}

const WHAT_IN_WORDS: Record<string, string> = {
  revealAddress: 'full address of a visit (two persons agreed)',
  bulkExport: 'export of everybody’s data (two persons agreed)',
  revealSpecialText: 'text marked as telling of a special category of data (two persons agreed)',
  getProfile: 'profile',
  searchProfiles: 'profile, found by e-mail address',
  getConsent: 'one decision on consent',
  getConsentStates: 'what stands on consent',
  getConsentHistory: 'all decisions on consent',
  getReceipt: 'receipt of a decision',
  searchVisits: 'visits, found by address',
  getAssociation: 'part in an item',
  listAssociations: 'parts in items',
  listItemAssociations: 'people of an item',
  listAssociationsToReview: 'published records due for review',
  getAccessReport: 'report of everything held',
  getPackageContent: 'package of everything held',
  getPackageFile: 'package of everything held, encrypted for a passphrase that whoever fetched it may know',
  searchAuditEntries: 'what was done with the data',
  getAdmission: 'whether an erased person is kept out',
};

/** What an entry `personal-data.read` says to the person (C-579/21): when, at what, why, in which role. */
export function lookInWords(
  at: Date,
  role: string,
  detail: Record<string, unknown>,
  other?: { looks: Record<string, string>; lookPurposes: Record<string, string> },
): Look {
  const [what, purpose] = [String(detail['what']), String(detail['purpose'])];
  return {
    at: at.toISOString(),
    what: other?.looks[what] ?? WHAT_IN_WORDS[what] ?? what,
    purpose,
    purposeInWords: other?.lookPurposes[purpose] ?? READING_PURPOSES[purpose as ReadingPurpose] ?? purpose,
    role,
  };
}
