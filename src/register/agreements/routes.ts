import { type Route, route } from '../../foundations/contract/contract.ts';
import { AS_OF_QUERY, asOf } from '../view/as-of.ts';
import type { InstructionService } from './instructions.ts';
import {
  Agreement,
  AgreementCorrection,
  AgreementInput,
  AgreementList,
  AgreementParams,
  DataEndInput,
  EndInput,
  InstructionCheck,
  InstructionInput,
  InstructionVerdict,
  SignatureInput,
} from './model.ts';
import type { AgreementsService } from './service.ts';

const tag = 'Register';

export function agreementRoutes(agreements: AgreementsService, instructions: InstructionService): Route[] {
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
        body: await agreements.end(context, params.agreementId, { ...body, at: new Date(body.at) }),
      }),
    ),
    route(
      {
        operationId: 'recordDataEnd',
        method: 'post',
        path: '/v1/register/agreements/{agreementId}/data-end',
        tag,
        summary: 'Record that a processor deleted or returned the data when an agreement had ended',
        description:
          'With the certificate of the processor, and when its last copy was deleted, unless a law makes it keep some ' +
          '(Art. 28(3)(g)). Until then the register says that data is left there.',
        permission: 'register.manage',
        params: AgreementParams,
        body: DataEndInput,
        idempotency: 'required',
        status: 200,
        response: Agreement,
      },
      async ({ context, params, body }) => ({ body: await agreements.endData(context, params.agreementId, body) }),
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
        summary: 'Add a signed version of the instructions under an agreement',
        permission: 'register.manage',
        params: AgreementParams,
        body: InstructionInput,
        idempotency: 'required',
        status: 201,
        response: Agreement,
      },
      async ({ context, params, body }) => ({ body: await instructions.issue(context, params.agreementId, body) }),
    ),
    route(
      {
        operationId: 'checkInstruction',
        method: 'post',
        path: '/v1/register/instruction-checks',
        tag,
        summary: 'Ask whether a processor is instructed to do something',
        description:
          'Answers 409 `outside-instructions`, naming what is not covered, for what no documented instruction permits; ' +
          'the refusal is recorded and the controller is told (Art. 28(3)(a)).',
        permission: 'instructions.check',
        body: InstructionCheck,
        status: 200,
        response: InstructionVerdict,
      },
      async ({ context, body }) => ({ body: await instructions.check(context, body) }),
    ),
  ];
}
