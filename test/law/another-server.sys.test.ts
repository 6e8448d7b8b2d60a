import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

// In processes of their own: a zone or a language that is read once, when a file is loaded, would not show in this one.
describe('The bound of what is due', () => {
  it('does not depend on the time zone of the server', () => {
    const module = join(packageRoot, 'src/law/duration.ts');
    const program = `import { dueBefore, endOfPeriod, localDay } from ${JSON.stringify(module)};
      const at = new Date('2026-10-24T23:30:00Z');
      console.log([endOfPeriod(at, 'P1M', 'Europe/Berlin'), dueBefore(at, 'P1M', 'Pacific/Apia')].map((d) => d.toISOString()),
        localDay(at, 'Asia/Kathmandu'));`;
    const said = ['UTC', 'Pacific/Kiritimati', 'America/St_Johns', 'Asia/Kathmandu'].map((TZ) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        cwd: packageRoot,
        env: { ...process.env, TZ },
        encoding: 'utf8',
      }),
    );
    assert.match(said[0] as string, /2026-11-24T23:00:00.000Z/);
    assert.equal(new Set(said).size, 1);
  }).timeout(180_000);
});

describe('The clock on another server', () => {
  it('shows the same, in whatever time zone and language the server runs', () => {
    const folder = join(packageRoot, 'src/law/request-clock');
    const program = `
      import { requestClock, standing } from ${JSON.stringify(join(folder, 'clock.ts'))};
      import { textsIn } from ${JSON.stringify(join(packageRoot, 'src/foundations/messages/texts.ts'))};
      import { clockInWords } from ${JSON.stringify(join(packageRoot, 'src/rights/requests/clock-in-words.ts'))};
      for (const timeZone of ['Europe/Berlin', 'America/St_Johns', 'Pacific/Apia']) {
        const events = [
          { id: '1', type: 'received', at: new Date('2026-06-30T22:30:00Z') },
          { id: '2', type: 'identity-asked', at: new Date('2026-07-02T23:30:00Z') },
          { id: '3', type: 'identity-answered', at: new Date('2026-07-05T10:30:00Z') },
          { id: '4', type: 'extended', at: new Date('2026-07-20T00:10:00Z'), reasons: ['number'] }];
        const clock = requestClock(events, { jurisdiction: 'EU', calendar: 'DE', timeZone });
        console.log(JSON.stringify([clock, clockInWords(clock, textsIn('de')), standing(clock, new Date('2026-10-02T22:30:00Z'))]));
      }`;
    const said = [
      ['UTC', 'C'],
      ['Pacific/Kiritimati', 'de_DE.UTF-8'],
      ['America/St_Johns', 'ar_EG.UTF-8'],
      ['Asia/Kathmandu', 'th_TH.UTF-8'],
    ].map(([TZ, LC_ALL]) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        cwd: packageRoot,
        env: { ...process.env, TZ, LC_ALL, LANG: LC_ALL },
        encoding: 'utf8',
      }),
    );
    assert.match(said[0] as string, /"received":"2026-07-01"/);
    assert.equal(new Set(said).size, 1);
  }).timeout(180_000);
});
