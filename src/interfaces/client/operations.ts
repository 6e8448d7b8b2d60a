// Made by `npm run client` from the route table; a test fails when it is not of today.

export interface ActivityStatus {
  id: string;
  title: string;
  purpose: string;
  basis: string;
  subjects: string[];
  categories: string[];
  controllers: string[];
  parties: {
    party: string;
    name: string;
    role: string;
    actsFor: string | null;
    agreementId: string | null;
    engaged: boolean;
  }[];
  retention: {
    rule: string;
    category: string;
    action: string;
    after: string;
    from: string;
    /** Whether the holder offers this action and this clock. */
    executable: boolean;
    due: number | null;
    protected: number | null;
    held: number | null;
    overdueSince: string | null;
    lastSweep: {
      sweepId: string;
      status: string;
      finishedAt: string;
      treated: number;
      certificateId: string | null;
      evidence: {
        entryId: string;
        logIndex: number | null;
      } | null;
    } | null;
  }[];
  lastSweepAt: string | null;
  rowsDue: number | null;
  rowsHeld: number | null;
}

export interface ActivityStatusList {
  at: string;
  knownAt: string;
  policyHash: string;
  items: ActivityStatus[];
}

export interface AddressTarget {
  visitIds: string[];
}

export interface Admission {
  /** Whether data of this account is refused now. */
  suppressed: boolean;
  erasedAt: string | null;
  until: string | null;
}

export interface AdmissionInput {
  /** Why the person is taken in again. */
  reason: 'asked-to-return' | 'new-contract' | 'erased-by-mistake';
  /** An address to admit as well, if the person was known by another account under it. */
  email?: string;
}

export interface Agreement {
  agreementId: string;
  scope: 'tenant' | 'installation';
  status: 'draft' | 'active' | 'ended';
  template: string | null;
  title: string;
  /** Who gives the instructions; for a sub-processor its processor. */
  controller: string;
  /** Lower-case letters, digits and hyphens. */
  processor: string;
  activities: string[];
  subjectMatter?: string;
  nature?: string;
  duration?: string;
  controllerDuties?: string;
  clauses: Clauses;
  subProcessors: {
    authorisation: 'specific' | 'general';
    /** ISO 8601, whole days or more: P6M, P90D. */
    objectionWindow: string;
    /** Agreed with the signature. */
    authorised: string[];
  };
  validFrom: string;
  validUntil: string | null;
  file: {
    name: string;
    sha256: string;
  } | null;
  signedOn: string | null;
  /** Of what has ended: what was chosen, and whether it is done. */
  dataAtEnd?: {
    /** What the processor does with the data at the end, as the controller chose (Art. 28(3)(g)). */
    choice: 'delete' | 'return';
    done: {
      /** When the data was deleted or had been returned. */
      on: string;
      /** When the last copy was deleted, backups included. */
      copiesDeletedOn?: string;
      /** What the processor has to keep, and the law that says so; then copies of that may stay. */
      keptByLaw?: string;
      certificate: {
        name: string;
        sha256: string;
      };
    } | null;
  };
  instructions: {
    version: number;
    text: string;
    sha256: string;
    permits: {
      operations?: ('collection' | 'recording' | 'organisation' | 'structuring' | 'storage' | 'adaptation' | 'alteration' | 'retrieval' | 'consultation' | 'use' | 'disclosure' | 'dissemination' | 'alignment' | 'combination' | 'restriction' | 'erasure' | 'destruction')[];
      categories?: string[];
      recipients?: string[];
      countries?: string[];
    };
    issuedAt: string;
    issuedBy: string;
    signature: string | null;
  }[];
}

export interface AgreementCorrection {
  from: string;
  /** Exclusive; absent: from then on. */
  until?: string;
  /** Why, in a sentence; names no person. */
  reason: string;
  title?: string;
  /** Who gives the instructions; for a sub-processor its processor. */
  controller?: string;
  /** Lower-case letters, digits and hyphens. */
  processor?: string;
  activities?: string[];
  subjectMatter?: string;
  nature?: string;
  duration?: string;
  controllerDuties?: string;
  clauses?: Clauses;
  subProcessors?: {
    authorisation: 'specific' | 'general';
    /** ISO 8601, whole days or more: P6M, P90D. */
    objectionWindow: string;
    /** Agreed with the signature. */
    authorised: string[];
  };
  validFrom?: string;
  validUntil?: string | null;
  file?: {
    name: string;
    sha256: string;
  };
}

export interface AgreementInput {
  /** Terms from the policies; what is given here wins. */
  template?: string;
  title?: string;
  /** Who gives the instructions; for a sub-processor its processor. */
  controller?: string;
  /** Lower-case letters, digits and hyphens. */
  processor?: string;
  activities?: string[];
  subjectMatter?: string;
  nature?: string;
  duration?: string;
  controllerDuties?: string;
  clauses?: Clauses;
  subProcessors?: {
    authorisation: 'specific' | 'general';
    /** ISO 8601, whole days or more: P6M, P90D. */
    objectionWindow: string;
    /** Agreed with the signature. */
    authorised: string[];
  };
  validFrom: string;
  validUntil?: string | null;
  file?: {
    name: string;
    sha256: string;
  };
}

export interface Annex {
  number: 'I' | 'II' | 'III' | 'IV';
  title: string;
  parts: AnnexPart[];
}

export interface AnnexEntry {
  id: string;
  label: string;
  values: string[];
  mandatory: boolean;
}

export interface AnnexPart {
  /** A party, an activity. */
  heading: string;
  entries: AnnexEntry[];
}

export interface Annexes {
  agreementId: string;
  title: string;
  status: 'draft' | 'active' | 'ended';
  at: string;
  knownAt: string;
  policyHash: string;
  vocabularies: string[];
  annexes: Annex[];
  /** Entries that must say something and say nothing. */
  emptyMandatory: {
    annex: string;
    part: string;
    entry: string;
  }[];
}

export interface Breach {
  breachId: string;
  incidentId: string | null;
  status: 'open' | 'closed';
  reportedAt: string;
  /** A token, never a name. */
  reportedBy: string;
  detectedAt: string;
  awareAt: string;
  awareness: string;
  foundBy: {
    party: string;
    name: string;
    contact: string | null;
  };
  /** DPV codes. */
  kinds: ('ConfidentialityBreach' | 'IntegrityBreach' | 'AvailabilityBreach')[];
  nature: string;
  /** At least one of categories, holders, party; categories and holders add up, the party narrows them. */
  scope: BreachScope;
  crossBorder: boolean;
  /** Elapsed hours since awareness (Art. 33(1)); stands still once the authority was told. */
  clock: {
    hours: number;
    due: string;
    secondsLeft: number;
    late: boolean;
  };
  /** The dated set of rules the clock runs by. */
  rules: string;
  persons: number | null;
  records: number | null;
  consequences: string | null;
  measures: string | null;
  contact: string | null;
  risk: 'DBIAIndicatesNoRisk' | 'DBIAIndicatesLowRisk' | 'DBIAIndicatesHighRisk' | null;
  riskReasons: string | null;
  affected: {
    computedAt: string;
    /** Distinct, as far as rows name somebody. */
    persons: number;
    records: number;
    /** Rows that name nobody: their persons are not counted. */
    nameless: number;
    categories: {
      category: string;
      records: number;
      persons: number;
    }[];
    subjects: string[];
    activities: string[];
    /** Categories that no activity of the register has. */
    uncovered: string[];
  } | null;
  controllers: {
    party: string;
    name: string;
    contact: string | null;
    activities: string[];
    categories: string[];
    persons: number | null;
    records: number | null;
    toldAt: string | null;
    toldAfterSeconds: number | null;
    awareAt: string | null;
    clock: {
      hours: number;
      due: string;
      secondsLeft: number;
      late: boolean;
    } | null;
    authorityToldAt: string | null;
  }[];
  /** Points of Art. 33(3) that nobody has said yet. */
  missing: string[];
  decision: {
    authority: 'DPABreachNotificationNeeded' | 'BreachNotificationNotNeeded';
    /** Why the authority is told, or not (Art. 33(1), (5)). Names no person. */
    reasons: string;
    persons: 'DataSubjectBreachNotificationNeeded' | 'BreachNotificationNotNeeded';
    /** Art. 34(3)(a), (b) or (c). */
    exemption?: 'JustificationA33BreachedDataIneffective' | 'JustificationA33RiskMitigated' | 'JustificationA33DisproportionateEffort';
    /** Why the persons are told, or not (Art. 34). Names no person. */
    personsReasons?: string;
    seq: number;
    at: string;
    by: string;
  } | null;
  notifications: {
    seq: number;
    notice: 'DPABreachInitialNotice' | 'DPAPhasedBreachNotice' | 'DataBreachConcludingReport' | 'ControllerBreachNotice' | 'DataSubjectBreachNotice';
    controller: string;
    at: string;
    recordedAt: string;
    by: string;
    reference: string | null;
    delayReasons: string | null;
    content: string | null;
    persons: number | null;
    missing: string[];
  }[];
  letters: {
    seq: number;
    to: 'authority' | 'controller' | 'persons';
    controller: string;
    language: string;
    subject: string;
    text: string;
    sha256: string;
    madeAt: string;
  }[];
  reminders: {
    hour: number;
    dueAt: string;
    at: string;
  }[];
  corrections: {
    seq: number;
    at: string;
    reason: string;
    changed: string[];
    withdraws: number | null;
  }[];
  closed: {
    seq: number;
    at: string;
    summary: string;
  } | null;
  todo: {
    duty: 'assess-risk' | 'tell-controller' | 'decide' | 'notify-authority' | 'give-delay-reasons' | 'complete-information' | 'tell-persons' | 'make-public';
    controller: string | null;
    due: string | null;
  }[];
  /** How many things were recorded of it. */
  events: number;
}

export interface BreachAssessment {
  /** How many, where that is known better than by counting. */
  persons?: number;
  /** How many, where that is known better than by counting. */
  records?: number;
  /** Likely consequences (Art. 33(3)(c)). Names no person. */
  consequences?: string;
  /** What was done or is proposed, also against its effects (Art. 33(3)(d)). Names no person. */
  measures?: string;
  /** Where to ask, if not the data protection officer of the register (Art. 33(3)(b)). */
  contact?: string;
  /** DPV code. */
  risk?: 'DBIAIndicatesNoRisk' | 'DBIAIndicatesLowRisk' | 'DBIAIndicatesHighRisk';
  /** Why the risk is what it is. Names no person. */
  riskReasons?: string;
  /** What happened (Art. 33(3)(a)). Names no person. */
  nature?: string;
  /** DPV codes. */
  kinds?: ('ConfidentialityBreach' | 'IntegrityBreach' | 'AvailabilityBreach')[];
  /** At least one of categories, holders, party; categories and holders add up, the party narrows them. */
  scope?: BreachScope;
}

export interface BreachClosing {
  /** What came of it, and what was learned. Names no person. */
  summary: string;
}

export interface BreachCorrection {
  /** What was wrong. Names no person. */
  reason: string;
  /** When somebody noticed that something is wrong. */
  detectedAt?: string;
  /** When it was reasonably certain that personal data is concerned: the 72 hours begin. */
  awareAt?: string;
  /** Why the clock begins then and not earlier. Names no person. */
  awareness?: string;
  /** Who became aware: a party of the register. */
  foundBy?: string;
  /** DPV codes. */
  kinds?: ('ConfidentialityBreach' | 'IntegrityBreach' | 'AvailabilityBreach')[];
  /** What happened (Art. 33(3)(a)). Names no person. */
  nature?: string;
  /** At least one of categories, holders, party; categories and holders add up, the party narrows them. */
  scope?: BreachScope;
  /** Persons or establishments in several member states (Art. 4(23)). */
  crossBorder?: boolean;
  /** How many, where that is known better than by counting. */
  persons?: number;
  /** How many, where that is known better than by counting. */
  records?: number;
  /** Likely consequences (Art. 33(3)(c)). Names no person. */
  consequences?: string;
  /** What was done or is proposed, also against its effects (Art. 33(3)(d)). Names no person. */
  measures?: string;
  /** Where to ask, if not the data protection officer of the register (Art. 33(3)(b)). */
  contact?: string;
  /** DPV code. */
  risk?: 'DBIAIndicatesNoRisk' | 'DBIAIndicatesLowRisk' | 'DBIAIndicatesHighRisk';
  /** Why the risk is what it is. Names no person. */
  riskReasons?: string;
  /** Number of a notification, decision or closing that never was, or was wrong. */
  withdraws?: number;
}

export interface BreachDecision {
  authority: 'DPABreachNotificationNeeded' | 'BreachNotificationNotNeeded';
  /** Why the authority is told, or not (Art. 33(1), (5)). Names no person. */
  reasons: string;
  persons: 'DataSubjectBreachNotificationNeeded' | 'BreachNotificationNotNeeded';
  /** Art. 34(3)(a), (b) or (c). */
  exemption?: 'JustificationA33BreachedDataIneffective' | 'JustificationA33RiskMitigated' | 'JustificationA33DisproportionateEffort';
  /** Why the persons are told, or not (Art. 34). Names no person. */
  personsReasons?: string;
}

export interface BreachHistory {
  items: {
    seq: number;
    kind: string;
    occurredAt: string;
    recordedAt: string;
    recordedBy: string;
    policyHash: string;
    withdrawn: boolean;
    data: Record<string, unknown>;
  }[];
}

export interface BreachLetterInput {
  to: 'authority' | 'controller' | 'persons';
  /** Only that of, or to, this controller. */
  controller?: string;
  /** Default: the language of the portal. */
  language?: 'en' | 'de';
}

export interface BreachNotification {
  /** Whom it went to, and in which phase: DPV codes. */
  notice: 'DPABreachInitialNotice' | 'DPAPhasedBreachNotice' | 'DataBreachConcludingReport' | 'ControllerBreachNotice' | 'DataSubjectBreachNotice';
  /** Whose duty, or who was told; needed when several are affected. */
  controller?: string;
  at: string;
  by: 'authority-form' | 'webhook' | 'email' | 'post' | 'telephone' | 'in-person' | 'public-communication';
  /** A file number. */
  reference?: string;
  /** Why it comes after the 72 hours (Art. 33(1)). Names no person. */
  delayReasons?: string;
  /** What is new in it (Art. 33(4)). Names no person. */
  content?: string;
  /** How many persons were told. */
  persons?: number;
}

export interface BreachRegister {
  institution: string;
  at: string;
  knownAt: string;
  vocabulary: string;
  items: Breach[];
}

export interface BreachReport {
  /** When somebody noticed that something is wrong. */
  detectedAt: string;
  /** When it was reasonably certain that personal data is concerned: the 72 hours begin. */
  awareAt: string;
  /** Why the clock begins then and not earlier. Names no person. */
  awareness: string;
  /** Who became aware: a party of the register. */
  foundBy?: string;
  /** DPV codes. */
  kinds: ('ConfidentialityBreach' | 'IntegrityBreach' | 'AvailabilityBreach')[];
  /** What happened (Art. 33(3)(a)). Names no person. */
  nature: string;
  /** At least one of categories, holders, party; categories and holders add up, the party narrows them. */
  scope: BreachScope;
  /** Persons or establishments in several member states (Art. 4(23)). */
  crossBorder?: boolean;
}

export interface BreachScope {
  /** Of the policies. */
  categories?: string[];
  /** Everything that lies there. */
  holders?: ('consents' | 'visits' | 'profiles' | 'content' | 'requests' | 'recipients' | 'relations')[];
  /** Whose systems: everything this party processes for the institution. */
  party?: string;
  /** Only rows that were touched since. */
  from?: string;
  /** Only rows that were there before. */
  until?: string;
}

export interface ChainLink {
  party: string;
  name: string;
  role: string;
  tier: number | null;
  actsFor: string | null;
  does: string | null;
  /** False: named, and not yet authorised; it does not process. */
  engaged: boolean;
  agreementId: string | null;
  instructions: {
    version: number;
    issuedAt: string;
  } | null;
  authorisation: {
    by: 'agreement' | 'change';
    id: string;
    since: string | null;
  } | null;
  places: {
    /** Lower-case letters, digits and hyphens. */
    id: string;
    title: string;
    /** The title in the language of the person. */
    titles?: Record<string, string>;
    /** Lower-case letters, digits and hyphens. */
    party: string;
    /** Lower-case letters, digits and hyphens. */
    region: string;
    /** ISO 3166-1 alpha-2. */
    country: string;
    keeps: ('database' | 'keyring' | 'backups' | 'exports')[];
    holders?: string[];
  }[];
  transfers: {
    /** Lower-case letters, digits and hyphens. */
    importer: string;
    /** Lower-case letters, digits and hyphens. */
    exporter?: string;
    /** ISO 3166-1 alpha-2. */
    country: string;
    tool: 'A45-3' | 'A46-2-a' | 'A46-2-b' | 'A46-2-c' | 'A46-2-d' | 'A46-2-e' | 'A46-2-f' | 'A46-3-a' | 'A46-3-b' | 'A49-1-a' | 'A49-1-b' | 'A49-1-c' | 'A49-1-d' | 'A49-1-e' | 'A49-1-f' | 'A49-1-g' | 'A49-1-compelling' | 'A49-2';
    categories?: string[];
    /** A day: 2026-11-23, in quotes. */
    since: string;
    /** A day: 2026-11-23, in quotes. */
    until?: string;
    /** Of the standard contractual clauses (EU) 2021/914. */
    module?: 1 | 2 | 3 | 4;
    /** Reference of the transfer impact assessment. */
    assessment?: string;
    supplementaryMeasures?: string[];
    onward?: {
      importer: string;
      /** ISO 3166-1 alpha-2. */
      country: string;
    }[];
    /** Art. 49(1), second subparagraph. */
    derogation?: {
      assessment: string;
      /** A day: 2026-11-23, in quotes. */
      authorityInformed: string;
      /** A day: 2026-11-23, in quotes. */
      personsInformed: string;
    };
  }[];
}

export interface Clauses {
  a?: string;
  b?: string;
  c?: string;
  d?: string;
  e?: string;
  f?: string;
  g?: string;
  h?: string;
  /** The duty to warn of them (Art. 28(3), last sentence). */
  unlawfulInstructions?: string;
}

export interface DataEndInput {
  /** What the processor does with the data at the end, as the controller chose (Art. 28(3)(g)). */
  choice?: 'delete' | 'return';
  /** When the data was deleted or had been returned. */
  on: string;
  /** When the last copy was deleted, backups included. */
  copiesDeletedOn?: string;
  /** What the processor has to keep, and the law that says so; then copies of that may stay. */
  keptByLaw?: string;
  certificate: {
    name: string;
    sha256: string;
  };
}

export interface Departure {
  departureId: string;
  tenant: string;
  choice: 'return' | 'delete';
  on: string;
  reason: 'contract-ends' | 'moves-elsewhere' | 'portal-closes' | 'other';
  agreement: string | null;
  status: 'proposed' | 'not-agreed' | 'approved' | 'returned' | 'acknowledged' | 'deleting' | 'deleted' | 'called-off';
  /** Of what there is and what becomes of it: what is agreed to. */
  digest: string;
  found: {
    tables: {
      table: string;
      rows: number;
      returned: boolean;
      then: 'erased' | 'kept';
      ground: 'accountability' | 'breach-record' | 'processor-record' | null;
    }[];
    categories: {
      category: string;
      holder: string;
      rows: number;
    }[];
    outside: {
      holder: string;
      /** Accounts it is asked about. */
      people: number;
    }[];
    /** Holds that keep data: they are to be released first. */
    keepingHolds: number;
    openRequests: number;
  };
  /** A token or a job; never a person. */
  proposedBy: {
    id: string;
    role: string;
  };
  proposedAt: string;
  decidedBy: {
    id: string;
    role: string;
  } | null;
  decidedAt: string | null;
  returned: {
    at: string;
    /** 64 hexadecimal digits */
    manifest: string;
    logSize: number;
  } | null;
  acknowledgedAt: string | null;
  deletableFrom: string | null;
  progress: {
    stage: 'outside' | 'keys' | 'rows' | 'look';
    waitsFor: string | null;
    keys: number;
    rows: Record<string, number>;
  } | null;
  deletedAt: string | null;
  certificate: string | null;
}

export interface DepartureCertificate {
  version: 1;
  kind: 'departure';
  certificateId: string;
  departureId: string;
  tenant: string;
  institution: string;
  choice: 'return' | 'delete';
  reason: 'contract-ends' | 'moves-elsewhere' | 'portal-closes' | 'other';
  agreement: string | null;
  endsOn: string;
  /** A token or a job; never a person. */
  openedBy: {
    id: string;
    role: string;
  };
  /** A token or a job; never a person. */
  approvedBy: {
    id: string;
    role: string;
  };
  /** A token or a job; never a person. */
  orderedBy: {
    id: string;
    role: string;
  };
  returned: {
    at: string;
    /** 64 hexadecimal digits */
    manifest: string;
    logSize: number;
  } | null;
  acknowledgedAt: string | null;
  startedAt: string;
  finishedAt: string;
  verdict: 'complete' | 'complete-with-exceptions' | 'incomplete';
  /** Keys without which no backup opens. */
  keysDestroyed: number;
  keysLeft: number;
  erased: {
    table: string;
    rows: number;
    left: number;
  }[];
  outside: {
    holder: string;
    people: number;
    removed: number;
    left: number;
    unreached: number;
  }[];
  kept: {
    table: string;
    rows: number;
    ground: 'accountability' | 'breach-record' | 'processor-record';
    /** A day there: YYYY-MM-DD */
    until: string;
  }[];
  /** The audit entry, in the installation’s own log, that carries its hash. */
  entry: string;
}

export interface Disclosure {
  disclosureId: string;
  kind: 'address' | 'export' | 'special-text';
  purpose: string;
  reference: string | null;
  target: AddressTarget | ExportTarget | SpecialTextTarget;
  recipient: string | null;
  status: 'requested' | 'approved' | 'refused' | 'released' | 'expired';
  /** A token, never a name. */
  requestedBy: string;
  requestedAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  expiresAt: string;
  usedAt: string | null;
}

export interface DisclosureInput {
  kind: 'address' | 'export' | 'special-text';
  purpose: 'access-request' | 'rectification' | 'erasure-request' | 'objection' | 'complaint' | 'authority-inquiry' | 'security-incident' | 'legal-claim' | 'data-quality' | 'support';
  /** A case number (2026-17, INC-7), never a name. */
  reference?: string;
  target: AddressTarget | ExportTarget | SpecialTextTarget;
  /** The party of the register it is handed to; absent: it stays with who asks. */
  recipient?: string;
}

export interface DrpAgentToken {
  'agent-id': string;
  token: string;
}

export interface DrpError {
  /** The status. */
  code: string;
  message: string;
  /** Sending it again will not help. */
  fatal: boolean;
}

export interface DrpStatus {
  request_id: string;
  received_at: string;
  expected_by?: string;
  agent_request_id?: string;
  processing_details?: string;
  status: 'in_progress' | 'fulfilled' | 'revoked' | 'denied';
  reason?: 'need_user_verification' | 'insuf_verification' | 'claim_not_covered' | 'too_many_requests' | 'other';
}

export interface EndInput {
  at: string;
  /** Why, in a sentence; names no person. */
  reason: string;
  /** What the processor does with the data at the end, as the controller chose (Art. 28(3)(g)). */
  data?: 'delete' | 'return';
}

export interface ErasureProposal {
  erasureId: string;
  subject: string;
  order: {
    /** Why it is erased: GDPR Art. 17(1)(a) to (f). */
    ground: '17-1-a' | '17-1-b' | '17-1-c' | '17-1-d' | '17-1-e' | '17-1-f';
    /** Only what was processed for this purpose, as when consent to it is withdrawn: what another active basis covers stays. */
    purpose?: string;
    /** Where it differs from what the policies decide. */
    categories?: Record<string, {
      action: 'erase' | 'retain';
      /** Of what is kept: the exception of Art. 17(3), a DPV term. */
      ground?: string;
      /** Of what is kept: when to look at it again. */
      reviewAfter?: string;
    }>;
    /** Items on which something else is decided than on the rest. */
    items?: ItemDecision[];
    /** Of a preview: refused if it would be otherwise now. */
    digest?: string;
  };
  /** A token, never a name. */
  proposedBy: string;
  proposedAt: string;
}

export interface ExportTarget {
  holder: 'consents' | 'visits' | 'profiles' | 'content';
}

export interface Finding {
  /** The same for the same finding at every look. */
  id: string;
  /** Stable. */
  code: 'rule-missing' | 'rule-not-executable' | 'rule-without-activity' | 'columns-uncovered' | 'category-out-of-reach' | 'recipient-not-in-register' | 'agreement-missing' | 'agreement-expired' | 'agreement-ended' | 'data-left-with-processor' | 'agreement-ends-soon' | 'sub-processor-unauthorised' | 'change-waiting' | 'objection-open' | 'objection-passed-over' | 'transfer-missing' | 'transfer-not-covered' | 'transfer-ends-soon' | 'joint-arrangement-missing' | 'joint-rights-unanswered' | 'basis-not-here' | 'representative-missing' | 'dpia-screening-missing' | 'dpia-missing' | 'dpia-consultation-missing' | 'dpia-consultation-overdue' | 'dpia-review-overdue' | 'balancing-test-missing' | 'law-missing' | 'special-condition-missing' | 'special-consent-not-explicit' | 'sweep-never' | 'sweep-late' | 'sweep-failed' | 'sweep-incomplete' | 'clock-in-doubt' | 'sweep-waiting' | 'review-late' | 'sweep-stands-still' | 'rows-without-clock' | 'rows-overdue' | 'institution-incomplete' | 'institution-officer-missing' | 'party-incomplete' | 'notice-missing' | 'notice-incomplete' | 'research-safeguards-missing' | 'anonymous-test-overdue' | 'anonymous-data-would-do' | 'research-consent-unspecific' | 'officer-incomplete' | 'officer-conflict' | 'information-overdue' | 'information-due-soon' | 'review-overdue' | 'outside-region';
  severity: 'error' | 'warning';
  /** Ids of what the finding is about. */
  about: {
    activity?: string;
    rule?: string;
    category?: string;
    holder?: string;
    party?: string;
    country?: string;
    agreement?: string;
    change?: string;
    objection?: string;
    notice?: string;
    place?: string;
  };
  detail: string;
  remedy: string;
  /** Where the duty stands. */
  law: string;
  since: string | null;
}

export interface FindingList {
  at: string;
  knownAt: string;
  policyHash: string;
  errors: number;
  warnings: number;
  items: Finding[];
}

export interface FinishedLogs {
  items: {
    generation: number;
    origin: string;
    size: number;
    /** Base64. */
    root: string;
    /** Its last signed note. */
    checkpoint: string;
    /** Its verifier key (C2SP signed-note). */
    key: string;
    /** Keys with which that instance signed receipts and certificates (RFC 7517). */
    keySet: Record<string, unknown>;
    receivedAt: string;
  }[];
}

export interface FollowedRequest {
  requestId: string;
  reference: string;
  type: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  then: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint' | null;
  state: 'being-worked-on' | 'waiting-for-you' | 'answered' | 'refused' | 'withdrawn' | 'in-force';
  waitingFor: 'identity' | 'clarification' | 'fee' | 'identification' | null;
  question: string | null;
  receivedAt: string;
  dueOn: string | null;
  letters: {
    seq: number;
    at: string;
    event: string;
    kind: string;
    language: 'en' | 'de';
    subject: string;
    text: string;
    sha256: string;
    sent: string | null;
    /** What became of the mail, while that is known. `undelivered`: there is no mail server; hand it over otherwise. */
    delivery?: 'pending' | 'undelivered' | 'delivered' | 'handed-over' | 'dead';
  }[];
  canWithdraw: boolean;
}

export interface HandoverInput {
  /** When the controller got the notice. */
  at: string;
}

export interface HolderCompletion {
  type: 'holder.erasure-done';
  timestamp?: string;
  data: {
    reference: string;
  };
}

export interface IdentityChecks {
  items: {
    checkId: string;
    method: 'email-code' | 'documents' | 'platform' | 'known';
    status: 'open' | 'confirmed' | 'failed' | 'expired' | 'exhausted' | 'replaced';
    knownAddress: boolean | null;
    authentication: 'session' | 're-authentication' | null;
    tries: number;
    askedAt: string;
    expiresAt: string | null;
    decidedAt: string | null;
    decidedBy: string | null;
    documents: IdentityDocument[];
  }[];
}

export interface IdentityCodeTried {
  outcome: 'confirmed' | 'wrong' | 'expired' | 'exhausted';
  request: RequestStatus;
}

export interface IdentityDocument {
  documentId: string;
  checkId: string;
  mediaType: 'application/pdf' | 'image/png' | 'image/jpeg';
  receivedAt: string;
}

export interface IdentityDocumentInput {
  mediaType: 'application/pdf' | 'image/png' | 'image/jpeg';
  /** the copy in Base64 (RFC 4648 §4), 5242880 bytes at most */
  content: string;
}

export interface IdentityOutcome {
  outcome: 'confirmed' | 'wrong' | 'expired' | 'exhausted' | 'failed';
}

export interface IncidentRecords {
  incidentId: string;
  items: {
    tenant: string;
    breachId: string;
    controllers: string[];
  }[];
}

export interface IncidentReport {
  /** When somebody noticed that something is wrong. */
  detectedAt: string;
  /** When it was reasonably certain that personal data is concerned: the 72 hours begin. */
  awareAt: string;
  /** Why the clock begins then and not earlier. Names no person. */
  awareness: string;
  /** Who became aware: a party of the register. */
  foundBy: string;
  /** DPV codes. */
  kinds: ('ConfidentialityBreach' | 'IntegrityBreach' | 'AvailabilityBreach')[];
  /** What happened (Art. 33(3)(a)). Names no person. */
  nature: string;
  /** At least one of categories, holders, party; categories and holders add up, the party narrows them. */
  scope: BreachScope;
  /** Persons or establishments in several member states (Art. 4(23)). */
  crossBorder?: boolean;
}

export interface InformationDuty {
  of: 'items' | 'profiles';
  account: string | null;
  doi: string | null;
  name: string | null;
  /** Who gave the data. */
  from: string;
  obtainedAt: string;
  /** The last day (Art. 14(3)). */
  informBy: string;
  because: 'obtained' | 'communicated' | 'disclosed';
  state: 'open' | 'informed' | 'exempt';
  overdue: boolean;
  informedAt: string | null;
  informedLate: boolean | null;
  notice: string | null;
  exemption: {
    point: '14-5-a' | '14-5-b' | '14-5-c' | '14-5-d';
    article: string;
    reason: string;
  } | null;
}

export interface InformationDutyCounts {
  items: {
    of: 'items' | 'profiles';
    from: string;
    open: number;
    overdue: number;
    earliest: string;
  }[];
}

export interface InformationExemption {
  /** `14-5-a`: the person already has the information; `14-5-b`: telling is impossible or a disproportionate effort, or would defeat the purpose; `14-5-c`: a law lays down the obtaining or disclosure; `14-5-d`: professional secrecy covers the data */
  point: '14-5-a' | '14-5-b' | '14-5-c' | '14-5-d';
  /** Why it applies here. Name nobody. */
  reason: string;
  /** With `14-5-b`: what protects the person instead, such as the information made public. */
  measures?: string;
  /** With `14-5-c` and `14-5-d`: the law and article. */
  law?: string;
  /** Of this account only. */
  subject?: string;
  /** Of everything open from this kind of source. */
  from?: string;
}

export interface InformationInput {
  /** `communicated`: the person was written to for the first time; `disclosed`: the data went to somebody else for the first time (both bring the last day forward); `informed`: they were given the information of Art. 14(1), (2). */
  event: 'communicated' | 'disclosed' | 'informed';
  /** Now when absent. */
  at?: string;
  /** With `informed`: the notice that was given. */
  notice?: {
    id: string;
    version: string;
    language: string;
  };
}

export interface InformationSettled {
  settled: number;
}

export interface InstitutionInput {
  legalName?: string;
  address?: string;
  contact?: string;
  /** An office rather than a name: "Data protection office". */
  contactPerson?: string;
  /** Stands in consent receipts. */
  phone?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** Contact published and told to the authority (Art. 37(7)). */
  dataProtectionOfficer?: {
    name: string;
    contact: string;
    /** Stands in consent receipts. */
    phone?: string;
    /** A day: 2026-11-23, in quotes. */
    notifiedToAuthority?: string;
    /** That the contact is published (Art. 37(7)). */
    published?: {
      /** Since when. */
      on: string;
      /** Where: an address of the web, or in words. */
      at: string;
    };
    /** When the officer was bound to secrecy (Art. 38(5)). */
    secrecyNotice?: string;
  };
  /** Of a party outside the Union (Art. 27). */
  representative?: {
    name: string;
    contact: string;
    address?: string;
    /** Stands in consent receipts. */
    phone?: string;
    /** ISO 3166-1 alpha-2. */
    country: string;
    mandate: string;
  };
  /** In the UK, of a party outside it (UK GDPR Art. 27). */
  ukRepresentative?: {
    name: string;
    contact: string;
    address?: string;
    /** Stands in consent receipts. */
    phone?: string;
    mandate: string;
  };
  /** Why none is needed (Art. 27(2)). */
  representativeExemption?: string;
  /** A file in logos/, PNG or JPEG; stands on its papers and pages. */
  logo?: string;
  /** Frameworks it takes part in (adequacy). */
  frameworks?: ('DPF' | 'PIPEDA')[];
  /** Where notices to it go. */
  notices?: {
    email?: string;
    /** https, host in lower case. */
    webhook?: string;
  };
  supervisoryAuthority?: SupervisoryAuthority;
  holidays?: {
    /** Days off besides. */
    add?: string[];
    /** Published days that are working days here. */
    remove?: string[];
  };
  /** Since when it is so; now when absent. */
  from?: string;
  /** Exclusive. */
  until?: string;
  /** Why the past is corrected. */
  reason?: string;
}

export interface InstructionCheck {
  /** A party of the policies. */
  processor: string;
  /** An activity of the policies. */
  activity: string;
  /** An operation of Art. 4(2). */
  operation: 'collection' | 'recording' | 'organisation' | 'structuring' | 'storage' | 'adaptation' | 'alteration' | 'retrieval' | 'consultation' | 'use' | 'disclosure' | 'dissemination' | 'alignment' | 'combination' | 'restriction' | 'erasure' | 'destruction';
  category?: string;
  /** A party of the policies. */
  recipient?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
}

export interface InstructionInput {
  text: string;
  operations?: ('collection' | 'recording' | 'organisation' | 'structuring' | 'storage' | 'adaptation' | 'alteration' | 'retrieval' | 'consultation' | 'use' | 'disclosure' | 'dissemination' | 'alignment' | 'combination' | 'restriction' | 'erasure' | 'destruction')[];
  categories?: string[];
  recipients?: string[];
  countries?: string[];
}

export interface InstructionVerdict {
  within: true;
  /** On whose behalf: the next party up the chain. */
  controller: string;
  processor: string;
  agreementId: string;
  instruction: number | null;
}

export interface IssuedToken {
  id: string;
  /** Lower-case letters, digits, hyphens. */
  tenant: string;
  everyTenant: boolean;
  role: 'admin' | 'dpo' | 'auditor' | 'operator' | 'platform' | 'portal' | 'controller';
  label: string;
  /** The last four characters of the secret. */
  hint: string;
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  revokedAt: string | null;
  /** To the minute. */
  lastUsedAt: string | null;
  /** Shown once. Null when a repeated Idempotency-Key is answered: revoke the token, make another. */
  secret: string | null;
}

export interface ItemDecision {
  /** The item. */
  doi: string;
  /** keep: the public minimum under the name as published; rename: under another name; pseudonym: under one that names nobody, without ORCID iD; remove: nothing stays. */
  decision: 'keep' | 'rename' | 'pseudonym' | 'remove';
  /** Of rename: the name from now on. */
  name?: string;
  /** Of what stays: the exception of Art. 17(3), a DPV term. */
  ground?: string;
  /** Of what stays: when to look at it again. */
  reviewAfter?: string;
}

export interface JointArrangement {
  activity: string;
  title: string;
  controllers: {
    party: string;
    name: string;
    address: string | null;
    contact: string | null;
  }[];
  essence: string | null;
  contactPoint: string | null;
  /** Which of them sees to which right. Every right can be exercised against each (Art. 26(3)). */
  answers: {
    right: string;
    inWords: string;
    party: string;
    name: string;
  }[];
}

export interface JointControllerList {
  tenant: string;
  institution: string;
  at: string;
  arrangements: JointArrangement[];
}

export interface ListedChange {
  changeId: string;
  kind: 'addition' | 'replacement' | 'removal';
  party: string;
  name: string;
  replaces: string | null;
  activities: string[];
  reason: string;
  status: 'announced' | 'activated' | 'withdrawn';
  announcedAt: string;
  objectionsUntil: string | null;
  activatedAt: string | null;
}

