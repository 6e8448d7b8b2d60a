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
        description:
          'Drafts, agreements in force and ended ones, with who is controller and processor, and what is still ' +
          'missing of Art. 28(3).',
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
        description:
          'Nothing is in force by it. Fill in what the template leaves open, print the annexes, have it signed, ' +
          'then call `…/activation`.',
        permission: 'register.manage',
        body: AgreementInput,
        example: { template: 'processing-standard', validFrom: '2026-02-01T00:00:00Z' },
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
        description:
          'Clauses, annexes, signed instructions, sub-processors and what became of the data at the end, as of an ' +
          'instant.',
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
        example: {
          signedOn: '2026-02-01T00:00:00Z',
          file: {
            name: 'agreement-2026.pdf',
            sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          },
        },
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
        description:
          'From `at` on nobody may process under it. Say what is to become of the data (Art. 28(3)(g)); ' +
          '`…/data-end` records that it was done.',
        permission: 'register.manage',
        params: AgreementParams,
        body: EndInput,
        example: { at: '2026-12-31T23:00:00Z', reason: 'The contract was not renewed.', data: 'return' },
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
        example: {
          choice: 'delete',
          on: '2026-02-01T10:00:00Z',
          copiesDeletedOn: '2026-02-15T10:00:00Z',
          certificate: {
            name: 'certificate.pdf',
            sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          },
        },
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
        example: {
          from: '2026-01-01T00:00:00Z',
          reason: 'One activity was left out by mistake.',
          activities: ['accounts', 'publications'],
        },
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
        description:
          'What a processor may do has to be documented (Art. 28(3)(a)). Each version is signed and stays; `POST ' +
          '/v1/register/instruction-checks` asks whether something lies within them.',
        permission: 'register.manage',
        params: AgreementParams,
        body: InstructionInput,
        example: {
          text: 'Store and back up the accounts; no access to content.',
          operations: ['storage'],
          categories: ['profiles.contact'],
          countries: ['DE'],
        },
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
        example: {
          processor: 'hosting-company',
          activity: 'accounts',
          operation: 'storage',
          category: 'profiles.contact',
          country: 'DE',
        },
        status: 200,
        response: InstructionVerdict,
      },
      async ({ context, body }) => ({ body: await instructions.check(context, body) }),
    ),
  ];
}
