import type { Regime, RuleFamily } from './jurisdictions.ts';

/**
 * What a person can ask for (GDPR Art. 7(3), 15 to 22; in the UK also DPA 2018 s. 164A). `marketing-objection` is asked
 * as an objection, and is a right of its own: nothing can be held against it (Art. 21(2), (3)).
 */
export const ASKED = [
  ...(['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection'] as const),
  ...(['consent-withdrawal', 'human-review', 'complaint'] as const),
] as const;
export type Asked = (typeof ASKED)[number];
export const CLAIMS = [...ASKED, 'marketing-objection'] as const;
export type Claim = (typeof CLAIMS)[number];

/** On which the law lets a controller not do at once, without a fee and wholly what it is asked. */
export const REFUSAL_GROUNDS = [
  'manifestly-unfounded',
  'excessive',
  /** The right does not exist for this basis, or what it presupposes is missing (Art. 16, 17(1), 18(1), 20(1), 21(1) …). */
  'right-does-not-apply',
  /** Art. 17(3). */
  'exception',
  /** Compelling grounds, claims (Art. 21(1)); a task in the public interest (Art. 21(6)). */
  'compelling-grounds',
  /** Art. 12(2), (6): it is not shown who asks. */
  'identity-not-shown',
  'fee-not-paid',
  /** Art. 23: the law of a Member State. */
  'national-restriction',
  /** The rights of others (Art. 15(4), 20(4)). */
  'rights-of-others',
  /** Another controller's. */
  'not-responsible',
] as const;
export type RefusalGround = (typeof REFUSAL_GROUNDS)[number];
export const GROUNDS = [
  ...REFUSAL_GROUNDS,
  /** Of an extension (Art. 12(3)). */
  'complexity',
  'number',
  /** Reasonable doubt who asks (Art. 12(6)). */
  'identity-doubt',
  /** It is not clear what is asked for (Recital 63). */
  'clarification',
  /** More copies than one (Art. 15(3)). */
  'further-copy',
] as const;
export type Ground = (typeof GROUNDS)[number];

/**
 * What a ground lets the controller do. `refuse`: the whole; `refuse-part`: some of it, the rest is answered; `reject`:
 * after the grounds were documented as the decision; `fee`; `extend`: by two further months; `ask`: the person, before
 * going on (whether the clock stands still meanwhile the rules of the clock say).
 */
export const EFFECTS = ['refuse', 'refuse-part', 'reject', 'fee', 'extend', 'ask'] as const;
export type Effect = (typeof EFFECTS)[number];

/** What must be given with it; all of it is recorded. */
type Evidence = 'reasons' | 'abuse' | 'exceptions' | 'provision' | 'documented-grounds' | 'costs';

/** How the request must stand for it. */
export type Standing =
  | 'identity-asked-and-not-confirmed'
  | 'nobody-identified'
  | 'fee-asked-and-unpaid'
  | 'agreed-by-a-second-person'
  | 'basis-gives-no-such-right'
  | 'basis-gives-the-right'
  | 'answered-before';

const REGIME: Record<RuleFamily, Regime> = { EU: 'gdpr', 'EU-institutions': 'eudpr', UK: 'uk-gdpr', CH: 'fadp' };
/** The law whose rules a clock runs by. */
export const regimeUnder = (rules: RuleFamily): Regime => REGIME[rules];

/** One rule of the law: on this ground, against these rights, in force from that day, this may be done. */
interface Rule {
  ground: Ground;
  rights: readonly Claim[];
  effects: readonly Effect[];
  evidence: readonly Evidence[];
  /** All of them must hold. */
  needs?: readonly Standing[];
  /** Where it stands; a regime that is not named does not know it. */
  sources: Partial<Record<Regime, readonly Dated[]>>;
}
/** In force from `from` on, until the next of the list. */
interface Dated {
  from: string;
  source: string;
}

/** First days of the GDPR, of Reg. (EU) 2018/1725, and of the Data (Use and Access) Act 2025, s. 76. */
const GDPR_DAY = '2018-05-25';
const EUDPR_DAY = '2018-12-11';
const DUAA_DAY = '2026-02-05';
const FADP_DAY = '2023-09-01';

