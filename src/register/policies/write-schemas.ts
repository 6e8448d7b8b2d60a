import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../foundations/process/package-root.ts';
import { POLICY_FILES } from './model.ts';
import { TENANT_FILES } from './tenant-overlay.ts';

/** The JSON Schemas an editor completes policies with, by file name. */
export function renderedSchemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...TENANT_FILES, ...POLICY_FILES }).map(([kind, { schema }]) => [
      `${kind}.schema.json`,
      `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: kind, ...schema }, null, 2)}\n`,
    ]),
  );
}

/** `npm run schemas`: writes them to policies/schemas. */
if (process.argv[1]?.endsWith('write-schemas.ts')) {
  const folder = join(packageRoot, 'policies/schemas');
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(renderedSchemas())) writeFileSync(join(folder, file), text);
}
