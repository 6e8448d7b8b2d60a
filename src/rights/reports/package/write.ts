import { createHash } from 'node:crypto';
import type { TSchema } from 'typebox';
import { canonical } from '../../../foundations/contract/canonical-json.ts';
import { renderHtml } from '../../../foundations/print/html.ts';
import { renderPdf } from '../../../foundations/print/pdf.ts';
import { createZip, type Sink } from '../../../foundations/zip/zip.ts';
import type { Contents } from './contents.ts';
import { csvOf, recordCsv } from './csv.ts';
import { packageDocument, SHOWN_ROWS } from './document.ts';
import { portableContext, portableLines } from './json-ld.ts';
import { AccessDocument, type Facts, type Manifest, PortabilityDocument } from './model.ts';

/** Names under which lists about the person are gathered; kinds of data have a dot in theirs. */
export const LISTS = { redactions: 'redactions', accessLog: 'access-log', history: 'history' } as const;

export interface Seal {
  /** Records the making in the log and answers what proves it, once the digest of the contents is known. */
  record(contents: string): Promise<Manifest['log']>;
  sign(manifest: Manifest): Promise<string>;
}

/**
 * Writes a package: documents to read, JSON and tables to use, a manifest that is signed and whose digest stands in the
 * log. Rows go from where they were gathered into the files; nothing of them is held whole. The same contents give the
 * same files.
 */
export async function writePackage(contents: Contents, seal: Seal, sink: Sink): Promise<Manifest> {
  const { facts, rows, categories, packageId, log } = contents;
  const at = new Date(facts.snapshotAt);
  const zip = createZip(at, sink);
  const files: Manifest['files'] = [];
  const add = async (...file: Parameters<typeof zip.add>) => void files.push(await zip.add(...file));

  const document = {
    ...packageDocument(facts, documentRows(contents), contents.say),
    letterhead: contents.letterhead,
  };
  await add('report.pdf', [await renderPdf(document, at)]);
  await add('report.html', [renderHtml(document)]);
  await add('data.json', dataJson(contents));
  await add('data.schema.json', [`${JSON.stringify(schemaOf(facts.kind), null, 2)}\n`]);
  for (const { category } of categories)
    await add(fileOf(category), recordCsv(rows.fields(category), rows.lines(category)), rows.count(category));
  if (rows.count(LISTS.redactions) > 0)
    await add(fileOf(LISTS.redactions), listCsv(rows, LISTS.redactions), rows.count(LISTS.redactions));
  if (facts.kind === 'portability') {
    await add('data.jsonld', portableLines(facts, categories, rows));
    await add('context.jsonld', [`${JSON.stringify(portableContext, null, 2)}\n`]);
  } else {
    for (const list of [LISTS.accessLog, LISTS.history])
      if (rows.count(list) > 0) await add(fileOf(list), listCsv(rows, list), rows.count(list));
    if (log) await add('log.json', [`${JSON.stringify({ log }, null, 2)}\n`]);
  }

  const digest = createHash('sha256').update(canonical(files)).digest('hex');
  const counts = Object.fromEntries(categories.map(({ category }) => [category, rows.count(category)]));
  const records = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const { kind, language, institution, snapshotAt, policyHash, missing } = facts;
  const manifest: Manifest = {
    version: 1,
    packageId,
    kind,
    language,
    institution,
    snapshotAt,
    policyHash,
    held: records > 0,
    records,
    counts,
    redactions: rows.count(LISTS.redactions),
    missing,
    files,
    contents: digest,
    log: await seal.record(digest),
  };
  await zip.add('manifest.json', [`${JSON.stringify(manifest, null, 2)}\n`]);
  await zip.add('manifest.jws', [`${await seal.sign(manifest)}\n`]);
  await zip.close();
  return manifest;
}

const fileOf = (name: string): string => (name.includes('.') ? `data/${name}.csv` : `${name}.csv`);

/** The form of `data.json`, for whoever reads it without us. */
function schemaOf(kind: Facts['kind']): TSchema & { $schema: string } {
  const schema = kind === 'access' ? AccessDocument : PortabilityDocument;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema };
}

/** `data.json`: the parts, and then the rows as they come. */
async function* dataJson({ facts, rows, categories, decided, withheld }: Contents): AsyncGenerator<string> {
  const list = async function* (name: string) {
    let before = '';
    for await (const line of rows.lines(name)) {
      yield `${before}\n${line}`;
      before = ',';
    }
  };
  yield JSON.stringify(facts, null, 1).slice(0, -2);
  yield ',\n "copy": [';
  for (const [n, { category, title }] of categories.entries()) {
    yield `${n === 0 ? '' : ','}\n{"category":${JSON.stringify(category)},"title":${JSON.stringify(title)},"records":[`;
    yield* list(category);
    yield ']}';
  }
  yield '],\n "redactions": {"each":[';
  yield* list(LISTS.redactions);
  yield `],"decided":${JSON.stringify(decided)},"withheld":${JSON.stringify(withheld)}}`;
  if (facts.kind === 'access')
    for (const [member, name] of [
      ['accessLog', LISTS.accessLog],
      ['history', LISTS.history],
    ] as const) {
      yield `,\n "${member}": [`;
      yield* list(name);
      yield ']';
    }
  yield '\n}\n';
}

function listCsv(rows: Contents['rows'], name: string): AsyncGenerator<string> {
  const columns = rows.fields(name);
  return csvOf(
    columns,
    (async function* () {
      for await (const line of rows.lines(name)) {
        const row = JSON.parse(line) as Record<string, unknown>;
        yield columns.map((column) => row[column]);
      }
    })(),
  );
}

function documentRows({ rows, categories, decided, withheld }: Contents): Parameters<typeof packageDocument>[1] {
  const shown = <T>(name: string) => ({
    rows: rows.first<T>(name).slice(0, SHOWN_ROWS),
    count: rows.count(name),
  });
  return {
    copy: categories.map(({ category, title }) => ({
      category,
      title,
      ...shown<never>(category),
    })),
    decided,
    withheld,
    redactions: shown(LISTS.redactions),
    accessLog: shown(LISTS.accessLog),
    history: shown(LISTS.history),
  };
}
