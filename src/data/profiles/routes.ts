import { type Route, route } from '../../foundations/contract/contract.ts';
import { Profile, ProfileInput, ProfileMatches, ProfilePatch, ProfileSearch, SubjectParams } from './model.ts';
import type { ProfileService } from './service.ts';

const UNDER_HOLDS =
  'Under a hold it goes by its kind (409): a legal hold lets no value be overwritten; a restriction, an objection and an ' +
  'erasure that is agreed let nothing be written, only put right by a rectification; while an access request is open, ' +
  'values may change as ever. Of a person who was erased nothing is taken.';

export function profileRoutes(profiles: ProfileService): Route[] {
  return [
    // Before `/v1/subjects/{id}`, which would take it for an account named `search` (that one is `account:search`).
    route(
      {
        operationId: 'searchProfiles',
        method: 'post',
        path: '/v1/subjects/search',
        tag: 'Profiles',
        summary: 'Find profiles by e-mail address',
        description:
          'A POST, so that the address stands in no URL. It is looked up by a keyed hash: only whole addresses are found, ' +
          'compared without regard to case.',
        permission: 'profiles.read',
        reads: 'personal-data',
        body: ProfileSearch,
        example: { email: 'jo.keller@example.org' },
        status: 200,
        response: ProfileMatches,
      },
      async ({ context, body }) => ({ body: await profiles.search(context, body.email) }),
    ),
    route(
      {
        operationId: 'putProfile',
        method: 'put',
        path: '/v1/subjects/{id}',
        tag: 'Profiles',
        summary: 'Create or replace a profile',
        description:
          'The whole profile of one account, by the platform’s own user id. Nothing but the fields below is accepted. ' +
          'Answers 201 when it is new. The same request again changes nothing. Text is kept in Unicode NFC. ' +
          UNDER_HOLDS,
        permission: 'profiles.write',
        params: SubjectParams,
        body: ProfileInput,
        example: {
          name: 'Jo Keller',
          email: 'jo.keller@example.org',
          interests: ['Hydrology'],
          city: 'Bern',
          country: 'CH',
          orcid: 'https://orcid.org/0000-0002-1825-0097',
          lastActivityAt: '2026-02-01T10:00:00Z',
        },
        ifMatch: 'optional',
        status: 200,
        response: Profile,
        others: { 201: Profile },
      },
      async ({ context, params, body, ifMatch }) => {
        const { profile, etag, created } = await profiles.put(context, params.id, body, ifMatch);
        return { status: created ? 201 : 200, headers: { ETag: etag }, body: profile };
      },
    ),
    route(
      {
        operationId: 'getProfile',
        method: 'get',
        path: '/v1/subjects/{id}',
        tag: 'Profiles',
        summary: 'Read a profile',
        description:
          'What the platform has given to Lethe about one account. Its `ETag` goes into `If-Match` when fields are ' +
          'changed, so that nobody overwrites what somebody else has written meanwhile.',
        permission: 'profiles.read',
        reads: 'personal-data',
        params: SubjectParams,
        status: 200,
        response: Profile,
      },
      async ({ context, params }) => {
        const { profile, etag } = await profiles.get(context, params.id);
        return { headers: { ETag: etag }, body: profile };
      },
    ),
    route(
      {
        operationId: 'patchProfile',
        method: 'patch',
        path: '/v1/subjects/{id}',
        tag: 'Profiles',
        summary: 'Change some fields of a profile',
        description:
          'A JSON merge patch (RFC 7396): a field that is absent stays, `null` removes it, a list is replaced. ' +
          UNDER_HOLDS,
        permission: 'profiles.write',
        params: SubjectParams,
        body: ProfilePatch,
        example: { city: 'Basel', interests: null },
        ifMatch: 'required',
        status: 200,
        response: Profile,
      },
      async ({ context, params, body, ifMatch }) => {
        const { profile, etag } = await profiles.patch(context, params.id, body, ifMatch);
        return { headers: { ETag: etag }, body: profile };
      },
    ),
    route(
      {
        operationId: 'deleteProfile',
        method: 'delete',
        path: '/v1/subjects/{id}',
        tag: 'Profiles',
        summary: 'Delete a profile',
        description:
          'Deletes the profile only, as when an account is closed. Consents, visits and published items stay under their ' +
          'own rules: a person who asks to be forgotten (GDPR Art. 17) needs `POST /v1/subjects/{id}/erasure`. ' +
          'Refused (409) under a hold that keeps it: legal, restriction, access-request.',
        permission: 'profiles.write',
        params: SubjectParams,
        ifMatch: 'required',
        status: 204,
      },
      async ({ context, params, ifMatch }) => {
        await profiles.remove(context, params.id, ifMatch);
        return {};
      },
    ),
  ];
}
