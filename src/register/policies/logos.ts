import { NoPicture, type Picture, pictureOf } from '../../foundations/print/picture.ts';
import type { PolicyFolder } from './folder.ts';
import type { Mistake, Party } from './model.ts';
import type { Located } from './policy-parts.ts';

const FOLDER = 'logos';
const NAME = /^[a-z0-9][a-z0-9-]{0,62}\.(png|jpe?g)$/;

type Report = (file: string, message: string, remedy: string) => void;

/** The logos of a policy folder by file name, each taken as what it draws and nothing else. */
export function readLogos({ entries, read }: PolicyFolder, report: Report): Record<string, Picture> {
  const logos: Record<string, Picture> = {};
  for (const name of entries(FOLDER)) {
    const file = `${FOLDER}/${name}`;
    if (!NAME.test(name)) {
      report(file, 'This is no logo.', 'Name it in lower case, .png or .jpg; an SVG can hold scripts, save it as PNG.');
      continue;
    }
    const bytes = read(file);
    if (!bytes) continue;
    try {
      logos[name] = pictureOf(bytes);
    } catch (fault) {
      if (!(fault instanceof NoPicture)) throw fault;
      report(
        file,
        `The file ${fault.message}.`,
        'Save it anew as PNG or JPEG of at most 64 kB and 2000 × 2000 pixels.',
      );
    }
  }
  return logos;
}

/** Every logo that a party names is there. */
export function checkLogos(parties: Located<Party>[], logos: Record<string, Picture>): Mistake[] {
  return parties.flatMap(({ value: { logo }, place }) =>
    logo === undefined || logos[logo]
      ? []
      : [
          {
            ...place('/logo'),
            message: `There is no logo "${logo}".`,
            remedy: `Put it into ${FOLDER}/, or name one of: ${Object.keys(logos).join(', ') || '(none)'}.`,
          },
        ],
  );
}
