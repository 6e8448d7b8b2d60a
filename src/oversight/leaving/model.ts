import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day there: YYYY-MM-DD' });
const Word = Type.String({ minLength: 1, maxLength: 100 });
const Count = Type.Integer({ minimum: 0 });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$', description: '64 hexadecimal digits' });
const Actor = Type.Object({ id: Word, role: Word }, { ...closed, description: 'A token or a job; never a person.' });

/** The words of the law: it is returned, and what stays here erased; or it is erased (GDPR Art. 28(3)(g)). */
const CHOICES = ['return', 'delete'] as const;
const REASONS = ['contract-ends', 'moves-elsewhere', 'portal-closes', 'other'] as const;
const STATUSES = [
  'proposed',
  'not-agreed',
  'approved',
  'returned',
  'acknowledged',
  'deleting',
  'deleted',
  'called-off',
] as const;
export type Status = (typeof STATUSES)[number];

export const NewDeparture = Type.Object(
  {
    choice: Type.Enum([...CHOICES], {
      description:
        '`return`: everything is returned, and erased here once that is acknowledged. `delete`: it is erased.',
    }),
    on: Type.String({ ...Day, description: 'The day on which the contract ends: nothing is erased before it.' }),
    reason: Type.Enum([...REASONS]),
    agreement: Type.Optional(
      Type.String({
        pattern: '^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$',
        description: 'The agreement that ends, as the register calls it.',
      }),
    ),
  },
  closed,
);

export const Found = Type.Object(
  {
    tables: Type.Array(
      Type.Object(
        {
          table: Word,
          rows: Count,
          returned: Type.Boolean(),
          then: Type.Enum(['erased', 'kept']),
          ground: OrNull(Type.Enum(['accountability', 'breach-record', 'processor-record'])),
        },
        closed,
      ),
    ),
    categories: Type.Array(Type.Object({ category: Word, holder: Word, rows: Count }, closed)),
    outside: Type.Array(
      Type.Object(
        { holder: Word, people: Type.Integer({ minimum: 0, description: 'Accounts it is asked about.' }) },
        closed,
      ),
    ),
    keepingHolds: Type.Integer({ minimum: 0, description: 'Holds that keep data: they are to be released first.' }),
    openRequests: Count,
  },
  closed,
);

const Progress = Type.Object(
  {
    stage: Type.Enum(['outside', 'keys', 'rows', 'look']),
    waitsFor: OrNull(Type.String({ description: 'The holder outside that has not done its part yet, and why.' })),
    keys: Count,
    rows: Type.Record(Type.String(), Count),
  },
  closed,
);

export const Departure = Type.Object(
  {
    departureId: Uuid,
    tenant: Word,
    choice: Type.Enum([...CHOICES]),
    on: Type.String(),
    reason: Type.Enum([...REASONS]),
    agreement: OrNull(Word),
    status: Type.Enum([...STATUSES]),
    digest: Type.String({ ...Digest, description: 'Of what there is and what becomes of it: what is agreed to.' }),
    found: Found,
    proposedBy: Actor,
    proposedAt: Instant,
    decidedBy: OrNull(Actor),
    decidedAt: OrNull(Instant),
    returned: OrNull(
      Type.Object({ at: Instant, manifest: Digest, logSize: Count }, { ...closed, description: 'The newest return.' }),
    ),
    acknowledgedAt: OrNull(Instant),
    deletableFrom: OrNull(
      Type.String({
        description: 'The first day on which it may be erased; null: it waits for a return or its acknowledgement.',
      }),
    ),
    progress: OrNull(Progress),
    deletedAt: OrNull(Instant),
    certificate: OrNull(Uuid),
  },
  { ...closed, title: 'Departure' },
);

export const Departures = Type.Object({ items: Type.Array(Departure) }, closed);
export const Agreement = Type.Object({ digest: Digest }, closed);
export const ReturnOrder = Type.Object(
  {
    recipient: Type.String({
      pattern: '^age1[0-9a-z]{20,200}$',
      description: 'The age recipient of the institution: only its identity opens what is sent.',
    }),
  },
  closed,
);
const Portal = Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$' });
export const PartOrder = Type.Object(
  {
    ...ReturnOrder.properties,
    part: Type.Union([
      Type.Object({ table: Type.String({ pattern: '^[a-z][a-z_]{1,62}$' }) }, { ...closed, description: 'One table.' }),
      Type.Object({ portal: Portal }, { ...closed, description: 'Visits of one portal, and their counts.' }),
      Type.Object(
        {
          visits: Type.Object(
            {
              from: Type.String({ format: 'date-time', maxLength: 40 }),
              until: Type.String({ format: 'date-time', maxLength: 40, description: 'Exclusive.' }),
              portal: Type.Optional(Portal),
            },
            closed,
          ),
        },
        { ...closed, description: 'Visits of a range of time.' },
      ),
    ]),
  },
  closed,
);
export const Acknowledgement = Type.Object(
  {
    manifest: Type.String({
      ...Digest,
      description: 'Of what was read: the digest of its manifest, as `lethe tenants receive` tells it.',
    }),
  },
  closed,
);
export const DepartureParams = Type.Object({ departureId: Uuid }, closed);

/** What is signed of an end. No personal data: counts, codes, ids of things. */
export const DepartureCertificate = Type.Object(
  {
    version: Type.Literal(1),
    kind: Type.Literal('departure'),
    certificateId: Uuid,
    departureId: Uuid,
    tenant: Word,
    institution: Type.String({ minLength: 1, maxLength: 1000 }),
    choice: Type.Enum([...CHOICES]),
    reason: Type.Enum([...REASONS]),
    agreement: OrNull(Word),
    endsOn: Type.String(),
    openedBy: Actor,
    approvedBy: Actor,
    orderedBy: Actor,
    returned: OrNull(Type.Object({ at: Instant, manifest: Digest, logSize: Count }, closed)),
    acknowledgedAt: OrNull(Instant),
    startedAt: Instant,
    finishedAt: Instant,
    verdict: Type.Enum(['complete', 'complete-with-exceptions', 'incomplete']),
    keysDestroyed: Type.Integer({ minimum: 0, description: 'Keys without which no backup opens.' }),
    keysLeft: Count,
    erased: Type.Array(Type.Object({ table: Word, rows: Count, left: Count }, closed)),
    outside: Type.Array(
      Type.Object({ holder: Word, people: Count, removed: Count, left: Count, unreached: Count }, closed),
    ),
    kept: Type.Array(
      Type.Object(
        {
          table: Word,
          rows: Count,
          ground: Type.Enum(['accountability', 'breach-record', 'processor-record']),
          until: Day,
        },
        closed,
      ),
    ),
    entry: Type.String({
      format: 'uuid',
      description: 'The audit entry, in the installation’s own log, that carries its hash.',
    }),
  },
  { ...closed, title: 'DepartureCertificate' },
);
export const CertificateBundle = Type.Object(
  {
    certificate: DepartureCertificate,
    jws: Type.String(),
    keySet: Type.Record(Type.String(), Type.Unknown()),
    proof: OrNull(Type.String({ description: 'A .tlog-proof of the entry, once it is in the signed log.' })),
  },
  closed,
);

export type NewDeparture = Static<typeof NewDeparture>;
export type Found = Static<typeof Found>;
export type Departure = Static<typeof Departure>;
export type PartOrder = Static<typeof PartOrder>;
export type DepartureCertificate = Static<typeof DepartureCertificate>;
export type Actor = Static<typeof Actor>;
