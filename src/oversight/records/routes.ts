import Type from 'typebox';
import type { Context } from '../../foundations/contract/context.ts';
import { once, type Route, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { printed, renderHtml } from '../../foundations/print/html.ts';
import { renderPdf } from '../../foundations/print/pdf.ts';
import { AgreementParams } from '../../register/agreements/model.ts';
import { AS_OF, AS_OF_QUERY, asOf } from '../../register/view/as-of.ts';
import { Annexes } from './annexes.ts';
import { annexesDocument } from './annexes-page.ts';
import { ProcessingRecord, RecordParams } from './model.ts';
import { recordDocument } from './printed-page.ts';
import { RetentionSchedule, scheduleDocument } from './schedule.ts';
import { type RecordsService, recordAsCsv } from './service.ts';

const tag = 'Register';
const RecordQuery = Type.Object(
  {
    ...AS_OF,
    party: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Whose record; default the institution.' }),
    ),
  },
  closed,
);

export function recordsRoutes(records: RecordsService): Route[] {
  const common = { method: 'get', tag, permission: 'records.read', params: RecordParams, query: RecordQuery } as const;
  return [
    route(
      {
        ...common,
        operationId: 'getProcessingRecord',
        path: '/v1/records/{set}',
        summary: 'Record of processing activities (Art. 30), with the mandatory cells that are empty',
        description:
          'Made from policies and register, so that it is never out of date. `article-30-1` for controllers, ' +
          '`article-30-2` for processors, `ico` and `cnil` in the columns of those authorities.',
        status: 200,
        response: ProcessingRecord,
      },
      async ({ context, params, query }) => ({
        body: await records.record(context, { set: params.set, party: query.party, ...asOf(query) }),
      }),
    ),
    route(
      {
        ...common,
        operationId: 'getProcessingRecordCsv',
        path: '/v1/records/{set}/csv',
        summary: 'The same for a spreadsheet',
        description: 'One row for each activity, with the columns of the chosen set.',
        status: 200,
        response: 'text/csv; charset=utf-8',
      },
      async ({ context, params, query }) => ({
        stream: once(
          recordAsCsv(await records.record(context, { set: params.set, party: query.party, ...asOf(query) })),
        ),
      }),
    ),
    route(
      {
        ...common,
        operationId: 'getProcessingRecordPage',
        path: '/v1/records/{set}/page',
        summary: 'The same as a page to read and print',
        description:
          'The record in the language of the portal, with what is missing marked. `at` shows it as of a day.',
        status: 200,
        response: 'text/html; charset=utf-8',
      },
      async ({ context, params, query }) => {
        const record = await records.record(context, { set: params.set, party: query.party, ...asOf(query) });
        return printed(renderHtml(recordDocument(record, await records.view(context, asOf(query)))));
      },
    ),
    route(
      {
        ...common,
        operationId: 'getProcessingRecordPdf',
        path: '/v1/records/{set}/pdf',
        summary: 'The same as PDF: tagged, with page numbers, to file and sign',
        description: 'What an authority gets that asks for the record (Art. 30(4)).',
        status: 200,
        response: 'application/pdf',
      },
      async ({ context, params, query }) => {
        const record = await records.record(context, { set: params.set, party: query.party, ...asOf(query) });
        const pdf = await renderPdf(
          recordDocument(record, await records.view(context, asOf(query))),
          new Date(record.at),
        );
        return { headers: { 'Content-Disposition': `inline; filename="${record.set}.pdf"` }, stream: once(pdf) };
      },
    ),
  ];
}

/** Whether the notices tell everything, as page and PDF; the data is `checkNotices`. */
export function noticeRoutes(records: Pick<RecordsService, 'notices'>): Route[] {
  const common = { method: 'get', tag, permission: 'records.read', query: AS_OF_QUERY, status: 200 } as const;
  return [
    route(
      {
        ...common,
        operationId: 'getNoticeCheckPage',
        path: '/v1/register/notices/page',
        summary: 'What each notice tells by Art. 13 and 14, and what is missing: a page to read and print',
        description: 'The result of `GET /v1/register/notices` in words, point by point, for who writes the notices.',
        response: 'text/html; charset=utf-8',
      },
      async ({ context, query }) => printed(renderHtml(await records.notices(context, asOf(query)))),
    ),
    route(
      {
        ...common,
        operationId: 'getNoticeCheckPdf',
        path: '/v1/register/notices/pdf',
        summary: 'The same as PDF',
        description: 'The result of `GET /v1/register/notices` in words, to file as evidence of the check.',
        response: 'application/pdf',
      },
      async ({ context, query }) => ({
        headers: { 'Content-Disposition': 'inline; filename="notices.pdf"' },
        stream: once(await renderPdf(await records.notices(context, asOf(query)), asOf(query).at ?? context.clock())),
      }),
    ),
  ];
}

