import type { Context } from '../../foundations/contract/context.ts';
import { once, type Route, type RouteRequest, type RouteSpec, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { answered } from './answers.ts';
import type { OpenDsrExchange } from './controller.ts';
import { OpenDsrCallback, OpenDsrRequest, PortalParams, RequestParams } from './model.ts';
import type { OpenDsrService } from './service.ts';

const tag = 'OpenDSR';
const JSON_TYPE = 'application/json';
/** What the specification has refused in its own words. */
const REFUSED = { 400: [JSON_TYPE] };

const SUBMITTING =
  'OpenDSR 2.0 as processor. Every answer carries `X-OpenDSR-Processor-Domain` and `X-OpenDSR-Signature`: base64 of RSA ' +
  'with SHA-256 over the raw body; the `processor_signature` of the specification is that header, since no body can hold ' +
  'its own signature. The state is at `GET …/requests/{subjectRequestId}`. A hashed e-mail address is the hash of the address trimmed, ' +
  'in lower case, in Unicode NFC, as hexadecimal digits. Sending the same bytes again gives the same answer; another ' +
  'body under the same id is refused. The answer does not depend on whether anybody is found.';

/** Where processors that erasures were sent to tell of changes. */
export function openDsrCallbackRoutes(
  processors: OpenDsrExchange,
  contextFor: (tenantId: string) => Promise<Context | undefined>,
): Route[] {
  return [
    route(
      {
        operationId: 'receiveOpenDsrCallback',
        method: 'post',
        path: '/opendsr/{tenant}/v1/callbacks',
        tag,
        summary: 'A processor of the register tells how an erasure stands, signed',
        description:
          'Called by processors that speak OpenDSR, when work on an erasure that was sent to them goes on or ends. ' +
          'The signature is checked against their certificate.',
        permission: 'public',
        rateLimited: true,
        params: PortalParams,
        body: OpenDsrCallback,
        example: {
          subject_request_id: '3b1f7a52-8f0c-4d1e-9a53-0f6f0c9e2d11',
          request_status: 'completed',
          status_callback_url: 'https://lethe.example.org/opendsr/main/v1/callbacks',
        },
        bodyFormat: 'signed',
        problems: ['signature-refused'],
        status: 202,
      },
      async ({ params, headers, bytes }) => {
        const context = await contextFor(params.tenant);
        if (!context) throw new Problem('not-found', 'There is no such portal.');
        await processors.callback(context, headers, bytes);
        return {};
      },
    ),
  ];
}

/** `old`: the routes and headers of OpenGDPR, as before 2020. */
export function openDsrRoutes(opendsr: OpenDsrService): Route[] {
  const inPortal = ({ context, params }: Pick<RouteRequest<RouteSpec>, 'context'> & { params: { tenant: string } }) => {
    if (params.tenant !== context.tenant.id) throw new Problem('not-found', 'The credentials are of another portal.');
    return context;
  };

  const speaking = (old: boolean): Route[] => {
    const base = old ? '/opendsr/{tenant}' : '/opendsr/{tenant}/v1';
    const requests = old ? `${base}/opengdpr_requests` : `${base}/requests`;
    const name = (id: string) => (old ? `${id}OfOpenGdpr` : id);
    return [
      route(
        {
          operationId: name('discoverOpenDsr'),
          method: 'get',
          path: `${base}/discovery`,
          tag,
          summary: 'What this processor understands, and where its certificate is',
          description:
            'The first call of a controller that sends requests by OpenDSR: kinds of identity, kinds of request, ' +
            'and the certificate for checking signatures.',
          permission: 'public',
          rateLimited: true,
          params: PortalParams,
          status: 200,
          response: JSON_TYPE,
          others: REFUSED,
        },
        () => answered(opendsr.signer(), { status: 200, old }, async () => opendsr.discovery()),
      ),
      route(
        {
          operationId: name('submitOpenDsrRequest'),
          method: 'post',
          path: requests,
          tag,
          summary: 'A controller sends a request of a person',
          description: SUBMITTING,
          permission: 'opendsr.submit',
          params: PortalParams,
          body: OpenDsrRequest,
          example: {
            regulation: 'gdpr',
            subject_request_id: '3b1f7a52-8f0c-4d1e-9a53-0f6f0c9e2d11',
            subject_request_type: 'erasure',
            submitted_time: '2026-02-01T10:00:00Z',
            subject_identities: [
              { identity_type: 'email', identity_value: 'jo.keller@example.org', identity_format: 'raw' },
            ],
            api_version: '2.0',
            status_callback_urls: ['https://controller.example.org/opendsr/callbacks'],
          },
          bodyFormat: 'signed',
          status: 201,
          response: JSON_TYPE,
          others: REFUSED,
        },
        (request) =>
          answered(opendsr.signer(), { status: 201, old }, async () =>
            opendsr.submit(inPortal(request), request.bytes, old),
          ),
      ),
      route(
        {
          operationId: name('getOpenDsrRequest'),
          method: 'get',
          path: `${requests}/{subjectRequestId}`,
          tag,
          summary: 'How a request stands',
          description:
            'For the controller that sent it: pending, in progress, completed or cancelled, signed as every answer ' +
            'here.',
          permission: 'opendsr.submit',
          params: RequestParams,
          status: 200,
          response: JSON_TYPE,
          others: REFUSED,
        },
        (request) =>
          answered(opendsr.signer(), { status: 200, old }, async () =>
            opendsr.status(inPortal(request), request.params.subjectRequestId),
          ),
      ),
      route(
        {
          operationId: name('cancelOpenDsrRequest'),
          method: 'delete',
          path: `${requests}/{subjectRequestId}`,
          tag,
          summary: 'A controller takes a request back, while it is pending',
          description:
            'For the controller that sent it. Once work has begun it cannot be taken back, and the answer says so.',
          permission: 'opendsr.submit',
          params: RequestParams,
          status: 202,
          response: JSON_TYPE,
          others: REFUSED,
        },
        (request) =>
          answered(opendsr.signer(), { status: 202, old }, async () =>
            opendsr.cancel(inPortal(request), request.params.subjectRequestId),
          ),
      ),
    ];
  };

  return [
    ...speaking(false),
    ...speaking(true),
    route(
      {
        operationId: 'getOpenDsrCertificate',
        method: 'get',
        path: '/opendsr/certificate.pem',
        tag,
        summary: 'The certificate that signatures are checked with',
        description: 'X.509 in PEM. Controllers pin it, and check `X-OpenDSR-Signature` of every answer with it.',
        permission: 'public',
        rateLimited: true,
        status: 200,
        problems: ['not-found'],
        response: 'application/x-pem-file',
      },
      async () => ({ stream: once(opendsr.signer().certificate) }),
    ),
  ];
}
