import type { ImportDeclaration, MappedCondition, MappedValue, RecordMapping } from './declaration.ts';
import { readDate } from './read-date.ts';

/** A row as its source gives it: text of a file; text, numbers, bytes, JSON of a database. */
export type SourceRow = Readonly<Record<string, unknown>>;
/** Small tables of the source, by the names the declaration gives them. */
export type Lookups = Readonly<Record<string, ReadonlyMap<string, unknown>>>;

/** A row of which no line could be made. */
export interface MappingFault {
  /** Which of the rows, from 1. */
  row: number;
  /** JSON pointer of the member that was to be made. */
  pointer: string;
  /** What would be right; never the value. */
  detail: string;
}

export interface Mapped {
  records: object[];
  faults: MappingFault[];
}

class Fault extends Error {
  readonly pointer: string;
  readonly detail: string;
  constructor(pointer: string, detail: string) {
    super(detail);
    this.pointer = pointer;
    this.detail = detail;
  }
}

/** Makes of rows what a declaration says. */
export function rowMapper({ records, timeZone = 'UTC' }: ImportDeclaration, lookups: Lookups) {
  return (row: SourceRow, number: number): Mapped => {
    const made: Mapped = { records: [], faults: [] };
    for (const mapping of records)
      for (const each of rowsOf(mapping, row, lookups)) {
        try {
          if (mapping.skipWhen?.some((condition) => holds(condition, each))) continue;
          made.records.push({ kind: mapping.kind, ...membersOf(mapping.members, each, '', { timeZone, lookups }) });
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          made.faults.push({ row: number, pointer: error.pointer, detail: error.detail });
        }
      }
    return made;
  };
}

interface Surroundings {
  timeZone: string;
  lookups: Lookups;
}

function rowsOf({ each }: RecordMapping, row: SourceRow, lookups: Lookups): SourceRow[] {
  if (!each) return [row];
  if (each.lookup === undefined) return listIn(row[each.column ?? '']).map((item) => ({ ...row, [each.as]: item }));
  return [...(lookups[each.lookup] ?? [])].map(([key, value]) => ({
    ...row,
    [each.as]: key,
    ...(each.valueAs === undefined ? {} : { [each.valueAs]: value }),
  }));
}

function membersOf(
  members: Readonly<Record<string, MappedValue>>,
  row: SourceRow,
  pointer: string,
  around: Surroundings,
): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    const found = madeOf(value, row, `${pointer}/${name}`, around);
    if (found !== undefined) made[name] = found;
  }
  return made;
}

function madeOf(value: MappedValue, row: SourceRow, pointer: string, around: Surroundings): unknown {
  const made = isEmpty(value) ? undefined : steps(value, row, pointer, around);
  if (made !== undefined) return made;
  if (value.default !== undefined) return value.default;
  if (value.required) throw new Fault(pointer, 'is required, and the row has nothing there');
  return undefined;
}

const isEmpty = (value: MappedValue): boolean => Object.keys(value).length === 0;

function steps(value: MappedValue, row: SourceRow, pointer: string, around: Surroundings): unknown {
  if (value.object) {
    const made = membersOf(value.object as Record<string, MappedValue>, row, pointer, around);
    return Object.keys(made).length > 0 ? made : undefined;
  }
  if (value.list) {
    const made = value.list.map((one, n) => madeOf(one as MappedValue, row, `${pointer}/${n}`, around));
    const there = made.filter((one) => one !== undefined);
    return there.length > 0 ? there : undefined;
  }
  if (value.constant !== undefined) return value.constant;
  let found = nothingIfEmpty(sourceOf(value, row, pointer));
  if (found === undefined) return undefined;
  if (value.path !== undefined) found = nothingIfEmpty(at(found, value.path));
  if (value.as !== undefined && found !== undefined) found = as(value.as, found, pointer);
  if (value.split && found !== undefined) {
    const parts = textOf(found)
      .split(value.split.by)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    found = value.split.take === undefined ? (parts.length > 0 ? parts : undefined) : parts[value.split.take];
  }
  if (value.lookup !== undefined && found !== undefined)
    found = nothingIfEmpty(around.lookups[value.lookup]?.get(textOf(found)));
  if (value.values && found !== undefined) found = among(value, found, pointer);
  if (value.prefix !== undefined && found !== undefined) found = `${value.prefix}${textOf(found)}`;
  if (value.date && found !== undefined) {
    const { format, day, timeZone = around.timeZone } = value.date;
    const date = readDate(textOf(found), { format, day, timeZone });
    if (date === undefined) throw new Fault(pointer, `must be a date as ${format} that was, in ${timeZone}`);
    found = date;
  }
  return typeof found === 'bigint' || Buffer.isBuffer(found) ? textOf(found) : found;
}