/** The annexes of an agreement as data, page and PDF. */
export function annexRoutes(records: RecordsService): Route[] {
  const access = { method: 'get', tag, permission: 'records.read' } as const;
  const common = { ...access, params: AgreementParams, query: AS_OF_QUERY, status: 200 } as const;
  const address = '/v1/register/agreements/{agreementId}/annexes' as const;
  return [
    route(
      {
        ...common,
        operationId: 'getAnnexes',
        path: address,
        summary: 'The annexes of an agreement (Decision (EU) 2021/915), with what must still be completed',
        description:
          'Parties, description of the processing, measures and sub-processors, filled from the register: what goes ' +
          'with the contract.',
        response: Annexes,
      },
      async ({ context, params, query }) => ({
        body: (await records.annexes(context, params.agreementId, asOf(query))).annexes,
      }),
    ),
    route(
      {
        ...common,
        operationId: 'getAnnexesPage',
        path: `${address}/page`,
        summary: 'The same as a page to read and print',
        description: 'The annexes in the language of the portal, with gaps marked, to check before signing.',
        response: 'text/html; charset=utf-8',
      },
      async ({ context, params, query }) => {
        const { annexes, view } = await records.annexes(context, params.agreementId, asOf(query));
        return printed(renderHtml(annexesDocument(annexes, view)));
      },
    ),
    route(
      {
        ...common,
        operationId: 'getAnnexesPdf',
        path: `${address}/pdf`,
        summary: 'The same as PDF, to sign and file',
        description: 'To go with the contract. After signing give its digest to `…/activation`.',
        response: 'application/pdf',
      },
      async ({ context, params, query }) => {
        const { annexes, view } = await records.annexes(context, params.agreementId, asOf(query));
        return {
          headers: { 'Content-Disposition': 'inline; filename="annexes.pdf"' },
          stream: once(await renderPdf(annexesDocument(annexes, view), view.at)),
        };
      },
    ),
  ];
}

const Tenant = Type.Object({ tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }) }, closed);
const FOR_A_MINUTE = { 'Cache-Control': 'public, max-age=60' };

/** How long what is kept, for everybody: as page, data and PDF. */
export function publicScheduleRoutes(
  records: RecordsService,
  contextFor: (tenantId: string) => Promise<Context | undefined>,
): Route[] {
  const common = { method: 'get', tag, permission: 'public', rateLimited: true, params: Tenant, status: 200 } as const;
  const address = '/register/{tenant}/retention-schedule' as const;
  const read = async (tenantId: string) => {
    const context = await contextFor(tenantId);
    if (!context) throw new Problem('not-found', 'There is no such portal here.');
    return { schedule: await records.schedule(context), view: await records.view(context) };
  };
  return [
    route(
      {
        ...common,
        operationId: 'getSchedulePage',
        path: address,
        summary: 'How long this portal keeps which personal data: a page for everybody',
        description:
          'Link it from the privacy notice (Art. 13(2)(a)): each kind of data with its period and why, in plain ' +
          'words.',
        response: 'text/html; charset=utf-8',
      },
      async ({ params }) => {
        const { schedule, view } = await read(params.tenant);
        return printed(renderHtml(scheduleDocument(schedule, view)), FOR_A_MINUTE);
      },
    ),
    route(
      {
        ...common,
        operationId: 'getSchedule',
        path: `${address}.json`,
        summary: 'The same as data',
        description: 'The content of the page as JSON, for a page of the portal’s own.',
        response: RetentionSchedule,
      },
      async ({ params }) => ({ headers: FOR_A_MINUTE, body: (await read(params.tenant)).schedule }),
    ),
    route(
      {
        ...common,
        operationId: 'getSchedulePdf',
        path: `${address}.pdf`,
        summary: 'The same as PDF',
        description: 'The content of the page as a tagged PDF, to file.',
        response: 'application/pdf',
      },
      async ({ params }) => {
        const { schedule, view } = await read(params.tenant);
        return {
          headers: { 'Content-Disposition': 'inline; filename="retention-schedule.pdf"', ...FOR_A_MINUTE },
          stream: once(await renderPdf(scheduleDocument(schedule, view), new Date(schedule.at))),
        };
      },
    ),
  ];
}
