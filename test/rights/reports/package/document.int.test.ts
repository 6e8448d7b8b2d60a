import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { buildServices } from '../../../../src/app/services.ts';
import { canonical } from '../../../../src/foundations/contract/canonical-json.ts';
import type { ExternalHolder } from '../../../../src/foundations/holders/external.ts';
import { HolderFault } from '../../../../src/foundations/holders/external.ts';
import type { ExportedRecord } from '../../../../src/foundations/holders/holder.ts';
import { languagesIn, textsIn } from '../../../../src/foundations/messages/texts.ts';
import { createLog } from '../../../../src/foundations/process/log.ts';
import { createSigner, verifyDocument } from '../../../../src/foundations/signing/signer.ts';
import { verifyOwnEntries } from '../../../../src/rights/reports/own-entries.ts';
import type { PackageInput } from '../../../../src/rights/reports/package/model.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { type Ground, onBothEngines, onOneEngine } from '../../../support/engines.ts';
import { readPdf } from '../../../support/pdf.ts';
import { liveThrough, type Traces } from '../../erasure/person.ts';
import { bytesOf, unpacked } from './unpacked.ts';

type Json = Record<string, never>;

/** The platform's own database, as far as this test needs it. */
function outside(records: ExportedRecord[] | HolderFault): ExternalHolder {
  return {
    id: 'platform-db',
    describe: () => ({ title: 'Platform', place: 'frankfurt', categories: [], actions: {}, clocks: {} }),
    async *export() {
      if (records instanceof HolderFault) throw records;
      yield* records;
    },
    count: async () => ({}),
    erase: async () => ({ status: 'done', outcomes: [] }),
  };
}

const shared: ExportedRecord = {
  category: 'content.private-association',
  table: 'items',
  id: 'shared-1',
  at: new Date('2026-02-01T10:00:00Z'),
  fields: {
    title: 'Ice cores; ask bea@else.example or sentinel.mail.ada@private.example',
    coAuthor: 'Bea Other',
    contacts: ['bea@else.example', 'privacy@platform.example.org'],
    formula: '=1+1',
    plus: '+1',
    minus: '-1',
    at: '@SUM(A1)',
    tab: '\t=1',
    return: '\r=1',
  },
  ofOthers: ['coAuthor'],
};

/** A person who went through every door, and packages of what is held about them, each order made once. */
function stage(ground: () => Ground) {
  const it = { app: undefined as unknown as TestApp, ada: undefined as unknown as Traces };
  before(async () => {
    it.app = await openApp(ground());
    it.ada = await liveThrough(it.app, 'ada');
    await it.app.as('dpo').get(`/v1/subjects/${it.ada.account}`).set('Lethe-Purpose', 'support').expect(200);
  });
  after(() => it.app.close());

  async function packed(input: Partial<PackageInput> = {}, externalHolders: ExternalHolder[] = []): Promise<Packed> {
    const { app, ada } = it;
    const services = await buildServices({
      store: ground().store,
      vault: ground().vault,
      policies: app.policies,
      externalHolders,
      clock: () => app.time.now,
      log: createLog('silent', { write: () => undefined }),
    });
    const context = await app.contextOf('north', 'dpo');
    const order = { subject: ada.account, kind: 'access', language: 'en', ...input } as PackageInput;
    const { packageId } = await services.packages.prepare(context, order);
    assert.equal(await services.packages.make(context, packageId), true);
    const files = await unpacked(await bytesOf((await services.packages.content(context, packageId)).stream));
    return { files, packageId, data: JSON.parse(String(files.get('data.json'))) };
  }

  const made = new Map<string, Promise<Packed>>();
  /** The same, of an order that was made before: for who only reads it. */
  function sample(input: Partial<PackageInput> = {}, externalHolders: ExternalHolder[] = []): Promise<Packed> {
    const key = JSON.stringify([input, externalHolders.length]);
    const before = made.get(key) ?? packed(input, externalHolders);
    made.set(key, before);
    return before;
  }

  return { it, packed, sample };
}

interface Packed {
  files: Map<string, Buffer>;
  data: Json;
  packageId: string;
}

