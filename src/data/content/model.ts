import Type, { type Static } from 'typebox';
import { line } from '../../foundations/contract/personal-text.ts';
import { closed, Instant } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';
import { Obtained } from '../informing/model.ts';
import { DOI_INPUT_PATTERN, ORCID_INPUT_PATTERN } from './identifiers.ts';
import { CONTRIBUTION_ROLES } from './roles.ts';

const role = Type.Unsafe<string>({
  type: 'string',
  enum: [...CONTRIBUTION_ROLES],
  description: '`creator`, or a contributorType of DataCite Metadata Schema 4.7.',
});
const day = Type.String({ format: 'date', pattern: '^\\d{4}-\\d{2}-\\d{2}$', maxLength: 10 });

const orcidInput = Type.String({
  maxLength: 60,
  pattern: ORCID_INPUT_PATTERN,
  description: 'ORCID iD as published with the item.',
});

/** The name as it stands on items. */
export const PublishedName = Type.Object(
  { nameAsPublished: line(300, 'The name as it stands on items.'), orcid: orcidInput },
  closed,
);

/** What a platform says of one person's part in one item. */
export const AssociationInput = Type.Object(
  {
    title: line(1000, 'Title of the item.'),
    version: line(64, 'Version of the item.'),
    role,
    nameAsPublished: line(300, 'The name as it stands on the item. Put the item again after a change of name.'),
    orcid: Type.Optional(orcidInput),
    visibility: Type.Unsafe<'public' | 'private'>({ type: 'string', enum: ['public', 'private'] }),
    publishedOn: Type.Optional(
      Type.Unsafe<string>({ ...day, description: 'Day of publication; required for a public item.' }),
    ),
    obtained: Type.Optional(Obtained),
  },
  closed,
);
export type AssociationInput = Static<typeof AssociationInput>;

const doi = Type.String({ description: 'As a link: `https://doi.org/…`.' });

export const Association = Type.Object(
  {
    id: Type.String({ description: 'Stays the same through changes of name, role or visibility.' }),
    doi,
    title: Type.String(),
    version: Type.String(),
    role,
    nameAsPublished: Type.String(),
    orcid: Type.Optional(Type.String({ description: 'As a link: `https://orcid.org/…`.' })),
    visibility: Type.Unsafe<'public' | 'private'>({ type: 'string', enum: ['public', 'private'] }),
    publishedOn: Type.Optional(Type.String()),
    createdAt: Instant,
    updatedAt: Instant,
  },
  closed,
);
export type Association = Static<typeof Association>;

/** All that may stay of a public association after its person was erased (REQ-A31): exactly these members. */
export const MinimalAssociation = Type.Object(
  {
    doi,
    version: Type.String(),
    role,
    nameAsPublished: Type.String(),
    orcid: Type.Optional(Type.String()),
    publishedOn: Type.Optional(Type.String()),
    ground: Type.Optional(
      Type.String({ description: 'Why it stays: a justification of the Data Privacy Vocabulary.' }),
    ),
    reviewAt: Type.Optional(Type.String({ format: 'date-time', description: 'When this must be looked at again.' })),
  },
  closed,
);
export type MinimalAssociation = Static<typeof MinimalAssociation>;

const next = Type.Union([Type.String(), Type.Null()], { description: '`cursor` of the next page; null on the last.' });
export const AssociationPage = Type.Object({ items: Type.Array(Association), next }, closed);
export type AssociationPage = Static<typeof AssociationPage>;
export const ItemAssociationPage = Type.Object(
  { items: Type.Array(Type.Union([Association, MinimalAssociation])), next },
  closed,
);
export type ItemAssociationPage = Static<typeof ItemAssociationPage>;
export const MinimalAssociationPage = Type.Object({ items: Type.Array(MinimalAssociation), next }, closed);
export type MinimalAssociationPage = Static<typeof MinimalAssociationPage>;

const id = Type.String({
  pattern: SUBJECT_REF_PATTERN,
  description: 'An account: `account:<user id>` or the bare id.',
});
const doiParam = Type.String({
  maxLength: 600,
  pattern: DOI_INPUT_PATTERN,
  description:
    'A DOI, percent-encoded so that it is one path segment: `10.5072%2Fabc`. Also accepted with `doi:` or ' +
    '`https://doi.org/` in front; however it is written, it is one item.',
});
export const AccountParams = Type.Object({ id }, closed);
export const AccountItemParams = Type.Object({ id, doi: doiParam }, closed);
export const ItemParams = Type.Object({ doi: doiParam }, closed);

const cursor = Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$', description: '`next` of the page before.' }));
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 }));
export const PageQuery = Type.Object({ cursor, limit }, closed);
export type PageQuery = Static<typeof PageQuery>;
export const ReviewQuery = Type.Object(
  {
    until: Type.Optional(
      Type.Unsafe<string>({ ...day, description: 'Reviews due before this day (UTC); today when absent.' }),
    ),
    cursor,
    limit,
  },
  closed,
);
export type ReviewQuery = Static<typeof ReviewQuery>;

export const PAGE_SIZE = 50;

export type ContentCategory =
  | 'content.public-association'
  | 'content.private-association'
  | 'content.minimal-association';
