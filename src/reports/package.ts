import { createHash } from 'node:crypto';
import { configure, TextReader, ZipWriter } from '@zip.js/zip.js';
import { stringify } from 'csv-stringify/sync';
import type { AccessReport, ReportCategory } from './model.ts';
import { renderHtml } from './render-html.ts';

configure({ useWebWorkers: false });

export interface Manifest {
  generatedAt: string;
  policyHash: string;
  files: { name: string; bytes: number; sha256: string; records?: number }[];
}

/**
 * Writes a report as a ZIP: a page to read, JSON and CSV to use, and a manifest with the SHA-256 of each file. The same
 * report gives the same bytes.
 */
export async function writeReportPackage(report: AccessReport, sink: WritableStream<Uint8Array>): Promise<Manifest> {
  const date = new Date(report.generatedAt);
  const zip = new ZipWriter(sink, {
    lastModDate: date,
    rawLastModDate: dosTime(date),
    extendedTimestamp: false,
    level: 6,
  });
  const manifest: Manifest = { generatedAt: report.generatedAt, policyHash: report.policyHash, files: [] };
  const add = async (name: string, text: string, records?: number) => {
    await zip.add(name, new TextReader(text));
    const sha256 = createHash('sha256').update(text).digest('hex');
    manifest.files.push({
      name,
      bytes: Buffer.byteLength(text),
      sha256,
      ...(records === undefined ? {} : { records }),
    });
  };
  await add('report.html', renderHtml(report));
  await add('report.json', `${JSON.stringify(report, null, 2)}\n`);
  for (const category of report.categories)
    await add(`data/${category.category}.csv`, categoryCsv(category), category.records.length);
  await zip.add('manifest.json', new TextReader(`${JSON.stringify(manifest, null, 2)}\n`));
  await zip.close();
  return manifest;
}

/** A ZIP's own form of an instant, to two seconds. Its readers take it for local time; here it is UTC, the same everywhere. */
function dosTime(at: Date): number {
  const day = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}

/** One row a record; cells that a spreadsheet would run as a formula are defused. */
export function categoryCsv({ records }: ReportCategory): string {
  const fields = [...new Set(records.flatMap((record) => Object.keys(record.fields)))];
  const rows = records.map((record) => [
    record.id,
    record.at,
    ...fields.map((field) => {
      const value = record.fields[field];
      return Array.isArray(value) ? value.join('; ') : (value ?? '');
    }),
  ]);
  return stringify([['id', 'at', ...fields], ...rows], { bom: true, escape_formulas: true, cast: { boolean: String } });
}
