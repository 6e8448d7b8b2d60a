import Type from 'typebox';
import { once, type Route, route } from '../../foundations/contract/contract.ts';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { CertificateBundle, CertificateList, CertificateParams } from './model.ts';
import { pagePolicy } from './printed-page.ts';
import type { CertificateService } from './service.ts';

const tag = 'Certificates';

export function certificateRoutes(certificates: CertificateService): Route[] {
  return [
    route(
      {
        operationId: 'listCertificates',
        method: 'get',
        path: '/v1/certificates',
        tag,
        summary: 'List certificates, newest first',
        description:
          'To find the proof of an act: by kind and by day. Each can be fetched, printed, and checked without this ' +
          'service.',
        permission: 'certificates.read',
        query: Type.Object(PAGE_QUERY, closed),
        status: 200,
        response: CertificateList,
      },
      async ({ context, query }) => ({ body: await certificates.list(context, query) }),
    ),
    route(
      {
        operationId: 'getCertificate',
        method: 'get',
        path: '/v1/certificates/{certificateId}',
        tag,
        summary: 'Read a certificate with its signature and its proof',
        description:
          'Keep the answer as a file: `lethe certificate verify FILE` checks it without this service. ' +
          '`log.proof` is there once the entry that ends the act is in the signed log, a second or so later.',
        permission: 'certificates.read',
        params: CertificateParams,
        status: 200,
        response: CertificateBundle,
      },
      async ({ context, params }) => ({ body: await certificates.get(context, params.certificateId) }),
    ),
    route(
      {
        operationId: 'getCertificatePage',
        method: 'get',
        path: '/v1/certificates/{certificateId}/page',
        tag,
        summary: 'A certificate as a page to read and print',
        description:
          'For the file or for an authority: the same facts as in the JSON, in the language of the portal, with ' +
          'what is needed to check the signature.',
        permission: 'certificates.read',
        params: CertificateParams,
        status: 200,
        response: 'text/html; charset=utf-8',
      },
      async ({ context, params }) => {
        const page = await certificates.page(context, params.certificateId);
        return { headers: { 'Content-Security-Policy': pagePolicy(page) }, stream: once(page) };
      },
    ),
  ];
}
