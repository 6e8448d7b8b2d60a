import assert from 'node:assert/strict';
import { sealAssociation } from '../../../src/data/content/sealing.ts';
import { ordered } from '../../rights/erasure/order.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const OTHERS = 10_000;
const DOI = '10.5072/collaboration';
/** Names run from right to left and back; nothing of them may be lost or turned round. */
const nameOf = (n: number) => `\u200fعالم ${n}\u200e (Coauthor ${n})`;

onBothEngines('An item with ten thousand co-authors', (ground) => {
  let app: TestApp;
  before(async () => {
    const { store, vault } = ground();
    app = await openApp(ground());
    await app.as('platform').put('/v1/subjects/account:ada').send({ name: 'Ada' }).expect(201);
    const item = { title: 'A collaboration', version: '1', role: 'creator' as const, visibility: 'public' as const };
    await app
      .as('platform')
      .put(`/v1/subjects/account:ada/items/${encodeURIComponent(DOI)}`)
      .send({ ...item, nameAsPublished: 'Ada Oldname', publishedOn: '2025-01-01' })
      .expect(201);
    const key = await vault.key('north', 'content');
    const at = app.time.now;
    const subjects = await Promise.all(
      Array.from({ length: OTHERS }, (_, n) => vault.subjectId('north', 'account', `other-${n}`)),
    );
    for (let from = 0; from < OTHERS; from += 500)
      await store.write(async (tx) => {
        await tx.insert(tx.tables.associations).values(
          subjects.slice(from, from + 500).map((subjectId, n) => {
            const associationId = crypto.randomUUID();
            const input = { ...item, nameAsPublished: nameOf(from + n) };
            return {
              tenantId: 'north',
              associationId,
              subjectId,
              doi: DOI,
              role: item.role,
              itemVersion: '1',
              visibility: 'public',
              ...sealAssociation(key, store.tables, 'north', associationId, input),
              publishedOn: '2025-01-01',
              ground: null,
              reviewAt: null,
              version: 1,
              createdAt: at,
              updatedAt: at,
              minimisedAt: null,
              policyHash: 'x',
            };
          }),
        );
      });
  });
  after(() => app.close());

  async function everybody(): Promise<string[]> {
    const names: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page: Json = (
        await app
          .as('platform')
          .get(`/v1/items/${encodeURIComponent(DOI)}/associations?limit=200${cursor ? `&cursor=${cursor}` : ''}`)
          .expect(200)
      ).body;
      names.push(...page['items'].map(({ nameAsPublished }: Json) => nameAsPublished));
      if (page['next'] === null) return names;
      cursor = page['next'];
    }
  }

  it('is listed whole, page by page, each name as it was given', async () => {
    const expected = new Set([...Array.from({ length: OTHERS }, (_, n) => nameOf(n)), 'Ada Oldname']);
    const names = await everybody();
    assert.equal(names.length, OTHERS + 1);
    assert.deepEqual(new Set(names), expected);
  });

  it('shows one of them what is theirs, and nobody else', async () => {
    const { text } = await app.as('dpo').get('/v1/subjects/account:ada/report').expect(200);
    assert.ok(text.includes('Ada Oldname'));
    assert.ok(!text.includes('Coauthor'));
  });

  it('forgets one of them under another name, and leaves all others as they are', async () => {
    const decision = { doi: DOI, decision: 'rename', name: 'A. N. Other', reviewAfter: 'P5Y' };
    const items = [{ ...decision, ground: 'JustificationA17FreedomOfExpression' }];
    await ordered(app, 'account:ada', { ground: '17-1-b', items });
    const names = await everybody();
    assert.equal(names.length, OTHERS + 1);
    assert.ok(names.includes('A. N. Other') && !names.includes('Ada Oldname'));
    assert.equal(names.filter((name) => name.includes('Coauthor')).length, OTHERS);
  });
});
