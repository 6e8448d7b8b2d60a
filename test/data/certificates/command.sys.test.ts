import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificateBundle } from '../../../src/data/certificates/model.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { createSigner } from '../../../src/foundations/signing/signer.ts';
import { liveThrough } from '../../rights/erasure/person.ts';
import { openApp } from '../../support/app.ts';
import { openGround } from '../../support/engines.ts';
import { built } from '../../support/service-process.ts';
import { bundleOf, sequence } from './stage.ts';

describe('lethe certificate', function () {
  this.timeout(180_000);
  let folder: string;
  let bundle: CertificateBundle;
  let keys: string;
  let logKey: string;
  const fileWith = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-certificate-'));
    const ground = await openGround('sqlite');
    const app = await openApp(ground);
    const { account } = await liveThrough(app, 'command');
    const { body: erasure } = await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
    await sequence(app);
    bundle = await bundleOf(app, erasure.certificateId);
    keys = JSON.stringify(await createSigner(ground.vault).keySet());
    logKey = await app.services.merkleLog.key('north');
    await app.close();
    await ground.close();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** `verify` gets an environment with which nothing else would start. */
  const command = (words: string[]) => [built('src/cli.ts'), 'certificate', ...words];
  const environment = (data: string) => ({ PATH: process.env['PATH'], HOME: folder, LETHE_DATA: data });
  function lethe(words: string[], data = '/nowhere/at/all') {
    const { status, stdout, stderr } = spawnSync(process.execPath, command(words), {
      cwd: packageRoot,
      encoding: 'utf8',
      env: { ...environment(data), ...(words[0] === 'verify' ? { DATABASE_URL: 'nonsense', PORT: 'none' } : {}) },
    });
    return { status, stdout, stderr };
  }

  it('verify: valid ends with 0, shows what it says, and names the keys to compare', () => {
    const file = fileWith('valid.json', JSON.stringify(bundle));
    const { status, stdout, stderr } = lethe(['verify', file]);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /complete-with-exceptions/);
    assert.match(stderr, /Compare this thumbprint[\s\S]*\nValid\.\n$/);
    assert.match(stdout, /content\.public-association +│ +│ reduced/);
  });

  it('verify: with the published keys nothing is left to compare', () => {
    const file = fileWith('valid.json', JSON.stringify(bundle));
    const { status, stderr } = lethe(['verify', file, '--jwks', fileWith('jwks.json', keys), '--log-key', logKey]);
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /Compare/);
  });

  it('verify: fetches the published keys from their address', async () => {
    const server = createServer((_, answer) => answer.end(keys)).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
    const file = fileWith('valid.json', JSON.stringify(bundle));
    const child = spawn(process.execPath, command(['verify', file, '--jwks', url, '--json']), {
      cwd: packageRoot,
      env: environment('/nowhere/at/all'),
    });
    let said = '';
    child.stdout.on('data', (piece) => {
      said += piece;
    });
    const status = await new Promise((ended) => child.once('exit', ended));
    server.close();
    assert.equal(status, 0);
    const { valid, certificateId } = JSON.parse(said);
    assert.deepEqual([valid, certificateId], [true, bundle.certificate.certificateId]);
  });

  it('verify: anything wrong ends with 1 and is named', () => {
    const altered = structuredClone(bundle);
    altered.certificate.totals.removed += 1;
    const { status, stderr, stdout } = lethe(['verify', fileWith('altered.json', JSON.stringify(altered))]);
    assert.equal(status, 1);
    assert.match(stderr, /Not valid: the readable certificate is not the signed one: \/totals\/removed differs\./);
    assert.match(stderr, /Not valid: the counts do not add up: removed is 13, not 14\./);
    assert.doesNotMatch(stderr, /Valid\./);
    assert.equal(stdout, '');
  });

  it('verify: what cannot be read ends with 2', () => {
    const file = fileWith('valid.json', JSON.stringify(bundle));
    for (const words of [
      ['verify', join(folder, 'missing.json')],
      ['verify', folder],
      ['verify'],
      ['verify', file, '--jwks', join(folder, 'missing.json')],
      ['verify', file, '--jwks', fileWith('no-keys.json', '{"keys":1}')],
      ['verify', file, '--entry', join(folder, 'missing.json')],
    ]) {
      const { status, stderr } = lethe(words);
      assert.equal(status, 2, `${words.slice(2).join(' ')}: ${stderr}`);
      assert.notEqual(stderr, '');
    }
  });

  it('list, show and export give what the service gives; what is exported is valid', () => {
    const data = join(folder, 'data');
    assert.match(lethe(['list'], data).stderr, /There is no certificate yet/);
    const erase = spawnSync(process.execPath, [built('src/cli.ts'), 'erase', 'account:nobody', '--yes', '--json'], {
      cwd: packageRoot,
      encoding: 'utf8',
      env: environment(data),
    });
    const { certificateId } = JSON.parse(erase.stdout) as { certificateId: string };
    const listed = JSON.parse(lethe(['list', '--json'], data).stdout) as { certificateId: string; verdict: string }[];
    assert.deepEqual(
      listed.map((item) => [item.certificateId, item.verdict]),
      [[certificateId, 'complete']],
    );
    const shown = lethe(['show', certificateId], data);
    assert.match(shown.stderr, /complete[\s\S]*Nothing was there/);
    const exported = lethe(['export', certificateId], data);
    assert.equal(lethe(['verify', fileWith('exported.json', exported.stdout)]).status, 0);
    assert.match(lethe(['export', certificateId, '--page'], data).stdout, /^<!doctype html>/);
    const missing = lethe(['show', '0190c7a4-0000-7000-8000-00000000beef'], data);
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /There is no certificate of this id/);
  });
});