export interface ListedProcessor {
  party: string;
  name: string;
  role: 'processor' | 'sub-processor';
  /** 1: acts for the controller; 2 and more: further down. */
  tier: number;
  actsFor: string;
  address: string;
  country: string;
  contact: string;
  contactPerson: string;
  processing: string;
  activities: string[];
  locations: string[];
  /** Empty: the data stays inside the EEA. */
  transferTools: string[];
}

export interface LogConsistency {
  from: number;
  to: number;
  proof: string[];
}

export interface NoticeCheck {
  notice: string;
  version: string;
  languages: string[];
  activities: string[];
  gaps: NoticeGap[];
  automatedDecisions: {
    activity: string;
    basis: string | null;
    humanReview: string | null;
  }[];
}

export interface NoticeCheckList {
  items: NoticeCheck[];
}

export interface NoticeGap {
  notice: string;
  version: string;
  language: string;
  /** Of Art. 13, 14 or 21: `13-2-d`, `21-4`. */
  point: string;
  article: string;
  /** What people must be told. */
  tells: string;
  why: 'not declared' | 'the words are not in the text' | 'not set apart from other information';
  activities: string[];
}

export interface Objection {
  objectionId: string;
  grounds: string;
  receivedAt: string;
  /** After the window: it does not hold the change up. */
  late: boolean;
  outcome: 'open' | 'withdrawn' | 'accommodated' | 'agreement-ended';
  settledAt: string | null;
}

export interface ObjectionInput {
  /** In a sentence; names no person. */
  grounds: string;
}

export interface OfficerConflict {
  why: 'decided-on-policies' | 'also-operates';
  /** The officer’s token. */
  token: string;
  /** What the token is called. */
  label: string;
  /** What was done as officer, or the other role held under the same label. */
  with: string;
  since: string;
}

export interface OfficerStanding {
  party: string;
  name: string | null;
  contact: string | null;
  publishedOn: string | null;
  publishedAt: string | null;
  notifiedToAuthority: string | null;
  secrecyNotice: string | null;
  conflicts: OfficerConflict[];
  tasks: number;
}

export interface OfficerTask {
  taskId: string;
  task: 'advice-given' | 'assessment-advised' | 'request-received' | 'compliance-monitored' | 'staff-trained' | 'authority-contacted' | 'reported-to-management' | 'instruction-received';
  on: string;
  summary: string;
  activity: string | null;
  followed: boolean | null;
  recordedAt: string;
  /** A token, never a name. */
  recordedBy: string;
}

export interface OfficerTaskInput {
  /** `instruction-received`: somebody told the officer how to exercise the tasks, which nobody may (Art. 38(3)). */
  task: 'advice-given' | 'assessment-advised' | 'request-received' | 'compliance-monitored' | 'staff-trained' | 'authority-contacted' | 'reported-to-management' | 'instruction-received';
  /** The local day; not in the future. */
  on: string;
  /** What it was. Name nobody. */
  summary: string;
  activity?: string;
  /** Of advice: whether it was followed; where not, the summary says why. */
  followed?: boolean;
}

export interface OpenDsrCallback {
  subject_request_id: string;
  request_status: string;
  status_callback_url: string;
}

export interface OpenDsrRequest {
  /** Required; the routes of OpenGDPR had none. */
  regulation?: 'gdpr' | 'ccpa';
  /** a UUID of version 4 in lower case */
  subject_request_id: string;
  subject_request_type: 'access' | 'portability' | 'erasure';
  submitted_time: string;
  subject_identities: {
    identity_type: string;
    identity_value: string;
    identity_format: 'raw' | 'sha1' | 'md5' | 'sha256';
  }[];
  /** 2.0 */
  api_version?: string;
  status_callback_urls?: string[];
  extensions?: Record<string, unknown>;
}

export interface OpenedRequest {
  requestId: string;
  reference: string;
  /** With it the person follows the request; shown here only. */
  secret: string;
  receivedAt: string;
  dueOn: string | null;
  /** What its holds keep at holders outside of everybody, and why: they know the person by something that is not recorded here. */
  standsStill?: string[];
}

export interface OutboxMessage {
  /** The `webhook-id` the receiver sees. */
  messageId: string;
  topic: string;
  /** The party of the register it is for; `data-subject`: the person a request is about. */
  party: string;
  channel: 'webhook' | 'email';
  /** `undelivered`: a mail, and no mail server is set: it stays sealed until `lethe outbox export` hands it over. `handed-over`: somebody has it who sends it. `dead`: given up; `retry` sends it again. */
  status: 'pending' | 'undelivered' | 'delivered' | 'handed-over' | 'dead';
  attempts: number;
  createdAt: string;
  nextAttemptAt: string | null;
  /** When it came through, or was handed over. */
  deliveredAt: string | null;
  failure: string | null;
}

export interface Package {
  packageId: string;
  requestId: string | null;
  kind: 'access' | 'portability';
  status: 'preparing' | 'ready' | 'approved' | 'released' | 'delivered' | 'destroyed' | 'failed';
  language: 'en' | 'de';
  records: number | null;
  snapshotAt: string;
  manifest: PackageManifest | null;
  bytes: number | null;
  sha256: string | null;
  preparedBy: string;
  approvedBy: string | null;
  approvedAt: string | null;
  release: 'link' | 'passphrase' | null;
  linkExpiresAt: string | null;
  releasedAt: string | null;
  deliveredAt: string | null;
  destroyAfter: string | null;
  destroyedAt: string | null;
  failure: string | null;
  createdAt: string;
}

export interface PackageApproval {
  /** Although a place did not answer. */
  incomplete?: 'accepted';
}

export interface PackageInput {
  /** account:ID, visitor:ID or an account id */
  subject: string;
  kind: 'access' | 'portability';
  /** Of the person; the portal’s when absent. */
  language?: 'en' | 'de';
  /** The request it answers. */
  requestId?: string;
  redact?: {
    category: string;
    field: string;
    reason: 'data-of-another-person' | 'address-of-another-person' | 'trade-secret' | 'security';
  }[];
  /** Fields with data of others that are shown nevertheless. */
  disclose?: {
    category: string;
    field: string;
    reason: 'consented' | 'public' | 'known-to-the-person';
  }[];
}

export interface PackageManifest {
  version: 1;
  packageId: string;
  kind: 'access' | 'portability';
  language: 'en' | 'de';
  institution: string;
  snapshotAt: string;
  policyHash: string;
  held: boolean;
  records: number;
  counts: Record<string, number>;
  redactions: number;
  /** Places that did not answer. Unless this is empty, the copy is not complete. */
  missing: {
    holder: string;
    code: string;
    inWords: string;
  }[];
  files: {
    name: string;
    bytes: number;
    sha256: string;
    records?: number;
  }[];
  /** SHA-256 of `files` as canonical JSON (RFC 8785). */
  contents: string;
  /** The entry that recorded the making. */
  log: {
    entryId: string | null;
    entry: string | null;
    proof: string | null;
    key: string | null;
  };
}

export type PackageRelease = {
  by: 'link';
} | {
  by: 'passphrase';
  /** Told to the person another way. */
  passphrase: string;
};

export interface PolicyCorrection {
  hash: string;
  from: string;
  until: string;
  /** Why the past is corrected. */
  reason: string;
}

export interface PortalAnswer {
  tenant: string;
  name: string;
  /** together: the controllers of the portal that was asked answer for all that is held there too, alone or jointly; in-part: for some of it; separately: others do, and are asked by themselves. */
  answers: 'together' | 'in-part' | 'separately';
  categories: {
    category: string;
    rows: number | null;
    together: boolean;
    /** Who answers for it (Art. 4(7)); of several, jointly (Art. 26). */
    controllers: {
      party: string;
      name: string;
    }[];
  }[];
  /** Whether this request is answered for it too. */
  joined: boolean;
}

export interface PortalAnswers {
  /** Who answers for it (Art. 4(7)); of several, jointly (Art. 26). */
  controllers: {
    party: string;
    name: string;
  }[];
  portals: PortalAnswer[];
  /** Portals of other regions: what they hold is asked at the instance that serves them. */
  elsewhere: {
    tenant: string;
    name: string;
  }[];
}

export interface ProcessingRecord {
  set: 'article-30-1' | 'article-30-2' | 'ico' | 'cnil';
  title: string;
  /** In which it is written: that of the portal, or the one of the template. */
  language: string;
  party: {
    id: string;
    name: string;
  };
  tenant: string;
  at: string;
  knownAt: string;
  policyHash: string;
  /** Versions of the vocabularies the codes are from. */
  vocabularies: string[];
  columns: {
    id: string;
    title: string;
    mandatory: boolean;
  }[];
  rows: {
    activity: string;
    cells: Record<string, string[]>;
    word?: Word;
  }[];
  /** Cells that must say something and say nothing. */
  emptyMandatory: {
    activity: string;
    column: string;
  }[];
}

export interface PublicRequest {
  type: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  /** Two in one: first the copy, or the withdrawal, then erasure. */
  then?: 'erasure';
  /** What the person wrote or said. Kept sealed. */
  text?: string;
  /** Objection, withdrawal: only this purpose. */
  purpose?: string;
  /** Objection to direct marketing (Art. 21(2), (3)): absolute. */
  marketing?: boolean;
  /** Restriction: only these. */
  categories?: string[];
  /** Of a restriction or an erasure, where the person names one. */
  ground?: '18-1-a' | '18-1-b' | '18-1-c' | '18-1-d' | '17-1-a' | '17-1-b' | '17-1-c' | '17-1-d' | '17-1-e' | '17-1-f';
  /** Rectification: what would be right, by field of the profile. */
  changes?: Record<string, unknown>;
  /** Portability: the party of the register to which it is to go directly (Art. 20(2)). */
  transferTo?: string;
  /** Rectification: a supplementary statement (Art. 16). Kept sealed. */
  statement?: string;
  requester: {
    /** As the person writes it. */
    name?: string;
    /** A mail goes there, to be confirmed by its link. */
    email: string;
    /** Postal address. Kept sealed. */
    address?: string;
    language?: 'en' | 'de';
  };
}

export interface ReceiptBundle {
  receiptId: string;
  kantara: Record<string, unknown>;
  iso27560: Record<string, unknown>;
  /** Signature over both forms (JWS, Ed25519); key set at /.well-known/jwks.json. */
  jws: string;
  keySet: Record<string, unknown>;
  /** A .tlog-proof, once the decision is in the log. */
  proof: string | null;
  /** The entry the proof is about, as it is hashed. */
  entry: string | null;
}

export interface RecipientAnswer {
  answer: 'done' | 'not-held' | 'refused' | 'impossible' | 'disproportionate';
  /** Needed where nothing was done; kept sealed. */
  reason?: string;
}

export interface RecipientDisclosure {
  disclosureId: string;
  party: string;
  /** The recipient by name (C-154/21). */
  name: string;
  categories: string[];
  at: string;
  reference: string | null;
}

export interface RecipientDisclosures {
  items: RecipientDisclosure[];
}

export interface RecipientInput {
  /** a party of the register */
  party: string;
  categories: string[];
  /** When it was passed on. */
  at: string;
  /** What the recipient knows it by: a DOI, its own id of the person. Kept under the person’s key. */
  reference?: string;
}

export interface RecipientTask {
  taskId: string;
  requestId: string;
  party: string;
  name: string;
  what: 'rectification' | 'erasure' | 'restriction' | 'restriction-lifted' | 'objection';
  categories: string[];
  channel: 'webhook' | 'email' | 'opendsr' | 'manual';
  status: 'waiting' | 'sent' | 'delivered' | 'manual' | 'failed' | 'answered' | 'cancelled';
  messageId: string | null;
  createdAt: string;
  /** When an answer is missed. */
  dueAt: string;
  overdue: boolean;
  answer: 'done' | 'not-held' | 'refused' | 'impossible' | 'disproportionate' | null;
  answeredAt: string | null;
}

export interface RectificationInput {
  changes?: {
    name?: string | null;
    /** One address, without a display name. */
    email?: string | null;
    /** Degree or position. */
    title?: string | null;
    /** Research categories. */
    interests?: string[] | null;
    city?: string | null;
    /** ISO 3166-1 alpha-2, officially assigned. */
    country?: string | null;
    /** ORCID iD as published with the item. */
    orcid?: string;
    /** The name as it stands on items. */
    nameAsPublished?: string;
  };
  /** What the person adds, shown with the data from now on (Art. 16, second sentence). */
  statement?: string;
}

export interface Rectified {
  /** Categories in which something is otherwise now. */
  changed: string[];
  /** Items on which another name stands now. */
  items: number;
}

export interface Register {
  at: string;
  knownAt: string;
  policyHash: string;
  tenant: {
    id: string;
    name: string;
    jurisdiction: string;
    region: string | null;
  };
  parties: RegisterParty[];
  activities: ResolvedActivity[];
  categories: {
    id: string;
    title: string;
    /** The title in the language of the person. */
    titles?: Record<string, string>;
    /** Who keeps it: consents, visits, profiles, content, requests, recipients, relations, or a holder declared in holders/. */
    holder: string;
    special: boolean;
    /** It is kept for good, and why; then it has no rule in retention.yaml. */
    kept?: {
      /** What permits it (Art. 17(3), 5(1)(e), 89(1)). */
      ground: 'JustificationA17Archiving' | 'JustificationA17FreedomOfExpression' | 'JustificationA17LegalClaims' | 'JustificationA17LegallyRequired' | 'JustificationA17OfficialAuthority' | 'JustificationA17PublicHealth' | 'JustificationA17PublicInterest';
      reason: string;
      /** The title in the language of the person. */
      reasons?: Record<string, string>;
    };
    /** True only for counts that satisfy REQ-E01. */
    anonymous?: boolean;
    source: 'person' | 'platform' | 'observed' | 'computed';
    /** The kind of data in DPV-PD 2.3 terms. */
    dpv?: 'Accent' | 'AccountIdentifier' | 'Acquaintance' | 'Age' | 'AgeExact' | 'AgeRange' | 'ApartmentOwned' | 'Association' | 'Attitude' | 'Authenticating' | 'AuthenticationHistory' | 'BankAccount' | 'Behavioural' | 'Biometric' | 'BirthCountry' | 'BirthDate' | 'BirthPlace' | 'BloodType' | 'BrowserFingerprint' | 'BrowserHistory' | 'BrowsingBehaviour' | 'BrowsingReferral' | 'CallLog' | 'CarOwned' | 'Character' | 'Citizenship' | 'City' | 'Communication' | 'CommunicationsMetadata' | 'Connection' | 'Contact' | 'Country' | 'Credit' | 'CreditCapacity' | 'CreditCardNumber' | 'CreditRecord' | 'CreditScore' | 'CreditStanding' | 'CreditWorthiness' | 'Criminal' | 'CriminalCharge' | 'CriminalConviction' | 'CriminalOffence' | 'CriminalPardon' | 'CurrentEmployment' | 'CurrentLocation' | 'DNACode' | 'Demeanour' | 'Demographic' | 'DeviceApplications' | 'DeviceBased' | 'DeviceOperatingSystem' | 'DeviceSoftware' | 'Dialect' | 'DigitalFingerprint' | 'Disability' | 'DisciplinaryAction' | 'Dislike' | 'Divorce' | 'Domicile' | 'DrugTestResult' | 'Education' | 'EducationExperience' | 'EducationQualification' | 'EducationTraining' | 'EmailAddress' | 'EmailAddressPersonal' | 'EmailAddressWork' | 'EmailContent' | 'Emotion' | 'EmploymentHistory' | 'EthnicOrigin' | 'Ethnicity' | 'External' | 'FacialExpression' | 'FacialPrint' | 'Family' | 'FamilyHealthHistory' | 'FamilyStructure' | 'Favourite' | 'FavouriteColour' | 'FavouriteFood' | 'FavouriteMusic' | 'Fetish' | 'Financial' | 'FinancialAccount' | 'FinancialAccountNumber' | 'FinancialStatus' | 'Fingerprint' | 'Friend' | 'GPSCoordinate' | 'Gender' | 'GeneralReputation' | 'Genetic' | 'Geographic' | 'GroupMembership' | 'GroupProfile' | 'HairColour' | 'Health' | 'HealthHistory' | 'HealthRecord' | 'Height' | 'Historical' | 'HomeLocation' | 'HouseNumber' | 'HouseOwned' | 'Household' | 'IPAddress' | 'Identifier' | 'Identifying' | 'Income' | 'IncomeBracket' | 'IndividualHealthHistory' | 'IndividualProfile' | 'Insurance' | 'Intention' | 'Interaction' | 'Interest' | 'Internal' | 'Job' | 'KnowledgeBelief' | 'Language' | 'LifeHistory' | 'Like' | 'LinkClicked' | 'LoanRecord' | 'Locality' | 'Location' | 'MACAddress' | 'MaritalStatus' | 'Marriage' | 'MedicalHealth' | 'MentalHealth' | 'Mood' | 'Name' | 'Nationality' | 'OfficialID' | 'Offspring' | 'Opinion' | 'Ownership' | 'PINCode' | 'Parent' | 'Passport' | 'Password' | 'PastEmployment' | 'PaymentCard' | 'PaymentCardExpiry' | 'PaymentCardNumber' | 'PerformanceAtWork' | 'PersonalDocuments' | 'PersonalPossession' | 'Personality' | 'PhilosophicalBelief' | 'PhysicalAddress' | 'PhysicalCharacteristic' | 'PhysicalHealth' | 'PhysicalTrait' | 'Picture' | 'Piercing' | 'PoliticalAffiliation' | 'PoliticalOpinion' | 'PostalCode' | 'Preference' | 'Prescription' | 'PrivacyPreference' | 'Proclivity' | 'Professional' | 'ProfessionalCertification' | 'ProfessionalEvaluation' | 'ProfessionalExperience' | 'ProfessionalInterview' | 'ProfessionalTraining' | 'Profile' | 'PublicLife' | 'PubliclyAvailableSocialMedia' | 'Purchase' | 'PurchasesAndSpendingHabit' | 'Race' | 'Reference' | 'Region' | 'Relationship' | 'Reliability' | 'Religion' | 'ReligiousBelief' | 'Residency' | 'Retina' | 'RoomNumber' | 'Salary' | 'Sale' | 'School' | 'SecretText' | 'ServiceConsumptionBehaviour' | 'Sexual' | 'SexualHistory' | 'SexualPreference' | 'Sibling' | 'SkinTone' | 'Social' | 'SocialBehaviour' | 'SocialMedia' | 'SocialMediaCommunication' | 'SocialNetwork' | 'SocialStatus' | 'Street' | 'TVViewingBehaviour' | 'Tattoo' | 'Tax' | 'TechnicalKnowledge' | 'TelephoneNumber' | 'Thought' | 'Tracking' | 'TradeUnionMembership' | 'Transaction' | 'Transactional' | 'TravelHistory' | 'UID' | 'UserAgent' | 'Username' | 'VehicalLicenseNumber' | 'VehicalLicenseRegistration' | 'Vehicle' | 'VehicleLicense' | 'VehicleUsage' | 'VoiceCommunicationRecording' | 'VoiceMail' | 'Vulnerability' | 'Weight' | 'WorkEnvironment' | 'WorkExperience' | 'WorkHistory' | 'WorkLocation';
    /** The kind of data in fideslang terms. */
    fides?: 'system' | 'system.authentication' | 'system.operations' | 'user' | 'user.account' | 'user.authorization' | 'user.behavior' | 'user.biometric' | 'user.childrens' | 'user.contact' | 'user.content' | 'user.demographic' | 'user.location' | 'user.device' | 'user.payment' | 'user.social' | 'user.unique_id' | 'user.telemetry' | 'user.user_sensor' | 'user.workplace' | 'user.sensor' | 'user.financial' | 'user.government_id' | 'user.health_and_medical' | 'user.name' | 'user.criminal_history' | 'user.privacy_preferences' | 'user.job_title' | 'user.account.settings' | 'user.account.username' | 'user.authorization.credentials' | 'user.authorization.biometric' | 'user.authorization.password' | 'user.behavior.browsing_history' | 'user.behavior.media_consumption' | 'user.behavior.purchase_history' | 'user.behavior.search_history' | 'user.biometric.fingerprint' | 'user.biometric.retinal' | 'user.biometric.voice' | 'user.biometric.health' | 'user.contact.address' | 'user.contact.email' | 'user.contact.phone_number' | 'user.contact.url' | 'user.contact.fax_number' | 'user.contact.organization' | 'user.contact.address.city' | 'user.contact.address.country' | 'user.contact.address.postal_code' | 'user.contact.address.state' | 'user.contact.address.street' | 'user.content.private' | 'user.content.public' | 'user.content.self_image' | 'user.demographic.age_range' | 'user.demographic.date_of_birth' | 'user.demographic.gender' | 'user.demographic.language' | 'user.demographic.marital_status' | 'user.demographic.political_opinion' | 'user.demographic.profile' | 'user.demographic.race_ethnicity' | 'user.demographic.religious_belief' | 'user.demographic.sexual_orientation' | 'user.device.cookie' | 'user.device.cookie_id' | 'user.device.device_id' | 'user.device.ip_address' | 'user.financial.bank_account' | 'user.financial.credit_card' | 'user.government_id.birth_certificate' | 'user.government_id.drivers_license_number' | 'user.government_id.immigration' | 'user.government_id.national_identification_number' | 'user.government_id.passport_number' | 'user.government_id.vehicle_registration' | 'user.health_and_medical.genetic' | 'user.health_and_medical.insurance_beneficiary_id' | 'user.health_and_medical.record_id' | 'user.location.imprecise' | 'user.location.precise' | 'user.name.first' | 'user.name.last' | 'user.unique_id.pseudonymous';
  }[];
  rules: {
    /** Lower-case letters, digits and hyphens. */
    id: string;
    category: string;
    action: 'erase' | 'reduce' | 'anonymise' | 'aggregate' | 'pseudonymise' | 'review';
    /** ISO 8601: P6M, P90D; of visits also hours of less than a day, PT12H. */
    after: string;
    inactivity?: {
      /** How long before the end a mail goes out, once each. Nothing is destroyed of an account that did not get one at least the shortest of these before. */
      warn: string[];
      /** What becomes of an account without an address, or whose mail failed: review (when absent: an officer decides; nothing goes by itself), or run: the rule runs without a warning where there is no address. */
      unreachable?: 'review' | 'run';
    };
    /** end-of-year: the period begins with the end of the year in which it would begin (as in BGB § 199). */
    counted?: 'end-of-year';
    from: 'occurred' | 'recorded' | 'ended' | 'last-activity' | 'updated' | 'linked' | 'review-day';
    minimumCell?: number;
    method?: 'daily-counts';
    /** Which of its runs wait for an officer: always; first (the first, and the first after it has come to reach more; when absent); brake (none but those over the brake). */
    approval?: 'always' | 'first' | 'brake';
    /** Rows past their period are kept while any of these holds. */
    unless?: {
      /** Lower-case letters, digits and hyphens. */
      id: string;
      /** While the person has such a relation. */
      relation?: string;
      /** And so long after it ended: P6M. With a relation only. */
      plus?: string;
      /** While the person has this role. */
      role?: string;
      /** While this is said of the person: { statistics: refused }. */
      attribute?: Record<string, string>;
      /** While there is anything of these categories about the person. */
      children?: string[];
      reason: string;
      /** The title in the language of the person. */
      reasons?: Record<string, string>;
    }[];
    only?: {
      roles?: string[];
      attributes?: Record<string, string[]>;
    };
    reason: string;
    /** The title in the language of the person. */
    reasons?: Record<string, string>;
  }[];
  transitions?: {
    /** The rule that was deleted, moved or changed. */
    rule: string;
    /** The rule as it stood. */
    was: {
      /** Lower-case letters, digits and hyphens. */
      id: string;
      category: string;
      action: 'erase' | 'reduce' | 'anonymise' | 'aggregate' | 'pseudonymise' | 'review';
      /** ISO 8601: P6M, P90D; of visits also hours of less than a day, PT12H. */
      after: string;
      inactivity?: {
        /** How long before the end a mail goes out, once each. Nothing is destroyed of an account that did not get one at least the shortest of these before. */
        warn: string[];
        /** What becomes of an account without an address, or whose mail failed: review (when absent: an officer decides; nothing goes by itself), or run: the rule runs without a warning where there is no address. */
        unreachable?: 'review' | 'run';
      };
      /** end-of-year: the period begins with the end of the year in which it would begin (as in BGB § 199). */
      counted?: 'end-of-year';
      from: 'occurred' | 'recorded' | 'ended' | 'last-activity' | 'updated' | 'linked' | 'review-day';
      minimumCell?: number;
      method?: 'daily-counts';
      /** Which of its runs wait for an officer: always; first (the first, and the first after it has come to reach more; when absent); brake (none but those over the brake). */
      approval?: 'always' | 'first' | 'brake';
      /** Rows past their period are kept while any of these holds. */
      unless?: {
        /** Lower-case letters, digits and hyphens. */
        id: string;
        /** While the person has such a relation. */
        relation?: string;
        /** And so long after it ended: P6M. With a relation only. */
        plus?: string;
        /** While the person has this role. */
        role?: string;
        /** While this is said of the person: { statistics: refused }. */
        attribute?: Record<string, string>;
        /** While there is anything of these categories about the person. */
        children?: string[];
        reason: string;
        /** The title in the language of the person. */
        reasons?: Record<string, string>;
      }[];
      only?: {
        roles?: string[];
        attributes?: Record<string, string[]>;
      };
      reason: string;
      /** The title in the language of the person. */
      reasons?: Record<string, string>;
    };
    /** Where its category was kept, if that is another holder now. */
    holder?: string;
    /** From this day the new word counts: older rows are those whose period began before. */
    since: string;
    /** old-period: they end by the rule as it stood. new-period: what stands now counts for them too; of a deleted rule, it ends nothing any more. */
    oldRows: 'old-period' | 'new-period';
    /** A day: 2026-11-23, in quotes. */
    decidedOn?: string;
    reason: string;
  }[];
  places: {
    /** Lower-case letters, digits and hyphens. */
    id: string;
    title: string;
    /** The title in the language of the person. */
    titles?: Record<string, string>;
    /** Lower-case letters, digits and hyphens. */
    party: string;
    /** Lower-case letters, digits and hyphens. */
    region: string;
    /** ISO 3166-1 alpha-2. */
    country: string;
    keeps: ('database' | 'keyring' | 'backups' | 'exports')[];
    holders?: string[];
  }[];
  agreements: Agreement[];
  changes: RegisterChange[];
  /** What is the word of the portal’s institution, by kind and id; the rest is the installation’s. */
  words?: Words;
}

export interface RegisterChange {
  changeId: string;
  kind: 'addition' | 'replacement' | 'removal';
  party: string;
  replaces: string | null;
  processor: string;
  activities: string[];
  reason: string;
  status: 'announced' | 'activated' | 'withdrawn';
  announcedAt: string;
  activatedAt: string | null;
  windowEndsAt: string | null;
  objections: number;
}

export interface RegisterHistory {
  items: {
    scope: 'tenant' | 'installation';
    kind: string;
    entityId: string;
    version: number;
    value: unknown;
    validFrom: string;
    validUntil: string | null;
    recordedAt: string;
    recordedBy: string;
    reason: string | null;
    policyHash: string;
  }[];
}

export interface RegisterParty {
  id: string;
  name: string;
  kind: 'tenant' | 'organisation';
  region?: string;
  legalName?: string;
  address?: string;
  contact?: string;
  /** An office rather than a name: "Data protection office". */
  contactPerson?: string;
  /** Stands in consent receipts. */
  phone?: string;
  /** ISO 3166-1 alpha-2. */
  country?: string;
  /** Contact published and told to the authority (Art. 37(7)). */
  dataProtectionOfficer?: {
    name: string;
    contact: string;
    /** Stands in consent receipts. */
    phone?: string;
    /** A day: 2026-11-23, in quotes. */
    notifiedToAuthority?: string;
    /** That the contact is published (Art. 37(7)). */
    published?: {
      /** Since when. */
      on: string;
      /** Where: an address of the web, or in words. */
      at: string;
    };
    /** When the officer was bound to secrecy (Art. 38(5)). */
    secrecyNotice?: string;
  };
  /** Of a party outside the Union (Art. 27). */
  representative?: {
    name: string;
    contact: string;
    address?: string;
    /** Stands in consent receipts. */
    phone?: string;
    /** ISO 3166-1 alpha-2. */
    country: string;
    mandate: string;
  };
  /** In the UK, of a party outside it (UK GDPR Art. 27). */
  ukRepresentative?: {
    name: string;
    contact: string;
    address?: string;
    /** Stands in consent receipts. */
    phone?: string;
    mandate: string;
  };
  /** Why none is needed (Art. 27(2)). */
  representativeExemption?: string;
  /** A file in logos/, PNG or JPEG; stands on its papers and pages. */
  logo?: string;
  /** Frameworks it takes part in (adequacy). */
  frameworks?: ('DPF' | 'PIPEDA')[];
  /** Where notices to it go. */
  notices?: {
    email?: string;
    /** https, host in lower case. */
    webhook?: string;
  };
  supervisoryAuthority?: SupervisoryAuthority;
  holidays?: {
    /** Days off besides. */
    add?: string[];
    /** Published days that are working days here. */
    remove?: string[];
  };
}

export interface ReleasedForRequest {
  request: RequestStatus;
  /** Where the person fetches it, once; the answer by mail has it too. Null for a passphrase. */
  url: string | null;
}

export interface ReleasedPackage {
  package: Package;
  path: string | null;
}

export interface Request {
  requestId: string;
  /** What letters call it. */
  reference: string;
  type: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  state: 'open' | 'awaiting-identity' | 'awaiting-clarification' | 'awaiting-fee' | 'unidentified' | 'awaiting-approval' | 'approved' | 'executing' | 'executed' | 'in-force' | 'lifting-announced' | 'refusal-told' | 'awaiting-release' | 'answered' | 'refused' | 'withdrawn' | 'duplicate';
  channel: string;
  receivedAt: string;
  dueOn: string | null;
  targetOn: string | null;
  assignedTo: string | null;
  duplicateOf: string | null;
  closedAt: string | null;
  importedAt: string | null;
  then: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint' | null;
  /** Of two in one request: the one that is dealt with now. */
  part: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  article: string;
  /** What can happen next. */
  legal: string[];
  duties: {
    duty: 'acknowledge' | 'identify' | 'execute' | 'approve' | 'look-at-duplicates' | 'look-at-evidence' | 'approve-package' | 'release-package' | 'tell-person' | 'review-restriction' | 'lift' | 'erase-what-is-held';
    due: string | null;
  }[];
  clock: {
    daysLeft: number | null;
    overdue: boolean;
    targetReached: boolean;
    request: Record<string, unknown> | null;
    complaint: Record<string, unknown> | null;
    /** The reasons in sentences, by language: each that has texts. */
    explanation: Record<string, string[]>;
  };
  identity: {
    method: string;
    state: string;
  } | null;
  subjectKnown: string | null;
  outcome: 'done' | 'nothing-held' | 'done-with-exceptions' | 'held-back' | 'upheld' | 'rejected' | 'changed' | 'confirmed' | null;
  records: number | null;
  packageId: string | null;
  steps: {
    step: string;
    begunAt: string;
    doneAt: string | null;
    result: Record<string, unknown> | null;
  }[];
  /** Begun, and not everywhere done: it is asked again. */
  incomplete: boolean;
  proposal: {
    seq: number;
    what: string;
    by: string;
    approvedBy: string | null;
  } | null;
  /** Requests that look like the same; nothing was done about it. */
  similar: string[];
  /** Refused after the month that cannot be extended (Art. 12(4)). */
  lateRefusal: boolean;
  events: number;
  /** What its holds keep at holders outside of everybody, and why: they know the person by something that is not recorded here. */
  standsStill?: string[];
  requester: {
    name: string | null;
    email: string | null;
    address: string | null;
    language: 'en' | 'de';
  } | null;
  subject: string | null;
  asked: Record<string, unknown>;
  restrictions: Record<string, unknown>[];
  refusal: Record<string, unknown> | null;
  notes: {
    seq: number;
    at: string;
    by: string;
    text: string;
  }[];
  letters: {
    seq: number;
    at: string;
    event: string;
    kind: string;
    language: 'en' | 'de';
    subject: string;
    text: string;
    sha256: string;
    sent: string | null;
    /** What became of the mail, while that is known. `undelivered`: there is no mail server; hand it over otherwise. */
    delivery?: 'pending' | 'undelivered' | 'delivered' | 'handed-over' | 'dead';
  }[];
}

