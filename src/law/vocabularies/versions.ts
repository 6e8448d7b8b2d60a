/** Where a code that Lethe stores comes from; a test holds the terms against the published copy where there is one. */
interface Vocabulary {
  name: string;
  version: string;
  source: string;
  used: string;
}

/** Pinned: a code that is not in this version is refused, and every export names the versions (REQ-G04). */
export const VOCABULARIES: readonly Vocabulary[] = [
  {
    name: 'DPV',
    version: '2.3',
    source: 'https://w3id.org/dpv/2.3',
    used: 'purposes, security measures, status and kind of consent',
  },
  {
    name: 'DPV EU-GDPR',
    version: '2.3',
    source: 'https://w3id.org/dpv/2.3/legal/eu/gdpr',
    used: 'lawful bases, transfer tools, conditions of Art. 9, reasons for refusing, breaches',
  },
  { name: 'DPV-PD', version: '2.3', source: 'https://w3id.org/dpv/2.3/pd', used: 'kinds of personal data' },
  {
    name: 'fideslang',
    version: '3',
    source: 'https://github.com/IABTechLab/fideslang',
    used: 'kinds of personal data, data uses',
  },
];

/** `DPV 2.3`, as exports name them. */
export const vocabularyNames = (): string[] => VOCABULARIES.map(({ name, version }) => `${name} ${version}`);
