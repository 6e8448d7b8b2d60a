import type { Tables } from '../../foundations/store/schema.ts';
import type { Place } from '../../foundations/vault/envelope.ts';
import type { ScopeKey } from '../../foundations/vault/vault.ts';
import { FIELD_NAMES, PROFILE_FIELDS, type ProfileField, type ProfileValues } from './model.ts';
import type { NewProfileRow, ProfileRow } from './table.ts';

/** A row's content in the clear; `account` is undefined once retention has erased the identity. */
export interface OpenedProfile {
  account: string | undefined;
  values: ProfileValues;
  /** What the person added (GDPR Art. 16, second sentence). */
  statement?: string;
}

export type SealedColumn = 'accountSealed' | 'statementSealed' | (typeof PROFILE_FIELDS)[ProfileField]['column'];

/** The place of each sealed value of one person's row. */
export function placeOf(tables: Tables, tenantId: string, subjectId: string): (column: SealedColumn) => Place {
  return (column) => ({
    tenant: tenantId,
    table: 'profiles',
    column: tables.profiles[column].name,
    row: subjectId,
  });
}

/** These fields, and the account id where one is given, as they are kept; a field without a value is emptied. */
export function sealValues(
  key: ScopeKey,
  tables: Tables,
  tenantId: string,
  subjectId: string,
  account: string | undefined,
  values: ProfileValues,
  fields: readonly ProfileField[] = FIELD_NAMES,
): Partial<NewProfileRow> {
  const place = placeOf(tables, tenantId, subjectId);
  const row: Partial<NewProfileRow> =
    account === undefined ? {} : { accountSealed: key.seal(place('accountSealed'), account) };
  for (const field of fields) {
    const { column } = PROFILE_FIELDS[field];
    const value = values[field];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    row[column] = value === undefined ? null : key.seal(place(column), text);
  }
  return row;
}

/** Undefined when the person's key is gone, or another one than the row was sealed under: nothing can be read. */
export function openProfile(key: ScopeKey | undefined, row: ProfileRow, tables: Tables): OpenedProfile | undefined {
  if (!key) return undefined;
  const place = placeOf(tables, row.tenantId, row.subjectId);
  const values: Record<string, string | string[]> = {};
  let readable = true;
  const open = (column: SealedColumn): string | undefined => {
    const sealed = row[column];
    if (sealed === null) return undefined;
    const text = key.open(place(column), sealed);
    if (text === undefined) readable = false;
    return text;
  };
  const account = open('accountSealed');
  for (const field of FIELD_NAMES) {
    const text = open(PROFILE_FIELDS[field].column);
    if (text !== undefined) values[field] = field === 'interests' ? (JSON.parse(text) as string[]) : text;
  }
  const statement = open('statementSealed');
  if (!readable) return undefined;
  return { account, values: values as ProfileValues, statement };
}
