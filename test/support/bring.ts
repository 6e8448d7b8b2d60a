import type { Context } from '../../src/foundations/contract/context.ts';
import { checker } from '../../src/foundations/contract/validation.ts';
import type { RecordFault, RecordImport } from '../../src/foundations/imports/record-import.ts';
import type { Store } from '../../src/foundations/store/store.ts';
import { inUnitOfWork } from '../../src/foundations/vault/unit-of-work.ts';

/** Brings lines of one kind in one transaction, as an import does with each chunk; answers what was wrong. */
export async function bring<T>(
  store: Store,
  context: Context,
  kind: RecordImport<T>,
  lines: readonly object[],
): Promise<RecordFault[]> {
  const records = lines.map((line): object => JSON.parse(JSON.stringify(line)));
  const check = checker(kind.schema, '');
  for (const record of records) check(record);
  return inUnitOfWork(async () => {
    const decided = await kind.decide(
      context,
      records.map((record, n) => ({ line: n + 1, record: record as T, fresh: [0] })),
    );
    const write = await decided.prepare();
    await store.write((tx) => write(tx, 'an-import'), { isolation: 'serializable' });
    return decided.faults;
  });
}
