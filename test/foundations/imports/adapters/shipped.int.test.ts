import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import type { Services } from '../../../../src/app/services.ts';
import { checker } from '../../../../src/foundations/contract/validation.ts';
import { openToRead } from '../../../../src/foundations/holders/open.ts';
import { ImportDeclaration } from '../../../../src/foundations/imports/adapters/declaration.ts';
import type { MappingFault } from '../../../../src/foundations/imports/adapters/map-row.ts';
import { mappedLines } from '../../../../src/foundations/imports/adapters/read-source.ts';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { readYaml } from '../../../../src/register/policies/yaml.ts';
import { servicesOn } from '../../../data/retention/stage.ts';
import { testContext } from '../../../support/context.ts';
import { onOneEngine } from '../../../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../../support/postgres.ts';

const sql = (name: string) => readFileSync(join(packageRoot, `test/data/imports/${name}.sql`), 'utf8');

function declared(id: string): ImportDeclaration {
  const file = join(packageRoot, `policies/imports/${id}.yaml`);
  const { parsed, mistakes } = readYaml(file, readFileSync(file));
  assert.deepEqual(mistakes, []);
  checker(ImportDeclaration, '')(parsed?.value);
  // Pages of two rows: what is read along the key is read whole.
  const declaration = structuredClone(parsed?.value) as ImportDeclaration;
  if (declaration.source.sql) declaration.source.sql.pageRows = 2;
  return declaration;
}

onOneEngine('The declarations that are shipped', (ground) => {
  let services: Services;
  before(async () => {
    services = await servicesOn(ground());
  });

  async function mapped(id: string, url: string) {
    const database = await openToRead(url, {});
    const counts = { rows: 0, lines: 0, skipped: 0, faults: 0 };
    const faults: MappingFault[] = [];
    const lines = () =>
      mappedLines(
        declared(id),
        { database },
        {
          signal: new AbortController().signal,
          counts,
          onFault: (fault) => faults.push(fault),
        },
      );
    try {
      let text = '';
      for await (const piece of lines()) text += piece;
      const context = testContext({ tenantId: id, at: '2026-11-30T12:00:00Z', role: 'operator' });
      const done = await services.imports.fromLines(context, lines());
      const again = await services.imports.fromLines(context, lines());
      assert.equal(again.added.accepted, 0);
      const records = text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      return { records, faults, done, context };
    } finally {
      await database.engine.close();
    }
  }

  async function onPostgres(name: string, id: string) {
    const url = await newPostgresDatabase({ empty: true });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(sql(name));
    } finally {
      await client.end();
    }
    try {
      return await mapped(id, url);
    } finally {
      await dropPostgresDatabase(url);
    }
  }

  it('read Matomo’s visits with their binary addresses, and tell of a site that is no portal', async () => {
    const file = join(ground().folder, 'matomo.db');
    const db = new Database(file);
    db.exec(sql('matomo'));
    db.close();
    const { records, faults, done } = await mapped('matomo-visits', `sqlite:${file}`);
    assert.deepEqual(
      records.map(({ id, occurredAt, address, visitor }) => [id, occurredAt, address, visitor]),
      [
        ['matomo-101', '2026-10-01T08:00:00.000Z', '203.0.113.77', 'matomo-0011aabbccdd2233'],
        ['matomo-102', '2026-10-01T09:00:00.000Z', '2001:db8:0:0:0:0:0:7', 'matomo-0011aabbccdd2244'],
        ['matomo-103', '2026-10-01T10:00:00.000Z', '203.0.113.5', 'matomo-0011aabbccdd2255'],
      ],
    );
    assert.deepEqual([faults[0]?.row, faults[0]?.pointer], [4, '/portal']);
    assert.equal(done.added.accepted, 3);
  });

  it('read c15t’s consents as a decision for each purpose', async () => {
    const { records, faults, done } = await onPostgres('c15t', 'c15t-consents');
    assert.deepEqual(faults, []);
    assert.deepEqual(
      records.map(({ subject, purpose, status, decidedAt, act }) => [subject.id, purpose, status, decidedAt, act]),
      [
        ['sub_one', 'usage-statistics', 'given', '2026-01-10T10:00:00.250Z', 'accepted-all'],
        ['sub_one', 'external-media', 'given', '2026-01-10T10:00:00.250Z', 'accepted-all'],
        ['sub_one', 'usage-statistics', 'refused', '2026-02-10T10:00:00.000Z', 'chose'],
        ['sub_one', 'external-media', 'given', '2026-02-10T10:00:00.000Z', 'chose'],
      ],
    );
    assert.deepEqual([done.added.accepted, done.added.rejected], [4, 0]);
  });

  it('read users of Dataverse, DSpace and InvenioRDM with their own dates and iDs', async () => {
    const dataverse = await onPostgres('dataverse', 'dataverse-users');
    assert.deepEqual(dataverse.records, [
      {
        kind: 'profile',
        account: 'msole',
        name: 'Mira Sole',
        title: 'Researcher',
        email: 'mira@example.org',
        orcid: '0000-0002-1825-0097',
        createdAt: '2019-03-01T10:00:00.000Z',
        lastActivityAt: '2026-01-05T09:30:00.123Z',
      },
      {
        kind: 'profile',
        account: 'tom',
        name: 'Tom',
        email: 'tom@example.org',
        createdAt: '2018-03-01T10:00:00.000Z',
        closedAt: '2024-06-01T00:00:00.000Z',
      },
    ]);
    const { profile } = await services.profiles.get(dataverse.context, 'msole');
    assert.equal(profile.createdAt, '2019-03-01T10:00:00.000Z');

    const dspace = await onPostgres('dspace', 'dspace-users');
    assert.deepEqual(
      dspace.records.map(({ account, name, orcid, createdAt }) => [account.slice(-1), name, orcid, createdAt]),
      [
        ['1', 'Lena Brandt', '0000-0002-1825-0097', '2026-04-01T12:00:00.500Z'],
        ['2', undefined, undefined, '2010-01-01T00:00:00Z'],
      ],
    );
    const invenio = await onPostgres('inveniordm', 'inveniordm-users');
    assert.deepEqual(
      invenio.records.map(({ account, name, orcid, lastActivityAt }) => [account, name, orcid, lastActivityAt]),
      [['1', 'Yara Costa', '0000-0002-1825-0097', '2026-03-01T07:00:00.000Z']],
    );
    for (const { done, faults } of [dataverse, dspace, invenio]) {
      assert.deepEqual(faults, []);
      assert.equal(done.added.rejected, 0);
    }
  });
});
