/** One provision named in a text: an article or section, and what of it. */
export interface Citation {
  law: string;
  article: string;
  /** `3`, or `3A`. */
  paragraph?: string;
  /** `a`, or `ea`. */
  point?: string;
  /** As it stands in the text, with the line it stands in. */
  text: string;
  line: number;
}

interface Law {
  title: string;
  /** The law whose articles it has unless it has its own. */
  as?: string;
  recitals?: number;
  /** Title, and paragraphs with their points: `1-8 5(a-b)`. Points alone: `(a-e)`. */
  articles: Record<string, [title: string, parts: string]>;
}
export type Laws = Record<string, Law>;

/** How a law is named beside a provision of it. The longer name comes first. */
const NAMES: [law: string, pattern: string][] = [
  ['UK GDPR', 'UK GDPR|DSGVO des Vereinigten Königreichs'],
  ['GDPR', 'GDPR|DSGVO|RGPD|(?:Regulation|Verordnung) \\(EU\\) 2016/679'],
  ['Reg. 2018/1725', '(?:(?:Regulation|Verordnung|Reg\\.|Règlement) )?(?:\\((?:EU|UE)\\) )?2018/1725|EUDPR'],
  ['Reg. 1182/71', '(?:(?:Regulation|Verordnung|Reg\\.) )?(?:\\(E[A-Z]+(?:, Euratom)?\\) )?(?:N[or]\\.? )?1182/71'],
  ['Reg. 182/2011', '(?:Regulation )?(?:\\(EU\\) )?(?:No )?182/2011'],
  ['Dir. 2002/58', '(?:Directive |Richtlinie )?2002/58/E[CG]|ePrivacy(?: Directive|-Richtlinie)?'],
  ['Dec. 2021/915', '2021/915'],
  ['Dec. 2021/914', '2021/914'],
  ['Withdrawal Agreement', 'Withdrawal Agreement'],
  ['DPA 2018', 'DPA 2018|Data Protection Act 2018'],
  ['DUAA 2025', 'Data \\(Use and Access\\) Act 2025|DUAA(?: 2025)?'],
  ['FADP', '(?:rev)?FADP|DSG(?!VO| §)|Federal Act on Data Protection'],
  ['DPO (CH)', 'Data Protection Ordinance|DSV|DPO(?= Art)'],
  ['CO (CH)', 'CO(?= Art)'],
  ['SR 173.110.3', 'SR 173\\.110\\.3'],
  [
    'National acts',
    'Act of 30 July 2018|Personal Data Protection Act|Law on Legal Protection of Personal Data|LO 3/2018|Loi 78-17|' +
      'Law 4624/2019|D\\.lgs\\. 196/2003|Lei 58/2019|ZVOP-2|Act 90/2018',
  ],
  ['BGB', 'BGB'],
  ['BDSG', 'BDSG'],
  ['TDDDG', 'TDDDG'],
];
const LAW = new RegExp(NAMES.map(([, pattern]) => `(${pattern})`).join('|'), 'g');
const STATUTE = 'DPA 2018|Act 2018|Act 2025|BGB|BDSG|TDDDG';
const BEGIN = new RegExp(
  [
    '\\b(?:Artikeln?|[Aa]rticles?|Arts?|Artt|art)\\.?\\s?(?=\\d)',
    `(?<=(?:${STATUTE}),? )(?:ss?\\.|[Ss]ections?|§§?) ?(?=\\d)`,
    `(?:§§?|\\b[Ss]ections?) ?(?=\\d+[A-Z]?\\b(?:Abs\\.|[^.;\\n]){0,40}(?:${STATUTE}))`,
    '\\b(?:s\\.|[Ss]ection) ?(?=16[47][AB]?\\b)',
  ].join('|'),
  'g',
);
const ARTICLE = /^(\d{1,3}[A-D]?)(?![\d.])/;
const SEPARATOR =
  /^(?:,? ?(?:and|und|or|oder|et|to|bis|à|with|in connection with|i\. ?V\. ?m\.)|,|;|–|-| bis zum)? ?(?:Art\. ?)?/;
const PARAGRAPH = /^ ?(?:\((\d{1,2}[A-Z]?)\)|(?:Abs\.|Absatz|paragraph|para\.) ?(\d{1,2}))/;
/** The standards and judgments a text names, and recitals of the GDPR. */
export interface Source {
  kind: 'standard' | 'case' | 'guidance' | 'recital';
  name: string;
  section?: string;
  line: number;
}

