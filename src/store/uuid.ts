import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4096);
let drawn = pool.length;
let last = { milliseconds: 0, counter: 0 };

/**
 * A UUID of version 7 (RFC 9562 §5.7): sorts by `at`, and within one millisecond of one process by order of call.
 * `at` is the injected clock's instant.
 */
export function uuidv7(at: Date): string {
  if (drawn + 10 > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const bytes = Buffer.from(pool.subarray(drawn, drawn + 10));
  drawn += 10;
  const milliseconds = at.getTime();
  const counter = milliseconds === last.milliseconds ? last.counter + 1 : (bytes.readUInt16BE(0) & 0x3ff) << 0;
  last = { milliseconds, counter };
  const time = milliseconds.toString(16).padStart(12, '0');
  const sequence = (counter & 0xfff).toString(16).padStart(3, '0');
  const variant = (0x8000 | (((counter >> 12) & 0xf) << 10) | (bytes.readUInt16BE(2) & 0x3ff)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}-${bytes.toString('hex', 4, 10)}`;
}
