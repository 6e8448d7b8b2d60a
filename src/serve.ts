import closeWithGrace from 'close-with-grace';
import { jobs } from '../jobs/index.ts';
import { type Config, readConfig } from './app/config.ts';
import { announceFirstToken } from './app/first-token.ts';
import { followPolicies } from './app/follow-policies.ts';
import { openFoundations } from './app/foundations.ts';
import { edgeChecks, foundationChecks, withoutTenant } from './app/readiness.ts';
import { startScheduler } from './app/scheduler.ts';
import { buildServices } from './app/services.ts';
import { startupFailure } from './app/startup-failure.ts';
import { masterKeyNote, welcome } from './app/welcome.ts';
import { startSequencing } from './foundations/audit/log/loop.ts';
import { systemClock } from './foundations/process/clock.ts';
import { createLog, openLogOutput } from './foundations/process/log.ts';
import { createApp } from './interfaces/http/app.ts';
import { createHttpServer, drain, listen } from './interfaces/http/server.ts';

/** Milliseconds a stop may take before it is forced: longer than any request, shorter than usual orchestrators wait. */
const PATIENCE = 25_000;

/** To the person who starts it. The log, on standard output, is for machines and holds no secrets. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function start(config: Config): Promise<void> {
  const output = openLogOutput();
  const log = createLog(config.logLevel, output);
  const clock = systemClock;
  const foundations = await openFoundations(config, clock);
  if (foundations.store.engine === 'postgres' && !config.migrationDatabase)
    log.warn('one role owns and uses the tables: evidence is guarded by triggers only; see DATABASE_MIGRATION_URL');
  if (foundations.newMasterKeyFile) say(masterKeyNote(foundations.newMasterKeyFile));
  const services = await buildServices({ ...foundations, clock, log, config });

  let first: { tokenFile: string | undefined } | undefined;
  await services.access.bootstrap({
    secret: config.bootstrapToken,
    announce: (secret) => {
      const { dataFolder } = config;
      const tokenFile = announceFirstToken(secret, { dataFolder, terminal: process.stderr.isTTY, say });
      if (tokenFile !== undefined) log.info({ file: tokenFile }, 'the token of the first administrator is in a file');
      first = { tokenFile };
    },
  });

  // A database that came back from a backup brings erased people back: they go before anybody is served.
  const replayed = await services.replay((done, all) =>
    say(`Erasing again what a restored database has brought back: ${done} of ${all}`),
  );
  if (replayed.erasures > 0) log.warn(replayed, 'the database was older than the ledger of erasures');

  const ended = await services.access.endUnknownTokens();
  if (ended > 0) log.warn({ tokens: ended }, 'tokens that the log does not know, or that were ended before, are ended');

  const ready = foundationChecks(foundations);
  const server = createHttpServer(
    createApp({
      routes: services.routes,
      access: services.access,
      recordReading: services.recordReading,
      checkLocation: services.location.check,
      log,
      clock,
      config,
      ready,
    }),
  );
  const address = await listen(server, config.host, config.port);
  const sequencing = startSequencing({
    merkleLog: services.merkleLog,
    tenants: () => services.access.tenantIds(),
    clock,
    log,
  });
  ready['log'] = sequencing.state;
  ready['data'] = services.dataSteps.state;
  services.dataSteps.startBeside();
  const following = followPolicies({ ...foundations, log });
  for (const tenant of await withoutTenant(services.policies, services.access))
    log.warn({ tenant }, 'the policies have a folder of a tenant that there is not');
  const scheduler = await startScheduler(services, { log, clock, ready, jobs });
  Object.assign(ready, edgeChecks(services));

  closeWithGrace({ delay: PATIENCE, logger: false }, async ({ err, signal }) => {
    if (err) log.fatal({ err }, 'stopping after a fault');
    else log.info({ signal }, 'stopping');
    ready['service'] = () => ({ ok: false, draining: true });
    await drain(server);
    await following.stop();
    await scheduler.stop();
    await sequencing.stop();
    await services.close();
    await foundations.close();
    log.info('stopped');
    output.flushSync();
  });

  log.info({ address, engine: foundations.store.engine }, 'listening');
  say(welcome({ address, config, first }));
}

try {
  await start(readConfig(process.env));
} catch (error) {
  const { lines, exitCode } = startupFailure(error);
  for (const line of lines) say(line);
  process.exit(exitCode);
}
