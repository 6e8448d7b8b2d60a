/**
 * The letters of data-subject requests: what each may name beside `FRAME`, and what it must not leave out, because the
 * law wants the person to be told (GDPR Art. 11(2), 12(3) to (6), 17 to 21).
 */
const FRAME = ['reference', 'right', 'received', 'today', 'greeting', 'institution', 'contact'] as const;
const REMEDIES = ['authority', 'elsewhere', 'court'] as const;

export const REQUEST_LETTERS = {
  'request-acknowledged': [...FRAME, 'due', 'law', 'words'],
  'request-complaint-acknowledged': [...FRAME, 'authority', 'words'],
  'request-identity-asked': [...FRAME, 'code', 'expires', 'law', 'words'],
  'request-documents-asked': [...FRAME, 'asked', 'law', 'words'],
  'request-clarification-asked': [...FRAME, 'asked', 'words'],
  'request-fee-asked': [...FRAME, ...REMEDIES, 'costs', 'fee', 'reasons', 'words'],
  'request-extended': [...FRAME, ...REMEDIES, 'due', 'law', 'reasons', 'words'],
  'request-cannot-identify': [...FRAME, ...REMEDIES, 'asked', 'law', 'words'],
  'request-refused': [...FRAME, ...REMEDIES, 'law', 'reasons', 'words'],
  'request-refused-abusive': [...FRAME, ...REMEDIES, 'earlier', 'law', 'reasons', 'words'],
  'request-refused-by-law': [...FRAME, ...REMEDIES, 'categories', 'law', 'provision', 'review', 'words'],
  'request-duplicate': [...FRAME, 'words'],
  'request-withdrawn': [...FRAME, 'words'],
  'request-reopened': [...FRAME, 'due', 'reasons', 'words'],
  'request-answered-access': [...FRAME, ...REMEDIES, 'law', 'link', 'records', 'words'],
  'request-answered-no-data': [...FRAME, ...REMEDIES, 'law', 'words'],
  'request-answered-portability': [...FRAME, ...REMEDIES, 'law', 'link', 'words'],
  'request-answered-rectification': [...FRAME, ...REMEDIES, 'done', 'law', 'recipients', 'words'],
  'request-rectification-refused': [...FRAME, ...REMEDIES, 'law', 'reasons', 'words'],
  'request-answered-erasure': [...FRAME, ...REMEDIES, 'done', 'kept', 'law', 'recipients', 'words'],
  'request-erasure-incomplete': [...FRAME, ...REMEDIES, 'done', 'kept', 'law', 'unfinished', 'words'],
  'request-erasure-held': [...FRAME, ...REMEDIES, 'done', 'held', 'kept', 'law', 'recipients', 'words'],
  'request-erasure-kept': [...FRAME, ...REMEDIES, 'kept', 'law', 'words'],
  'request-answered-restriction': [...FRAME, ...REMEDIES, 'categories', 'law', 'recipients', 'words'],
  'request-restriction-lifting': [...FRAME, ...REMEDIES, 'law', 'lifting', 'words'],
  'request-answered-objection': [...FRAME, ...REMEDIES, 'categories', 'law', 'words'],
  'request-objection-rejected': [...FRAME, ...REMEDIES, 'categories', 'law', 'reasons', 'words'],
  'request-answered-consent-withdrawal': [...FRAME, ...REMEDIES, 'categories', 'law', 'words'],
  'request-answered-human-review': [...FRAME, ...REMEDIES, 'article', 'outcome', 'words'],
  'request-answered-complaint': [...FRAME, ...REMEDIES, 'outcome', 'words'],
  'request-recipients-told': [...FRAME, ...REMEDIES, 'law', 'recipients', 'words'],
} as const;

const ALWAYS = ['reference', 'institution', 'contact'] as const;
/** Complaint to the authority and judicial remedy (Art. 12(4)). */
const TURN_TO = ['authority', 'court'] as const;
/** What a letter must name: without it the file is refused. */
export const MUST_NAME: Readonly<Record<string, readonly string[]>> = {
  'request-acknowledged': [...ALWAYS, 'due'],
  'request-complaint-acknowledged': [...ALWAYS, 'authority'],
  'request-identity-asked': [...ALWAYS, 'code', 'expires'],
  'request-documents-asked': [...ALWAYS, 'asked'],
  'request-clarification-asked': [...ALWAYS, 'words'],
  'request-fee-asked': [...ALWAYS, ...TURN_TO, 'fee', 'reasons', 'costs'],
  'request-extended': [...ALWAYS, 'due', 'reasons'],
  'request-cannot-identify': [...ALWAYS, ...TURN_TO, 'asked'],
  'request-refused': [...ALWAYS, ...TURN_TO, 'reasons'],
  'request-refused-abusive': [...ALWAYS, ...TURN_TO, 'reasons', 'words'],
  'request-refused-by-law': [...ALWAYS, ...TURN_TO, 'provision', 'review'],
  'request-duplicate': [...ALWAYS],
  'request-withdrawn': [...ALWAYS],
  'request-reopened': [...ALWAYS, 'due', 'reasons'],
  'request-answered-access': [...ALWAYS, ...TURN_TO, 'link'],
  'request-answered-no-data': [...ALWAYS, ...TURN_TO],
  'request-answered-portability': [...ALWAYS, 'link'],
  'request-answered-rectification': [...ALWAYS, 'done'],
  'request-rectification-refused': [...ALWAYS, ...TURN_TO, 'reasons'],
  'request-answered-erasure': [...ALWAYS, ...TURN_TO, 'done', 'kept'],
  'request-erasure-incomplete': [...ALWAYS, ...TURN_TO, 'done', 'kept', 'unfinished'],
  'request-erasure-held': [...ALWAYS, ...TURN_TO, 'done', 'held', 'kept'],
  'request-erasure-kept': [...ALWAYS, ...TURN_TO, 'kept'],
  'request-answered-restriction': [...ALWAYS],
  'request-restriction-lifting': [...ALWAYS, 'lifting', 'words'],
  'request-answered-objection': [...ALWAYS],
  'request-objection-rejected': [...ALWAYS, ...TURN_TO, 'reasons', 'words'],
  'request-answered-consent-withdrawal': [...ALWAYS],
  'request-answered-human-review': [...ALWAYS, 'outcome'],
  'request-answered-complaint': [...ALWAYS, 'outcome'],
  'request-recipients-told': [...ALWAYS, 'recipients'],
};
