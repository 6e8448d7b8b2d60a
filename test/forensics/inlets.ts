import { PERMISSIONS, type Permission } from '../../src/foundations/contract/permissions.ts';
import type { TestApp } from '../support/app.ts';
import { addressOf, type Operation, type operationsOf, sampleOf } from '../support/samples.ts';

/** Somebody who is named at every place where a route takes something that tells a person, wanted there or not. */
export const WANDERER = {
  account: 'sentinel-account-cara',
  visitor: 'sentinel-visitor-cara',
  name: 'Sentinelname Cara',
  title: 'Sentineltitle Cara',
  email: 'sentinel.mail.cara@private.example',
  interest: 'sentinel-interest-cara',
  city: 'Sentinelcity-Cara',
  itemTitle: 'Sentinel item title Cara',
  publishedAs: 'Sentinelpublished, Cara',
  orcid: '0000-0001-5109-3700',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Sentinel-Cara-Agent Firefox/140.0',
  address: '198.51.100.177',
  address6: '2001:db8:177:4321:8765:cba9:fed0:1777',
};
type Value = keyof typeof WANDERER;

/**
 * Every place of every route that takes what identifies a person. With `ELSEWHERE` the list is complete: a new route, or
 * a new member of a body, must be put into one of them.
 */
const INLETS: Record<string, Record<string, Value>> = {
  recordConsent: {
    'body/subject/id': 'visitor',
    'body/evidence/address': 'address6',
    'body/evidence/userAgent': 'userAgent',
    'body/parental/by': 'name',
  },
  recordSignal: { 'body/subject/id': 'visitor' },
  getConsentStates: { 'path.id': 'account' },
  getConsentHistory: { 'path.id': 'account' },
  linkVisitor: { 'path.id': 'account', 'body/visitor': 'visitor' },
  recordVisit: { 'body/visitor': 'visitor', 'body/address': 'address', 'body/userAgent': 'userAgent' },
  recordVisits: { 'body/visitor': 'visitor', 'body/address': 'address6', 'body/userAgent': 'userAgent' },
  searchVisits: { 'body/address': 'address' },
  proposeVisitErasure: { 'body/network': 'address' },
  searchProfiles: { 'body/email': 'email' },
  putProfile: {
    'path.id': 'account',
    'body/name': 'name',
    'body/email': 'email',
    'body/title': 'title',
    'body/interests/-': 'interest',
    'body/city': 'city',
    'body/orcid': 'orcid',
  },
  getProfile: { 'path.id': 'account' },
  patchProfile: {
    'path.id': 'account',
    'body/name': 'name',
    'body/email': 'email',
    'body/title': 'title',
    'body/interests/-': 'interest',
    'body/city': 'city',
    'body/orcid': 'orcid',
  },
  deleteProfile: { 'path.id': 'account' },
  putAssociation: {
    'path.id': 'account',
    'body/title': 'itemTitle',
    'body/nameAsPublished': 'publishedAs',
    'body/orcid': 'orcid',
  },
  putRelation: { 'path.id': 'account', 'path.reference': 'account' },
  endRelation: { 'path.id': 'account', 'path.reference': 'account' },
  putRole: { 'path.id': 'account' },
  endRole: { 'path.id': 'account' },
  putAttribute: { 'path.id': 'account' },
  endAttribute: { 'path.id': 'account' },
  listStandings: { 'path.id': 'account' },
  explainRetention: { 'path.id': 'account' },
  getAssociation: { 'path.id': 'account' },
  retractAssociation: { 'path.id': 'account' },
  listAssociations: { 'path.id': 'account' },
  eraseSubject: { 'path.id': 'account' },
  previewErasure: { 'path.id': 'account', 'body/items/-/name': 'publishedAs' },
  orderErasure: { 'path.id': 'account', 'body/items/-/name': 'publishedAs' },
  rectifySubject: {
    'path.id': 'account',
    'body/changes/name': 'name',
    'body/changes/email': 'email',
    'body/changes/title': 'title',
    'body/changes/interests/-': 'interest',
    'body/changes/city': 'city',
    'body/changes/nameAsPublished': 'publishedAs',
    'body/changes/orcid': 'orcid',
    'body/statement': 'itemTitle',
  },
  getAccessReport: { 'path.id': 'account' },
  searchAuditEntries: { 'body/subject': 'account' },
  recordInformation: { 'path.id': 'account' },
  exemptFromInformation: { 'body/subject': 'account' },
  markSpecialText: { 'body/subject': 'account' },
  getAdmission: { 'path.id': 'account' },
  admitSubject: { 'path.id': 'account', 'body/email': 'email' },
  placeHold: { 'body/subject': 'account' },
  recordRecipient: { 'path.id': 'account', 'body/reference': 'publishedAs' },
  listRecipientsOfSubject: { 'path.id': 'account' },
  answerRecipientTask: { 'body/reason': 'name' },
  announceLifting: { 'body/text': 'name' },
  answerQuestion: { 'body/text': 'name' },
  answerRequest: { 'body/text': 'name' },
  checkRequestIdentity: { 'body/asked/-': 'name' },
  approveForRequest: { 'body/text': 'name' },
  askClarification: { 'body/question': 'name' },
  bringIdentification: { 'body/address': 'address', 'body/visitor': 'visitor' },
  correctRequest: { 'body/reason': 'name' },
  decideRetentionReview: { 'body/reason': 'name' },
  decideRequestIdentity: { 'body/text': 'name' },
  endLimitGround: { 'body/text': 'name' },
  executeRequest: { 'body/text': 'name' },
  extendRequest: { 'body/text': 'name' },
  identifyRequest: { 'body/address': 'address', 'body/visitor': 'visitor' },
  informOfRequest: { 'body/text': 'name' },
  limitRequest: { 'body/provision': 'name', 'body/text': 'name' },
  nameRequestSubject: { 'body/subject': 'account' },
  noteOnRequest: { 'body/text': 'name' },
  openPublicRequest: {
    'body/requester/address': 'city',
    'body/requester/email': 'email',
    'body/requester/name': 'name',
    'body/statement': 'name',
    'body/text': 'name',
  },
  openRequest: {
    'body/requester/address': 'city',
    'body/requester/email': 'email',
    'body/requester/name': 'name',
    'body/statement': 'name',
    'body/subject': 'account',
    'body/text': 'name',
  },
  orderPackage: { 'body/subject': 'account' },
  proposeForRequest: {
    'body/abuse/objectiveElements': 'name',
    'body/abuse/subjectiveElements': 'name',
    'body/decisions/items/-/name': 'publishedAs',
    'body/text': 'name',
  },
  recordClarification: { 'body/text': 'name' },
  refuseRequest: { 'body/restriction/provision': 'name', 'body/text': 'name' },
  rejectForRequest: { 'body/text': 'name' },
  reopenRequest: { 'body/text': 'name' },
  submitOpenDsrRequest: { 'body/subject_identities/-/identity_value': 'email' },
  exerciseDataRight: { body: 'email' },
  revokeDataRightsRequest: { body: 'name' },
  submitOpenDsrRequestOfOpenGdpr: { 'body/subject_identities/-/identity_value': 'email' },
  receiveIdentityDocument: { 'body/content': 'name' },
  receiveRecipientAnswer: { 'body/data/reason': 'name' },
};

