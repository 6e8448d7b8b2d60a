import { canonical } from '../../foundations/contract/canonical-json.ts';
import { allowedTarget } from '../../foundations/webhooks/guarded-agents.ts';
import { mayEndSooner } from '../../law/duration.ts';
import { patternFaults } from '../../law/robots.ts';
import { basisPoint } from '../../law/vocabulary.ts';
import { checkBounds } from './check-bounds.ts';
import { checkChains } from './check-chains.ts';
import { checkConditions } from './check-conditions.ts';
import { checkDuties } from './check-duties.ts';
import { checkHolders } from './check-holders.ts';
import { checkJurisdictions } from './check-jurisdictions.ts';
import { checkLifecycle } from './check-lifecycle.ts';
import { checkAgreements, checkPlaces, checkRegions } from './check-places.ts';
import { checkTransitions } from './check-transitions.ts';
import type { Gaps } from './gaps.ts';
import type { Mistake, RetentionRule } from './model.ts';
import { ids, isDay, known, type Located, noneTwice, type PolicyParts, type Report } from './policy-parts.ts';

/** What no schema can tell: that the files agree with each other and with the law, as far as they could be read. */
export function checkSemantics(parts: PolicyParts, gaps: Gaps, privateTargets: boolean): Mistake[] {
  const mistakes: Mistake[] = [];
  const report: Report = (located, pointer, message, remedy, missing) => {
    if (!missing || !gaps.mayBeTheCauseOf(missing)) mistakes.push({ ...located.place(pointer), message, remedy });
  };
  for (const kind of [
    'parties',
    'purposes',
    'categories',
    'activities',
    'rules',
    'agreements',
    'places',
    'holders',
  ] as const)
    noneTwice(parts[kind] as Located<{ id: string }>[], ({ id }) => id, '/id', report);
  noneTwice(parts.erasureRequests, ({ category }) => category, '/category', report);
  noneTwice(parts.notices, ({ id, version }) => `${id} ${version}`, '/version', report);
  // By role or attribute there may be several.
  const scoped = ({ category, action, only }: RetentionRule) => `${category} ${action} ${canonical(only ?? {})}`;
  noneTwice(parts.rules, scoped, '/action', report);
  checkParties(parts, report);
  if (!privateTargets) checkTargets(parts, report);
  checkReceipts(parts, report);
  checkPurposes(parts, report);
  checkActivities(parts, report);
  checkChains(parts, report);
  checkDuties(parts, report);
  checkRegions(parts, report);
  checkPlaces(parts, report);
  checkAgreements(parts, report);
  checkHolders(parts, report);
  checkCategories(parts, report);
  checkRules(parts, report);
  checkOrder(parts.rules, report);
  checkConditions(parts, report);
  checkLifecycle(parts.rules, report);
  checkTransitions(parts, report);
  checkNotices(parts, report);
  checkRobots(parts, report);
  checkJurisdictions(parts, report);
  checkBounds(parts, report);
  const capture = parts.installation?.value.capture.fullVisits;
  if (capture && parts.installation)
    known(capture.purpose, ids(parts.purposes), 'purpose', parts.installation, '/capture/fullVisits/purpose', report);
  return mistakes;
}

/** Patterns are held against what strangers send: each must end soon, and none may mean everybody. */
function checkRobots({ robots }: PolicyParts, report: Report): void {
  for (const { at, why } of robots ? patternFaults(robots.value.patterns) : [])
    report(robots as Located<unknown>, `/patterns/${at}`, `The pattern ${why}.`, 'Write it simpler, or leave it out.');
}

function checkParties({ parties }: PolicyParts, report: Report): void {
  const tenants = parties.filter(({ value }) => value.kind === 'tenant');
  for (const located of tenants.slice(1))
    report(located, '/kind', 'Two parties stand for the tenant’s own institution.', 'Keep one of kind tenant.');
  const [first] = parties;
  if (first && tenants.length === 0)
    report(first, '/kind', 'No party stands for the tenant’s own institution.', 'Give one party the kind tenant.', {
      noun: 'party',
    });
  for (const located of parties)
    if (located.value.kind !== 'tenant' && !located.value.contact)
      report(located, '/id', 'An organisation needs contact details (Art. 30(1)).', 'Add contact: an e-mail address.');
}

/** Where Lethe is to call: refused here already, not only at the call. */
function checkTargets({ parties }: PolicyParts, report: Report): void {
  for (const located of parties)
    for (const [pointer, url] of [
      ['/notices/webhook', located.value.notices?.webhook],
      ['/opendsr/url', located.value.opendsr?.url],
    ] as const)
      if (url !== undefined && !allowedTarget(url, false))
        report(
          located,
          pointer,
          'This address leads into a private network.',
          'Give a public https address; a closed network has LETHE_OUTBOX_PRIVATE_TARGETS.',
        );
}