export interface RequestAcknowledgement {
  /** When it happened; now when absent. Never in the future. */
  at?: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestAnswer {
  /** To be said besides. Kept sealed. */
  text?: string;
  /** When it happened; now when absent. Never in the future. */
  at?: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestApproval {
  /** What was looked at. Kept sealed. */
  text?: string;
}

export interface RequestAssignment {
  to: string | null;
}

export interface RequestCandidates {
  items: {
    by: 'address' | 'consent-receipt' | 'visitor-id' | 'trace';
    seq: number | null;
    at: string | null;
    /** As the person brought it. */
    brought: Record<string, unknown>;
    /** Whether it is of exactly one person of whom anything is kept. */
    fits: boolean;
    subject: string | null;
  }[];
}

export interface RequestCannotIdentify {
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestClarification {
  /** What is asked (Recital 63). Kept sealed. */
  question: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestClarificationAnswer {
  /** What the person answered. Kept sealed. */
  text: string;
  /** When it happened; now when absent. Never in the future. */
  at?: string;
}

export interface RequestCode {
  code: string;
}

export interface RequestCorrection {
  /** Number of the event that was wrong. */
  corrects: number;
  /** When it really happened; null: it never did. */
  at: string | null;
  reasons?: ('complexity' | 'number')[];
  /** What was wrong. Kept sealed. */
  reason: string;
}

export interface RequestDuplicateOf {
  requestId: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestExecution {
  outcome?: 'upheld' | 'rejected' | 'changed' | 'confirmed';
  /** Why: compelling grounds, what the review found. Kept sealed. */
  text?: string;
}

export interface RequestExtension {
  reasons: ('complexity' | 'number')[];
  /** Why, as the person is told (Art. 12(3)). Kept sealed. */
  text: string;
  /** When it happened; now when absent. Never in the future. */
  at?: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestFee {
  basis: 'further-copy' | 'manifestly-unfounded' | 'excessive';
  /** In minor units (cents). */
  amount: number;
  currency: string;
  /** What it costs; the fee is no more (Art. 12(5)(a)). */
  costs: {
    what: 'labour' | 'copying' | 'postage' | 'media';
    amount: number;
  }[];
  /** Of a further copy: an officer has found that nothing has changed since the last one. Needed once that is more than a year ago: a copy is a first one again then (Art. 15(3)). */
  unchanged?: boolean;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestGroundEnd {
  /** Why. Kept sealed. */
  text: string;
  /** When it happened; now when absent. Never in the future. */
  at?: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestHead {
  requestId: string;
  /** What letters call it. */
  reference: string;
  type: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  state: 'open' | 'awaiting-identity' | 'awaiting-clarification' | 'awaiting-fee' | 'unidentified' | 'awaiting-approval' | 'approved' | 'executing' | 'executed' | 'in-force' | 'lifting-announced' | 'refusal-told' | 'awaiting-release' | 'answered' | 'refused' | 'withdrawn' | 'duplicate';
  channel: string;
  receivedAt: string;
  dueOn: string | null;
  targetOn: string | null;
  assignedTo: string | null;
  duplicateOf: string | null;
  closedAt: string | null;
  importedAt: string | null;
}

export interface RequestHistory {
  items: {
    seq: number;
    kind: string;
    occurredAt: string;
    recordedAt: string;
    recordedBy: string;
    policyHash: string;
    /** A correction says that it never happened. */
    struck: boolean;
    /** It was brought along: somebody vouches for it, nobody saw it here. */
    imported: boolean;
    facts: Record<string, unknown>;
    words: Record<string, unknown>;
  }[];
}

export type RequestIdentification = {
  by: 'consent-receipt';
  receiptId: string;
} | {
  by: 'visitor-id';
  visitor: string;
} | {
  by: 'trace';
  at: string;
  address: string;
};

export interface RequestIdentityAnswer {
  /** When it happened; now when absent. Never in the future. */
  at?: string;
}

export interface RequestIdentityCheck {
  method: 'email-code' | 'documents';
  /** Why there is reasonable doubt (Art. 12(6)). */
  doubt: 'unknown-sender' | 'address-differs' | 'asks-for-another' | 'signs-of-fraud';
  /** Of documents, and needed there: what the person is asked for, no more than confirms who it is. */
  asked?: string[];
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestIdentityDecision {
  confirmed: boolean;
  /** How the person was recognised. Kept sealed. */
  text?: string;
}

export interface RequestInformation {
  /** What the person is told. Kept sealed. */
  text?: string;
  /** Instead of words alone: who was told of the change (Art. 19), or how an erasure stands that a place has not carried out yet. */
  about?: 'recipients' | 'erasure';
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestIntake {
  type: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  /** Two in one: first the copy, or the withdrawal, then erasure. */
  then?: 'erasure';
  /** What the person wrote or said. Kept sealed. */
  text?: string;
  /** Objection, withdrawal: only this purpose. */
  purpose?: string;
  /** Objection to direct marketing (Art. 21(2), (3)): absolute. */
  marketing?: boolean;
  /** Restriction: only these. */
  categories?: string[];
  /** Of a restriction or an erasure, where the person names one. */
  ground?: '18-1-a' | '18-1-b' | '18-1-c' | '18-1-d' | '17-1-a' | '17-1-b' | '17-1-c' | '17-1-d' | '17-1-e' | '17-1-f';
  /** Rectification: what would be right, by field of the profile. */
  changes?: Record<string, unknown>;
  /** Portability: the party of the register to which it is to go directly (Art. 20(2)). */
  transferTo?: string;
  /** Rectification: a supplementary statement (Art. 16). Kept sealed. */
  statement?: string;
  channel?: 'letter' | 'phone' | 'email' | 'in-person' | 'platform';
  /** When it reached the controller; now when absent. */
  receivedAt?: string;
  requester?: {
    /** As the person writes it. */
    name?: string;
    email?: string;
    /** Postal address. Kept sealed. */
    address?: string;
    language?: 'en' | 'de';
  };
  /** Whom it is about, if known: account:ID or visitor:ID */
  subject?: string;
}

export type RequestLifting = Record<string, never>;

export interface RequestLiftingNotice {
  /** Why. Kept sealed. */
  text: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestLimitation {
  /** The provision of national law, as it is cited (Art. 23). */
  provision: string;
  scope: 'whole' | 'part';
  categories?: string[];
  /** A day: 2026-11-23. */
  reviewOn: string;
  /** Why. Kept sealed. */
  text: string;
}

export interface RequestNote {
  /** For colleagues; the person may ask for it. Kept sealed. */
  text: string;
}

export interface RequestPackageApproval {
  /** Also for a way nobody has verified. */
  unverified?: boolean;
  /** Also to this party of the register, directly (Art. 20(2)). */
  transferTo?: string;
}

export interface RequestPayment {
  /** When it happened; now when absent. Never in the future. */
  at?: string;
}

export interface RequestPortalJoining {
  /** Other portals that it is answered for too, where the same controllers answer; all of them, none ends it. */
  portals: string[];
}

export interface RequestProposal {
  what: 'execution' | 'abusive-refusal' | 'abusive-fee';
  ground?: '17-1-a' | '17-1-b' | '17-1-c' | '17-1-d' | '17-1-e' | '17-1-f';
  /** Evidence that a request is manifestly unfounded or excessive (Art. 12(5)). */
  abuse?: {
    which: 'manifestly-unfounded' | 'excessive';
    /** How many requests there were; shows nothing by itself. */
    count?: number;
    /** Days of earlier requests. */
    earlierRequests?: string[];
    /** What in the circumstances shows the abuse (C-526/24). Kept sealed. */
    objectiveElements?: string;
    /** What shows the intention (C-526/24). Kept sealed. */
    subjectiveElements?: string;
  };
  decisions?: {
    categories?: Record<string, unknown>;
    items?: ItemDecision[];
  };
  /** Why. Kept sealed. */
  text: string;
}

export interface RequestRefusal {
  ground: 'manifestly-unfounded' | 'excessive' | 'right-does-not-apply' | 'exception' | 'compelling-grounds' | 'identity-not-shown' | 'fee-not-paid' | 'national-restriction' | 'rights-of-others' | 'not-responsible';
  restriction?: {
    /** The provision of national law, as it is cited (Art. 23). */
    provision: string;
    scope: 'whole' | 'part';
    categories?: string[];
    /** A day: 2026-11-23. */
    reviewOn: string;
  };
  /** Ground `exception`: which of Art. 17(3) keeps which kind of data. */
  exceptions?: {
    category: string;
    exception: 'JustificationA17Archiving' | 'JustificationA17FreedomOfExpression' | 'JustificationA17LegalClaims' | 'JustificationA17LegallyRequired' | 'JustificationA17OfficialAuthority' | 'JustificationA17PublicHealth' | 'JustificationA17PublicInterest';
    /** A day: 2026-11-23. */
    reviewOn: string;
  }[];
  /** Why. Kept sealed. */
  text: string;
  /** When it happened; now when absent. Never in the future. */
  at?: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestRejection {
  /** Why. Kept sealed. */
  text: string;
}

export interface RequestRelease {
  /** transfer: directly to the controller that the approval names (Art. 20(2)). */
  by: 'link' | 'passphrase' | 'transfer';
  passphrase?: string;
}

export interface RequestReopening {
  because: 'authority' | 'court' | 'complaint' | 'new-facts';
  /** Why. Kept sealed. */
  text: string;
  /** When it happened; now when absent. Never in the future. */
  at?: string;
  /** By which way it goes to the person; by mail where there is an address, when absent. Only what did not go by mail can have been handed over before now (`at`). */
  sent?: 'email' | 'post' | 'handed-over' | 'page' | 'telephone';
}

export interface RequestStatus {
  requestId: string;
  /** What letters call it. */
  reference: string;
  type: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  state: 'open' | 'awaiting-identity' | 'awaiting-clarification' | 'awaiting-fee' | 'unidentified' | 'awaiting-approval' | 'approved' | 'executing' | 'executed' | 'in-force' | 'lifting-announced' | 'refusal-told' | 'awaiting-release' | 'answered' | 'refused' | 'withdrawn' | 'duplicate';
  channel: string;
  receivedAt: string;
  dueOn: string | null;
  targetOn: string | null;
  assignedTo: string | null;
  duplicateOf: string | null;
  closedAt: string | null;
  importedAt: string | null;
  then: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint' | null;
  /** Of two in one request: the one that is dealt with now. */
  part: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  article: string;
  /** What can happen next. */
  legal: string[];
  duties: {
    duty: 'acknowledge' | 'identify' | 'execute' | 'approve' | 'look-at-duplicates' | 'look-at-evidence' | 'approve-package' | 'release-package' | 'tell-person' | 'review-restriction' | 'lift' | 'erase-what-is-held';
    due: string | null;
  }[];
  clock: {
    daysLeft: number | null;
    overdue: boolean;
    targetReached: boolean;
    request: Record<string, unknown> | null;
    complaint: Record<string, unknown> | null;
    /** The reasons in sentences, by language: each that has texts. */
    explanation: Record<string, string[]>;
  };
  identity: {
    method: string;
    state: string;
  } | null;
  subjectKnown: string | null;
  outcome: 'done' | 'nothing-held' | 'done-with-exceptions' | 'held-back' | 'upheld' | 'rejected' | 'changed' | 'confirmed' | null;
  records: number | null;
  packageId: string | null;
  steps: {
    step: string;
    begunAt: string;
    doneAt: string | null;
    result: Record<string, unknown> | null;
  }[];
  /** Begun, and not everywhere done: it is asked again. */
  incomplete: boolean;
  proposal: {
    seq: number;
    what: string;
    by: string;
    approvedBy: string | null;
  } | null;
  /** Requests that look like the same; nothing was done about it. */
  similar: string[];
  /** Refused after the month that cannot be extended (Art. 12(4)). */
  lateRefusal: boolean;
  events: number;
  /** What its holds keep at holders outside of everybody, and why: they know the person by something that is not recorded here. */
  standsStill?: string[];
}

export interface RequestSubject {
  subject: string;
}

export interface RequestToConfirm {
  /** A mail with a link goes to the address; the request begins when its button is pressed. */
  next: 'confirm-by-mail';
  /** The link ends then. */
  validUntil: string;
}

export type RequestWithdrawal = Record<string, never>;

export interface Resolution {
  at: string;
  knownAt: string;
  policyHash: string;
  activities: ResolvedActivity[];
}

export interface ResolvedActivity {
  id: string;
  title: string;
  purpose: string;
  basis: string;
  categories: string[];
  word?: Word;
  /** Why `automatedDecisions` may be made (Art. 22(2)), and the human review that is offered. */
  automatedDecisionBasis?: {
    /** Art. 22(2): 22-2-a contract, 22-2-b law, 22-2-c consent. */
    basis: '22-2-a' | '22-2-b' | '22-2-c';
    /** With 22-2-b: the law and article. */
    law?: string;
    /** What follows for the person (Art. 13(2)(f)). */
    consequences: string;
    /** How a person gets a human to look, is heard and contests it (Art. 22(3)). */
    humanReview: string;
  };
  /** Safeguards of archiving, research and statistics (Art. 89). */
  safeguards?: {
    purpose: 'archiving' | 'scientific-research' | 'historical-research' | 'statistics';
    /** How no more is kept than the purpose needs (Art. 89(1)). */
    minimisation: string;
    /** How data is pseudonymised, or why the purpose cannot be met that way. */
    pseudonymisation: string;
    /** The law that allows derogations (Art. 89(2), (3)). */
    law: string;
    derogatesFrom?: ('A15' | 'A16' | 'A18' | 'A19' | 'A20' | 'A21')[];
    /** Asked anew each year (Art. 89(1), last sentence). */
    anonymousTest: {
      /** When it was last asked whether anonymised data would do. */
      on: string;
      outcome: 'would-not-do' | 'would-do';
      reason: string;
    };
  };
  /** Rights of the persons concerned, as the basis gives them. */
  rights: {
    right: 'A15' | 'A16' | 'A17' | 'A18' | 'A19' | 'A20' | 'A21' | 'A7-3' | 'A77';
    exists: 'yes' | 'limited' | 'no';
    reason: string | null;
  }[];
  chain: ChainLink[];
}

export interface RetentionSchedule {
  tenant: string;
  institution: string;
  at: string;
  policyHash: string;
  rows: ScheduleRow[];
  emptyMandatory: {
    category: string;
    field: string;
  }[];
}

export interface ScheduleRow {
  category: string;
  title: string;
  activities: string[];
  purposes: string[];
  bases: string[];
  /** The rules that run, one after the other; empty: not personal any more. */
  periods: {
    rule: string | null;
    after: string | null;
    inWords: string;
    reason: string;
    word?: Word;
  }[];
  /** What a request for erasure does. */
  onRequest: string;
}

export interface SettlementInput {
  /** `withdrawn`: the controller lets it go. `accommodated`: its data does not go to the new sub-processor. `agreement-ended`: it leaves. */
  outcome: 'withdrawn' | 'accommodated' | 'agreement-ended';
}

export interface SignatureInput {
  signedOn: string;
  file?: {
    name: string;
    sha256: string;
  };
}

export interface SignedAnswer {
  type: 'recipient-task.answered';
  timestamp?: string;
  data: {
    answer: 'done' | 'not-held' | 'refused';
    /** Needed where nothing was done; kept sealed. */
    reason?: string;
  };
}

export interface SpecialText {
  /** Under it two persons together see it: /v1/disclosures. */
  specialTextId: string;
}

export interface SpecialTextInput {
  /** `title`: of an item (subject, doi); `statement`: what a person added to their profile (subject); `request`: what stands in words under a number of a request, such as a letter or a note (requestId, seq). */
  of: 'title' | 'statement' | 'request';
  subject?: string;
  doi?: string;
  requestId?: string;
  seq?: number;
}

export interface SpecialTextTarget {
  specialTexts: string[];
}

export interface SubProcessorChange {
  changeId: string;
  kind: 'addition' | 'replacement' | 'removal';
  party: string;
  replaces: string | null;
  processor: string;
  activities: string[];
  reason: string;
  status: 'announced' | 'activated' | 'withdrawn';
  announcedAt: string;
  activatedAt: string | null;
  notice: {
    agreementId: string;
    sentAt: string;
    deliveredAt: string | null;
    /** From the contract, ISO 8601. */
    window: string;
    /** From this instant on silence counts. */
    windowEndsAt: string;
    authorisation: 'general' | 'specific';
    approvedAt: string | null;
  } | null;
  objections: Objection[];
}

export interface SubProcessorChangeInput {
  kind: 'addition' | 'replacement' | 'removal';
  /** Who comes (or, in a removal, goes): a party of the policies. */
  party: string;
  /** Who goes, in a replacement. */
  replaces?: string;
  /** Who engages it. */
  processor: string;
  activities: string[];
  /** In a sentence; names no person. */
  reason: string;
}

export interface SubProcessorChangeStanding {
  changeId: string;
  status: 'announced' | 'activated' | 'withdrawn';
  controllers: {
    tenant: string;
    delivered: boolean;
    windowEndsAt: string;
    authorisation: 'general' | 'specific';
    approved: boolean;
    openObjections: number;
  }[];
  /** Institutions it would concern that have no agreement: nothing authorises the processor itself. */
  withoutAgreement: string[];
  earliestActivation: string | null;
  inTheWay: string[];
}

export interface SubProcessorList {
  tenant: string;
  institution: string;
  at: string;
  processors: ListedProcessor[];
  /** Newest first. */
  changes: ListedChange[];
  emptyMandatory: {
    party: string;
    field: string;
  }[];
}

export interface SupervisoryAuthority {
  name: string;
  contact: string;
}

export interface Tenant {
  /** Lower-case letters, digits, hyphens. */
  id: string;
  name: string;
  /** Where its data is: a region of the policies; null: the home region. */
  region: string | null;
  timeZone: string;
  jurisdiction: string;
  language: string;
  origins: string[];
  /** Since when `Sec-GPC` is honoured here. */
  gpcSince: string;
  createdAt: string;
  /** Its contract ends: it takes nothing new. */
  leaving?: true;
}

export interface Token {
  id: string;
  /** Lower-case letters, digits, hyphens. */
  tenant: string;
  everyTenant: boolean;
  role: 'admin' | 'dpo' | 'auditor' | 'operator' | 'platform' | 'portal' | 'controller';
  label: string;
  /** The last four characters of the secret. */
  hint: string;
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  revokedAt: string | null;
  /** To the minute. */
  lastUsedAt: string | null;
}

export interface UnconfirmedRequest {
  unconfirmedId: string;
  receivedAt: string;
  /** Deleted then, unless it is confirmed or accepted. */
  expiresAt: string;
  /** How the mail that asks to confirm it stands. */
  mail: 'waiting' | 'sent' | 'failed';
  type: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
  requester: {
    name: string | null;
    email: string | null;
    address: string | null;
    language: 'en' | 'de' | null;
  };
  /** Everything else that was entered. */
  asked: Record<string, unknown>;
}

export interface UnconfirmedRequestHead {
  unconfirmedId: string;
  receivedAt: string;
  /** Deleted then, unless it is confirmed or accepted. */
  expiresAt: string;
  /** How the mail that asks to confirm it stands. */
  mail: 'waiting' | 'sent' | 'failed';
}

export interface UnconfirmedRequests {
  items: UnconfirmedRequestHead[];
  /** Cursor of the next page; null on the last. */
  next: string | null;
  /** How many there are; at 500 no more are taken. */
  count: number;
}

export interface Withdrawal {
  receiptId: string;
  status: string;
}

export interface Word {
  by: 'installation' | 'institution';
  /** SHA-256 of what the institution decided, in which the entry stands. */
  overlay?: string;
  /** The day since which that is in force, where it is known. */
  since?: string;
  /** The proposal it was accepted as; absent: it stands in the folder. */
  proposal?: string;
}

export interface Words {
  rules?: Record<string, Word>;
  erasureRequests?: Record<string, Word>;
  purposes?: Record<string, Word>;
  activities?: Record<string, Word>;
  notices?: Record<string, Word>;
  letters?: Record<string, Word>;
  installation?: Record<string, Word>;
}

/** JSON objects one a line, or the bytes of such a stream. */
export type Lines<T> =
  | Iterable<T>
  | AsyncIterable<T>
  | string
  | Blob
  | Uint8Array<ArrayBuffer>
  | ReadableStream<Uint8Array<ArrayBuffer>>;

/** Why somebody may look at personal data. */
export interface Purposes {
  /** to answer a request for access (Art. 15) */
  'access-request': true;
  /** to correct data (Art. 16) */
  'rectification': true;
  /** to answer a request for erasure (Art. 17) */
  'erasure-request': true;
  /** to examine an objection or a restriction (Art. 18, 21) */
  'objection': true;
  /** to examine a complaint */
  'complaint': true;
  /** to answer a supervisory authority */
  'authority-inquiry': true;
  /** to examine a security incident (Art. 32, 33) */
  'security-incident': true;
  /** to establish or defend a legal claim */
  'legal-claim': true;
  /** to check that data is right (Art. 5(1)(d)) */
  'data-quality': true;
  /** to help the person with the service */
  'support': true;
}

export type Purpose = keyof Purposes;

export interface StatedPurpose {
  purpose: Purpose;
  /** A case number, such as `2026-17`; never a name. */
  reference?: string;
}

/** The types of problems, and the status that each comes with. */
export interface ProblemStatuses {
  'malformed-request': 400;
  'invalid-request': 400;
  'idempotency-key-required': 400;
  'purpose-required': 400;
  'unauthenticated': 401;
  'token-expired': 401;
  'signature-refused': 401;
  'forbidden': 403;
  'not-found': 404;
  'method-not-allowed': 405;
  'not-acceptable': 406;
  'conflict': 409;
  'idempotency-key-in-flight': 409;
  'erased-subject': 409;
  'held': 409;
  'processing-stopped': 409;
  'outside-instructions': 409;
  'policies-superseded': 409;
  'clock-in-doubt': 409;
  'plan-changed': 409;
  'tenant-leaving': 409;
  'lease-held': 409;
  'precondition-failed': 412;
  'misdirected-request': 421;
  'payload-too-large': 413;
  'unsupported-media-type': 415;
  'unprocessable-request': 422;
  'undeclared-category': 422;
  'idempotency-key-reused': 422;
  'precondition-required': 428;
  'too-many-requests': 429;
  'headers-too-large': 431;
  'internal-error': 500;
  'unavailable': 503;
}

/** What a problem may tell beside what every one tells. */
export interface ProblemMembers {
  /** The state of what the request was about. */
  state?: string;
  /** What cannot happen in this state. */
  event?: string;
  /** What can happen in this state. */
  legal?: string[];
  /** The calls that are possible now. */
  calls?: string[];
  /** What is missing for this one. */
  missing?: string[];
  /** The reason, by its name, where there is a list of them. */
  why?: string;
  /** The right against which something was to be held. */
  right?: string;
  /** The ground that the law does not give for that. */
  ground?: string;
  /** The grounds that are possible. */
  possible?: string[];
  /** The retention rules concerned. */
  rules?: string[];
  /** What must be done or waited for first. */
  inTheWay?: string[];
  /** When nothing is in the way any more. */
  earliestActivation?: string;
  /** The region of the portal. */
  region?: string;
  /** Of the instance that serves the portal. */
  address?: string;
}

/** What each operation takes and answers. */
export interface Operations {
  /** Take it up without a click; the month runs from the day it came (Art. 12(3)). */
  acceptUnconfirmedRequest: {
    args: {
      params: { unconfirmedId: string };
      body: Record<string, never>;
    };
    answer: OpenedRequest;
  };
  /** Tell the person that it came. */
  acknowledgeRequest: {
    args: {
      params: { requestId: string };
      body: RequestAcknowledgement;
    };
    answer: RequestStatus;
  };
  /** The institution could read what it was given. */
  acknowledgeReturn: {
    args: {
      params: { departureId: string };
      body: {
        /** Of what was read: the digest of its manifest, as `lethe tenants receive` tells it. */
        manifest: string;
      };
    };
    answer: Departure;
  };
  /** Say that an agreement is signed. */
  activateAgreement: {
    args: {
      params: { agreementId: string };
      body: SignatureInput;
    };
    answer: Agreement;
  };
  /** Put a change into force. */
  activateSubProcessorChange: {
    args: {
      params: { changeId: string };
    };
    answer: SubProcessorChangeStanding;
  };
  /** Let an erased person in again. */
  admitSubject: {
    args: {
      params: { id: string };
      body: AdmissionInput;
    };
    answer: Admission;
  };
  /** Tell the person before a restriction is lifted (Art. 18(3)). */
  announceLifting: {
    args: {
      params: { requestId: string };
      body: RequestLiftingNotice;
    };
    answer: RequestStatus;
  };
  /** Announce a change of sub-processors to every controller it concerns. */
  announceSubProcessorChange: {
    args: {
      body: SubProcessorChangeInput;
    };
    answer: SubProcessorChangeStanding;
  };
  /** Answer that nobody can be identified, and what would (Art. 11(2)). */
  answerCannotIdentify: {
    args: {
      params: { requestId: string };
      body: RequestCannotIdentify;
    };
    answer: RequestStatus;
  };
  /** Answer what was asked about one’s own request. */
  answerQuestion: {
    args: {
      params: { tenant: string; requestId: string };
      body: {
        /** What the person answered. Kept sealed. */
        text: string;
      };
      /** What the person was given with the request. */
      secret: string;
    };
    answer: FollowedRequest;
  };
  /** Note what a recipient answered, or why it could not be told. */
  answerRecipientTask: {
    args: {
      params: { taskId: string };
      body: RecipientAnswer;
    };
    answer: RecipientTask;
  };
  /** Tell the person what was done. */
  answerRequest: {
    args: {
      params: { requestId: string };
      body: RequestAnswer;
    };
    answer: RequestStatus;
  };
  /** Agree to it, as another person than the one who opened it. */
  approveDeparture: {
    args: {
      params: { departureId: string };
      body: {
        /** 64 hexadecimal digits */
        digest: string;
      };
    };
    answer: Departure;
  };
  /** Agree, as the second person. */
  approveDisclosure: {
    args: {
      params: { disclosureId: string };
    };
    answer: Disclosure;
  };
  /** Agree to an erasure as an officer ordered it, as the second person; it is carried out. */
  approveErasure: {
    args: {
      params: { erasureId: string };
    };
    answer: {
      erasureId: string;
      status: 'awaiting-approval' | 'not-agreed' | 'running' | 'finished';
      verdict: 'complete' | 'complete-with-exceptions' | 'incomplete' | null;
      /** False while a hold or an exception needs what the key opens. */
      keyDestroyed: boolean;
      startedAt: string;
      finishedAt: string | null;
      certificateId: string | null;
      ground?: string;
      /** Holders outside the database. */
      parts?: {
        holder: string;
        /** `held`: a hold protects what is left there; it goes on by itself once that has ended. */
        status: 'pending' | 'accepted' | 'held' | 'done' | 'failed';
        attempts: number;
        failure: string | null;
        nextAttemptAt: string | null;
      }[];
      /** A hold keeps something back: it is erased by itself once nothing protects it any more. */
      resumes?: true;
      holders: {
        holder: string;
        categories: {
          category: string;
          result: 'nothing-held' | 'removed' | 'reduced' | 'retained' | 'held' | 'failed';
          removed: number;
          reduced: number;
          retained: number;
          /** Rows still found in a second look after the act. */
          remaining: number;
          ground: string | null;
          groundInWords: string | null;
          reviewAt: string | null;
          /** Items that were decided on one by one, counted by decision. */
          items?: {
            keep?: number;
            rename?: number;
            pseudonym?: number;
            remove?: number;
          };
          /** What else still needs it, and these fields of it (Art. 17(1)(b)). */
          neededFor?: {
            purpose: string;
            basis: string;
            fields: string[];
          }[];
          /** The holder has not answered yet: nobody knows what is still there. */
          unreached?: true;
        }[];
      }[];
    };
  };
  /** Agree, as the second person. */
  approveForRequest: {
    args: {
      params: { requestId: string };
      body: RequestApproval;
    };
    answer: RequestStatus;
  };
  /** Agree that it may go out, as another person than who ordered it. */
  approvePackage: {
    args: {
      params: { packageId: string };
      body: PackageApproval;
    };
    answer: Package;
  };
  /** Agree to a proposal. */
  approvePolicyProposal: {
    args: {
      params: { proposalId: string };
      body: {
        digest: string;
      };
    };
    answer: {
      proposalId: string;
      /** accepted: it waits for its day. superseded: it was in force, or was to be, and something later is. */
      status: 'proposed' | 'withdrawn' | 'rejected' | 'accepted' | 'in-force' | 'superseded';
      inForceFrom: string;
      reason: string;
      /** Hash of the policies in force when it was proposed, or put on others since. */
      base: string;
      /** Hash of the institution’s own set. */
      overlay: string;
      /** Hash of what would be in force: that set over the base. */
      policyHash: string;
      /** Paths; the texts are at …/files. */
      files: string[];
      difference: {
        changes: Record<string, {
          added: string[];
          removed: string[];
          changed: string[];
        }>;
        newlyErased: {
          category: string;
          rule: string | null;
          why: string;
        }[];
      };
      numbers: {
        lookedAt: string;
        onTheDay: string;
        /** Rules of categories in which anything changes; null: there is no such rule then. */
        rules: {
          rule: string;
          category: string;
          action: string;
          inWords: string;
          underOldWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
          underNewWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        /** What each decision on rows of the old word makes due of the category. */
        oldRows: {
          rule: string;
          change: 'deleted' | 'moved' | 'shortened' | 'lengthened' | 'changed';
          category: string;
          decided: 'old-period' | 'new-period' | null;
          /** Null where the holder could not be asked. */
          asItIs: {
            now: number | null;
            onTheDay: number | null;
          };
          /** Null where the holder could not be asked. */
          withNewPeriod: {
            now: number | null;
            onTheDay: number | null;
          };
          withOldPeriod: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        digest: string;
      };
      /** Of all of this: whoever agrees names it. */
      digest: string;
      proposedAt: string;
      proposedBy: string;
      decidedAt: string | null;
      decidedBy: string | null;
      because: string | null;
    };
  };
  /** Agree to the package, as the second person. */
  approveRequestPackage: {
    args: {
      params: { requestId: string };
      body: RequestPackageApproval;
    };
    answer: RequestStatus;
  };
  /** Agree that a rule treats exactly these rows. */
  approveRetentionReview: {
    args: {
      params: { reviewId: string };
      body: Record<string, never>;
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      reviewId: string;
      /** The rule that put it here. */
      rule: string;
      category: string;
      /** The rule in a sentence. */
      inWords: string;
      /** period: the rule wants a person to look. no-address, mail-failed: its person could not be warned of the end of the account. */
      why: 'period' | 'no-address' | 'mail-failed';
      /** How many rows there were when it was opened. */
      rows: number;
      /** When the period of the oldest was over. */
      dueSince: string;
      openedAt: string;
      /** Whole days it has waited, or waited until it was decided. */
      days: number;
      /** proposed: a second person must agree. treating, treated: the sweep does it, has done it. gone: nothing of it is left, by another way. */
      state: 'open' | 'kept' | 'proposed' | 'treating' | 'treated' | 'gone';
      keptUntil: string | null;
      reason: string | null;
      treatRule: string | null;
      decidedBy: string | null;
      decidedAt: string | null;
      approvedBy: string | null;
      sweepId: string | null;
      account: string | null;
      subjectId: string | null;
      /** Ids of the rows that are still there. */
      standing: string[];
    };
  };
  /** Agree to a change in words, as the controller. */
  approveSubProcessorChange: {
    args: {
      params: { changeId: string };
    };
    answer: SubProcessorChange;
  };
  /** Let rules through that wait. */
  approveSweep: {
    args: {
      params: { sweepId: string };
      body: {
        /** The rules to let through. */
        rules?: string[];
        /** Instead of rules: all that waits, exactly as `GET …/review` has shown it. */
        reviewDigest?: string;
      };
    };
    answer: {
      sweepId: string;
      asOf: string;
      /** awaiting-approval: rules wait for an officer; everything else is done, and other sweeps run. */
      status: 'running' | 'awaiting-approval' | 'completed' | 'incomplete' | 'failed';
      planDigest: string | null;
      policyHash: string;
      requestedBy: string;
      approvedBy: string | null;
      startedAt: string;
      finishedAt: string | null;
      failure: string | null;
      certificateId: string | null;
      steps: {
        rule: string;
        /** superseded: it never ran; the rule has changed since, or a later sweep plans it anew. */
        status: 'waiting' | 'awaiting-approval' | 'running' | 'done' | 'failed' | 'superseded';
        due: number;
        people: number | null;
        waits: {
          /** always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed to. brake: unusually much is due. */
          for: 'always' | 'first' | 'reaches-more' | 'brake';
          inWords: string;
        } | null;
        approvedBy: string | null;
        held: number;
        kept: number;
        /** Rows past their period that a condition keeps, each under the first of the rule that does. */
        keptBy: {
          condition: string;
          rows: number;
        }[];
        unwarned: number | null;
        treated: number;
        suppressed: number;
        batches: number;
        certificateId: string | null;
      }[];
    };
  };
  /** Agree to an erasure of visits, as the second person; it is carried out. */
  approveVisitErasure: {
    args: {
      params: { erasureId: string };
      body: {
        /** As the proposal says it: what is approved is exactly this. */
        digest: string;
      };
    };
    answer: {
      erasureId: string;
      /** `incomplete`: a second look has still found some of them. */
      status: 'proposed' | 'not-agreed' | 'running' | 'completed' | 'incomplete';
      wanted: {
        oneVisit: boolean;
        from: string | null;
        until: string | null;
        network: string | null;
        oneAddress: boolean;
        portal: string | null;
      };
      /** Visits that would go. */
      due: number;
      /** Visits that a hold keeps; they stay. */
      held: number;
      /** Persons, by pseudonym, whom the visits that go are known to be of. */
      people: number;
      /** Reduced visits of the same time and network as a single address: whether they are of that address nobody can tell, and they stay. */
      untold: number;
      /** Visits of these days that are counted already: counts belong to nobody, and stay as they are. */
      counted: number;
      oldest: string | null;
      newest: string | null;
      /** Ids of a few of them; none once they are gone. */
      sample: string[];
      digest: string | null;
      proposedBy: {
        id: string;
        role: string;
      };
      proposedAt: string;
      decidedBy: {
        id: string;
        role: string;
      } | null;
      decidedAt: string | null;
      removed: number;
      finishedAt: string | null;
      certificateId: string | null;
    };
  };
  /** Ask what the request is about (Recital 63). */
  askClarification: {
    args: {
      params: { requestId: string };
      body: RequestClarification;
    };
    answer: RequestStatus;
  };
  /** Announce a fee before the work (Art. 12(5), 15(3)). */
  askRequestFee: {
    args: {
      params: { requestId: string };
      body: RequestFee;
    };
    answer: RequestStatus;
  };
  /** Say what was found out (Art. 33(3)). */
  assessBreach: {
    args: {
      params: { breachId: string };
      body: BreachAssessment;
    };
    answer: Breach;
  };
  /** Say who works on it. */
  assignRequest: {
    args: {
      params: { requestId: string };
      body: RequestAssignment;
    };
    answer: RequestStatus;
  };
  /** Bring what may identify a visitor: a receipt of consent, the visitor id, or time and address (Art. 11(2)). */
  bringIdentification: {
    args: {
      params: { tenant: string; requestId: string };
      body: RequestIdentification;
      /** What the person was given with the request. */
      secret: string;
    };
    answer: FollowedRequest;
  };
  /** Do not agree, or call it off before anything is erased. */
  callOffDeparture: {
    args: {
      params: { departureId: string };
    };
    answer: Departure;
  };
  /** A controller takes a request back, while it is pending. */
  cancelOpenDsrRequest: {
    args: {
      params: { tenant: string; subjectRequestId: string };
    };
    answer: globalThis.Response;
  };
  /** A controller takes a request back, while it is pending. */
  cancelOpenDsrRequestOfOpenGdpr: {
    args: {
      params: { tenant: string; subjectRequestId: string };
    };
    answer: globalThis.Response;
  };
  /** Take an announced change back. */
  cancelSubProcessorChange: {
    args: {
      params: { changeId: string };
    };
    answer: SubProcessorChangeStanding;
  };
  /** Ask whether a processor is instructed to do something. */
  checkInstruction: {
    args: {
      body: InstructionCheck;
    };
    answer: InstructionVerdict;
  };
  /** Whether each notice tells everything of Art. 13 and 14 that its activities make necessary. */
  checkNotices: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: NoticeCheckList;
  };
  /** Ask who it is, where there is reasonable doubt (Art. 12(6)). */
  checkRequestIdentity: {
    args: {
      params: { requestId: string };
      body: RequestIdentityCheck;
    };
    answer: RequestStatus;
  };
  /** End the work on a breach; refused while the law asks for something. */
  closeBreach: {
    args: {
      params: { breachId: string };
      body: BreachClosing;
    };
    answer: Breach;
  };
  /** Say that the clock is right. */
  confirmClock: {
    args: object;
    answer: {
      now: string;
      newestKnown: string | null;
      serverOffsetSeconds: number | null;
      doubt: string | null;
      confirmedAt: string | null;
      confirmedBy: string | null;
    };
  };
  /** Confirm a request by the link that was mailed, once. */
  confirmRequest: {
    args: {
      params: { tenant: string; unconfirmedId: string; secret: string };
    };
    answer: globalThis.Response;
  };
  /** Say what was right of an agreement at a time. */
  correctAgreement: {
    args: {
      params: { agreementId: string };
      body: AgreementCorrection;
    };
    answer: Agreement;
  };
  /** Put right what was wrong, with the reason. */
  correctBreach: {
    args: {
      params: { breachId: string };
      body: BreachCorrection;
    };
    answer: Breach;
  };
  /** Say which set of policies was right of a time that has passed. */
  correctPolicies: {
    args: {
      body: PolicyCorrection;
    };
    answer: {
      corrected: boolean;
    };
  };
  /** Put right when something happened, or that it never did. */
  correctRequest: {
    args: {
      params: { requestId: string };
      body: RequestCorrection;
    };
    answer: RequestStatus;
  };
  /** Count anew whom it affects, from the register and the holders. */
  countBreachAffected: {
    args: {
      params: { breachId: string };
      body: Record<string, never>;
    };
    answer: Breach;
  };
  /** How many people are still to be told, and of how many it is late. */
  countInformationDuties: {
    args: object;
    answer: InformationDutyCounts;
  };
  /** Add a tenant. */
  createTenant: {
    args: {
      body: {
        /** Lower-case letters, digits, hyphens. */
        id: string;
        name: string;
        /** IANA name; calendar rules run in it: Europe/Berlin. */
        timeZone?: string;
        /** Whose law applies: ISO 3166-1 or 3166-2 of the EEA, GB or CH (DE, DE-BY, GB-SCT), EU, or an institution (EUI, EC, EP). */
        jurisdiction?: string;
        /** Default language of notices. */
        language?: string;
        /** Where its data is: a region of the policies; null: the home region. */
        region?: string | null;
        /** Web origins of the portal: browsers may call from these only. */
        origins?: string[];
      };
    };
    answer: Tenant;
  };
  /** Decide whether authority and persons are told, with reasons. */
  decideBreach: {
    args: {
      params: { breachId: string };
      body: BreachDecision;
    };
    answer: Breach;
  };
  /** Say whether it is shown who asks. */
  decideRequestIdentity: {
    args: {
      params: { requestId: string };
      body: RequestIdentityDecision;
    };
    answer: RequestStatus;
  };
  /** Keep it until another day, or propose that a rule treats exactly these rows. */
  decideRetentionReview: {
    args: {
      params: { reviewId: string };
      body: {
        /** keep: until a day, then somebody looks anew. treat: a rule erases or reduces exactly these rows. */
        decision: 'keep' | 'treat';
        /** Of keep: the day on which it is looked at again (local). */
        until?: string;
        /** Of treat: a rule of the same category that erases or reduces. */
        rule?: string;
        /** Why; name nobody. */
        reason: string;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      reviewId: string;
      /** The rule that put it here. */
      rule: string;
      category: string;
      /** The rule in a sentence. */
      inWords: string;
      /** period: the rule wants a person to look. no-address, mail-failed: its person could not be warned of the end of the account. */
      why: 'period' | 'no-address' | 'mail-failed';
      /** How many rows there were when it was opened. */
      rows: number;
      /** When the period of the oldest was over. */
      dueSince: string;
      openedAt: string;
      /** Whole days it has waited, or waited until it was decided. */
      days: number;
      /** proposed: a second person must agree. treating, treated: the sweep does it, has done it. gone: nothing of it is left, by another way. */
      state: 'open' | 'kept' | 'proposed' | 'treating' | 'treated' | 'gone';
      keptUntil: string | null;
      reason: string | null;
      treatRule: string | null;
      decidedBy: string | null;
      decidedAt: string | null;
      approvedBy: string | null;
      sweepId: string | null;
      account: string | null;
      subjectId: string | null;
      /** Ids of the rows that are still there. */
      standing: string[];
    };
  };
  /** Erase everything of the institution. */
  deleteEverything: {
    args: {
      params: { departureId: string };
    };
    answer: Departure;
  };
  /** Delete a profile. */
  deleteProfile: {
    args: {
      params: { id: string };
      /** The `etag` that was read. */
      ifMatch: string;
    };
    answer: undefined;
  };
  /** Destroy a package before its time. */
  destroyPackage: {
    args: {
      params: { packageId: string };
    };
    answer: Package;
  };
  /** What this processor understands, and where its certificate is. */
  discoverOpenDsr: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** What this processor understands, and where its certificate is. */
  discoverOpenDsrOfOpenGdpr: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** Draft an agreement, from a template of the policies or from nothing. */
  draftAgreement: {
    args: {
      body: AgreementInput;
    };
    answer: Agreement;
  };
  /** End an agreement. */
  endAgreement: {
    args: {
      params: { agreementId: string };
      body: EndInput;
    };
    answer: Agreement;
  };
  /** Take back what was said of an account. */
  endAttribute: {
    args: {
      params: { id: string; attribute: string };
    };
    answer: undefined;
  };
  /** Say that the ground of a limit has ended; a new month begins. */
  endLimitGround: {
    args: {
      params: { requestId: string };
      body: RequestGroundEnd;
    };
    answer: RequestStatus;
  };
  /** End a relation of an account. */
  endRelation: {
    args: {
      params: { id: string; relation: string; reference: string };
    };
    answer: undefined;
  };
  /** End a role of an account. */
  endRole: {
    args: {
      params: { id: string; role: string };
    };
    answer: undefined;
  };
  /** Enter the code that the person sent back by letter, by telephone or at the desk. */
  enterIdentityCode: {
    args: {
      params: { requestId: string };
      body: RequestCode;
    };
    answer: IdentityCodeTried;
  };
  /** Forget a person. */
  eraseSubject: {
    args: {
      params: { id: string };
    };
    answer: {
      erasureId: string;
      status: 'awaiting-approval' | 'not-agreed' | 'running' | 'finished';
      verdict: 'complete' | 'complete-with-exceptions' | 'incomplete' | null;
      /** False while a hold or an exception needs what the key opens. */
      keyDestroyed: boolean;
      startedAt: string;
      finishedAt: string | null;
      certificateId: string | null;
      ground?: string;
      /** Holders outside the database. */
      parts?: {
        holder: string;
        /** `held`: a hold protects what is left there; it goes on by itself once that has ended. */
        status: 'pending' | 'accepted' | 'held' | 'done' | 'failed';
        attempts: number;
        failure: string | null;
        nextAttemptAt: string | null;
      }[];
      /** A hold keeps something back: it is erased by itself once nothing protects it any more. */
      resumes?: true;
      holders: {
        holder: string;
        categories: {
          category: string;
          result: 'nothing-held' | 'removed' | 'reduced' | 'retained' | 'held' | 'failed';
          removed: number;
          reduced: number;
          retained: number;
          /** Rows still found in a second look after the act. */
          remaining: number;
          ground: string | null;
          groundInWords: string | null;
          reviewAt: string | null;
          /** Items that were decided on one by one, counted by decision. */
          items?: {
            keep?: number;
            rename?: number;
            pseudonym?: number;
            remove?: number;
          };
          /** What else still needs it, and these fields of it (Art. 17(1)(b)). */
          neededFor?: {
            purpose: string;
            basis: string;
            fields: string[];
          }[];
          /** The holder has not answered yet: nobody knows what is still there. */
          unreached?: true;
        }[];
      }[];
    };
  };
  /** Carry it out. */
  executeRequest: {
    args: {
      params: { requestId: string };
      body: RequestExecution;
    };
    answer: RequestStatus;
  };
  /** Record why nobody need be told (Art. 14(5)). */
  exemptFromInformation: {
    args: {
      body: InformationExemption;
    };
    answer: InformationSettled;
  };
  /** An agent brings a request of a person. */
  exerciseDataRight: {
    args: {
      params: { tenant: string };
      /** The bytes that were signed, as they are. */
      body: string | Uint8Array<ArrayBuffer>;
    };
    answer: DrpStatus | DrpError;
  };
  /** Why each row of a person is still there, and until when. */
  explainRetention: {
    args: {
      params: { id: string };
      query?: {
        category?: string;
        /** Default: the portal’s. */
        language?: string;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      asOf: string;
      policyHash: string;
      items: {
        category: string;
        /** As the records of its holder are named; a pseudonym where that is a person’s. */
        row: string;
        rule: string | null;
        until: string | null;
        /** Its period is over, and something keeps it all the same. */
        isKept: boolean;
        inWords: string;
        because: {
          /** In the order in which they go before one another. */
          kind: 'hold' | 'ground' | 'condition' | 'rule';
          /** Of the hold, the condition or the rule; of a ground its DPV code. */
          id: string;
          inWords: string;
          until: string | null;
        }[];
      }[];
      /** Rows of a category beyond those told here, oldest first. */
      left: Record<string, number>;
      /** Categories at holders outside: their rows are not told here. */
      outside: string[];
    };
  };
  /** All entries as a stream of JSON lines. */
  exportAuditEntries: {
    args: {
      query?: {
        /** an action such as consent.given, or its first word */
        action?: string;
        /** a token id or system:NAME */
        actor?: string;
        from?: string;
        until?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** Extend by two further months, with reasons (Art. 12(3)). */
  extendRequest: {
    args: {
      params: { requestId: string };
      body: RequestExtension;
    };
    answer: RequestStatus;
  };
  /** Fetch a package by its one-time link. */
  fetchPackage: {
    args: {
      params: { tenant: string; packageId: string; secret: string };
    };
    answer: globalThis.Response;
  };
  /** Fetch the lines that were not taken, once. */
  fetchRejectedLines: {
    args: {
      params: { importId: string };
    };
    answer: globalThis.Response;
  };
  /** How one’s own request stands, with the letters. */
  followRequest: {
    args: {
      params: { tenant: string; requestId: string };
      /** What the person was given with the request. */
      secret: string;
    };
    answer: FollowedRequest;
  };
  /** Everything held about one person. */
  getAccessReport: {
    args: {
      params: { id: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      /** Whether anything is held about this person at all. */
      held: boolean;
      generatedAt: string;
      institution: string;
      subjectKind: 'visitor' | 'account';
      linkedVisitors: number;
      policyHash: string;
      categories: {
        category: string;
        title: string;
        /** Where the data comes from (Art. 15(1)(g)). */
        source: string;
        activities: {
          title: string;
          purpose: string;
          basis: string;
          basisInWords: string;
          /** Articles: the rights its basis gives. */
          rights: string[];
          /** Who receives the data, by name (Art. 15(1)(c)). */
          parties: {
            name: string;
            role: string;
            does: string | null;
            onBehalfOf: string | null;
            contact: string | null;
            countries: string[];
          }[];
          transfers: {
            importer: string;
            country: string;
            tool: string;
            toolInWords: string;
          }[];
        }[];
        /** How long it stays, in words (Art. 15(1)(d)). */
        retention: string[];
        /** Why something of it is still there although its period is over: a hold, a condition of the rule. */
        keptBecause: string[];
        onErasureRequest: string;
        records: {
          id: string;
          at: string;
          fields: Record<string, string | number | boolean | null | string[]>;
          /** Fields that are not shown, with the reason (Art. 15(4)). */
          redacted?: Record<string, string>;
        }[];
      }[];
      /** Every kind of data that was looked for. */
      searched: {
        category: string;
        title: string;
      }[];
      /** Records per category; 0 means looked for and not found. */
      counts: Record<string, number>;
      /** Places outside the database that did not answer: unless this is empty, the report is incomplete. */
      missing: {
        holder: string;
        code: string;
      }[];
      /** What is not shown although it stands in the same records, and why (Art. 15(4)). */
      withheld: {
        what: string;
        reason: string;
      }[];
      /** Rights against the processing of what is held, as its bases give them, each with its limit. */
      rights: {
        article: string;
        right: string;
        limit: string | null;
      }[];
      /** Rights that none of the bases gives, and why. */
      rightsNotGiven: {
        article: string;
        right: string;
        reason: string;
      }[];
      complaint: {
        authority: string;
        contact: string;
      };
      automatedDecisions: string;
      /** When people looked at this person’s data, and why; staff appear by role (C-579/21). */
      readings: {
        at: string;
        what: string;
        purpose: string;
        purposeInWords: string;
        role: string;
      }[];
      /** With this the person, or an authority, checks that entries are about them and stand in the public log. */
      log: {
        key: string | null;
        /** One for the person, and one for each browser of theirs. */
        openings: {
          /** Hex. HMAC-SHA-256 of an entry’s id under it begins with the `subject` of that entry. */
          key: string;
        }[];
        entries: {
          entryId: string;
          entry: string | null;
          proof: string | null;
        }[];
        howToVerify: string;
      };
      /** What was done with this person’s data and when, also who looked; staff appear by role. */
      history: {
        at: string;
        action: string;
        role: string;
      }[];
    };
  };
  /** One activity and how it is kept. */
  getActivity: {
    args: {
      params: { activityId: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: ActivityStatus;
  };
  /** Whether an erased person is kept out. */
  getAdmission: {
    args: {
      params: { id: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: Admission;
  };
  /** Read an agreement with its instructions. */
  getAgreement: {
    args: {
      params: { agreementId: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: Agreement;
  };
  /** The annexes of an agreement (Decision (EU) 2021/915), with what must still be completed. */
  getAnnexes: {
    args: {
      params: { agreementId: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: Annexes;
  };
  /** The same as a page to read and print. */
  getAnnexesPage: {
    args: {
      params: { agreementId: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** The same as PDF, to sign and file. */
  getAnnexesPdf: {
    args: {
      params: { agreementId: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** Read a person’s part in an item. */
  getAssociation: {
    args: {
      params: { id: string; doi: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      /** Stays the same through changes of name, role or visibility. */
      id: string;
      /** As a link: `https://doi.org/…`. */
      doi: string;
      title: string;
      version: string;
      /** `creator`, or a contributorType of DataCite Metadata Schema 4.7. */
      role: 'creator' | 'ContactPerson' | 'DataCollector' | 'DataCurator' | 'DataManager' | 'Distributor' | 'Editor' | 'HostingInstitution' | 'Other' | 'Producer' | 'ProjectLeader' | 'ProjectManager' | 'ProjectMember' | 'RegistrationAgency' | 'RegistrationAuthority' | 'RelatedPerson' | 'ResearchGroup' | 'RightsHolder' | 'Researcher' | 'Sponsor' | 'Supervisor' | 'Translator' | 'WorkPackageLeader';
      nameAsPublished: string;
      /** As a link: `https://orcid.org/…`. */
      orcid?: string;
      visibility: 'public' | 'private';
      publishedOn?: string;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** Read one entry. */
  getAuditEntry: {
    args: {
      params: { entryId: string };
    };
    answer: {
      entryId: string;
      recordedAt: string;
      actor: string;
      role: string;
      action: string;
      subject: string | null;
      policyHash: string;
      requestId: string;
      detail: Record<string, unknown>;
      index: number | null;
      salt: string | null;
    };
  };
  /** The proof that an entry stands in the log. */
  getAuditProof: {
    args: {
      params: { entryId: string };
    };
    answer: globalThis.Response;
  };
  /** Everything an authority may ask for, as of an instant: one signed ZIP (Art. 30(4), 31). */
  getAuthorityPack: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** How one breach stands: clock, affected, decision, notices, what is still to be done. */
  getBreach: {
    args: {
      params: { breachId: string };
      query?: {
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: Breach;
  };
  /** Everything that was recorded of it, in order; nothing is ever changed. */
  getBreachHistory: {
    args: {
      params: { breachId: string };
      query?: {
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: BreachHistory;
  };
  /** A letter as a page to read and print. */
  getBreachLetterPage: {
    args: {
      params: { breachId: string; seq: string };
    };
    answer: globalThis.Response;
  };
  /** A letter as PDF, to sign and send. */
  getBreachLetterPdf: {
    args: {
      params: { breachId: string; seq: string };
    };
    answer: globalThis.Response;
  };
  /** The same as a page to read, print and hand over. */
  getBreachPage: {
    args: {
      params: { breachId: string };
      query?: {
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** One breach as PDF, to file and hand over. */
  getBreachPdf: {
    args: {
      params: { breachId: string };
      query?: {
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** The whole register as one document, for an authority (Art. 33(5)). */
  getBreachRegister: {
    args: {
      query?: {
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: BreachRegister;
  };
  /** The same as a page to read and print. */
  getBreachRegisterPage: {
    args: {
      query?: {
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** The whole register as PDF. */
  getBreachRegisterPdf: {
    args: {
      query?: {
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** Read a certificate with its signature and its proof. */
  getCertificate: {
    args: {
      params: { certificateId: string };
    };
    answer: {
      certificate: {
        version: 1;
        kind: 'erasure' | 'sweep' | 'visit-erasure';
        certificateId: string;
        /** The erasure, the sweep, or the erasure of visits. */
        actId: string;
        tenant: string;
        institution: string;
        startedAt: string;
        finishedAt: string;
        verdict: 'complete' | 'complete-with-exceptions' | 'incomplete';
        keyDestroyed: boolean | null;
        asOf: string | null;
        planDigest: string | null;
        policyHash: string;
        requestedBy: {
          id: string;
          role: string;
        } | null;
        approvedBy: {
          id: string;
          role: string;
        }[];
        /** Audit entries that begin and end it; the last carries the hash of this certificate. */
        entries: {
          first: string | null;
          last: string;
        };
        holders: {
          holder: string;
          categories: {
            category: string;
            rule: string | null;
            /** What was decided. */
            action: 'erase' | 'reduce' | 'anonymise' | 'aggregate' | 'pseudonymise' | 'review' | 'retain' | 'held';
            before: string | null;
            /** Whose word the rule is, where it is not the installation’s. */
            word?: {
              by: 'installation' | 'institution';
              /** 64 hexadecimal digits */
              overlay?: string;
              since?: string;
              proposal?: string;
            };
            /** The least that can be said of all rows. */
            result: 'nothing-held' | 'removed' | 'reduced' | 'anonymised' | 'retained' | 'failed';
            removed: number;
            reduced: number;
            anonymised: number;
            retained: number;
            /** Rows that a second look still found and that should have been treated. */
            failed: number;
            /** Of the removed: rows left out of an anonymous table because their cell was too small. */
            suppressed: number;
            ground: string | null;
            groundInWords: string | null;
            until: string | null;
            commitment: string | null;
            /** The holder of it has not answered yet: nobody knows what is still there. */
            unreached?: true;
          }[];
        }[];
        totals: {
          removed: number;
          reduced: number;
          anonymised: number;
          retained: number;
          /** Rows that a second look still found and that should have been treated. */
          failed: number;
        };
        /** Who decides on these data and who else has them, by the register (Art. 19). */
        parties?: {
          party: string;
          name: string;
          role: string;
          categories: string[];
        }[];
      };
      /** The same, signed (RFC 7515, Ed25519). */
      jws: string;
      key: {
        kty: 'OKP';
        crv: 'Ed25519';
        x: string;
        kid: string;
        alg: 'EdDSA';
        use: 'sig';
      };
      log: {
        entryId: string;
        /** The entry as it is hashed. */
        entry?: string;
        index?: number;
        /** A .tlog-proof with entry and salt, once it is in the log. */
        proof?: string;
        /** The log’s verifier key (C2SP signed-note). */
        key?: string;
      };
    };
  };
  /** A certificate as a page to read and print. */
  getCertificatePage: {
    args: {
      params: { certificateId: string };
    };
    answer: globalThis.Response;
  };
  /** Whether the clock is believed. */
  getClock: {
    args: object;
    answer: {
      now: string;
      newestKnown: string | null;
      serverOffsetSeconds: number | null;
      doubt: string | null;
      confirmedAt: string | null;
      confirmedBy: string | null;
    };
  };
  /** A page with the button that confirms a request. */
  getConfirmationPage: {
    args: {
      params: { tenant: string; unconfirmedId: string; secret: string };
    };
    answer: globalThis.Response;
  };
  /** Read one consent event. */
  getConsent: {
    args: {
      params: { eventId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      /** Also the receipt id. */
      eventId: string;
      subjectKind: 'visitor' | 'account';
      purpose: {
        id: string;
        version: string;
      };
      status: 'unknown' | 'requested' | 'deferred' | 'refused' | 'given' | 'renewed' | 'withdrawn' | 'expired' | 'terminated' | 'invalidated' | 'revoked';
      permitsProcessing: boolean;
      consentType: 'expressed' | 'explicit';
      notice: {
        id: string;
        version: string;
        language: string;
        hash: string;
      };
      controllers: string[];
      act: string;
      method: string;
      source: 'ui' | 'api' | 'gpc' | 'job' | 'import';
      jurisdiction: string;
      /** Where the age was judged (Art. 8). `parental-missing`: too young, and no parent has agreed; the consent is `invalidated` and permits nothing. */
      ageCheck?: 'of-age' | 'parental' | 'parental-missing';
      /** How the authorisation of a parent was verified. */
      parentalMethod?: string;
      /** When the person decided; expiry and retention count from it. */
      decidedAt: string;
      /** When it was written down here: the same, unless it was imported. */
      recordedAt: string;
      /** Of a decision that was not recorded here: when it was imported, and who vouches that it was made at `decidedAt`. */
      imported?: {
        at: string;
        vouchedBy: {
          party: {
            id: string;
            name: string;
          } | null;
          /** The token or command that imported it. */
          importer: string;
          reason: string | null;
        };
      };
      expiresAt: string | null;
      links: {
        self: string;
        notice: string;
        /** A page for the person, who needs nothing but this address to withdraw. */
        receipt: string;
      };
    };
  };
  /** Every consent event of a visitor or account. */
  getConsentHistory: {
    args: {
      params: { id: string };
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      items: {
        /** Also the receipt id. */
        eventId: string;
        subjectKind: 'visitor' | 'account';
        purpose: {
          id: string;
          version: string;
        };
        status: 'unknown' | 'requested' | 'deferred' | 'refused' | 'given' | 'renewed' | 'withdrawn' | 'expired' | 'terminated' | 'invalidated' | 'revoked';
        permitsProcessing: boolean;
        consentType: 'expressed' | 'explicit';
        notice: {
          id: string;
          version: string;
          language: string;
          hash: string;
        };
        controllers: string[];
        act: string;
        method: string;
        source: 'ui' | 'api' | 'gpc' | 'job' | 'import';
        jurisdiction: string;
        /** Where the age was judged (Art. 8). `parental-missing`: too young, and no parent has agreed; the consent is `invalidated` and permits nothing. */
        ageCheck?: 'of-age' | 'parental' | 'parental-missing';
        /** How the authorisation of a parent was verified. */
        parentalMethod?: string;
        /** When the person decided; expiry and retention count from it. */
        decidedAt: string;
        /** When it was written down here: the same, unless it was imported. */
        recordedAt: string;
        /** Of a decision that was not recorded here: when it was imported, and who vouches that it was made at `decidedAt`. */
        imported?: {
          at: string;
          vouchedBy: {
            party: {
              id: string;
              name: string;
            } | null;
            /** The token or command that imported it. */
            importer: string;
            reason: string | null;
          };
        };
        expiresAt: string | null;
        links: {
          self: string;
          notice: string;
          /** A page for the person, who needs nothing but this address to withdraw. */
          receipt: string;
        };
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** What stands for a visitor or account. */
  getConsentStates: {
    args: {
      params: { id: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      purposes: {
        purpose: string;
        status: 'unknown' | 'requested' | 'deferred' | 'refused' | 'given' | 'renewed' | 'withdrawn' | 'expired' | 'terminated' | 'invalidated' | 'revoked';
        permitsProcessing: boolean;
        /** Whether the notice should be shown. */
        needsDecision: boolean;
        because: 'decided' | 'undecided' | 'expired' | 'notice-changed' | 'global-privacy-control';
        source: 'ui' | 'api' | 'gpc' | 'job' | 'import' | null;
        decidedAs: 'visitor' | 'account' | null;
        eventId: string | null;
        notice: {
          id: string;
          version: string;
          language: string;
          hash: string;
        } | null;
        decidedAt: string | null;
        recordedAt: string | null;
        /** Of a decision that was not recorded here: when it was imported, and who vouches that it was made at `decidedAt`. */
        imported?: {
          at: string;
          vouchedBy: {
            party: {
              id: string;
              name: string;
            } | null;
            /** The token or command that imported it. */
            importer: string;
            reason: string | null;
          };
        };
        expiresAt: string | null;
      }[];
    };
  };
  /** The text in force. */
  getCurrentNotice: {
    args: {
      query?: {
        /** lower-case letters, digits and hyphens */
        id?: string;
        /** lower-case letters, digits and hyphens */
        purpose?: string;
        /** a language tag such as en or de */
        language?: string;
      };
    };
    answer: {
      id: string;
      version: string;
      kind: string;
      language: string;
      languages: string[];
      validFrom: string;
      purposes: string[];
      hash: string;
      /** Markdown, byte for byte what the hash is over. */
      text: string;
      word?: Word;
    };
  };
  /** Whether an agent’s token is good. */
  getDataRightsAgent: {
    args: {
      params: { tenant: string; agentId: string };
    };
    answer: globalThis.Response | DrpError;
  };
  /** How a request stands, for the agent who brought it. */
  getDataRightsRequest: {
    args: {
      params: { tenant: string; requestId: string };
    };
    answer: DrpStatus | DrpError;
  };
  /** How a departure stands. */
  getDeparture: {
    args: {
      params: { departureId: string };
    };
    answer: Departure;
  };
  /** The certificate, with its signature and its proof. */
  getDepartureCertificate: {
    args: {
      params: { departureId: string };
    };
    answer: {
      certificate: DepartureCertificate;
      jws: string;
      keySet: Record<string, unknown>;
      proof: string | null;
    };
  };
  /** The certificate as a page to read and print. */
  getDepartureCertificatePage: {
    args: {
      params: { departureId: string };
    };
    answer: globalThis.Response;
  };
  /** The certificate as a PDF. */
  getDepartureCertificatePdf: {
    args: {
      params: { departureId: string };
    };
    answer: globalThis.Response;
  };
  /** How one request stands. */
  getDisclosure: {
    args: {
      params: { disclosureId: string };
    };
    answer: Disclosure;
  };
  /** Read the outcome of an erasure. */
  getErasure: {
    args: {
      params: { erasureId: string };
    };
    answer: {
      erasureId: string;
      status: 'awaiting-approval' | 'not-agreed' | 'running' | 'finished';
      verdict: 'complete' | 'complete-with-exceptions' | 'incomplete' | null;
      /** False while a hold or an exception needs what the key opens. */
      keyDestroyed: boolean;
      startedAt: string;
      finishedAt: string | null;
      certificateId: string | null;
      ground?: string;
      /** Holders outside the database. */
      parts?: {
        holder: string;
        /** `held`: a hold protects what is left there; it goes on by itself once that has ended. */
        status: 'pending' | 'accepted' | 'held' | 'done' | 'failed';
        attempts: number;
        failure: string | null;
        nextAttemptAt: string | null;
      }[];
      /** A hold keeps something back: it is erased by itself once nothing protects it any more. */
      resumes?: true;
      holders: {
        holder: string;
        categories: {
          category: string;
          result: 'nothing-held' | 'removed' | 'reduced' | 'retained' | 'held' | 'failed';
          removed: number;
          reduced: number;
          retained: number;
          /** Rows still found in a second look after the act. */
          remaining: number;
          ground: string | null;
          groundInWords: string | null;
          reviewAt: string | null;
          /** Items that were decided on one by one, counted by decision. */
          items?: {
            keep?: number;
            rename?: number;
            pseudonym?: number;
            remove?: number;
          };
          /** What else still needs it, and these fields of it (Art. 17(1)(b)). */
          neededFor?: {
            purpose: string;
            basis: string;
            fields: string[];
          }[];
          /** The holder has not answered yet: nobody knows what is still there. */
          unreached?: true;
        }[];
      }[];
    };
  };
  /** What an officer has ordered, for the other who is to agree. */
  getErasureProposal: {
    args: {
      params: { erasureId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: ErasureProposal;
  };
  /** Logs of this tenant that ended elsewhere, and go on here. */
  getFinishedLogs: {
    args: {
      params: { tenant: string };
    };
    answer: FinishedLogs;
  };
  /** Says that Global Privacy Control is honoured (W3C draft). */
  getGlobalPrivacyControl: {
    args: object;
    answer: {
      gpc: boolean;
      lastUpdate: string;
    };
  };
  /** Look at a copy, to decide; each look is recorded with its purpose. */
  getIdentityDocument: {
    args: {
      params: { requestId: string; documentId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: globalThis.Response;
  };
  /** How far an import is. */
  getImport: {
    args: {
      params: { importId: string };
    };
    answer: {
      importId: string;
      dryRun: boolean;
      /** `interrupted`, `failed`: send the same content again, and it goes on where it was. */
      state: 'running' | 'imported' | 'tried' | 'failed' | 'interrupted';
      bytes: number;
      readBytes: number;
      /** Lines by kind: taken, known already, with a fault. */
      counts: Record<string, {
        taken: number;
        known: number;
        faulty: number;
      }>;
      faults: number;
      linesKeptUntil: string | null;
      failure: {
        type: string;
        detail: string;
      } | null;
      startedAt: string;
      finishedAt: string | null;
    };
  };
  /** Who the institution of the portal is. */
  getInstitution: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: RegisterParty;
  };
  /** The receipt as ISO/IEC TS 27560 in DPV JSON-LD. */
  getIsoReceipt: {
    args: {
      params: { tenant: string; receiptId: string };
    };
    answer: globalThis.Response;
  };
  /** The same as data. */
  getJointControllerList: {
    args: {
      params: { tenant: string };
    };
    answer: JointControllerList;
  };
  /** What joint controllers have agreed, and who answers which right: a page for everybody. */
  getJointControllerPage: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** The receipt as Kantara Consent Receipt v1.1. */
  getKantaraReceipt: {
    args: {
      params: { tenant: string; receiptId: string };
    };
    answer: globalThis.Response;
  };
  /** A page with the button that keeps an account nobody has used for long. */
  getKeepAccountPage: {
    args: {
      params: { tenant: string; token: string };
    };
    answer: globalThis.Response;
  };
  /** The keys that sign receipts and certificates (RFC 7517). */
  getKeySet: {
    args: object;
    answer: globalThis.Response;
  };
  /** What opens the leaves of the log: entries and their salts, by place. */
  getLeafOpenings: {
    args: {
      query: {
        from: number;
        limit?: number;
      };
    };
    answer: globalThis.Response;
  };
  /** The signed head of a tenant’s log. */
  getLogCheckpoint: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** The proof that one state of the log is the beginning of another. */
  getLogConsistency: {
    args: {
      query: {
        from: number;
        to: number;
      };
    };
    answer: LogConsistency;
  };
  /** The key that checks the log’s signatures. */
  getLogKey: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** A tile of hashes, or a bundle of leaves. */
  getLogTile1: {
    args: {
      params: { tenant: string; level: string; part1: string };
    };
    answer: globalThis.Response;
  };
  /** The same, of 2 path parts. */
  getLogTile2: {
    args: {
      params: { tenant: string; level: string; part1: string; part2: string };
    };
    answer: globalThis.Response;
  };
  /** The same, of 3 path parts. */
  getLogTile3: {
    args: {
      params: { tenant: string; level: string; part1: string; part2: string; part3: string };
    };
    answer: globalThis.Response;
  };
  /** The same, of 4 path parts. */
  getLogTile4: {
    args: {
      params: { tenant: string; level: string; part1: string; part2: string; part3: string; part4: string };
    };
    answer: globalThis.Response;
  };
  /** The same, of 5 path parts. */
  getLogTile5: {
    args: {
      params: { tenant: string; level: string; part1: string; part2: string; part3: string; part4: string; part5: string };
    };
    answer: globalThis.Response;
  };
  /** The same, of 6 path parts. */
  getLogTile6: {
    args: {
      params: { tenant: string; level: string; part1: string; part2: string; part3: string; part4: string; part5: string; part6: string };
    };
    answer: globalThis.Response;
  };
  /** The text of any version ever shown. */
  getNotice: {
    args: {
      params: { noticeId: string; version: string; language: string };
    };
    answer: {
      id: string;
      version: string;
      kind: string;
      language: string;
      languages: string[];
      validFrom: string;
      purposes: string[];
      hash: string;
      /** Markdown, byte for byte what the hash is over. */
      text: string;
      word?: Word;
    };
  };
  /** What each notice tells by Art. 13 and 14, and what is missing: a page to read and print. */
  getNoticeCheckPage: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** The same as PDF. */
  getNoticeCheckPdf: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** A text as somebody was shown it, by its hash. */
  getNoticePage: {
    args: {
      params: { hash: string };
    };
    answer: globalThis.Response;
  };
  /** Every text ever shown under one version of a notice. */
  getNoticeVersion: {
    args: {
      params: { noticeId: string; version: string };
      query?: {
        /** a language tag such as en or de */
        language?: string;
      };
    };
    answer: {
      id: string;
      version: string;
      texts: {
        language: string;
        /** SHA-256 of the text, as decisions and receipts name it. */
        hash: string;
        /** Markdown, byte for byte what the hash is over. */
        text: string;
        firstLoadedAt: string;
        page: string;
      }[];
    };
  };
  /** How the data protection officer stands: published, told to the authority, bound to secrecy, free of conflict. */
  getOfficer: {
    args: object;
    answer: OfficerStanding;
  };
  /** The certificate that signatures are checked with. */
  getOpenDsrCertificate: {
    args: object;
    answer: globalThis.Response;
  };
  /** How a request stands. */
  getOpenDsrRequest: {
    args: {
      params: { tenant: string; subjectRequestId: string };
    };
    answer: globalThis.Response;
  };
  /** How a request stands. */
  getOpenDsrRequestOfOpenGdpr: {
    args: {
      params: { tenant: string; subjectRequestId: string };
    };
    answer: globalThis.Response;
  };
  /** How a package stands, and what it holds by counts and digests. */
  getPackage: {
    args: {
      params: { packageId: string };
    };
    answer: Package;
  };
  /** The package as the person will get it, to look at before it is approved. */
  getPackageContent: {
    args: {
      params: { packageId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: globalThis.Response;
  };
  /** The package as it was encrypted for a passphrase, to send on. */
  getPackageFile: {
    args: {
      params: { packageId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: globalThis.Response;
  };
  /** A page with the button that fetches a package. */
  getPackageLinkPage: {
    args: {
      params: { tenant: string; packageId: string; secret: string };
    };
    answer: globalThis.Response;
  };
  /** Read a plan. */
  getPlan: {
    args: {
      params: { planId: string };
    };
    answer: {
      planId: string;
      asOf: string;
      policyHash: string;
      /** 64 hexadecimal digits */
      digest: string;
      rules: {
        rule: string;
        category: string;
        action: string;
        after: string;
        /** From when, where not from the day itself. */
        counted?: 'end-of-year';
        from: string;
        /** The rule in a sentence. */
        inWords: string;
        word?: Word;
        /** always, first or brake: which runs the policies have approved. */
        approval: string;
        /** Rows whose clock lies before this are due. */
        before: string;
        /** Rows; one that several rules reach is due under the strongest alone. */
        due: number;
        people: number | null;
        /** Due, but protected by a hold. */
        held: number;
        /** Due and not held, but kept by a condition of the rule. */
        kept: number;
        /** Rows past their period that a condition keeps, each under the first of the rule that does. */
        keptBy: {
          condition: string;
          rows: number;
        }[];
        /** Why of the sample, and of a few rows that stay past their period. */
        why: {
          row: string;
          isKept: boolean;
          inWords: string;
        }[];
        /** All rows of the category. */
        total: number;
        dueAsBefore: number | null;
        unwarned: number | null;
        /** Rows that are never due: the instant they count from is empty or unreadable. */
        withoutClock: number;
        standsStill: string | null;
        oldest: string | null;
        /** More than the brake lets through without approval. */
        braked: boolean;
        waits: {
          /** always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed to. brake: unusually much is due. */
          for: 'always' | 'first' | 'reaches-more' | 'brake';
          inWords: string;
        } | null;
        /** A few row pseudonyms. */
        sample: string[];
        /** 64 hexadecimal digits */
        digest: string;
      }[];
      createdAt: string;
    };
  };
  /** What this installation has decided, and the institution of the portal over it. */
  getPolicies: {
    args: object;
    answer: {
      hash: string;
      installation: {
        name: string;
        defaultLanguage: string;
        supervisoryAuthority: {
          name: string;
          contact: string;
        };
        /** ISO 3166 (DE, DE-BY, GB-SCT); EU; EUI, EC or EP: institutions of the Union. */
        jurisdiction?: string;
        /** Of portals in other places than the installation’s; from: since when it is this one. */
        supervisoryAuthorities?: {
          /** ISO 3166 (DE, DE-BY, GB-SCT); EU; EUI, EC or EP: institutions of the Union. */
          place: string;
          /** A day: 2026-11-23, in quotes. */
          from?: string;
          name: string;
          contact: string;
        }[];
        /** By place: days off besides those of the list, and days of it that are working days. */
        holidays?: Record<string, {
          /** Days off besides. */
          add?: string[];
          /** Published days that are working days here. */
          remove?: string[];
        }>;
        /** Where tenants can be: each region with the instance that serves it. */
        regions?: {
          /** Lower-case letters, digits and hyphens. */
          id: string;
          title: string;
          countries: string[];
          /** https, host in lower case. */
          url: string;
        }[];
        /** Lower-case letters, digits and hyphens. */
        homeRegion?: string;
        /** Agents may send requests of persons (Data Rights Protocol 1.0). Absent: none may. */
        drp?: {
          /** By portal (tenant): the `business-id` it has in the directory. Others do not take part. */
          businesses: Record<string, string>;
          /** By `agent-id`. */
          agents: Record<string, {
            name: string;
            /** Its Ed25519 public key, 32 bytes in base64, as `verify_key` of the directory has it. */
            verifyKey: string;
          }>;
          /** Requests under the regime `ccpa` are taken, too, and dealt with by the law of the portal. */
          ccpa?: boolean;
        };
        retention: {
          brakeShare: number;
          brakeRows: number;
          /** Of fewer rows than this, any that is due brakes; 20 when absent. */
          brakeBelow?: number;
          minimumCell: number;
        };
        erasure?: {
          /** How long an erased person is kept from being imported again; a year when absent. */
          suppression?: string;
          /** Why one officer alone may order an erasure that differs from what is decided here; absent: a second person must agree. */
          oneOfficer?: string;
        };
        /** Choices on the clock of requests of data subjects (Art. 12). */
        requests?: {
          /** Days left after an answer that was awaited: kept, or a new month. The law leaves it open. */
          suspension?: 'resume' | 'restart';
          /** Only what is asked within so many days stops a clock. */
          promptDays?: number;
          /** Working days the target lies before the end. */
          targetWorkingDays?: number;
          /** By country and year: days off besides those published, as of a region. */
          holidays?: Record<string, Record<string, string[]>>;
        };
        /** What an institution may decide for itself (policies/tenants), where it is controller. Absent: nothing. */
        institutions?: {
          /** Kinds of data whose period it may set, and between which periods. */
          categories?: {
            category: string;
            /** ISO 8601, whole days or more: P6M, P90D. */
            atLeast?: string;
            /** ISO 8601, whole days or more: P6M, P90D. */
            atMost?: string;
            /** Whether it may decide what a request to be forgotten does here. */
            onRequest?: boolean;
          }[];
          purposes?: {
            /** Whether an institution may have purposes of its own. */
            add?: boolean;
            /** The purposes of the installation that it may word anew. */
            change?: string[];
          };
          activities?: {
            /** Whether an institution may have activities of its own. */
            add?: boolean;
            /** The activities of the installation that it may word anew. */
            change?: string[];
          };
          notices?: {
            /** Whether an institution may have notices of its own. */
            add?: boolean;
            /** The notices of the installation that it may word anew. */
            change?: string[];
          };
          /** Letters it may word anew. */
          letters?: string[];
          /** Whether it may capture less of a visit than the installation does. */
          capture?: boolean;
          /** Default languages it may choose from. */
          languages?: string[];
        };
        capture: {
          ipv4Prefix: 8 | 16 | 24;
          ipv6Prefix: 32 | 48;
          /** Full address and user agent are kept, sealed, only if a purpose needs them. */
          fullVisits?: {
            /** Lower-case letters, digits and hyphens. */
            purpose: string;
            reason: string;
          };
          /** Different visitors are counted per portal and day, by a pseudonym of address and browser under the salt of the day: personal data while the salt lives. Absent: they are not. */
          statistics?: {
            unique: true;
            /** How long a visitor is told apart: the local day, after which its salt is destroyed. */
            salt: 'PT24H';
          };
        };
      };
      parties: {
        /** Lower-case letters, digits and hyphens. */
        id: string;
        name: string;
        kind: 'tenant' | 'organisation';
        address?: string;
        contact?: string;
        /** An office rather than a name: "Data protection office". */
        contactPerson?: string;
        /** Stands in consent receipts. */
        phone?: string;
        /** ISO 3166-1 alpha-2. */
        country?: string;
        /** Contact published and told to the authority (Art. 37(7)). */
        dataProtectionOfficer?: {
          name: string;
          contact: string;
          /** Stands in consent receipts. */
          phone?: string;
          /** A day: 2026-11-23, in quotes. */
          notifiedToAuthority?: string;
          /** That the contact is published (Art. 37(7)). */
          published?: {
            /** Since when. */
            on: string;
            /** Where: an address of the web, or in words. */
            at: string;
          };
          /** When the officer was bound to secrecy (Art. 38(5)). */
          secrecyNotice?: string;
        };
        /** Of a party outside the Union (Art. 27). */
        representative?: {
          name: string;
          contact: string;
          address?: string;
          /** Stands in consent receipts. */
          phone?: string;
          /** ISO 3166-1 alpha-2. */
          country: string;
          mandate: string;
        };
        /** In the UK, of a party outside it (UK GDPR Art. 27). */
        ukRepresentative?: {
          name: string;
          contact: string;
          address?: string;
          /** Stands in consent receipts. */
          phone?: string;
          mandate: string;
        };
        /** Why none is needed (Art. 27(2)). */
        representativeExemption?: string;
        /** A file in logos/, PNG or JPEG; stands on its papers and pages. */
        logo?: string;
        /** Frameworks it takes part in (adequacy). */
        frameworks?: ('DPF' | 'PIPEDA')[];
        /** Where notices to it go. */
        notices?: {
          email?: string;
          /** https, host in lower case. */
          webhook?: string;
        };
        /** Lower-case letters, digits and hyphens. */
        region?: string;
        /** It takes erasures by OpenDSR 2.0. */
        opendsr?: {
          /** https, host in lower case. */
          url: string;
          /** the domain of its certificate */
          domain: string;
          /** PEM; instead of the public authorities */
          certificateAuthority?: string;
          /** the setting with the token it gave us */
          token?: string;
        };
      }[];
      purposes: {
        /** Lower-case letters, digits and hyphens. */
        id: string;
        /** Major and minor: "1.0", in quotes. */
        version: string;
        title: Record<string, string>;
        description: Record<string, string>;
        basis: 'A6-1-a' | 'A6-1-a-explicit-consent' | 'A6-1-a-non-explicit-consent' | 'A6-1-b' | 'A6-1-b-contract-performance' | 'A6-1-b-enter-into-contract' | 'A6-1-c' | 'A6-1-d' | 'A6-1-d-data-subject' | 'A6-1-d-natural-person' | 'A6-1-e' | 'A6-1-e-official-authority' | 'A6-1-e-public-interest' | 'A6-1-f' | 'A6-1-f-controller' | 'A6-1-f-third-party' | 'A6-1-ea';
        /** The purpose in DPV 2.3 terms. */
        dpv?: 'AcademicResearch' | 'AccountManagement' | 'Advertising' | 'AgeVerification' | 'CombatClimateChange' | 'CommercialPurpose' | 'CommercialResearch' | 'CommunicationForCustomerCare' | 'CommunicationManagement' | 'CounterMoneyLaundering' | 'Counterterrorism' | 'CustomerCare' | 'CustomerClaimsManagement' | 'CustomerManagement' | 'CustomerOrderManagement' | 'CustomerRelationshipManagement' | 'CustomerSolvencyMonitoring' | 'DataAltruism' | 'DeliveryOfGoods' | 'DirectMarketing' | 'DisputeManagement' | 'EnforceAccessControl' | 'EnforceSecurity' | 'EstablishContractualAgreement' | 'FraudPreventionAndDetection' | 'FulfilmentOfContractualObligation' | 'FulfilmentOfObligation' | 'HumanResourceManagement' | 'IdentityAuthentication' | 'IdentityVerification' | 'ImproveExistingProductsAndServices' | 'ImproveHealthcare' | 'ImproveInternalCRMProcesses' | 'ImprovePublicServices' | 'ImproveTransportMobility' | 'IncreaseServiceRobustness' | 'InternalResourceOptimisation' | 'LegalCompliance' | 'MaintainFraudDatabase' | 'Marketing' | 'MemberPartnerManagement' | 'MisusePreventionAndDetection' | 'NonCommercialPurpose' | 'NonCommercialResearch' | 'OptimisationForConsumer' | 'OptimisationForController' | 'OptimiseUserInterface' | 'OrganisationComplianceManagement' | 'OrganisationGovernance' | 'OrganisationRiskManagement' | 'PaymentManagement' | 'Personalisation' | 'PersonalisedAdvertising' | 'PersonalisedBenefits' | 'PersonnelBehaviourMonitoring' | 'PersonnelHiring' | 'PersonnelManagement' | 'PersonnelMonitoring' | 'PersonnelOffboarding' | 'PersonnelOnboarding' | 'PersonnelPayment' | 'PersonnelPerformanceEvaluation' | 'PersonnelPerformanceManagement' | 'PersonnelPerformanceMonitoring' | 'PersonnelPerformancePrediction' | 'PersonnelPromotionManagement' | 'PersonnelTerminationManagement' | 'PersonnelWorkloadManagement' | 'PoliticalCampaign' | 'ProtectionOfIPR' | 'ProtectionOfNationalSecurity' | 'ProtectionOfPublicSecurity' | 'ProvideEventRecommendations' | 'ProvideOfficialStatistics' | 'ProvidePersonalisedRecommendations' | 'ProvideProductRecommendations' | 'PublicBenefit' | 'PublicPolicyMaking' | 'PublicRelations' | 'RecordManagement' | 'RecruitmentAdvertising' | 'RecruitmentApplicantBackgroundCheck' | 'RecruitmentApplicantCriminalBackgroundCheck' | 'RecruitmentApplicantInformationAuthentication' | 'RecruitmentApplicantSelection' | 'RecruitmentApplicationAnalysis' | 'RecruitmentApplicationManagement' | 'RecruitmentApplicationScreening' | 'RecruitmentInterviewAnalysis' | 'RecruitmentInterviewAssessment' | 'RecruitmentInterviewManagement' | 'RecruitmentInterviewScheduling' | 'RecruitmentManagement' | 'RecruitmentTargetedAdvertising' | 'RepairImpairments' | 'RequestedServiceProvision' | 'ResearchAndDevelopment' | 'RightsFulfilment' | 'ScientificResearch' | 'SearchFunctionalities' | 'SellDataToThirdParties' | 'SellInsightsFromData' | 'SellProducts' | 'SellProductsToDataSubject' | 'ServiceAccessDetermination' | 'ServiceManagement' | 'ServiceMonitoring' | 'ServiceOptimisation' | 'ServicePersonalisation' | 'ServiceProvision' | 'ServiceRegistration' | 'ServiceUsageAnalytics' | 'SocialMediaMarketing' | 'TargetedAdvertising' | 'TechnicalServiceProvision' | 'UserInterfacePersonalisation' | 'VendorManagement' | 'VendorPayment' | 'VendorRecordsManagement' | 'VendorSelectionAssessment' | 'Verification';
        /** The use in fideslang terms. */
        fides?: 'analytics' | 'analytics.reporting' | 'analytics.reporting.ad_performance' | 'analytics.reporting.content_performance' | 'analytics.reporting.campaign_insights' | 'analytics.reporting.system' | 'analytics.reporting.system.performance' | 'collect' | 'employment' | 'employment.recruitment' | 'essential' | 'essential.fraud_detection' | 'essential.legal_obligation' | 'essential.service' | 'essential.service.authentication' | 'essential.service.notifications' | 'essential.service.operations' | 'essential.service.payment_processing' | 'essential.service.security' | 'essential.service.upgrades' | 'essential.service.notifications.email' | 'essential.service.notifications.sms' | 'essential.service.operations.support' | 'essential.service.operations.improve' | 'finance' | 'functional' | 'functional.storage' | 'functional.service' | 'functional.service.improve' | 'marketing' | 'marketing.advertising' | 'marketing.communications' | 'marketing.advertising.first_party' | 'marketing.advertising.frequency_capping' | 'marketing.advertising.negative_targeting' | 'marketing.advertising.profiling' | 'marketing.advertising.serving' | 'marketing.advertising.third_party' | 'marketing.advertising.first_party.contextual' | 'marketing.advertising.first_party.targeted' | 'marketing.advertising.third_party.targeted' | 'marketing.communications.email' | 'marketing.communications.sms' | 'operations' | 'personalize' | 'personalize.content' | 'personalize.system' | 'personalize.content.limited' | 'personalize.content.profiling' | 'personalize.content.profiled' | 'sales' | 'third_party_sharing' | 'third_party_sharing.legal_obligation' | 'train_ai_system';
        /** How long a decision stands; refusals live as long as grants. */
        consent?: {
          /** ISO 8601, whole days or more: P6M, P90D. */
          duration: string;
          explicit: boolean;
        };
        /** Whether `Sec-GPC: 1` is a refusal of this purpose. */
        gpc: boolean;
        /** Offered to children too: a consent needs the age, or a parent (Art. 8). */
        offeredToChildren?: boolean;
        /** Consent to areas of research (Recital 33). Stands in receipts. */
        research?: {
          /** Areas agreed to. */
          areas: string[];
          /** Reference of the ethics vote: committee and number. */
          ethics: string;
        };
        legitimateInterest?: string;
        balancingTest?: string;
        law?: string;
        /** A further purpose: the five factors of Art. 6(4). */
        furtherTo?: {
          /** Lower-case letters, digits and hyphens. */
          purpose: string;
          link: string;
          context: string;
          nature: string;
          consequences: string;
          safeguards: string;
        };
      }[];
      categories: {
        id: string;
        title: string;
        /** The title in the language of the person. */
        titles?: Record<string, string>;
        /** Who keeps it: consents, visits, profiles, content, requests, recipients, relations, or a holder declared in holders/. */
        holder: string;
        special: boolean;
        /** It is kept for good, and why; then it has no rule in retention.yaml. */
        kept?: {
          /** What permits it (Art. 17(3), 5(1)(e), 89(1)). */
          ground: 'JustificationA17Archiving' | 'JustificationA17FreedomOfExpression' | 'JustificationA17LegalClaims' | 'JustificationA17LegallyRequired' | 'JustificationA17OfficialAuthority' | 'JustificationA17PublicHealth' | 'JustificationA17PublicInterest';
          reason: string;
          /** The title in the language of the person. */
          reasons?: Record<string, string>;
        };
        /** True only for counts that satisfy REQ-E01. */
        anonymous?: boolean;
        source: 'person' | 'platform' | 'observed' | 'computed';
        /** The kind of data in DPV-PD 2.3 terms. */
        dpv?: 'Accent' | 'AccountIdentifier' | 'Acquaintance' | 'Age' | 'AgeExact' | 'AgeRange' | 'ApartmentOwned' | 'Association' | 'Attitude' | 'Authenticating' | 'AuthenticationHistory' | 'BankAccount' | 'Behavioural' | 'Biometric' | 'BirthCountry' | 'BirthDate' | 'BirthPlace' | 'BloodType' | 'BrowserFingerprint' | 'BrowserHistory' | 'BrowsingBehaviour' | 'BrowsingReferral' | 'CallLog' | 'CarOwned' | 'Character' | 'Citizenship' | 'City' | 'Communication' | 'CommunicationsMetadata' | 'Connection' | 'Contact' | 'Country' | 'Credit' | 'CreditCapacity' | 'CreditCardNumber' | 'CreditRecord' | 'CreditScore' | 'CreditStanding' | 'CreditWorthiness' | 'Criminal' | 'CriminalCharge' | 'CriminalConviction' | 'CriminalOffence' | 'CriminalPardon' | 'CurrentEmployment' | 'CurrentLocation' | 'DNACode' | 'Demeanour' | 'Demographic' | 'DeviceApplications' | 'DeviceBased' | 'DeviceOperatingSystem' | 'DeviceSoftware' | 'Dialect' | 'DigitalFingerprint' | 'Disability' | 'DisciplinaryAction' | 'Dislike' | 'Divorce' | 'Domicile' | 'DrugTestResult' | 'Education' | 'EducationExperience' | 'EducationQualification' | 'EducationTraining' | 'EmailAddress' | 'EmailAddressPersonal' | 'EmailAddressWork' | 'EmailContent' | 'Emotion' | 'EmploymentHistory' | 'EthnicOrigin' | 'Ethnicity' | 'External' | 'FacialExpression' | 'FacialPrint' | 'Family' | 'FamilyHealthHistory' | 'FamilyStructure' | 'Favourite' | 'FavouriteColour' | 'FavouriteFood' | 'FavouriteMusic' | 'Fetish' | 'Financial' | 'FinancialAccount' | 'FinancialAccountNumber' | 'FinancialStatus' | 'Fingerprint' | 'Friend' | 'GPSCoordinate' | 'Gender' | 'GeneralReputation' | 'Genetic' | 'Geographic' | 'GroupMembership' | 'GroupProfile' | 'HairColour' | 'Health' | 'HealthHistory' | 'HealthRecord' | 'Height' | 'Historical' | 'HomeLocation' | 'HouseNumber' | 'HouseOwned' | 'Household' | 'IPAddress' | 'Identifier' | 'Identifying' | 'Income' | 'IncomeBracket' | 'IndividualHealthHistory' | 'IndividualProfile' | 'Insurance' | 'Intention' | 'Interaction' | 'Interest' | 'Internal' | 'Job' | 'KnowledgeBelief' | 'Language' | 'LifeHistory' | 'Like' | 'LinkClicked' | 'LoanRecord' | 'Locality' | 'Location' | 'MACAddress' | 'MaritalStatus' | 'Marriage' | 'MedicalHealth' | 'MentalHealth' | 'Mood' | 'Name' | 'Nationality' | 'OfficialID' | 'Offspring' | 'Opinion' | 'Ownership' | 'PINCode' | 'Parent' | 'Passport' | 'Password' | 'PastEmployment' | 'PaymentCard' | 'PaymentCardExpiry' | 'PaymentCardNumber' | 'PerformanceAtWork' | 'PersonalDocuments' | 'PersonalPossession' | 'Personality' | 'PhilosophicalBelief' | 'PhysicalAddress' | 'PhysicalCharacteristic' | 'PhysicalHealth' | 'PhysicalTrait' | 'Picture' | 'Piercing' | 'PoliticalAffiliation' | 'PoliticalOpinion' | 'PostalCode' | 'Preference' | 'Prescription' | 'PrivacyPreference' | 'Proclivity' | 'Professional' | 'ProfessionalCertification' | 'ProfessionalEvaluation' | 'ProfessionalExperience' | 'ProfessionalInterview' | 'ProfessionalTraining' | 'Profile' | 'PublicLife' | 'PubliclyAvailableSocialMedia' | 'Purchase' | 'PurchasesAndSpendingHabit' | 'Race' | 'Reference' | 'Region' | 'Relationship' | 'Reliability' | 'Religion' | 'ReligiousBelief' | 'Residency' | 'Retina' | 'RoomNumber' | 'Salary' | 'Sale' | 'School' | 'SecretText' | 'ServiceConsumptionBehaviour' | 'Sexual' | 'SexualHistory' | 'SexualPreference' | 'Sibling' | 'SkinTone' | 'Social' | 'SocialBehaviour' | 'SocialMedia' | 'SocialMediaCommunication' | 'SocialNetwork' | 'SocialStatus' | 'Street' | 'TVViewingBehaviour' | 'Tattoo' | 'Tax' | 'TechnicalKnowledge' | 'TelephoneNumber' | 'Thought' | 'Tracking' | 'TradeUnionMembership' | 'Transaction' | 'Transactional' | 'TravelHistory' | 'UID' | 'UserAgent' | 'Username' | 'VehicalLicenseNumber' | 'VehicalLicenseRegistration' | 'Vehicle' | 'VehicleLicense' | 'VehicleUsage' | 'VoiceCommunicationRecording' | 'VoiceMail' | 'Vulnerability' | 'Weight' | 'WorkEnvironment' | 'WorkExperience' | 'WorkHistory' | 'WorkLocation';
        /** The kind of data in fideslang terms. */
        fides?: 'system' | 'system.authentication' | 'system.operations' | 'user' | 'user.account' | 'user.authorization' | 'user.behavior' | 'user.biometric' | 'user.childrens' | 'user.contact' | 'user.content' | 'user.demographic' | 'user.location' | 'user.device' | 'user.payment' | 'user.social' | 'user.unique_id' | 'user.telemetry' | 'user.user_sensor' | 'user.workplace' | 'user.sensor' | 'user.financial' | 'user.government_id' | 'user.health_and_medical' | 'user.name' | 'user.criminal_history' | 'user.privacy_preferences' | 'user.job_title' | 'user.account.settings' | 'user.account.username' | 'user.authorization.credentials' | 'user.authorization.biometric' | 'user.authorization.password' | 'user.behavior.browsing_history' | 'user.behavior.media_consumption' | 'user.behavior.purchase_history' | 'user.behavior.search_history' | 'user.biometric.fingerprint' | 'user.biometric.retinal' | 'user.biometric.voice' | 'user.biometric.health' | 'user.contact.address' | 'user.contact.email' | 'user.contact.phone_number' | 'user.contact.url' | 'user.contact.fax_number' | 'user.contact.organization' | 'user.contact.address.city' | 'user.contact.address.country' | 'user.contact.address.postal_code' | 'user.contact.address.state' | 'user.contact.address.street' | 'user.content.private' | 'user.content.public' | 'user.content.self_image' | 'user.demographic.age_range' | 'user.demographic.date_of_birth' | 'user.demographic.gender' | 'user.demographic.language' | 'user.demographic.marital_status' | 'user.demographic.political_opinion' | 'user.demographic.profile' | 'user.demographic.race_ethnicity' | 'user.demographic.religious_belief' | 'user.demographic.sexual_orientation' | 'user.device.cookie' | 'user.device.cookie_id' | 'user.device.device_id' | 'user.device.ip_address' | 'user.financial.bank_account' | 'user.financial.credit_card' | 'user.government_id.birth_certificate' | 'user.government_id.drivers_license_number' | 'user.government_id.immigration' | 'user.government_id.national_identification_number' | 'user.government_id.passport_number' | 'user.government_id.vehicle_registration' | 'user.health_and_medical.genetic' | 'user.health_and_medical.insurance_beneficiary_id' | 'user.health_and_medical.record_id' | 'user.location.imprecise' | 'user.location.precise' | 'user.name.first' | 'user.name.last' | 'user.unique_id.pseudonymous';
      }[];
      activities: {
        /** Lower-case letters, digits and hyphens. */
        id: string;
        title: string;
        /** The title in the language of the person. */
        titles?: Record<string, string>;
        description?: string;
        /** Lower-case letters, digits and hyphens. */
        purpose: string;
        /** Business function, for the ICO and CNIL records. */
        department?: string;
        categories: string[];
        subjects: ('visitor' | 'account-holder' | 'contributor')[];
        parties: {
          /** Lower-case letters, digits and hyphens. */
          party: string;
          role: 'controller' | 'joint-controller' | 'processor' | 'sub-processor' | 'recipient' | 'third-party' | 'representative' | 'authority';
          /** On whose behalf: the controller of a processor, the processor of a sub-processor. */
          for?: string;
          /** Only for tenants of these regions. */
          regions?: string[];
          /** What it does with the data, in a few words. */
          does?: string;
        }[];
        joint?: {
          essence: string;
          /** Lower-case letters, digits and hyphens. */
          contactPoint: string;
          rights: Record<string, string>;
          document?: string;
        };
        transfers: {
          /** Lower-case letters, digits and hyphens. */
          importer: string;
          /** Lower-case letters, digits and hyphens. */
          exporter?: string;
          /** ISO 3166-1 alpha-2. */
          country: string;
          tool: 'A45-3' | 'A46-2-a' | 'A46-2-b' | 'A46-2-c' | 'A46-2-d' | 'A46-2-e' | 'A46-2-f' | 'A46-3-a' | 'A46-3-b' | 'A49-1-a' | 'A49-1-b' | 'A49-1-c' | 'A49-1-d' | 'A49-1-e' | 'A49-1-f' | 'A49-1-g' | 'A49-1-compelling' | 'A49-2';
          categories?: string[];
          /** A day: 2026-11-23, in quotes. */
          since: string;
          /** A day: 2026-11-23, in quotes. */
          until?: string;
          /** Of the standard contractual clauses (EU) 2021/914. */
          module?: 1 | 2 | 3 | 4;
          /** Reference of the transfer impact assessment. */
          assessment?: string;
          supplementaryMeasures?: string[];
          onward?: {
            importer: string;
            /** ISO 3166-1 alpha-2. */
            country: string;
          }[];
          /** Art. 49(1), second subparagraph. */
          derogation?: {
            assessment: string;
            /** A day: 2026-11-23, in quotes. */
            authorityInformed: string;
            /** A day: 2026-11-23, in quotes. */
            personsInformed: string;
          };
        }[];
        measures: {
          /** DPV 2.3. */
          measure: 'AccessControlMethod' | 'ActivityMonitoring' | 'Anonymisation' | 'AsymmetricCryptography' | 'AsymmetricEncryption' | 'Authentication-ABC' | 'Authentication-PABC' | 'AuthenticationProtocols' | 'AuthorisationProtocols' | 'BiometricAuthentication' | 'CryptographicAuthentication' | 'CryptographicKeyManagement' | 'CryptographicMethods' | 'DataBackupProtocols' | 'DataRedaction' | 'DataSanitisationTechnique' | 'Deidentification' | 'DeterministicPseudonymisation' | 'DifferentialPrivacy' | 'DigitalRightsManagement' | 'DigitalSignatures' | 'DistributedSystemSecurity' | 'DocumentRandomisedPseudonymisation' | 'DocumentSecurity' | 'Encryption' | 'EncryptionAtRest' | 'EncryptionInTransfer' | 'EncryptionInUse' | 'EndToEndEncryption' | 'FailSafeProtocols' | 'FileSystemSecurity' | 'FullyRandomisedPseudonymisation' | 'HardwareSecurityProtocols' | 'HashFunctions' | 'HashMessageAuthenticationCode' | 'HomomorphicEncryption' | 'InformationFlowControl' | 'IntrusionDetectionSystem' | 'MessageAuthenticationCodes' | 'MobilePlatformSecurity' | 'MonotonicCounterPseudonymisation' | 'MultiFactorAuthentication' | 'NetworkProxyRouting' | 'NetworkSecurityProtocols' | 'OperatingSystemSecurity' | 'PasswordAuthentication' | 'PenetrationTestingMethods' | 'PostQuantumCryptography' | 'PrivacyPreservingProtocol' | 'PrivateInformationRetrieval' | 'Pseudonymisation' | 'QuantumCryptography' | 'RNGPseudonymisation' | 'SecretSharingSchemes' | 'SecureMultiPartyComputation' | 'SecurityMethod' | 'SingleSignOn' | 'SymmetricCryptography' | 'SymmetricEncryption' | 'TrustedComputing' | 'TrustedExecutionEnvironment' | 'UsageControl' | 'UseSyntheticData' | 'VirtualisationSecurity' | 'VulnerabilityTestingMethods' | 'WebBrowserSecurity' | 'WebSecurityProtocols' | 'WirelessSecurityProtocols' | 'ZeroKnowledgeAuthentication' | 'AIGovernance' | 'AILiteracy' | 'AINotice' | 'AcceptableUsePolicy' | 'ApprovalProcedure' | 'Assessment' | 'AssetManagementProcedures' | 'Audit' | 'AuthorisationProcedure' | 'BackgroundChecks' | 'Certification' | 'CertificationSeal' | 'CodeOfConduct' | 'ComplianceAssessment' | 'ComplianceMonitoring' | 'ConformanceAssessment' | 'ConsentManagement' | 'ConsentNotice' | 'ConsentReceipt' | 'ConsentRecord' | 'Consultation' | 'ConsultationWithAuthority' | 'ConsultationWithDPO' | 'ConsultationWithDataSubject' | 'ConsultationWithDataSubjectRepresentative' | 'CredentialManagement' | 'CybersecurityTraining' | 'DataAvailabilityAssessment' | 'DataBreachNotice' | 'DataBreachNotification' | 'DataBreachRecord' | 'DataDeletionPolicy' | 'DataErasurePolicy' | 'DataGovernance' | 'DataInteroperabilityAssessment' | 'DataInteroperabilityImprovement' | 'DataInteroperabilityManagement' | 'DataInventoryManagement' | 'DataJurisdictionPolicy' | 'DataLiteracy' | 'DataProcessingPolicy' | 'DataProcessingRecord' | 'DataProtectionTraining' | 'DataQualityAssessment' | 'DataQualityImprovement' | 'DataQualityManagement' | 'DataRestorationPolicy' | 'DataReusePolicy' | 'DataSecurityManagement' | 'DataStoragePolicy' | 'DataSubjectRightsManagement' | 'DataSuitabilityAssessment' | 'DataTransferNotice' | 'DataTransferRecord' | 'DesignStandard' | 'DigitalLiteracy' | 'DisasterRecoveryProcedures' | 'EducationalTraining' | 'EffectivenessDeterminationProcedures' | 'GovernanceProcedures' | 'Guideline' | 'GuidelinesPrinciple' | 'HumanOversight' | 'IPRManagement' | 'IdentityManagementMethod' | 'IncidentManagementProcedures' | 'IncidentReportingCommunication' | 'InformationAudit' | 'InformationSecurityPolicy' | 'LegalComplianceAssessment' | 'LegalComplianceAudit' | 'LegitimateInterestAssessment' | 'LoggingPolicy' | 'ManagementStandard' | 'MetadataManagement' | 'MonitoringPolicy' | 'Notice' | 'Notification' | 'PermissionManagement' | 'PersonalDataAudit' | 'Policy' | 'Principle' | 'PrivacyByDefault' | 'PrivacyByDesign' | 'PrivacyNotice' | 'ProfessionalTraining' | 'ROPA' | 'RecertificationPolicy' | 'RecordsOfActivities' | 'RegulatorySandbox' | 'ReviewImpactAssessment' | 'ReviewProcedure' | 'RightsManagement' | 'Safeguard' | 'SafeguardForDataTransfer' | 'Seal' | 'SecureProcessingEnvironment' | 'SecurityAudit' | 'SecurityIncidentNotice' | 'SecurityIncidentNotification' | 'SecurityIncidentRecord' | 'SecurityKnowledgeTraining' | 'SecurityProcedure' | 'SecurityRoleProcedures' | 'StaffTraining' | 'Standard' | 'StandardsConformance' | 'SupportContractNegotiation' | 'SupportEntityDecisionMaking' | 'SupportExchangeOfViews' | 'SupportInformedConsentDecision' | 'TechnicalStandard' | 'ThirdPartySecurityProcedures';
          text: string;
          /** The title in the language of the person. */
          texts?: Record<string, string>;
        }[];
        /** Art. 9(2), DPV 2.3. */
        specialCondition?: 'A9-2-a' | 'A9-2-b' | 'A9-2-c' | 'A9-2-d' | 'A9-2-e' | 'A9-2-f' | 'A9-2-g' | 'A9-2-h' | 'A9-2-i' | 'A9-2-j';
        /** Decisions by machine alone with legal or similar effect, and their logic, as people are told (Art. 22). */
        automatedDecisions?: string;
        /** Why `automatedDecisions` may be made (Art. 22(2)), and the human review that is offered. */
        automatedDecisionBasis?: {
          /** Art. 22(2): 22-2-a contract, 22-2-b law, 22-2-c consent. */
          basis: '22-2-a' | '22-2-b' | '22-2-c';
          /** With 22-2-b: the law and article. */
          law?: string;
          /** What follows for the person (Art. 13(2)(f)). */
          consequences: string;
          /** How a person gets a human to look, is heard and contests it (Art. 22(3)). */
          humanReview: string;
        };
        /** Safeguards of archiving, research and statistics (Art. 89). */
        safeguards?: {
          purpose: 'archiving' | 'scientific-research' | 'historical-research' | 'statistics';
          /** How no more is kept than the purpose needs (Art. 89(1)). */
          minimisation: string;
          /** How data is pseudonymised, or why the purpose cannot be met that way. */
          pseudonymisation: string;
          /** The law that allows derogations (Art. 89(2), (3)). */
          law: string;
          derogatesFrom?: ('A15' | 'A16' | 'A18' | 'A19' | 'A20' | 'A21')[];
          /** Asked anew each year (Art. 89(1), last sentence). */
          anonymousTest: {
            /** When it was last asked whether anonymised data would do. */
            on: string;
            outcome: 'would-not-do' | 'would-do';
            reason: string;
          };
        };
        /** Notices that tell people of it. */
        notices?: string[];
        dpia?: {
          /** Art. 35(3)(a) */
          profiling: boolean;
          /** Art. 35(3)(b) */
          largeScaleSpecial: boolean;
          /** Art. 35(3)(c) */
          publicMonitoring: boolean;
          /** On the authority’s list, Art. 35(4) */
          nationalList: boolean;
          reason: string;
          assessment?: {
            document: string;
            /** A day: 2026-11-23, in quotes. */
            on: string;
            /** A day: 2026-11-23, in quotes. */
            reviewBy: string;
            /** The operations and their purposes, Art. 35(7)(a) */
            description: string;
            /** Necessity and proportionality, Art. 35(7)(b) */
            necessity: string;
            /** Risks to rights and freedoms, Art. 35(7)(c) */
            risks: string;
            /** Measures against the risks, Art. 35(7)(d) */
            measures: string;
            officerAdvice: string;
            residualRisk: 'low' | 'medium' | 'high';
            /** The prior consultation of the authority, in order (Art. 36) */
            consultation?: {
              event: 'submitted' | 'extended' | 'information-asked' | 'information-received' | 'advice';
              /** A day: 2026-11-23, in quotes. */
              on: string;
            }[];
          };
        };
        /** A day: 2026-11-23, in quotes. */
        reviewedOn?: string;
      }[];
      rules: {
        /** Lower-case letters, digits and hyphens. */
        id: string;
        category: string;
        action: 'erase' | 'reduce' | 'anonymise' | 'aggregate' | 'pseudonymise' | 'review';
        /** ISO 8601: P6M, P90D; of visits also hours of less than a day, PT12H. */
        after: string;
        inactivity?: {
          /** How long before the end a mail goes out, once each. Nothing is destroyed of an account that did not get one at least the shortest of these before. */
          warn: string[];
          /** What becomes of an account without an address, or whose mail failed: review (when absent: an officer decides; nothing goes by itself), or run: the rule runs without a warning where there is no address. */
          unreachable?: 'review' | 'run';
        };
        /** end-of-year: the period begins with the end of the year in which it would begin (as in BGB § 199). */
        counted?: 'end-of-year';
        from: 'occurred' | 'recorded' | 'ended' | 'last-activity' | 'updated' | 'linked' | 'review-day';
        minimumCell?: number;
        method?: 'daily-counts';
        /** Which of its runs wait for an officer: always; first (the first, and the first after it has come to reach more; when absent); brake (none but those over the brake). */
        approval?: 'always' | 'first' | 'brake';
        /** Rows past their period are kept while any of these holds. */
        unless?: {
          /** Lower-case letters, digits and hyphens. */
          id: string;
          /** While the person has such a relation. */
          relation?: string;
          /** And so long after it ended: P6M. With a relation only. */
          plus?: string;
          /** While the person has this role. */
          role?: string;
          /** While this is said of the person: { statistics: refused }. */
          attribute?: Record<string, string>;
          /** While there is anything of these categories about the person. */
          children?: string[];
          reason: string;
          /** The title in the language of the person. */
          reasons?: Record<string, string>;
        }[];
        only?: {
          roles?: string[];
          attributes?: Record<string, string[]>;
        };
        reason: string;
        /** The title in the language of the person. */
        reasons?: Record<string, string>;
      }[];
      erasureRequests: {
        category: string;
        action: 'erase' | 'reduce' | 'retain';
        ground?: 'JustificationA17Archiving' | 'JustificationA17FreedomOfExpression' | 'JustificationA17LegalClaims' | 'JustificationA17LegallyRequired' | 'JustificationA17OfficialAuthority' | 'JustificationA17PublicHealth' | 'JustificationA17PublicInterest';
        /** ISO 8601, whole days or more: P6M, P90D. */
        reviewAfter?: string;
        reason?: string;
      }[];
      agreements: {
        /** Lower-case letters, digits and hyphens. */
        id: string;
        /** Major and minor: "1.0", in quotes. */
        version: string;
        title: string;
        /** Who gives the instructions; for a sub-processor its processor. */
        controller: string;
        /** Lower-case letters, digits and hyphens. */
        processor: string;
        activities: string[];
        subjectMatter?: string;
        nature?: string;
        duration?: string;
        controllerDuties?: string;
        clauses: Clauses;
        subProcessors: {
          authorisation: 'specific' | 'general';
          /** ISO 8601, whole days or more: P6M, P90D. */
          objectionWindow: string;
          /** Agreed with the signature. */
          authorised: string[];
        };
      }[];
      places: {
        /** Lower-case letters, digits and hyphens. */
        id: string;
        title: string;
        /** The title in the language of the person. */
        titles?: Record<string, string>;
        /** Lower-case letters, digits and hyphens. */
        party: string;
        /** Lower-case letters, digits and hyphens. */
        region: string;
        /** ISO 3166-1 alpha-2. */
        country: string;
        keeps: ('database' | 'keyring' | 'backups' | 'exports')[];
        holders?: string[];
      }[];
      holders?: {
        kind: 'sql' | 'webhook';
      }[];
      relations?: {
        relations: {
          /** Lower-case letters, digits and hyphens. */
          id: string;
          title: string;
          /** The title in the language of the person. */
          titles?: Record<string, string>;
          /** It lasts as well while the person works on an item that Lethe knows as private. */
          also?: 'private-items';
        }[];
        roles: {
          /** Lower-case letters, digits and hyphens. */
          id: string;
          title: string;
          /** The title in the language of the person. */
          titles?: Record<string, string>;
        }[];
        attributes: {
          /** Lower-case letters, digits and hyphens. */
          id: string;
          title: string;
          /** The title in the language of the person. */
          titles?: Record<string, string>;
          /** All it can be: nothing else is taken. */
          values: {
            /** Lower-case letters, digits and hyphens. */
            id: string;
            title: string;
            /** The title in the language of the person. */
            titles?: Record<string, string>;
            /** Visits of whom it is said are not even recorded. */
            visits?: 'not-recorded';
          }[];
        }[];
      };
      robots?: {
        list: string;
        version: string;
        licence: string;
        patterns: string[];
      };
      holidays?: {
        /** DE, DE-BY, GB-ENG. */
        place: string;
        source: string;
        licence: string;
        /** Every year whole: a day that is not listed is a working day. */
        years: Record<string, string[]>;
      }[];
      /** By letter and language. */
      letters: Record<string, Record<string, {
        subject: string;
        text: string;
      }>>;
      notices: {
        id: string;
        version: string;
        validFrom: string;
        languages: string[];
      }[];
      transitions?: {
        /** The rule that was deleted, moved or changed. */
        rule: string;
        /** The rule as it stood. */
        was: {
          /** Lower-case letters, digits and hyphens. */
          id: string;
          category: string;
          action: 'erase' | 'reduce' | 'anonymise' | 'aggregate' | 'pseudonymise' | 'review';
          /** ISO 8601: P6M, P90D; of visits also hours of less than a day, PT12H. */
          after: string;
          inactivity?: {
            /** How long before the end a mail goes out, once each. Nothing is destroyed of an account that did not get one at least the shortest of these before. */
            warn: string[];
            /** What becomes of an account without an address, or whose mail failed: review (when absent: an officer decides; nothing goes by itself), or run: the rule runs without a warning where there is no address. */
            unreachable?: 'review' | 'run';
          };
          /** end-of-year: the period begins with the end of the year in which it would begin (as in BGB § 199). */
          counted?: 'end-of-year';
          from: 'occurred' | 'recorded' | 'ended' | 'last-activity' | 'updated' | 'linked' | 'review-day';
          minimumCell?: number;
          method?: 'daily-counts';
          /** Which of its runs wait for an officer: always; first (the first, and the first after it has come to reach more; when absent); brake (none but those over the brake). */
          approval?: 'always' | 'first' | 'brake';
          /** Rows past their period are kept while any of these holds. */
          unless?: {
            /** Lower-case letters, digits and hyphens. */
            id: string;
            /** While the person has such a relation. */
            relation?: string;
            /** And so long after it ended: P6M. With a relation only. */
            plus?: string;
            /** While the person has this role. */
            role?: string;
            /** While this is said of the person: { statistics: refused }. */
            attribute?: Record<string, string>;
            /** While there is anything of these categories about the person. */
            children?: string[];
            reason: string;
            /** The title in the language of the person. */
            reasons?: Record<string, string>;
          }[];
          only?: {
            roles?: string[];
            attributes?: Record<string, string[]>;
          };
          reason: string;
          /** The title in the language of the person. */
          reasons?: Record<string, string>;
        };
        /** Where its category was kept, if that is another holder now. */
        holder?: string;
        /** From this day the new word counts: older rows are those whose period began before. */
        since: string;
        /** old-period: they end by the rule as it stood. new-period: what stands now counts for them too; of a deleted rule, it ends nothing any more. */
        oldRows: 'old-period' | 'new-period';
        /** A day: 2026-11-23, in quotes. */
        decidedOn?: string;
        reason: string;
      }[];
      /** What is the word of the portal’s institution, by kind and id; the rest is the installation’s. */
      words?: Words;
    };
  };
  /** Read a proposal. */
  getPolicyProposal: {
    args: {
      params: { proposalId: string };
    };
    answer: {
      proposalId: string;
      /** accepted: it waits for its day. superseded: it was in force, or was to be, and something later is. */
      status: 'proposed' | 'withdrawn' | 'rejected' | 'accepted' | 'in-force' | 'superseded';
      inForceFrom: string;
      reason: string;
      /** Hash of the policies in force when it was proposed, or put on others since. */
      base: string;
      /** Hash of the institution’s own set. */
      overlay: string;
      /** Hash of what would be in force: that set over the base. */
      policyHash: string;
      /** Paths; the texts are at …/files. */
      files: string[];
      difference: {
        changes: Record<string, {
          added: string[];
          removed: string[];
          changed: string[];
        }>;
        newlyErased: {
          category: string;
          rule: string | null;
          why: string;
        }[];
      };
      numbers: {
        lookedAt: string;
        onTheDay: string;
        /** Rules of categories in which anything changes; null: there is no such rule then. */
        rules: {
          rule: string;
          category: string;
          action: string;
          inWords: string;
          underOldWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
          underNewWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        /** What each decision on rows of the old word makes due of the category. */
        oldRows: {
          rule: string;
          change: 'deleted' | 'moved' | 'shortened' | 'lengthened' | 'changed';
          category: string;
          decided: 'old-period' | 'new-period' | null;
          /** Null where the holder could not be asked. */
          asItIs: {
            now: number | null;
            onTheDay: number | null;
          };
          /** Null where the holder could not be asked. */
          withNewPeriod: {
            now: number | null;
            onTheDay: number | null;
          };
          withOldPeriod: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        digest: string;
      };
      /** Of all of this: whoever agrees names it. */
      digest: string;
      proposedAt: string;
      proposedBy: string;
      decidedAt: string | null;
      decidedBy: string | null;
      because: string | null;
    };
  };
  /** Read the very files of a proposal. */
  getPolicyProposalFiles: {
    args: {
      params: { proposalId: string };
    };
    answer: {
      overlay: string;
      /** By path, as in policies/tenants/<id>/: retention.yaml, purposes.yaml, notices/banner.yaml, notices/banner/2.0/en.md … All of them: what is not here is the installation’s word. None: the institution has no word of its own any more. */
      files: Record<string, string>;
    };
  };
  /** The JSON-LD context of portability packs. */
  getPortabilityContext: {
    args: object;
    answer: globalThis.Response;
  };
  /** Record of processing activities (Art. 30), with the mandatory cells that are empty. */
  getProcessingRecord: {
    args: {
      params: { set: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
        /** Whose record; default the institution. */
        party?: string;
      };
    };
    answer: ProcessingRecord;
  };
  /** The same for a spreadsheet. */
  getProcessingRecordCsv: {
    args: {
      params: { set: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
        /** Whose record; default the institution. */
        party?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** The same as a page to read and print. */
  getProcessingRecordPage: {
    args: {
      params: { set: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
        /** Whose record; default the institution. */
        party?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** The same as PDF: tagged, with page numbers, to file and sign. */
  getProcessingRecordPdf: {
    args: {
      params: { set: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
        /** Whose record; default the institution. */
        party?: string;
      };
    };
    answer: globalThis.Response;
  };
  /** Read a profile. */
  getProfile: {
    args: {
      params: { id: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      /** The platform's user id; absent when retention has erased the identity. */
      id?: string;
      name?: string;
      email?: string;
      title?: string;
      interests?: string[];
      city?: string;
      country?: string;
      /** Bare, with its hyphens. */
      orcid?: string;
      /** What the person added to it; shown with the data (GDPR Art. 16, second sentence). */
      statement?: string;
      lastActivityAt: string;
      closedAt?: string;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** The receipt of a decision with signature and proof. */
  getReceipt: {
    args: {
      params: { eventId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: ReceiptBundle;
  };
  /** The JSON-LD context of receipts. */
  getReceiptContext: {
    args: object;
    answer: globalThis.Response;
  };
  /** A receipt as a page to read, print, and withdraw with. */
  getReceiptPage: {
    args: {
      params: { tenant: string; receiptId: string };
    };
    answer: globalThis.Response;
  };
  /** The proof that the decision stands in the log. */
  getReceiptProof: {
    args: {
      params: { tenant: string; receiptId: string };
    };
    answer: globalThis.Response;
  };
  /** The whole register of the portal, now or as of an instant. */
  getRegister: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: Register;
  };
  /** Everything recorded in the register, in order, with who and why. */
  getRegisterHistory: {
    args: object;
    answer: RegisterHistory;
  };
  /** One request: state, what can happen next, its clock with every reason, duties, letters, notes. */
  getRequest: {
    args: {
      params: { requestId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: Request;
  };
  /** The last days of open requests as a calendar (RFC 5545), without personal data. */
  getRequestCalendar: {
    args: object;
    answer: globalThis.Response;
  };
  /** Whom it could be about: who has the address, and what of the brought evidence fits; each is a look. */
  getRequestCandidates: {
    args: {
      params: { requestId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: RequestCandidates;
  };
  /** Everything that was recorded of it, in order. */
  getRequestHistory: {
    args: {
      params: { requestId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: RequestHistory;
  };
  /** The same as a page to read, print and file. */
  getRequestPage: {
    args: {
      params: { requestId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: globalThis.Response;
  };
  /** Other portals where the person is known, and who answers for what is held there. */
  getRequestPortals: {
    args: {
      params: { requestId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: PortalAnswers;
  };
  /** Whose rows these are, and which are still there. */
  getRetentionReview: {
    args: {
      params: { reviewId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      reviewId: string;
      /** The rule that put it here. */
      rule: string;
      category: string;
      /** The rule in a sentence. */
      inWords: string;
      /** period: the rule wants a person to look. no-address, mail-failed: its person could not be warned of the end of the account. */
      why: 'period' | 'no-address' | 'mail-failed';
      /** How many rows there were when it was opened. */
      rows: number;
      /** When the period of the oldest was over. */
      dueSince: string;
      openedAt: string;
      /** Whole days it has waited, or waited until it was decided. */
      days: number;
      /** proposed: a second person must agree. treating, treated: the sweep does it, has done it. gone: nothing of it is left, by another way. */
      state: 'open' | 'kept' | 'proposed' | 'treating' | 'treated' | 'gone';
      keptUntil: string | null;
      reason: string | null;
      treatRule: string | null;
      decidedBy: string | null;
      decidedAt: string | null;
      approvedBy: string | null;
      sweepId: string | null;
      account: string | null;
      subjectId: string | null;
      /** Ids of the rows that are still there. */
      standing: string[];
    };
  };
  /** The same as data. */
  getSchedule: {
    args: {
      params: { tenant: string };
    };
    answer: RetentionSchedule;
  };
  /** How long this portal keeps which personal data: a page for everybody. */
  getSchedulePage: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** The same as PDF. */
  getSchedulePdf: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** The receipt, signed. */
  getSignedReceipt: {
    args: {
      params: { tenant: string; receiptId: string };
    };
    answer: globalThis.Response;
  };
  /** Read a change: what it is, until when this institution may object, what it objected. */
  getSubProcessorChange: {
    args: {
      params: { changeId: string };
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: SubProcessorChange;
  };
  /** How a change stands with every controller, and what keeps it from being activated. */
  getSubProcessorChangeStanding: {
    args: {
      params: { changeId: string };
    };
    answer: SubProcessorChangeStanding;
  };
  /** Changes of the list as an Atom feed (RFC 4287). */
  getSubProcessorFeed: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** The same as data. */
  getSubProcessorList: {
    args: {
      params: { tenant: string };
    };
    answer: SubProcessorList;
  };
  /** Who processes personal data for this institution: a page for everybody. */
  getSubProcessorPage: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** See how a sweep goes. */
  getSweep: {
    args: {
      params: { sweepId: string };
    };
    answer: {
      sweepId: string;
      asOf: string;
      /** awaiting-approval: rules wait for an officer; everything else is done, and other sweeps run. */
      status: 'running' | 'awaiting-approval' | 'completed' | 'incomplete' | 'failed';
      planDigest: string | null;
      policyHash: string;
      requestedBy: string;
      approvedBy: string | null;
      startedAt: string;
      finishedAt: string | null;
      failure: string | null;
      certificateId: string | null;
      steps: {
        rule: string;
        /** superseded: it never ran; the rule has changed since, or a later sweep plans it anew. */
        status: 'waiting' | 'awaiting-approval' | 'running' | 'done' | 'failed' | 'superseded';
        due: number;
        people: number | null;
        waits: {
          /** always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed to. brake: unusually much is due. */
          for: 'always' | 'first' | 'reaches-more' | 'brake';
          inWords: string;
        } | null;
        approvedBy: string | null;
        held: number;
        kept: number;
        /** Rows past their period that a condition keeps, each under the first of the rule that does. */
        keptBy: {
          condition: string;
          rows: number;
        }[];
        unwarned: number | null;
        treated: number;
        suppressed: number;
        batches: number;
        certificateId: string | null;
      }[];
    };
  };
  /** Read a tenant. */
  getTenant: {
    args: {
      params: { tenantId: string };
    };
    answer: Tenant;
  };
  /** What was entered, for somebody who says that the mail did not come. */
  getUnconfirmedRequest: {
    args: {
      params: { unconfirmedId: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: UnconfirmedRequest;
  };
  /** See how an erasure of visits stands. */
  getVisitErasure: {
    args: {
      params: { erasureId: string };
    };
    answer: {
      erasureId: string;
      /** `incomplete`: a second look has still found some of them. */
      status: 'proposed' | 'not-agreed' | 'running' | 'completed' | 'incomplete';
      wanted: {
        oneVisit: boolean;
        from: string | null;
        until: string | null;
        network: string | null;
        oneAddress: boolean;
        portal: string | null;
      };
      /** Visits that would go. */
      due: number;
      /** Visits that a hold keeps; they stay. */
      held: number;
      /** Persons, by pseudonym, whom the visits that go are known to be of. */
      people: number;
      /** Reduced visits of the same time and network as a single address: whether they are of that address nobody can tell, and they stay. */
      untold: number;
      /** Visits of these days that are counted already: counts belong to nobody, and stay as they are. */
      counted: number;
      oldest: string | null;
      newest: string | null;
      /** Ids of a few of them; none once they are gone. */
      sample: string[];
      digest: string | null;
      proposedBy: {
        id: string;
        role: string;
      };
      proposedAt: string;
      decidedBy: {
        id: string;
        role: string;
      } | null;
      decidedAt: string | null;
      removed: number;
      finishedAt: string | null;
      certificateId: string | null;
    };
  };
  /** The newest head that witnesses have cosigned. */
  getWitnessedLogCheckpoint: {
    args: {
      params: { tenant: string };
    };
    answer: globalThis.Response;
  };
  /** Say that the notice reached this institution otherwise. */
  handOverSubProcessorNotice: {
    args: {
      params: { changeId: string };
      body: HandoverInput;
    };
    answer: SubProcessorChange;
  };
  /** Find the person by a receipt, a visitor id, or time and address; each try is a look. */
  identifyRequest: {
    args: {
      params: { requestId: string };
      body: RequestIdentification;
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: RequestStatus;
  };
  /** Bring along what was kept elsewhere. */
  importRecords: {
    args: {
      query?: {
        /** true: everything is decided and nothing written. */
        dryRun?: boolean;
      };
      body: Lines<{
        /** consent … */
        kind: string;
      }>;
    };
    answer: {
      importId: string;
      dryRun: boolean;
      /** `interrupted`, `failed`: send the same content again, and it goes on where it was. */
      state: 'running' | 'imported' | 'tried' | 'failed' | 'interrupted';
      bytes: number;
      readBytes: number;
      /** Lines by kind: taken, known already, with a fault. */
      counts: Record<string, {
        taken: number;
        known: number;
        faulty: number;
      }>;
      faults: number;
      linesKeptUntil: string | null;
      failure: {
        type: string;
        detail: string;
      } | null;
      startedAt: string;
      finishedAt: string | null;
    };
  };
  /** Keep the person informed. */
  informOfRequest: {
    args: {
      params: { requestId: string };
      body: RequestInformation;
    };
    answer: RequestStatus;
  };
  /** Add a signed version of the instructions under an agreement. */
  issueInstruction: {
    args: {
      params: { agreementId: string };
      body: InstructionInput;
    };
    answer: Agreement;
  };
  /** Issue a token. */
  issueToken: {
    args: {
      body: {
        role: 'admin' | 'dpo' | 'auditor' | 'operator' | 'platform' | 'portal' | 'controller';
        /** What uses the token. Name a system, never a person. */
        label: string;
        /** In a year, when absent; within LETHE_TOKEN_MAX_DAYS. */
        expiresAt?: string;
        /** Acts in every tenant; only credentials that do so themselves may give this. */
        everyTenant?: boolean;
      };
    };
    answer: IssuedToken;
  };
  /** Answer it for other portals too, where the same controllers answer (Art. 4(7), 26). */
  joinRequestPortals: {
    args: {
      params: { requestId: string };
      body: RequestPortalJoining;
    };
    answer: RequestStatus;
  };
  /** Keep an account by the link that was mailed. */
  keepAccount: {
    args: {
      params: { tenant: string; token: string };
    };
    answer: globalThis.Response;
  };
  /** Lift a restriction; refused before the notice. */
  liftRestriction: {
    args: {
      params: { requestId: string };
      body: RequestLifting;
    };
    answer: RequestStatus;
  };
  /** Record a limit by national law (Art. 23). */
  limitRequest: {
    args: {
      params: { requestId: string };
      body: RequestLimitation;
    };
    answer: RequestStatus;
  };
  /** Link a visitor to an account. */
  linkVisitor: {
    args: {
      params: { id: string };
      body: {
        /** 1 to 128 letters, digits or . _ ~ @ + - */
        visitor: string;
      };
    };
    answer: {
      linkedAt: string;
    };
  };
  /** Each activity with its last sweep, rows due, rows held and the evidence. */
  listActivities: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: ActivityStatusList;
  };
  /** List the agreements between controllers and processors. */
  listAgreements: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: {
      items: Agreement[];
    };
  };
  /** List the items of an account. */
  listAssociations: {
    args: {
      params: { id: string };
      query?: {
        /** `next` of the page before. */
        cursor?: string;
        limit?: number;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      items: {
        /** Stays the same through changes of name, role or visibility. */
        id: string;
        /** As a link: `https://doi.org/…`. */
        doi: string;
        title: string;
        version: string;
        /** `creator`, or a contributorType of DataCite Metadata Schema 4.7. */
        role: 'creator' | 'ContactPerson' | 'DataCollector' | 'DataCurator' | 'DataManager' | 'Distributor' | 'Editor' | 'HostingInstitution' | 'Other' | 'Producer' | 'ProjectLeader' | 'ProjectManager' | 'ProjectMember' | 'RegistrationAgency' | 'RegistrationAuthority' | 'RelatedPerson' | 'ResearchGroup' | 'RightsHolder' | 'Researcher' | 'Sponsor' | 'Supervisor' | 'Translator' | 'WorkPackageLeader';
        nameAsPublished: string;
        /** As a link: `https://orcid.org/…`. */
        orcid?: string;
        visibility: 'public' | 'private';
        publishedOn?: string;
        createdAt: string;
        updatedAt: string;
      }[];
      /** `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** List reduced associations due for review. */
  listAssociationsToReview: {
    args: {
      query?: {
        /** Reviews due before this day (UTC); today when absent. */
        until?: string;
        /** `next` of the page before. */
        cursor?: string;
        limit?: number;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      items: {
        /** As a link: `https://doi.org/…`. */
        doi: string;
        version: string;
        /** `creator`, or a contributorType of DataCite Metadata Schema 4.7. */
        role: 'creator' | 'ContactPerson' | 'DataCollector' | 'DataCurator' | 'DataManager' | 'Distributor' | 'Editor' | 'HostingInstitution' | 'Other' | 'Producer' | 'ProjectLeader' | 'ProjectManager' | 'ProjectMember' | 'RegistrationAgency' | 'RegistrationAuthority' | 'RelatedPerson' | 'ResearchGroup' | 'RightsHolder' | 'Researcher' | 'Sponsor' | 'Supervisor' | 'Translator' | 'WorkPackageLeader';
        nameAsPublished: string;
        orcid?: string;
        publishedOn?: string;
        /** Why it stays: a justification of the Data Privacy Vocabulary. */
        ground?: string;
        /** When this must be looked at again. */
        reviewAt?: string;
      }[];
      /** `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Who decided what, in order of time. */
  listAuditEntries: {
    args: {
      query?: {
        /** an action such as consent.given, or its first word */
        action?: string;
        /** a token id or system:NAME */
        actor?: string;
        from?: string;
        until?: string;
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        entryId: string;
        recordedAt: string;
        actor: string;
        role: string;
        action: string;
        subject: string | null;
        policyHash: string;
        requestId: string;
        detail: Record<string, unknown>;
        index: number | null;
        salt: string | null;
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** All breaches, newest first, also those nobody was told of (Art. 33(5)). */
  listBreaches: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: {
      items: Breach[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** List certificates, newest first. */
  listCertificates: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        certificateId: string;
        kind: 'erasure' | 'sweep' | 'visit-erasure';
        issuedAt: string;
        actId: string;
        verdict: 'complete' | 'complete-with-exceptions' | 'incomplete';
        totals: {
          removed: number;
          reduced: number;
          anonymised: number;
          retained: number;
          /** Rows that a second look still found and that should have been treated. */
          failed: number;
        };
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** List departures, newest first. */
  listDepartures: {
    args: object;
    answer: {
      items: Departure[];
    };
  };
  /** What was asked for, newest first. */
  listDisclosures: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: Disclosure[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Where the register and what the system does have drifted apart. */
  listFindings: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
        severity?: 'error' | 'warning';
      };
    };
    answer: FindingList;
  };
  /** List holds. */
  listHolds: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        holdId: string;
        kind: string;
        forEverybody: boolean;
        category: string | null;
        purpose: string | null;
        requestId: string | null;
        reference: string;
        placedAt: string;
        placedBy: string;
        /** When it began: earlier than it was placed here where it was brought from elsewhere. */
        since: string;
        until: string | null;
        releasedAt: string | null;
        releasedBy: string | null;
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** How it was checked who asks: methods, outcomes, and copies that wait for a decision. */
  listIdentityChecks: {
    args: {
      params: { requestId: string };
    };
    answer: IdentityChecks;
  };
  /** Which lines were not taken, and why. */
  listImportFaults: {
    args: {
      params: { importId: string };
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        line: number;
        /** JSON pointer into the line. */
        pointer: string;
        /** What would be right; never what stands there. */
        detail: string;
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Imports, the newest first. */
  listImports: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        importId: string;
        dryRun: boolean;
        /** `interrupted`, `failed`: send the same content again, and it goes on where it was. */
        state: 'running' | 'imported' | 'tried' | 'failed' | 'interrupted';
        bytes: number;
        readBytes: number;
        /** Lines by kind: taken, known already, with a fault. */
        counts: Record<string, {
          taken: number;
          known: number;
          faulty: number;
        }>;
        faults: number;
        linesKeptUntil: string | null;
        failure: {
          type: string;
          detail: string;
        } | null;
        startedAt: string;
        finishedAt: string | null;
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Who is to be told by when of data that others gave. */
  listInformationDuties: {
    args: {
      query?: {
        of?: 'items' | 'profiles';
        state?: 'open' | 'informed' | 'exempt';
        /** Only what is due by this day. */
        until?: string;
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      items: InformationDuty[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** List everybody who has a part in an item. */
  listItemAssociations: {
    args: {
      params: { doi: string };
      query?: {
        /** `next` of the page before. */
        cursor?: string;
        limit?: number;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      items: ({
        /** Stays the same through changes of name, role or visibility. */
        id: string;
        /** As a link: `https://doi.org/…`. */
        doi: string;
        title: string;
        version: string;
        /** `creator`, or a contributorType of DataCite Metadata Schema 4.7. */
        role: 'creator' | 'ContactPerson' | 'DataCollector' | 'DataCurator' | 'DataManager' | 'Distributor' | 'Editor' | 'HostingInstitution' | 'Other' | 'Producer' | 'ProjectLeader' | 'ProjectManager' | 'ProjectMember' | 'RegistrationAgency' | 'RegistrationAuthority' | 'RelatedPerson' | 'ResearchGroup' | 'RightsHolder' | 'Researcher' | 'Sponsor' | 'Supervisor' | 'Translator' | 'WorkPackageLeader';
        nameAsPublished: string;
        /** As a link: `https://orcid.org/…`. */
        orcid?: string;
        visibility: 'public' | 'private';
        publishedOn?: string;
        createdAt: string;
        updatedAt: string;
      } | {
        /** As a link: `https://doi.org/…`. */
        doi: string;
        version: string;
        /** `creator`, or a contributorType of DataCite Metadata Schema 4.7. */
        role: 'creator' | 'ContactPerson' | 'DataCollector' | 'DataCurator' | 'DataManager' | 'Distributor' | 'Editor' | 'HostingInstitution' | 'Other' | 'Producer' | 'ProjectLeader' | 'ProjectManager' | 'ProjectMember' | 'RegistrationAgency' | 'RegistrationAuthority' | 'RelatedPerson' | 'ResearchGroup' | 'RightsHolder' | 'Researcher' | 'Sponsor' | 'Supervisor' | 'Translator' | 'WorkPackageLeader';
        nameAsPublished: string;
        orcid?: string;
        publishedOn?: string;
        /** Why it stays: a justification of the Data Privacy Vocabulary. */
        ground?: string;
        /** When this must be looked at again. */
        reviewAt?: string;
      })[];
      /** `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** List messages to other organisations: sent, waiting, given up. */
  listMessages: {
    args: {
      query?: {
        status?: 'pending' | 'undelivered' | 'delivered' | 'handed-over' | 'dead';
        party?: string;
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: OutboxMessage[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** What the officer did, newest first. */
  listOfficerTasks: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: OfficerTask[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Packages, newest first. */
  listPackages: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: Package[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** List proposals, newest first. */
  listPolicyProposals: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        proposalId: string;
        /** accepted: it waits for its day. superseded: it was in force, or was to be, and something later is. */
        status: 'proposed' | 'withdrawn' | 'rejected' | 'accepted' | 'in-force' | 'superseded';
        inForceFrom: string;
        reason: string;
        /** Hash of the policies in force when it was proposed, or put on others since. */
        base: string;
        /** Hash of the institution’s own set. */
        overlay: string;
        /** Hash of what would be in force: that set over the base. */
        policyHash: string;
        /** Paths; the texts are at …/files. */
        files: string[];
        difference: {
          changes: Record<string, {
            added: string[];
            removed: string[];
            changed: string[];
          }>;
          newlyErased: {
            category: string;
            rule: string | null;
            why: string;
          }[];
        };
        numbers: {
          lookedAt: string;
          onTheDay: string;
          /** Rules of categories in which anything changes; null: there is no such rule then. */
          rules: {
            rule: string;
            category: string;
            action: string;
            inWords: string;
            underOldWord: {
              now: number | null;
              onTheDay: number | null;
            } | null;
            underNewWord: {
              now: number | null;
              onTheDay: number | null;
            } | null;
          }[];
          /** What each decision on rows of the old word makes due of the category. */
          oldRows: {
            rule: string;
            change: 'deleted' | 'moved' | 'shortened' | 'lengthened' | 'changed';
            category: string;
            decided: 'old-period' | 'new-period' | null;
            /** Null where the holder could not be asked. */
            asItIs: {
              now: number | null;
              onTheDay: number | null;
            };
            /** Null where the holder could not be asked. */
            withNewPeriod: {
              now: number | null;
              onTheDay: number | null;
            };
            withOldPeriod: {
              now: number | null;
              onTheDay: number | null;
            } | null;
          }[];
          digest: string;
        };
        /** Of all of this: whoever agrees names it. */
        digest: string;
        proposedAt: string;
        proposedBy: string;
        decidedAt: string | null;
        decidedBy: string | null;
        because: string | null;
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** The purposes, in the words a banner shows. */
  listPurposes: {
    args: {
      query?: {
        /** a language tag such as en or de */
        language?: string;
      };
    };
    answer: {
      purposes: {
        id: string;
        version: string;
        title: string;
        description: string;
        needsConsent: boolean;
        explicit: boolean;
        globalPrivacyControlRefuses: boolean;
        /** A decision then needs the age (Art. 8). */
        offeredToChildren: boolean;
        /** From which age a child decides by itself here. */
        ageOfConsent: number;
        word?: Word;
      }[];
    };
  };
  /** Which recipients are to be told of what, and what they answered. */
  listRecipientTasks: {
    args: {
      query?: {
        request?: string;
        status?: 'waiting' | 'sent' | 'delivered' | 'manual' | 'failed' | 'answered' | 'cancelled';
        /** Only those whose answer is missed. */
        overdue?: boolean;
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: RecipientTask[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** To whom data of a person was passed on (Art. 15(1)(c), 19). */
  listRecipientsOfSubject: {
    args: {
      params: { id: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: RecipientDisclosures;
  };
  /** Requests, newest first: by state, type, day and who works on them; nobody’s name. */
  listRequests: {
    args: {
      query?: {
        open?: boolean;
        type?: 'access' | 'portability' | 'rectification' | 'erasure' | 'restriction' | 'objection' | 'consent-withdrawal' | 'human-review' | 'complaint';
        state?: 'open' | 'awaiting-identity' | 'awaiting-clarification' | 'awaiting-fee' | 'unidentified' | 'awaiting-approval' | 'approved' | 'executing' | 'executed' | 'in-force' | 'lifting-announced' | 'refusal-told' | 'awaiting-release' | 'answered' | 'refused' | 'withdrawn' | 'duplicate';
        /** A day: 2026-11-23. */
        'due-by'?: string;
        assigned?: string;
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: RequestHead[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** What waits for an officer’s approval. */
  listRetentionApprovals: {
    args: object;
    answer: {
      /** Sweeps with rules that wait, oldest first, and those rules. */
      items: {
        sweepId: string;
        rules: {
          rule: string;
          /** superseded: it never ran; the rule has changed since, or a later sweep plans it anew. */
          status: 'waiting' | 'awaiting-approval' | 'running' | 'done' | 'failed' | 'superseded';
          due: number;
          people: number | null;
          waits: {
            /** always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed to. brake: unusually much is due. */
            for: 'always' | 'first' | 'reaches-more' | 'brake';
            inWords: string;
          } | null;
          approvedBy: string | null;
          held: number;
          kept: number;
          /** Rows past their period that a condition keeps, each under the first of the rule that does. */
          keptBy: {
            condition: string;
            rows: number;
          }[];
          unwarned: number | null;
          treated: number;
          suppressed: number;
          batches: number;
          certificateId: string | null;
        }[];
      }[];
    };
  };
  /** What waits for a person to look at it. */
  listRetentionReviews: {
    args: {
      query?: {
        /** Default: what waits (open, proposed). */
        state?: 'open' | 'kept' | 'proposed' | 'treating' | 'treated' | 'gone';
        rule?: string;
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        reviewId: string;
        /** The rule that put it here. */
        rule: string;
        category: string;
        /** The rule in a sentence. */
        inWords: string;
        /** period: the rule wants a person to look. no-address, mail-failed: its person could not be warned of the end of the account. */
        why: 'period' | 'no-address' | 'mail-failed';
        /** How many rows there were when it was opened. */
        rows: number;
        /** When the period of the oldest was over. */
        dueSince: string;
        openedAt: string;
        /** Whole days it has waited, or waited until it was decided. */
        days: number;
        /** proposed: a second person must agree. treating, treated: the sweep does it, has done it. gone: nothing of it is left, by another way. */
        state: 'open' | 'kept' | 'proposed' | 'treating' | 'treated' | 'gone';
        keptUntil: string | null;
        reason: string | null;
        treatRule: string | null;
        decidedBy: string | null;
        decidedAt: string | null;
        approvedBy: string | null;
        sweepId: string | null;
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** How an account stands to the platform: relations, roles, attributes. */
  listStandings: {
    args: {
      params: { id: string };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      relations: {
        relation: string;
        reference: string | null;
        since: string | null;
        until: string | null;
        recordedAt: string;
        updatedAt: string;
      }[];
      roles: {
        role: string;
        since: string | null;
        until: string | null;
        recordedAt: string;
        updatedAt: string;
      }[];
      attributes: {
        attribute: string;
        value: string;
        since: string | null;
        until: string | null;
        recordedAt: string;
        updatedAt: string;
      }[];
    };
  };
  /** List announced and made changes of sub-processors that concern this institution. */
  listSubProcessorChanges: {
    args: {
      query?: {
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: {
      items: SubProcessorChange[];
    };
  };
  /** List sweeps, newest first. */
  listSweeps: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        sweepId: string;
        asOf: string;
        /** awaiting-approval: rules wait for an officer; everything else is done, and other sweeps run. */
        status: 'running' | 'awaiting-approval' | 'completed' | 'incomplete' | 'failed';
        planDigest: string | null;
        policyHash: string;
        requestedBy: string;
        approvedBy: string | null;
        startedAt: string;
        finishedAt: string | null;
        failure: string | null;
        certificateId: string | null;
        steps: {
          rule: string;
          /** superseded: it never ran; the rule has changed since, or a later sweep plans it anew. */
          status: 'waiting' | 'awaiting-approval' | 'running' | 'done' | 'failed' | 'superseded';
          due: number;
          people: number | null;
          waits: {
            /** always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed to. brake: unusually much is due. */
            for: 'always' | 'first' | 'reaches-more' | 'brake';
            inWords: string;
          } | null;
          approvedBy: string | null;
          held: number;
          kept: number;
          /** Rows past their period that a condition keeps, each under the first of the rule that does. */
          keptBy: {
            condition: string;
            rows: number;
          }[];
          unwarned: number | null;
          treated: number;
          suppressed: number;
          batches: number;
          certificateId: string | null;
        }[];
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** List the tenants these credentials see. */
  listTenants: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: Tenant[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** List the tenant's tokens. */
  listTokens: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: Token[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** What came over the public page and was not confirmed yet: how much, when, and how its mail stands. */
  listUnconfirmedRequests: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: UnconfirmedRequests;
  };
  /** List erasures of visits, newest first. */
  listVisitErasures: {
    args: {
      query?: {
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
    };
    answer: {
      items: {
        erasureId: string;
        /** `incomplete`: a second look has still found some of them. */
        status: 'proposed' | 'not-agreed' | 'running' | 'completed' | 'incomplete';
        wanted: {
          oneVisit: boolean;
          from: string | null;
          until: string | null;
          network: string | null;
          oneAddress: boolean;
          portal: string | null;
        };
        /** Visits that would go. */
        due: number;
        /** Visits that a hold keeps; they stay. */
        held: number;
        /** Persons, by pseudonym, whom the visits that go are known to be of. */
        people: number;
        /** Reduced visits of the same time and network as a single address: whether they are of that address nobody can tell, and they stay. */
        untold: number;
        /** Visits of these days that are counted already: counts belong to nobody, and stay as they are. */
        counted: number;
        oldest: string | null;
        newest: string | null;
        /** Ids of a few of them; none once they are gone. */
        sample: string[];
        digest: string | null;
        proposedBy: {
          id: string;
          role: string;
        };
        proposedAt: string;
        decidedBy: {
          id: string;
          role: string;
        } | null;
        decidedAt: string | null;
        removed: number;
        finishedAt: string | null;
        certificateId: string | null;
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** How many different visitors each portal had, day by day. */
  listVisitorDays: {
    args: {
      query?: {
        /** A day of the portal’s own calendar. */
        from?: string;
        /** A day of the portal’s own calendar. */
        until?: string;
      };
    };
    answer: {
      items: {
        /** A day of the portal’s own calendar. */
        day: string;
        portal: string;
        visitors: number;
      }[];
    };
  };
  /** Make the letters to authority, controllers or persons. */
  makeBreachLetters: {
    args: {
      params: { breachId: string };
      body: BreachLetterInput;
    };
    answer: Breach;
  };
  /** Make it again: a place did not answer, or something went wrong. */
  makePackageAgain: {
    args: {
      params: { packageId: string };
    };
    answer: Package;
  };
  /** Say that it is dealt with in another request. */
  markRequestDuplicate: {
    args: {
      params: { requestId: string };
      body: RequestDuplicateOf;
    };
    answer: RequestStatus;
  };
  /** Mark free text that tells of a special category of data (Art. 9). */
  markSpecialText: {
    args: {
      body: SpecialTextInput;
    };
    answer: SpecialText;
  };
  /** Say whom it is about. */
  nameRequestSubject: {
    args: {
      params: { requestId: string };
      body: RequestSubject;
    };
    answer: RequestStatus;
  };
  /** Leave a note for colleagues. */
  noteOnRequest: {
    args: {
      params: { requestId: string };
      body: RequestNote;
    };
    answer: RequestStatus;
  };
  /** Object to a change, as the controller. */
  objectToSubProcessorChange: {
    args: {
      params: { changeId: string };
      body: ObjectionInput;
    };
    answer: SubProcessorChange;
  };
  /** Say that the contract with this institution ends. */
  openDeparture: {
    args: {
      body: {
        /** `return`: everything is returned, and erased here once that is acknowledged. `delete`: it is erased. */
        choice: 'return' | 'delete';
        /** The day on which the contract ends: nothing is erased before it. */
        on: string;
        reason: 'contract-ends' | 'moves-elsewhere' | 'portal-closes' | 'other';
        /** The agreement that ends, as the register calls it. */
        agreement?: string;
      };
    };
    answer: Departure;
  };
  /** Ask for access, erasure or another right, from the person’s own page. */
  openPublicRequest: {
    args: {
      params: { tenant: string };
      body: PublicRequest;
    };
    answer: RequestToConfirm;
  };
  /** Enter a request that came in, or send one for a signed-in account; its clock begins with the receipt. */
  openRequest: {
    args: {
      body: RequestIntake;
    };
    answer: OpenedRequest;
  };
  /** Forget a person as an officer decided. */
  orderErasure: {
    args: {
      params: { id: string };
      body: {
        /** Why it is erased: GDPR Art. 17(1)(a) to (f). */
        ground: '17-1-a' | '17-1-b' | '17-1-c' | '17-1-d' | '17-1-e' | '17-1-f';
        /** Only what was processed for this purpose, as when consent to it is withdrawn: what another active basis covers stays. */
        purpose?: string;
        /** Where it differs from what the policies decide. */
        categories?: Record<string, {
          action: 'erase' | 'retain';
          /** Of what is kept: the exception of Art. 17(3), a DPV term. */
          ground?: string;
          /** Of what is kept: when to look at it again. */
          reviewAfter?: string;
        }>;
        /** Items on which something else is decided than on the rest. */
        items?: ItemDecision[];
        /** Of a preview: refused if it would be otherwise now. */
        digest?: string;
      };
    };
    answer: {
      erasureId: string;
      status: 'awaiting-approval' | 'not-agreed' | 'running' | 'finished';
      verdict: 'complete' | 'complete-with-exceptions' | 'incomplete' | null;
      /** False while a hold or an exception needs what the key opens. */
      keyDestroyed: boolean;
      startedAt: string;
      finishedAt: string | null;
      certificateId: string | null;
      ground?: string;
      /** Holders outside the database. */
      parts?: {
        holder: string;
        /** `held`: a hold protects what is left there; it goes on by itself once that has ended. */
        status: 'pending' | 'accepted' | 'held' | 'done' | 'failed';
        attempts: number;
        failure: string | null;
        nextAttemptAt: string | null;
      }[];
      /** A hold keeps something back: it is erased by itself once nothing protects it any more. */
      resumes?: true;
      holders: {
        holder: string;
        categories: {
          category: string;
          result: 'nothing-held' | 'removed' | 'reduced' | 'retained' | 'held' | 'failed';
          removed: number;
          reduced: number;
          retained: number;
          /** Rows still found in a second look after the act. */
          remaining: number;
          ground: string | null;
          groundInWords: string | null;
          reviewAt: string | null;
          /** Items that were decided on one by one, counted by decision. */
          items?: {
            keep?: number;
            rename?: number;
            pseudonym?: number;
            remove?: number;
          };
          /** What else still needs it, and these fields of it (Art. 17(1)(b)). */
          neededFor?: {
            purpose: string;
            basis: string;
            fields: string[];
          }[];
          /** The holder has not answered yet: nobody knows what is still there. */
          unreached?: true;
        }[];
      }[];
    };
  };
  /** Order everything held about one person as a package. */
  orderPackage: {
    args: {
      body: PackageInput;
    };
    answer: Package;
  };
  /** Change some fields of a profile. */
  patchProfile: {
    args: {
      params: { id: string };
      body: {
        name?: string | null;
        /** One address, without a display name. */
        email?: string | null;
        /** Degree or position. */
        title?: string | null;
        /** Research categories. */
        interests?: string[] | null;
        city?: string | null;
        /** ISO 3166-1 alpha-2, officially assigned. */
        country?: string | null;
        /** ORCID iD of the account. */
        orcid?: string | null;
        /** When the person was last active; retention counts from it. When absent, it is the instant of creation, and stays as it is afterwards. */
        lastActivityAt?: string;
        /** `null`: the account is open again. */
        closedAt?: string | null;
      };
      /** The `etag` that was read. */
      ifMatch: string;
    };
    answer: {
      /** The platform's user id; absent when retention has erased the identity. */
      id?: string;
      name?: string;
      email?: string;
      title?: string;
      interests?: string[];
      city?: string;
      country?: string;
      /** Bare, with its hyphens. */
      orcid?: string;
      /** What the person added to it; shown with the data (GDPR Art. 16, second sentence). */
      statement?: string;
      lastActivityAt: string;
      closedAt?: string;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** Keep data from being destroyed. */
  placeHold: {
    args: {
      body: {
        /** legal: claims are pending or expected (GDPR Art. 17(3)(e)). restriction: the data is stored and nothing else (Art. 18). objection: processing stops, for a purpose or all (Art. 21). access-request: nothing goes before the copy is made (Art. 15). erasure-pending: nothing is done any more with what is about to go (Art. 17). */
        kind: 'legal' | 'restriction' | 'objection' | 'access-request' | 'erasure-pending';
        /** account:ID or visitor:ID; absent: everybody */
        subject?: string;
        /** a category; absent: all */
        category?: string;
        /** a purpose of the policies; absent: all */
        purpose?: string;
        /** a case number: letters, digits and . _ / -; no names */
        reference: string;
        /** When it ends by itself. */
        until?: string;
      };
    };
    answer: {
      holdId: string;
      kind: string;
      forEverybody: boolean;
      category: string | null;
      purpose: string | null;
      requestId: string | null;
      reference: string;
      placedAt: string;
      placedBy: string;
      /** When it began: earlier than it was placed here where it was brought from elsewhere. */
      since: string;
      until: string | null;
      releasedAt: string | null;
      releasedBy: string | null;
      /** Categories at holders outside of which nothing is destroyed meanwhile: they know the person by something that is not recorded here. */
      standsStill: {
        holder: string;
        category: string;
        persons: number;
        why: string;
      }[];
    };
  };
  /** Say what a sweep would do, now or on a later day. */
  planRetention: {
    args: {
      body: {
        /** Instant to plan for; default now. May lie ahead. */
        asOf?: string;
        /** Default all. */
        rules?: string[];
      };
    };
    answer: {
      planId: string;
      asOf: string;
      policyHash: string;
      /** 64 hexadecimal digits */
      digest: string;
      rules: {
        rule: string;
        category: string;
        action: string;
        after: string;
        /** From when, where not from the day itself. */
        counted?: 'end-of-year';
        from: string;
        /** The rule in a sentence. */
        inWords: string;
        word?: Word;
        /** always, first or brake: which runs the policies have approved. */
        approval: string;
        /** Rows whose clock lies before this are due. */
        before: string;
        /** Rows; one that several rules reach is due under the strongest alone. */
        due: number;
        people: number | null;
        /** Due, but protected by a hold. */
        held: number;
        /** Due and not held, but kept by a condition of the rule. */
        kept: number;
        /** Rows past their period that a condition keeps, each under the first of the rule that does. */
        keptBy: {
          condition: string;
          rows: number;
        }[];
        /** Why of the sample, and of a few rows that stay past their period. */
        why: {
          row: string;
          isKept: boolean;
          inWords: string;
        }[];
        /** All rows of the category. */
        total: number;
        dueAsBefore: number | null;
        unwarned: number | null;
        /** Rows that are never due: the instant they count from is empty or unreadable. */
        withoutClock: number;
        standsStill: string | null;
        oldest: string | null;
        /** More than the brake lets through without approval. */
        braked: boolean;
        waits: {
          /** always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed to. brake: unusually much is due. */
          for: 'always' | 'first' | 'reaches-more' | 'brake';
          inWords: string;
        } | null;
        /** A few row pseudonyms. */
        sample: string[];
        /** 64 hexadecimal digits */
        digest: string;
      }[];
      createdAt: string;
    };
  };
  /** Say what an erasure would do. */
  previewErasure: {
    args: {
      params: { id: string };
      body: {
        /** Why it is erased: GDPR Art. 17(1)(a) to (f). */
        ground: '17-1-a' | '17-1-b' | '17-1-c' | '17-1-d' | '17-1-e' | '17-1-f';
        /** Only what was processed for this purpose, as when consent to it is withdrawn: what another active basis covers stays. */
        purpose?: string;
        /** Where it differs from what the policies decide. */
        categories?: Record<string, {
          action: 'erase' | 'retain';
          /** Of what is kept: the exception of Art. 17(3), a DPV term. */
          ground?: string;
          /** Of what is kept: when to look at it again. */
          reviewAfter?: string;
        }>;
        /** Items on which something else is decided than on the rest. */
        items?: ItemDecision[];
        /** Of a preview: refused if it would be otherwise now. */
        digest?: string;
      };
    };
    answer: {
      digest: string;
      keyDestroyed: boolean;
      categories: {
        category: string;
        action: 'erase' | 'reduce' | 'retain' | 'held';
        rows: number | null;
        ground: string | null;
        groundInWords: string | null;
        reviewAt: string | null;
        /** What else still needs it, and these fields of it (Art. 17(1)(b)). */
        neededFor?: {
          purpose: string;
          basis: string;
          fields: string[];
        }[];
      }[];
      /** The items that were decided on one by one. */
      items: {
        doi: string;
        /** keep: the public minimum under the name as published; rename: under another name; pseudonym: under one that names nobody, without ORCID iD; remove: nothing stays. */
        decision: 'keep' | 'rename' | 'pseudonym' | 'remove';
        ground: string | null;
        reviewAt: string | null;
      }[];
    };
  };
  /** Propose what cannot be taken back, for a second person. */
  proposeForRequest: {
    args: {
      params: { requestId: string };
      body: RequestProposal;
    };
    answer: RequestStatus;
  };
  /** Propose what the institution decides for its own portal. */
  proposePolicies: {
    args: {
      body: {
        /** By path, as in policies/tenants/<id>/: retention.yaml, purposes.yaml, notices/banner.yaml, notices/banner/2.0/en.md … All of them: what is not here is the installation’s word. None: the institution has no word of its own any more. */
        files: Record<string, string>;
        /** A day of the portal’s calendar. */
        inForceFrom: string;
        /** Why; no names of persons. */
        reason: string;
        /** For each rule that is deleted, moved or has another period: whether rows collected under its old word keep the old period, or the new one counts for all. */
        oldRows?: Record<string, 'old-period' | 'new-period'>;
        /** Hash of the policies this was written over, as they were read; refused when others are in force. */
        base?: string;
      };
    };
    answer: {
      proposalId: string;
      /** accepted: it waits for its day. superseded: it was in force, or was to be, and something later is. */
      status: 'proposed' | 'withdrawn' | 'rejected' | 'accepted' | 'in-force' | 'superseded';
      inForceFrom: string;
      reason: string;
      /** Hash of the policies in force when it was proposed, or put on others since. */
      base: string;
      /** Hash of the institution’s own set. */
      overlay: string;
      /** Hash of what would be in force: that set over the base. */
      policyHash: string;
      /** Paths; the texts are at …/files. */
      files: string[];
      difference: {
        changes: Record<string, {
          added: string[];
          removed: string[];
          changed: string[];
        }>;
        newlyErased: {
          category: string;
          rule: string | null;
          why: string;
        }[];
      };
      numbers: {
        lookedAt: string;
        onTheDay: string;
        /** Rules of categories in which anything changes; null: there is no such rule then. */
        rules: {
          rule: string;
          category: string;
          action: string;
          inWords: string;
          underOldWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
          underNewWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        /** What each decision on rows of the old word makes due of the category. */
        oldRows: {
          rule: string;
          change: 'deleted' | 'moved' | 'shortened' | 'lengthened' | 'changed';
          category: string;
          decided: 'old-period' | 'new-period' | null;
          /** Null where the holder could not be asked. */
          asItIs: {
            now: number | null;
            onTheDay: number | null;
          };
          /** Null where the holder could not be asked. */
          withNewPeriod: {
            now: number | null;
            onTheDay: number | null;
          };
          withOldPeriod: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        digest: string;
      };
      /** Of all of this: whoever agrees names it. */
      digest: string;
      proposedAt: string;
      proposedBy: string;
      decidedAt: string | null;
      decidedBy: string | null;
      because: string | null;
    };
  };
  /** Propose to erase one visit, or those of a time. */
  proposeVisitErasure: {
    args: {
      body: {
        /** One visit; then nothing else. */
        visitId?: string;
        /** RFC 3339 with an offset. Of a reduced visit only the hour is kept: it counts by the beginning of that. */
        from?: string;
        /** Exclusive. */
        until?: string;
        /** A network (CIDR) no narrower than visits keep it, or one address, whose visits are found while they are kept in full. */
        network?: string;
        portal?: string;
      };
    };
    answer: {
      erasureId: string;
      /** `incomplete`: a second look has still found some of them. */
      status: 'proposed' | 'not-agreed' | 'running' | 'completed' | 'incomplete';
      wanted: {
        oneVisit: boolean;
        from: string | null;
        until: string | null;
        network: string | null;
        oneAddress: boolean;
        portal: string | null;
      };
      /** Visits that would go. */
      due: number;
      /** Visits that a hold keeps; they stay. */
      held: number;
      /** Persons, by pseudonym, whom the visits that go are known to be of. */
      people: number;
      /** Reduced visits of the same time and network as a single address: whether they are of that address nobody can tell, and they stay. */
      untold: number;
      /** Visits of these days that are counted already: counts belong to nobody, and stay as they are. */
      counted: number;
      oldest: string | null;
      newest: string | null;
      /** Ids of a few of them; none once they are gone. */
      sample: string[];
      digest: string | null;
      proposedBy: {
        id: string;
        role: string;
      };
      proposedAt: string;
      decidedBy: {
        id: string;
        role: string;
      } | null;
      decidedAt: string | null;
      removed: number;
      finishedAt: string | null;
      certificateId: string | null;
    };
  };
  /** Send the code that came by mail. */
  proveIdentity: {
    args: {
      params: { tenant: string; requestId: string };
      body: RequestCode;
      /** What the person was given with the request. */
      secret: string;
    };
    answer: IdentityOutcome;
  };
  /** Record or update a person’s part in an item. */
  putAssociation: {
    args: {
      params: { id: string; doi: string };
      body: {
        /** Title of the item. */
        title: string;
        /** Version of the item. */
        version: string;
        /** `creator`, or a contributorType of DataCite Metadata Schema 4.7. */
        role: 'creator' | 'ContactPerson' | 'DataCollector' | 'DataCurator' | 'DataManager' | 'Distributor' | 'Editor' | 'HostingInstitution' | 'Other' | 'Producer' | 'ProjectLeader' | 'ProjectManager' | 'ProjectMember' | 'RegistrationAgency' | 'RegistrationAuthority' | 'RelatedPerson' | 'ResearchGroup' | 'RightsHolder' | 'Researcher' | 'Sponsor' | 'Supervisor' | 'Translator' | 'WorkPackageLeader';
        /** The name as it stands on the item. Put the item again after a change of name. */
        nameAsPublished: string;
        /** ORCID iD as published with the item. */
        orcid?: string;
        visibility: 'public' | 'private';
        /** Day of publication; required for a public item. */
        publishedOn?: string;
        /** Somebody else than the person gave this. The person must then be told of it within a month, and no later than they are first written to or it is first disclosed (Art. 14(3)): see `/v1/information-duties`. */
        obtained?: {
          /** A kind of source, never a person: `co-author`, `institution`, `registry`. */
          from: string;
          /** When it was obtained; now when absent. */
          at?: string;
        };
      };
      /** The `etag` that was read. */
      ifMatch?: string;
    };
    answer: {
      /** Stays the same through changes of name, role or visibility. */
      id: string;
      /** As a link: `https://doi.org/…`. */
      doi: string;
      title: string;
      version: string;
      /** `creator`, or a contributorType of DataCite Metadata Schema 4.7. */
      role: 'creator' | 'ContactPerson' | 'DataCollector' | 'DataCurator' | 'DataManager' | 'Distributor' | 'Editor' | 'HostingInstitution' | 'Other' | 'Producer' | 'ProjectLeader' | 'ProjectManager' | 'ProjectMember' | 'RegistrationAgency' | 'RegistrationAuthority' | 'RelatedPerson' | 'ResearchGroup' | 'RightsHolder' | 'Researcher' | 'Sponsor' | 'Supervisor' | 'Translator' | 'WorkPackageLeader';
      nameAsPublished: string;
      /** As a link: `https://orcid.org/…`. */
      orcid?: string;
      visibility: 'public' | 'private';
      publishedOn?: string;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** Say one of the declared values of an account: statistics refused. */
  putAttribute: {
    args: {
      params: { id: string; attribute: string };
      body: {
        /** One of the values that relations.yaml declares. */
        value: string;
        /** From when on; absent: always. */
        since?: string;
        /** Until when, exclusive, where that is known; absent: open. */
        until?: string;
      };
    };
    answer: {
      attribute: string;
      value: string;
      since: string | null;
      until: string | null;
      recordedAt: string;
      updatedAt: string;
    };
  };
  /** Create or replace a profile. */
  putProfile: {
    args: {
      params: { id: string };
      body: {
        name?: string;
        /** One address, without a display name. */
        email?: string;
        /** Degree or position. */
        title?: string;
        /** Research categories. */
        interests?: string[];
        city?: string;
        /** ISO 3166-1 alpha-2, officially assigned. */
        country?: string;
        /** ORCID iD of the account. */
        orcid?: string;
        /** When the person was last active; retention counts from it. When absent, it is the instant of creation, and stays as it is afterwards. */
        lastActivityAt?: string;
        /** When the account was closed; retention can count from it (`ended`). When absent, it stays as it is. */
        closedAt?: string;
        /** Somebody else than the person gave this. The person must then be told of it within a month, and no later than they are first written to or it is first disclosed (Art. 14(3)): see `/v1/information-duties`. */
        obtained?: {
          /** A kind of source, never a person: `co-author`, `institution`, `registry`. */
          from: string;
          /** When it was obtained; now when absent. */
          at?: string;
        };
      };
      /** The `etag` that was read. */
      ifMatch?: string;
    };
    answer: {
      /** The platform's user id; absent when retention has erased the identity. */
      id?: string;
      name?: string;
      email?: string;
      title?: string;
      interests?: string[];
      city?: string;
      country?: string;
      /** Bare, with its hyphens. */
      orcid?: string;
      /** What the person added to it; shown with the data (GDPR Art. 16, second sentence). */
      statement?: string;
      lastActivityAt: string;
      closedAt?: string;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** Say that an account has a relation to something: a contract, an open review. */
  putRelation: {
    args: {
      params: { id: string; relation: string; reference: string };
      body: {
        /** From when on; absent: always. */
        since?: string;
        /** Until when, exclusive, where that is known; absent: open. */
        until?: string;
      };
    };
    answer: {
      relation: string;
      reference: string | null;
      since: string | null;
      until: string | null;
      recordedAt: string;
      updatedAt: string;
    };
  };
  /** Say that an account has a role. */
  putRole: {
    args: {
      params: { id: string; role: string };
      body: {
        /** From when on; absent: always. */
        since?: string;
        /** Until when, exclusive, where that is known; absent: open. */
        until?: string;
      };
    };
    answer: {
      role: string;
      since: string | null;
      until: string | null;
      recordedAt: string;
      updatedAt: string;
    };
  };
  /** Let a tenant in again whose id is that of one that has left. */
  readmitTenant: {
    args: {
      params: { tenantId: string };
    };
    answer: undefined;
  };
  /** Put a proposal on the policies that are in force by now. */
  rebasePolicyProposal: {
    args: {
      params: { proposalId: string };
    };
    answer: {
      proposalId: string;
      /** accepted: it waits for its day. superseded: it was in force, or was to be, and something later is. */
      status: 'proposed' | 'withdrawn' | 'rejected' | 'accepted' | 'in-force' | 'superseded';
      inForceFrom: string;
      reason: string;
      /** Hash of the policies in force when it was proposed, or put on others since. */
      base: string;
      /** Hash of the institution’s own set. */
      overlay: string;
      /** Hash of what would be in force: that set over the base. */
      policyHash: string;
      /** Paths; the texts are at …/files. */
      files: string[];
      difference: {
        changes: Record<string, {
          added: string[];
          removed: string[];
          changed: string[];
        }>;
        newlyErased: {
          category: string;
          rule: string | null;
          why: string;
        }[];
      };
      numbers: {
        lookedAt: string;
        onTheDay: string;
        /** Rules of categories in which anything changes; null: there is no such rule then. */
        rules: {
          rule: string;
          category: string;
          action: string;
          inWords: string;
          underOldWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
          underNewWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        /** What each decision on rows of the old word makes due of the category. */
        oldRows: {
          rule: string;
          change: 'deleted' | 'moved' | 'shortened' | 'lengthened' | 'changed';
          category: string;
          decided: 'old-period' | 'new-period' | null;
          /** Null where the holder could not be asked. */
          asItIs: {
            now: number | null;
            onTheDay: number | null;
          };
          /** Null where the holder could not be asked. */
          withNewPeriod: {
            now: number | null;
            onTheDay: number | null;
          };
          withOldPeriod: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        digest: string;
      };
      /** Of all of this: whoever agrees names it. */
      digest: string;
      proposedAt: string;
      proposedBy: string;
      decidedAt: string | null;
      decidedBy: string | null;
      because: string | null;
    };
  };
  /** A holder outside says that work it had accepted is done, signed with the secret both sides have. */
  receiveHolderCompletion: {
    args: {
      params: { tenant: string; holder: string };
      /** The bytes that were signed, as they are. */
      body: string | Uint8Array<ArrayBuffer>;
    };
    answer: undefined;
  };
  /** Hand in a copy of a document that was asked for. */
  receiveIdentityDocument: {
    args: {
      params: { requestId: string };
      body: IdentityDocumentInput;
    };
    answer: IdentityDocument;
  };
  /** A processor of the register tells how an erasure stands, signed. */
  receiveOpenDsrCallback: {
    args: {
      params: { tenant: string };
      /** The bytes that were signed, as they are. */
      body: string | Uint8Array<ArrayBuffer>;
    };
    answer: undefined;
  };
  /** A recipient answers itself, signed with the secret of its webhooks (Standard Webhooks). */
  receiveRecipientAnswer: {
    args: {
      params: { tenant: string; taskId: string };
      /** The bytes that were signed, as they are. */
      body: string | Uint8Array<ArrayBuffer>;
    };
    answer: undefined;
  };
  /** Record that somebody was told, when and how. */
  recordBreachNotification: {
    args: {
      params: { breachId: string };
      body: BreachNotification;
    };
    answer: Breach;
  };
  /** Record what the person answered. */
  recordClarification: {
    args: {
      params: { requestId: string };
      body: RequestClarificationAnswer;
    };
    answer: RequestStatus;
  };
  /** Record one decision. */
  recordConsent: {
    args: {
      body: {
        subject: {
          kind: 'visitor' | 'account';
          /** 1 to 128 letters, digits or . _ ~ @ + - */
          id: string;
        };
        /** lower-case letters, digits and hyphens */
        purpose: string;
        /** `deferred`: the notice was shown, nothing was decided. `requested`: consent was asked for by other means. */
        status: 'given' | 'refused' | 'withdrawn' | 'deferred' | 'requested';
        /** What was shown. May be left out when withdrawing: withdrawing needs no more than giving. */
        notice?: {
          /** lower-case letters, digits and hyphens */
          id: string;
          /** major.minor */
          version: string;
          /** a language tag such as en or de */
          language: string;
        };
        /** What the person did, e.g. clicked-accept. */
        act?: string;
        /** Which interface, e.g. banner-3.1. */
        method?: string;
        /** With `given`: judged and not kept. Or give `ageBand`. */
        age?: number;
        ageBand?: 'under-13' | '13' | '14' | '15' | '16-or-over';
        /** Authorisation of a child’s consent by a holder of parental responsibility (Art. 8(1), (2)); from the platform’s server only. Kept where the child is below the age of its country, and nowhere else. */
        parental?: {
          /** Who holds parental responsibility and agreed. Kept under the person’s key. */
          by: string;
          /** How that was verified: `signed-form`, `id-document`, `email-confirmation` … */
          verified: string;
        };
        /** From the platform’s server only; a browser’s are read from its connection. Reduced before they are kept. */
        evidence?: {
          address?: string;
          userAgent?: string;
        };
      };
    };
    answer: {
      /** Also the receipt id. */
      eventId: string;
      subjectKind: 'visitor' | 'account';
      purpose: {
        id: string;
        version: string;
      };
      status: 'unknown' | 'requested' | 'deferred' | 'refused' | 'given' | 'renewed' | 'withdrawn' | 'expired' | 'terminated' | 'invalidated' | 'revoked';
      permitsProcessing: boolean;
      consentType: 'expressed' | 'explicit';
      notice: {
        id: string;
        version: string;
        language: string;
        hash: string;
      };
      controllers: string[];
      act: string;
      method: string;
      source: 'ui' | 'api' | 'gpc' | 'job' | 'import';
      jurisdiction: string;
      /** Where the age was judged (Art. 8). `parental-missing`: too young, and no parent has agreed; the consent is `invalidated` and permits nothing. */
      ageCheck?: 'of-age' | 'parental' | 'parental-missing';
      /** How the authorisation of a parent was verified. */
      parentalMethod?: string;
      /** When the person decided; expiry and retention count from it. */
      decidedAt: string;
      /** When it was written down here: the same, unless it was imported. */
      recordedAt: string;
      /** Of a decision that was not recorded here: when it was imported, and who vouches that it was made at `decidedAt`. */
      imported?: {
        at: string;
        vouchedBy: {
          party: {
            id: string;
            name: string;
          } | null;
          /** The token or command that imported it. */
          importer: string;
          reason: string | null;
        };
      };
      expiresAt: string | null;
      links: {
        self: string;
        notice: string;
        /** A page for the person, who needs nothing but this address to withdraw. */
        receipt: string;
      };
    };
  };
  /** Record that a processor deleted or returned the data when an agreement had ended. */
  recordDataEnd: {
    args: {
      params: { agreementId: string };
      body: DataEndInput;
    };
    answer: Agreement;
  };
  /** Record that the fee was paid. */
  recordFeePaid: {
    args: {
      params: { requestId: string };
      body: RequestPayment;
    };
    answer: RequestStatus;
  };
  /** Record that what was asked for has come. */
  recordIdentityAnswer: {
    args: {
      params: { requestId: string };
      body: RequestIdentityAnswer;
    };
    answer: RequestStatus;
  };
  /** Record that a person was written to, or was told of data that others gave. */
  recordInformation: {
    args: {
      params: { id: string };
      body: InformationInput;
    };
    answer: InformationSettled;
  };
  /** Record who the institution of the portal is. */
  recordInstitution: {
    args: {
      body: InstitutionInput;
      /** The `etag` that was read. */
      ifMatch?: string;
    };
    answer: RegisterParty;
  };
  /** Write down advice given, requests received and the like (Art. 39). */
  recordOfficerTask: {
    args: {
      body: OfficerTaskInput;
    };
    answer: OfficerTask;
  };
  /** Note that data of a person was passed on, so that the recipient can be told of changes (Art. 19). */
  recordRecipient: {
    args: {
      params: { id: string };
      body: RecipientInput;
    };
    answer: RecipientDisclosure;
  };
  /** Take the browser’s Global Privacy Control signal. */
  recordSignal: {
    args: {
      body: {
        subject: {
          kind: 'visitor' | 'account';
          /** 1 to 128 letters, digits or . _ ~ @ + - */
          id: string;
        };
      };
    };
    answer: {
      globalPrivacyControl: boolean;
      refused: string[];
    };
  };
  /** Record a visit. */
  recordVisit: {
    args: {
      body: {
        /** Where the visit took place; the tenant itself if absent. */
        portal?: string;
        /** The random id of a visitor who has one. */
        visitor?: string;
        /** Only from a server. What is no address is stored as absent, never as given. */
        address?: string;
        /** Only from a server. */
        userAgent?: string;
        /** Only from a server, not in the future; now if absent. */
        occurredAt?: string;
      };
    };
    answer: {
      visitId: string | null;
      occurredAt: string;
      /** `full`: the address and user agent are kept, sealed. `reduced`: they were never written. `not-recorded`: nothing was, because the visitor restricted or objected to it; there is no id then. */
      life: 'full' | 'reduced' | 'not-recorded';
    };
  };
  /** Record a stream of visits. */
  recordVisits: {
    args: {
      body: Lines<{
        /** Where the visit took place; the tenant itself if absent. */
        portal?: string;
        /** The random id of a visitor who has one. */
        visitor?: string;
        /** Only from a server. What is no address is stored as absent, never as given. */
        address?: string;
        /** Only from a server. */
        userAgent?: string;
        /** Only from a server, not in the future; now if absent. */
        occurredAt?: string;
      }>;
    };
    answer: {
      accepted: number;
      rejected: number;
      /** Not recorded, because the visitor restricted or objected to it. */
      stopped: number;
      /** The first faults, by line of the stream (from 1, blank lines left out) and JSON pointer; never a value. */
      faults: {
        line: number;
        pointer: string;
        detail: string;
      }[];
    };
  };
  /** Put right what is kept about a person, wherever it is kept (Art. 16). */
  rectifySubject: {
    args: {
      params: { id: string };
      body: RectificationInput;
    };
    answer: Rectified;
  };
  /** Refuse, as the second person. */
  refuseDisclosure: {
    args: {
      params: { disclosureId: string };
    };
    answer: Disclosure;
  };
  /** Refuse, with reasons and remedies (Art. 12(4)). */
  refuseRequest: {
    args: {
      params: { requestId: string };
      body: RequestRefusal;
    };
    answer: RequestStatus;
  };
  /** Do not agree to an erasure as an officer ordered it, or take it back. */
  rejectErasure: {
    args: {
      params: { erasureId: string };
    };
    answer: {
      erasureId: string;
      status: 'awaiting-approval' | 'not-agreed' | 'running' | 'finished';
      verdict: 'complete' | 'complete-with-exceptions' | 'incomplete' | null;
      /** False while a hold or an exception needs what the key opens. */
      keyDestroyed: boolean;
      startedAt: string;
      finishedAt: string | null;
      certificateId: string | null;
      ground?: string;
      /** Holders outside the database. */
      parts?: {
        holder: string;
        /** `held`: a hold protects what is left there; it goes on by itself once that has ended. */
        status: 'pending' | 'accepted' | 'held' | 'done' | 'failed';
        attempts: number;
        failure: string | null;
        nextAttemptAt: string | null;
      }[];
      /** A hold keeps something back: it is erased by itself once nothing protects it any more. */
      resumes?: true;
      holders: {
        holder: string;
        categories: {
          category: string;
          result: 'nothing-held' | 'removed' | 'reduced' | 'retained' | 'held' | 'failed';
          removed: number;
          reduced: number;
          retained: number;
          /** Rows still found in a second look after the act. */
          remaining: number;
          ground: string | null;
          groundInWords: string | null;
          reviewAt: string | null;
          /** Items that were decided on one by one, counted by decision. */
          items?: {
            keep?: number;
            rename?: number;
            pseudonym?: number;
            remove?: number;
          };
          /** What else still needs it, and these fields of it (Art. 17(1)(b)). */
          neededFor?: {
            purpose: string;
            basis: string;
            fields: string[];
          }[];
          /** The holder has not answered yet: nobody knows what is still there. */
          unreached?: true;
        }[];
      }[];
    };
  };
  /** Do not agree, or no longer. */
  rejectForRequest: {
    args: {
      params: { requestId: string };
      body: RequestRejection;
    };
    answer: RequestStatus;
  };
  /** Refuse a proposal. */
  rejectPolicyProposal: {
    args: {
      params: { proposalId: string };
      body: {
        /** Why; no names of persons. */
        reason: string;
      };
    };
    answer: {
      proposalId: string;
      /** accepted: it waits for its day. superseded: it was in force, or was to be, and something later is. */
      status: 'proposed' | 'withdrawn' | 'rejected' | 'accepted' | 'in-force' | 'superseded';
      inForceFrom: string;
      reason: string;
      /** Hash of the policies in force when it was proposed, or put on others since. */
      base: string;
      /** Hash of the institution’s own set. */
      overlay: string;
      /** Hash of what would be in force: that set over the base. */
      policyHash: string;
      /** Paths; the texts are at …/files. */
      files: string[];
      difference: {
        changes: Record<string, {
          added: string[];
          removed: string[];
          changed: string[];
        }>;
        newlyErased: {
          category: string;
          rule: string | null;
          why: string;
        }[];
      };
      numbers: {
        lookedAt: string;
        onTheDay: string;
        /** Rules of categories in which anything changes; null: there is no such rule then. */
        rules: {
          rule: string;
          category: string;
          action: string;
          inWords: string;
          underOldWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
          underNewWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        /** What each decision on rows of the old word makes due of the category. */
        oldRows: {
          rule: string;
          change: 'deleted' | 'moved' | 'shortened' | 'lengthened' | 'changed';
          category: string;
          decided: 'old-period' | 'new-period' | null;
          /** Null where the holder could not be asked. */
          asItIs: {
            now: number | null;
            onTheDay: number | null;
          };
          /** Null where the holder could not be asked. */
          withNewPeriod: {
            now: number | null;
            onTheDay: number | null;
          };
          withOldPeriod: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        digest: string;
      };
      /** Of all of this: whoever agrees names it. */
      digest: string;
      proposedAt: string;
      proposedBy: string;
      decidedAt: string | null;
      decidedBy: string | null;
      because: string | null;
    };
  };
  /** Do not agree to an erasure of visits, or take it back. */
  rejectVisitErasure: {
    args: {
      params: { erasureId: string };
    };
    answer: {
      erasureId: string;
      /** `incomplete`: a second look has still found some of them. */
      status: 'proposed' | 'not-agreed' | 'running' | 'completed' | 'incomplete';
      wanted: {
        oneVisit: boolean;
        from: string | null;
        until: string | null;
        network: string | null;
        oneAddress: boolean;
        portal: string | null;
      };
      /** Visits that would go. */
      due: number;
      /** Visits that a hold keeps; they stay. */
      held: number;
      /** Persons, by pseudonym, whom the visits that go are known to be of. */
      people: number;
      /** Reduced visits of the same time and network as a single address: whether they are of that address nobody can tell, and they stay. */
      untold: number;
      /** Visits of these days that are counted already: counts belong to nobody, and stay as they are. */
      counted: number;
      oldest: string | null;
      newest: string | null;
      /** Ids of a few of them; none once they are gone. */
      sample: string[];
      digest: string | null;
      proposedBy: {
        id: string;
        role: string;
      };
      proposedAt: string;
      decidedBy: {
        id: string;
        role: string;
      } | null;
      decidedAt: string | null;
      removed: number;
      finishedAt: string | null;
      certificateId: string | null;
    };
  };
  /** See what was approved, once. */
  releaseDisclosure: {
    args: {
      params: { disclosureId: string };
      query?: {
        format?: 'ndjson' | 'csv';
      };
    };
    answer: globalThis.Response;
  };
  /** Lift a hold. */
  releaseHold: {
    args: {
      params: { holdId: string };
    };
    answer: {
      holdId: string;
      kind: string;
      forEverybody: boolean;
      category: string | null;
      purpose: string | null;
      requestId: string | null;
      reference: string;
      placedAt: string;
      placedBy: string;
      /** When it began: earlier than it was placed here where it was brought from elsewhere. */
      since: string;
      until: string | null;
      releasedAt: string | null;
      releasedBy: string | null;
    };
  };
  /** Let an approved package go: by a one-time link, or encrypted for a passphrase. */
  releasePackage: {
    args: {
      params: { packageId: string };
      body: PackageRelease;
    };
    answer: ReleasedPackage;
  };
  /** Hand the package out: by a link for one time, or encrypted for a passphrase. */
  releaseRequestPackage: {
    args: {
      params: { requestId: string };
      body: RequestRelease;
    };
    answer: ReleasedForRequest;
  };
  /** Load the policy folder again, all or nothing. */
  reloadPolicies: {
    args: object;
    answer: {
      policyHash: string;
      changed: boolean;
    };
  };
  /** Open it again. */
  reopenRequest: {
    args: {
      params: { requestId: string };
      body: RequestReopening;
    };
    answer: RequestStatus;
  };
  /** Begin the record of a breach; the clock and the count of those affected begin with it. */
  reportBreach: {
    args: {
      body: BreachReport;
    };
    answer: Breach;
  };
  /** Record one incident in the register of every institution whose data it concerns (Art. 33(2)). */
  reportIncident: {
    args: {
      body: IncidentReport;
    };
    answer: IncidentRecords;
  };
  /** Ask for full addresses, or for everybody’s data at once. */
  requestDisclosure: {
    args: {
      body: DisclosureInput;
    };
    answer: Disclosure;
  };
  /** Who is controller, processor and sub-processor of what, where, under which agreement. */
  resolveRegister: {
    args: {
      query?: {
        category?: string;
        purpose?: string;
        /** What was true at this instant; now when absent. */
        at?: string;
        /** By what had been recorded up to this instant; now when absent. */
        'known-at'?: string;
      };
    };
    answer: Resolution;
  };
  /** Retract a person’s part in an item. */
  retractAssociation: {
    args: {
      params: { id: string; doi: string };
      /** The `etag` that was read. */
      ifMatch?: string;
    };
    answer: undefined;
  };
  /** Try again what holders outside were given up on. */
  retryErasure: {
    args: {
      params: { erasureId: string };
    };
    answer: {
      erasureId: string;
      status: 'awaiting-approval' | 'not-agreed' | 'running' | 'finished';
      verdict: 'complete' | 'complete-with-exceptions' | 'incomplete' | null;
      /** False while a hold or an exception needs what the key opens. */
      keyDestroyed: boolean;
      startedAt: string;
      finishedAt: string | null;
      certificateId: string | null;
      ground?: string;
      /** Holders outside the database. */
      parts?: {
        holder: string;
        /** `held`: a hold protects what is left there; it goes on by itself once that has ended. */
        status: 'pending' | 'accepted' | 'held' | 'done' | 'failed';
        attempts: number;
        failure: string | null;
        nextAttemptAt: string | null;
      }[];
      /** A hold keeps something back: it is erased by itself once nothing protects it any more. */
      resumes?: true;
      holders: {
        holder: string;
        categories: {
          category: string;
          result: 'nothing-held' | 'removed' | 'reduced' | 'retained' | 'held' | 'failed';
          removed: number;
          reduced: number;
          retained: number;
          /** Rows still found in a second look after the act. */
          remaining: number;
          ground: string | null;
          groundInWords: string | null;
          reviewAt: string | null;
          /** Items that were decided on one by one, counted by decision. */
          items?: {
            keep?: number;
            rename?: number;
            pseudonym?: number;
            remove?: number;
          };
          /** What else still needs it, and these fields of it (Art. 17(1)(b)). */
          neededFor?: {
            purpose: string;
            basis: string;
            fields: string[];
          }[];
          /** The holder has not answered yet: nobody knows what is still there. */
          unreached?: true;
        }[];
      }[];
    };
  };
  /** Send a message again that was given up. */
  retryMessage: {
    args: {
      params: { messageId: string };
    };
    answer: OutboxMessage;
  };
  /** Everything of the institution as one file, encrypted to it. */
  returnEverything: {
    args: {
      params: { departureId: string };
      body: {
        /** The age recipient of the institution: only its identity opens what is sent. */
        recipient: string;
      };
    };
    answer: globalThis.Response;
  };
  /** One table, one portal or a range of visits, in the same format. */
  returnPart: {
    args: {
      body: {
        /** The age recipient of the institution: only its identity opens what is sent. */
        recipient: string;
        part: {
          table: string;
        } | {
          portal: string;
        } | {
          visits: {
            from: string;
            /** Exclusive. */
            until: string;
            portal?: string;
          };
        };
      };
    };
    answer: globalThis.Response;
  };
  /** All that waits in a sweep, to be approved as one set. */
  reviewSweep: {
    args: {
      params: { sweepId: string };
    };
    answer: {
      sweepId: string;
      asOf: string;
      requestedBy: string;
      /** Rows, of all its rules. */
      due: number;
      /** What waits, as it is now: numbers, people, samples. */
      rules: {
        rule: string;
        category: string;
        action: string;
        after: string;
        /** From when, where not from the day itself. */
        counted?: 'end-of-year';
        from: string;
        /** The rule in a sentence. */
        inWords: string;
        word?: Word;
        /** always, first or brake: which runs the policies have approved. */
        approval: string;
        /** Rows whose clock lies before this are due. */
        before: string;
        /** Rows; one that several rules reach is due under the strongest alone. */
        due: number;
        people: number | null;
        /** Due, but protected by a hold. */
        held: number;
        /** Due and not held, but kept by a condition of the rule. */
        kept: number;
        /** Rows past their period that a condition keeps, each under the first of the rule that does. */
        keptBy: {
          condition: string;
          rows: number;
        }[];
        /** Why of the sample, and of a few rows that stay past their period. */
        why: {
          row: string;
          isKept: boolean;
          inWords: string;
        }[];
        /** All rows of the category. */
        total: number;
        dueAsBefore: number | null;
        unwarned: number | null;
        /** Rows that are never due: the instant they count from is empty or unreadable. */
        withoutClock: number;
        standsStill: string | null;
        oldest: string | null;
        /** More than the brake lets through without approval. */
        braked: boolean;
        waits: {
          /** always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed to. brake: unusually much is due. */
          for: 'always' | 'first' | 'reaches-more' | 'brake';
          inWords: string;
        } | null;
        /** A few row pseudonyms. */
        sample: string[];
        /** 64 hexadecimal digits */
        digest: string;
      }[];
      /** Rules whose holder cannot be asked now: nothing is approved before it answers. */
      silent: string[];
      /** Over all of it: approve exactly this with `reviewDigest`. */
      reviewDigest: string;
    };
  };
  /** An agent takes a request back, before anything is done. */
  revokeDataRightsRequest: {
    args: {
      params: { tenant: string; requestId: string };
      /** The bytes that were signed, as they are. */
      body: string | Uint8Array<ArrayBuffer>;
    };
    answer: DrpStatus | DrpError;
  };
  /** Revoke a token. */
  revokeToken: {
    args: {
      params: { tokenId: string };
    };
    answer: undefined;
  };
  /** The entries about one person. */
  searchAuditEntries: {
    args: {
      body: {
        /** account:ID or visitor:ID */
        subject: string;
        /** an action such as consent.given, or its first word */
        action?: string;
        /** a token id or system:NAME */
        actor?: string;
        from?: string;
        until?: string;
        /** Rows per page. */
        limit?: number;
        /** `next` of the page before; absent for the first page. */
        cursor?: string;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      items: {
        entryId: string;
        recordedAt: string;
        actor: string;
        role: string;
        action: string;
        subject: string | null;
        policyHash: string;
        requestId: string;
        detail: Record<string, unknown>;
        index: number | null;
        salt: string | null;
      }[];
      /** Cursor of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Find profiles by e-mail address. */
  searchProfiles: {
    args: {
      body: {
        /** Compared after trimming, Unicode NFC and lower-casing of the whole address. */
        email: string;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      items: {
        /** The platform's user id; absent when retention has erased the identity. */
        id?: string;
        name?: string;
        email?: string;
        title?: string;
        interests?: string[];
        city?: string;
        country?: string;
        /** Bare, with its hyphens. */
        orcid?: string;
        /** What the person added to it; shown with the data (GDPR Art. 16, second sentence). */
        statement?: string;
        lastActivityAt: string;
        closedAt?: string;
        createdAt: string;
        updatedAt: string;
      }[];
    };
  };
  /** Find the visits from one address. */
  searchVisits: {
    args: {
      body: {
        address: string;
        /** RFC 3339 with an offset, e.g. 2026-11-23T10:00:00Z. */
        from: string;
        /** Exclusive. */
        until: string;
        limit?: number;
        /** `next` of the page before. */
        after?: string;
      };
      /** Why a person looks; not needed of systems. */
      purpose?: Purpose | StatedPurpose;
    };
    answer: {
      visits: {
        visitId: string;
        occurredAt: string;
        portal: string;
        userAgent: string | null;
        network: string | null;
        browser: string;
        browserMajor: string;
        platform: string;
        robot: boolean;
        /** The platform named a visitor; their report has the visit too. */
        knownVisitor: boolean;
      }[];
      next: string | null;
    };
  };
  /** An agent of the policies gets its token, for a message that it has signed. */
  setUpDataRightsAgent: {
    args: {
      params: { tenant: string; agentId: string };
      /** The bytes that were signed, as they are. */
      body: string | Uint8Array<ArrayBuffer>;
    };
    answer: DrpAgentToken;
  };
  /** Say what became of an objection. */
  settleObjection: {
    args: {
      params: { changeId: string; objectionId: string };
      body: SettlementInput;
    };
    answer: SubProcessorChange;
  };
  /** Run a sweep. */
  startSweep: {
    args: {
      body: {
        /** 64 hexadecimal digits */
        planDigest?: string;
        /** Default all. */
        rules?: string[];
      };
    };
    answer: {
      sweepId: string;
      asOf: string;
      /** awaiting-approval: rules wait for an officer; everything else is done, and other sweeps run. */
      status: 'running' | 'awaiting-approval' | 'completed' | 'incomplete' | 'failed';
      planDigest: string | null;
      policyHash: string;
      requestedBy: string;
      approvedBy: string | null;
      startedAt: string;
      finishedAt: string | null;
      failure: string | null;
      certificateId: string | null;
      steps: {
        rule: string;
        /** superseded: it never ran; the rule has changed since, or a later sweep plans it anew. */
        status: 'waiting' | 'awaiting-approval' | 'running' | 'done' | 'failed' | 'superseded';
        due: number;
        people: number | null;
        waits: {
          /** always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed to. brake: unusually much is due. */
          for: 'always' | 'first' | 'reaches-more' | 'brake';
          inWords: string;
        } | null;
        approvedBy: string | null;
        held: number;
        kept: number;
        /** Rows past their period that a condition keeps, each under the first of the rule that does. */
        keptBy: {
          condition: string;
          rows: number;
        }[];
        unwarned: number | null;
        treated: number;
        suppressed: number;
        batches: number;
        certificateId: string | null;
      }[];
    };
  };
  /** A controller sends a request of a person. */
  submitOpenDsrRequest: {
    args: {
      params: { tenant: string };
      /** The bytes that were signed, as they are. */
      body: string | Uint8Array<ArrayBuffer>;
    };
    answer: globalThis.Response;
  };
  /** A controller sends a request of a person. */
  submitOpenDsrRequestOfOpenGdpr: {
    args: {
      params: { tenant: string };
      /** The bytes that were signed, as they are. */
      body: string | Uint8Array<ArrayBuffer>;
    };
    answer: globalThis.Response;
  };
  /** Take a mark away that was a mistake. */
  unmarkSpecialText: {
    args: {
      params: { specialTextId: string };
    };
    answer: undefined;
  };
  /** Change a tenant. */
  updateTenant: {
    args: {
      params: { tenantId: string };
      body: {
        name?: string;
        /** IANA name; calendar rules run in it: Europe/Berlin. */
        timeZone?: string;
        /** Whose law applies: ISO 3166-1 or 3166-2 of the EEA, GB or CH (DE, DE-BY, GB-SCT), EU, or an institution (EUI, EC, EP). */
        jurisdiction?: string;
        /** Default language of notices. */
        language?: string;
        /** Where its data is: a region of the policies; null: the home region. */
        region?: string | null;
        /** Web origins of the portal: browsers may call from these only. */
        origins?: string[];
      };
      /** The `etag` that was read. */
      ifMatch: string;
    };
    answer: Tenant;
  };
  /** Take one’s own request back. */
  withdrawOwnRequest: {
    args: {
      params: { tenant: string; requestId: string };
      /** What the person was given with the request. */
      secret: string;
    };
    answer: FollowedRequest;
  };
  /** Take a proposal back. */
  withdrawPolicyProposal: {
    args: {
      params: { proposalId: string };
      body: {
        /** Why; no names of persons. */
        reason: string;
      };
    };
    answer: {
      proposalId: string;
      /** accepted: it waits for its day. superseded: it was in force, or was to be, and something later is. */
      status: 'proposed' | 'withdrawn' | 'rejected' | 'accepted' | 'in-force' | 'superseded';
      inForceFrom: string;
      reason: string;
      /** Hash of the policies in force when it was proposed, or put on others since. */
      base: string;
      /** Hash of the institution’s own set. */
      overlay: string;
      /** Hash of what would be in force: that set over the base. */
      policyHash: string;
      /** Paths; the texts are at …/files. */
      files: string[];
      difference: {
        changes: Record<string, {
          added: string[];
          removed: string[];
          changed: string[];
        }>;
        newlyErased: {
          category: string;
          rule: string | null;
          why: string;
        }[];
      };
      numbers: {
        lookedAt: string;
        onTheDay: string;
        /** Rules of categories in which anything changes; null: there is no such rule then. */
        rules: {
          rule: string;
          category: string;
          action: string;
          inWords: string;
          underOldWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
          underNewWord: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        /** What each decision on rows of the old word makes due of the category. */
        oldRows: {
          rule: string;
          change: 'deleted' | 'moved' | 'shortened' | 'lengthened' | 'changed';
          category: string;
          decided: 'old-period' | 'new-period' | null;
          /** Null where the holder could not be asked. */
          asItIs: {
            now: number | null;
            onTheDay: number | null;
          };
          /** Null where the holder could not be asked. */
          withNewPeriod: {
            now: number | null;
            onTheDay: number | null;
          };
          withOldPeriod: {
            now: number | null;
            onTheDay: number | null;
          } | null;
        }[];
        digest: string;
      };
      /** Of all of this: whoever agrees names it. */
      digest: string;
      proposedAt: string;
      proposedBy: string;
      decidedAt: string | null;
      decidedBy: string | null;
      because: string | null;
    };
  };
  /** Record that the person no longer wants it. */
  withdrawRequest: {
    args: {
      params: { requestId: string };
      body: RequestWithdrawal;
    };
    answer: RequestStatus;
  };
  /** Take an agreement back with its receipt. */
  withdrawWithReceipt: {
    args: {
      params: { tenant: string; receiptId: string };
    };
    answer: Withdrawal;
  };
  /** Take an agreement back with its receipt (the button of the page). */
  withdrawWithReceiptPage: {
    args: {
      params: { tenant: string; receiptId: string };
    };
    answer: globalThis.Response;
  };
}

/** Lists that come in pages. */
export type PagedOperation =
  | 'getConsentHistory'
  | 'listAssociations'
  | 'listAssociationsToReview'
  | 'listAuditEntries'
  | 'listBreaches'
  | 'listCertificates'
  | 'listDisclosures'
  | 'listHolds'
  | 'listImportFaults'
  | 'listImports'
  | 'listInformationDuties'
  | 'listItemAssociations'
  | 'listMessages'
  | 'listOfficerTasks'
  | 'listPackages'
  | 'listPolicyProposals'
  | 'listRecipientTasks'
  | 'listRequests'
  | 'listRetentionReviews'
  | 'listSweeps'
  | 'listTenants'
  | 'listTokens'
  | 'listUnconfirmedRequests'
  | 'listVisitErasures'
  | 'searchAuditEntries';

/** Operations whose answer holds personal data: a person says why they look. */
export type ReadingOperation =
  | 'approveRetentionReview'
  | 'decideRetentionReview'
  | 'explainRetention'
  | 'getAccessReport'
  | 'getAdmission'
  | 'getAssociation'
  | 'getConsent'
  | 'getConsentHistory'
  | 'getConsentStates'
  | 'getErasureProposal'
  | 'getIdentityDocument'
  | 'getPackageContent'
  | 'getPackageFile'
  | 'getProfile'
  | 'getReceipt'
  | 'getRequest'
  | 'getRequestCandidates'
  | 'getRequestHistory'
  | 'getRequestPage'
  | 'getRequestPortals'
  | 'getRetentionReview'
  | 'getUnconfirmedRequest'
  | 'identifyRequest'
  | 'listAssociations'
  | 'listAssociationsToReview'
  | 'listInformationDuties'
  | 'listItemAssociations'
  | 'listRecipientsOfSubject'
  | 'listStandings'
  | 'searchAuditEntries'
  | 'searchProfiles'
  | 'searchVisits';

/** Where each operation is, and what the client has to know of it. */
export const OPERATIONS = {
  acceptUnconfirmedRequest: 'POST /v1/unconfirmed-requests/{unconfirmedId}/accept key',
  acknowledgeRequest: 'POST /v1/requests/{requestId}/acknowledgement key',
  acknowledgeReturn: 'POST /v1/departures/{departureId}/acknowledgement',
  activateAgreement: 'POST /v1/register/agreements/{agreementId}/activation key',
  activateSubProcessorChange: 'POST /v1/register/sub-processor-changes/{changeId}/activation key',
  admitSubject: 'POST /v1/subjects/{id}/admission key',
  announceLifting: 'POST /v1/requests/{requestId}/lifting-notice key',
  announceSubProcessorChange: 'POST /v1/register/sub-processor-changes key',
  answerCannotIdentify: 'POST /v1/requests/{requestId}/unidentifiable key',
  answerQuestion: 'POST /v1/public/{tenant}/requests/{requestId}/clarification',
  answerRecipientTask: 'POST /v1/recipient-tasks/{taskId}/answer key',
  answerRequest: 'POST /v1/requests/{requestId}/answer key',
  approveDeparture: 'POST /v1/departures/{departureId}/approval',
  approveDisclosure: 'POST /v1/disclosures/{disclosureId}/approval key',
  approveErasure: 'POST /v1/erasures/{erasureId}/approval key',
  approveForRequest: 'POST /v1/requests/{requestId}/approval key',
  approvePackage: 'POST /v1/packages/{packageId}/approval key',
  approvePolicyProposal: 'POST /v1/policies/proposals/{proposalId}/approval key',
  approveRequestPackage: 'POST /v1/requests/{requestId}/package-approval key',
  approveRetentionReview: 'POST /v1/retention/reviews/{reviewId}/approval key reads',
  approveSubProcessorChange: 'POST /v1/register/sub-processor-changes/{changeId}/approval key',
  approveSweep: 'POST /v1/retention/sweeps/{sweepId}/approval key',
  approveVisitErasure: 'POST /v1/visits/erasures/{erasureId}/approval key',
  askClarification: 'POST /v1/requests/{requestId}/clarification key',
  askRequestFee: 'POST /v1/requests/{requestId}/fee key',
  assessBreach: 'POST /v1/breaches/{breachId}/assessments key',
  assignRequest: 'POST /v1/requests/{requestId}/assignment key',
  bringIdentification: 'POST /v1/public/{tenant}/requests/{requestId}/identification',
  callOffDeparture: 'DELETE /v1/departures/{departureId}',
  cancelOpenDsrRequest: 'DELETE /opendsr/{tenant}/v1/requests/{subjectRequestId} stream',
  cancelOpenDsrRequestOfOpenGdpr: 'DELETE /opendsr/{tenant}/opengdpr_requests/{subjectRequestId} stream',
  cancelSubProcessorChange: 'POST /v1/register/sub-processor-changes/{changeId}/cancellation key',
  checkInstruction: 'POST /v1/register/instruction-checks',
  checkNotices: 'GET /v1/register/notices',
  checkRequestIdentity: 'POST /v1/requests/{requestId}/identity-checks key',
  closeBreach: 'POST /v1/breaches/{breachId}/closing key',
  confirmClock: 'POST /v1/retention/clock/confirmation key',
  confirmRequest: 'POST /confirmations/{tenant}/{unconfirmedId}/{secret} stream',
  correctAgreement: 'POST /v1/register/agreements/{agreementId}/corrections key',
  correctBreach: 'POST /v1/breaches/{breachId}/corrections key',
  correctPolicies: 'POST /v1/register/policy-corrections key',
  correctRequest: 'POST /v1/requests/{requestId}/corrections key',
  countBreachAffected: 'POST /v1/breaches/{breachId}/affected key',
  countInformationDuties: 'GET /v1/information-duties/counts',
  createTenant: 'POST /v1/tenants key',
  decideBreach: 'POST /v1/breaches/{breachId}/decisions key',
  decideRequestIdentity: 'POST /v1/requests/{requestId}/identity-decision key',
  decideRetentionReview: 'POST /v1/retention/reviews/{reviewId}/decision key reads',
  deleteEverything: 'POST /v1/departures/{departureId}/deletion',
  deleteProfile: 'DELETE /v1/subjects/{id}',
  destroyPackage: 'POST /v1/packages/{packageId}/destruction key',
  discoverOpenDsr: 'GET /opendsr/{tenant}/v1/discovery stream',
  discoverOpenDsrOfOpenGdpr: 'GET /opendsr/{tenant}/discovery stream',
  draftAgreement: 'POST /v1/register/agreements key',
  endAgreement: 'POST /v1/register/agreements/{agreementId}/end key',
  endAttribute: 'DELETE /v1/subjects/{id}/attributes/{attribute}',
  endLimitGround: 'POST /v1/requests/{requestId}/ground-end key',
  endRelation: 'DELETE /v1/subjects/{id}/relations/{relation}/{reference}',
  endRole: 'DELETE /v1/subjects/{id}/roles/{role}',
  enterIdentityCode: 'POST /v1/requests/{requestId}/identity-code key',
  eraseSubject: 'POST /v1/subjects/{id}/erasure key',
  executeRequest: 'POST /v1/requests/{requestId}/execution key',
  exemptFromInformation: 'POST /v1/information-exemptions key',
  exerciseDataRight: 'POST /drp/{tenant}/v1/data-rights-request text',
  explainRetention: 'GET /v1/subjects/{id}/retention reads',
  exportAuditEntries: 'GET /v1/audit/export stream',
  extendRequest: 'POST /v1/requests/{requestId}/extension key',
  fetchPackage: 'POST /packages/{tenant}/{packageId}/{secret} stream',
  fetchRejectedLines: 'POST /v1/imports/{importId}/rejected-lines stream',
  followRequest: 'GET /v1/public/{tenant}/requests/{requestId}',
  getAccessReport: 'GET /v1/subjects/{id}/report reads',
  getActivity: 'GET /v1/register/activities/{activityId}',
  getAdmission: 'GET /v1/subjects/{id}/admission reads',
  getAgreement: 'GET /v1/register/agreements/{agreementId}',
  getAnnexes: 'GET /v1/register/agreements/{agreementId}/annexes',
  getAnnexesPage: 'GET /v1/register/agreements/{agreementId}/annexes/page stream',
  getAnnexesPdf: 'GET /v1/register/agreements/{agreementId}/annexes/pdf stream',
  getAssociation: 'GET /v1/subjects/{id}/items/{doi} reads',
  getAuditEntry: 'GET /v1/audit/{entryId}',
  getAuditProof: 'GET /v1/audit/{entryId}/proof stream',
  getAuthorityPack: 'GET /v1/authority-pack stream',
  getBreach: 'GET /v1/breaches/{breachId}',
  getBreachHistory: 'GET /v1/breaches/{breachId}/events',
  getBreachLetterPage: 'GET /v1/breaches/{breachId}/letters/{seq}/page stream',
  getBreachLetterPdf: 'GET /v1/breaches/{breachId}/letters/{seq}/pdf stream',
  getBreachPage: 'GET /v1/breaches/{breachId}/page stream',
  getBreachPdf: 'GET /v1/breaches/{breachId}/pdf stream',
  getBreachRegister: 'GET /v1/breach-register',
  getBreachRegisterPage: 'GET /v1/breach-register/page stream',
  getBreachRegisterPdf: 'GET /v1/breach-register/pdf stream',
  getCertificate: 'GET /v1/certificates/{certificateId}',
  getCertificatePage: 'GET /v1/certificates/{certificateId}/page stream',
  getClock: 'GET /v1/retention/clock',
  getConfirmationPage: 'GET /confirmations/{tenant}/{unconfirmedId}/{secret} stream',
  getConsent: 'GET /v1/consents/{eventId} reads',
  getConsentHistory: 'GET /v1/subjects/{id}/consents/history reads paged',
  getConsentStates: 'GET /v1/subjects/{id}/consents reads',
  getCurrentNotice: 'GET /v1/notices/current',
  getDataRightsAgent: 'GET /drp/{tenant}/v1/agent/{agentId} stream',
  getDataRightsRequest: 'GET /drp/{tenant}/v1/data-rights-request/{requestId}',
  getDeparture: 'GET /v1/departures/{departureId}',
  getDepartureCertificate: 'GET /v1/departures/{departureId}/certificate',
  getDepartureCertificatePage: 'GET /v1/departures/{departureId}/certificate/page stream',
  getDepartureCertificatePdf: 'GET /v1/departures/{departureId}/certificate/pdf stream',
  getDisclosure: 'GET /v1/disclosures/{disclosureId}',
  getErasure: 'GET /v1/erasures/{erasureId}',
  getErasureProposal: 'GET /v1/erasures/{erasureId}/proposal reads',
  getFinishedLogs: 'GET /log/{tenant}/finished',
  getGlobalPrivacyControl: 'GET /.well-known/gpc.json',
  getIdentityDocument: 'GET /v1/requests/{requestId}/identity/documents/{documentId} stream reads',
  getImport: 'GET /v1/imports/{importId}',
  getInstitution: 'GET /v1/register/institution',
  getIsoReceipt: 'GET /receipts/{tenant}/{receiptId}/receipt.jsonld stream',
  getJointControllerList: 'GET /register/{tenant}/joint-controllers.json',
  getJointControllerPage: 'GET /register/{tenant}/joint-controllers stream',
  getKantaraReceipt: 'GET /receipts/{tenant}/{receiptId}/receipt.json stream',
  getKeepAccountPage: 'GET /accounts/{tenant}/keep/{token} stream',
  getKeySet: 'GET /.well-known/jwks.json stream',
  getLeafOpenings: 'GET /v1/audit/leaves stream',
  getLogCheckpoint: 'GET /log/{tenant}/checkpoint stream',
  getLogConsistency: 'GET /v1/audit/consistency',
  getLogKey: 'GET /log/{tenant}/key stream',
  getLogTile1: 'GET /log/{tenant}/tile/{level}/{part1} stream',
  getLogTile2: 'GET /log/{tenant}/tile/{level}/{part1}/{part2} stream',
  getLogTile3: 'GET /log/{tenant}/tile/{level}/{part1}/{part2}/{part3} stream',
  getLogTile4: 'GET /log/{tenant}/tile/{level}/{part1}/{part2}/{part3}/{part4} stream',
  getLogTile5: 'GET /log/{tenant}/tile/{level}/{part1}/{part2}/{part3}/{part4}/{part5} stream',
  getLogTile6: 'GET /log/{tenant}/tile/{level}/{part1}/{part2}/{part3}/{part4}/{part5}/{part6} stream',
  getNotice: 'GET /v1/notices/{noticeId}/{version}/{language}',
  getNoticeCheckPage: 'GET /v1/register/notices/page stream',
  getNoticeCheckPdf: 'GET /v1/register/notices/pdf stream',
  getNoticePage: 'GET /notices/{hash} stream',
  getNoticeVersion: 'GET /v1/notices/{noticeId}/versions/{version}',
  getOfficer: 'GET /v1/officer',
  getOpenDsrCertificate: 'GET /opendsr/certificate.pem stream',
  getOpenDsrRequest: 'GET /opendsr/{tenant}/v1/requests/{subjectRequestId} stream',
  getOpenDsrRequestOfOpenGdpr: 'GET /opendsr/{tenant}/opengdpr_requests/{subjectRequestId} stream',
  getPackage: 'GET /v1/packages/{packageId}',
  getPackageContent: 'GET /v1/packages/{packageId}/content stream reads',
  getPackageFile: 'GET /v1/packages/{packageId}/file stream reads',
  getPackageLinkPage: 'GET /packages/{tenant}/{packageId}/{secret} stream',
  getPlan: 'GET /v1/retention/plans/{planId}',
  getPolicies: 'GET /v1/policies',
  getPolicyProposal: 'GET /v1/policies/proposals/{proposalId}',
  getPolicyProposalFiles: 'GET /v1/policies/proposals/{proposalId}/files',
  getPortabilityContext: 'GET /contexts/portability-v1.jsonld stream',
  getProcessingRecord: 'GET /v1/records/{set}',
  getProcessingRecordCsv: 'GET /v1/records/{set}/csv stream',
  getProcessingRecordPage: 'GET /v1/records/{set}/page stream',
  getProcessingRecordPdf: 'GET /v1/records/{set}/pdf stream',
  getProfile: 'GET /v1/subjects/{id} reads',
  getReceipt: 'GET /v1/consents/{eventId}/receipt reads',
  getReceiptContext: 'GET /contexts/receipt-v1.jsonld stream',
  getReceiptPage: 'GET /receipts/{tenant}/{receiptId} stream',
  getReceiptProof: 'GET /receipts/{tenant}/{receiptId}/proof.tlog-proof stream',
  getRegister: 'GET /v1/register',
  getRegisterHistory: 'GET /v1/register/history',
  getRequest: 'GET /v1/requests/{requestId} reads',
  getRequestCalendar: 'GET /v1/requests/calendar stream',
  getRequestCandidates: 'GET /v1/requests/{requestId}/candidates reads',
  getRequestHistory: 'GET /v1/requests/{requestId}/events reads',
  getRequestPage: 'GET /v1/requests/{requestId}/page stream reads',
  getRequestPortals: 'GET /v1/requests/{requestId}/portals reads',
  getRetentionReview: 'GET /v1/retention/reviews/{reviewId} reads',
  getSchedule: 'GET /register/{tenant}/retention-schedule.json',
  getSchedulePage: 'GET /register/{tenant}/retention-schedule stream',
  getSchedulePdf: 'GET /register/{tenant}/retention-schedule.pdf stream',
  getSignedReceipt: 'GET /receipts/{tenant}/{receiptId}/receipt.jws stream',
  getSubProcessorChange: 'GET /v1/register/sub-processor-changes/{changeId}',
  getSubProcessorChangeStanding: 'GET /v1/register/sub-processor-changes/{changeId}/standing',
  getSubProcessorFeed: 'GET /register/{tenant}/sub-processors.atom stream',
  getSubProcessorList: 'GET /register/{tenant}/sub-processors.json',
  getSubProcessorPage: 'GET /register/{tenant}/sub-processors stream',
  getSweep: 'GET /v1/retention/sweeps/{sweepId}',
  getTenant: 'GET /v1/tenants/{tenantId}',
  getUnconfirmedRequest: 'GET /v1/unconfirmed-requests/{unconfirmedId} reads',
  getVisitErasure: 'GET /v1/visits/erasures/{erasureId}',
  getWitnessedLogCheckpoint: 'GET /log/{tenant}/checkpoint.witnessed stream',
  handOverSubProcessorNotice: 'POST /v1/register/sub-processor-changes/{changeId}/handover key',
  identifyRequest: 'POST /v1/requests/{requestId}/identification key reads',
  importRecords: 'POST /v1/imports lines',
  informOfRequest: 'POST /v1/requests/{requestId}/information key',
  issueInstruction: 'POST /v1/register/agreements/{agreementId}/instructions key',
  issueToken: 'POST /v1/tokens key',
  joinRequestPortals: 'POST /v1/requests/{requestId}/portals key',
  keepAccount: 'POST /accounts/{tenant}/keep/{token} stream',
  liftRestriction: 'POST /v1/requests/{requestId}/lifting key',
  limitRequest: 'POST /v1/requests/{requestId}/limitation key',
  linkVisitor: 'POST /v1/subjects/{id}/links key',
  listActivities: 'GET /v1/register/activities',
  listAgreements: 'GET /v1/register/agreements',
  listAssociations: 'GET /v1/subjects/{id}/items reads paged',
  listAssociationsToReview: 'GET /v1/associations/to-review reads paged',
  listAuditEntries: 'GET /v1/audit paged',
  listBreaches: 'GET /v1/breaches paged',
  listCertificates: 'GET /v1/certificates paged',
  listDepartures: 'GET /v1/departures',
  listDisclosures: 'GET /v1/disclosures paged',
  listFindings: 'GET /v1/register/findings',
  listHolds: 'GET /v1/holds paged',
  listIdentityChecks: 'GET /v1/requests/{requestId}/identity',
  listImportFaults: 'GET /v1/imports/{importId}/faults paged',
  listImports: 'GET /v1/imports paged',
  listInformationDuties: 'GET /v1/information-duties reads paged',
  listItemAssociations: 'GET /v1/items/{doi}/associations reads paged',
  listMessages: 'GET /v1/outbox paged',
  listOfficerTasks: 'GET /v1/officer/tasks paged',
  listPackages: 'GET /v1/packages paged',
  listPolicyProposals: 'GET /v1/policies/proposals paged',
  listPurposes: 'GET /v1/purposes',
  listRecipientTasks: 'GET /v1/recipient-tasks paged',
  listRecipientsOfSubject: 'GET /v1/subjects/{id}/recipients reads',
  listRequests: 'GET /v1/requests paged',
  listRetentionApprovals: 'GET /v1/retention/approvals',
  listRetentionReviews: 'GET /v1/retention/reviews paged',
  listStandings: 'GET /v1/subjects/{id}/standings reads',
  listSubProcessorChanges: 'GET /v1/register/sub-processor-changes',
  listSweeps: 'GET /v1/retention/sweeps paged',
  listTenants: 'GET /v1/tenants paged',
  listTokens: 'GET /v1/tokens paged',
  listUnconfirmedRequests: 'GET /v1/unconfirmed-requests paged',
  listVisitErasures: 'GET /v1/visits/erasures paged',
  listVisitorDays: 'GET /v1/visits/visitors',
  makeBreachLetters: 'POST /v1/breaches/{breachId}/letters key',
  makePackageAgain: 'POST /v1/packages/{packageId}/making key',
  markRequestDuplicate: 'POST /v1/requests/{requestId}/duplicate-of key',
  markSpecialText: 'POST /v1/special-texts key',
  nameRequestSubject: 'POST /v1/requests/{requestId}/subject key',
  noteOnRequest: 'POST /v1/requests/{requestId}/notes key',
  objectToSubProcessorChange: 'POST /v1/register/sub-processor-changes/{changeId}/objections key',
  openDeparture: 'POST /v1/departures key',
  openPublicRequest: 'POST /v1/public/{tenant}/requests',
  openRequest: 'POST /v1/requests key',
  orderErasure: 'POST /v1/subjects/{id}/erasure/order key',
  orderPackage: 'POST /v1/packages key',
  patchProfile: 'PATCH /v1/subjects/{id}',
  placeHold: 'POST /v1/holds key',
  planRetention: 'POST /v1/retention/plans key',
  previewErasure: 'POST /v1/subjects/{id}/erasure/preview',
  proposeForRequest: 'POST /v1/requests/{requestId}/proposals key',
  proposePolicies: 'POST /v1/policies/proposals key',
  proposeVisitErasure: 'POST /v1/visits/erasures key',
  proveIdentity: 'POST /v1/public/{tenant}/requests/{requestId}/identity',
  putAssociation: 'PUT /v1/subjects/{id}/items/{doi}',
  putAttribute: 'PUT /v1/subjects/{id}/attributes/{attribute}',
  putProfile: 'PUT /v1/subjects/{id}',
  putRelation: 'PUT /v1/subjects/{id}/relations/{relation}/{reference}',
  putRole: 'PUT /v1/subjects/{id}/roles/{role}',
  readmitTenant: 'POST /v1/tenants/{tenantId}/readmission',
  rebasePolicyProposal: 'POST /v1/policies/proposals/{proposalId}/rebase key',
  receiveHolderCompletion: 'POST /v1/public/{tenant}/holders/{holder}/completions bytes',
  receiveIdentityDocument: 'POST /v1/requests/{requestId}/identity/documents key',
  receiveOpenDsrCallback: 'POST /opendsr/{tenant}/v1/callbacks bytes',
  receiveRecipientAnswer: 'POST /v1/public/{tenant}/recipient-tasks/{taskId}/answer bytes',
  recordBreachNotification: 'POST /v1/breaches/{breachId}/notifications key',
  recordClarification: 'POST /v1/requests/{requestId}/clarification-answer key',
  recordConsent: 'POST /v1/consents key',
  recordDataEnd: 'POST /v1/register/agreements/{agreementId}/data-end key',
  recordFeePaid: 'POST /v1/requests/{requestId}/payment key',
  recordIdentityAnswer: 'POST /v1/requests/{requestId}/identity-answer key',
  recordInformation: 'POST /v1/subjects/{id}/information key',
  recordInstitution: 'PUT /v1/register/institution',
  recordOfficerTask: 'POST /v1/officer/tasks key',
  recordRecipient: 'POST /v1/subjects/{id}/recipients key',
  recordSignal: 'POST /v1/consents/signals key',
  recordVisit: 'POST /v1/visits key',
  recordVisits: 'POST /v1/visits/batch key lines',
  rectifySubject: 'POST /v1/subjects/{id}/rectification key',
  refuseDisclosure: 'POST /v1/disclosures/{disclosureId}/refusal key',
  refuseRequest: 'POST /v1/requests/{requestId}/refusal key',
  rejectErasure: 'POST /v1/erasures/{erasureId}/rejection key',
  rejectForRequest: 'POST /v1/requests/{requestId}/rejection key',
  rejectPolicyProposal: 'POST /v1/policies/proposals/{proposalId}/rejection key',
  rejectVisitErasure: 'POST /v1/visits/erasures/{erasureId}/rejection key',
  releaseDisclosure: 'POST /v1/disclosures/{disclosureId}/release stream',
  releaseHold: 'POST /v1/holds/{holdId}/release key',
  releasePackage: 'POST /v1/packages/{packageId}/release key',
  releaseRequestPackage: 'POST /v1/requests/{requestId}/release key',
  reloadPolicies: 'POST /v1/policies/reload key',
  reopenRequest: 'POST /v1/requests/{requestId}/reopening key',
  reportBreach: 'POST /v1/breaches key',
  reportIncident: 'POST /v1/breach-incidents key',
  requestDisclosure: 'POST /v1/disclosures key',
  resolveRegister: 'GET /v1/register/resolution',
  retractAssociation: 'DELETE /v1/subjects/{id}/items/{doi}',
  retryErasure: 'POST /v1/erasures/{erasureId}/retry key',
  retryMessage: 'POST /v1/outbox/{messageId}/retry key',
  returnEverything: 'POST /v1/departures/{departureId}/return stream',
  returnPart: 'POST /v1/returns stream',
  reviewSweep: 'GET /v1/retention/sweeps/{sweepId}/review',
  revokeDataRightsRequest: 'DELETE /drp/{tenant}/v1/data-rights-request/{requestId} text',
  revokeToken: 'DELETE /v1/tokens/{tokenId}',
  searchAuditEntries: 'POST /v1/audit/search reads pagedInBody',
  searchProfiles: 'POST /v1/subjects/search reads',
  searchVisits: 'POST /v1/visits/search reads',
  setUpDataRightsAgent: 'POST /drp/{tenant}/v1/agent/{agentId} text',
  settleObjection: 'POST /v1/register/sub-processor-changes/{changeId}/objections/{objectionId}/settlement key',
  startSweep: 'POST /v1/retention/sweeps key',
  submitOpenDsrRequest: 'POST /opendsr/{tenant}/v1/requests stream bytes',
  submitOpenDsrRequestOfOpenGdpr: 'POST /opendsr/{tenant}/opengdpr_requests stream bytes',
  unmarkSpecialText: 'DELETE /v1/special-texts/{specialTextId}',
  updateTenant: 'PATCH /v1/tenants/{tenantId}',
  withdrawOwnRequest: 'POST /v1/public/{tenant}/requests/{requestId}/withdrawal',
  withdrawPolicyProposal: 'POST /v1/policies/proposals/{proposalId}/withdrawal key',
  withdrawRequest: 'POST /v1/requests/{requestId}/withdrawal key',
  withdrawWithReceipt: 'POST /v1/receipts/{tenant}/{receiptId}/withdrawal',
  withdrawWithReceiptPage: 'POST /receipts/{tenant}/{receiptId}/withdrawal stream',
} as const satisfies Record<keyof Operations, string>;
