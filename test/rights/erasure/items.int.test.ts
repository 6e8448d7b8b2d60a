import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { ordered } from './order.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const GROUND = { ground: 'JustificationA17FreedomOfExpression', reviewAfter: 'P5Y' };

onBothEngines('Items decided on one by one', (ground) => {
  let app: TestApp;
  let person = 0;
  let account: string;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  beforeEach(async () => {
    person += 1;
    account = `account:items-${person}`;
    await app.as('platform').put(`/v1/subjects/${account}`).send({ name: 'Ada Oldname' }).expect(201);
  });

  const doi = (n: number) => `10.5072/p${person}-${n}`;
  const publish = (n: number, visibility: 'public' | 'private' = 'public') =>
    app
      .as('platform')
      .put(`/v1/subjects/${account}/items/${encodeURIComponent(doi(n))}`)
      .send({
        title: `Lake ${n}`,
        version: '1',
        role: 'creator',
        nameAsPublished: 'Ada Oldname',
        visibility,
        orcid: '0000-0002-1825-0097',
        publishedOn: visibility === 'public' ? '2025-01-01' : undefined,
      })
      .expect(201);
  const order = (items: object[], categories: object = {}) => ({ ground: '17-1-b', items, categories });
  const erase = (items: object[], categories: object = {}) => ({
    expect: (status: number) => ordered(app, account, order(items, categories), status),
  });
  const preview = (items: object[], categories: object = {}) =>
    app.as('dpo').post(`/v1/subjects/${account}/erasure/preview`).send(order(items, categories));
  const onItem = async (n: number): Promise<Json[]> =>
    (
      await app
        .as('platform')
        .get(`/v1/items/${encodeURIComponent(doi(n))}/associations`)
        .expect(200)
    ).body.items;
  const content = ({ holders }: Json, category = 'content.public-association'): Json =>
    holders.flatMap(({ categories }: Json) => categories).find((one: Json) => one['category'] === category);

  it('are kept, renamed, pseudonymised and removed, each as decided, the rest as the policies say', async () => {
    for (const n of [1, 2, 3, 4, 5]) await publish(n);
    const decided = [
      { doi: doi(1), decision: 'keep', ...GROUND },
      { doi: `https://doi.org/${doi(2)}`, decision: 'rename', name: 'A. Newname', ...GROUND },
      { doi: doi(3), decision: 'pseudonym', ...GROUND },
      { doi: doi(4), decision: 'remove' },
    ];
    const shown = (await preview(decided).expect(200)).body;
    assert.deepEqual(
      shown.items.map((one: Json) => [one['doi'], one['decision']]),
      [1, 2, 3, 4].map((n) => [`https://doi.org/${doi(n)}`, decided[n - 1]?.decision]),
    );
    const { body } = await erase(decided).expect(200);
    const of = content(body);
    assert.deepEqual(of['items'], { keep: 1, rename: 1, pseudonym: 1, remove: 1 });
    assert.deepEqual([of['result'], of['removed'], of['reduced'], of['remaining']], ['reduced', 1, 4, 0]);
    const names = async (n: number) => (await onItem(n)).map(({ nameAsPublished, orcid }) => [nameAsPublished, orcid]);
    const orcid = 'https://orcid.org/0000-0002-1825-0097';
    assert.deepEqual(await names(1), [['Ada Oldname', orcid]]);
    assert.deepEqual(await names(2), [['A. Newname', orcid]]);
    const [[pseudonym, none] = []] = await names(3);
    assert.match(pseudonym as string, /^Contributor [0-9a-f]{8}$/);
    assert.equal(none, undefined);
    assert.deepEqual(await names(4), []);
    assert.deepEqual(
      await names(5),
      [['Ada Oldname', orcid]],
      'the policies keep the minimum of what nobody decided on',
    );
    const [kept] = await onItem(1);
    assert.equal(kept?.['ground'], GROUND.ground);
    assert.match(kept?.['reviewAt'], /^2031-/);
    assert.equal(
      (await app.as('dpo').get(`/v1/certificates/${body.certificateId}`).expect(200)).body.certificate.verdict,
      'complete-with-exceptions',
    );
  });

  it('stay where their category goes: nothing else of it does', async () => {
    for (const n of [1, 2, 3]) await publish(n);
    const { body } = await erase([{ doi: doi(2), decision: 'keep', ...GROUND }], {
      'content.public-association': { action: 'erase' },
    }).expect(200);
    const of = content(body);
    assert.deepEqual([of['result'], of['removed'], of['reduced'], of['ground']], ['reduced', 2, 1, GROUND.ground]);
    assert.deepEqual([(await onItem(1)).length, (await onItem(2)).length, (await onItem(3)).length], [0, 1, 0]);
  });

  it('go where their category stays', async () => {
    for (const n of [1, 2]) await publish(n);
    const { body } = await erase([{ doi: doi(1), decision: 'remove' }], {
      'content.public-association': { action: 'retain', ...GROUND },
    }).expect(200);
    assert.deepEqual([content(body)['removed'], content(body)['retained']], [1, 1]);
    assert.equal((await onItem(1)).length, 0);
  });

  it('under a hold are not touched, whatever was decided', async () => {
    await publish(1);
    await app
      .as('dpo')
      .post('/v1/holds')
      .send({ kind: 'legal', reference: 'case-7', subject: account, category: 'content.public-association' })
      .expect(201);
    const { body } = await erase([{ doi: doi(1), decision: 'remove' }]).expect(200);
    assert.equal(content(body)['result'], 'held');
    assert.equal((await onItem(1)).length, 1);
  });

  it('and their names are in no audit entry and no log line', async () => {
    await publish(1);
    await erase([{ doi: doi(1), decision: 'rename', name: 'Zebulon Newname', ...GROUND }]).expect(200);
    const { body } = await app.as('auditor').get('/v1/audit?limit=50').expect(200);
    assert.ok(!JSON.stringify(body).includes('Zebulon'));
    assert.ok(!app.logged.join('').includes('Zebulon'));
  });

  it('are part of what an order is bound to', async () => {
    for (const n of [1, 2]) await publish(n);
    const { body } = await preview([{ doi: doi(1), decision: 'remove' }]).expect(200);
    await ordered(app, account, { ...order([{ doi: doi(2), decision: 'remove' }]), digest: body.digest }, 409);
    await ordered(app, account, { ...order([{ doi: doi(1), decision: 'remove' }]), digest: body.digest });
  });

  const wrong: [what: string, items: (own: (n: number) => string) => object[], pointer: string][] = [
    ['an item of somebody else', () => [{ doi: '10.5072/of-nobody', decision: 'remove' }], '/items/0/doi'],
    [
      'an item twice',
      (own) => [
        { doi: own(1), decision: 'remove' },
        { doi: `doi:${own(1)}`, decision: 'keep', ...GROUND },
      ],
      '/items/1/doi',
    ],
    ['a rename without a name', (own) => [{ doi: own(1), decision: 'rename', ...GROUND }], '/items/0/name'],
    ['a name nobody asked for', (own) => [{ doi: own(1), decision: 'keep', name: 'X', ...GROUND }], '/items/0/name'],
    ['keeping without a ground', (own) => [{ doi: own(1), decision: 'keep', reviewAfter: 'P5Y' }], '/items/0/ground'],
    [
      'a ground that is none',
      (own) => [{ doi: own(1), decision: 'keep', ...GROUND, ground: 'JustificationA17FreedomOfExpresion' }],
      '/items/0/ground',
    ],
    [
      'keeping without a day to look again',
      (own) => [{ doi: own(1), decision: 'pseudonym', ground: GROUND.ground }],
      '/items/0/reviewAfter',
    ],
    ['a ground for what goes', (own) => [{ doi: own(1), decision: 'remove', ...GROUND }], '/items/0'],
    ['keeping what was never public', (own) => [{ doi: own(2), decision: 'keep', ...GROUND }], '/items/0/decision'],
  ];
  for (const [what, items, pointer] of wrong)
    it(`are refused for ${what}, naming the place, and nothing is done`, async () => {
      await publish(1);
      await publish(2, 'private');
      for (const answer of [await preview(items(doi)).expect(422), await erase(items(doi)).expect(422)])
        assert.equal(answer.body.errors[0].pointer, pointer);
      assert.equal((await onItem(1)).length, 1);
      assert.equal((await app.as('platform').get(`/v1/subjects/${account}/items`).expect(200)).body.items.length, 2);
    });

  it('never destroy what is held, nor keep what nobody decided to keep', async () => {
    const DECISIONS = ['keep', 'rename', 'pseudonym', 'remove', undefined] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...DECISIONS), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('erase', 'retain', undefined),
        fc.boolean(),
        async (decisions, category, held) => {
          person += 1;
          account = `account:items-${person}`;
          await app.as('platform').put(`/v1/subjects/${account}`).send({ name: 'Ada Oldname' }).expect(201);
          for (const n of decisions.keys()) await publish(n);
          if (held)
            await app
              .as('dpo')
              .post('/v1/holds')
              .send({ kind: 'legal', reference: 'case-7', subject: account, category: 'content.public-association' })
              .expect(201);
          const items = decisions.flatMap((decision, n) =>
            decision === undefined
              ? []
              : [
                  {
                    doi: doi(n),
                    decision,
                    name: decision === 'rename' ? 'New' : undefined,
                    ...(decision === 'remove' ? {} : GROUND),
                  },
                ],
          );
          const over = category && {
            'content.public-association': { action: category, ...(category === 'retain' ? GROUND : {}) },
          };
          await erase(items, over ?? {}).expect(200);
          for (const [n, decision] of decisions.entries()) {
            const [left] = await onItem(n);
            const stays = held || (decision === undefined ? category !== 'erase' : decision !== 'remove');
            assert.equal(left !== undefined, stays, `${decision} in ${category}, held: ${held}`);
            const name =
              held || !decision || decision === 'keep' ? 'Ada Oldname' : decision === 'rename' ? 'New' : undefined;
            if (left && name) assert.equal(left['nameAsPublished'], name);
            if (left && !held && decision === 'pseudonym') assert.match(left['nameAsPublished'], /^Contributor /);
          }
        },
      ),
      { numRuns: 15 },
    );
  }).timeout(180_000);
});
