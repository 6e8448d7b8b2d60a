import assert from 'node:assert/strict';
import type { ConsentInput } from '../../../src/data/consent/model.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { connection, consentOf, decision, eventsOf, somebody } from './stage.ts';

type Subject = ConsentInput['subject'];
const ref = ({ kind, id }: Subject) => `${kind}:${id}`;

onBothEngines('The browser’s Global Privacy Control', (ground) => {
  const context = testContext({ role: 'portal' });
  const on = connection({ globalPrivacyControl: true });
  const consent = () => consentOf(ground());
  const media = async (subject: Subject, from = on, at = context) =>
    (await consent().current(at, ref(subject), from)).purposes.find(({ purpose }) => purpose === 'external-media');

  it('refuses the purposes it concerns, and only those, from the first contact (REQ-C08)', async () => {
    const subject = somebody();
    const { purposes } = await consent().current(context, ref(subject), on);
    assert.deepEqual(
      purposes.map(({ purpose, status, needsDecision, source }) => [purpose, status, needsDecision, source]),
      [
        ['external-media', 'refused', false, 'gpc'],
        ['usage-statistics', 'unknown', true, null],
      ],
    );
    assert.equal((await media(subject, connection()))?.status, 'unknown', 'reading writes nothing');
    assert.equal((await media(subject))?.eventId, null);
  });

  it('is recorded as a refusal, with its source, once', async () => {
    const subject = somebody();
    assert.deepEqual(await consent().signal(context, subject, on), {
      globalPrivacyControl: true,
      refused: ['external-media'],
    });
    assert.deepEqual((await consent().signal(context, subject, on)).refused, []);
    const events = await eventsOf(ground(), subject);
    assert.deepEqual(
      events.map(({ purposeId, status, source, act }) => [purposeId, status, source, act]),
      [['external-media', 'refused', 'gpc', 'sent-sec-gpc']],
    );
    assert.ok(events[0]?.evidenceSealed);
    assert.equal((await media(subject, connection()))?.status, 'refused');
  });

  it('that the platform’s server passes on says nothing of the server’s own connection', async () => {
    const subject = somebody();
    assert.deepEqual((await consent().signal(testContext(), subject, on)).refused, ['external-media']);
    assert.equal((await eventsOf(ground(), subject))[0]?.evidenceSealed, null);
  });

  it('does nothing when it is off', async () => {
    const subject = somebody();
    assert.deepEqual(await consent().signal(context, subject, connection()), {
      globalPrivacyControl: false,
      refused: [],
    });
    assert.deepEqual(await eventsOf(ground(), subject), []);
  });

  it('gives way to a choice made explicitly, before or after it', async () => {
    for (const order of ['before', 'after']) {
      const subject = somebody();
      if (order === 'after') await consent().signal(context, subject, on);
      const given = await consent().record(context, decision({ subject, purpose: 'external-media' }), on);
      assert.equal(given.status, 'given');
      assert.deepEqual((await consent().signal(context, subject, on)).refused, []);
      assert.equal((await media(subject))?.permitsProcessing, true, order);
    }
  });

  it('is told in the audit entry of a consent that was given in spite of it', async () => {
    const subject = somebody();
    await consent().record(context, decision({ subject, purpose: 'external-media' }), on);
    const entries = await ground().store.read((q) => q.select().from(q.tables.auditEntries));
    assert.ok(
      entries.some(({ action, detail }) => action === 'consent.given' && detail['globalPrivacyControl'] === true),
    );
  });

  it('counts again when the explicit choice has ended', async () => {
    const subject = somebody();
    await consent().record(context, decision({ subject, purpose: 'external-media' }), on);
    const later = testContext({ role: 'portal', at: '2026-10-01T12:00:00Z' });
    assert.equal((await media(subject, on, later))?.status, 'refused');
    assert.deepEqual((await consent().signal(later, subject, on)).refused, ['external-media']);
  });

  it('of one browser does not undo what the person said in another', async () => {
    const [account, phone] = [somebody('account'), somebody()];
    const platform = testContext();
    await consent().link(platform, ref(account), phone.id);
    await consent().record(platform, decision({ subject: account, purpose: 'external-media' }), connection());
    const later = testContext({ role: 'portal', at: '2026-03-02T12:00:00Z' });
    assert.deepEqual((await consent().signal(later, phone, on)).refused, ['external-media']);
    const { purposes } = await consent().current(testContext({ at: '2026-03-02T13:00:00Z' }), ref(account));
    assert.equal(purposes.find(({ purpose }) => purpose === 'external-media')?.status, 'given');
    const passedOn = testContext({ at: '2026-03-02T12:00:00Z' });
    assert.deepEqual((await consent().signal(passedOn, account, on)).refused, []);
  });

  it('comes from visitors only, as everything does that a browser’s key says or asks', async () => {
    const account = somebody('account');
    await refused(consent().signal(context, account, on), 'unprocessable-request', '/subject/kind');
    await refused(
      consent().record(context, decision({ subject: account }), on),
      'unprocessable-request',
      '/subject/kind',
    );
    await refused(consent().current(context, ref(account), on), 'unprocessable-request', '{id}');
  });

  it('never overtakes a consent given at the same instant', async () => {
    for (let round = 0; round < 8; round += 1) {
      const subject = somebody();
      const choice = () => consent().record(context, decision({ subject, purpose: 'external-media' }), on);
      await Promise.all([consent().signal(context, subject, on), choice(), consent().signal(context, subject, on)]);
      assert.equal((await media(subject))?.status, 'given');
    }
  });

  it('is recorded once, however many pages send it at once, each at an instant of its own', async () => {
    let ticks = 0;
    const ticking = { ...context, clock: () => new Date(context.now.getTime() + ++ticks) };
    const subject = somebody();
    const answers = await Promise.all(Array.from({ length: 6 }, () => consent().signal(ticking, subject, on)));
    assert.deepEqual(
      answers.flatMap(({ refused: purposes }) => purposes),
      ['external-media'],
    );
    assert.equal((await eventsOf(ground(), subject)).length, 1);
  });

  it('has the same answer when its request is repeated', async () => {
    const subject = somebody();
    const claim = () => ({ ...context, idempotency: { key: 'gpc-1', operation: 'recordSignal', fingerprint: 'f' } });
    const first = await consent().signal(claim(), subject, on);
    assert.deepEqual(await consent().signal(claim(), subject, on), first);
    assert.equal((await eventsOf(ground(), subject)).length, 1);
  });

  it('erases nothing (REQ-C08)', async () => {
    const subject = somebody();
    await consent().record(context, decision({ subject }), on);
    await consent().signal(context, subject, on);
    assert.deepEqual(
      (await eventsOf(ground(), subject)).map(({ purposeId, status }) => [purposeId, status]),
      [
        ['external-media', 'refused'],
        ['usage-statistics', 'given'],
      ],
    );
  });

  it('of an officer’s own browser says nothing about the person looked up', async () => {
    assert.equal((await media(somebody(), on, testContext({ role: 'dpo' })))?.status, 'unknown');
  });
});
