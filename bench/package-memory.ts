import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { buildServices } from '../src/app/services.ts';
import { packageRoot } from '../src/foundations/process/package-root.ts';
import { openStore } from '../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../src/foundations/vault/keyring.sqlite.ts';
import { newMasterKey, parseMasterKey } from '../src/foundations/vault/master-key.ts';
import { openVault, subjectScope } from '../src/foundations/vault/vault.ts';
import { openPolicies } from '../src/register/policies/policies.ts';
import { built } from '../test/support/service-process.ts';
import type { Bench } from './harness.ts';
import { fillVisits, temporaryFolder } from './million-visits.ts';

const SIZES = [100_000, 1_000_000] as const;
const AIM_MEGABYTES = 200;

interface Made {
  rows: number;
  bytes: number;
  peakMegabytes: number;
  seconds: number;
}

async function open(folder: string, masterKey: string) {
  const file = join(folder, 'lethe.db');
  const vault = await openVault(openSqliteKeyring(join(folder, 'keyring.db')), parseMasterKey(masterKey));
  const store = await openStore(file, undefined, undefined, vault.pseudonyms);
  const services = await buildServices({
    store,
    vault,
    policies: openPolicies(join(packageRoot, 'policies')),
    clock: () => new Date(),
    log: pino({ level: 'silent' }),
  });
  const close = async () => {
    await services.close();
    await store.close();
    await vault.close();
  };
  return { file, store, vault, services, close };
}

/** In a process of its own: makes the package and tells how much memory that process ever had. */
async function child(folder: string, masterKey: string): Promise<void> {
  const { services, close } = await open(folder, masterKey);
  const context = await services.access.contextFor('main', { id: 'system:bench', role: 'dpo' });
  const began = performance.now();
  const { packageId } = await services.packages.prepare(context, { subject: 'visitor:one', kind: 'access' });
  await services.packages.make(context, packageId);
  const { records, bytes } = await services.packages.get(context, packageId);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const peakMegabytes = peakOfThisProcess();
  console.log(JSON.stringify({ rows: records, bytes, peakMegabytes, seconds }));
  await close();
}

/** Of this program alone: what the kernel counts for a process begins with the one that started it. */
function peakOfThisProcess(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Math.round((kilobytes ? Number(kilobytes) : process.resourceUsage().maxRSS) / 1024);
}

async function measure(rows: number, program: string): Promise<Made> {
  const { folder, remove } = temporaryFolder();
  const masterKey = newMasterKey();
  try {
    const { file, store, vault, services, close } = await open(folder, masterKey);
    await services.access.bootstrap({ secret: undefined, announce: () => undefined });
    const subjectId = await vault.subjectId('main', 'visitor', 'one');
    await vault.key('main', subjectScope(subjectId));
    fillVisits(file, 'main', rows, new Date(), 1);
    const inRows = store.tables.visits.subjectId.mapToDriverValue(subjectId);
    await store.write((tx) => tx.run(sql`UPDATE visits SET subject_id = ${inRows} WHERE tenant_id = 'main'`));
    await close();
    const env = { ...process.env, BENCH_MASTER_KEY: masterKey };
    const { stdout, stderr } = spawnSync(process.execPath, [program, '--child', folder], {
      cwd: packageRoot,
      env,
      encoding: 'utf8',
    });
    const made = JSON.parse(stdout || '{}') as Partial<Made>;
    if (made.rows !== rows) throw new Error(`the package has ${made.rows} of ${rows} records: ${stderr}`);
    return made as Made;
  } finally {
    remove();
  }
}

/** The package of one person with a hundred thousand, and with a million records: memory must not follow. */
export const bench: Bench = {
  name: 'package-memory',
  async run() {
    const program = built('bench/package-memory.ts');
    const [small, large] = [await measure(SIZES[0], program), await measure(SIZES[1], program)];
    const figures = {
      smallMegabytes: small.peakMegabytes,
      largeMegabytes: large.peakMegabytes,
      smallSeconds: small.seconds,
      largeSeconds: large.seconds,
      largeZipBytes: large.bytes,
    };
    return [
      {
        name: 'memory of a package as data grows',
        ratioOf: 'peak memory (RSS) of the making process, 10⁶ records ÷ 10⁵ records',
        ratios: [large.peakMegabytes / small.peakMegabytes],
        aim: { atMost: 1.3 },
        figures,
      },
      {
        name: 'memory of a package of 10⁶ records',
        ratioOf: `peak memory (RSS) of the making process ÷ ${AIM_MEGABYTES} MB`,
        ratios: [large.peakMegabytes / AIM_MEGABYTES],
        aim: { atMost: 1 },
        figures,
      },
    ];
  },
};

if (process.argv[2] === '--child') await child(process.argv[3] as string, process.env['BENCH_MASTER_KEY'] as string);
