import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const NOTICE = { id: 'consent-banner', version: '1.1', language: 'en' };
const PARENT = { by: 'Mother, Ada Byron', verified: 'signed-form' };

onBothEngines('A child agrees (Art. 8, REQ-A09)', (ground) => {
  let app: TestApp;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-child-'));
    cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
    const purposes = join(folder, 'purposes.yaml');
    const text = readFileSync(purposes, 'utf8').replace(
      '  - id: external-media\n',
      '  - id: external-media\n    offeredToChildren: true\n' +
        '    research: { areas: [Science education, Media use], ethics: Ethics committee of Example University 2026/17 }\n',
    );
    writeFileSync(purposes, text);
    app = await openApp(ground(), { policies: folder });
    const { access } = app;
    const root = await access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    // North decides by German law: 16. South by French law: 15.
    const { etag } = await access.getTenant(root, 'south');
    await access.updateTenant(root, 'south', { jurisdiction: 'FR' }, etag);
  });
  after(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const decide = (id: string, more: object, purpose = 'external-media', tenant: 'north' | 'south' = 'north') =>
    app
      .as('platform', tenant)
      .post('/v1/consents')
      .send({ subject: { kind: 'account', id }, purpose, status: 'given', notice: NOTICE, ...more });
  const stands = async (id: string, purpose = 'external-media') => {
    const { body } = await app.as('platform').get(`/v1/subjects/account:${id}/consents`).expect(200);
    const found = body.purposes.find((one: { purpose: string }) => one.purpose === purpose);
    return [found.status, found.permitsProcessing, found.needsDecision];
  };

  it('of 15 where 16 is the age, and it is invalid and permits nothing', async () => {
    const { body } = await decide('child', { age: 15 }).expect(201);
    assert.deepEqual([body.status, body.permitsProcessing, body.ageCheck], ['invalidated', false, 'parental-missing']);
    assert.deepEqual(await stands('child'), ['invalidated', false, true]);
    // A banner shown afterwards changes nothing of it.
    await decide('child', { status: 'deferred' }).expect(201);
    assert.deepEqual((await stands('child')).slice(1), [false, true]);
  });

  it('and where 15 is the age it stands', async () => {
    const { body } = await decide('child', { age: 15 }, 'external-media', 'south').expect(201);
    assert.deepEqual([body.status, body.ageCheck], ['given', 'of-age']);
  });

  it('with a parent, and who that is stands nowhere in the clear', async () => {
    const { body } = await decide('child', { ageBand: '15', parental: PARENT }).expect(201);
    assert.deepEqual([body.status, body.ageCheck, body.parentalMethod], ['given', 'parental', 'signed-form']);
    assert.deepEqual(await stands('child'), ['given', true, false]);
    const rows = await ground().store.read((q) => q.select().from(q.tables.consentEvents));
    assert.equal(JSON.stringify(rows).includes('Byron'), false);
    assert.ok(rows.some(({ parentalSealed }) => parentalSealed !== null));
    const { body: report } = await app.as('dpo').get('/v1/subjects/child/report').expect(200);
    assert.match(JSON.stringify(report), /"parentalAuthorisation":"Mother, Ada Byron"/);
  });

  it('whatever stood before, once it is known that it is too young', async () => {
    await decide('grown', {}, 'usage-statistics').expect(201);
    assert.deepEqual(await stands('grown', 'usage-statistics'), ['given', true, false]);
    await decide('grown', { ageBand: 'under-13' }, 'usage-statistics').expect(201);
    await decide('grown', { status: 'deferred' }, 'usage-statistics').expect(201);
    assert.deepEqual((await stands('grown', 'usage-statistics')).slice(1), [false, true]);
  });

  it('and no more is kept of its age than whether it was enough', async () => {
    await decide('old', { age: 16, parental: PARENT }).expect(201);
    const rows = await ground().store.read((q) => q.select().from(q.tables.consentEvents));
    const last = rows.find(({ ageCheck, tenantId }) => ageCheck === 'of-age' && tenantId === 'north');
    assert.equal(last?.parentalSealed, null, 'a parent that was not needed is not kept');
  });

  it('told what is missing or does not belong', async () => {
    for (const [body, pointer] of [
      [{}, '/age'],
      [{ age: 15, ageBand: '15' }, '/ageBand'],
      [{ status: 'withdrawn', age: 15 }, '/age'],
      [{ status: 'refused', parental: PARENT }, '/parental'],
    ] as const)
      assert.equal((await decide('child', body).expect(422)).body.errors[0].pointer, pointer);
    const parentFirst = await decide('child', { parental: PARENT }, 'usage-statistics').expect(422);
    assert.equal(parentFirst.body.errors[0].pointer, '/age');
    const fromBrowser = await app
      .as('portal')
      .post('/v1/consents')
      .set('Origin', 'https://north.example')
      .send({
        subject: { kind: 'visitor', id: 'a-browser' },
        purpose: 'external-media',
        status: 'given',
        notice: NOTICE,
        age: 12,
        parental: PARENT,
      })
      .expect(422);
    assert.equal(fromBrowser.body.errors[0].pointer, '/parental');
    const { body } = await app.as('platform').get('/v1/purposes').expect(200);
    const { offeredToChildren, ageOfConsent } = body.purposes.find(({ id }: { id: string }) => id === 'external-media');
    assert.deepEqual([offeredToChildren, ageOfConsent], [true, 16]);
  });

  it('and the receipt says so, with the areas of research and the ethics vote (REQ-C10)', async () => {
    const { body: event } = await decide('receipt', { age: 14, parental: PARENT }).expect(201);
    const { body } = await app.as('platform').get(`/v1/consents/${event.eventId}/receipt`).expect(200);
    const text = JSON.stringify([body.kantara, body.iso27560]);
    for (const words of [
      'verified by: signed-form (Art. 8(1), Art. 8(2) GDPR)',
      'Areas of research: Science education; Media use',
      '"dct:references":"Ethics committee of Example University 2026/17"',
    ])
      assert.ok(text.includes(words), words);
    assert.equal(text.includes('Byron'), false, 'the parent is not named to whoever has the receipt');
    const { text: page } = await app.as('nobody').get(`/receipts/north/${event.eventId}`).set('Accept', 'text/html');
    assert.match(page, /Areas of research[\s\S]*Media use[\s\S]*Authorised by a holder of parental responsibility/);
    const invalid = await decide('receipt', { age: 14 }).expect(201);
    const { text: told } = await app
      .as('nobody')
      .get(`/receipts/north/${invalid.body.eventId}`)
      .set('Accept', 'text/html');
    assert.match(told, /it does not count/);
  });
});
