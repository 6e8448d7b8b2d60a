import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import type { RequestPorts } from '../../../src/rights/requests/ports.ts';
import { policiesWith } from '../../data/retention/stage.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, onBothEngines } from '../../support/engines.ts';
import { office } from './office.ts';
import { PUBLIC_URL, stranger } from './stranger.ts';

const KNOWN = { confirmed: true, text: 'Known to the office in person.' };
const WHY = 'In the words of the officer.';

/** With a newsletter on consent, which is direct marketing and which alone uses the interests, and one on an interest. */
function withNewsletters(ground: Ground): string {
  const folder = policiesWith(ground, 'purposes.yaml', [
    'purposes:\n',
    `purposes:
  - id: newsletter
    version: "1.0"
    title: { en: Newsletter, de: Rundbrief }
    description: { en: News of what we offer., de: Neues aus unserem Angebot. }
    basis: A6-1-a-explicit-consent
    dpv: DirectMarketing
    consent: { duration: P2Y, explicit: true }
    gpc: false
  - id: invitations
    version: "1.0"
    title: { en: Invitations, de: Einladungen }
    description: { en: Letters that invite to courses., de: Briefe, die zu Kursen einladen. }
    basis: A6-1-f-controller
    dpv: DirectMarketing
    gpc: false
    legitimateInterest: Filling our courses.
    balancingTest: LIA-2026-09
`,
  ]);
  const edit = (file: string, change: (text: string) => string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const changed = change(text);
    assert.notEqual(changed, text, file);
    writeFileSync(join(folder, file), changed);
  };
  edit('notices/consent-banner.yaml', (text) => text.replaceAll('external-media]', 'external-media, newsletter]'));
  edit('activities/accounts.yaml', (text) => text.replace('profiles.interests, ', ''));
  const counts = readFileSync(join(folder, 'activities/usage-counts.yaml'), 'utf8');
  const like = (id: string, categories: string) =>
    writeFileSync(
      join(folder, `activities/${id}.yaml`),
      counts
        .replace(/^id: .*$/m, `id: ${id}`)
        .replace(/^title: .*$/m, `title: ${id}`)
        .replace(/^purpose: .*$/m, `purpose: ${id}`)
        .replace(/^categories: .*$/m, `categories: [${categories}]`),
    );
  like('newsletter', 'profiles.interests');
  like('invitations', 'profiles.location');
  return folder;
}