/** What a receipt must say of a controller (Kantara CR v1.1.0), with an example of each. */
const ON_RECEIPTS = {
  address: 'address: Beispielweg 1, 10115 Berlin',
  contact: 'contact: privacy@example.org',
  phone: 'phone: +49 30 5550100',
} as const;

function checkReceipts({ parties, activities, purposes }: PolicyParts, report: Report): void {
  const consented = purposes.filter(({ value }) => value.consent).map(({ value }) => value.id);
  const controllers = activities
    .filter(({ value }) => consented.includes(value.purpose))
    .flatMap(({ value }) => value.parties)
    .filter(({ role }) => role === 'controller' || role === 'joint-controller')
    .map(({ party }) => party);
  for (const located of parties) {
    if (!controllers.includes(located.value.id)) continue;
    const { kind } = located.value;
    // Without contact an organisation is reported already.
    for (const field of ['address', ...(kind === 'tenant' ? (['contact'] as const) : []), 'phone'] as const)
      if (!located.value[field])
        report(
          located,
          '/id',
          `Receipts of consent name this controller; its ${field} is missing.`,
          `Add ${ON_RECEIPTS[field]}`,
        );
  }
}

function checkPurposes({ purposes, installation }: PolicyParts, report: Report): void {
  for (const located of purposes) {
    const { basis, consent, legitimateInterest, balancingTest, law } = located.value;
    const point = basisPoint(basis);
    const language = installation?.value.defaultLanguage;
    for (const field of ['title', 'description'] as const)
      if (language && !located.value[field][language])
        report(located, `/${field}`, 'The text in the default language is missing.', `Add ${language}.`);
    if (point === 'a' && !consent)
      report(
        located,
        '/basis',
        'A purpose based on consent needs "consent" with a duration.',
        'Add consent: { duration: P6M, explicit: false }.',
      );
    if (point !== 'a' && consent)
      report(
        located,
        '/consent',
        'Only a purpose based on consent has "consent".',
        'Take it away, or change the basis.',
      );
    if (point === 'f' && (!legitimateInterest || !balancingTest))
      report(
        located,
        '/basis',
        'Legitimate interests need the interest and the balancing test (Art. 6(1)(f)).',
        'Add legitimateInterest and balancingTest.',
      );
    if (point === 'ea' && !legitimateInterest)
      report(
        located,
        '/basis',
        'A recognised legitimate interest names its condition (UK GDPR Annex 1).',
        'Add legitimateInterest: the condition, and how it is met.',
      );
    if ((point === 'c' || point === 'e') && !law)
      report(located, '/basis', 'This basis needs the law it rests on (Art. 6(3)).', 'Add law: name and article.');
  }
}

function checkActivities({ activities, purposes, categories, parties }: PolicyParts, report: Report): void {
  for (const located of activities) {
    const activity = located.value;
    known(activity.purpose, ids(purposes), 'purpose', located, '/purpose', report);
    for (const [index, category] of activity.categories.entries())
      known(category, ids(categories), 'category', located, `/categories/${index}`, report);
    const seen = new Set<string>();
    for (const [index, { party }] of activity.parties.entries()) {
      known(party, ids(parties), 'party', located, `/parties/${index}/party`, report);
      if (seen.has(party))
        report(
          located,
          `/parties/${index}/party`,
          'A party has exactly one role in an activity (REQ-A01).',
          'Keep one role.',
        );
      seen.add(party);
    }
    const roles = activity.parties.map(({ role }) => role);
    if (!roles.includes('controller') && !roles.includes('joint-controller'))
      report(located, '/parties', 'Nobody is controller of this activity.', 'Give one party the role controller.');
    if (roles.includes('sub-processor') && !roles.includes('processor'))
      report(located, '/parties', 'A sub-processor needs a processor above it.', 'Name the processor.');
  }
}

function checkCategories({ categories, activities, rules, erasureRequests }: PolicyParts, report: Report): void {
  for (const located of categories) {
    const { id, anonymous } = located.value;
    if (!activities.some(({ value }) => value.categories.includes(id)))
      report(
        located,
        '/id',
        'No activity covers this category (REQ-A04).',
        'Add it to the categories of an activity.',
        {
          noun: 'activity',
        },
      );
    if (anonymous) continue;
    if (!located.value.kept && !rules.some(({ value }) => value.category === id))
      report(
        located,
        '/id',
        'No retention rule reaches this category (Art. 5(1)(e)).',
        'Add a rule to retention.yaml, or "kept" with the ground to keep it for good.',
        { noun: 'rule' },
      );
    if (!erasureRequests.some(({ value }) => value.category === id))
      report(
        located,
        '/id',
        'Nothing says what happens to this category when a person asks to be forgotten.',
        'Add it to erasureRequests in retention.yaml.',
        { noun: 'erasure request' },
      );
  }
}

