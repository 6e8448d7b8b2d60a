import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';

const ACCOUNTS = 'activities/accounts.yaml';
const COUNTS = 'activities/usage-counts.yaml';
const PUBLICATIONS = 'activities/publications.yaml';
const LOGIC = 'automatedDecisions: Accounts are closed by a score.\n';
const basis = (point: string, more = '') =>
  `automatedDecisionBasis: { basis: ${point}, consequences: The account is closed., humanReview: Write to the registrar.${more} }\n`;

describe('Policies on duties of some purposes and activities', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-policies-'));
    cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const told = (file: string, change: (text: string) => string) => {
    const path = join(folder, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    return loadPolicies(folder).mistakes.map(({ pointer, message }) => `${pointer} ${message}`);
  };
  const added = (file: string, lines: string) => told(file, (text) => text.replace(/^notices:/m, `${lines}notices:`));

  describe('refuse a decision by machine alone (Art. 22(2), REQ-A40)', () => {
    it('without its basis', () => assert.match(added(ACCOUNTS, LOGIC).join(), /^\/automatedDecisions .*Art\. 22\(2\)/));
    it('without human review', () => {
      const without = basis('22-2-a').replace(', humanReview: Write to the registrar.', '');
      assert.match(added(ACCOUNTS, LOGIC + without).join(), /humanReview|required|missing/);
    });
    it('on a basis that is none of three', () =>
      assert.match(added(ACCOUNTS, LOGIC + basis('22-2-d')).join(), /automatedDecisionBasis\/basis/));
    it('by a law that nobody names', () =>
      assert.match(added(ACCOUNTS, LOGIC + basis('22-2-b')).join(), /needs the law/));
    it('by a law beside another basis', () =>
      assert.match(added(ACCOUNTS, LOGIC + basis('22-2-a', ', law: HRG § 9')).join(), /Only Art\. 22\(2\)\(b\)/));
    it('by a contract that the purpose does not rest on', () =>
      assert.match(added(PUBLICATIONS, LOGIC + basis('22-2-a')).join(), /does not rest on one/));
    it('by explicit consent that the purpose does not ask for', () =>
      assert.match(added(COUNTS, LOGIC + basis('22-2-c')).join(), /explicit consent/));
    it('that is not said', () =>
      assert.match(added(ACCOUNTS, basis('22-2-a')).join(), /Nothing is decided by machine/));
    it('and take one that says all of it', () => {
      assert.deepEqual(added(ACCOUNTS, LOGIC + basis('22-2-a')), []);
      assert.deepEqual(added(PUBLICATIONS, LOGIC + basis('22-2-b', ', law: HRG § 9')), []);
    });
  });

  it('refuse a day of the yearly test that is none (REQ-A58)', () =>
    assert.match(
      told(PUBLICATIONS, (text) => text.replace('on: "2026-01-15"', 'on: "2026-02-30"')).join(),
      /anonymousTest\/on There is no such day/,
    ));

  it('refuse areas of research and children where nobody consents (REQ-C10, REQ-A09)', () => {
    const mistakes = told('purposes.yaml', (text) =>
      text.replace(
        '  - id: account-service\n',
        '  - id: account-service\n    offeredToChildren: true\n    research: { areas: [Physics], ethics: Vote 1 }\n',
      ),
    );
    assert.deepEqual(
      mistakes.map((one) => one.split(' ')[0]),
      ['/purposes/4/offeredToChildren', '/purposes/4/research'],
    );
  });
});
