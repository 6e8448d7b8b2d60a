import Type, { type Static } from 'typebox';
import { cursorPage, PAGE_QUERY } from '../../../foundations/contract/cursor-page.ts';
import { Count, closed, Digest, Instant, OrNull, Uuid } from '../../../foundations/contract/schemas.ts';
import { PORTAL_PATTERN } from '../model.ts';

const Moment = Type.String({
  format: 'date-time',
  maxLength: 40,
  description: 'RFC 3339 with an offset. Of a reduced visit only the hour is kept: it counts by the beginning of that.',
});
const Portal = Type.String({ pattern: PORTAL_PATTERN });

/** Which visits: one, or those of a time. */
export const WantedVisits = Type.Object(
  {
    visitId: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'One visit; then nothing else.' })),
    from: Type.Optional(Moment),
    until: Type.Optional(Type.Unsafe<string>({ ...Moment, description: 'Exclusive.' })),
    network: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description:
          'A network (CIDR) no narrower than visits keep it, or one address, whose visits are found while they are kept in full.',
      }),
    ),
    portal: Type.Optional(Portal),
  },
  closed,
);
export type WantedVisits = Static<typeof WantedVisits>;

const Person = Type.Object({ id: Type.String(), role: Type.String() }, closed);

const VISIT_ERASURE_STATES = ['proposed', 'not-agreed', 'running', 'completed', 'incomplete'] as const;

/** What was found the last time somebody looked. */
export const SeenVisits = Type.Object(
  {
    due: Type.Integer({ description: 'Visits that would go.' }),
    held: Type.Integer({ description: 'Visits that a hold keeps; they stay.' }),
    people: Type.Integer({ description: 'Persons, by pseudonym, whom the visits that go are known to be of.' }),
    untold: Type.Integer({
      description:
        'Reduced visits of the same time and network as a single address: whether they are of that address nobody can tell, and they stay.',
    }),
    counted: Type.Integer({
      description: 'Visits of these days that are counted already: counts belong to nobody, and stay as they are.',
    }),
    oldest: OrNull(Instant),
    newest: OrNull(Instant),
    sample: Type.Array(Type.String(), { description: 'Ids of a few of them; none once they are gone.' }),
  },
  closed,
);
export type SeenVisits = Static<typeof SeenVisits>;

export const VisitErasure = Type.Object(
  {
    erasureId: Uuid,
    status: Type.Enum([...VISIT_ERASURE_STATES], {
      description: '`incomplete`: a second look has still found some of them.',
    }),
    wanted: Type.Object(
      {
        oneVisit: Type.Boolean(),
        from: OrNull(Instant),
        until: OrNull(Instant),
        network: OrNull(Type.String({ description: 'Not told where it was a single address.' })),
        oneAddress: Type.Boolean(),
        portal: OrNull(Portal),
      },
      closed,
    ),
    ...SeenVisits.properties,
    digest: OrNull(
      Type.Unsafe<string | null>({
        ...Digest,
        description: 'Of the ids of what would go: what an approval is bound to.',
      }),
    ),
    proposedBy: Person,
    proposedAt: Instant,
    decidedBy: OrNull(Person),
    decidedAt: OrNull(Instant),
    removed: Count,
    finishedAt: OrNull(Instant),
    certificateId: OrNull(Uuid),
  },
  closed,
);
export type VisitErasure = Static<typeof VisitErasure>;

export const VisitErasureList = cursorPage(VisitErasure);
export const VisitErasureParams = Type.Object({ erasureId: Uuid }, closed);
export const VisitErasureApproval = Type.Object(
  {
    digest: Type.Unsafe<string>({
      ...Digest,
      description: 'As the proposal says it: what is approved is exactly this.',
    }),
  },
  closed,
);
export const VisitErasurePage = Type.Object(PAGE_QUERY, closed);
