import type { StatedPurpose } from '../../law/reading-purposes.ts';
import type { Clock } from '../process/clock.ts';

export const ROLES = ['admin', 'dpo', 'auditor', 'operator', 'platform', 'portal', 'controller'] as const;
export type Role = (typeof ROLES)[number];

/** Who acts: a token's holder, or the service itself (a scheduled job, the command line). */
export interface Principal {
  /** Token id, or `system:<job>`; never a person's name. */
  id: string;
  role: Role;
  /** True: acts in every tenant (installation-wide tokens, the service itself). */
  everyTenant?: boolean;
}

/** The tenant a call works in: everything a rule needs to know of it. */
export interface TenantScope {
  id: string;
  name: string;
  timeZone: string;
  jurisdiction: string;
  language: string;
  /** Where its data may be: a region of the policies; null: the home region. */
  region: string | null;
  /** Its contract ends: it takes nothing new. */
  leaving?: true;
}

/** The claim a request makes on its `Idempotency-Key`, carried into the transaction that does the work. */
export interface IdempotencyClaim {
  key: string;
  operation: string;
  /** Keyed hash of method, path and body. */
  fingerprint: string;
  /** Set by `writeOnce` when it answered from an earlier request. */
  replayed?: boolean;
}

/** A look at personal data by a person: why, and at whose (collected by the services as they answer). */
export interface Reading extends StatedPurpose {
  /** What was asked for: the operation. */
  what: string;
  /** Pseudonyms of those whose data the answer holds. */
  subjects: Set<string>;
  /** Look-ups of somebody by something, each with whom it found: one entry for each, also where that is nobody. */
  lookups?: (string | undefined)[];
}

/** What every service call is made under. */
export interface Context {
  tenant: TenantScope;
  principal: Principal;
  clock: Clock;
  requestId: string;
  idempotency?: IdempotencyClaim;
  /** Present where a person looks at personal data. */
  reading?: Reading;
}

/** For what is done on the way: only the last step of a request is what its Idempotency-Key stands for. */
export const withoutIdempotencyKey = ({ idempotency: _, ...context }: Context): Context => context;
