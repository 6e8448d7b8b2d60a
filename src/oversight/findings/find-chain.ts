import { hasRunOut } from '../../register/agreements/in-force.ts';
import type { Agreement } from '../../register/agreements/model.ts';
import type { ChainLink, RegisterView, SubProcessorChangeRecord } from '../../register/view/view-model.ts';
import { found, listed, soonBefore } from './found.ts';
import type { Finding } from './model.ts';

/** One party acting for another, in all activities in which it does. */
interface Engagement {
  link: ChainLink & { actsFor: string };
  activities: string[];
}

/** Who processes on whose behalf, under what, by whose leave (Art. 28). */
export function chainFindings(view: RegisterView): Finding[] {
  return [
    ...agreementFindings(view),
    ...dataLeft(view),
    ...authorisationFindings(view),
    ...view.changes.flatMap((change) => changeFindings(change, view.at)),
  ];
}

/** Engagements of one kind, once per pair of parties. */
function engagements(view: RegisterView, wanted: (link: ChainLink) => boolean): Engagement[] {
  const byPair = new Map<string, Engagement>();
  for (const { id, chain } of view.activities)
    for (const link of chain) {
      if (link.actsFor === null || !wanted(link)) continue;
      const pair = `${link.actsFor}\0${link.party.id}`;
      const known = byPair.get(pair);
      if (known) known.activities.push(id);
      else byPair.set(pair, { link: { ...link, actsFor: link.actsFor }, activities: [id] });
    }
  return [...byPair.values()];
}

function agreementFindings(view: RegisterView): Finding[] {
  // A sub-processor that waits for its authorisation does not process yet.
  const without = engagements(view, ({ agreement, engaged }) => agreement === null && engaged);
  const ending = new Map<string, Agreement>();
  for (const { chain } of view.activities)
    for (const { agreement } of chain)
      if (agreement?.validUntil && soonBefore(new Date(agreement.validUntil)) <= view.at)
        ending.set(agreement.agreementId, agreement);
  return [
    ...without.flatMap(({ link, activities }) => lacking(view, link, activities)),
    ...[...ending.values()].flatMap((agreement) => endsSoon(view, agreement)),
  ];
}

/** Why a party has no agreement in force: the last one has run out or was ended, or there never was one. */
function lacking(view: RegisterView, link: Engagement['link'], activities: string[]): Finding[] {
  const { party, actsFor } = link;
  const between = view.agreements.filter(
    ({ controller, processor }) => controller === actsFor && processor === party.id,
  );
  const findings: Finding[] = [];
  const uncovered: string[] = [];
  const told = new Set<string>();
  for (const activity of activities) {
    const last = between
      .filter((one) => one.activities.includes(activity) && hasRunOut(one, view.at))
      .sort((a, b) => (a.validUntil ?? '').localeCompare(b.validUntil ?? ''))
      .at(-1);
    if (!last) uncovered.push(activity);
    else if (!told.has(last.agreementId)) {
      told.add(last.agreementId);
      const ended = last.status === 'ended';
      findings.push(
        found(
          ended ? 'agreement-ended' : 'agreement-expired',
          { party: party.id, agreement: last.agreementId },
          `The agreement "${last.title}" has ${ended ? 'been ended' : 'run out'}, and ${party.id} still acts for ${actsFor} in ${listed(activities)}.`,
          last.validUntil === null ? null : new Date(last.validUntil),
        ),
      );
    }
  }
  if (uncovered.length > 0) {
    const drafts = between.filter(({ status }) => status === 'draft').length;
    findings.push(
      found(
        'agreement-missing',
        { party: party.id },
        `${party.id} acts for ${actsFor} in ${listed(uncovered)}, without an agreement in force${drafts > 0 ? '; a draft waits to be activated' : ''}.`,
      ),
    );
  }
  return findings;
}