onBothEngines('Every right by its own rule', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  const mails: (Sendable & { address: string })[] = [];
  let mailWorks = true;
  const fault = { withdrawal: undefined as Error | undefined };
  const now = new Date('2026-03-03T10:00:00Z');
  let folder: string;
  before(async () => {
    folder = withNewsletters(ground());
    app = await openApp(ground(), {
      now,
      policies: folder,
      publicUrl: PUBLIC_URL,
      requestPorts: (real): RequestPorts => ({
        ...real,
        consents: {
          ...real.consents,
          async withdrawAll(...asked) {
            const planted = fault.withdrawal;
            fault.withdrawal = undefined;
            if (planted) throw planted;
            return real.consents.withdrawAll(...asked);
          },
        },
      }),
      transports: {
        mail: async (address, message) => {
          if (!mailWorks) return { delivered: false, failure: 'mail-refused' };
          mails.push({ address, ...message });
          return { delivered: true };
        },
        webhook: async () => ({ delivered: true }),
      },
    });
    desk = office(app);
  });
  after(() => app.close());
  beforeEach(() => {
    app.time.now = new Date(now);
    mailWorks = true;
  });

  const consent = (id: string, purpose: string) =>
    app
      .as('platform')
      .post('/v1/consents')
      .send({
        subject: { kind: 'account', id },
        purpose,
        status: 'given',
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      })
      .expect(201);
  const permitted = async (id: string): Promise<string[]> => {
    const { body } = await app.as('dpo').get(`/v1/subjects/account:${id}/consents`).expect(200);
    return body.purposes
      .filter(({ permitsProcessing }: { permitsProcessing: boolean }) => permitsProcessing)
      .map(({ purpose }: { purpose: string }) => purpose);
  };
  const account = (id: string, email = `${id}@rights.example`) =>
    app
      .as('platform')
      .put(`/v1/subjects/${id}`)
      .send({ name: `Ms ${id}`, email, interests: ['limnology'], city: 'Bergen', country: 'NO' })
      .expect(201);
  const holdsOf = async (requestId: string) => {
    const { body } = await app.as('dpo').get('/v1/holds?limit=200').expect(200);
    return (body.items as { holdId: string; requestId: string; kind: string; purpose: string; releasedAt: string }[])
      .filter((one) => one.requestId === requestId && one.releasedAt === null)
      .map(({ holdId, kind, purpose }) => ({ holdId, kind, purpose }));
  };
  const delivered = async () => app.services.outbox.deliverDue(await app.contextOf('north', 'operator'));
  const resumed = async () => app.services.requests.resume(await app.contextOf('north', 'operator'));
  const later = (minutes: number) => {
    app.time.now = new Date(app.time.now.getTime() + minutes * 60_000);
  };

  describe('withdrawal of consent (Art. 7(3); REQ-C04)', () => {
    it('takes effect as it is entered, is not extended, paused or refused, and has what rested on it erased', async () => {
      await account('wanda');
      for (const purpose of ['newsletter', 'usage-statistics']) await consent('wanda', purpose);
      const { requestId: id } = await desk.open({ type: 'consent-withdrawal', subject: 'account:wanda' });
      assert.deepEqual(await permitted('wanda'), [], 'nobody had to do anything');
      const entered = await desk.get(id);
      assert.deepEqual([entered.state, entered.outcome, entered.then], ['executed', 'done', 'erasure']);
      await desk.refused(id, 'extension', { reasons: ['complexity'], text: WHY }, 422, /at any time/);
      await desk.refused(id, 'clarification', { question: 'Really?' }, 422, /at any time/);
      await desk.refused(id, 'refusal', { ground: 'compelling-grounds', text: WHY }, 422, /at any time/);
      await desk.refused(
        id,
        'identity-checks',
        { method: 'documents', doubt: 'unknown-sender' },
        422,
        /known already who asks/,
      );
      const told = await desk.act(id, 'answer', { sent: 'post' });
      assert.deepEqual([told.state, told.part], ['open', 'erasure']);
      assert.ok(told.duties.some(({ duty }) => duty === 'execute'));

      // Not without a second person, and only what nothing else covers.
      await desk.act(id, 'identity-decision', KNOWN);
      await desk.act(id, 'proposals', { what: 'execution', ground: '17-1-b', text: WHY });
      await desk.refused(id, 'approval', {}, 403, /another person/);
      await desk.act(id, 'approval', {}, 'admin');
      const done = await desk.act(id, 'execution');
      assert.equal(done.state, 'executed');
      const { body: profile } = await app.as('platform').get('/v1/subjects/wanda').expect(200);
      assert.deepEqual([profile.interests ?? [], profile.city, profile.name], [[], 'Bergen', 'Ms wanda']);
      assert.equal((await desk.act(id, 'answer', { sent: 'post' })).state, 'answered');
    });

    it('opens no erasure where another basis covers all of it, or nothing was agreed to', async () => {
      await account('wilma');
      await consent('wilma', 'usage-statistics');
      const { requestId: id } = await desk.open({ type: 'consent-withdrawal', subject: 'account:wilma' });
      assert.deepEqual([(await desk.get(id)).then, await permitted('wilma')], [null, []]);
      assert.equal((await desk.act(id, 'answer', { sent: 'post' })).state, 'answered');
      const { requestId: none } = await desk.open({ type: 'consent-withdrawal', subject: 'account:wilma' });
      assert.deepEqual((await desk.get(none)).steps.find(({ step }) => step === 'withdrawal')?.result, {
        withdrawn: 0,
        purposes: [],
      });
    });

    it('of one purpose leaves the others, and by the platform as by an officer', async () => {
      await account('wenke');
      for (const purpose of ['newsletter', 'usage-statistics']) await consent('wenke', purpose);
      await app
        .as('platform')
        .post('/v1/requests')
        .send({ type: 'consent-withdrawal', subject: 'account:wenke', purpose: 'newsletter' })
        .expect(201);
      assert.deepEqual(await permitted('wenke'), ['usage-statistics']);
    });

    it('of somebody who is named only later takes effect then, whatever they were asked meanwhile', async () => {
      await account('walter');
      await consent('walter', 'newsletter');
      const { requestId: id } = await desk.open({ type: 'consent-withdrawal' });
      const asked = await desk.act(id, 'identity-checks', {
        method: 'documents',
        doubt: 'unknown-sender',
        asked: ['a copy of your card'],
        sent: 'post',
      });
      assert.deepEqual([asked.state, asked.clock.request?.['status']], ['awaiting-identity', 'running']);
      assert.deepEqual(await permitted('walter'), ['newsletter']);
      const named = await desk.act(id, 'subject', { subject: 'account:walter' });
      assert.deepEqual([named.state, await permitted('walter')], ['executed', []]);
    });

    it('of a stranger changes nothing before it is shown who asks, and everything at that moment', async () => {
      const page = stranger(app, mails);
      await account('winnie', 'winnie@known.example');
      await consent('winnie', 'newsletter');
      const own = await page.confirmed({ type: 'consent-withdrawal', requester: { email: 'winnie@known.example' } });
      // Whom it could be about an officer may say; that it is they, only a check shows.
      await desk.act(own.requestId, 'subject', { subject: 'account:winnie' });
      assert.deepEqual([(await desk.get(own.requestId)).state, await permitted('winnie')], ['open', ['newsletter']]);
      await desk.refused(own.requestId, 'execution', {}, 409, /established/);
      const asked = await desk.act(own.requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
      assert.equal(asked.clock.request?.['status'], 'running');
      await delivered();
      const code = /\b\d{4}[ -]?\d{4}\b/.exec(mails.at(-1)?.text ?? '')?.[0].replaceAll(/\D/g, '');
      const { body: tried } = await page.post(own, 'identity', { code });
      assert.equal(tried.outcome, 'confirmed', JSON.stringify(tried));
      assert.deepEqual(await permitted('winnie'), []);
      const file = await desk.get(own.requestId);
      assert.deepEqual([file.state, file.then], ['executed', 'erasure']);
    });

    it('is taken up where it was interrupted, and loses nothing of what it asks for', async () => {
      await account('wolf');
      await consent('wolf', 'newsletter');
      fault.withdrawal = new Error('the power went');
      const sent = { type: 'consent-withdrawal', channel: 'letter', subject: 'account:wolf' };
      await app.as('dpo').post('/v1/requests').send(sent).expect(500);
      await resumed();
      assert.deepEqual(await permitted('wolf'), []);
      const { body } = await app.as('dpo').get('/v1/requests?type=consent-withdrawal').expect(200);
      const { then, state } = await desk.get(body.items[0].requestId);
      assert.deepEqual([then, state], ['erasure', 'executed']);
    });
  });

  describe('objection (Art. 21; REQ-A39)', () => {
    it('to direct marketing without a purpose stops that alone, for good: never lifted, never refused', async () => {
      await account('olga');
      const { requestId: id } = await desk.open({ type: 'objection', marketing: true, subject: 'account:olga' });
      const stopped = await holdsOf(id);
      assert.deepEqual(stopped.map(({ purpose }) => purpose).sort(), ['invitations', 'newsletter']);
      await desk.refused(id, 'refusal', { ground: 'right-does-not-apply', text: WHY }, 422, /absolute/);
      await desk.refused(id, 'execution', { outcome: 'rejected', text: WHY }, 422, /absolute/);
      await desk.act(id, 'execution', { outcome: 'upheld' });
      assert.equal((await desk.act(id, 'answer', { sent: 'post' })).state, 'in-force');
      await desk.refused(id, 'lifting-notice', { text: WHY, sent: 'post' }, 422, /never lifted/);
      await desk.refused(id, 'lifting', {}, 422, /never lifted/);
      for (const { holdId } of stopped) await app.as('dpo').post(`/v1/holds/${holdId}/release`).expect(409);
      assert.equal((await holdsOf(id)).length, 2);
    });

    it('to a purpose that is direct marketing is absolute, whoever calls it so', async () => {
      await account('otto');
      const { requestId: id } = await desk.open({ type: 'objection', purpose: 'invitations', subject: 'account:otto' });
      await desk.refused(id, 'execution', { outcome: 'rejected', text: WHY }, 422, /absolute/);
      const wrong = { type: 'objection', channel: 'letter', marketing: true, purpose: 'portal-security' };
      const { body } = await app.as('dpo').post('/v1/requests').send(wrong).expect(422);
      assert.equal(body.errors[0].pointer, '/marketing');
    });

    it('where the basis gives no such right stops nothing, and is told so', async () => {
      await account('oskar');
      const asked = { type: 'objection', purpose: 'account-service', subject: 'account:oskar' };
      const { requestId: id } = await desk.open({ ...asked, requester: { email: 'oskar@rights.example' } });
      assert.deepEqual(await holdsOf(id), []);
      for (const outcome of ['rejected', 'upheld'])
        await desk.refused(id, 'execution', { outcome, text: WHY }, 422, /right-does-not-apply/);
      const refused = await desk.act(id, 'refusal', { ground: 'right-does-not-apply', text: WHY });
      assert.equal(refused.state, 'refused');
      assert.equal((await desk.get(id)).letters.at(-1)?.event, 'refused');
      // Where it does give it, that is no ground.
      const { requestId: other } = await desk.open({ ...asked, purpose: 'portal-security' });
      await desk.refused(other, 'refusal', { ground: 'right-does-not-apply', text: WHY }, 422, /gives this right/);
      await desk.refused(other, 'refusal', { ground: 'compelling-grounds', text: WHY }, 422, /documented first/);
    });

    it('without a purpose stops what rests on a task or an interest, and nothing else', async () => {
      await account('orla');
      const { requestId: id } = await desk.open({ type: 'objection', subject: 'account:orla' });
      assert.deepEqual((await holdsOf(id)).map(({ purpose }) => purpose).sort(), [
        'invitations',
        'portal-security',
        'publication-record',
      ]);
    });

    it('that is rejected stops processing until the notice has arrived, and not less than one act longer', async () => {
      await account('oona');
      const asked = { type: 'objection', purpose: 'portal-security', subject: 'account:oona' };
      const { requestId: id } = await desk.open({ ...asked, requester: { email: 'oona@rights.example' } });
      await desk.refused(id, 'execution', { outcome: 'rejected' }, 422, /compelling/);
      await desk.act(id, 'execution', { outcome: 'rejected', text: 'An attack is being traced in court.' });
      mailWorks = false;
      const told = await desk.act(id, 'answer');
      assert.deepEqual([told.state, told.duties.map(({ duty }) => duty)], ['refusal-told', ['lift']]);
      await delivered();
      await resumed();
      assert.equal((await holdsOf(id)).length, 1);
      await desk.refused(id, 'lifting', {}, 409, /must know before it is lifted/);
      mailWorks = true;
      later(600);
      await delivered();
      assert.equal((await holdsOf(id)).length, 1, 'the mail lifts nothing by itself');
      assert.deepEqual([(await desk.act(id, 'lifting')).state, await holdsOf(id)], ['refused', []]);
    });
  });

  describe('restriction (Art. 18(3); REQ-A35, A36)', () => {
    const asked = (name: string) => ({ type: 'restriction', ground: '18-1-a', subject: `account:${name}` });

    it('is lifted only once the notice has left, or is recorded as handed over', async () => {
      await account('rita');
      const { requestId: id } = await desk.open({ ...asked('rita'), requester: { email: 'rita@rights.example' } });
      await desk.act(id, 'execution');
      await desk.act(id, 'answer');
      await desk.refused(id, 'lifting', {}, 409, /lifting-announced/);
      mailWorks = false;
      await desk.act(id, 'lifting-notice', { text: 'The data was checked.' });
      await delivered();
      await desk.refused(id, 'lifting', {}, 409, /must know before it is lifted/);
      const [hold] = await holdsOf(id);
      await app.as('dpo').post(`/v1/holds/${hold?.holdId}/release`).expect(409);
      await desk.act(id, 'lifting-notice', { text: 'The data was checked.', sent: 'handed-over' });
      assert.deepEqual([(await desk.act(id, 'lifting')).state, await holdsOf(id)], ['answered', []]);
    });

    it('that is refused stands until the person knows; where nobody is known it ends at once', async () => {
      await account('rolf');
      const refusal = { ground: 'right-does-not-apply', text: WHY };
      const { requestId: id } = await desk.open(asked('rolf'));
      assert.equal((await desk.act(id, 'refusal', refusal)).state, 'refusal-told');
      await resumed();
      assert.equal((await holdsOf(id)).length, 1);
      await desk.refused(id, 'lifting', {}, 409, /must know/);
      await desk.act(id, 'information', { text: 'Told on the telephone.', sent: 'telephone' });
      assert.deepEqual([(await desk.act(id, 'lifting')).state, await holdsOf(id)], ['refused', []]);
      const { requestId: nobody } = await desk.open({ type: 'restriction' });
      assert.equal((await desk.act(nobody, 'refusal', refusal)).state, 'refused');
    });
  });

  it('of two that are the same the one verified first counts', async () => {
    const who = { type: 'access', requester: { email: 'twice@rights.example' } };
    const { requestId: forged } = await desk.open(who);
    later(60);
    const { requestId: true_ } = await desk.open(who);
    await desk.act(true_, 'identity-decision', KNOWN);
    await desk.refused(true_, 'duplicate-of', { requestId: forged }, 422, /verified first counts/);
    later(60);
    await desk.act(forged, 'identity-decision', KNOWN);
    await desk.refused(true_, 'duplicate-of', { requestId: forged }, 422, /verified first counts/);
    assert.equal((await desk.act(forged, 'duplicate-of', { requestId: true_ })).state, 'duplicate');
  });

  // Last: the policies change for good.
  describe('withdrawal of consent to what has left the policies', () => {
    it('takes back that, and nothing beside it', async () => {
      const page = stranger(app, mails);
      await account('wim', 'wim@known.example');
      for (const purpose of ['newsletter', 'usage-statistics']) await consent('wim', purpose);
      const requester = { email: 'wim@known.example' };
      await page.ask({ type: 'consent-withdrawal', purpose: 'newsletter', requester }).expect(202);
      const [link = ''] = await page.links();
      for (const file of ['purposes.yaml', 'notices/consent-banner.yaml', 'activities/newsletter.yaml']) {
        const text = readFileSync(join(folder, file), 'utf8');
        const without = text
          .replace(/ {2}- id: newsletter[\s\S]*?(?= {2}- id: )/, '')
          .replaceAll(', newsletter]', ']')
          .replace('purpose: newsletter', 'purpose: usage-statistics');
        writeFileSync(join(folder, file), without);
      }
      later(1);
      await app.as('installation').post('/v1/policies/reload').expect(200);
      const own = await page.confirm(link);
      await desk.act(own.requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
      await delivered();
      const code = /\b\d{4}[ -]?\d{4}\b/.exec(mails.at(-1)?.text ?? '')?.[0].replaceAll(/\D/g, '');
      await page.post(own, 'identity', { code }).expect(200);
      const file = await desk.get(own.requestId);
      assert.deepEqual(
        [file.state, file.steps.find(({ step }) => step === 'withdrawal')?.result],
        ['executed', { withdrawn: 1, purposes: ['newsletter'] }],
      );
      assert.deepEqual(await permitted('wim'), ['usage-statistics']);
    });
  });
});
