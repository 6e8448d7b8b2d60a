import { canonical } from '../../foundations/contract/canonical-json.ts';
import { mayEndSooner } from '../../law/duration.ts';
import { periodOf, resolved } from './diff.ts';
import type { InstitutionBounds } from './institution-bounds.ts';
import { type LocatedOverlay, located, type Places } from './locate-overlay.ts';
import type { Activity, Mistake, PartyRole, PolicySet, Purpose } from './model.ts';
import type { Located } from './policy-parts.ts';
import type { RetentionRule } from './retention-model.ts';
import type { Overlay } from './tenant-overlay.ts';
import { wordOf } from './transitions.ts';

/** The roles of a portal's institution in an activity, by the register. */
export type RolesOf = (activity: Activity) => PartyRole[];

/** By the party that stands for the institution (`kind: tenant` in parties.yaml). */
function institutionRoles({ parties }: Pick<PolicySet, 'parties'>): RolesOf {
  const own = parties.find(({ kind }) => kind === 'tenant')?.id;
  return (activity) => activity.parties.filter(({ party }) => party === own).map(({ role }) => role);
}

/** What an institution is controller of by the installation's set: nothing it says itself makes it one. */
interface Competence {
  activities: Set<string>;
  categories: Set<string>;
  purposes: Set<string>;
  notices: Set<string>;
}

type Report = (entry: Located<unknown>, pointer: string, message: string, remedy: string) => void;

const IN_INSTALLATION = 'institutions in installation.yaml';
const HOW_CONTROLLER =
  'Only what the institution is controller or joint controller of is its own to decide; the register (parties of activities/*.yaml) says of what.';

/**
 * What of an institution's word is not its own to decide: outside the bounds that the installation sets (`institutions` of
 * installation.yaml), or of something another is controller of.
 *
 * @param base the installation's set
 */
export function outOfBounds(
  base: PolicySet,
  overlay: Overlay,
  rolesOf: RolesOf = institutionRoles(base),
  places?: Places,
): Mistake[] {
  const mistakes: Mistake[] = [];
  const report: Report = (entry, pointer, message, remedy) =>
    mistakes.push({ ...entry.place(pointer), message, remedy });
  const own = located(overlay, places);
  const bounds = base.installation.institutions ?? {};
  const competence = competenceOf(base, rolesOf);
  checkPeriods(base, own, bounds, competence, report);
  checkTransitions(base, own, bounds, report);
  checkPurposes(base, own, bounds, competence, report);
  checkActivities(base, own, { bounds, competence, rolesOf }, report);
  checkNotices(base, own, bounds, competence, report);
  checkLetters(own, bounds, report);
  checkInstallation(base, own, bounds, competence, report);
  return mistakes;
}

const isController = (roles: PartyRole[]): boolean =>
  roles.includes('controller') || roles.includes('joint-controller');

function competenceOf({ activities, notices }: PolicySet, rolesOf: RolesOf): Competence {
  const own = activities.filter((activity) => isController(rolesOf(activity)));
  const purposes = new Set(own.map(({ purpose }) => purpose));
  return {
    activities: new Set(own.map(({ id }) => id)),
    categories: new Set(own.flatMap(({ categories }) => categories)),
    purposes,
    notices: new Set([
      ...own.flatMap(({ notices: named = [] }) => named),
      ...notices.filter((notice) => notice.purposes.some((id) => purposes.has(id))).map(({ id }) => id),
    ]),
  };
}

const list = (ids: readonly string[] | undefined) => (ids && ids.length > 0 ? ids.join(', ') : 'none');

function checkPeriods(
  base: PolicySet,
  { rules, erasureRequests }: LocatedOverlay,
  { categories = [] }: InstitutionBounds,
  competence: Competence,
  report: Report,
): void {
  const open = list(categories.map(({ category }) => category));
  for (const rule of rules) {
    const { id, category, action, from, approval } = rule.value;
    const before = base.rules.find((one) => one.id === id);
    const bound = categories.find((one) => one.category === category);
    if (!competence.categories.has(category))
      report(rule, '/category', `The institution is not controller of anything with ${category}.`, HOW_CONTROLLER);
    if (!bound) {
      report(
        rule,
        '/category',
        `No period of ${category} may be an institution's own (${IN_INSTALLATION}).`,
        `Periods may be set for: ${open}.`,
      );
      continue;
    }
    checkPeriod(rule, rule.value, bound, '', report);
    if (!before) continue;
    for (const [field, was, is] of [
      ['category', before.category, category],
      ['action', before.action, action],
      ['from', before.from, from],
    ] as const)
      if (was !== is)
        report(
          rule,
          `/${field}`,
          `The installation's rule "${id}" has ${was} here: an institution sets its period, not what it is.`,
          `Write ${was}, or give a rule of its own another id.`,
        );
    if (bound.atMost && rule.value.only && !before.only)
      report(
        rule,
        '/only',
        `The installation's rule "${id}" is for everybody: for whom this one is not, nothing would end ${category} any more (atMost ${bound.atMost}).`,
        'Leave "only" out here, and give whoever is to have another period a rule of its own id.',
      );
    if (before.approval === 'always' && approval !== 'always')
      report(
        rule,
        '/approval',
        'Every run of this rule waits for an officer, by the installation.',
        'Write approval: always.',
      );
    const [cell, least] = [rule.value, before].map((one) => resolved(one, base).minimumCell ?? 0) as [number, number];
    if (cell < least)
      report(
        rule,
        '/minimumCell',
        `Counts below ${least} are suppressed, by the installation.`,
        `Write ${least} or more, or leave it out.`,
      );
  }
  for (const request of erasureRequests) {
    const { category } = request.value;
    if (!competence.categories.has(category))
      report(request, '/category', `The institution is not controller of anything with ${category}.`, HOW_CONTROLLER);
    if (!categories.some((one) => one.category === category && one.onRequest))
      report(
        request,
        '/category',
        `What a request to be forgotten does with ${category} is the installation's to decide (${IN_INSTALLATION}).`,
        `An institution may decide it for: ${list(categories.filter(({ onRequest }) => onRequest).map((one) => one.category))}.`,
      );
  }
}