/** What has ended, was followed by nothing, and whose data nobody has said to be deleted or returned. */
function dataLeft(view: RegisterView): Finding[] {
  const acting = engagements(view, () => true);
  return view.agreements.flatMap((agreement) => {
    const { agreementId, title, controller, processor, activities, validUntil, dataAtEnd } = agreement;
    if (!hasRunOut(agreement, view.at) || dataAtEnd?.done) return [];
    // Who goes on has another agreement, or lacks one: that is told of elsewhere.
    const goesOn = acting.some(
      ({ link, activities: its }) =>
        link.actsFor === controller && link.party.id === processor && its.some((one) => activities.includes(one)),
    );
    if (goesOn) return [];
    return [
      found(
        'data-left-with-processor',
        { party: processor, agreement: agreementId },
        `The agreement "${title}" has ended, and nobody has recorded that ${processor} ${dataAtEnd?.choice === 'return' ? 'returned' : dataAtEnd ? 'deleted' : 'deleted or returned'} the data.`,
        validUntil === null ? null : new Date(validUntil),
      ),
    ];
  });
}

function endsSoon(view: RegisterView, agreement: Agreement): Finding[] {
  const end = new Date(agreement.validUntil as string);
  const renewed = agreement.activities.every((activity) =>
    view.agreements.some(
      (other) =>
        other.status === 'active' &&
        other.controller === agreement.controller &&
        other.processor === agreement.processor &&
        other.activities.includes(activity) &&
        new Date(other.validFrom) <= end &&
        (other.validUntil === null || new Date(other.validUntil) > end),
    ),
  );
  if (renewed) return [];
  return [
    found(
      'agreement-ends-soon',
      { party: agreement.processor, agreement: agreement.agreementId },
      `The agreement "${agreement.title}" ends on ${end.toISOString().slice(0, 10)}; none follows it.`,
      soonBefore(end),
    ),
  ];
}

function authorisationFindings(view: RegisterView): Finding[] {
  return engagements(view, ({ role, authorisation }) => role === 'sub-processor' && authorisation === null).flatMap(
    ({ link, activities }) => {
      const { party, actsFor } = link;
      const bringsIn = (change: SubProcessorChangeRecord, activity: string) =>
        change.kind !== 'removal' &&
        change.party === party.id &&
        change.processor === actsFor &&
        change.activities.includes(activity);
      const unasked = activities.filter(
        (activity) => !view.changes.some((change) => change.status === 'announced' && bringsIn(change, activity)),
      );
      if (unasked.length === 0) return [];
      const left = view.changes
        .filter(({ kind, party: its, replaces }) => (kind === 'removal' ? its : replaces) === party.id)
        .findLast(({ activatedAt }) => activatedAt !== null);
      return [
        found(
          'sub-processor-unauthorised',
          { party: party.id },
          left
            ? `${party.id} was removed as sub-processor of ${actsFor}, and the policies still name it in ${listed(unasked)}.`
            : `The policies name ${party.id} as sub-processor of ${actsFor} in ${listed(unasked)}; no agreement and no activated change authorises it.`,
          left?.activatedAt ?? null,
        ),
      ];
    },
  );
}

function changeFindings(change: SubProcessorChangeRecord, at: Date): Finding[] {
  const { changeId, party, status, notice, objections } = change;
  const about = { party, change: changeId };
  const findings: Finding[] = [];
  if (status === 'announced' && notice && notice.windowEndsAt <= at)
    findings.push(
      found(
        'change-waiting',
        about,
        `The objection window of the ${change.kind} of ${party} ended on ${notice.windowEndsAt.toISOString().slice(0, 10)}; the change waits.`,
        notice.windowEndsAt,
      ),
    );
  for (const { objectionId, outcome, receivedAt } of objections) {
    if (outcome !== 'open' || status === 'withdrawn') continue;
    const passedOver = status === 'activated';
    findings.push(
      found(
        passedOver ? 'objection-passed-over' : 'objection-open',
        { ...about, objection: objectionId },
        `An objection to the ${change.kind} of ${party} is open${passedOver ? ', and the change is active' : ''}.`,
        receivedAt,
      ),
    );
  }
  return findings;
}
