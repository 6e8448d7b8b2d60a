import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every regular file below a folder, by path; a file itself. */
function filesBelow(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [folder];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The forms in which bytes may lie about. */
function formsOf(needle: string | Buffer): Buffer[] {
  const bytes = Buffer.from(needle);
  const texts = [bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')].map((text) => Buffer.from(text));
  return typeof needle === 'string' ? [bytes, Buffer.from(needle, 'utf16le'), ...texts] : [bytes, ...texts];
}

/** `name in file`, for each of the named values that some file below the places has somewhere among its bytes. */
export function foundBelow(places: string[], needles: Record<string, string | Buffer>): string[] {
  const found: string[] = [];
  const sought = Object.entries(needles).map(([name, needle]) => ({ name, forms: formsOf(needle) }));
  for (const file of places.flatMap(filesBelow)) {
    let content: Buffer;
    try {
      content = readFileSync(file);
    } catch (error) {
      // A database server removes files of its own while we look.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    for (const { name, forms } of sought)
      if (forms.some((form) => content.includes(form))) found.push(`${name} in ${file}`);
  }
  return found;
}