type CategoryBound = NonNullable<InstitutionBounds['categories']>[number];

/** The period of a rule that stands at `pointer`, within the bounds of its category. */
function checkPeriod(
  entry: Located<unknown>,
  rule: Pick<RetentionRule, 'category' | 'after' | 'counted'>,
  bound: CategoryBound,
  pointer: string,
  report: Report,
): void {
  const { category, after, counted } = rule;
  if (bound.atLeast && mayEndSooner(after, bound.atLeast, { one: counted }))
    report(
      entry,
      `${pointer}/after`,
      `${periodOf(rule)} is shorter than ${category} must be kept: atLeast ${bound.atLeast} (${IN_INSTALLATION}).`,
      `Write ${bound.atLeast} or longer.`,
    );
  if (bound.atMost && mayEndSooner(bound.atMost, after, { other: counted }))
    report(
      entry,
      `${pointer}/after`,
      `${periodOf(rule)} is longer than ${category} may be kept: atMost ${bound.atMost} (${IN_INSTALLATION}).`,
      `Write ${bound.atMost} or shorter${counted ? ', and count from the day itself' : ''}.`,
    );
}

/** An old word decides as a rule does: it is the installation's own, or stands within the same bounds. */
function checkTransitions(
  base: PolicySet,
  { transitions }: LocatedOverlay,
  { categories = [] }: InstitutionBounds,
  report: Report,
): void {
  for (const transition of transitions) {
    const { was, oldRows, rule } = transition.value;
    const before = base.rules.find(({ id }) => id === rule);
    if (oldRows !== 'old-period' || (before && canonical(wordOf(before)) === canonical(wordOf(was)))) continue;
    const bound = categories.find(({ category }) => category === was.category);
    if (bound) checkPeriod(transition, was, bound, '/was', report);
    else
      report(
        transition,
        '/was/category',
        `No period of ${was.category} may be an institution's own (${IN_INSTALLATION}).`,
        `Periods may be set for: ${list(categories.map(({ category }) => category))}.`,
      );
  }
}

/** Whether an entry may be added, or changed, at all; reported where not. */
function mayStand(
  entry: Located<{ id: string }>,
  noun: string,
  is: { changed: boolean; own: boolean },
  bound: { add?: boolean; change?: string[] } = {},
  report: Report,
): void {
  const { id } = entry.value;
  if (is.changed && !bound.change?.includes(id))
    report(
      entry,
      '/id',
      `The ${noun} "${id}" is the installation's; none but these may be worded anew: ${list(bound.change)} (${IN_INSTALLATION}).`,
      bound.add ? 'Give one of its own another id.' : 'Take it away.',
    );
  else if (is.changed && !is.own)
    report(
      entry,
      '/id',
      `The institution is not controller of what the ${noun} "${id}" is about.`,
      `Take it away. ${HOW_CONTROLLER}`,
    );
  if (!is.changed && !bound.add)
    report(
      entry,
      '/id',
      `An institution has no ${noun} of its own (${IN_INSTALLATION}).`,
      bound.change?.length ? `It may word anew: ${list(bound.change)}.` : 'Take it away.',
    );
}

function checkPurposes(
  base: PolicySet,
  { purposes }: LocatedOverlay,
  bounds: InstitutionBounds,
  competence: Competence,
  report: Report,
): void {
  const known = new Map(base.purposes.map((one): [string, Purpose] => [one.id, one]));
  for (const purpose of purposes) {
    const { id, basis } = purpose.value;
    const before = known.get(id);
    mayStand(
      purpose,
      'purpose',
      { changed: before !== undefined, own: competence.purposes.has(id) },
      bounds.purposes,
      report,
    );
    if (before && before.basis !== basis)
      report(
        purpose,
        '/basis',
        `The purpose "${id}" rests on ${before.basis}: what was collected on one basis is not kept on another.`,
        `Write ${before.basis}, or give a purpose of its own another id.`,
      );
  }
}

