import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../process/package-root.ts';

/** Latin, Greek and Cyrillic; free to embed (Bitstream Vera licence, see LICENSE beside them). */
export const FONTS = { plain: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf' } as const;
export const FONT_LICENCE = 'LICENSE';

/** Where the build puts them. */
export const BUILT_FONTS = join(packageRoot, 'dist/assets/fonts');

/** The package they come from, there while developing and building. */
export const fontPackage = (): string => dirname(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/package.json')));

export function fontFile(style: keyof typeof FONTS): string {
  const built = join(BUILT_FONTS, FONTS[style]);
  return existsSync(built) ? built : join(fontPackage(), 'ttf', FONTS[style]);
}