/** Members of that name, wherever they stand, hold nothing of a person; ids and instants (by their format) neither. */
const ELSEWHERE: Record<string, string> = {
  importId: 'An import.',
  visitId: 'A random id.',
  portals: 'Institutions.',
  dryRun: 'Yes or no.',
  relation: 'A relation of the policies.',
  role: 'A role of the policies.',
  attribute: 'An attribute of the policies.',
  value: 'A value of an attribute, as the policies declare it.',
  purpose: 'A purpose of the policies.',
  purposes: 'Purposes of the policies.',
  transferTo: 'An organisation of the policies.',
  from: 'Who gave data: an organisation, or a kind of source.',
  verified: 'A way of verifying, as a code.',
  summary: 'What an office has done; it names nobody.',
  on: 'A day.',
  notice: 'A notice of the policies.',
  noticeId: 'A notice of the policies.',
  version: 'Of a notice, or of an item.',
  ground: 'A code of the law.',
  reviewAfter: 'A duration.',
  digest: 'A hash.',
  currency: 'Three letters.',
  to: 'A credential, by its id.',
  assigned: 'A credential, by its id.',
  secret: 'A random secret.',
  field: 'A field of the export.',
  code: 'A random number.',
  passphrase: 'A secret of its own; kept nowhere.',
  request_status: 'A status of the protocol.',
  status_callback_url: 'An address of an organisation.',
  status_callback_urls: 'Addresses of an organisation.',
  subject_request_id: 'A random id.',
  subjectRequestId: 'A random id.',
  api_version: 'Of the protocol.',
  identity_type: 'A kind of id.',
  language: 'A language tag.',
  act: 'What was clicked, as the banner calls it.',
  method: 'The banner’s own version.',
  portal: 'A web site.',
  doi: 'Of a published thing.',
  action: 'A kind of audit entry.',
  actor: 'A credential, by its id.',
  cursor: 'Where a list goes on, as it was given.',
  after: 'Where a list goes on.',
  rules: 'Rules of the policies.',
  rule: 'A rule of the policies.',
  reviewDigest: 'A hash.',
  token: 'Sealed: it opens here alone.',
  planDigest: 'A hash.',
  category: 'A category of the policies.',
  categories: 'Categories of the policies.',
  reference: 'The officer’s own file number.',
  receiptId: 'A random id, which its holder may show to whom they like.',
  hash: 'Of a text shown to everybody.',
  label: 'Of a credential of a system.',
  party: 'An organisation of the policies.',
  recipient: 'An organisation of the policies.',
  activityId: 'An activity of the policies.',
  activity: 'An activity of the policies.',
  processor: 'An organisation of the policies.',
  holder: 'A holder of the policies.',
  tenant: 'An institution.',
  tenantId: 'An institution.',
  region: 'A region of the policies.',
  country: 'Two letters that millions share: kept sealed, but no search could tell it from anything else.',
  timeZone: 'Of an institution.',
  jurisdiction: 'Of an institution.',
  origins: 'Web sites.',
  level: 'A place in the log.',
  departureId: 'A random id.',
  part1: 'A place in the log.',
  part2: 'A place in the log.',
  part3: 'A place in the log.',
  part4: 'A place in the log.',
  part5: 'A place in the log.',
  part6: 'A place in the log.',
};
/** The same, where the name alone does not tell. */
const ELSEWHERE_EXACTLY = [
  'recordConsent body/notice/id',
  'recordInformation body/notice/id',
  // What else a line holds depends on its kind: a line of each is imported in forensics.int.test.ts.
  'importRecords body/kind',
  // Why an institution need not tell anybody: of a source, and not of a person.
  'exemptFromInformation body/reason',
  'exemptFromInformation body/measures',
  'exemptFromInformation body/law',
  'getCurrentNotice query.id',
  'createTenant body/id',
  'createTenant body/name',
  'updateTenant body/name',
  'setUpDataRightsAgent path.agentId',
  'setUpDataRightsAgent body',
  'getDataRightsAgent path.agentId',
  'getDataRightsRequest path.requestId',
  'revokeDataRightsRequest path.requestId',
];

