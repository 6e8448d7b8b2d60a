import type { Role } from './context.ts';

/**
 * Who may do what: the one table. Every route names a row; a test walks the OpenAPI document and tries every route with
 * every role. `admin` is listed like any other role: nothing is implied.
 */
export const PERMISSIONS = {
  'tenants.manage': ['admin'],
  'tenants.read': ['admin', 'dpo', 'operator'],
  'tokens.manage': ['admin'],
  /** Why the service can work, or cannot: `/readyz`. */
  'service.state': ['admin', 'dpo', 'auditor', 'operator'],
  'policies.read': ['admin', 'dpo', 'auditor', 'operator', 'platform'],
  'policies.reload': ['admin', 'operator'],
  'register.read': ['admin', 'dpo', 'auditor', 'operator'],
  'register.manage': ['admin', 'dpo'],
  'register.object': ['admin', 'dpo'],
  'instructions.check': ['platform', 'admin', 'dpo', 'operator'],
  'records.read': ['admin', 'dpo', 'auditor', 'operator'],
  'authority-packs.make': ['dpo', 'auditor'],
  'outbox.read': ['admin', 'dpo', 'auditor', 'operator'],
  'outbox.manage': ['admin', 'operator'],
  'notices.read': ['admin', 'dpo', 'auditor', 'operator', 'platform', 'portal'],
  'consents.record': ['platform', 'portal'],
  'consents.read': ['dpo', 'platform', 'portal'],
  'consents.history': ['dpo', 'platform'],
  'subjects.link': ['platform'],
  'visits.record': ['platform', 'portal'],
  'visits.import': ['platform', 'operator'],
  'visits.search': ['dpo'],
  'profiles.write': ['platform'],
  'profiles.read': ['platform', 'dpo'],
  'subjects.rectify': ['dpo', 'platform'],
  'content.write': ['platform'],
  'content.read': ['platform', 'dpo'],
  'retention.plan': ['admin', 'dpo', 'operator'],
  'retention.sweep': ['admin', 'operator'],
  'retention.approve': ['admin', 'dpo'],
  'retention.read': ['admin', 'dpo', 'auditor', 'operator'],
  'holds.manage': ['dpo'],
  'holds.read': ['dpo', 'auditor', 'operator'],
  'certificates.read': ['admin', 'dpo', 'auditor', 'operator'],
  'reports.read': ['dpo'],
  'subjects.erase': ['dpo', 'platform'],
  'subjects.decide-erasure': ['dpo'],
  'erasures.approve': ['admin', 'dpo'],
  'subjects.admit': ['dpo', 'platform'],
  'recipients.record': ['platform', 'dpo'],
  'recipients.read': ['dpo'],
  'recipients.tasks': ['dpo', 'auditor'],
  'recipients.answer': ['dpo'],
  'breaches.report': ['admin', 'dpo', 'operator'],
  'breaches.manage': ['dpo'],
  'breaches.read': ['dpo', 'auditor'],
  'disclosures.request': ['dpo'],
  'disclosures.decide': ['admin', 'dpo'],
  'disclosures.read': ['admin', 'dpo', 'auditor'],
  'identity.read': ['dpo', 'auditor'],
  'identity.supply': ['dpo', 'platform'],
  'identity.decide': ['dpo'],
  'requests.open': ['dpo', 'platform'],
  'requests.list': ['admin', 'dpo', 'auditor', 'operator'],
  'requests.read': ['dpo'],
  'requests.manage': ['dpo'],
  'requests.approve': ['admin', 'dpo'],
  'opendsr.submit': ['controller'],
  'audit.read': ['dpo', 'auditor'],
  'packages.prepare': ['dpo', 'operator'],
  'packages.read': ['dpo', 'auditor', 'operator'],
  'packages.content': ['dpo'],
  'packages.release': ['dpo'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function permits(role: Role, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly Role[]).includes(role);
}
