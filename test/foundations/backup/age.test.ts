import assert from 'node:assert/strict';
import { Decrypter, Encrypter } from 'age-encryption';
import fc from 'fast-check';
import { decrypting, encrypting, identityOf, recipientOf } from '../../../src/foundations/backup/age.ts';
import { BackupError } from '../../../src/foundations/backup/manifest.ts';

const ours = identityOf(Buffer.alloc(32, 1));
const theirs = identityOf(Buffer.alloc(32, 2));

async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

const encrypted = async (content: Buffer, length: number) =>
  whole(encrypting([await recipientOf(ours), await recipientOf(theirs)])(inPieces(content, length)));
const opened = (file: Buffer, length: number, identity = ours) => whole(decrypting([identity])(inPieces(file, length)));

/** Around the size of a piece, where mistakes would be. */
const PIECE = 64 * 1024;
const sizes = fc.constantFrom(0, 1, 100, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 17);
const lengths = fc.constantFrom(1000, 4096, PIECE, PIECE + 16, 300_000);
const contentOf = (size: number) => Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 7 + size) % 256));

describe('age files', () => {
  it('of ours are read by age itself, for each recipient, and those of age by us', () =>
    fc.assert(
      fc.asyncProperty(sizes, lengths, async (size, length) => {
        const content = contentOf(size);
        const file = await encrypted(content, length);
        for (const identity of [ours, theirs]) {
          const decrypter = new Decrypter();
          decrypter.addIdentity(identity);
          assert.ok(content.equals(await decrypter.decrypt(file)));
          assert.ok(content.equals(await opened(file, length, identity)));
        }
        const encrypter = new Encrypter();
        encrypter.addRecipient(await recipientOf(ours));
        assert.ok(content.equals(await opened(Buffer.from(await encrypter.encrypt(content)), length)));
      }),
      { numRuns: 30 },
    ));

  it('open whole or not at all: not with another byte, cut off, longer, or with pieces left out or exchanged', async () => {
    const file = await encrypted(contentOf(3 * PIECE + 5), PIECE);
    const start = file.indexOf('\n', file.indexOf('\n--- ') + 1) + 1 + 16;
    const piece = (n: number) => file.subarray(start + n * (PIECE + 16), start + (n + 1) * (PIECE + 16));
    const head = file.subarray(0, start);
    const others = [
      Buffer.concat([head, piece(1), piece(0), piece(2), piece(3)]),
      Buffer.concat([head, piece(0), piece(2), piece(3)]),
      Buffer.concat([head, piece(0), piece(1), piece(2)]),
      Buffer.concat([file, piece(0)]),
      Buffer.concat([file, Buffer.from('x')]),
      head,
      Buffer.from('age-encryption.org/v1\n'),
      Buffer.alloc(0),
      Buffer.alloc(400_000, 'x'),
    ];
    for (const other of others) await assert.rejects(opened(other, 100_000), BackupError);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const altered = Buffer.from(file);
        altered[at] = (altered[at] as number) ^ change;
        await assert.rejects(opened(altered, 100_000), BackupError);
      }),
      {
        numRuns: 60,
        examples: [
          [0, 1],
          [start - 1, 1],
          [file.length - 1, 128],
        ],
      },
    );
  });

  it('are for those who are named alone', async () => {
    const file = await encrypted(contentOf(10), 10);
    await assert.rejects(opened(file, 10, identityOf(Buffer.alloc(32, 3))), /is for others/);
    await assert.rejects(whole(encrypting(['age1x'])(inPieces(Buffer.alloc(1), 1))), /age1x is no recipient of age/);
  });
});
