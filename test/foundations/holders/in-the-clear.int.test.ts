import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExternalHolders, environmentSecrets } from '../../../src/foundations/holders/open.ts';
import { declaration, person } from './platform.ts';

describe('A holder on another machine', () => {
  const declared = declaration('postgres');
  const { read, write } = declared.connection;
  const faultOf = async (url: string, allowPlain: boolean) => {
    const [holder] = createExternalHolders({
      policies: { holders: [declared], erasureRequests: [] },
      secrets: (name) => (name === read || name === write ? url : undefined),
      allowPlain,
    });
    const fault = await holder?.count(person('1'), AbortSignal.timeout(60_000)).then(
      () => 'none',
      (error: { code: string }) => error.code,
    );
    await holder?.close();
    return fault;
  };

  it('is asked nothing in the clear, unless a setting opens it', async () => {
    // A name that is of this machine is read by the driver as another's: nothing is listening on either.
    const elsewhere = 'postgres://u:p@localhost:1/x?host=127.0.0.1.nip.invalid';
    assert.equal(await faultOf(elsewhere, false), 'in-the-clear');
    assert.equal(await faultOf(`${elsewhere}&sslmode=no-verify`, false), 'in-the-clear');
    assert.equal(await faultOf(elsewhere, true), 'unreachable');
    assert.equal(await faultOf('postgres://u:p@127.0.0.1:1/x', false), 'unreachable');
  });

  it('has no secret in a file that others can read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-holder-'));
    const file = join(folder, 'url');
    writeFileSync(file, 'postgres://u:p@127.0.0.1/x\n', { mode: 0o600 });
    const secrets = environmentSecrets({ PLATFORM_READ_URL_FILE: file });
    assert.equal(secrets('PLATFORM_READ_URL'), 'postgres://u:p@127.0.0.1/x');
    chmodSync(file, 0o644);
    assert.equal(secrets('PLATFORM_READ_URL'), undefined);
    rmSync(folder, { recursive: true });
  });
});
