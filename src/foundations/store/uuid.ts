import { randomFillSync, randomUUID } from 'node:crypto';

const pool = Buffer.alloc(4096);
let drawn = pool.length;

/**
 * A maker of UUIDs of version 7 (RFC 9562 §5.7) that sort by `at`, and within one millisecond by order of call. Ids made
 * out for other instants than the present need a maker of their own: calls in between would break the order.
 */
export function uuidv7Maker(): (at: Date) => string {
  const last = { milliseconds: 0, counter: 0 };
  return (at) => uuidv7After(last, at);
}

/** For ids of what happens now; `at` is the injected clock's instant. */
export const uuidv7 = uuidv7Maker();

/**
 * A UUID of version 7 that tells `at` and nothing else, not even the order of the calls: for what is known by an hour or
 * a day only. Those of one time lie together, in no order.
 */
export function unorderedUuidv7(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  // All but the version of one of version 4 is random.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

function uuidv7After(last: { milliseconds: number; counter: number }, at: Date): string {
  if (drawn + 10 > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const bytes = Buffer.from(pool.subarray(drawn, drawn + 10));
  drawn += 10;
  const milliseconds = at.getTime();
  const counter = milliseconds === last.milliseconds ? last.counter + 1 : (bytes.readUInt16BE(0) & 0x3ff) << 0;
  last.milliseconds = milliseconds;
  last.counter = counter;
  const time = milliseconds.toString(16).padStart(12, '0');
  const sequence = (counter & 0xfff).toString(16).padStart(3, '0');
  const variant = (0x8000 | (((counter >> 12) & 0xf) << 10) | (bytes.readUInt16BE(2) & 0x3ff)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}-${bytes.toString('hex', 4, 10)}`;
}
