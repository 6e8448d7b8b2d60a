import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { readConfig } from '../../../src/app/config.ts';
import { openFoundations } from '../../../src/app/foundations.ts';
import { buildServices } from '../../../src/app/services.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';
import { built } from '../../support/service-process.ts';

const NAME = 'Ada Whoasks';

describe('lethe requests', function () {
  this.timeout(180_000);
  let folder: string;
  let requestId: string;
  const environment = () => ({ LETHE_DATA: join(folder, 'data'), LETHE_PUBLIC_URL: 'https://lethe.example' });

  async function inside<T>(work: (services: Awaited<ReturnType<typeof buildServices>>) => Promise<T>): Promise<T> {
    const foundations = await openFoundations(readConfig(environment()));
    const services = await buildServices({ ...foundations, clock: () => new Date(), log: createLog('silent') });
    try {
      return await work(services);
    } finally {
      await services.close();
      await foundations.close();
    }
  }
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-requests-'));
    requestId = await inside(async (services) => {
      await services.access.bootstrap({ secret: undefined, announce: () => undefined });
      const context = await services.access.contextFor('main', { id: 'system:test', role: 'dpo' });
      const opened = await services.requests.open(context, {
        type: 'access',
        channel: 'letter',
        receivedAt: new Date(Date.now() - 60_000).toISOString(),
        text: 'What do you hold?',
        requester: { name: NAME },
      });
      return opened.requestId;
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function lethe(...words: string[]) {
    return spawnSync(process.execPath, [built('src/cli.ts'), 'requests', ...words], {
      cwd: packageRoot,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, ...environment() },
    });
  }

  it('lists what is open and until when, and names nobody', () => {
    const { status, stdout, stderr } = lethe('list', '--format', 'json');
    assert.equal(status, 0, stderr);
    const [one, ...others] = (JSON.parse(stdout) as { items: { requestId: string; dueOn: string }[] }).items;
    assert.deepEqual(others, []);
    assert.equal(one?.requestId, requestId);
    assert.match(one?.dueOn ?? '', /^\d{4}-\d{2}-\d{2}$/);
    const due = lethe('due');
    assert.ok(due.stdout.includes(one?.dueOn as string) && due.stdout.includes(requestId));
    assert.ok(!`${stdout}${due.stdout}`.includes(NAME));
    assert.match(
      lethe('due', '--by', '2001-01-01').stderr + lethe('due', '--by', '2001-01-01').stdout,
      /Nothing is due/,
    );
  });

  it('gives the last days as a calendar without personal data', () => {
    const { stdout } = lethe('due', '--format', 'ics');
    assert.match(stdout, /^BEGIN:VCALENDAR/);
    assert.match(stdout, /BEGIN:VEVENT/);
    assert.ok(!stdout.includes(NAME));
  });

  it('shows one with its clock and what may happen next, and writes down that somebody looked', async () => {
    const { status, stdout, stderr } = lethe('show', requestId);
    assert.equal(status, 0, stderr);
    assert.match(stdout + stderr, /access: open; due \d{4}-/);
    const page = lethe('show', requestId, '--format', 'html');
    assert.match(page.stdout, /^<!doctype html>/i);
    const looks = await inside(async ({ store }) =>
      (await store.read((q) => q.select().from(q.tables.auditEntries))).filter(
        ({ action }) => action === 'personal-data.read',
      ),
    );
    assert.deepEqual(
      looks.map(({ actor, detail }) => [actor, (detail as { what: string }).what]),
      Array(2).fill(['system:cli', 'getRequest']),
    );
  });

  it('goes from a letter to a released package, each step as it is told', async () => {
    const token = join(folder, 'second.token');
    await inside(async ({ access, profiles, registerRecords }) => {
      const system = (role: 'admin' | 'platform') => access.contextFor('main', { id: 'system:test', role });
      const admin = await system('admin');
      const { secret } = await access.issueToken(admin, { role: 'admin', label: 'second person' });
      writeFileSync(token, secret as string, { mode: 0o600 });
      await registerRecords.recordInstitution(admin, { legalName: 'Example University' });
      await profiles.put(await system('platform'), 'whoasks', { name: NAME });
    });
    const entered = lethe(
      ...['open', '--type', 'access', '--channel', 'letter', '--subject', 'account:whoasks'],
      ...['--requester-name', NAME],
    );
    assert.equal(entered.status, 0, entered.stderr);
    const id = entered.stdout.trim();
    const steps: string[] = [];
    for (let line = next(); line !== ''; line = next()) {
      const [lethe_, requests_, name, ...words] = line.split(' ') as [string, string, string, ...string[]];
      assert.deepEqual([lethe_, requests_], ['lethe', 'requests']);
      steps.push(name);
      const said = words.map(
        (word) =>
          ({ '<yes|no>': 'yes', '<…>': 'Known at the desk.', '<link|passphrase|transfer>': 'link', '<file>': token })[
            word
          ] ?? word,
      );
      const done = lethe(name, ...said, '--format', 'json');
      assert.equal(done.status, 0, `${line}: ${done.stderr}`);
      if (name === 'release')
        assert.match((JSON.parse(done.stdout) as { url: string }).url, /^https:\/\/lethe\.example\/packages\//);
      if (name === 'release') break;
    }
    assert.deepEqual(steps, ['acknowledge', 'check-identity', 'execute', 'approve', 'release']);

    function next(): string {
      const { status, stdout, stderr } = lethe('work', id);
      assert.equal(status, 0, stderr);
      return stdout.trim();
    }
  });

  it('needs the token of a second person to agree, and says which option is wrong', () => {
    const alone = lethe('approve', requestId, '--yes');
    assert.equal(alone.status, 2);
    assert.match(alone.stderr, /--token-file/);
    const wrong = lethe('extend', requestId, '--text', 'Because.');
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /--reasons is required/);
  });

  it('says what is wrong with an id that is none', () => {
    const { status, stderr } = lethe('show', '0190c7a4-0000-7000-8000-0000000000ff');
    assert.notEqual(status, 0);
    assert.match(stderr, /no such request/i);
  });
});

onOneEngine('The page of a request', (ground) => {
  it('shows an officer the clock with its reasons, escaped, and loads nothing', async () => {
    const app = await openApp(ground());
    try {
      const { body } = await app
        .as('dpo')
        .post('/v1/requests')
        .send({
          type: 'access',
          channel: 'letter',
          receivedAt: app.time.now.toISOString(),
          text: '<script>alert(1)</script>',
          requester: { name: '<b>Ada</b> \u202e' },
        })
        .expect(201);
      const { text, headers } = await app.as('dpo').get(`/v1/requests/${body.requestId}/page`).expect(200);
      assert.match(headers['content-security-policy'] as string, /default-src 'none'/);
      assert.ok(!text.includes('<script>alert') && !text.includes('<b>Ada'));
      assert.match(text, /Art\. 12\(3\)/);
      await request(app.server).get(`/v1/requests/${body.requestId}/page`).expect(401);
    } finally {
      await app.close();
    }
  });
});
