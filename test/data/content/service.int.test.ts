import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import type { AssociationInput } from '../../../src/data/content/model.ts';
import { createContent } from '../../../src/data/content/service.ts';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { subjectOf } from '../../../src/foundations/vault/subjects.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { openedBy, sealedValues } from '../../support/sealed-values.ts';

const policies = openPolicies(join(packageRoot, 'policies'));
const DOI = '10.5072/Ice-Cores.7';
const publicItem: AssociationInput = {
  title: 'Ice cores of Svalbard',
  version: '2.1',
  role: 'creator',
  nameAsPublished: 'Löfgren, Ada',
  orcid: 'https://orcid.org/0000-0002-1694-233X',
  visibility: 'public',
  publishedOn: '2025-11-30',
};
const privateItem: AssociationInput = {
  title: 'Unpublished draft on firn',
  version: '0.1',
  role: 'DataCurator',
  nameAsPublished: 'A. Löfgren',
  visibility: 'private',
};

onBothEngines('Content', (ground, engine) => {
  const content = () =>
    createContent({
      ...ground(),
      policies,
      suppression: createSuppression({ ...ground(), policies }),
      processing: createProcessing(policies),
    });
  const context = testContext();
  const rows = (doi: string) =>
    ground().store.read((q) => q.select().from(q.tables.associations).where(eq(q.tables.associations.doi, doi)));
  const audited = () => ground().store.read((q) => q.select().from(q.tables.auditEntries));

  it('records a person’s part in an item and gives it back with links', async () => {
    const { association, created, etag } = await content().put(context, 'ada', DOI, publicItem);
    assert.equal(created, true);
    assert.deepEqual(association, {
      id: association.id,
      doi: 'https://doi.org/10.5072/ice-cores.7',
      title: 'Ice cores of Svalbard',
      version: '2.1',
      role: 'creator',
      nameAsPublished: 'Löfgren, Ada',
      orcid: 'https://orcid.org/0000-0002-1694-233X',
      visibility: 'public',
      publishedOn: '2025-11-30',
      createdAt: '2026-03-01T12:00:00.000Z',
      updatedAt: '2026-03-01T12:00:00.000Z',
    });
    assert.deepEqual(await content().get(context, 'account:ada', `https://doi.org/${DOI}`), { association, etag });
  });

  it('knows an item by its DOI in any case and form (REQ-H10)', async () => {
    for (const doi of ['10.5072/ICE-CORES.7', 'doi:10.5072/ice-cores.7', 'http://dx.doi.org/10.5072/Ice-cores.7']) {
      const { created } = await content().put(context, 'ada', doi, publicItem);
      assert.equal(created, false);
    }
    assert.equal((await rows('10.5072/ice-cores.7')).length, 1);
  });

  it('changes and logs nothing when the same is put again', async () => {
    const before = await content().get(context, 'ada', DOI);
    const entries = (await audited()).length;
    const again = await content().put(testContext({ at: '2026-04-01T00:00:00Z' }), 'ada', DOI, publicItem);
    assert.equal(again.etag, before.etag);
    assert.equal((await audited()).length, entries);
  });

  it('refuses an ORCID iD with a wrong check character, a day that does not exist, a public item without a day', async () => {
    const put = (change: Partial<AssociationInput>) => content().put(context, 'ada', DOI, { ...publicItem, ...change });
    await refused(put({ orcid: '0000-0002-1694-2330' }), 'unprocessable-request', '/orcid');
    await refused(put({ publishedOn: '2025-02-29' }), 'unprocessable-request', '/publishedOn');
    const { publishedOn: _, ...undated } = publicItem;
    await refused(content().put(context, 'ada', DOI, undated), 'unprocessable-request', '/publishedOn');
    await refused(content().put(context, 'ada', '10.5072/', publicItem), 'unprocessable-request', '{doi}');
    await refused(content().put(context, 'visitor:v', DOI, publicItem), 'unprocessable-request', '{id}');
  });

  it('replaces the name everywhere after a change of name, and keeps the old one nowhere (REQ-A29)', async () => {
    const oldName = 'Deadname, Former';
    const doi = '10.5072/renamed';
    const first = await content().put(context, 'renamed', doi, { ...publicItem, nameAsPublished: oldName });
    const [oldRow] = await rows(doi);
    await content().put(context, 'someone-else', doi, { ...publicItem, nameAsPublished: 'Else, Someone' });
    const second = await content().put(testContext({ at: '2026-05-01T00:00:00Z' }), 'renamed', doi, {
      ...publicItem,
      nameAsPublished: 'Chosen, Nova',
    });
    assert.equal(second.association.id, first.association.id);
    const shown = JSON.stringify([
      await content().ofItem(context, doi, {}),
      await content().list(context, 'renamed', {}),
      await content().get(context, 'renamed', doi),
      await audited(),
    ]);
    assert.match(shown, /Chosen, Nova/);
    assert.match(shown, /Else, Someone/);
    assert.doesNotMatch(shown, /Deadname/);
    await ground().store.scrub();
    if (engine === 'sqlite')
      for (const file of readdirSync(ground().folder)) {
        const bytes = readFileSync(join(ground().folder, file));
        assert.equal(bytes.includes('Deadname'), false, `${file} holds the old name`);
        assert.equal(bytes.includes(oldRow?.nameSealed as Buffer), false, `${file} holds the old name, sealed`);
        assert.equal(bytes.includes(oldRow?.titleSealed as Buffer), false, `${file} holds the old title, sealed`);
      }
  });

  it('seals a private association under the person’s key and a public one under the tenant’s', async () => {
    const { vault } = ground();
    const doi = '10.5072/moves';
    const { subjectId } = await subjectOf(vault, 'north', { kind: 'account', id: 'mover' });
    const scopeOfRow = async () => {
      const [row] = await rows(doi);
      const name = (await sealedValues(ground().store)).find(
        ({ at, place }) => at === 'associations.nameSealed' && place.row === row?.associationId,
      );
      return name && openedBy(ground().vault, name);
    };
    await content().put(context, 'mover', doi, privateItem);
    const underPerson = await scopeOfRow();
    const published = await content().put(context, 'mover', doi, publicItem);
    const underTenant = await scopeOfRow();
    assert.notEqual(underPerson, underTenant);
    const key = await vault.existingKey('north', 'content');
    const [row] = await rows(doi);
    const place = (column: string) => ({
      tenant: 'north',
      table: 'associations',
      column,
      row: row?.associationId ?? '',
    });
    assert.equal(key?.open(place('name_sealed'), row?.nameSealed as Buffer), 'Löfgren, Ada');
    assert.equal(key?.open(place('title_sealed'), row?.titleSealed as Buffer), publicItem.title);
    const hidden = await content().put(context, 'mover', doi, privateItem);
    assert.equal(await scopeOfRow(), underPerson);
    assert.equal(hidden.association.id, published.association.id);

    await content().put(context, 'mover', '10.5072/stays', publicItem);
    await vault.shred('north', [subjectScope(subjectId)]);
    await refused(content().get(context, 'mover', doi), 'not-found');
    assert.equal((await content().get(context, 'mover', '10.5072/stays')).association.nameAsPublished, 'Löfgren, Ada');
    assert.equal((await content().ofItem(context, doi, {})).items.length, 0);
  });

  it('retracts an association that was recorded by mistake', async () => {
    const doi = '10.5072/mistake';
    const { etag } = await content().put(context, 'ada', doi, publicItem);
    await refused(content().retract(context, 'ada', doi, '"stale"'), 'precondition-failed');
    await content().retract(context, 'ada', doi, etag);
    await refused(content().retract(context, 'ada', doi), 'not-found');
    assert.deepEqual(await rows(doi), []);
  });

  it('lets one of two concurrent changes win and tells the other', async () => {
    const doi = '10.5072/raced';
    const { etag } = await content().put(context, 'ada', doi, publicItem);
    const results = await Promise.allSettled(
      ['3', '4', '5'].map((version) => content().put(context, 'ada', doi, { ...publicItem, version }, etag)),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results)
      if (result.status === 'rejected') assert.equal(result.reason.type, 'precondition-failed');
  });

  it('lists in pages that miss nothing and repeat nothing', async () => {
    const dois = Array.from({ length: 7 }, (_, n) => `10.5072/page-${n}`);
    for (const doi of dois) await content().put(context, 'lister', doi, { ...privateItem, title: doi });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await content().list(context, 'lister', { limit: 3, cursor });
      assert.ok(page.items.length <= 3);
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(seen.sort(), dois);
  });

  it('keeps tenants apart', async () => {
    const south = testContext({ tenantId: 'south' });
    assert.deepEqual((await content().ofItem(south, DOI, {})).items, []);
    await refused(content().get(south, 'ada', DOI), 'not-found');
  });

  it('logs decisions with the fields’ names, without DOI, name or title', async () => {
    const entries = JSON.stringify((await audited()).filter(({ action }) => action.startsWith('association.')));
    assert.match(entries, /"association.updated"/);
    assert.match(entries, /"fields":\["nameAsPublished"\]/);
    assert.doesNotMatch(entries, /10\.5072|Löfgren|Ice cores|233X/);
  });
});
