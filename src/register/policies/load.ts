import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Static } from 'typebox';
import type { DeclaredHolder } from '../../foundations/holders/declaration.ts';
import { checkSemantics } from './check.ts';
import { schemaMistake } from './explain.ts';
import { isFolder, openFolder, strangers } from './folder.ts';
import { Gaps } from './gaps.ts';
import type { HolidayFile } from './jurisdiction-model.ts';
import { readLetters } from './letters.ts';
import { checkLogos, readLogos } from './logos.ts';
import {
  type Activity,
  type AgreementTemplate,
  type Category,
  type ErasureRequestRule,
  type Installation,
  type Mistake,
  type Notice,
  type NoticeFile,
  type Party,
  type Place,
  POLICY_FILES,
  type PolicyKind,
  type PolicySet,
  type Purpose,
  type RetentionRule,
  type RobotsFile,
  type Transition,
} from './model.ts';
import { byCategory, byDay, byId, inOrder, noticeOrder, policySetOf, sha256 } from './policy-content.ts';
import type { Located } from './policy-parts.ts';
import { MISTAKES_PER_FILE, readYaml, type YamlFile } from './yaml.ts';

// Without reading our own schemas by the schema of schemas, which takes a tenth of a second: a test does that.
const ajv = new Ajv2020({ allErrors: true, strict: true, verbose: true, discriminator: true, validateSchema: false });
const validators = Object.fromEntries(
  Object.entries(POLICY_FILES).map(([kind, { schema }]) => [kind, ajv.compile(schema)]),
) as Record<PolicyKind, ValidateFunction>;

export type Loaded = { policies: PolicySet; mistakes: [] } | { policies?: undefined; mistakes: Mistake[] };

interface ReadFile {
  kind: PolicyKind;
  file: string;
  yaml: YamlFile;
  /** Pointers to what does not fit the schema. */
  faults: string[];
}

/** Reads a policy folder whole: either a valid, frozen set, or every mistake of every file at once. */
export function loadPolicies(folder: string, privateTargets = false): Loaded {
  const mistakes: Mistake[] = [];
  const add = (file: string, message: string, remedy: string) =>
    mistakes.push({ file, line: 1, column: 1, pointer: '', message, remedy });

  if (!isFolder(folder)) {
    add('.', 'There is no such folder.', 'Name the one that holds installation.yaml, purposes.yaml and the others.');
    return { mistakes };
  }
  const folderFiles = openFolder(folder, add);
  const { matching, read, readText } = folderFiles;

  const files: ReadFile[] = [];
  const gaps = new Gaps();
  for (const [kind, { file: pattern, optional }] of Object.entries(POLICY_FILES) as [
    PolicyKind,
    { file: string; optional?: boolean },
  ][])
    for (const file of matching(pattern, optional)) {
      const bytes = read(file);
      const { parsed, mistakes: faults } = bytes ? readYaml(file, bytes) : { mistakes: [] };
      mistakes.push(...faults);
      if (!parsed) {
        gaps.unread(kind);
        continue;
      }
      const validate = validators[kind];
      const errors = validate(parsed.value) ? [] : (validate.errors ?? []);
      files.push({ kind, file, yaml: parsed, faults: errors.map(({ instancePath }) => instancePath) });
      mistakes.push(...errors.slice(0, MISTAKES_PER_FILE).map((error) => schemaMistake(file, parsed, error)));
    }
  const unknown = strangers(folder);
  if (unknown.length > 0) gaps.stranger();
  mistakes.push(...unknown);

  const all = <T>(kind: PolicyKind, key?: string): Located<T>[] =>
    files
      .filter((read) => read.kind === kind)
      .flatMap((read) => {
        const place = (pointer: string) => ({ file: read.file, ...read.yaml.place(pointer), pointer });
        const fits = (value: unknown, at: string): boolean => {
          if (!read.faults.some((fault) => at === '' || fault === at || fault.startsWith(`${at}/`))) return true;
          gaps.broken(kind, value);
          return false;
        };
        if (!key) return fits(read.yaml.value, '') ? [{ value: read.yaml.value as T, place }] : [];
        const entries = (read.yaml.value as Record<string, unknown> | null)?.[key];
        if (!Array.isArray(entries)) {
          gaps.unread(kind);
          return [];
        }
        return entries.flatMap((value: T, index): Located<T>[] =>
          fits(value, `/${key}/${index}`) ? [{ value, place: (pointer) => place(`/${key}/${index}${pointer}`) }] : [],
        );
      });

  const parts = {
    installation: all<Installation>('installation')[0],
    parties: all<Party>('parties', 'parties'),
    purposes: all<Purpose>('purposes', 'purposes'),
    categories: all<Category>('categories', 'categories'),
    activities: all<Activity>('activity'),
    rules: all<RetentionRule>('retention', 'rules'),
    erasureRequests: all<ErasureRequestRule>('retention', 'erasureRequests'),
    transitions: all<Transition>('transitions', 'transitions'),
    agreements: all<AgreementTemplate>('agreement'),
    places: all<Place>('places', 'places'),
    holders: all<DeclaredHolder>('holder'),
    robots: all<RobotsFile>('robots')[0],
    holidays: all<HolidayFile>('holidays'),
  };

  const notices: Located<Notice>[] = [];
  for (const { value, place } of all<Static<typeof NoticeFile>>('notice'))
    for (const [index, version] of value.versions.entries()) {
      const texts: Notice['texts'] = {};
      for (const language of version.languages) {
        const shown = readText(`notices/${value.id}/${version.version}/${language}.md`);
        if (!shown) gaps.unread('text');
        else texts[language] = { text: shown.text, hash: sha256(shown.bytes) };
      }
      const [major, minor] = version.version.split('.').map(Number) as [number, number];
      notices.push({
        value: { ...version, id: value.id, kind: value.kind, major, minor, texts },
        place: (pointer) => place(`/versions/${index}${pointer}`),
      });
    }

  const logos = readLogos(folderFiles, add);
  mistakes.push(...checkLogos(parts.parties, logos));
  const letters = readLetters(folder, folderFiles, (mistake) => mistakes.push(mistake));

  mistakes.push(...checkSemantics({ ...parts, notices }, gaps, privateTargets));
  if (mistakes.length > 0 || !parts.installation)
    return {
      mistakes: mistakes.sort((a, b) => inOrder(a.file, b.file) || a.line - b.line || a.column - b.column),
    };

  const values = <T>(located: Located<T>[]) => located.map(({ value }) => value);
  const policies = policySetOf({
    installation: parts.installation.value,
    parties: byId(values(parts.parties)),
    purposes: byId(values(parts.purposes)),
    categories: byId(values(parts.categories)),
    activities: byId(values(parts.activities)),
    rules: byId(values(parts.rules)),
    erasureRequests: byCategory(values(parts.erasureRequests)),
    agreements: byId(values(parts.agreements)),
    places: byId(values(parts.places)),
    holders: byId(values(parts.holders)),
    ...(parts.robots ? { robots: parts.robots.value } : {}),
    ...(parts.holidays.length > 0
      ? { holidays: values(parts.holidays).sort((a, b) => inOrder(a.place, b.place)) }
      : {}),
    ...(parts.transitions.length > 0 ? { transitions: byDay(values(parts.transitions)) } : {}),
    letters,
    ...(Object.keys(logos).length > 0 ? { logos } : {}),
    notices: values(notices).sort(noticeOrder),
  });
  return { policies, mistakes: [] };
}
