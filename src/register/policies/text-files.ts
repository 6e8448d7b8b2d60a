import type { PolicyFolder } from './folder.ts';
import { MAX_BYTES } from './yaml.ts';

/** Policies that come as text instead of as a folder: read by the same readers, below `root` (`tenants/north`). */
export function openTexts(
  files: Readonly<Record<string, string>>,
  root: string,
  report: (file: string, message: string, remedy: string) => void,
): PolicyFolder {
  const texts = new Map(Object.entries(files).map(([path, text]) => [`${root}/${path}`, text]));
  const entries = (directory: string): string[] => {
    const below = [...texts.keys()].filter((path) => path.startsWith(`${directory}/`));
    return [...new Set(below.map((path) => path.slice(directory.length + 1).split('/')[0] as string))].sort();
  };
  const read = (file: string): Buffer | undefined => {
    const text = texts.get(file);
    if (text === undefined) {
      report(file, 'The file is missing.', 'Send it with the others.');
      return undefined;
    }
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length <= MAX_BYTES) return bytes;
    report(file, `The file is larger than ${MAX_BYTES} bytes.`, 'Split it, or take out what does not belong here.');
    return undefined;
  };
  return {
    read,
    entries,
    readText: (file) => {
      const bytes = read(file);
      const text = texts.get(file) ?? '';
      if (!bytes) return undefined;
      if (text.includes('\0') || !text.isWellFormed()) {
        report(file, 'The text is not UTF-8, or holds a NUL.', 'Save it as UTF-8 text.');
        return undefined;
      }
      if (text.trim() === '') {
        report(file, 'The text is empty.', 'Write what people are to be shown.');
        return undefined;
      }
      return { text, bytes };
    },
    matching: (pattern, optional = false) => {
      if (!pattern.endsWith('*.yaml')) return optional && !texts.has(pattern) ? [] : [pattern];
      const directory = pattern.slice(0, pattern.lastIndexOf('/'));
      return entries(directory)
        .filter((entry) => entry.endsWith('.yaml') && texts.has(`${directory}/${entry}`))
        .map((entry) => `${directory}/${entry}`);
    },
  };
}
