import Type, { type TSchema } from 'typebox';

/** An object that takes no members but its own. */
export const closed = { additionalProperties: false } as const;

/** A member that is always there, and may be null. */
export const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** RFC 3339. */
export const Instant = Type.String({ format: 'date-time' });

export const Uuid = Type.String({ format: 'uuid' });

export const Count = Type.Integer({ minimum: 0 });

/** One line of text. */
export const Line = Type.String({ minLength: 1, maxLength: 300 });

/** SHA-256 in hexadecimal. */
export const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** What the policies call a thing: a party, a purpose, a place. */
export const PolicyId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' });

/** A category of personal data: holder and kind. */
export const CategoryId = Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9-]{0,30}$' });

export const Country = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2.' });

/** What tenants are called, in addresses and folders. */
export const TENANT_ID_PATTERN = '^[a-z0-9][a-z0-9-]{1,62}$';
