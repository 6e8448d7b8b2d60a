/** What is recorded of a sub-processor change (kind `sub-processor-change`, tenant `*`). Instants are ISO 8601. */
export interface ChangeFact {
  kind: 'addition' | 'replacement' | 'removal';
  party: string;
  replaces: string | null;
  /** Who engages it. */
  processor: string;
  activities: string[];
  reason: string;
  status: 'announced' | 'activated' | 'withdrawn';
  announcedAt: string;
  activatedAt: string | null;
}

/** That a controller is told, and until when it may object (kind `sub-processor-notice`, entity = change). */
export interface NoticeFact {
  agreementId: string;
  sentAt: string;
  /** When the first message came through; null: none has yet, and the window has not begun for certain. */
  deliveredAt: string | null;
  /** Ids in the outbox; empty: the controller has no channel, somebody must hand it over. */
  messages: string[];
  /** How long the contract lets the controller object. */
  window: string;
  /** Exclusive: from this instant on silence counts. */
  windowEndsAt: string;
  authorisation: 'general' | 'specific';
  /** Specific authorisation: when the controller agreed in words. */
  approvedAt: string | null;
}

/** One objection of a controller (kind `objection`). */
export interface ObjectionFact {
  changeId: string;
  grounds: string;
  receivedAt: string;
  late: boolean;
  outcome: 'open' | 'withdrawn' | 'accommodated' | 'agreement-ended';
  settledAt: string | null;
}
