import assert from 'node:assert/strict';
import { nextStatus, type Shown } from '../../../src/data/consent/decision.ts';
import { REPORTED } from '../../../src/data/consent/model.ts';
import type { Latest } from '../../../src/data/consent/table.ts';

describe('The one table of what a reported act leads to', () => {
  const NOW = new Date('2026-03-01T12:00:00Z');
  const shown: Shown = { id: 'banner', major: 1, minor: 1, language: 'en', hash: 'h' };
  const last = (status: string, expiresAt: Date | null = null): Latest => ({
    seq: 1,
    status,
    expiresAt,
    noticeId: 'banner',
    noticeMajor: 1,
    noticeMinor: 0,
    noticeHash: 'h',
    language: 'en',
  });
  /** Reported: given, refused, withdrawn, deferred, requested; `-` is refused with 409. */
  const TABLE: Record<string, string> = {
    unknown: 'given refused withdrawn deferred requested',
    requested: 'given refused withdrawn deferred requested',
    deferred: 'given refused withdrawn deferred requested',
    refused: 'given refused withdrawn - -',
    given: 'renewed withdrawn withdrawn - -',
    renewed: 'renewed withdrawn withdrawn - -',
    withdrawn: 'given refused withdrawn - -',
    expired: 'given refused withdrawn deferred requested',
    terminated: 'given refused withdrawn deferred requested',
    invalidated: 'given refused withdrawn deferred requested',
    revoked: 'given refused withdrawn deferred requested',
  };
  for (const [before, row] of Object.entries(TABLE))
    it(`after ${before}`, () => {
      const latest = before === 'unknown' ? undefined : last(before);
      const next = REPORTED.map((reported) => {
        try {
          return nextStatus(reported, latest, shown, NOW);
        } catch (error) {
          assert.equal((error as { type: string }).type, 'conflict');
          return '-';
        }
      });
      assert.equal(next.join(' '), row);
    });

  it('takes a decision whose time is over for expired, to the millisecond', () => {
    assert.equal(nextStatus('given', last('given', NOW), shown, NOW), 'given');
    assert.equal(nextStatus('given', last('given', new Date(NOW.getTime() + 1)), shown, NOW), 'renewed');
  });

  it('lets a banner shown anew be put off, when its major version has changed, and only then', () => {
    assert.equal(nextStatus('deferred', last('given'), { ...shown, major: 2 }, NOW), 'deferred');
    assert.throws(() => nextStatus('deferred', last('given'), { ...shown, minor: 9 }, NOW));
    assert.throws(() => nextStatus('deferred', last('given'), { ...shown, id: 'other', major: 2 }, NOW));
  });
});
