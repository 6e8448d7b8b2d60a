import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Explanation, Explanations } from '../../../src/data/retention/explain-model.ts';
import type { Plan, PlannedRule, Sweep } from '../../../src/data/retention/model.ts';
import { insertVisits } from '../../../src/data/visits/table.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { reducedVisit } from '../visits/stage.ts';
import { policiesWith } from './stage.ts';

const because = 'reason: As the institution has decided.';
const RULES: [string, string][] = [
  [
    'reason: As for the e-mail address.\n    reasons: { de: "Wie bei der E-Mail-Adresse." }\n\n  - id: profiles-location-erase',
    `unless: [{ id: under-contract, relation: contract, plus: P6M, ${because} }, { id: reviewing, relation: open-review, ${because} }]
    reason: As for the e-mail address.

  - id: location-of-editors
    category: profiles.location
    action: erase
    after: P5Y
    from: last-activity
    only: { roles: [editor] }
    ${because}

  - id: profiles-location-erase`,
  ],
  [
    'from: last-activity\n    reason: As for the e-mail address.\n    reasons: { de: "Wie bei der E-Mail-Adresse." }\n\n  - id: profiles-identity-erase',
    `from: last-activity
    unless: [{ id: editors, role: editor, ${because} }]
    ${because}

  - id: profiles-identity-erase`,
  ],
  [
    'from: last-activity\n    reason: As for the e-mail address; the names',
    `from: last-activity
    unless: [{ id: with-items, children: [content.private-association], ${because} }]
    reason: As for the e-mail address; the names`,
  ],
  [
    '  - id: consents-erase',
    `  - id: refused-erase
    category: visits.reduced
    action: erase
    after: P6M
    from: occurred
    only: { attributes: { statistics: [refused] } }
    ${because}

  - id: consents-erase`,
  ],
];

const PROFILE = { name: 'Ada', email: 'ada@example.org', interests: ['ice'], city: 'Bern', country: 'CH' };
const LATER = '2028-06-01T02:17:00Z';