/** The same provision in each regime; its UK text has the numbers of the GDPR. */
const at = (gdpr: string, eudpr: string | null, uk: string | null = gdpr): Rule['sources'] => ({
  gdpr: [{ from: GDPR_DAY, source: `GDPR ${gdpr}` }],
  ...(eudpr === null ? {} : { eudpr: [{ from: EUDPR_DAY, source: `Reg. (EU) 2018/1725 ${eudpr}` }] }),
  ...(uk === null ? {} : { 'uk-gdpr': [{ from: GDPR_DAY, source: `UK GDPR ${uk}` }] }),
});

/** The same in Switzerland, where the act and its ordinance are built otherwise. */
const swiss = (source: string): Rule['sources'] => ({ fadp: [{ from: FADP_DAY, source }] });

/** Rights of the chapter on the person's rights whose answer Art. 12 speaks of; nothing of it binds Art. 7(3) or 21(3). */
const CHAPTER: readonly Claim[] = [
  ...(['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection', 'human-review'] as const),
];
const ABUSE = at('Art. 12(5)', 'Art. 14(5)');

/**
 * Right × ground × effect, the one table: what is not in it is not allowed. The two rights that nothing can be held
 * against are in no row but those by which it is found out who asks.
 */
const RULES: readonly Rule[] = [
  ...(['manifestly-unfounded', 'excessive'] as const).flatMap((ground): Rule[] => [
    {
      ground,
      rights: CHAPTER,
      effects: ['refuse'],
      evidence: ['abuse', 'reasons'],
      needs: ['agreed-by-a-second-person'],
      sources: ABUSE,
    },
    {
      // Of access and of handing over alone, and a request that is nothing but a nuisance beside one that has no object.
      ground,
      rights: ['access', 'portability'],
      effects: ['refuse'],
      evidence: ['abuse', 'reasons'],
      needs: ['agreed-by-a-second-person'],
      sources: swiss('FADP Art. 26(1)(c)'),
    },
    {
      ground,
      rights: ['access', 'portability'],
      effects: ['fee'],
      evidence: ['abuse', 'costs'],
      needs: ['agreed-by-a-second-person'],
      sources: swiss('DPO Art. 19(1)'),
    },
    {
      ground,
      rights: CHAPTER,
      effects: ['fee'],
      evidence: ['abuse', 'costs'],
      needs: ['agreed-by-a-second-person'],
      // Reg. (EU) 2018/1725 Art. 14(5) lets an institution refuse, and take nothing for it.
      sources: at('Art. 12(5)(a)', null, 'Art. 12(5)(a)'),
    },
  ]),
  {
    ground: 'further-copy',
    rights: ['access'],
    effects: ['fee'],
    evidence: ['costs'],
    needs: ['answered-before'],
    sources: at('Art. 15(3)', null),
  },
  {
    ground: 'fee-not-paid',
    rights: CHAPTER,
    effects: ['refuse'],
    evidence: ['reasons'],
    needs: ['fee-asked-and-unpaid'],
    sources: { ...at('Art. 12(5)(a)', null), ...swiss('DPO Art. 19(3)') },
  },
  {
    ground: 'identity-not-shown',
    rights: CHAPTER,
    effects: ['refuse'],
    evidence: ['reasons'],
    needs: ['identity-asked-and-not-confirmed'],
    sources: { ...at('Art. 12(2), (6)', 'Art. 14(2), (6)'), ...swiss('DPO Art. 16(5)') },
  },
  {
    ground: 'identity-doubt',
    rights: CHAPTER,
    effects: ['ask'],
    evidence: ['reasons'],
    sources: { ...at('Art. 12(6)', 'Art. 14(6)'), ...swiss('DPO Art. 16(5)') },
  },
  {
    // Nothing can be done for somebody of whom nobody knows who they are; whoever is known need not show it again.
    ground: 'identity-doubt',
    rights: ['consent-withdrawal', 'marketing-objection', 'complaint'],
    effects: ['ask'],
    evidence: ['reasons'],
    needs: ['nobody-identified'],
    sources: { ...at('Art. 11(2), 12(6)', 'Art. 12(2), 14(6)'), ...swiss('DPO Art. 16(5)') },
  },
  {
    ground: 'clarification',
    rights: [...CHAPTER, 'complaint'],
    effects: ['ask'],
    evidence: ['reasons'],
    sources: {
      gdpr: [{ from: GDPR_DAY, source: 'GDPR Recital 63' }],
      eudpr: [{ from: EUDPR_DAY, source: 'EDPB Guidelines 01/2022' }],
      ...swiss('FADP Art. 25(2)'),
      'uk-gdpr': [
        { from: GDPR_DAY, source: 'UK GDPR Recital 63' },
        { from: DUAA_DAY, source: 'UK GDPR Art. 12A' },
      ],
    },
  },
  ...(['complexity', 'number'] as const).map(
    (ground): Rule => ({
      ground,
      rights: CHAPTER,
      effects: ['extend'],
      evidence: ['reasons'],
      sources: {
        ...at('Art. 12(3)', 'Art. 14(3)'),
        ...swiss('DPO Art. 18(2)'),
        'uk-gdpr': [
          { from: GDPR_DAY, source: 'UK GDPR Art. 12(3)' },
          { from: DUAA_DAY, source: 'UK GDPR Art. 12A' },
        ],
      },
    }),
  ),
  {
    ground: 'right-does-not-apply',
    rights: ['rectification'],
    effects: ['refuse', 'refuse-part'],
    evidence: ['reasons'],
    sources: { ...at('Art. 16', 'Art. 18'), ...swiss('FADP Art. 32(1)') },
  },
  {
    ground: 'right-does-not-apply',
    rights: ['erasure'],
    effects: ['refuse', 'refuse-part'],
    evidence: ['reasons'],
    sources: { ...at('Art. 17(1)', 'Art. 19(1)'), ...swiss('FADP Art. 32(2)') },
  },
  {
    ground: 'right-does-not-apply',
    rights: ['restriction'],
    effects: ['refuse', 'refuse-part'],
    evidence: ['reasons'],
    sources: { ...at('Art. 18(1)', 'Art. 20(1)'), ...swiss('FADP Art. 32(2)') },
  },
  {
    ground: 'right-does-not-apply',
    rights: ['portability'],
    effects: ['refuse', 'refuse-part'],
    evidence: ['reasons'],
    sources: { ...at('Art. 20(1)', 'Art. 22(1)'), ...swiss('FADP Art. 28(1)') },
  },
  {
    ground: 'right-does-not-apply',
    rights: ['objection'],
    effects: ['refuse'],
    evidence: ['reasons'],
    needs: ['basis-gives-no-such-right'],
    sources: { ...at('Art. 21(1)', 'Art. 23(1)'), ...swiss('FADP Art. 30(2)') },
  },
  {
    ground: 'right-does-not-apply',
    rights: ['human-review'],
    effects: ['refuse'],
    evidence: ['reasons'],
    sources: {
      ...at('Art. 22(1)', 'Art. 24(1)'),
      ...swiss('FADP Art. 21(3)'),
      'uk-gdpr': [
        { from: GDPR_DAY, source: 'UK GDPR Art. 22(1)' },
        { from: DUAA_DAY, source: 'UK GDPR Art. 22A(1)' },
      ],
    },
  },
  {
    ground: 'exception',
    rights: ['erasure'],
    effects: ['refuse', 'refuse-part'],
    evidence: ['exceptions', 'reasons'],
    sources: { ...at('Art. 17(3)', 'Art. 19(3)'), ...swiss('FADP Art. 31(1)') },
  },
  {
    ground: 'compelling-grounds',
    rights: ['objection'],
    effects: ['reject'],
    evidence: ['documented-grounds'],
    needs: ['basis-gives-the-right'],
    sources: { ...at('Art. 21(1), (6)', 'Art. 23(1), (4)'), ...swiss('FADP Art. 31(1)') },
  },
  {
    ground: 'rights-of-others',
    rights: ['access'],
    effects: ['refuse-part'],
    evidence: ['reasons'],
    sources: { ...at('Art. 15(4)', 'Art. 17(4)'), ...swiss('FADP Art. 26(1)(b)') },
  },
  {
    ground: 'rights-of-others',
    rights: ['portability'],
    effects: ['refuse-part'],
    evidence: ['reasons'],
    sources: { ...at('Art. 20(4)', 'Art. 22(4)'), ...swiss('FADP Art. 29(1)') },
  },
  {
    ground: 'national-restriction',
    rights: CHAPTER,
    effects: ['refuse', 'refuse-part'],
    evidence: ['provision', 'reasons'],
    sources: {
      ...at('Art. 23(1)', 'Art. 25(1)'),
      ...swiss('FADP Art. 26(1)(a)'),
      'uk-gdpr': [{ from: GDPR_DAY, source: 'DPA 2018 s. 15, Sch. 2 to 4' }],
    },
  },
  {
    // Rights are against a controller (Art. 4(7)); whoever is none says so, and whose they are (Art. 28(3)(e)).
    ground: 'not-responsible',
    rights: CHAPTER,
    effects: ['refuse'],
    evidence: ['reasons'],
    sources: { ...at('Art. 4(7), 12(2)', 'Art. 3(8), 14(2)'), ...swiss('FADP Art. 5(j)') },
  },
];

