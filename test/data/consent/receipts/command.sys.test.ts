import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { openApp } from '../../../support/app.ts';
import { openGround } from '../../../support/engines.ts';
import { built } from '../../../support/service-process.ts';

describe('lethe receipt verify', function () {
  this.timeout(180_000);
  let folder: string;
  let receiptId: string;
  let jws: string;
  let bundle: Record<string, unknown>;
  let keys: string;
  let logKey: string;
  const fileWith = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-receipt-'));
    const ground = await openGround('sqlite');
    const app = await openApp(ground);
    const { body } = await app
      .as('platform')
      .post('/v1/consents')
      .send({
        subject: { kind: 'visitor', id: 'v-command' },
        purpose: 'usage-statistics',
        status: 'given',
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      })
      .expect(201);
    receiptId = body.eventId;
    app.time.now = new Date(app.time.now.getTime() + 2000);
    await app.services.merkleLog.advance(() => app.time.now);
    ({ text: jws } = await app.as('nobody').get(`${body.links.receipt}/receipt.jws`).buffer(true).expect(200));
    ({ body: bundle } = await app.as('platform').get(`/v1/consents/${receiptId}/receipt`).expect(200));
    ({ text: keys } = await app.as('nobody').get('/.well-known/jwks.json').expect(200));
    ({ text: logKey } = await app.as('nobody').get('/log/north/key').expect(200));
    keys = fileWith('jwks.json', keys);
    await app.close();
    await ground.close();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** In an environment with which nothing else would start: it needs no installation. */
  function verify(...words: string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [built('src/cli.ts'), 'receipt', 'verify', ...words],
      {
        cwd: packageRoot,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: folder, LETHE_DATA: '/nowhere/at/all', DATABASE_URL: 'nonsense' },
      },
    );
    return { status, stdout, stderr };
  }

  it('takes the signed text, says which receipt it is, and ends with 0', () => {
    const { status, stderr } = verify(fileWith('receipt.jws', jws), '--jwks', keys);
    assert.equal(status, 0, stderr);
    assert.match(stderr, new RegExp(`Receipt ${receiptId}, decided 2026-03-01T12:00:00\\.000Z\\nValid\\.\\n$`));
  });

  it('takes the bundle with its proof, and answers as JSON', () => {
    const file = fileWith('bundle.json', JSON.stringify(bundle));
    const { status, stdout } = verify(file, '--jwks', keys, '--log-key', logKey, '--json');
    assert.equal(status, 0, stdout);
    assert.deepEqual(JSON.parse(stdout), {
      valid: true,
      faults: [],
      notes: [],
      receiptId,
      decidedAt: '2026-03-01T12:00:00.000Z',
    });
  });

  it('says what is wrong and ends otherwise', () => {
    const kantara = { ...(bundle['kantara'] as object), jurisdiction: 'FR' };
    const altered = verify(fileWith('altered.json', JSON.stringify({ ...bundle, kantara })), '--jwks', keys);
    assert.match(altered.stderr, /Not valid: kantara: is not what was signed/);
    assert.doesNotMatch(altered.stderr, /^Valid\.$/m);
    const elsewhere = fileWith('other.json', JSON.stringify({ keys: [] }));
    const foreign = verify(fileWith('receipt.jws', jws), '--jwks', elsewhere);
    assert.match(foreign.stderr, /Not valid: signature: it names a key that is not in the key set/);
    const keyless = verify(fileWith('receipt.jws', jws));
    assert.match(keyless.stderr, /give the key set with --jwks/);
    for (const { status } of [altered, foreign, keyless]) assert.equal(status, 1);
    assert.equal(verify(join(folder, 'absent')).status, 2);
  });
});
