import type { Context } from '../../foundations/contract/context.ts';
import type { SubProcessorChangeRecord } from '../view/view-model.ts';
import type { SubProcessorChange } from './model.ts';

/** Changes that do not concern an institution are none of its business. */
export const visible = ({ principal }: Context, { notice }: SubProcessorChangeRecord): boolean =>
  notice !== null || principal.everyTenant === true;

/** A change as one institution sees it. */
export function shown(change: SubProcessorChangeRecord): SubProcessorChange {
  const { notice, approvedAt, objections, announcedAt, activatedAt, ...rest } = change;
  return {
    ...rest,
    announcedAt: announcedAt.toISOString(),
    activatedAt: activatedAt?.toISOString() ?? null,
    notice: notice && {
      agreementId: notice.agreementId,
      sentAt: notice.sentAt.toISOString(),
      deliveredAt: notice.deliveredAt?.toISOString() ?? null,
      window: notice.window,
      windowEndsAt: notice.windowEndsAt.toISOString(),
      authorisation: notice.authorisation,
      approvedAt: approvedAt?.toISOString() ?? null,
    },
    objections: objections.map((objection) => ({
      ...objection,
      receivedAt: objection.receivedAt.toISOString(),
      settledAt: objection.settledAt?.toISOString() ?? null,
    })),
  };
}