/** Routes on which institutions and their contracts come in; what they publish of themselves is kept in the clear. */
const OF_ORGANISATIONS = [
  'recordInstitution',
  'draftAgreement',
  'activateAgreement',
  'endAgreement',
  'recordDataEnd',
  'correctAgreement',
  'issueInstruction',
  'correctPolicies',
  'proposePolicies',
  'rejectPolicyProposal',
  'withdrawPolicyProposal',
  'announceSubProcessorChange',
  'objectToSubProcessorChange',
  'openDeparture',
  'returnEverything',
  'returnPart',
  'acknowledgeReturn',
];

/** Routes on which an incident is told, in words that are to name nobody; kept sealed, in the register of breaches. */
const OF_INCIDENTS = [
  'reportBreach',
  'reportIncident',
  'assessBreach',
  'decideBreach',
  'makeBreachLetters',
  'recordBreachNotification',
  'correctBreach',
  'closeBreach',
];

/** What the policies must know for a request to be taken. */
const FITTING: Record<string, string> = {
  'body/purpose': 'external-media',
  'body/notice/id': 'consent-banner',
  'body/notice/version': '1.1',
  'body/notice/language': 'en',
  'body/category': 'visits.full',
  'body/categories/-': 'content.public-association',
  'body/party': 'doi-registry',
  'body/value': 'refused',
};

/** Routes that take personal data in and must really have taken it, or the search would prove nothing. */
export const TAKEN = [
  'recordConsent',
  'recordSignal',
  'linkVisitor',
  'recordVisit',
  'recordVisits',
  'searchVisits',
  'proposeVisitErasure',
  'searchProfiles',
  'putProfile',
  'putAssociation',
  'placeHold',
  'putRelation',
  'putRole',
  'putAttribute',
  'recordRecipient',
];

type Schema = Record<string, unknown>;
type Document = Parameters<typeof operationsOf>[0];

/** Places of an operation that take text of any kind: parameters, and members of the body by pointer. */
function placesOf(operation: Operation, document: Document): string[] {
  const places = new Set<string>();
  const walk = (schema: Schema | undefined, at: string): void => {
    if (!schema || at.split('/').length > 8) return;
    if (typeof schema['$ref'] === 'string') {
      walk(document.components.schemas[schema['$ref'].split('/').at(-1) as string], at);
      return;
    }
    for (const word of ['anyOf', 'oneOf', 'allOf'])
      for (const choice of (schema[word] as Schema[] | undefined) ?? []) walk(choice, at);
    for (const [name, part] of Object.entries((schema['properties'] as Schema) ?? {}))
      walk(part as Schema, `${at}/${name}`);
    if (schema['items']) walk(schema['items'] as Schema, `${at}/-`);
    for (const part of [
      schema['additionalProperties'],
      ...Object.values((schema['patternProperties'] as Schema) ?? {}),
    ])
      if (part && typeof part === 'object') walk(part as Schema, `${at}/*`);
    const text = [schema['type']].flat().includes('string');
    if (text && !schema['enum'] && schema['const'] === undefined && schema['format'] === undefined) places.add(at);
  };
  for (const { in: where, name, schema } of operation.parameters)
    if (where !== 'header') walk(schema, `${where}.${name}`);
  walk(operation.body, 'body');
  return [...places];
}

