import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_FONTS, FONT_LICENCE, FONTS, fontPackage } from './fonts.ts';

/** Part of the build: the fonts that PDFs embed go along, with their licence. */
mkdirSync(BUILT_FONTS, { recursive: true });
for (const name of Object.values(FONTS)) copyFileSync(join(fontPackage(), 'ttf', name), join(BUILT_FONTS, name));
copyFileSync(join(fontPackage(), FONT_LICENCE), join(BUILT_FONTS, FONT_LICENCE));
