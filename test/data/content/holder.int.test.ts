import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createContentHolder } from '../../../src/data/content/holder.ts';
import type { AssociationInput } from '../../../src/data/content/model.ts';
import { createContent } from '../../../src/data/content/service.ts';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { subjectOf } from '../../../src/foundations/vault/subjects.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { testContext } from '../../support/context.ts';
import { collected, dueRows, erasureOrder, exportedNames, sweepAll } from '../../support/due.ts';
import { onBothEngines } from '../../support/engines.ts';

const policies = openPolicies(join(packageRoot, 'policies'));
const published: AssociationInput = {
  title: 'Ice cores of Svalbard',
  version: '2.1',
  role: 'creator',
  nameAsPublished: 'Löfgren, Ada',
  orcid: '0000-0002-1694-233X',
  visibility: 'public',
  publishedOn: '2025-11-30',
};
const draft: AssociationInput = {
  title: 'Unpublished draft on firn',
  version: '0.1',
  role: 'DataCurator',
  nameAsPublished: 'A. Löfgren',
  visibility: 'private',
};
const PUBLIC = 'content.public-association';
const PRIVATE = 'content.private-association';
const MINIMAL = 'content.minimal-association';
const toMinimum = {
  [PUBLIC]: { action: 'reduce', ground: 'JustificationA17Archiving', reviewAt: new Date('2031-07-01T00:00:00Z') },
} as const;

