import assert from 'node:assert/strict';
import { accountWarnings } from '../../../jobs/account-warnings.ts';
import type { ReviewHead } from '../../../src/data/retention/review-model.ts';
import type { Attempt, Sendable } from '../../../src/foundations/outbox/model.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { policiesWith } from '../retention/stage.ts';

const RULES = ['profiles-contact-erase', 'profiles-identity-erase'];
const warned = (rule: string): [string, string] => [
  `id: ${rule}\n`,
  `id: ${rule}\n    inactivity: { warn: [P30D, P7D] }\n`,
];

onBothEngines('Accounts that nobody uses', (ground) => {
  let app: TestApp;
  const sent: Sendable[] = [];
  const refusing = new Set<string>();
  before(async () => {
    const folder = policiesWith(ground(), 'retention.yaml', ...RULES.map(warned));
    const mail = async (address: string, message: Sendable): Promise<Attempt> => {
      if (refusing.has(address)) return { delivered: false, failure: 'mail-refused', final: true };
      sent.push(message);
      return { delivered: true };
    };
    app = await openApp(ground(), {
      policies: folder,
      now: '2024-01-01T12:00:00Z',
      publicUrl: 'https://lethe.example',
      transports: { mail },
    });
    const root = await app.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    await app.services.register.recordPolicies(root, app.policies.current());
    for (const id of ['ada', 'kept', 'mute', 'bounced', 'held', 'objects'])
      await app
        .as('platform')
        .put(`/v1/subjects/${id}`)
        .send({ name: `Person ${id}`, ...(id === 'mute' ? {} : { email: `${id}@example.org` }) })
        .expect(201);
    refusing.add('bounced@example.org');
    for (const [kind, id] of [
      ['legal', 'held'],
      ['objection', 'objects'],
    ])
      await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind, subject: `account:${id}`, reference: `case-${id}` })
        .expect(201);
  });
  after(() => app.close());

  const hour = async () => {
    const context = await app.access.contextFor('north', { id: 'system:account-warnings', role: 'operator' });
    const counts = await accountWarnings.run({ services: app.services, context, log: createLog('silent') });
    await app.services.outbox.deliverDue(context);
    return counts;
  };
  const to = (id: string) =>
    sent.filter(
      ({ topic, delivery }) =>
        topic === 'account.ending' && 'address' in delivery && delivery.address === `${id}@example.org`,
    );
  const sweep = async () => {
    const { services } = app;
    const context = await app.contextOf('north', 'operator');
    const { sweepId } = await services.retention.sweeps.open(context, { rules: RULES });
    return services.retention.sweeps.run(context, sweepId);
  };
  const linkOf = (id: string) => {
    const [, path] = /https:\/\/lethe\.example(\/accounts\/\S+)/.exec(to(id).at(-1)?.text ?? '') ?? [];
    assert.ok(path, 'the mail has the link');
    return path;
  };
  const account = (id: string) => app.as('platform').get(`/v1/subjects/${id}`);

  it('are warned by mail some weeks before, once for each warning; not who is held or objects', async () => {
    app.time.now = new Date('2025-12-01T12:00:00Z');
    assert.deepEqual(await hour(), { mailed: 0, arrived: 0, toReview: 0 });
    app.time.now = new Date('2025-12-03T12:00:00Z');
    assert.equal((await hour()).mailed, 3);
    await hour();
    assert.deepEqual(
      ['ada', 'kept', 'held', 'objects', 'bounced'].map((id) => to(id).length),
      [1, 1, 0, 0, 0],
    );
    const [letter] = to('ada');
    assert.match(letter?.subject ?? '', /ends on 1 January 2026 unless you keep it/);
    assert.match(letter?.text ?? '', /Art\. 5\(1\)\(e\)/);
    assert.ok(!/Person ada/.test(letter?.text ?? ''));
  });

  it('stay by one button: looking does nothing, pressing it twice does it once', async () => {
    const path = linkOf('kept');
    const before = (await account('kept').expect(200)).body.lastActivityAt;
    for (const _ of [1, 2]) {
      const { text, headers } = await app.as('nobody').get(path).expect(200);
      assert.match(text, /<form method="post">/);
      assert.match(text, /<section lang="de">/);
      assert.doesNotMatch(text, /<script/);
      assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/);
    }
    assert.equal((await account('kept').expect(200)).body.lastActivityAt, before);
    for (const _ of [1, 2]) {
      const { text } = await app.as('nobody').post(path).expect(200);
      assert.match(text, /Your account stays/);
    }
    assert.equal((await account('kept').expect(200)).body.lastActivityAt, '2025-12-03T12:00:00.000Z');
    // Not the last character: of its bits some are of no byte.
    await app
      .as('nobody')
      .post(path.replace(/.(?=.{9}$)/, (one) => (one === 'A' ? 'B' : 'A')))
      .expect(404);
    await app
      .as('nobody')
      .get(`/accounts/south/keep/${path.split('/').at(-1)}`)
      .expect(404);
  });

  it('do not end without a warning that arrived long enough before, and the plan says so', async () => {
    app.time.now = new Date('2025-12-26T12:00:00Z');
    // The address that refused the first is tried again with the second.
    assert.equal((await hour()).mailed, 2);
    assert.equal(to('ada').length, 2);
    app.time.now = new Date('2026-01-01T12:00:00Z');
    await hour();
    const { body: plan } = await app.as('dpo').post('/v1/retention/plans').send({ rules: RULES }).expect(201);
    const contact = plan.rules.find(({ rule }: { rule: string }) => rule === RULES[0]);
    assert.deepEqual([contact.due, contact.unwarned, contact.held], [1, 2, 1]);
    const done = await sweep();
    assert.deepEqual(
      done.steps.map(({ treated, unwarned }) => [treated, unwarned]),
      [
        [1, 2],
        [1, 3],
      ],
    );
    await account('ada').expect(404);
    for (const id of ['kept', 'mute', 'bounced', 'held', 'objects']) await account(id).expect(200);
    await app.as('nobody').get(linkOf('ada')).expect(404);
  });

  it('are put before a person where nobody could be reached', async () => {
    const { body } = await app.as('dpo').get('/v1/retention/reviews').expect(200);
    const reviews: ReviewHead[] = body.items;
    assert.deepEqual(
      reviews.map(({ rule, why }) => `${rule} ${why}`).sort(),
      [`${RULES[0]} mail-failed`, `${RULES[1]} mail-failed`, `${RULES[1]} no-address`].sort(),
    );
    await hour();
    assert.equal((await app.as('dpo').get('/v1/retention/reviews').expect(200)).body.items.length, 3);

    const mute = reviews.find(({ why }) => why === 'no-address') as ReviewHead;
    const path = `/v1/retention/reviews/${mute.reviewId}`;
    await app
      .as('dpo')
      .post(`${path}/decision`)
      .send({ decision: 'treat', rule: RULES[1], reason: 'Nobody answers anywhere.' })
      .expect(200);
    await app.as('admin').post(`${path}/approval`).send({}).expect(202);
    await app.services.retention.sweeps.settled();
    await account('mute').expect(404);
    await account('bounced').expect(200);
  });
});