onBothEngines('The package of what is held about a person', (ground) => {
  const { it: of, packed, sample } = stage(ground);

  it('has every value that was given, of every holder', async () => {
    const { files } = await sample();
    const { address6: _, visitor: __, ...values } = of.ada;
    const [data, csv] = [
      String(files.get('data.json')),
      [...files].filter(([name]) => /^data\//.test(name)).join('\n'),
    ];
    for (const value of Object.values(values)) {
      assert.ok(data.includes(value), value);
      assert.ok(csv.includes(value.replaceAll('"', '""')), value);
    }
  });

  it('tells who looked at the data and why, by role and never by name, and what was done', async () => {
    const { data } = await sample();
    const { accessLog, history } = data as never as {
      accessLog: { purpose: string; role: string; what: string }[];
      history: { action: string }[];
    };
    assert.deepEqual(accessLog.map(({ what, purpose, role }) => [what, purpose, role]).at(0), [
      'profile',
      'support',
      'dpo',
    ]);
    for (const action of ['consent.given', 'profile.created', 'package.ordered'])
      assert.ok(
        history.some((entry) => entry.action === action),
        action,
      );
    assert.ok(accessLog.every((look) => !('actor' in look)));
  });

  it('has a manifest that is right about every file, signed, and recorded in the log by its digest', async () => {
    // A log is signed once a second at most.
    of.app.time.now = new Date(of.app.time.now.getTime() + 2_000);
    const { files } = await packed();
    const manifest = JSON.parse(String(files.get('manifest.json')));
    assert.equal(manifest.files.length, files.size - 2);
    for (const { name, bytes, sha256, records } of manifest.files) {
      const content = files.get(name) as Buffer;
      assert.equal(content.length, bytes, name);
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256, name);
      if (records !== undefined && !name.includes('redactions')) assert.ok(records > 0, name);
    }
    const digest = createHash('sha256').update(canonical(manifest.files)).digest('hex');
    assert.equal(manifest.contents, digest);
    const keys = await createSigner(ground().vault).keySet();
    const signed = await verifyDocument(keys, String(files.get('manifest.jws')).trim(), 'package-manifest+jws');
    assert.deepEqual(signed.ok && signed.document, manifest);
    const entry = JSON.parse(manifest.log.entry);
    assert.equal(entry.detail.contents, digest);
    assert.ok(manifest.log.proof && manifest.log.key, 'the log was signed before the manifest was written');
  });

  it('lets the person find and check their entries in the public log', async () => {
    await packed();
    const { files } = await packed();
    const { faults, checked } = verifyOwnEntries(files.get('log.json') as Buffer, undefined);
    assert.deepEqual(faults, []);
    assert.ok(checked >= 5);
  });

  it('has the same files when it is made twice of the same data', async () => {
    const [first, second] = [await packed({ kind: 'portability' }), await packed({ kind: 'portability' })];
    assert.deepEqual([...first.files.keys()], [...second.files.keys()]);
    for (const [name, content] of first.files)
      if (!name.startsWith('manifest.')) assert.ok(content.equals(second.files.get(name) as Buffer), name);
  });

  it('answers also that nothing is held (REQ-A22)', async () => {
    const { data, files } = await packed({ subject: 'a-stranger' });
    const { confirmation, copy } = data as never as { confirmation: { held: boolean }; copy: unknown[] };
    assert.deepEqual([confirmation.held, copy], [false, []]);
    assert.match(String(files.get('report.html')), /We hold no data about you/);
    const id = await ground().vault.subjectId('north', 'account', 'a-stranger');
    assert.equal(await ground().vault.existingKey('north', `subject:${id}`), undefined);
  });

  describe('to take elsewhere (Art. 20)', () => {
    it('has provided and observed data on consent or contract only; the rest is in the answer under Art. 15', async () => {
      const { data, files } = await sample({ kind: 'portability' });
      const access = await sample();
      const interest = { ...data } as never as { copy: { category: string }[]; leftOut: Record<string, string>[] };
      const taken = interest.copy.map(({ category }) => category);
      // What a person typed is theirs (REQ-A38).
      for (const own of ['profiles.interests', 'profiles.identity', 'profiles.contact'])
        assert.ok(taken.includes(own), own);
      for (const [category, reason] of [
        // Legitimate interests.
        ['visits.full', 'basis'],
        // Contract, but passed on by the platform.
        ['content.private-association', 'source'],
      ] as const) {
        assert.ok(!taken.includes(category), category);
        assert.equal(interest.leftOut.find((one) => one['category'] === category)?.['reason'], reason);
        assert.ok(access.files.has(`data/${category}.csv`), category);
        assert.ok(!files.has(`data/${category}.csv`), category);
      }
      const text = [...files.values()].map(String).join('\n');
      for (const value of [of.ada.userAgent, of.ada.address, of.ada.publicTitle])
        assert.ok(!text.includes(value), value);
      for (const value of [of.ada.interest, of.ada.email]) assert.ok(text.includes(value), value);
    });

    it('fits its schema, and is linked data under a context that ships with it and is served here', async () => {
      const { data, files } = await sample({ kind: 'portability' });
      const ajv = new Ajv2020({ strict: true, strictTypes: false });
      formats.default(ajv);
      assert.ok(ajv.validate(JSON.parse(String(files.get('data.schema.json'))), data), JSON.stringify(ajv.errors));
      const linked = JSON.parse(String(files.get('data.jsonld')));
      assert.equal(linked['@context'], 'context.jsonld');
      const records = linked.records as { id: string; interests?: string[] }[];
      assert.ok(records.some(({ interests }) => interests?.includes(of.ada.interest)));
      const served = await of.app.as('nobody').get('/contexts/portability-v1.jsonld').buffer(true).expect(200);
      assert.deepEqual(JSON.parse(JSON.stringify(served.body)), JSON.parse(String(files.get('context.jsonld'))));
    });
  });
});

