/** The oldest Node that Lethe runs on; package.json's `engines` says the same. */
const OLDEST_MAJOR = 24;

/** sysexits' EX_CONFIG: starting again without a change will not help. */
const CONFIGURATION = 78;

/** Why this Node cannot run Lethe, and what to do; undefined where it can. `version` as in `process.versions.node`. */
export function runtimeFault(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return undefined;
  return `Lethe needs Node ${OLDEST_MAJOR} or newer and this is ${version}: start it with npm (npm start, npm run lethe --), which brings the right one, or install Node ${OLDEST_MAJOR}.`;
}

/**
 * Ends the process with one sentence where Node is too old. better-sqlite3 would end it with a segmentation fault and
 * not a word, so this stands before anything else is loaded.
 */
export function checkRuntime(): void {
  const fault = runtimeFault(process.versions.node);
  if (fault === undefined) return;
  process.stderr.write(`${fault}\n`);
  process.exit(CONFIGURATION);
}
