import Type from 'typebox';
import { once, type Route, type RouteSpec, route } from '../../../foundations/contract/contract.ts';
import { closed, Uuid } from '../../../foundations/contract/schemas.ts';
import { LanguageQuery, NoticeVersionParams, NoticeVersionTexts } from '../model.ts';
import { RECEIPT_CONTEXT } from './iso27560.ts';
import { RECEIPT_HEADERS, receiptPage } from './printed-page.ts';
import type { ReceiptService } from './service.ts';

const UUID4 = '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';
const ReceiptParams = Type.Object(
  {
    tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,62}$' }),
    receiptId: Type.String({ pattern: UUID4, description: 'The event’s id.' }),
  },
  closed,
);
const Anything = Type.Record(Type.String(), Type.Unknown());
const Bundle = Type.Object(
  {
    receiptId: Type.String(),
    kantara: Anything,
    iso27560: Anything,
    jws: Type.String({ description: 'Signature over both forms (JWS, Ed25519); key set at /.well-known/jwks.json.' }),
    keySet: Anything,
    proof: Type.Union([Type.String(), Type.Null()], { description: 'A .tlog-proof, once the decision is in the log.' }),
    entry: Type.Union([Type.String(), Type.Null()], { description: 'The entry the proof is about, as it is hashed.' }),
  },
  { ...closed, title: 'ReceiptBundle' },
);
const Withdrawal = Type.Object({ receiptId: Type.String(), status: Type.String() }, { ...closed, title: 'Withdrawal' });

const HTML = 'text/html; charset=utf-8';
const common = { tag: 'Receipts', permission: 'public', rateLimited: true, status: 200 } as const;

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Receipts, for whoever holds one: the id is all that is needed. No cookie, no credential of the browser takes part, so
 * that no other site can make a visitor's browser do anything a stranger could not do.
 */
