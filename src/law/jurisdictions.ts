/**
 * The laws of data protection by place, as dated data: which law, its rule sets, where its provisions stand, whose
 * holidays count and who watches over it. A place that is not here has no law that Lethe knows.
 */

export type Regime = 'gdpr' | 'eudpr' | 'uk-gdpr' | 'fadp';

/** `EU`: the GDPR, in the EEA; `EU-institutions`: Reg. (EU) 2018/1725; `UK`: the UK GDPR; `CH`: the FADP. */
export type RuleFamily = 'EU' | 'EU-institutions' | 'UK' | 'CH';

/** A right that somebody may exercise, by the name requests have for it. */
export type Right =
  | 'access'
  | 'portability'
  | 'rectification'
  | 'erasure'
  | 'restriction'
  | 'objection'
  | 'consent-withdrawal'
  | 'human-review'
  | 'complaint';

export interface Jurisdiction {
  /** ISO 3166-1 alpha-2 or 3166-2, `EU` (any Member State), `EUI`, `EC`, `EP` (institutions of the Union). */
  id: string;
  regime: Regime;
  /** The family of its rule sets. */
  rules: RuleFamily;
  /** The place of its calendar; null: that of the country where the controller is. */
  holidays: string | null;
}

/** What a code looks like; `jurisdictionOf` says whether it is one. */
export const JURISDICTION_PATTERN = '^([A-Z]{2}(-[A-Z0-9]{1,3})?|EUI)$';

const RULES: Record<Regime, RuleFamily> = { gdpr: 'EU', eudpr: 'EU-institutions', 'uk-gdpr': 'UK', fadp: 'CH' };
const place = (id: string, regime: Regime, holidays: string | null = id): Jurisdiction => ({
  id,
  regime,
  rules: RULES[regime],
  holidays,
});

/** The EEA: Norway, Iceland and Liechtenstein by Decision of the EEA Joint Committee 154/2018, from 20 July 2018. */
export const EEA_STATES =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' ');
/** Parts of Member States with codes of their own; their state's holidays are the earlier, and therefore safe, end. */
export const PARTS_OF_STATES: Record<string, string> = {
  AX: 'FI',
  GF: 'FR',
  GP: 'FR',
  MF: 'FR',
  MQ: 'FR',
  RE: 'FR',
  YT: 'FR',
};

const PLACES: ReadonlyMap<string, Jurisdiction> = new Map(
  [
    place('EU', 'gdpr', null),
    ...EEA_STATES.map((state) => place(state, 'gdpr')),
    ...Object.entries(PARTS_OF_STATES).map(([part, state]) => place(part, 'gdpr', state)),
    place('EUI', 'eudpr', 'EC'),
    place('EC', 'eudpr'),
    place('EP', 'eudpr'),
    place('GB', 'uk-gdpr'),
    place('CH', 'fadp'),
  ].map((one) => [one.id, one]),
);

/** Which law applies in a place, `DE`, `DE-BY`, `GB-SCT`, `EUI`; a part of a state has the law of its state. */
export function jurisdictionOf(code: string): Jurisdiction | undefined {
  const [, state = code, part] = /^([A-Z]{2})-([A-Z0-9]{1,3})$/.exec(code) ?? [];
  const found = PLACES.get(state);
  if (!found || part === undefined) return found;
  // The Union and its institutions have no parts.
  return found.holidays === state && found.regime !== 'eudpr' ? { ...found, id: code, holidays: code } : undefined;
}

/**
 * The rule sets that a portal's code leads to. Portals with a code that is not known were registered before codes were
 * checked: the GDPR applies to them by its Art. 3(2).
 */
export const rulesOf = (code: string): RuleFamily => jurisdictionOf(code)?.rules ?? 'EU';

/** Likewise the law. */
export const regimeOf = (code: string): Regime => jurisdictionOf(code)?.regime ?? 'gdpr';

/** Where provisions of the GDPR stand in a law, from a day on. */
interface Moved {
  regime: Regime;
  from: string;
  moved: Readonly<Record<string, string | null>>;
}

/**
 * By the number in the GDPR; what is not listed has the same number, and what is null has no counterpart. The longest
 * beginning counts: `12` moves `12(3)`.
 */
