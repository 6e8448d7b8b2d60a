import { type Route, route } from '../../foundations/contract/contract.ts';
import {
  Attribute,
  AttributeInput,
  AttributeParams,
  Relation,
  RelationParams,
  RoleHeld,
  RoleParams,
  StandingInput,
  Standings,
  SubjectParams,
} from './model.ts';
import { type RelationService, shownAttribute, shownRelation, shownRole } from './service.ts';

const tag = 'Relations';

const IDEMPOTENT =
  'Only what policies/relations.yaml declares is taken. Answers 201 when it is new; the same request again changes ' +
  'nothing; another beginning or end replaces what was said. Retention rules look at it.';
const ENDS = 'It ends now. What was said stays as long as its retention rule says, and then goes.';

export function relationRoutes(relations: RelationService): Route[] {
  return [
    route(
      {
        operationId: 'listStandings',
        method: 'get',
        path: '/v1/subjects/{id}/standings',
        tag,
        summary: 'How an account stands to the platform: relations, roles, attributes',
        description:
          'What retention rules look at: a contract that runs, a review that is open, a role, statistics refused. ' +
          'Shows also what has ended, with its end.',
        permission: 'relations.read',
        reads: 'personal-data',
        params: SubjectParams,
        status: 200,
        response: Standings,
      },
      async ({ context, params }) => ({ body: await relations.list(context, params.id) }),
    ),
    route(
      {
        operationId: 'putRelation',
        method: 'put',
        path: '/v1/subjects/{id}/relations/{relation}/{reference}',
        tag,
        summary: 'Say that an account has a relation to something: a contract, an open review',
        description: `A reference with a slash is sent with \`%2F\`. ${IDEMPOTENT}`,
        permission: 'relations.write',
        params: RelationParams,
        body: StandingInput,
        example: { since: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' },
        status: 200,
        response: Relation,
        others: { 201: Relation },
      },
      async ({ context, params: { id, relation: name, reference }, body }) => {
        const said = { kind: 'relation', name, reference } as const;
        const { row, created } = await relations.put(context, id, said, body);
        return { status: created ? 201 : 200, body: shownRelation(row, reference) };
      },
    ),
    route(
      {
        operationId: 'endRelation',
        method: 'delete',
        path: '/v1/subjects/{id}/relations/{relation}/{reference}',
        tag,
        summary: 'End a relation of an account',
        description: ENDS,
        permission: 'relations.write',
        params: RelationParams,
        status: 204,
      },
      async ({ context, params: { id, relation: name, reference } }) => {
        await relations.end(context, id, { kind: 'relation', name, reference });
        return {};
      },
    ),
    route(
      {
        operationId: 'putRole',
        method: 'put',
        path: '/v1/subjects/{id}/roles/{role}',
        tag,
        summary: 'Say that an account has a role',
        description: IDEMPOTENT,
        permission: 'relations.write',
        params: RoleParams,
        body: StandingInput,
        example: { since: '2026-01-01T00:00:00Z' },
        status: 200,
        response: RoleHeld,
        others: { 201: RoleHeld },
      },
      async ({ context, params, body }) => {
        const { row, created } = await relations.put(context, params.id, { kind: 'role', name: params.role }, body);
        return { status: created ? 201 : 200, body: shownRole(row) };
      },
    ),
    route(
      {
        operationId: 'endRole',
        method: 'delete',
        path: '/v1/subjects/{id}/roles/{role}',
        tag,
        summary: 'End a role of an account',
        description: ENDS,
        permission: 'relations.write',
        params: RoleParams,
        status: 204,
      },
      async ({ context, params }) => {
        await relations.end(context, params.id, { kind: 'role', name: params.role });
        return {};
      },
    ),
    route(
      {
        operationId: 'putAttribute',
        method: 'put',
        path: '/v1/subjects/{id}/attributes/{attribute}',
        tag,
        summary: 'Say one of the declared values of an account: statistics refused',
        description: `${IDEMPOTENT} An attribute has one value at a time.`,
        permission: 'relations.write',
        params: AttributeParams,
        body: AttributeInput,
        example: { value: 'refused' },
        status: 200,
        response: Attribute,
        others: { 201: Attribute },
      },
      async ({ context, params, body: { value, ...times } }) => {
        const said = { kind: 'attribute', name: params.attribute, value } as const;
        const { row, created } = await relations.put(context, params.id, said, times);
        return { status: created ? 201 : 200, body: shownAttribute(row) };
      },
    ),
    route(
      {
        operationId: 'endAttribute',
        method: 'delete',
        path: '/v1/subjects/{id}/attributes/{attribute}',
        tag,
        summary: 'Take back what was said of an account',
        description: ENDS,
        permission: 'relations.write',
        params: AttributeParams,
        status: 204,
      },
      async ({ context, params }) => {
        await relations.end(context, params.id, { kind: 'attribute', name: params.attribute });
        return {};
      },
    ),
  ];
}
