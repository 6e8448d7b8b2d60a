import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readInstant } from '../../../src/foundations/holders/sql/instant.ts';

const at = (iso: string) => ({ at: Date.parse(iso) });

describe('An instant as a program wrote it into a column', () => {
  const read: [kept: unknown, format: string | undefined, is: ReturnType<typeof readInstant>][] = [
    ['2019-02-17 05:20:54.529941 +0000 UTC', undefined, at('2019-02-17T05:20:54.529Z')],
    ['2019-02-17 05:20:54.529941 +0100 CET m=+0.004', undefined, at('2019-02-17T04:20:54.529Z')],
    ['2019-02-17 05:20:54', undefined, at('2019-02-17T05:20:54Z')],
    ['2019-02-17T05:20:54Z', undefined, at('2019-02-17T05:20:54Z')],
    ['2019-02-17 05:20:54 UTC', undefined, at('2019-02-17T05:20:54Z')],
    ['2019-02-17T05:20:54+0100', undefined, at('2019-02-17T04:20:54Z')],
    ['2019-02-17T05:20:54-05', undefined, at('2019-02-17T10:20:54Z')],
    ['2019-02-17T05:20', undefined, at('2019-02-17T05:20:00Z')],
    ['2019-02-17', undefined, { day: '2019-02-17' }],
    [1_550_380_854n, 'epoch-seconds', at('2019-02-17T05:20:54Z')],
    ['1550380854', 'epoch-seconds', at('2019-02-17T05:20:54Z')],
    [1_550_380_854_000, 'epoch-milliseconds', at('2019-02-17T05:20:54Z')],
  ];
  for (const [kept, format, is] of read)
    it(`${JSON.stringify(String(kept))} is read`, () => assert.deepEqual(readInstant(kept, format), is));

  for (const kept of [null, '', '0000-00-00 00:00:00', '0001-01-01 00:00:00 +0000 UTC', '1970-01-01T00:00:00Z'])
    it(`${JSON.stringify(kept)} stands for nothing`, () => assert.equal(readInstant(kept, undefined), 'missing'));
  it('and so do zeros that are counted', () => {
    assert.equal(readInstant(0n, 'epoch-seconds'), 'missing');
    assert.equal(readInstant(-1, 'epoch-milliseconds'), 'missing');
  });

  for (const kept of [
    1_550_380_854n,
    '1550380854',
    '2019-02-30 05:20:54',
    '2019-13-01',
    '17.02.2019 05:20',
    '02/17/2019',
    '2019-02-17 05:20:54 CET',
    '2019-02-17 25:20:54',
    '2019-02-17T05:20:54+99:00',
    'yesterday',
    Buffer.from('2019'),
  ])
    it(`${JSON.stringify(String(kept))} is in doubt`, () => assert.equal(readInstant(kept, undefined), 'unreadable'));

  it('is the same again for any instant of our time', () => {
    const instants = fc.date({ min: new Date('1970-01-03'), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, (instant) => {
        const iso = instant.toISOString();
        assert.deepEqual(readInstant(iso, undefined), { at: instant.getTime() });
        assert.deepEqual(readInstant(iso.replace('T', ' ').replace('Z', ' +0000 UTC'), undefined), {
          at: instant.getTime(),
        });
      }),
    );
  });
});
