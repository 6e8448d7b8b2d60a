/**
 * The states of a consent decision (DPV 2.3 / ISO/IEC TS 27560, REQ-C03) and what follows from each. `dpv` is the DPV
 * term; `terminated` is in the 27560 guide but not in the DPV list.
 */
export const CONSENT_STATUS = {
  unknown: { permits: false, dpv: 'ConsentUnknown' },
  requested: { permits: false, dpv: 'ConsentRequested' },
  deferred: { permits: false, dpv: 'ConsentRequestDeferred' },
  refused: { permits: false, dpv: 'ConsentRefused' },
  given: { permits: true, dpv: 'ConsentGiven' },
  renewed: { permits: true, dpv: 'RenewedConsentGiven' },
  withdrawn: { permits: false, dpv: 'ConsentWithdrawn' },
  expired: { permits: false, dpv: 'ConsentExpired' },
  terminated: { permits: false, dpv: null },
  invalidated: { permits: false, dpv: 'ConsentInvalidated' },
  revoked: { permits: false, dpv: 'ConsentRevoked' },
} as const;

export type ConsentStatus = keyof typeof CONSENT_STATUS;
export const CONSENT_STATUSES = Object.keys(CONSENT_STATUS) as ConsentStatus[];

/** Only *given* and *renewed* allow processing. */
export function permitsProcessing(status: ConsentStatus): boolean {
  return CONSENT_STATUS[status].permits;
}

/** States in which the person has decided: they stand until they expire, and nothing needs to be asked meanwhile. */
const DECIDED_STATUSES = ['given', 'renewed', 'refused', 'withdrawn'] as const satisfies ConsentStatus[];

/** What a later look at a history never passes over: a decision, or that one was found not to be valid (Art. 8). */
export const SETTLING_STATUSES = [...DECIDED_STATUSES, 'invalidated'] as const satisfies ConsentStatus[];

export function isSettling(status: ConsentStatus): boolean {
  return (SETTLING_STATUSES as readonly ConsentStatus[]).includes(status);
}

export function isDecided(status: ConsentStatus): boolean {
  return (DECIDED_STATUSES as readonly ConsentStatus[]).includes(status);
}
