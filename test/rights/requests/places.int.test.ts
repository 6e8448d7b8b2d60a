import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { breachBooks } from '../../oversight/breaches/books.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const OFFICIAL = `
place: GB-ENG
source: a list of the test
licence: OGL-UK-3.0
years:
  "2026": ["2026-01-01", "2026-04-03", "2026-12-24", "2026-12-25", "2026-12-28"]
`;

onBothEngines('A request in another place', (ground) => {
  let app: TestApp;
  before(async () => {
    const policies = mkdtempSync(join(ground().folder, 'policies-'));
    cpSync(join(packageRoot, 'policies'), policies, { recursive: true });
    mkdirSync(join(policies, 'holidays'));
    writeFileSync(join(policies, 'holidays', 'GB-ENG.yaml'), OFFICIAL);
    app = await openApp(ground(), { now: '2026-11-25T10:00:00Z', policies });
  });
  after(() => app.close());

  async function moveTo(jurisdiction: string, timeZone: string): Promise<void> {
    const { headers } = await app.as('admin').get('/v1/tenants/north').expect(200);
    await app
      .as('admin')
      .patch('/v1/tenants/north')
      .set('If-Match', headers['etag'] as string)
      .set('Content-Type', 'application/merge-patch+json')
      .send({ jurisdiction, timeZone })
      .expect(200);
  }
  const say = async (details: object, status = 200) => {
    const { headers } = await app.as('admin').get('/v1/register/institution').expect(200);
    return app
      .as('admin')
      .put('/v1/register/institution')
      .set('If-Match', headers['etag'] as string)
      .send({ legalName: 'University of the North', contact: 'privacy@north.example', ...details })
      .expect(status);
  };
  async function open(type = 'access') {
    const { body } = await app.as('dpo').post('/v1/requests').send({ type, channel: 'letter' }).expect(201);
    const { body: whole } = await app.as('dpo').get(`/v1/requests/${body.requestId}`).expect(200);
    const warnings = (whole.clock.request.warnings as { code: string }[]).map(({ code }) => code);
    return { due: body.dueOn as string, rules: whole.clock.request.ruleSet.id as string, warnings };
  }

  it('has the official list that was imported, then what was computed, and says which', async () => {
    await moveTo('GB-ENG', 'Europe/London');
    assert.deepEqual(await open(), { due: '2026-12-29', rules: 'requests-uk-2026', warnings: [] });
    await moveTo('GB-SCT', 'Europe/London');
    assert.deepEqual(await open(), {
      due: '2026-12-29',
      rules: 'requests-uk-2026',
      warnings: ['holiday-computed', 'holiday-computed'],
    });
  });

  it('may have days taken away and added by the institution, which are days of the calendar', async () => {
    await moveTo('GB-ENG', 'Europe/London');
    await say({ holidays: { remove: ['2026-12-28'], add: ['2026-12-29'] } });
    assert.equal((await open()).due, '2026-12-28');
    await say({ holidays: { add: ['2026-12-29'] } });
    assert.equal((await open()).due, '2026-12-30');
    const { body } = await say({ holidays: { remove: ['2026-02-30'] } }, 422);
    assert.equal(body.errors[0].pointer, '/holidays/remove/0');
    const both = await say({ holidays: { remove: ['2026-12-29'], add: ['2026-12-29'] } }, 422);
    assert.match(both.body.errors[0].detail, /added as well/);
    await say({});
  });

  it('is of Switzerland by Swiss law, of Norway by the GDPR, of an institution by its Regulation', async () => {
    await moveTo('CH', 'Europe/Zurich');
    // The thirtieth day is Christmas, the next a Saturday; that St Stephen's counts everywhere nobody says.
    assert.deepEqual(await open(), { due: '2026-12-28', rules: 'requests-ch-2023', warnings: ['holiday-computed'] });
    await moveTo('NO', 'Europe/Oslo');
    assert.deepEqual(await open(), { due: '2026-12-28', rules: 'requests-eu-2018', warnings: ['holiday-computed'] });
    await moveTo('EUI', 'Europe/Brussels');
    const { rules, due } = await open();
    assert.equal(rules, 'requests-eu-institutions-2018');
    assert.ok(due >= '2027-01-01', `the Commission is closed between the years: ${due}`);
  });

  it('whose breach goes to the authority of the place, by its law', async () => {
    await say({});
    const books = breachBooks(app);
    const times = { detectedAt: '2026-11-25T03:00:00Z', awareAt: '2026-11-25T09:00:00Z' };
    const letter = async (to: string, language: string) => {
      const { breachId } = await books.report(times);
      const { letters } = await books.act(breachId, 'letters', { to, language, controller: 'institution' });
      return letters.at(-1)?.text ?? '';
    };
    await moveTo('CH', 'Europe/Zurich');
    const swiss = await letter('authority', 'de');
    assert.match(swiss, /Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter/);
    assert.match(swiss, /Art\. 24 Abs\. 1 DSG/);
    assert.match(swiss, /so rasch als möglich/);
    assert.doesNotMatch(swiss, /\b72\b|DSGVO/);
    await moveTo('EUI', 'Europe/Brussels');
    const european = await letter('authority', 'en');
    assert.match(european, /European Data Protection Supervisor/);
    assert.match(european, /Art\. 34 of Regulation \(EU\) 2018\/1725/);
    assert.match(european, /The 72 hours end:/);
    assert.doesNotMatch(european, /GDPR/);
  });

  it('keeps working in a portal with a code from before codes were checked (Art. 3(2))', async () => {
    await ground().store.write(async (tx) => {
      const { tenants: t } = tx.tables;
      await tx.update(t).set({ jurisdiction: 'US' }).where(eq(t.tenantId, 'north'));
    });
    const { headers } = await app.as('admin').get('/v1/tenants/north').expect(200);
    const patch = (body: object, status: number) =>
      app
        .as('admin')
        .patch('/v1/tenants/north')
        .set('If-Match', headers['etag'] as string)
        .set('Content-Type', 'application/merge-patch+json')
        .send(body)
        .expect(status);
    const { body } = await patch({ jurisdiction: 'BR' }, 422);
    assert.equal(body.errors[0].pointer, '/jurisdiction');
    await patch({ jurisdiction: 'US', name: 'Portal over there' }, 200);
    assert.deepEqual(await open(), {
      due: '2026-12-25',
      rules: 'requests-eu-2018',
      warnings: ['calendar-unknown'],
    });
  });

  it('is told of legitimate interests where the law knows none, and of no representative where it wants none', async () => {
    const findings = async () => {
      const { body } = await app.as('auditor').get('/v1/register/findings').expect(200);
      return (body.items as { code: string; detail: string }[]).filter(({ code }) => code === 'basis-not-here');
    };
    await moveTo('DE', 'Europe/Berlin');
    assert.deepEqual(await findings(), []);
    await moveTo('EC', 'Europe/Brussels');
    assert.ok((await findings()).length > 0);
  });

  it('names the authority of the place, or the one the institution names', async () => {
    const authority = async () =>
      (await app.as('admin').get('/v1/register/institution').expect(200)).body.supervisoryAuthority?.name;
    await say({ supervisoryAuthority: { name: 'Of the North', contact: 'https://north.authority.example' } });
    assert.equal(await authority(), 'Of the North');
    await say({});
    assert.equal(await authority(), undefined);
  });
});
