import Type from 'typebox';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import {
  ConsentEvent,
  ConsentHistory,
  ConsentInput,
  ConsentStates,
  CurrentNoticeQuery,
  EventParams,
  GpcDocument,
  LanguageQuery,
  LinkInput,
  LinkResult,
  NoticeParams,
  NoticeText,
  PurposeList,
  SignalInput,
  SignalResult,
  SubjectParams,
} from './model.ts';
import type { ConsentService } from './service.ts';

const tag = 'Consents';

export function consentRoutes(consent: ConsentService): Route[] {
  return [
    route(
      {
        operationId: 'recordConsent',
        method: 'post',
        path: '/v1/consents',
        tag,
        summary: 'Record one decision',
        description:
          'One event per purpose: for several, one call each. Withdrawing is the same call with `"status": "withdrawn"`, for which the notice may be left out; it always succeeds, whatever was decided before. ' +
          'A browser (portal token) sends neither address nor user agent; they are read from its connection. The platform’s server sends them in `evidence`. ' +
          'Both are reduced before anything is written. The server’s clock decides the order.',
        permission: 'consents.record',
        body: ConsentInput,
        example: {
          subject: { kind: 'visitor', id: 'v-4711' },
          purpose: 'usage-statistics',
          status: 'given',
          notice: { id: 'consent-banner', version: '1.1', language: 'en' },
          act: 'clicked-accept',
          evidence: {
            address: '203.0.113.77',
            userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
          },
        },
        idempotency: 'required',
        rateLimited: true,
        status: 201,
        response: ConsentEvent,
        answers: 'The event as it was recorded, with the addresses of its notice and its receipt.',
      },
      async ({ context, body, connection }) => {
        const event = await consent.record(context, body, connection);
        return { body: event, headers: { Location: event.links.self } };
      },
    ),
    route(
      {
        operationId: 'recordSignal',
        method: 'post',
        path: '/v1/consents/signals',
        tag,
        summary: 'Take the browser’s Global Privacy Control signal',
        description:
          'With `Sec-GPC: 1` on this request, every purpose it concerns is refused that the person has not decided on explicitly. Without it nothing happens.',
        permission: 'consents.record',
        body: SignalInput,
        example: { subject: { kind: 'visitor', id: 'v-4711' } },
        idempotency: 'required',
        rateLimited: true,
        status: 200,
        response: SignalResult,
        answers: 'Whether the signal was there, and the purposes it refused.',
      },
      async ({ context, body, connection }) => ({ body: await consent.signal(context, body.subject, connection) }),
    ),
    route(
      {
        operationId: 'getConsent',
        method: 'get',
        path: '/v1/consents/{eventId}',
        tag,
        summary: 'Read one consent event',
        description:
          'For who has the id of an event, from an answer or a receipt, and wants to see exactly what was recorded: ' +
          'purpose, decision, notice, evidence as far as it is still kept.',
        permission: 'consents.history',
        reads: 'personal-data',
        params: EventParams,
        status: 200,
        response: ConsentEvent,
        answers: 'The event as it was recorded.',
      },
      async ({ context, params }) => ({ body: await consent.get(context, params.eventId) }),
    ),
    route(
      {
        operationId: 'getConsentStates',
        method: 'get',
        path: '/v1/subjects/{id}/consents',
        tag,
        summary: 'What stands for a visitor or account',
        description:
          'Every purpose that rests on consent, decided or not. Of an account and the visitors linked to it the latest decision counts, and the answer says whose it was.',
        permission: 'consents.read',
        reads: 'personal-data',
        params: SubjectParams,
        rateLimited: true,
        status: 200,
        response: ConsentStates,
        answers: 'Every purpose that rests on consent, with what stands for it and why.',
      },
      async ({ context, params, connection }) => ({ body: await consent.current(context, params.id, connection) }),
    ),
    route(
      {
        operationId: 'getConsentHistory',
        method: 'get',
        path: '/v1/subjects/{id}/consents/history',
        tag,
        summary: 'Every consent event of a visitor or account',
        description:
          'What a complaint or an audit asks for: not only what stands now, but when each decision came, from ' +
          'where, and under which text. Newest first.',
        permission: 'consents.history',
        reads: 'personal-data',
        params: SubjectParams,
        query: Type.Object(PAGE_QUERY, closed),
        status: 200,
        response: ConsentHistory,
        answers: 'A page of the events, oldest first; `next` leads to the following one.',
      },
      async ({ context, params, query }) => ({ body: await consent.history(context, params.id, query) }),
    ),
    route(
      {
        operationId: 'linkVisitor',
        method: 'post',
        path: '/v1/subjects/{id}/links',
        tag,
        summary: 'Link a visitor to an account',
        description:
          'Call it at sign-in. Neither history is changed. A visitor belongs to one account at most (409 otherwise).',
        permission: 'subjects.link',
        params: SubjectParams,
        body: LinkInput,
        example: { visitor: 'v-4711' },
        idempotency: 'required',
        status: 201,
        response: LinkResult,
        answers: 'Since when the visitor belongs to the account.',
      },
      async ({ context, params, body }) => ({ body: await consent.link(context, params.id, body.visitor) }),
    ),
    route(
      {
        operationId: 'getCurrentNotice',
        method: 'get',
        path: '/v1/notices/current',
        tag: 'Notices',
        summary: 'The text in force',
        description:
          'What a banner shows before it asks. Send `id`, `version` and `language` of the answer back with the ' +
          'decision, so that it is known which text the person saw.',
        permission: 'notices.read',
        query: CurrentNoticeQuery,
        rateLimited: true,
        status: 200,
        response: NoticeText,
        answers: 'The notice in force, with its text in one language.',
      },
      async ({ context, query }) => ({ body: consent.notice(context, query) }),
    ),
    route(
      {
        operationId: 'getNotice',
        method: 'get',
        path: '/v1/notices/{noticeId}/{version}/{language}',
        tag: 'Notices',
        summary: 'The text of any version ever shown',
        description:
          'To show later what somebody agreed to. The hash in the answer is the one that stands in the decision and ' +
          'its receipt.',
        permission: 'notices.read',
        params: NoticeParams,
        rateLimited: true,
        status: 200,
        response: NoticeText,
        answers: 'The notice of that version, with its text in one language.',
      },
      async ({ context, params: { noticeId, version, language } }) => ({
        body: consent.notice(context, { id: noticeId, version, language }),
      }),
    ),
    route(
      {
        operationId: 'listPurposes',
        method: 'get',
        path: '/v1/purposes',
        tag: 'Notices',
        summary: 'The purposes, in the words a banner shows',
        description:
          'For who builds a banner or a settings page: the ids that `POST /v1/consents` takes, with titles and ' +
          'explanations in the language of the portal.',
        permission: 'notices.read',
        query: LanguageQuery,
        rateLimited: true,
        status: 200,
        response: PurposeList,
        answers: 'Every purpose, with its title and description in one language.',
      },
      async ({ context, query }) => ({ body: consent.purposes(context, query.language) }),
    ),
    route(
      {
        operationId: 'getGlobalPrivacyControl',
        method: 'get',
        path: '/.well-known/gpc.json',
        tag: 'Notices',
        summary: 'Says that Global Privacy Control is honoured (W3C draft)',
        description:
          'Serve it under the same path of the portal’s own domain, where browsers and checkers look for it.',
        permission: 'public',
        rateLimited: true,
        status: 200,
        response: GpcDocument,
        answers: 'The support resource of Global Privacy Control.',
      },
      async () => ({ body: { gpc: true, lastUpdate: GPC_SINCE } }),
    ),
  ];
}

/** The day the support resource last changed. */
const GPC_SINCE = '2026-11-23';
