import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { decisions, evidence, links } from './consents.ts';
import { contributions } from './content.ts';
import { outside } from './outside.ts';
import { profile } from './profiles.ts';
import { disclosures } from './recipients.ts';
import { requests } from './requests.ts';
import type { Speech } from './speech.ts';
import { standings } from './standings.ts';
import { visits } from './visits.ts';

/** Records of one kind as a person reads them. */
type Tell = (records: readonly PackageRecord[], say: Speech, category: string) => Block[];

/** How each kind of record is told, by its category. A kind that is kept here and has no line fails a test. */
export const TOLD: Record<string, Tell> = {
  'consents.decision': decisions,
  'consents.evidence': evidence,
  'consents.link': links,
  'visits.full': visits,
  'visits.reduced': visits,
  'profiles.identity': profile,
  'profiles.contact': profile,
  'profiles.interests': profile,
  'profiles.location': profile,
  'content.public-association': contributions,
  'content.private-association': contributions,
  'content.minimal-association': contributions,
  'relations.standing': standings,
  'recipients.disclosure': disclosures,
  'requests.correspondence': requests,
};

/** Records in words; those of holders outside by what their declaration calls each value. */
export const tellRecords = (category: string, records: readonly PackageRecord[], say: Speech): Block[] =>
  (TOLD[category] ?? outside)([...records].sort(byTime), say, category);

const byTime = (one: PackageRecord, other: PackageRecord): number =>
  one.at < other.at ? -1 : Number(one.at > other.at);

/** Kinds that are parts of one row of the person are told together. */
export const isOfProfile = (category: string): boolean => TOLD[category] === profile;
