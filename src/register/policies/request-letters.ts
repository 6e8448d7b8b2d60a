/**
 * The letters of data-subject requests: what each may name beside `FRAME`, and what it must not leave out, because the
 * law wants the person to be told (GDPR Art. 11(2), 12(3) to (6), 17 to 21). Beside these each may cite provisions, by
 * the numbers of the GDPR: `{{Art. 12(3)}}`, `{{Art. 12(5)(b), 12(4)}}`.
 */
const FRAME = ['reference', 'right', 'received', 'today', 'greeting', 'institution', 'contact', 'words'] as const;
const REMEDIES = ['authority', 'elsewhere', 'court'] as const;
/** What an installation's own letter may name besides: the shipped ones cite provisions, and say when in a sentence. */
export const NAMED_BY_SOME = ['law', 'due', 'when'] as const;

export const REQUEST_LETTERS = {
  'request-acknowledged': [...FRAME, 'longer', 'when'],
  'request-complaint-acknowledged': [...FRAME, 'authority', 'when'],
  'request-informed': [...FRAME, 'when'],
  'request-identity-asked': [...FRAME, 'code', 'expires', 'when'],
  'request-documents-asked': [...FRAME, 'asked', 'when'],
  'request-clarification-asked': [...FRAME, 'when'],
  'request-fee-asked': [...FRAME, ...REMEDIES, 'charge-law', 'costs', 'earlier', 'fee', 'reasons', 'when'],
  'request-extended': [...FRAME, ...REMEDIES, 'due', 'once', 'reasons', 'within'],
  'request-cannot-identify': [...FRAME, ...REMEDIES, 'asked'],
  'request-refused': [...FRAME, ...REMEDIES, 'reasons'],
  'request-refused-abusive': [...FRAME, ...REMEDIES, 'earlier', 'reasons'],
  'request-refused-by-law': [...FRAME, ...REMEDIES, 'provision', 'review', 'scope'],
  'request-duplicate': [...FRAME, 'other'],
  'request-withdrawn': FRAME,
  'request-reopened': [...FRAME, 'reasons', 'when'],
  'request-answered-access': [...FRAME, ...REMEDIES, 'charge', 'delivery', 'limits', 'next', 'records'],
  'request-answered-no-data': [...FRAME, ...REMEDIES],
  'request-answered-portability': [...FRAME, ...REMEDIES, 'delivery', 'limits', 'next', 'records'],
  'request-answered-rectification': [...FRAME, ...REMEDIES, 'done', 'limits', 'recipients'],
  'request-rectification-refused': [...FRAME, ...REMEDIES, 'reasons'],
  'request-answered-erasure': [...FRAME, ...REMEDIES, 'done', 'kept', 'kept-out', 'limits', 'recipients'],
  'request-erasure-incomplete': [...FRAME, ...REMEDIES, 'done', 'kept', 'unfinished'],
  'request-erasure-held': [...FRAME, ...REMEDIES, 'done', 'held', 'kept', 'limits', 'recipients'],
  'request-erasure-kept': [...FRAME, ...REMEDIES, 'kept', 'limits'],
  'request-answered-restriction': [...FRAME, ...REMEDIES, 'categories', 'limits', 'recipients'],
  'request-restriction-lifting': [...FRAME, ...REMEDIES, 'categories', 'restricted'],
  'request-answered-objection': [...FRAME, ...REMEDIES, 'categories', 'limits', 'marketing'],
  'request-objection-rejected': [...FRAME, ...REMEDIES, 'categories', 'reasons'],
  'request-answered-consent-withdrawal': [...FRAME, ...REMEDIES, 'categories', 'effect', 'withdrawn'],
  'request-answered-human-review': [...FRAME, ...REMEDIES, 'article', 'reasons'],
  'request-answered-complaint': [...FRAME, ...REMEDIES, 'reasons'],
  'request-recipients-told': [...FRAME, 'recipients'],
} as const;

const ALWAYS = ['reference', 'institution', 'contact'] as const;
/** Complaint to the authority and judicial remedy (Art. 12(4)). */
const TURN_TO = ['authority', 'court'] as const;
/** What a letter must name: without it the file is refused. */
export const MUST_NAME: Readonly<Record<string, readonly string[]>> = {
  'account-ending': ['institution', 'contact', 'day', 'categories', 'link'],
  'request-acknowledged': [...ALWAYS, 'when'],
  'request-complaint-acknowledged': [...ALWAYS, 'authority'],
  'request-informed': [...ALWAYS, 'words'],
  'request-identity-asked': [...ALWAYS, 'code', 'expires'],
  'request-documents-asked': [...ALWAYS, 'asked'],
  'request-clarification-asked': [...ALWAYS, 'words'],
  'request-fee-asked': [...ALWAYS, ...TURN_TO, 'fee', 'reasons', 'costs', 'earlier'],
  'request-extended': [...ALWAYS, 'due', 'reasons'],
  'request-cannot-identify': [...ALWAYS, ...TURN_TO, 'asked'],
  'request-refused': [...ALWAYS, ...TURN_TO, 'reasons'],
  'request-refused-abusive': [...ALWAYS, ...TURN_TO, 'reasons', 'words', 'earlier'],
  'request-refused-by-law': [...ALWAYS, ...TURN_TO, 'provision', 'review', 'scope'],
  'request-duplicate': [...ALWAYS, 'other'],
  'request-withdrawn': [...ALWAYS],
  'request-reopened': [...ALWAYS, 'when', 'reasons'],
  'request-answered-access': [...ALWAYS, ...TURN_TO, 'delivery', 'limits'],
  'request-answered-no-data': [...ALWAYS, ...TURN_TO],
  'request-answered-portability': [...ALWAYS, 'delivery', 'limits'],
  'request-answered-rectification': [...ALWAYS, 'done'],
  'request-rectification-refused': [...ALWAYS, ...TURN_TO, 'reasons'],
  'request-answered-erasure': [...ALWAYS, ...TURN_TO, 'done', 'kept'],
  'request-erasure-incomplete': [...ALWAYS, ...TURN_TO, 'done', 'kept', 'unfinished'],
  'request-erasure-held': [...ALWAYS, ...TURN_TO, 'done', 'held', 'kept'],
  'request-erasure-kept': [...ALWAYS, ...TURN_TO, 'kept'],
  'request-answered-restriction': [...ALWAYS, 'categories'],
  'request-restriction-lifting': [...ALWAYS, 'categories', 'words'],
  'request-answered-objection': [...ALWAYS, 'categories', 'marketing'],
  'request-objection-rejected': [...ALWAYS, ...TURN_TO, 'reasons', 'words'],
  'request-answered-consent-withdrawal': [...ALWAYS, 'withdrawn', 'categories'],
  'request-answered-human-review': [...ALWAYS, 'reasons'],
  'request-answered-complaint': [...ALWAYS, 'reasons'],
  'request-recipients-told': [...ALWAYS, 'recipients'],
};
