import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

/** What `/docs` needs of swagger-ui-dist. */
export const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;

/** Where the build puts them. */
export const BUILT = join(here, 'assets');

/** Their folder: beside the built code, or in the package while developing. */
export function assetsFolder(): string {
  if (existsSync(join(BUILT, ASSETS[0]))) return BUILT;
  return dirname(require.resolve('swagger-ui-dist/package.json'));
}
