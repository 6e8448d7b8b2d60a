import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { sampleOrcid, sampleTraffic, writeAccessLog } from '../../../bench/sample-traffic.ts';
import { lineReader } from '../../../src/data/visits/log-lines/formats.ts';
import { linesOf } from '../../../src/foundations/imports/lines.ts';
import { openSource } from '../../../src/foundations/imports/source.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { collected } from '../../support/due.ts';

const SIZE = {
  seed: 7,
  visits: 2000,
  visitors: 100,
  accounts: 20,
  days: 30,
  endingAt: new Date('2026-03-01T00:00:00Z'),
};

describe('Sample traffic', () => {
  const traffic = sampleTraffic(SIZE);

  it('is the same for the same seed, and another for another', () => {
    assert.deepEqual(sampleTraffic(SIZE), traffic);
    assert.notDeepEqual(sampleTraffic({ ...SIZE, seed: 8 }), traffic);
  });

  it('has as much of everything as was asked for', () => {
    assert.equal(traffic.visits.length, SIZE.visits);
    assert.equal(traffic.profiles.length, SIZE.accounts);
    assert.equal(new Set(traffic.decisions.map(({ visitor }) => visitor)).size, SIZE.visitors);
    assert.ok(traffic.items.length >= SIZE.accounts);
  });

  it('visits in order of time, all within the days asked for', () => {
    const times = traffic.visits.map(({ occurredAt }) => occurredAt.getTime());
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    const end = SIZE.endingAt.getTime();
    assert.ok(times.every((at) => at < end && at >= end - SIZE.days * 86_400_000));
  });

  it('is busier by day than by night', () => {
    const at = (from: number, to: number) =>
      traffic.visits.filter(({ occurredAt }) => occurredAt.getUTCHours() >= from && occurredAt.getUTCHours() < to);
    assert.ok(at(9, 15).length > 2 * (at(0, 3).length + at(21, 24).length));
  });

  it('withdraws only what was given', () => {
    const given = new Set<string>();
    for (const { visitor, purpose, status } of traffic.decisions) {
      if (status === 'withdrawn') assert.ok(given.has(`${visitor} ${purpose}`));
      if (status === 'given') given.add(`${visitor} ${purpose}`);
    }
  });

  it('comes from addresses set aside for documentation, so that nobody is meant', () => {
    const set = ['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24', '2001:db8::/32', '2002:cb00:7100::/40'];
    for (const { address } of [...traffic.visits, ...traffic.decisions]) {
      const parsed = ipaddr.process(address);
      assert.ok(
        set
          .map((range) => ipaddr.parseCIDR(range))
          .some((range) => parsed.kind() === range[0].kind() && parsed.match(range)),
        address,
      );
    }
    for (const { email } of traffic.profiles) assert.match(email, /@example\.org$/);
    for (const { doi } of traffic.items) assert.match(doi, /^10\.5072\//);
  });

  it('has ORCID iDs that are well-formed, and given to nobody', () => {
    const { vectors } = JSON.parse(
      readFileSync(join(packageRoot, 'test/vectors/orcid-iso7064-mod11-2.json'), 'utf8'),
    ) as { vectors: { orcid: string; valid: boolean }[] };
    const checked = (orcid: string) => {
      const digits = orcid.replaceAll('-', '').slice(0, 15);
      const sum = [...digits].reduce((total, digit) => (total + Number(digit)) * 2, 0);
      return '0123456789X'[(12 - (sum % 11)) % 11] === orcid.at(-1);
    };
    for (const { orcid, valid } of vectors) assert.equal(checked(orcid), valid, orcid);
    for (let n = 0; n < 200; n += 1) {
      const orcid = sampleOrcid(n);
      assert.match(orcid, /^0009-9999-\d{4}-\d{3}[\dX]$/);
      assert.ok(checked(orcid), orcid);
    }
    assert.equal(new Set(Array.from({ length: 200 }, (_, n) => sampleOrcid(n))).size, 200);
  });

  it('written as an access log is read back as it was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-traffic-'));
    try {
      const path = join(folder, 'access.log');
      const odd = { ...(traffic.visits[0] as (typeof traffic.visits)[0]), userAgent: 'a "quoted" \\ agent' };
      const visits = [...traffic.visits, odd, { ...odd, userAgent: '' }];
      await writeAccessLog(path, visits);
      const chunks = await collected(linesOf((await openSource(path)).bytes(), { linesPerChunk: 500 }));
      const parsed = chunks.flatMap(({ lines }) => lines.map(lineReader()));
      assert.deepEqual(
        parsed,
        visits.map(({ address, occurredAt, userAgent }) => ({
          address: ipaddr.process(address).toString(),
          occurredAt,
          userAgent,
        })),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