const nameOf = (place: string): string =>
  place
    .split(/[/.]/)
    .filter((part) => part !== '-' && part !== '*')
    .at(-1) as string;

/** What the lists do not speak of, and what they speak of that is no longer there. */
export function unlisted(operations: Operation[], document: Document): string[] {
  const there = operations.flatMap((operation) =>
    placesOf(operation, document).map((place) => [operation.operationId, place] as const),
  );
  const missing = there.filter(
    ([id, place]) =>
      INLETS[id]?.[place] === undefined &&
      ELSEWHERE[nameOf(place)] === undefined &&
      !([...OF_ORGANISATIONS, ...OF_INCIDENTS].includes(id) && place.startsWith('body/')) &&
      !ELSEWHERE_EXACTLY.includes(`${id} ${place}`),
  );
  const known = new Set(there.map(([id, place]) => `${id} ${place}`));
  const gone = [
    ...Object.entries(INLETS).flatMap(([id, places]) => Object.keys(places).map((place) => `${id} ${place}`)),
    ...ELSEWHERE_EXACTLY,
  ].filter((line) => !known.has(line));
  return [
    ...missing.map(([id, place]) => `${id} ${place} is in no list of test/forensics/inlets.ts`),
    ...gone.map((line) => `${line} is listed, but is not there`),
  ];
}

/** Puts a value at a pointer into a sample; `-` is the first of a list. */
function put(body: unknown, pointer: string[], value: string): unknown {
  const [first, ...rest] = pointer;
  if (first === undefined) return value;
  if (first === '-') return [put((body as unknown[] | undefined)?.[0], rest, value)];
  return { ...(body as object), [first]: put((body as Record<string, unknown> | undefined)?.[first], rest, value) };
}

/** Calls one route with the wanderer at each of its places; `strange`: so that it is refused for its form. */
export async function wander(
  app: TestApp,
  document: Document,
  operation: Operation,
  strange: boolean,
): Promise<{ status: number; text: string }> {
  const inlets = Object.entries(INLETS[operation.operationId] ?? {});
  const inPath = {
    doi: '10.5072/wandered',
    relation: 'contract',
    role: 'editor',
    attribute: 'statistics',
    ...Object.fromEntries(
      inlets.filter(([at]) => at.startsWith('path.')).map(([at, value]) => [at.slice(5), WANDERER[value]]),
    ),
  };
  const role =
    operation.permission === 'public'
      ? 'nobody'
      : operation.installationOnly
        ? 'installation'
        : PERMISSIONS[operation.permission as Permission][0];
  const test = app.as(role as 'dpo')[operation.method](addressOf(operation, document, inPath));
  if (operation.method === 'patch' || operation.method === 'delete') test.set('If-Match', '*');
  if (operation.body === undefined) return test.send();
  let body = sampleOf(operation.body, document);
  // A sample's end lies where its beginning does.
  if (typeof body === 'object' && body !== null && 'until' in body) body = put(body, ['until'], '2027-01-01T00:00:00Z');
  const places = placesOf(operation, document);
  for (const [at, value] of Object.entries(FITTING))
    if (places.includes(at)) body = put(body, at.split('/').slice(1), value);
  for (const [at, value] of inlets)
    if (at.startsWith('body')) body = put(body, at.split('/').slice(1), WANDERER[value]);
  // Of adults; how a child's age comes in is held in test/data/consent/child.int.test.ts.
  if (operation.operationId === 'recordConsent' && !strange)
    for (const name of ['age', 'ageBand', 'parental']) delete (body as Record<string, unknown>)[name];
  // One visit or those of an address, not both, and of a time that has passed.
  if (operation.operationId === 'proposeVisitErasure' && !strange) {
    const { visitId: _, ...range } = body as Record<string, unknown>;
    body = { ...range, from: '2026-01-01T00:00:00Z', until: '2026-02-28T00:00:00Z' };
  }
  if (typeof body === 'string') return test.type('text/plain').send(body);
  if (strange) body = { ...(body as object), ...Object.fromEntries(Object.values(WANDERER).map((v) => [v, v])) };
  return operation.mediaType === 'application/x-ndjson'
    ? test.set('Content-Type', operation.mediaType).send(`${JSON.stringify(body)}\n`)
    : test.send(body as object);
}
