/** What makes a point of Art. 13 or 14 necessary in a notice; `always` where the law makes no exception. */
type Condition =
  | 'always'
  | 'officer'
  | 'legitimate-interests'
  | 'recipients'
  | 'transfers'
  | 'consent'
  | 'automated-decisions'
  | 'objection';

interface Duty {
  /** As the law is cited: `GDPR Art. 13(2)(d)`. */
  article: string;
  /** What people must be told. */
  tells: string;
  when: Condition;
  /** Must stand clearly and separately from any other information, in a passage of its own. */
  apart?: true;
}

const duty = (point: string, tells: string, when: Condition): [string, Duty] => {
  const [article, paragraph, letter] = point.split('-');
  return [point, { article: `GDPR Art. ${article}(${paragraph})(${letter})`, tells, when }];
};

/** Art. 13(1) and (2): where data is collected from the person. */
const FROM_THE_PERSON = [
  duty('13-1-a', 'who the controller is, with contact details, and its representative', 'always'),
  duty('13-1-b', 'how to reach the data protection officer', 'officer'),
  duty('13-1-c', 'the purposes and their legal basis', 'always'),
  duty('13-1-d', 'the legitimate interests', 'legitimate-interests'),
  duty('13-1-e', 'the recipients', 'recipients'),
  duty('13-1-f', 'transfers to third countries, and their safeguards', 'transfers'),
  duty('13-2-a', 'how long the data is kept', 'always'),
  duty('13-2-b', 'access, rectification, erasure, restriction, objection and portability', 'always'),
  duty('13-2-c', 'that consent can be withdrawn at any time', 'consent'),
  duty('13-2-d', 'the right to complain to a supervisory authority', 'always'),
  duty('13-2-e', 'whether the data must be given, and what happens otherwise', 'always'),
  duty('13-2-f', 'automated decisions, their logic and consequences', 'automated-decisions'),
] as const;

/** Art. 14(1) and (2): where it comes from somebody else. */
const FROM_ELSEWHERE = [
  duty('14-1-a', 'who the controller is, with contact details, and its representative', 'always'),
  duty('14-1-b', 'how to reach the data protection officer', 'officer'),
  duty('14-1-c', 'the purposes and their legal basis', 'always'),
  duty('14-1-d', 'the categories of data', 'always'),
  duty('14-1-e', 'the recipients', 'recipients'),
  duty('14-1-f', 'transfers to third countries, and their safeguards', 'transfers'),
  duty('14-2-a', 'how long the data is kept', 'always'),
  duty('14-2-b', 'the legitimate interests', 'legitimate-interests'),
  duty('14-2-c', 'access, rectification, erasure, restriction, objection and portability', 'always'),
  duty('14-2-d', 'that consent can be withdrawn at any time', 'consent'),
  duty('14-2-e', 'the right to complain to a supervisory authority', 'always'),
  duty('14-2-f', 'where the data comes from, and whether from publicly accessible sources', 'always'),
  duty('14-2-g', 'automated decisions, their logic and consequences', 'automated-decisions'),
] as const;

/** Art. 21(4): whoever can object must be told of it explicitly, and apart from all else. */
const APART = [
  [
    '21-4',
    {
      article: 'GDPR Art. 21(4)',
      tells: 'the right to object, clearly and apart from all else',
      when: 'objection',
      apart: true,
    },
  ],
] as const satisfies [string, Duty][];

/** What is known of an activity that decides what its notice must say. */
export interface NoticeCircumstances {
  fromThePerson: boolean;
  fromElsewhere: boolean;
  /** Of `Condition`, all but `always`. */
  holds: ReadonlySet<Exclude<Condition, 'always'>>;
}

/** The points a notice on such an activity must tell (GDPR Art. 13(1), (2), 14(1), (2), 21(4)), in the order of the law. */
export function noticeDuties({ fromThePerson, fromElsewhere, holds }: NoticeCircumstances): [point: string, Duty][] {
  const all: (readonly [string, Duty])[] = [
    ...(fromThePerson ? FROM_THE_PERSON : []),
    ...(fromElsewhere ? FROM_ELSEWHERE : []),
    ...APART,
  ];
  return all.filter(([, { when }]) => when === 'always' || holds.has(when)).map(([point, duty]) => [point, duty]);
}
