import Type, { type TObject } from 'typebox';
import { once, type Route, type RouteRequest, type RouteSpec, route } from '../../foundations/contract/contract.ts';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { closed, Uuid } from '../../foundations/contract/schemas.ts';
import { printed, renderHtml } from '../../foundations/print/html.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { renderPdf } from '../../foundations/print/pdf.ts';
import { Breach, BreachHistory, BreachList, BreachRegister, IncidentRecords } from './document.ts';
import {
  BreachAssessment,
  BreachClosing,
  BreachCorrection,
  BreachDecision,
  BreachLetterInput,
  BreachNotification,
  BreachReport,
  IncidentReport,
} from './model.ts';
import { RECORDING_WORDS } from './recording-words.ts';
import type { BreachService } from './service.ts';

const tag = 'Breaches';
const path = '/v1/breaches';
const KNOWN_AT = {
  'known-at': Type.Optional(
    Type.String({ format: 'date-time', description: 'By what had been recorded up to this instant; now when absent.' }),
  ),
};
const KnownAt = Type.Object(KNOWN_AT, closed);
const LetterParams = Type.Object({ breachId: Uuid, seq: Type.Integer({ minimum: 2, maximum: 1_000_000 }) }, closed);
const BreachParams = Type.Object({ breachId: Uuid }, closed);

const knownAt = (query: { 'known-at'?: string }) => ({
  knownAt: query['known-at'] === undefined ? undefined : new Date(query['known-at']),
});

const pdf = async (document: PrintDocument, name: string, at: Date) => ({
  headers: { 'Content-Disposition': `inline; filename="${name}.pdf"` },
  stream: once(await renderPdf(document, at)),
});

