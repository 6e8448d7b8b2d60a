import assert from 'node:assert/strict';
import { createContext, Script } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { CLIENT_BUILD } from '../../../src/interfaces/client/build-options.ts';

/** Bytes of the minified module, compressed. */
const MOST = 10_000;

describe('The client in a browser', () => {
  it('is made of its own few files, without anything of Node or of another package', async () => {
    const { metafile } = await build({ ...CLIENT_BUILD, absWorkingDir: packageRoot, write: false, metafile: true });
    const files = Object.keys(metafile.inputs);
    assert.deepEqual(
      files.filter((file) => !file.startsWith('src/interfaces/client/')),
      [],
    );
    for (const { imports } of Object.values(metafile.inputs)) assert.ok(imports.every(({ external }) => !external));
  });

  it('is small', async () => {
    const options = { ...CLIENT_BUILD, absWorkingDir: packageRoot, write: false, minify: true } as const;
    const [file] = (await build(options)).outputFiles;
    const size = gzipSync(file?.contents as Uint8Array, { level: 9 }).length;
    assert.ok(size < MOST, `${size} bytes`);
  });

  it('works with what every browser has, and no more', async () => {
    const options = { ...CLIENT_BUILD, absWorkingDir: packageRoot, write: false, format: 'iife' } as const;
    const [file] = (await build({ ...options, globalName: 'lethe' })).outputFiles;
    const asked: [string, RequestInit][] = [];
    const page = createContext({
      fetch: async (address: string, init: RequestInit) => {
        asked.push([address, init]);
        return Response.json({ eventId: 'e-1' }, { status: 201 });
      },
      // Of a page over plain http: no `randomUUID`.
      crypto: { getRandomValues: (bytes: Uint8Array) => crypto.getRandomValues(bytes) },
      ...{ Response, Headers, Blob, ReadableStream, TextEncoder, DOMException, AbortSignal, setTimeout, clearTimeout },
    });
    new Script(file?.text as string).runInContext(page);
    const call = `lethe.createClient().recordConsent({ body: { purpose: 'p' } }).then(({ eventId }) => eventId)`;
    assert.equal(await new Script(call).runInContext(page), 'e-1');
    const [[address, init]] = asked as [[string, RequestInit]];
    assert.equal(address, '/v1/consents');
    assert.equal(init.credentials, 'same-origin');
    assert.match((init.headers as Headers).get('Idempotency-Key') as string, /^"[\da-f]{32}"$/);
  });
});