// What is done with rows once they are read: no engine differs.
onOneEngine('What a package says and shows', (ground) => {
  const { it: of, packed, sample } = stage(ground);

  it('fits the schema that ships with it, and no part may be missing', async () => {
    const { files, data } = await sample({}, [outside([shared])]);
    const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
    formats.default(ajv);
    const fits = ajv.compile(JSON.parse(String(files.get('data.schema.json'))));
    assert.ok(fits(data), JSON.stringify(fits.errors));
    const nine = ['confirmation', 'purposes', 'categories', 'recipients', 'periods', 'rights', 'complaint', 'sources'];
    for (const part of [...nine, 'automatedDecisions', 'transfers', 'copy', 'redactions', 'accessLog', 'history']) {
      const { [part as never]: dropped, ...rest } = data as never as Record<string, unknown>;
      assert.notEqual(dropped, undefined, part);
      assert.equal(fits(rest), false, part);
    }
    assert.equal(fits({ ...(data as object), more: 1 }), false);
  });

  it('says the parts of Art. 15: recipients by name, periods, rights by basis with the reason where there is none', async () => {
    const { data } = await sample();
    const at = data as never as Record<string, Record<string, unknown>[]> & { confirmation: { held: boolean } };
    assert.equal(at.confirmation.held, true);
    assert.ok(at['recipients']?.some(({ name, role }) => name === 'Example Hosting AG' && role === 'sub-processor'));
    assert.ok(at['purposes']?.every(({ basisInWords }) => basisInWords));
    assert.ok(at['periods']?.every(({ periods }) => (periods as string[]).length > 0));
    const objection = at['rights']?.find(({ article }) => article === '21') as {
      offered: boolean;
      standings: { basis: string; offered: boolean; reasonInWords: string }[];
    };
    assert.equal(objection.offered, true);
    const contract = objection.standings.find(({ basis }) => basis === 'A6-1-b-contract-performance');
    assert.equal(contract?.offered, false);
    assert.match(contract?.reasonInWords ?? '', /Art\. 21\(1\)/);
  });

  it('redacts data of others field by field, with the reason, and lists each', async () => {
    const { data, files } = await sample({}, [outside([shared])]);
    const text = [...files]
      .filter(([name]) => !name.endsWith('.pdf'))
      .map(([, content]) => String(content))
      .join('\n');
    assert.doesNotMatch(text, /bea@else\.example|Bea Other/);
    assert.ok(text.includes('sentinel.mail.ada@private.example'), 'the own address stays');
    assert.ok(text.includes('privacy@platform.example.org'), 'an organisation is nobody');
    const { copy, redactions } = data as never as {
      copy: { records: { id: string; fields: Record<string, unknown>; redacted?: Record<string, string> }[] }[];
      redactions: { each: object[] };
    };
    const record = copy.flatMap(({ records }) => records).find(({ id }) => id === 'shared-1');
    assert.deepEqual(record?.redacted, {
      title: 'address-of-another-person',
      coAuthor: 'data-of-another-person',
      contacts: 'address-of-another-person',
    });
    assert.equal(record?.fields['coAuthor'], null);
    assert.equal(record?.fields['title'], 'Ice cores; ask […] or sentinel.mail.ada@private.example');
    assert.equal(redactions.each.length, 3);
    const pdf = (await readPdf(files.get('report.pdf') as Buffer)).pages.map(({ text: page }) => page).join('');
    assert.doesNotMatch(pdf, /bea@else|Bea Other/);
    assert.match(
      String(files.get('report.html')),
      /“co author” is not shown[^<]*: it is about another person \(Art\. 15\(4\) GDPR\)\./,
    );
  });

  it('shows or hides a field as an officer decided, and says so', async () => {
    const { data } = await packed(
      {
        redact: [{ category: 'profiles.location', field: 'city', reason: 'security' }],
        disclose: [{ category: 'content.private-association', field: 'coAuthor', reason: 'public' }],
      },
      [outside([shared])],
    );
    const text = JSON.stringify(data);
    assert.ok(text.includes('Bea Other'));
    assert.ok(!text.includes(of.ada.city));
    assert.equal((data as never as { redactions: { decided: unknown[] } }).redactions.decided.length, 2);
  });

  it('holds no cell that a spreadsheet would run', async () => {
    const { files } = await sample({}, [outside([shared])]);
    const csv = String(files.get('data/content.private-association.csv'));
    for (const value of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
      assert.ok(csv.includes(`'${value}`), JSON.stringify(value));
      assert.ok(!csv.includes(`,${value}`), JSON.stringify(value));
    }
  });

  it('is incomplete, and says so everywhere, when a place does not answer', async () => {
    const { data, files, packageId } = await packed({}, [outside(new HolderFault('platform-db', 'unreachable'))]);
    const missing = [{ holder: 'platform-db', code: 'unreachable', inWords: 'it could not be reached' }];
    assert.deepEqual((data as never as { missing: unknown }).missing, missing);
    assert.deepEqual(JSON.parse(String(files.get('manifest.json'))).missing, missing);
    assert.match(String(files.get('report.html')), /not complete/);
    const { packages } = of.app.services;
    const second = { ...(await of.app.contextOf('north', 'dpo')), principal: { id: 'second', role: 'dpo' as const } };
    await assert.rejects(packages.approve(second, packageId), /incomplete/);
    assert.equal((await packages.approve(second, packageId, { incomplete: 'accepted' })).status, 'approved');
  });

  it('has words for every look that the API records, in every language', () => {
    const looks = of.app.services.routes.flatMap(({ spec }) =>
      spec.reads === 'personal-data' ? [spec.operationId] : [],
    );
    assert.ok(looks.length > 20);
    for (const language of languagesIn())
      assert.deepEqual(
        looks.filter((look) => textsIn(language).maybe(`package.look.${look}`) === undefined),
        [],
        language,
      );
  });

  it('tells everything on a few pages of sentences, of which none is a notation of programs (REQ-A23)', async () => {
    for (const [language, said] of [
      ['en', /you agreed to “Media from other sites”, shown the banner of 1 March 2026 in English/],
      ['de', /haben Sie in „Medien von anderen Seiten“ eingewilligt, gezeigt wurde das Banner vom 1\. März 2026/],
    ] as const) {
      const { files } = await sample({ language });
      const pdf = await readPdf(files.get('report.pdf') as Buffer);
      const text = pdf.pages.map(({ pieces }) => pieces.map((piece) => piece.text).join(' ')).join(' ');
      assert.match(text.replaceAll(/\s+/g, ' '), said);
      assert.match(text, /Europe\/Berlin/);
      for (const notation of [/[{}]/, /\bnull\b/, /\d{4}-\d{2}-\d{2}T/, /\bconsent\.given\b|subjectId|purposeVersion/])
        assert.ok(!notation.test(text), `${language}: ${notation}`);
      assert.ok(pdf.pages.length <= 5, `${pdf.pages.length} pages`);
    }
  });

  it('tells a request with what happened to it, day by day, in words', async () => {
    const dpo = of.app.as('dpo');
    const asked = {
      type: 'objection',
      purpose: 'portal-security',
      text: 'Please stop counting me.',
      channel: 'letter',
      subject: of.ada.account,
      requester: { name: 'Ada Sentinel', email: of.ada.email, language: 'en' },
    };
    const { body } = await dpo.post('/v1/requests').send(asked).expect(201);
    const act = (name: string, input: object) => dpo.post(`/v1/requests/${body.requestId}/${name}`).send(input);
    await act('notes', { text: 'Called back at noon.' }).expect(({ status }) => assert.ok(status < 300));
    const { files } = await packed();
    const page = String(files.get('report.html'));
    assert.match(page, /objection to the processing of your data\. You asked on 1 March 2026, \d{2}:\d{2} by letter\./);
    assert.match(
      page,
      /Your request came \([^<]*by letter; about “Security of the portals”; it stops: Security of the portals; “Please stop counting me\.”\)\./,
    );
    assert.match(page, /A note was made \(“Called back at noon\.”\)\./);
    assert.doesNotMatch(page, /enteredBy|ruleSet|[{}]"|&quot;/);
    const data = String(files.get('data.json'));
    assert.ok(data.includes('enteredBy'), 'the files have every value');
  });

  it('is a tagged PDF with page numbers and the institution on each page, in the language of the person', async () => {
    for (const [language, page, title] of [
      ['en', /page 1 of/, /Information on the personal data/],
      ['de', /Seite 1 von/, /Auskunft über die zu Ihnen/],
    ] as const) {
      const { files } = await sample({ language });
      const pdf = await readPdf(files.get('report.pdf') as Buffer);
      assert.deepEqual([pdf.tagged, pdf.language], [true, language]);
      assert.match(String(pdf.title), title);
      assert.match(pdf.pages[0]?.text ?? '', page);
      for (const { text, structure } of pdf.pages) {
        assert.match(text, /Portal north/);
        assert.ok(structure.length > 0);
      }
      assert.match(String(files.get('report.html')), new RegExp(`<html lang="${language}"`));
    }
  });
});
