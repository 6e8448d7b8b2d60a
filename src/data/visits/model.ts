import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { SUBJECT_ID_PATTERN } from '../../foundations/vault/subjects.ts';
import { USER_AGENT_LIMIT } from '../../law/reduce-user-agent.ts';

/** A portal's short name, as it appears in daily counts. */
export const PORTAL_PATTERN = '^[a-z0-9][a-z0-9.-]{0,62}$';

const InstantWithOffset = Type.String({
  format: 'date-time',
  maxLength: 40,
  description: 'RFC 3339 with an offset, e.g. 2026-11-23T10:00:00Z.',
});
const Address = Type.String({ minLength: 1, maxLength: 64 });

export const VisitInput = Type.Object(
  {
    portal: Type.Optional(
      Type.String({ pattern: PORTAL_PATTERN, description: 'Where the visit took place; the tenant itself if absent.' }),
    ),
    visitor: Type.Optional(
      Type.String({ pattern: SUBJECT_ID_PATTERN, description: 'The random id of a visitor who has one.' }),
    ),
    address: Type.Optional(
      Type.Unsafe<string>({
        ...Address,
        description: 'Only from a server. What is no address is stored as absent, never as given.',
      }),
    ),
    userAgent: Type.Optional(
      Type.String({
        maxLength: USER_AGENT_LIMIT,
        description: 'Only from a server.',
      }),
    ),
    occurredAt: Type.Optional(
      Type.Unsafe<string>({
        ...InstantWithOffset,
        description: 'Only from a server, not in the future; now if absent.',
      }),
    ),
  },
  closed,
);
export type VisitInput = Static<typeof VisitInput>;

export const VisitRecorded = Type.Object(
  {
    visitId: OrNull(Type.String()),
    occurredAt: Instant,
    life: Type.Enum(['full', 'reduced', 'not-recorded'], {
      description:
        '`full`: the address and user agent are kept, sealed. `reduced`: they were never written. ' +
        '`not-recorded`: nothing was, because the visitor restricted or objected to it; there is no id then.',
    }),
  },
  closed,
);
export type VisitRecorded = Static<typeof VisitRecorded>;

export const BatchOutcome = Type.Object(
  {
    accepted: Type.Integer(),
    rejected: Type.Integer(),
    stopped: Type.Integer({ description: 'Not recorded, because the visitor restricted or objected to it.' }),
    faults: Type.Array(Type.Object({ line: Type.Integer(), pointer: Type.String(), detail: Type.String() }, closed), {
      description:
        'The first faults, by line of the stream (from 1, blank lines left out) and JSON pointer; never a value.',
    }),
  },
  closed,
);
export type BatchOutcome = Static<typeof BatchOutcome>;
export type LineFault = BatchOutcome['faults'][number];

export const VisitSearch = Type.Object(
  {
    address: Address,
    from: InstantWithOffset,
    until: Type.Unsafe<string>({ ...InstantWithOffset, description: 'Exclusive.' }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
    after: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$', description: '`next` of the page before.' })),
  },
  closed,
);
export type VisitSearch = Static<typeof VisitSearch>;

export const VisitsFound = Type.Object(
  {
    visits: Type.Array(
      Type.Object(
        {
          visitId: Type.String(),
          occurredAt: Instant,
          portal: Type.String(),
          userAgent: OrNull(Type.String()),
          network: OrNull(Type.String()),
          browser: Type.String(),
          browserMajor: Type.String(),
          platform: Type.String(),
          robot: Type.Boolean(),
          knownVisitor: Type.Boolean({ description: 'The platform named a visitor; their report has the visit too.' }),
        },
        closed,
      ),
    ),
    next: OrNull(Type.String()),
  },
  closed,
);
export type VisitsFound = Static<typeof VisitsFound>;

const LocalDay = Type.String({ format: 'date', description: 'A day of the portal’s own calendar.' });
export const VisitorDaysQuery = Type.Object({ from: Type.Optional(LocalDay), until: Type.Optional(LocalDay) }, closed);
export const VisitorDays = Type.Object(
  {
    items: Type.Array(
      Type.Object({ day: LocalDay, portal: Type.String(), visitors: Type.Integer({ minimum: 2 }) }, closed),
    ),
  },
  closed,
);
export type VisitorDays = Static<typeof VisitorDays>;
