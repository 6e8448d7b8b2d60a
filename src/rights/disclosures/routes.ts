import { stringify } from 'csv-stringify/sync';
import Type from 'typebox';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { Disclosure, DisclosureInput, DisclosureList, DisclosureParams, ReleaseQuery } from './model.ts';
import type { DisclosureService, ReleasedRecord } from './service.ts';

const tag = 'Disclosures';

async function* asLines(records: AsyncIterable<ReleasedRecord>) {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}

/** One line per value; what a spreadsheet would take for a formula is made harmless. */
async function* asCsv(records: AsyncIterable<ReleasedRecord>) {
  const csv = (rows: unknown[][]) => stringify(rows, { escape_formulas: true });
  yield csv([['person', 'category', 'id', 'at', 'field', 'value']]);
  for await (const { person, category, id, at, fields } of records)
    yield csv(
      Object.entries(fields).map(([field, value]) => [
        person,
        category,
        id,
        at,
        field,
        Array.isArray(value) ? value.join('; ') : value,
      ]),
    );
}

export function disclosureRoutes(disclosures: DisclosureService): Route[] {
  const decision = (
    operationId: string,
    name: 'approval' | 'refusal',
    summary: string,
    description: string,
    decide: DisclosureService['approve'],
  ) =>
    route(
      {
        operationId,
        method: 'post',
        path: `/v1/disclosures/{disclosureId}/${name}`,
        tag,
        summary,
        description,
        permission: 'disclosures.decide',
        params: DisclosureParams,
        idempotency: 'required',
        status: 200,
        response: Disclosure,
      },
      async ({ context, params }) => ({ body: await decide(context, params.disclosureId) }),
    );
  return [
    route(
      {
        operationId: 'requestDisclosure',
        method: 'post',
        path: '/v1/disclosures',
        tag,
        summary: 'Ask for full addresses, or for everybody’s data at once',
        description:
          'A second person must agree (`/approval`) within seven days; then it is seen once (`/release`), by who asked, ' +
          'within 24 hours. The persons concerned find it in their reports.',
        permission: 'disclosures.request',
        body: DisclosureInput,
        example: { kind: 'export', purpose: 'authority-inquiry', reference: '2026-17', target: { holder: 'profiles' } },
        idempotency: 'required',
        status: 201,
        response: Disclosure,
      },
      async ({ context, body }) => ({ body: await disclosures.request(context, body) }),
    ),
    route(
      {
        operationId: 'listDisclosures',
        method: 'get',
        path: '/v1/disclosures',
        tag,
        summary: 'What was asked for, newest first',
        description:
          'What waits for a second person, what was seen and what has run out. The data itself is in none of them.',
        permission: 'disclosures.read',
        query: Type.Object(PAGE_QUERY, closed),
        status: 200,
        response: DisclosureList,
      },
      async ({ context, query }) => ({ body: await disclosures.list(context, query) }),
    ),
    route(
      {
        operationId: 'getDisclosure',
        method: 'get',
        path: '/v1/disclosures/{disclosureId}',
        tag,
        summary: 'How one request stands',
        description:
          'Who asked for what and why, until when it can be agreed to or seen. For the second person before they ' +
          'decide.',
        permission: 'disclosures.read',
        params: DisclosureParams,
        status: 200,
        response: Disclosure,
      },
      async ({ context, params }) => ({ body: await disclosures.get(context, params.disclosureId) }),
    ),
    decision(
      'approveDisclosure',
      'approval',
      'Agree, as the second person',
      'By another person than the one who asked, within seven days. From then on who asked can see it once, for 24 hours.',
      disclosures.approve,
    ),
    decision(
      'refuseDisclosure',
      'refusal',
      'Refuse, as the second person',
      'By another person than the one who asked. It stays listed as refused, and the one who asked can ask again.',
      disclosures.refuse,
    ),
    route(
      {
        operationId: 'releaseDisclosure',
        method: 'post',
        path: '/v1/disclosures/{disclosureId}/release',
        tag,
        summary: 'See what was approved, once',
        description: 'JSON lines, or CSV with `?format=csv`. Counts as seen as soon as it begins.',
        permission: 'disclosures.request',
        params: DisclosureParams,
        query: ReleaseQuery,
        status: 200,
        response: 'application/x-ndjson',
        others: { 200: ['text/csv; charset=utf-8'] },
      },
      async ({ context, params, query }) => {
        const records = await disclosures.release(context, params.disclosureId);
        return query.format === 'csv'
          ? { headers: { 'Content-Type': 'text/csv; charset=utf-8' }, stream: asCsv(records) }
          : { stream: asLines(records) };
      },
    ),
  ];
}