export function breachRoutes(breaches: BreachService): Route[] {
  /** One thing recorded of a breach; the answer is how it stands then. */
  const recording = <const B extends TObject>(
    operationId: string,
    name: string,
    summary: string,
    body: B,
    record: (
      request: Pick<RouteRequest<RouteSpec & { body: B }>, 'context' | 'body'> & { breachId: string },
    ) => Promise<Breach>,
  ) =>
    route(
      {
        operationId,
        method: 'post',
        path: `${path}/{breachId}/${name}`,
        tag,
        summary,
        ...RECORDING_WORDS[operationId],
        permission: 'breaches.manage',
        params: BreachParams,
        body,
        idempotency: 'required',
        status: 200,
        response: Breach,
      },
      async ({ context, params, body: given }) => ({
        body: await record({ context, breachId: params.breachId, body: given as never }),
      }),
    );
  const reading = { tag, method: 'get', permission: 'breaches.read', status: 200 } as const;

  return [
    route(
      {
        operationId: 'reportBreach',
        method: 'post',
        path,
        tag,
        permission: 'breaches.report',
        summary: 'Begin the record of a breach; the clock and the count of those affected begin with it',
        description:
          'Do it as soon as something is suspected: 72 hours run from `awareAt`. What is not known yet is added ' +
          'later with `…/assessments`; nothing here is overwritten.',
        body: BreachReport,
        example: {
          detectedAt: '2026-02-27T08:00:00Z',
          awareAt: '2026-02-27T09:30:00Z',
          awareness: 'The operator saw exports that nobody had ordered.',
          kinds: ['ConfidentialityBreach'],
          nature: 'E-mail addresses were read through a stolen password.',
          scope: { categories: ['profiles.contact'], from: '2026-02-01T00:00:00Z', until: '2026-02-03T12:00:00Z' },
        },
        idempotency: 'required',
        status: 201,
        response: Breach,
      },
      async ({ context, body }) => ({ body: await breaches.report(context, body) }),
    ),
    route(
      {
        operationId: 'reportIncident',
        method: 'post',
        path: '/v1/breach-incidents',
        tag,
        permission: 'breaches.report',
        scope: 'installation',
        summary: 'Record one incident in the register of every institution whose data it concerns (Art. 33(2))',
        description:
          'For the processor of several institutions: one call, a record in each register concerned, and each ' +
          'controller is told without undue delay.',
        body: IncidentReport,
        example: {
          detectedAt: '2026-02-27T08:00:00Z',
          awareAt: '2026-02-27T09:30:00Z',
          awareness: 'The hosting company reported it by telephone.',
          foundBy: 'hosting-company',
          kinds: ['AvailabilityBreach'],
          nature: 'A disk array failed; two hours could not be brought back.',
          scope: { holders: ['visits'] },
        },
        idempotency: 'required',
        status: 201,
        response: IncidentRecords,
      },
      async ({ context, body }) => ({ body: await breaches.reportEverywhere(context, body) }),
    ),
    route(
      {
        ...reading,
        operationId: 'listBreaches',
        path,
        summary: 'All breaches, newest first, also those nobody was told of (Art. 33(5))',
        description:
          'Open ones with their deadline, closed ones with their decision. With `known-at`, as the register stood ' +
          'on that day.',
        query: Type.Object({ ...PAGE_QUERY, ...KNOWN_AT }, closed),
        response: BreachList,
      },
      async ({ context, query }) => ({ body: await breaches.list(context, { ...query, ...knownAt(query) }) }),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreach',
        path: `${path}/{breachId}`,
        summary: 'How one breach stands: clock, affected, decision, notices, what is still to be done',
        description:
          'What to do next and by when: `todo` names what the law still asks for. With `known-at`, as it was known ' +
          'at that time.',
        params: BreachParams,
        query: KnownAt,
        response: Breach,
      },
      async ({ context, params, query }) => ({ body: await breaches.get(context, params.breachId, knownAt(query)) }),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreachHistory',
        path: `${path}/{breachId}/events`,
        summary: 'Everything that was recorded of it, in order; nothing is ever changed',
        description:
          'Shows an authority that facts, effects and remedies were documented as they came to light, each with who ' +
          'recorded it and when.',
        params: BreachParams,
        query: KnownAt,
        response: BreachHistory,
      },
      async ({ context, params, query }) => ({
        body: await breaches.history(context, params.breachId, knownAt(query)),
      }),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreachPage',
        path: `${path}/{breachId}/page`,
        summary: 'The same as a page to read, print and hand over',
        description: 'One breach in the words of Art. 33(3), in the language of the portal, ready to be filed.',
        params: BreachParams,
        query: KnownAt,
        response: 'text/html; charset=utf-8',
      },
      async ({ context, params, query }) =>
        printed(renderHtml(await breaches.page(context, params.breachId, knownAt(query)))),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreachRegister',
        path: '/v1/breach-register',
        summary: 'The whole register as one document, for an authority (Art. 33(5))',
        description:
          'What an authority may ask for to verify compliance. With `known-at`, as the register stood on that day.',
        query: KnownAt,
        response: BreachRegister,
      },
      async ({ context, query }) => ({ body: await breaches.all(context, knownAt(query)) }),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreachRegisterPage',
        path: '/v1/breach-register/page',
        summary: 'The same as a page to read and print',
        description:
          'All breaches on one page in the language of the portal. With `known-at`, as the register stood on that ' +
          'day.',
        query: KnownAt,
        response: 'text/html; charset=utf-8',
      },
      async ({ context, query }) => printed(renderHtml(await breaches.registerPage(context, knownAt(query)))),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreachPdf',
        path: `${path}/{breachId}/pdf`,
        summary: 'One breach as PDF, to file and hand over',
        description: 'The content of the page as a tagged PDF. With `known-at`, as it was known at that time.',
        params: BreachParams,
        query: KnownAt,
        response: 'application/pdf',
      },
      async ({ context, params, query }) =>
        pdf(await breaches.page(context, params.breachId, knownAt(query)), 'breach', context.clock()),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreachRegisterPdf',
        path: '/v1/breach-register/pdf',
        summary: 'The whole register as PDF',
        description: 'The content of the page as a tagged PDF, to sign and hand to an authority.',
        query: KnownAt,
        response: 'application/pdf',
      },
      async ({ context, query }) =>
        pdf(await breaches.registerPage(context, knownAt(query)), 'breach-register', context.clock()),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreachLetterPage',
        path: `${path}/{breachId}/letters/{seq}/page`,
        summary: 'A letter as a page to read and print',
        description:
          'For checking the words before a letter goes out. Letters are made by `POST …/letters`; `seq` is their ' +
          'number in the history.',
        params: LetterParams,
        response: 'text/html; charset=utf-8',
      },
      async ({ context, params }) => printed(renderHtml(await breaches.letter(context, params.breachId, params.seq))),
    ),
    route(
      {
        ...reading,
        operationId: 'getBreachLetterPdf',
        path: `${path}/{breachId}/letters/{seq}/pdf`,
        summary: 'A letter as PDF, to sign and send',
        description:
          'The same letter for the post or a portal of the authority. That it was sent is recorded by `POST ' +
          '…/notifications`.',
        params: LetterParams,
        response: 'application/pdf',
      },
      async ({ context, params }) =>
        pdf(await breaches.letter(context, params.breachId, params.seq), 'letter', context.clock()),
    ),
    recording(
      ...(['assessBreach', 'assessments', 'Say what was found out (Art. 33(3))'] as const),
      BreachAssessment,
      ({ context, breachId, body }) => breaches.assess(context, breachId, body),
    ),
    recording(
      ...([
        'countBreachAffected',
        'affected',
        'Count anew whom it affects, from the register and the holders',
      ] as const),
      Type.Object({}, closed),
      ({ context, breachId }) => breaches.compute(context, breachId),
    ),
    recording(
      ...(['decideBreach', 'decisions', 'Decide whether authority and persons are told, with reasons'] as const),
      BreachDecision,
      ({ context, breachId, body }) => breaches.decide(context, breachId, body),
    ),
    recording(
      ...(['makeBreachLetters', 'letters', 'Make the letters to authority, controllers or persons'] as const),
      BreachLetterInput,
      ({ context, breachId, body }) => breaches.makeLetters(context, breachId, body),
    ),
    recording(
      ...(['recordBreachNotification', 'notifications', 'Record that somebody was told, when and how'] as const),
      BreachNotification,
      ({ context, breachId, body }) => breaches.notify(context, breachId, body),
    ),
    recording(
      ...(['correctBreach', 'corrections', 'Put right what was wrong, with the reason'] as const),
      BreachCorrection,
      ({ context, breachId, body }) => breaches.correct(context, breachId, body),
    ),
    recording(
      ...(['closeBreach', 'closing', 'End the work on a breach; refused while the law asks for something'] as const),
      BreachClosing,
      ({ context, breachId, body }) => breaches.close(context, breachId, body.summary),
    ),
  ];
}
