import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { certificateHash, SIGNED_AS } from '../../../src/data/certificates/document.ts';
import type { Certificate, CertificateBundle } from '../../../src/data/certificates/model.ts';
import { type Trust, verifyCertificate } from '../../../src/data/certificates/verify.ts';
import { verifierKey } from '../../../src/foundations/audit/log/note.ts';
import { canonical } from '../../../src/foundations/contract/canonical-json.ts';
import { createSigner, type KeySet } from '../../../src/foundations/signing/signer.ts';
import { liveThrough } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, openGround } from '../../support/engines.ts';
import { bundleOf, sequence } from './stage.ts';

describe('Checking a certificate’s file alone', () => {
  let ground: Ground;
  let app: TestApp;
  let bundle: CertificateBundle;
  let sweep: CertificateBundle;
  let unproven: CertificateBundle;
  let keySet: KeySet;
  let logKey: string;

  before(async () => {
    ground = await openGround('sqlite');
    app = await openApp(ground);
    const { account } = await liveThrough(app, 'verified');
    const { body: erasure } = await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
    const context = await app.contextOf('north', 'operator');
    const { sweepId } = await app.services.retention.sweeps.open(context, {});
    const swept = await app.services.retention.sweeps.run(context, sweepId);
    unproven = await bundleOf(app, erasure.certificateId);
    await sequence(app);
    bundle = await bundleOf(app, erasure.certificateId);
    sweep = await bundleOf(app, swept.certificateId);
    keySet = await createSigner(ground.vault).keySet();
    logKey = await app.services.merkleLog.key('north');
  });
  after(async () => {
    await app.close();
    await ground.close();
  });

  const fileOf = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  const faultsOf = async (value: unknown, trust?: Trust) => (await verifyCertificate(fileOf(value), trust)).faults;
  const changed = (change: (copy: CertificateBundle) => unknown, of = bundle): CertificateBundle => {
    const copy = structuredClone(of);
    change(copy);
    return copy;
  };
  /** A certificate with another content, signed by the institution's own key all the same. */
  const signedAgain = async (change: (copy: Certificate) => unknown): Promise<CertificateBundle> => {
    const copy = changed(({ certificate }) => change(certificate));
    copy.jws = await createSigner(ground.vault).sign(copy.certificate, SIGNED_AS[copy.certificate.kind]);
    return copy;
  };

  it('finds those of erasures and sweeps valid, with the published keys and with those in the file', async () => {
    for (const one of [bundle, sweep, unproven]) {
      assert.deepEqual(await faultsOf(one), []);
      assert.deepEqual(await faultsOf(one, { keySet, logKey }), []);
    }
  });

  it('says which keys to compare when none is given, and that a proof is still to come', async () => {
    const { notes } = await verifyCertificate(fileOf(bundle));
    assert.match(notes.join('\n'), new RegExp(`Signed by the key ${bundle.key.kid}. Compare this thumbprint`));
    assert.match(notes.join('\n'), /Compare this key with the one the institution publishes at \/log\/north\/key/);
    const sure = (await verifyCertificate(fileOf(bundle), { keySet, logKey })).notes.join('\n');
    assert.doesNotMatch(sure, /Compare/);
    assert.match((await verifyCertificate(fileOf(unproven))).notes.join('\n'), /Not yet proven to be in the log/);
  });

  it('names a readable part that is not what was signed', async () => {
    const altered = changed(({ certificate }) => {
      certificate.institution = 'Another';
    });
    const faults = await faultsOf(altered);
    assert.ok(faults.includes('the readable certificate is not the signed one: /institution differs'), faults.join());
  });

  it('names a signature that does not fit, one of another kind, and one by a key nobody published', async () => {
    const [head, body, signature] = bundle.jws.split('.') as [string, string, string];
    const other = changed((copy) => {
      copy.jws = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    });
    assert.match((await faultsOf(other)).join(), /signature: the signature does not fit the content/);
    const asSweep = changed((copy) => {
      copy.certificate.kind = 'sweep';
    });
    assert.match((await faultsOf(asSweep)).join(), /signature: it is signed as another kind of document/);

    const vault = {
      signingKey: async () => generateKeyPairSync('ed25519').privateKey,
      signingNumbers: async () => [1],
    };
    const forger = createSigner(vault);
    const forged = changed((copy) => {
      copy.log = { entryId: copy.log.entryId };
    });
    forged.jws = await forger.sign(forged.certificate, 'erasure-certificate+jws');
    forged.key = (await forger.keySet()).keys[0] as CertificateBundle['key'];
    assert.deepEqual(await faultsOf(forged), [], 'with the key in the file alone a forgery cannot be told');
    assert.match((await faultsOf(forged, { keySet })).join(), /it names a key that is not in the key set/);
  });

  it('names counts that do not add up, a result and a verdict that do not follow, even when signed', async () => {
    const first = (copy: Certificate) => copy.holders[0]?.categories[0] as Certificate['holders'][0]['categories'][0];
    const cases: [(copy: Certificate) => unknown, RegExp][] = [
      [(copy) => Object.assign(copy.totals, { removed: 14 }), /the counts do not add up: removed is 13, not 14/],
      [
        (copy) => Object.assign(first(copy), { failed: 1 }),
        /consents.decision: it says removed, but its counts say failed/,
      ],
      [(copy) => Object.assign(copy, { verdict: 'complete' }), /the verdict complete does not follow from the counts/],
      [(copy) => Object.assign(copy, { finishedAt: '2020-01-01T00:00:00.000Z' }), /it ends before it begins/],
      [
        (copy) => Object.assign(first(copy), { category: 'visits.full' }),
        /visits.full: it does not belong to consents/,
      ],
    ];
    for (const [change, told] of cases) assert.match((await faultsOf(await signedAgain(change))).join('\n'), told);
  });

  it('names an entry of another certificate, one that was rewritten, and one without the hash', async () => {
    assert.match(
      (await faultsOf(changed((copy) => Object.assign(copy.log, { entry: sweep.log.entry as string })))).join('\n'),
      /the entry is about another certificate: its id differs/,
    );
    const withDetail = (detail: Record<string, unknown>) =>
      changed((copy) => {
        const entry = JSON.parse(copy.log.entry ?? '');
        copy.log.entry = canonical({ ...entry, detail: { ...entry.detail, ...detail } });
      });
    const rewritten = (await faultsOf(withDetail({ certificateHash: 'a'.repeat(64) }))).join('\n');
    assert.match(rewritten, /its detail.certificateHash differs/);
    assert.match(rewritten, /the entry beside the proof is not the one in it/);
    assert.match(
      (await faultsOf(withDetail({ more: 1 }))).join('\n'),
      /the entry beside the proof is not the one in it/,
    );
    assert.match(
      (await faultsOf(changed((copy) => Object.assign(copy.log, { entry: ` ${copy.log.entry}` })))).join('\n'),
      /not written as the log holds it/,
    );
    for (const entry of ['null', '[]', '"x"', '{'])
      assert.notDeepEqual(await faultsOf(changed((copy) => Object.assign(copy.log, { entry: entry }))), []);
  });

  it('takes the entry from the proof, or from beside the file', async () => {
    const without = changed((copy) => {
      delete copy.log.entry;
    });
    assert.deepEqual(await faultsOf(without), []);
    const closed = changed((copy) => {
      copy.log.proof = copy.log.proof?.replace(/^extra .*\n/m, '') as string;
    });
    assert.match((await faultsOf(closed)).join(), /carries no entry with its salt/);
    const salted = changed((copy) => {
      copy.log.proof = copy.log.proof?.replace(/^extra (....)..../m, 'extra $1AAAA') as string;
    });
    assert.match((await faultsOf(salted)).join(), /does not lead from its entry to the signed root/);
    assert.deepEqual(await faultsOf(without, { entry: bundle.log.entry as string }), []);
    assert.notDeepEqual(await faultsOf(without, { entry: sweep.log.entry as string }), []);
    assert.notDeepEqual(await faultsOf(bundle, { entry: sweep.log.entry as string }), []);
  });

  it('names a log key that is not the published one, and a checkpoint it has not signed', async () => {
    const stranger = verifierKey('elsewhere/log/north', generateKeyPairSync('ed25519').privateKey);
    assert.match((await faultsOf(bundle, { logKey: stranger })).join('\n'), /the key in the file is not the published/);
    assert.match((await faultsOf(bundle, { logKey: stranger })).join('\n'), /no signature is by a known key/);
    const other = changed((copy) => Object.assign(copy.log, { key: stranger }));
    assert.match((await faultsOf(other)).join('\n'), /no signature is by a known key/);
    const bare = changed((copy) => {
      delete copy.log.key;
    });
    assert.match((await faultsOf(bare)).join(), /there is no verifier key; give it with --log-key/);
    assert.deepEqual(await faultsOf(bare, { logKey }), []);
  });

  it('names a place in the log that is not the proof’s', async () => {
    const moved = changed((copy) => Object.assign(copy.log, { index: (copy.log.index ?? 0) + 1 }));
    assert.match((await faultsOf(moved)).join(), /the index in the file is not the one of the proof/);
    const other = changed((copy) => {
      copy.log.proof = sweep.log.proof as string;
      copy.log.index = sweep.log.index as number;
    });
    assert.match((await faultsOf(other)).join(), /the entry beside the proof is not the one in it/);
    const proofless = changed((copy) => {
      delete copy.log.proof;
    });
    assert.match((await faultsOf(proofless)).join(), /there is an index or a key, but no proof/);
  });

  it('names a file that is no certificate', async () => {
    for (const text of ['', '{', 'null', '[]', '{}', '{"certificate":{}}', `\uFEFF${JSON.stringify(bundle)}`])
      assert.match(
        (await verifyCertificate(Buffer.from(text))).faults.join(),
        /the file (is not a certificate|cannot)/,
      );
    assert.match((await verifyCertificate(Buffer.from([0xff, 0xfe]))).faults.join(), /not UTF-8/);
    const twice = JSON.stringify(bundle).replace('{"certificate"', '{"jws":"x","certificate"');
    assert.match((await verifyCertificate(Buffer.from(twice))).faults.join(), /stands here twice/);
    assert.match((await faultsOf({ ...bundle, note: 'x' })).join(), /\/note is not known here/);
  });

  it('finds any byte that was changed, unless exactly the same is still said', async function () {
    this.timeout(120_000);
    for (const one of [bundle, sweep]) {
      const file = fileOf(one);
      const same = canonical(JSON.parse(file.toString()));
      await fc.assert(
        fc.asyncProperty(
          fc.nat(file.length - 1),
          fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constantFrom(0x20, 0x01)),
          fc.boolean(),
          async (at, mask, published) => {
            const altered = Buffer.from(file);
            altered[at] = (altered[at] as number) ^ mask;
            const { faults } = await verifyCertificate(altered, published ? { keySet, logKey } : {});
            if (faults.length === 0) assert.equal(canonical(JSON.parse(altered.toString())), same);
          },
        ),
        { numRuns: 3000 },
      );
    }
  });

  it('finds every single flipped bit of the parts whose encoding has bits to spare', async () => {
    const file = fileOf(bundle);
    const text = file.toString();
    const ends = [bundle.jws, bundle.key.x, bundle.key.kid, bundle.log.key as string].map(
      (part) => Buffer.byteLength(text.slice(0, text.indexOf(part))) + Buffer.byteLength(part) - 1,
    );
    for (const at of ends)
      for (let mask = 1; mask < 256; mask += 1) {
        const altered = Buffer.from(file);
        altered[at] = (altered[at] as number) ^ mask;
        assert.notDeepEqual((await verifyCertificate(altered)).faults, [], `byte ${at} ^ ${mask}`);
      }
  });

  it('ties the certificate to the log by its hash', () => {
    const hash = createHash('sha256').update(canonical(bundle.certificate)).digest('hex');
    assert.equal(certificateHash(bundle.certificate), hash);
    assert.equal(JSON.parse(bundle.log.entry ?? '').detail.certificateHash, hash);
  });
});
