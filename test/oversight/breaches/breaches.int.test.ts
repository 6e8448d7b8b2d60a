import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { ASSESSED, breachBooks, REPORT } from './books.ts';

type Vector = { id: string; aware: string; strict?: string; notified?: string; late?: boolean };
const { vectors } = JSON.parse(readFileSync(join(packageRoot, 'test/vectors/breach-72h.json'), 'utf8')) as {
  vectors: Vector[];
};

onBothEngines('A breach', (ground) => {
  let app: TestApp;
  let books: ReturnType<typeof breachBooks>;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
    books = breachBooks(app);
    await fillRegister(app, 'north');
  });
  after(() => app.close());
  beforeEach(() => {
    app.time.now = new Date('2026-03-01T12:00:00Z');
  });

  it('is in the register from the report on, with its clock, its controllers and what is to be done', async () => {
    const breach = await books.report();
    assert.equal(breach.status, 'open');
    assert.deepEqual(breach.clock, { hours: 72, due: '2026-03-04T10:00:00.000Z', late: false, secondsLeft: 70 * 3600 });
    assert.equal(breach.awareness, REPORT.awareness);
    assert.deepEqual(
      breach.controllers.map(({ party }) => party),
      ['institution'],
    );
    assert.match(breach.controllers[0]?.contact ?? '', /dpo@university\.example\.org/);
    assert.deepEqual(
      breach.todo.map(({ duty }) => duty),
      ['assess-risk', 'decide', 'notify-authority', 'complete-information'],
    );
    assert.deepEqual(breach.missing, ['33(3)(c)', '33(3)(d)']);
    const { body } = await app.as('auditor').get('/v1/breaches').expect(200);
    assert.ok(body.items.some(({ breachId }: { breachId: string }) => breachId === breach.breachId));
  });

  for (const { id, aware, strict } of vectors.filter((vector) => vector.strict !== undefined))
    it(`of which one became aware at ${aware} is to be notified by ${strict} (${id}) (REQ-A52, B07)`, async () => {
      app.time.now = new Date(new Date(aware).getTime() + 60_000);
      const breach = await books.report({ detectedAt: aware, awareAt: aware });
      assert.equal(new Date(breach.clock.due).getTime(), Date.parse(strict as string));
    });

  for (const { id, aware, notified, late } of vectors.filter((vector) => vector.notified !== undefined))
    it(`notified at ${notified} is ${late ? 'late, and needs reasons' : 'in time'} (${id})`, async () => {
      app.time.now = new Date(aware);
      const { breachId } = await books.report({ detectedAt: aware, awareAt: aware });
      app.time.now = new Date((notified as string).replace('Z', '.500Z'));
      const notice = { notice: 'DPABreachInitialNotice', at: notified, by: 'authority-form' };
      const answer = await books.try(breachId, 'notifications', notice);
      assert.equal(answer.status, late ? 422 : 200);
      assert.equal(answer.body.errors[0].pointer, '/delayReasons');
      const told = await books.act(breachId, 'notifications', { ...notice, delayReasons: 'The office was flooded.' });
      assert.equal(told.controllers[0]?.clock?.late, true);
      assert.equal(told.notifications[0]?.delayReasons, 'The office was flooded.');
    });

  it('goes from report to closing: assessed, decided, told in phases, closed (REQ-A52)', async () => {
    const { breachId } = await books.report();
    await books.act(breachId, 'notifications', {
      notice: 'DPABreachInitialNotice',
      at: '2026-03-01T11:00:00Z',
      by: 'authority-form',
      reference: '2026-17',
    });
    await books.refused(
      breachId,
      'closing',
      { summary: 'Nothing more.' },
      409,
      /assess-risk.*decide.*complete-information/,
    );
    await books.act(breachId, 'assessments', ASSESSED);
    await books.act(breachId, 'decisions', {
      authority: 'DPABreachNotificationNeeded',
      reasons: 'A risk exists.',
      persons: 'DataSubjectBreachNotificationNeeded',
    });
    let breach = await books.get(breachId);
    assert.deepEqual(
      breach.todo.map(({ duty }) => duty),
      ['complete-information', 'tell-persons'],
    );
    assert.deepEqual(breach.notifications[0]?.missing, ['33(3)(c)', '33(3)(d)']);
    app.time.now = new Date('2026-03-08T12:00:00Z');
    await books.act(breachId, 'notifications', {
      notice: 'DataBreachConcludingReport',
      at: '2026-03-08T11:00:00Z',
      by: 'authority-form',
      content: 'Consequences and measures.',
    });
    await books.act(breachId, 'notifications', {
      notice: 'DataSubjectBreachNotice',
      at: '2026-03-08T11:30:00Z',
      by: 'email',
      persons: 12,
    });
    breach = await books.act(breachId, 'closing', { summary: 'Keys rotated, staff trained.' });
    assert.equal(breach.status, 'closed');
    assert.deepEqual(breach.todo, []);
    assert.equal(breach.clock.late, false, 'the clock stood still when the authority was told');
    await books.refused(breachId, 'assessments', ASSESSED, 409, /closed/);
  });

  it('of which a risk is unlikely stays in the register though nobody is told (Art. 33(5)) (REQ-A52)', async () => {
    const { breachId } = await books.report();
    await books.act(breachId, 'assessments', { ...ASSESSED, risk: 'DBIAIndicatesNoRisk' });
    await books.act(breachId, 'decisions', {
      authority: 'BreachNotificationNotNeeded',
      reasons: 'The lost disk was encrypted, and its key is safe.',
      persons: 'BreachNotificationNotNeeded',
    });
    app.time.now = new Date('2026-03-20T12:00:00Z');
    const breach = await books.act(breachId, 'closing', { summary: 'Disk written off.' });
    assert.equal(breach.notifications.length, 0);
    assert.equal(breach.clock.late, false, 'nobody need be told');
    const { body } = await app.as('auditor').get('/v1/breach-register').expect(200);
    const entry = body.items.find((one: { breachId: string }) => one.breachId === breachId);
    assert.match(entry.decision.reasons, /encrypted/);
  });
});
