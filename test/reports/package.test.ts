import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Entry, type FileEntry, Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import type { AccessReport } from '../../src/reports/model.ts';
import { categoryCsv, type Manifest, writeReportPackage } from '../../src/reports/package.ts';
import { renderHtml } from '../../src/reports/render-html.ts';
import { category, fullReport, HOSTILE } from './sample.ts';

async function packed(report: AccessReport): Promise<{ bytes: Buffer; manifest: Manifest }> {
  const pieces: Uint8Array[] = [];
  const sink = new WritableStream<Uint8Array>({ write: (piece) => void pieces.push(Uint8Array.from(piece)) });
  const manifest = await writeReportPackage(report, sink);
  return { bytes: Buffer.concat(pieces), manifest };
}

async function unpacked(bytes: Buffer): Promise<Map<string, Buffer>> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true });
  const files = new Map<string, Buffer>();
  for (const entry of (await reader.getEntries()) as Entry[])
    files.set(entry.filename, Buffer.from(await (entry as FileEntry).getData(new Uint8ArrayWriter())));
  return files;
}

const hostile = fullReport([category(HOSTILE), category(['Ada'], 'profiles.contact')]);

describe('The package of a report', () => {
  it('has a page, JSON, a table of each kind of data, and a manifest', async () => {
    const files = await unpacked((await packed(hostile)).bytes);
    assert.deepEqual([...files.keys()].sort(), [
      'data/profiles.contact.csv',
      'data/profiles.identity.csv',
      'manifest.json',
      'report.html',
      'report.json',
    ]);
    assert.deepEqual(JSON.parse(String(files.get('report.json'))), hostile);
  });

  it('has a manifest that is right about name, bytes, SHA-256 and records of every other file', async () => {
    const { bytes, manifest } = await packed(hostile);
    const files = await unpacked(bytes);
    assert.deepEqual(JSON.parse(String(files.get('manifest.json'))), manifest);
    assert.deepEqual([manifest.policyHash, manifest.generatedAt], [hostile.policyHash, hostile.generatedAt]);
    assert.equal(manifest.files.length, files.size - 1);
    for (const { name, bytes: size, sha256, records } of manifest.files) {
      const content = files.get(name);
      assert.ok(content, name);
      assert.equal(content.length, size);
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
      if (name === 'data/profiles.identity.csv') assert.equal(records, HOSTILE.length);
    }
  });

  it('is the same bytes for the same report, whenever and wherever it is written', async () => {
    const first = (await packed(hostile)).bytes;
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Auckland';
    try {
      await new Promise((later) => setTimeout(later, 5));
      assert.ok((await packed(hostile)).bytes.equals(first));
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('is there too when nothing is held', async () => {
    const files = await unpacked((await packed(fullReport([]))).bytes);
    assert.deepEqual([...files.keys()].sort(), ['manifest.json', 'report.html', 'report.json']);
    assert.match(String(files.get('report.html')), /We hold no data about you/);
  });

  it('fails when its place does', async () => {
    const sink = new WritableStream<Uint8Array>({ write: () => Promise.reject(new Error('disk full')) });
    await assert.rejects(writeReportPackage(hostile, sink), /disk full/);
  });
});

describe('The tables of a report', () => {
  it('begin with a byte order mark and name their columns', () => {
    const [head] = categoryCsv(category(['Ada'])).split('\n');
    assert.equal(head, '\u{FEFF}id,at,name,interests,robot,absent,count');
  });

  it('give values as they are, in one cell each', () => {
    const [, row] = categoryCsv(category(['Ada'])).split('\n');
    assert.equal(row, 'record-0,2026-02-01T10:00:00.000Z,Ada,ice; firn,false,,0');
    assert.match(categoryCsv(category([HOSTILE[7] as string])), /"a ""quoted"", word\nand a line"/);
  });

  it('hold no cell that a spreadsheet would run', () => {
    for (const value of HOSTILE.filter((text) => /^[=+\-@\t]/.test(text))) {
      const cell = categoryCsv(category([value])).split('.000Z,')[1] ?? '';
      assert.match(cell, /^"?'/, value);
    }
  });
});

describe('The page of a report', () => {
  const page = renderHtml(hostile);

  it('runs and loads nothing, whatever the data says', () => {
    assert.doesNotMatch(page, /<script|<img|<iframe|<link|onerror="|@import|url\(/i);
    assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
    assert.doesNotMatch(page.replace(/<[^>]+>/g, ''), /[<>]/);
    assert.deepEqual(page.match(/(?:src|href)="[^#"][^"]*"/g), null);
  });

  it('shows every value, escaped', () => {
    const texts = page
      .replace(/<[^>]+>/g, '')
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    for (const value of HOSTILE) assert.ok(texts.includes(value), value);
  });

  it('names the institution, the day, the rights, the authority, what is left out, and what was done', () => {
    for (const part of [
      'University of the North',
      '2026-03-01',
      'to have data erased',
      'The processing rests on consent.',
      'authority@example.org',
      'Data of other people',
      'profile.created',
      'standard contractual clauses',
      'a contract with you',
    ])
      assert.ok(page.includes(part), part);
  });

  it('can be found one’s way about: language, one main heading, contents that lead somewhere, captioned tables', () => {
    assert.match(page, /<html lang="en">/);
    assert.equal(page.match(/<h1/g)?.length, 1);
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(page.includes(`id="${id}"`), id);
    assert.equal(page.match(/<table/g)?.length, page.match(/<caption/g)?.length);
    assert.equal(page.match(/<th(?=[ >])/g)?.length, page.match(/<th scope="(col|row)"/g)?.length);
  });

  it('shows records with many fields one below the other, so that they can be read and printed', () => {
    const fields = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`field${n}`, `value ${n}`]));
    const wide = category(['Ada']);
    const [record] = wide.records;
    const one = renderHtml(fullReport([{ ...wide, records: [{ id: 'r', at: record?.at as string, fields }] }]));
    assert.equal(one.match(/<th scope="row">/g)?.length, 12);
    for (const value of Object.values(fields)) assert.ok(one.includes(value), value);
  });

  it('says in plain words that nothing is held, and where was looked', () => {
    const empty = renderHtml(fullReport([]));
    assert.match(empty, /We hold no data about you/);
    assert.match(empty, /Who you are/);
  });
});
