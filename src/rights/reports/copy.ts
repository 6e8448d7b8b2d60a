import type { Context } from '../../foundations/contract/context.ts';
import {
  type ExternalHolder,
  HolderFault,
  type HolderFaultCode,
  type KnownPerson,
} from '../../foundations/holders/external.ts';
import type { ExportedRecord, Holder, Person } from '../../foundations/holders/holder.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { SubjectRef } from '../../foundations/vault/subjects.ts';

/** Milliseconds a holder outside may take for everything it has about one person. */
const EXTERNAL_TIME = 120_000;

/** A holder that did not answer: its part of the copy is missing. */
export interface MissingHolder {
  holder: string;
  code: HolderFaultCode;
}

export interface FoundRecord {
  record: ExportedRecord;
  /** Whether it comes from a holder outside the database. */
  external: boolean;
}

/** Every record of every holder in the database, one holder after another; `q` decides of which instant. */
export async function* recordsInside(q: Query, holders: Holder[], person: Person): AsyncGenerator<FoundRecord> {
  for (const holder of holders) for await (const record of holder.export(q, person)) yield { record, external: false };
}

/** Every record of the holders outside; `missing` is told of one that does not answer, and the others go on. */
export async function* recordsOutside(
  holders: ExternalHolder[],
  person: KnownPerson,
  missing: (holder: MissingHolder) => void,
): AsyncGenerator<FoundRecord> {
  for (const holder of holders)
    try {
      for await (const record of holder.export(person, AbortSignal.timeout(EXTERNAL_TIME)))
        yield { record, external: true };
    } catch (error) {
      if (!(error instanceof HolderFault) && !isAbort(error)) throw error;
      missing({ holder: holder.id, code: error instanceof HolderFault ? error.code : 'timed-out' });
    }
}

const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');

/** What a person is known by outside: the id that was asked for, and the address their profile has. */
export function knownPerson({ tenant }: Context, ref: SubjectRef, email: string | undefined): KnownPerson {
  return {
    tenantId: tenant.id,
    timeZone: tenant.timeZone,
    accountId: ref.kind === 'account' ? ref.id : undefined,
    visitorIds: ref.kind === 'visitor' ? [ref.id] : [],
    email,
  };
}

/** The address in a record of the profile; undefined in every other record. */
export function profileEmail({ record, external }: FoundRecord): string | undefined {
  const { email } = record.fields;
  return !external && record.table === 'profiles' && typeof email === 'string' ? email : undefined;
}
