import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ASSETS, BUILT } from './assets.ts';

const require = createRequire(import.meta.url);

/** Last step of the build: the scripts and styles of `/docs` go along, so that nothing is loaded from elsewhere. */
const source = dirname(require.resolve('swagger-ui-dist/package.json'));
mkdirSync(BUILT, { recursive: true });
for (const name of ASSETS) copyFileSync(join(source, name), join(BUILT, name));
