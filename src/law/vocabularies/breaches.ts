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

type Term = BreachKind | BreachRisk | CommunicationExemption | BreachNotice;

/** The terms in words, for letters and pages. */
export const BREACH_TERM_IN_WORDS: Record<'en' | 'de', Record<Term, string>> = {
  en: {
    ConfidentialityBreach: 'breach of confidentiality (disclosure or access)',
    IntegrityBreach: 'breach of integrity (alteration)',
    AvailabilityBreach: 'breach of availability (loss or destruction)',
    DBIAIndicatesNoRisk: 'a risk to persons is unlikely',
    DBIAIndicatesLowRisk: 'a risk to persons, not a high one',
    DBIAIndicatesHighRisk: 'a high risk to persons',
    JustificationA33BreachedDataIneffective: 'the data cannot be understood by others (Art. 34(3)(a))',
    JustificationA33RiskMitigated: 'later measures have removed the high risk (Art. 34(3)(b))',
    JustificationA33DisproportionateEffort: 'disproportionate effort; made public instead (Art. 34(3)(c))',
    DPABreachInitialNotice: 'first notice to the authority',
    DPAPhasedBreachNotice: 'further notice to the authority',
    DataBreachConcludingReport: 'concluding notice to the authority',
    ControllerBreachNotice: 'notice to the controller',
    DataSubjectBreachNotice: 'communication to the persons concerned',
  },
  de: {
    ConfidentialityBreach: 'Verletzung der Vertraulichkeit (Offenlegung oder Zugang)',
    IntegrityBreach: 'Verletzung der Integrität (Veränderung)',
    AvailabilityBreach: 'Verletzung der Verfügbarkeit (Verlust oder Vernichtung)',
    DBIAIndicatesNoRisk: 'voraussichtlich kein Risiko für Personen',
    DBIAIndicatesLowRisk: 'ein Risiko für Personen, aber kein hohes',
    DBIAIndicatesHighRisk: 'ein hohes Risiko für Personen',
    JustificationA33BreachedDataIneffective: 'Daten für Unbefugte nicht verständlich (Art. 34 Abs. 3 Buchst. a)',
    JustificationA33RiskMitigated: 'hohes Risiko durch spätere Maßnahmen beseitigt (Art. 34 Abs. 3 Buchst. b)',
    JustificationA33DisproportionateEffort:
      'unverhältnismäßiger Aufwand, stattdessen öffentliche Bekanntmachung (Art. 34 Abs. 3 Buchst. c)',
    DPABreachInitialNotice: 'erste Meldung an die Aufsichtsbehörde',
    DPAPhasedBreachNotice: 'weitere Meldung an die Aufsichtsbehörde',
    DataBreachConcludingReport: 'abschließende Meldung an die Aufsichtsbehörde',
    ControllerBreachNotice: 'Meldung an den Verantwortlichen',
    DataSubjectBreachNotice: 'Benachrichtigung der betroffenen Personen',
  },
};
