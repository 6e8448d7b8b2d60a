import Type from 'typebox';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import {
  ApprovalInput,
  Proposal,
  ProposalFiles,
  ProposalInput,
  ProposalList,
  ProposalParams,
  RefusalInput,
} from './model.ts';
import { ofTheInstitution } from './of-the-institution.ts';
import type { ProposalService } from './service.ts';

const tag = 'Policies';
const PATH = '/v1/policies/proposals';
/** Texts of notices in several languages come with it. */
const BODY_LIMIT = 4_194_304;

export function proposalRoutes(proposals: ProposalService): Route[] {
  return [
    route(
      {
        operationId: 'proposePolicies',
        lane: 'batch',
        method: 'post',
        path: PATH,
        tag,
        summary: 'Propose what the institution decides for its own portal',
        description:
          'Checked as a folder is: every mistake comes with file, line and what would be right. The answer says what would change, ' +
          'what it would newly erase, and how many rows would be due under the old word and the new one. Nothing is in force by it.',
        permission: 'policies.propose',
        body: ProposalInput,
        example: {
          files: { 'retention.yaml': 'rules: []\nerasureRequests: []\n' },
          inForceFrom: '2027-01-01',
          reason: 'Shorter periods, as the works council asked.',
        },
        bodyLimit: BODY_LIMIT,
        idempotency: 'required',
        status: 201,
        response: Proposal,
      },
      async ({ context, body }) => {
        const proposal = await proposals.propose(ofTheInstitution(context), body);
        return { headers: { Location: `${PATH}/${proposal.proposalId}` }, body: proposal };
      },
    ),
    route(
      {
        operationId: 'listPolicyProposals',
        method: 'get',
        path: PATH,
        tag,
        summary: 'List proposals, newest first',
        description:
          'What waits for a second person, what is accepted for a day to come, and what became of the others.',
        permission: 'policies.proposals',
        query: Type.Object(PAGE_QUERY, closed),
        status: 200,
        response: ProposalList,
      },
      async ({ context, query }) => ({ body: await proposals.list(context, query) }),
    ),
    route(
      {
        operationId: 'getPolicyProposal',
        method: 'get',
        path: `${PATH}/{proposalId}`,
        tag,
        summary: 'Read a proposal',
        description: 'What it would change, what it would newly erase in rows and people, and the digest to agree to.',
        permission: 'policies.proposals',
        params: ProposalParams,
        status: 200,
        response: Proposal,
      },
      async ({ context, params }) => ({ body: await proposals.get(context, params.proposalId) }),
    ),
    route(
      {
        operationId: 'getPolicyProposalFiles',
        method: 'get',
        path: `${PATH}/{proposalId}/files`,
        tag,
        summary: 'Read the very files of a proposal',
        description: 'In policies/tenants/<id>/ of the folder they give the same hash.',
        permission: 'policies.proposals',
        params: ProposalParams,
        status: 200,
        response: ProposalFiles,
      },
      async ({ context, params }) => ({ body: await proposals.files(context, params.proposalId) }),
    ),
    route(
      {
        operationId: 'approvePolicyProposal',
        lane: 'batch',
        method: 'post',
        path: `${PATH}/{proposalId}/approval`,
        tag,
        summary: 'Agree to a proposal',
        description:
          'By another person than the one who proposed it, to exactly what the digest names. What is due is looked at again: where ' +
          'it is no longer what the proposal says, it says the new numbers and answers 409. In force from its day.',
        permission: 'policies.propose',
        params: ProposalParams,
        body: ApprovalInput,
        example: { digest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
        idempotency: 'required',
        status: 200,
        response: Proposal,
      },
      async ({ context, params, body }) => ({
        body: await proposals.approve(ofTheInstitution(context), params.proposalId, body.digest),
      }),
    ),
    route(
      {
        operationId: 'rejectPolicyProposal',
        method: 'post',
        path: `${PATH}/{proposalId}/rejection`,
        tag,
        summary: 'Refuse a proposal',
        description:
          'By another person than the one who proposed it. Nothing changes; the reason is kept with the proposal.',
        permission: 'policies.propose',
        params: ProposalParams,
        body: RefusalInput,
        example: { reason: 'The period is shorter than the law allows.' },
        idempotency: 'required',
        status: 200,
        response: Proposal,
      },
      async ({ context, params, body }) => ({
        body: await proposals.reject(ofTheInstitution(context), params.proposalId, body.reason),
      }),
    ),
    route(
      {
        operationId: 'withdrawPolicyProposal',
        method: 'post',
        path: `${PATH}/{proposalId}/withdrawal`,
        tag,
        summary: 'Take a proposal back',
        description: 'Before it is decided, or, once accepted, before its day has come.',
        permission: 'policies.propose',
        params: ProposalParams,
        body: RefusalInput,
        example: { reason: 'To be proposed anew with the notices.' },
        idempotency: 'required',
        status: 200,
        response: Proposal,
      },
      async ({ context, params, body }) => ({
        body: await proposals.withdraw(ofTheInstitution(context), params.proposalId, body.reason),
      }),
    ),
    route(
      {
        operationId: 'rebasePolicyProposal',
        lane: 'batch',
        method: 'post',
        path: `${PATH}/{proposalId}/rebase`,
        tag,
        summary: 'Put a proposal on the policies that are in force by now',
        description: 'Checked and counted anew. Whoever does it counts as the one who proposed it.',
        permission: 'policies.propose',
        params: ProposalParams,
        idempotency: 'required',
        status: 200,
        response: Proposal,
      },
      async ({ context, params }) => ({ body: await proposals.rebase(ofTheInstitution(context), params.proposalId) }),
    ),
  ];
}
