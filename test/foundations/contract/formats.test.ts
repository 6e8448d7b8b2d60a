import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type TSchema } from 'typebox';
import { ProfileInput } from '../../../src/data/profiles/model.ts';
import { Instant, Uuid } from '../../../src/foundations/contract/schemas.ts';
import { checker } from '../../../src/foundations/contract/validation.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { parseDuration } from '../../../src/law/duration.ts';
import { parseInstant } from '../../../src/law/instant.ts';
import { parseAddress } from '../../../src/law/reduce-address.ts';

interface Vectors {
  valid: string[];
  invalid: string[];
}
const vectors = (format: string) =>
  JSON.parse(readFileSync(join(packageRoot, `test/vectors/json-schema-formats/${format}.json`), 'utf8')) as Vectors;

const passes = (check: () => unknown): boolean => {
  try {
    check();
    return true;
  } catch {
    return false;
  }
};
const bySchema = (schema: TSchema) => {
  const check = checker(Type.Object({ value: schema }), '');
  return (value: string) => passes(() => check({ value }));
};

/** What reads a format, and where it differs from JSON Schema's test suite, and why. */
interface Reader {
  reads: (text: string) => boolean;
  alsoTakes?: Record<string, string[]>;
  refuses?: Record<string, string[]>;
}
const READERS: Record<string, Reader> = {
  ipv4: { reads: (text) => parseAddress(text) !== undefined && !text.includes(':') },
  ipv6: {
    reads: (text) => parseAddress(text) !== undefined && text.includes(':'),
    alsoTakes: { 'A zone is dropped, as it comes with addresses of sockets.': ['fe80::a%eth1'] },
  },
  uuid: { reads: bySchema(Uuid) },
  date: { reads: bySchema(Type.String({ format: 'date' })) },
  'date-time': {
    reads: (text) => {
      const read = parseInstant(text) !== undefined;
      assert.equal(bySchema(Instant)(text), read, text);
      return read;
    },
    refuses: {
      'No leap seconds: nothing that is kept or compared can say 23:59:60.': [
        '1998-12-31T23:59:60Z',
        '1998-12-31T15:59:60.123-08:00',
      ],
      'Nine digits of a second at most.': ['1985-04-12T00:59:59.999999999999999Z'],
    },
  },
  duration: {
    reads: (text) => passes(() => parseDuration(text)),
    alsoTakes: { 'ISO 8601 lets months be left out; the grammar of RFC 3339 does not.': ['P1Y2D'] },
    refuses: {
      'Times of day have no place in retention, nor has nothing at all, nor more than a thousand years.': [
        'P4DT12H30M5S',
        'PT0S',
        'P0D',
        'PT1M',
        'PT36H',
        'P1DT12H',
        'P1Y2M3DT4H5M6S',
        'PT1H2M3S',
        'PT1H30M',
        'P10Y10M10DT10H10M10S',
        'PT1H2M',
        'PT1M2S',
        `P${'9'.repeat(78)}D`,
      ],
    },
  },
  email: {
    reads: bySchema(ProfileInput.properties.email),
    alsoTakes: {
      'Mailboxes with dots at their edges exist, and what a server does with a domain is its own.': [
        '.test@example.com',
        'test.@example.com',
        'te..st@example.com',
        'joe.bloggs@invalid=domain.com',
        'joe.bloggs@[127.0.0.300]',
      ],
    },
    refuses: {
      'No blanks and no second @: nobody has such a mailbox, and whoever types one has made a mistake.': [
        '"joe bloggs"@example.com',
        '"joe@bloggs"@example.com',
      ],
    },
  },
};

describe('Texts of a format, as the test suite of JSON Schema has them', () => {
  for (const [format, { reads, alsoTakes = {}, refuses = {} }] of Object.entries(READERS))
    it(`${format}: what is one is read, what is none is not (REQ-H04, H05)`, () => {
      const { valid, invalid } = vectors(format);
      assert.ok(valid.length > 2 && invalid.length > 8);
      assert.deepEqual(
        valid.filter((text) => !reads(text)),
        Object.values(refuses).flat(),
      );
      assert.deepEqual(invalid.filter(reads), Object.values(alsoTakes).flat());
    });
});
