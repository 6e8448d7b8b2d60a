import Type from 'typebox';
import { encrypting } from '../../foundations/backup/age.ts';
import { BackupError } from '../../foundations/backup/manifest.ts';
import { once, type Route, route } from '../../foundations/contract/contract.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { closed, Instant } from '../../foundations/contract/schemas.ts';
import { printed, renderHtml } from '../../foundations/print/html.ts';
import { renderPdf } from '../../foundations/print/pdf.ts';
import {
  Acknowledgement,
  Agreement,
  CertificateBundle,
  Departure,
  DepartureParams,
  Departures,
  NewDeparture,
  PartOrder,
  ReturnOrder,
} from './model.ts';
import type { LeavingService } from './service.ts';

const tag = 'Departures';
const path = '/v1/departures';
const AGE = 'application/octet-stream';
const manage = { tag, permission: 'departures.manage', status: 200, params: DepartureParams } as const;
const read = { tag, permission: 'departures.read', status: 200, method: 'get', params: DepartureParams } as const;
const FinishedLogs = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          generation: Type.Integer(),
          origin: Type.String(),
          size: Type.Integer(),
          root: Type.String({ description: 'Base64.' }),
          checkpoint: Type.String({ description: 'Its last signed note.' }),
          key: Type.String({ description: 'Its verifier key (C2SP signed-note).' }),
          keySet: Type.Record(Type.String(), Type.Unknown(), {
            description: 'Keys with which that instance signed receipts and certificates (RFC 7517).',
          }),
          receivedAt: Instant,
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'FinishedLogs' },
);

/** Encrypted to the institution before the first byte of it leaves. @throws Problem for what is no recipient */
async function sealedTo(recipient: string, content: () => Promise<AsyncGenerator<Buffer>>) {
  const nothing = (async function* (): AsyncGenerator<Buffer> {})();
  try {
    await encrypting([recipient])(nothing).next();
  } catch (error) {
    if (error instanceof BackupError)
      throw invalidField('/recipient', 'must be a recipient of age, as age-keygen prints it');
    throw error;
  }
  return encrypting([recipient])(await content());
}

const fileName = (name: string) => ({ 'Content-Disposition': `attachment; filename="${name}.tar.age"` });

