import Type, { type Static } from 'typebox';
import { line } from '../../foundations/contract/personal-text.ts';
import { closed, Instant } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';
import { ORCID_INPUT_PATTERN } from '../content/identifiers.ts';
import { Obtained } from '../informing/model.ts';

/** `null` beside a schema, as `type: [..., 'null']`: a fault then names the field, not the branches of a union. */
function nullable<T>(schema: Type.TSchema): Type.TUnsafe<T | null> {
  return Type.Unsafe<T | null>({ ...schema, type: [(schema as { type: string }).type, 'null'] });
}

const name = line(200);
const email = Type.String({
  maxLength: 254,
  pattern: '^[^\\s@\\u0000-\\u001f\\u007f-\\u009f]{1,64}@[^\\s@\\u0000-\\u001f\\u007f-\\u009f]{1,189}$',
  description: 'One address, without a display name.',
});
const title = line(120, 'Degree or position.');
const interests = Type.Array(line(120), { maxItems: 50, uniqueItems: true, description: 'Research categories.' });
const city = line(120);
const country = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2, officially assigned.' });
const orcid = Type.String({ maxLength: 60, pattern: ORCID_INPUT_PATTERN, description: 'ORCID iD of the account.' });
const closedAt = Type.String({
  format: 'date-time',
  maxLength: 40,
  description: 'When the account was closed; retention can count from it (`ended`). When absent, it stays as it is.',
});
const lastActivityAt = Type.String({
  format: 'date-time',
  maxLength: 40,
  description:
    'When the person was last active; retention counts from it. When absent, it is the instant of creation, and stays as it is afterwards.',
});

/** A profile as a platform puts it: nothing but these fields is accepted. */
export const ProfileInput = Type.Object(
  {
    name: Type.Optional(name),
    email: Type.Optional(email),
    title: Type.Optional(title),
    interests: Type.Optional(interests),
    city: Type.Optional(city),
    country: Type.Optional(country),
    orcid: Type.Optional(orcid),
    lastActivityAt: Type.Optional(lastActivityAt),
    closedAt: Type.Optional(closedAt),
    obtained: Type.Optional(Obtained),
  },
  closed,
);
export type ProfileInput = Static<typeof ProfileInput>;

/** A merge patch (RFC 7396): a field that is absent stays, `null` removes it. */
export const ProfilePatch = Type.Object(
  {
    name: Type.Optional(nullable<string>(name)),
    email: Type.Optional(nullable<string>(email)),
    title: Type.Optional(nullable<string>(title)),
    interests: Type.Optional(nullable<string[]>(interests)),
    city: Type.Optional(nullable<string>(city)),
    country: Type.Optional(nullable<string>(country)),
    orcid: Type.Optional(nullable<string>(orcid)),
    lastActivityAt: Type.Optional(lastActivityAt),
    closedAt: Type.Optional(
      nullable<string>({ ...closedAt, description: '`null`: the account is open again.' } as typeof closedAt),
    ),
  },
  closed,
);
export type ProfilePatch = Static<typeof ProfilePatch>;

export const Profile = Type.Object(
  {
    id: Type.Optional(
      Type.String({ description: "The platform's user id; absent when retention has erased the identity." }),
    ),
    name: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    title: Type.Optional(Type.String()),
    interests: Type.Optional(Type.Array(Type.String())),
    city: Type.Optional(Type.String()),
    country: Type.Optional(Type.String()),
    orcid: Type.Optional(Type.String({ description: 'Bare, with its hyphens.' })),
    statement: Type.Optional(
      Type.String({ description: 'What the person added to it; shown with the data (GDPR Art. 16, second sentence).' }),
    ),
    lastActivityAt: Instant,
    closedAt: Type.Optional(Instant),
    createdAt: Instant,
    updatedAt: Instant,
  },
  closed,
);
export type Profile = Static<typeof Profile>;

export const ProfileSearch = Type.Object(
  {
    email: Type.String({
      minLength: 3,
      maxLength: 320,
      pattern: '^\\s*[^\\s@]+@[^\\s@]+\\s*$',
      description: 'Compared after trimming, Unicode NFC and lower-casing of the whole address.',
    }),
  },
  closed,
);

export const ProfileMatches = Type.Object({ items: Type.Array(Profile) }, closed);
export type ProfileMatches = Static<typeof ProfileMatches>;

export const SubjectParams = Type.Object(
  { id: Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'An account: `account:<user id>` or the bare id.' }) },
  closed,
);

/** The sealed fields, where they are kept and which category of `policies/` they belong to: the one list of them. */
export const PROFILE_FIELDS = {
  name: { column: 'nameSealed', category: 'profiles.identity' },
  title: { column: 'titleSealed', category: 'profiles.identity' },
  email: { column: 'emailSealed', category: 'profiles.contact' },
  interests: { column: 'interestsSealed', category: 'profiles.interests' },
  city: { column: 'citySealed', category: 'profiles.location' },
  country: { column: 'countrySealed', category: 'profiles.location' },
  orcid: { column: 'orcidSealed', category: 'profiles.identity' },
} as const;
export type ProfileField = keyof typeof PROFILE_FIELDS;
export const FIELD_NAMES = Object.keys(PROFILE_FIELDS) as ProfileField[];
export type ProfileValues = Omit<ProfileInput, 'lastActivityAt' | 'closedAt' | 'obtained'>;
