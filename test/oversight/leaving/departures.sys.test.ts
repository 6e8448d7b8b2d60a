import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../src/app/config.ts';
import { openFoundations } from '../../../src/app/foundations.ts';
import { buildServices, type Services } from '../../../src/app/services.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { foundBelow } from '../../forensics/bytes.ts';
import { built } from '../../support/service-process.ts';
import { newIdentity } from './move.ts';

const ACCOUNT = 'sentinel-account-of-a-move';
const NAME = 'Sentinelname Mover';

/** Two installations with folders, master keys and processes of their own. */
describe('lethe departures and lethe tenants receive', function () {
  this.timeout(300_000);
  let folder: string;
  let departureId: string;
  let file: string;
  let manifest: string;
  const environment = (which: string) => ({ LETHE_DATA: join(folder, which) });

  async function inside<T>(which: string, work: (services: Services) => Promise<T>): Promise<T> {
    const foundations = await openFoundations(readConfig(environment(which)));
    const services = await buildServices({ ...foundations, clock: () => new Date(), log: createLog('silent') });
    try {
      return await work(services);
    } finally {
      await services.close();
      await foundations.close();
    }
  }
  function lethe(which: string, ...words: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built('src/cli.ts'), ...words], {
      cwd: packageRoot,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, ...environment(which) },
    });
    return { status, stdout, stderr };
  }
  function did(which: string, ...words: string[]): string {
    const { status, stdout, stderr } = lethe(which, ...words);
    assert.equal(status, 0, `${words.join(' ')}: ${stderr}`);
    return stdout;
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-departures-'));
    await inside('a', async ({ access, profiles }) => {
      await access.bootstrap({ secret: undefined, announce: () => undefined });
      const root = await access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
      await access.createTenant(root, { id: 'north', name: 'North' });
      const north = await access.contextFor('north', { id: 'system:test', role: 'admin' });
      const { secret } = await access.issueToken(north, { role: 'dpo', label: 'officer' });
      writeFileSync(join(folder, 'officer'), secret as string, { mode: 0o600 });
      await profiles.put(await access.contextFor('north', { id: 'system:test', role: 'platform' }), ACCOUNT, {
        name: NAME,
      });
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('return a tenant into one file, encrypted to the institution', async () => {
    const { identity, recipient } = await newIdentity();
    writeFileSync(join(folder, 'identity'), `${identity}\n`, { mode: 0o600 });
    const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    const opened = JSON.parse(
      did('a', 'departures', 'open', '--tenant', 'north', '--choice', 'return', '--on', day, '--json'),
    );
    ({ departureId } = opened);
    const officer = ['--tenant', 'north', '--token-file', join(folder, 'officer')];
    did('a', 'departures', 'approve', departureId, '--digest', opened.digest, ...officer);
    file = join(folder, 'north.tar.age');
    did('a', 'departures', 'return', departureId, '--tenant', 'north', '-o', file, '--recipient', recipient);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(foundBelow([file], { NAME, ACCOUNT }), []);
  });

  it('read it into a second installation, which asks who made it', async () => {
    const take = ['tenants', 'receive', file, '--identity', join(folder, 'identity'), '--yes', '--json'];
    const unknown = lethe('b', ...take);
    assert.notEqual(unknown.status, 0);
    assert.match(unknown.stderr, /--signed-by/);
    const [, key = ''] = /Nobody vouches for the key ([\w-]+)/.exec(unknown.stderr) ?? [];
    const received = lethe('b', ...take, '--signed-by', key);
    assert.equal(received.status, 0, received.stderr);
    ({ manifest } = JSON.parse(received.stdout));
    assert.equal(lethe('b', 'tenants', 'receive', file, '--identity', join(folder, 'identity'), '--yes').status, 1);
    const name = await inside('b', async ({ access, profiles }) => {
      const context = await access.contextFor('north', { id: 'system:test', role: 'platform' });
      return (await profiles.get(context, ACCOUNT)).profile.name;
    });
    assert.equal(name, NAME);
  });

  it('erase it where it was, and say so in a certificate that stands alone', () => {
    did('a', 'departures', 'acknowledge', departureId, manifest, '--tenant', 'north');
    did('a', 'departures', 'delete', departureId, '--tenant', 'north', '--yes');
    const certificate = join(folder, 'certificate.json');
    writeFileSync(certificate, did('a', 'departures', 'certificate', departureId));
    did('a', 'departures', 'verify', certificate);
    assert.match(did('a', 'departures', 'list'), /deleted/);
    assert.doesNotMatch(did('a', 'tenants', 'list'), /north/);
    assert.deepEqual(foundBelow([join(folder, 'a')], { NAME, ACCOUNT }), []);
    const back = lethe('a', 'tenants', 'receive', file, '--identity', join(folder, 'identity'), '--yes');
    assert.match(back.stderr, /readmit/);
  });
});
