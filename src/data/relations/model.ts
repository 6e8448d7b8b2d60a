import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull, PolicyId } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';

const Subject = Type.String({ pattern: SUBJECT_REF_PATTERN });
const Reference = Type.String({
  pattern: '^[A-Za-z0-9._~:@/+-]{1,200}$',
  description: 'What the relation is to, as the platform calls it: the id of a contract, a review.',
});
const declared = (what: string) => Type.String({ ...PolicyId, description: `${what}, as relations.yaml declares it.` });

export const SubjectParams = Type.Object({ id: Subject }, closed);
export const RelationParams = Type.Object(
  { id: Subject, relation: declared('A relation'), reference: Reference },
  closed,
);
export const RoleParams = Type.Object({ id: Subject, role: declared('A role') }, closed);
export const AttributeParams = Type.Object({ id: Subject, attribute: declared('An attribute') }, closed);

const since = Type.Optional(Type.String({ format: 'date-time', description: 'From when on; absent: always.' }));
const until = Type.Optional(
  Type.String({ format: 'date-time', description: 'Until when, exclusive, where that is known; absent: open.' }),
);
export const StandingInput = Type.Object({ since, until }, closed);
export const AttributeInput = Type.Object(
  { value: Type.String({ ...PolicyId, description: 'One of the values that relations.yaml declares.' }), since, until },
  closed,
);

const standing = { since: OrNull(Instant), until: OrNull(Instant), recordedAt: Instant, updatedAt: Instant };
export const Relation = Type.Object({ relation: Type.String(), reference: OrNull(Type.String()), ...standing }, closed);
export const RoleHeld = Type.Object({ role: Type.String(), ...standing }, closed);
export const Attribute = Type.Object({ attribute: Type.String(), value: Type.String(), ...standing }, closed);

export const Standings = Type.Object(
  { relations: Type.Array(Relation), roles: Type.Array(RoleHeld), attributes: Type.Array(Attribute) },
  closed,
);

export type StandingInput = Static<typeof StandingInput>;
export type Relation = Static<typeof Relation>;
export type RoleHeld = Static<typeof RoleHeld>;
export type Attribute = Static<typeof Attribute>;
export type Standings = Static<typeof Standings>;