export function sourcesIn(source: string): Source[] {
  const { text, lineAt } = joined(source);
  const found: Source[] = [];
  const all = (pattern: RegExp, make: (match: RegExpExecArray) => Omit<Source, 'line'>[]) => {
    for (const match of text.matchAll(pattern))
      for (const one of make(match)) found.push({ ...one, line: lineAt(match.index) });
  };
  all(
    /\bRFCs? ?(\d{3,5})((?:, \d{3,5}\b)*(?:,? (?:and|or) \d{3,5}\b)?)(?:,? (?:§|[Ss]ection )([\d.]*\d))?/g,
    (match) => [
      { kind: 'standard', name: `RFC ${match[1]}`, section: match[3] },
      ...[...(match[2] ?? '').matchAll(/\d+/g)].map(([number]) => ({
        kind: 'standard' as const,
        name: `RFC ${number}`,
      })),
    ],
  );
  all(/\bISO(?:\/IEC)?(?: TS)? (\d{3,5}(?:-\d)?)(?![\d-])(?: §([\d.]*\d))?/g, (match) => [
    { kind: 'standard', name: `ISO ${match[1]}`, section: match[2] },
  ]);
  all(/\bC-(\d{1,3}\/\d{2})\b/g, (match) => [{ kind: 'case', name: `C-${match[1]}` }]);
  all(/\bEDPB,? (Guidelines|Opinion) (\d{1,2}\/\d{4})\b/g, (match) => [
    { kind: 'guidance', name: `EDPB ${match[1]} ${match[2]}` },
  ]);
  all(/\b(?:[Rr]ecitals?|Erwägungsgr[uü]nde?) (\d+)\b/g, (match) => [{ kind: 'recital', name: match[1] as string }]);
  return found;
}

const POINT = /^ ?(?:\(([a-z]|ea)\)|(?:Buchst\.|Buchstabe|lit\.|point) ?\(?([a-z]|ea)\)?(?![a-z]))/;

/**
 * Every provision that a text names: articles with paragraphs and points as English, German and French write them, and
 * sections of the statutes in `NAMES`. The law is the one named next to it, before or behind, in the same sentence; else
 * `usual`. `A6-1-f`, an id of the Data Privacy Vocabulary, names its article of the GDPR.
 */
export function citationsIn(source: string, usual = 'GDPR'): Citation[] {
  const { text, lineAt } = joined(source);
  const laws = [...text.matchAll(LAW)].map((match) => ({
    law: (NAMES[match.slice(1).findIndex(Boolean)] as [string, string])[0],
    from: match.index,
    to: match.index + match[0].length,
  }));
  const found: Citation[] = [];
  for (const { index, 0: opening } of text.matchAll(BEGIN)) {
    const begin = index + opening.length;
    const parts: Omit<Citation, 'law' | 'text' | 'line'>[] = [];
    let at = begin;
    for (let rest = text.slice(at); ; rest = text.slice(at)) {
      const last = parts.at(-1);
      const separator = last ? ((SEPARATOR.exec(rest) as RegExpExecArray)[0] ?? '') : '';
      const behind = rest.slice(separator.length);
      const article = ARTICLE.exec(behind);
      const paragraph = last && PARAGRAPH.exec(behind);
      const point = last && POINT.exec(behind);
      if (point && last && (separator.trim() !== '' || last.point === undefined)) {
        const name = (point[1] ?? point[2]) as string;
        if (separator.trim() === '' && last.point === undefined) last.point = name;
        else parts.push({ article: last.article, paragraph: last.paragraph, point: name });
        at += separator.length + point[0].length;
      } else if (paragraph && last) {
        const name = (paragraph[1] ?? paragraph[2]) as string;
        if (separator.trim() === '' && last.paragraph === undefined) last.paragraph = name;
        else parts.push({ article: last.article, paragraph: name });
        at += separator.length + paragraph[0].length;
      } else if (article && (!last || (separator.trim() !== '' && Number.parseInt(article[1] as string, 10) <= 200))) {
        if (last && !isArticleOf(behind, article[1] as string)) break;
        parts.push({ article: article[1] as string });
        at += separator.length + article[0].length;
      } else break;
    }
    const law = lawBeside(text, laws, index, at) ?? usual;
    const line = lineAt(index);
    for (const part of parts) found.push({ law, ...part, text: text.slice(index, at), line });
  }
  for (const match of text.matchAll(/(?<![\w-])A(\d{1,2})-(\d{1,2})(?:-([a-z]{1,2}))?(?![a-z\d])/g))
    found.push({
      law: match[3] === 'ea' ? 'UK GDPR' : 'GDPR',
      article: match[1] as string,
      paragraph: match[2],
      point: match[3],
      text: match[0],
      line: lineAt(match.index),
    });
  return found;
}

