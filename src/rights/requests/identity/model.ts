import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull, Uuid } from '../../../foundations/contract/schemas.ts';
import type { Query } from '../../../foundations/store/store.ts';
import type { MadeLetter } from '../letters/model.ts';
import { MEDIA_TYPES } from './media.ts';

/** Bytes of one copy at most. */
export const MOST_BYTES = 5 * 1024 * 1024;
/** The same in Base64, and what stands around it in the body. */
export const MOST_BODY = Math.ceil(MOST_BYTES / 3) * 4 + 1024;

export const DocumentInput = Type.Object(
  {
    mediaType: Type.Enum(MEDIA_TYPES),
    content: Type.String({
      minLength: 4,
      contentEncoding: 'base64',
      description: `the copy in Base64 (RFC 4648 §4), ${MOST_BYTES} bytes at most`,
    }),
  },
  { ...closed, title: 'IdentityDocumentInput' },
);
export const IdentityDocument = Type.Object(
  { documentId: Uuid, checkId: Uuid, mediaType: Type.Enum(MEDIA_TYPES), receivedAt: Instant },
  { ...closed, title: 'IdentityDocument', description: 'A copy as it waits for the decision; its content is apart.' },
);
export const IdentityChecks = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          checkId: Uuid,
          method: Type.Enum(['email-code', 'documents', 'platform', 'known']),
          status: Type.Enum(['open', 'confirmed', 'failed', 'expired', 'exhausted', 'replaced']),
          knownAddress: OrNull(
            Type.Boolean({
              description:
                'Of a code that came back: whether it went to the address of an account. To any other it proves no more than ' +
                'that somebody reads there. Null until then.',
            }),
          ),
          authentication: OrNull(Type.Enum(['session', 're-authentication'])),
          tries: Type.Integer(),
          askedAt: Instant,
          expiresAt: OrNull(Instant),
          decidedAt: OrNull(Instant),
          decidedBy: OrNull(Type.String({ description: 'A token, never a name.' })),
          documents: Type.Array(IdentityDocument),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'IdentityChecks' },
);
export const RequestParams = Type.Object({ requestId: Uuid }, closed);
export const DocumentParams = Type.Object({ requestId: Uuid, documentId: Uuid }, closed);

export type DocumentInput = Static<typeof DocumentInput>;
export type IdentityDocument = Static<typeof IdentityDocument>;
export type IdentityChecks = Static<typeof IdentityChecks>;

interface Prepared {
  checkId: string;
  /** Of a code that came back: whether it went to the address of an account. */
  knownAddress: boolean | null;
  /** For the transaction of the event that tells of it. */
  write(tx: Query): Promise<void>;
  /** For after the commit: keys and file remnants go; what a crash leaves the job takes. */
  settle(): Promise<void>;
}

/** A check that begins; `write` inserts it, and what is to be sent. */
export interface PreparedCheck extends Prepared {
  method: 'email-code' | 'documents' | 'platform';
  /** The letter that was sent with it, to be kept with the request; without the code. */
  letter: MadeLetter | null;
}

/** What came of an attempt; only `confirmed` identifies. `write` destroys documents and closes the check. */
export interface CheckOutcome extends Prepared {
  outcome: 'confirmed' | 'wrong' | 'expired' | 'exhausted' | 'failed';
}
