import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../../foundations/process/package-root.ts';

/** What `/docs` needs of swagger-ui-dist. */
export const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;

/** Where the build puts them. */
export const BUILT_ASSETS = join(packageRoot, 'dist/assets/docs');

/** The package they come from, there while developing and building. */
export const assetPackage = (): string => dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));

export function assetsFolder(): string {
  return existsSync(join(BUILT_ASSETS, ASSETS[0])) ? BUILT_ASSETS : assetPackage();
}
