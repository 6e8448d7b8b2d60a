import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { Problem } from '../../contract/problem.ts';
import type { ImportDeclaration } from './declaration.ts';
import type { SourceRow } from './map-row.ts';

/**
 * The rows of a file, one by one. @throws Problem `unprocessable-request` where it is not as declared, naming the line
 */
export async function* csvRows(
  file: string,
  { delimiter = ',', quote = '"', encoding = 'utf-8', columns }: NonNullable<ImportDeclaration['source']['csv']>,
): AsyncGenerator<SourceRow> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  async function* decoded(): AsyncGenerator<string> {
    try {
      for await (const piece of createReadStream(file)) yield decoder.decode(piece as Buffer, { stream: true });
      yield decoder.decode();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new Problem(
        'unprocessable-request',
        `The file is not ${encoding}. Say in the declaration which encoding it has.`,
      );
    }
  }
  const parser = parse({ delimiter, quote, columns: columns ? [...columns] : true, bom: true, skip_empty_lines: true });
  const { Readable } = await import('node:stream');
  const input = Readable.from(decoded());
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  try {
    for await (const row of parser) yield row as SourceRow;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Problem(
      'unprocessable-request',
      `Line ${error['lines'] ?? '?'} of the file is not as the declaration has it (${error.code.toLowerCase().replaceAll('_', ' ')}).`,
    );
  } finally {
    input.destroy();
  }
}
