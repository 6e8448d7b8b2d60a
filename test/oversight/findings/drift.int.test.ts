import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Holder } from '../../../src/foundations/holders/holder.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import type { FindingCode } from '../../../src/oversight/findings/codes.ts';
import { type FindingInput, findFindings } from '../../../src/oversight/findings/find.ts';
import type { Fact } from '../../../src/register/facts/as-of.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import type { PolicySet } from '../../../src/register/policies/model.ts';
import { buildView } from '../../../src/register/view/view.ts';
import { openApp } from '../../support/app.ts';
import { openGround } from '../../support/engines.ts';
import { EXAMPLE_INSTITUTION } from '../../support/example-register.ts';

type Mutable<T> = { -readonly [K in keyof T]: Mutable<T[K]> };
type Json = Record<string, unknown>;

const NOW = new Date('2026-03-01T12:00:00Z');
const shipped = loadPolicies(join(packageRoot, 'policies')).policies as PolicySet;

/** Everything a case may change before the register is looked at. */
interface Stage {
  jurisdiction: string;
  policies: Mutable<PolicySet>;
  agreements: Record<'processing-standard' | 'hosting', Json>;
  institution: Json;
  facts: Fact[];
  region: string;
  used: FindingInput['used'];
  retention: NonNullable<FindingInput['retention']>;
  information: NonNullable<FindingInput['information']>;
  conflicts: NonNullable<FindingInput['conflicts']>;
  holders: Pick<Holder, 'id' | 'describe'>[];
}

const fact = (kind: Fact['kind'], entityId: string, value: Json, tenantId = 'north'): Fact => ({
  tenantId,
  kind,
  entityId,
  version: 1,
  value,
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validUntil: null,
  recordedAt: new Date('2026-01-01T00:00:00Z'),
  recordedBy: 'test',
  reason: null,
  policyHash: shipped.hash,
});

const signed = (template: string): Json => ({
  ...shipped.agreements.find(({ id }) => id === template),
  scope: 'tenant',
  status: 'active',
  template,
  file: null,
  signedOn: '2026-01-01T00:00:00.000Z',
  validFrom: '2026-01-01T00:00:00.000Z',
  validUntil: null,
});

const change = (over: Json): Json => ({
  kind: 'addition',
  party: 'doi-registry',
  replaces: null,
  processor: 'platform-provider',
  activities: ['accounts'],
  reason: 'x',
  status: 'announced',
  announcedAt: '2026-01-01T00:00:00.000Z',
  activatedAt: null,
  ...over,
});
const notice = { agreementId: 'processing-standard', sentAt: '2026-01-01T00:00:00.000Z', authorisation: 'general' };
const objection = { changeId: 'c', grounds: 'x', receivedAt: '2026-01-05T00:00:00.000Z', late: false, settledAt: null };

/** With a party that acts for nobody any more. */
const FORMER = { processor: 'doi-registry', status: 'ended', validUntil: '2026-02-01T00:00:00.000Z' };
const DONE = { on: '2026-02-03T00:00:00.000Z', copiesDeletedOn: '2026-02-20T00:00:00.000Z', certificate: {} };

const activity = ({ policies }: Stage, id: string) => policies.activities.find((one) => one.id === id) as Json;
const party = ({ policies }: Stage, id: string) => policies.parties.find((one) => one.id === id) as Json;
const purposeOf = ({ policies }: Stage, id: string) => policies.purposes.find((one) => one.id === id) as Json;

const anonymousTest = (stage: Stage) =>
  (activity(stage, 'publications')['safeguards'] as Json)['anonymousTest'] as Json;

/** What every assessment says (Art. 35(7)(a)–(d)). */
const ASSESSED = { description: 'x', necessity: 'x', risks: 'x', measures: 'x' };

