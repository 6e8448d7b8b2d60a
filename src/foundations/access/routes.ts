import { type Route, route } from '../contract/contract.ts';
import {
  IssuedToken,
  ListQuery,
  NewTenant,
  NewToken,
  Tenant,
  TenantPage,
  TenantParams,
  TenantPatch,
  TokenPage,
  TokenParams,
} from './model.ts';
import type { AccessService } from './service.ts';

export function accessRoutes(access: AccessService): Route[] {
  return [
    route(
      {
        operationId: 'createTenant',
        method: 'post',
        path: '/v1/tenants',
        tag: 'Access',
        summary: 'Add a tenant',
        description:
          'What is absent is as in the first tenant: Europe/Berlin, jurisdiction EU, English, no web origins.',
        permission: 'tenants.manage',
        scope: 'installation',
        idempotency: 'required',
        body: NewTenant,
        example: {
          id: 'example-university',
          name: 'Example University',
          timeZone: 'Europe/Berlin',
          jurisdiction: 'EU',
          language: 'en',
          origins: ['https://data.university.example'],
        },
        status: 201,
        response: Tenant,
      },
      async ({ context, body }) => {
        const tenant = await access.createTenant(context, body);
        return { body: tenant, headers: { Location: `/v1/tenants/${tenant.id}` } };
      },
    ),
    route(
      {
        operationId: 'listTenants',
        method: 'get',
        path: '/v1/tenants',
        tag: 'Access',
        summary: 'List the tenants these credentials see',
        description: 'All for credentials of the installation, else one’s own.',
        permission: 'tenants.read',
        query: ListQuery,
        status: 200,
        response: TenantPage,
      },
      async ({ context, query }) => ({ body: await access.listTenants(context, query) }),
    ),
    route(
      {
        operationId: 'getTenant',
        method: 'get',
        path: '/v1/tenants/{tenantId}',
        tag: 'Access',
        summary: 'Read a tenant',
        description:
          'Name, time zone, jurisdiction, language, region and origins. The `ETag` of the answer is what `PATCH` ' +
          'wants in `If-Match`.',
        permission: 'tenants.read',
        params: TenantParams,
        status: 200,
        response: Tenant,
      },
      async ({ context, params }) => {
        const { tenant, etag } = await access.getTenant(context, params.tenantId);
        return { body: tenant, headers: { ETag: etag } };
      },
    ),
    route(
      {
        operationId: 'updateTenant',
        method: 'patch',
        path: '/v1/tenants/{tenantId}',
        tag: 'Access',
        summary: 'Change a tenant',
        description: 'A merge patch: what is absent stays as it is.',
        permission: 'tenants.manage',
        params: TenantParams,
        body: TenantPatch,
        example: { origins: ['https://data.university.example', 'https://www.university.example'] },
        ifMatch: 'required',
        status: 200,
        response: Tenant,
      },
      async ({ context, params, body, ifMatch }) => {
        const { tenant, etag } = await access.updateTenant(context, params.tenantId, body, ifMatch);
        return { body: tenant, headers: { ETag: etag } };
      },
    ),
    route(
      {
        operationId: 'readmitTenant',
        method: 'post',
        path: '/v1/tenants/{tenantId}/readmission',
        tag: 'Access',
        summary: 'Let a tenant in again whose id is that of one that has left',
        description: 'What was erased stays erased. Only then another tenant of this id can be added, or received.',
        permission: 'tenants.manage',
        scope: 'installation',
        params: TenantParams,
        status: 204,
      },
      async ({ context, params }) => {
        await access.readmitTenant(context, params.tenantId);
        return {};
      },
    ),
    route(
      {
        operationId: 'issueToken',
        method: 'post',
        path: '/v1/tokens',
        tag: 'Access',
        summary: 'Issue a token',
        description:
          'The secret is in this answer and nowhere else. A repeated Idempotency-Key is answered with `secret: null`.',
        permission: 'tokens.manage',
        idempotency: 'required',
        body: NewToken,
        example: { role: 'platform', label: 'main site' },
        status: 201,
        response: IssuedToken,
      },
      async ({ context, body }) => ({ body: await access.issueToken(context, body) }),
    ),
    route(
      {
        operationId: 'listTokens',
        method: 'get',
        path: '/v1/tokens',
        tag: 'Access',
        summary: "List the tenant's tokens",
        description:
          'To see what can act here, as what, until when and when it was last used. Secrets are in none of them.',
        permission: 'tokens.manage',
        query: ListQuery,
        status: 200,
        response: TokenPage,
      },
      async ({ context, query }) => ({ body: await access.listTokens(context, query) }),
    ),
    route(
      {
        operationId: 'revokeToken',
        method: 'delete',
        path: '/v1/tokens/{tokenId}',
        tag: 'Access',
        summary: 'Revoke a token',
        description: 'Works at once on the instance that answers, within five seconds on others.',
        permission: 'tokens.manage',
        params: TokenParams,
        status: 204,
      },
      async ({ context, params }) => {
        await access.revokeToken(context, params.tokenId);
        return {};
      },
    ),
  ];
}
