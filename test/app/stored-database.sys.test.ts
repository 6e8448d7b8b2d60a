import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { ENGINES } from '../support/engines.ts';
import { built, type RunningServer, startServer } from '../support/service-process.ts';
import { type Installation, storedAt, unpackInstallation } from '../support/stored-installation.ts';

interface Known {
  tokens: Record<'platform' | 'dpo', string>;
  eventId: string;
  requestId: string;
  certificateId: string;
}

/** Every release from 0.4.0 on that has stored one. */
const VERSIONS = readdirSync(join(packageRoot, 'test/fixtures'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== '0.3.0')
  .map(({ name }) => name);

for (const version of VERSIONS)
  for (const engine of ENGINES)
    describe(`An installation of ${version} (${engine})`, function () {
      this.timeout(120_000);
      const known = JSON.parse(readFileSync(join(storedAt(version, engine), 'known.json'), 'utf8')) as Known;
      let installation: Installation;
      let server: RunningServer | undefined;
      before(async () => {
        installation = await unpackInstallation(version, engine);
        server = await startServer('src/main.ts', installation.environment);
      });
      after(async () => {
        await server?.stop();
        await installation.remove();
      });

      async function get<T>(path: string): Promise<T> {
        const response = await fetch(`${server?.url}${path}`, {
          headers: { Authorization: `Bearer ${known.tokens.dpo}`, 'Lethe-Purpose': 'data-quality' },
        });
        assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`);
        return (await response.json()) as T;
      }

      it('goes on under this version: a decision, a request and a certificate are read as they were', async () => {
        const { items } = await get<{ items: { eventId: string }[] }>('/v1/subjects/ada/consents/history');
        assert.deepEqual(
          items.map(({ eventId }) => eventId),
          [known.eventId],
        );
        assert.deepEqual((await get<{ items: unknown[] }>('/v1/subjects/bea/consents/history')).items, []);
        const request = await get<{ requestId: string; type: string }>(`/v1/requests/${known.requestId}`);
        assert.deepEqual([request.requestId, request.type], [known.requestId, 'rectification']);
        assert.match(JSON.stringify(await get(`/v1/certificates/${known.certificateId}`)), /erasure/);
      });

      it('has a log that holds, from its first entry on', () => {
        const words = ['log', 'verify', '--url', `${server?.url}/log/main`];
        const { status, stderr } = spawnSync(process.execPath, [built('src/cli.ts'), ...words], { encoding: 'utf8' });
        assert.equal(status, 0, stderr);
      });
    });
