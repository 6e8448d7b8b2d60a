import type { ExportedRecord } from '../holder.ts';

type Value = ExportedRecord['fields'][string];

/**
 * A value as the copy shows it: exactly what is held. What JSON has no word for (whole numbers beyond 2^53, NaN, infinity)
 * is text; a list of texts is a list, and any other (with empty places, within lists, of numbers) its JSON.
 */
export function exportedValue(value: unknown, list: boolean): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean') return value;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!list) return text;
  const items: unknown = JSON.parse(text);
  return Array.isArray(items) && items.every((item) => typeof item === 'string') ? items : text;
}
