import { addDuration } from './duration.ts';

/** Why a person must be told by a day: of what comes first (GDPR Art. 14(3)(a), (b), (c)). */
export const INFORM_BECAUSE = ['obtained', 'communicated', 'disclosed'] as const;
type InformBecause = (typeof INFORM_BECAUSE)[number];

export interface InformationDate {
  /** The last local day, `YYYY-MM-DD`. */
  by: string;
  because: InformBecause;
}

/**
 * By which local day whoever did not give the data themselves must be told of it: within a month of the day it was
 * obtained, and at the latest with the first communication to them and with the first disclosure (GDPR Art. 14(3)). A
 * maximum on the controller: it is not moved for weekends or holidays.
 */
export function informBy(days: {
  obtained: string;
  communicated?: string | undefined;
  disclosed?: string | undefined;
}): InformationDate {
  let date: InformationDate = { by: addDuration(days.obtained, 'P1M'), because: 'obtained' };
  for (const because of ['communicated', 'disclosed'] as const) {
    const day = days[because];
    // What was written or disclosed before the data was obtained was not this data.
    if (day !== undefined && day >= days.obtained) date = sooner(date, { by: day, because });
  }
  return date;
}

/** Of two last days the one that comes first. */
const sooner = (one: InformationDate, other: InformationDate): InformationDate => (other.by < one.by ? other : one);

/** When nobody need be told (GDPR Art. 14(5)), and what must be recorded beside the reason. */
export const INFORMATION_EXEMPTIONS = {
  '14-5-a': { article: 'GDPR Art. 14(5)(a)', when: 'the person already has the information', needs: null },
  '14-5-b': {
    article: 'GDPR Art. 14(5)(b)',
    when: 'telling is impossible or a disproportionate effort, or would defeat the purpose',
    needs: 'measures',
  },
  '14-5-c': { article: 'GDPR Art. 14(5)(c)', when: 'a law lays down the obtaining or disclosure', needs: 'law' },
  '14-5-d': { article: 'GDPR Art. 14(5)(d)', when: 'professional secrecy covers the data', needs: 'law' },
} as const satisfies Record<string, { article: string; when: string; needs: 'measures' | 'law' | null }>;
export type InformationExemption = keyof typeof INFORMATION_EXEMPTIONS;
