import { type Route, route } from '../../foundations/contract/contract.ts';
import {
  AccessReport,
  AuditEntry,
  AuditExportQuery,
  AuditPage,
  AuditQuery,
  AuditSearch,
  EntryParams,
  SubjectParams,
} from './model.ts';
import type { ReportService } from './service.ts';

export function reportRoutes({ access, auditLog }: ReportService): Route[] {
  return [
    route(
      {
        operationId: 'getAccessReport',
        lane: 'batch',
        method: 'get',
        path: '/v1/subjects/{id}/report',
        tag: 'Reports',
        summary: 'Everything held about one person',
        description:
          'All categories of all holders with purposes, bases, recipients and periods, and what was done with the data. ' +
          '`held: false` is the negative answer. Asking is itself recorded. `lethe report` writes the same as a ZIP.',
        permission: 'reports.read',
        reads: 'personal-data',
        params: SubjectParams,
        status: 200,
        response: AccessReport,
      },
      async ({ context, params }) => ({ body: await access.generate(context, params.id) }),
    ),
    route(
      {
        operationId: 'listAuditEntries',
        method: 'get',
        path: '/v1/audit',
        tag: 'Audit',
        summary: 'Who decided what, in order of time',
        description:
          'For reviews and for tools that watch: filter by action, actor and time. Whom an entry concerns is not in ' +
          'it; `POST /v1/audit/search` finds the entries of one person.',
        permission: 'audit.read',
        query: AuditQuery,
        status: 200,
        response: AuditPage,
      },
      async ({ context, query }) => ({ body: await auditLog.list(context, query) }),
    ),
    route(
      {
        operationId: 'exportAuditEntries',
        lane: 'batch',
        method: 'get',
        path: '/v1/audit/export',
        tag: 'Audit',
        summary: 'All entries as a stream of JSON lines',
        description:
          'For an archive or a SIEM: everything in order of time, as it arrives, without pages. It can be large; ' +
          'read it line by line.',
        permission: 'audit.read',
        query: AuditExportQuery,
        status: 200,
        response: 'application/x-ndjson',
      },
      async ({ context, query }) => ({ stream: auditLog.export(context, query) }),
    ),
    route(
      {
        operationId: 'searchAuditEntries',
        method: 'post',
        path: '/v1/audit/search',
        tag: 'Audit',
        summary: 'The entries about one person',
        description:
          'A POST, so that the id stands in no URL. Finds nothing once the person’s key is destroyed: nobody can tell any more whose entries they were.',
        permission: 'audit.read',
        reads: 'personal-data',
        body: AuditSearch,
        example: { subject: 'account:jo-keller', from: '2026-01-01T00:00:00Z', limit: 50 },
        status: 200,
        response: AuditPage,
      },
      async ({ context, body }) => ({ body: await auditLog.search(context, body) }),
    ),
    route(
      {
        operationId: 'getAuditEntry',
        method: 'get',
        path: '/v1/audit/{entryId}',
        tag: 'Audit',
        summary: 'Read one entry',
        description:
          'One decision with its actor, time, policy hash and details. Its proof is at `/v1/audit/{id}/proof`.',
        permission: 'audit.read',
        params: EntryParams,
        status: 200,
        response: AuditEntry,
      },
      async ({ context, params }) => ({ body: await auditLog.get(context, params.entryId) }),
    ),
  ];
}
