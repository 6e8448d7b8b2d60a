import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildServices } from '../../../src/app/services.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openPolicies, PolicyError } from '../../../src/register/policies/policies.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const shipped = join(packageRoot, 'policies');
const FACTORS = 'link: x, context: x, nature: x, consequences: x, safeguards: x';

/** A further purpose, as text in purposes.yaml. */
const purpose = (rest: string) => `
  - id: research-on-use
    version: "1.0"
    title: { en: Research on use, de: Nutzungsforschung }
    description: { en: Studying how portals are used., de: Untersuchen, wie Portale genutzt werden. }
    gpc: false
    ${rest}
`;
const INTEREST = `basis: A6-1-f-controller
    legitimateInterest: Better portals.
    balancingTest: LIA-2026-09`;

// GDPR Art. 5(1)(b), 6(4); REQ-A07.
onBothEngines('A further purpose of data that is here already (REQ-A07)', (ground) => {
  let app: TestApp;
  let policies: string;
  beforeEach(async () => {
    policies = join(ground().folder, 'policies');
    cpSync(shipped, policies, { recursive: true });
    app = await openApp(ground(), { policies });
  });
  afterEach(async () => {
    await app.close();
    rmSync(policies, { recursive: true });
  });

  /** The portal's visits, kept for security, would be used for research as well. */
  function write(rest: string, categories = '[visits.reduced]'): void {
    const purposes = readFileSync(join(shipped, 'purposes.yaml'), 'utf8');
    writeFileSync(join(policies, 'purposes.yaml'), purposes.trimEnd() + purpose(rest));
    const visits = readFileSync(join(shipped, 'activities/portal-visits.yaml'), 'utf8');
    writeFileSync(
      join(policies, 'activities/research-on-use.yaml'),
      visits
        .replace('id: portal-visits', 'id: research-on-use')
        .replace('purpose: portal-security', 'purpose: research-on-use')
        .replace('categories: [visits.full, visits.reduced]', `categories: ${categories}`),
    );
  }
  const reload = () => app.as('installation').post('/v1/policies/reload');

  it('is refused at a reload without an assessment, naming purpose, category and what it was collected for', async () => {
    write(INTEREST);
    const { body } = await reload().expect(409);
    assert.deepEqual(
      body.errors.map(({ pointer }: { pointer: string }) => pointer),
      ['purposes.yaml'],
    );
    assert.match(body.errors[0].detail, /"research-on-use" is new for visits\.reduced/);
    assert.match(body.errors[0].detail, /collected for portal-security, usage-statistics \(Art\. 6\(4\)\)/);
    assert.match(body.errors[0].detail, /furtherTo with the five factors/);
    assert.ok(!app.policies.current().purposes.some(({ id }) => id === 'research-on-use'));
  });

  it('is no start either', async () => {
    write(INTEREST);
    const { store, vault } = ground();
    const log = createLog('silent', { write: () => undefined });
    await assert.rejects(
      () => buildServices({ store, vault, policies: openPolicies(policies), clock: () => app.time.now, log }),
      (error: unknown) =>
        error instanceof PolicyError && /new for visits\.reduced/.test(error.mistakes[0]?.message ?? ''),
    );
  });

  it('is refused for each category that it is new for', async () => {
    write(INTEREST, '[visits.full, visits.reduced]');
    assert.equal((await reload().expect(409)).body.errors.length, 2);
  });

  it('is refused when the assessment is of another purpose than the data was collected for', async () => {
    write(`${INTEREST}\n    furtherTo: { purpose: account-service, ${FACTORS} }`);
    await reload().expect(409);
  });

  const lawful: [how: string, rest: string][] = [
    ['with the five factors', `${INTEREST}\n    furtherTo: { purpose: portal-security, ${FACTORS} }`],
    ['on a law', 'basis: A6-1-e-public-interest\n    law: Higher Education Act § 4'],
  ];
  for (const [how, rest] of lawful)
    it(`is taken ${how}`, async () => {
      write(rest);
      await reload().expect(200);
      // And again: it is no longer new.
      await reload().expect(200);
    });

  it('is none where the purpose had the category before', async () => {
    write('basis: A6-1-e-public-interest\n    law: Higher Education Act § 4');
    await reload().expect(200);
    write(INTEREST);
    await reload().expect(200);
  });
});
