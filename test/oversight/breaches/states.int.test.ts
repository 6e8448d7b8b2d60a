import assert from 'node:assert/strict';
import type { Breach } from '../../../src/oversight/breaches/document.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { readPdf } from '../../support/pdf.ts';
import { ASSESSED, breachBooks } from './books.ts';

const NO_RISK = { ...ASSESSED, risk: 'DBIAIndicatesNoRisk' };
const NOBODY_IS_TOLD = {
  authority: 'BreachNotificationNotNeeded',
  reasons: 'The lost disk was encrypted, and its key is safe.',
  persons: 'BreachNotificationNotNeeded',
};
const INITIAL = { notice: 'DPABreachInitialNotice', at: '2026-03-01T11:00:00Z', by: 'authority-form' };
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');

onBothEngines('The states of a breach', (ground) => {
  let app: TestApp;
  let books: ReturnType<typeof breachBooks>;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
    books = breachBooks(app);
    await fillRegister(app, 'north');
  });
  after(() => app.close());

  const reported = () => books.report();
  const assessed = async () => books.act((await reported()).breachId, 'assessments', NO_RISK);
  const decided = async () => books.act((await assessed()).breachId, 'decisions', NOBODY_IS_TOLD);
  const notified = async () => books.act((await decided()).breachId, 'notifications', INITIAL);
  const ended = async () => books.act((await decided()).breachId, 'closing', { summary: 'Disk written off.' });
  const STATES: Record<string, () => Promise<Breach>> = { reported, assessed, decided, notified, ended };

  /** What each act answers in each state, in the order above. */
  const ACTS: [name: string, body: object, statuses: number[]][] = [
    ['assessments', ASSESSED, [200, 200, 200, 200, 409]],
    ['affected', {}, [200, 200, 200, 200, 409]],
    ['decisions', NOBODY_IS_TOLD, [422, 200, 200, 200, 409]],
    ['letters', { to: 'authority' }, [200, 200, 200, 200, 200]],
    ['notifications', INITIAL, [200, 200, 200, 409, 409]],
    ['notifications', { ...INITIAL, notice: 'DPAPhasedBreachNotice' }, [409, 409, 409, 200, 409]],
    ['notifications', { ...INITIAL, notice: 'DataBreachConcludingReport' }, [409, 409, 409, 200, 409]],
    ['corrections', { nature: 'A disk was lost.', reason: 'It was no theft.' }, [200, 200, 200, 200, 409]],
    ['corrections', { withdraws: 2, reason: 'There is nothing to withdraw.' }, [422, 422, 422, 422, 422]],
    ['closing', { summary: 'Nothing more.' }, [409, 409, 200, 200, 409]],
  ];
  for (const [n, [state, reach]] of Object.entries(STATES).entries())
    it(`once it is ${state}: what may be recorded, and what changes nothing`, async () => {
      for (const [name, body, statuses] of ACTS) {
        const before = await reach();
        const answer = await books.try(before.breachId, name, body);
        assert.equal(answer.status, statuses[n], `${name} ${JSON.stringify(body)}: ${answer.text}`);
        if (answer.status === 409) assert.ok(answer.body.calls.length > 0, `${name}: ${answer.text}`);
        const after = await books.get(before.breachId);
        assert.equal(after.events > before.events, answer.status === 200, name);
      }
    });

  it('is closed by one of two officers who do it at once; the other is told', async () => {
    const { breachId, events } = await decided();
    const answers = await Promise.all(
      ['One.', 'Two.', 'Three.'].map((summary) => books.try(breachId, 'closing', { summary })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
    assert.equal((await books.get(breachId)).events, events + 1);
  });

  it('is opened again by one of two officers who do it at once', async () => {
    const { breachId, closed } = await ended();
    const body = { withdraws: closed?.seq, reason: 'The disk was found, and it is not ours.' };
    const answers = await Promise.all([1, 2].map(() => books.try(breachId, 'corrections', body)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    const breach = await books.get(breachId);
    assert.equal(breach.status, 'open');
    assert.equal(breach.corrections.length, 1);
  });

  it('keeps everything of two officers who record different things at once, or tells one to look again', async () => {
    const { breachId, events } = await reported();
    const answers = await Promise.all([
      books.try(breachId, 'assessments', ASSESSED),
      books.try(breachId, 'corrections', { nature: 'A disk was lost.', reason: 'It was no theft.' }),
    ]);
    for (const { status } of answers) assert.ok(status === 200 || status === 409, String(status));
    const history = (await app.as('dpo').get(`/v1/breaches/${breachId}/events`).expect(200)).body.items;
    assert.equal(history.length, events + answers.filter(({ status }) => status === 200).length);
    const seqs = history.map(({ seq }: { seq: number }) => seq);
    assert.deepEqual(
      seqs,
      seqs.map((_: number, n: number) => n + 1),
    );
  });

  it('is read as page and PDF: one breach, the register, each letter', async () => {
    const { breachId } = await decided();
    const { letters } = await books.act(breachId, 'letters', { to: 'persons', language: 'de' });
    const seq = letters[0]?.seq as number;
    for (const [address, words] of [
      [`/v1/breaches/${breachId}`, ['Credential withdrawn', 'The lost disk was encrypted', 'GDPR']],
      ['/v1/breach-register', [breachId, 'Register of breaches of personal data']],
      [`/v1/breaches/${breachId}/letters/${seq}`, ['Was geschehen ist', 'Credential withdrawn']],
    ] as const) {
      const { text, headers } = await app.as('auditor').get(`${address}/page`).expect(200);
      assert.match(headers['content-security-policy'] as string, /default-src 'none'/);
      const answer = await app.as('auditor').get(`${address}/pdf`).buffer(true).expect(200);
      const { pages, tagged } = await readPdf(answer.body as Buffer);
      assert.ok(tagged);
      const pdf = squeezed(pages.map((page) => page.text).join(''));
      for (const said of words) {
        assert.ok(text.includes(said), said);
        assert.ok(pdf.includes(squeezed(said)), said);
      }
    }
    await app.as('auditor').get(`/v1/breaches/${breachId}/letters/3/pdf`).expect(404);
    await app.as('auditor', 'south').get(`/v1/breaches/${breachId}/letters/${seq}/pdf`).expect(404);
  });
});
