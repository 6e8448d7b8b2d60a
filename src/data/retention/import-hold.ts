import Type, { type Static } from 'typebox';
import type { Context } from '../../foundations/contract/context.ts';
import { instantOf } from '../../foundations/contract/instant.ts';
import { permits } from '../../foundations/contract/permissions.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import {
  faultOf,
  type NewRecord,
  type RecordFault,
  type RecordImport,
} from '../../foundations/imports/record-import.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import { checkHold, type HoldDeps } from './holds.ts';
import { sealName } from './holds-outside.ts';
import { HoldInput } from './model.ts';
import { type HoldRow, insertHold } from './table.ts';

/** Whoever may place holds here; and the command line, which places them as an officer too. */
const mayPlace = ({ principal: { role } }: Context) => role === 'operator' || permits(role, 'holds.manage');

const { kind: _, ...members } = HoldInput.properties;

/** A hold that began elsewhere and still stands. What a request of the person placed stands with that request. */
export const HoldRecord = Type.Object(
  {
    kind: Type.Literal('hold'),
    id: Type.String({ minLength: 1, maxLength: 128, description: 'What the other system calls it; once for ever.' }),
    hold: Type.Enum(['legal', 'restriction', 'objection'], { description: 'As of a hold that is placed here.' }),
    ...members,
    since: Type.String({ format: 'date-time', description: 'When it began.' }),
  },
  { ...closed, title: 'HoldRecord' },
);
export type HoldRecord = Static<typeof HoldRecord>;

/**
 * Holds that began before they came here. They protect from the moment they are imported on, and say since when they
 * stand; whoever released them here or when they end is as of any other.
 */
export function createHoldImport(
  deps: Pick<HoldDeps, 'audit' | 'vault' | 'policies' | 'externalHolders'>,
): RecordImport<HoldRecord> {
  const { audit, vault, policies, externalHolders } = deps;

  return {
    kind: 'hold',
    schema: HoldRecord,
    identitiesOf: ({ id }) => [id],

    async decide(context, records) {
      const tenantId = context.tenant.id;
      const faults: RecordFault[] = [];
      const free: { record: HoldRecord; since: Date; until: Date | null }[] = [];
      for (const { line, record } of records as readonly NewRecord<HoldRecord>[])
        try {
          if (!mayPlace(context))
            throw invalidField(
              '/kind',
              'must not be hold for this token: holds are the data protection officer’s; bring them by the command line',
            );
          const now = context.clock();
          const since = instantOf('/since', record.since);
          if (since > now) throw invalidField('/since', 'must have passed: what begins later is placed then');
          const until = checkHold(policies.of(tenantId), { ...record, kind: record.hold }, now);
          free.push({ record, since, until });
        } catch (error) {
          faults.push(faultOf(line, error));
        }

      async function prepared({ record, since, until }: (typeof free)[number]) {
        const { hold, subject: named, category = null, purpose = null, reference } = record;
        const ref = named === undefined ? undefined : parseSubjectRef(named);
        const subject = ref && (await subjectOf(vault, tenantId, ref));
        const placedAt = context.clock();
        const holdId = uuidv7(placedAt);
        const row: HoldRow = {
          tenantId,
          holdId,
          kind: hold,
          subjectId: subject?.subjectId ?? null,
          category,
          purpose,
          requestId: null,
          reference,
          placedAt,
          placedBy: context.principal.id,
          since,
          // Only holders outside need a name: those inside know everybody by the pseudonym.
          knownAsSealed: ref && externalHolders.length > 0 ? await sealName(vault, { tenantId, holdId }, ref) : null,
          until,
          releasedAt: null,
          releasedBy: null,
        };
        return { row, commitment: subject && (await vault.commitment(tenantId, subject.subjectId)) };
      }

      return {
        faults,
        prepare: async () => {
          const rows = await Promise.all(free.map(prepared));
          return async (tx) => {
            for (const { row, commitment } of rows) {
              await insertHold(tx, row);
              await audit.add(tx, context, {
                action: 'hold.imported',
                subject: commitment,
                detail: {
                  hold: row.holdId,
                  kind: row.kind,
                  category: row.category ?? 'all',
                  purpose: row.purpose ?? undefined,
                  everybody: row.subjectId === null,
                  since: row.since?.toISOString(),
                },
              });
            }
          };
        },
      };
    },
  };
}
