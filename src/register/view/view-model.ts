import type { LawfulBasis } from '../../law/vocabulary.ts';
import type { Agreement } from '../agreements/model.ts';
import type {
  Activity,
  Category,
  InstitutionDetails,
  Party,
  PartyRole,
  Place,
  PolicySet,
  Purpose,
  RetentionRule,
  Transfer,
} from '../policies/model.ts';

/** A party as it stands for one tenant: what the files say, or what the institution's own details say. */
export interface PartyRecord extends InstitutionDetails {
  id: string;
  /** The institution's legal name, where it has one; otherwise the portal's. */
  name: string;
  kind: 'tenant' | 'organisation';
  region?: string;
  opendsr?: Party['opendsr'];
}

/** What authorises a processor to work at all, and a sub-processor to be engaged. */
export type Authorisation =
  | { by: 'agreement'; agreementId: string }
  | { by: 'change'; changeId: string; since: Date }
  /** Nothing yet: announced, or never asked for. Such a party does not process. */
  | null;

/** One party in the chain controller → processor → sub-processor of one activity, as it is for one tenant. */
export interface ChainLink {
  party: PartyRecord;
  role: PartyRole;
  /** 0 controllers; 1 processors; 2 sub-processors; 3 and more below them; recipients and others stand beside: null. */
  tier: number | null;
  /** On whose behalf: the party one tier up; null for controllers and those who stand beside. */
  actsFor: string | null;
  does: string | null;
  /** Processors: the agreement in force under which they act (Art. 28(3)); null when there is none. */
  agreement: Agreement | null;
  /** Version and day of the newest instruction under that agreement; null when there is none. */
  instructions: { version: number; issuedAt: Date } | null;
  authorisation: Authorisation;
  /** Controllers and who stands beside: always. Processors: with an agreement; sub-processors: with an authorisation. */
  engaged: boolean;
  /** Where it keeps the data of this tenant. */
  places: Place[];
  /** Transfers to it, of this activity. */
  transfers: Transfer[];
}

export interface ActivityRecord {
  id: string;
  title: string;
  activity: Activity;
  purpose: Purpose;
  basis: LawfulBasis;
  categories: Category[];
  rules: RetentionRule[];
  purposeId: string;
  categoryIds: string[];
  /** Controllers first, then tier by tier, then who stands beside. */
  chain: ChainLink[];
  controllers: PartyRecord[];
}

/** An announced addition, replacement or removal of a sub-processor, with what came of it for this tenant. */
export interface SubProcessorChangeRecord {
  changeId: string;
  kind: 'addition' | 'replacement' | 'removal';
  party: string;
  replaces: string | null;
  /** Who engages it. */
  processor: string;
  activities: string[];
  reason: string;
  status: 'announced' | 'activated' | 'withdrawn';
  announcedAt: Date;
  activatedAt: Date | null;
  /** Of this tenant; null when it is not affected. */
  notice: {
    agreementId: string;
    sentAt: Date;
    /** When it reached the controller; null: not yet. */
    deliveredAt: Date | null;
    messages: string[];
    window: string;
    windowEndsAt: Date;
    authorisation: 'general' | 'specific';
  } | null;
  objections: {
    objectionId: string;
    grounds: string;
    receivedAt: Date;
    late: boolean;
    outcome: 'open' | 'withdrawn' | 'accommodated' | 'agreement-ended';
    settledAt: Date | null;
  }[];
  /** Specific authorisation: when the controller agreed. */
  approvedAt: Date | null;
}

/** One tenant's register: as of an instant, as it was known at an instant. Frozen; nothing reads the register otherwise. */
export interface RegisterView {
  tenant: {
    id: string;
    name: string;
    timeZone: string;
    jurisdiction: string;
    language: string;
    region: string | null;
    /** Its own, where it has another one than the installation. */
    supervisoryAuthority?: { name: string; contact: string } | null;
  };
  /** What was true at this instant … */
  at: Date;
  /** … by what had been recorded up to this one. */
  knownAt: Date;
  policies: PolicySet;
  policyHash: string;
  parties: PartyRecord[];
  activities: ActivityRecord[];
  agreements: Agreement[];
  changes: SubProcessorChangeRecord[];
  party(id: string): PartyRecord | undefined;
  activity(id: string): ActivityRecord | undefined;
  /** Activities that have this category and this purpose, each optional, in constant time. */
  covering(wanted: { category?: string | undefined; purpose?: string | undefined }): readonly ActivityRecord[];
  /** The same, no more of each than who is who: what is asked at every decision. */
  resolved(wanted: { category?: string | undefined; purpose?: string | undefined }): Resolution['activities'];
}

/** The one answer to "who is what of this": see `RegisterService.resolve`. */
export interface Resolution {
  at: Date;
  knownAt: Date;
  policyHash: string;
  activities: {
    id: string;
    title: string;
    purpose: string;
    basis: LawfulBasis;
    categories: string[];
    chain: ChainLink[];
  }[];
}