function checkRules({ rules, categories, erasureRequests }: PolicyParts, report: Report): void {
  for (const located of rules) {
    const { category, action, method, minimumCell } = located.value;
    known(category, ids(categories), 'category', located, '/category', report);
    if (action === 'anonymise' && method !== 'daily-counts')
      report(
        located,
        '/action',
        'Only aggregation to counts with a minimum cell is anonymous here (REQ-E01).',
        'Add method: daily-counts, or use reduce or pseudonymise.',
      );
    if (action !== 'anonymise' && (method || minimumCell))
      report(located, '/action', '"method" and "minimumCell" belong to anonymise.', 'Take them away.');
    if (categories.find(({ value }) => value.id === category)?.value.anonymous)
      report(located, '/category', 'Anonymous counts have no retention rule.', 'Take the rule away.');
  }
  for (const located of erasureRequests) {
    const { category, action, ground } = located.value;
    known(category, ids(categories), 'category', located, '/category', report);
    if (action !== 'erase' && !ground)
      report(
        located,
        '/action',
        'Keeping anything after a request needs a ground of Art. 17(3).',
        'Add ground: JustificationA17…',
      );
    if (action === 'erase' && ground)
      report(located, '/ground', 'What is erased needs no ground.', 'Take the ground away.');
  }
}

/** What a reduction leaves, where that is a category of its own. */
const REDUCED_TO: Record<string, string> = {
  'visits.full': 'visits.reduced',
  'content.public-association': 'content.minimal-association',
};

/** Data is reduced before it ends: a rule that reduces what is already gone is a slip. */
function checkOrder(rules: Located<RetentionRule>[], report: Report): void {
  for (const reduction of rules) {
    const { category, action, after, from, counted } = reduction.value;
    if (action !== 'reduce') continue;
    const ends = rules.filter(({ value }) => value.from === from && ['erase', 'anonymise'].includes(value.action));
    for (const { value: end } of ends) {
      const same = end.category === category;
      if ((!same && end.category !== REDUCED_TO[category]) || end.only) continue;
      const sooner = mayEndSooner(end.after, after, { one: end.counted, other: counted });
      if (sooner || (same && !mayEndSooner(after, end.after, { one: counted, other: end.counted })))
        report(
          reduction,
          '/after',
          `"${end.id}" would ${end.action} this data before it is reduced.`,
          `Reduce sooner than ${end.after}, or take one of the rules away.`,
        );
    }
  }
}

function checkNotices({ notices, purposes, installation }: PolicyParts, report: Report): void {
  for (const located of notices) {
    const { validFrom, purposes: named, texts } = located.value;
    for (const [index, purpose] of named.entries())
      known(purpose, ids(purposes), 'purpose', located, `/purposes/${index}`, report);
    if (!isDay(validFrom)) report(located, '/validFrom', 'There is no such day.', 'Write a day as 2026-11-23.');
    const language = installation?.value.defaultLanguage;
    if (language && !texts[language])
      report(located, '/languages', 'The text in the default language is missing.', `Add ${language}.`, {
        noun: 'text',
      });
    for (const [index, id] of named.entries()) {
      const purpose = purposes.find(({ value }) => value.id === id)?.value;
      const missing = Object.keys(texts).filter((each) => purpose && !purpose.title[each]);
      if (missing.length > 0)
        report(
          located,
          `/purposes/${index}`,
          'The notice is shown in a language in which this purpose has no title.',
          `Add a title and a description in ${missing.join(', ')} to purposes.yaml.`,
        );
    }
    const earlier = notices.some(
      ({ value: other }) =>
        other.id === located.value.id &&
        (other.major - located.value.major || other.minor - located.value.minor) < 0 &&
        other.validFrom > validFrom,
    );
    if (earlier) report(located, '/validFrom', 'This version would begin before an older one.', 'Give it a later day.');
  }
  for (const located of purposes)
    if (
      basisPoint(located.value.basis) === 'a' &&
      !notices.some(({ value }) => value.purposes.includes(located.value.id))
    )
      report(located, '/id', 'No notice asks for this consent.', 'Add the purpose to a version of a consent banner.', {
        noun: 'notice',
      });
}
