import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../src/app/config.ts';
import { openFoundations } from '../../../src/app/foundations.ts';
import { buildServices, type Services } from '../../../src/app/services.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { built } from '../../support/service-process.ts';

/** What whoever has the machine can do there, when nothing else works any more. */
describe('On the machine', function () {
  this.timeout(180_000);
  let folder: string;
  const data = () => join(folder, 'data');
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-machine-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const lethe = (words: string[]) => {
    const { PATH, HOME } = process.env;
    return spawnSync(process.execPath, [built('src/cli.ts'), ...words], {
      cwd: packageRoot,
      encoding: 'utf8',
      env: { PATH, HOME, LETHE_DATA: data() },
    });
  };
  async function inside<T>(clock: () => Date, work: (services: Services) => Promise<T>): Promise<T> {
    const config = readConfig({ LETHE_DATA: data() });
    const foundations = await openFoundations(config, clock);
    const services = await buildServices({ ...foundations, config, clock, log: createLog('silent') });
    try {
      return await work(services);
    } finally {
      await services.close();
      await foundations.close();
    }
  }
  const now = () => new Date();

  it('the first token lies in a file of its owner’s alone, whatever makes it', () => {
    const { status, stderr, stdout } = lethe(['tenants', 'list']);
    assert.equal(status, 0, stderr);
    const file = join(data(), 'first-administrator.token');
    assert.ok(stderr.includes(file), stderr);
    assert.doesNotMatch(stdout + stderr, /lethe_admin_/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(data()).mode & 0o777, 0o700);
    for (const name of readdirSync(data())) assert.equal(statSync(join(data(), name)).mode & 0o077, 0, name);
  });

  it('a token can be issued when every other has ended or was revoked, and the log says that it was here', async () => {
    const file = join(data(), 'first-administrator.token');
    const first = readFileSync(file, 'utf8').trim();
    const later = () => new Date(Date.now() + 366 * 86_400_000);
    await inside(later, async ({ access }) => {
      await assert.rejects(access.authenticate(first), { type: 'token-expired' });
      assert.ok(existsSync(file), 'one that has ended was not used');
    });
    await inside(now, async ({ access }) => {
      const root = await access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
      for (const { id } of (await access.listTokens(root, {})).items) await access.revokeToken(root, id);
      assert.equal(await access.authenticate(first), undefined);
      assert.ok(!existsSync(file), 'what was revoked is of no more use');
    });
    const issued = lethe(['tokens', 'issue', '--role', 'admin', '--every-tenant', '--label', 'again']);
    assert.equal(issued.status, 0, issued.stderr);
    const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10);
    assert.ok(issued.stderr.includes(inAYear), issued.stderr);
    await inside(now, async ({ access, store }) => {
      const credentials = await access.authenticate(issued.stdout.trim());
      assert.deepEqual([credentials?.role, credentials?.everyTenant], ['admin', true]);
      const entries = await store.read((q) => q.select().from(q.tables.auditEntries));
      assert.ok(entries.some(({ action, actor }) => action === 'token.issued' && actor === 'system:cli'));
    });
    assert.match(lethe(['tokens', 'list']).stdout, new RegExp(`${inAYear}.*in use`));
    const long = lethe(['tokens', 'issue', '--role', 'dpo', '--label', 'x', '--until', '2099-01-01']);
    assert.equal(long.status, 1);
    assert.match(long.stderr, /expiresAt.*365 days/);
  });

  it('mail that no server takes is handed over once, into files of their owner’s alone', async () => {
    const ids = await inside(now, async ({ access, outbox, store }) => {
      const context = await access.contextFor('main', { id: 'system:test', role: 'operator' });
      const prepared = await outbox.prepare(
        context,
        ['one', 'two', 'three'].map((subject) => ({
          party: 'data-subject',
          topic: 'request.acknowledged',
          delivery: { channel: 'email', address: 'ada@example.org' } as const,
          data: {},
          subject,
          text: `Letter ${subject}`,
        })),
      );
      await store.write((tx) => outbox.add(tx, prepared));
      return prepared.map(({ messageId }) => messageId);
    });
    const to = join(folder, 'letters');
    assert.equal(lethe(['outbox', 'export']).status, 2);
    const listed = lethe(['outbox', 'export', '--list']);
    for (const id of ids) assert.ok(listed.stdout.includes(id), listed.stdout + listed.stderr);
    assert.doesNotMatch(listed.stdout, /ada@|Letter/);
    const one = lethe(['outbox', 'export', ids[1] as string]);
    assert.match(one.stdout, /^Letter two/m);
    assert.equal(lethe(['outbox', 'export', ids[1] as string]).status, 1);
    const all = lethe(['outbox', 'export', '--to', to]);
    assert.equal(all.status, 0, all.stderr);
    assert.deepEqual(readdirSync(to).sort(), [`${ids[0]}.eml`, `${ids[2]}.eml`].sort());
    assert.equal(statSync(to).mode & 0o777, 0o700);
    for (const name of readdirSync(to)) assert.equal(statSync(join(to, name)).mode & 0o777, 0o600);
    assert.match(lethe(['outbox', 'export', '--to', to]).stderr, /No mail waits/);
    chmodSync(to, 0o755);
    assert.match(lethe(['outbox', 'export', '--to', to]).stderr, /set its mode to 0700/);
    assert.ok(!existsSync(join(data(), 'outbox')));
  });

  it('a token in a file that others can read is not taken', () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'lethe_dpo_'.padEnd(60, 'x'));
    chmodSync(file, 0o644);
    const refused = lethe(['outbox', 'export', '--list', '--token-file', file]);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /can be read by others/);
  });
});
