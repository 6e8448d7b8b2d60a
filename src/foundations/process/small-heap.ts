import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let running = 0;

/** Asked of V8 once and kept: the function is there only if the flag is. */
let collect: (() => void) | undefined;

function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}

/**
 * Long work in the background that makes much garbage and keeps little. V8 would let the garbage grow to a multiple of
 * what is alive before it looks; meanwhile it looks early, so that the work takes a third longer and the process stays
 * as small as the work is.
 */
export async function withSmallHeap<T>(work: () => Promise<T>): Promise<T> {
  running += 1;
  if (running === 1) {
    setFlagsFromString('--optimize-for-size');
    // The limit of the heap is set anew by a collection only.
    collectGarbage();
  }
  try {
    return await work();
  } finally {
    running -= 1;
    if (running === 0) setFlagsFromString('--no-optimize-for-size');
  }
}
