import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { ASSESSED, breachBooks, REPORT } from './books.ts';

onBothEngines('Notices of a breach', (ground) => {
  let app: TestApp;
  let books: ReturnType<typeof breachBooks>;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
    books = breachBooks(app);
    await fillRegister(app, 'north');
    await fillRegister(app, 'south');
  });
  after(() => app.close());
  beforeEach(() => {
    app.time.now = new Date('2026-03-01T12:00:00Z');
  });

  const byProvider = { foundBy: 'platform-provider' };
  const toController = (at: string) => ({ notice: 'ControllerBreachNotice', at, by: 'email' });
  const initial = (at: string) => ({ notice: 'DPABreachInitialNotice', at, by: 'authority-form' });

  it('go from the processor to the controller; from then on the controller’s own 72 hours run (Art. 33(2))', async () => {
    const { breachId, todo, controllers } = await books.report(byProvider);
    assert.ok(todo.some(({ duty, controller }) => duty === 'tell-controller' && controller === 'institution'));
    assert.deepEqual([controllers[0]?.awareAt, controllers[0]?.clock], [null, null]);
    await books.refused(breachId, 'notifications', initial('2026-03-01T11:00:00Z'), 409, /has not been told yet/);
    app.time.now = new Date('2026-03-01T15:00:00Z');
    const [told] = (await books.act(breachId, 'notifications', toController('2026-03-01T14:30:00Z'))).controllers;
    assert.equal(told?.toldAt, '2026-03-01T14:30:00.000Z');
    assert.equal(told?.toldAfterSeconds, 4.5 * 3600);
    assert.equal(told?.clock?.due, '2026-03-04T14:30:00.000Z');
    app.time.now = new Date('2026-03-04T14:30:00Z');
    const last = await books.act(breachId, 'notifications', initial('2026-03-04T14:30:00Z'));
    assert.equal(last.controllers[0]?.clock?.late, false, 'in time by its own clock');
  });

  it('are due to each authority where several controllers are affected, and say which', async () => {
    const { breachId } = await books.report({ scope: { categories: ['profiles.identity', 'visits.full'] } });
    await books.refused(breachId, 'notifications', initial('2026-03-01T11:00:00Z'), 422, /several controllers/);
    await books.refused(
      breachId,
      'notifications',
      { ...initial('2026-03-01T11:00:00Z'), controller: 'hosting-company' },
      422,
      /not among the controllers/,
    );
    await books.act(breachId, 'notifications', toController('2026-03-01T10:30:00Z'));
    for (const controller of ['institution', 'platform-provider'])
      await books.act(breachId, 'notifications', { ...initial('2026-03-01T11:00:00Z'), controller });
    assert.ok(!(await books.get(breachId)).todo.some(({ duty }) => duty === 'notify-authority'));
  });

  it('come in phases: one first, then further ones, a concluding one only when nothing is open (Art. 33(4))', async () => {
    const { breachId } = await books.report();
    const further = { ...initial('2026-03-01T11:10:00Z'), notice: 'DPAPhasedBreachNotice', content: 'More is known.' };
    const concluding = { ...further, notice: 'DataBreachConcludingReport' };
    await books.refused(breachId, 'notifications', further, 409, /no first notice/);
    await books.act(breachId, 'notifications', initial('2026-03-01T11:00:00Z'));
    await books.refused(breachId, 'notifications', initial('2026-03-01T11:05:00Z'), 409, /first notice already/);
    await books.refused(breachId, 'notifications', concluding, 409, /still missing: Art\. 33\(3\)\(c\), 33\(3\)\(d\)/);
    const phased = await books.act(breachId, 'notifications', further);
    assert.equal(phased.notifications.at(-1)?.content, 'More is known.');
    assert.ok(phased.todo.some(({ duty }) => duty === 'complete-information'));
    await books.act(breachId, 'assessments', ASSESSED);
    const { todo } = await books.act(breachId, 'notifications', concluding);
    assert.ok(!todo.some(({ duty }) => duty === 'complete-information'));
  });

  for (const [what, at, why] of [
    ['in the future', '2026-03-01T12:00:01Z', /future/],
    ['before anybody knew', '2026-03-01T09:59:59Z', /before the breach was known/],
  ] as const)
    it(`cannot have been given ${what}`, async () => {
      const { breachId } = await books.report();
      await books.refused(breachId, 'notifications', initial(at), 422, why);
    });

  it('are recorded once, however often the request comes', async () => {
    const { breachId } = await books.report();
    const key = `"${crypto.randomUUID()}"`;
    const send = () =>
      app
        .as('dpo')
        .post(`/v1/breaches/${breachId}/notifications`)
        .set('Idempotency-Key', key)
        .send(initial('2026-03-01T11:00:00Z'));
    const answers = [await send(), await send()];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    assert.equal((await books.get(breachId)).notifications.length, 1);
  });

  it('of two people at once are one first notice', async () => {
    const { breachId } = await books.report();
    const answers = await Promise.all(
      [1, 2, 3].map(() => books.try(breachId, 'notifications', initial('2026-03-01T11:00:00Z'))),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
  });

  it('of one incident at a hosting company go into the register of every institution it concerns', async () => {
    const { body } = await app
      .as('installation')
      .post('/v1/breach-incidents')
      .send({ ...REPORT, foundBy: 'hosting-company' })
      .expect(201);
    const tenants = body.items.map(({ tenant }: { tenant: string }) => tenant).sort();
    assert.deepEqual(tenants, ['main', 'north', 'south']);
    for (const tenant of ['north', 'south'] as const) {
      const { breachId } = body.items.find((one: { tenant: string }) => one.tenant === tenant);
      const breach = await breachBooks(app, tenant).get(breachId);
      assert.equal(breach.incidentId, body.incidentId);
      assert.equal(breach.foundBy.party, 'hosting-company');
      assert.ok(breach.todo.some(({ duty, controller }) => duty === 'tell-controller' && controller === 'institution'));
      const other = tenant === 'north' ? 'south' : 'north';
      await app.as('dpo', other).get(`/v1/breaches/${breachId}`).expect(404);
    }
  });

  describe('as letters', () => {
    const prepared = async (over: object = {}) => {
      const { breachId } = await books.report({ scope: { categories: ['profiles.identity', 'visits.full'] }, ...over });
      await books.act(breachId, 'assessments', ASSESSED);
      return breachId;
    };

    it('to the authority say everything of Art. 33(3), in English and in German', async () => {
      const breachId = await prepared();
      for (const [language, heading, persons, due] of [
        ['en', 'Likely consequences (Art. 33(3)(c) GDPR)', 'people with an account', '4 March 2026 at 11:00'],
        [
          'de',
          'Wahrscheinliche Folgen (Art. 33 Abs. 3 Buchst. c DSGVO)',
          'Personen mit einem Konto',
          '4. März 2026 um 11:00',
        ],
      ] as const) {
        const { letters } = await books.act(breachId, 'letters', {
          to: 'authority',
          controller: 'institution',
          language,
        });
        const { text, subject } = letters.at(-1) ?? { text: '', subject: '' };
        assert.ok(subject.includes('Example University'));
        for (const said of [
          heading,
          REPORT.nature,
          REPORT.awareness,
          ASSESSED.consequences,
          ASSESSED.measures,
          'dpo@university.example.org',
          persons,
          `${due} (Europe/Berlin)`,
          'Example State Commissioner for Data Protection',
          language === 'en' ? '1 March 2026' : '1. März 2026',
        ])
          assert.ok(text.includes(said), said);
        assert.doesNotMatch(text, /\{\{|undefined|Visits with full address|account-holder|profiles\./);
        assert.match(text, /Place, date, signature|Ort, Datum, Unterschrift/);
        assert.ok(!subject.includes(breachId));
      }
    });

    it('go to each controller but the one who found the breach, with what is its own', async () => {
      const breachId = await prepared(byProvider);
      const { letters } = await books.act(breachId, 'letters', { to: 'controller' });
      assert.deepEqual(
        letters.map(({ controller }) => controller),
        ['institution'],
      );
      assert.match(letters[0]?.text ?? '', /Member accounts/);
      assert.match(letters[0]?.text ?? '', /Art\. 33\(2\)/);
    });

    it('to the persons are in plain words, without codes', async () => {
      const breachId = await prepared();
      const { letters } = await books.act(breachId, 'letters', { to: 'persons', controller: 'institution' });
      const text = letters[0]?.text ?? '';
      for (const said of [REPORT.nature, ASSESSED.consequences, ASSESSED.measures, 'dpo@university.example.org'])
        assert.ok(text.includes(said), said);
      assert.doesNotMatch(text, /DBIA|Breach\b|Art\./);
    });

    it('are kept as they were made, whatever is found out later', async () => {
      const breachId = await prepared();
      await books.act(breachId, 'letters', { to: 'authority', controller: 'institution' });
      const before = (await books.get(breachId)).letters;
      const later = await books.act(breachId, 'assessments', { consequences: 'Worse than was thought.' });
      assert.deepEqual(later.letters, before);
    });

    it('are none where nobody of that kind is to be told', async () => {
      const { breachId } = await books.report();
      await books.refused(breachId, 'letters', { to: 'controller' }, 422, /Nobody of that kind/);
    });
  });
});
