import type { Kit } from '../columns.ts';

/** Of data that somebody else gave: from whom, and that the person is told of it (GDPR Art. 14). Null where they gave it. */
export const obtainedColumns = ({ text, instant }: Pick<Kit, 'text' | 'instant'>) => ({
  /** Which kind of source, as the platform calls it: `co-author`. */
  obtainedFrom: text('obtained_from'),
  obtainedAt: instant('obtained_at'),
  /** `open`, `informed` or `exempt`. */
  informState: text('inform_state'),
  /** Local day `YYYY-MM-DD`. */
  informBy: text('inform_by'),
  /** `obtained`, `communicated` or `disclosed`: what makes it that day. */
  informBecause: text('inform_because'),
  informedAt: instant('informed_at'),
  /** Notice, version and language they were told by. */
  informedUnder: text('informed_under'),
  /** Point of Art. 14(5): `14-5-b`. */
  informExemption: text('inform_exemption'),
  informExemptionReason: text('inform_exemption_reason'),
});