export function departureRoutes(leaving: LeavingService): Route[] {
  return [
    route(
      {
        operationId: 'openDeparture',
        method: 'post',
        path,
        tag,
        summary: 'Say that the contract with this institution ends',
        description:
          'Nothing changes before another person has agreed. Answers what there is, in numbers, and what becomes of it.',
        permission: 'departures.manage',
        idempotency: 'required',
        body: NewDeparture,
        example: { choice: 'return', on: '2026-12-31', reason: 'moves-elsewhere' },
        status: 201,
        response: Departure,
      },
      async ({ context, body }) => {
        const departure = await leaving.open(context, body);
        return { body: departure, headers: { Location: `${path}/${departure.departureId}` } };
      },
    ),
    route(
      {
        operationId: 'listDepartures',
        method: 'get',
        path,
        tag,
        summary: 'List departures, newest first',
        description: 'Of this tenant; at the home of the installation of all, also of those that are gone.',
        permission: 'departures.read',
        status: 200,
        response: Departures,
      },
      async ({ context }) => ({ body: { items: await leaving.list(context) } }),
    ),
    route(
      {
        ...read,
        operationId: 'getDeparture',
        path: `${path}/{departureId}`,
        summary: 'How a departure stands',
        description: 'What is agreed to, returned, acknowledged and erased, what is left, and when it can go on.',
        response: Departure,
      },
      async ({ context, params }) => ({ body: await leaving.read(context, params.departureId) }),
    ),
    route(
      {
        ...manage,
        operationId: 'approveDeparture',
        method: 'post',
        path: `${path}/{departureId}/approval`,
        summary: 'Agree to it, as another person than the one who opened it',
        description: 'From now on the tenant takes nothing new; reading and the rights of persons go on.',
        body: Agreement,
        example: { digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
        response: Departure,
        problems: ['plan-changed'],
      },
      async ({ context, params, body }) => ({ body: await leaving.approve(context, params.departureId, body) }),
    ),
    route(
      {
        ...manage,
        operationId: 'callOffDeparture',
        method: 'delete',
        path: `${path}/{departureId}`,
        summary: 'Do not agree, or call it off before anything is erased',
        description:
          'The contract goes on after all. The tenant takes new data again at once; what was returned stays ' +
          'returned.',
        response: Departure,
      },
      async ({ context, params }) => ({ body: await leaving.end(context, params.departureId) }),
    ),
    route(
      {
        ...manage,
        operationId: 'returnEverything',
        lane: 'batch',
        method: 'post',
        path: `${path}/{departureId}/return`,
        summary: 'Everything of the institution as one file, encrypted to it',
        description:
          'A tar (docs/departure-format.md) in an age file. It can be made again; the newest counts. `lethe tenants receive` ' +
          'reads it into another instance.',
        body: ReturnOrder,
        example: { recipient: 'age1m0ftcd6xnq769ahqg47n39ptnksph2yc9gc4jmetkwe7k29fadcqye8426' },
        response: AGE,
      },
      async ({ context, params, body }) => ({
        headers: fileName(`departure-${context.tenant.id}`),
        stream: await sealedTo(body.recipient, () => leaving.makeReturn(context, params.departureId)),
      }),
    ),
    route(
      {
        operationId: 'returnPart',
        lane: 'batch',
        method: 'post',
        path: '/v1/returns',
        tag,
        summary: 'One table, one portal or a range of visits, in the same format',
        description: 'Nothing is erased by it. The return is recorded in the audit log.',
        permission: 'departures.manage',
        body: PartOrder,
        example: {
          recipient: 'age1m0ftcd6xnq769ahqg47n39ptnksph2yc9gc4jmetkwe7k29fadcqye8426',
          part: { visits: { from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' } },
        },
        status: 200,
        response: AGE,
      },
      async ({ context, body }) => ({
        headers: fileName(`return-${context.tenant.id}`),
        stream: await sealedTo(body.recipient, () => leaving.returnPart(context, body)),
      }),
    ),
    route(
      {
        ...manage,
        operationId: 'acknowledgeReturn',
        method: 'post',
        path: `${path}/{departureId}/acknowledgement`,
        summary: 'The institution could read what it was given',
        description:
          'With the digest of the manifest they read. Only then, or 30 days later, may what was returned be erased ' +
          'here.',
        body: Acknowledgement,
        example: { manifest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
        response: Departure,
      },
      async ({ context, params, body }) => ({ body: await leaving.acknowledge(context, params.departureId, body) }),
    ),
    route(
      {
        ...manage,
        operationId: 'deleteEverything',
        method: 'post',
        path: `${path}/{departureId}/deletion`,
        summary: 'Erase everything of the institution',
        description:
          'Of what is returned only after its acknowledgement, or 30 days. It begins at once and goes on by itself: keys, rows, ' +
          'holders outside, a second look, a certificate.',
        status: 202,
        response: Departure,
        problems: ['held', 'plan-changed'],
      },
      async ({ context, params }) => ({ body: await leaving.delete(context, params.departureId) }),
    ),
    route(
      {
        ...read,
        operationId: 'getDepartureCertificate',
        path: `${path}/{departureId}/certificate`,
        summary: 'The certificate, with its signature and its proof',
        description:
          'Art. 28(3)(g) as evidence: what was returned and erased, at which holders, with what a second look ' +
          'found. Checked without this service.',
        response: CertificateBundle,
      },
      async ({ context, params }) => ({ body: await leaving.certificate(context, params.departureId) }),
    ),
    route(
      {
        ...read,
        operationId: 'getDepartureCertificatePage',
        path: `${path}/{departureId}/certificate/page`,
        summary: 'The certificate as a page to read and print',
        description: 'For the files of the institution and of the provider.',
        response: 'text/html; charset=utf-8',
      },
      async ({ context, params }) => printed(renderHtml(await leaving.page(context, params.departureId))),
    ),
    route(
      {
        ...read,
        operationId: 'getDepartureCertificatePdf',
        path: `${path}/{departureId}/certificate/pdf`,
        summary: 'The certificate as a PDF',
        description: 'For the files of the institution and of the provider, to sign.',
        response: 'application/pdf',
      },
      async ({ context, params }) => ({
        headers: { 'Content-Disposition': 'inline; filename="departure.pdf"' },
        stream: once(await renderPdf(await leaving.page(context, params.departureId), context.clock())),
      }),
    ),
    route(
      {
        operationId: 'getFinishedLogs',
        method: 'get',
        path: '/log/{tenant}/finished',
        tag: 'Log',
        summary: 'Logs of this tenant that ended elsewhere, and go on here',
        description:
          'Their last checkpoints with the keys that check them, and those that signed receipts and certificates there. The ' +
          'tree is the same: its beginning is theirs, which the tiles show.',
        permission: 'public',
        params: Type.Object({ tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }) }, closed),
        status: 200,
        response: FinishedLogs,
      },
      async ({ params }) => ({ body: { items: await leaving.finishedLogs(params.tenant) } }),
    ),
  ];
}
