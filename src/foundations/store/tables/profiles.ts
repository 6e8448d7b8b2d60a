import type { Kit } from '../columns.ts';
import { obtainedColumns } from './obtained.ts';

/** Profiles of account holders: one row a person. */
export function defineProfilesTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, bytes, pseudonym, index, primaryKey } = kit;
  return {
    profiles: table(
      'profiles',
      {
        tenantId: tenantId(),
        subjectId: pseudonym('subject_id', 'profiles').notNull(),
        /** The platform's user id, sealed: needed to speak to the platform about this person. Goes with the identity. */
        accountSealed: bytes('account_sealed'),
        nameSealed: bytes('name_sealed'),
        titleSealed: bytes('title_sealed'),
        emailSealed: bytes('email_sealed'),
        emailIndex: text('email_index'),
        interestsSealed: bytes('interests_sealed'),
        citySealed: bytes('city_sealed'),
        countrySealed: bytes('country_sealed'),
        orcidSealed: bytes('orcid_sealed'),
        /** What the person added to it themselves (Art. 16, second sentence). */
        statementSealed: bytes('statement_sealed'),
        /** Of a statement that tells of a special category: the id under which two persons see it. */
        statementSpecialId: text('statement_special_id'),
        version: integer('version').notNull(),
        createdAt: instant('created_at').notNull(),
        updatedAt: instant('updated_at').notNull(),
        lastActivityAt: instant('last_activity_at').notNull(),
        /** When the account was closed; null: it is open. */
        closedAt: instant('closed_at'),
        policyHash: text('policy_hash').notNull(),
        /** The last activity of which the person was warned that the account ends: a newer one makes the warning void. */
        warnedFor: instant('warned_for'),
        /** When the first of its warnings was delivered; null: none was yet. */
        warnedAt: instant('warned_at'),
        /** The last warning that was made out (`P30D`), and its message. */
        warnedWith: text('warned_with'),
        warningMessage: text('warning_message'),
        ...obtainedColumns(kit),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.subjectId] }),
        index('profiles_email').on(t.tenantId, t.emailIndex),
        index('profiles_activity').on(t.tenantId, t.lastActivityAt),
        index('profiles_special').on(t.tenantId, t.statementSpecialId),
        index('profiles_inform').on(t.tenantId, t.informState, t.informBy),
      ],
    ),
  };
}
