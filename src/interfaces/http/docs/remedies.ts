import type { ProblemType } from '../../../foundations/contract/problem.ts';

/** What each problem means and what its reader can do: the text of its page. */
export const PROBLEM_REMEDIES: Record<ProblemType, string> = {
  'malformed-request':
    'The request could not be read: not JSON, not UTF-8, cut off, a name given twice, nested too deeply, or a character that cannot be kept. The list "errors" points at the place where there is one.',
  'invalid-request':
    'The request was read but does not fit the schema of the operation. The list "errors" points at every field and says what would be right.',
  'idempotency-key-required':
    'Operations that create something need an Idempotency-Key header, so that a repeat after a lost answer does no harm. Send a new UUID in double quotes for each new request.',
  'purpose-required':
    'Whoever looks at personal data says why, in the header Lethe-Purpose: one of the codes that the description of the operation lists, and a case number if there is one (Lethe-Purpose: access-request; reference=2026-17). The person concerned can learn of it.',
  unauthenticated:
    'There is no token, or it is unknown or revoked. Send it as "Authorization: Bearer …". An administrator can issue a new one.',
  'token-expired':
    'The token is right, and has ended: tokens work for a year unless a shorter time was said. An administrator issues a new one (POST /v1/tokens); where none has a token left, lethe tokens issue on the machine does.',
  'signature-refused':
    'The body is signed by somebody else, the signature is more than five minutes old, or what it is about does not exist. Sign the bytes as they are sent, with the secret that the portal has given you (Standard Webhooks).',
  forbidden:
    'The token is valid, but its role, its tenant or the calling web origin does not allow the operation. The description of the operation lists the roles that may.',
  'not-found': 'There is nothing of this name here, or nothing that these credentials may know of.',
  'method-not-allowed': 'The address exists, but not with this method. The Allow header lists those it has.',
  'not-acceptable': 'The operation has no representation of the kind the Accept header asks for.',
  conflict:
    'The request does not fit the present state, or somebody else changed it at the same time. Read the state again, then repeat.',
  'erased-subject':
    'The account or the e-mail address belongs to a person who was erased on request. Leave the person out of what you import or synchronise. If they truly come back, admit them first: POST /v1/subjects/{id}/admission, with the reason.',
  'idempotency-key-in-flight':
    'The first request with this Idempotency-Key has not ended. Wait, then send the same again.',
  held: 'A hold wants this data as it is: a legal hold lets no value be overwritten, and nothing that is kept for one may be deleted. Release the hold first, or wait until it ends.',
  'processing-stopped':
    'The person restricted the processing of their data or objected to it (GDPR Art. 18, 21). Stop sending it; to correct it, use the rectification. It goes through again when the hold is lifted.',
  'outside-instructions':
    'A processor may do only what the controller has documented (GDPR Art. 28(3)(a)). The list "errors" names what is not covered. Do not do it; the controller has been told. To make it lawful, the agreement, its instructions or the register must change.',
  'policies-superseded':
    'Another instance has put other policies in force, and this one has not got them in its folder. Nothing is destroyed by superseded policies: give every instance the same folder of policies; it takes them over by itself. /readyz says when it has.',
  'clock-in-doubt':
    'The clock is far ahead of what is known of time, so nothing is destroyed. Set it right, or have an officer confirm that it is right (POST /v1/retention/clock/confirmation).',
  'plan-changed':
    'What is due is no longer what the plan said, so nothing was done. Make a new plan and look at it before approving.',
  'tenant-leaving':
    'Nothing new is taken in while the contract ends. Withdrawals, requests, erasures and reading go on; an officer can call the departure off (`DELETE /v1/departures/{departureId}`).',
  'lease-held': 'Another run is working on the same thing. Wait until it has ended.',
  'precondition-failed':
    'What is edited has changed since it was read. Read it again, then send its new ETag in If-Match.',
  'misdirected-request':
    'The portal is in another region than this instance serves. "region" names it, "address" the instance that does: send the same request there.',
  'payload-too-large': 'The body, or one line of it, is larger than accepted. Send less at once.',
  'unsupported-media-type': 'Send JSON as application/json in UTF-8, without content encoding.',
  'unprocessable-request':
    'The request is well formed, but a rule is against it. The list "errors" points at the field and says what would be right.',
  'undeclared-category':
    'The policies of this installation declare no such category of data, so it is not accepted. Declare it in the policies first.',
  'idempotency-key-reused':
    'This Idempotency-Key was used for another request before. Use a new key for each new request.',
  'precondition-required':
    'Editing needs an If-Match header with the ETag that was read, so that nobody overwrites what they have not seen.',
  'too-many-requests':
    'There were too many requests from one address, or too many failed sign-ins from one network. The Retry-After header says when to go on.',
  'headers-too-large': 'The headers of the request are larger than accepted.',
  'internal-error':
    'Something failed on our side. The operator finds it in the log by the identifier in "instance". Repeating a request with its Idempotency-Key is safe.',
  unavailable:
    'The service is starting, stopping, or its database does not answer in time. Repeat in a moment, with the same Idempotency-Key.',
};