/** Sentences of comments and pages without their line ends, and at which line a place in them was. */
function joined(source: string): { text: string; lineAt: (index: number) => number } {
  const breaks: number[] = [];
  let [text, from] = ['', 0];
  for (const { index, 0: end } of source.matchAll(/\n(?:[ \t]*(?:\*|\/\/)(?!\/) ?(?=\S)|[ \t]*(?=[\p{L}\d(]))?/gu)) {
    text += source.slice(from, index);
    breaks.push(text.length);
    // What follows a blank line or an end of a statement begins anew.
    text += end.length > 1 || /[\p{L},]$/u.test(text) ? ' ' : '\n';
    from = index + end.length;
  }
  text += source.slice(from);
  return { text, lineAt: (index) => 1 + breaks.filter((at) => at < index).length };
}

/** Not a count or a day: `Art. 12, 30 days`, `Art. 33, 72 hours`. */
const isArticleOf = (text: string, number: string): boolean =>
  !/^ ?(?:days?|hours?|months?|Tage|Stunden|Monate|%|[A-Z][a-z]+ \d{4})/.test(text.slice(number.length));

interface Named {
  law: string;
  from: number;
  to: number;
}

function lawBeside(text: string, laws: Named[], from: number, to: number): string | undefined {
  // Right before (`GDPR Art. 15`, `Reg. 1182/71, Art. 3(4)`), or right behind (`Art. 15 GDPR`, `Art. 3 of Reg. …`).
  const before = laws.findLast(
    (law) => law.to <= from && /^(?:'s|’s| \(\d{4}\))?[,:]? ?$/.test(text.slice(law.to, from)),
  );
  const behind = laws.find(
    (law) => law.from >= to && /^,? ?(?:of (?:the )?|der |des |d[ue] (?:la )?)?\(?$/.test(text.slice(to, law.from)),
  );
  if (before ?? behind) return (before ?? behind)?.law;
  // Carried on within the sentence: `Reg. 1182/71 Art. 3(1), Art. 3(4)`.
  const carried = laws.findLast(
    (law) =>
      law.to <= from && from - law.to < 80 && /^[^.;'"`\n]*(?:Art\.[^.;'"`\n]*)+$/.test(text.slice(law.to, from)),
  );
  return carried?.law;
}

/** What is wrong with a citation, in words; undefined where there is such a provision. */
export function faultOf({ law, article, paragraph, point }: Omit<Citation, 'text' | 'line'>, laws: Laws) {
  const known = laws[law];
  if (!known) return `no law "${law}"`;
  const provision = known.articles[article] ?? laws[known.as ?? '']?.articles[article];
  if (!provision) return `${law} has no ${article}`;
  const parts = partsOf(provision[1]);
  if (paragraph === undefined && point === undefined) return undefined;
  const points = parts.get(paragraph ?? '') ?? (paragraph === undefined ? onlyPoints(parts) : undefined);
  if (!points) return `${law} ${article} has no (${paragraph ?? point})`;
  return point === undefined || points.includes(point)
    ? undefined
    : `${law} ${article}(${paragraph}) has no (${point})`;
}

/** `Art. 6(a)`, `Art. 6 lit. a` without a paragraph: where one paragraph alone has points. */
function onlyPoints(parts: Map<string, string[]>): string[] | undefined {
  const withPoints = [...parts.values()].filter((points) => points.length > 0);
  return withPoints.length === 1 ? withPoints[0] : undefined;
}

/** `1-3 2(a-d)` as paragraphs with their points. */
export function partsOf(text: string): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const part of text.split(' ').filter(Boolean)) {
    const [, from = '', to = from, points = ''] = /^(\d+[A-Z]?)?(?:-(\d+[A-Z]?))?(?:\(([^)]*)\))?$/.exec(part) ?? [];
    for (const name of between(from, to)) parts.set(name, [...(parts.get(name) ?? []), ...pointsOf(points)]);
  }
  return parts;
}

const between = (from: string, to: string): string[] => {
  if (from === to) return [from];
  if (/[A-Z]$/.test(from))
    return letters(from.slice(-1), to.slice(-1)).map((letter) => `${from.slice(0, -1)}${letter}`);
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, n) => String(Number(from) + n));
};
const pointsOf = (text: string): string[] =>
  text === ''
    ? []
    : text.split(',').flatMap((one) => {
        const [from, to] = one.split('-') as [string, string | undefined];
        return to === undefined ? [from] : letters(from, to);
      });
const letters = (from: string, to: string): string[] =>
  Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, n) =>
    String.fromCharCode(from.charCodeAt(0) + n),
  );