describe('The check of the register', () => {
  let holders: Stage['holders'];
  before(async () => {
    const ground = await openGround('sqlite');
    const app = await openApp(ground);
    holders = app.services.holders;
    await app.close();
    await ground.close();
  });

  const codesAfter = (plant: (stage: Stage) => void): string[] => findingsAfter(plant).map(({ code }) => code);

  function findingsAfter(plant: (stage: Stage) => void) {
    const stage: Stage = {
      jurisdiction: 'DE',
      policies: structuredClone(shipped) as Mutable<PolicySet>,
      agreements: { 'processing-standard': signed('processing-standard'), hosting: signed('hosting') },
      institution: structuredClone(EXAMPLE_INSTITUTION) as Json,
      facts: [],
      region: 'eu',
      used: [],
      retention: {
        sweeps: { waitingForApproval: false, failure: null, lastFinishedAt: NOW, verdict: 'complete' },
        rules: [{ rule: 'visits-reduce', category: 'visits.full', due: 0, overdueSince: null, swept: true }],
      },
      information: [],
      conflicts: [],
      holders,
    };
    plant(stage);
    const facts = [
      ...Object.entries(stage.agreements).map(([id, value]) => fact('agreement', id, value)),
      fact('institution', 'institution', stage.institution),
      ...stage.facts,
    ];
    const tenant = {
      id: 'north',
      name: 'Portal north',
      timeZone: 'Europe/Berlin',
      language: 'en',
      jurisdiction: stage.jurisdiction,
      region: stage.region,
    };
    const view = buildView(tenant, stage.policies as PolicySet, facts, { at: NOW, knownAt: NOW });
    const { used, retention, information, conflicts } = stage;
    return findFindings({ view, holders: stage.holders, used, retention, information, conflicts });
  }

  it('finds nothing in the shipped policies once institution and agreements are recorded', () => {
    assert.deepEqual(
      codesAfter(() => undefined),
      [],
    );
  });

  const cases: [what: string, code: FindingCode, plant: (stage: Stage) => void][] = [
    [
      'an activity with a category that no rule reaches',
      'rule-missing',
      ({ policies }) => {
        policies.rules = policies.rules.filter(({ category }) => category !== 'profiles.contact');
      },
    ],
    [
      'a rule that the holder cannot carry out',
      'rule-not-executable',
      ({ policies }) => {
        for (const rule of policies.rules) if (rule.category === 'profiles.contact') rule.from = 'linked' as never;
      },
    ],
    [
      'a rule without an activity',
      'rule-without-activity',
      (stage) => {
        activity(stage, 'usage-counts')['categories'] = ['visits.daily'];
        activity(stage, 'portal-visits')['categories'] = ['visits.full'];
      },
    ],
    [
      'columns of a holder that no activity covers',
      'columns-uncovered',
      (stage) => {
        activity(stage, 'accounts')['categories'] = ['profiles.identity', 'profiles.contact'];
      },
    ],
    [
      'a category that no request reaches',
      'category-out-of-reach',
      ({ policies }) => {
        policies.erasureRequests = policies.erasureRequests.filter(({ category }) => category !== 'profiles.contact');
      },
    ],
    [
      'a party that was given data it does not stand in the register for',
      'recipient-not-in-register',
      (stage) => {
        stage.used = [{ party: 'doi-registry', holder: 'profiles', since: NOW }];
      },
    ],
    [
      'a processor without any agreement',
      'agreement-missing',
      ({ agreements }) => {
        Object.assign(agreements.hosting, { activities: ['accounts'] });
      },
    ],
    [
      'an agreement that has run out',
      'agreement-expired',
      ({ agreements }) => {
        Object.assign(agreements.hosting, { validUntil: '2026-02-01T00:00:00.000Z' });
      },
    ],
    [
      'an agreement that was ended',
      'agreement-ended',
      ({ agreements }) => {
        Object.assign(agreements.hosting, { status: 'ended', validUntil: '2026-02-01T00:00:00.000Z' });
      },
    ],
    [
      'an agreement that has ended, and nobody says what became of the data',
      'data-left-with-processor',
      ({ agreements }) => {
        Object.assign(agreements, {
          former: { ...signed('hosting'), ...FORMER, dataAtEnd: { choice: 'return', done: null } },
          done: { ...signed('hosting'), ...FORMER, dataAtEnd: { choice: 'delete', done: DONE } },
        });
      },
    ],
    [
      'an agreement that ends in 60 days',
      'agreement-ends-soon',
      ({ agreements }) => {
        Object.assign(agreements.hosting, { validUntil: new Date(NOW.getTime() + 60 * 86_400_000).toISOString() });
      },
    ],
    [
      'a sub-processor nobody agreed to',
      'sub-processor-unauthorised',
      ({ agreements }) => {
        Object.assign(agreements['processing-standard'], {
          subProcessors: { authorisation: 'general', objectionWindow: 'P30D', authorised: [] },
        });
      },
    ],
    [
      'an announced change whose window is over',
      'change-waiting',
      ({ facts }) => {
        facts.push(fact('sub-processor-change', 'c', change({}), '*'));
        facts.push(
          fact('sub-processor-notice', 'c', { ...notice, windowEndsAt: '2026-02-01T00:00:00.000Z', approvedAt: null }),
        );
      },
    ],
    [
      'an objection nobody settled',
      'objection-open',
      ({ facts }) => {
        facts.push(fact('sub-processor-change', 'c', change({}), '*'));
        facts.push(fact('objection', 'o', { ...objection, outcome: 'open' }));
      },
    ],
    [
      'a change that was activated against an objection',
      'objection-passed-over',
      ({ facts }) => {
        const activatedAt = '2026-02-01T00:00:00.000Z';
        facts.push(fact('sub-processor-change', 'c', change({ status: 'activated', activatedAt }), '*'));
        facts.push(fact('objection', 'o', { ...objection, outcome: 'open' }));
      },
    ],
    [
      'a recipient in a third country without a transfer',
      'transfer-missing',
      (stage) => {
        Object.assign(party(stage, 'doi-registry'), { country: 'US' });
      },
    ],
    [
      'a transfer whose adequacy has ended',
      'transfer-not-covered',
      (stage) => {
        // Privacy Shield: ended with Schrems II.
        Object.assign(party(stage, 'doi-registry'), { country: 'US', frameworks: ['Privacy Shield'] });
        activity(stage, 'publications')['transfers'] = [
          { importer: 'doi-registry', country: 'US', tool: 'A45-3', since: '2017-01-01' },
        ];
      },
    ],
    [
      'a transfer that ends in 60 days',
      'transfer-ends-soon',
      (stage) => {
        Object.assign(party(stage, 'doi-registry'), { country: 'JP' });
        activity(stage, 'publications')['transfers'] = [
          { importer: 'doi-registry', country: 'JP', tool: 'A45-3', since: '2020-01-01', until: '2026-04-15' },
        ];
      },
    ],
    [
      'joint controllers without an arrangement',
      'joint-arrangement-missing',
      (stage) => {
        const { parties } = activity(stage, 'accounts') as { parties: Json[] };
        Object.assign(parties[0] as Json, { role: 'joint-controller' });
      },
    ],
    [
      'joint controllers who leave a right to nobody',
      'joint-rights-unanswered',
      (stage) => {
        const accounts = activity(stage, 'accounts') as { parties: Json[]; joint?: Json };
        Object.assign(accounts.parties[0] as Json, { role: 'joint-controller' });
        accounts.joint = { essence: 'x', contactPoint: 'institution', rights: { A15: 'institution' } };
      },
    ],
    [
      'a basis that only the law of the UK has',
      'basis-not-here',
      (stage) => {
        Object.assign(purposeOf(stage, 'portal-security'), { basis: 'A6-1-ea' });
      },
    ],
    [
      'a controller outside the Union without representative',
      'representative-missing',
      ({ institution }) => {
        institution['country'] = 'CH';
      },
    ],
    [
      'an activity without screening',
      'dpia-screening-missing',
      (stage) => {
        delete activity(stage, 'accounts')['dpia'];
      },
    ],
    [
      'an activity that needs an assessment and has none',
      'dpia-missing',
      (stage) => {
        Object.assign(activity(stage, 'accounts')['dpia'] as Json, { profiling: true });
      },
    ],
    [
      'a high risk without consultation',
      'dpia-consultation-missing',
      (stage) => {
        const assessment = { document: 'x', on: '2026-01-01', reviewBy: '2027-01-01', officerAdvice: 'x', ...ASSESSED };
        Object.assign(activity(stage, 'accounts')['dpia'] as Json, {
          profiling: true,
          assessment: { ...assessment, residualRisk: 'high' },
        });
      },
    ],
    [
      'an authority that has not answered in time',
      'dpia-consultation-overdue',
      (stage) => {
        const assessment = { document: 'x', on: '2025-12-01', reviewBy: '2027-01-01', officerAdvice: 'x', ...ASSESSED };
        const consultation = [{ event: 'submitted', on: '2025-12-01' }];
        Object.assign(activity(stage, 'accounts')['dpia'] as Json, {
          profiling: true,
          assessment: { ...assessment, residualRisk: 'high', consultation },
        });
      },
    ],
    [
      'an assessment that was to be looked at again',
      'dpia-review-overdue',
      (stage) => {
        const assessment = { document: 'x', on: '2025-01-01', reviewBy: '2026-02-28', officerAdvice: 'x', ...ASSESSED };
        Object.assign(activity(stage, 'accounts')['dpia'] as Json, {
          profiling: true,
          assessment: { ...assessment, residualRisk: 'low' },
        });
      },
    ],
    [
      'legitimate interests without balancing',
      'balancing-test-missing',
      (stage) => {
        delete purposeOf(stage, 'portal-security')['balancingTest'];
      },
    ],
    [
      'a legal obligation without the law',
      'law-missing',
      (stage) => {
        Object.assign(purposeOf(stage, 'portal-security'), { basis: 'A6-1-c' });
      },
    ],
    [
      'a special category without condition',
      'special-condition-missing',
      ({ policies }) => {
        for (const category of policies.categories) if (category.id === 'profiles.interests') category.special = true;
      },
    ],
    [
      'a special category on consent that is not explicit',
      'special-consent-not-explicit',
      (stage) => {
        for (const category of stage.policies.categories)
          if (category.id === 'profiles.interests') category.special = true;
        activity(stage, 'accounts')['specialCondition'] = 'A9-2-a';
      },
    ],
    [
      'rules that nothing has ever carried out',
      'sweep-never',
      ({ retention }) => {
        retention.sweeps.lastFinishedAt = null;
      },
    ],
    [
      'sweeps that no longer finish',
      'sweep-late',
      ({ retention }) => {
        retention.sweeps.lastFinishedAt = new Date(NOW.getTime() - 37 * 3_600_000);
      },
    ],
    [
      'a sweep that failed',
      'sweep-failed',
      ({ retention }) => {
        retention.sweeps.failure = 'store-unavailable';
      },
    ],
    [
      'a sweep that left rows behind',
      'sweep-incomplete',
      ({ retention }) => {
        retention.sweeps.verdict = 'incomplete';
      },
    ],
    [
      'a clock that is in doubt',
      'clock-in-doubt',
      ({ retention }) => {
        retention.sweeps.clock = 'it is 400 days ahead';
      },
    ],
    [
      'a sweep that waits',
      'sweep-waiting',
      ({ retention }) => {
        retention.sweeps.waitingForApproval = true;
      },
    ],
    [
      'a review that nobody has looked at for more than thirty days',
      'review-late',
      ({ retention }) => {
        retention.reviews = { waiting: 2, oldest: new Date(NOW.getTime() - 31 * 86_400_000) };
      },
    ],
    [
      'a holder outside where nobody can name who is held',
      'sweep-stands-still',
      ({ retention }) => {
        retention.sweeps.standingStill = [{ holder: 'platform', category: 'platform.comments' }];
      },
    ],
    [
      'rows that no rule can count from',
      'rows-without-clock',
      ({ retention }) => {
        const nothing = { due: 0, overdueSince: null, swept: true };
        retention.rules = [{ rule: 'visits-reduce', category: 'visits.full', withoutClock: 2, ...nothing }];
      },
    ],
    [
      'rows that should be gone',
      'rows-overdue',
      ({ retention }) => {
        const overdueSince = new Date('2026-02-20T00:00:00Z');
        retention.rules = [{ rule: 'visits-reduce', category: 'visits.full', due: 3, overdueSince, swept: true }];
      },
    ],
    [
      'an institution nobody can write to',
      'institution-incomplete',
      ({ institution }) => {
        delete institution['address'];
      },
    ],
    [
      'an institution without a data protection officer',
      'institution-officer-missing',
      ({ institution }) => {
        delete institution['dataProtectionOfficer'];
      },
    ],
    [
      'a party nobody can write to',
      'party-incomplete',
      (stage) => {
        delete party(stage, 'doi-registry')['address'];
      },
    ],
    [
      'an activity that no notice tells of',
      'notice-missing',
      (stage) => {
        delete activity(stage, 'accounts')['notices'];
      },
    ],
    [
      'a notice that no longer tells where to complain',
      'notice-incomplete',
      ({ policies }) => {
        for (const { id, texts } of policies.notices)
          if (id === 'privacy-policy' && texts['en'])
            texts['en'].text = texts['en'].text.replace(/^\*\*Complaints.*$/m, '');
      },
    ],
    [
      'data kept for archiving without safeguards',
      'research-safeguards-missing',
      (stage) => {
        delete activity(stage, 'publications')['safeguards'];
      },
    ],
    [
      'archiving of which nobody has asked for a year whether anonymised data would do (REQ-A58)',
      'anonymous-test-overdue',
      (stage) => {
        anonymousTest(stage)['on'] = '2025-02-27';
      },
    ],
    [
      'archiving for which anonymised data would do',
      'anonymous-data-would-do',
      (stage) => {
        anonymousTest(stage)['outcome'] = 'would-do';
      },
    ],
    [
      'consent to research that names no area of it (REQ-C10)',
      'research-consent-unspecific',
      (stage) => {
        purposeOf(stage, 'usage-statistics')['dpv'] = 'ScientificResearch';
      },
    ],
    [
      'an officer of whom nobody has recorded that they are bound to secrecy (REQ-A55)',
      'officer-incomplete',
      ({ institution }) => {
        delete (institution['dataProtectionOfficer'] as Json)['secrecyNotice'];
      },
    ],
    [
      'an officer who decides what they watch over (REQ-A55)',
      'officer-conflict',
      ({ conflicts }) => {
        conflicts.push({ why: 'also-operates', label: 'Anna', with: 'operator', since: '2026-01-01T00:00:00.000Z' });
      },
    ],
    [
      'people who were not told in time of what others gave',
      'information-overdue',
      ({ information }) => {
        information.push({ of: 'items', from: 'co-author', open: 3, overdue: 1, earliest: '2026-02-28' });
      },
    ],
    [
      'people who must be told within a week',
      'information-due-soon',
      ({ information }) => {
        information.push({ of: 'profiles', from: 'institution', open: 1, overdue: 0, earliest: '2026-03-08' });
      },
    ],
    [
      'an activity nobody has looked at for more than a year',
      'review-overdue',
      (stage) => {
        activity(stage, 'accounts')['reviewedOn'] = '2025-02-27';
      },
    ],
    [
      'data kept outside the region of the portal',
      'outside-region',
      ({ policies }) => {
        policies.places = policies.places.filter(({ region }) => region !== 'eu');
        for (const place of policies.places) Object.assign(place, { party: 'hosting-company' });
      },
    ],
  ];
  for (const [what, code, plant] of cases)
    it(`finds ${what} (REQ-A48, A54, A56, G03)`, () => {
      const codes = codesAfter(plant);
      assert.ok(codes.includes(code), `${code} is not among: ${codes.join(', ')}`);
    });

  const representative = (country: string) => ({ name: 'x', contact: 'x@example.org', mandate: 'x', country });
  const inUk = (stage: Stage) => Object.assign(stage, { jurisdiction: 'GB' });
  const represented: [what: string, plant: (stage: Stage) => void, asked: string[]][] = [
    [
      'a controller outside the Union',
      ({ institution }) => Object.assign(institution, { country: 'CH' }),
      ['institution'],
    ],
    [
      'one with a representative in a Member State',
      ({ institution }) => Object.assign(institution, { country: 'CH', representative: representative('DE') }),
      [],
    ],
    [
      'one whose representative is not in the Union either (Art. 27(3))',
      ({ institution }) => Object.assign(institution, { country: 'CH', representative: representative('CH') }),
      ['institution'],
    ],
    [
      'one that says why it needs none (Art. 27(2))',
      ({ institution }) => Object.assign(institution, { country: 'CH', representativeExemption: 'A public body.' }),
      [],
    ],
    [
      'a processor outside the Union of a controller outside',
      (stage) => {
        Object.assign(stage.institution, { country: 'CH', representativeExemption: 'A public body.' });
        Object.assign(party(stage, 'platform-provider'), { country: 'US' });
        Object.assign(party(stage, 'hosting-company'), { country: 'NL' });
      },
      ['platform-provider'],
    ],
    [
      'a processor outside the Union of a controller inside',
      (stage) => Object.assign(party(stage, 'hosting-company'), { country: 'US' }),
      [],
    ],
    [
      'a British institution under the UK GDPR',
      (stage) => {
        Object.assign(inUk(stage).institution, { country: 'GB' });
        Object.assign(party(stage, 'platform-provider'), { country: 'GB' });
      },
      [],
    ],
    [
      'a controller in the Union, and its processor, under the UK GDPR',
      (stage) => Object.assign(inUk(stage).institution, { ukRepresentative: { ...representative('GB') } }),
      ['hosting-company', 'platform-provider'],
    ],
  ];
  for (const [what, plant, asked] of represented)
    it(`asks ${asked.length === 0 ? 'nobody' : asked.join(' and ')} for a representative: ${what} (REQ-A43)`, () => {
      const found = findingsAfter(plant).filter(({ code }) => code === 'representative-missing');
      assert.deepEqual(
        found.map(({ about }) => about.party),
        asked,
      );
    });

  it('says nothing of an agreement that ends in 61 days, or that another one follows', () => {
    const end = (days: number) => new Date(NOW.getTime() + days * 86_400_000).toISOString();
    assert.deepEqual(
      codesAfter(({ agreements }) => Object.assign(agreements.hosting, { validUntil: end(61) })),
      [],
    );
    const followed = codesAfter(({ agreements, facts }) => {
      Object.assign(agreements.hosting, { validUntil: end(30) });
      facts.push(fact('agreement', 'next', { ...signed('hosting'), validFrom: end(30) }));
    });
    assert.deepEqual(followed, []);
  });

  it('has a planted case for every code there is', async () => {
    const { FINDING_CODES } = await import('../../../src/oversight/findings/codes.ts');
    const planted = new Set<string>(cases.map(([, code]) => code));
    assert.deepEqual(
      Object.keys(FINDING_CODES).filter((code) => !planted.has(code)),
      [],
    );
  });
});
