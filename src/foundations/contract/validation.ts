import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { parseInstant } from '../../law/instant.ts';
import { canonical } from './canonical-json.ts';
import { pointerSegment } from './json.ts';
import { type InputFault, Problem } from './problem.ts';

// Our own schemas are held against the schema of schemas by a test: here it would cost a tenth of a second each start.
const options = { allErrors: true, strict: true, strictTypes: false, verbose: true, validateSchema: false };
const strict = new Ajv2020(options);
const coercing = new Ajv2020({ ...options, coerceTypes: 'array', useDefaults: true });
formats.default(strict);
formats.default(coercing);
// One way to read an instant: what the schema lets pass is what `parseInstant` reads.
for (const ajv of [strict, coercing]) ajv.addFormat('date-time', (text: string) => parseInstant(text) !== undefined);
// Without `urn:uuid:` before it, which Ajv takes and no row has.
for (const ajv of [strict, coercing]) ajv.addFormat('uuid', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i);
// Ajv holds each item against each where it does not know that all are scalars, also in a list that is too long.
for (const ajv of [strict, coercing])
  ajv.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have the same item twice' },
    validate: (wanted: boolean, items: unknown[]) => !wanted || new Set(items.map(comparable)).size === items.length,
  });
const MOST_FAULTS = 20;

/** Equal for equal items. JSON of a text is no JSON of anything else. */
function comparable(item: unknown): unknown {
  return typeof item === 'object' && item !== null ? canonical(item) : typeof item === 'string' ? `"${item}` : item;
}

/** By content of the schema: Ajv never lets go of what it has compiled, and routes make equal schemas for every app. */
const compiled = { strict: new Map<string, ValidateFunction>(), coercing: new Map<string, ValidateFunction>() };

/** What is checked, as faults point to it: a body (`/field`), the query (`?name`), the path (`{name}`). */
type Where = '' | '?' | '{}';

function compile(schema: TSchema, where: Where): ValidateFunction {
  const content = JSON.stringify(schema);
  const kept = compiled[where === '' ? 'strict' : 'coercing'];
  const known = kept.get(content);
  if (known) return known;
  const made = (where === '' ? strict : coercing).compile(schema);
  kept.set(content, made);
  return made;
}

/**
 * A check compiled once from a schema, when something is checked for the first time: there are hundreds, and a start or
 * a command needs few. `namesKept`: what faults point to is kept, and must not say what somebody called a member that
 * is not known here: it may be an address, or a name.
 */
export function checker(schema: TSchema, where: Where, { namesKept = false } = {}): (value: unknown) => void {
  let validate: ValidateFunction | undefined;
  const numbers = where === '' ? [] : numbersIn(schema);
  return (value) => {
    validate ??= compile(schema, where);
    if (numbers.length > 0) checkDigits(numbers, value as Record<string, unknown>, where);
    if (!validate(value)) throw invalid(faultsOf(validate, where, namesKept));
  };
}

function numbersIn(schema: TSchema): string[] {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  return Object.keys(properties).filter((name) => ['integer', 'number'].includes(properties[name]?.type ?? ''));
}

/** More than any bound has; a longer one would be rounded. */
const DIGITS = /^\d{1,15}$/;

/** Ajv would take `1e2`, `0x1`, `Infinity` and ` 1` for numbers, as JavaScript does. */
function checkDigits(numbers: string[], value: Record<string, unknown>, where: Where): void {
  const errors = numbers
    .filter((name) => typeof value[name] === 'string' && !DIGITS.test(value[name]))
    .map((name) => ({ pointer: pointed(`/${name}`, where), detail: 'must be a whole number, in digits' }));
  if (errors.length > 0) throw invalid(errors);
}

function invalid(errors: InputFault[]): Problem {
  const first = errors[0] as InputFault;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new Problem('invalid-request', `${first.pointer || 'The body'} ${first.detail}${more}.`, { errors });
}

function faultsOf(validate: ValidateFunction, where: Where, namesKept: boolean): InputFault[] {
  // What an alternative lacks is told by the alternative as a whole.
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
  return errors.slice(0, MOST_FAULTS).map((error) => {
    const isUnnamed = namesKept && error.keyword === 'additionalProperties';
    const pointer = error.instancePath + (isUnnamed ? '' : extraPart(error));
    const detail = whatWouldBeRight(error);
    return { pointer: pointed(pointer, where), detail: isUnnamed ? `has a member that ${detail}` : detail };
  });
}

function pointed(pointer: string, where: Where): string {
  if (where === '') return pointer;
  return where === '?' ? `?${pointer.slice(1)}` : `{${pointer.slice(1)}}`;
}

function extraPart({ keyword, params }: ErrorObject): string {
  const name =
    keyword === 'required'
      ? params['missingProperty']
      : keyword === 'additionalProperties'
        ? params['additionalProperty']
        : undefined;
  return name === undefined ? '' : `/${pointerSegment(String(name))}`;
}

function whatWouldBeRight({ keyword, params, parentSchema, message }: ErrorObject): string {
  const schema = parentSchema as { description?: string; properties?: object } | undefined;
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return `is not known here; known: ${Object.keys(schema?.properties ?? {}).join(', ') || 'nothing'}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
    case 'const':
      return `must be ${params['allowedValue']}`;
    case 'pattern':
      return schema?.description ? `must be: ${schema.description}` : `must match ${params['pattern']}`;
    case 'format':
      return `must be a ${params['format']}`;
    default:
      return message ?? 'is not valid';
  }
}
