import Type, { type Static } from 'typebox';
import { closed, Line } from '../../foundations/contract/schemas.ts';
import { JURISDICTION_PATTERN } from '../../law/jurisdictions.ts';

/** What of the law of a place policies and institutions say themselves: its authority, and days off. */

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day: 2026-11-23, in quotes.' });
const CALENDAR = '^[A-Z]{2}(-[A-Z0-9]{1,3})?$';

export const Jurisdiction = Type.String({
  pattern: JURISDICTION_PATTERN,
  description: 'ISO 3166 (DE, DE-BY, GB-SCT); EU; EUI, EC or EP: institutions of the Union.',
});

export const Authority = Type.Object({ name: Line, contact: Line }, { ...closed, title: 'SupervisoryAuthority' });

/** Of one place, or of one institution. */
export const HolidayChanges = Type.Object(
  {
    add: Type.Optional(Type.Array(Day, { uniqueItems: true, maxItems: 400, description: 'Days off besides.' })),
    remove: Type.Optional(
      Type.Array(Day, { uniqueItems: true, maxItems: 400, description: 'Published days that are working days here.' }),
    ),
  },
  { ...closed, minProperties: 1 },
);

/** What `installation.yaml` may say of the law. */
export const INSTALLATION_LAW = {
  jurisdiction: Type.Optional(Jurisdiction),
  supervisoryAuthorities: Type.Optional(
    Type.Array(
      Type.Object(
        {
          place: Jurisdiction,
          from: Type.Optional(Day),
          name: Line,
          contact: Line,
        },
        closed,
      ),
      { description: 'Of portals in other places than the installation’s; from: since when it is this one.' },
    ),
  ),
  holidays: Type.Optional(
    Type.Record(Type.String({ pattern: CALENDAR }), HolidayChanges, {
      description: 'By place: days off besides those of the list, and days of it that are working days.',
    }),
  ),
};

/** What an institution may say of itself. */
export const INSTITUTION_LAW = {
  supervisoryAuthority: Type.Optional(Authority),
  holidays: Type.Optional(HolidayChanges),
};

/** An official list of public holidays of one place: written by `lethe holidays import`. */
export const HolidayFile = Type.Object(
  {
    place: Type.String({ pattern: CALENDAR, description: 'DE, DE-BY, GB-ENG.' }),
    source: Line,
    licence: Line,
    years: Type.Record(
      Type.String({ pattern: '^(19|20|21)\\d{2}$' }),
      Type.Array(Day, { uniqueItems: true, maxItems: 200 }),
      {
        minProperties: 1,
        maxProperties: 100,
        description: 'Every year whole: a day that is not listed is a working day.',
      },
    ),
  },
  closed,
);
export type HolidayFile = Static<typeof HolidayFile>;
