import assert from 'node:assert/strict';
import { upkeepInWords } from '../../src/app/readiness.ts';

const MEGABYTE = 1024 * 1024;
const file = (fileMegabytes: number, freeMegabytes: number, givesBack: boolean) => ({
  freePages: { fileBytes: fileMegabytes * MEGABYTE, freeBytes: freeMegabytes * MEGABYTE, givesBack },
});

describe('What /readyz says of the database’s files', () => {
  for (const [upkeep, alarm] of [
    [file(1000, 900, true), undefined],
    [file(1000, 900, false), /lethe compact/],
    [file(1000, 100, false), undefined],
    [file(60, 50, false), undefined],
    [{ autovacuum: { on: true, unfit: {} } }, undefined],
    [{ autovacuum: { on: false, unfit: {} } }, /autovacuum is off:/],
    [{ autovacuum: { on: true, unfit: { visits: 'off' } } }, /for some tables/],
  ] as const)
    it(`${JSON.stringify(upkeep)}: ${alarm ?? 'nothing to do'}`, () => {
      const told = upkeepInWords(upkeep) as { alarms?: string[]; degraded?: string[] };
      if (alarm === undefined) assert.equal(told.alarms, undefined);
      else {
        assert.deepEqual(told.degraded, ['database']);
        assert.match(told.alarms?.[0] ?? '', alarm);
      }
    });
});
