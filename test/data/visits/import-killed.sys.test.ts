import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ImportSummary } from '../../../src/foundations/imports/import-lines.ts';
import { testContext } from '../../support/context.ts';
import { type Ground, onBothEngines } from '../../support/engines.ts';
import { AT, contentsOf, logOf, stageOn } from './stage.ts';

const CHILD = join(import.meta.dirname, 'import-child.ts');

/** Runs the import in a child process and kills it with SIGKILL after so many steps; its summary if it got to the end. */
function runUntil(ground: Ground, file: string, rejectFile: string, steps: number): Promise<ImportSummary | undefined> {
  const { location, folder, masterKey } = ground;
  const child = fork(CHILD, [location, folder, masterKey, file, rejectFile, AT]);
  let seen = 0;
  let summary: ImportSummary | undefined;
  child.on('message', (message: { summary?: ImportSummary }) => {
    summary = message.summary;
    seen += 1;
    if (seen === steps) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve(summary));
  });
}

onBothEngines('An import that is killed with SIGKILL', (ground) => {
  it('has neither lost nor doubled a line once it has run to its end, grown, cut, packed and renamed meanwhile', async () => {
    const { file, rejected } = await logOf(ground(), 'sigkill.log', 20_000);
    const log = readFileSync(file);
    const named = (name: string, content: Buffer) => {
      const path = join(ground().folder, name);
      writeFileSync(path, content);
      return path;
    };
    const packed = gzipSync(log);
    const rejectFile = join(ground().folder, 'sigkill.rejects');
    const early = named('sigkill.early.log', log.subarray(0, log.length * 0.7));
    assert.equal(await runUntil(ground(), early, rejectFile, 1), undefined, 'it ended before it could be killed');
    const cut = named('sigkill.log.1.gz', packed.subarray(0, packed.length * 0.8));
    await runUntil(ground(), cut, rejectFile, 3);
    await runUntil(ground(), named('sigkill.log.2.gz', packed), rejectFile, 2);
    const summary = await runUntil(ground(), file, rejectFile, Number.POSITIVE_INFINITY);
    assert.deepEqual([summary?.resumed, summary?.accepted, summary?.rejected], [true, 19_800, 200]);
    await stageOn(ground()).visits.importAccessLog(testContext({ tenantId: 'whole', at: AT }), file, {
      portal: 'north',
    });
    assert.deepEqual(await contentsOf(ground(), 'killed'), await contentsOf(ground(), 'whole'));
    assert.deepEqual(readFileSync(rejectFile, 'utf8').trimEnd().split('\n').slice(1), rejected);
  }).timeout(120_000);
});
