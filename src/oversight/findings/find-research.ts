import { addDuration, localDay } from '../../law/duration.ts';
import type { ActivityRecord, RegisterView } from '../../register/view/view-model.ts';
import { found, listed } from './found.ts';
import type { Finding } from './model.ts';

/** How often it is asked whether anonymised data would do (REQ-A58). */
const ASKED_EVERY = 'P1Y';
/** The ground of Art. 17(3)(d): data is kept for archiving, research or statistics. */
const KEPT_FOR_RESEARCH = 'JustificationA17Archiving';
/** Purposes in terms of DPV 2.3 that are research. */
const RESEARCH = ['AcademicResearch', 'ScientificResearch', 'NonCommercialResearch', 'CommercialResearch'];

/** What archiving, research and statistics are held to (Art. 89), and consent to research (Recital 33). */
export function researchFindings(view: RegisterView): Finding[] {
  const today = localDay(view.at, view.tenant.timeZone);
  const kept = new Set(
    view.policies.erasureRequests.filter(({ ground }) => ground === KEPT_FOR_RESEARCH).map(({ category }) => category),
  );
  return view.activities.flatMap((record) => [...safeguardFindings(record, kept, today), ...consentFindings(record)]);
}

function safeguardFindings({ id, activity }: ActivityRecord, kept: Set<string>, today: string): Finding[] {
  const about = { activity: id };
  const { safeguards } = activity;
  if (!safeguards) {
    const categories = activity.categories.filter((category) => kept.has(category));
    if (categories.length === 0) return [];
    return [
      found(
        'research-safeguards-missing',
        about,
        `${listed(categories)} stay after a request for archiving or research, and no safeguards are recorded.`,
      ),
    ];
  }
  const { on, outcome } = safeguards.anonymousTest;
  const due = addDuration(on, ASKED_EVERY);
  const findings: Finding[] = [];
  if (due < today)
    findings.push(
      found(
        'anonymous-test-overdue',
        about,
        `Whether anonymised data would do was last asked on ${on}, and was to be asked again by ${due}.`,
        new Date(due),
      ),
    );
  if (outcome === 'would-do')
    findings.push(
      found('anonymous-data-would-do', about, `On ${on} it was found that anonymised data would do.`, new Date(on)),
    );
  return findings;
}

function consentFindings({ id, purpose }: ActivityRecord): Finding[] {
  if (!purpose.consent || purpose.research || !purpose.dpv || !RESEARCH.includes(purpose.dpv)) return [];
  return [
    found(
      'research-consent-unspecific',
      { activity: id },
      `People consent to research (${purpose.id}), and neither its areas nor an ethics vote are named.`,
    ),
  ];
}
