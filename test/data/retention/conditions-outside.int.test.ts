import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedRule } from '../../../src/data/retention/model.ts';
import type { ExternalDue, ExternalHolder } from '../../../src/foundations/holders/external.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { policiesWithPlatform } from '../../foundations/holders/policies.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const CATEGORIES = ['platform.account', 'platform.comments', 'platform.logins'];

/** Ten rows of everybody, one of whoever is spared; people of its comments are known by address. */
function platform() {
  const asked: ExternalDue[] = [];
  const each = <T>(value: T) => Object.fromEntries(CATEGORIES.map((category) => [category, value]));
  const holder: ExternalHolder = {
    id: 'platform',
    describe: () => ({
      title: 'Platform',
      place: 'frankfurt',
      categories: CATEGORIES,
      actions: each(['erase', 'reduce']),
      clocks: each(['occurred', 'last-activity']),
      knownBy: { 'platform.account': ['account'], 'platform.comments': ['email'], 'platform.logins': ['account'] },
    }),
    async *export() {},
    count: async () => each(0),
    erase: async () => ({ status: 'done', outcomes: [] }),
    plan: async (due) => {
      asked.push(due);
      const spared = due.held === 'all' ? 10 : new Set(due.held.map(({ accountId }) => accountId)).size;
      const nothing = { total: 10, oldest: null, digest: '0'.repeat(64), sample: [] };
      return { due: 10 - spared, held: spared, people: null, ...nothing };
    },
    sweep: async () => ({ treated: 0, suppressed: 0, cursor: null, done: true }),
  };
  return { holder, asked };
}

function folder(condition: string, rule: 'account-erase' | 'comments-erase'): string {
  const policies = policiesWithPlatform('sqlite');
  const file = join(policies, 'retention.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(`{ id: ${rule},`, `{ id: ${rule}, ${condition},`));
  return policies;
}
const CONTRACT = 'unless: [{ id: under-contract, relation: contract, reason: x }]';

onBothEngines('Conditions at a holder outside', (ground) => {
  const { holder, asked } = platform();
  let app: TestApp;
  before(async () => {
    const policies = folder(CONTRACT, 'account-erase');
    const file = join(policies, 'retention.yaml');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('{ id: comments-erase,', `{ id: comments-erase, ${CONTRACT},`),
    );
    app = await openApp(ground(), { policies, externalHolders: [holder], now: '2026-06-01T00:00:00Z' });
  });
  after(() => app.close());

  it('spare whoever has a relation by the account it was told of, beside whom a hold is on; what is not known stands still', async () => {
    const platformSays = (id: string, until?: string) =>
      app.as('platform').put(`/v1/subjects/${id}/relations/contract/c-1`).send({ until }).expect(201);
    await platformSays('kept');
    await platformSays('over', '2026-05-01T00:00:00Z');
    await app
      .as('dpo')
      .post('/v1/holds')
      .send({ kind: 'legal', subject: 'account:held', category: 'platform.account', reference: 'c' })
      .expect(201);
    const { rules } = (await app.as('operator').post('/v1/retention/plans').send({}).expect(201)).body;
    const of = (id: string) => rules.find(({ rule }: PlannedRule) => rule === id) as PlannedRule;
    const account = of('account-erase');
    assert.deepEqual(
      [account.due, account.held, account.kept, account.keptBy],
      [8, 1, 1, [{ condition: 'under-contract', rows: 1 }]],
    );
    const spared = asked.find(({ category }) => category === 'platform.account')?.held;
    assert.deepEqual(Array.isArray(spared) && spared.map(({ accountId }) => accountId).sort(), ['held', 'kept']);
    const comments = of('comments-erase');
    assert.deepEqual([comments.due, comments.kept], [0, 10]);
    assert.match(comments.standsStill ?? '', /A condition of the rule keeps somebody whom platform knows by e-mail/);
    await app.as('platform').put('/v1/subjects/kept').send({ name: 'K', email: 'k@example.org' }).expect(201);
    const again = (await app.as('operator').post('/v1/retention/plans').send({}).expect(201)).body.rules;
    const known = again.find(({ rule }: PlannedRule) => rule === 'comments-erase') as PlannedRule;
    assert.deepEqual([known.due, known.kept, known.standsStill], [9, 1, null]);
  });
});

describe('Conditions that a holder outside cannot keep', () => {
  for (const [what, condition, says] of [
    ['whom alone to treat', 'only: { roles: [editor] }', /whom to spare, not whom alone to treat/],
    ['its own rows as children', 'unless: [{ id: c, children: [platform.logins], reason: x }]', /cannot be asked/],
  ] as const)
    it(`are refused: ${what}`, () => {
      const { mistakes } = loadPolicies(folder(condition, 'account-erase'));
      assert.ok(
        mistakes.some(({ message }) => says.test(message)),
        JSON.stringify(mistakes),
      );
    });
});
