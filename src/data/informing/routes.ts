import { type Route, route } from '../../foundations/contract/contract.ts';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import {
  DutyCounts,
  DutyQuery,
  ExemptionInput,
  InformationDuty,
  InformationInput,
  Settled,
  SubjectParams,
} from './model.ts';
import type { InformingService } from './service.ts';

const tag = 'Information';

export function informingRoutes(informing: InformingService): Route[] {
  return [
    route(
      {
        operationId: 'listInformationDuties',
        method: 'get',
        path: '/v1/information-duties',
        tag,
        summary: 'Who is to be told by when of data that others gave',
        description:
          'Of data that was put with `obtained`: the person is to be told within a month, and no later than they are first ' +
          'written to or it is first disclosed (Art. 14(3)). Soonest first.',
        permission: 'information.read',
        reads: 'personal-data',
        query: DutyQuery,
        status: 200,
        response: cursorPage(InformationDuty),
      },
      async ({ context, query }) => ({ body: await informing.list(context, query) }),
    ),
    route(
      {
        operationId: 'countInformationDuties',
        method: 'get',
        path: '/v1/information-duties/counts',
        tag,
        summary: 'How many people are still to be told, and of how many it is late',
        description: 'For a dashboard or an alarm: numbers only, nobody’s name. `GET /v1/information-duties` says who.',
        permission: 'information.count',
        status: 200,
        response: DutyCounts,
      },
      async ({ context }) => ({ body: { items: await informing.counts(context) } }),
    ),
    route(
      {
        operationId: 'recordInformation',
        method: 'post',
        path: '/v1/subjects/{id}/information',
        tag,
        summary: 'Record that a person was written to, or was told of data that others gave',
        description:
          'Closes the duty of Art. 14(3) for data that others gave: call it when the person was written to, when ' +
          'the data went to somebody else, or when they were told.',
        permission: 'information.record',
        params: SubjectParams,
        body: InformationInput,
        example: {
          event: 'informed',
          at: '2026-02-10T09:00:00Z',
          notice: { id: 'privacy-policy', version: '1.0', language: 'en' },
        },
        idempotency: 'required',
        status: 201,
        response: Settled,
      },
      async ({ context, params, body }) => ({ body: await informing.record(context, params.id, body) }),
    ),
    route(
      {
        operationId: 'exemptFromInformation',
        method: 'post',
        path: '/v1/information-exemptions',
        tag,
        summary: 'Record why nobody need be told (Art. 14(5))',
        description:
          'Where a point of Art. 14(5) applies: they know already, it would be a disproportionate effort, a law ' +
          'provides for it, or it is secret. For one person or for all data of a source; the reason stands in the ' +
          'log.',
        permission: 'information.decide',
        body: ExemptionInput,
        example: {
          point: '14-5-b',
          reason: 'The register of 1998 has no addresses; finding them would take years.',
          measures: 'The notice stands on the website, and is shown with every item.',
          from: 'institution',
        },
        idempotency: 'required',
        status: 201,
        response: Settled,
      },
      async ({ context, body }) => ({ body: await informing.exempt(context, body) }),
    ),
  ];
}
