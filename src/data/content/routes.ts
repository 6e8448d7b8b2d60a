import { type Route, route } from '../../foundations/contract/contract.ts';
import {
  AccountItemParams,
  AccountParams,
  Association,
  AssociationInput,
  AssociationPage,
  ItemAssociationPage,
  ItemParams,
  MinimalAssociationPage,
  PageQuery,
  ReviewQuery,
} from './model.ts';
import type { ContentService } from './service.ts';

export function contentRoutes(content: ContentService): Route[] {
  return [
    route(
      {
        operationId: 'putAssociation',
        method: 'put',
        path: '/v1/subjects/{id}/items/{doi}',
        tag: 'Content',
        summary: 'Record or update a person’s part in an item',
        description:
          'The DOI is one path segment: its slash is sent as `%2F`. Answers 201 when it is new; the same request again ' +
          'changes nothing. After a change of name, put the item again: the new name replaces the old one, and the id of ' +
          'the association stays.',
        permission: 'content.write',
        params: AccountItemParams,
        body: AssociationInput,
        example: {
          title: 'Discharge of small rivers, 2001 to 2020',
          version: '1.0',
          role: 'creator',
          nameAsPublished: 'Keller, Jo',
          visibility: 'public',
          publishedOn: '2026-01-15',
        },
        ifMatch: 'optional',
        status: 200,
        response: Association,
        others: { 201: Association },
      },
      async ({ context, params, body, ifMatch }) => {
        const { association, etag, created } = await content.put(context, params.id, params.doi, body, ifMatch);
        return { status: created ? 201 : 200, headers: { ETag: etag }, body: association };
      },
    ),
    route(
      {
        operationId: 'getAssociation',
        method: 'get',
        path: '/v1/subjects/{id}/items/{doi}',
        tag: 'Content',
        summary: 'Read a person’s part in an item',
        description:
          'To look one item up before its association is changed or retracted. The DOI is one path segment: its ' +
          'slash is sent as `%2F`.',
        permission: 'content.read',
        reads: 'personal-data',
        params: AccountItemParams,
        status: 200,
        response: Association,
      },
      async ({ context, params }) => {
        const { association, etag } = await content.get(context, params.id, params.doi);
        return { headers: { ETag: etag }, body: association };
      },
    ),
    route(
      {
        operationId: 'retractAssociation',
        method: 'delete',
        path: '/v1/subjects/{id}/items/{doi}',
        tag: 'Content',
        summary: 'Retract a person’s part in an item',
        description: 'For an association that should not be there. The item itself is the platform’s affair.',
        permission: 'content.write',
        params: AccountItemParams,
        ifMatch: 'optional',
        status: 204,
      },
      async ({ context, params, ifMatch }) => {
        await content.retract(context, params.id, params.doi, ifMatch);
        return {};
      },
    ),
    route(
      {
        operationId: 'listAssociations',
        method: 'get',
        path: '/v1/subjects/{id}/items',
        tag: 'Content',
        summary: 'List the items of an account',
        description:
          'Everything an account has published or works on, with role and name as published: what an erasure will ' +
          'have to decide about, item by item.',
        permission: 'content.read',
        reads: 'personal-data',
        params: AccountParams,
        query: PageQuery,
        status: 200,
        response: AssociationPage,
      },
      async ({ context, params, query }) => ({ body: await content.list(context, params.id, query) }),
    ),
    route(
      {
        operationId: 'listItemAssociations',
        method: 'get',
        path: '/v1/items/{doi}/associations',
        tag: 'Content',
        summary: 'List everybody who has a part in an item',
        description:
          'Where a person has been erased, the association of a public item shows only what may stay: DOI, role, name as ' +
          'published, ORCID iD, day of publication, version, ground and review date.',
        permission: 'content.read',
        reads: 'personal-data',
        params: ItemParams,
        query: PageQuery,
        status: 200,
        response: ItemAssociationPage,
      },
      async ({ context, params, query }) => ({ body: await content.ofItem(context, params.doi, query) }),
    ),
    route(
      {
        operationId: 'listAssociationsToReview',
        method: 'get',
        path: '/v1/associations/to-review',
        tag: 'Content',
        summary: 'List reduced associations due for review',
        description: 'What was kept beyond an erasure is looked at again by its review date.',
        permission: 'content.read',
        reads: 'personal-data',
        query: ReviewQuery,
        status: 200,
        response: MinimalAssociationPage,
      },
      async ({ context, query }) => ({ body: await content.toReview(context, query) }),
    ),
  ];
}
