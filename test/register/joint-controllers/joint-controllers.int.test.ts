import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const PAGE = '/register/north/joint-controllers';
const ESSENCE = 'The university decides what is shown; the platform decides how it is asked <safe>.';

// GDPR Art. 26; REQ-A42.
onOneEngine('Joint controllers', (ground) => {
  let app: TestApp;
  let policies: string;
  before(async () => {
    policies = join(ground().folder, 'policies');
    cpSync(join(packageRoot, 'policies'), policies, { recursive: true });
    app = await openApp(ground(), { policies });
  });
  after(() => app.close());

  const read = (path: string) => request(app.server).get(path);
  /** Institution and platform decide jointly about the visits, which rests on legitimate interests. */
  async function arrange(rights: string): Promise<void> {
    const alone = readFileSync(join(packageRoot, 'policies/activities/portal-visits.yaml'), 'utf8');
    const joint = `joint: { essence: "${ESSENCE}", contactPoint: institution, rights: { ${rights} } }\nparties:`;
    const together = alone
      .replace('parties:', `${joint}\n  - { party: institution, role: joint-controller }`)
      .replace('party: platform-provider, role: controller', 'party: platform-provider, role: joint-controller');
    writeFileSync(join(policies, 'activities/portal-visits.yaml'), together);
    const { status, body } = await app.as('installation').post('/v1/policies/reload');
    assert.equal(status, 200, JSON.stringify(body.errors));
  }
  const findings = async (): Promise<Json[]> => {
    const { body } = await app.as('dpo').get('/v1/register/findings').expect(200);
    return body.items.filter(({ code }: Json) => code.startsWith('joint-'));
  };

  it('are none in the shipped policies, and the page says so', async () => {
    const { body } = await read(`${PAGE}.json`).expect(200);
    assert.deepEqual(body.arrangements, []);
    assert.match((await read(PAGE).expect(200)).text, /nobody decides jointly/);
    assert.deepEqual(await findings(), []);
  });

  it('who leave a right or the information of Art. 13 to nobody are a finding that names each (REQ-A42)', async () => {
    await arrange('A15: institution, A17: platform-provider');
    const [finding, ...others] = await findings();
    assert.deepEqual(others, []);
    assert.equal(finding?.['code'], 'joint-rights-unanswered');
    // Legitimate interests: objection, but neither portability nor withdrawal.
    assert.match(finding?.['detail'], /who sees to A13, A16, A18, A21\./);
  });

  it('publish the essence of their arrangement: who answers which right, and the contact point (REQ-A42)', async () => {
    await arrange(
      'A13: institution, A15: institution, A16: institution, A17: platform-provider, A18: institution, A21: platform-provider',
    );
    assert.deepEqual(await findings(), []);
    const { body } = await read(`${PAGE}.json`).expect(200);
    const [one] = body.arrangements;
    assert.deepEqual([one.activity, one.essence, one.contactPoint], ['portal-visits', ESSENCE, 'institution']);
    assert.deepEqual(
      one.controllers.map(({ party }: Json) => party),
      ['institution', 'platform-provider'],
    );
    const answers = Object.fromEntries(one.answers.map(({ right, party }: Json) => [right, party]));
    assert.deepEqual([answers['A15'], answers['A17']], ['institution', 'platform-provider']);
    const { text, headers } = await read(PAGE).expect(200);
    assert.match(headers['content-security-policy'] as string, /default-src 'none'/);
    assert.ok(text.includes('how it is asked &lt;safe&gt;') || text.includes('&#60;safe&#62;'), 'escaped');
    assert.match(text, /turn to each of them all the same/);
  });

  it('are of portals that exist', async () => {
    await read('/register/nowhere/joint-controllers').expect(404);
    await read('/register/nowhere/joint-controllers.json').expect(404);
  });
});