export function receiptRoutes(receipts: ReceiptService): Route[] {
  const file = (
    operationId: string,
    name: string,
    summary: string,
    description: string,
    response: string,
    content: (tenant: string, receiptId: string) => Promise<string>,
    problems: RouteSpec['problems'] = [],
  ) =>
    route(
      {
        ...common,
        operationId,
        method: 'get',
        path: `/receipts/{tenant}/{receiptId}${name}`,
        summary,
        description,
        params: ReceiptParams,
        response,
        problems,
      },
      async ({ params }) => ({
        headers: RECEIPT_HEADERS,
        stream: once(await content(params.tenant, params.receiptId)),
      }),
    );

  return [
    route(
      {
        ...common,
        operationId: 'getReceiptPage',
        method: 'get',
        path: '/receipts/{tenant}/{receiptId}',
        summary: 'A receipt as a page to read, print, and withdraw with',
        description:
          'The address to give to a person after a decision. Whoever has it can read what was agreed to, and ' +
          'withdraw; it is no login and shows nothing else.',
        params: ReceiptParams,
        response: HTML,
      },
      async ({ params }) => receiptPage(await receipts.page(params.tenant, params.receiptId)),
    ),
    file(
      'getKantaraReceipt',
      '/receipt.json',
      'The receipt as Kantara Consent Receipt v1.1',

      'For wallets and tools that read Kantara receipts. The same decision as on the page, in the fields of that ' +
        'format.',
      'application/json; charset=utf-8',
      async (tenant, id) => pretty((await receipts.bundle(tenant, id)).kantara),
    ),
    file(
      'getIsoReceipt',
      '/receipt.jsonld',
      'The receipt as ISO/IEC TS 27560 in DPV JSON-LD',

      'For tools of the semantic web: the decision as a consent record with terms of the Data Privacy Vocabulary. ' +
        'Its context is at `/contexts/receipt-v1.jsonld`.',
      'application/ld+json; charset=utf-8',
      async (tenant, id) => pretty((await receipts.bundle(tenant, id)).iso27560),
    ),
    file(
      'getSignedReceipt',
      '/receipt.jws',
      'The receipt, signed',
      'A JWS that anybody can check with the key at `/.well-known/jwks.json`, also when this service is gone.',
      'application/jose; charset=utf-8',
      async (tenant, id) => (await receipts.bundle(tenant, id)).jws,
    ),
    file(
      'getReceiptProof',
      '/proof.tlog-proof',
      'The proof that the decision stands in the log',

      'Shows that the decision stands in the append-only log: place, hashes and signed checkpoint. Before the log ' +
        'has taken it up, usually a second, it answers 409.',
      'text/plain; charset=utf-8',
      (tenant, id) => receipts.proof(tenant, id),
      ['conflict'],
    ),
    route(
      {
        ...common,
        operationId: 'withdrawWithReceiptPage',
        method: 'post',
        path: '/receipts/{tenant}/{receiptId}/withdrawal',
        summary: 'Take an agreement back with its receipt (the button of the page)',
        description:
          'What the button of the receipt’s page sends. For programs there is `POST ' +
          '/v1/receipts/{tenant}/{receiptId}/withdrawal`.',
        params: ReceiptParams,
        response: HTML,
      },
      async ({ params }) => {
        const { receiptId } = await receipts.withdraw(params.tenant, params.receiptId);
        return receiptPage(await receipts.page(params.tenant, receiptId));
      },
    ),
    route(
      {
        ...common,
        operationId: 'withdrawWithReceipt',
        method: 'post',
        path: '/v1/receipts/{tenant}/{receiptId}/withdrawal',
        summary: 'Take an agreement back with its receipt',
        description: 'No account, no body, no key: the receipt’s number is enough. Repeating it answers what stands.',
        params: ReceiptParams,
        response: Withdrawal,
      },
      async ({ params }) => ({
        headers: RECEIPT_HEADERS,
        body: await receipts.withdraw(params.tenant, params.receiptId),
      }),
    ),
    route(
      {
        operationId: 'getReceipt',
        method: 'get',
        path: '/v1/consents/{eventId}/receipt',
        tag: 'Receipts',
        summary: 'The receipt of a decision with signature and proof',
        description:
          'For the platform’s server, to hand to the person or to keep: the receipt, its signature and, once the ' +
          'log has it, the proof in one answer.',
        permission: 'consents.read',
        rateLimited: true,
        reads: 'personal-data',
        params: Type.Object({ eventId: Uuid }, closed),
        status: 200,
        response: Bundle,
      },
      async ({ context, params }) => ({ body: await receipts.bundle(context.tenant.id, params.eventId, context) }),
    ),
    route(
      {
        ...common,
        operationId: 'getNoticePage',
        method: 'get',
        path: '/notices/{hash}',
        tag: 'Notices',
        summary: 'A text as somebody was shown it, by its hash',
        description: 'Every version ever loaded stays here, whatever the policies say today.',
        params: Type.Object({ hash: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
        response: HTML,
      },
      async ({ params }) => receiptPage(await receipts.noticePage(params.hash)),
    ),
    route(
      {
        operationId: 'getNoticeVersion',
        method: 'get',
        path: '/v1/notices/{noticeId}/versions/{version}',
        tag: 'Notices',
        summary: 'Every text ever shown under one version of a notice',
        description: 'Also of versions that the policies no longer have.',
        permission: 'notices.read',
        rateLimited: true,
        params: NoticeVersionParams,
        query: LanguageQuery,
        status: 200,
        response: NoticeVersionTexts,
      },
      async ({ context, params, query }) => ({
        body: await receipts.versionTexts(context, params.noticeId, params.version, query.language),
      }),
    ),
    route(
      {
        operationId: 'getKeySet',
        method: 'get',
        path: '/.well-known/jwks.json',
        tag: 'Receipts',
        summary: 'The keys that sign receipts and certificates (RFC 7517)',
        description:
          'What everybody needs who checks a receipt, a certificate or a package. Keys that no longer sign stay ' +
          'listed, so that what they signed can still be checked.',
        permission: 'public',
        status: 200,
        response: 'application/json; charset=utf-8',
      },
      async () => ({
        headers: { 'Cache-Control': 'public, max-age=300' },
        stream: once(pretty(await receipts.keySet())),
      }),
    ),
    route(
      {
        operationId: 'getReceiptContext',
        method: 'get',
        path: '/contexts/receipt-v1.jsonld',
        tag: 'Receipts',
        summary: 'The JSON-LD context of receipts',
        description: 'Machines that read receipts as JSON-LD load it from here; it does not change.',
        permission: 'public',
        status: 200,
        response: 'application/ld+json; charset=utf-8',
      },
      async () => ({ headers: { 'Cache-Control': 'public, max-age=86400' }, stream: once(pretty(RECEIPT_CONTEXT)) }),
    ),
  ];
}
