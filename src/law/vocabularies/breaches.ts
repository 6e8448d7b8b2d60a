/**
 * Terms of the data breach vocabulary of DPV 2.3 (`eu-gdpr:` ids) that Lethe stores; a test holds them against the
 * published list. A code that is not here is refused.
 */

/** What happened to the data (Art. 4(12)). */
export const BREACH_KINDS = ['ConfidentialityBreach', 'IntegrityBreach', 'AvailabilityBreach'] as const;
type BreachKind = (typeof BREACH_KINDS)[number];

/** What an assessment found about the rights and freedoms of those concerned (Art. 33(1), 34(1)). */
export const BREACH_RISKS = ['DBIAIndicatesNoRisk', 'DBIAIndicatesLowRisk', 'DBIAIndicatesHighRisk'] as const;
type BreachRisk = (typeof BREACH_RISKS)[number];

/** Whether the supervisory authority is to be told (Art. 33(1)). */
export const AUTHORITY_DECISIONS = ['DPABreachNotificationNeeded', 'BreachNotificationNotNeeded'] as const;
/** Whether the persons concerned are to be told (Art. 34(1)). */
export const PERSONS_DECISIONS = ['DataSubjectBreachNotificationNeeded', 'BreachNotificationNotNeeded'] as const;

/** Why persons are not told although the risk is high: Art. 34(3)(a), (b) and (c). */
export const COMMUNICATION_EXEMPTIONS = [
  'JustificationA33BreachedDataIneffective',
  'JustificationA33RiskMitigated',
  'JustificationA33DisproportionateEffort',
] as const;
type CommunicationExemption = (typeof COMMUNICATION_EXEMPTIONS)[number];

/** Notices of a breach, by whom they go to; those to the authority in phases (Art. 33(4)). */
export const BREACH_NOTICES = [
  'DPABreachInitialNotice',
  'DPAPhasedBreachNotice',
  'DataBreachConcludingReport',
  'ControllerBreachNotice',
  'DataSubjectBreachNotice',
] as const;
type BreachNotice = (typeof BREACH_NOTICES)[number];

export type BreachTerm = BreachKind | BreachRisk | CommunicationExemption | BreachNotice;
