import { stringify } from 'csv-stringify/sync';
import { writeZip, type ZippedFile } from '../zip.ts';
import type { AccessReport, ReportCategory } from './model.ts';
import { renderHtml } from './render-html.ts';

export interface Manifest {
  generatedAt: string;
  policyHash: string;
  files: (ZippedFile & { records?: number })[];
}

/**
 * Writes a report as a ZIP: a page to read, JSON and CSV to use, and a manifest with the SHA-256 of each file. The same
 * report gives the same bytes.
 */
export async function writeReportPackage(report: AccessReport, sink: WritableStream<Uint8Array>): Promise<Manifest> {
  const zip = writeZip(sink, new Date(report.generatedAt));
  const manifest: Manifest = { generatedAt: report.generatedAt, policyHash: report.policyHash, files: [] };
  const add = async (name: string, text: string, records?: number) => {
    manifest.files.push({ ...(await zip.add(name, text)), ...(records === undefined ? {} : { records }) });
  };
  await add('report.html', renderHtml(report));
  await add('report.json', `${JSON.stringify(report, null, 2)}\n`);
  for (const category of report.categories)
    await add(`data/${category.category}.csv`, categoryCsv(category), category.records.length);
  await zip.add('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  await zip.close();
  return manifest;
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
