import { randomFillSync } from 'node:crypto';

const POOL = 8_192;
const pool = Buffer.alloc(POOL);
let drawn = POOL;

/** Random bytes, drawn from the system some thousand at a time: an import makes a key for every line. */
export function pooledRandom(count: number): Buffer {
  if (drawn + count > POOL) {
    randomFillSync(pool);
    drawn = 0;
  }
  const bytes = Buffer.from(pool.subarray(drawn, drawn + count));
  // What was given out is not kept: some of it becomes a key.
  pool.fill(0, drawn, drawn + count);
  drawn += count;
  return bytes;
}
