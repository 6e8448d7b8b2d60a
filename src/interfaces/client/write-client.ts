import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../app/config.ts';
import { openFoundations } from '../../app/foundations.ts';
import { buildServices } from '../../app/services.ts';
import { systemClock } from '../../foundations/process/clock.ts';
import { createLog } from '../../foundations/process/log.ts';
import { packageRoot } from '../../foundations/process/package-root.ts';
import { operationsText } from './operations-text.ts';

/** `npm run client`: writes `operations.ts` from the routes of an installation that is made for it and thrown away. */
const folder = await mkdtemp(join(tmpdir(), 'lethe-client-'));
try {
  const config = readConfig({ LETHE_DATA: join(folder, 'data') });
  const foundations = await openFoundations(config);
  const services = await buildServices({ ...foundations, config, clock: systemClock, log: createLog('warn') });
  const specs = services.routes.map(({ spec }) => spec);
  await services.close();
  await foundations.close();
  writeFileSync(join(packageRoot, 'src/interfaces/client/operations.ts'), operationsText(specs));
} finally {
  await rm(folder, { recursive: true, force: true });
}
