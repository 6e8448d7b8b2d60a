import { createRequire } from 'node:module';

/** Node-API version that better-sqlite3 is built for from 13 on; on less it ends the process with a segmentation fault. */
const NODE_API = 10;
const SINCE_MAJOR = 13;

export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
}

/** Whether this Node can run this better-sqlite3; what to do if not. */
export function runtimeFault(nodeApi: number, betterSqlite: string, node: string): string | undefined {
  if (nodeApi >= NODE_API || Number.parseInt(betterSqlite, 10) < SINCE_MAJOR) return undefined;
  return (
    `better-sqlite3 ${betterSqlite} crashes on Node ${node}: it needs Node 22.14 or newer. ` +
    'Update Node (24 is recommended), or install with the lock file: npm ci.'
  );
}

/** To be called before anything opens a database. @throws RuntimeError instead of a crash without a word */
export function checkRuntime(): void {
  const { version } = createRequire(import.meta.url)('better-sqlite3/package.json') as { version: string };
  const fault = runtimeFault(Number(process.versions.napi ?? 0), version, process.versions.node);
  if (fault) throw new RuntimeError(fault);
}
