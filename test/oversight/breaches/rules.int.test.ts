import assert from 'node:assert/strict';
import { BREACH_RULES, type BreachRules } from '../../../src/law/rule-sets.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { breachBooks, REPORT } from './books.ts';

/** A law to come: from July 2027 on, 96 hours. */
const CHANGED: BreachRules[] = BREACH_RULES.flatMap((set) =>
  set.jurisdiction === 'EU'
    ? [
        { ...set, validUntil: '2027-07-01' },
        { ...set, id: 'breach-eu-2027', validFrom: '2027-07-01', hours: 96 },
      ]
    : [set],
);

onBothEngines('The clock of a breach', (ground) => {
  let app: TestApp;
  let books: ReturnType<typeof breachBooks>;
  before(async () => {
    app = await openApp(ground(), { now: '2027-07-10T12:00:00Z', breachRules: CHANGED });
    books = breachBooks(app);
    await fillRegister(app, 'north');
    const context = await app.contextOf('north', 'admin');
    const { etag } = await app.access.getTenant(context, 'north');
    await app.access.updateTenant(context, 'north', { timeZone: 'Europe/Berlin' }, etag);
  });
  after(() => app.close());
  const awareAt = (at: string) => books.report({ detectedAt: at, awareAt: at });

  // The portal is in Central Europe: its day begins at 22:00 UTC in summer.
  for (const [aware, hours, rules, due] of [
    ['2027-06-30T21:59:59.000Z', 72, 'breach-eu-2018', '2027-07-03T21:59:59.000Z'],
    ['2027-06-30T22:00:00.000Z', 96, 'breach-eu-2027', '2027-07-04T22:00:00.000Z'],
  ] as const)
    it(`runs ${hours} hours by the law of the local day of awareness, ${aware}`, async () => {
      const breach = await awareAt(aware);
      assert.deepEqual([breach.clock.hours, breach.rules, breach.clock.due], [hours, rules, due]);
    });

  it('of a breach before the change stays as it was, and follows an awareness that is put right', async () => {
    const before = await awareAt('2027-06-20T10:00:00.000Z');
    assert.deepEqual([before.clock.hours, before.rules], [72, 'breach-eu-2018']);
    const right = await books.act(before.breachId, 'corrections', {
      awareAt: '2027-07-02T10:00:00Z',
      awareness: 'The first sign was of another system.',
      reason: 'The wrong alarm was recorded.',
    });
    assert.deepEqual([right.clock.hours, right.rules], [96, 'breach-eu-2027']);
    assert.equal(right.clock.due, '2027-07-06T10:00:00.000Z');
    assert.deepEqual(right.corrections[0]?.changed, ['awareAt', 'awareness']);
    const { body } = await app.as('auditor').get('/v1/audit?action=breach.corrected&limit=1').expect(200);
    assert.equal(body.items[0].detail.hours, 96);
  });

  it('asks for reasons only after its own hours, and reminds by them', async () => {
    const { breachId } = await awareAt('2027-07-05T12:00:00.000Z');
    const notice = { notice: 'DPABreachInitialNotice', by: 'authority-form' };
    const given = await app.services.breaches.remind(await app.contextOf('north', 'operator'));
    assert.deepEqual(
      given.filter((one) => one.breachId === breachId).map(({ hour }) => hour),
      [24, 48, 90, 96],
    );
    await books.refused(breachId, 'notifications', { ...notice, at: '2027-07-09T12:00:01Z' }, 422, /96 hours/);
    await books.act(breachId, 'notifications', { ...notice, at: '2027-07-09T12:00:00Z' });
  });

  it('is none before the law asked for notices', async () => {
    const at = '2018-05-24T10:00:00Z';
    const { body } = await app
      .as('dpo')
      .post('/v1/breaches')
      .send({ ...REPORT, detectedAt: at, awareAt: at })
      .expect(422);
    assert.equal(body.errors[0].pointer, '/awareAt');
  });
});
