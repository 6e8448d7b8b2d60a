import Type from 'typebox';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { requireId } from '../policies/known.ts';
import { InstitutionDetails } from '../policies/model.ts';
import { AS_OF, AS_OF_QUERY, asOf } from '../view/as-of.ts';
import {
  partyDocument,
  RegisterDocument,
  RegisterParty,
  ResolutionDocument,
  registerDocument,
  resolutionDocument,
} from '../view/document.ts';
import type { Register } from '../view/service.ts';
import type { RegisterRecords } from './recording.ts';

const tag = 'Register';
const Reason = Type.String({
  minLength: 10,
  maxLength: 1000,
  pattern: '\\S',
  description: 'Why the past is corrected.',
});

const InstitutionInput = Type.Object(
  {
    ...InstitutionDetails.properties,
    from: Type.Optional(Type.String({ format: 'date-time', description: 'Since when it is so; now when absent.' })),
    until: Type.Optional(Type.String({ format: 'date-time', description: 'Exclusive.' })),
    reason: Type.Optional(Reason),
  },
  { ...closed, minProperties: 1, title: 'InstitutionInput' },
);
const PolicyCorrection = Type.Object(
  { hash: Type.String({ pattern: '^[0-9a-f]{64}$' }), from: Instant, until: Instant, reason: Reason },
  { ...closed, title: 'PolicyCorrection' },
);
const History = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          scope: Type.Enum(['tenant', 'installation']),
          kind: Type.String(),
          entityId: Type.String(),
          version: Type.Integer(),
          value: Type.Unknown(),
          validFrom: Instant,
          validUntil: OrNull(Instant),
          recordedAt: Instant,
          recordedBy: Type.String(),
          reason: OrNull(Type.String()),
          policyHash: Type.String(),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'RegisterHistory' },
);
const Corrected = Type.Object({ corrected: Type.Boolean() }, closed);

export function registerRecordRoutes(register: Register, records: RegisterRecords): Route[] {
  return [
    route(
      {
        operationId: 'getRegister',
        method: 'get',
        path: '/v1/register',
        tag,
        summary: 'The whole register of the portal, now or as of an instant',
        description:
          'Parties, activities, agreements, transfers and roles together, as they stand or stood. `at` asks for a ' +
          'day, `known-at` for what was known on a day.',
        permission: 'register.read',
        query: AS_OF_QUERY,
        status: 200,
        response: RegisterDocument,
      },
      async ({ context, query }) => ({ body: registerDocument(await register.view(context, asOf(query))) }),
    ),
    route(
      {
        operationId: 'resolveRegister',
        method: 'get',
        path: '/v1/register/resolution',
        tag,
        summary: 'Who is controller, processor and sub-processor of what, where, under which agreement',
        description:
          'The answer to “who processes this, and on what basis”: for a category, a purpose or an activity, with ' +
          'every party in the chain and its agreement.',
        permission: 'register.read',
        query: Type.Object(
          {
            category: Type.Optional(Type.String({ maxLength: 70 })),
            purpose: Type.Optional(Type.String({ maxLength: 70 })),
            ...AS_OF,
          },
          closed,
        ),
        status: 200,
        response: ResolutionDocument,
      },
      async ({ context, query }) => {
        const { category, purpose } = query;
        const found = await register.resolve(context, { category, purpose, ...asOf(query) });
        if (found.activities.length === 0) {
          const { policies } = await register.view(context, asOf(query));
          if (category !== undefined) requireId('?category', 'category', category, policies.categories);
          if (purpose !== undefined) requireId('?purpose', 'purpose', purpose, policies.purposes);
        }
        return { body: resolutionDocument(found) };
      },
    ),
    route(
      {
        operationId: 'getRegisterHistory',
        method: 'get',
        path: '/v1/register/history',
        tag,
        summary: 'Everything recorded in the register, in order, with who and why',
        description:
          'For reviews and accountability (Art. 5(2)): nothing is overwritten, so each fact stands here with its ' +
          'time, its author and, where it was corrected, the reason.',
        permission: 'register.read',
        status: 200,
        response: History,
      },
      async ({ context }) => ({
        body: {
          items: (await records.history(context)).map(({ tenantId, value, ...fact }) => ({
            ...fact,
            scope: tenantId === '*' ? ('installation' as const) : ('tenant' as const),
            value: value as unknown,
            validFrom: fact.validFrom.toISOString(),
            validUntil: fact.validUntil?.toISOString() ?? null,
            recordedAt: fact.recordedAt.toISOString(),
          })),
        },
      }),
    ),
    route(
      {
        operationId: 'getInstitution',
        method: 'get',
        path: '/v1/register/institution',
        tag,
        summary: 'Who the institution of the portal is',
        description:
          'Name, address, contacts, data protection officer: what notices, letters and records name as the ' +
          'controller.',
        permission: 'register.read',
        query: AS_OF_QUERY,
        status: 200,
        response: RegisterParty,
      },
      async ({ context, query }) => {
        const { party, etag } = await records.institution(context, asOf(query));
        return { headers: { ETag: etag }, body: partyDocument(party) };
      },
    ),
    route(
      {
        operationId: 'recordInstitution',
        method: 'put',
        path: '/v1/register/institution',
        tag,
        summary: 'Record who the institution of the portal is',
        description:
          'Replaces all details from `from` on. A time that has passed takes a `reason`; what was recorded before stays ' +
          'readable by `known-at`.',
        permission: 'register.manage',
        body: InstitutionInput,
        example: {
          legalName: 'Example University',
          address: 'University Square 1, 10117 Berlin',
          contact: 'info@university.example',
          country: 'DE',
          dataProtectionOfficer: { name: 'Kim Winter', contact: 'privacy@university.example' },
        },
        ifMatch: 'optional',
        status: 200,
        response: RegisterParty,
      },
      async ({ context, body, ifMatch }) => {
        const { party, etag } = await records.recordInstitution(context, body, ifMatch);
        return { headers: { ETag: etag }, body: partyDocument(party) };
      },
    ),
    route(
      {
        operationId: 'correctPolicies',
        method: 'post',
        path: '/v1/register/policy-corrections',
        tag,
        summary: 'Say which set of policies was right of a time that has passed',
        description:
          'When another set of policies should have been in force in the past: from then on questions about that ' +
          'time get the right answer, and both versions stay readable.',
        permission: 'register.manage',
        scope: 'installation',
        body: PolicyCorrection,
        example: {
          hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          from: '2026-01-01T00:00:00Z',
          until: '2026-01-08T00:00:00Z',
          reason: 'The folder of 2 January was loaded a week late.',
        },
        idempotency: 'required',
        status: 201,
        response: Corrected,
      },
      async ({ context, body }) => {
        await records.correctPolicies(context, body);
        return { body: { corrected: true } };
      },
    ),
  ];
}
