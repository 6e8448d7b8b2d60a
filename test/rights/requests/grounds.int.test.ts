import assert from 'node:assert/strict';
import { CLAIMS, type Claim, REFUSAL_GROUNDS, type RefusalGround } from '../../../src/law/grounds.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { neighbours, office } from './office.ts';

const WHY = 'As the law has it, in the words of the officer.';
const EVIDENCE = { earlierRequests: ['2026-06-01', '2026-06-08'] };
/** Refused as a whole on a request that has just come, of which nobody was asked anything: right by right. */
const AT_ONCE: Record<Claim, RefusalGround[]> = {
  access: ['national-restriction', 'not-responsible'],
  portability: ['right-does-not-apply', 'national-restriction', 'not-responsible'],
  rectification: ['right-does-not-apply', 'national-restriction', 'not-responsible'],
  erasure: ['right-does-not-apply', 'exception', 'national-restriction', 'not-responsible'],
  restriction: ['right-does-not-apply', 'national-restriction', 'not-responsible'],
  objection: ['national-restriction', 'not-responsible'],
  'human-review': ['right-does-not-apply', 'national-restriction', 'not-responsible'],
  'consent-withdrawal': [],
  'marketing-objection': [],
  complaint: [],
};
const DOCUMENTS = {
  method: 'documents',
  doubt: 'unknown-sender',
  asked: ['A letter with your signature'],
  sent: 'post',
};
const ABSOLUTE: Claim[] = ['consent-withdrawal', 'marketing-objection', 'complaint'];

