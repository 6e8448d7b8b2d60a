import { consultationMistake } from '../../law/consultation-clock.ts';
import type { Activity, ActivityParty, Transfer } from './model.ts';
import { ids, isDay, known, type Located, type PolicyParts, type Report } from './policy-parts.ts';

type LocatedActivity = Located<Activity>;

/** Of an activity: who acts for whom, jointly, where to, and under which condition of Art. 9. */
export function checkChains(parts: PolicyParts, report: Report): void {
  for (const located of parts.activities) {
    checkOnBehalf(located, parts, report);
    checkJoint(located, report);
    checkTransfers(located, parts, report);
    checkSpecial(located, parts, report);
    checkNotices(located, parts, report);
    checkScreening(located, report);
  }
  checkFurtherPurposes(parts, report);
}

/** Whom each kind of processor may act for (Art. 28(2), (4)). */
const ACTS_FOR: Partial<Record<ActivityParty['role'], ActivityParty['role'][]>> = {
  processor: ['controller', 'joint-controller'],
  'sub-processor': ['processor', 'sub-processor'],
};

function checkOnBehalf(located: LocatedActivity, { installation }: PolicyParts, report: Report): void {
  const { parties } = located.value;
  const regions = installation?.value.regions?.map(({ id }) => id) ?? [];
  const byId = new Map(parties.map((entry) => [entry.party, entry]));
  for (const [index, entry] of parties.entries()) {
    for (const [place, region] of (entry.regions ?? []).entries())
      known(region, regions, 'region', located, `/parties/${index}/regions/${place}`, report);
    if (entry.for === undefined) continue;
    const pointer = `/parties/${index}/for`;
    const above = byId.get(entry.for);
    const allowed = ACTS_FOR[entry.role];
    if (!allowed) report(located, pointer, `A ${entry.role} acts for nobody.`, 'Take "for" away, or change the role.');
    else if (!above) known(entry.for, [...byId.keys()], 'party in this activity', located, pointer, report);
    else if (closesCircle(entry, byId))
      report(
        located,
        pointer,
        'The chain of processors closes in a circle: this party would act for itself.',
        'Let every chain begin at a controller.',
      );
    else if (!allowed.includes(above.role))
      report(
        located,
        pointer,
        `A ${entry.role} acts for a ${allowed.join(' or a ')}, and this party is ${above.role}.`,
        `Name a ${allowed.join(' or ')} (Art. 28).`,
      );
  }
}

function closesCircle(entry: ActivityParty, byId: ReadonlyMap<string, ActivityParty>): boolean {
  const seen = new Set<string>();
  for (let at: ActivityParty | undefined = entry; at?.for !== undefined; at = byId.get(at.for)) {
    if (seen.has(at.party)) return seen.has(entry.party) && at.party === entry.party;
    seen.add(at.party);
  }
  return false;
}

/** Art. 26; that the arrangement is there at all is a finding, not a mistake: it may still be negotiated. */
function checkJoint(located: LocatedActivity, report: Report): void {
  const { parties, joint } = located.value;
  const together = parties.filter(({ role }) => role === 'joint-controller').map(({ party }) => party);
  const alone = parties.findIndex(({ role }) => role === 'joint-controller');
  if (together.length === 1)
    report(
      located,
      `/parties/${alone}/role`,
      'One party alone is no joint controller (Art. 26).',
      'Name the other joint controller, or make it controller.',
    );
  if (!joint) return;
  if (together.length === 0) {
    report(located, '/joint', 'Nobody is joint controller of this activity.', 'Take joint away, or change the roles.');
    return;
  }
  known(joint.contactPoint, together, 'joint controller in this activity', located, '/joint/contactPoint', report);
  for (const [right, party] of Object.entries(joint.rights))
    known(party, together, 'joint controller in this activity', located, `/joint/rights/${right}`, report);
}

const STANDARD_CLAUSES: Transfer['tool'][] = ['A46-2-c', 'A46-2-d'];

