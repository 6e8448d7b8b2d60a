import type { Contents } from './contents.ts';
import type { Facts } from './model.ts';

/**
 * The context of `data.jsonld` (JSON-LD 1.1). It ships in the package and is served at `/contexts/portability-v1.jsonld`;
 * nothing is fetched from anywhere else (REQ-H08). Fields of kinds of data are terms of the package's own vocabulary.
 */
export const portableContext = {
  '@context': {
    '@version': 1.1,
    '@vocab': 'urn:lethe:portability:v1#',
    schema: 'https://schema.org/',
    dcterms: 'http://purl.org/dc/terms/',
    dpv: 'https://w3id.org/dpv#',
    xsd: 'http://www.w3.org/2001/XMLSchema#',
    id: '@id',
    type: '@type',
    institution: 'schema:provider',
    snapshotAt: { '@id': 'schema:dateCreated', '@type': 'xsd:dateTime' },
    language: 'dcterms:language',
    records: { '@id': 'dpv:hasData', '@container': '@list' },
    category: 'dpv:hasPersonalData',
    at: { '@id': 'dcterms:date', '@type': 'xsd:dateTime' },
    email: 'schema:email',
    name: 'schema:name',
    country: 'schema:addressCountry',
    city: 'schema:addressLocality',
    interests: { '@id': 'schema:knowsAbout', '@container': '@list' },
  },
} as const;

/** The rows as linked data, as they come; a field that is not shown is left out. */
export async function* portableLines(
  facts: Facts,
  categories: Contents['categories'],
  rows: Contents['rows'],
): AsyncGenerator<string> {
  const { institution, snapshotAt, language } = facts;
  const head = { '@context': 'context.jsonld', type: 'PortableData', institution, snapshotAt, language };
  yield JSON.stringify(head, null, 1).slice(0, -2);
  yield ',\n "records": [';
  let before = '';
  for (const { category } of categories)
    for await (const line of rows.lines(category)) {
      const { id, at, fields } = JSON.parse(line) as { id: string; at: string; fields: Record<string, unknown> };
      const values = Object.entries(fields)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [RESERVED.test(name) ? `field-${name}` : name, value]);
      const record = { ...Object.fromEntries(values), id: `urn:lethe:record:${encodeURIComponent(id)}`, category, at };
      yield `${before}\n${JSON.stringify({ ...record, type: 'Record' })}`;
      before = ',';
    }
  yield '\n]}\n';
}

/** Names of the record itself, and what JSON-LD would read as a word of its own or as a term of another vocabulary. */
const RESERVED = /^(id|type|category|at|records|institution|snapshotAt|language|schema|dcterms|dpv|xsd)$|[:@]/;