onBothEngines('Every ground against every right (REQ-A16, A30, A39)', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-07-02T10:00:00Z', ...neighbours().options });
    const { body, headers } = await app.as('admin', 'south').get('/v1/tenants/south').expect(200);
    await app
      .as('admin', 'south')
      .patch(`/v1/tenants/${body.id}`)
      .set('If-Match', headers['etag'] as string)
      .set('Content-Type', 'application/merge-patch+json')
      .send({ jurisdiction: 'GB', timeZone: 'Europe/London' })
      .expect(200);
  });
  after(() => app.close());

  /** Complaints are of the UK. */
  const officer = (claim: Claim) => app.as('dpo', claim === 'complaint' ? 'south' : 'north');
  async function opened(claim: Claim, over: object = {}): Promise<string> {
    const asked = claim === 'marketing-objection' ? { type: 'objection', marketing: true } : { type: claim };
    const more = claim === 'rectification' ? { changes: { name: 'Right' } } : {};
    const { body } = await officer(claim)
      .post('/v1/requests')
      .send({ ...asked, ...more, channel: 'letter', ...over })
      .expect(201);
    return body.requestId;
  }
  const act = (claim: Claim, id: string, name: string, body: object) =>
    officer(claim).post(`/v1/requests/${id}/${name}`).send(body);
  const refusal = (on: RefusalGround) => ({
    ground: on,
    text: WHY,
    ...(on === 'national-restriction'
      ? { restriction: { provision: 'BDSG § 34(1)', scope: 'whole', reviewOn: '2026-12-01' } }
      : {}),
    ...(on === 'exception'
      ? {
          exceptions: [
            { category: 'profiles.contact', exception: 'JustificationA17LegalClaims', reviewOn: '2027-01-01' },
          ],
        }
      : {}),
  });

  for (const claim of CLAIMS)
    it(`refuses as a whole only on what the law has against it: ${claim}`, async () => {
      let id = await opened(claim);
      let refused = 0;
      for (const on of REFUSAL_GROUNDS) {
        const { status, body } = await act(claim, id, 'refusal', refusal(on));
        assert.equal(status, AT_ONCE[claim].includes(on) ? 200 : 422, `${claim} ${on}: ${JSON.stringify(body)}`);
        if (status === 200) {
          assert.equal(body.state, 'refused');
          id = await opened(claim);
          continue;
        }
        refused += 1;
        // The field, the ground, and which are possible.
        assert.equal(body.errors[0].pointer, '/ground');
        if (!('possible' in body)) continue;
        assert.deepEqual([body.right, body.ground], [claim, on]);
        assert.ok(!body.possible.includes(on), on);
        if (ABSOLUTE.includes(claim)) assert.deepEqual(body.possible, []);
        else assert.ok(body.possible.includes('not-responsible') && body.detail.includes('not-responsible'));
      }
      assert.equal(refused + AT_ONCE[claim].length, REFUSAL_GROUNDS.length);
    });

  for (const claim of CLAIMS)
    it(`takes no fee, no extension, no question and no limit but those of the law: ${claim}`, async () => {
      const id = await opened(claim);
      const none = ABSOLUTE.includes(claim);
      const fee = { amount: 500, currency: 'EUR', costs: [{ what: 'labour', amount: 500 }] };
      // No copy went out before, and nobody has agreed that it is abusive: the fee is refused for every right.
      const further = await act(claim, id, 'fee', { ...fee, basis: 'further-copy' }).expect(422);
      assert.equal(further.body.errors[0].pointer, '/basis');
      await act(claim, id, 'fee', { ...fee, basis: 'excessive' }).expect(none ? 422 : 409);
      for (const what of ['abusive-fee', 'abusive-refusal'] as const)
        if (none) {
          const abuse = { which: 'excessive', ...EVIDENCE };
          const { body } = await act(claim, id, 'proposals', { what, text: WHY, abuse }).expect(422);
          assert.deepEqual([body.errors[0].pointer, body.possible], ['/abuse/which', []]);
        }
      const limit = { provision: 'BDSG § 34(1)', scope: 'whole', reviewOn: '2026-12-01', text: WHY };
      await act(claim, id, 'limitation', limit).expect(none ? 422 : 200);
      await act(claim, id, 'extension', { reasons: ['complexity'], text: WHY }).expect(none ? 422 : 200);
      await act(claim, id, 'clarification', { question: 'Which portal?', sent: 'post' }).expect(
        none && claim !== 'complaint' ? 422 : 200,
      );
    });

  it('asks who it is only where nobody knows, of a right that waits for nothing', async () => {
    for (const claim of ['consent-withdrawal', 'marketing-objection'] as const) {
      const known = await opened(claim, { subject: 'account:known' });
      const { body } = await act(claim, known, 'identity-checks', DOCUMENTS).expect(422);
      assert.deepEqual([body.errors[0].pointer, body.ground], ['/doubt', 'identity-doubt']);
      const stranger = await opened(claim);
      const { body: asked } = await act(claim, stranger, 'identity-checks', DOCUMENTS).expect(200);
      assert.equal(asked.clock.request.status, 'running', 'and its clock does not stop');
      assert.notEqual(asked.dueOn, null);
    }
  });

  it('refuses for want of identity only where it was asked for and is not confirmed (Art. 12(2), (6))', async () => {
    const desk = office(app);
    const { requestId: id } = await desk.open();
    const unshown = { ground: 'identity-not-shown', text: WHY };
    await desk.refused(id, 'refusal', unshown, 422, /only where the person was asked/);
    await desk.act(id, 'identity-checks', DOCUMENTS);
    await desk.act(id, 'identity-answer');
    await desk.act(id, 'identity-decision', { confirmed: true });
    await desk.refused(id, 'refusal', unshown, 422, /it is not confirmed/);
    const { requestId: other } = await desk.open();
    await desk.act(other, 'identity-checks', DOCUMENTS);
    assert.equal((await desk.act(other, 'refusal', unshown)).state, 'refused');
  });

  it('refuses for an unpaid fee only where one was asked for (Art. 12(5))', async () => {
    const desk = office(app);
    const { requestId: id } = await desk.open();
    const unpaid = { ground: 'fee-not-paid', text: WHY };
    await desk.refused(id, 'refusal', unpaid, 422, /a fee was asked for/);
    await desk.act(id, 'proposals', { what: 'abusive-fee', text: WHY, abuse: { which: 'excessive', ...EVIDENCE } });
    await desk.act(id, 'approval', {}, 'admin');
    const costs = [{ what: 'labour', amount: 500 }];
    await desk.act(id, 'fee', { basis: 'excessive', amount: 500, currency: 'EUR', costs, sent: 'post' });
    assert.equal((await desk.act(id, 'refusal', unpaid)).state, 'refused');
  });

  it('keeps on an exception per kind of data, with its review (Art. 17(3); REQ-A30)', async () => {
    const desk = office(app);
    const { requestId: id } = await desk.open({ type: 'erasure' });
    const { exceptions, ...bare } = refusal('exception');
    await desk.refused(id, 'refusal', bare, 422, /which kind of data/);
    const [one] = exceptions ?? [];
    await desk.refused(id, 'refusal', { ...bare, exceptions: [{ ...one, category: 'no.such' }] }, 422, /exceptions\/0/);
    await desk.refused(id, 'refusal', { ...bare, exceptions: [{ ...one, reviewOn: '2026-01-01' }] }, 422, /ahead/);
    await desk.refused(id, 'refusal', { ground: 'not-responsible', text: WHY, exceptions }, 422, /are of the ground/);
    await desk.act(id, 'refusal', { ...bare, exceptions });
    assert.deepEqual((await desk.get(id)).refusal?.['exceptions'], exceptions);
  });

  it('erases only on a ground that the basis can have (Art. 17(1); REQ-A08)', async () => {
    const desk = office(app);
    const { requestId: id } = await desk.open({ type: 'erasure', subject: 'account:eri', purpose: 'account-service' });
    await desk.act(id, 'identity-decision', { confirmed: true, text: 'Known here.' });
    const propose = (on: string) => ({ what: 'execution', ground: on, text: WHY });
    const { body } = await desk.try(id, 'proposals', propose('17-1-b')).expect(422);
    assert.deepEqual([body.right, body.possible], ['erasure', ['17-1-a', '17-1-d', '17-1-e']]);
    await desk.act(id, 'proposals', propose('17-1-a'));
  });
});