onBothEngines('Conditions of rules', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { policies: policiesWith(ground(), 'retention.yaml', ...RULES) });
  });
  after(() => app.close());
  const platform = () => app.as('platform');
  const at = (instant: string) => {
    app.time.now = new Date(instant);
  };
  const join = (id: string, fields: object = PROFILE) =>
    platform()
      .put(`/v1/subjects/${id}`)
      .send({ ...fields, email: `${id}@example.org` })
      .expect(201);
  const draft = (id: string, doi: string) =>
    platform()
      .put(`/v1/subjects/${id}/items/${encodeURIComponent(doi)}`)
      .send({ title: 'T', version: '1', role: 'creator', nameAsPublished: 'Ada', visibility: 'private' });
  const said = (id: string, what: string, body: object = {}) => platform().put(`/v1/subjects/${id}/${what}`).send(body);
  const plan = async (): Promise<Plan> =>
    (await app.as('operator').post('/v1/retention/plans').send({}).expect(201)).body;
  const planned = async (rule: string): Promise<PlannedRule> => {
    const found = (await plan()).rules.find((one) => one.rule === rule);
    assert.ok(found, rule);
    return found;
  };
  const sweep = async (): Promise<Sweep> => {
    const { body } = await app.as('operator').post('/v1/retention/sweeps').send({}).expect(202);
    await app.services.retention.sweeps.settled();
    return (await app.as('operator').get(`/v1/retention/sweeps/${body.sweepId}`).expect(200)).body;
  };
  const why = async (id: string, query = ''): Promise<Explanation[]> => {
    const { body } = await app.as('dpo').get(`/v1/subjects/${id}/retention${query}`).expect(200);
    return (body as Explanations).items;
  };
  const profile = async (id: string) =>
    (await platform().get(`/v1/subjects/${id}`)).body as Partial<Record<keyof typeof PROFILE, unknown>>;

  it('the platform tells relations, roles and attributes: the same again changes nothing, what is not declared is refused', async () => {
    at('2026-03-01T12:00:00Z');
    await join('rela');
    const contract = 'relations/contract/2026%2F17';
    const { body } = await said('rela', contract, { until: '2027-05-03T00:00:00Z' }).expect(201);
    assert.deepEqual([body.relation, body.reference, body.until], ['contract', '2026/17', '2027-05-03T00:00:00.000Z']);
    app.time.now = new Date(app.time.now.getTime() + 1000);
    const again = await said('rela', contract, { until: '2027-05-03T02:00:00+02:00' }).expect(200);
    assert.equal(again.body.updatedAt, body.updatedAt);
    await said('rela', 'roles/editor').expect(201);
    await said('rela', 'attributes/statistics', { value: 'refused' }).expect(201);
    const wrong = await said('rela', 'attributes/statistics', { value: 'no' }).expect(422);
    assert.deepEqual(wrong.body.errors[0].pointer, '/value');
    await said('rela', 'roles/emperor').expect(404);
    await said('rela', 'relations/contract/x', { since: '2027-01-02T00:00:00Z', until: '2027-01-01T00:00:00Z' }).expect(
      422,
    );
    await said('visitor:rela', 'roles/editor').expect(422);
    await app.as('dpo').get('/v1/subjects/rela/standings').unset('Lethe-Purpose').expect(400);
    await platform().delete('/v1/subjects/rela/roles/editor').expect(204);
    await platform().delete('/v1/subjects/rela/roles/editor').expect(204);
    await platform().delete('/v1/subjects/rela/relations/contract/other').expect(404);
    const all = (await app.as('dpo').get('/v1/subjects/rela/standings').expect(200)).body;
    assert.deepEqual(
      [all.relations.length, all.roles[0].until, all.attributes[0].value],
      [1, app.time.now.toISOString(), 'refused'],
    );
    const report = (await app.as('dpo').get('/v1/subjects/rela/report').expect(200)).body;
    assert.equal(report.counts['relations.standing'], 3);
    const entries = (await app.as('auditor').get('/v1/audit?limit=200').expect(200)).body.items;
    const told = entries.filter(({ action }: { action: string }) => action.startsWith('relation.'));
    assert.deepEqual(told.map(({ action }: { action: string }) => action).sort(), [
      'relation.ended',
      'relation.recorded',
      'relation.recorded',
      'relation.recorded',
    ]);
    assert.ok(!JSON.stringify(told).includes('2026/17'));
    await app.as('dpo').post('/v1/subjects/rela/erasure').expect(200);
    const left = (await app.as('dpo').get('/v1/subjects/rela/standings').expect(200)).body;
    assert.deepEqual(left, { relations: [], roles: [], attributes: [] });
  });

  it('a draft keeps the address, the certificate and the officer are told, and the next sweep after it takes it', async () => {
    at('2026-03-01T12:00:00Z');
    await join('drafty');
    at('2028-05-01T12:00:00Z');
    await draft('drafty', '10.5072/draft').expect(201);
    at(LATER);
    const { due, kept, keptBy, why: told } = await planned('profiles-contact-erase');
    assert.deepEqual([due, kept, keptBy], [0, 1, [{ condition: 'drafts', rows: 1 }]]);
    assert.equal(told.filter(({ isKept }) => isKept).length, 1);
    assert.ok(!JSON.stringify(told).includes('5072'), 'a plan is kept: no item of a person stands in it');
    const swept = await sweep();
    const step = swept.steps.find(({ rule }) => rule === 'profiles-contact-erase');
    assert.deepEqual([step?.treated, step?.kept], [0, 1]);
    const { certificate } = (await app.as('auditor').get(`/v1/certificates/${swept.certificateId}`).expect(200)).body;
    const rules = certificate.holders.flatMap(({ categories }: { categories: { rule: string }[] }) => categories);
    const its = rules.find(({ rule }: { rule: string }) => rule === 'profiles-contact-erase');
    assert.deepEqual([its.retained, its.ground], [1, 'condition:drafts']);
    assert.equal((await profile('drafty')).email, 'drafty@example.org');

    const [contact] = await why('drafty', '?category=profiles.contact');
    assert.deepEqual(
      [contact?.rule, contact?.isKept, contact?.until],
      ['profiles-contact-erase', true, '2030-04-30T22:00:00.000Z'],
    );
    assert.equal(
      contact?.inWords,
      'Kept until 1 May 2030 because item https://doi.org/10.5072/draft is in draft (rule profiles-contact-erase).',
    );
    assert.deepEqual(
      contact?.because.map(({ kind, id }) => [kind, id]),
      [
        ['condition', 'drafts'],
        ['rule', 'profiles-contact-erase'],
      ],
    );
    const [german] = await why('drafty', '?category=profiles.contact&language=de');
    assert.match(german?.inWords ?? '', /^Aufbewahrt bis 1\. Mai 2030, weil das Werk \S+ im Entwurf ist/);

    const { categories } = (await app.as('dpo').get('/v1/subjects/drafty/report').expect(200)).body;
    const reported = categories.find(({ category }: { category: string }) => category === 'profiles.contact');
    assert.deepEqual(reported.keptBecause, [contact?.inWords]);

    const { holdId } = (
      await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind: 'legal', subject: 'account:drafty', reference: 'case-1' })
        .expect(201)
    ).body;
    const [held] = await why('drafty', '?category=profiles.contact');
    assert.deepEqual(
      held?.because.map(({ kind }) => kind),
      ['hold', 'condition', 'rule'],
    );
    assert.deepEqual([held?.until, (await planned('profiles-contact-erase')).held], [null, 1]);
    await app.as('dpo').post(`/v1/holds/${holdId}/release`).send().expect(200);

    const item = `/v1/subjects/drafty/items/${encodeURIComponent('10.5072/draft')}`;
    await platform().delete(item).expect(204);
    assert.deepEqual(
      (await why('drafty', '?category=profiles.contact')).map(({ isKept, inWords }) => [isKept, inWords.slice(0, 9)]),
      [[false, 'Due since']],
    );
    await sweep();
    assert.equal((await platform().get('/v1/subjects/drafty')).status, 404);
  });

  it('a contract keeps while it lasts and for so long after its end; a role moves the period', async () => {
    at('2026-03-01T12:00:00Z');
    for (const id of ['hired', 'editing', 'plain']) await join(id);
    await said('hired', 'relations/contract/c-1', { until: '2028-03-01T12:00:00Z' }).expect(201);
    await said('editing', 'roles/editor').expect(201);
    at(LATER);
    const [interests] = await why('hired', '?category=profiles.interests');
    assert.match(interests?.inWords ?? '', /Kept until 1 September 2028 because “Contract c-1” ends on 1 March 2028/);
    const [location] = await why('editing', '?category=profiles.location');
    assert.deepEqual([location?.rule, location?.until?.slice(0, 10)], ['location-of-editors', '2031-02-28']);
    await sweep();
    assert.deepEqual(Object.keys(await profile('hired')).includes('interests'), true);
    assert.equal((await profile('editing')).city, 'Bern');
    assert.equal((await platform().get('/v1/subjects/plain')).status, 404);
    at('2028-09-01T02:17:00Z');
    await sweep();
    assert.equal((await platform().get('/v1/subjects/hired')).status, 404);
    at('2031-03-02T02:17:00Z');
    await sweep();
    assert.equal((await platform().get('/v1/subjects/editing')).status, 404);
  });

  it('a parent waits for its longest child, and says when that ends', async () => {
    at('2026-03-01T12:00:00Z');
    await join('parent');
    at('2027-09-01T12:00:00Z');
    await draft('parent', '10.5072/child').expect(201);
    at(LATER);
    const [identity] = await why('parent', '?category=profiles.identity');
    assert.equal(identity?.until?.slice(0, 10), '2029-08-31');
    assert.match(identity?.inWords ?? '', /^Kept until 1 September 2029 because there still is: /);
    await sweep();
    assert.equal((await profile('parent')).name, 'Ada');
    at('2029-09-01T02:17:00Z');
    // One sweep treats what its plan said: the parent goes with the next.
    await sweep();
    assert.equal((await profile('parent')).name, 'Ada');
    await sweep();
    assert.equal((await platform().get('/v1/subjects/parent')).status, 404);
  });

  it('visits of whoever refused statistics are erased instead of counted, and from then on not recorded', async () => {
    at('2027-01-10T12:00:00Z');
    const context = await app.contextOf('south', 'platform');
    const visitor = '0190c7a4-0000-7000-8000-0000000000aa';
    const subjectId = await ground().vault.subjectId(context.tenant.id, 'visitor', visitor);
    const rows = [...Array(12)].map((_, n) =>
      reducedVisit(
        context.tenant.id,
        new Date(Date.parse('2026-06-01T10:00:00Z') + n * 1000),
        n < 4 ? { subjectId } : {},
      ),
    );
    await ground().store.write((tx) => insertVisits(tx, rows));
    const south = app.as('platform', 'south');
    await app.services.consent.link(context, 'account:nina', visitor);
    await south.put('/v1/subjects/nina/attributes/statistics').send({ value: 'refused' }).expect(201);
    const visit = { portal: 'main', visitor, address: '192.0.2.7', userAgent: 'x', occurredAt: '2027-01-10T11:00:00Z' };
    const { body } = await south.post('/v1/visits').send(visit).expect(201);
    assert.equal(body.life, 'not-recorded');
    const operator = app.as('operator', 'south');
    const rules = (await operator.post('/v1/retention/plans').send({}).expect(201)).body.rules as PlannedRule[];
    const dueUnder = (rule: string) => rules.find((one) => one.rule === rule)?.due;
    assert.deepEqual([dueUnder('refused-erase'), dueUnder('visits-anonymise')], [4, 8]);
    await operator.post('/v1/retention/sweeps').send({}).expect(202);
    await app.services.retention.sweeps.settled();
    const counted = await ground().store.read((q) => q.select().from(q.tables.visitDays));
    const mine = counted.filter(({ tenantId }) => tenantId === context.tenant.id);
    assert.equal(mine.reduce((sum, { visits }) => sum + visits, 0) <= 8, true);
    const stays = await ground().store.read((q) => q.select().from(q.tables.visits));
    assert.equal(stays.filter(({ tenantId }) => tenantId === context.tenant.id).length, 0);
  });

  it('due, held and kept are together all rows past their period, and what is explained is what is planned (property)', async () => {
    let round = 0;
    const someone = fc.record({
      drafts: fc.boolean(),
      contract: fc.option(fc.constantFrom('open', 'ended', 'long-ended'), { nil: undefined }),
      editor: fc.boolean(),
      held: fc.boolean(),
      fresh: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(someone, { minLength: 1, maxLength: 5 }), async (people) => {
        round += 1;
        at('2032-01-10T12:00:00Z');
        const ids = people.map((_, n) => `p${round}x${n}`);
        for (const [n, one] of people.entries()) {
          const id = ids[n] as string;
          if (one.fresh) continue;
          await join(id);
        }
        at('2034-03-01T12:00:00Z');
        for (const [n, one] of people.entries()) {
          const id = ids[n] as string;
          if (one.fresh) await join(id);
          if (one.drafts) await draft(id, `10.5072/${id}`).expect(201);
          const until = { open: undefined, ended: '2034-01-01T00:00:00Z', 'long-ended': '2033-01-01T00:00:00Z' };
          if (one.contract) await said(id, 'relations/contract/c', { until: until[one.contract] }).expect(201);
          if (one.editor) await said(id, 'roles/editor').expect(201);
          if (one.held)
            await app
              .as('dpo')
              .post('/v1/holds')
              .send({ kind: 'legal', subject: `account:${id}`, reference: 'c' })
              .expect(201);
        }
        const { rules } = await plan();
        const explained = (await Promise.all(ids.map((id) => why(id)))).flat();
        for (const [rule, category] of [
          ['profiles-contact-erase', 'profiles.contact'],
          ['profiles-interests-erase', 'profiles.interests'],
          ['profiles-location-erase', 'profiles.location'],
          ['profiles-identity-erase', 'profiles.identity'],
        ] as const) {
          const seen = rules.find((one) => one.rule === rule) as PlannedRule;
          const past = people.filter(({ fresh }) => !fresh).length;
          assert.equal(seen.due + seen.held + seen.kept, past, rule);
          assert.equal(
            seen.keptBy.reduce((sum, { rows }) => sum + rows, 0),
            seen.kept,
          );
          const rows = explained.filter(
            (one) => one.category === category && one.because.some(({ id }) => id === rule),
          );
          const due = rows.filter(
            ({ rule: by, isKept, until }) =>
              by === rule && !isKept && until !== null && until <= app.time.now.toISOString(),
          );
          assert.equal(due.length, seen.due, `${rule} as explained`);
        }
        const swept = await sweep();
        for (const { rule, treated } of swept.steps)
          assert.equal(treated, rules.find((one) => one.rule === rule)?.due, rule);
        // The next round begins with nobody.
        for (const id of ids) {
          const holds = (await app.as('dpo').get('/v1/holds?limit=200').expect(200)).body.items;
          for (const { holdId, releasedAt } of holds)
            if (releasedAt === null) await app.as('dpo').post(`/v1/holds/${holdId}/release`).send().expect(200);
          await app.as('dpo').post(`/v1/subjects/${id}/erasure`).expect(200);
        }
      }),
      { numRuns: 4 },
    );
  });
});
