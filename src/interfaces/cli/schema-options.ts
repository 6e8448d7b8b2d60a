import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { TSchema } from 'typebox';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { instantArgument } from './options.ts';
import { CommandFailure, EXIT } from './outcome.ts';
import { existingInput } from './path-argument.ts';

/**
 * Options of a command that sends a body of the contract: one for each member that fits on a command line, with the
 * contract's words. All else comes as JSON by `--body`.
 */

interface Schema {
  type?: string;
  format?: string;
  enum?: readonly string[];
  description?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
}

interface Field {
  /** Where it stands in the body. */
  path: readonly string[];
  schema: Schema;
  required: boolean;
}

export type Given = Readonly<Record<string, unknown>>;

/** Members of a body that are one word, one number, yes or no, or a list of words. */
export function fieldsOf(body: TSchema, within: readonly string[] = []): Field[] {
  const { properties = {}, required = [] } = body as Schema;
  return Object.entries(properties).flatMap(([name, schema]): Field[] => {
    const path = [...within, name];
    if (schema.type === 'object' && schema.properties) return within.length > 0 ? [] : fieldsOf(schema as never, path);
    const list = schema.type === 'array' && isWord(schema.items ?? {});
    if (!list && !isWord(schema) && !['integer', 'boolean'].includes(schema.type ?? '')) return [];
    return [{ path, schema, required: within.length === 0 && required.includes(name) }];
  });
}

const isWord = ({ type, enum: choices }: Schema) => type === 'string' || choices !== undefined;

/** `--received-at`, `--requester-name`. */
export const flagOf = (path: readonly string[]): string =>
  `--${path.map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join('-')}`;

/** `secret`: members that must not stand on a command line, which others can read. */
export function bodyOptions(body: TSchema, secret: readonly string[] = []): Option[] {
  return [
    ...fieldsOf(body)
      .filter(({ path }) => !secret.includes(path[0] as string))
      .map(optionOf),
    new Option('--body <file>', 'all of it, or the rest, as JSON; - for standard input').argParser(existingInput),
  ];
}

function optionOf({ path, schema, required }: Field): Option {
  const flag = flagOf(path);
  const description = schema.description ?? '';
  // What must be said is said in words: leaving a flag out would say no.
  if (schema.type === 'boolean')
    return required
      ? new Option(`${flag} <yes|no>`, description).choices(['yes', 'no'])
      : new Option(flag, description);
  const one = schema.type === 'array' ? (schema.items as Schema) : schema;
  const option = new Option(`${flag} <${schema.type === 'array' ? 'value...' : 'value'}>`, description);
  return one.enum ? option.choices(one.enum) : option;
}

/**
 * The body that options and `--body` make together; options go before.
 * @throws CommandFailure (2) naming the options that are wrong or missing
 */
export function bodyOf(schema: TSchema, given: Given): Record<string, unknown> {
  const body = fromFile(given['body'] as string | undefined);
  for (const field of fieldsOf(schema)) {
    const value = readValue(field, given[new Option(flagOf(field.path)).attributeName()]);
    if (value !== undefined) place(body, field.path, value);
  }
  try {
    checker(schema, '')(body);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const faults = (error.extras.errors ?? []).map(({ pointer, detail }) => {
      const path = pointer.split('/').slice(1);
      const known = fieldsOf(schema).some((field) => field.path.join('/') === path.join('/'));
      return `  ${known ? flagOf(path) : pointer} ${detail}`;
    });
    throw new CommandFailure(EXIT.usage, ['This cannot be sent:', ...faults].join('\n'));
  }
  return body;
}

/** What an option or an answer says, as the body has it. */
function readValue({ schema }: Field, given: unknown): unknown {
  if (given === undefined || given === '') return undefined;
  if (schema.type === 'boolean') return given === true || given === 'yes';
  if (schema.type === 'integer') return /^\d{1,15}$/.test(String(given)) ? Number(given) : given;
  if (schema.format === 'date-time') return instantArgument(String(given)).toISOString();
  return given;
}

function place(body: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) body[first] = value;
  else {
    body[first] ??= {};
    place(body[first] as Record<string, unknown>, rest, value);
  }
}

function fromFile(file: string | undefined): Record<string, unknown> {
  if (file === undefined) return {};
  try {
    const read: unknown = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
    if (read !== null && typeof read === 'object' && !Array.isArray(read)) return read as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CommandFailure(EXIT.usage, `--body: ${file} must hold a JSON object.`);
}