function checkTransfers(located: LocatedActivity, { parties }: PolicyParts, report: Report): void {
  const { transfers, categories, parties: entries } = located.value;
  const here = entries.map(({ party }) => party);
  for (const [index, transfer] of transfers.entries()) {
    const at = `/transfers/${index}`;
    known(transfer.importer, here, 'party in this activity', located, `${at}/importer`, report);
    if (transfer.exporter !== undefined) {
      known(transfer.exporter, ids(parties), 'party', located, `${at}/exporter`, report);
      if (transfer.exporter === transfer.importer)
        report(located, `${at}/exporter`, 'Nobody transfers to itself.', 'Name the party that sends the data.');
    }
    for (const [place, category] of (transfer.categories ?? []).entries())
      known(category, categories, 'category in this activity', located, `${at}/categories/${place}`, report);
    for (const field of ['since', 'until'] as const)
      if (transfer[field] !== undefined && !isDay(transfer[field]))
        report(located, `${at}/${field}`, 'There is no such day.', 'Write a day as 2026-11-23.');
    if (transfer.until !== undefined && transfer.until <= transfer.since)
      report(located, `${at}/until`, 'The transfer would end before it begins.', 'Give it a later day.');
    const clauses = STANDARD_CLAUSES.includes(transfer.tool);
    if (transfer.tool === 'A46-2-c' && transfer.module === undefined)
      report(
        located,
        `${at}/tool`,
        'Standard contractual clauses have four modules (Implementing Decision (EU) 2021/914).',
        'Add module: 1, 2, 3 or 4.',
      );
    if (!clauses && transfer.module !== undefined)
      report(located, `${at}/module`, 'Only standard contractual clauses have modules.', 'Take it away.');
    if (transfer.tool.startsWith('A46-') && !transfer.assessment)
      report(
        located,
        `${at}/tool`,
        'Appropriate safeguards need an assessment of the law and practice of the country (Art. 46(1); CJEU C-311/18).',
        'Add assessment: the reference of the transfer impact assessment.',
      );
    for (const field of ['authorityInformed', 'personsInformed'] as const)
      if (transfer.derogation && !isDay(transfer.derogation[field]))
        report(located, `${at}/derogation/${field}`, 'There is no such day.', 'Write a day as 2026-11-23.');
    if (transfer.tool === 'A49-1-compelling' && !transfer.derogation)
      report(
        located,
        `${at}/tool`,
        'Compelling legitimate interests need a documented assessment, and the authority and the persons informed (Art. 49(1), second subparagraph, 49(6)).',
        'Add derogation: { assessment, authorityInformed, personsInformed }.',
      );
    if (!transfer.tool.startsWith('A49-') && transfer.derogation)
      report(located, `${at}/derogation`, 'This tool is no derogation of Art. 49.', 'Take it away.');
  }
}

function checkSpecial(located: LocatedActivity, { categories, purposes }: PolicyParts, report: Report): void {
  const { specialCondition } = located.value;
  const special = categories.some(({ value }) => value.special && located.value.categories.includes(value.id));
  if (special && !specialCondition)
    report(
      located,
      '/categories',
      'A special category of data needs a condition of Art. 9(2).',
      'Add specialCondition: A9-2-a to A9-2-j.',
    );
  const purpose = purposes.find(({ value }) => value.id === located.value.purpose)?.value;
  if (special && specialCondition === 'A9-2-a' && purpose && !purpose.consent?.explicit)
    report(
      located,
      '/specialCondition',
      'This condition is explicit consent, and the purpose does not ask for it (Art. 9(2)(a)).',
      'Give the purpose consent with explicit: true, or name another condition.',
    );
  if (!special && specialCondition)
    report(
      located,
      '/specialCondition',
      'None of the categories is special (Art. 9(1)).',
      'Take it away, or mark the category special.',
      { noun: 'category' },
    );
}

function checkNotices(located: LocatedActivity, { notices }: PolicyParts, report: Report): void {
  for (const [index, notice] of (located.value.notices ?? []).entries())
    known(notice, [...new Set(ids(notices))], 'notice', located, `/notices/${index}`, report);
}

function checkScreening(located: LocatedActivity, report: Report): void {
  const { dpia, reviewedOn } = located.value;
  const days = { '/reviewedOn': reviewedOn, '/dpia/assessment/on': dpia?.assessment?.on };
  for (const [pointer, day] of Object.entries({ ...days, '/dpia/assessment/reviewBy': dpia?.assessment?.reviewBy }))
    if (day !== undefined && !isDay(day))
      report(located, pointer, 'There is no such day.', 'Write a day as 2026-11-23.');
  if (dpia?.assessment && dpia.assessment.reviewBy <= dpia.assessment.on)
    report(located, '/dpia/assessment/reviewBy', 'The review would come before the assessment.', 'Give a later day.');
  const events = dpia?.assessment?.consultation ?? [];
  for (const [index, { on }] of events.entries())
    if (!isDay(on))
      report(
        located,
        `/dpia/assessment/consultation/${index}/on`,
        'There is no such day.',
        'Write a day as 2026-11-23.',
      );
  const mistake = consultationMistake(events);
  if (mistake)
    report(
      located,
      `/dpia/assessment/consultation/${mistake.index}`,
      mistake.message,
      'Give the events in the order in which they happened.',
    );
}

/** Art. 6(4): a further purpose goes back to one that data was collected for. */
function checkFurtherPurposes({ purposes }: PolicyParts, report: Report): void {
  const origin = new Map(purposes.map(({ value }) => [value.id, value.furtherTo?.purpose]));
  for (const located of purposes) {
    const { id, furtherTo } = located.value;
    if (!furtherTo) continue;
    known(furtherTo.purpose, ids(purposes), 'purpose', located, '/furtherTo/purpose', report);
    let at: string | undefined = furtherTo.purpose;
    for (let n = 0; n < origin.size && at !== undefined && at !== id; n += 1) at = origin.get(at);
    if (at === id)
      report(
        located,
        '/furtherTo/purpose',
        'The further purposes lead back to themselves.',
        'Name the purpose the data was collected for.',
      );
  }
}
