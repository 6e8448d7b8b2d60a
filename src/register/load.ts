import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Static } from 'typebox';
import { canonical } from '../canonical-json.ts';
import { checkSemantics, type Located } from './check.ts';
import {
  type Activity,
  type Category,
  type ErasureRequestRule,
  type Installation,
  type Mistake,
  type Notice,
  type NoticeFile,
  type Party,
  POLICY_FILES,
  type PolicyKind,
  type PolicySet,
  type Purpose,
  type RetentionRule,
} from './model.ts';
import { readYaml, type YamlFile } from './yaml.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true, verbose: true });
const validators = Object.fromEntries(
  Object.entries(POLICY_FILES).map(([kind, { schema }]) => [kind, ajv.compile(schema)]),
) as Record<PolicyKind, ValidateFunction>;

export type Loaded = { policies: PolicySet; mistakes: [] } | { policies?: undefined; mistakes: Mistake[] };

interface ReadFile {
  kind: PolicyKind;
  file: string;
  yaml: YamlFile;
}

/** Reads a policy folder whole: either a valid, frozen set, or every mistake of every file at once. */
export function loadPolicies(folder: string): Loaded {
  const mistakes: Mistake[] = [];
  const add = (file: string, message: string, remedy: string) =>
    mistakes.push({ file, line: 1, column: 1, pointer: '', message, remedy });

  const bytesOf = (file: string): Buffer | undefined => {
    const path = join(folder, file);
    try {
      const root = realpathSync(folder);
      if (lstatSync(path).isSymbolicLink() && !realpathSync(path).startsWith(root + sep)) {
        add(file, 'The file is a link out of the policy folder.', 'Put the file itself here.');
        return undefined;
      }
      return readFileSync(path);
    } catch {
      add(file, 'The file is missing or cannot be read.', 'Put it there, or see the shipped policies for its form.');
      return undefined;
    }
  };

  const files: ReadFile[] = [];
  for (const [kind, { file: pattern }] of Object.entries(POLICY_FILES) as [PolicyKind, { file: string }][])
    for (const file of matching(folder, pattern)) {
      const bytes = bytesOf(file);
      if (!bytes) continue;
      const { parsed, mistakes: faults } = readYaml(file, bytes);
      mistakes.push(...faults);
      if (!parsed) continue;
      const validate = validators[kind];
      if (validate(parsed.value)) files.push({ kind, file, yaml: parsed });
      else mistakes.push(...(validate.errors ?? []).slice(0, 50).map((error) => schemaMistake(file, parsed, error)));
    }
  mistakes.push(...strangers(folder));

  const all = <T>(kind: PolicyKind, key?: string): Located<T>[] =>
    files
      .filter((read) => read.kind === kind)
      .flatMap((read) => {
        const place = (pointer: string) => ({ file: read.file, ...read.yaml.place(pointer), pointer });
        if (!key) return [{ value: read.yaml.value as T, place }];
        return (read.yaml.value as Record<string, T[]>)[key]?.map((value, index) => ({
          value,
          place: (pointer: string) => place(`/${key}/${index}${pointer}`),
        })) as Located<T>[];
      });

  const parts = {
    installation: all<Installation>('installation')[0],
    parties: all<Party>('parties', 'parties'),
    purposes: all<Purpose>('purposes', 'purposes'),
    categories: all<Category>('categories', 'categories'),
    activities: all<Activity>('activity'),
    rules: all<RetentionRule>('retention', 'rules'),
    erasureRequests: all<ErasureRequestRule>('retention', 'erasureRequests'),
  };

  const notices: Located<Notice>[] = [];
  for (const { value, place } of all<Static<typeof NoticeFile>>('notice'))
    for (const [index, version] of value.versions.entries()) {
      const texts: Notice['texts'] = {};
      for (const language of version.languages) {
        const bytes = bytesOf(`notices/${value.id}/${version.version}/${language}.md`);
        if (bytes) texts[language] = { text: bytes.toString('utf8'), hash: sha256(bytes) };
      }
      const [major, minor] = version.version.split('.').map(Number) as [number, number];
      notices.push({
        value: { ...version, id: value.id, kind: value.kind, major, minor, texts },
        place: (pointer) => place(`/versions/${index}${pointer}`),
      });
    }

  // Cross-checks make sense only on files that were read; a file that is broken is reported by itself.
  if (mistakes.length === 0 && parts.installation) mistakes.push(...checkSemantics({ ...parts, notices }));
  if (mistakes.length > 0 || !parts.installation)
    return {
      mistakes: mistakes.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column),
    };

  const values = <T>(located: Located<T>[]) => located.map(({ value }) => value);
  const byId = <T extends { id: string }>(located: Located<T>[]) =>
    values(located).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const content: Omit<PolicySet, 'hash'> = {
    installation: parts.installation.value,
    parties: byId(parts.parties),
    purposes: byId(parts.purposes),
    categories: byId(parts.categories),
    activities: byId(parts.activities),
    rules: byId(parts.rules),
    erasureRequests: values(parts.erasureRequests).sort((a, b) => (a.category < b.category ? -1 : 1)),
    notices: values(notices).sort((a, b) => a.id.localeCompare(b.id) || a.major - b.major || a.minor - b.minor),
  };
  return { policies: deepFreeze({ hash: sha256(canonical(content)), ...content }), mistakes: [] };
}

