/** Turns of the event loop to wait for more at most. */
const TURNS = 6;

/**
 * Waits while a queue grows from one turn of the event loop to the next: on a busy service one commit then carries
 * many, on an idle one nobody waits, for a turn in which nothing happens takes no time.
 */
export async function gathered(size: () => number): Promise<void> {
  for (let turn = 0, before = -1; turn < TURNS && size() !== before; turn += 1) {
    before = size();
    await new Promise((next) => setImmediate(next));
  }
}
