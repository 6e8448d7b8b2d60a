import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { POLICY_FILES, type PolicyKind } from './model.ts';
import { TENANT_FILES, type TenantFileKind } from './tenant-overlay.ts';

export type FileKind = PolicyKind | TenantFileKind;

/** The options under which files are checked; whoever compiles beforehand (build.ts) wants the source too. */
export const compiler = (source = false) =>
  // Without reading our own schemas by the schema of schemas, which takes a tenth of a second: a test does that.
  new Ajv2020({
    allErrors: true,
    strict: true,
    verbose: true,
    discriminator: true,
    validateSchema: false,
    code: { source, esm: source },
  });

/** Every kind of file with its compiled schema. */
export function compiled(ajv: Ajv2020): Record<FileKind, ValidateFunction> {
  const files = Object.entries({ ...TENANT_FILES, ...POLICY_FILES });
  return Object.fromEntries(files.map(([kind, { schema }]) => [kind, ajv.compile(schema)])) as Record<
    FileKind,
    ValidateFunction
  >;
}

/** In the built programs this is what `build.ts` has compiled: doing it takes a third of what a command costs. */
export const validators: Record<FileKind, ValidateFunction> = compiled(compiler());
