import { createAccessReports, type ReportDeps } from './access-report.ts';
import { createAuditLog } from './audit-log.ts';

/** Documents out: what is held about a person, and who decided what. */
export function createReports(deps: ReportDeps) {
  return { access: createAccessReports(deps), auditLog: createAuditLog(deps) };
}

export type ReportService = ReturnType<typeof createReports>;
