import { comparableEmail } from '../../foundations/contract/comparable-email.ts';
import type { ExportedRecord } from '../../foundations/holders/holder.ts';
import { authorityOf } from '../../register/view/law-in-words.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { FoundRecord } from './copy.ts';
import type { PackageInput, PackageRecord, RedactionReason } from './package/model.ts';

/** Linear in its input: no part can match what the next one begins with. */
const ADDRESS = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
/** Stands where an address of another person stood. */
const CUT = '[…]';

export interface RedactionRules {
  redact: NonNullable<PackageInput['redact']>;
  disclose: NonNullable<PackageInput['disclose']>;
  /** Addresses of organisations, which are about nobody. */
  organisations: Iterable<string>;
}

/**
 * What a person is not shown of records about them, field by field and each with its reason (GDPR Art. 15(4)): fields
 * their holder says are about somebody else, e-mail addresses of others in free text and lists, and what an officer
 * decided. The record itself is always there.
 */
export function createRedactor({ redact, disclose, organisations }: RedactionRules) {
  const known = new Set([...organisations].map(comparableEmail));
  const own = new Set<string>();
  const key = (category: string, field: string) => `${category}\0${field}`;
  const decided = new Map(redact.map(({ category, field, reason }) => [key(category, field), reason]));
  const shown = new Set(disclose.map(({ category, field }) => key(category, field)));

  const isOthers = (address: string) => {
    const compared = comparableEmail(address);
    return !own.has(compared) && !known.has(compared);
  };

  /** The text without addresses of others; the same text where there are none. */
  const withoutAddresses = (text: string) =>
    text.includes('@') ? text.replaceAll(ADDRESS, (address) => (isOthers(address) ? CUT : address)) : text;

  /** An address alone in a field of the person's own rows is theirs; outside, only what is known to be. */
  const isOneAddress = (text: string, external: boolean) =>
    (!external || own.size === 0) && text.replace(ADDRESS, '').trim() === '';

  function cleaned(value: ExportedRecord['fields'][string], external: boolean): ExportedRecord['fields'][string] {
    if (Array.isArray(value)) return value.map(withoutAddresses);
    return typeof value === 'string' && !isOneAddress(value, external) ? withoutAddresses(value) : value;
  }

  return {
    /** An address that is the person's. */
    owns: (address: string) => void own.add(comparableEmail(address)),

    apply({ record, external }: FoundRecord): PackageRecord {
      const redacted: Record<string, RedactionReason> = {};
      const fields: PackageRecord['fields'] = {};
      for (const [field, value] of Object.entries(record.fields)) {
        const name = key(record.category, field);
        const reason =
          decided.get(name) ??
          (record.ofOthers?.includes(field) && !shown.has(name) ? 'data-of-another-person' : undefined);
        const clean = reason !== undefined || shown.has(name) ? value : cleaned(value, external);
        if (reason !== undefined) redacted[field] = reason;
        else if (JSON.stringify(clean) !== JSON.stringify(value)) redacted[field] = 'address-of-another-person';
        fields[field] = reason === undefined ? clean : null;
      }
      return {
        id: record.id,
        at: record.at.toISOString(),
        table: record.table,
        fields,
        redacted: Object.keys(redacted).length > 0 ? redacted : undefined,
      };
    },
  };
}

export type Redactor = ReturnType<typeof createRedactor>;

/** Addresses of institutions and authorities, as the register has them: they are about nobody. */
export function organisationAddresses(view: RegisterView): string[] {
  const { parties, policies } = view;
  return [
    policies.installation.supervisoryAuthority.contact,
    authorityOf(view).contact,
    ...parties.flatMap(({ contact, dataProtectionOfficer, representative }) =>
      [contact, dataProtectionOfficer?.contact, representative?.contact].filter((one) => one !== undefined),
    ),
  ];
}
