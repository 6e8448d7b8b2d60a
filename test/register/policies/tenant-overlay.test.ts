import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { canonical } from '../../../src/foundations/contract/canonical-json.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { checkOverlay } from '../../../src/register/policies/check-overlay.ts';
import { type Loaded, loadPolicies } from '../../../src/register/policies/load.ts';
import type { PolicySet } from '../../../src/register/policies/model.ts';
import { hashOfContent } from '../../../src/register/policies/policy-content.ts';
import { renderMistakes } from '../../../src/register/policies/render.ts';
import { merged, type Overlay, overlayOf } from '../../../src/register/policies/tenant-overlay.ts';
import { wordOf } from '../../../src/register/policies/whose-word.ts';

const shipped = join(packageRoot, 'policies');
const loaded = loadPolicies(shipped) as Extract<Loaded, { policies: PolicySet }>;
const base = loaded.policies;

const [rule] = base.rules.filter(({ id }) => id === 'profiles-contact-erase');
const [notice] = base.notices.filter(({ id }) => id === 'privacy-policy');
const [accounts] = base.activities.filter(({ id }) => id === 'accounts');
const [purpose] = base.purposes.filter(({ id }) => id === 'account-service');
if (!rule || !notice || !accounts || !purpose) throw new Error('The shipped policies have changed.');