function sourceOf({ column, join, contains }: MappedValue, row: SourceRow, pointer: string): unknown {
  if (contains)
    return listIn(in_(row, contains.column, pointer))
      .map(textOf)
      .includes(textOf(in_(row, contains.item, pointer)));
  if (join)
    return join.columns
      .map((name) => nothingIfEmpty(in_(row, name, pointer)))
      .filter((one) => one !== undefined)
      .map(textOf)
      .join(join.with);
  if (column === undefined) throw new Fault(pointer, 'must have a source in the declaration: column, constant, join …');
  return in_(row, column, pointer);
}

function in_(row: SourceRow, column: string, pointer: string): unknown {
  if (!Object.hasOwn(row, column))
    throw new Fault(pointer, `must be in a column ${column}, which the rows do not have`);
  return row[column];
}

function among({ values = {}, otherwise = 'fault' }: MappedValue, found: unknown, pointer: string): unknown {
  const text = textOf(found);
  if (Object.hasOwn(values, text)) return values[text] ?? undefined;
  if (otherwise === 'keep') return found;
  if (otherwise === 'leave-out') return undefined;
  throw new Fault(pointer, `must be one of ${Object.keys(values).join(', ')}; or add it to values`);
}

function holds({ column, path, empty, is, isNot }: MappedCondition, row: SourceRow): boolean {
  const there = row[column];
  const found = nothingIfEmpty(path === undefined ? there : at(there, path));
  if (empty !== undefined && (found === undefined) !== empty) return false;
  const one = (of: readonly unknown[]) => found !== undefined && of.map(textOf).includes(textOf(found));
  if (is && !one(is)) return false;
  return !(isNot && one(isNot));
}

function nothingIfEmpty(found: unknown): unknown {
  return found === null || found === undefined || found === '' ? undefined : found;
}

function jsonOf(found: unknown): unknown {
  if (typeof found !== 'string' && !Buffer.isBuffer(found)) return found;
  try {
    return JSON.parse(String(found));
  } catch {
    return undefined;
  }
}

function listIn(found: unknown): unknown[] {
  const list = jsonOf(found);
  return Array.isArray(list) ? list : [];
}

/** What is at a JSON pointer in a column of JSON; undefined where there is nothing. */
function at(found: unknown, path: string): unknown {
  let here = jsonOf(found);
  for (const name of path.slice(1).split('/')) {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

const textOf = (found: unknown): string =>
  Buffer.isBuffer(found)
    ? found.toString('utf8')
    : typeof found === 'object' && found !== null
      ? JSON.stringify(found)
      : String(found);

function as(form: NonNullable<MappedValue['as']>, found: unknown, pointer: string): unknown {
  switch (form) {
    case 'text':
      return textOf(found);
    case 'lower':
      return textOf(found).toLowerCase();
    case 'json':
      return jsonOf(found);
    case 'integer': {
      const number = Number(textOf(found));
      if (!Number.isSafeInteger(number)) throw new Fault(pointer, 'must be a whole number');
      return number;
    }
    case 'boolean': {
      const text = textOf(found).toLowerCase();
      if (['1', 'true', 't', 'yes'].includes(text)) return true;
      if (['0', 'false', 'f', 'no'].includes(text)) return false;
      throw new Fault(pointer, 'must be true or false');
    }
    case 'hex':
      return bytesOf(found, pointer).toString('hex');
    case 'address':
      return addressOf(bytesOf(found, pointer), pointer);
  }
}

/** Bytes, or the text that PostgreSQL writes for them. */
function bytesOf(found: unknown, pointer: string): Buffer {
  if (Buffer.isBuffer(found)) return found;
  const text = /^(?:\\x|0x)((?:[0-9a-f]{2})*)$/i.exec(String(found))?.[1];
  if (text === undefined) throw new Fault(pointer, 'must be bytes');
  return Buffer.from(text, 'hex');
}

function addressOf(bytes: Buffer, pointer: string): string {
  // IPv4 as IPv6 has it, ::ffff:203.0.113.7.
  const isMapped = bytes.length === 16 && bytes.subarray(0, 12).equals(MAPPED);
  const four = isMapped ? bytes.subarray(12) : bytes;
  if (four.length === 4) return [...four].join('.');
  if (bytes.length !== 16) throw new Fault(pointer, 'must be 4 or 16 bytes of an address');
  return Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(n * 2).toString(16)).join(':');
}
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');
