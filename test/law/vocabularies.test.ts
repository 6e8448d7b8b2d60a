import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import {
  AUTHORITY_DECISIONS,
  BREACH_KINDS,
  BREACH_NOTICES,
  BREACH_RISKS,
  COMMUNICATION_EXEMPTIONS,
  PERSONS_DECISIONS,
} from '../../src/law/vocabularies/breaches.ts';
import { FIDES_DATA_CATEGORIES, FIDES_DATA_SUBJECTS, FIDES_DATA_USES } from '../../src/law/vocabularies/fideslang.ts';
import { MEASURES, ORGANISATIONAL_MEASURES, TECHNICAL_MEASURES } from '../../src/law/vocabularies/measures.ts';
import { DPV_PERSONAL_DATA } from '../../src/law/vocabularies/personal-data.ts';
import { SPECIAL_CONDITIONS } from '../../src/law/vocabularies/special-conditions.ts';
import { TRANSFER_TOOLS } from '../../src/law/vocabularies/transfer-tools.ts';
import { nearest } from '../../src/law/vocabulary.ts';

const text = (file: string) => readFileSync(join(packageRoot, 'test/vectors', file), 'utf8');

/** Term and label of each line of a published DPV list. */
const rows = (file: string) =>
  text(`dpv/2.3_${file}.csv`)
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, term, label] = /^"([^"]+)","[^"]*","[^"]*","([^"]*)"/.exec(line) ?? [];
      return term === undefined ? [] : [{ term, label: label as string }];
    });
const dpv = (file: string) => rows(file).map(({ term }) => term);

const fides = (file: string, list: string) =>
  (
    JSON.parse(text(`fideslang/${file}.json`)) as Record<
      string,
      { fides_key: string; version_deprecated: string | null }[]
    >
  )[list]?.flatMap(({ fides_key, version_deprecated }) => (version_deprecated === null ? [fides_key] : [])) ?? [];

const technical = dpv('dpv_technical_measures');
const published: [name: string, ours: readonly string[], theirs: string[]][] = [
  ['kinds of personal data (DPV-PD)', DPV_PERSONAL_DATA, dpv('pd')],
  ['technical measures (DPV)', TECHNICAL_MEASURES, technical],
  [
    'organisational measures (DPV), without those that are technical as well',
    ORGANISATIONAL_MEASURES,
    dpv('dpv_organisational_measures').filter((term) => !technical.includes(term)),
  ],
  ['conditions of Art. 9(2) (DPV)', SPECIAL_CONDITIONS, dpv('legal_eu_gdpr_legal_basis_special')],
  ['data categories (fideslang)', FIDES_DATA_CATEGORIES, fides('data_categories', 'data_category')],
  ['data subjects (fideslang)', FIDES_DATA_SUBJECTS, fides('data_subjects', 'data_subject')],
  ['data uses (fideslang)', FIDES_DATA_USES, fides('data_uses', 'data_use')],
];

describe('The vocabulary of breaches (REQ-A52, G04)', () => {
  const breachTerms = rows('legal_eu_gdpr_data_breach').map(({ term }) => term);
  for (const term of [
    ...BREACH_KINDS,
    ...BREACH_RISKS,
    ...BREACH_NOTICES,
    ...COMMUNICATION_EXEMPTIONS,
    ...AUTHORITY_DECISIONS,
    ...PERSONS_DECISIONS,
  ])
    it(`has ${term}`, () => assert.ok(breachTerms.includes(term)));
});

describe('The vocabulary of (REQ-G04)', () => {
  for (const [name, ours, theirs] of published)
    it(`${name} is the published one, every entry`, () => {
      assert.ok(theirs.length > 5);
      assert.deepEqual([...ours].sort(), theirs.sort());
    });
});

describe('A misspelt code of (REQ-G04)', () => {
  for (const [name, wanted, right, terms] of [
    ['DPV-PD', 'EmailAdress', 'EmailAddress', DPV_PERSONAL_DATA],
    ['fideslang', 'user.contact.e-mail', 'user.contact.email', FIDES_DATA_CATEGORIES],
    ['measures', 'EncryptionAtrest', 'EncryptionAtRest', MEASURES],
    ['transfer tools', 'A46-2c', 'A46-2-c', TRANSFER_TOOLS],
    ['Art. 9 conditions', 'A9-2j', 'A9-2-j', SPECIAL_CONDITIONS],
  ] as const)
    it(`${name} leads to the right one`, () => assert.equal(nearest(wanted, terms)[0], right));
});