const MOVED: readonly Moved[] = [
  { regime: 'gdpr', from: '2018-05-25', moved: {} },
  { regime: 'uk-gdpr', from: '2018-05-25', moved: {} },
  // Data (Use and Access) Act 2025, s. 80, in force by SI 2026/82.
  {
    regime: 'uk-gdpr',
    from: '2026-02-05',
    moved: { '22': '22A', '22(2)': '22B', '22(3)': '22C', '22(4)': '22B' },
  },
  {
    regime: 'eudpr',
    from: '2018-12-11',
    moved: {
      '5': '4',
      '6': '5',
      '6(1)(a)': '5(1)(d)',
      '6(1)(b)': '5(1)(c)',
      '6(1)(c)': '5(1)(b)',
      '6(1)(d)': '5(1)(e)',
      '6(1)(e)': '5(1)(a)',
      '6(1)(f)': null,
      '6(4)': '6',
      '9': '10',
      '10': '11',
      '11': '12',
      '12': '14',
      // Institutions answer for nothing: there is no fee, only a refusal.
      '12(5)(a)': null,
      '12(5)(b)': '14(5)',
      '13': '15',
      '14': '16',
      '14(2)(g)': '16(2)(f)',
      '15': '17',
      '16': '18',
      '17': '19',
      '18': '20',
      '19': '21',
      '20': '22',
      '21': '23',
      '21(2)': null,
      '21(3)': null,
      '21(4)': '23(2)',
      '21(5)': '23(3)',
      '21(6)': '23(4)',
      '22': '24',
      '23': '25',
      '24': '26',
      '25': '27',
      '26': '28',
      '27': null,
      '28': '29',
      '29': '30',
      '30': '31',
      '31': '32',
      '32': '33',
      '33': '34',
      '33(5)': '34(6)',
      '34': '35',
      '35': '39',
      '36': '40',
      '37': '43',
      '38': '44',
      '39': '45',
      '44': '46',
      '45': '47',
      '46': '48',
      '49': '50',
      '77': '63',
      '78': '64',
      '79': '64',
      '82': '65',
      '89': '13',
      '89(1)': '13',
    },
  },
  // Federal Act on Data Protection of 25 September 2020 (SR 235.1).
  {
    regime: 'fadp',
    from: '2023-09-01',
    moved: {
      '5': '6',
      '6': '31(1)',
      '6(4)': '6(3)',
      '7': '6(6)',
      '7(3)': '30(2)(b)',
      '8': null,
      '9': '6(7)',
      '10': null,
      '11': null,
      '12': null,
      '12(3)': '25(7)',
      '12(4)': '26(4)',
      '12(5)': '26(1)(c)',
      '13': '19',
      '14': '19',
      '15': '25',
      '15(3)': '25(6)',
      '15(4)': '26(1)(b)',
      '16': '32(1)',
      '17': '32(2)(c)',
      '17(3)': '31(1)',
      '18': '32(2)(a)',
      '18(3)': null,
      '19': '32(4)',
      '20': '28',
      '21': '30(2)(b)',
      '21(6)': null,
      '22': '21',
      '22(2)': '21(3)',
      '22(3)': '21(2)',
      '22(4)': null,
      '23': '26(1)(a)',
      '25': '7',
      '26': null,
      '27': '14',
      '28': '9',
      '29': '9',
      '30': '12',
      '31': '49(3)',
      '32': '8',
      '33': '24(1)',
      '33(2)': '24(3)',
      '33(3)': '24(2)',
      '33(4)': null,
      '33(5)': null,
      '34': '24(4)',
      '34(3)': '24(5)',
      '35': '22',
      '36': '23',
      '37': '10',
      '38': '10',
      '39': '10',
      '44': '16',
      '45': '16(1)',
      '46': '16(2)',
      '49': '17',
      '77': '49(1)',
      '78': '52',
      '79': '32(2)',
      '82': '32(2)',
      '89': '31(2)(e)',
    },
  },
];

/** Where each right stands in the GDPR; complaints to the controller are a right of the UK alone. */
const RIGHTS: Record<Exclude<Right, 'complaint'>, string> = {
  access: '15',
  portability: '20',
  rectification: '16',
  erasure: '17',
  restriction: '18',
  objection: '21',
  'consent-withdrawal': '7(3)',
  'human-review': '22(3)',
};

/** One law as it stands on a day. Provisions are `12(5)(b)`, without the name of the law. */
export interface Law {
  regime: Regime;
  /** `law.statute-<this>` is its name. */
  statute: Regime;
  /** Where a provision of the GDPR stands here; null: it has no counterpart. */
  placeOf(provision: string): string | null;
  /** Where a right stands; null: not in this law (a complaint to the controller is in the UK's Data Protection Act). */
  article(right: Right): string | null;
  /** The judicial remedy, and the complaint to the authority. */
  remedy: string | null;
  complaint: string | null;
}

/** @param on the local day by which the law is read, `YYYY-MM-DD`; before its first day it reads as on that. */
export function lawOf(regime: Regime, on: string): Law {
  const versions = MOVED.filter((one) => one.regime === regime);
  const { moved } = (versions.findLast(({ from }) => from <= on) ?? versions[0]) as Moved;
  function placeOf(provision: string): string | null {
    for (let known = provision; known !== ''; known = known.replace(/(^\d+[A-Z]?|\([^()]+\))$/, '')) {
      const there = moved[known];
      if (there === undefined) continue;
      if (there === null) return null;
      // Swiss law and the UK's new articles have points of their own; Reg. 2018/1725 keeps those of the GDPR.
      return regime === 'eudpr' ? there + provision.slice(known.length) : there;
    }
    return provision;
  }
  return {
    regime,
    statute: regime,
    placeOf,
    article: (right) => (right === 'complaint' ? null : placeOf(RIGHTS[right])),
    remedy: placeOf('79'),
    complaint: placeOf('77'),
  };
}
