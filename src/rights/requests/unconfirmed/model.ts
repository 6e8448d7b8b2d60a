import Type, { type Static } from 'typebox';
import { cursorPage, PAGE_QUERY } from '../../../foundations/contract/cursor-page.ts';
import { closed, Instant, OrNull } from '../../../foundations/contract/schemas.ts';
import { PublicParams } from '../model.ts';
import { LANGUAGES, REQUEST_TYPES } from '../types.ts';

const Id = Type.String({ format: 'uuid' });

/** Days a link stands, and the row with it. */
export const LINK_DAYS = 7;

/** How much of what strangers send is kept: what is more is refused, to everybody alike. */
export const LIMITS = {
  /** Unconfirmed, of one mailbox in 24 hours. */
  mailbox: 3,
  /** From one network (/24, /64) in one hour. */
  network: 10,
  /** At one portal in one hour. */
  hour: 30,
  /** Unconfirmed at one portal. */
  standing: 500,
} as const;

/** The answer to everybody, whoever is named. */
export const ToConfirm = Type.Object(
  {
    next: Type.Literal('confirm-by-mail', {
      description: 'A mail with a link goes to the address; the request begins when its button is pressed.',
    }),
    validUntil: Type.String({ format: 'date-time', description: 'The link ends then.' }),
  },
  { ...closed, title: 'RequestToConfirm' },
);

const head = {
  unconfirmedId: Id,
  receivedAt: Instant,
  expiresAt: Type.String({ format: 'date-time', description: 'Deleted then, unless it is confirmed or accepted.' }),
  mail: Type.Enum(['waiting', 'sent', 'failed'], { description: 'How the mail that asks to confirm it stands.' }),
};
export const UnconfirmedHead = Type.Object(head, { ...closed, title: 'UnconfirmedRequestHead' });
export const UnconfirmedList = Type.Object(
  {
    ...cursorPage(UnconfirmedHead).properties,
    count: Type.Integer({ description: `How many there are; at ${LIMITS.standing} no more are taken.` }),
  },
  { ...closed, title: 'UnconfirmedRequests' },
);
export const Unconfirmed = Type.Object(
  {
    ...head,
    type: Type.Enum([...REQUEST_TYPES]),
    requester: Type.Object(
      {
        name: OrNull(Type.String()),
        email: OrNull(Type.String()),
        address: OrNull(Type.String()),
        language: OrNull(Type.Enum([...LANGUAGES])),
      },
      closed,
    ),
    asked: Type.Record(Type.String(), Type.Unknown(), { description: 'Everything else that was entered.' }),
  },
  { ...closed, title: 'UnconfirmedRequest' },
);

export const UnconfirmedParams = Type.Object({ unconfirmedId: Id }, closed);
export const UnconfirmedQuery = Type.Object(PAGE_QUERY, closed);
export const ConfirmationParams = Type.Object(
  {
    ...PublicParams.properties,
    unconfirmedId: Id,
    secret: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  },
  closed,
);

export type ToConfirm = Static<typeof ToConfirm>;
export type UnconfirmedHead = Static<typeof UnconfirmedHead>;
export type Unconfirmed = Static<typeof Unconfirmed>;
export type UnconfirmedList = Static<typeof UnconfirmedList>;
