import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { NoPicture, PICTURE_BYTES, pictureOf } from '../../../src/foundations/print/picture.ts';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
interface Made {
  width?: number;
  height?: number;
  kind?: number[];
  drawn?: Buffer;
  extra?: Buffer[];
}
function png({ width = 3, height = 2, kind = [8, 6, 0, 0, 0], drawn, extra = [] }: Made = {}): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  const pixels = drawn ?? Buffer.alloc((1 + width * 4) * height);
  return Buffer.concat([
    PNG,
    chunk('IHDR', Buffer.concat([header, Buffer.from(kind)])),
    ...extra,
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
const segment = (marker: number, data: number[]) =>
  Buffer.from([0xff, marker, ...[data.length + 2].flatMap((n) => [n >> 8, n & 255]), ...data]);
const FRAME = [8, 0, 2, 0, 3, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
const jpeg = (...extra: Buffer[]) =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...extra,
    segment(0xc0, FRAME),
    segment(0xda, [3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]),
    Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd9]),
  ]);
const refused = (bytes: Buffer, why: RegExp) =>
  assert.throws(
    () => pictureOf(bytes),
    (fault) => fault instanceof NoPicture && why.test(fault.message),
  );

describe('A picture somebody brings', () => {
  it('is taken as what it draws, and nothing that came along with it', () => {
    const secret = Buffer.from('Author\0somebody@example.org');
    const brought = Buffer.concat([png({ extra: [chunk('tEXt', secret), chunk('eXIf', secret)] }), secret]);
    const picture = pictureOf(brought);
    assert.deepEqual([picture.type, picture.width, picture.height], ['image/png', 3, 2]);
    assert.ok(Buffer.from(picture.base64, 'base64').equals(png()));

    const other = pictureOf(Buffer.concat([jpeg(segment(0xe1, [...secret]), segment(0xfe, [...secret])), secret]));
    assert.deepEqual([other.type, other.width, other.height], ['image/jpeg', 3, 2]);
    assert.ok(Buffer.from(other.base64, 'base64').equals(jpeg()));
  });

  const bomb = png({ drawn: Buffer.alloc(30_000_000) });
  const hostile: [what: string, bytes: Buffer, why: RegExp][] = [
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), /neither PNG nor JPEG/],
    ['a page that says it is a picture', Buffer.from('<!doctype html><script>'), /neither/],
    ['nothing', Buffer.alloc(0), /neither/],
    ['more than is taken', Buffer.alloc(PICTURE_BYTES + 1), /64 kB/],
    ['more pixels than are taken', png({ width: 20_000, height: 20_000, drawn: Buffer.alloc(1) }), /20000 × 20000/],
    ['what unpacks to more than it has pixels', bomb, /damaged/],
    ['what unpacks to less', png({ drawn: Buffer.alloc(3) }), /damaged/],
    ['a filter there is not', png({ drawn: Buffer.alloc(26, 9) }), /damaged/],
    ['sixteen bits a channel', png({ kind: [16, 6, 0, 0, 0] }), /another kind/],
    ['interlacing', png({ kind: [8, 6, 0, 0, 1] }), /another kind/],
    ['a palette without colours', png({ kind: [8, 3, 0, 0, 0], drawn: Buffer.alloc(8) }), /palette/],
    ['parts that no PNG has', png({ extra: [chunk('EVIL', Buffer.from('x'))] }), /no PNG has/],
    ['no header', Buffer.concat([PNG, chunk('IEND', Buffer.alloc(0))]), /cut off/],
    ['the wrong check sum', Buffer.from(png().map((byte, n) => (n === 20 ? byte ^ 1 : byte))), /damaged/],
    ['a PNG cut off', png().subarray(0, 50), /cut off/],
    ['a JPEG cut off', jpeg().subarray(0, -2), /cut off/],
    ['a JPEG with two frames', jpeg(segment(0xc0, FRAME)), /another kind/],
    ['a JPEG in CMYK', jpeg(segment(0xc0, [8, 0, 2, 0, 3, 4])), /another kind/],
  ];
  for (const [what, bytes, why] of hostile) it(`is refused: ${what}`, () => refused(bytes, why));

  it('is a picture or refused, whatever the bytes', () => {
    const from = fc.constantFrom(png(), jpeg());
    fc.assert(
      fc.property(from, fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }), (bytes, changes) => {
        const changed = Buffer.from(bytes);
        for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
        try {
          pictureOf(changed);
        } catch (fault) {
          assert.ok(fault instanceof NoPicture, String(fault));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