function matching(folder: string, pattern: string): string[] {
  const [directory, name] = pattern.includes('/') ? (pattern.split('/') as [string, string]) : ['', pattern];
  if (name !== '*.yaml') return [pattern];
  try {
    return readdirSync(join(folder, directory))
      .filter((entry) => entry.endsWith('.yaml'))
      .sort()
      .map((entry) => `${directory}/${entry}`);
  } catch {
    return [];
  }
}

/** Files that look like policies but stand where nobody reads them: most likely a slip. */
function strangers(folder: string): Mistake[] {
  const expected = new Set<string>(Object.values(POLICY_FILES).map(({ file }) => file));
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((entry) => relative(folder, join(folder, entry)).split(sep).join('/'))
      .filter((entry) => /\.ya?ml$/.test(entry) && !entry.startsWith('schemas/'))
      .filter((entry) => !expected.has(entry) && !expected.has(entry.replace(/\/[^/]+\.yaml$/, '/*.yaml')))
      .map((file) => ({
        file,
        line: 1,
        column: 1,
        pointer: '',
        message: 'No policy is read from a file of this name.',
        remedy: `Policies are: ${[...expected].join(', ')}.`,
      }));
  } catch {
    return [];
  }
}

function schemaMistake(file: string, yaml: YamlFile, error: ErrorObject): Mistake {
  const extra = error.keyword === 'additionalProperties' ? `/${error.params['additionalProperty']}` : '';
  const pointer = error.instancePath + extra;
  return { file, ...yaml.place(pointer), pointer, ...explain(error) };
}

function explain(error: ErrorObject): { message: string; remedy: string } {
  const { keyword, params, parentSchema } = error;
  const about = (parentSchema as { description?: string } | undefined)?.description;
  switch (keyword) {
    case 'additionalProperties':
      return {
        message: 'This field is not known here.',
        remedy: `Known fields: ${Object.keys((parentSchema as { properties?: object }).properties ?? {}).join(', ')}.`,
      };
    case 'required':
      return {
        message: `The field "${params['missingProperty']}" is missing.`,
        remedy: `Add "${params['missingProperty']}".`,
      };
    case 'enum':
      return (
        refusedAction(error) ?? {
          message: 'This value is not one of those allowed.',
          remedy: `Allowed: ${(params['allowedValues'] as unknown[]).join(', ')}.`,
        }
      );
    case 'pattern':
      return {
        message: 'This text does not have the right form.',
        remedy: about ?? `It must match ${params['pattern']}.`,
      };
    case 'type':
      return {
        message: `This must be of type ${params['type']}.`,
        remedy: about ?? 'See the shipped policies for an example.',
      };
    default:
      return {
        message: `This ${error.message ?? 'is not valid'}.`,
        remedy: about ?? 'See the JSON Schema beside the policies.',
      };
  }
}

const PSEUDONYMISING = /hash|mask|token|encrypt|ipcrypt|hmac|truncat/i;

/** REQ-E01: what only pseudonymises may not be called anything else. */
function refusedAction({ data, instancePath }: ErrorObject): { message: string; remedy: string } | undefined {
  if (typeof data !== 'string' || !PSEUDONYMISING.test(data) || !/\/(action|method)$/.test(instancePath))
    return undefined;
  return {
    message: 'Hashing, masking, tokenising or encrypting is pseudonymisation, not anonymisation (REQ-E01).',
    remedy:
      'Use "pseudonymise" (the data stays personal and keeps its retention), "reduce", or "anonymise" by daily counts.',
  };
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
