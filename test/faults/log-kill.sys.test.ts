import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { receiptDigest } from '../../src/data/consent/views.ts';
import { openCheckpoint } from '../../src/foundations/audit/log/checkpoint.ts';
import { leafOf } from '../../src/foundations/audit/log/leaf.ts';
import { leafHash, nodeHash, rootOf } from '../../src/foundations/audit/log/merkle.ts';
import { parseVerifierKey } from '../../src/foundations/audit/log/note.ts';
import { decodeBundle, tilePath } from '../../src/foundations/audit/log/tile.ts';
import { parseOpenings } from '../../src/foundations/audit/verify/openings.ts';
import { newMasterKey } from '../../src/foundations/vault/master-key.ts';
import { ENGINES } from '../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';
import { adminCall, type RunningServer, readiness, startServer } from '../support/service-process.ts';

const ROUNDS = 4;

for (const engine of ENGINES)
  describe(`The log of a service that is killed again and again (${engine})`, function () {
    this.timeout(240_000);
    let folder: string;
    const databases: string[] = [];
    const environment: Record<string, string> = {};
    /** Two instances on PostgreSQL, one on SQLite. */
    const instances: (RunningServer | undefined)[] = engine === 'postgres' ? [undefined, undefined] : [undefined];

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-log-kill-'));
      environment['LETHE_MASTER_KEY'] = newMasterKey();
      environment['LETHE_PUBLIC_URL'] = 'https://privacy.example';
      if (engine === 'sqlite') environment['LETHE_DATA'] = folder;
      else
        for (const setting of ['DATABASE_URL', 'LETHE_KEYRING_URL']) {
          const url = await newPostgresDatabase({ empty: true });
          databases.push(url);
          environment[setting] = url;
        }
    });
    after(async () => {
      for (const instance of instances) await instance?.kill().catch(() => undefined);
      for (const database of databases) await dropPostgresDatabase(database);
      rmSync(folder, { recursive: true, force: true });
    });

    it('holds every acknowledged entry exactly once, and every checkpoint it ever signed fits every later one (REQ-F02)', async () => {
      /** Every signed head anybody saw. */
      const seen = new Map<number, string>();
      const acknowledged = new Set<string>();
      let secret = '';

      async function watch(server: RunningServer): Promise<void> {
        const answer = await fetch(`${server.url}/log/main/checkpoint`);
        if (!answer.ok) return;
        const note = await answer.text();
        const size = Number(note.split('\n')[1]);
        assert.equal(seen.get(size) ?? note, note, 'one size has one signed head');
        seen.set(size, note);
      }

      async function post(server: RunningServer): Promise<void> {
        const response = await fetch(`${server.url}/v1/consents`, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${secret}`,
            'Idempotency-Key': `"${crypto.randomUUID()}"`,
            'Content-Type': 'application/json',
          },
          body: JSON.stringify({
            subject: { kind: 'visitor', id: `v-${crypto.randomUUID()}` },
            purpose: 'usage-statistics',
            status: 'given',
            notice: { id: 'consent-banner', version: '1.1', language: 'en' },
          }),
        });
        assert.equal(response.status, 201);
        acknowledged.add(((await response.json()) as { eventId: string }).eventId);
      }

      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [n, instance] of instances.entries())
          instances[n] = instance ?? (await startServer('src/main.ts', environment));
        const running = instances.filter((one) => one !== undefined);
        const [first] = running as [RunningServer];
        secret ||= (
          await adminCall<{ secret: string }>(first.url, 'POST', '/v1/tokens', { role: 'platform', label: 'kill' })
        ).secret;
        let killed = false;
        const until = acknowledged.size + 300 + round * 170;
        const victim = round % running.length;
        const caller = async (server: RunningServer) => {
          while (!killed) {
            await post(server);
            if (acknowledged.size < until || killed) continue;
            killed = true;
            await running[victim]?.kill();
            instances[victim] = undefined;
          }
        };
        const watcher = async (server: RunningServer) => {
          while (!killed) {
            await watch(server);
            await new Promise((next) => setTimeout(next, 25));
          }
        };
        // Whoever speaks to the killed instance gets an error; that is no acknowledgement.
        await Promise.allSettled(
          running.flatMap((server) => [...Array.from({ length: 10 }, () => caller(server)), watcher(server)]),
        );
      }

      for (const [n, instance] of instances.entries())
        instances[n] = instance ?? (await startServer('src/main.ts', environment));
      const [server] = instances as [RunningServer];
      const { secret: auditor } = await adminCall<{ secret: string }>(server.url, 'POST', '/v1/tokens', {
        role: 'auditor',
        label: 'kill',
      });
      for (;;) {
        const { parts } = await readiness<{ log: { pending: number; unsigned?: string[] } }>(server.url);
        assert.equal(parts.log.unsigned, undefined);
        await watch(server);
        if (parts.log.pending === 0 && (await covered())) break;
        await new Promise((next) => setTimeout(next, 100));
      }

      /** Whether a checkpoint covers all that was acknowledged. */
      async function covered(): Promise<boolean> {
        return (await entries()).filter(({ action }) => action === 'consent.given').length >= acknowledged.size;
      }
      async function bundles(): Promise<Buffer[]> {
        const size = Math.max(...seen.keys());
        const leaves: Buffer[] = [];
        for (let index = 0; index * 256 < size; index += 1) {
          const path = tilePath('entries', index, Math.min(256, size - index * 256));
          const answer = await fetch(`${server.url}/log/main/${path}`);
          assert.equal(answer.status, 200, path);
          leaves.push(...decodeBundle(Buffer.from(await answer.arrayBuffer())));
        }
        return leaves;
      }
      /** What opens the leaves, as an auditor reads it; each must fit its leaf. */
      async function entries() {
        const leaves = await bundles();
        const all: { id: string; action: string; detail: { receipt?: string } }[] = [];
        while (all.length < leaves.length) {
          const path = `/v1/audit/leaves?from=${all.length}`;
          const answer = await fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${auditor}` } });
          for (const { index, salt, entry } of parseOpenings(await answer.text(), path)) {
            if (index >= leaves.length) return all;
            assert.ok(leafOf(salt, entry).equals(leaves[index] as Buffer), `leaf ${index}`);
            all.push(JSON.parse(entry));
          }
        }
        return all;
      }

      const all = await entries();
      assert.equal(new Set(all.map(({ id }) => id)).size, all.length, 'no entry stands twice');
      const events = all.filter(({ action }) => action === 'consent.given').map(({ detail }) => detail.receipt);
      for (const eventId of acknowledged)
        assert.equal(
          events.filter((event) => event === receiptDigest(eventId)).length,
          1,
          'acknowledged, and in the log once',
        );

      assert.ok(seen.size >= ROUNDS, `${seen.size} checkpoints seen`);
      const hashes = (await bundles()).map(leafHash);
      const memo = new Map<string, Buffer>();
      const subtree = (level: number, index: number): Buffer => {
        const name = `${level}/${index}`;
        const known = memo.get(name);
        if (known) return known;
        const hash =
          level === 0
            ? (hashes[index] as Buffer)
            : nodeHash(subtree(level - 1, index * 2), subtree(level - 1, index * 2 + 1));
        memo.set(name, hash);
        return hash;
      };
      const key = parseVerifierKey(await (await fetch(`${server.url}/log/main/key`)).text());
      // The tree over the first n entries of the end is the tree that was signed when there were n.
      for (const note of seen.values()) {
        const { size, root } = openCheckpoint(note, key);
        assert.deepEqual(await rootOf(size, subtree), root, `the head of size ${size}`);
      }
    });
  });
