import type { Holder } from '../../foundations/holders/holder.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import { activityFindings } from './find-activities.ts';
import { chainFindings } from './find-chain.ts';
import { holderFindings } from './find-holders.ts';
import { informationFindings, type OpenInformation } from './find-information.ts';
import { noticeFindings } from './find-notices.ts';
import { type KnownConflict, officerFindings } from './find-officer.ts';
import { partyFindings } from './find-parties.ts';
import { recipientFindings, type UsedRecipient } from './find-recipients.ts';
import { researchFindings } from './find-research.ts';
import { type RetentionState, sweepFindings } from './find-sweeps.ts';
import { transferFindings } from './find-transfers.ts';
import type { Finding } from './model.ts';

/** All that findings are drawn from. */
export interface FindingInput {
  view: RegisterView;
  holders: Pick<Holder, 'id' | 'describe'>[];
  /** Parties that were given data up to the instant of the view. */
  used: UsedRecipient[];
  /** Null for a look at another time: what is due is known of the present only. */
  retention: RetentionState | null;
  /** Who is still to be told of data that others gave; null for a look at another time. */
  information: OpenInformation[] | null;
  /** Why an officer may not be free; null for a look at another time. */
  conflicts: KnownConflict[] | null;
}

/**
 * Everything in which the register and what the system does have drifted apart, or the register falls short of the law.
 * Pure; in a fixed order, each finding once.
 */
export function findFindings({ view, holders, used, retention, information, conflicts }: FindingInput): Finding[] {
  const findings = [
    ...holderFindings(view, holders),
    ...activityFindings(view),
    ...chainFindings(view),
    ...partyFindings(view),
    ...transferFindings(view),
    ...noticeFindings(view),
    ...researchFindings(view),
    ...officerFindings(view, conflicts ?? []),
    ...recipientFindings(view, used),
    ...(information ? informationFindings(view, information) : []),
    ...(retention ? sweepFindings(retention, view.at) : []),
  ];
  const byId = new Map<string, Finding>();
  for (const finding of findings) if (!byId.has(finding.id)) byId.set(finding.id, finding);
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