onBothEngines('The holder of content', (ground) => {
  const context = testContext();
  const holder = () => createContentHolder({ vault: ground().vault });
  const content = () =>
    createContent({
      ...ground(),
      policies,
      suppression: createSuppression({ ...ground(), policies }),
      processing: createProcessing(policies),
    });
  const personOf = async (id: string) => {
    const { subjectId } = await subjectOf(ground().vault, 'north', { kind: 'account', id });
    return { tenantId: 'north', timeZone: 'Europe/Berlin', subjectIds: [subjectId] };
  };
  const rows = () => ground().store.read((q) => q.select().from(q.tables.associations));
  const erase = async (id: string, decisions: Parameters<typeof erasureOrder>[0]) => {
    const person = await personOf(id);
    return ground().store.write((tx) => holder().erase(tx, person, erasureOrder(decisions)));
  };
  beforeEach(async () => {
    await ground().store.write(async (tx) => {
      await tx.delete(tx.tables.associations);
    });
    await content().put(context, 'ada', '10.5072/public', published);
    await content().put(context, 'ada', '10.5072/draft', draft);
    await content().put(context, 'bea', '10.5072/public', { ...published, nameAsPublished: 'Bea' });
  });

  it('exports everything of an association, under the names it declares', async () => {
    const person = await personOf('ada');
    const records = await ground().store.read((q) => collected(holder().export(q, person)));
    assert.deepEqual(records.map(({ category }) => category).sort(), [PRIVATE, PUBLIC]);
    for (const { category, fields } of records)
      assert.deepEqual(Object.keys(fields).sort(), exportedNames(holder(), category));
    const values = records.flatMap(({ fields }) => Object.values(fields));
    for (const value of [
      published.title,
      draft.title,
      'https://doi.org/10.5072/draft',
      'https://orcid.org/0000-0002-1694-233X',
    ])
      assert.ok(values.includes(value), value);
    assert.doesNotMatch(JSON.stringify(records), /Bea/);
  });

  it('leaves of a public association exactly what the law allows, and nothing of a private one (REQ-A31)', async () => {
    const { vault, store } = ground();
    const person = await personOf('ada');
    await vault.shred('north', [subjectScope(person.subjectIds[0] as string)]);
    const outcomes = await erase('ada', toMinimum);
    assert.deepEqual(
      outcomes.map(({ category, removed, reduced, ground: why }) => [category, removed, reduced, why]),
      [
        [PUBLIC, 0, 1, 'JustificationA17Archiving'],
        [PRIVATE, 1, 0, undefined],
      ],
    );
    const { items } = await content().ofItem(context, '10.5072/public', {});
    const minimal = items.find((item) => item.nameAsPublished === 'Löfgren, Ada');
    assert.deepEqual(minimal, {
      doi: 'https://doi.org/10.5072/public',
      version: '2.1',
      role: 'creator',
      nameAsPublished: 'Löfgren, Ada',
      orcid: 'https://orcid.org/0000-0002-1694-233X',
      publishedOn: '2025-11-30',
      ground: 'JustificationA17Archiving',
      reviewAt: '2031-07-01T00:00:00.000Z',
    });
    assert.deepEqual((await content().ofItem(context, '10.5072/draft', {})).items, []);

    const row = (await rows()).find(({ minimisedAt }) => minimisedAt !== null);
    const at = new Date('2026-07-01T00:00:00Z');
    assert.deepEqual(
      [row?.subjectId, row?.titleSealed, row?.createdAt, row?.updatedAt, row?.version],
      [null, null, at, at, 1],
    );
    const counts = await store.read((q) => holder().count(q, person));
    assert.deepEqual(counts, { [PUBLIC]: 0, [PRIVATE]: 0, [MINIMAL]: 0 });
    assert.deepEqual(await store.read((q) => collected(holder().export(q, person))), []);
  });

  it('erases a second time without effect, and leaves everybody else alone', async () => {
    await erase('ada', toMinimum);
    const after = await rows();
    assert.ok(
      (await erase('ada', toMinimum)).every(({ removed, reduced, retained }) => removed + reduced + retained === 0),
    );
    assert.deepEqual(await rows(), after);
    assert.equal((await content().get(context, 'bea', '10.5072/public')).association.nameAsPublished, 'Bea');
  });

  it('removes a public association too where the policies say erase, and keeps what is held', async () => {
    const outcomes = await erase('ada', {
      [PUBLIC]: { action: 'erase' },
      [PRIVATE]: { action: 'held', ground: 'legal' },
    });
    assert.deepEqual(
      outcomes.map(({ category, removed, retained }) => [category, removed, retained]),
      [
        [PUBLIC, 1, 0],
        [PRIVATE, 0, 1],
      ],
    );
    assert.equal((await content().get(context, 'ada', '10.5072/draft')).association.title, draft.title);
  });

  it('lists reduced associations once their review is due', async () => {
    await erase('ada', toMinimum);
    const due = (until: string) => content().toReview(context, { until });
    assert.equal((await due('2031-07-01')).items.length, 0);
    assert.equal((await due('2031-07-02')).items.length, 1);
    assert.equal((await content().toReview(testContext({ at: '2031-08-01T00:00:00Z' }), {})).items.length, 1);
    assert.equal(
      (await content().toReview(testContext({ at: '2031-08-01T00:00:00Z', tenantId: 'south' }), {})).items.length,
      0,
    );
  });

  it('erases untouched drafts under retention, exactly those planned, holds left out', async () => {
    const later = testContext({ at: '2026-04-01T00:00:00Z' });
    await content().put(later, 'ada', '10.5072/newer', draft);
    await content().put(context, 'held', '10.5072/held', draft);
    const held = (await personOf('held')).subjectIds;
    const due = dueRows(
      { category: PRIVATE, action: 'erase', clock: 'updated', before: new Date('2026-04-01T00:00:00Z') },
      held,
    );
    const plan = await ground().store.read((q) => holder().plan(q, due));
    assert.deepEqual([plan.due, plan.held, plan.total], [1, 1, 3]);
    assert.deepEqual(await sweepAll(ground().store, holder(), due, 10), [1]);
    const left = (await rows()).map(({ doi }) => doi).sort();
    assert.deepEqual(left, ['10.5072/held', '10.5072/newer', '10.5072/public', '10.5072/public']);
  });

  it('reduces old public associations under retention, and erases the minimum in its own time', async () => {
    // After ten years, by a sweep that comes four years late: what is left counts from the ten.
    const reduce = {
      ...dueRows({ category: PUBLIC, action: 'reduce', clock: 'updated', before: new Date('2030-04-01T00:00:00Z') }),
      at: new Date('2041-01-01T02:17:00Z'),
      asOf: new Date('2040-04-01T02:17:00Z'),
    };
    const plan = await ground().store.read((q) => holder().plan(q, reduce));
    assert.equal(plan.due, 2);
    assert.deepEqual(await sweepAll(ground().store, holder(), reduce, 1), [1, 1, 0]);
    const { items } = await content().ofItem(context, '10.5072/public', {});
    for (const item of items)
      assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(item))).sort(), [
        'doi',
        'nameAsPublished',
        'orcid',
        'publishedOn',
        'role',
        'version',
      ]);
    assert.ok((await rows()).every(({ doi, subjectId }) => doi !== '10.5072/public' || subjectId === null));

    const minimum = (before: string) =>
      dueRows({ category: MINIMAL, action: 'erase', clock: 'updated', before: new Date(before) });
    assert.deepEqual(await sweepAll(ground().store, holder(), minimum('2036-02-25T00:00:00Z'), 10), [0]);
    assert.deepEqual(await sweepAll(ground().store, holder(), minimum('2036-04-01T00:00:00Z'), 10), [2]);
    assert.deepEqual(
      (await rows()).map(({ doi }) => doi),
      ['10.5072/draft'],
    );
  });
});
