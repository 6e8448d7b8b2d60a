import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

/** Where Go's own module of transparency logs lies as source (Debian: golang-golang-x-mod-dev). */
const goPath = [process.env['GOPATH'], join(homedir(), 'go'), '/usr/share/gocode'].find(
  (path) => path && existsSync(join(path, 'src/golang.org/x/mod/sumdb/tlog')),
);
const missing =
  spawnSync('go', ['version']).status !== 0
    ? 'Go is not installed'
    : goPath === undefined
      ? 'golang.org/x/mod is not in a GOPATH'
      : undefined;

onBothEngines('Go’s own sumdb/note and sumdb/tlog, over HTTP', (ground) => {
  if (missing) {
    it.skip(`SKIPPED: ${missing}; what Go makes of small logs is compared in test/foundations/audit/vectors.test.ts`);
    return;
  }
  let folder: string;
  let app: TestApp;
  let program: string;
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const environment = () => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GOPATH: goPath as string,
    GO111MODULE: 'off',
    GOCACHE: process.env['GOCACHE'] ?? join(tmpdir(), 'lethe-go-cache'),
  });

  before(async function () {
    this.timeout(120_000);
    folder = mkdtempSync(join(tmpdir(), 'lethe-go-'));
    program = join(folder, 'check');
    const source = join(packageRoot, 'test/foundations/audit/go/check.go');
    const built = spawnSync('go', ['build', '-o', program, source], { encoding: 'utf8', env: environment() });
    assert.equal(built.status, 0, built.stderr);
    app = await openApp(ground());
  });
  after(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const url = () => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/log/north`;
  const fetched = async (path: string) => (await app.as('auditor').get(path).expect(200)).text;

  async function record(count: number): Promise<void> {
    const context = await app.contextOf('north');
    await ground().store.write(async (tx) => {
      for (let n = 0; n < count; n += 1)
        await ground().audit.add(tx, context, { action: 'test.done', detail: { n, name: 'Žižek 🗝' } });
    });
    app.time.now = new Date(app.time.now.getTime() + 2000);
    await app.services.merkleLog.advance(() => app.time.now);
  }

  /** Runs it beside this process: it asks this process's own server. */
  async function check(words: string[]) {
    const child = spawn(program, words, { env: {} });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    const status = await new Promise((exit) => child.once('close', exit));
    return { status, stdout, stderr };
  }

  for (const [first, more] of [
    [1, 1],
    [254, 2],
    [600, 313],
  ] as const)
    it(`accept checkpoint, inclusion, consistency, tiles and leaves, ${first} and then ${more} entries later (REQ-F02, F03)`, async () => {
      await record(first);
      const old = await fetched('/log/north/checkpoint');
      await record(more);
      const key = (await fetched('/log/north/key')).trim();
      const [from, to] = [old, await fetched('/log/north/checkpoint')].map((text) => text.split('\n')[1]);
      const { proof } = JSON.parse(await fetched(`/v1/audit/consistency?from=${from}&to=${to}`)) as { proof: string[] };
      const { items } = JSON.parse(await fetched(`/v1/audit?limit=200&action=test.done`)) as {
        items: { entryId: string }[];
      };
      const { entryId } = items[items.length >> 1] as { entryId: string };
      const entry = await app.services.merkleLog.entryAt('north', entryId);
      const words = [
        url(),
        key,
        file('entry.tlog-proof', await fetched(`/v1/audit/${entryId}/proof`)),
        file('entry.json', entry as string),
        file('old', old),
        file('consistency', proof.join('\n')),
      ];
      const { status, stdout, stderr } = await check(words);
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert.match(
        stdout,
        new RegExp(
          `^checkpoint of ${to} entries\ninclusion of entry \\d+\nconsistency from ${from} to ${to}\n` +
            `root and consistency from tiles\n${to} leaves by their hashes in tiles\n$`,
        ),
      );

      // It is no yes-sayer: another entry, another past and another key are refused.
      const proofFile = readFileSync(words[2] as string, 'utf8');
      for (const [at, content, refusal] of [
        [3, `${entry} `, /CheckRecord/],
        [2, proofFile.replace(/^index (\d+)/m, (_, index) => `index ${Number(index) + 1}`), /CheckRecord/],
        [4, old.replace(/^\d+$/m, (size) => String(Number(size) + 1)), /note.Open/],
        [5, proof.slice(1).join('\n'), /CheckTree/],
      ] as const) {
        const altered = [...words];
        altered[at] = file('altered', content);
        const refused = await check(altered);
        assert.equal(refused.status, 1, refused.stdout);
        assert.match(refused.stderr, refusal);
      }
    }).timeout(180_000);
});
