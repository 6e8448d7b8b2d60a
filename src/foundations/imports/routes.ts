import Type from 'typebox';
import { type Route, route } from '../contract/contract.ts';
import { PAGE_QUERY } from '../contract/cursor-page.ts';
import { closed } from '../contract/schemas.ts';
import { ImportFaultsPage, ImportLine, ImportParams, ImportQuery, ImportRun, ImportRunsPage } from './model.ts';
import type { ImportsService } from './service.ts';

export function importRoutes(imports: ImportsService, bodyLimit: number): Route[] {
  const tag = 'Imports';
  const page = Type.Object(PAGE_QUERY, closed);
  return [
    route(
      {
        operationId: 'importRecords',
        lane: 'batch',
        method: 'post',
        path: '/v1/imports',
        tag,
        summary: 'Bring along what was kept elsewhere',
        description:
          'NDJSON: a line `{"kind": …}` for each thing, in any order (docs/imports.md). Each thing is taken once for ever; a ' +
          'wrong line is set apart with its reason and stops nothing. Answers when all has arrived, and imports it then: ' +
          '`GET` tells how far it is. Sent again, the same content is the same import and goes on where it was. Begin with ' +
          '`?dryRun=true`, which decides everything and writes nothing.',
        permission: 'imports.run',
        query: ImportQuery,
        body: ImportLine,
        example: {
          kind: 'consent',
          subject: { kind: 'account', id: 'u-77' },
          purpose: 'usage-statistics',
          status: 'given',
          decidedAt: '2025-06-03T08:12:44Z',
          notice: { text: 'We count visits …', language: 'en', version: '3.2' },
          vouchedBy: { reason: 'export of the consent manager used before' },
        },
        bodyFormat: 'ndjson',
        bodyLimit,
        status: 202,
        response: ImportRun,
        answers: 'The import, which has begun, or how it stands where the same content was sent before.',
      },
      async ({ context, query, pieces }) => ({ body: await imports.begin(context, pieces, query.dryRun ?? false) }),
    ),
    route(
      {
        operationId: 'listImports',
        method: 'get',
        path: '/v1/imports',
        tag,
        summary: 'Imports, the newest first',
        description: 'What was brought along, by whom, and how it ended; dry runs among it.',
        permission: 'imports.run',
        query: page,
        status: 200,
        response: ImportRunsPage,
        answers: 'A page of imports; `next` leads to the following one.',
      },
      async ({ context, query }) => ({ body: await imports.list(context, query) }),
    ),
    route(
      {
        operationId: 'getImport',
        method: 'get',
        path: '/v1/imports/{importId}',
        tag,
        summary: 'How far an import is',
        description: 'Ask until it has ended: lines read, taken, known already, set apart.',
        permission: 'imports.run',
        params: ImportParams,
        status: 200,
        response: ImportRun,
      },
      async ({ context, params }) => ({ body: await imports.get(context, params.importId) }),
    ),
    route(
      {
        operationId: 'listImportFaults',
        method: 'get',
        path: '/v1/imports/{importId}/faults',
        tag,
        summary: 'Which lines were not taken, and why',
        description:
          'Number, pointer and reason of each line that was set apart, without what stood in it. `…/rejected-lines` ' +
          'gives the lines themselves, once.',
        permission: 'imports.run',
        params: ImportParams,
        query: page,
        status: 200,
        response: ImportFaultsPage,
        answers: 'A page of faults in order of lines, without what stands in them.',
      },
      async ({ context, params, query }) => ({ body: await imports.faults(context, params.importId, query) }),
    ),
    route(
      {
        operationId: 'fetchRejectedLines',
        lane: 'batch',
        method: 'post',
        path: '/v1/imports/{importId}/rejected-lines',
        tag,
        summary: 'Fetch the lines that were not taken, once',
        description:
          'NDJSON: number, JSON pointer, reason, and the line as it was. It is kept sealed for seven days; when it has gone ' +
          'out its key is destroyed. The fetching stands in the audit log.',
        permission: 'imports.run',
        params: ImportParams,
        status: 200,
        response: 'application/x-ndjson',
      },
      async ({ context, params }) => ({ stream: await imports.rejected(context, params.importId) }),
    ),
  ];
}