/** Why a right knows no ground at all. */
const ABSOLUTE: Partial<Record<Claim, Record<Regime, string>>> = {
  'consent-withdrawal': {
    gdpr: 'consent can be withdrawn at any time (GDPR Art. 7(3))',
    eudpr: 'consent can be withdrawn at any time (Reg. (EU) 2018/1725 Art. 7(3))',
    'uk-gdpr': 'consent can be withdrawn at any time (UK GDPR Art. 7(3))',
    fadp: 'what consent alone allows ends with it (FADP Art. 30(2)(b))',
  },
  'marketing-objection': {
    gdpr: 'an objection to direct marketing is absolute (GDPR Art. 21(3))',
    eudpr: 'an objection to direct marketing is absolute',
    'uk-gdpr': 'an objection to direct marketing is absolute (UK GDPR Art. 21(3))',
    fadp: 'nothing justifies marketing against what the person has said (FADP Art. 30(2)(b))',
  },
  complaint: {
    gdpr: 'a complaint is answered with what came of it',
    eudpr: 'a complaint is answered with what came of it',
    'uk-gdpr': 'a complaint is answered with what came of it (DPA 2018 s. 164A)',
    fadp: 'a complaint is answered with what came of it',
  },
};

/** Why nothing of the kind may be done; undefined where it depends on the ground. */
export const absolute = (right: Claim, regime: Regime): string | undefined => ABSOLUTE[right]?.[regime];

/** What a ground allows against a right on a day. */
export interface Allowed {
  ground: Ground;
  effect: Effect;
  evidence: readonly Evidence[];
  needs: readonly Standing[];
  source: string;
}

/** Everything that may be done against a right, under the law of that day (`YYYY-MM-DD`), in the order of the grounds. */
export function groundsAgainst(right: Claim, regime: Regime, day: string): Allowed[] {
  return RULES.filter(({ rights }) => rights.includes(right)).flatMap(
    ({ ground, effects, evidence, needs, sources }) => {
      const source = (sources[regime] ?? []).findLast(({ from }) => from <= day)?.source;
      return source === undefined
        ? []
        : effects.map((effect): Allowed => ({ ground, effect, evidence, needs: needs ?? [], source }));
    },
  );
}

/** Whether a ground has this effect against a right; undefined: never. */
export const allowed = (right: Claim, ground: Ground, effect: Effect, regime: Regime, day: string) =>
  groundsAgainst(right, regime, day).find((one) => one.ground === ground && one.effect === effect);
