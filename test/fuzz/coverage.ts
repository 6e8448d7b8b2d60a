import { type Profiler, Session } from 'node:inspector';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

const SOURCES = pathToFileURL(join(packageRoot, 'src')).href;

/** Which blocks of the source V8 has run: an input that reaches one for the first time is worth keeping. */
export function watchCoverage() {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();

  /** Blocks run since the last look that were never seen. */
  function fresh(): Set<string> {
    const found = new Set<string>();
    session.post('Profiler.takePreciseCoverage', (fault, coverage: Profiler.TakePreciseCoverageReturnType) => {
      if (fault) throw fault;
      for (const { url, scriptId, functions } of coverage.result) {
        if (!url.startsWith(SOURCES)) continue;
        for (const { ranges } of functions)
          for (const { startOffset, endOffset, count } of ranges) {
            const block = `${scriptId}:${startOffset}:${endOffset}`;
            if (count > 0 && !seen.has(block)) found.add(block);
          }
      }
    });
    return found;
  }

  return {
    /** Whether something new was reached since the last look. */
    hasNews: (): boolean => fresh().size > 0,
    /** The same; and what was reached is no longer new. */
    take(): boolean {
      const found = fresh();
      for (const block of found) seen.add(block);
      return found.size > 0;
    },
    blocks: (): number => seen.size,
  };
}
