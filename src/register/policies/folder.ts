import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type Mistake, POLICY_FILES } from './model.ts';
import { TENANT_FILES } from './tenant-overlay.ts';
import { MAX_BYTES } from './yaml.ts';

type Report = (file: string, message: string, remedy: string) => void;

/** A policy folder as files; what cannot be read is reported, never thrown. */
export interface PolicyFolder {
  /** The files of a name, or of a pattern such as `activities/*.yaml`, in order. */
  matching(pattern: string, optional?: boolean): string[];
  /** Names of everything in a folder, in order; none where there is no such folder. */
  entries(directory: string): string[];
  /** The bytes of an ordinary file of at most a mebibyte inside the folder; otherwise reported and undefined. */
  read(file: string): Buffer | undefined;
  /** As `read`, for text that people are shown: UTF-8 that says something. */
  readText(file: string): { text: string; bytes: Buffer } | undefined;
}

/** Whether there is a folder at all. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

export function openFolder(folder: string, report: Report): PolicyFolder {
  const read = (file: string): Buffer | undefined => {
    try {
      const path = realpathSync(join(folder, file));
      if (!path.startsWith(realpathSync(folder) + sep)) {
        report(file, 'The file is a link out of the policy folder.', 'Put the file itself here.');
        return undefined;
      }
      const status = statSync(path);
      if (!status.isFile()) {
        report(file, 'This is not an ordinary file.', 'Put a file there, or give this another name.');
        return undefined;
      }
      if (status.size > MAX_BYTES) {
        report(file, `The file is larger than ${MAX_BYTES} bytes.`, 'Split it, or take out what does not belong here.');
        return undefined;
      }
      return readFileSync(path);
    } catch {
      report(file, 'The file is missing or cannot be read.', 'Put it there, or see the shipped policies for its form.');
      return undefined;
    }
  };
  const entries = (directory: string): string[] => {
    try {
      return readdirSync(join(folder, directory)).sort();
    } catch {
      return [];
    }
  };
  return {
    read,
    entries,
    readText: (file) => {
      const bytes = read(file);
      if (!bytes) return undefined;
      const text = decoded(bytes);
      if (text === undefined || text.includes('\0')) {
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
      const slash = pattern.lastIndexOf('/');
      const [directory, name] = [pattern.slice(0, Math.max(slash, 0)), pattern.slice(slash + 1)];
      if (name !== '*.yaml') return optional && !existsSync(join(folder, pattern)) ? [] : [pattern];
      return entries(directory)
        .filter((entry) => entry.endsWith('.yaml'))
        .map((entry) => `${directory}/${entry}`);
    },
  };
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Paths of everything below a folder. Links are not followed: they may lead in circles, and Node's own recursive walk
 * (24 and newer) would go round until the heap is full.
 */
function entriesBelow(folder: string, above = ''): string[] {
  return readdirSync(join(folder, above), { withFileTypes: true }).flatMap((entry) => {
    const path = above === '' ? entry.name : `${above}/${entry.name}`;
    return entry.isDirectory() ? [path, ...entriesBelow(folder, path)] : [path];
  });
}

/** Files that look like policies but stand where nobody reads them: most likely a slip. */
export function strangers(folder: string): Mistake[] {
  const expected = patternsOf(POLICY_FILES);
  const ofInstitutions = patternsOf(TENANT_FILES);
  const isRead = (entry: string, patterns: Set<string>) =>
    patterns.has(entry) || patterns.has(entry.replace(/\/[^/]+\.yaml$/, '/*.yaml'));
  try {
    return entriesBelow(folder)
      .filter((entry) => /\.ya?ml$/.test(entry) && !entry.startsWith('schemas/'))
      .flatMap((file) => {
        const [, own] = /^tenants\/[^/]+\/(.+)$/.exec(file) ?? [];
        if (own === undefined ? isRead(file, expected) : isRead(own, ofInstitutions)) return [];
        return [
          {
            file,
            line: 1,
            column: 1,
            pointer: '',
            message: 'No policy is read from a file of this name.',
            remedy:
              own === undefined
                ? `Policies are: ${[...expected].join(', ')}.`
                : `Of an institution are read: ${[...ofInstitutions].join(', ')}; the rest is the installation's.`,
          },
        ];
      });
  } catch {
    return [];
  }
}

const patternsOf = (files: Readonly<Record<string, { file: string }>>): Set<string> =>
  new Set(Object.values(files).map(({ file }) => file));