describe('An institution’s own word over the installation’s policies', () => {
  const entries = {
    rules: ['P1Y', 'P3Y'].flatMap((after, n) => [
      { ...rule, after },
      { ...rule, id: `own-${n}`, after },
    ]),
    erasureRequests: [{ category: 'profiles.contact', action: 'erase' as const }],
    purposes: [{ ...purpose, version: '2.0' }],
    activities: [
      { ...accounts, title: 'Our accounts' },
      { ...accounts, id: 'own-accounts' },
    ],
    notices: [2, 3, 4].map((major) => ({ ...notice, version: `${major}.0`, major })),
  };
  const one = <T>(all: T[], key: (entry: T) => string) => fc.uniqueArray(fc.constantFrom(...all), { selector: key });
  const parts = fc.record({
    rules: one(entries.rules, ({ id }) => id),
    erasureRequests: one(entries.erasureRequests, ({ category }) => category),
    purposes: one(entries.purposes, ({ id }) => id),
    activities: one(entries.activities, ({ id }) => id),
    notices: one(entries.notices, ({ version }) => version),
    letters: fc.constantFrom<PolicySet['letters']>(
      {},
      { 'request-informed': { en: { subject: 'Ours', text: 'Ours.\n' } } },
    ),
    installation: fc.constantFrom(undefined, { defaultLanguage: 'de' }),
  });

  it('gives the same set however often, and in whatever order, it is merged', () => {
    fc.assert(
      fc.property(parts, (said) => {
        const overlay = overlayOf('north', said);
        const reversed = overlayOf('north', {
          installation: said.installation,
          notices: [...said.notices].reverse(),
          activities: [...said.activities].reverse(),
          purposes: said.purposes,
          letters: said.letters,
          rules: [...said.rules].reverse(),
        });
        if (said.erasureRequests.length === 0) assert.equal(reversed.hash, overlay.hash);
        const once = merged(base, overlay);
        assert.equal(canonical(merged(once, overlay)), canonical(once));
        const { hash, words: _, ...content } = once;
        assert.equal(hash, hashOfContent(content));
        // Whatever is not said stays the installation's, and whose word each entry is can be told.
        for (const kind of ['rules', 'purposes', 'activities'] as const)
          for (const entry of once[kind]) {
            const own = (said[kind] as { id: string }[]).some(({ id }) => id === entry.id);
            assert.equal(wordOf(once, kind, entry.id).by, own ? 'institution' : 'installation');
            if (!own) assert.ok((base[kind] as unknown[]).includes(entry));
          }
      }),
      { numRuns: 60 },
    );
  });

  it('is what the folder of a tenant says, under a hash that tells nothing of who wrote it when', () => {
    const [overlay] = loaded.overlays as [Overlay];
    assert.equal(overlay.tenantId, 'main');
    assert.equal(overlayOf('main', structuredClone(overlay.parts)).hash, overlay.hash);
    assert.notEqual(overlayOf('north', overlay.parts).hash, overlay.hash);
    const set = merged(base, overlay);
    assert.equal(set.rules.find(({ id }) => id === 'private-items-erase')?.after, 'P1Y');
    assert.deepEqual(
      set.notices.filter(({ id }) => id === 'privacy-policy').map(({ version }) => version),
      ['1.0', '1.1', '1.2'],
    );
    assert.equal(set.rules.length, base.rules.length);
  });

  it('is of its own from its first version of a notice on, whatever the installation shows later', () => {
    const later = { ...notice, version: '2.0', major: 2, minor: 0 };
    const own = { ...notice, version: '1.2', major: 1, minor: 2 };
    const set = merged({ ...base, notices: [...base.notices, later] }, overlayOf('north', { notices: [own] }));
    assert.deepEqual(
      set.notices.filter(({ id }) => id === 'privacy-policy').map(({ version }) => version),
      ['1.0', '1.1', '1.2'],
    );
  });

  type Case = [
    what: string,
    parts: Parameters<typeof overlayOf>[1],
    says: RegExp,
    change?: (set: PolicySet) => PolicySet,
  ];
  const visits = base.rules.find(({ id }) => id === 'visits-anonymise') ?? rule;
  const media = base.activities.find(({ id }) => id === 'external-media') ?? accounts;
  const { capture } = base.installation;
  /** As if the institution were controller of the visits, too. */
  const itsVisits = (set: PolicySet): PolicySet => ({
    ...set,
    activities: set.activities.map((activity) =>
      activity.id === 'portal-visits' ? { ...activity, parties: accounts.parties } : activity,
    ),
    installation: { ...set.installation, institutions: { ...set.installation.institutions, capture: true } },
  });
  const outside: Case[] = [
    ['a period too short', { rules: [{ ...rule, after: 'P5M' }] }, /atLeast P6M .*\n.*P6M or longer/s],
    [
      'a period for some people only',
      { rules: [{ ...rule, only: { roles: ['editor'] } }] },
      /is for everybody.*own id/s,
    ],
    ['a period too long', { rules: [{ ...rule, after: 'P6Y' }] }, /atMost P5Y .*\n.*P5Y or shorter/s],
    [
      'one too long by its end of the year',
      { rules: [{ ...rule, after: 'P5Y', counted: 'end-of-year' }] },
      /atMost P5Y .*count from the day/s,
    ],
    [
      'an old word that holds for longer than a rule could',
      {
        transitions: [
          {
            rule: 'gone',
            was: { ...rule, id: 'gone', after: 'P90Y' },
            since: '2026-02-01',
            oldRows: 'old-period',
            reason: 'kept',
          },
        ],
      },
      /atMost P5Y .*\n.*P5Y or shorter/s,
    ],
    [
      'an old word about data it may not touch',
      {
        transitions: [
          {
            rule: 'gone',
            was: { ...visits, id: 'gone', after: 'P90Y' },
            since: '2026-02-01',
            oldRows: 'old-period',
            reason: 'kept',
          },
        ],
      },
      /No period of visits\.reduced .*Periods may be set for: profiles/s,
    ],
    [
      'data it may not touch',
      { rules: [{ ...visits, after: 'P3M' }] },
      /No period of visits\.reduced .*Periods may be set for: profiles/s,
    ],
    [
      'data of another controller',
      { rules: [{ ...visits, after: 'P3M' }] },
      /not controller of anything with visits\.reduced/,
    ],
    ['another action', { rules: [{ ...rule, action: 'reduce' }] }, /has erase here.*\n.*Write erase/s],
    ['another beginning', { rules: [{ ...rule, from: 'recorded' }] }, /has last-activity here/],
    [
      'fewer looks by an officer',
      { rules: [rule] },
      /Every run of this rule waits/,
      (set) => ({ ...set, rules: set.rules.map((one) => (one.id === rule.id ? { ...one, approval: 'always' } : one)) }),
    ],
    [
      'what a request does',
      { erasureRequests: [{ category: 'profiles.contact', action: 'erase' }] },
      /installation's to decide.*An institution may decide it for: none/s,
    ],
    ['a purpose of its own', { purposes: [{ ...purpose, id: 'own' }] }, /has no purpose of its own.*account-service/s],
    ['another basis', { purposes: [{ ...purpose, basis: 'A6-1-c', law: 'a law' }] }, /rests on A6-1-b/],
    ['an activity of another', { activities: [media] }, /may be worded anew: accounts, publications/],
    [
      'an activity it leaves to another',
      {
        activities: [
          {
            ...accounts,
            parties: accounts.parties.map((one) =>
              one.party === 'institution' ? { ...one, party: 'platform-provider' } : one,
            ),
          },
        ],
      },
      /not controller of this activity/,
    ],
    [
      'a category of another in its activity',
      { activities: [{ ...accounts, categories: [...accounts.categories, 'visits.full'] }] },
      /not controller of anything with visits\.full/,
    ],
    [
      'a banner for a purpose of another',
      {
        notices: [
          { ...notice, id: 'own-banner', kind: 'consent-banner', version: '1.0', purposes: ['usage-statistics'] },
        ],
      },
      /purpose "usage-statistics" is another controller's/,
    ],
    [
      'a notice numbered below one that was shown',
      { notices: [{ ...notice, version: '1.0', major: 1, minor: 0, validFrom: '2026-09-01' }] },
      /1\.0, 1\.1 of "privacy-policy" was shown.*Number its own versions above 1\.1/s,
    ],
    [
      'a letter',
      { letters: { 'request-refused': { en: { subject: 'No', text: 'No.\n' } } } },
      /letter "request-refused" is the installation's/,
    ],
    ['a language', { installation: { defaultLanguage: 'fr' } }, /may not be fr.*en, de/s],
    [
      'capture of visits that are another’s',
      { installation: { capture: { ...capture, ipv4Prefix: 16 } } },
      /not controller of any activity with visits/,
    ],
    [
      'more of an address',
      { installation: { capture } },
      /16 bits.*Write 16 or less/s,
      (set) => {
        const its = itsVisits(set);
        return { ...its, installation: { ...its.installation, capture: { ...capture, ipv4Prefix: 16 } } };
      },
    ],
    [
      'full addresses for another purpose',
      { installation: { capture: { ...capture, fullVisits: { purpose: 'account-service', reason: 'x' } } } },
      /kept for portal-security and nothing else/,
      itsVisits,
    ],
    ['a rule that clashes with another', { rules: [{ ...rule, id: 'twice' }] }, /The same is declared twice/],
    [
      'anything, where there are no bounds',
      { rules: [{ ...rule, after: 'P1Y' }] },
      /Periods may be set for: none/,
      (set) => ({
        ...set,
        installation: { ...set.installation, institutions: undefined },
      }),
    ],
  ];
  for (const [what, said, says, change = (set: PolicySet) => set] of outside)
    it(`is refused for ${what}`, () => {
      const told = renderMistakes(checkOverlay(change(base), overlayOf('north', said)));
      assert.match(told, says);
      assert.match(told, /^tenants\/north\//m);
    });

  const inside: Case[] = [
    [
      'a period at both ends of its bounds',
      {
        rules: [
          { ...rule, after: 'P6M' },
          { ...rule, id: 'profiles-identity-erase', category: 'profiles.identity', after: 'P5Y' },
        ],
      },
      /^$/,
    ],
    [
      'its accounts and their purpose in its words',
      { activities: [{ ...accounts, title: 'Ours' }], purposes: [{ ...purpose, version: '1.1' }] },
      /^$/,
    ],
    [
      'a letter that it may word',
      { letters: { 'request-informed': { en: { subject: 'Ours', text: 'Ours.\n' } } } },
      /^$/,
    ],
    [
      'less of an address, where the visits are its own',
      { installation: { capture: { ipv4Prefix: 16, ipv6Prefix: 32 } } },
      /^$/,
      itsVisits,
    ],
    ['its language', { installation: { defaultLanguage: 'de' } }, /^$/],
  ];
  for (const [what, said, , change = (set: PolicySet) => set] of inside)
    it(`is taken for ${what}`, () => {
      assert.deepEqual(checkOverlay(change(base), overlayOf('north', said)), []);
    });
});

describe('The folder of an institution', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-institution-'));
    cpSync(shipped, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const told = () => loadPolicies(folder).mistakes.map(({ file, line, message }) => `${file}:${line} ${message}`);
  const own = 'tenants/main/retention.yaml';

  it('leaves the hash of the installation’s set alone', () => {
    rmSync(join(folder, 'tenants'), { recursive: true });
    const { policies, overlays } = loadPolicies(folder);
    assert.equal(policies?.hash, base.hash);
    assert.deepEqual(overlays, []);
  });

  it('tells each mistake with file, line and column: of its schema, of its bounds and of the whole', () => {
    const text = readFileSync(join(folder, own), 'utf8');
    write(own, text.replace('after: P1Y', 'after: P1M'));
    const [short] = loadPolicies(folder).mistakes;
    assert.deepEqual([short?.file, short?.line, short?.column], [own, 8, 12]);
    write(own, text.replace('after: P1Y', 'after: a year'));
    assert.match(told()[0] ?? '', /^tenants\/main\/retention\.yaml:8 This text does not have the right form/);
    write(own, text.replaceAll('content.private-association', 'content.privat'));
    assert.ok(told().includes(`${own}:6 There is no category of this id.`));
    write(own, `${text}\ncolour: blue\n`);
    assert.match(told()[0] ?? '', /not known here/);
  });

  it('tells what nobody reads there, and what no tenant can be called', () => {
    write('tenants/main/parties.yaml', 'parties: []\n');
    write('tenants/main/holders/x.yaml', 'id: x\n');
    write('tenants/readme.yaml', 'a: 1\n');
    write('tenants/Main!/purposes.yaml', 'purposes: []\n');
    const all = told();
    for (const file of ['tenants/main/parties.yaml', 'tenants/main/holders/x.yaml', 'tenants/readme.yaml'])
      assert.ok(all.includes(`${file}:1 No policy is read from a file of this name.`), file);
    assert.ok(all.includes('tenants/Main!:1 No tenant can have this id.'));
  });

  it('is not followed out of the policies, nor in circles, and its notices’ texts must be there', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'lethe-elsewhere-'));
    writeFileSync(join(elsewhere, 'retention.yaml'), 'rules: []\nerasureRequests: []\n');
    symlinkSync(elsewhere, join(folder, 'tenants/south'));
    symlinkSync('..', join(folder, 'tenants/loop'));
    rmSync(join(folder, 'tenants/main/notices/privacy-policy/1.2/de.md'));
    const all = told();
    assert.ok(all.includes('tenants/south/retention.yaml:1 The file is a link out of the policy folder.'));
    assert.ok(all.includes('tenants/main/notices/privacy-policy/1.2/de.md:1 The file is missing or cannot be read.'));
    rmSync(elsewhere, { recursive: true });
  });

  it('may not set for itself what it may set', () => {
    write('tenants/main/installation.yaml', 'institutions: { capture: true }\n');
    assert.match(told()[0] ?? '', /^tenants\/main\/installation\.yaml:1 This field is not known here/);
  });
});

describe('The bounds of institutions', () => {
  it('name what there is, and leave room', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-bounds-'));
    cpSync(shipped, folder, { recursive: true });
    const file = join(folder, 'installation.yaml');
    const text = readFileSync(file, 'utf8')
      .replace('category: profiles.contact, atLeast: P6M', 'category: profiles.contact, atLeast: P9Y')
      .replace('change: [account-service]', 'change: [account-servise]')
      .replace('letters: [request-acknowledged', 'letters: [request-acknowleged');
    writeFileSync(file, text);
    const told = renderMistakes(loadPolicies(folder).mistakes);
    assert.match(told, /No period is both as long as atLeast/);
    assert.match(told, /no purpose of this id.*\n.*\n.*account-service/);
    assert.match(told, /no letter of this id.*\n.*\n.*request-acknowledged/);
    rmSync(folder, { recursive: true });
  });
});
