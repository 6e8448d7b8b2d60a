import { type Route, route } from '../../contract.ts';
import { AS_OF_QUERY, asOf } from '../as-of.ts';
import {
  Agreement,
  AgreementCorrection,
  AgreementInput,
  AgreementList,
  AgreementParams,
  EndInput,
  InstructionInput,
  SignatureInput,
} from './model.ts';
import type { AgreementsService } from './service.ts';

const tag = 'Register';

export function agreementRoutes(agreements: AgreementsService): Route[] {
  return [
    route(
      {
        operationId: 'listAgreements',
        method: 'get',
        path: '/v1/register/agreements',
        tag,
        summary: 'List the agreements between controllers and processors',
        permission: 'register.read',
        query: AS_OF_QUERY,
        status: 200,
        response: AgreementList,
      },
      async ({ context, query }) => ({ body: await agreements.list(context, asOf(query)) }),
    ),
    route(
      {
        operationId: 'draftAgreement',
        method: 'post',
        path: '/v1/register/agreements',
        tag,
        summary: 'Draft an agreement, from a template of the policies or from nothing',
        permission: 'register.manage',
        body: AgreementInput,
        idempotency: 'required',
        status: 201,
        response: Agreement,
      },
      async ({ context, body }) => {
        const agreement = await agreements.draft(context, body);
        return { headers: { Location: `/v1/register/agreements/${agreement.agreementId}` }, body: agreement };
      },
    ),
    route(
      {
        operationId: 'getAgreement',
        method: 'get',
        path: '/v1/register/agreements/{agreementId}',
        tag,
        summary: 'Read an agreement with its instructions',
        permission: 'register.read',
        params: AgreementParams,
        query: AS_OF_QUERY,
        status: 200,
        response: Agreement,
      },
      async ({ context, params, query }) => ({ body: await agreements.find(context, params.agreementId, asOf(query)) }),
    ),
    route(
      {
        operationId: 'activateAgreement',
        method: 'post',
        path: '/v1/register/agreements/{agreementId}/activation',
        tag,
        summary: 'Say that an agreement is signed',
        description: 'Refused while a clause of Art. 28(3) is missing; the answer names each.',
        permission: 'register.manage',
        params: AgreementParams,
        body: SignatureInput,
        idempotency: 'required',
        status: 200,
        response: Agreement,
      },
      async ({ context, params, body }) => ({ body: await agreements.activate(context, params.agreementId, body) }),
    ),
    route(
      {
        operationId: 'endAgreement',
        method: 'post',
        path: '/v1/register/agreements/{agreementId}/end',
        tag,
        summary: 'End an agreement',
        permission: 'register.manage',
        params: AgreementParams,
        body: EndInput,
        idempotency: 'required',
        status: 200,
        response: Agreement,
      },
      async ({ context, params, body }) => ({
        body: await agreements.end(context, params.agreementId, { at: new Date(body.at), reason: body.reason }),
      }),
    ),
    route(
      {
        operationId: 'correctAgreement',
        method: 'post',
        path: '/v1/register/agreements/{agreementId}/corrections',
        tag,
        summary: 'Say what was right of an agreement at a time',
        description: 'Nothing is overwritten: what was recorded before stays readable by `known-at`.',
        permission: 'register.manage',
        params: AgreementParams,
        body: AgreementCorrection,
        idempotency: 'required',
        status: 200,
        response: Agreement,
      },
      async ({ context, params, body }) => ({ body: await agreements.correct(context, params.agreementId, body) }),
    ),
    route(
      {
        operationId: 'issueInstruction',
        method: 'post',
        path: '/v1/register/agreements/{agreementId}/instructions',
        tag,
        summary: 'Add a version of the instructions under an agreement',
        permission: 'register.manage',
        params: AgreementParams,
        body: InstructionInput,
        idempotency: 'required',
        status: 201,
        response: Agreement,
      },
      async ({ context, params, body }) => ({
        body: await agreements.instruct(context, params.agreementId, body.text),
      }),
    ),
  ];
}
