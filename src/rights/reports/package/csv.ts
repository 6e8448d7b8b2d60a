import { stringify } from 'csv-stringify/sync';
import type { PackageRecord } from './model.ts';

/** Lines turned into text at once. */
const BATCH = 200;

/** Cells that a spreadsheet would run as a formula (=, +, -, @, tab, carriage return) are defused. */
const asText = (rows: unknown[][], bom: boolean): string =>
  stringify(rows, { bom, escape_formulas: true, cast: { boolean: String } });

/** A table with a head, row by row as it is read. */
export async function* csvOf(columns: string[], rows: AsyncIterable<unknown[]>): AsyncGenerator<string> {
  yield asText([columns], true);
  let waiting: unknown[][] = [];
  for await (const row of rows) {
    waiting.push(row);
    if (waiting.length < BATCH) continue;
    yield asText(waiting, false);
    waiting = [];
  }
  if (waiting.length > 0) yield asText(waiting, false);
}

/** One row a record: what is not shown is an empty cell, and told by its reason in the last column. */
export function recordCsv(fields: string[], lines: AsyncIterable<string>): AsyncGenerator<string> {
  return csvOf(
    ['id', 'at', ...fields, 'not shown'],
    (async function* () {
      for await (const line of lines) {
        const { id, at, fields: values, redacted } = JSON.parse(line) as PackageRecord;
        yield [
          id,
          at,
          ...fields.map((field) => {
            const value = values[field];
            return Array.isArray(value) ? value.join('; ') : (value ?? '');
          }),
          Object.entries(redacted ?? {})
            .map(([field, reason]) => `${field}: ${reason}`)
            .join('; '),
        ];
      }
    })(),
  );
}
