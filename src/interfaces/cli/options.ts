import { InvalidArgumentError, Option } from 'commander';
import {
  parseStatedPurpose,
  READING_PURPOSES,
  type ReadingPurpose,
  type StatedPurpose,
} from '../../law/reading-purposes.ts';
import { CommandFailure, EXIT } from './outcome.ts';

/** Options that several commands have: one name, one meaning. */

export const tenantOption = (description = 'the tenant') => new Option('--tenant <id>', description).default('main');
/** For what is done in every tenant unless one is named. */
export const oneTenantOption = () => new Option('--tenant <id>', 'one tenant only (default: all)');
export const jsonOption = () => new Option('--json', 'as JSON');
export const yesOption = () => new Option('--yes', 'do not ask');
export const atOption = () => new Option('--at <instant>', 'as it was then (default: now)').argParser(instantArgument);
export const knownAtOption = () =>
  new Option('--known-at <instant>', 'by what had been recorded until then').argParser(instantArgument);
/** The first is the default. */
export const formatOption = (...formats: string[]) =>
  new Option('--format <format>', 'how').choices(formats).default(formats[0]);
export const zipOption = () => new Option('-o, --output <file>', 'the ZIP to write').makeOptionMandatory();

/** Why somebody looks at a person's data; `purpose` where nothing is said. */
export const purposeOption = (purpose: ReadingPurpose) =>
  new Option('--purpose <purpose>', 'why you look, and a case number if there is one')
    .argParser(purposeArgument)
    .default({ purpose } satisfies StatedPurpose, purpose);

function purposeArgument(text: string): StatedPurpose {
  const stated = parseStatedPurpose(text);
  if (!stated)
    throw new InvalidArgumentError(
      `One of ${Object.keys(READING_PURPOSES).join(', ')}; a case number may follow: "access-request; reference=2026-17".`,
    );
  return stated;
}

/** What a signed file is checked against; `publisher` is who publishes the keys. */
export const jwksOption = (publisher: string) =>
  new Option('--jwks <file-or-url>', `the key set the ${publisher} publishes (/.well-known/jwks.json)`);
export const logKeyOption = (publisher: string) =>
  new Option('--log-key <key>', `the log’s verifier key the ${publisher} publishes (/log/TENANT/key)`);

/** An instant (`2026-11-23T10:00:00Z`) or a day (`2026-11-23`, its beginning in UTC) from the command line. */
export function instantArgument(text: string): Date {
  const at = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? new Date(text)
    : undefined;
  if (!at || Number.isNaN(at.getTime()))
    throw new CommandFailure(EXIT.usage, 'An instant looks like 2026-11-23 or 2026-11-23T10:00:00Z.');
  return at;
}
