import { createHash } from 'node:crypto';

/**
 * How the public log names a receipt. Its id itself must not stand there: whoever knows the id may read the receipt and
 * withdraw with it. Of 122 random bits a hash gives nothing away, and who holds the receipt can make the same hash.
 */
export function receiptDigest(receiptId: string): string {
  return createHash('sha256').update(receiptId).digest('hex').slice(0, 32);
}
