import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Static } from 'typebox';
import { schemaMistake } from './explain.ts';
import type { PolicyFolder } from './folder.ts';
import type { Gaps } from './gaps.ts';
import { type Mistake, type Notice, type NoticeFile, POLICY_FILES, type PolicyKind } from './model.ts';
import { sha256 } from './policy-content.ts';
import type { Located } from './policy-parts.ts';
import { TENANT_FILES, type TenantFileKind } from './tenant-overlay.ts';
import { MISTAKES_PER_FILE, readYaml, type YamlFile } from './yaml.ts';

type FileKind = PolicyKind | TenantFileKind;

// Without reading our own schemas by the schema of schemas, which takes a tenth of a second: a test does that.
const ajv = new Ajv2020({ allErrors: true, strict: true, verbose: true, discriminator: true, validateSchema: false });
const validators = Object.fromEntries(
  Object.entries({ ...TENANT_FILES, ...POLICY_FILES }).map(([kind, { schema }]) => [kind, ajv.compile(schema)]),
) as Record<FileKind, ValidateFunction>;

interface ReadFile {
  kind: FileKind;
  file: string;
  yaml: YamlFile;
  /** Pointers to what does not fit the schema. */
  faults: string[];
}

/** What was read of some files, entry by entry, as far as each fits its schema. */
export interface ReadEntries {
  /** The entries of a kind of file: under `key`, or each file as one. */
  all<T>(kind: FileKind, key?: string): Located<T>[];
  /** The versions of every notice, with their texts. */
  notices(): Located<Notice>[];
}

interface Reading {
  files: PolicyFolder;
  /** Where in the folder: '' or `tenants/…/`. */
  under: string;
  kinds: Partial<Record<FileKind, { file: string; optional?: boolean }>>;
  gaps: Gaps;
  report(mistakes: Mistake[]): void;
}

/** Reads the files of these kinds; every mistake of every one is reported, and the rest is there. */
export function readEntries({ files: folder, under, kinds, gaps, report }: Reading): ReadEntries {
  const files: ReadFile[] = [];
  const gapOf = (kind: FileKind): PolicyKind => (kind === 'tenant-installation' ? 'installation' : kind);
  for (const [kind, { file: pattern, optional }] of Object.entries(kinds) as [
    FileKind,
    { file: string; optional?: boolean },
  ][])
    for (const file of folder.matching(under + pattern, optional)) {
      const bytes = folder.read(file);
      const { parsed, mistakes: faults } = bytes ? readYaml(file, bytes) : { mistakes: [] };
      report(faults);
      if (!parsed) {
        gaps.unread(gapOf(kind));
        continue;
      }
      const validate = validators[kind];
      const errors = validate(parsed.value) ? [] : (validate.errors ?? []);
      files.push({ kind, file, yaml: parsed, faults: errors.map(({ instancePath }) => instancePath) });
      report(errors.slice(0, MISTAKES_PER_FILE).map((error) => schemaMistake(file, parsed, error)));
    }

  const all = <T>(kind: FileKind, key?: string): Located<T>[] =>
    files
      .filter((read) => read.kind === kind)
      .flatMap((read) => {
        const place = (pointer: string) => ({ file: read.file, ...read.yaml.place(pointer), pointer });
        const fits = (value: unknown, at: string): boolean => {
          if (!read.faults.some((fault) => at === '' || fault === at || fault.startsWith(`${at}/`))) return true;
          gaps.broken(gapOf(kind), value);
          return false;
        };
        if (!key) return fits(read.yaml.value, '') ? [{ value: read.yaml.value as T, place }] : [];
        const entries = (read.yaml.value as Record<string, unknown> | null)?.[key];
        if (!Array.isArray(entries)) {
          gaps.unread(gapOf(kind));
          return [];
        }
        return entries.flatMap((value: T, index): Located<T>[] =>
          fits(value, `/${key}/${index}`) ? [{ value, place: (pointer) => place(`/${key}/${index}${pointer}`) }] : [],
        );
      });

  const notices = (): Located<Notice>[] =>
    all<Static<typeof NoticeFile>>('notice').flatMap(({ value, place }) =>
      value.versions.map((version, index) => {
        const texts: Notice['texts'] = {};
        for (const language of version.languages) {
          const shown = folder.readText(`${under}notices/${value.id}/${version.version}/${language}.md`);
          if (!shown) gaps.unread('text');
          else texts[language] = { text: shown.text, hash: sha256(shown.bytes) };
        }
        const [major, minor] = version.version.split('.').map(Number) as [number, number];
        return {
          value: { ...version, id: value.id, kind: value.kind, major, minor, texts },
          place: (pointer: string) => place(`/versions/${index}${pointer}`),
        };
      }),
    );

  return { all, notices };
}