function checkActivities(
  base: PolicySet,
  { activities, purposes }: LocatedOverlay,
  { bounds, competence, rolesOf }: { bounds: InstitutionBounds; competence: Competence; rolesOf: RolesOf },
  report: Report,
): void {
  const known = new Set(base.activities.map(({ id }) => id));
  const added = new Set(purposes.map(({ value }) => value.id).filter((id) => !base.purposes.some((p) => p.id === id)));
  for (const activity of activities) {
    const { id, purpose, categories } = activity.value;
    const changed = known.has(id);
    mayStand(
      activity,
      'activity',
      { changed, own: competence.activities.has(id) },
      { add: bounds.activities?.add, change: bounds.activities?.change },
      report,
    );
    if (!isController(rolesOf(activity.value)))
      report(
        activity,
        '/parties',
        'The institution is not controller of this activity.',
        'Give the party of kind tenant the role controller or joint-controller.',
      );
    if (!competence.purposes.has(purpose) && !added.has(purpose) && base.purposes.some((one) => one.id === purpose))
      report(activity, '/purpose', `The purpose "${purpose}" is another controller's.`, HOW_CONTROLLER);
    for (const [index, category] of categories.entries())
      if (!competence.categories.has(category) && base.categories.some((one) => one.id === category))
        report(
          activity,
          `/categories/${index}`,
          `The institution is not controller of anything with ${category}.`,
          HOW_CONTROLLER,
        );
  }
}

function checkNotices(
  base: PolicySet,
  { notices, purposes }: LocatedOverlay,
  bounds: InstitutionBounds,
  competence: Competence,
  report: Report,
): void {
  const first = new Map<string, Located<LocatedOverlay['notices'][number]['value']>>();
  for (const notice of notices) if (!first.has(notice.value.id)) first.set(notice.value.id, notice);
  const added = new Set(purposes.map(({ value }) => value.id));
  for (const notice of notices) {
    const { id, version, major, minor, validFrom } = notice.value;
    const earlier = base.notices.filter((one) => one.id === id);
    if (first.get(id) === notice) {
      mayStand(
        notice,
        'notice',
        { changed: earlier.length > 0, own: competence.notices.has(id) },
        bounds.notices,
        report,
      );
      const shown = earlier.filter(
        (one) => one.validFrom <= validFrom && (one.major - major || one.minor - minor) >= 0,
      );
      if (shown.length > 0)
        report(
          notice,
          '/version',
          `The installation's version ${shown.map((one) => one.version).join(', ')} of "${id}" was shown before ${version} begins.`,
          `Number its own versions above ${shown.at(-1)?.version}.`,
        );
    }
    for (const [index, purpose] of notice.value.purposes.entries())
      if (!competence.purposes.has(purpose) && !added.has(purpose) && base.purposes.some((one) => one.id === purpose))
        report(notice, `/purposes/${index}`, `The purpose "${purpose}" is another controller's.`, HOW_CONTROLLER);
  }
}

function checkLetters({ letters }: LocatedOverlay, bounds: InstitutionBounds, report: Report): void {
  for (const letter of letters)
    if (!bounds.letters?.includes(letter.value.id))
      report(
        letter,
        '',
        `The letter "${letter.value.id}" is the installation's (${IN_INSTALLATION}).`,
        `An institution may word: ${list(bounds.letters)}.`,
      );
}

function checkInstallation(
  base: PolicySet,
  { installation }: LocatedOverlay,
  bounds: InstitutionBounds,
  competence: Competence,
  report: Report,
): void {
  if (!installation) return;
  const { defaultLanguage, capture } = installation.value;
  if (defaultLanguage !== undefined && !bounds.languages?.includes(defaultLanguage))
    report(
      installation,
      '/defaultLanguage',
      `The default language may not be ${defaultLanguage} (${IN_INSTALLATION}).`,
      `Languages to choose from: ${list(bounds.languages)}.`,
    );
  if (!capture) return;
  if (!bounds.capture)
    report(installation, '/capture', `What is captured is the installation's (${IN_INSTALLATION}).`, 'Take it away.');
  const visits = base.categories.filter(({ holder }) => holder === 'visits').map(({ id }) => id);
  if (!visits.some((id) => competence.categories.has(id)))
    report(installation, '/capture', 'The institution is not controller of any activity with visits.', HOW_CONTROLLER);
  const most = base.installation.capture;
  for (const field of ['ipv4Prefix', 'ipv6Prefix'] as const)
    if (capture[field] > most[field])
      report(
        installation,
        `/capture/${field}`,
        `An institution may keep less of an address than the installation, not more: ${most[field]} bits.`,
        `Write ${most[field]} or less.`,
      );
  if (capture.fullVisits && capture.fullVisits.purpose !== most.fullVisits?.purpose)
    report(
      installation,
      '/capture/fullVisits',
      most.fullVisits
        ? `Full addresses are kept for ${most.fullVisits.purpose} and nothing else.`
        : 'The installation keeps no full addresses.',
      most.fullVisits ? `Write purpose: ${most.fullVisits.purpose}, or leave the block out.` : 'Take the block away.',
    );
}
