import { MASKED } from '../../foundations/contract/special-text.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Place } from '../../foundations/vault/envelope.ts';
import { type ScopeKey, subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { doiLink, orcidLink } from './identifiers.ts';
import type { Association, AssociationInput, MinimalAssociation } from './model.ts';
import type { AssociationRow, NewAssociationRow } from './table.ts';

/**
 * Key scope of what is published: it belongs to the tenant and outlives the account, since the name on a published item
 * may lawfully stay (GDPR Art. 17(3)). Private associations are sealed under their subject's key and die with it.
 */
const CONTENT_SCOPE = 'content';

export function scopeOf(row: { visibility: string; subjectId: string | null }): string {
  return row.visibility === 'public' || row.subjectId === null ? CONTENT_SCOPE : subjectScope(row.subjectId);
}

type SealedColumn = 'titleSealed' | 'nameSealed' | 'orcidSealed';

function placeOf(tables: Tables, tenantId: string, associationId: string): (column: SealedColumn) => Place {
  return (column) => ({
    tenant: tenantId,
    table: 'associations',
    column: tables.associations[column].name,
    row: associationId,
  });
}

/** What of an association is sealed, in the clear. */
export interface OpenedAssociation {
  title: string | undefined;
  nameAsPublished: string;
  orcid: string | undefined;
}

export function sealAssociation(
  key: ScopeKey,
  tables: Tables,
  tenantId: string,
  associationId: string,
  input: Pick<AssociationInput, 'title' | 'nameAsPublished' | 'orcid'>,
): Pick<NewAssociationRow, 'titleSealed' | 'nameSealed' | 'orcidSealed'> & { nameSealed: Buffer } {
  const place = placeOf(tables, tenantId, associationId);
  return {
    titleSealed: key.seal(place('titleSealed'), input.title),
    nameSealed: key.seal(place('nameSealed'), input.nameAsPublished),
    orcidSealed: input.orcid === undefined ? null : key.seal(place('orcidSealed'), input.orcid),
  };
}

/** Seals names of public associations, as many as needed. */
export async function sealName(
  vault: Pick<Vault, 'key'>,
  tables: Tables,
  tenantId: string,
): Promise<(associationId: string, name: string) => Buffer> {
  const key = await vault.key(tenantId, CONTENT_SCOPE);
  return (associationId, name) => key.seal(placeOf(tables, tenantId, associationId)('nameSealed'), name);
}

/** Undefined when the key is gone: nothing of the association can be read any more. */
export async function openAssociation(
  vault: Vault,
  tables: Tables,
  row: AssociationRow,
): Promise<OpenedAssociation | undefined> {
  const key = await vault.existingKey(row.tenantId, scopeOf(row));
  if (!key) return undefined;
  const place = placeOf(tables, row.tenantId, row.associationId);
  const nameAsPublished = key.open(place('nameSealed'), row.nameSealed);
  if (nameAsPublished === undefined) return undefined;
  return {
    nameAsPublished,
    title: row.titleSealed ? key.open(place('titleSealed'), row.titleSealed) : undefined,
    orcid: row.orcidSealed ? key.open(place('orcidSealed'), row.orcidSealed) : undefined,
  };
}

export function presentAssociation(row: AssociationRow, opened: OpenedAssociation): Association {
  return {
    id: row.associationId,
    doi: doiLink(row.doi),
    title: row.titleSpecialId ? MASKED : (opened.title ?? ''),
    version: row.itemVersion,
    role: row.role,
    nameAsPublished: opened.nameAsPublished,
    orcid: opened.orcid === undefined ? undefined : orcidLink(opened.orcid),
    visibility: row.visibility === 'public' ? 'public' : 'private',
    publishedOn: row.publishedOn ?? undefined,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function presentMinimal(row: AssociationRow, opened: OpenedAssociation): MinimalAssociation {
  return {
    doi: doiLink(row.doi),
    version: row.itemVersion,
    role: row.role,
    nameAsPublished: opened.nameAsPublished,
    orcid: opened.orcid === undefined ? undefined : orcidLink(opened.orcid),
    publishedOn: row.publishedOn ?? undefined,
    ground: row.ground ?? undefined,
    reviewAt: row.reviewAt === null ? undefined : row.reviewAt.toISOString(),
  };
}
